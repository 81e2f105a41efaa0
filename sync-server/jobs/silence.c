/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "silence"

#include "config.h"

#include "assignments.h"
#include "feed.h"
#include "pg-pool.h"
#include "probed-verdict.h"
#include "silence.h"

typedef struct {
  TocsinMonitorCache *cache; /* monitors */
  gint64 now_us;
  guint n;
} Round;

/* --- probes --- */

/* In the order of teams, since each takes a number of its team's. */
static gboolean
run_probes (TocsinPg *pg, gpointer data, GError **error)
{
  Round *round = data;
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error,
                       "SELECT team_id, id FROM probes WHERE state = 'online' AND seen_at < $1"
                       " ORDER BY team_id, id LIMIT 100 FOR NO KEY UPDATE SKIP LOCKED",
                       PG_INT (round->now_us - TOCSIN_PROBE_SILENT_US));
  gint64 seq;

  if (rows == NULL)
    return FALSE;
  round->n = tocsin_pg_rows_get_n (rows);
  for (guint i = 0; i < round->n; i++) {
    const char *team_id = tocsin_pg_rows_get_text (rows, i, 0);

    if (!tocsin_feed_take (pg, team_id, 1, &seq, error) ||
        !tocsin_pg_run (pg, error, NULL,
                        "UPDATE probes SET state = 'silent', seq = $3, assigned_seq = $3"
                        " WHERE team_id = $1::uuid AND id = $2::uuid",
                        PG_TEXT (team_id), PG_TEXT (tocsin_pg_rows_get_text (rows, i, 1)),
                        PG_INT (seq)))
      return FALSE;
  }
  return TRUE;
}

gboolean
tocsin_silent_probes_run (TocsinPg *pg, gint64 now_us, guint *n, GError **error)
{
  Round round = { NULL, now_us, 0 };

  if (!tocsin_pg_work_run (pg, TOCSIN_WORK_WRITE, run_probes, &round, error))
    return FALSE;
  *n = round.n;
  return TRUE;
}

/* --- monitors --- */

static gboolean
say_silent (TocsinPg *pg, TocsinProbedRow *row, gint64 silent_at, GError **error)
{
  g_autofree char *why = NULL;

  if (!tocsin_assignments_explain (pg, row->stored.team_id,
                                   (const char *const *) row->stored.monitor->probes, &why, error))
    return FALSE;
  if (why == NULL)
    why = g_strdup (row->stored.judge->others != NULL && row->stored.judge->others->len > 0
                        ? "no probe has reported for a while"
                        : "no probe has reported yet");
  tocsin_probed_row_step (row, &(TocsinJudgeEvent){ .kind = TOCSIN_JUDGE_SILENT, .text = why },
                          silent_at);
  row->look_at = 0;
  return TRUE;
}

static gboolean
look_at (TocsinPg *pg, const Round *round, TocsinProbedRow *row, GError **error)
{
  const TocsinKnownMonitor *known = tocsin_monitor_cache_get (
      round->cache, pg, row->stored.team_id, row->monitor_id, row->revision, error);
  gint64 silent_at;

  if (known == NULL)
    return FALSE;
  row->stored.monitor = known->monitor;
  silent_at = tocsin_probed_row_get_silent_at (row, row->look_at);
  /* Where nobody was ever heard, look_at itself is when that is to be said. */
  if (row->stored.judge->others == NULL || row->stored.judge->others->len == 0)
    silent_at = row->look_at;
  if ((row->stored.judge->covers & TOCSIN_COVER_PAUSED) != 0)
    row->look_at = 0;
  else if (silent_at > round->now_us)
    row->look_at = silent_at;
  else
    return say_silent (pg, row, silent_at, error);
  return TRUE;
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const TocsinProbedRow *x = *(TocsinProbedRow *const *) a, *y = *(TocsinProbedRow *const *) b;
  int order = g_strcmp0 (x->stored.team_id, y->stored.team_id);

  return order != 0 ? order : g_strcmp0 (x->monitor_id, y->monitor_id);
}

static gboolean
run_monitors (TocsinPg *pg, gpointer data, GError **error)
{
  Round *round = data;
  g_autoptr (GPtrArray) silent =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_probed_row_free);
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error,
                       "SELECT " TOCSIN_PROBED_ROW_COLUMNS " FROM verdicts v"
                       " JOIN records r ON r.team_id = v.team_id AND r.id = v.monitor_id"
                       " WHERE v.look_at <> 0 AND v.look_at <= $1"
                       " ORDER BY v.look_at LIMIT 100 FOR NO KEY UPDATE OF v SKIP LOCKED",
                       PG_INT (round->now_us));

  if (rows == NULL)
    return FALSE;
  round->n = tocsin_pg_rows_get_n (rows);
  for (guint i = 0; i < round->n; i++) {
    TocsinProbedRow *row = tocsin_probed_row_read (rows, i, error);

    if (row == NULL)
      return FALSE;
    g_ptr_array_add (silent, row);
    if (!look_at (pg, round, row, error))
      return FALSE;
  }
  g_ptr_array_sort (silent, compare_rows);
  return tocsin_probed_rows_save (pg, silent, round->now_us, error);
}

gboolean
tocsin_silent_monitors_run (TocsinPg *pg, TocsinMonitorCache *cache, gint64 now_us, guint *n,
                            GError **error)
{
  Round round = { cache, now_us, 0 };

  if (!tocsin_pg_work_run (pg, TOCSIN_WORK_WRITE, run_monitors, &round, error))
    return FALSE;
  *n = round.n;
  return TRUE;
}
