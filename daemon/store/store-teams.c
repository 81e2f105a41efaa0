/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "store-teams"

#include "config.h"

#include "store-private.h"
#include "store-teams.h"

static const char *const kinds[TOCSIN_N_DOCUMENTS] = {
  [TOCSIN_DOCUMENT_ACCOUNT] = "account",   [TOCSIN_DOCUMENT_TEAM] = "team",
  [TOCSIN_DOCUMENT_RECORD] = "record",     [TOCSIN_DOCUMENT_OPERATION] = "operation",
  [TOCSIN_DOCUMENT_PROJECT] = "project",   [TOCSIN_DOCUMENT_PROBE] = "probe",
  [TOCSIN_DOCUMENT_ASSIGNED] = "assigned", [TOCSIN_DOCUMENT_LOG] = "log",
};

struct _TocsinStoreBatch {
  TocsinStore *store; /* (not owned) */
  GPtrArray *jobs;    /* (owned) (element-type TocsinStoreJob) */
};

TocsinDocument *
tocsin_document_new (TocsinDocumentKind kind, const char *team, const char *id)
{
  TocsinDocument *document = g_new0 (TocsinDocument, 1);

  document->kind = kind;
  document->team = g_strdup (team);
  document->id = g_strdup (id);
  return document;
}

void
tocsin_document_free (TocsinDocument *document)
{
  if (document == NULL)
    return;
  tocsin_vault_free_text (document->secret);
  g_free (document->team);
  g_free (document->id);
  g_free (document->body);
  g_free (document);
}

/* --- reading --- */

static TocsinDocument *
read_document (TocsinStore *store, TocsinDocumentKind kind, TocsinStatement *statement)
{
  TocsinDocument *document = tocsin_document_new (kind, tocsin_statement_get_text (statement, 0),
                                                  tocsin_statement_get_text (statement, 1));
  g_autoptr (GBytes) sealed = tocsin_statement_get_bytes (statement, 4);

  document->number = tocsin_statement_get_int (statement, 2);
  document->body = g_strdup (tocsin_statement_get_text (statement, 3));
  if (sealed == NULL)
    return document;
  document->secret = tocsin_vault_unseal (tocsin_store_get_vault (store), sealed, NULL);
  document->secret_missing = document->secret == NULL;
  return document;
}

static GPtrArray *
read_documents (TocsinStore *store, TocsinDocumentKind kind, TocsinStatement *statement,
                GError **error)
{
  g_autoptr (GPtrArray) list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_document_free);
  int status;

  while ((status = tocsin_statement_step (statement, error)) == 1)
    g_ptr_array_add (list, read_document (store, kind, statement));
  return status == 0 ? g_steal_pointer (&list) : NULL;
}

GPtrArray *
tocsin_store_load_documents (TocsinStore *store, TocsinDocumentKind kind, const char *team,
                             const char *id, GError **error)
{
  g_autoptr (TocsinDb) db =
      tocsin_db_open (tocsin_store_get_path (store), SQLITE_OPEN_READONLY, error);
  g_autoptr (TocsinStatement) statement = NULL;

  if (db == NULL)
    return NULL;
  statement = tocsin_db_prepare (db,
                                 "SELECT team, id, n, body, secret FROM documents WHERE kind = ?1"
                                 " AND (?2 IS NULL OR team = ?2) AND (?3 IS NULL OR id = ?3)"
                                 " ORDER BY n",
                                 error);
  if (statement == NULL)
    return NULL;
  tocsin_statement_bind_text (statement, 1, kinds[kind]);
  tocsin_statement_bind_text (statement, 2, team);
  tocsin_statement_bind_text (statement, 3, id);
  return read_documents (store, kind, statement, error);
}

static gboolean
work_get_documents (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) statement =
      tocsin_db_prepare (db,
                         "SELECT team, id, n, body, secret FROM documents WHERE kind = ?1"
                         " AND (?2 = '' OR team = ?2) ORDER BY n DESC LIMIT ?3",
                         error);

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_text (statement, 1, kinds[job->number]);
  tocsin_statement_bind_text (statement, 2, job->id);
  tocsin_statement_bind_int (statement, 3, job->limit);
  job->free_result = (GDestroyNotify) g_ptr_array_unref;
  job->result = read_documents (job->store, (TocsinDocumentKind) job->number, statement, error);
  return job->result != NULL;
}

void
tocsin_store_get_documents (TocsinStore *store, TocsinDocumentKind kind, const char *team,
                            guint limit, GAsyncReadyCallback callback, gpointer user_data)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work_get_documents, callback, user_data);

  job->number = kind;
  job->id = g_strdup (team);
  job->limit = limit;
  tocsin_store_read (store, job);
}

/* --- batches --- */

TocsinStoreBatch *
tocsin_store_batch_new (TocsinStore *store)
{
  TocsinStoreBatch *batch = g_new0 (TocsinStoreBatch, 1);

  batch->store = store;
  batch->jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_store_job_free);
  return batch;
}

void
tocsin_store_batch_free (TocsinStoreBatch *batch)
{
  if (batch == NULL)
    return;
  g_clear_pointer (&batch->jobs, g_ptr_array_unref);
  g_free (batch);
}

gboolean
tocsin_store_batch_is_empty (const TocsinStoreBatch *batch)
{
  return batch->jobs->len == 0;
}

static TocsinStoreJob *
add_job (TocsinStoreBatch *batch, TocsinStoreWork work)
{
  TocsinStoreJob *job = tocsin_store_job_new (batch->store, work, NULL, NULL);

  g_ptr_array_add (batch->jobs, job);
  return job;
}

static gboolean
work_put (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) statement =
      tocsin_db_prepare (db,
                         "INSERT OR REPLACE INTO documents (kind, team, id, n, body, secret)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                         error);

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_text (statement, 1, kinds[job->limit]);
  tocsin_statement_bind_text (statement, 2, job->more);
  tocsin_statement_bind_text (statement, 3, job->id);
  tocsin_statement_bind_int (statement, 4, job->number);
  tocsin_statement_bind_text (statement, 5, job->text);
  tocsin_statement_bind_bytes (statement, 6, job->bytes);
  return tocsin_statement_execute (statement, error);
}

static void
put (TocsinStoreBatch *batch, TocsinStoreWork work, const TocsinDocument *document)
{
  TocsinStoreJob *job = add_job (batch, work);

  job->limit = document->kind;
  job->more = g_strdup (document->team);
  job->id = g_strdup (document->id);
  job->number = document->number;
  job->text = g_strdup (document->body);
  if (document->secret != NULL)
    job->bytes = tocsin_vault_seal (tocsin_store_get_vault (batch->store), document->secret);
}

void
tocsin_store_batch_put (TocsinStoreBatch *batch, const TocsinDocument *document)
{
  put (batch, work_put, document);
}

static gboolean
work_log (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) prune = tocsin_db_prepare (
      db,
      "DELETE FROM documents WHERE kind = 'log' AND team = ?1 AND n <="
      " (SELECT n FROM documents WHERE kind = 'log' AND team = ?1 ORDER BY n DESC"
      " LIMIT 1 OFFSET ?2)",
      error);

  if (prune == NULL || !work_put (job, db, error))
    return FALSE;
  tocsin_statement_bind_text (prune, 1, job->more);
  tocsin_statement_bind_int (prune, 2, TOCSIN_STORE_LOG);
  return tocsin_statement_execute (prune, error);
}

void
tocsin_store_batch_log (TocsinStoreBatch *batch, const TocsinDocument *entry)
{
  put (batch, work_log, entry);
}

static gboolean
work_drop (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) statement =
      tocsin_db_prepare (db,
                         "DELETE FROM documents WHERE kind = ?1 AND team = ?2"
                         " AND (?3 IS NULL OR id = ?3)",
                         error);

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_text (statement, 1, kinds[job->limit]);
  tocsin_statement_bind_text (statement, 2, job->more);
  tocsin_statement_bind_text (statement, 3, job->id);
  return tocsin_statement_execute (statement, error);
}

void
tocsin_store_batch_drop (TocsinStoreBatch *batch, TocsinDocumentKind kind, const char *team,
                         const char *id)
{
  TocsinStoreJob *job = add_job (batch, work_drop);

  job->limit = kind;
  job->more = g_strdup (team);
  job->id = g_strdup (id);
}

void
tocsin_store_batch_save_monitor (TocsinStoreBatch *batch, TocsinMonitor *monitor,
                                 gboolean keep_secrets)
{
  g_ptr_array_add (batch->jobs,
                   tocsin_store_job_save_monitor (batch->store, monitor, keep_secrets, NULL, NULL));
}

void
tocsin_store_batch_remove_monitor (TocsinStoreBatch *batch, const char *id)
{
  g_ptr_array_add (batch->jobs, tocsin_store_job_remove_monitor (batch->store, id, NULL, NULL));
}

static gboolean
work_save_remote (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) statement =
      tocsin_db_prepare (db, "UPDATE monitors SET remote = ?2 WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_text (statement, 1, job->id);
  tocsin_statement_bind_text (statement, 2, job->text);
  return tocsin_statement_execute (statement, error);
}

void
tocsin_store_batch_save_remote (TocsinStoreBatch *batch, const char *id, const char *json)
{
  TocsinStoreJob *job = add_job (batch, work_save_remote);

  job->id = g_strdup (id);
  job->text = g_strdup (json);
}

void
tocsin_store_batch_save_maintenance (TocsinStoreBatch *batch, const TocsinMaintenance *maintenance)
{
  g_ptr_array_add (batch->jobs,
                   tocsin_store_job_save_maintenance (batch->store, maintenance, NULL, NULL));
}

void
tocsin_store_batch_remove_maintenance (TocsinStoreBatch *batch, const char *id)
{
  g_ptr_array_add (batch->jobs, tocsin_store_job_remove_maintenance (batch->store, id, NULL, NULL));
}

void
tocsin_store_batch_save_incident (TocsinStoreBatch *batch, const TocsinIncident *incident)
{
  g_ptr_array_add (batch->jobs,
                   tocsin_store_job_save_incident (batch->store, incident, NULL, NULL));
}

static gboolean
work_batch (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  for (guint i = 0; i < job->jobs->len; i++) {
    TocsinStoreJob *part = job->jobs->pdata[i];

    if (!part->work (part, db, error))
      return FALSE;
  }
  return TRUE;
}

void
tocsin_store_batch_commit (TocsinStoreBatch *batch, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  TocsinStoreJob *job = tocsin_store_job_new (batch->store, work_batch, callback, user_data);

  job->jobs = g_steal_pointer (&batch->jobs);
  tocsin_store_write (batch->store, job);
  tocsin_store_batch_free (batch);
}

/* --- the outbox --- */

static gboolean
work_add_outbox (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) statement = tocsin_db_prepare (
      db, "INSERT OR REPLACE INTO outbox (team, first, last, data) VALUES (?1, ?2, ?3, ?4)", error);

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_text (statement, 1, job->id);
  tocsin_statement_bind_int (statement, 2, job->from_us);
  tocsin_statement_bind_int (statement, 3, job->to_us);
  tocsin_statement_bind_bytes (statement, 4, job->bytes);
  return tocsin_statement_execute (statement, error);
}

void
tocsin_store_add_outbox (TocsinStore *store, const char *team, gint64 first, gint64 last,
                         GBytes *data)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work_add_outbox, NULL, NULL);

  job->durable = FALSE;
  job->id = g_strdup (team);
  job->from_us = first;
  job->to_us = last;
  job->bytes = g_bytes_ref (data);
  tocsin_store_write (store, job);
}

/* The newest row stays, whatever becomes of it: by it the next number is known after a restart. */
static gboolean
work_drop_outbox (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) statement =
      tocsin_db_prepare (db,
                         "DELETE FROM outbox WHERE team = ?1 AND first >= ?2 AND last <= ?3"
                         " AND first < (SELECT max (first) FROM outbox WHERE team = ?1)",
                         error);

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_text (statement, 1, job->id);
  tocsin_statement_bind_int (statement, 2, job->from_us);
  tocsin_statement_bind_int (statement, 3, job->to_us);
  return tocsin_statement_execute (statement, error);
}

void
tocsin_store_drop_outbox (TocsinStore *store, const char *team, gint64 first, gint64 last)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work_drop_outbox, NULL, NULL);

  job->durable = FALSE;
  job->id = g_strdup (team);
  job->from_us = first;
  job->to_us = last;
  tocsin_store_write (store, job);
}

static gboolean
work_clear_outbox (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) statement =
      tocsin_db_prepare (db, "DELETE FROM outbox WHERE team = ?1", error);

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_text (statement, 1, job->id);
  return tocsin_statement_execute (statement, error);
}

void
tocsin_store_batch_clear_outbox (TocsinStoreBatch *batch, const char *team)
{
  add_job (batch, work_clear_outbox)->id = g_strdup (team);
}

static void
free_item (gpointer data)
{
  TocsinOutboxItem *item = data;

  g_bytes_unref (item->data);
  g_free (item);
}

static gboolean
work_get_outbox (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (free_item);
  g_autoptr (TocsinStatement) statement =
      tocsin_db_prepare (db,
                         "SELECT first, last, data FROM outbox WHERE team = ?1 AND last >= ?2"
                         " ORDER BY first LIMIT ?3",
                         error);
  int status;

  if (statement == NULL)
    return FALSE;
  tocsin_statement_bind_text (statement, 1, job->id);
  tocsin_statement_bind_int (statement, 2, job->number);
  tocsin_statement_bind_int (statement, 3, job->limit);
  while ((status = tocsin_statement_step (statement, error)) == 1) {
    TocsinOutboxItem *item = g_new0 (TocsinOutboxItem, 1);

    item->first = tocsin_statement_get_int (statement, 0);
    item->last = tocsin_statement_get_int (statement, 1);
    item->data = tocsin_statement_get_bytes (statement, 2);
    g_ptr_array_add (list, item);
  }
  job->free_result = (GDestroyNotify) g_ptr_array_unref;
  job->result = g_steal_pointer (&list);
  return status == 0;
}

void
tocsin_store_get_outbox (TocsinStore *store, const char *team, gint64 from, guint limit,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, work_get_outbox, callback, user_data);

  job->id = g_strdup (team);
  job->number = from;
  job->limit = limit;
  tocsin_store_read (store, job);
}

GArray *
tocsin_store_load_outbox (TocsinStore *store, const char *team, GError **error)
{
  g_autoptr (GArray) sizes = g_array_new (FALSE, FALSE, sizeof (TocsinOutboxSize));
  g_autoptr (TocsinDb) db =
      tocsin_db_open (tocsin_store_get_path (store), SQLITE_OPEN_READONLY, error);
  g_autoptr (TocsinStatement) statement = NULL;
  int status;

  if (db == NULL)
    return NULL;
  statement = tocsin_db_prepare (
      db, "SELECT first, last, length (data) FROM outbox WHERE team = ?1 ORDER BY first", error);
  if (statement == NULL)
    return NULL;
  tocsin_statement_bind_text (statement, 1, team);
  while ((status = tocsin_statement_step (statement, error)) == 1) {
    TocsinOutboxSize size = { tocsin_statement_get_int (statement, 0),
                              tocsin_statement_get_int (statement, 1),
                              (gsize) tocsin_statement_get_int (statement, 2) };

    g_array_append_val (sizes, size);
  }
  g_clear_pointer (&statement, tocsin_statement_release);
  return status == 0 ? g_steal_pointer (&sizes) : NULL;
}
