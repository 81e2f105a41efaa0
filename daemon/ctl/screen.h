/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The terminal as a full screen: alternate buffer, no echo, no cursor. It is given back as it was
 * whatever ends the program: a key, an error, a signal. */
gboolean tocsin_screen_open (GError **error);
void tocsin_screen_close (void);

void tocsin_screen_get_size (guint *columns, guint *rows);

/* Draws `lines` (each already fits) from the top and clears the rest, in one write. */
void tocsin_screen_draw (GPtrArray *lines);

typedef enum {
  TOCSIN_KEY_NONE,
  TOCSIN_KEY_UP = 256,
  TOCSIN_KEY_DOWN,
  TOCSIN_KEY_PAGE_UP,
  TOCSIN_KEY_PAGE_DOWN,
  TOCSIN_KEY_HOME,
  TOCSIN_KEY_END,
  TOCSIN_KEY_ENTER,
  TOCSIN_KEY_ESCAPE,
} TocsinKey;

/* Takes one key off `text`, which is stepped on; characters are themselves. */
guint tocsin_screen_read_key (const char **text);

G_END_DECLS
