/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "client.h"

G_BEGIN_DECLS

/* Shows the editor of one maintenance window, modal over `parent`: `maintenance_id`, or a new one
 * where it is NULL, for `monitor_ids` to begin with (NULL: none is chosen yet). */
void tocsin_maintenance_editor_present (GtkWindow *parent, TocsinClient *client,
                                        const char *const *monitor_ids /* (nullable) */,
                                        const char *maintenance_id /* (nullable) */);

/* Shows all of them, to be edited, deleted and added to. */
void tocsin_maintenance_list_present (GtkWindow *parent, TocsinClient *client);

G_END_DECLS
