/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "store-reads"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "chunk.h"
#include "errors.h"
#include "store-private.h"
#include "timetext.h"

/* What is read, on the reader's thread; and what is read once at the start, on the caller's. */

static JsonObject *
parse_object (const char *text, GError **error)
{
  g_autoptr (JsonNode) node = text != NULL ? json_from_string (text, error) : NULL;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    return json_node_dup_object (node);
  g_clear_error (error);
  tocsin_fail (error, TOCSIN_ERROR_DAMAGED, "a stored record is no JSON object");
  return NULL;
}

/* An object of `fields` from a stored body; NULL where it can't be read. */
static gpointer
decode (const TocsinFields *fields, const char *text, GError **error)
{
  g_autoptr (JsonObject) json = parse_object (text, error);
  gpointer object;

  if (json == NULL)
    return NULL;
  object = tocsin_fields_new (fields);
  if (tocsin_fields_from_json (fields, object, json, 0, error))
    return object;
  tocsin_fields_free (fields, object);
  return NULL;
}

/* --- at the start --- */

void
tocsin_stored_monitor_free (TocsinStoredMonitor *stored)
{
  g_clear_pointer (&stored->monitor, tocsin_monitor_unref);
  g_free (stored->judge);
  g_free (stored->heartbeat);
  g_free (stored->remote);
  g_free (stored);
}

static gboolean
unseal_into (TocsinStore *store, TocsinMonitor *monitor, GBytes *sealed)
{
  char *text = tocsin_vault_unseal (tocsin_store_get_vault (store), sealed, NULL);
  g_autoptr (JsonObject) json = text != NULL ? parse_object (text, NULL) : NULL;

  tocsin_vault_free_text (text);
  return json != NULL && tocsin_fields_from_json (&tocsin_monitor_fields, monitor, json,
                                                  TOCSIN_FIELDS_WITH_SECRETS, NULL);
}

gboolean
tocsin_store_load_secrets (TocsinStore *store, TocsinMonitor *monitor)
{
  g_autoptr (TocsinDb) db =
      tocsin_db_open (tocsin_store_get_path (store), SQLITE_OPEN_READONLY, NULL);
  g_autoptr (TocsinStatement) statement =
      db != NULL ? tocsin_db_prepare (db, "SELECT secrets FROM monitors WHERE id = ?1", NULL)
                 : NULL;
  g_autoptr (GBytes) sealed = NULL;

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_text (statement, 1, monitor->id);
  if (tocsin_statement_step (statement, NULL) == 1)
    sealed = tocsin_statement_get_bytes (statement, 0);
  return sealed != NULL && unseal_into (store, monitor, sealed);
}

static TocsinStoredMonitor *
read_monitor (TocsinStore *store, TocsinStatement *statement, GError **error)
{
  g_autoptr (JsonObject) json = parse_object (tocsin_statement_get_text (statement, 0), error);
  TocsinMonitor *monitor = json != NULL ? tocsin_monitor_from_json (json, error) : NULL;
  g_autoptr (GBytes) sealed = NULL;
  TocsinStoredMonitor *stored;

  if (monitor == NULL)
    return NULL;
  stored = g_new0 (TocsinStoredMonitor, 1);
  stored->monitor = monitor;
  sealed = tocsin_statement_get_bytes (statement, 1);
  stored->secrets_missing = sealed != NULL && !unseal_into (store, monitor, sealed);
  stored->judge = g_strdup (tocsin_statement_get_text (statement, 2));
  stored->heartbeat = g_strdup (tocsin_statement_get_text (statement, 3));
  monitor->team = g_strdup (tocsin_statement_get_text (statement, 4));
  stored->remote = g_strdup (tocsin_statement_get_text (statement, 5));
  return stored;
}

GPtrArray *
tocsin_store_load_monitors (TocsinStore *store, GError **error)
{
  g_autoptr (TocsinDb) db =
      tocsin_db_open (tocsin_store_get_path (store), SQLITE_OPEN_READONLY, error);
  g_autoptr (GPtrArray) list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_stored_monitor_free);
  g_autoptr (TocsinStatement) statement = NULL;
  int status;

  if (db == NULL)
    return NULL;
  statement = tocsin_db_prepare (
      db, "SELECT body, secrets, judge, heartbeat, team, remote FROM monitors", error);
  if (statement == NULL)
    return NULL;
  while ((status = tocsin_statement_step (statement, error)) == 1) {
    g_autoptr (GError) problem = NULL;
    TocsinStoredMonitor *stored = read_monitor (store, statement, &problem);

    if (stored != NULL)
      g_ptr_array_add (list, stored);
    else
      g_warning ("a monitor can’t be read and is left where it is: %s", problem->message);
  }
  g_clear_pointer (&statement, tocsin_statement_release);
  return status == 0 ? g_steal_pointer (&list) : NULL;
}

static GPtrArray *
read_bodies (TocsinDb *db, TocsinStatement *statement, const TocsinFields *fields,
             GDestroyNotify free_item, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (free_item);
  int status;

  if (statement == NULL)
    return NULL;
  while ((status = tocsin_statement_step (statement, error)) == 1) {
    gpointer object = decode (fields, tocsin_statement_get_text (statement, 0), NULL);

    if (object != NULL)
      g_ptr_array_add (list, object);
  }
  return status == 0 ? g_steal_pointer (&list) : NULL;
}

GPtrArray *
tocsin_store_load_maintenance (TocsinStore *store, GError **error)
{
  g_autoptr (TocsinDb) db =
      tocsin_db_open (tocsin_store_get_path (store), SQLITE_OPEN_READONLY, error);
  g_autoptr (TocsinStatement) statement =
      db != NULL ? tocsin_db_prepare (db, "SELECT body, team FROM maintenance", error) : NULL;
  g_autoptr (GPtrArray) list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_maintenance_free);
  int status;

  if (statement == NULL)
    return NULL;
  while ((status = tocsin_statement_step (statement, error)) == 1) {
    TocsinMaintenance *maintenance =
        decode (&tocsin_maintenance_fields, tocsin_statement_get_text (statement, 0), NULL);

    if (maintenance == NULL)
      continue;
    maintenance->team = g_strdup (tocsin_statement_get_text (statement, 1));
    g_ptr_array_add (list, maintenance);
  }
  g_clear_pointer (&statement, tocsin_statement_release);
  return status == 0 ? g_steal_pointer (&list) : NULL;
}

GPtrArray *
tocsin_store_load_open_incidents (TocsinStore *store, GError **error)
{
  g_autoptr (TocsinDb) db =
      tocsin_db_open (tocsin_store_get_path (store), SQLITE_OPEN_READONLY, error);
  g_autoptr (TocsinStatement) statement =
      db != NULL ? tocsin_db_prepare (db, "SELECT body FROM incidents WHERE ended_at = 0", error)
                 : NULL;

  return read_bodies (db, statement, &tocsin_incident_fields, (GDestroyNotify) tocsin_incident_free,
                      error);
}

char *
tocsin_store_get_setting (TocsinStore *store, const char *name)
{
  g_autoptr (TocsinDb) db =
      tocsin_db_open (tocsin_store_get_path (store), SQLITE_OPEN_READONLY, NULL);
  g_autoptr (TocsinStatement) statement =
      db != NULL ? tocsin_db_prepare (db, "SELECT value FROM settings WHERE name = ?1", NULL)
                 : NULL;

  if (statement == NULL)
    return NULL;
  tocsin_statement_bind_text (statement, 1, name);
  return tocsin_statement_step (statement, NULL) == 1
             ? g_strdup (tocsin_statement_get_text (statement, 0))
             : NULL;
}

/* --- lists --- */

static gboolean
set_list (TocsinStoreJob *job, GPtrArray *list)
{
  job->result = list;
  job->free_result = (GDestroyNotify) g_ptr_array_unref;
  return list != NULL;
}

static gboolean
work_decisions (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) statement = tocsin_db_prepare (
      db, "SELECT body FROM decisions WHERE monitor = ?1 ORDER BY n DESC LIMIT ?2", error);

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_int (statement, 1, job->key);
  tocsin_statement_bind_int (statement, 2, job->limit);
  return set_list (job, read_bodies (db, statement, &tocsin_decision_fields,
                                     (GDestroyNotify) tocsin_decision_free, error));
}

void
tocsin_store_get_decisions (TocsinStore *store, const char *id, guint limit,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work_decisions, callback, user_data);

  job->key = tocsin_store_get_key (store, id);
  job->limit = limit;
  tocsin_store_read (store, job);
}

static gboolean
work_incidents (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) all = tocsin_db_prepare (
      db,
      "SELECT body FROM incidents WHERE began_at < ?3 AND (ended_at = 0 OR ended_at >= ?2)"
      " ORDER BY began_at DESC LIMIT ?4",
      error);
  g_autoptr (TocsinStatement) one =
      tocsin_db_prepare (db,
                         "SELECT body FROM incidents WHERE monitor_id = ?1 AND began_at < ?3"
                         " AND (ended_at = 0 OR ended_at >= ?2) ORDER BY began_at DESC LIMIT ?4",
                         error);
  TocsinStatement *statement = job->id != NULL ? one : all;

  if (statement == NULL)
    return FALSE;
  if (job->id != NULL)
    tocsin_statement_bind_text (statement, 1, job->id);
  tocsin_statement_bind_int (statement, 2, job->from_us);
  tocsin_statement_bind_int (statement, 3, job->to_us);
  tocsin_statement_bind_int (statement, 4, job->limit);
  return set_list (job, read_bodies (db, statement, &tocsin_incident_fields,
                                     (GDestroyNotify) tocsin_incident_free, error));
}

void
tocsin_store_get_incidents (TocsinStore *store, const char *monitor_id, gint64 from_us,
                            gint64 to_us, guint limit, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work_incidents, callback, user_data);

  job->id = g_strdup (monitor_id);
  job->from_us = from_us;
  job->to_us = to_us;
  job->limit = limit;
  tocsin_store_read (store, job);
}

static gboolean
work_incident (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) statement = tocsin_db_prepare (
      db, "SELECT body FROM incidents WHERE id >= ?1 AND id < ?1 || 'g' LIMIT 2", error);
  g_autoptr (GPtrArray) found = NULL;

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_text (statement, 1, job->id);
  found = read_bodies (db, statement, &tocsin_incident_fields, NULL, error);
  if (found == NULL)
    return FALSE;
  job->free_result = (GDestroyNotify) tocsin_incident_free;
  if (found->len == 1) {
    job->result = found->pdata[0];
    return TRUE;
  }
  g_ptr_array_set_free_func (found, (GDestroyNotify) tocsin_incident_free);
  return tocsin_fail (error, found->len == 0 ? TOCSIN_ERROR_NOT_FOUND : TOCSIN_ERROR_AMBIGUOUS,
                      found->len == 0 ? "“%s”: no incident has this id or a prefix of it"
                                      : "“%s”: several incidents have ids that begin so",
                      job->id);
}

void
tocsin_store_get_incident (TocsinStore *store, const char *id, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work_incident, callback, user_data);

  job->id = g_strdup (id);
  tocsin_store_read (store, job);
}

/* --- pings --- */

static TocsinPing *
read_ping (TocsinStatement *statement, GError **error)
{
  TocsinPing *ping = decode (&tocsin_ping_fields, tocsin_statement_get_text (statement, 0), error);

  if (ping != NULL)
    ping->number = tocsin_statement_get_int (statement, 1);
  return ping;
}

static gboolean
work_pings (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) statement = tocsin_db_prepare (
      db, "SELECT head, n FROM pings WHERE monitor = ?1 ORDER BY n DESC LIMIT ?2", error);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_ping_free);
  int status;

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_int (statement, 1, job->key);
  tocsin_statement_bind_int (statement, 2, job->limit);
  while ((status = tocsin_statement_step (statement, error)) == 1) {
    TocsinPing *ping = read_ping (statement, NULL);

    if (ping != NULL)
      g_ptr_array_add (list, ping);
  }
  return status == 0 && set_list (job, g_steal_pointer (&list));
}

void
tocsin_store_get_pings (TocsinStore *store, const char *id, guint limit,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work_pings, callback, user_data);

  job->key = tocsin_store_get_key (store, id);
  job->limit = limit;
  tocsin_store_read (store, job);
}

static gboolean
work_ping (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) statement = tocsin_db_prepare (
      db, "SELECT head, n, body FROM pings WHERE monitor = ?1 AND n = ?2", error);
  TocsinPing *ping;
  int status;

  if (statement == NULL)
    return FALSE;
  job->free_result = (GDestroyNotify) tocsin_ping_free;
  tocsin_statement_bind_int (statement, 1, job->key);
  tocsin_statement_bind_int (statement, 2, job->number);
  status = tocsin_statement_step (statement, error);
  if (status == 0)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND,
                        "no ping %" G_GINT64_FORMAT " is kept; the last %d are", job->number,
                        TOCSIN_STORE_PINGS);
  ping = status == 1 ? read_ping (statement, error) : NULL;
  if (ping == NULL)
    return FALSE;
  ping->body = tocsin_statement_get_bytes (statement, 2);
  job->result = ping;
  return TRUE;
}

void
tocsin_store_get_ping (TocsinStore *store, const char *id, gint64 number,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work_ping, callback, user_data);

  job->key = tocsin_store_get_key (store, id);
  job->number = number;
  tocsin_store_read (store, job);
}

/* --- care --- */

static gboolean
work_check (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) statement = tocsin_db_prepare (db, "PRAGMA integrity_check", error);
  g_autoptr (GString) text = g_string_new (NULL);
  int status;

  if (statement == NULL)
    return FALSE;
  while ((status = tocsin_statement_step (statement, error)) == 1)
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "",
                            tocsin_statement_get_text (statement, 0));
  job->result = g_string_free (g_steal_pointer (&text), FALSE);
  job->free_result = g_free;
  return status == 0;
}

void
tocsin_store_check (TocsinStore *store, GAsyncReadyCallback callback, gpointer user_data)
{
  tocsin_store_care (store, tocsin_store_job_new (store, work_check, callback, user_data));
}

#define BACKUP_PAGES_A_STEP 1024

/* Within one transaction, so that the writer's commits do not make it begin again. */
static gboolean
copy_pages (TocsinStore *store, TocsinDb *from, TocsinDb *to, GError **error)
{
  sqlite3_backup *backup;
  int status;

  if (!tocsin_db_run (from, "BEGIN; SELECT count (*) FROM sqlite_schema", error))
    return FALSE;
  backup =
      sqlite3_backup_init (tocsin_db_get_handle (to), "main", tocsin_db_get_handle (from), "main");
  if (backup == NULL)
    return tocsin_db_fail (to, "can’t begin the backup", error);
  do {
    status = sqlite3_backup_step (backup, BACKUP_PAGES_A_STEP);
  } while (status == SQLITE_OK && !tocsin_store_is_closing (store));
  sqlite3_backup_finish (backup);
  if (status == SQLITE_OK)
    return tocsin_fail (error, TOCSIN_ERROR_UNAVAILABLE, "the store is being closed");
  return status == SQLITE_DONE || tocsin_db_fail (to, "can’t write the backup", error);
}

static gboolean
sync_file (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gboolean ok = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    close (fd);
  return ok || tocsin_fail (error, TOCSIN_ERROR_FAILED, "%s: %s", path, g_strerror (errno));
}

static gboolean
work_backup (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  int fd = open (job->text, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  g_autoptr (TocsinDb) copy = NULL;
  gboolean ok;

  if (fd < 0)
    return tocsin_fail (error, errno == EEXIST ? TOCSIN_ERROR_EXISTS : TOCSIN_ERROR_FAILED,
                        "%s: can’t make the backup: %s", job->text, g_strerror (errno));
  close (fd);
  copy = tocsin_db_open (job->text, SQLITE_OPEN_READWRITE, error);
  ok = copy != NULL && copy_pages (job->store, db, copy, error) &&
       tocsin_db_run (copy, "PRAGMA journal_mode = DELETE", error);
  g_clear_pointer (&copy, tocsin_db_close);
  ok = ok && sync_file (job->text, error);
  if (!ok)
    g_unlink (job->text);
  return ok;
}

void
tocsin_store_backup (TocsinStore *store, const char *path, GAsyncReadyCallback callback,
                     gpointer user_data)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work_backup, callback, user_data);

  job->text = g_strdup (path);
  tocsin_store_care (store, job);
}
