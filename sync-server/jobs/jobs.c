/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "jobs"

#include "config.h"

#include "jobs.h"
#include "overdue.h"
#include "retention.h"
#include "timetext.h"

#define LOOK_EVERY_US    (G_USEC_PER_SEC / 2) /* others may bring a deadline forward */
#define AFTER_FAILURE_US (2 * G_USEC_PER_SEC)
#define PRUNE_EVERY_US   (30 * TOCSIN_US_PER_S)

struct _TocsinJobs {
  const TocsinServerConfig *config;
  GThread *thread;
  GAsyncQueue *queue; /* (owned) where the end is told */
};

typedef struct {
  TocsinPg *pg;
  TocsinMonitorCache *cache;
  gint64 prune_at_us; /* monotonic */
} Desk;

/* How long to wait until it is worth looking again. */
static gint64
look (Desk *desk, GError **error)
{
  gint64 next_at = 0;

  do {
    if (!tocsin_overdue_run (desk->pg, desk->cache, &next_at, error))
      return AFTER_FAILURE_US;
  } while (next_at != 0 && next_at <= g_get_real_time ());
  return next_at == 0 ? LOOK_EVERY_US : CLAMP (next_at - g_get_real_time (), 0, LOOK_EVERY_US);
}

static void
prune (const TocsinJobs *jobs, Desk *desk, GError **error)
{
  gboolean more = FALSE;

  if (g_get_monotonic_time () < desk->prune_at_us)
    return;
  tocsin_retention_run (desk->pg, jobs->config, g_get_real_time (), &more, error);
  desk->prune_at_us = g_get_monotonic_time () + (more ? 0 : PRUNE_EVERY_US);
}

static gpointer
sit (gpointer data)
{
  TocsinJobs *jobs = data;
  Desk desk = { tocsin_pg_new (jobs->config->database_url), tocsin_monitor_cache_new (), 0 };
  gint64 wait_us = 0;

  while (g_async_queue_timeout_pop (jobs->queue, (guint64) MAX (wait_us, 1)) == NULL) {
    g_autoptr (GError) error = NULL;

    wait_us = look (&desk, &error);
    if (error == NULL)
      prune (jobs, &desk, &error);
    if (error != NULL)
      g_warning ("what is due waits: %s", error->message);
    tocsin_monitor_cache_trim (desk.cache);
  }
  tocsin_monitor_cache_free (desk.cache);
  tocsin_pg_free (desk.pg);
  return NULL;
}

TocsinJobs *
tocsin_jobs_new (const TocsinServerConfig *config)
{
  TocsinJobs *jobs = g_new0 (TocsinJobs, 1);

  jobs->config = config;
  jobs->queue = g_async_queue_new ();
  jobs->thread = g_thread_new ("jobs", sit, jobs);
  return jobs;
}

void
tocsin_jobs_free (TocsinJobs *jobs)
{
  if (jobs == NULL)
    return;
  g_async_queue_push (jobs->queue, jobs);
  g_thread_join (jobs->thread);
  g_async_queue_unref (jobs->queue);
  g_free (jobs);
}
