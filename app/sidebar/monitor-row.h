/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "monitor-item.h"
#include "sidebar-model.h"

G_BEGIN_DECLS

/* A row of the sidebar: state, name, the last samples as a line, the last latency or how long it
 * has been down; or a group's title. It is bound to one item after the other as the list scrolls.
 *
 * Signals:
 *   ticked (bool)   the check mark of the selection mode was set or taken by hand */
#define TOCSIN_TYPE_MONITOR_ROW (tocsin_monitor_row_get_type ())
G_DECLARE_FINAL_TYPE (TocsinMonitorRow, tocsin_monitor_row, TOCSIN, MONITOR_ROW, GtkWidget)

GtkWidget *tocsin_monitor_row_new (TocsinClient *client);

/* `item` is a TocsinMonitorItem, a TocsinSidebarGroup, or NULL: unbound. */
void tocsin_monitor_row_bind (TocsinMonitorRow *self, gpointer item);

/* (nullable) (transfer none) NULL for a group's title */
TocsinMonitorItem *tocsin_monitor_row_get_item (TocsinMonitorRow *self);

/* Whether there is a check mark, and whether it is set. */
void tocsin_monitor_row_set_mark (TocsinMonitorRow *self, gboolean visible, gboolean set);

G_END_DECLS
