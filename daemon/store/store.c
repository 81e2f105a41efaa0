/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "store"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"
#include "schema.h"
#include "store-private.h"
#include "timetext.h"

#define BATCH_SAMPLES  512
#define FLUSH_AFTER_MS 1000
#define STEPS_A_LOOK   10000 /* of SQLite's machine, between two looks whether to stop */

struct _TocsinStore {
  GMainContext *context;                         /* (owned) of the callers */
  _Atomic gint64 keep_samples_us, keep_hours_us; /* TocsinStoreOptions, which threads read */
  char *path;
  int lock_fd;
  TocsinVault *vault;
  GHashTable *keys; /* (owned) id → key */
  gint64 last_key;

  TocsinWriter *writer;
  TocsinReader *reader, *carer; /* (owned) */
  int closing;                  /* (atomic) */

  GArray *samples; /* (owned) (element-type TocsinStoredSample) until they are pushed */
  guint flush_id;

  TocsinStoreProblemFunc problem_func;
  gpointer problem_data;
  char *problem; /* (owned) (nullable) */
  gboolean damaged;
};

/* --- handing jobs over --- */

static void
clear_sample (gpointer data)
{
  g_free (((TocsinStoredSample *) data)->evidence);
}

void
tocsin_store_write (TocsinStore *store, TocsinStoreJob *job)
{
  tocsin_writer_push (store->writer, job);
}

void
tocsin_store_read (TocsinStore *store, TocsinStoreJob *job)
{
  tocsin_reader_push (store->reader, job);
}

void
tocsin_store_care (TocsinStore *store, TocsinStoreJob *job)
{
  tocsin_reader_push (store->carer, job);
}

/* --- closing --- */

gboolean
tocsin_store_is_closing (TocsinStore *store)
{
  return g_atomic_int_get (&store->closing);
}

static int
is_closing_cb (void *user_data)
{
  return tocsin_store_is_closing (user_data);
}

void
tocsin_store_stop_when_closing (TocsinStore *store, TocsinDb *db)
{
  sqlite3_progress_handler (tocsin_db_get_handle (db), STEPS_A_LOOK, is_closing_cb, store);
}

/* --- problems --- */

typedef struct {
  TocsinStore *store;
  char *problem;
  gboolean damaged;
} Report;

static gboolean
tell_cb (gpointer user_data)
{
  Report *report = user_data;
  TocsinStore *store = report->store;

  g_free (store->problem);
  store->problem = g_strdup (report->problem);
  store->damaged = report->damaged;
  if (store->problem_func != NULL)
    store->problem_func (store->problem, store->damaged, store->problem_data);
  return G_SOURCE_REMOVE;
}

static void
free_report (gpointer data)
{
  Report *report = data;

  g_free (report->problem);
  g_free (report);
}

static void
report_cb (const char *problem, gboolean damaged, gpointer user_data)
{
  TocsinStore *store = user_data;
  Report *report = g_new (Report, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  report->store = store;
  report->problem = g_strdup (problem);
  report->damaged = damaged;
  g_source_set_callback (source, tell_cb, report, free_report);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_attach (source, store->context);
}

void
tocsin_store_set_problem_func (TocsinStore *store, TocsinStoreProblemFunc func, gpointer user_data)
{
  g_return_if_fail (store != NULL);

  store->problem_func = func;
  store->problem_data = user_data;
  if (func != NULL && store->problem != NULL)
    func (store->problem, store->damaged, user_data);
}

/* --- opening --- */

/* One daemon a folder: two would each believe in its own half of the truth. */
static gboolean
lock_dir (TocsinStore *store, const char *data_dir, GError **error)
{
  g_autofree char *path = g_build_filename (data_dir, "lock", NULL);
  g_autofree char *pid = g_strdup_printf ("%d\n", getpid ());
  char holder[16] = "";

  store->lock_fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (store->lock_fd < 0)
    return tocsin_fail (error, TOCSIN_ERROR_FAILED, "%s: %s", path, g_strerror (errno));
  if (flock (store->lock_fd, LOCK_EX | LOCK_NB) != 0) {
    if (read (store->lock_fd, holder, sizeof holder - 1) < 0)
      holder[0] = '\0';
    return tocsin_fail (
        error, TOCSIN_ERROR_EXISTS,
        "%s is in use by another tocsind (process %s); end that one first, or give this one its own --data-dir",
        data_dir, g_strstrip (holder));
  }
  if (ftruncate (store->lock_fd, 0) != 0 ||
      write (store->lock_fd, pid, strlen (pid)) < 0) /* only for the message above */
    g_debug ("can’t write %s: %s", path, g_strerror (errno));
  return TRUE;
}

/* SQLite gives its log the rights of the database, so that has to be private from the start. One
 * that is there is not opened: closing it again would drop the locks of our other connections. */
static gboolean
make_file (const char *path, GError **error)
{
  int fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (fd >= 0)
    close (fd);
  else if (errno != EEXIST)
    return tocsin_fail (error, TOCSIN_ERROR_FAILED, "%s: %s", path, g_strerror (errno));
  else if (chmod (path, 0600) != 0)
    g_debug ("can’t restrict %s: %s", path, g_strerror (errno));
  return TRUE;
}

/* Looked at without a change: the write-ahead log alone is one. */
static gboolean
is_known (const char *path, GError **error)
{
  g_autoptr (TocsinDb) db = tocsin_db_open (path, SQLITE_OPEN_READONLY, error);

  return db != NULL && tocsin_schema_is_known (db, error);
}

TocsinDb *
tocsin_store_open_db (TocsinStore *store, GError **error)
{
  g_autoptr (TocsinDb) db = NULL;

  if (!make_file (store->path, error) || !is_known (store->path, error))
    return NULL;
  db = tocsin_db_open (store->path, SQLITE_OPEN_READWRITE, error);
  return db != NULL && tocsin_schema_migrate (db, error) ? g_steal_pointer (&db) : NULL;
}

/* A new database in place of the damaged one, with what can still be read of its records. */
static TocsinDb *
start_over (TocsinStore *store, const char *what, char **problem, GError **error)
{
  g_autofree char *path = tocsin_repair_set_aside (store->path, g_get_real_time (), error);
  g_autoptr (TocsinDb) db = path != NULL ? tocsin_store_open_db (store, error) : NULL;
  guint n_salvaged;

  if (db == NULL)
    return NULL;
  n_salvaged = tocsin_repair_salvage (db, path);
  *problem = g_strdup_printf ("the database was damaged (%s); it lies at %s now, and a new one was "
                              "begun with %u records that could be read",
                              what, path, n_salvaged);
  return g_steal_pointer (&db);
}

/* The key of each monitor is needed with every sample, so all are known from the start. Reading
 * them also shows whether the records can be read at all. */
static gboolean
load_keys (TocsinStore *store, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) statement =
      tocsin_db_prepare (db, "SELECT key, id, body FROM monitors", error);
  int status;

  if (statement == NULL)
    return FALSE;
  while ((status = tocsin_statement_step (statement, error)) == 1) {
    gint64 key = tocsin_statement_get_int (statement, 0);

    g_hash_table_insert (store->keys, g_strdup (tocsin_statement_get_text (statement, 1)),
                         GSIZE_TO_POINTER (key));
    store->last_key = MAX (store->last_key, key);
  }
  return status == 0;
}

static TocsinDb *
open_sound_db (TocsinStore *store, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (TocsinDb) db = tocsin_store_open_db (store, &problem);

  if (db != NULL && load_keys (store, db, &problem))
    return g_steal_pointer (&db);
  if (!g_error_matches (problem, TOCSIN_ERROR, TOCSIN_ERROR_DAMAGED)) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return NULL;
  }
  g_clear_pointer (&db, tocsin_db_close);
  db = start_over (store, problem->message, &store->problem, error);
  return db != NULL && load_keys (store, db, error) ? g_steal_pointer (&db) : NULL;
}

static gboolean
quick_check (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  g_autoptr (TocsinStatement) statement = tocsin_db_prepare (db, "PRAGMA quick_check (1)", error);
  const char *answer;

  if (statement == NULL || tocsin_statement_step (statement, error) != 1)
    return FALSE;
  answer = tocsin_statement_get_text (statement, 0);
  if (g_strcmp0 (answer, "ok") == 0)
    return TRUE;
  return tocsin_fail (error, TOCSIN_ERROR_DAMAGED, "%s: %s", tocsin_store_get_path (job->store),
                      answer);
}

/* In the background: it reads every page, and a large history takes seconds. */
static void
quick_checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!tocsin_store_finish (NULL, result, &error) &&
      g_error_matches (error, TOCSIN_ERROR, TOCSIN_ERROR_DAMAGED))
    report_cb (error->message, TRUE, user_data);
}

static void
free_store (TocsinStore *store)
{
  g_clear_pointer (&store->vault, tocsin_vault_close);
  g_clear_pointer (&store->keys, g_hash_table_unref);
  g_clear_pointer (&store->samples, g_array_unref);
  g_clear_pointer (&store->context, g_main_context_unref);
  if (store->lock_fd >= 0)
    close (store->lock_fd);
  g_free (store->problem);
  g_free (store->path);
  g_free (store);
}

static TocsinStore *
store_new (const char *data_dir)
{
  TocsinStore *store = g_new0 (TocsinStore, 1);

  store->lock_fd = -1;
  store->context = g_main_context_ref_thread_default ();
  store->path = g_build_filename (data_dir, "tocsin.db", NULL);
  store->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  store->samples = g_array_new (FALSE, FALSE, sizeof (TocsinStoredSample));
  g_array_set_clear_func (store->samples, clear_sample);
  tocsin_store_set_options (
      store, &(TocsinStoreOptions){ TOCSIN_STORE_KEEP_SAMPLES_US, TOCSIN_STORE_KEEP_HOURS_US });
  return store;
}

/* Nobody but the holder of the lock makes a key. */
static gboolean
hold (TocsinStore *store, const char *data_dir, GError **error)
{
  if (g_mkdir_with_parents (data_dir, 0700) != 0)
    return tocsin_fail (error, TOCSIN_ERROR_FAILED, "%s: can’t make the folder: %s", data_dir,
                        g_strerror (errno));
  if (!lock_dir (store, data_dir, error))
    return FALSE;
  if (store->vault == NULL)
    store->vault = tocsin_vault_open (data_dir, error);
  return store->vault != NULL;
}

/* `vault` (nullable): the data folder's own. */
static TocsinStore *
open_store (const char *data_dir, TocsinVault *vault, GError **error)
{
  TocsinStore *store = store_new (data_dir);
  TocsinDb *db = NULL;

  store->vault = vault;
  if (hold (store, data_dir, error))
    db = open_sound_db (store, error);
  if (db == NULL) {
    free_store (store);
    return NULL;
  }
  store->writer = tocsin_writer_new (db, store, report_cb, store);
  store->reader = tocsin_reader_new (store, "store-reader", FALSE);
  store->carer = tocsin_reader_new (store, "store-carer", TRUE);
  tocsin_store_care (store, tocsin_store_job_new (store, quick_check, quick_checked_cb, store));
  return store;
}

TocsinStore *
tocsin_store_open (const char *data_dir, const TocsinStoreOptions *options, GError **error)
{
  TocsinStore *store;

  g_return_val_if_fail (data_dir != NULL, NULL);

  store = open_store (data_dir, NULL, error);
  if (store != NULL && options != NULL)
    tocsin_store_set_options (store, options);
  return store;
}

TocsinStore *
tocsin_store_open_sealed (const char *data_dir, TocsinVault *vault, GError **error)
{
  g_return_val_if_fail (data_dir != NULL && vault != NULL, NULL);
  return open_store (data_dir, vault, error);
}

void
tocsin_store_open_vault (TocsinStore *store, GBytes *key)
{
  g_return_if_fail (store != NULL && key != NULL);
  tocsin_vault_open_with_key (store->vault, key);
}

GBytes *
tocsin_store_get_vault_key (TocsinStore *store)
{
  g_return_val_if_fail (store != NULL, NULL);
  return tocsin_vault_get_key (store->vault);
}

gboolean
tocsin_store_can_seal (TocsinStore *store)
{
  g_return_val_if_fail (store != NULL, FALSE);
  return tocsin_vault_is_open (store->vault);
}

/* The threads are gone when the last of their answers and reports are delivered; none may come
 * after the store. A carer that can't be stopped keeps the store, until the process ends. */
void
tocsin_store_close (TocsinStore *store)
{
  gboolean stopped;

  if (store == NULL)
    return;
  store->problem_func = NULL;
  tocsin_store_push_samples (store);
  g_atomic_int_set (&store->closing, TRUE);
  stopped = tocsin_reader_stop (g_steal_pointer (&store->carer));
  stopped = tocsin_reader_stop (g_steal_pointer (&store->reader)) && stopped;
  tocsin_writer_free (store->writer);
  while (g_main_context_iteration (store->context, FALSE))
    ;
  if (stopped)
    free_store (store);
}

/* --- samples --- */

static gboolean
flush_cb (gpointer user_data)
{
  TocsinStore *store = user_data;

  store->flush_id = 0;
  tocsin_store_push_samples (store);
  return G_SOURCE_REMOVE;
}

void
tocsin_store_push_samples (TocsinStore *store)
{
  TocsinStoreJob *job;

  g_clear_handle_id (&store->flush_id, g_source_remove);
  if (store->samples->len == 0)
    return;
  job = tocsin_store_job_new (store, tocsin_store_work_samples, NULL, NULL);
  job->durable = FALSE;
  job->samples = store->samples;
  store->samples = g_array_sized_new (FALSE, FALSE, sizeof (TocsinStoredSample), BATCH_SAMPLES);
  g_array_set_clear_func (store->samples, clear_sample);
  tocsin_store_write (store, job);
}

static char *
encode_evidence (const TocsinSample *sample)
{
  g_autoptr (JsonObject) json = json_object_new ();
  g_autoptr (JsonNode) node = json_node_alloc ();

  if (sample->reason != NULL)
    json_object_set_string_member (json, "reason", sample->reason);
  if (sample->evidence != NULL)
    json_object_set_object_member (
        json, "evidence", tocsin_fields_to_json (&tocsin_evidence_fields, sample->evidence, 0));
  json_node_init_object (node, json);
  return json_to_string (node, FALSE);
}

void
tocsin_store_add_sample (TocsinStore *store, const char *id, const TocsinSample *sample,
                         gboolean keep_evidence)
{
  TocsinStoredSample stored = { .key = tocsin_store_get_key (store, id) };

  g_return_if_fail (store != NULL && sample != NULL);

  if (stored.key == 0)
    return;
  tocsin_point_from_sample (&stored.point, sample);
  stored.evidence = keep_evidence ? encode_evidence (sample) : NULL;
  g_array_append_val (store->samples, stored);
  if (store->samples->len >= BATCH_SAMPLES)
    tocsin_store_push_samples (store);
  else if (store->flush_id == 0)
    store->flush_id = g_timeout_add (FLUSH_AFTER_MS, flush_cb, store);
}

/* --- for the other files --- */

gint64
tocsin_store_get_key (TocsinStore *store, const char *id)
{
  return (gint64) GPOINTER_TO_SIZE (g_hash_table_lookup (store->keys, id));
}

gint64
tocsin_store_make_key (TocsinStore *store, const char *id)
{
  gint64 key = tocsin_store_get_key (store, id);

  if (key == 0) {
    key = ++store->last_key;
    g_hash_table_insert (store->keys, g_strdup (id), GSIZE_TO_POINTER (key));
  }
  return key;
}

TocsinStoreOptions
tocsin_store_get_options (TocsinStore *store)
{
  return (TocsinStoreOptions){ store->keep_samples_us, store->keep_hours_us };
}

void
tocsin_store_set_options (TocsinStore *store, const TocsinStoreOptions *options)
{
  g_return_if_fail (store != NULL && options != NULL);
  g_return_if_fail (options->keep_samples_us > 0 && options->keep_hours_us > 0);

  store->keep_samples_us = options->keep_samples_us;
  store->keep_hours_us = options->keep_hours_us;
}

TocsinVault *
tocsin_store_get_vault (TocsinStore *store)
{
  return store->vault;
}

const char *
tocsin_store_get_path (TocsinStore *store)
{
  return store->path;
}

/* --- setting aside --- */

static gboolean
set_aside (TocsinStoreJob *job, TocsinDb *db, GError **error)
{
  TocsinStore *store = job->store;
  g_autofree char *problem = NULL;
  TocsinDb *fresh;

  /* What is in its log stays there, as it was found. */
  sqlite3_db_config (tocsin_db_get_handle (db), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  tocsin_writer_replace_db (store->writer, NULL);
  fresh = start_over (store, job->text, &problem, error);
  tocsin_writer_replace_db (store->writer, fresh);
  tocsin_reader_resume (store->reader);
  tocsin_reader_resume (store->carer);
  if (fresh == NULL)
    return FALSE;
  report_cb (problem, FALSE, store);
  job->result = g_steal_pointer (&problem);
  job->free_result = g_free;
  return TRUE;
}

void
tocsin_store_set_aside (TocsinStore *store, GAsyncReadyCallback callback, gpointer user_data)
{
  TocsinStoreJob *job = tocsin_store_job_new (store, set_aside, callback, user_data);

  job->alone = TRUE;
  job->text = g_strdup (store->problem != NULL ? store->problem : "by request");
  tocsin_store_care (store, job);
}
