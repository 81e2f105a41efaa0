/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "repair"

#include "config.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "errors.h"
#include "store-private.h"
#include "timetext.h"

/* A damaged database is never deleted: it gets another name, with its log, and what can still be
 * read of its records is copied over. */

static gboolean
rename_part (const char *path, const char *suffix, const char *aside, GError **error)
{
  g_autofree char *from = g_strconcat (path, suffix, NULL);
  g_autofree char *to = g_strconcat (aside, suffix, NULL);

  if (g_rename (from, to) == 0 || errno == ENOENT)
    return TRUE;
  return tocsin_fail (error, TOCSIN_ERROR_FAILED, "can’t rename %s to %s: %s", from, to,
                      g_strerror (errno));
}

char *
tocsin_repair_set_aside (const char *path, gint64 now_us, GError **error)
{
  g_autofree char *time = tocsin_time_to_text (now_us);
  g_autofree char *aside = NULL;

  g_strdelimit (time, ":", '-');
  aside = g_strdup_printf ("%s.damaged-%s", path, time);
  if (!rename_part (path, "", aside, error) || !rename_part (path, "-wal", aside, error) ||
      !rename_part (path, "-shm", aside, error))
    return NULL;
  return g_steal_pointer (&aside);
}

typedef struct {
  const char *forward, *backward, *write;
  guint n_texts; /* columns; a blob follows them */
} Salvage;

/* The blob comes last, or NULL in its place. A page that can't be read ends the rows that come
 * after it, so each table is read from its other end too. */
static const Salvage tables[] = {
  { "SELECT name, value, NULL FROM settings ORDER BY name",
    "SELECT name, value, NULL FROM settings ORDER BY name DESC",
    "INSERT OR IGNORE INTO settings (name, value) SELECT ?1, ?2 WHERE ?3 IS NULL", 2 },
  { "SELECT id, body, key, cut_us, judge, heartbeat, team, remote, secrets FROM monitors"
    " ORDER BY key",
    "SELECT id, body, key, cut_us, judge, heartbeat, team, remote, secrets FROM monitors"
    " ORDER BY key DESC",
    "INSERT OR IGNORE INTO monitors"
    " (id, body, key, cut_us, judge, heartbeat, team, remote, secrets)"
    " VALUES (?1, ?2, CAST (?3 AS INTEGER), CAST (?4 AS INTEGER), ?5, ?6, ?7, ?8, ?9)",
    8 },
  { "SELECT id, body, team, NULL FROM maintenance ORDER BY id",
    "SELECT id, body, team, NULL FROM maintenance ORDER BY id DESC",
    "INSERT OR IGNORE INTO maintenance (id, body, team) SELECT ?1, ?2, ?3 WHERE ?4 IS NULL", 3 },
  { "SELECT kind, team, id, n, body, secret FROM documents ORDER BY kind, team, id",
    "SELECT kind, team, id, n, body, secret FROM documents ORDER BY kind DESC, team DESC, id DESC",
    "INSERT OR IGNORE INTO documents (kind, team, id, n, body, secret)"
    " VALUES (?1, ?2, ?3, CAST (?4 AS INTEGER), ?5, ?6)",
    5 },
  { "SELECT team, first, last, data FROM outbox ORDER BY team, first",
    "SELECT team, first, last, data FROM outbox ORDER BY team DESC, first DESC",
    "INSERT OR IGNORE INTO outbox (team, first, last, data)"
    " VALUES (?1, CAST (?2 AS INTEGER), CAST (?3 AS INTEGER), ?4)",
    3 },
  { "SELECT id, monitor_id, began_at, ended_at, body, NULL FROM incidents ORDER BY id",
    "SELECT id, monitor_id, began_at, ended_at, body, NULL FROM incidents ORDER BY id DESC",
    "INSERT OR IGNORE INTO incidents (id, monitor_id, began_at, ended_at, body)"
    " SELECT ?1, ?2, CAST (?3 AS INTEGER), CAST (?4 AS INTEGER), ?5 WHERE ?6 IS NULL",
    5 },
};

static guint
copy_rows (TocsinDb *to, TocsinDb *from, const char *read, const Salvage *table)
{
  g_autoptr (TocsinStatement) rows = tocsin_db_prepare (from, read, NULL);
  g_autoptr (TocsinStatement) save = tocsin_db_prepare (to, table->write, NULL);
  int n_texts = (int) table->n_texts;
  guint n = 0;

  if (rows == NULL || save == NULL)
    return 0;
  while (tocsin_statement_step (rows, NULL) == 1) {
    g_autoptr (GBytes) blob = tocsin_statement_get_bytes (rows, n_texts);

    for (int i = 0; i < n_texts; i++)
      tocsin_statement_bind_text (save, i + 1, tocsin_statement_get_text (rows, i));
    tocsin_statement_bind_bytes (save, n_texts + 1, blob);
    if (tocsin_statement_execute (save, NULL))
      n += (guint) sqlite3_changes (tocsin_db_get_handle (to));
    tocsin_statement_forget (save);
  }
  return n;
}

guint
tocsin_repair_salvage (TocsinDb *db, const char *damaged_path)
{
  g_autoptr (TocsinDb) damaged = tocsin_db_open (damaged_path, SQLITE_OPEN_READONLY, NULL);
  guint n = 0;

  if (damaged == NULL || !tocsin_db_run (db, "BEGIN IMMEDIATE", NULL))
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++) {
    n += copy_rows (db, damaged, tables[i].forward, &tables[i]);
    n += copy_rows (db, damaged, tables[i].backward, &tables[i]);
  }
  return tocsin_db_run (db, "COMMIT", NULL) ? n : 0;
}
