/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "migrate"

#include "config.h"

#include <gio/gio.h>
#include <stdlib.h>

#include "errors.h"
#include "migrate.h"
#include "server-resources.h"

#define FOLDER "/org/tocsin/server/migrations"

/* One of PostgreSQL's advisory locks: "tocsin" as a number. */
#define LOCK "8391710164926574"

static int
compare_names (const void *a, const void *b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* The files' names, sorted, which is the steps' order. (transfer full) */
static char **
list_steps (void)
{
  GResource *resource = tocsin_server_get_resource ();
  char **names =
      g_resource_enumerate_children (resource, FOLDER, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  g_assert (names != NULL);
  qsort (names, g_strv_length (names), sizeof (char *), compare_names);
  return names;
}

guint
tocsin_migrate_get_newest (void)
{
  g_auto (GStrv) names = list_steps ();

  return g_strv_length (names);
}

gboolean
tocsin_migrate_read_version (TocsinPg *pg, guint *version, GError **error)
{
  g_autoptr (TocsinPgRows) table =
      tocsin_pg_query (pg, error, "SELECT to_regclass ('migrations') IS NOT NULL");
  g_autoptr (TocsinPgRows) rows = NULL;

  if (table == NULL)
    return FALSE;
  if (!tocsin_pg_rows_get_bool (table, 0, 0)) {
    *version = 0;
    return TRUE;
  }
  rows = tocsin_pg_query (pg, error, "SELECT coalesce (max (version), 0) FROM migrations");
  if (rows == NULL)
    return FALSE;
  *version = (guint) tocsin_pg_rows_get_int (rows, 0, 0);
  return TRUE;
}

static gboolean
refuse_newer (guint version, guint newest, GError **error)
{
  return tocsin_fail (error, TOCSIN_ERROR_TOO_NEW,
                      "the database has schema %u, this tocsin-server knows schemas up to %u; run "
                      "the newer tocsin-server that made it",
                      version, newest);
}

static gboolean
take_step (TocsinPg *pg, const char *name, guint version, GError **error)
{
  g_autofree char *path = g_build_path ("/", FOLDER, name, NULL);
  g_autoptr (GBytes) sql = g_resource_lookup_data (tocsin_server_get_resource (), path,
                                                   G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  g_auto (TocsinPgTransaction) transaction = { 0 };

  if (sql == NULL || !tocsin_pg_begin (pg, TOCSIN_PG_WRITE, &transaction, error))
    return FALSE;
  if (!tocsin_pg_script (pg, "SET LOCAL statement_timeout = 0", error) ||
      !tocsin_pg_script (pg, g_bytes_get_data (sql, NULL), error) ||
      !tocsin_pg_run (pg, error, NULL,
                      "INSERT INTO migrations (version, name, at)"
                      " VALUES ($1, $2, extract (epoch FROM clock_timestamp ()) * 1000000)",
                      PG_INT (version), PG_TEXT (name)) ||
      !tocsin_pg_commit (&transaction, error)) {
    g_prefix_error (error, "migration %s: ", name);
    return FALSE;
  }
  return TRUE;
}

static gboolean
take_steps (TocsinPg *pg, char **names, guint newest, guint *n_taken, GError **error)
{
  guint known = g_strv_length (names), version = 0;

  if (!tocsin_pg_script (pg,
                         "CREATE TABLE IF NOT EXISTS migrations (version bigint PRIMARY KEY,"
                         " name text NOT NULL, at bigint NOT NULL)",
                         error) ||
      !tocsin_migrate_read_version (pg, &version, error))
    return FALSE;
  if (version > known)
    return refuse_newer (version, known, error);
  *n_taken = 0;
  for (; version < newest; version++, (*n_taken)++)
    if (!take_step (pg, names[version], version + 1, error))
      return FALSE;
  return TRUE;
}

gboolean
tocsin_migrate (TocsinPg *pg, guint newest, guint *n_taken, GError **error)
{
  g_auto (GStrv) names = list_steps ();
  guint known = g_strv_length (names), n = 0;
  gboolean ok;

  g_return_val_if_fail (pg != NULL && newest <= known, FALSE);

  if (!tocsin_pg_connect (pg, error) ||
      !tocsin_pg_script (pg,
                         "SET lock_timeout = 0; SET statement_timeout = 0;"
                         "SELECT pg_advisory_lock (" LOCK ")",
                         error))
    return FALSE;
  ok = take_steps (pg, names, newest != 0 ? newest : known, &n, error);
  tocsin_pg_disconnect (pg); /* which ends the lock and the settings */
  if (ok && n_taken != NULL)
    *n_taken = n;
  return ok;
}

gboolean
tocsin_migrate_check (TocsinPg *pg, GError **error)
{
  guint version = 0, newest = tocsin_migrate_get_newest ();

  g_return_val_if_fail (pg != NULL, FALSE);

  if (!tocsin_migrate_read_version (pg, &version, error))
    return FALSE;
  if (version > newest)
    return refuse_newer (version, newest, error);
  if (version < newest)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "the database has schema %u, this tocsin-server wants %u; run "
                        "“tocsin-server migrate”",
                        version, newest);
  return TRUE;
}
