/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "db"

#include "config.h"

#include "db.h"
#include "errors.h"

#define BUSY_TIMEOUT_MS 10000

struct _TocsinDb {
  sqlite3 *handle;
  char *path;
  GHashTable *statements; /* (owned) literal → TocsinStatement */
};

struct _TocsinStatement {
  TocsinDb *db;
  sqlite3_stmt *stmt;
  gboolean leased;
};

/* Caches are small: what is read twice is read from the system's page cache. */
static const char settings[] = "PRAGMA journal_mode = WAL;"
                               "PRAGMA synchronous = NORMAL;"
                               "PRAGMA foreign_keys = ON;"
                               "PRAGMA cache_size = -2000;"
                               "PRAGMA temp_store = MEMORY;"
                               "PRAGMA wal_autocheckpoint = 1000;"
                               "PRAGMA journal_size_limit = 16777216;";

static void
free_statement (gpointer data)
{
  TocsinStatement *statement = data;

  sqlite3_finalize (statement->stmt);
  g_free (statement);
}

gboolean
tocsin_db_fail (TocsinDb *db, const char *what, GError **error)
{
  static const struct {
    int code;
    TocsinError error;
  } table[] = {
    { SQLITE_FULL, TOCSIN_ERROR_NO_SPACE },     { SQLITE_IOERR, TOCSIN_ERROR_NO_SPACE },
    { SQLITE_CORRUPT, TOCSIN_ERROR_DAMAGED },   { SQLITE_NOTADB, TOCSIN_ERROR_DAMAGED },
    { SQLITE_BUSY, TOCSIN_ERROR_BUSY },         { SQLITE_LOCKED, TOCSIN_ERROR_BUSY },
    { SQLITE_READONLY, TOCSIN_ERROR_NO_SPACE },
  };
  int code = sqlite3_errcode (db->handle) & 0xff;

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (table[i].code == code)
      return tocsin_fail (error, table[i].error, "%s: %s: %s", db->path, what,
                          sqlite3_errmsg (db->handle));
  return tocsin_fail (error, TOCSIN_ERROR_FAILED, "%s: %s: %s", db->path, what,
                      sqlite3_errmsg (db->handle));
}

/* SQLite counts the memory of all threads under one lock unless it is told not to, before its first
 * use. */
static gpointer
count_no_memory (gpointer data)
{
  sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
  return NULL;
}

TocsinDb *
tocsin_db_open (const char *path, int flags, GError **error)
{
  static GOnce counted = G_ONCE_INIT;
  g_autoptr (TocsinDb) db = g_new0 (TocsinDb, 1);

  g_return_val_if_fail (path != NULL, NULL);

  g_once (&counted, count_no_memory, NULL);
  db->path = g_strdup (path);
  db->statements = g_hash_table_new_full (NULL, NULL, NULL, free_statement);
  if (sqlite3_open_v2 (path, &db->handle, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
    tocsin_db_fail (db, "can’t open", error);
    return NULL;
  }
  sqlite3_extended_result_codes (db->handle, 1);
  sqlite3_busy_timeout (db->handle, BUSY_TIMEOUT_MS);
  if ((flags & SQLITE_OPEN_READONLY) != 0)
    return tocsin_db_run (db, "PRAGMA cache_size = -500", error) ? g_steal_pointer (&db) : NULL;
  return tocsin_db_run (db, settings, error) ? g_steal_pointer (&db) : NULL;
}

void
tocsin_db_close (TocsinDb *db)
{
  if (db == NULL)
    return;
  g_clear_pointer (&db->statements, g_hash_table_unref);
  g_clear_pointer (&db->handle, sqlite3_close);
  g_free (db->path);
  g_free (db);
}

sqlite3 *
tocsin_db_get_handle (TocsinDb *db)
{
  return db->handle;
}

gboolean
tocsin_db_run (TocsinDb *db, const char *sql, GError **error)
{
  g_return_val_if_fail (db != NULL && sql != NULL, FALSE);

  if (sqlite3_exec (db->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  return tocsin_db_fail (db, "can’t run a statement", error);
}

TocsinStatement *
tocsin_db_prepare (TocsinDb *db, const char *sql, GError **error)
{
  TocsinStatement *statement = g_hash_table_lookup (db->statements, sql);

  if (statement == NULL) {
    sqlite3_stmt *stmt;

    if (sqlite3_prepare_v3 (db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) !=
        SQLITE_OK) {
      tocsin_db_fail (db, "can’t prepare a statement", error);
      return NULL;
    }
    statement = g_new0 (TocsinStatement, 1);
    statement->db = db;
    statement->stmt = stmt;
    g_hash_table_insert (db->statements, (gpointer) sql, statement);
  }
  g_assert (!statement->leased);
  statement->leased = TRUE;
  return statement;
}

void
tocsin_statement_forget (TocsinStatement *statement)
{
  sqlite3_reset (statement->stmt);
  sqlite3_clear_bindings (statement->stmt);
}

void
tocsin_statement_release (TocsinStatement *statement)
{
  if (statement == NULL)
    return;
  tocsin_statement_forget (statement);
  statement->leased = FALSE;
}

void
tocsin_statement_bind_int (TocsinStatement *statement, int parameter, gint64 value)
{
  sqlite3_bind_int64 (statement->stmt, parameter, value);
}

void
tocsin_statement_bind_text (TocsinStatement *statement, int parameter, const char *text)
{
  sqlite3_bind_text (statement->stmt, parameter, text, -1, SQLITE_STATIC);
}

void
tocsin_statement_bind_blob (TocsinStatement *statement, int parameter, gconstpointer data,
                            gsize size)
{
  if (data == NULL && size == 0)
    sqlite3_bind_zeroblob (statement->stmt, parameter, 0);
  else
    sqlite3_bind_blob64 (statement->stmt, parameter, data, size, SQLITE_STATIC);
}

void
tocsin_statement_bind_bytes (TocsinStatement *statement, int parameter, GBytes *bytes)
{
  gsize size;
  gconstpointer data;

  if (bytes == NULL)
    return;
  data = g_bytes_get_data (bytes, &size);
  tocsin_statement_bind_blob (statement, parameter, data, size);
}

gint64
tocsin_statement_get_int (TocsinStatement *statement, int column)
{
  return sqlite3_column_int64 (statement->stmt, column);
}

const char *
tocsin_statement_get_text (TocsinStatement *statement, int column)
{
  return (const char *) sqlite3_column_text (statement->stmt, column);
}

gconstpointer
tocsin_statement_get_blob (TocsinStatement *statement, int column, gsize *size)
{
  gconstpointer data = sqlite3_column_blob (statement->stmt, column);

  *size = (gsize) sqlite3_column_bytes (statement->stmt, column);
  return data;
}

GBytes *
tocsin_statement_get_bytes (TocsinStatement *statement, int column)
{
  gsize size;
  gconstpointer data = tocsin_statement_get_blob (statement, column, &size);

  if (sqlite3_column_type (statement->stmt, column) == SQLITE_NULL)
    return NULL;
  return g_bytes_new (data, size);
}

int
tocsin_statement_step (TocsinStatement *statement, GError **error)
{
  switch (sqlite3_step (statement->stmt)) {
  case SQLITE_ROW:
    return 1;
  case SQLITE_DONE:
    return 0;
  default:
    tocsin_db_fail (statement->db, "can’t read or write", error);
    return -1;
  }
}

gboolean
tocsin_statement_execute (TocsinStatement *statement, GError **error)
{
  int status = tocsin_statement_step (statement, error);

  sqlite3_reset (statement->stmt);
  return status >= 0;
}
