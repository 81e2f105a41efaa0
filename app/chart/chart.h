/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "incident.h"
#include "sample.h"
#include "series.h"

G_BEGIN_DECLS

/* Latency over time. It knows no daemon: it says which span it wants to show, and is given data for
 * it. Zoomed by wheel, pinch, keys and by dragging over a span, moved by the middle button, by a
 * sideways scroll and by Shift and the arrow keys; a double click goes back.
 *
 * Signals:
 *   range-changed (int64 from, int64 to, uint points)
 *       Data is wanted for from..to, µs, at so many points. While somebody zooms it is not sent
 *       before they rest.
 *   cursor-moved (string reading)
 *       What is under the cursor; "" where it left. */
#define TOCSIN_TYPE_CHART (tocsin_chart_get_type ())
G_DECLARE_FINAL_TYPE (TocsinChart, tocsin_chart, TOCSIN, CHART, GtkWidget)

typedef enum {
  TOCSIN_CHART_LATENCY, /* median line; a band from p10 to p95 where a point is many samples */
  TOCSIN_CHART_PHASES,  /* lookup, connect, TLS, wait and transfer, stacked */
} TocsinChartMode;

GtkWidget *tocsin_chart_new (void);

/* Shows from..to, and stands still. */
void tocsin_chart_set_range (TocsinChart *self, gint64 from_us, gint64 to_us);

/* Shows the last `span_us` up to now, and slides with time. */
void tocsin_chart_follow (TocsinChart *self, gint64 span_us);
gboolean tocsin_chart_is_following (TocsinChart *self);
void tocsin_chart_get_range (TocsinChart *self, gint64 *from_us, gint64 *to_us);

/* Time as the chart is to see it; where it follows, it slides. To be called each second. */
void tocsin_chart_set_now (TocsinChart *self, gint64 now_us);

/* Asks again for what it shows, as when a sample came. */
void tocsin_chart_refresh (TocsinChart *self);

void tocsin_chart_set_series (TocsinChart *self, TocsinSeries *series /* (transfer full) */);
/* (element-type TocsinSample) newest first, for the phases; taken by reference. */
void tocsin_chart_set_samples (TocsinChart *self, GPtrArray *samples);
/* (element-type TocsinIncident), taken by reference. */
void tocsin_chart_set_incidents (TocsinChart *self, GPtrArray *incidents);
void tocsin_chart_add_maintenance (TocsinChart *self, gint64 from_us, gint64 to_us);
void tocsin_chart_clear_data (TocsinChart *self);

void tocsin_chart_set_mode (TocsinChart *self, TocsinChartMode mode);
void tocsin_chart_set_logarithmic (TocsinChart *self, gboolean logarithmic);
void tocsin_chart_set_slow (TocsinChart *self, gint64 slow_us);
/* NULL: the local one */
void tocsin_chart_set_zone (TocsinChart *self, GTimeZone *zone);

/* (nullable) (transfer none) */
const TocsinSeries *tocsin_chart_get_series (TocsinChart *self);

/* Draws what shows, as an export wants it: on a plain ground, without a cursor. */
void tocsin_chart_draw (TocsinChart *self, cairo_t *cr, double width, double height);

G_END_DECLS
