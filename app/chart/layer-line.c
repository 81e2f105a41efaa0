/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "layer-line"

#include "config.h"

#include <math.h>

#include "chart-private.h"

#define DENSE_PX 2.0 /* where points are nearer than this, a line is drawn as what it covers */
#define LINE_PX  1.6

/* The middle of a point's time: where it is drawn. */
static double
x_of (const TocsinChartView *view, guint index)
{
  const TocsinSeries *series = view->series;
  double step = (double) (series->to_us - series->from_us) / series->n_points;

  return tocsin_chart_view_x (view, series->at_us[index] + (gint64) (step / 2));
}

static double
y_of (const TocsinChartView *view, double value)
{
  return MAX (tocsin_scale_map (&view->values, value), view->top);
}

/* Whether time between two seen points belongs to someone: then the line goes on. */
static gboolean
is_joined (const TocsinSeries *series, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    if (series->up_us[i] == 0 && series->n[i] == 0)
      return FALSE;
  return series->n_failed[from] < series->n[from] && series->n_failed[to] < series->n[to];
}

/* --- band --- */

/* A column a point: no outline has to be found, however jagged the values are. */
static void
fill_columns (const TocsinChartView *view, cairo_t *cr, const double *low, const double *high,
              double alpha)
{
  const TocsinSeries *series = view->series;
  double step = view->width * (double) (series->to_us - series->from_us) /
                (double) (view->to_us - view->from_us) / series->n_points;
  GdkRGBA color = view->colors.band;

  color.alpha *= (float) alpha;
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  for (guint i = 0; i < series->n_points; i++) {
    double x = x_of (view, i) - step / 2, top, bottom;

    if (isnan (low[i]) || isnan (high[i]))
      continue;
    top = y_of (view, high[i]);
    bottom = y_of (view, low[i]);
    cairo_rectangle (cr, floor (x), top, floor (x + step) - floor (x), MAX (bottom - top, 1));
  }
  cairo_fill (cr);
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_DEFAULT);
}

void
tocsin_chart_draw_band (const TocsinChartView *view, cairo_t *cr)
{
  if (view->series == NULL || !tocsin_chart_view_is_banded (view))
    return;
  /* From the least to the most, faintly: a spike is never lost. */
  fill_columns (view, cr, view->series->least_us, view->series->most_us, 0.18);
  fill_columns (view, cr, view->series->p10_us, view->series->p95_us, 0.35);
}

/* --- line --- */

static void
stroke_points (const TocsinChartView *view, cairo_t *cr)
{
  const TocsinSeries *series = view->series;
  int last = -1;

  cairo_set_line_width (cr, LINE_PX);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  for (guint i = 0; i < series->n_points; i++) {
    if (isnan (series->p50_us[i]))
      continue;
    if (last >= 0 && is_joined (series, (guint) last, i))
      cairo_line_to (cr, x_of (view, i), y_of (view, series->p50_us[i]));
    else {
      /* A point by itself is a dot: a line of no length with round ends. */
      cairo_move_to (cr, x_of (view, i), y_of (view, series->p50_us[i]));
      cairo_line_to (cr, x_of (view, i), y_of (view, series->p50_us[i]));
    }
    last = (int) i;
  }
  cairo_stroke (cr);
}

/* What a line through points a pixel apart covers: in each column from one value to the next. A
 * stroke of it costs ten times as much and looks the same. */
static void
fill_points (const TocsinChartView *view, cairo_t *cr)
{
  const TocsinSeries *series = view->series;
  int last = -1;

  for (guint i = 0; i < series->n_points; i++) {
    double y, before, x;

    if (isnan (series->p50_us[i]))
      continue;
    x = x_of (view, i);
    y = before = y_of (view, series->p50_us[i]);
    if (last >= 0 && is_joined (series, (guint) last, i)) {
      double from = x_of (view, (guint) last);

      before = y_of (view, series->p50_us[last]);
      cairo_rectangle (cr, from, MIN (y, before) - LINE_PX / 2, x - from,
                       fabs (y - before) + LINE_PX);
    } else {
      cairo_rectangle (cr, x - LINE_PX / 2, y - LINE_PX / 2, LINE_PX, LINE_PX);
    }
    last = (int) i;
  }
  cairo_fill (cr);
}

static void
draw_threshold (const TocsinChartView *view, cairo_t *cr)
{
  static const double dashes[] = { 6, 5 };
  double y = round (tocsin_scale_map (&view->values, (double) view->slow_us)) - 0.5;

  if (view->slow_us <= 0 || y < view->top)
    return;
  cairo_save (cr);
  gdk_cairo_set_source_rgba (cr, &view->colors.degraded);
  cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, view->left, y);
  cairo_line_to (cr, view->left + view->width, y);
  cairo_stroke (cr);
  cairo_restore (cr);
}

void
tocsin_chart_draw_line (const TocsinChartView *view, cairo_t *cr)
{
  double step;

  draw_threshold (view, cr);
  if (view->series == NULL || view->series->n_points == 0)
    return;
  step = view->width * (double) (view->series->to_us - view->series->from_us) /
         (double) (view->to_us - view->from_us) / view->series->n_points;
  gdk_cairo_set_source_rgba (cr, &view->colors.line);
  if (step < DENSE_PX && tocsin_chart_view_is_banded (view))
    fill_points (view, cr);
  else
    stroke_points (view, cr);
}
