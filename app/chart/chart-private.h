/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "chart-scale.h"
#include "chart-ticks.h"
#include "chart.h"

G_BEGIN_DECLS

#define TOCSIN_CHART_RIGHT_PX 6 /* free, right of the plot */

/* What a chart draws and how: everything that a layer needs, nothing that it changes. */
typedef struct {
  GdkRGBA text, grid, line, band, failed, degraded, no_data, maintenance, background;
  GdkRGBA phases[TOCSIN_N_PHASES];
  gboolean high_contrast;
} TocsinChartColors;

typedef struct {
  /* where the plot is within the whole, in pixels */
  double left, top, width, height;
  gint64 from_us, to_us; /* what the plot shows */
  gint64 now_us;         /* nothing is drawn after it */

  const TocsinSeries *series; /* (nullable) */
  const GPtrArray *samples;   /* (nullable) newest first */
  const GPtrArray *incidents; /* (nullable) */
  const GArray *maintenance;  /* (nullable) of TocsinShadedSpan */
  TocsinChartMode mode;
  gint64 slow_us; /* ≤ 0: none */
  GTimeZone *zone;

  TocsinScale values; /* latency, in µs, to the plot's height */
  gboolean is_cut;    /* some spikes are above the plot */
  PangoLayout *layout;
  TocsinChartColors colors;
} TocsinChartView;

double tocsin_chart_view_x (const TocsinChartView *view, gint64 at_us);
gint64 tocsin_chart_view_time (const TocsinChartView *view, double x);

/* Whether a point stands for so many samples that a band says more than a line. */
gboolean tocsin_chart_view_is_banded (const TocsinChartView *view);

/* Layers, from the back. They draw in the whole's coordinates, clipped by the caller. */
void tocsin_chart_draw_grid (const TocsinChartView *view, cairo_t *cr);
void tocsin_chart_draw_shades (const TocsinChartView *view, cairo_t *cr);
void tocsin_chart_draw_band (const TocsinChartView *view, cairo_t *cr);
void tocsin_chart_draw_line (const TocsinChartView *view, cairo_t *cr);
void tocsin_chart_draw_phases (const TocsinChartView *view, cairo_t *cr);
void tocsin_chart_draw_marks (const TocsinChartView *view, cairo_t *cr);

/* The labels of the axes, beside the plot. */
void tocsin_chart_draw_value_labels (const TocsinChartView *view, cairo_t *cr);
void tocsin_chart_draw_time_labels (const TocsinChartView *view, cairo_t *cr);

/* All of it, as an export wants it. */
void tocsin_chart_draw_all (const TocsinChartView *view, cairo_t *cr);

/* A reading: what is told at a point, also to screen readers. (transfer full) */
char *tocsin_chart_describe_point (const TocsinChartView *view, int index);
/* Where the time went on average in the samples of a span, a phase a line: “Connect 12 ms”; NULL
 * where there are none. (transfer full) */
char *tocsin_chart_describe_phases (const TocsinChartView *view, gint64 from_us, gint64 to_us);
/* The whole in a sentence: “Response time, 24 h: median 120 ms, worst 2.1 s at 14:05, down
 * 6 min”. */
char *tocsin_chart_describe (const TocsinChartView *view);

/* --- the widget: chart.c owns it, chart-paint.c paints it, chart-input.c moves it --- */

typedef struct {
  gint64 from_us, to_us;
  gboolean follows;
} TocsinChartRange;

struct _TocsinChart {
  GtkWidget parent_instance;

  TocsinChartRange range;
  GArray *history; /* (owned) of TocsinChartRange: where a double click goes back to */
  gint64 now_us;
  guint ask_id; /* the span is asked for once it has rested */
  guint asked_points;

  TocsinSeries *series; /* (owned) (nullable) */
  GPtrArray *samples;   /* (owned) (nullable) */
  GPtrArray *incidents; /* (owned) (nullable) */
  GArray *maintenance;  /* (owned) of TocsinShadedSpan */
  TocsinChartMode mode;
  gboolean is_log;
  gint64 slow_us;
  GTimeZone *zone; /* (owned) */

  /* for the latencies left of the plot and the times below it, by the size of the text; 0: to be
   * measured */
  int left_px, bottom_px;

  /* what was drawn last, for as long as it is still right */
  GskRenderNode *plot; /* (owned) (nullable) */
  int plot_width, plot_height, plot_scale;
  gint64 plot_from_us, plot_to_us;

  double cursor_x;           /* < 0: none */
  int cursor_index;          /* of the series; -1: none */
  double drag_from, drag_to; /* < 0: nothing is dragged */
};

/* Goes to a span, which a double click comes back from where `remember` is set. */
void tocsin_chart_go (TocsinChart *self, gint64 from_us, gint64 to_us, gboolean remember);
void tocsin_chart_go_back (TocsinChart *self);
/* Zooms by `factor` (< 1: nearer) so that the time at `x` stays where it is. */
void tocsin_chart_zoom_at (TocsinChart *self, double x, double factor);
void tocsin_chart_pan (TocsinChart *self, double share);
void tocsin_chart_set_cursor (TocsinChart *self, int index);

/* Sees that there is room for the labels. */
void tocsin_chart_measure_labels (TocsinChart *self);
/* Everything, with the cursor. What does not change is drawn once. */
void tocsin_chart_paint (TocsinChart *self, GtkSnapshot *snapshot);
/* The view at the widget's size: `view` is to be cleared. */
void tocsin_chart_fill_view (TocsinChart *self, TocsinChartView *view, double width, double height);
void tocsin_chart_view_clear (TocsinChartView *view);

/* Mouse, touch and keys. */
void tocsin_chart_add_input (TocsinChart *self);

G_END_DECLS
