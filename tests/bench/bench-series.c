/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* Ninety days of minutes, as the store has them, to a chart: 90 chunks unpacked and counted into
 * 1,000 points; and the same without the unpacking. The best of several runs, since this measures
 * the work and not what else the machine does. */

#define G_LOG_DOMAIN "bench-series"

#include "config.h"

#include <stdlib.h>

#include "bench-data.h"
#include "bench.h"
#include "series.h"
#include "timetext.h"

#define SEED            7
#define N_DAYS          90
#define SAMPLES_A_DAY   1440
#define N_POINTS        1000
#define N_RUNS          9
#define LIMIT_SERIES_MS 20.0
#define FROM_US         (G_GINT64_CONSTANT (20000) * TOCSIN_US_PER_DAY)
#define TO_US           (FROM_US + N_DAYS * TOCSIN_US_PER_DAY)
#define CUT_US          (2 * TOCSIN_US_PER_MIN)

typedef struct {
  TocsinPoint *points; /* (owned) */
  GPtrArray *chunks;   /* (owned) (element-type GBytes) */
} Data;

static void
make_data (Data *data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED);

  data->points = g_new (TocsinPoint, N_DAYS * SAMPLES_A_DAY);
  data->chunks = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  for (guint day = 0; day < N_DAYS; day++) {
    TocsinPoint *points = data->points + day * SAMPLES_A_DAY;

    bench_fill_points (points, SAMPLES_A_DAY, FROM_US + day * TOCSIN_US_PER_DAY, rand);
    g_ptr_array_add (data->chunks, tocsin_chunk_encode (points, SAMPLES_A_DAY));
  }
}

static double
run (const Data *data, gboolean is_packed)
{
  gint64 began_us = g_get_monotonic_time ();
  g_autoptr (TocsinSeriesBuilder) builder =
      tocsin_series_builder_new (FROM_US, TO_US, N_POINTS, CUT_US);
  g_autoptr (TocsinSeries) series = NULL;

  for (guint i = 0; is_packed && i < data->chunks->len; i++) {
    gsize size;
    const guint8 *bytes = g_bytes_get_data (g_ptr_array_index (data->chunks, i), &size);

    if (!tocsin_series_builder_add_chunk (builder, bytes, size, NULL))
      g_error ("a chunk that was just packed can't be unpacked");
  }
  if (!is_packed)
    tocsin_series_builder_add (builder, data->points, N_DAYS * SAMPLES_A_DAY);
  series = tocsin_series_builder_finish (builder);
  g_assert (series->n[N_POINTS / 2] > 0);
  return (double) (g_get_monotonic_time () - began_us) / (double) TOCSIN_US_PER_MS;
}

static double
run_best (const Data *data, gboolean is_packed)
{
  double best = G_MAXDOUBLE;

  for (guint i = 0; i < N_RUNS; i++)
    best = MIN (best, run (data, is_packed));
  return best;
}

int
main (void)
{
  Data data;
  double packed_ms, rows_ms;

  make_data (&data);
  packed_ms = run_best (&data, TRUE);
  rows_ms = run_best (&data, FALSE);
  bench_print_at_most ("series-of-90-days-from-chunks", packed_ms, "ms", LIMIT_SERIES_MS);
  bench_print_at_most ("series-of-90-days-from-samples", rows_ms, "ms", LIMIT_SERIES_MS);
  g_free (data.points);
  g_ptr_array_unref (data.chunks);
  return packed_ms <= LIMIT_SERIES_MS ? EXIT_SUCCESS : EXIT_FAILURE;
}
