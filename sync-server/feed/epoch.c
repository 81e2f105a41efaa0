/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "epoch"

#include "config.h"

#include "epoch.h"
#include "record-merge.h"

gboolean
tocsin_feed_begin_epoch (TocsinPg *pg, gint64 now_us, GError **error)
{
  /* Later than all that was written in any epoch before, also where one backup is restored twice:
   * nobody writes a record a thousand times a second. */
  const TocsinPgParam gap = PG_INT (TOCSIN_RECORD_EPOCH_REVISIONS);
  const TocsinPgParam now_ms = PG_INT (now_us / 1000);

  g_return_val_if_fail (pg != NULL, FALSE);

  return tocsin_pg_run (
             pg, error, NULL,
             "INSERT INTO forks (team_id, epoch, seq, at) SELECT t.id, s.epoch, t.seq, $1"
             " FROM teams t, server s ON CONFLICT DO NOTHING",
             PG_INT (now_us)) &&
         tocsin_pg_run (pg, error, NULL,
                        "UPDATE server SET epoch = gen_random_uuid (), least_revision = $1",
                        now_ms) &&
         tocsin_pg_run (
             pg, error, NULL,
             "UPDATE heartbeats h SET revision = greatest (r.revision + $1, $2) FROM records r"
             " WHERE r.team_id = h.team_id AND r.id = h.monitor_id",
             gap, now_ms) &&
         tocsin_pg_run (
             pg, error, NULL,
             "UPDATE records SET forked = revision, revision = greatest (revision + $1, $2),"
             " body = CASE WHEN body ? 'revision'"
             " THEN body || jsonb_build_object ('revision', greatest (revision + $1, $2)) ELSE body END",
             gap, now_ms) &&
         tocsin_pg_run_params (pg, error, NULL,
                               "SELECT pg_notify ('tocsin_team', id::text) FROM teams", NULL, 0);
}

/* The numbers are set before the rows go, under the team's lock: a reader sees both or neither. */
gboolean
tocsin_feed_purge (TocsinPg *pg, gint64 before_us, gint64 *n, GError **error)
{
  g_return_val_if_fail (pg != NULL && n != NULL, FALSE);

  return tocsin_pg_run (
      pg, error, n,
      "WITH old AS (SELECT team_id, id, seq FROM records WHERE deleted_at <> 0"
      "  AND deleted_at < $1 AND type IN ('project', 'monitor', 'maintenance')"
      "  LIMIT 1000 FOR UPDATE SKIP LOCKED),"
      " least AS (SELECT team_id, max (seq) AS seq FROM old GROUP BY team_id),"
      " told AS (UPDATE teams t SET min_seq = greatest (t.min_seq, l.seq) FROM least l"
      "  WHERE t.id = l.team_id)"
      " DELETE FROM records r USING old o WHERE r.team_id = o.team_id AND r.id = o.id",
      PG_INT (before_us));
}
