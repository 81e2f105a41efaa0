/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "store-writes"

#include "config.h"

#include "errors.h"
#include "hot-sample.h"
#include "store-private.h"
#include "timetext.h"

/* What is written, one function on the main thread and one on the writer's a call. */

static char *
json_text (JsonObject *json)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), json);

  return json_to_string (node, FALSE);
}

static char *
encode (const TocsinFields *fields, gconstpointer object, guint flags)
{
  g_autoptr (JsonObject) json = tocsin_fields_to_json (fields, object, flags);

  return json_text (json);
}

/* --- samples --- */

gboolean
tocsin_store_work_samples (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  /* A monitor that was removed meanwhile takes its samples with it. */
  g_autoptr (TocsinStatement) insert =
      tocsin_db_prepare (db,
                         "INSERT OR REPLACE INTO samples (monitor, at, data)"
                         " SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM monitors WHERE key = ?1)",
                         error);
  g_autoptr (TocsinStatement) keep =
      tocsin_db_prepare (db,
                         "INSERT OR REPLACE INTO evidence (monitor, at, body)"
                         " SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM monitors WHERE key = ?1)",
                         error);

  if (insert == NULL || keep == NULL)
    return FALSE;
  for (guint i = 0; i < job->samples->len; i++) {
    const TocsinStoredSample *sample = &g_array_index (job->samples, TocsinStoredSample, i);
    guint8 data[TOCSIN_HOT_SAMPLE_MOST_BYTES];
    gsize size = tocsin_hot_sample_encode (&sample->point, data);

    tocsin_statement_bind_int (insert, 1, sample->key);
    tocsin_statement_bind_int (insert, 2, sample->point.at_us);
    tocsin_statement_bind_blob (insert, 3, data, size);
    if (!tocsin_statement_execute (insert, error))
      return FALSE;
    if (sample->evidence == NULL)
      continue;
    tocsin_statement_bind_int (keep, 1, sample->key);
    tocsin_statement_bind_int (keep, 2, sample->point.at_us);
    tocsin_statement_bind_text (keep, 3, sample->evidence);
    if (!tocsin_statement_execute (keep, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
work_nothing (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  return TRUE;
}

void
tocsin_store_flush (TocsinStore *store, GAsyncReadyCallback callback, gpointer user_data)
{
  tocsin_store_push_samples (store);
  tocsin_store_write (store, tocsin_store_job_new (store, work_nothing, callback, user_data));
}

/* --- monitors --- */

static gboolean
work_save_monitor (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) statement =
      tocsin_db_prepare (db,
                         "INSERT INTO monitors (key, id, body, secrets, cut_us, team)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?7)"
                         " ON CONFLICT (key) DO UPDATE SET body = ?3, cut_us = ?5, team = ?7,"
                         " secrets = CASE WHEN ?6 THEN secrets ELSE ?4 END",
                         error);

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_int (statement, 1, job->key);
  tocsin_statement_bind_text (statement, 2, job->id);
  tocsin_statement_bind_text (statement, 3, job->text);
  tocsin_statement_bind_bytes (statement, 4, job->bytes);
  tocsin_statement_bind_int (statement, 5, job->number);
  tocsin_statement_bind_int (statement, 6, job->limit); /* whether the secrets stay */
  tocsin_statement_bind_text (statement, 7, job->more);
  return tocsin_statement_execute (statement, error);
}

static GBytes *
seal_secrets (TocsinStore *store, const TocsinMonitor *monitor)
{
  g_autoptr (JsonObject) secrets =
      tocsin_fields_to_json (&tocsin_monitor_fields, monitor, TOCSIN_FIELDS_ONLY_SECRETS);
  char *text;
  GBytes *sealed;

  if (json_object_get_size (secrets) == 0)
    return NULL;
  text = json_text (secrets);
  sealed = tocsin_vault_seal (tocsin_store_get_vault (store), text);
  tocsin_vault_free_text (text);
  return sealed;
}

TocsinStoreJob *
tocsin_store_job_save_monitor (TocsinStore *store, TocsinMonitor *monitor, gboolean keep_secrets,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work_save_monitor, callback, user_data);

  job->key = tocsin_store_make_key (store, monitor->id);
  job->id = g_strdup (monitor->id);
  job->text = encode (&tocsin_monitor_fields, monitor, TOCSIN_FIELDS_PLAIN);
  job->bytes = seal_secrets (store, monitor);
  job->number = monitor->kind == TOCSIN_MONITOR_HEARTBEAT ? G_MAXINT64 : 2 * monitor->interval_us;
  job->limit = keep_secrets;
  job->more = g_strdup (monitor->team);
  return job;
}

void
tocsin_store_save_monitor (TocsinStore *store, TocsinMonitor *monitor, gboolean keep_secrets,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  tocsin_store_write (
      store, tocsin_store_job_save_monitor (store, monitor, keep_secrets, callback, user_data));
}

static gboolean
work_by_id (TocsinDb *db, const char *sql, const char *id, GError **error)
{
  g_autoptr (TocsinStatement) statement = tocsin_db_prepare (db, sql, error);

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_text (statement, 1, id);
  return tocsin_statement_execute (statement, error);
}

static gboolean
work_remove_monitor (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  return work_by_id (db, "DELETE FROM monitors WHERE id = ?1", job->id, error);
}

TocsinStoreJob *
tocsin_store_job_remove_monitor (TocsinStore *store, const char *id, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work_remove_monitor, callback, user_data);

  job->id = g_strdup (id);
  return job;
}

void
tocsin_store_remove_monitor (TocsinStore *store, const char *id, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  tocsin_store_write (store, tocsin_store_job_remove_monitor (store, id, callback, user_data));
}

static gboolean
write_state (TocsinDb *db, const char *sql, const TocsinStoreJob *job, const char *text,
             GError **error)
{
  g_autoptr (TocsinStatement) statement = tocsin_db_prepare (db, sql, error);

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_int (statement, 1, job->key);
  tocsin_statement_bind_text (statement, 2, text);
  return tocsin_statement_execute (statement, error);
}

static gboolean
work_save_judge (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  return write_state (db, "UPDATE monitors SET judge = ?2 WHERE key = ?1", job, job->text, error);
}

static gboolean
write_heartbeat (TocsinDb *db, const TocsinStoreJob *job, const char *text, GError **error)
{
  return write_state (db, "UPDATE monitors SET heartbeat = ?2 WHERE key = ?1", job, text, error);
}

static gboolean
work_save_heartbeat (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  return write_heartbeat (db, job, job->text, error);
}

static void
save_state (TocsinStore *store, TocsinStoreWork work, const char *id, const char *json,
            GAsyncReadyCallback callback, gpointer user_data)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work, callback, user_data);

  job->key = tocsin_store_get_key (store, id);
  job->text = g_strdup (json);
  tocsin_store_write (store, job);
}

void
tocsin_store_save_judge (TocsinStore *store, const char *id, const char *json,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  save_state (store, work_save_judge, id, json, callback, user_data);
}

void
tocsin_store_save_heartbeat (TocsinStore *store, const char *id, const char *json,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  save_state (store, work_save_heartbeat, id, json, callback, user_data);
}

/* The oldest makes room. */
static gboolean
work_add_decision (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) insert = tocsin_db_prepare (
      db,
      "INSERT INTO decisions (monitor, n, body)"
      " SELECT key, (SELECT coalesce (max (n), 0) + 1 FROM decisions WHERE monitor = ?1), ?2"
      " FROM monitors WHERE key = ?1",
      error);
  g_autoptr (TocsinStatement) prune =
      tocsin_db_prepare (db,
                         "DELETE FROM decisions WHERE monitor = ?1"
                         " AND n <= (SELECT max (n) FROM decisions WHERE monitor = ?1) - ?2",
                         error);

  if (insert == NULL || prune == NULL)
    return FALSE;
  tocsin_statement_bind_int (insert, 1, job->key);
  tocsin_statement_bind_text (insert, 2, job->text);
  tocsin_statement_bind_int (prune, 1, job->key);
  tocsin_statement_bind_int (prune, 2, TOCSIN_STORE_DECISIONS);
  return tocsin_statement_execute (insert, error) && tocsin_statement_execute (prune, error);
}

void
tocsin_store_add_decision (TocsinStore *store, const char *id, const TocsinDecision *decision)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work_add_decision, NULL, NULL);

  job->key = tocsin_store_get_key (store, id);
  job->text = encode (&tocsin_decision_fields, decision, 0);
  tocsin_store_write (store, job);
}

/* --- maintenance, incidents, settings --- */

static gboolean
write_pair (TocsinDb *db, const char *sql, const char *first, const char *second, GError **error)
{
  g_autoptr (TocsinStatement) statement = tocsin_db_prepare (db, sql, error);

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_text (statement, 1, first);
  tocsin_statement_bind_text (statement, 2, second);
  return tocsin_statement_execute (statement, error);
}

static gboolean
work_save_maintenance (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) statement = tocsin_db_prepare (
      db, "INSERT OR REPLACE INTO maintenance (id, body, team) VALUES (?1, ?2, ?3)", error);

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_text (statement, 1, job->id);
  tocsin_statement_bind_text (statement, 2, job->text);
  tocsin_statement_bind_text (statement, 3, job->more);
  return tocsin_statement_execute (statement, error);
}

TocsinStoreJob *
tocsin_store_job_save_maintenance (TocsinStore *store, const TocsinMaintenance *maintenance,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work_save_maintenance, callback, user_data);

  job->id = g_strdup (maintenance->id);
  job->text = encode (&tocsin_maintenance_fields, maintenance, 0);
  job->more = g_strdup (maintenance->team);
  return job;
}

void
tocsin_store_save_maintenance (TocsinStore *store, const TocsinMaintenance *maintenance,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  tocsin_store_write (store,
                      tocsin_store_job_save_maintenance (store, maintenance, callback, user_data));
}

static gboolean
work_remove_maintenance (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  return work_by_id (db, "DELETE FROM maintenance WHERE id = ?1", job->id, error);
}

TocsinStoreJob *
tocsin_store_job_remove_maintenance (TocsinStore *store, const char *id,
                                     GAsyncReadyCallback callback, gpointer user_data)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work_remove_maintenance, callback, user_data);

  job->id = g_strdup (id);
  return job;
}

void
tocsin_store_remove_maintenance (TocsinStore *store, const char *id, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  tocsin_store_write (store, tocsin_store_job_remove_maintenance (store, id, callback, user_data));
}

static gboolean
work_save_incident (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) statement = tocsin_db_prepare (
      db,
      "INSERT OR REPLACE INTO incidents (id, monitor_id, began_at, ended_at, body)"
      " VALUES (?1, ?2, ?3, ?4, ?5)",
      error);

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_text (statement, 1, job->id);
  tocsin_statement_bind_text (statement, 2, job->more);
  tocsin_statement_bind_int (statement, 3, job->from_us);
  tocsin_statement_bind_int (statement, 4, job->to_us);
  tocsin_statement_bind_text (statement, 5, job->text);
  return tocsin_statement_execute (statement, error);
}

TocsinStoreJob *
tocsin_store_job_save_incident (TocsinStore *store, const TocsinIncident *incident,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work_save_incident, callback, user_data);

  job->id = g_strdup (incident->id);
  job->more = g_strdup (incident->monitor_id);
  job->from_us = incident->began_at;
  job->to_us = incident->ended_at;
  job->text = encode (&tocsin_incident_fields, incident, 0);
  return job;
}

void
tocsin_store_save_incident (TocsinStore *store, const TocsinIncident *incident,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  tocsin_store_write (store, tocsin_store_job_save_incident (store, incident, callback, user_data));
}

static gboolean
work_set_setting (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  return write_pair (db, "INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)", job->id,
                     job->text, error);
}

void
tocsin_store_set_setting (TocsinStore *store, const char *name, const char *value,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work_set_setting, callback, user_data);

  job->id = g_strdup (name);
  job->text = g_strdup (value);
  tocsin_store_write (store, job);
}

/* --- pings --- */

static gboolean
read_next_number (TocsinDb *db, gint64 key, gint64 *number, GError **error)
{
  g_autoptr (TocsinStatement) statement = tocsin_db_prepare (
      db, "SELECT coalesce (max (n), 0) + 1 FROM pings WHERE monitor = ?1", error);

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_int (statement, 1, key);
  if (tocsin_statement_step (statement, error) != 1)
    return FALSE;
  *number = tocsin_statement_get_int (statement, 0);
  return TRUE;
}

static gboolean
insert_ping (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) statement =
      tocsin_db_prepare (db,
                         "INSERT INTO pings (monitor, n, head, body)"
                         " SELECT key, ?2, ?3, ?4 FROM monitors WHERE key = ?1",
                         error);

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_int (statement, 1, job->key);
  tocsin_statement_bind_int (statement, 2, job->result_number);
  tocsin_statement_bind_text (statement, 3, job->text);
  tocsin_statement_bind_bytes (statement, 4, job->bytes);
  return tocsin_statement_execute (statement, error);
}

static gboolean
prune_pings (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) statement =
      tocsin_db_prepare (db, "DELETE FROM pings WHERE monitor = ?1 AND n <= ?2", error);

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_int (statement, 1, job->key);
  tocsin_statement_bind_int (statement, 2, job->result_number - TOCSIN_STORE_PINGS);
  return tocsin_statement_execute (statement, error);
}

static gboolean
work_add_ping (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  return read_next_number (db, job->key, &job->result_number, error) &&
         insert_ping (job, db, error) && prune_pings (job, db, error) &&
         write_heartbeat (db, job, job->more, error);
}

void
tocsin_store_add_ping (TocsinStore *store, const char *id, const TocsinPing *ping,
                       const char *heartbeat_json, GAsyncReadyCallback callback, gpointer user_data)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work_add_ping, callback, user_data);
  g_autoptr (TocsinPing) head = tocsin_ping_copy (ping);

  job->key = tocsin_store_get_key (store, id);
  job->bytes = g_steal_pointer (&head->body);
  job->text = encode (&tocsin_ping_fields, head, 0);
  job->more = g_strdup (heartbeat_json);
  tocsin_store_write (store, job);
}

/* --- care --- */

static gboolean
work_vacuum (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  gboolean ok;

  tocsin_store_stop_when_closing (job->store, db);
  ok = tocsin_db_run (db, "VACUUM", error) &&
       tocsin_db_run (db, "PRAGMA wal_checkpoint (TRUNCATE)", error);
  sqlite3_progress_handler (tocsin_db_get_handle (db), 0, NULL, NULL);
  return ok;
}

void
tocsin_store_vacuum (TocsinStore *store, GAsyncReadyCallback callback, gpointer user_data)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work_vacuum, callback, user_data);

  job->alone = TRUE;
  tocsin_store_write (store, job);
}
