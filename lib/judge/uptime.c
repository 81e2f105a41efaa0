/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "uptime"

#include "config.h"

#include <math.h>

#include "bytes-private.h"
#include "uptime.h"

/* Hundredths of a percent. */
#define PARTS_OF_ONE 10000

TocsinCounts
tocsin_counts_of (guint outcome, guint flags)
{
  static const TocsinCounts by_outcome[] = {
    [TOCSIN_OUTCOME_OK] = TOCSIN_COUNTS_UP,
    [TOCSIN_OUTCOME_SLOW] = TOCSIN_COUNTS_UP,
    [TOCSIN_OUTCOME_FAILED] = TOCSIN_COUNTS_DOWN,
    [TOCSIN_OUTCOME_INCONCLUSIVE] = TOCSIN_COUNTS_NOT,
  };

  g_return_val_if_fail (outcome < G_N_ELEMENTS (by_outcome), TOCSIN_COUNTS_NOT);

  return flags & TOCSIN_SAMPLE_IN_MAINTENANCE ? TOCSIN_COUNTS_NOT : by_outcome[outcome];
}

gint64
tocsin_counts_end (gint64 at_us, gint64 next_at, gint64 cut_us)
{
  return MAX (at_us, MIN (next_at, tocsin_add_capped (at_us, MAX (cut_us, 0))));
}

void
tocsin_uptime_add (TocsinUptime *uptime, TocsinCounts counts, gint64 span_us)
{
  gint64 *sum;

  g_return_if_fail (uptime != NULL);

  switch (counts) {
  case TOCSIN_COUNTS_UP:
    sum = &uptime->up_us;
    break;
  case TOCSIN_COUNTS_DOWN:
    sum = &uptime->down_us;
    break;
  case TOCSIN_COUNTS_NOT:
  default:
    sum = &uptime->uncounted_us;
    break;
  }
  *sum = tocsin_add_capped (*sum, MAX (span_us, 0));
}

double
tocsin_uptime_get_share (const TocsinUptime *uptime)
{
  double share;

  g_return_val_if_fail (uptime != NULL, NAN);

  if (uptime->down_us == 0)
    return uptime->up_us == 0 ? NAN : 1;
  share = (double) uptime->up_us / ((double) uptime->up_us + (double) uptime->down_us);
  return share < 1 ? share : nextafter (1, 0);
}

char *
tocsin_uptime_to_text (double share)
{
  guint parts;

  if (isnan (share))
    return g_strdup ("—");
  if (share >= 1)
    return g_strdup ("100 %");
  if (share <= 0)
    return g_strdup ("0 %");
  /* 0.9999 is a little less than it in binary: the least bit more is not rounding up. */
  parts = (guint) floor (share * PARTS_OF_ONE + 1e-9);
  parts = MIN (parts, PARTS_OF_ONE - 1);
  return g_strdup_printf ("%u.%02u %%", parts / 100, parts % 100);
}

void
tocsin_uptime_add_points (TocsinUptime *uptime, const TocsinPoint *points, gsize n_points,
                          gint64 cut_us, gint64 from_us, gint64 to_us)
{
  gint64 nobody_us;

  g_return_if_fail (uptime != NULL);
  g_return_if_fail (points != NULL || n_points == 0);
  g_return_if_fail (from_us <= to_us);

  nobody_us = to_us - from_us;
  for (gsize i = 0; i < n_points; i++) {
    TocsinCounts counts = tocsin_counts_of (points[i].outcome, points[i].flags);
    gint64 next_at = i + 1 < n_points ? MIN (points[i + 1].at_us, to_us) : to_us;
    gint64 begin = MAX (points[i].at_us, from_us);
    gint64 end = tocsin_counts_end (points[i].at_us, next_at, cut_us);

    if (counts == TOCSIN_COUNTS_NOT || end <= begin)
      continue;
    tocsin_uptime_add (uptime, counts, end - begin);
    nobody_us -= end - begin;
  }
  tocsin_uptime_add (uptime, TOCSIN_COUNTS_NOT, nobody_us);
}

gint64
tocsin_time_floor (gint64 at_us, gint64 span_us)
{
  gint64 rest;

  g_return_val_if_fail (span_us > 0, at_us);

  rest = at_us % span_us;
  return at_us - (rest < 0 ? rest + span_us : rest);
}
