/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "drain-runs"

#include "config.h"

#include <string.h>

#include "chunk.h"
#include "drain-private.h"
#include "pg-columns.h"
#include "pg-copy.h"
#include "run.h"
#include "timetext.h"
#include "uptime.h"

/* Runs go over by COPY, in its binary form: bytes as they are. */

typedef struct {
  TocsinPgCopy *copy;
  const TocsinDrain *drain;
  GArray *points; /* (owned) of TocsinPoint, of the run that is gathered */
} Writing;

static void
put_run (Writing *writing, const TocsinDrainMonitor *monitor, const TocsinDrainProbe *probe,
         gint64 number)
{
  const TocsinPoint *points = (const TocsinPoint *) (gpointer) writing->points->data;
  guint n = writing->points->len;
  g_autoptr (GBytes) run = tocsin_run_encode (points, n);
  gsize size;
  const guint8 *data = g_bytes_get_data (run, &size);

  tocsin_pg_copy_begin_row (writing->copy, 8);
  tocsin_pg_copy_put_uuid (writing->copy, monitor->team_id);
  tocsin_pg_copy_put_uuid (writing->copy, monitor->monitor_id);
  tocsin_pg_copy_put_int64 (writing->copy, points[0].at_us);
  tocsin_pg_copy_put_uuid (writing->copy, probe->probe_id);
  tocsin_pg_copy_put_int64 (writing->copy, number);
  tocsin_pg_copy_put_int64 (writing->copy, points[n - 1].at_us);
  tocsin_pg_copy_put_int32 (writing->copy, (gint32) n);
  tocsin_pg_copy_put_bytes (writing->copy, data, size);
  g_array_set_size (writing->points, 0);
}

/* The runs of one probe among the monitor's samples: one a day, and no longer than a chunk. */
static void
put_runs_of_probe (Writing *writing, const TocsinDrainMonitor *monitor, guint slot)
{
  const TocsinDrainProbe *probe = &g_array_index (writing->drain->probes, TocsinDrainProbe, slot);
  gint64 day = 0, number = 0;

  for (guint i = 0; i < monitor->n_samples; i++) {
    const TocsinDrainSample *sample = &monitor->samples[i];
    gint64 its_day = tocsin_time_floor (sample->point.at_us, TOCSIN_US_PER_DAY);

    if (sample->probe != slot)
      continue;
    if (writing->points->len > 0 &&
        (its_day != day || writing->points->len == TOCSIN_CHUNK_SAMPLES))
      put_run (writing, monitor, probe, number);
    if (writing->points->len == 0)
      number = sample->number;
    day = its_day;
    g_array_append_val (writing->points, sample->point);
  }
  if (writing->points->len > 0)
    put_run (writing, monitor, probe, number);
}

static gboolean
is_first_of_probe (const TocsinDrainMonitor *monitor, guint i)
{
  for (guint k = 0; k < i; k++)
    if (monitor->samples[k].probe == monitor->samples[i].probe)
      return FALSE;
  return TRUE;
}

/* Mostly there is one probe: then the first sample's slot is the only one. */
static void
put_runs (Writing *writing, const TocsinDrainMonitor *monitor)
{
  guint n_done = 0;

  for (guint i = 0; i < monitor->n_samples && n_done < monitor->n_samples; i++) {
    if (!is_first_of_probe (monitor, i))
      continue;
    put_runs_of_probe (writing, monitor, monitor->samples[i].probe);
    for (guint k = 0; k < monitor->n_samples; k++)
      n_done += monitor->samples[k].probe == monitor->samples[i].probe;
  }
}

static gboolean
copy_runs (TocsinPg *pg, const TocsinDrain *drain, GError **error)
{
  g_autoptr (TocsinPgCopy) copy = tocsin_pg_copy_begin (
      pg,
      "COPY samples (team_id, monitor_id, at, probe_id, number, last_at, n, run)"
      " FROM STDIN (FORMAT binary)",
      error);
  g_autoptr (GArray) points = tocsin_points_new ();
  Writing writing = { copy, drain, points };

  if (copy == NULL)
    return FALSE;
  for (guint i = 0; i < drain->monitors->len; i++) {
    const TocsinDrainMonitor *monitor = &g_array_index (drain->monitors, TocsinDrainMonitor, i);

    if (monitor->row != NULL)
      put_runs (&writing, monitor);
  }
  return tocsin_pg_copy_end (copy, error);
}

/* --- days to be packed --- */

/* A past day's runs are packed when it is over, and again where some came late. */
static gboolean
note_days (TocsinPg *pg, const TocsinDrain *drain, GError **error)
{
  g_auto (TocsinPgColumn) teams, monitors, days;

  tocsin_pg_column_init (&teams);
  tocsin_pg_column_init (&monitors);
  tocsin_pg_column_init (&days);
  for (guint i = 0; i < drain->monitors->len; i++) {
    const TocsinDrainMonitor *monitor = &g_array_index (drain->monitors, TocsinDrainMonitor, i);
    gint64 last = G_MININT64;

    for (guint k = 0; monitor->row != NULL && k < monitor->n_samples; k++) {
      gint64 day = tocsin_time_floor (monitor->samples[k].point.at_us, TOCSIN_US_PER_DAY);

      if (day == last)
        continue;
      last = day;
      tocsin_pg_column_add_text (&teams, monitor->team_id);
      tocsin_pg_column_add_text (&monitors, monitor->monitor_id);
      tocsin_pg_column_add_int (&days, day);
    }
  }
  return tocsin_pg_run (pg, error, NULL,
                        "INSERT INTO unpacked_days (team_id, monitor_id, day)"
                        " SELECT * FROM unnest ($1::uuid[], $2::uuid[], $3::bigint[])"
                        " ON CONFLICT DO NOTHING",
                        PG_TEXT (tocsin_pg_column_get (&teams)),
                        PG_TEXT (tocsin_pg_column_get (&monitors)),
                        PG_TEXT (tocsin_pg_column_get (&days)));
}

/* --- reasons --- */

typedef struct {
  TocsinPgColumn teams, monitors, times, probes, numbers, reasons;
  guint n;
} Reasons;

static void
clear_reasons (Reasons *reasons)
{
  tocsin_pg_column_clear (&reasons->teams);
  tocsin_pg_column_clear (&reasons->monitors);
  tocsin_pg_column_clear (&reasons->times);
  tocsin_pg_column_clear (&reasons->probes);
  tocsin_pg_column_clear (&reasons->numbers);
  tocsin_pg_column_clear (&reasons->reasons);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reasons, clear_reasons)

/* Those that are other than the one before of the same monitor, or of another probe. */
static void
add_reasons (Reasons *reasons, const TocsinDrain *drain, const TocsinDrainMonitor *monitor)
{
  const TocsinDrainSample *last = NULL;

  for (guint i = 0; i < monitor->n_samples; i++) {
    const TocsinDrainSample *sample = &monitor->samples[i];

    if (sample->reason == NULL || (last != NULL && last->probe == sample->probe &&
                                   strcmp (last->reason, sample->reason) == 0))
      continue;
    last = sample;
    tocsin_pg_column_add_text (&reasons->teams, monitor->team_id);
    tocsin_pg_column_add_text (&reasons->monitors, monitor->monitor_id);
    tocsin_pg_column_add_int (&reasons->times, sample->point.at_us);
    tocsin_pg_column_add_text (
        &reasons->probes, g_array_index (drain->probes, TocsinDrainProbe, sample->probe).probe_id);
    tocsin_pg_column_add_int (&reasons->numbers, sample->number);
    tocsin_pg_column_add_text (&reasons->reasons, sample->reason);
    reasons->n++;
  }
}

static gboolean
write_reasons (TocsinPg *pg, const TocsinDrain *drain, GError **error)
{
  g_auto (Reasons) reasons = { 0 };

  tocsin_pg_column_init (&reasons.teams);
  tocsin_pg_column_init (&reasons.monitors);
  tocsin_pg_column_init (&reasons.times);
  tocsin_pg_column_init (&reasons.probes);
  tocsin_pg_column_init (&reasons.numbers);
  tocsin_pg_column_init (&reasons.reasons);
  for (guint i = 0; i < drain->monitors->len; i++) {
    const TocsinDrainMonitor *monitor = &g_array_index (drain->monitors, TocsinDrainMonitor, i);

    if (monitor->row != NULL)
      add_reasons (&reasons, drain, monitor);
  }
  return reasons.n == 0 ||
         tocsin_pg_run (pg, error, NULL,
                        "INSERT INTO reasons (team_id, monitor_id, at, probe_id, number, reason)"
                        " SELECT * FROM unnest ($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[],"
                        " $5::bigint[], $6::text[]) ON CONFLICT DO NOTHING",
                        PG_TEXT (tocsin_pg_column_get (&reasons.teams)),
                        PG_TEXT (tocsin_pg_column_get (&reasons.monitors)),
                        PG_TEXT (tocsin_pg_column_get (&reasons.times)),
                        PG_TEXT (tocsin_pg_column_get (&reasons.probes)),
                        PG_TEXT (tocsin_pg_column_get (&reasons.numbers)),
                        PG_TEXT (tocsin_pg_column_get (&reasons.reasons)));
}

gboolean
tocsin_drain_write_runs (TocsinPg *pg, const TocsinDrain *drain, GError **error)
{
  return copy_runs (pg, drain, error) && note_days (pg, drain, error) &&
         write_reasons (pg, drain, error);
}
