/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-pg"

#include "config.h"

#include "migrate.h"
#include "pg-pool.h"
#include "pg.h"
#include "support.h"
#include "test-postgres.h"

static TocsinTestPostgres *postgres; /* of all cases; NULL: not installed */

static TocsinPg *
open_new (void)
{
  g_autofree char *url = tocsin_test_postgres_make_database (postgres);
  TocsinPg *pg = tocsin_pg_new (url);
  g_autoptr (GError) error = NULL;

  tocsin_pg_connect (pg, &error);
  g_assert_no_error (error);
  return pg;
}

static void
test_parameters (void)
{
  static const guint8 bytes[] = { 0, 1, 0xff, '\\' };
  static const char *const items[] = { "a", "b\"c", "d,e\\", "", NULL };
  g_autoptr (TocsinPg) pg = open_new ();
  g_autofree char *array = tocsin_pg_array (items);
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, &error, "SELECT $1::text, $2::bigint, $3::bytea, $4::text[], $5::bool, $6::bigint",
      PG_TEXT ("Glück ' \\ \""), PG_INT (G_MININT64), PG_BYTES (bytes, sizeof bytes),
      PG_TEXT (array), PG_BOOL (TRUE), PG_INT_IF (FALSE, 5));
  g_autoptr (GBytes) kept = NULL;
  g_auto (GStrv) words = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (tocsin_pg_rows_get_n (rows), ==, 1);
  g_assert_cmpstr (tocsin_pg_rows_get_text (rows, 0, 0), ==, "Glück ' \\ \"");
  g_assert_cmpint (tocsin_pg_rows_get_int (rows, 0, 1), ==, G_MININT64);
  kept = tocsin_pg_rows_get_bytes (rows, 0, 2);
  g_assert_cmpmem (g_bytes_get_data (kept, NULL), g_bytes_get_size (kept), bytes, sizeof bytes);
  words = tocsin_pg_rows_get_array (rows, 0, 3);
  g_assert_cmpstrv (words, items);
  g_assert_true (tocsin_pg_rows_get_bool (rows, 0, 4));
  g_assert_true (tocsin_pg_rows_is_null (rows, 0, 5));
}

static void
test_errors (void)
{
  static const struct {
    const char *sql;
    TocsinPgError code;
  } cases[] = {
    { "INSERT INTO t VALUES (1, 1)", TOCSIN_PG_ERROR_EXISTS },
    { "INSERT INTO t VALUES (2, 9)", TOCSIN_PG_ERROR_REFERENCE },
    { "SELECT nonsense", TOCSIN_PG_ERROR_FAILED },
    { "DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$", TOCSIN_PG_ERROR_RETRY },
    { "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$", TOCSIN_PG_ERROR_RETRY },
    { "SELECT pg_terminate_backend (pg_backend_pid ())", TOCSIN_PG_ERROR_UNAVAILABLE },
  };
  g_autoptr (TocsinPg) pg = open_new ();

  g_assert_true (tocsin_pg_script (
      pg,
      "CREATE TABLE t (id int PRIMARY KEY, other int REFERENCES t); INSERT INTO t VALUES (1, 1)",
      NULL));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (tocsin_pg_script (pg, cases[i].sql, &error));
    g_assert_error (error, TOCSIN_PG_ERROR, (int) cases[i].code);
  }
}

static void
test_guard (void)
{
  g_autoptr (TocsinPg) pg = open_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinPgRows) rows = NULL;

  g_assert_true (tocsin_pg_script (pg, "CREATE TABLE t (id int)", NULL));
  for (gboolean keeps = FALSE; keeps <= TRUE; keeps++) {
    g_auto (TocsinPgTransaction) transaction = { 0 };

    g_assert_true (tocsin_pg_begin (pg, TOCSIN_PG_WRITE, &transaction, NULL));
    tocsin_pg_run (pg, &error, NULL, "INSERT INTO t VALUES ($1)", PG_INT (keeps));
    g_assert_no_error (error);
    if (keeps)
      g_assert_true (tocsin_pg_commit (&transaction, NULL));
  }
  rows = tocsin_pg_query (pg, &error, "SELECT id FROM t");
  g_assert_cmpuint (tocsin_pg_rows_get_n (rows), ==, 1);
  g_assert_cmpint (tocsin_pg_rows_get_int (rows, 0, 0), ==, 1);
}

static void
test_restart (void)
{
  g_autoptr (TocsinPg) pg = open_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinPgRows) rows = NULL;

  g_assert_true (tocsin_pg_script (pg, "CREATE TABLE t (id int); INSERT INTO t VALUES (7)", NULL));
  tocsin_test_postgres_stop (postgres);
  g_assert_null (tocsin_pg_query (pg, &error, "SELECT id FROM t"));
  g_assert_error (error, TOCSIN_PG_ERROR, TOCSIN_PG_ERROR_UNAVAILABLE);
  g_clear_error (&error);
  tocsin_test_postgres_start (postgres);
  rows = tocsin_pg_query (pg, &error, "SELECT id FROM t");
  g_assert_no_error (error);
  g_assert_cmpint (tocsin_pg_rows_get_int (rows, 0, 0), ==, 7);
}

static void
test_migrations (void)
{
  g_autoptr (TocsinPg) pg = open_new ();
  g_autoptr (GError) error = NULL;
  guint version = 9, n = 0;

  g_assert_true (tocsin_migrate_read_version (pg, &version, &error));
  g_assert_cmpuint (version, ==, 0);
  g_assert_false (tocsin_migrate_check (pg, NULL));
  for (guint step = 1; step <= tocsin_migrate_get_newest (); step++) {
    tocsin_migrate (pg, step, &n, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (n, ==, 1);
  }
  g_assert_true (tocsin_migrate (pg, 0, &n, &error));
  g_assert_cmpuint (n, ==, 0);
  g_assert_true (tocsin_migrate_check (pg, &error));
}

static gboolean
note_work (TocsinPg *pg, gpointer data, GError **error)
{
  ++*(guint *) data;
  return tocsin_pg_run (pg, error, NULL, "CREATE TABLE worked ()");
}

static void
test_dead_connection (void)
{
  g_autoptr (TocsinPg) pg = open_new ();
  g_autoptr (GError) error = NULL;
  guint n_times = 0;

  tocsin_test_postgres_stop (postgres);
  tocsin_test_postgres_start (postgres);
  tocsin_pg_work_run (pg, TOCSIN_WORK_WRITE, note_work, &n_times, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_times, ==, 1);
}

static void
add (const char *name, GTestFunc test)
{
  if (postgres != NULL)
    g_test_add_func (name, test);
}

int
main (int argc, char **argv)
{
  int status;

  tocsin_test_init (&argc, &argv);
  postgres = tocsin_test_postgres_new ();
  add ("/pg/parameters-come-back-as-they-went", test_parameters);
  add ("/pg/errors-have-the-code-that-a-caller-acts-on", test_errors);
  add ("/pg/a-transaction-that-is-not-committed-was-not", test_guard);
  add ("/pg/a-connection-comes-back-with-the-database", test_restart);
  add ("/pg/work-begins-anew-where-the-connection-had-died", test_dead_connection);
  add ("/pg/migrations-go-step-by-step-and-once", test_migrations);
  status = g_test_run ();
  tocsin_test_postgres_free (postgres);
  return status;
}
