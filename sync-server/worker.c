/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "worker"

#include "config.h"

#include <glib-unix.h>
#include <malloc.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "events.h"
#include "http-server.h"
#include "jobs.h"
#include "mailer.h"
#include "ping-wire.h"
#include "pings.h"
#include "probe-routes.h"
#include "worker.h"

#define SLOW_THREADS 2 /* which is also how many passwords are hashed at once: 64 MiB each */
/* With connections of their own, besides pings: samples, overdue heartbeats, silence, retention,
 * packing, mails, events. */
#define OWN_THREADS   7
#define DRAIN_MOST_S  8 /* the supervisor's patience is 10 s */
#define LARGE_BYTES   (256 * 1024)
#define ARENAS_MOST   2
#define DRAIN_TURN_MS 50

typedef struct {
  TocsinWorker worker;
  TocsinHttpServer *http;
  GMainLoop *loop;
  gint64 drain_until_us;
} Run;

static gboolean
drain_cb (gpointer user_data)
{
  Run *run = user_data;

  if (tocsin_http_server_get_n_busy (run->http) > 0 &&
      g_get_monotonic_time () < run->drain_until_us)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (run->loop);
  return G_SOURCE_REMOVE;
}

static gboolean
end_cb (gpointer user_data)
{
  Run *run = user_data;

  if (run->drain_until_us != 0)
    return G_SOURCE_CONTINUE;
  g_info ("worker %u takes no more requests", run->worker.number);
  run->drain_until_us = g_get_monotonic_time () + DRAIN_MOST_S * G_USEC_PER_SEC;
  tocsin_http_server_drain (run->http);
  tocsin_events_drain (run->worker.events);
  g_timeout_add (DRAIN_TURN_MS, drain_cb, run);
  return G_SOURCE_CONTINUE;
}

static gboolean
listen_on (Run *run, const int *fds, guint n_fds, GError **error)
{
  for (guint i = 0; i < n_fds; i++)
    if (!tocsin_http_server_listen (run->http, fds[i], error))
      return FALSE;
  return TRUE;
}

guint
tocsin_worker_count_connections (const TocsinServerConfig *config)
{
  g_return_val_if_fail (config != NULL, 0);

  return (guint) config->connections + SLOW_THREADS + TOCSIN_PINGS_DESKS + OWN_THREADS;
}

/* A long list is some megabytes for a moment: they go back to the system at once, and not into each
 * thread's own store, where glibc would keep them. */
static void
return_memory (void)
{
  mallopt (M_MMAP_THRESHOLD, LARGE_BYTES);
  mallopt (M_ARENA_MAX, ARENAS_MOST);
}

int
tocsin_worker_run (const TocsinServerConfig *config, guint number, const int *fds, guint n_fds)
{
  Run run = { .worker = { .config = config, .number = number } };
  g_autoptr (GError) error = NULL;
  gboolean ok;

  return_memory ();
  prctl (PR_SET_PDEATHSIG, SIGTERM); /* a worker without its supervisor has nobody to mend it */
  signal (SIGPIPE, SIG_IGN);
  signal (SIGHUP, SIG_IGN);
  run.loop = g_main_loop_new (NULL, FALSE);
  g_unix_signal_add (SIGTERM, end_cb, &run);
  g_unix_signal_add (SIGINT, end_cb, &run);
  run.worker.pool =
      tocsin_pg_pool_new (config->database_url, (guint) config->connections, SLOW_THREADS);
  run.worker.pings = tocsin_pings_new (config, tocsin_ping_wire_answer);
  run.worker.intake = tocsin_intake_new (config, tocsin_probe_answer_batch);
  run.worker.jobs = tocsin_jobs_new (config);
  run.worker.mailer = tocsin_mailer_new (config);
  run.worker.events = tocsin_events_new (config);
  run.http = tocsin_http_server_new (&run.worker);
  ok = listen_on (&run, fds, n_fds, &error);
  if (ok)
    g_main_loop_run (run.loop);
  else
    g_warning ("worker %u: %s", number, error->message);
  g_clear_pointer (&run.worker.pings, tocsin_pings_free); /* whose answers are still sent */
  g_clear_pointer (&run.worker.intake, tocsin_intake_free);
  g_clear_pointer (&run.worker.jobs, tocsin_jobs_free);
  g_clear_pointer (&run.worker.mailer, tocsin_mailer_free);
  g_clear_object (&run.http);
  g_clear_pointer (&run.worker.events, tocsin_events_free); /* when no stream is left */
  g_clear_object (&run.worker.pool);
  g_main_loop_unref (run.loop);
  return ok ? 0 : 1;
}
