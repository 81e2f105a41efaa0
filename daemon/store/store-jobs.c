/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "store-jobs"

#include "config.h"

#include "store-private.h"

/* What is handed to a thread of the store, and how callers get its end. */

TocsinStoreJob *
tocsin_store_job_new (TocsinStore *store, TocsinStoreWork work, GAsyncReadyCallback callback,
                      gpointer user_data)
{
  TocsinStoreJob *job = g_new0 (TocsinStoreJob, 1);

  job->work = work;
  job->store = store;
  job->durable = TRUE;
  if (callback != NULL)
    job->task = g_task_new (NULL, NULL, callback, user_data);
  return job;
}

void
tocsin_store_job_free (TocsinStoreJob *job)
{
  if (job->result != NULL && job->free_result != NULL)
    job->free_result (job->result);
  g_clear_object (&job->task);
  g_clear_pointer (&job->samples, g_array_unref);
  g_clear_pointer (&job->jobs, g_ptr_array_unref);
  g_clear_pointer (&job->bytes, g_bytes_unref);
  g_free (job->id);
  g_free (job->text);
  g_free (job->more);
  g_free (job);
}

void
tocsin_store_job_end (TocsinStoreJob *job, GError *error)
{
  if (job->task == NULL) {
    if (error != NULL)
      g_warning ("what nobody waits for could not be written: %s", error->message);
    g_clear_error (&error);
  } else if (error != NULL) {
    g_task_return_error (job->task, error);
  } else if (job->free_result != NULL) {
    g_task_return_pointer (job->task, g_steal_pointer (&job->result), job->free_result);
  } else {
    g_task_return_int (job->task, (gssize) MAX (job->result_number, 1));
  }
  tocsin_store_job_free (job);
}

gboolean
tocsin_store_finish (TocsinStore *store, GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error) > 0;
}

gint64
tocsin_store_add_ping_finish (TocsinStore *store, GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}

GPtrArray *
tocsin_store_list_finish (TocsinStore *store, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

TocsinIncident *
tocsin_store_get_incident_finish (TocsinStore *store, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

TocsinPing *
tocsin_store_get_ping_finish (TocsinStore *store, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

TocsinSeries *
tocsin_store_get_series_finish (TocsinStore *store, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

char *
tocsin_store_check_finish (TocsinStore *store, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

char *
tocsin_store_set_aside_finish (TocsinStore *store, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
