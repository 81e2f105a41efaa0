/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A display of the test's own, Xvfb, that DISPLAY names then. To be called before gtk_init (), and
 * after g_test_dbus_up (), which takes DISPLAY away. FALSE where Xvfb is not installed: the test is
 * to be skipped. */
gboolean tocsin_test_display_start (void);

/* Ends it; for main (), after the last test. */
void tocsin_test_display_stop (void);

G_END_DECLS
