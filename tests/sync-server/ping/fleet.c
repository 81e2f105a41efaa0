/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "fleet"

#include "config.h"

#include "fleet.h"
#include "monitors.h"
#include "timetext.h"

#define LIFE_US (25 * TOCSIN_US_PER_HOUR) /* period and grace */

/* The first one as the server itself makes it. */
static void
create_pattern (TestTeam *team)
{
  g_autoptr (TocsinStoredMonitor) stored = NULL;
  const TocsinChange change = { .team_id = team->team_id,
                                .actor_kind = "system",
                                .at_us = g_get_real_time () };
  g_auto (TocsinPgTransaction) transaction = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean created;

  tocsin_pg_begin (team->pg, TOCSIN_PG_WRITE, &transaction, &error);
  stored = tocsin_monitors_find_or_create_slug (team->pg, &change, team->project_id, "job-1",
                                                &created, &error);
  g_assert_no_error (error);
  g_assert_true (created);
  tocsin_pg_commit (&transaction, &error);
  g_assert_no_error (error);
}

/* And the others after its pattern, since a thousand edits are not what is tested. */
static void
copy_pattern (TestTeam *team, guint n_monitors)
{
  g_autoptr (GError) error = NULL;

  tocsin_pg_run (
      team->pg, &error, NULL,
      "WITH new AS MATERIALIZED (SELECT r.*, i, gen_random_uuid () AS new_id,"
      "  gen_random_uuid () AS new_ping_id, 'job-' || i AS new_slug"
      "  FROM records r, generate_series (2, $2::bigint) i"
      "  WHERE r.team_id = $1::uuid AND r.body ->> 'slug' = 'job-1'),"
      " t AS (UPDATE teams SET seq = seq + $2 WHERE id = $1::uuid),"
      " made AS (INSERT INTO records (team_id, id, type, project_id, name, revision, seq, body,"
      "  created_at, updated_at) SELECT team_id, new_id, type, project_id, new_slug, revision,"
      "  seq + i - 1, body || jsonb_build_object ('id', new_id, 'ping_id', new_ping_id, 'name',"
      "  new_slug, 'slug', new_slug), created_at, updated_at FROM new)"
      " INSERT INTO heartbeats (team_id, monitor_id, project_id, ping_id, slug, revision)"
      " SELECT team_id, new_id, project_id, new_ping_id, new_slug, revision FROM new",
      PG_TEXT (team->team_id), PG_INT (n_monitors));
  g_assert_no_error (error);
}

void
fleet_add (TestTeam *team, guint n_monitors)
{
  create_pattern (team);
  if (n_monitors > 1)
    copy_pattern (team, n_monitors);
}

char **
fleet_get_ping_ids (TestTeam *team)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      team->pg, &error, "SELECT ping_id FROM heartbeats ORDER BY length (slug), slug");
  GStrv ids;
  guint n;

  g_assert_no_error (error);
  n = tocsin_pg_rows_get_n (rows);
  ids = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    ids[i] = g_strdup (tocsin_pg_rows_get_text (rows, i, 0));
  return ids;
}

void
fleet_make_due (TestTeam *team, gint64 deadline_at)
{
  g_autoptr (GError) error = NULL;

  tocsin_pg_run (team->pg, &error, NULL,
                 "UPDATE heartbeats SET last_ping_at = $1, deadline_at = $2 WHERE status = 'up'",
                 PG_INT (deadline_at - LIFE_US), PG_INT (deadline_at));
  g_assert_no_error (error);
}
