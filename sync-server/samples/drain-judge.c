/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "drain-judge"

#include "config.h"

#include <string.h>

#include "drain-private.h"

/* When the probe last said something of the monitor. */
static gint64
find_vote_at (const TocsinJudge *judge, const char *probe_id)
{
  for (guint i = 0; judge->others != NULL && i < judge->others->len; i++) {
    const TocsinVote *vote = g_ptr_array_index (judge->others, i);

    if (g_strcmp0 (vote->probe, probe_id) == 0)
      return vote->at_us;
  }
  return 0;
}

/* What waited in an outbox comes after what is new: it is history, and no news for the judge. */
static void
judge_sample (TocsinProbedRow *row, const TocsinDrainSample *sample, const char *probe_id)
{
  TocsinSample told = {
    .at_us = sample->point.at_us,
    .outcome = sample->point.outcome,
    .code = sample->point.code,
    .flags = sample->point.flags,
    .latency_us = sample->point.latency_us,
    .reason = (char *) sample->reason,
  };
  const TocsinJudgeEvent event = { .kind = TOCSIN_JUDGE_SAMPLE,
                                   .sample = &told,
                                   .probe = probe_id };

  if (sample->point.at_us <= find_vote_at (row->stored.judge, probe_id))
    return;
  memcpy (told.phase_us, sample->point.phase_us, sizeof told.phase_us);
  tocsin_probed_row_step (row, &event, sample->point.at_us);
}

static gboolean
judge_monitor (TocsinPg *pg, const TocsinDrain *drain, const TocsinDrainMonitor *monitor,
               TocsinMonitorCache *cache, GError **error)
{
  TocsinProbedRow *row = monitor->row;
  const TocsinKnownMonitor *known = tocsin_monitor_cache_get (
      cache, pg, row->stored.team_id, row->monitor_id, row->revision, error);
  gint64 silent_at;

  if (known == NULL)
    return FALSE;
  row->stored.monitor = known->monitor;
  for (guint i = 0; i < monitor->n_samples; i++) {
    const TocsinDrainSample *sample = &monitor->samples[i];

    judge_sample (row, sample,
                  g_array_index (drain->probes, TocsinDrainProbe, sample->probe).probe_id);
  }
  silent_at = tocsin_probed_row_get_silent_at (row, drain->now_us);
  if (row->look_at == 0 || silent_at < row->look_at)
    row->look_at = silent_at;
  return TRUE;
}

gboolean
tocsin_drain_judge (TocsinPg *pg, const TocsinDrain *drain, TocsinMonitorCache *cache,
                    GError **error)
{
  for (guint i = 0; i < drain->monitors->len; i++) {
    const TocsinDrainMonitor *monitor = &g_array_index (drain->monitors, TocsinDrainMonitor, i);

    if (monitor->row != NULL && !judge_monitor (pg, drain, monitor, cache, error))
      return FALSE;
  }
  return tocsin_probed_rows_save (pg, drain->rows, drain->now_us, error);
}
