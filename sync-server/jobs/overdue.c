/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "overdue"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "heartbeat-row.h"
#include "overdue.h"
#include "pg-columns.h"
#include "pg-pool.h"

#define TAKEN_MOST 100 /* in one transaction; its number is a literal below */

typedef struct {
  TocsinMonitorCache *cache;
  gint64 now_us;
  guint n_taken;
} Round;

static TocsinPgRows *
lock_due (TocsinPg *pg, gint64 now_us, GError **error)
{
  G_STATIC_ASSERT (TAKEN_MOST == 100);
  return tocsin_pg_query (pg, error,
                          "SELECT " TOCSIN_HEARTBEAT_ROW_COLUMNS ", judge FROM heartbeats"
                          " WHERE look_at <> 0 AND look_at <= $1"
                          " ORDER BY look_at LIMIT 100 FOR NO KEY UPDATE SKIP LOCKED",
                          PG_INT (now_us));
}

static gboolean
miss_deadline (TocsinPg *pg, Round *round, TocsinHeartbeatRow *row, GError **error)
{
  const TocsinHeartbeatEvent event = { .kind = TOCSIN_HEARTBEAT_DEADLINE,
                                       .deadline_at = row->stored.heartbeat->deadline_at };
  g_auto (TocsinVerdict) verdict = { 0 };

  if (!tocsin_heartbeat_row_know_monitor (row, round->cache, pg, error))
    return FALSE;
  tocsin_verdict_run (&row->stored, &event, round->now_us, randombytes_buf, &verdict);
  return tocsin_verdict_save (pg, &row->stored, &verdict, round->now_us, error);
}

/* When to look at each again: at its deadline, which a verdict may have moved. */
static gboolean
put_off (TocsinPg *pg, GPtrArray *heartbeats, GError **error)
{
  g_auto (TocsinPgColumn) teams, monitors, times;

  tocsin_pg_column_init (&teams);
  tocsin_pg_column_init (&monitors);
  tocsin_pg_column_init (&times);
  for (guint i = 0; i < heartbeats->len; i++) {
    const TocsinHeartbeatRow *row = g_ptr_array_index (heartbeats, i);

    tocsin_pg_column_add_text (&teams, row->stored.team_id);
    tocsin_pg_column_add_text (&monitors, row->monitor_id);
    tocsin_pg_column_add_int (&times, row->stored.heartbeat->deadline_at);
  }
  return tocsin_pg_run (pg, error, NULL,
                        "UPDATE heartbeats h SET look_at = i.look_at"
                        " FROM unnest ($1::uuid[], $2::uuid[], $3::bigint[])"
                        " AS i (team_id, monitor_id, look_at)"
                        " WHERE h.team_id = i.team_id AND h.monitor_id = i.monitor_id",
                        PG_TEXT (tocsin_pg_column_get (&teams)),
                        PG_TEXT (tocsin_pg_column_get (&monitors)),
                        PG_TEXT (tocsin_pg_column_get (&times)));
}

/* Verdicts lock teams: everybody does so in one order. */
static int
compare_teams (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(TocsinHeartbeatRow *const *) a)->stored.team_id,
                 (*(TocsinHeartbeatRow *const *) b)->stored.team_id);
}

static gboolean
miss_deadlines (TocsinPg *pg, Round *round, GPtrArray *heartbeats, GError **error)
{
  g_ptr_array_sort (heartbeats, compare_teams);
  for (guint i = 0; i < heartbeats->len; i++) {
    TocsinHeartbeatRow *row = g_ptr_array_index (heartbeats, i);
    gint64 deadline_at = row->stored.heartbeat->deadline_at;

    if (deadline_at != 0 && deadline_at <= round->now_us && !miss_deadline (pg, round, row, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
run_round (TocsinPg *pg, gpointer data, GError **error)
{
  Round *round = data;
  g_autoptr (TocsinPgRows) rows = lock_due (pg, round->now_us, error);
  g_autoptr (GPtrArray) heartbeats =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_heartbeat_row_free);

  if (rows == NULL)
    return FALSE;
  round->n_taken = tocsin_pg_rows_get_n (rows);
  for (guint i = 0; i < round->n_taken; i++) {
    TocsinHeartbeatRow *row = tocsin_heartbeat_row_read (rows, i, error);

    if (row == NULL)
      return FALSE;
    g_ptr_array_add (heartbeats, row);
  }
  return round->n_taken == 0 ||
         (miss_deadlines (pg, round, heartbeats, error) && put_off (pg, heartbeats, error));
}

/* The soonest; 0: none. */
static gboolean
find_next (TocsinPg *pg, gint64 *next_at, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error, "SELECT look_at FROM heartbeats WHERE look_at <> 0 ORDER BY look_at LIMIT 1");

  if (rows == NULL)
    return FALSE;
  *next_at = tocsin_pg_rows_get_n (rows) > 0 ? tocsin_pg_rows_get_int (rows, 0, 0) : 0;
  return TRUE;
}

gboolean
tocsin_overdue_run (TocsinPg *pg, TocsinMonitorCache *cache, gint64 *next_at, GError **error)
{
  Round round = { cache, g_get_real_time (), 0 };

  if (!tocsin_pg_work_run (pg, TOCSIN_WORK_WRITE, run_round, &round, error))
    return FALSE;
  if (round.n_taken == TAKEN_MOST) {
    *next_at = round.now_us;
    return TRUE;
  }
  if (!find_next (pg, next_at, error))
    return FALSE;
  /* What is still in the past is in somebody else's hands, or came just now. */
  if (*next_at != 0 && *next_at <= round.now_us)
    *next_at = g_get_real_time () + G_USEC_PER_SEC / 10;
  return TRUE;
}
