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

/* Row by row, so that one that can't be read does not lose the others. */
static guint
copy_rows (TocsinDb *to, TocsinDb *from, const char *read, const char *write, guint n_columns)
{
  g_autoptr (TocsinStatement) rows = tocsin_db_prepare (from, read, NULL);
  g_autoptr (TocsinStatement) save = tocsin_db_prepare (to, write, NULL);
  guint n = 0;

  if (rows == NULL || save == NULL)
    return 0;
  while (tocsin_statement_step (rows, NULL) == 1) {
    GBytes *blob = NULL;

    for (guint i = 0; i < n_columns; i++)
      tocsin_statement_bind_text (save, (int) i + 1, tocsin_statement_get_text (rows, (int) i));
    blob = tocsin_statement_get_bytes (rows, (int) n_columns);
    tocsin_statement_bind_bytes (save, (int) n_columns + 1, blob);
    n += tocsin_statement_execute (save, NULL);
    g_clear_pointer (&blob, g_bytes_unref);
  }
  return n;
}

guint
tocsin_repair_salvage (TocsinDb *db, const char *damaged_path)
{
  g_autoptr (TocsinDb) damaged = tocsin_db_open (damaged_path, SQLITE_OPEN_READONLY, NULL);

  if (damaged == NULL)
    return 0;
  return copy_rows (
             db, damaged, "SELECT id, body, key, cut_us, judge, heartbeat, secrets FROM monitors",
             "INSERT OR IGNORE INTO monitors (id, body, key, cut_us, judge, heartbeat, secrets)"
             " VALUES (?1, ?2, CAST (?3 AS INTEGER), CAST (?4 AS INTEGER), ?5, ?6, ?7)",
             6) +
         copy_rows (db, damaged, "SELECT id, body, NULL FROM maintenance",
                    "INSERT OR IGNORE INTO maintenance (id, body) SELECT ?1, ?2 WHERE ?3 IS NULL",
                    2) +
         copy_rows (
             db, damaged, "SELECT id, monitor_id, began_at, ended_at, body, NULL FROM incidents",
             "INSERT OR IGNORE INTO incidents (id, monitor_id, began_at, ended_at, body)"
             " SELECT ?1, ?2, CAST (?3 AS INTEGER), CAST (?4 AS INTEGER), ?5 WHERE ?6 IS NULL",
             5);
}
