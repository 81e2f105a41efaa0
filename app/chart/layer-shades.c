/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "layer-shades"

#include "config.h"

#include <math.h>

#include "chart-private.h"

#define HATCH_PX 7

/* Each shade has a pattern of its own, so that it is not its colour alone that tells it: failed is
 * full, no data is hatched one way, maintenance the other way. */
static void
hatch (cairo_t *cr, double x, double y, double width, double height, gboolean falling)
{
  cairo_save (cr);
  cairo_rectangle (cr, x, y, width, height);
  cairo_clip (cr);
  /* From multiples of the step, so that the lines of two stretches are in line. */
  for (double at = floor ((x - height) / HATCH_PX) * HATCH_PX; at < x + width + height;
       at += HATCH_PX) {
    cairo_move_to (cr, at, falling ? y : y + height);
    cairo_line_to (cr, at + height, falling ? y + height : y);
  }
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
  cairo_restore (cr);
}

static void
draw_span (const TocsinChartView *view, cairo_t *cr, const TocsinShadedSpan *span)
{
  double from = tocsin_chart_view_x (view, MAX (span->from_us, view->from_us));
  double to = tocsin_chart_view_x (view, MIN (span->to_us, view->to_us));
  GdkRGBA color;

  if (span->to_us <= view->from_us || span->from_us >= view->to_us)
    return;
  switch (span->shade) {
  case TOCSIN_SHADE_FAILED:
    color = view->colors.failed;
    color.alpha *= view->colors.high_contrast ? 0.45f : 0.2f;
    gdk_cairo_set_source_rgba (cr, &color);
    /* A failure of a moment is still seen: two pixels at least. */
    cairo_rectangle (cr, floor (from), view->top, MAX (ceil (to) - floor (from), 2), view->height);
    cairo_fill (cr);
    break;
  case TOCSIN_SHADE_NO_DATA:
    gdk_cairo_set_source_rgba (cr, &view->colors.no_data);
    hatch (cr, from, view->top, to - from, view->height, FALSE);
    break;
  case TOCSIN_SHADE_MAINTENANCE:
  default:
    color = view->colors.maintenance;
    color.alpha *= 0.12f;
    gdk_cairo_set_source_rgba (cr, &color);
    cairo_rectangle (cr, from, view->top, to - from, view->height);
    cairo_fill (cr);
    color.alpha *= 2.5f;
    gdk_cairo_set_source_rgba (cr, &color);
    hatch (cr, from, view->top, to - from, view->height, TRUE);
    break;
  }
}

void
tocsin_chart_draw_shades (const TocsinChartView *view, cairo_t *cr)
{
  g_autoptr (GArray) spans = NULL;

  if (view->series != NULL)
    spans = tocsin_series_find_spans (view->series, view->now_us);
  for (guint i = 0; spans != NULL && i < spans->len; i++)
    draw_span (view, cr, &g_array_index (spans, TocsinShadedSpan, i));
  for (guint i = 0; view->maintenance != NULL && i < view->maintenance->len; i++)
    draw_span (view, cr, &g_array_index (view->maintenance, TocsinShadedSpan, i));
}
