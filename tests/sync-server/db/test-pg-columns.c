/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-pg-columns"

#include "config.h"

#include <string.h>

#include "pg-columns.h"
#include "pg.h"
#include "support.h"
#include "test-postgres.h"

static TocsinTestPostgres *postgres;

static TocsinPgRows *
read_back (TocsinPg *pg, TocsinPgColumn *texts, TocsinPgColumn *numbers, TocsinPgColumn *bytes)
{
  g_autoptr (GError) error = NULL;
  TocsinPgRows *rows = tocsin_pg_query (
      pg, &error,
      "SELECT t, n, b FROM unnest ($1::text[], $2::bigint[], $3::bytea[]) WITH ORDINALITY"
      " AS u (t, n, b, place) ORDER BY place",
      PG_TEXT (tocsin_pg_column_get (texts)), PG_TEXT (tocsin_pg_column_get (numbers)),
      PG_TEXT (tocsin_pg_column_get (bytes)));

  g_assert_no_error (error);
  return rows;
}

static void
test_values (void)
{
  static const char *const texts[] = { "plain", "",    "NULL",   "null", "{a,b}", "\"",
                                       "\\",    "a,b", " both ", "x\ny", "\t",    "'quoted'",
                                       "ünï",   NULL,  "\\\"{",  "\x7f" };
  static const gint64 numbers[] = { 0, -1, G_MAXINT64, G_MININT64, 42, 7 };
  g_autoptr (TocsinPg) pg = tocsin_pg_new (tocsin_test_postgres_get_url (postgres));
  g_auto (TocsinPgColumn) text_column, number_column, byte_column;
  g_autoptr (TocsinPgRows) rows = NULL;
  guint8 all[256];

  tocsin_pg_column_init (&text_column);
  tocsin_pg_column_init (&number_column);
  tocsin_pg_column_init (&byte_column);
  for (guint i = 0; i < sizeof all; i++)
    all[i] = (guint8) i;
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GBytes) bytes = i % 3 != 0 ? g_bytes_new (all, i == 1 ? sizeof all : i) : NULL;

    tocsin_pg_column_add_text (&text_column, texts[i]);
    if (i < G_N_ELEMENTS (numbers))
      tocsin_pg_column_add_int (&number_column, numbers[i]);
    else
      tocsin_pg_column_add_null (&number_column);
    tocsin_pg_column_add_bytes (&byte_column, bytes);
  }
  rows = read_back (pg, &text_column, &number_column, &byte_column);
  g_assert_cmpuint (tocsin_pg_rows_get_n (rows), ==, G_N_ELEMENTS (texts));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GBytes) bytes = tocsin_pg_rows_get_bytes (rows, i, 2);

    g_assert_cmpstr (tocsin_pg_rows_get_text_or_null (rows, i, 0), ==, texts[i]);
    g_assert_true (tocsin_pg_rows_is_null (rows, i, 1) == (i >= G_N_ELEMENTS (numbers)));
    if (i < G_N_ELEMENTS (numbers))
      g_assert_cmpint (tocsin_pg_rows_get_int (rows, i, 1), ==, numbers[i]);
    g_assert_true ((bytes == NULL) == (i % 3 == 0));
    if (bytes != NULL)
      g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), all,
                       i == 1 ? sizeof all : i);
  }
}

static void
test_empty (void)
{
  g_autoptr (TocsinPg) pg = tocsin_pg_new (tocsin_test_postgres_get_url (postgres));
  g_auto (TocsinPgColumn) texts, numbers, bytes;
  g_autoptr (TocsinPgRows) rows = NULL;

  tocsin_pg_column_init (&texts);
  tocsin_pg_column_init (&numbers);
  tocsin_pg_column_init (&bytes);
  rows = read_back (pg, &texts, &numbers, &bytes);
  g_assert_cmpuint (tocsin_pg_rows_get_n (rows), ==, 0);
}

int
main (int argc, char **argv)
{
  int status;

  tocsin_test_init (&argc, &argv);
  postgres = tocsin_test_postgres_new ();
  if (postgres == NULL) {
    g_print ("1..0 # SKIP PostgreSQL is not installed\n");
    return 0;
  }
  g_test_add_func ("/pg-columns/any-value-comes-back-as-it-went", test_values);
  g_test_add_func ("/pg-columns/no-values-are-no-rows", test_empty);
  status = g_test_run ();
  tocsin_test_postgres_free (postgres);
  return status;
}
