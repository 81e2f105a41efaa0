/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "history"

#include "config.h"

#include "bench-data.h"
#include "history.h"
#include "hot-sample.h"
#include "store-private.h"
#include "timetext.h"
#include "uuid.h"

#define SEED            7
#define CUT_US          (2 * TOCSIN_US_PER_MIN)
#define MONITORS_A_TURN 20

/* The figures of one monitor. */
typedef struct {
  GArray *points;    /* (owned) (element-type TocsinPoint) the newest days, which are rows */
  GPtrArray *chunks; /* (owned) (element-type GBytes) */
  GPtrArray *hours;  /* (owned) (element-type GBytes) */
  GPtrArray *days;   /* (owned) (element-type GBytes) */
  gint64 from_us, hot_us, rolled_us;
} History;

char *
bench_history_id (guint n)
{
  guint8 random[TOCSIN_UUID_RANDOM_BYTES] = {
    0, 0, 0, 0, 0, 0, 0, (guint8) (n >> 16), (guint8) (n >> 8), (guint8) n
  };

  return tocsin_uuid_new (G_GINT64_CONSTANT (1795000000000000), random);
}

/* --- monitors, by the store's own way --- */

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_main_loop_quit (user_data);
}

static gboolean
make_monitors (const char *data_dir, guint n_monitors, const char *target, GError **error)
{
  TocsinStore *store = tocsin_store_open (data_dir, NULL, error);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  if (store == NULL)
    return FALSE;
  for (guint i = 1; i <= n_monitors; i++) {
    TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_HTTP);

    monitor->id = bench_history_id (i);
    monitor->name = g_strdup_printf ("monitor %u", i);
    monitor->target = g_strdup (target);
    tocsin_store_save_monitor (store, monitor, FALSE, NULL, NULL);
    tocsin_monitor_unref (monitor);
  }
  tocsin_store_flush (store, flushed_cb, loop);
  g_main_loop_run (loop);
  tocsin_store_close (store);
  return TRUE;
}

/* --- the figures --- */

static void
roll_day (History *history, const TocsinPoint *points, guint n, gint64 day_us)
{
  g_auto (TocsinRollup) day = { 0 };
  g_autoptr (GArray) all = tocsin_points_new ();
  guint first = 0;

  g_array_append_vals (all, points, n);
  tocsin_rollup_init (&day, day_us, TOCSIN_US_PER_DAY);
  for (gint64 at_us = day_us; at_us < MIN (day_us + TOCSIN_US_PER_DAY, history->rolled_us);
       at_us += TOCSIN_US_PER_HOUR) {
    g_auto (TocsinRollup) hour = { 0 };

    tocsin_rollup_init (&hour, at_us, TOCSIN_US_PER_HOUR);
    tocsin_hot_samples_roll (all, &first, CUT_US, G_MAXINT64, &hour);
    g_ptr_array_add (history->hours, tocsin_rollup_encode (&hour));
    tocsin_rollup_merge (&day, &hour);
  }
  if (day_us + TOCSIN_US_PER_DAY <= history->rolled_us)
    g_ptr_array_add (history->days, tocsin_rollup_encode (&day));
}

static void
fill_alike (TocsinPoint *points, guint n_points, gint64 from_us, GRand *rand, gpointer user_data)
{
  bench_fill_points (points, n_points, from_us, rand);
}

static void
make_figures (History *history, guint n_days, BenchFillFunc fill, gpointer user_data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED);
  gint64 now_us = g_get_real_time ();
  g_autoptr (GArray) points = tocsin_points_new ();

  history->points = tocsin_points_new ();
  history->chunks = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  history->hours = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  history->days = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  history->hot_us = tocsin_time_floor (now_us - TOCSIN_US_PER_DAY, TOCSIN_US_PER_DAY);
  history->rolled_us = tocsin_time_floor (now_us - 5 * TOCSIN_US_PER_MIN, TOCSIN_US_PER_HOUR);
  history->from_us = tocsin_time_floor (now_us, TOCSIN_US_PER_DAY) - n_days * TOCSIN_US_PER_DAY;
  g_array_set_size (points, TOCSIN_US_PER_DAY / TOCSIN_US_PER_MIN);

  for (gint64 day_us = history->from_us; day_us < now_us; day_us += TOCSIN_US_PER_DAY) {
    TocsinPoint *all = (TocsinPoint *) (gpointer) points->data;
    guint n = 0;

    fill (all, points->len, day_us, rand, user_data);
    while (n < points->len && all[n].at_us < MIN (now_us, day_us + TOCSIN_US_PER_DAY))
      n++;
    if (n == 0)
      break;
    if (day_us < history->hot_us)
      g_ptr_array_add (history->chunks, tocsin_chunk_encode (all, n));
    else
      g_array_append_vals (history->points, all, n);
    roll_day (history, all, n, day_us);
  }
}

static void
clear_history (History *history)
{
  g_clear_pointer (&history->points, g_array_unref);
  g_clear_pointer (&history->chunks, g_ptr_array_unref);
  g_clear_pointer (&history->hours, g_ptr_array_unref);
  g_clear_pointer (&history->days, g_ptr_array_unref);
}

/* --- writing --- */

static gboolean
write_blobs (TocsinStatement *insert, gint64 key, const GPtrArray *blobs, gint64 from_us,
             gint64 span_us, GError **error)
{
  if (insert == NULL)
    return FALSE;
  for (guint i = 0; i < blobs->len; i++) {
    tocsin_statement_bind_int (insert, 1, key);
    tocsin_statement_bind_int (insert, 2, from_us + i * span_us);
    tocsin_statement_bind_bytes (insert, 3, blobs->pdata[i]);
    if (!tocsin_statement_execute (insert, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_rows (TocsinStatement *insert, gint64 key, const GArray *points, GError **error)
{
  if (insert == NULL)
    return FALSE;
  for (guint i = 0; i < points->len; i++) {
    const TocsinPoint *point = &g_array_index (points, TocsinPoint, i);
    guint8 data[TOCSIN_HOT_SAMPLE_MOST_BYTES];

    tocsin_statement_bind_int (insert, 1, key);
    tocsin_statement_bind_int (insert, 2, point->at_us);
    tocsin_statement_bind_blob (insert, 3, data, tocsin_hot_sample_encode (point, data));
    if (!tocsin_statement_execute (insert, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_monitor (TocsinDb *db, gint64 key, const History *history, GError **error)
{
  g_autoptr (TocsinStatement) rows =
      tocsin_db_prepare (db, "INSERT INTO samples (monitor, at, data) VALUES (?1, ?2, ?3)", error);
  g_autoptr (TocsinStatement) chunks =
      tocsin_db_prepare (db, "INSERT INTO chunks (monitor, day, data) VALUES (?1, ?2, ?3)", error);
  g_autoptr (TocsinStatement) hours =
      tocsin_db_prepare (db, "INSERT INTO hours (monitor, at, data) VALUES (?1, ?2, ?3)", error);
  g_autoptr (TocsinStatement) days =
      tocsin_db_prepare (db, "INSERT INTO days (monitor, at, data) VALUES (?1, ?2, ?3)", error);
  g_autoptr (TocsinStatement) mark =
      tocsin_db_prepare (db, "UPDATE monitors SET rolled_at = ?2 WHERE key = ?1", error);

  if (mark == NULL || !write_rows (rows, key, history->points, error) ||
      !write_blobs (chunks, key, history->chunks, history->from_us, TOCSIN_US_PER_DAY, error) ||
      !write_blobs (hours, key, history->hours, history->from_us, TOCSIN_US_PER_HOUR, error) ||
      !write_blobs (days, key, history->days, history->from_us, TOCSIN_US_PER_DAY, error))
    return FALSE;
  tocsin_statement_bind_int (mark, 1, key);
  tocsin_statement_bind_int (mark, 2, history->rolled_us);
  return tocsin_statement_execute (mark, error);
}

static gboolean
write_history (const char *data_dir, guint n_monitors, const History *history, GError **error)
{
  g_autofree char *path = g_build_filename (data_dir, "tocsin.db", NULL);
  g_autoptr (TocsinDb) db = tocsin_db_open (path, SQLITE_OPEN_READWRITE, error);

  if (db == NULL || !tocsin_db_run (db, "PRAGMA synchronous = OFF", error))
    return FALSE;
  for (guint i = 1; i <= n_monitors; i += MONITORS_A_TURN) {
    if (!tocsin_db_run (db, "BEGIN", error))
      return FALSE;
    for (guint n = i; n < i + MONITORS_A_TURN && n <= n_monitors; n++)
      if (!write_monitor (db, n, history, error)) /* keys are given from 1 on */
        return FALSE;
    if (!tocsin_db_run (db, "COMMIT", error))
      return FALSE;
  }
  return tocsin_db_run (db, "PRAGMA wal_checkpoint (TRUNCATE)", error);
}

gboolean
bench_write_past (const char *data_dir, gint64 key, guint n_days, BenchFillFunc fill,
                  gpointer user_data, GError **error)
{
  g_autofree char *path = g_build_filename (data_dir, "tocsin.db", NULL);
  g_autoptr (TocsinDb) db = tocsin_db_open (path, SQLITE_OPEN_READWRITE, error);
  History history = { 0 };
  gboolean ok;

  if (db == NULL)
    return FALSE;
  make_figures (&history, n_days, fill, user_data);
  ok = tocsin_db_run (db, "BEGIN", error) && write_monitor (db, key, &history, error) &&
       tocsin_db_run (db, "COMMIT", error) &&
       tocsin_db_run (db, "PRAGMA wal_checkpoint (TRUNCATE)", error);
  clear_history (&history);
  return ok;
}

gboolean
bench_make_history (const char *data_dir, guint n_monitors, guint n_days, const char *target,
                    GError **error)
{
  History history = { 0 };
  gboolean ok;

  if (!make_monitors (data_dir, n_monitors, target, error))
    return FALSE;
  make_figures (&history, n_days, fill_alike, NULL);
  ok = write_history (data_dir, n_monitors, &history, error);
  clear_history (&history);
  return ok;
}
