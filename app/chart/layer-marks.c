/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "layer-marks"

#include "config.h"

#include <math.h>

#include "chart-private.h"

#define MARK_PX 9

/* An incident: a bar along the top for as long as it lasted, with a head where it began. */
static void
draw_incident (const TocsinChartView *view, cairo_t *cr, const TocsinIncident *incident)
{
  gint64 end_us = incident->ended_at > 0 ? incident->ended_at : view->now_us;
  double from = tocsin_chart_view_x (view, MAX (incident->began_at, view->from_us));
  double to = tocsin_chart_view_x (view, MIN (end_us, view->to_us));

  if (end_us < view->from_us || incident->began_at >= view->to_us)
    return;
  gdk_cairo_set_source_rgba (cr, &view->colors.failed);
  cairo_rectangle (cr, from, view->top, MAX (to - from, 2), 3);
  cairo_fill (cr);
  if (incident->began_at < view->from_us)
    return;
  cairo_move_to (cr, from - MARK_PX / 2.0, view->top);
  cairo_line_to (cr, from + MARK_PX / 2.0, view->top);
  cairo_line_to (cr, from, view->top + MARK_PX);
  cairo_close_path (cr);
  cairo_fill (cr);
}

/* A spike above the plot has a small arrow in its place. */
static void
draw_cut (const TocsinChartView *view, cairo_t *cr)
{
  gdk_cairo_set_source_rgba (cr, &view->colors.line);
  for (guint i = 0; i < view->series->n_points; i++) {
    double x = tocsin_chart_view_x (view, view->series->at_us[i]);

    if (isnan (view->series->most_us[i]) || view->series->most_us[i] <= view->values.most)
      continue;
    cairo_move_to (cr, x - 3, view->top + 7);
    cairo_line_to (cr, x + 3, view->top + 7);
    cairo_line_to (cr, x, view->top + 2);
    cairo_close_path (cr);
  }
  cairo_fill (cr);
}

void
tocsin_chart_draw_marks (const TocsinChartView *view, cairo_t *cr)
{
  if (view->is_cut && view->series != NULL)
    draw_cut (view, cr);
  for (guint i = 0; view->incidents != NULL && i < view->incidents->len; i++)
    draw_incident (view, cr, view->incidents->pdata[i]);
}
