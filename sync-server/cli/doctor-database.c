/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "doctor-database"

#include "config.h"

#include <gio/gio.h>
#include <libpq-fe.h>
#include <string.h>
#include <sys/statvfs.h>

#include "doctor.h"
#include "migrate.h"
#include "worker.h"

/* The middle between asking and hearing is when the database looked at its clock. */
static gboolean
read_clock (TocsinPg *pg, TocsinDatabaseFacts *facts, GError **error)
{
  gint64 before = g_get_real_time (), after;
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error, "SELECT (extract (epoch FROM clock_timestamp ()) * 1000000)::bigint");

  if (rows == NULL)
    return FALSE;
  after = g_get_real_time ();
  facts->answer_us = after - before;
  facts->clock_ahead_us = tocsin_pg_rows_get_int (rows, 0, 0) - before - (after - before) / 2;
  return TRUE;
}

/* A server that runs has its connections already: those are of nobody else. */
static gboolean
read_facts (TocsinPg *pg, TocsinDatabaseFacts *facts, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT current_setting ('server_version_num')::int, pg_is_in_recovery (),"
      " current_setting ('max_connections')::int,"
      " current_setting ('superuser_reserved_connections')::int,"
      " (SELECT count (*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
      "  AND NOT (datname = current_database () AND usename = current_user))");

  if (rows == NULL)
    return FALSE;
  facts->version = (int) tocsin_pg_rows_get_int (rows, 0, 0);
  facts->is_replica = tocsin_pg_rows_get_bool (rows, 0, 1);
  facts->connections_most = tocsin_pg_rows_get_int (rows, 0, 2);
  facts->connections_reserved = tocsin_pg_rows_get_int (rows, 0, 3);
  facts->connections_of_others = tocsin_pg_rows_get_int (rows, 0, 4);
  facts->schema_newest = tocsin_migrate_get_newest ();
  return tocsin_migrate_read_version (pg, &facts->schema, error);
}

/* --- the disk --- */

static gboolean
is_on_this_machine (TocsinPg *pg)
{
  PGconn *raw = tocsin_pg_get_raw (pg);
  const char *host = PQhost (raw);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (PQhostaddr (raw));

  return *host == '/' || *host == '@' ||
         (address != NULL && g_inet_address_get_is_loopback (address));
}

/* The disk of `path`, or of the nearest folder above that may be looked at. */
static gboolean
read_disk (const char *path, TocsinDiskFacts *facts)
{
  g_autofree char *at = g_strdup (path);
  struct statvfs info;

  while (statvfs (at, &info) != 0) {
    char *above = g_path_get_dirname (at);
    gboolean is_top = strcmp (above, at) == 0;

    g_free (at);
    at = above;
    if (is_top)
      return FALSE;
  }
  facts->free_bytes = (gint64) (info.f_bavail * info.f_frsize);
  facts->total_bytes = (gint64) (info.f_blocks * info.f_frsize);
  return TRUE;
}

/* PostgreSQL tells where it stores only to superusers and pg_read_all_settings. */
static void
look_at_disk (TocsinPg *pg, GPtrArray *findings)
{
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, NULL,
                       "SELECT pg_database_size (current_database ()),"
                       " (SELECT setting FROM pg_settings WHERE name = 'data_directory')");
  TocsinDiskFacts facts = { 0 };
  const char *path;

  if (rows == NULL)
    return;
  facts.database_bytes = tocsin_pg_rows_get_int (rows, 0, 0);
  path = tocsin_pg_rows_get_text_or_null (rows, 0, 1);
  if (path != NULL && is_on_this_machine (pg) && read_disk (path, &facts))
    facts.path = path;
  tocsin_doctor_judge_disk (&facts, findings);
}

/* --- public --- */

static void
look_at_replica (const TocsinServerConfig *config, GPtrArray *findings)
{
  g_autoptr (TocsinPg) pg = tocsin_pg_new (config->database_read_url);
  g_autoptr (GError) error = NULL;

  if (tocsin_pg_connect (pg, &error))
    tocsin_findings_add (findings, "replica", TOCSIN_VERDICT_OK, "it answers", NULL);
  else
    tocsin_findings_add (findings, "replica", TOCSIN_VERDICT_FAIL, error->message,
                         "look at database_read_url, or leave it out");
}

void
tocsin_doctor_look_at_database (const TocsinServerConfig *config, GPtrArray *findings)
{
  g_autoptr (TocsinPg) pg = tocsin_pg_new (config->database_url);
  TocsinDatabaseFacts facts = { 0 };
  g_autoptr (GError) error = NULL;

  if (tocsin_pg_connect (pg, &error) && read_facts (pg, &facts, &error) &&
      read_clock (pg, &facts, &error)) {
    gint64 wanted = (gint64) tocsin_server_config_get_n_workers (config) *
                    tocsin_worker_count_connections (config);

    tocsin_doctor_judge_database (&facts, wanted, findings);
    look_at_disk (pg, findings);
  } else {
    tocsin_findings_add (findings, "database", TOCSIN_VERDICT_FAIL, error->message,
                         "look at database_url, and whether PostgreSQL runs and lets us in");
  }
  if (config->database_read_url != NULL)
    look_at_replica (config, findings);
}
