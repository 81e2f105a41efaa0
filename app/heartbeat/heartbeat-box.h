/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "client.h"
#include "monitor.h"

G_BEGIN_DECLS

/* What a heartbeat's page has more than others: its ping URL and snippets, its schedule in words
 * with the next times, its pings and how long its runs take. It keeps the pings up to date while it
 * is mapped. */
#define TOCSIN_TYPE_HEARTBEAT_BOX (tocsin_heartbeat_box_get_type ())
G_DECLARE_FINAL_TYPE (TocsinHeartbeatBox, tocsin_heartbeat_box, TOCSIN, HEARTBEAT_BOX, GtkWidget)

GtkWidget *tocsin_heartbeat_box_new (TocsinClient *client);

/* The box hides itself where `monitor` is NULL or no heartbeat. It takes a reference. */
void tocsin_heartbeat_box_set_monitor (TocsinHeartbeatBox *self, TocsinMonitor *monitor);

G_END_DECLS
