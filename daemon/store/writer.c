/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "writer"

#include "config.h"

#include "errors.h"
#include "store-private.h"
#include "timetext.h"

/* Jobs that arrived together share one transaction, so that durability costs a commit a batch and
 * not a job. A job that fails is rolled back alone, by a savepoint.
 *
 * Where the disk or the file fails, and not a job, nothing is tried again for a while. Until then
 * callers who wait get the error, and what nobody waits for is kept, in order, and written when
 * that works again. */

#define BATCH_JOBS      512
#define RETRY_AFTER_US  (5 * TOCSIN_US_PER_S)
#define TELL_EVERY_US   (60 * TOCSIN_US_PER_S)
#define UPKEEP_EVERY_US (60 * TOCSIN_US_PER_S)
#define UPKEEP_PAUSE_US (20 * TOCSIN_US_PER_MS) /* between two steps, so that others get in */
#define WAITING_RECORDS 20000

struct _TocsinWriter {
  GThread *thread;
  GAsyncQueue *queue; /* (element-type TocsinStoreJob) */
  TocsinStore *store; /* (not owned) */
  TocsinWriterProblem problem;
  gpointer user_data;

  /* the thread's own */
  TocsinDb *db;    /* (nullable) where it could not be opened again */
  GError *trouble; /* (nullable) why nothing can be written now */
  GQueue records;  /* (element-type TocsinStoreJob) they wait, as do the samples */
  GQueue samples;  /* (element-type TocsinStoreJob) */
  guint n_samples; /* that wait */
  guint n_lost;    /* samples, since the trouble began */
  guint n_told;    /* of those lost */
  gint64 retry_at_us, tell_at_us, upkeep_at_us; /* monotonic */
  gint64 upkeep_after_key;                      /* how far the upkeep has come */
  gboolean full_sync, stop;
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

/* --- trouble --- */

static void
tell_trouble (TocsinWriter *writer)
{
  gboolean damaged = g_error_matches (writer->trouble, TOCSIN_ERROR, TOCSIN_ERROR_DAMAGED);
  g_autofree char *text = NULL;

  if (writer->n_lost > 0)
    text = g_strdup_printf ("%s; what is measured waits in memory, and %u samples were lost",
                            writer->trouble->message, writer->n_lost);
  else
    text = g_strdup_printf ("%s; what is measured waits in memory", writer->trouble->message);
  writer->problem (text, damaged, writer->user_data);
  writer->n_told = writer->n_lost;
  writer->tell_at_us = g_get_monotonic_time () + TELL_EVERY_US;
}

/* Told at once where it is new, and again now and then while samples are being lost. */
static void
enter_trouble (TocsinWriter *writer, const GError *error)
{
  gboolean is_new =
      writer->trouble == NULL || g_strcmp0 (writer->trouble->message, error->message) != 0;

  g_clear_error (&writer->trouble);
  writer->trouble = g_error_copy (error);
  writer->retry_at_us = g_get_monotonic_time () + RETRY_AFTER_US;
  if (is_new || (writer->n_lost > 0 && writer->n_told == 0) ||
      (writer->n_lost != writer->n_told && g_get_monotonic_time () >= writer->tell_at_us))
    tell_trouble (writer);
}

static void
leave_trouble (TocsinWriter *writer)
{
  if (writer->trouble == NULL)
    return;
  g_clear_error (&writer->trouble);
  if (writer->n_lost > 0)
    g_message ("the store can be written again; %u samples were lost meanwhile", writer->n_lost);
  writer->n_lost = writer->n_told = 0;
  writer->problem (NULL, FALSE, writer->user_data);
}

static void
keep_for_later (TocsinWriter *writer, TocsinStoreJob *job)
{
  TocsinStoreJob *oldest;

  if (job->samples == NULL) {
    g_queue_push_tail (&writer->records, job);
    if (writer->records.length > WAITING_RECORDS)
      tocsin_store_job_end (g_queue_pop_head (&writer->records), g_error_copy (writer->trouble));
    return;
  }
  g_queue_push_tail (&writer->samples, job);
  writer->n_samples += job->samples->len;
  while (writer->n_samples > TOCSIN_STORE_WAITING_SAMPLES) {
    oldest = g_queue_pop_head (&writer->samples);
    writer->n_samples -= oldest->samples->len;
    writer->n_lost += oldest->samples->len;
    tocsin_store_job_free (oldest);
  }
}

static void
put_off (TocsinWriter *writer, TocsinStoreJob *job)
{
  if (job->task != NULL)
    tocsin_store_job_end (job, g_error_copy (writer->trouble));
  else
    keep_for_later (writer, job);
}

/* What waits, in its order; monitors come before their samples. */
static void
take_waiting (TocsinWriter *writer, GPtrArray *jobs)
{
  TocsinStoreJob *job;

  while ((job = g_queue_pop_head (&writer->records)) != NULL)
    g_ptr_array_add (jobs, job);
  while ((job = g_queue_pop_head (&writer->samples)) != NULL)
    g_ptr_array_add (jobs, job);
  writer->n_samples = 0;
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

/* The job itself is at fault, and others may do better. */
static gboolean
is_jobs_own (TocsinWriter *writer, const GError *error)
{
  static const TocsinError faults[] = {
    TOCSIN_ERROR_NO_SPACE,
    TOCSIN_ERROR_DAMAGED,
    TOCSIN_ERROR_BUSY,
  };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    if (g_error_matches (error, TOCSIN_ERROR, (int) faults[i]))
      return FALSE;
  return !sqlite3_get_autocommit (tocsin_db_get_handle (writer->db));
}

static gboolean
ensure_db (TocsinWriter *writer, GError **error)
{
  if (writer->db == NULL)
    writer->db = tocsin_store_open_db (writer->store, error);
  return writer->db != NULL;
}

/* A line is written in any case, so that an empty batch shows whether there is room again. */
static gboolean
begin (TocsinWriter *writer, GPtrArray *jobs, GError **error)
{
  gboolean durable = FALSE;

  for (guint i = 0; i < jobs->len; i++)
    durable |= ((TocsinStoreJob *) jobs->pdata[i])->durable;
  if (!ensure_db (writer, error) || !set_full_sync (writer, durable, error) ||
      !tocsin_db_run (writer->db, "BEGIN IMMEDIATE", error))
    return FALSE;
  return writer->trouble == NULL || tocsin_db_run (writer->db,
                                                   "INSERT OR REPLACE INTO settings (name, value)"
                                                   " VALUES ('trouble-until', datetime ('now'))",
                                                   error);
}

static gboolean
run_jobs (TocsinWriter *writer, GPtrArray *jobs, GError **errors, GError **batch_error)
{
  if (!begin (writer, jobs, batch_error))
    return FALSE;
  for (guint i = 0; i < jobs->len; i++) {
    if (run_in_savepoint (writer, jobs->pdata[i], &errors[i]) || is_jobs_own (writer, errors[i]))
      continue;
    *batch_error = g_steal_pointer (&errors[i]);
    return FALSE;
  }
  return tocsin_db_run (writer->db, "COMMIT", batch_error);
}

/* Where the batch failed, no job of it was done: those that were at fault themselves may be so
 * again when they are tried again. */
static void
end_batch (TocsinWriter *writer, GPtrArray *jobs, GError **errors, gboolean done)
{
  for (guint i = 0; i < jobs->len; i++) {
    GError *error = g_steal_pointer (&errors[i]);

    if (done || error != NULL)
      tocsin_store_job_end (jobs->pdata[i], error);
    else
      put_off (writer, jobs->pdata[i]);
  }
}

static void
run_batch (TocsinWriter *writer, GPtrArray *jobs)
{
  g_autofree GError **errors = g_new0 (GError *, jobs->len);
  g_autoptr (GError) trouble = NULL;

  if (run_jobs (writer, jobs, errors, &trouble)) {
    leave_trouble (writer);
    end_batch (writer, jobs, errors, TRUE);
    return;
  }
  if (writer->db != NULL && !sqlite3_get_autocommit (tocsin_db_get_handle (writer->db)))
    tocsin_db_run (writer->db, "ROLLBACK", NULL);
  enter_trouble (writer, trouble);
  end_batch (writer, jobs, errors, FALSE);
}

static void
run_alone (TocsinWriter *writer, TocsinStoreJob *job)
{
  GError *error = NULL;

  if (ensure_db (writer, &error))
    job->work (job, writer->db, &error);
  tocsin_store_job_end (job, error);
}

/* --- the loop --- */

/* What has come, up to a batch or the next job that wants to be alone. */
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
    } else if (writer->trouble != NULL) {
      put_off (writer, job);
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
  TocsinStoreOptions options;
  gboolean more = FALSE;

  if (writer->trouble != NULL || writer->stop || writer->db == NULL ||
      g_get_monotonic_time () < writer->upkeep_at_us)
    return;
  options = tocsin_store_get_options (writer->store);
  if (!tocsin_upkeep_step (writer->db, &options, g_get_real_time (), &writer->upkeep_after_key,
                           &more, &error))
    enter_trouble (writer, error);
  writer->upkeep_at_us = g_get_monotonic_time () + (more ? UPKEEP_PAUSE_US : UPKEEP_EVERY_US);
}

/* Everything that waits, and with it the proof that writing works again; at the end once more,
 * before it is gone. */
static void
retry (TocsinWriter *writer)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();

  if (writer->trouble == NULL || (!writer->stop && g_get_monotonic_time () < writer->retry_at_us))
    return;
  take_waiting (writer, jobs);
  run_batch (writer, jobs);
}

static guint64
get_patience_us (TocsinWriter *writer)
{
  gint64 until_us = writer->trouble != NULL ? writer->retry_at_us : writer->upkeep_at_us;

  return (guint64) MAX (until_us - g_get_monotonic_time (), 0);
}

static gpointer
run_thread (gpointer user_data)
{
  TocsinWriter *writer = user_data;

  while (!writer->stop) {
    g_autoptr (GPtrArray) jobs = g_ptr_array_new ();

    gather (writer, g_async_queue_timeout_pop (writer->queue, get_patience_us (writer)), jobs);
    if (jobs->len > 0)
      run_batch (writer, jobs);
    retry (writer);
    keep_up (writer);
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
  g_queue_init (&writer->records);
  g_queue_init (&writer->samples);
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
  while ((job = g_queue_pop_head (&writer->records)) != NULL)
    tocsin_store_job_free (job);
  while ((job = g_queue_pop_head (&writer->samples)) != NULL)
    tocsin_store_job_free (job);
  g_clear_error (&writer->trouble);
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
