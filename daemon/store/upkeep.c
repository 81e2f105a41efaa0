/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "upkeep"

#include "config.h"

#include "chunk.h"
#include "errors.h"
#include "hot-sample.h"
#include "store-private.h"
#include "timetext.h"

/* History ages here. Once an hour is over, its rollup is made from the rows that are still hot, a
 * day's from its hours; a day that ended a day ago is packed into one chunk; what is older than it
 * is to be kept goes. `monitors.rolled_at` says how far a monitor has come, so that a kill at any
 * moment only means doing it again. */

#define MONITORS_A_STEP 50
#define SETTLE_US       (5 * TOCSIN_US_PER_MIN) /* samples of an hour may come this late */
#define PACK_AFTER_US   TOCSIN_US_PER_DAY
#define HOURS_A_STEP    (24 * 31) /* of one monitor: the daemon may have been off for long */

static gboolean
append_rows (TocsinStatement *statement, GArray *points, GError **error)
{
  int status;

  while ((status = tocsin_statement_step (statement, error)) == 1) {
    TocsinPoint point = { .at_us = tocsin_statement_get_int (statement, 0) };
    gsize size;
    const guint8 *data = tocsin_statement_get_blob (statement, 1, &size);

    if (tocsin_hot_sample_decode (&point, data, size))
      g_array_append_val (points, point);
  }
  return status == 0;
}

gboolean
tocsin_hot_samples_read (TocsinDb *db, gint64 key, gint64 from_us, gint64 to_us, GArray *points,
                         GError **error)
{
  g_autoptr (TocsinStatement) statement = tocsin_db_prepare (
      db, "SELECT at, data FROM samples WHERE monitor = ?1 AND at >= ?2 AND at < ?3 ORDER BY at",
      error);

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_int (statement, 1, key);
  tocsin_statement_bind_int (statement, 2, from_us);
  tocsin_statement_bind_int (statement, 3, to_us);
  return append_rows (statement, points, error);
}

gboolean
tocsin_hot_samples_read_before (TocsinDb *db, gint64 key, gint64 before_us, GArray *points,
                                GError **error)
{
  g_autoptr (TocsinStatement) statement = tocsin_db_prepare (
      db, "SELECT at, data FROM samples WHERE monitor = ?1 AND at < ?2 ORDER BY at DESC LIMIT 1",
      error);

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_int (statement, 1, key);
  tocsin_statement_bind_int (statement, 2, before_us);
  return append_rows (statement, points, error);
}

/* --- hours and days --- */

static gboolean
save_rollup (TocsinStatement *statement, gint64 key, const TocsinRollup *rollup, GError **error)
{
  g_autoptr (GBytes) data = tocsin_rollup_encode (rollup);

  tocsin_statement_bind_int (statement, 1, key);
  tocsin_statement_bind_int (statement, 2, rollup->at_us);
  tocsin_statement_bind_bytes (statement, 3, data);
  return tocsin_statement_execute (statement, error);
}

gboolean
tocsin_rollup_says_something (const TocsinRollup *rollup)
{
  return tocsin_rollup_get_n (rollup) != 0 || rollup->time.up_us != 0 || rollup->time.down_us != 0;
}

void
tocsin_hot_samples_roll (const GArray *points, guint *first, gint64 cut_us, gint64 until_us,
                         TocsinRollup *hour)
{
  gint64 end_us = MIN (hour->at_us + hour->span_us, until_us);

  for (guint i = *first; i < points->len; i++) {
    const TocsinPoint *point = &g_array_index (points, TocsinPoint, i);
    gint64 next_at =
        i + 1 < points->len ? g_array_index (points, TocsinPoint, i + 1).at_us : G_MAXINT64;

    if (point->at_us >= end_us)
      break;
    *first = i; /* it may reach into the next hour too */
    if (point->at_us >= hour->at_us)
      tocsin_rollup_add (hour, point);
    tocsin_rollup_add_stretch (hour, tocsin_counts_of (point->outcome, point->flags), point->at_us,
                               MIN (next_at, end_us), cut_us);
  }
}

static gboolean
roll_hours (TocsinDb *db, gint64 key, gint64 cut_us, gint64 from_us, gint64 to_us, GError **error)
{
  g_autoptr (TocsinStatement) statement = tocsin_db_prepare (
      db, "INSERT OR REPLACE INTO hours (monitor, at, data) VALUES (?1, ?2, ?3)", error);
  g_autoptr (GArray) points = tocsin_points_new ();
  guint first = 0;

  if (statement == NULL || !tocsin_hot_samples_read_before (db, key, from_us, points, error) ||
      !tocsin_hot_samples_read (db, key, from_us, to_us, points, error))
    return FALSE;
  for (gint64 at_us = from_us; at_us < to_us; at_us += TOCSIN_US_PER_HOUR) {
    g_auto (TocsinRollup) hour = { 0 };

    tocsin_rollup_init (&hour, at_us, TOCSIN_US_PER_HOUR);
    tocsin_hot_samples_roll (points, &first, cut_us, to_us, &hour);
    if (tocsin_rollup_says_something (&hour) && !save_rollup (statement, key, &hour, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
roll_day (TocsinDb *db, gint64 key, gint64 day_us, GError **error)
{
  g_autoptr (TocsinStatement) hours = tocsin_db_prepare (
      db, "SELECT at, data FROM hours WHERE monitor = ?1 AND at >= ?2 AND at < ?3", error);
  g_autoptr (TocsinStatement) save = tocsin_db_prepare (
      db, "INSERT OR REPLACE INTO days (monitor, at, data) VALUES (?1, ?2, ?3)", error);
  g_auto (TocsinRollup) day = { 0 };
  int status;

  if (hours == NULL || save == NULL)
    return FALSE;
  tocsin_rollup_init (&day, day_us, TOCSIN_US_PER_DAY);
  tocsin_statement_bind_int (hours, 1, key);
  tocsin_statement_bind_int (hours, 2, day_us);
  tocsin_statement_bind_int (hours, 3, day_us + TOCSIN_US_PER_DAY);
  while ((status = tocsin_statement_step (hours, error)) == 1) {
    g_auto (TocsinRollup) hour = { 0 };
    gsize size;
    const guint8 *data = tocsin_statement_get_blob (hours, 1, &size);

    if (!tocsin_rollup_decode (&hour, tocsin_statement_get_int (hours, 0), TOCSIN_US_PER_HOUR, data,
                               size, error))
      return FALSE;
    tocsin_rollup_merge (&day, &hour);
  }
  return status == 0 &&
         (!tocsin_rollup_says_something (&day) || save_rollup (save, key, &day, error));
}

/* --- chunks --- */

static gboolean
append_chunk (TocsinDb *db, gint64 key, gint64 day_us, GArray *points, GError **error)
{
  g_autoptr (TocsinStatement) statement =
      tocsin_db_prepare (db, "SELECT data FROM chunks WHERE monitor = ?1 AND day = ?2", error);
  const guint8 *data;
  gsize size;
  int status;

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_int (statement, 1, key);
  tocsin_statement_bind_int (statement, 2, day_us);
  status = tocsin_statement_step (statement, error);
  if (status != 1)
    return status == 0;
  data = tocsin_statement_get_blob (statement, 0, &size);
  return tocsin_chunk_decode (data, size, TOCSIN_CHUNK_ALL, points, error);
}

static int
compare_points (gconstpointer a, gconstpointer b)
{
  const TocsinPoint *first = a, *second = b;

  return first->at_us < second->at_us ? -1 : first->at_us > second->at_us;
}

/* One day's rows, with what was packed of it before, become its chunk. */
static gboolean
pack_day (TocsinDb *db, gint64 key, gint64 day_us, gint64 to_us, GError **error)
{
  g_autoptr (TocsinStatement) save = tocsin_db_prepare (
      db, "INSERT OR REPLACE INTO chunks (monitor, day, data) VALUES (?1, ?2, ?3)", error);
  g_autoptr (TocsinStatement) drop = tocsin_db_prepare (
      db, "DELETE FROM samples WHERE monitor = ?1 AND at >= ?2 AND at < ?3", error);
  g_autoptr (GArray) points = tocsin_points_new ();
  g_autoptr (GBytes) data = NULL;

  if (save == NULL || drop == NULL || !append_chunk (db, key, day_us, points, error) ||
      !tocsin_hot_samples_read (db, key, day_us, to_us, points, error))
    return FALSE;
  if (points->len == 0)
    return TRUE;
  g_array_sort (points, compare_points);
  data = tocsin_chunk_encode ((const TocsinPoint *) (gpointer) points->data,
                              MIN (points->len, TOCSIN_CHUNK_SAMPLES));
  tocsin_statement_bind_int (save, 1, key);
  tocsin_statement_bind_int (save, 2, day_us);
  tocsin_statement_bind_bytes (save, 3, data);
  tocsin_statement_bind_int (drop, 1, key);
  tocsin_statement_bind_int (drop, 2, day_us);
  tocsin_statement_bind_int (drop, 3, to_us);
  return tocsin_statement_execute (save, error) && tocsin_statement_execute (drop, error);
}

static gboolean
read_bound (TocsinDb *db, TocsinStatement *statement, gint64 key, gint64 *at_us, GError **error)
{
  int status;

  *at_us = 0;
  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_int (statement, 1, key);
  status = tocsin_statement_step (statement, error);
  if (status == 1)
    *at_us = tocsin_statement_get_int (statement, 0);
  return status >= 0;
}

gboolean
tocsin_hot_samples_read_oldest (TocsinDb *db, gint64 key, gint64 *at_us, GError **error)
{
  g_autoptr (TocsinStatement) statement =
      tocsin_db_prepare (db, "SELECT min(at) FROM samples WHERE monitor = ?1", error);

  return read_bound (db, statement, key, at_us, error);
}

static gboolean
read_newest (TocsinDb *db, gint64 key, gint64 *at_us, GError **error)
{
  g_autoptr (TocsinStatement) statement =
      tocsin_db_prepare (db, "SELECT max(at) FROM samples WHERE monitor = ?1", error);

  return read_bound (db, statement, key, at_us, error);
}

/* The newest row always stays: its time may reach on, for a weekly job by a week. */
static gboolean
pack_days (TocsinDb *db, gint64 key, gint64 rolled_at, gint64 now_us, GError **error)
{
  gint64 end_us = tocsin_time_floor (MIN (now_us - PACK_AFTER_US, rolled_at), TOCSIN_US_PER_DAY);
  gint64 oldest_us, newest_us;

  if (!tocsin_hot_samples_read_oldest (db, key, &oldest_us, error) ||
      !read_newest (db, key, &newest_us, error))
    return FALSE;
  if (oldest_us == 0)
    return TRUE;
  for (gint64 day_us = tocsin_time_floor (oldest_us, TOCSIN_US_PER_DAY); day_us < end_us;
       day_us += TOCSIN_US_PER_DAY)
    if (!pack_day (db, key, day_us, MIN (day_us + TOCSIN_US_PER_DAY, newest_us), error))
      return FALSE;
  return TRUE;
}

/* --- one monitor, one step --- */

static gboolean
drop_old (TocsinDb *db, TocsinStatement *statement, gint64 key, gint64 before_us, GError **error)
{
  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_int (statement, 1, key);
  tocsin_statement_bind_int (statement, 2, before_us);
  return tocsin_statement_execute (statement, error);
}

static gboolean
forget (TocsinDb *db, gint64 key, const TocsinStoreOptions *options, gint64 now_us, GError **error)
{
  gint64 samples_us = now_us - options->keep_samples_us, hours_us = now_us - options->keep_hours_us;
  g_autoptr (TocsinStatement) chunks =
      tocsin_db_prepare (db, "DELETE FROM chunks WHERE monitor = ?1 AND day < ?2", error);
  g_autoptr (TocsinStatement) evidence =
      tocsin_db_prepare (db, "DELETE FROM evidence WHERE monitor = ?1 AND at < ?2", error);
  g_autoptr (TocsinStatement) hours =
      tocsin_db_prepare (db, "DELETE FROM hours WHERE monitor = ?1 AND at < ?2", error);

  return drop_old (db, chunks, key, samples_us - TOCSIN_US_PER_DAY, error) &&
         drop_old (db, evidence, key, samples_us, error) &&
         drop_old (db, hours, key, hours_us, error);
}

static gboolean
save_mark (TocsinDb *db, gint64 key, gint64 rolled_at, GError **error)
{
  g_autoptr (TocsinStatement) statement =
      tocsin_db_prepare (db, "UPDATE monitors SET rolled_at = ?2 WHERE key = ?1", error);

  return drop_old (db, statement, key, rolled_at, error);
}

static gboolean
keep_up_monitor (TocsinDb *db, gint64 key, gint64 cut_us, gint64 rolled_at,
                 const TocsinStoreOptions *options, gint64 now_us, GError **error)
{
  gint64 to_us = tocsin_time_floor (now_us - SETTLE_US, TOCSIN_US_PER_HOUR);
  gint64 from_us = rolled_at;

  if (from_us == 0) {
    if (!tocsin_hot_samples_read_oldest (db, key, &from_us, error))
      return FALSE;
    from_us = from_us != 0 ? tocsin_time_floor (from_us, TOCSIN_US_PER_HOUR) : to_us;
  }
  to_us = MIN (to_us, from_us + HOURS_A_STEP * TOCSIN_US_PER_HOUR);
  if (from_us >= to_us)
    return save_mark (db, key, MAX (from_us, to_us), error);
  if (!roll_hours (db, key, cut_us, from_us, to_us, error))
    return FALSE;
  for (gint64 day_us = tocsin_time_floor (from_us, TOCSIN_US_PER_DAY);
       day_us + TOCSIN_US_PER_DAY <= to_us; day_us += TOCSIN_US_PER_DAY)
    if (!roll_day (db, key, day_us, error))
      return FALSE;
  return pack_days (db, key, to_us, now_us, error) && forget (db, key, options, now_us, error) &&
         save_mark (db, key, to_us, error);
}

typedef struct {
  gint64 key, cut_us, rolled_at;
} Behind;

/* The next few after `after_key`: from the start each time, thousands of monitors would be read for
 * every few. */
static GArray *
find_behind (TocsinDb *db, gint64 after_key, gint64 now_us, GError **error)
{
  g_autoptr (TocsinStatement) statement =
      tocsin_db_prepare (db,
                         "SELECT key, cut_us, rolled_at FROM monitors"
                         " WHERE key > ?3 AND rolled_at < ?1 ORDER BY key LIMIT ?2",
                         error);
  g_autoptr (GArray) behind = g_array_new (FALSE, FALSE, sizeof (Behind));
  int status;

  if (statement == NULL)
    return NULL;
  tocsin_statement_bind_int (statement, 1,
                             tocsin_time_floor (now_us - SETTLE_US, TOCSIN_US_PER_HOUR));
  tocsin_statement_bind_int (statement, 2, MONITORS_A_STEP);
  tocsin_statement_bind_int (statement, 3, after_key);
  while ((status = tocsin_statement_step (statement, error)) == 1) {
    Behind row = { tocsin_statement_get_int (statement, 0), tocsin_statement_get_int (statement, 1),
                   tocsin_statement_get_int (statement, 2) };

    g_array_append_val (behind, row);
  }
  return status == 0 ? g_steal_pointer (&behind) : NULL;
}

gboolean
tocsin_upkeep_step (TocsinDb *db, const TocsinStoreOptions *options, gint64 now_us,
                    gint64 *after_key, gboolean *more, GError **error)
{
  g_autoptr (GArray) behind = find_behind (db, *after_key, now_us, error);

  *more = FALSE;
  if (behind == NULL)
    return FALSE;
  if (behind->len == 0) { /* those that were far behind may be so still */
    *more = *after_key != 0;
    *after_key = 0;
    return TRUE;
  }
  if (!tocsin_db_run (db, "BEGIN IMMEDIATE", error))
    return FALSE;
  for (guint i = 0; i < behind->len; i++) {
    const Behind *row = &g_array_index (behind, Behind, i);

    if (!keep_up_monitor (db, row->key, row->cut_us, row->rolled_at, options, now_us, error)) {
      tocsin_db_run (db, "ROLLBACK", NULL);
      return FALSE;
    }
  }
  *more = TRUE;
  *after_key = g_array_index (behind, Behind, behind->len - 1).key;
  return tocsin_db_run (db, "COMMIT", error);
}
