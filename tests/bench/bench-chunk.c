/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* Bytes that a packed sample takes, phases and all, over ninety days of minutes. */

#define G_LOG_DOMAIN "bench-chunk"

#include "config.h"

#include <stdlib.h>

#include "bench-data.h"
#include "bench.h"
#include "timetext.h"

#define SEED               7
#define N_DAYS             90
#define SAMPLES_A_DAY      1440
#define LIMIT_PACKED_BYTES 6.0
#define LIMIT_PACK_US      0.5 /* a sample: five thousand monitors' day in an hour of one core */
#define FROM_US            (G_GINT64_CONSTANT (20000) * TOCSIN_US_PER_DAY)
#define BARE_ROW_BYTES     19.0 /* of a SQLite row with time, outcome and latency, no phases */

int
main (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED);
  g_autofree TocsinPoint *points = g_new (TocsinPoint, SAMPLES_A_DAY);
  gsize bytes = 0;
  gint64 spent_us = 0;
  double n = (double) N_DAYS * SAMPLES_A_DAY;

  for (guint day = 0; day < N_DAYS; day++) {
    g_autoptr (GBytes) blob = NULL;
    gint64 began_us;

    bench_fill_points (points, SAMPLES_A_DAY, FROM_US + day * TOCSIN_US_PER_DAY, rand);
    began_us = g_get_monotonic_time ();
    blob = tocsin_chunk_encode (points, SAMPLES_A_DAY);
    spent_us += g_get_monotonic_time () - began_us;
    bytes += g_bytes_get_size (blob);
  }
  bench_print_at_most ("packed-sample", (double) bytes / n, "B", LIMIT_PACKED_BYTES);
  bench_print_at_most ("packed-sample-of-a-bare-row", (double) bytes / n, "B", BARE_ROW_BYTES);
  bench_print_at_most ("packing-a-sample", (double) spent_us / n, "us", LIMIT_PACK_US);
  return (double) bytes / n <= LIMIT_PACKED_BYTES ? EXIT_SUCCESS : EXIT_FAILURE;
}
