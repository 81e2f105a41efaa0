/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-team"

#include "config.h"

#include "migrate.h"
#include "principal.h"
#include "stored-monitor.h"
#include "test-team.h"
#include "token.h"

static char *
add_record (TestTeam *team, const char *type, const char *project_id, const char *name,
            const char *body)
{
  char *id = tocsin_id_new (g_get_real_time ());
  g_autoptr (GError) error = NULL;

  tocsin_pg_run (team->pg, &error, NULL,
                 "WITH t AS (UPDATE teams SET seq = seq + 1 WHERE id = $1::uuid RETURNING seq)"
                 " INSERT INTO records (team_id, id, type, project_id, name, revision, seq, body,"
                 " created_at, updated_at) SELECT $1::uuid, $2::uuid, $3, $4::uuid, $5, 1, t.seq,"
                 " $6::jsonb, 1, 1 FROM t",
                 PG_TEXT (team->team_id), PG_TEXT (id), PG_TEXT (type), PG_TEXT (project_id),
                 PG_TEXT (name), PG_TEXT (body));
  g_assert_no_error (error);
  return id;
}

static void
add_key (TestTeam *team, const char *project_id, const char *key, const char *kind)
{
  guint8 hash[TOCSIN_HASH_BYTES];
  g_autofree char *id = tocsin_id_new (g_get_real_time ());
  g_autoptr (GError) error = NULL;

  tocsin_hash_secret (key, hash);
  tocsin_pg_run (team->pg, &error, NULL,
                 "INSERT INTO project_keys (team_id, project_id, id, hash, kind, created_at)"
                 " VALUES ($1::uuid, $2::uuid, $3::uuid, $4, $5, 1)",
                 PG_TEXT (team->team_id), PG_TEXT (project_id), PG_TEXT (id),
                 PG_BYTES (hash, sizeof hash), PG_TEXT (kind));
  g_assert_no_error (error);
}

void
test_team_init (TestTeam *team, TocsinTestPostgres *postgres)
{
  g_autoptr (GError) error = NULL;

  team->url = tocsin_test_postgres_make_database (postgres);
  team->pg = tocsin_pg_new (team->url);
  tocsin_migrate (team->pg, 0, NULL, &error);
  g_assert_no_error (error);
  team->team_id = tocsin_id_new (g_get_real_time ());
  tocsin_pg_run (team->pg, &error, NULL,
                 "INSERT INTO teams (id, name, slug, created_at) VALUES ($1::uuid, 'T', 't', 1)",
                 PG_TEXT (team->team_id));
  g_assert_no_error (error);
  team->project_id = add_record (team, "project", NULL, "One", "{\"slug\": \"one\"}");
  team->other_project_id = add_record (team, "project", NULL, "Two", "{\"slug\": \"two\"}");
  add_key (team, team->project_id, TEST_KEY_RW, "rw");
  add_key (team, team->project_id, TEST_KEY_RO, "ro");
  add_key (team, team->project_id, TEST_KEY_PING, "ping");
  add_key (team, team->other_project_id, TEST_KEY_RW_2, "rw");
}

void
test_team_clear (TestTeam *team)
{
  g_clear_pointer (&team->pg, tocsin_pg_free);
  g_clear_pointer (&team->url, g_free);
  g_clear_pointer (&team->team_id, g_free);
  g_clear_pointer (&team->project_id, g_free);
  g_clear_pointer (&team->other_project_id, g_free);
}

char *
test_team_add_channel (TestTeam *team, const char *name, const char *kind)
{
  g_autofree char *body = g_strdup_printf ("{\"kind\": \"%s\"}", kind);

  return add_record (team, "channel", team->project_id, name, body);
}

char *
test_team_ask (TestTeam *team, const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query_params (team->pg, &error, sql, NULL, 0);

  g_assert_no_error (error);
  g_assert_cmpuint (tocsin_pg_rows_get_n (rows), >, 0);
  return g_strdup (tocsin_pg_rows_get_text (rows, 0, 0));
}

void
test_team_run (TestTeam *team, const char *sql)
{
  g_autoptr (GError) error = NULL;

  tocsin_pg_script (team->pg, sql, &error);
  g_assert_no_error (error);
}
