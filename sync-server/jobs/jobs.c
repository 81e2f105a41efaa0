/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "jobs"

#include "config.h"

#include "covers.h"
#include "day-end.h"
#include "jobs.h"
#include "overdue.h"
#include "retention.h"
#include "silence.h"
#include "timetext.h"

#define LOOK_EVERY_US    (G_USEC_PER_SEC / 2) /* others may bring a deadline forward */
#define AFTER_FAILURE_US (2 * G_USEC_PER_SEC)
#define LISTEN_EVERY_US  G_USEC_PER_SEC
#define PRUNE_EVERY_US   TOCSIN_US_PER_MIN

typedef struct _Desk Desk;

/* Does some of the work, and answers how long to wait until it is worth looking again. */
typedef gint64 (*Turn) (Desk *desk, GError **error);

/* A thread with a connection of its own, so that what is overdue never waits for a deletion. */
struct _Desk {
  const TocsinServerConfig *config;
  Turn turn;
  GThread *thread;
  GAsyncQueue *queue; /* (owned) where the end is told */
  TocsinPg *pg;
  TocsinMonitorCache *cache;
};

static gint64
look_for_overdue (Desk *desk, GError **error)
{
  gint64 next_at = 0;

  do {
    if (!tocsin_overdue_run (desk->pg, desk->cache, &next_at, error))
      return AFTER_FAILURE_US;
  } while (next_at != 0 && next_at <= g_get_real_time ());
  return next_at == 0 ? LOOK_EVERY_US : CLAMP (next_at - g_get_real_time (), 0, LOOK_EVERY_US);
}

static gint64
prune (Desk *desk, GError **error)
{
  gboolean more = FALSE;

  tocsin_retention_run (desk->pg, desk->config, g_get_real_time (), &more, error);
  return more ? 0 : PRUNE_EVERY_US;
}

typedef gboolean (*Listen) (TocsinPg *pg, TocsinMonitorCache *cache, gint64 now_us, guint *n,
                            GError **error);

static gboolean
listen_to_probes (TocsinPg *pg, TocsinMonitorCache *cache, gint64 now_us, guint *n, GError **error)
{
  return tocsin_silent_probes_run (pg, now_us, n, error);
}

/* What is silent, and what covers a monitor, until nothing is left to be done. */
static gint64
listen_to_all (Desk *desk, GError **error)
{
  static const Listen listens[] = { listen_to_probes, tocsin_silent_monitors_run,
                                    tocsin_parents_run, tocsin_maintenance_run };
  guint n;

  for (guint i = 0; i < G_N_ELEMENTS (listens); i++)
    do {
      if (!listens[i](desk->pg, desk->cache, g_get_real_time (), &n, error))
        return AFTER_FAILURE_US;
    } while (n > 0);
  return LISTEN_EVERY_US;
}

/* Some of what is packed and closed once its day is over. */
static gint64
end_days (Desk *desk, GError **error)
{
  guint n = 0;

  if (!tocsin_day_end_run (desk->pg, g_get_real_time (), &n, error))
    return AFTER_FAILURE_US;
  return n > 0 ? 0 : PRUNE_EVERY_US;
}

static const struct {
  const char *name;
  Turn turn;
} turns[] = {
  { "overdue", look_for_overdue },
  { "silence", listen_to_all },
  { "day-end", end_days },
  { "retention", prune },
};

struct _TocsinJobs {
  Desk desks[G_N_ELEMENTS (turns)];
};

static gpointer
sit (gpointer data)
{
  Desk *desk = data;
  gint64 wait_us = 0;

  while (g_async_queue_timeout_pop (desk->queue, (guint64) MAX (wait_us, 1)) == NULL) {
    g_autoptr (GError) error = NULL;

    wait_us = desk->turn (desk, &error);
    if (error != NULL)
      g_warning ("what is due waits: %s", error->message);
    tocsin_monitor_cache_trim (desk->cache);
  }
  return NULL;
}

static void
open_desk (Desk *desk, const TocsinServerConfig *config, guint i)
{
  desk->config = config;
  desk->turn = turns[i].turn;
  desk->queue = g_async_queue_new ();
  desk->pg = tocsin_pg_new (config->database_url);
  desk->cache = tocsin_monitor_cache_new ();
  tocsin_pg_look_up_by_index (desk->pg);
  desk->thread = g_thread_new (turns[i].name, sit, desk);
}

static void
close_desk (Desk *desk)
{
  g_async_queue_push (desk->queue, desk);
  g_thread_join (desk->thread);
  tocsin_monitor_cache_free (desk->cache);
  tocsin_pg_free (desk->pg);
  g_async_queue_unref (desk->queue);
}

TocsinJobs *
tocsin_jobs_new (const TocsinServerConfig *config)
{
  TocsinJobs *jobs = g_new0 (TocsinJobs, 1);

  for (guint i = 0; i < G_N_ELEMENTS (turns); i++)
    open_desk (&jobs->desks[i], config, i);
  return jobs;
}

void
tocsin_jobs_free (TocsinJobs *jobs)
{
  if (jobs == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (turns); i++)
    close_desk (&jobs->desks[i]);
  g_free (jobs);
}
