/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "writer"

#include "config.h"

#include "errors.h"
#include "store-private.h"
#include "timetext.h"

/* Jobs that arrived together share one transaction, so that durability costs a commit a batch and
 * not a job. A job that fails is rolled back alone, by a savepoint. */

#define BATCH_JOBS      512
#define RETRY_AFTER_US  (5 * TOCSIN_US_PER_S)
#define UPKEEP_EVERY_US (60 * TOCSIN_US_PER_S)
#define UPKEEP_PAUSE_US (20 * TOCSIN_US_PER_MS) /* between two steps, so that others get in */

struct _TocsinWriter {
  GThread *thread;
  GAsyncQueue *queue; /* (element-type TocsinStoreJob) */
  TocsinStore *store; /* (not owned) */
  TocsinWriterProblem problem;
  gpointer user_data;

  /* the thread's own */
  TocsinDb *db;
  GQueue stuck;          /* (element-type TocsinStoreJob) samples that could not be written */
  guint n_stuck, n_lost; /* samples */
  gboolean in_trouble, full_sync, stop;
  gint64 upkeep_at_us; /* monotonic */
};

/* What ends the thread: a job without work. */
static gboolean
is_stop (const TocsinStoreJob *job)
{
  return job->work == NULL;
}

static gboolean
set_full_sync (TocsinWriter *writer, gboolean full, GError **error)
{
  if (writer->full_sync == full)
    return TRUE;
  if (!tocsin_db_run (writer->db,
                      full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL", error))
    return FALSE;
  writer->full_sync = full;
  return TRUE;
}

static void
report (TocsinWriter *writer, const GError *error)
{
  gboolean damaged = error != NULL && g_error_matches (error, TOCSIN_ERROR, TOCSIN_ERROR_DAMAGED);
  g_autofree char *text = NULL;

  if (error == NULL && !writer->in_trouble)
    return;
  writer->in_trouble = error != NULL;
  if (error != NULL && writer->n_lost > 0)
    text = g_strdup_printf ("%s; %u samples wait in memory, %u were lost", error->message,
                            writer->n_stuck, writer->n_lost);
  else if (error != NULL)
    text = g_strdup_printf ("%s; %u samples wait in memory", error->message, writer->n_stuck);
  if (error == NULL)
    writer->n_lost = 0;
  writer->problem (text, damaged, writer->user_data);
}

/* --- one batch --- */

static gboolean
run_in_savepoint (TocsinWriter *writer, TocsinStoreJob *job, GError **error)
{
  if (!tocsin_db_run (writer->db, "SAVEPOINT job", error))
    return FALSE;
  if (job->work (job, writer->db, error))
    return tocsin_db_run (writer->db, "RELEASE job", error);
  tocsin_db_run (writer->db, "ROLLBACK TO job; RELEASE job", NULL);
  return FALSE;
}

static void
keep_for_later (TocsinWriter *writer, TocsinStoreJob *job)
{
  g_queue_push_tail (&writer->stuck, job);
  writer->n_stuck += job->samples->len;
  while (writer->n_stuck > TOCSIN_STORE_WAITING_SAMPLES) {
    TocsinStoreJob *oldest = g_queue_pop_head (&writer->stuck);

    writer->n_stuck -= oldest->samples->len;
    writer->n_lost += oldest->samples->len;
    tocsin_store_job_free (oldest);
  }
}

/* The error of the whole batch reaches every job; samples wait for better times. */
static void
end_batch (TocsinWriter *writer, GPtrArray *jobs, GError **errors, const GError *batch_error)
{
  for (guint i = 0; i < jobs->len; i++) {
    TocsinStoreJob *job = jobs->pdata[i];
    GError *error = g_steal_pointer (&errors[i]);

    if (error == NULL && batch_error != NULL)
      error = g_error_copy (batch_error);
    if (error != NULL && job->samples != NULL) {
      g_error_free (error);
      keep_for_later (writer, job);
      continue;
    }
    tocsin_store_job_end (job, error);
  }
  report (writer, batch_error);
}

static gboolean
run_jobs (TocsinWriter *writer, GPtrArray *jobs, GError **errors, GError **batch_error)
{
  gboolean durable = FALSE;

  for (guint i = 0; i < jobs->len; i++)
    durable |= ((TocsinStoreJob *) jobs->pdata[i])->durable;
  if (!set_full_sync (writer, durable, batch_error) ||
      !tocsin_db_run (writer->db, "BEGIN IMMEDIATE", batch_error))
    return FALSE;
  for (guint i = 0; i < jobs->len; i++) {
    if (run_in_savepoint (writer, jobs->pdata[i], &errors[i]))
      continue;
    if (sqlite3_get_autocommit (tocsin_db_get_handle (writer->db)) ||
        !g_error_matches (errors[i], TOCSIN_ERROR, TOCSIN_ERROR_FAILED)) {
      *batch_error = g_error_copy (errors[i]); /* the disk or the file, not the job */
      return FALSE;
    }
  }
  return tocsin_db_run (writer->db, "COMMIT", batch_error);
}

static void
run_batch (TocsinWriter *writer, GPtrArray *jobs)
{
  g_autofree GError **errors = g_new0 (GError *, jobs->len);
  g_autoptr (GError) batch_error = NULL;

  if (!run_jobs (writer, jobs, errors, &batch_error) &&
      !sqlite3_get_autocommit (tocsin_db_get_handle (writer->db)))
    tocsin_db_run (writer->db, "ROLLBACK", NULL);
  end_batch (writer, jobs, errors, batch_error);
}

static void
run_alone (TocsinWriter *writer, TocsinStoreJob *job)
{
  GError *error = NULL;

  job->work (job, writer->db, &error);
  tocsin_store_job_end (job, error);
}

/* --- the loop --- */

static void
take_stuck (TocsinWriter *writer, GPtrArray *jobs)
{
  TocsinStoreJob *job;

  while ((job = g_queue_pop_head (&writer->stuck)) != NULL)
    g_ptr_array_add (jobs, job);
  writer->n_stuck = 0;
}

/* What waits, up to a batch or the next job that wants to be alone. */
static void
gather (TocsinWriter *writer, TocsinStoreJob *first, GPtrArray *jobs)
{
  TocsinStoreJob *job = first;

  while (job != NULL) {
    if (is_stop (job)) {
      writer->stop = TRUE;
      tocsin_store_job_free (job);
      break;
    }
    if (job->alone) {
      if (jobs->len > 0)
        run_batch (writer, jobs);
      g_ptr_array_set_size (jobs, 0);
      run_alone (writer, job);
    } else if (job->samples != NULL && writer->in_trouble) {
      keep_for_later (writer, job); /* behind those that wait already */
    } else {
      g_ptr_array_add (jobs, job);
    }
    job = jobs->len < BATCH_JOBS ? g_async_queue_try_pop (writer->queue) : NULL;
  }
}

static void
keep_up (TocsinWriter *writer)
{
  g_autoptr (GError) error = NULL;
  gboolean more = FALSE;

  if (writer->in_trouble || g_get_monotonic_time () < writer->upkeep_at_us)
    return;
  if (!tocsin_upkeep_step (writer->db, tocsin_store_get_options (writer->store), g_get_real_time (),
                           &more, &error))
    report (writer, error);
  writer->upkeep_at_us = g_get_monotonic_time () + (more ? UPKEEP_PAUSE_US : UPKEEP_EVERY_US);
}

static guint64
get_patience_us (TocsinWriter *writer)
{
  gint64 patience_us =
      writer->in_trouble ? RETRY_AFTER_US : writer->upkeep_at_us - g_get_monotonic_time ();

  return (guint64) MAX (patience_us, 0);
}

static gpointer
run_thread (gpointer user_data)
{
  TocsinWriter *writer = user_data;

  while (!writer->stop) {
    g_autoptr (GPtrArray) jobs = g_ptr_array_new ();
    TocsinStoreJob *job = g_async_queue_timeout_pop (writer->queue, get_patience_us (writer));

    if (job == NULL && writer->in_trouble)
      take_stuck (writer, jobs);
    gather (writer, job, jobs);
    if (jobs->len > 0 || (job == NULL && writer->in_trouble))
      run_batch (writer, jobs);
    keep_up (writer);
  }
  if (writer->n_stuck > 0) { /* once more, before they are gone */
    g_autoptr (GPtrArray) jobs = g_ptr_array_new ();

    take_stuck (writer, jobs);
    run_batch (writer, jobs);
  }
  return NULL;
}

TocsinWriter *
tocsin_writer_new (TocsinDb *db, TocsinStore *store, TocsinWriterProblem problem,
                   gpointer user_data)
{
  TocsinWriter *writer = g_new0 (TocsinWriter, 1);

  writer->db = db;
  writer->store = store;
  writer->problem = problem;
  writer->user_data = user_data;
  writer->queue = g_async_queue_new ();
  writer->upkeep_at_us = g_get_monotonic_time () + UPKEEP_EVERY_US / 4;
  g_queue_init (&writer->stuck);
  writer->thread = g_thread_new ("store-writer", run_thread, writer);
  return writer;
}

void
tocsin_writer_push (TocsinWriter *writer, TocsinStoreJob *job)
{
  g_async_queue_push (writer->queue, job);
}

void
tocsin_writer_free (TocsinWriter *writer)
{
  TocsinStoreJob *job;

  if (writer == NULL)
    return;
  tocsin_writer_push (writer, tocsin_store_job_new (writer->store, NULL, NULL, NULL));
  g_thread_join (writer->thread);
  while ((job = g_queue_pop_head (&writer->stuck)) != NULL)
    tocsin_store_job_free (job);
  g_async_queue_unref (writer->queue);
  tocsin_db_close (writer->db);
  g_free (writer);
}

void
tocsin_writer_replace_db (TocsinWriter *writer, TocsinDb *db)
{
  tocsin_db_close (writer->db);
  writer->db = db;
  writer->full_sync = FALSE;
}
