/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "random-points"

#include "config.h"

#include <math.h>

#include "random-points.h"
#include "timetext.h"

static gint64
draw_span (GRand *rand)
{
  switch (g_rand_int_range (rand, 0, 8)) {
  case 0:
    return 0;
  case 1:
    return (gint64) g_rand_double_range (rand, 0, 6 * (double) TOCSIN_US_PER_HOUR);
  case 2:
    return 10 * TOCSIN_US_PER_S;
  default:
    return TOCSIN_US_PER_MIN + g_rand_int_range (rand, -5000, 5000);
  }
}

static gint64
draw_latency (GRand *rand)
{
  switch (g_rand_int_range (rand, 0, 10)) {
  case 0:
    return -1;
  case 1:
    return (gint64) exp (g_rand_double_range (rand, 0, 34));
  default:
    return g_rand_int_range (rand, 0, 200000);
  }
}

TocsinPoint *
random_points (GRand *rand, guint n, gint64 from_us)
{
  TocsinPoint *points = g_new0 (TocsinPoint, n);
  gint64 at = from_us;

  for (guint i = 0; i < n; i++) {
    TocsinPoint *point = &points[i];

    at += draw_span (rand);
    point->at_us = at;
    point->outcome = (guint8) g_rand_int_range (rand, 0, TOCSIN_OUTCOME_INCONCLUSIVE + 1);
    point->code = (guint8) g_rand_int_range (rand, 0, TOCSIN_CODE_MOST + 1);
    point->flags =
        (guint8) (g_rand_int_range (rand, 0, 4) == 0 ? g_rand_int_range (rand, 0, 8) : 0);
    point->latency_us = draw_latency (rand);
    for (guint p = 0; p < TOCSIN_N_PHASES; p++)
      point->phase_us[p] = draw_latency (rand);
    /* Mostly the phases are all that there is to the latency. */
    if (g_rand_int_range (rand, 0, 4) == 0)
      continue;
    point->latency_us = 0;
    for (guint p = 0; p < TOCSIN_N_PHASES; p++)
      point->latency_us += MAX (point->phase_us[p], 0);
  }
  return points;
}
