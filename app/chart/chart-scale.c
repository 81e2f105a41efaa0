/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "chart-scale"

#include "config.h"

#include <math.h>

#include "chart-scale.h"
#include "timetext.h"

#define SPIKE_TIMES 4 /* what is so many times above the rest's p95 is cut */

double
tocsin_scale_map (const TocsinScale *scale, double value)
{
  double share;

  g_return_val_if_fail (scale != NULL, 0);

  if (scale->is_log)
    share = (log (MAX (value, scale->least)) - log (scale->least)) /
            (log (scale->most) - log (scale->least));
  else
    share = (value - scale->least) / (scale->most - scale->least);
  return scale->at_least + share * (scale->at_most - scale->at_least);
}

double
tocsin_scale_unmap (const TocsinScale *scale, double at)
{
  double share;

  g_return_val_if_fail (scale != NULL, 0);

  share = (at - scale->at_least) / (scale->at_most - scale->at_least);
  if (scale->is_log)
    return exp (log (scale->least) + share * (log (scale->most) - log (scale->least)));
  return scale->least + share * (scale->most - scale->least);
}

void
tocsin_scale_fit (TocsinScale *scale, const TocsinSeries *series, gint64 slow_us, gboolean *is_cut)
{
  double most = 0, p95 = 0, least = HUGE_VAL, top;

  g_return_if_fail (scale != NULL && is_cut != NULL);

  for (guint i = 0; series != NULL && i < series->n_points; i++) {
    if (isnan (series->most_us[i]))
      continue;
    most = MAX (most, series->most_us[i]);
    p95 = MAX (p95, series->p95_us[i]);
    least = MIN (least, series->least_us[i]);
  }
  if (most <= 0)
    most = p95 = 100 * TOCSIN_US_PER_MS;
  *is_cut = !scale->is_log && most > SPIKE_TIMES * p95 && p95 > 0;
  top = *is_cut ? 1.5 * p95 : most;
  /* The threshold is part of the picture where it is not far above it. */
  if (slow_us > 0 && (double) slow_us > top && (double) slow_us < 2 * top)
    top = (double) slow_us;
  if (scale->is_log) {
    least = isfinite (least) ? MAX (least, 1) : 1;
    scale->least = pow (10, floor (log10 (least)));
    scale->most = MAX (pow (10, ceil (log10 (top * 1.05))), 10 * scale->least);
  } else {
    scale->least = 0;
    scale->most = top * 1.12;
  }
}

int
tocsin_series_find (const TocsinSeries *series, gint64 at_us)
{
  double share;

  g_return_val_if_fail (series != NULL, -1);

  if (at_us < series->from_us || at_us >= series->to_us || series->n_points == 0)
    return -1;
  share = (double) (at_us - series->from_us) / (double) (series->to_us - series->from_us);
  return MIN ((int) (share * series->n_points), (int) series->n_points - 1);
}

static gboolean
is_seen (const TocsinSeries *series, int index)
{
  return index >= 0 && index < (int) series->n_points && series->n[index] > 0;
}

int
tocsin_series_next_seen (const TocsinSeries *series, int index, int direction)
{
  g_return_val_if_fail (series != NULL, -1);

  for (int away = direction == 0 ? 0 : 1; away <= (int) series->n_points; away++) {
    if (direction <= 0 && is_seen (series, index - away))
      return index - away;
    if (direction >= 0 && is_seen (series, index + away))
      return index + away;
  }
  return -1;
}

/* --- stretches --- */

/* -1: nothing to shade. */
static int
shade_of (const TocsinSeries *series, guint index)
{
  if (series->down_us[index] > 0 || series->n_failed[index] > 0)
    return TOCSIN_SHADE_FAILED;
  if (series->n[index] == 0 && series->up_us[index] == 0)
    return TOCSIN_SHADE_NO_DATA;
  return -1;
}

static gint64
begin_of (const TocsinSeries *series, guint index)
{
  return index < series->n_points ? series->at_us[index] : series->to_us;
}

GArray *
tocsin_series_find_spans (const TocsinSeries *series, gint64 now_us)
{
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (TocsinShadedSpan));
  guint begin = 0;

  g_return_val_if_fail (series != NULL, spans);

  for (guint i = 1; i <= series->n_points; i++) {
    int shade = shade_of (series, begin);
    TocsinShadedSpan span;

    if (i < series->n_points && shade_of (series, i) == shade)
      continue;
    span = (TocsinShadedSpan){ .from_us = begin_of (series, begin),
                               .to_us = MIN (begin_of (series, i), now_us),
                               .shade = (TocsinShade) shade };
    if (shade >= 0 && span.from_us < span.to_us)
      g_array_append_val (spans, span);
    begin = i;
  }
  return spans;
}
