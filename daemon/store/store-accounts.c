/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "store-accounts"

#include "config.h"

#include "chunk.h"
#include "errors.h"
#include "store-private.h"
#include "timetext.h"

/* What a monitor's ledger is seeded with: its hours and days, up to this moment. What is not rolled
 * up yet is reckoned from the samples that are rows still: the hour that runs, and the day. */

typedef struct {
  const char *id;
  gint64 key, cut_us, rolled_at;
  gint64 hours_from, days_from, now_us;
  GPtrArray *list; /* (not owned) */
  GPtrArray *open; /* (not owned) the days that are not over; in `list` too */
} Account;

static void
free_stored_rollup (gpointer data)
{
  TocsinStoredRollup *stored = data;

  g_free (stored->id);
  tocsin_rollup_clear (&stored->rollup);
  g_free (stored);
}

/* Takes what is in `rollup`. */
static TocsinStoredRollup *
append (Account *account, TocsinRollup *rollup)
{
  TocsinStoredRollup *stored = g_new0 (TocsinStoredRollup, 1);

  stored->id = g_strdup (account->id);
  stored->rollup = *rollup;
  *rollup = (TocsinRollup){ 0 };
  g_ptr_array_add (account->list, stored);
  return stored;
}

/* Adds an hour to its day, where that is not over, and then to the list. */
static void
take_hour (Account *account, TocsinRollup *hour)
{
  TocsinStoredRollup *day =
      account->open->len > 0 ? account->open->pdata[account->open->len - 1] : NULL;

  if (hour->at_us >= tocsin_time_floor (account->rolled_at, TOCSIN_US_PER_DAY)) {
    if (day == NULL || !tocsin_rollup_holds (&day->rollup, hour->at_us)) {
      g_auto (TocsinRollup) rollup = { 0 };

      tocsin_rollup_init (&rollup, hour->at_us, TOCSIN_US_PER_DAY);
      day = append (account, &rollup);
      g_ptr_array_add (account->open, day);
    }
    tocsin_rollup_merge (&day->rollup, hour);
  }
  if (hour->at_us >= account->hours_from)
    append (account, hour);
}

static gboolean
read_rows (Account *account, TocsinStatement *statement, gint64 from_us, gint64 span_us,
           GError **error)
{
  int status;

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_int (statement, 1, account->key);
  tocsin_statement_bind_int (statement, 2, from_us);
  while ((status = tocsin_statement_step (statement, error)) == 1) {
    g_auto (TocsinRollup) rollup = { 0 };
    gsize size;
    const guint8 *data = tocsin_statement_get_blob (statement, 1, &size);

    if (!tocsin_rollup_decode (&rollup, tocsin_statement_get_int (statement, 0), span_us, data,
                               size, error))
      return FALSE;
    if (span_us == TOCSIN_US_PER_DAY)
      append (account, &rollup);
    else
      take_hour (account, &rollup);
  }
  return status == 0;
}

static gboolean
read_rolled (Account *account, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) days = tocsin_db_prepare (
      db, "SELECT at, data FROM days WHERE monitor = ?1 AND at >= ?2 ORDER BY at", error);
  g_autoptr (TocsinStatement) hours = tocsin_db_prepare (
      db, "SELECT at, data FROM hours WHERE monitor = ?1 AND at >= ?2 ORDER BY at", error);
  gint64 today_us = tocsin_time_floor (account->rolled_at, TOCSIN_US_PER_DAY);

  return read_rows (account, days, account->days_from, TOCSIN_US_PER_DAY, error) &&
         read_rows (account, hours, MIN (account->hours_from, today_us), TOCSIN_US_PER_HOUR, error);
}

static gboolean
read_rest (Account *account, TocsinDb *db, GError **error)
{
  g_autoptr (GArray) points = tocsin_points_new ();
  gint64 from_us = account->rolled_at;
  guint first = 0;

  if (!tocsin_hot_samples_read_before (db, account->key, from_us, points, error) ||
      !tocsin_hot_samples_read (db, account->key, from_us, account->now_us, points, error))
    return FALSE;
  for (gint64 at_us = from_us; at_us < account->now_us && points->len > 0;
       at_us += TOCSIN_US_PER_HOUR) {
    g_auto (TocsinRollup) hour = { 0 };

    tocsin_rollup_init (&hour, at_us, TOCSIN_US_PER_HOUR);
    tocsin_hot_samples_roll (points, &first, account->cut_us, account->now_us, &hour);
    if (tocsin_rollup_says_something (&hour))
      take_hour (account, &hour);
  }
  return TRUE;
}

static gboolean
read_monitor (Account *account, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) statement =
      tocsin_db_prepare (db, "SELECT cut_us, rolled_at FROM monitors WHERE key = ?1", error);
  int status;

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_int (statement, 1, account->key);
  status = tocsin_statement_step (statement, error);
  if (status == 0)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "no such monitor is stored");
  account->cut_us = tocsin_statement_get_int (statement, 0);
  account->rolled_at = tocsin_statement_get_int (statement, 1);
  if (status == 1 && account->rolled_at == 0)
    return tocsin_hot_samples_read_oldest (db, account->key, &account->rolled_at, error);
  return status == 1;
}

static gboolean
work_rollups (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (free_stored_rollup);
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  Account account = { .id = job->id,
                      .key = job->key,
                      .hours_from = job->from_us,
                      .days_from = job->to_us,
                      .now_us = g_get_real_time (),
                      .list = list,
                      .open = open };

  if (!read_monitor (&account, db, error))
    return FALSE;
  account.rolled_at = tocsin_time_floor (account.rolled_at, TOCSIN_US_PER_HOUR);
  if (!read_rolled (&account, db, error) || !read_rest (&account, db, error))
    return FALSE;
  job->result = g_steal_pointer (&list);
  job->free_result = (GDestroyNotify) g_ptr_array_unref;
  return TRUE;
}

void
tocsin_store_get_rollups (TocsinStore *store, const char *id, gint64 hours_from, gint64 days_from,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work_rollups, callback, user_data);

  job->key = tocsin_store_get_key (store, id);
  job->id = g_strdup (id);
  job->from_us = hours_from;
  job->to_us = days_from;
  tocsin_store_read (store, job);
}
