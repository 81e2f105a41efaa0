/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "retention"

#include "config.h"

#include "attempts.h"
#include "epoch.h"
#include "pg-pool.h"
#include "replay.h"
#include "retention.h"
#include "timetext.h"

/* The numbers of rows are literals in the statements: small, so that no lock is held for long. */

#define FLIGHT_KEPT_US     TOCSIN_US_PER_HOUR
#define TOMBSTONES_KEPT_US (90 * TOCSIN_US_PER_DAY)
#define ANSWERS_KEPT_US    (30 * TOCSIN_US_PER_DAY)

typedef struct {
  const TocsinServerConfig *config;
  gint64 now_us;
  gboolean more;
} Pruning;

/* An advisory lock that ends with the transaction. */
static gboolean
is_ours (TocsinPg *pg, gboolean *ours, GError **error)
{
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error, "SELECT pg_try_advisory_xact_lock (8391710164926575)");

  *ours = rows != NULL && tocsin_pg_rows_get_bool (rows, 0, 0);
  return rows != NULL;
}

static gboolean
note (Pruning *pruning, gint64 n, gint64 most)
{
  pruning->more |= n >= most;
  return TRUE;
}

/* Monitors that have too many pings are found by their counts alone. */
static gboolean
prune_pings_by_number (TocsinPg *pg, Pruning *pruning, GError **error)
{
  gint64 n = 0;

  return tocsin_pg_run (
             pg, error, &n,
             "WITH full_ones AS (SELECT team_id, monitor_id, n_pings - $1 AS last FROM heartbeats"
             "  WHERE n_pings - oldest_ping >= $1 + $1 / 10 LIMIT 50"
             "  FOR NO KEY UPDATE SKIP LOCKED),"
             " gone AS (DELETE FROM pings p USING full_ones f WHERE p.team_id = f.team_id"
             "  AND p.monitor_id = f.monitor_id AND p.n <= f.last)"
             " UPDATE heartbeats h SET oldest_ping = f.last + 1 FROM full_ones f"
             " WHERE h.team_id = f.team_id AND h.monitor_id = f.monitor_id",
             PG_INT (pruning->config->keep_pings)) &&
         note (pruning, n, 50);
}

/* And those that have old ones by the first that they have, since the table of all pings is read by
 * no one. */
static gboolean
prune_pings_by_age (TocsinPg *pg, Pruning *pruning, GError **error)
{
  gint64 n = 0;

  return tocsin_pg_run (
             pg, error, &n,
             "WITH old_ones AS (SELECT h.team_id, h.monitor_id, h.oldest_ping FROM heartbeats h"
             "  JOIN pings p ON p.team_id = h.team_id AND p.monitor_id = h.monitor_id"
             "  AND p.n = h.oldest_ping WHERE p.at < $1 LIMIT 50"
             "  FOR NO KEY UPDATE OF h SKIP LOCKED),"
             " gone AS (DELETE FROM pings p USING old_ones o WHERE p.team_id = o.team_id"
             "  AND p.monitor_id = o.monitor_id AND p.n BETWEEN o.oldest_ping"
             "  AND o.oldest_ping + 99 AND p.at < $1 RETURNING p.team_id, p.monitor_id, p.n)"
             " UPDATE heartbeats h SET oldest_ping = g.last + 1"
             " FROM (SELECT team_id, monitor_id, max (n) AS last FROM gone GROUP BY 1, 2) g"
             " WHERE h.team_id = g.team_id AND h.monitor_id = g.monitor_id",
             PG_INT (pruning->now_us - pruning->config->keep_pings_us)) &&
         note (pruning, n, 1);
}

static gboolean
prune_history (TocsinPg *pg, Pruning *pruning, GError **error)
{
  gint64 n_flips = 0, n_entries = 0;

  return tocsin_pg_run (pg, error, &n_flips,
                        "DELETE FROM flips WHERE (team_id, monitor_id, id) IN"
                        " (SELECT team_id, monitor_id, id FROM flips WHERE at < $1 LIMIT 5000)",
                        PG_INT (pruning->now_us - pruning->config->keep_flips_us)) &&
         tocsin_pg_run (pg, error, &n_entries,
                        "DELETE FROM audit WHERE (team_id, id) IN"
                        " (SELECT team_id, id FROM audit WHERE at < $1 LIMIT 5000)",
                        PG_INT (pruning->now_us - pruning->config->keep_audit_us)) &&
         note (pruning, n_flips, 5000) && note (pruning, n_entries, 5000);
}

/* Days of samples go as a whole. */
static gboolean
prune_samples (TocsinPg *pg, Pruning *pruning, GError **error)
{
  gint64 n_hours = 0, now_us = pruning->now_us;

  return tocsin_pg_run (pg, error, NULL, "SELECT samples_drop_before ($1)",
                        PG_INT (now_us - pruning->config->keep_samples_us)) &&
         tocsin_pg_run (pg, error, &n_hours,
                        "DELETE FROM hours WHERE (team_id, monitor_id, at) IN"
                        " (SELECT team_id, monitor_id, at FROM hours WHERE at < $1 LIMIT 5000)",
                        PG_INT (now_us - pruning->config->keep_hours_us)) &&
         tocsin_pg_run (pg, error, NULL, "DELETE FROM unpacked_days WHERE day < $1",
                        PG_INT (now_us - pruning->config->keep_samples_us - TOCSIN_US_PER_DAY)) &&
         note (pruning, n_hours, 5000);
}

/* Tombstones, kept answers, and what became of records. */
static gboolean
prune_records (TocsinPg *pg, Pruning *pruning, GError **error)
{
  gint64 n = 0, n_answers = 0, n_changes = 0;

  return tocsin_feed_purge (pg, pruning->now_us - TOMBSTONES_KEPT_US, &n, error) &&
         tocsin_pg_run (pg, error, &n_answers,
                        "DELETE FROM sync_operations WHERE (team_id, op_id) IN (SELECT team_id,"
                        " op_id FROM sync_operations WHERE at < $1 LIMIT 5000)",
                        PG_INT (pruning->now_us - ANSWERS_KEPT_US)) &&
         tocsin_pg_run (pg, error, &n_changes,
                        "DELETE FROM record_history WHERE (team_id, record_id, revision) IN"
                        " (SELECT team_id, record_id, revision FROM record_history WHERE at < $1"
                        " LIMIT 5000)",
                        PG_INT (pruning->now_us - pruning->config->keep_audit_us)) &&
         note (pruning, n, 1000) && note (pruning, n_answers, 5000) &&
         note (pruning, n_changes, 5000);
}

static gboolean
prune_expired (TocsinPg *pg, Pruning *pruning, GError **error)
{
  gint64 now_us = pruning->now_us;

  return tocsin_pg_run (pg, error, NULL, "DELETE FROM sessions WHERE expires_at < $1",
                        PG_INT (now_us)) &&
         tocsin_pg_run (pg, error, NULL,
                        "DELETE FROM tokens WHERE expires_at <> 0 AND expires_at < $1"
                        " AND kind IN ('device', 'refresh')",
                        PG_INT (now_us - TOCSIN_US_PER_DAY)) &&
         tocsin_pg_run (pg, error, NULL, "DELETE FROM mailed_links WHERE expires_at < $1",
                        PG_INT (now_us)) &&
         tocsin_pg_run (pg, error, NULL, "DELETE FROM oidc_flights WHERE expires_at < $1",
                        PG_INT (now_us)) &&
         tocsin_pg_run (pg, error, NULL, "DELETE FROM device_flights WHERE expires_at < $1",
                        PG_INT (now_us - FLIGHT_KEPT_US)) &&
         tocsin_pg_run (pg, error, NULL, "DELETE FROM attempts WHERE failed_at < $1",
                        PG_INT (now_us - TOCSIN_ATTEMPTS_KEPT_US)) &&
         tocsin_pg_run (pg, error, NULL, "DELETE FROM replays WHERE created_at < $1",
                        PG_INT (now_us - TOCSIN_REPLAY_KEPT_US));
}

static gboolean
prune (TocsinPg *pg, gpointer data, GError **error)
{
  Pruning *pruning = data;
  gboolean ours;

  pruning->more = FALSE;
  if (!is_ours (pg, &ours, error))
    return FALSE;
  return !ours ||
         (prune_pings_by_number (pg, pruning, error) && prune_pings_by_age (pg, pruning, error) &&
          prune_history (pg, pruning, error) && prune_records (pg, pruning, error) &&
          prune_samples (pg, pruning, error) && prune_expired (pg, pruning, error));
}

gboolean
tocsin_retention_run (TocsinPg *pg, const TocsinServerConfig *config, gint64 now_us, gboolean *more,
                      GError **error)
{
  Pruning pruning = { config, now_us, FALSE };

  if (!tocsin_pg_work_run (pg, TOCSIN_WORK_WRITE, prune, &pruning, error))
    return FALSE;
  *more = pruning.more;
  return TRUE;
}
