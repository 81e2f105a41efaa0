/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "state-time"

#include "config.h"

#include "state-time.h"
#include "state.h"

static gboolean
is_looked_at (guint state)
{
  switch ((TocsinState) state) {
  case TOCSIN_STATE_UP:
  case TOCSIN_STATE_DEGRADED:
  case TOCSIN_STATE_CONFIRMING:
  case TOCSIN_STATE_DOWN:
    return TRUE;
  case TOCSIN_STATE_NEW:
  case TOCSIN_STATE_PAUSED:
  case TOCSIN_STATE_MAINTENANCE:
  case TOCSIN_STATE_UNKNOWN:
    return FALSE;
  }
  return FALSE;
}

static gint64
get_down_us (const TocsinOutage *outages, guint n_outages, gint64 from_us, gint64 to_us)
{
  gint64 down_us = 0;

  for (guint i = 0; i < n_outages; i++) {
    gint64 from = MAX (outages[i].began_at, from_us);
    gint64 to = outages[i].ended_at == 0 ? to_us : MIN (outages[i].ended_at, to_us);

    down_us += MAX (to - from, 0);
  }
  return MIN (down_us, to_us - from_us);
}

void
tocsin_state_time_count (TocsinUptime *uptime, guint before, const TocsinStateChange *changes,
                         guint n_changes, const TocsinOutage *outages, guint n_outages,
                         gint64 from_us, gint64 to_us)
{
  guint state = before;
  gint64 at_us = from_us;

  g_return_if_fail (uptime != NULL);
  g_return_if_fail (changes != NULL || n_changes == 0);
  g_return_if_fail (outages != NULL || n_outages == 0);

  for (guint i = 0; i <= n_changes && at_us < to_us; i++) {
    gint64 end_us = i < n_changes ? CLAMP (changes[i].at_us, at_us, to_us) : to_us;
    gint64 span_us = end_us - at_us;

    if (span_us > 0 && is_looked_at (state)) {
      gint64 down_us = get_down_us (outages, n_outages, at_us, end_us);

      tocsin_uptime_add (uptime, TOCSIN_COUNTS_DOWN, down_us);
      tocsin_uptime_add (uptime, TOCSIN_COUNTS_UP, span_us - down_us);
    } else if (span_us > 0) {
      tocsin_uptime_add (uptime, TOCSIN_COUNTS_NOT, span_us);
    }
    at_us = end_us;
    if (i < n_changes)
      state = changes[i].state;
  }
}
