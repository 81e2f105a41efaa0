/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "client.h"

G_BEGIN_DECLS

/* Changes several monitors at once: paused or not, tags, interval, project. Modal over `parent`,
 * whose toast tells the result. `ids` ends with NULL and is copied. */
void tocsin_bulk_edit_present (GtkWindow *parent, TocsinClient *client, const char *const *ids);

G_END_DECLS
