/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "chart-view"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "chart-private.h"
#include "texts.h"
#include "timetext.h"
#include "uptime.h"

double
tocsin_chart_view_x (const TocsinChartView *view, gint64 at_us)
{
  return view->left +
         view->width * (double) (at_us - view->from_us) / (double) (view->to_us - view->from_us);
}

gint64
tocsin_chart_view_time (const TocsinChartView *view, double x)
{
  return view->from_us +
         (gint64) ((x - view->left) / view->width * (double) (view->to_us - view->from_us));
}

gboolean
tocsin_chart_view_is_banded (const TocsinChartView *view)
{
  guint64 n = 0, n_seen = 0;

  for (guint i = 0; view->series != NULL && i < view->series->n_points; i++) {
    n += view->series->n[i];
    n_seen += view->series->n[i] > 0;
  }
  return n_seen > 0 && n >= 2 * n_seen;
}

/* --- in words --- */

static char *
describe_latency (const TocsinChartView *view, int index)
{
  const TocsinSeries *series = view->series;
  g_autofree char *when = NULL;
  g_autofree char *median = NULL;
  g_autofree char *p95 = NULL;
  g_autofree char *most = NULL;
  gint64 at_us;

  at_us = series->at_us[index];
  when = tocsin_text_time (at_us, view->now_us, view->zone);
  if (series->n[index] == 0)
    return g_strdup_printf (_ ("%s: no data"), when);
  if (series->n_failed[index] == series->n[index])
    return g_strdup_printf (
        ngettext ("%s: %u check failed", "%s: %u checks failed", series->n_failed[index]), when,
        series->n_failed[index]);
  median = tocsin_text_latency (series->p50_us[index]);
  if (series->n[index] == 1)
    return g_strdup_printf (_ ("%s: %s"), when, median);
  p95 = tocsin_text_latency (series->p95_us[index]);
  most = tocsin_text_latency (series->most_us[index]);
  if (series->n_failed[index] > 0)
    return g_strdup_printf (_ ("%s: median %s, p95 %s, worst %s; %u of %u checks failed"), when,
                            median, p95, most, series->n_failed[index], series->n[index]);
  return g_strdup_printf (ngettext ("%s: median %s, p95 %s, worst %s of %u check",
                                    "%s: median %s, p95 %s, worst %s of %u checks",
                                    series->n[index]),
                          when, median, p95, most, series->n[index]);
}

char *
tocsin_chart_describe_point (const TocsinChartView *view, int index)
{
  const TocsinSeries *series = view->series;
  g_autofree char *latency = NULL;
  g_autofree char *phases = NULL;
  gint64 span_us;

  if (series == NULL || index < 0 || index >= (int) series->n_points)
    return g_strdup ("");
  latency = describe_latency (view, index);
  span_us = (series->to_us - series->from_us) / series->n_points;
  if (view->mode == TOCSIN_CHART_PHASES)
    phases =
        tocsin_chart_describe_phases (view, series->at_us[index], series->at_us[index] + span_us);
  return phases != NULL ? g_strdup_printf ("%s\n%s", latency, phases) : g_steal_pointer (&latency);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return (left > right) - (left < right);
}

/* The median of the points' medians: near enough for a sentence. */
static double
median_of (const TocsinSeries *series)
{
  g_autoptr (GArray) medians = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < series->n_points; i++)
    if (!isnan (series->p50_us[i]))
      g_array_append_val (medians, series->p50_us[i]);
  if (medians->len == 0)
    return NAN;
  g_array_sort (medians, compare_doubles);
  return g_array_index (medians, double, medians->len / 2);
}

char *
tocsin_chart_describe (const TocsinChartView *view)
{
  const TocsinSeries *series = view->series;
  g_autofree char *span = tocsin_text_span (view->to_us - view->from_us);
  g_autofree char *median = NULL;
  g_autofree char *most = NULL;
  g_autofree char *when = NULL;
  g_autofree char *down = NULL;
  int worst = -1;
  gint64 down_us = 0;

  for (guint i = 0; series != NULL && i < series->n_points; i++) {
    down_us += series->down_us[i];
    if (!isnan (series->most_us[i]) && (worst < 0 || series->most_us[i] > series->most_us[worst]))
      worst = (int) i;
  }
  if (worst < 0)
    return g_strdup_printf (_ ("Response time, %s: no data"), span);
  median = tocsin_text_latency (median_of (series));
  most = tocsin_text_latency (series->most_us[worst]);
  when = tocsin_text_time (series->at_us[worst], view->now_us, view->zone);
  if (down_us == 0)
    return g_strdup_printf (_ ("Response time, %s: median %s, worst %s at %s, never down"), span,
                            median, most, when);
  down = tocsin_text_span (down_us);
  return g_strdup_printf (_ ("Response time, %s: median %s, worst %s at %s, down %s"), span, median,
                          most, when, down);
}

/* --- all layers --- */

void
tocsin_chart_draw_all (const TocsinChartView *view, cairo_t *cr)
{
  cairo_save (cr);
  cairo_rectangle (cr, view->left, view->top, view->width, view->height);
  cairo_clip (cr);
  tocsin_chart_draw_shades (view, cr);
  tocsin_chart_draw_grid (view, cr);
  if (view->mode == TOCSIN_CHART_PHASES) {
    tocsin_chart_draw_phases (view, cr);
  } else {
    tocsin_chart_draw_band (view, cr);
    tocsin_chart_draw_line (view, cr);
  }
  tocsin_chart_draw_marks (view, cr);
  cairo_restore (cr);
  tocsin_chart_draw_value_labels (view, cr);
  tocsin_chart_draw_time_labels (view, cr);
}
