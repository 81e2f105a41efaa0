/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* Blobs of rollups and, in them, of sketches: any bytes are refused, or give something that is
 * whole: it can be asked, merged, written, and read again as the same. */

#define G_LOG_DOMAIN "fuzz-rollup"

#include "config.h"

#include <math.h>

#include "replay.h"
#include "rollup.h"
#include "timetext.h"

static void
look_at_sketch (const TocsinSketch *sketch)
{
  double last = 0;

  for (double q = 0; q <= 1; q += 0.125) {
    double value = tocsin_sketch_get_quantile (sketch, q);

    g_assert_true (sketch->n == 0 ? isnan (value) : value >= last);
    last = value;
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_auto (TocsinRollup) rollup = { 0 };
  g_auto (TocsinRollup) again = { 0 };
  g_auto (TocsinRollup) sum = { 0 };
  g_autoptr (GBytes) blob = NULL;
  TocsinUptime uptime;

  if (!tocsin_rollup_decode (&rollup, 0, TOCSIN_US_PER_DAY, data, size, NULL))
    return 0;
  look_at_sketch (&rollup.latency);
  blob = tocsin_rollup_encode (&rollup);
  g_assert_true (tocsin_rollup_decode (&again, 0, TOCSIN_US_PER_DAY, g_bytes_get_data (blob, NULL),
                                       g_bytes_get_size (blob), NULL));
  g_assert_true (tocsin_rollup_equal (&rollup, &again));

  tocsin_rollup_init (&sum, 0, TOCSIN_US_PER_DAY);
  tocsin_rollup_merge (&sum, &rollup);
  tocsin_rollup_merge (&sum, &again);
  look_at_sketch (&sum.latency);
  uptime = sum.time;
  g_assert_true (uptime.up_us >= 0 && uptime.down_us >= 0 && uptime.uncounted_us >= 0);
  return 0;
}
