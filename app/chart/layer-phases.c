/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "layer-phases"

#include "config.h"

#include <math.h>

#include "chart-private.h"
#include "evidence-text.h"
#include "texts.h"
#include "timetext.h"

#define COLUMN_PX    3.0
#define SINGLE_SHARE 60 /* of the view that one sample alone stands for: a sixtieth */

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

char *
tocsin_chart_describe_phases (const TocsinChartView *view, gint64 from_us, gint64 to_us)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Column column = { 0 };

  for (guint i = 0; view->samples != NULL && i < view->samples->len; i++) {
    const TocsinSample *sample = view->samples->pdata[i];

    if (sample->latency_us >= 0 && sample->at_us >= from_us && sample->at_us < to_us)
      add_sample (&column, sample);
  }
  for (guint i = 0; i < TOCSIN_N_PHASES; i++) {
    g_autofree char *time = NULL;

    if (column.sum_us[i] <= 0)
      continue;
    time = tocsin_text_latency (column.sum_us[i] / column.n);
    g_string_append_printf (text, "%s%s %s", text->len > 0 ? "\n" : "",
                            tocsin_evidence_get_phase_label (i), time);
  }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

/* The time that a column stands for is as wide as the samples are apart, so that there is no comb
 * of gaps between them. */
static gint64
choose_column_us (const TocsinChartView *view)
{
  double span_us = (double) (view->to_us - view->from_us);
  double least_us = span_us / MAX (view->width / COLUMN_PX, 1);
  const TocsinSample *newest, *oldest;
  double apart_us = span_us / SINGLE_SHARE;

  if (view->samples->len > 1) {
    newest = view->samples->pdata[0];
    oldest = view->samples->pdata[view->samples->len - 1];
    apart_us = (double) (newest->at_us - oldest->at_us) / (view->samples->len - 1) * 1.1;
  }
  return (gint64) CLAMP (apart_us, least_us, span_us) + 1;
}

/* Columns begin at multiples of their time, so that a sample stays in its own while the view
 * slides. */
static Column *
gather (const TocsinChartView *view, gint64 column_us, gint64 from_us, guint n_columns)
{
  Column *columns = g_new0 (Column, n_columns);

  for (guint i = 0; i < view->samples->len; i++) {
    const TocsinSample *sample = view->samples->pdata[i];
    gint64 index = (sample->at_us - from_us) / column_us;

    if (sample->latency_us >= 0 && sample->at_us >= from_us && index < n_columns)
      add_sample (&columns[index], sample);
  }
  return columns;
}

void
tocsin_chart_draw_phases (const TocsinChartView *view, cairo_t *cr)
{
  g_autofree Column *columns = NULL;
  gint64 column_us, from_us;
  guint n_columns;

  if (view->samples == NULL || view->samples->len == 0)
    return;
  column_us = choose_column_us (view);
  from_us = tocsin_time_floor (view->from_us, column_us);
  n_columns = (guint) ((view->to_us - from_us) / column_us) + 1;
  columns = gather (view, column_us, from_us, n_columns);
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  /* A phase after the other, so that each is filled once. */
  for (guint phase = 0; phase < TOCSIN_N_PHASES; phase++) {
    gdk_cairo_set_source_rgba (cr, &view->colors.phases[phase]);
    for (guint i = 0; i < n_columns; i++) {
      double left = floor (tocsin_chart_view_x (view, from_us + i * column_us));
      double right = floor (tocsin_chart_view_x (view, from_us + (i + 1) * column_us));
      double below = 0, top, bottom;

      if (columns[i].n == 0 || columns[i].sum_us[phase] <= 0)
        continue;
      for (guint j = 0; j < phase; j++)
        below += columns[i].sum_us[j] / columns[i].n;
      bottom = tocsin_scale_map (&view->values, below);
      top = tocsin_scale_map (&view->values, below + columns[i].sum_us[phase] / columns[i].n);
      cairo_rectangle (cr, left, top, right - left, bottom - top);
    }
    cairo_fill (cr);
  }
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_DEFAULT);
}
