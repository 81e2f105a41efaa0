/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "client.h"
#include "monitor.h"

G_BEGIN_DECLS

/* The chart of a monitor with its ranges, views and exports; it asks the daemon for what the chart
 * wants to show. */
#define TOCSIN_TYPE_CHART_PANEL (tocsin_chart_panel_get_type ())
G_DECLARE_FINAL_TYPE (TocsinChartPanel, tocsin_chart_panel, TOCSIN, CHART_PANEL, GtkWidget)

/* To be called once, since a template makes the widget. */
void tocsin_chart_panel_set_client (TocsinChartPanel *self, TocsinClient *client);

/* Another monitor: the chart is emptied and asks anew. */
void tocsin_chart_panel_set_monitor (TocsinChartPanel *self, const char *id);

/* What is known of it: where the threshold lies. */
void tocsin_chart_panel_set_loaded (TocsinChartPanel *self, const TocsinMonitor *monitor);

/* (element-type TocsinIncident) */
void tocsin_chart_panel_set_incidents (TocsinChartPanel *self, GPtrArray *incidents);

G_END_DECLS
