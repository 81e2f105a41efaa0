/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "bench-data"

#include "config.h"

#include <math.h>

#include "bench-data.h"
#include "timetext.h"

#define INTERVAL_US  TOCSIN_US_PER_MIN
#define RETRY_US     (10 * TOCSIN_US_PER_S)
#define RTT_US       18000.0
#define FAILURES     0.002 /* of all checks */
#define NAMES_MISSED 0.08  /* lookups that the resolver has to ask for */

static double
draw_normal (GRand *rand)
{
  /* Box and Muller. */
  return sqrt (-2 * log (1 - g_rand_double (rand))) * cos (2 * G_PI * g_rand_double (rand));
}

/* Around `median_us`, a factor of e^`sigma` up or down in two thirds of the cases. */
static gint64
draw_around (GRand *rand, double median_us, double sigma)
{
  return (gint64) (median_us * exp (sigma * draw_normal (rand)));
}

/* What queues add: mostly little, seldom much. */
static gint64
draw_queue (GRand *rand, double mean_us)
{
  return (gint64) (-mean_us * log (1 - g_rand_double (rand)));
}

static void
fill_good (TocsinPoint *point, GRand *rand)
{
  double hour = (double) (point->at_us % TOCSIN_US_PER_DAY) / (double) TOCSIN_US_PER_HOUR;
  double load = 1 + 0.3 * sin ((hour - 8) / 24 * 2 * G_PI);
  gboolean is_missed = g_rand_double (rand) < NAMES_MISSED;

  point->outcome = TOCSIN_OUTCOME_OK;
  point->phase_us[TOCSIN_PHASE_LOOKUP] = draw_around (rand, is_missed ? 22000 : 420, 0.35);
  point->phase_us[TOCSIN_PHASE_CONNECT] = (gint64) RTT_US + draw_queue (rand, 700);
  point->phase_us[TOCSIN_PHASE_TLS] =
      (gint64) (2 * RTT_US) + draw_around (rand, 3200, 0.15) + draw_queue (rand, 1000);
  point->phase_us[TOCSIN_PHASE_WAIT] =
      (gint64) RTT_US + draw_around (rand, 38000 * load, 0.18) + draw_queue (rand, 700);
  point->phase_us[TOCSIN_PHASE_TRANSFER] = draw_around (rand, 900, 0.3);
  point->latency_us = 0;
  for (guint p = 0; p < TOCSIN_N_PHASES; p++)
    point->latency_us += point->phase_us[p];
}

static void
fill_failed (TocsinPoint *point, GRand *rand)
{
  point->outcome = TOCSIN_OUTCOME_FAILED;
  point->code = TOCSIN_CODE_TIMEOUT_CONNECT;
  point->phase_us[TOCSIN_PHASE_LOOKUP] = draw_around (rand, 420, 0.35);
  for (guint p = TOCSIN_PHASE_CONNECT; p < TOCSIN_N_PHASES; p++)
    point->phase_us[p] = -1;
  point->latency_us = 10 * TOCSIN_US_PER_S + draw_queue (rand, 300);
}

void
bench_fill_points (TocsinPoint *points, guint n_points, gint64 from_us, GRand *rand)
{
  gint64 beat_at = from_us;
  gboolean was_failed = FALSE;

  for (guint i = 0; i < n_points; i++) {
    /* A timer is a little late, and a busy machine sometimes more. */
    gint64 late_us = draw_queue (rand, g_rand_double (rand) < 0.02 ? 8000 : 350);
    TocsinPoint *point = &points[i];

    *point = (TocsinPoint){ .at_us = beat_at + late_us };
    if (was_failed)
      point->flags = TOCSIN_SAMPLE_RETRY;
    was_failed = g_rand_double (rand) < (was_failed ? 0.5 : FAILURES);
    if (was_failed)
      fill_failed (point, rand);
    else
      fill_good (point, rand);
    beat_at += was_failed ? RETRY_US : INTERVAL_US;
  }
}
