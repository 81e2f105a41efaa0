/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "saturated"

#include "config.h"

#include <gio/gio.h>

#include "saturated.h"
#include "store.h"
#include "timetext.h"
#include "watch.h"

#define N_MONITORS 2000
#define CONCURRENT 1000 /* most wait at the gate: there is always one to start */
#define N_CHECKS   40000

typedef struct {
  TocsinWatch *watch;
  GPtrArray *ids; /* (element-type char*) */
  guint n_added, n_begun, n_done, n_failed;
  gboolean is_flushed;
} Load;

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Load *load = user_data;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (load->ids, tocsin_watch_add_finish (load->watch, result, &error));
  g_assert_no_error (error);
  load->n_added++;
}

/* Seldom due by themselves. */
static void
add_monitors (Load *load, guint16 port)
{
  for (guint i = 0; i < N_MONITORS; i++) {
    TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_HTTP);

    g_free (monitor->name);
    monitor->name = g_strdup_printf ("m%u", i);
    g_free (monitor->target);
    monitor->target = g_strdup_printf ("http://127.0.0.%u:%u/", 1 + i % BENCH_TARGET_HOSTS, port);
    monitor->interval_us = TOCSIN_US_PER_DAY;
    tocsin_watch_add (load->watch, monitor, added_cb, load);
  }
  while (load->n_added < N_MONITORS)
    g_main_context_iteration (NULL, TRUE);
}

static void begin (Load *load);

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Load *load = user_data;
  g_autoptr (TocsinSample) sample = tocsin_watch_check_finish (load->watch, result, NULL);

  load->n_done++;
  load->n_failed += sample == NULL || !tocsin_outcome_is_good (sample->outcome);
  if (load->n_begun < N_CHECKS)
    begin (load);
}

static void
begin (Load *load)
{
  const char *id = load->ids->pdata[load->n_begun++ % load->ids->len];

  tocsin_watch_check (load->watch, id, checked_cb, load);
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ((Load *) user_data)->is_flushed = TRUE;
}

double
bench_saturated_checks (const char *dir, const BenchTarget *target)
{
  g_autoptr (GError) error = NULL;
  TocsinStore *store = tocsin_store_open (dir, NULL, &error);
  Load load = { .ids = g_ptr_array_new_with_free_func (g_free) };
  double cpu_s;
  guint64 n;

  g_assert_no_error (error);
  load.watch = tocsin_watch_new (store, NULL, &error);
  g_assert_no_error (error);
  add_monitors (&load, target->port);
  n = *target->n_answered;
  cpu_s = bench_own_cpu_seconds ();
  while (load.n_begun < CONCURRENT)
    begin (&load);
  while (load.n_done < N_CHECKS)
    g_main_context_iteration (NULL, TRUE);
  tocsin_store_flush (store, flushed_cb, &load);
  while (!load.is_flushed)
    g_main_context_iteration (NULL, TRUE);
  cpu_s = bench_own_cpu_seconds () - cpu_s;
  n = *target->n_answered - n;
  if (load.n_failed > 0)
    g_error ("%u of %u checks failed", load.n_failed, load.n_done);
  tocsin_watch_stop_all (load.watch);
  g_object_unref (load.watch);
  tocsin_store_close (store);
  g_ptr_array_unref (load.ids);
  return (double) n / cpu_s;
}
