/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "round-trips"

#include "config.h"

#include "round-trips.h"

TocsinRoundTrips
tocsin_round_trips (const gint64 *rtt_us, guint n)
{
  TocsinRoundTrips trips = { .least_us = -1, .mean_us = -1, .most_us = -1, .jitter_us = -1 };
  gint64 sum_us = 0, change_us = 0, last_us = -1;

  for (guint i = 0; i < n; i++) {
    if (rtt_us[i] < 0)
      continue;
    trips.n++;
    sum_us += rtt_us[i];
    trips.least_us = trips.n == 1 ? rtt_us[i] : MIN (trips.least_us, rtt_us[i]);
    trips.most_us = MAX (trips.most_us, rtt_us[i]);
    if (last_us >= 0)
      change_us += ABS (rtt_us[i] - last_us);
    last_us = rtt_us[i];
  }
  if (trips.n > 0) {
    trips.mean_us = sum_us / trips.n;
    trips.jitter_us = trips.n > 1 ? change_us / (trips.n - 1) : 0;
  }
  return trips;
}

gboolean
tocsin_is_loss_above (guint sent, guint received, guint max_loss)
{
  g_return_val_if_fail (received <= sent, FALSE);

  return (guint64) (sent - received) * 100 > (guint64) max_loss * sent;
}
