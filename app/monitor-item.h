/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib-object.h>

#include "state.h"

G_BEGIN_DECLS

/* A monitor in lists: its status as the daemon last told it. The same item stays for as long as the
 * monitor is there, so that rows and pages can hold on to it.
 *
 * Signals:
 *   changed ()   the status is another one, or `hidden` is */
#define TOCSIN_TYPE_MONITOR_ITEM (tocsin_monitor_item_get_type ())
G_DECLARE_FINAL_TYPE (TocsinMonitorItem, tocsin_monitor_item, TOCSIN, MONITOR_ITEM, GObject)

TocsinMonitorItem *tocsin_monitor_item_new (TocsinStatus *status /* (transfer full) */);

const char *tocsin_monitor_item_get_id (TocsinMonitorItem *self);
const char *tocsin_monitor_item_get_name (TocsinMonitorItem *self);
TocsinState tocsin_monitor_item_get_state (TocsinMonitorItem *self);

/* Valid until the next `changed`. */
const TocsinStatus *tocsin_monitor_item_get_status (TocsinMonitorItem *self);
void tocsin_monitor_item_set_status (TocsinMonitorItem *self, TocsinStatus *status);

/* Deleted in the app, and not yet in the daemon: to be undone for as long as the toast shows. */
gboolean tocsin_monitor_item_get_hidden (TocsinMonitorItem *self);
void tocsin_monitor_item_set_hidden (TocsinMonitorItem *self, gboolean hidden);

G_END_DECLS
