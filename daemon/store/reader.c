/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "reader"

#include "config.h"

#include "errors.h"
#include "store-private.h"
#include "timetext.h"

#define STOP_PATIENCE_US (1 * TOCSIN_US_PER_S)

struct _TocsinReader {
  TocsinStore *store; /* (not owned) */
  gboolean is_carer;
  GThread *thread;
  GAsyncQueue *jobs;   /* (owned) (element-type TocsinStoreJob) */
  GAsyncQueue *resume; /* (owned) a token when the database was replaced */
  GAsyncQueue *ended;  /* (owned) a token at its end */
};

static gboolean
ensure_db (TocsinStore *store, TocsinDb **db, GError **error)
{
  if (tocsin_store_is_closing (store))
    return tocsin_fail (error, TOCSIN_ERROR_UNAVAILABLE, "the store is being closed");
  if (*db != NULL)
    return TRUE;
  *db = tocsin_db_open (tocsin_store_get_path (store), SQLITE_OPEN_READONLY, error);
  if (*db != NULL)
    tocsin_store_stop_when_closing (store, *db);
  return *db != NULL;
}

/* The file is about to be replaced: nobody may have it open then, so the job goes from the carer
 * over the reader to the writer, and those who handed it on wait. */
static void
hand_on (TocsinReader *reader, TocsinStoreJob *job)
{
  if (reader->is_carer)
    tocsin_store_read (reader->store, job);
  else
    tocsin_store_write (reader->store, job);
  g_async_queue_pop (reader->resume);
}

static gpointer
run (gpointer user_data)
{
  TocsinReader *reader = user_data;
  g_autoptr (TocsinDb) db = NULL;

  for (;;) {
    TocsinStoreJob *job = g_async_queue_pop (reader->jobs);
    GError *error = NULL;

    if (job->work == NULL) {
      tocsin_store_job_free (job);
      break;
    }
    if (job->alone) {
      g_clear_pointer (&db, tocsin_db_close);
      hand_on (reader, job);
      continue;
    }
    if (ensure_db (reader->store, &db, &error))
      job->work (job, db, &error);
    if (reader->is_carer || error != NULL)
      g_clear_pointer (&db, tocsin_db_close);
    tocsin_store_job_end (job, error);
  }
  g_clear_pointer (&db, tocsin_db_close);
  g_async_queue_push (reader->ended, reader);
  return NULL;
}

TocsinReader *
tocsin_reader_new (TocsinStore *store, const char *name, gboolean is_carer)
{
  TocsinReader *reader = g_new0 (TocsinReader, 1);

  reader->store = store;
  reader->is_carer = is_carer;
  reader->jobs = g_async_queue_new ();
  reader->resume = g_async_queue_new ();
  reader->ended = g_async_queue_new ();
  reader->thread = g_thread_new (name, run, reader);
  return reader;
}

void
tocsin_reader_push (TocsinReader *reader, TocsinStoreJob *job)
{
  g_async_queue_push (reader->jobs, job);
}

void
tocsin_reader_resume (TocsinReader *reader)
{
  g_async_queue_push (reader->resume, reader);
}

gboolean
tocsin_reader_stop (TocsinReader *reader)
{
  g_async_queue_push (reader->jobs, tocsin_store_job_new (reader->store, NULL, NULL, NULL));
  if (g_async_queue_timeout_pop (reader->ended, STOP_PATIENCE_US) == NULL)
    return FALSE;
  g_thread_join (reader->thread);
  g_async_queue_unref (reader->jobs);
  g_async_queue_unref (reader->resume);
  g_async_queue_unref (reader->ended);
  g_free (reader);
  return TRUE;
}
