/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "client.h"

G_BEGIN_DECLS

/* Asks for a file, says what it would add and replace, and imports it where that is wanted. What
 * came of it is a toast of `parent`. */
void tocsin_import_present (GtkWindow *parent, TocsinClient *client);

/* Asks whether passwords and tokens go along, then for a file, and writes it, readable by its owner
 * alone. */
void tocsin_export_present (GtkWindow *parent, TocsinClient *client);

G_END_DECLS
