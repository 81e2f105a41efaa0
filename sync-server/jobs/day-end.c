/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "day-end"

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "chunk.h"
#include "day-end.h"
#include "pg-pool.h"
#include "run.h"
#include "timetext.h"
#include "uptime-rows.h"

#define LATE_US    TOCSIN_US_PER_HOUR
#define DAYS_AHEAD 3

typedef struct {
  gint64 now_us;
  guint n;
} Round;

/* --- packing --- */

/* The runs of one probe, while they are read. */
typedef struct {
  TocsinPg *pg;
  const char *team_id, *monitor_id, *probe_id;
  gint64 number;  /* of the first run */
  GArray *points; /* (owned) of TocsinPoint */
} Pack;

static int
compare_points (gconstpointer a, gconstpointer b)
{
  const TocsinPoint *x = a, *y = b;

  return (x->at_us > y->at_us) - (x->at_us < y->at_us);
}

static gboolean
write_run (const Pack *pack, const TocsinPoint *points, guint n, gint64 number, GError **error)
{
  g_autoptr (GBytes) run = tocsin_chunk_encode (points, n);
  gsize size;
  const guint8 *data = g_bytes_get_data (run, &size);

  return tocsin_pg_run (
      pack->pg, error, NULL,
      "INSERT INTO samples (team_id, monitor_id, at, probe_id, number, last_at, n, run)"
      " VALUES ($1::uuid, $2::uuid, $3, $4::uuid, $5, $6, $7::bigint::integer, $8)",
      PG_TEXT (pack->team_id), PG_TEXT (pack->monitor_id), PG_INT (points[0].at_us),
      PG_TEXT (pack->probe_id), PG_INT (number), PG_INT (points[n - 1].at_us), PG_INT (n),
      PG_BYTES (data, size));
}

static gboolean
write_pack (Pack *pack, GError **error)
{
  TocsinPoint *points = (TocsinPoint *) (gpointer) pack->points->data;
  guint n = pack->points->len;

  qsort (points, n, sizeof *points, compare_points);
  for (guint from = 0; from < n; from += TOCSIN_CHUNK_SAMPLES)
    if (!write_run (pack, points + from, MIN (n - from, TOCSIN_CHUNK_SAMPLES),
                    pack->number + from / TOCSIN_CHUNK_SAMPLES, error))
      return FALSE;
  g_array_set_size (pack->points, 0);
  return TRUE;
}

/* What is deleted is what is written again: a run that came meanwhile stays as it is, and the day
 * is packed once more. */
static TocsinPgRows *
take_runs (TocsinPg *pg, const char *team_id, const char *monitor_id, gint64 day, GError **error)
{
  return tocsin_pg_query (
      pg, error,
      "WITH gone AS (DELETE FROM samples WHERE team_id = $1::uuid AND monitor_id = $2::uuid"
      "  AND at >= $3 AND at < $4 RETURNING probe_id, number, at, run)"
      " SELECT probe_id, number, run FROM gone ORDER BY probe_id, at, number",
      PG_TEXT (team_id), PG_TEXT (monitor_id), PG_INT (day), PG_INT (day + TOCSIN_US_PER_DAY));
}

static gboolean
pack_day (TocsinPg *pg, const char *team_id, const char *monitor_id, gint64 day, GError **error)
{
  g_autoptr (TocsinPgRows) rows = take_runs (pg, team_id, monitor_id, day, error);
  g_autoptr (GArray) points = tocsin_points_new ();
  Pack pack = { pg, team_id, monitor_id, NULL, 0, points };

  for (guint i = 0; rows != NULL && i < tocsin_pg_rows_get_n (rows); i++) {
    const char *probe_id = tocsin_pg_rows_get_text (rows, i, 0);
    g_autoptr (GBytes) run = tocsin_pg_rows_get_bytes (rows, i, 2);

    if (pack.probe_id != NULL && strcmp (probe_id, pack.probe_id) != 0 &&
        !write_pack (&pack, error))
      return FALSE;
    if (points->len == 0)
      pack.number = tocsin_pg_rows_get_int (rows, i, 1);
    pack.probe_id = probe_id;
    if (!tocsin_run_decode (g_bytes_get_data (run, NULL), g_bytes_get_size (run), points, error))
      return FALSE;
  }
  return rows != NULL && (points->len == 0 || write_pack (&pack, error));
}

static gboolean
pack_days (TocsinPg *pg, gpointer data, GError **error)
{
  Round *round = data;
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error,
                       "DELETE FROM unpacked_days WHERE (team_id, monitor_id, day) IN"
                       " (SELECT team_id, monitor_id, day FROM unpacked_days WHERE day < $1"
                       "  ORDER BY day LIMIT 50 FOR UPDATE SKIP LOCKED)"
                       " RETURNING team_id, monitor_id, day",
                       PG_INT (round->now_us - TOCSIN_US_PER_DAY - LATE_US));

  if (rows == NULL)
    return FALSE;
  round->n = tocsin_pg_rows_get_n (rows);
  for (guint i = 0; i < round->n; i++)
    if (!pack_day (pg, tocsin_pg_rows_get_text (rows, i, 0), tocsin_pg_rows_get_text (rows, i, 1),
                   tocsin_pg_rows_get_int (rows, i, 2), error))
      return FALSE;
  return TRUE;
}

/* --- closing --- */

static gboolean
close_day (TocsinPg *pg, const char *team_id, const char *monitor_id, gint64 day, GError **error)
{
  const char *const ids[] = { monitor_id, NULL };
  TocsinUptime uptime = { 0 };

  return tocsin_uptime_rows_read (pg, team_id, ids, 1, day, day + TOCSIN_US_PER_DAY, &uptime,
                                  error) &&
         tocsin_pg_run (pg, error, NULL,
                        "INSERT INTO days (team_id, monitor_id, at, up_us, down_us, closed)"
                        " VALUES ($1::uuid, $2::uuid, $3, $4, $5, true)"
                        " ON CONFLICT (team_id, monitor_id, at) DO UPDATE SET up_us = $4,"
                        " down_us = $5, closed = true",
                        PG_TEXT (team_id), PG_TEXT (monitor_id), PG_INT (day),
                        PG_INT (uptime.up_us), PG_INT (uptime.down_us));
}

/* 0 stands for what there was before days were closed: it begins now. */
static gboolean
close_rows (TocsinPg *pg, const TocsinPgRows *rows, gint64 today, GError **error)
{
  for (guint i = 0; i < tocsin_pg_rows_get_n (rows); i++) {
    gint64 from = tocsin_pg_rows_get_int (rows, i, 2);

    for (gint64 day = from != 0 ? from : today; day < today; day += TOCSIN_US_PER_DAY)
      if (!close_day (pg, tocsin_pg_rows_get_text (rows, i, 0),
                      tocsin_pg_rows_get_text (rows, i, 1), day, error))
        return FALSE;
  }
  return TRUE;
}

static gint64
get_today (const Round *round)
{
  return tocsin_time_floor (round->now_us - LATE_US, TOCSIN_US_PER_DAY);
}

static gboolean
close_verdicts (TocsinPg *pg, gpointer data, GError **error)
{
  Round *round = data;
  gint64 today = get_today (round);
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "WITH due AS (SELECT team_id, monitor_id, closed_at FROM verdicts WHERE closed_at < $1"
      "  ORDER BY closed_at LIMIT 100 FOR NO KEY UPDATE SKIP LOCKED)"
      " UPDATE verdicts v SET closed_at = $1 FROM due d WHERE v.team_id = d.team_id"
      " AND v.monitor_id = d.monitor_id RETURNING d.team_id, d.monitor_id, d.closed_at",
      PG_INT (today));

  if (rows == NULL)
    return FALSE;
  round->n = tocsin_pg_rows_get_n (rows);
  return close_rows (pg, rows, today, error);
}

static gboolean
close_heartbeats (TocsinPg *pg, gpointer data, GError **error)
{
  Round *round = data;
  gint64 today = get_today (round);
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "WITH due AS (SELECT team_id, monitor_id, closed_at FROM heartbeats WHERE closed_at < $1"
      "  ORDER BY closed_at LIMIT 100 FOR NO KEY UPDATE SKIP LOCKED)"
      " UPDATE heartbeats h SET closed_at = $1 FROM due d WHERE h.team_id = d.team_id"
      " AND h.monitor_id = d.monitor_id RETURNING d.team_id, d.monitor_id, d.closed_at",
      PG_INT (today));

  if (rows == NULL)
    return FALSE;
  round->n = tocsin_pg_rows_get_n (rows);
  return close_rows (pg, rows, today, error);
}

/* --- days to come --- */

static gboolean
make_days (TocsinPg *pg, gpointer data, GError **error)
{
  const Round *round = data;

  for (gint64 day = 0; day <= DAYS_AHEAD; day++)
    if (!tocsin_pg_run (pg, error, NULL, "SELECT samples_make_day ($1)",
                        PG_INT (round->now_us + day * TOCSIN_US_PER_DAY)))
      return FALSE;
  return TRUE;
}

gboolean
tocsin_day_end_run (TocsinPg *pg, gint64 now_us, guint *n, GError **error)
{
  static const TocsinPgWork works[] = { make_days, pack_days, close_verdicts, close_heartbeats };
  guint n_done = 0;

  g_return_val_if_fail (pg != NULL && n != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (works); i++) {
    Round round = { now_us, 0 };

    if (!tocsin_pg_work_run (pg, TOCSIN_WORK_WRITE, works[i], &round, error))
      return FALSE;
    n_done += round.n;
  }
  *n = n_done;
  return TRUE;
}
