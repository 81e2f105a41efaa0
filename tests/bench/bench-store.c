/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* The store: what a hot sample takes on disk, how many a second of CPU time writes, pings that are
 * acknowledged a second, and a series of ninety days, reading from disk included. */

#define G_LOG_DOMAIN "bench-store"

#include "config.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench-data.h"
#include "bench.h"
#include "history.h"
#include "store.h"
#include "timetext.h"

#define N_MONITORS        500
#define N_BEATS           600
#define N_PINGS           20000
#define PINGS_AT_ONCE     64
#define N_DAYS            90
#define N_POINTS          1000
#define N_RUNS            9
#define LIMIT_HOT_BYTES   40.0
#define LIMIT_SAMPLES_A_S 32500.0 /* a fifth of what the 6,500 checks that yield them may cost */
#define LIMIT_PINGS_A_S   5600.0  /* one transaction a ping */
#define LIMIT_SERIES_MS   20.0
#define BARE_ROW_BYTES    19.0

typedef struct {
  TocsinStore *store;
  GMainLoop *loop;
  char *id;
  guint n_sent, n_answered;
  TocsinSeries *series; /* (owned) (nullable) */
} Bench;

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Bench *bench = user_data;
  g_autoptr (GError) error = NULL;

  if (!tocsin_store_finish (bench->store, result, &error))
    g_error ("%s", error->message);
  g_main_loop_quit (bench->loop);
}

static void
flush (Bench *bench)
{
  tocsin_store_flush (bench->store, done_cb, bench);
  g_main_loop_run (bench->loop);
}

static void
open_store (Bench *bench, const char *dir)
{
  g_autoptr (GError) error = NULL;

  bench->store = tocsin_store_open (dir, NULL, &error);
  if (bench->store == NULL)
    g_error ("%s", error->message);
}

static double
get_cpu_s (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static double
get_bytes (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "tocsin.db", NULL);
  struct stat info;

  return stat (path, &info) == 0 ? (double) info.st_size : 0;
}

/* --- samples, as a thousand monitors yield them: by time, each for another one --- */

static void
write_samples (Bench *bench, const TocsinPoint *points)
{
  g_autofree char **ids = g_new0 (char *, N_MONITORS);

  for (guint m = 0; m < N_MONITORS; m++)
    ids[m] = bench_history_id (m + 1);
  for (guint beat = 0; beat < N_BEATS; beat++) {
    for (guint m = 0; m < N_MONITORS; m++) {
      g_autoptr (TocsinSample) sample = tocsin_point_to_sample (&points[beat]);

      sample->at_us += m * TOCSIN_US_PER_MIN / N_MONITORS;
      tocsin_store_add_sample (bench->store, ids[m], sample, FALSE);
    }
    if (beat % 10 == 0)
      flush (bench); /* as the clock would */
  }
  flush (bench);
  for (guint m = 0; m < N_MONITORS; m++)
    g_free (ids[m]);
}

static void
bench_samples (Bench *bench, const char *parent)
{
  g_autofree char *dir = g_build_filename (parent, "samples", NULL);
  g_autofree TocsinPoint *points = g_new (TocsinPoint, N_BEATS);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GError) error = NULL;
  double n = (double) N_BEATS * N_MONITORS, cpu_s, bytes;

  bench_fill_points (points, N_BEATS, g_get_real_time () - N_BEATS * TOCSIN_US_PER_MIN, rand);
  open_store (bench, dir);
  for (guint m = 0; m < N_MONITORS; m++) {
    TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_HTTP);

    monitor->id = bench_history_id (m + 1);
    monitor->name = g_strdup_printf ("monitor %u", m);
    monitor->target = g_strdup ("http://127.0.0.1/");
    tocsin_store_save_monitor (bench->store, monitor, FALSE, NULL, NULL);
    tocsin_monitor_unref (monitor);
  }
  flush (bench);
  g_clear_pointer (&bench->store, tocsin_store_close);
  bytes = get_bytes (dir);
  open_store (bench, dir);
  cpu_s = get_cpu_s ();
  write_samples (bench, points);
  cpu_s = get_cpu_s () - cpu_s;
  g_clear_pointer (&bench->store, tocsin_store_close);
  bytes = get_bytes (dir) - bytes;
  bench_print_at_most ("hot-sample", bytes / n, "B", LIMIT_HOT_BYTES);
  bench_print ("hot-sample-of-a-bare-row", bytes / n / BARE_ROW_BYTES, "times");
  bench_print_at_least ("samples-written", n / cpu_s, "/CPU-s", LIMIT_SAMPLES_A_S);
}

/* --- pings --- */

static void send_ping (Bench *bench);

static void
pinged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Bench *bench = user_data;
  g_autoptr (GError) error = NULL;

  if (tocsin_store_add_ping_finish (bench->store, result, &error) <= 0)
    g_error ("%s", error->message);
  if (++bench->n_answered == N_PINGS)
    g_main_loop_quit (bench->loop);
  else if (bench->n_sent < N_PINGS)
    send_ping (bench);
}

static void
send_ping (Bench *bench)
{
  g_autoptr (TocsinPing) ping = tocsin_ping_new ();

  bench->n_sent++;
  ping->at_us = g_get_real_time ();
  tocsin_store_add_ping (bench->store, bench->id, ping, "{}", pinged_cb, bench);
}

static void
bench_pings (Bench *bench, const char *dir)
{
  gint64 began_us;

  open_store (bench, dir);
  began_us = g_get_monotonic_time ();
  for (guint i = 0; i < PINGS_AT_ONCE; i++)
    send_ping (bench);
  g_main_loop_run (bench->loop);
  bench_print_at_least (
      "pings-acknowledged",
      N_PINGS / ((double) (g_get_monotonic_time () - began_us) / (double) TOCSIN_US_PER_S), "/s",
      LIMIT_PINGS_A_S);
  g_clear_pointer (&bench->store, tocsin_store_close);
}

/* --- series --- */

static void
got_series_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Bench *bench = user_data;
  g_autoptr (GError) error = NULL;

  bench->series = tocsin_store_get_series_finish (bench->store, result, &error);
  if (bench->series == NULL)
    g_error ("%s", error->message);
  g_main_loop_quit (bench->loop);
}

static void
bench_series (Bench *bench, const char *dir)
{
  gint64 now_us = g_get_real_time ();
  double best_ms = G_MAXDOUBLE;

  open_store (bench, dir);
  for (guint i = 0; i < N_RUNS; i++) {
    gint64 began_us = g_get_monotonic_time ();
    guint n = 0;

    tocsin_store_get_series (bench->store, bench->id, now_us - N_DAYS * TOCSIN_US_PER_DAY, now_us,
                             N_POINTS, got_series_cb, bench);
    g_main_loop_run (bench->loop);
    best_ms = MIN (best_ms, (double) (g_get_monotonic_time () - began_us) / 1000);
    for (guint p = 0; p < N_POINTS; p++)
      n += bench->series->n[p];
    if (n < (N_DAYS - 1) * 1440)
      g_error ("the series is of %u samples", n);
    g_clear_pointer (&bench->series, tocsin_series_free);
  }
  bench_print_at_most ("series-from-the-store", best_ms, "ms", LIMIT_SERIES_MS);
  g_clear_pointer (&bench->store, tocsin_store_close);
}

static void
remove_dir (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *entry = g_build_filename (path, name, NULL);

    if (g_file_test (entry, G_FILE_TEST_IS_DIR))
      remove_dir (entry);
    else
      g_unlink (entry);
  }
  g_rmdir (path);
}

int
main (void)
{
  g_autofree char *parent = g_dir_make_tmp ("bench-store-XXXXXX", NULL);
  g_autofree char *dir = g_build_filename (parent, "history", NULL);
  g_autofree char *id = bench_history_id (1);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  Bench bench = { .loop = loop, .id = id };

  bench_samples (&bench, parent);
  if (!bench_make_history (dir, 10, N_DAYS, "http://127.0.0.1:9/", &error))
    g_error ("%s", error->message);
  bench_pings (&bench, dir);
  bench_series (&bench, dir);
  remove_dir (parent);
  return EXIT_SUCCESS;
}
