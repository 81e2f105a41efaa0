/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The app's settings; NULL where their schema is not installed, as when a program is run from a
 * build folder by itself: then everything has its default. (transfer full) */
GSettings *tocsin_settings_new (void);

G_END_DECLS
