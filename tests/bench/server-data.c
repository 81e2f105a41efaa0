/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "server-data"

#include "config.h"

#include "monitors.h"
#include "server-data.h"
#include "timetext.h"

static TocsinStoredMonitor *
make_monitor (const char *project_id, guint n)
{
  TocsinStoredMonitor *stored = g_new0 (TocsinStoredMonitor, 1);
  TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_HEARTBEAT);

  stored->project_id = g_strdup (project_id);
  stored->monitor = monitor;
  monitor->name = g_strdup_printf ("Nightly backup of server %u", n);
  monitor->slug = g_strdup_printf ("nightly-backup-%u", n);
  monitor->description = g_strdup ("Copies the database to the second site.");
  monitor->tags = g_strsplit (n % 2 == 0 ? "prod backup" : "staging backup", " ", -1);
  if (n % 3 == 0)
    monitor->cron = g_strdup_printf ("%u %u * * *", n % 60, n % 24);
  else
    monitor->period_us = TOCSIN_US_PER_DAY;
  return stored;
}

static void
fill_project (TestTeam *team, const char *project_id, guint n)
{
  TocsinChange change = { .team_id = team->team_id,
                          .actor_kind = "system",
                          .at_us = g_get_real_time () };
  g_auto (TocsinPgTransaction) transaction = { 0 };
  g_autoptr (GError) error = NULL;

  tocsin_pg_begin (team->pg, TOCSIN_PG_WRITE, &transaction, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < n; i++) {
    g_autoptr (TocsinStoredMonitor) stored = make_monitor (project_id, i);

    tocsin_monitors_create (team->pg, &change, stored, &error);
    g_assert_no_error (error);
    change.at_us += TOCSIN_US_PER_MS;
  }
  tocsin_pg_commit (&transaction, &error);
  g_assert_no_error (error);
}

static void run (TestTeam *team, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
run (TestTeam *team, const char *format, ...)
{
  g_autofree char *sql = NULL;
  va_list args;

  va_start (args, format);
  sql = g_strdup_vprintf (format, args);
  va_end (args);
  test_team_run (team, sql);
}

static void
add_history (TestTeam *team)
{
  run (team, "SET statement_timeout = 0; SET synchronous_commit = off");
  run (team,
       "UPDATE heartbeats SET status = 'up', state = 'up', n_pings = %d,"
       " last_ping_at = extract (epoch FROM now ())::bigint * 1000000,"
       " last_duration_us = 2500000,"
       " deadline_at = (extract (epoch FROM now ())::bigint + 90000) * 1000000",
       BENCH_PINGS);
  run (team,
       "INSERT INTO pings (team_id, monitor_id, n, at, kind, scheme, method, remote_address,"
       " user_agent, duration_us, body_bytes, body) SELECT m.team_id, m.monitor_id, n,"
       " (extract (epoch FROM now ())::bigint - (%d - n) * 86400) * 1000000, 'success', 'https',"
       " 'POST', '192.0.2.77', 'curl/8.5.0', 2500000, 40, 'copied 12345 files, 67 GB, no errors'"
       " FROM (SELECT team_id, monitor_id FROM heartbeats WHERE project_id = '%s'"
       " ORDER BY monitor_id LIMIT %d) m, generate_series (1, %d) n",
       BENCH_PINGS, team->project_id, BENCH_PINGED, BENCH_PINGS);
  run (team,
       "INSERT INTO flips (team_id, monitor_id, id, at, old_state, new_state)"
       " SELECT m.team_id, m.monitor_id, gen_random_uuid (),"
       " (extract (epoch FROM now ())::bigint - n * 3600) * 1000000,"
       " CASE n %% 2 WHEN 0 THEN 'up' ELSE 'down' END,"
       " CASE n %% 2 WHEN 0 THEN 'down' ELSE 'up' END"
       " FROM (SELECT team_id, monitor_id FROM heartbeats WHERE project_id = '%s'"
       " ORDER BY monitor_id LIMIT %d) m, generate_series (1, %d) n",
       team->project_id, BENCH_PINGED, BENCH_FLIPS);
}

static void
add_members (TestTeam *team)
{
  run (team,
       "INSERT INTO users (id, email, name, created_at) SELECT gen_random_uuid (),"
       " 'person' || n || '@example.org', 'Person ' || n, 1 FROM generate_series (1, %d) n;"
       "INSERT INTO members (team_id, user_id, role, created_at)"
       " SELECT '%s', id, 'owner', 1 FROM users",
       BENCH_MEMBERS, team->team_id);
}

void
bench_fill_team (TestTeam *team, char **monitor, char **check)
{
  g_autofree char *sql = NULL;

  for (guint i = 0; i < BENCH_CHANNELS; i++) {
    g_autofree char *name = g_strdup_printf ("Channel %u", i);
    g_autofree char *id = test_team_add_channel (team, name, "email");
  }
  fill_project (team, team->project_id, BENCH_MONITORS);
  fill_project (team, team->other_project_id, BENCH_MONITORS_FEW);
  run (team, "UPDATE checks SET channels = (SELECT string_agg (id::text, ',') FROM (SELECT id FROM"
             " records WHERE type = 'channel' ORDER BY id LIMIT 2) c)");
  add_members (team);
  add_history (team);
  run (team, "VACUUM ANALYZE");
  sql = g_strdup_printf ("SELECT monitor_id FROM heartbeats WHERE project_id = '%s'"
                         " ORDER BY monitor_id LIMIT 1",
                         team->project_id);
  *monitor = test_team_ask (team, sql);
  g_free (sql);
  sql = g_strdup_printf ("SELECT ping_id FROM heartbeats WHERE monitor_id = '%s'", *monitor);
  *check = test_team_ask (team, sql);
}
