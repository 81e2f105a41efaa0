/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "schema"

#include "config.h"

#include "errors.h"
#include "schema.h"

/* A released step is frozen: what is wrong in it is mended by the next one. Its schema stays in
 * tests/fixtures for ever, and a test migrates from there. */
static const char *const steps[TOCSIN_SCHEMA_VERSION] = {
  /* 1: the first release.
   *
   * `monitors.key` is a small number that stands for the UUID in every table of history. `cut_us`
   * is how long a sample speaks for the time after it. A hot sample's `data` is read by
   * hot-sample.c. `rolled_at` is up to when hourly rollups are complete. */
  "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
  "CREATE TABLE monitors (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL,"
  " secrets BLOB, cut_us INTEGER NOT NULL, judge TEXT, heartbeat TEXT,"
  " rolled_at INTEGER NOT NULL DEFAULT 0) STRICT;"
  "CREATE TABLE maintenance (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;"
  "CREATE TABLE incidents (id TEXT PRIMARY KEY, monitor_id TEXT NOT NULL, began_at INTEGER NOT NULL,"
  " ended_at INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;"
  "CREATE INDEX incidents_by_monitor ON incidents (monitor_id, began_at);"
  "CREATE INDEX incidents_by_time ON incidents (began_at);"
  "CREATE INDEX incidents_open ON incidents (id) WHERE ended_at = 0;"
  "CREATE TABLE decisions (monitor INTEGER NOT NULL REFERENCES monitors ON DELETE CASCADE,"
  " n INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (monitor, n)) STRICT, WITHOUT ROWID;"
  "CREATE TABLE samples (monitor INTEGER NOT NULL REFERENCES monitors ON DELETE CASCADE,"
  " at INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (monitor, at)) STRICT, WITHOUT ROWID;"
  "CREATE TABLE evidence (monitor INTEGER NOT NULL REFERENCES monitors ON DELETE CASCADE,"
  " at INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (monitor, at)) STRICT, WITHOUT ROWID;"
  "CREATE TABLE chunks (monitor INTEGER NOT NULL REFERENCES monitors ON DELETE CASCADE,"
  " day INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (monitor, day)) STRICT;"
  "CREATE TABLE hours (monitor INTEGER NOT NULL REFERENCES monitors ON DELETE CASCADE,"
  " at INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (monitor, at)) STRICT, WITHOUT ROWID;"
  "CREATE TABLE days (monitor INTEGER NOT NULL REFERENCES monitors ON DELETE CASCADE,"
  " at INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (monitor, at)) STRICT, WITHOUT ROWID;"
  "CREATE TABLE pings (monitor INTEGER NOT NULL REFERENCES monitors ON DELETE CASCADE,"
  " n INTEGER NOT NULL, head TEXT NOT NULL, body BLOB, PRIMARY KEY (monitor, n)) STRICT;",

  /* 2: teams.
   *
   * `remote` is how the team's server judges a monitor. What syncs is a document each, see
   * store-teams.h; its secret lies sealed beside it. The outbox has samples that the server does
   * not have yet, packed (lib/judge/batch.h): those of the numbers first to last. */
  "ALTER TABLE monitors ADD COLUMN team TEXT;"
  "ALTER TABLE monitors ADD COLUMN remote TEXT;"
  "ALTER TABLE maintenance ADD COLUMN team TEXT;"
  "CREATE TABLE documents (kind TEXT NOT NULL, team TEXT NOT NULL, id TEXT NOT NULL,"
  " n INTEGER NOT NULL, body TEXT NOT NULL, secret BLOB, PRIMARY KEY (kind, team, id))"
  " STRICT, WITHOUT ROWID;"
  "CREATE INDEX documents_by_number ON documents (kind, team, n);"
  "CREATE TABLE outbox (team TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,"
  " data BLOB NOT NULL, PRIMARY KEY (team, first)) STRICT, WITHOUT ROWID;",
};

static gboolean
read_version (TocsinDb *db, gint64 *version, GError **error)
{
  g_autoptr (TocsinStatement) statement = tocsin_db_prepare (db, "PRAGMA user_version", error);

  if (statement == NULL || tocsin_statement_step (statement, error) != 1)
    return FALSE;
  *version = tocsin_statement_get_int (statement, 0);
  return TRUE;
}

static gboolean
take_step (TocsinDb *db, gint64 version, GError **error)
{
  g_autofree char *mark = g_strdup_printf ("PRAGMA user_version = %" G_GINT64_FORMAT, version + 1);

  if (!tocsin_db_run (db, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (tocsin_db_run (db, steps[version], error) && tocsin_db_run (db, mark, error) &&
      tocsin_db_run (db, "COMMIT", error))
    return TRUE;
  tocsin_db_run (db, "ROLLBACK", NULL);
  g_prefix_error (error, "migration to version %" G_GINT64_FORMAT ": ", version + 1);
  return FALSE;
}

gboolean
tocsin_schema_is_known (TocsinDb *db, GError **error)
{
  gint64 version = 0;

  g_return_val_if_fail (db != NULL, FALSE);

  if (!read_version (db, &version, error))
    return FALSE;
  if (version > TOCSIN_SCHEMA_VERSION)
    return tocsin_fail (error, TOCSIN_ERROR_TOO_NEW,
                        "the database has version %" G_GINT64_FORMAT
                        ", this Tocsin knows versions up to %d; run the newer Tocsin that wrote it",
                        version, TOCSIN_SCHEMA_VERSION);
  return TRUE;
}

gboolean
tocsin_schema_migrate (TocsinDb *db, GError **error)
{
  gint64 version = 0;

  g_return_val_if_fail (db != NULL, FALSE);

  if (!tocsin_schema_is_known (db, error) || !read_version (db, &version, error))
    return FALSE;
  for (; version < TOCSIN_SCHEMA_VERSION; version++)
    if (!take_step (db, version, error))
      return FALSE;
  return TRUE;
}
