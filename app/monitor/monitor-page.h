/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "client.h"
#include "monitor.h"

G_BEGIN_DECLS

/* Everything about one monitor. One page is used for them all, one after the other.
 *
 * Signals:
 *   loaded ()   the monitor is known, or known anew */
#define TOCSIN_TYPE_MONITOR_PAGE (tocsin_monitor_page_get_type ())
G_DECLARE_FINAL_TYPE (TocsinMonitorPage, tocsin_monitor_page, TOCSIN, MONITOR_PAGE, GtkWidget)

GtkWidget *tocsin_monitor_page_new (TocsinClient *client);

void tocsin_monitor_page_set_monitor (TocsinMonitorPage *self, const char *id);

/* Its id; (nullable) before there was one */
const char *tocsin_monitor_page_get_monitor (TocsinMonitorPage *self);

/* (nullable) (transfer none) before it is loaded */
TocsinMonitor *tocsin_monitor_page_get_loaded (TocsinMonitorPage *self);

G_END_DECLS
