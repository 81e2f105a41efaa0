/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-migrate"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "migrate.h"
#include "support.h"
#include "test-postgres.h"

/* Migrations, from every version with data in it. A new migration adds a row to `worlds`: what a
 * server of that version has in the database that one before could not have. */

#define TEAM     "01900000-0000-7000-8000-000000000001"
#define USER     "01900000-0000-7000-8000-000000000002"
#define PROJECT  "01900000-0000-7000-8000-000000000003"
#define MONITOR  "01900000-0000-7000-8000-000000000004"
#define PLAIN    "01900000-0000-7000-8000-000000000005"
#define INCIDENT "01900000-0000-7000-8000-000000000006"

/* Data that a version has, and a question whose answer has to be the same ever after. */
static const struct {
  const char *data;
  const char *question, *answer;
} worlds[] = {
  { "INSERT INTO users (id, email, name, created_at) VALUES"
    " ('" USER "', 'User@example.org', 'U', 1);"
    "INSERT INTO teams (id, name, slug, seq, created_at) VALUES ('" TEAM "', 'T', 't', 2, 1);"
    "INSERT INTO members (team_id, user_id, role, created_at) VALUES"
    " ('" TEAM "', '" USER "', 'owner', 1);"
    "INSERT INTO tokens (hash, id, kind, user_id, name, scopes, created_at) VALUES"
    " ('\\x01', gen_random_uuid (), 'api', '" USER "', 'n', '{read}', 1)",
    "SELECT u.email || ' ' || m.role || ' ' || t.slug || ' ' || k.scopes::text FROM users u"
    " JOIN members m ON m.user_id = u.id JOIN teams t ON t.id = m.team_id"
    " JOIN tokens k ON k.user_id = u.id",
    "User@example.org owner t {read}" },
  { "INSERT INTO records (team_id, id, type, name, revision, seq, body, created_at, updated_at)"
    " VALUES ('" TEAM "', '" PROJECT "', 'project', 'P', 1, 1, '{\"slug\": \"p\"}', 1, 1);"
    "INSERT INTO records (team_id, id, type, project_id, name, revision, seq, body, created_at,"
    " updated_at) VALUES ('" TEAM "', '" MONITOR "', 'monitor', '" PROJECT "', 'M', 1, 2,"
    " '{\"kind\": \"heartbeat\", \"name\": \"M\", \"unknown\": [1]}', 1, 1);"
    "INSERT INTO project_keys (team_id, project_id, id, hash, kind, created_at) VALUES"
    " ('" TEAM "', '" PROJECT "', gen_random_uuid (), '\\x02', 'rw', 1)",
    "SELECT m.body ->> 'unknown' || k.kind FROM records m JOIN project_keys k"
    " ON k.project_id = m.project_id",
    "[1]rw" },
  { "INSERT INTO heartbeats (team_id, monitor_id, project_id, ping_id, slug, revision, status,"
    " deadline_at, n_pings) VALUES ('" TEAM "', '" MONITOR "', '" PROJECT "', '" MONITOR "', 's',"
    " 1, 'up', 1000, 2);"
    "INSERT INTO pings (team_id, monitor_id, n, at, kind, scheme, method, body) VALUES"
    " ('" TEAM "', '" MONITOR "', 1, 1, 'start', 'http', 'GET', NULL),"
    " ('" TEAM "', '" MONITOR "', 2, 2, 'success', 'http', 'POST', '\\x00ff')",
    "SELECT h.status || h.look_at || string_agg (p.kind || coalesce (p.body::text, '-'), ',' ORDER"
    " BY n) FROM heartbeats h JOIN pings p USING (team_id, monitor_id) GROUP BY h.status, h.look_at",
    "up1000start-,success\\x00ff" },
  { "INSERT INTO checks (team_id, monitor_id, project_id, unique_key, period_us, grace_us, members)"
    " VALUES ('" TEAM "', '" MONITOR "', '" PROJECT "', 'k', 1, 2, '{}');"
    "INSERT INTO incidents (team_id, id, monitor_id, began_at, body) VALUES"
    " ('" TEAM "', '" INCIDENT "', '" MONITOR "', 3, '{\"reason\": \"late\"}');"
    "INSERT INTO probes (team_id, id, name, created_at, revoked_at) VALUES"
    " ('" TEAM "', gen_random_uuid (), 'gone', 1, 2)",
    "SELECT c.unique_key || (i.body ->> 'reason') || p.name FROM checks c JOIN incidents i"
    " USING (team_id, monitor_id) JOIN probes p USING (team_id)",
    "klategone" },
  { "INSERT INTO record_history (team_id, record_id, revision, seq, at, action, changes, lost)"
    " VALUES ('" TEAM "', '" MONITOR "', 1, 2, 1, 'edit', '{\"name\": [\"L\", \"M\"]}',"
    " '[{\"member\": \"name\", \"value\": \"L\"}]');"
    "INSERT INTO sync_operations (team_id, op_id, answer, at) VALUES"
    " ('" TEAM "', '" MONITOR "', '{\"status\": \"applied\"}', 1)",
    "SELECT (h.lost -> 0 ->> 'value') || (o.answer ->> 'status') FROM record_history h"
    " JOIN sync_operations o USING (team_id)",
    "Lapplied" },
};

static TocsinTestPostgres *postgres;

static TocsinPg *
open_new (void)
{
  g_autofree char *url = tocsin_test_postgres_make_database (postgres);

  return tocsin_pg_new (url);
}

static void
run (TocsinPg *pg, const char *sql)
{
  g_autoptr (GError) error = NULL;

  tocsin_pg_script (pg, sql, &error);
  g_assert_no_error (error);
}

static void
ask (TocsinPg *pg, const char *question, const char *answer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query_params (pg, &error, question, NULL, 0);

  g_assert_no_error (error);
  g_assert_cmpuint (tocsin_pg_rows_get_n (rows), ==, 1);
  g_assert_cmpstr (tocsin_pg_rows_get_text (rows, 0, 0), ==, answer);
}

static guint
migrate (TocsinPg *pg, guint newest)
{
  g_autoptr (GError) error = NULL;
  guint n = 0;

  tocsin_migrate (pg, newest, &n, &error);
  g_assert_no_error (error);
  return n;
}

static void
test_from_every_version (void)
{
  guint newest = tocsin_migrate_get_newest ();

  for (guint from = 1; from <= newest; from++) {
    g_autoptr (TocsinPg) pg = open_new ();
    g_autoptr (GError) error = NULL;
    guint n_worlds = MIN (from, G_N_ELEMENTS (worlds));

    g_assert_cmpuint (migrate (pg, from), ==, from);
    for (guint i = 0; i < n_worlds; i++)
      run (pg, worlds[i].data);
    g_assert_cmpuint (migrate (pg, 0), ==, newest - from);
    g_assert_true (tocsin_migrate_check (pg, &error));
    for (guint i = 0; i < n_worlds; i++)
      ask (pg, worlds[i].question, worlds[i].answer);
    g_assert_cmpuint (migrate (pg, 0), ==, 0);
  }
}

/* What members saw before there was one number for all of it is numbered, each its own. */
static void
test_everything_seen_gets_a_number (void)
{
  g_autoptr (TocsinPg) pg = open_new ();

  migrate (pg, 4);
  for (guint i = 0; i < 4; i++)
    run (pg, worlds[i].data);
  run (pg,
       "INSERT INTO records (team_id, id, type, project_id, name, revision, seq, body, created_at,"
       " updated_at) VALUES ('" TEAM "', '" PLAIN "', 'monitor', '" PROJECT "', 'W', 1, 3,"
       " '{\"kind\": \"http\", \"paused\": true}', 1, 7);"
       "UPDATE teams SET seq = 3");
  migrate (pg, 0);
  ask (pg,
       "SELECT string_agg (what, ' ' ORDER BY seq) FROM (SELECT seq, 'record' AS what FROM records"
       " UNION ALL SELECT seq, status FROM heartbeats UNION ALL SELECT seq, state FROM verdicts"
       " UNION ALL SELECT seq, 'incident' FROM incidents UNION ALL SELECT seq, state FROM probes"
       " UNION ALL SELECT seq, 'team' || seq FROM teams) AS seen",
       "record record record up paused incident revoked team7");
}

/* However it came to it, the schema is the same. */
static void
test_same_schema_by_every_way (void)
{
  static const char shape[] =
      "SELECT md5 (string_agg (table_name || column_name || data_type || is_nullable, ','"
      " ORDER BY table_name, column_name)) FROM information_schema.columns"
      " WHERE table_schema = 'public'";
  g_autoptr (TocsinPg) at_once = open_new (), in_steps = open_new ();
  g_autoptr (TocsinPgRows) rows = NULL;
  g_autoptr (GError) error = NULL;

  migrate (at_once, 0);
  for (guint version = 1; version <= tocsin_migrate_get_newest (); version++)
    migrate (in_steps, version);
  rows = tocsin_pg_query_params (at_once, &error, shape, NULL, 0);
  g_assert_no_error (error);
  ask (in_steps, shape, tocsin_pg_rows_get_text (rows, 0, 0));
}

static void
test_newer_is_refused (void)
{
  g_autoptr (TocsinPg) pg = open_new ();
  g_autoptr (GError) error = NULL, check = NULL;

  migrate (pg, 0);
  run (pg, "INSERT INTO migrations (version, name, at) VALUES (1000, 'of tomorrow', 1)");
  g_assert_false (tocsin_migrate (pg, 0, NULL, &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_TOO_NEW);
  g_assert_false (tocsin_migrate_check (pg, &check));
  g_assert_error (check, TOCSIN_ERROR, TOCSIN_ERROR_TOO_NEW);
  ask (pg, "SELECT max (version)::text FROM migrations", "1000");
}

/* A step that fails leaves the version before it. */
static void
test_failed_step_leaves_nothing (void)
{
  g_autoptr (TocsinPg) pg = open_new ();
  g_autoptr (GError) error = NULL;
  guint version = 0;

  migrate (pg, 1);
  run (pg, "CREATE TABLE records (in_the_way text)");
  g_assert_false (tocsin_migrate (pg, 0, NULL, &error));
  g_assert_nonnull (strstr (error->message, "0002"));
  g_assert_true (tocsin_migrate_read_version (pg, &version, NULL));
  g_assert_cmpuint (version, ==, 1);
  run (pg, "DROP TABLE records");
  g_assert_cmpuint (migrate (pg, 0), ==, tocsin_migrate_get_newest () - 1);
}

static gpointer
migrate_in_thread (gpointer data)
{
  g_autoptr (TocsinPg) pg = tocsin_pg_new (data);

  return GUINT_TO_POINTER (migrate (pg, 0));
}

/* Servers that start at the same moment: each step is taken once. */
static void
test_many_at_once (void)
{
  g_autofree char *url = tocsin_test_postgres_make_database (postgres);
  GThread *threads[6];
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("migrate", migrate_in_thread, url);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    n += GPOINTER_TO_UINT (g_thread_join (threads[i]));
  g_assert_cmpuint (n, ==, tocsin_migrate_get_newest ());
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*test) (void);
  } tests[] = {
    { "/migrate/from-every-version-with-data", test_from_every_version },
    { "/migrate/everything-seen-gets-a-number", test_everything_seen_gets_a_number },
    { "/migrate/same-schema-by-every-way", test_same_schema_by_every_way },
    { "/migrate/newer-schema-is-refused", test_newer_is_refused },
    { "/migrate/failed-step-leaves-nothing", test_failed_step_leaves_nothing },
    { "/migrate/many-servers-at-once", test_many_at_once },
  };
  int result;

  tocsin_test_init (&argc, &argv);
  postgres = tocsin_test_postgres_new ();
  for (guint i = 0; postgres != NULL && i < G_N_ELEMENTS (tests); i++)
    g_test_add_func (tests[i].name, tests[i].test);
  result = g_test_run ();
  tocsin_test_postgres_free (postgres);
  return result;
}
