/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What every test program does first: g_test_init, and a folder of its own as HOME and for the
 * XDG folders, removed at exit. */
void tocsin_test_init (int *argc, char ***argv);

/* The program's own folder; gone when it ends. */
const char *tocsin_test_dir (void);

/* A new empty folder in it. (transfer full) */
char *tocsin_test_make_dir (void);

/* Removes a folder with all that is in it, or a file. */
void tocsin_test_remove (const char *path);

/* Iterates `context` (NULL: the default one) until `condition` holds; the test fails where it does
 * not within 30 s. No sleeps in tests: this. */
typedef gboolean (*TocsinTestCondition) (gpointer user_data);
void tocsin_test_wait (GMainContext *context, TocsinTestCondition condition, gpointer user_data);

/* A TCP port of 127.0.0.1 that nobody listens on now. */
guint16 tocsin_test_free_port (void);

/* A random source whose seed is printed, and taken from TOCSIN_TEST_SEED where that is set. */
GRand *tocsin_test_rand (void);

G_END_DECLS
