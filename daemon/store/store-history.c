/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "store-history"

#include "config.h"

#include "chunk.h"
#include "errors.h"
#include "store-private.h"
#include "timetext.h"

/* History as it is asked for: single samples, and series from whatever fits. */

/* Above so many samples a series is made from rollups. */
#define SERIES_SAMPLES_MOST 400000

/* --- single samples --- */

/* Days with a chunk, newest first, until `limit` points are there. */
static gboolean
read_chunks_back (TocsinStoreJob *job, TocsinDb *db, GPtrArray *list, GError **error)
{
  g_autoptr (TocsinStatement) statement = tocsin_db_prepare (
      db, "SELECT data FROM chunks WHERE monitor = ?1 AND day >= ?2 AND day < ?3 ORDER BY day DESC",
      error);
  g_autoptr (GArray) points = tocsin_points_new ();
  int status = 0;

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_int (statement, 1, job->key);
  tocsin_statement_bind_int (statement, 2, job->from_us - TOCSIN_US_PER_DAY);
  tocsin_statement_bind_int (statement, 3, job->to_us);
  while (list->len < job->limit && (status = tocsin_statement_step (statement, error)) == 1) {
    gsize size;
    const guint8 *data = tocsin_statement_get_blob (statement, 0, &size);

    g_array_set_size (points, 0);
    if (!tocsin_chunk_decode (data, size, TOCSIN_CHUNK_ALL, points, error))
      return FALSE;
    for (guint i = points->len; i-- > 0 && list->len < job->limit;) {
      const TocsinPoint *point = &g_array_index (points, TocsinPoint, i);

      if (point->at_us >= job->from_us && point->at_us < job->to_us)
        g_ptr_array_add (list, tocsin_point_to_sample (point));
    }
  }
  return status >= 0;
}

static void
take_evidence (TocsinSample *sample, const char *text)
{
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  JsonObject *json, *evidence;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;
  json = json_node_get_object (node);
  g_free (sample->reason);
  sample->reason = g_strdup (json_object_get_string_member_with_default (json, "reason", NULL));
  evidence = json_object_has_member (json, "evidence")
                 ? json_object_get_object_member (json, "evidence")
                 : NULL;
  if (evidence == NULL)
    return;
  sample->evidence = tocsin_evidence_new ();
  if (!tocsin_fields_from_json (&tocsin_evidence_fields, sample->evidence, evidence, 0, NULL))
    g_clear_pointer (&sample->evidence, tocsin_evidence_free);
}

/* Both are by falling time. */
static gboolean
attach_evidence (TocsinStoreJob *job, TocsinDb *db, GPtrArray *list, GError **error)
{
  g_autoptr (TocsinStatement) statement = tocsin_db_prepare (
      db,
      "SELECT at, body FROM evidence WHERE monitor = ?1 AND at <= ?2 AND at >= ?3 ORDER BY at DESC",
      error);
  guint i = 0;
  int status;

  if (statement == NULL)
    return FALSE;
  if (list->len == 0)
    return TRUE;
  tocsin_statement_bind_int (statement, 1, job->key);
  tocsin_statement_bind_int (statement, 2, ((TocsinSample *) list->pdata[0])->at_us);
  tocsin_statement_bind_int (statement, 3, ((TocsinSample *) list->pdata[list->len - 1])->at_us);
  while ((status = tocsin_statement_step (statement, error)) == 1) {
    gint64 at_us = tocsin_statement_get_int (statement, 0);

    while (i < list->len && ((TocsinSample *) list->pdata[i])->at_us > at_us)
      i++;
    if (i < list->len && ((TocsinSample *) list->pdata[i])->at_us == at_us)
      take_evidence (list->pdata[i], tocsin_statement_get_text (statement, 1));
  }
  return status == 0;
}

static gboolean
work_samples (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_sample_free);
  g_autoptr (GArray) points = tocsin_points_new ();

  if (!tocsin_hot_samples_read (db, job->key, job->from_us, job->to_us, points, error))
    return FALSE;
  for (guint i = points->len; i-- > 0 && list->len < job->limit;)
    g_ptr_array_add (list, tocsin_point_to_sample (&g_array_index (points, TocsinPoint, i)));
  if (!read_chunks_back (job, db, list, error) || !attach_evidence (job, db, list, error))
    return FALSE;
  job->result = g_steal_pointer (&list);
  job->free_result = (GDestroyNotify) g_ptr_array_unref;
  return TRUE;
}

void
tocsin_store_get_samples (TocsinStore *store, const char *id, gint64 from_us, gint64 to_us,
                          guint limit, GAsyncReadyCallback callback, gpointer user_data)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work_samples, callback, user_data);

  job->key = tocsin_store_get_key (store, id);
  job->from_us = from_us;
  job->to_us = to_us;
  job->limit = limit;
  tocsin_store_read (store, job);
}

/* --- series --- */

typedef struct {
  gint64 cut_us, rolled_at;
} MonitorTimes;

static gboolean
read_times (TocsinDb *db, gint64 key, MonitorTimes *times, GError **error)
{
  g_autoptr (TocsinStatement) statement =
      tocsin_db_prepare (db, "SELECT cut_us, rolled_at FROM monitors WHERE key = ?1", error);
  int status;

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_int (statement, 1, key);
  status = tocsin_statement_step (statement, error);
  if (status == 0)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "no such monitor is stored");
  times->cut_us = tocsin_statement_get_int (statement, 0);
  times->rolled_at = tocsin_statement_get_int (statement, 1);
  return status == 1;
}

static gboolean
add_hot (TocsinStoreJob *job, TocsinDb *db, TocsinSeriesBuilder *builder, gint64 from_us,
         GError **error)
{
  g_autoptr (GArray) points = tocsin_points_new ();

  if (!tocsin_hot_samples_read_before (db, job->key, from_us, points, error) ||
      !tocsin_hot_samples_read (db, job->key, from_us, job->to_us, points, error))
    return FALSE;
  tocsin_series_builder_add (builder, (const TocsinPoint *) (gpointer) points->data, points->len);
  return TRUE;
}

static gboolean
add_chunks (TocsinStoreJob *job, TocsinDb *db, TocsinSeriesBuilder *builder, GError **error)
{
  g_autoptr (TocsinStatement) statement = tocsin_db_prepare (
      db, "SELECT data FROM chunks WHERE monitor = ?1 AND day >= ?2 AND day < ?3 ORDER BY day",
      error);
  int status;

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_int (statement, 1, job->key);
  tocsin_statement_bind_int (statement, 2, job->from_us - TOCSIN_US_PER_DAY);
  tocsin_statement_bind_int (statement, 3, job->to_us);
  while ((status = tocsin_statement_step (statement, error)) == 1) {
    gsize size;
    const guint8 *data = tocsin_statement_get_blob (statement, 0, &size);

    if (!tocsin_series_builder_add_chunk (builder, data, size, error))
      return FALSE;
  }
  return status == 0;
}

static gboolean
add_rollups (TocsinStoreJob *job, TocsinDb *db, TocsinSeriesBuilder *builder, gint64 span_us,
             GError **error)
{
  g_autoptr (TocsinStatement) hours = tocsin_db_prepare (
      db, "SELECT at, data FROM hours WHERE monitor = ?1 AND at >= ?2 AND at < ?3 ORDER BY at",
      error);
  g_autoptr (TocsinStatement) days = tocsin_db_prepare (
      db, "SELECT at, data FROM days WHERE monitor = ?1 AND at >= ?2 AND at < ?3 ORDER BY at",
      error);
  TocsinStatement *statement = span_us == TOCSIN_US_PER_DAY ? days : hours;
  int status;

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_int (statement, 1, job->key);
  tocsin_statement_bind_int (statement, 2, tocsin_time_floor (job->from_us, span_us));
  tocsin_statement_bind_int (statement, 3, job->to_us);
  while ((status = tocsin_statement_step (statement, error)) == 1) {
    g_auto (TocsinRollup) rollup = { 0 };
    gsize size;
    const guint8 *data = tocsin_statement_get_blob (statement, 1, &size);

    if (!tocsin_rollup_decode (&rollup, tocsin_statement_get_int (statement, 0), span_us, data,
                               size, error))
      return FALSE;
    tocsin_series_builder_add_rollup (builder, &rollup);
  }
  return status == 0;
}

/* 0: samples, else the span of the rollups. */
static gint64
choose_source (const TocsinStoreJob *job, const MonitorTimes *times)
{
  TocsinStoreOptions options = tocsin_store_get_options (job->store);
  gint64 span_us = job->to_us - job->from_us, now_us = g_get_real_time ();
  gint64 interval_us = MAX (times->cut_us / 2, 1);

  if (job->from_us < now_us - options.keep_hours_us)
    return TOCSIN_US_PER_DAY;
  if (job->from_us < now_us - options.keep_samples_us - TOCSIN_US_PER_DAY ||
      span_us / interval_us > SERIES_SAMPLES_MOST)
    return TOCSIN_US_PER_HOUR;
  return 0;
}

static gboolean
work_series (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinSeriesBuilder) builder = NULL;
  MonitorTimes times = { 0 };
  gint64 source, tail_us;

  if (!read_times (db, job->key, &times, error))
    return FALSE;
  builder = tocsin_series_builder_new (job->from_us, job->to_us, job->limit, times.cut_us);
  source = choose_source (job, &times);
  if (source == 0) {
    if (!add_chunks (job, db, builder, error) || !add_hot (job, db, builder, job->from_us, error))
      return FALSE;
  } else { /* what is not rolled up yet is hot still */
    tail_us = MAX (tocsin_time_floor (times.rolled_at, source), job->from_us);
    if (!add_rollups (job, db, builder, source, error) ||
        !add_hot (job, db, builder, tail_us, error))
      return FALSE;
  }
  job->result = tocsin_series_builder_finish (builder);
  job->free_result = (GDestroyNotify) tocsin_series_free;
  return TRUE;
}

void
tocsin_store_get_series (TocsinStore *store, const char *id, gint64 from_us, gint64 to_us,
                         guint n_points, GAsyncReadyCallback callback, gpointer user_data)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work_series, callback, user_data);

  g_return_if_fail (from_us < to_us && n_points > 0 && n_points <= TOCSIN_SERIES_POINTS);

  job->key = tocsin_store_get_key (store, id);
  job->from_us = from_us;
  job->to_us = MIN (to_us, MAX (g_get_real_time (), from_us + 1));
  job->limit = n_points;
  tocsin_store_read (store, job);
}
