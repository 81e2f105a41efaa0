/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "layer-axes"

#include "config.h"

#include <math.h>

#include "chart-private.h"

#define PX_PER_VALUE_TICK 44
#define PX_PER_TIME_TICK  84

static guint
n_value_ticks (const TocsinChartView *view)
{
  return (guint) MAX (view->height / PX_PER_VALUE_TICK, 2);
}

static GArray *
time_ticks (const TocsinChartView *view)
{
  return tocsin_ticks_of_time (view->from_us, view->to_us,
                               (guint) MAX (view->width / PX_PER_TIME_TICK, 2), view->zone);
}

void
tocsin_chart_draw_grid (const TocsinChartView *view, cairo_t *cr)
{
  g_autoptr (GArray) values = tocsin_ticks_of_values (&view->values, n_value_ticks (view));
  g_autoptr (GArray) times = time_ticks (view);

  gdk_cairo_set_source_rgba (cr, &view->colors.grid);
  cairo_set_line_width (cr, 1);
  for (guint i = 0; i < values->len; i++) {
    double y =
        round (tocsin_scale_map (&view->values, g_array_index (values, TocsinTick, i).value)) - 0.5;

    cairo_move_to (cr, view->left, y);
    cairo_line_to (cr, view->left + view->width, y);
  }
  for (guint i = 0; i < times->len; i++) {
    double x =
        round (tocsin_chart_view_x (view, (gint64) g_array_index (times, TocsinTick, i).value)) +
        0.5;

    cairo_move_to (cr, x, view->top);
    cairo_line_to (cr, x, view->top + view->height);
  }
  cairo_stroke (cr);
}

static void
draw_label (const TocsinChartView *view, cairo_t *cr, const char *text, double x, double y,
            double align_x, double align_y)
{
  int width, height;
  double most_x;

  pango_layout_set_text (view->layout, text, -1);
  pango_layout_get_pixel_size (view->layout, &width, &height);
  most_x = view->left + view->width - width; /* the last one is not to be cut */
  cairo_move_to (cr, MIN (x - width * align_x, most_x), y - height * align_y);
  pango_cairo_show_layout (cr, view->layout);
}

void
tocsin_chart_draw_value_labels (const TocsinChartView *view, cairo_t *cr)
{
  g_autoptr (GArray) ticks = tocsin_ticks_of_values (&view->values, n_value_ticks (view));

  gdk_cairo_set_source_rgba (cr, &view->colors.text);
  for (guint i = 0; i < ticks->len; i++) {
    const TocsinTick *tick = &g_array_index (ticks, TocsinTick, i);
    double y = tocsin_scale_map (&view->values, tick->value);

    if (tick->label != NULL && y >= view->top)
      draw_label (view, cr, tick->label, view->left - 8, y, 1, 0.5);
  }
}

void
tocsin_chart_draw_time_labels (const TocsinChartView *view, cairo_t *cr)
{
  g_autoptr (GArray) ticks = time_ticks (view);

  gdk_cairo_set_source_rgba (cr, &view->colors.text);
  for (guint i = 0; i < ticks->len; i++) {
    const TocsinTick *tick = &g_array_index (ticks, TocsinTick, i);

    draw_label (view, cr, tick->label, tocsin_chart_view_x (view, (gint64) tick->value),
                view->top + view->height + 6, 0.5, 0);
  }
}
