/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "layer-phases"

#include "config.h"

#include <math.h>

#include "chart-private.h"

#define COLUMN_PX 3.0

/* The means of the samples in a column. */
typedef struct {
  double sum_us[TOCSIN_N_PHASES];
  guint n;
} Column;

static void
add_sample (Column *column, const TocsinSample *sample)
{
  for (guint i = 0; i < TOCSIN_N_PHASES; i++)
    column->sum_us[i] += (double) MAX (sample->phase_us[i], 0);
  column->n++;
}

static Column *
gather (const TocsinChartView *view, guint n_columns)
{
  Column *columns = g_new0 (Column, n_columns);

  for (guint i = 0; i < view->samples->len; i++) {
    const TocsinSample *sample = view->samples->pdata[i];
    double share =
        (double) (sample->at_us - view->from_us) / (double) (view->to_us - view->from_us);

    if (sample->latency_us >= 0 && share >= 0 && share < 1)
      add_sample (&columns[(guint) (share * n_columns)], sample);
  }
  return columns;
}

/* The time that a column stands for is as wide as the samples are apart, so that there is no comb
 * of gaps between them. */
static guint
count_columns (const TocsinChartView *view)
{
  guint most = (guint) MAX (view->width / COLUMN_PX, 1);
  const TocsinSample *newest, *oldest;
  double apart;

  if (view->samples->len < 2)
    return MIN (most, 60);
  newest = view->samples->pdata[0];
  oldest = view->samples->pdata[view->samples->len - 1];
  apart = (double) (newest->at_us - oldest->at_us) / (view->samples->len - 1);
  if (apart <= 0)
    return most;
  return CLAMP ((guint) ((double) (view->to_us - view->from_us) / (apart * 1.1)), 1, most);
}

void
tocsin_chart_draw_phases (const TocsinChartView *view, cairo_t *cr)
{
  g_autofree Column *columns = NULL;
  guint n_columns;
  double step;

  if (view->samples == NULL || view->samples->len == 0)
    return;
  n_columns = count_columns (view);
  columns = gather (view, n_columns);
  step = view->width / n_columns;
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  /* A phase after the other, so that each is filled once. */
  for (guint phase = 0; phase < TOCSIN_N_PHASES; phase++) {
    gdk_cairo_set_source_rgba (cr, &view->colors.phases[phase]);
    for (guint i = 0; i < n_columns; i++) {
      double below = 0, top, bottom;

      if (columns[i].n == 0 || columns[i].sum_us[phase] <= 0)
        continue;
      for (guint j = 0; j < phase; j++)
        below += columns[i].sum_us[j] / columns[i].n;
      bottom = tocsin_scale_map (&view->values, below);
      top = tocsin_scale_map (&view->values, below + columns[i].sum_us[phase] / columns[i].n);
      cairo_rectangle (cr, view->left + floor (i * step), top,
                       floor ((i + 1) * step) - floor (i * step), bottom - top);
    }
    cairo_fill (cr);
  }
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_DEFAULT);
}
