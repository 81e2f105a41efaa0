/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "bench-daemon"

#include "config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bare-loop.h"
#include "bench.h"
#include "history.h"
#include "saturated.h"

/* The daemon as a whole against its peers and limits, all in one run: HTTP checks per CPU-second,
 * memory, the drift of its beat, and how soon it checks after a start with a long history. */

#define DRIFT_MONITORS 2500 /* every five seconds: 500 checks a second */
#define SETTLE_S       10   /* after an import: every monitor was checked */
#define MEASURE_S      20
#define PEER_LOADERS   16
#define PEER_REQUESTS  6000

typedef struct {
  char *tocsind, *tocsinctl, *dir;
  BenchTarget target;
  GSubprocess *daemon;
  pid_t pid;
} Bench;

/* --- the daemon --- */

static char *
find_beside (const char *program, const char *relative)
{
  g_autofree char *folder = g_path_get_dirname (program);

  return g_build_filename (folder, "..", "..", relative, NULL);
}

static void
start_daemon (Bench *bench)
{
  g_autoptr (GError) error = NULL;

  bench->daemon = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, bench->tocsind,
                                    "--data-dir", bench->dir, "--reference", "none", NULL);
  g_assert_no_error (error);
  bench->pid = atoi (g_subprocess_get_identifier (bench->daemon));
}

static void
new_dir (Bench *bench)
{
  g_autoptr (GError) error = NULL;

  g_free (bench->dir);
  bench->dir = g_dir_make_tmp ("tocsin-bench-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
remove_dir (Bench *bench)
{
  const char *const argv[] = { "rm", "-rf", bench->dir, NULL };

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                NULL);
}

static void
stop_daemon (Bench *bench)
{
  g_subprocess_send_signal (bench->daemon, SIGTERM);
  g_subprocess_wait (bench->daemon, NULL, NULL);
  g_clear_object (&bench->daemon);
  remove_dir (bench);
}

static void
import (Bench *bench, guint n_monitors, guint interval_s)
{
  g_autoptr (GString) json = g_string_new ("{\"tocsin\": 1, \"monitors\": [");
  g_autofree char *path = g_build_filename (bench->dir, "monitors.json", NULL);
  const char *const argv[] = { bench->tocsinctl, "import", path, NULL };
  int status = -1;

  for (guint i = 0; i < n_monitors; i++)
    g_string_append_printf (json,
                            "%s{\"kind\": \"http\", \"name\": \"m%u\", \"interval_s\": %u,"
                            " \"timeout_s\": 4, \"target\": \"http://127.0.0.%u:%u/\"}",
                            i > 0 ? "," : "", i, interval_s, 1 + i % BENCH_TARGET_HOSTS,
                            bench->target.port);
  g_string_append (json, "]}");
  g_assert_true (g_file_set_contents (path, json->str, -1, NULL));
  for (guint try = 0; status != 0 && try < 100; try++) { /* until the daemon has its name */
    g_usleep (50000);
    g_spawn_sync (NULL, (char **) argv, NULL,
                  G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                  &status, NULL);
  }
  if (status != 0)
    g_error ("the daemon does not answer: run this under dbus-run-session");
}

/* --- checks per CPU-second, and the beat --- */

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 first = *(const gint64 *) a, second = *(const gint64 *) b;

  return first < second ? -1 : first > second;
}

/* Where in its interval a monitor's checks lie: the earliest is its beat. */
static void
count_on_time (GArray *places, gint64 interval_us, guint64 *n, guint64 *n_on_time)
{
  gint64 first;

  if (places->len < 3)
    return;
  g_array_sort (places, compare_times);
  first = g_array_index (places, gint64, 0);
  for (guint i = 0; i < places->len; i++) {
    gint64 late_us = g_array_index (places, gint64, i) - first;

    if (late_us > interval_us / 2) /* the beat lies at the border */
      late_us = interval_us - late_us;
    (*n)++;
    *n_on_time += late_us <= 50000;
  }
}

static void
print_drift (Bench *bench, gint64 interval_us)
{
  g_autofree char *path = g_build_filename (bench->dir, "tocsin.db", NULL);
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint64 n = 0, n_on_time = 0;
  sqlite3_stmt *rows;
  gint64 monitor = 0;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, "SELECT monitor, at FROM samples ORDER BY monitor, at",
                                       -1, &rows, NULL),
                   ==, SQLITE_OK);
  while (sqlite3_step (rows) == SQLITE_ROW) {
    gint64 place = sqlite3_column_int64 (rows, 1) % interval_us;

    if (sqlite3_column_int64 (rows, 0) != monitor) {
      count_on_time (places, interval_us, &n, &n_on_time);
      g_array_set_size (places, 0);
      monitor = sqlite3_column_int64 (rows, 0);
    }
    g_array_append_val (places, place);
  }
  count_on_time (places, interval_us, &n, &n_on_time);
  sqlite3_finalize (rows);
  sqlite3_close (db);
  bench_print_at_least ("beats-within-50-ms", 100.0 * (double) n_on_time / (double) MAX (n, 1), "%",
                        99);
}

static double
measure_checks (Bench *bench)
{
  guint64 n = *bench->target.n_answered;
  double cpu_s = bench_cpu_seconds (bench->pid);

  g_usleep (MEASURE_S * G_USEC_PER_SEC);
  return (double) (*bench->target.n_answered - n) / (bench_cpu_seconds (bench->pid) - cpu_s);
}

/* --- the peer: prometheus-blackbox-exporter, which stores nothing --- */

static void
run_loaders (guint16 port, guint16 target_port)
{
  g_autofree char *url = g_strdup_printf (
      "http://127.0.0.1:%u/probe?module=http_2xx&target=http://127.0.0.1:%u/%%3F[1-%d]", port,
      target_port, PEER_REQUESTS / PEER_LOADERS);
  g_autoptr (GPtrArray) loaders = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < PEER_LOADERS; i++) {
    GSubprocess *loader =
        g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                          NULL, "curl", "-s", url, NULL);

    g_assert_nonnull (loader);
    g_ptr_array_add (loaders, loader);
  }
  for (guint i = 0; i < loaders->len; i++)
    g_subprocess_wait (loaders->pdata[i], NULL, NULL);
}

/* 0 where it is not installed. */
static double
measure_peer (Bench *bench)
{
  static const char config[] = "modules:\n  http_2xx:\n    prober: http\n    timeout: 5s\n"
                               "    http:\n      preferred_ip_protocol: ip4\n";
  g_autofree char *program = g_find_program_in_path ("prometheus-blackbox-exporter");
  g_autofree char *path = g_build_filename (bench->dir, "blackbox.yml", NULL);
  g_autofree char *config_arg = g_strconcat ("--config.file=", path, NULL);
  g_autoptr (GSubprocess) peer = NULL;
  guint16 port = 19115;
  g_autofree char *listen_arg = g_strdup_printf ("--web.listen-address=127.0.0.1:%u", port);
  double cpu_s, per_s;
  guint64 n;
  pid_t pid;

  if (program == NULL)
    return 0;
  g_assert_true (g_file_set_contents (path, config, -1, NULL));
  peer = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                           NULL, program, config_arg, listen_arg, "--log.level=error", NULL);
  g_assert_nonnull (peer);
  pid = atoi (g_subprocess_get_identifier (peer));
  g_usleep (G_USEC_PER_SEC);
  n = *bench->target.n_answered;
  cpu_s = bench_cpu_seconds (pid);
  run_loaders (port, bench->target.port);
  per_s = (double) (*bench->target.n_answered - n) / (bench_cpu_seconds (pid) - cpu_s);
  g_subprocess_force_exit (peer);
  g_subprocess_wait (peer, NULL, NULL);
  return per_s;
}

/* --- the figures --- */

typedef struct {
  double bare, paced, peer;
} Peers;

/* Never idle, as the bare loop and the exporter are measured: the same work on the same terms. */
static void
bench_saturated (Bench *bench, const Peers *peers)
{
  const char *name = "http-checks-saturated";
  double ours;

  new_dir (bench);
  ours = bench_saturated_checks (bench->dir, &bench->target);
  remove_dir (bench);
  bench_print_at_least (name, ours, "checks/CPU-s", 0.6 * peers->bare);
  if (peers->peer > 0)
    bench_print_at_least ("http-checks-saturated-to-blackbox", ours, "checks/CPU-s",
                          5 * peers->peer);
}

/* `n_monitors` every five seconds, the least interval: a daemon that is idle most of the time, and
 * wakes for every few checks. */
static void
bench_rate (Bench *bench, guint n_monitors, const Peers *peers)
{
  g_autofree char *name = g_strdup_printf ("http-checks-%u-a-second", n_monitors / 5);
  g_autofree char *to_paced = g_strconcat (name, "-to-paced-loop", NULL);
  g_autofree char *to_peer = g_strconcat (name, "-to-blackbox", NULL);
  double ours;

  new_dir (bench);
  start_daemon (bench);
  import (bench, n_monitors, 5);
  g_usleep (SETTLE_S * G_USEC_PER_SEC);
  ours = measure_checks (bench);
  if (n_monitors == DRIFT_MONITORS)
    print_drift (bench, 5 * G_USEC_PER_SEC);
  stop_daemon (bench);
  bench_print_at_least (name, ours, "checks/CPU-s", 0.6 * peers->bare);
  bench_print_at_least (to_paced, ours, "checks/CPU-s", 0.6 * peers->paced);
  if (peers->peer > 0)
    bench_print_at_least (to_peer, ours, "checks/CPU-s", 5 * peers->peer);
}

static void
bench_checks (Bench *bench)
{
  Peers peers = { .bare = bench_bare_loop (bench->target.port),
                  .paced = bench_bare_loop_paced (bench->target.port, 500, 10) };

  new_dir (bench);
  peers.peer = measure_peer (bench);
  bench_print ("bare-libcurl-loop", peers.bare, "checks/CPU-s");
  bench_print ("bare-libcurl-loop-500-a-second", peers.paced, "checks/CPU-s");
  if (peers.peer > 0)
    bench_print ("blackbox-exporter", peers.peer, "checks/CPU-s");
  bench_saturated (bench, &peers);
  bench_rate (bench, DRIFT_MONITORS, &peers);
  bench_rate (bench, 5000, &peers);
  bench_rate (bench, 10000, &peers);
}

static void
bench_size (Bench *bench, guint n_monitors, const char *name, double limit_mb)
{
  g_autofree char *share = g_strconcat (name, "-cpu", NULL);
  double cpu_s;

  new_dir (bench);
  start_daemon (bench);
  import (bench, n_monitors, 60);
  g_usleep (60 * G_USEC_PER_SEC);
  cpu_s = bench_cpu_seconds (bench->pid);
  g_usleep (MEASURE_S * G_USEC_PER_SEC);
  cpu_s = bench_cpu_seconds (bench->pid) - cpu_s;
  bench_print_at_most (name, bench_resident_bytes (bench->pid) / 1e6, "MB", limit_mb);
  bench_print_at_most (share, 100 * cpu_s / MEASURE_S, "% of a core", 5);
  stop_daemon (bench);
}

static void
bench_start (Bench *bench)
{
  g_autofree char *target = g_strdup_printf ("http://127.0.0.1:%u/", bench->target.port);
  g_autoptr (GError) error = NULL;
  gint64 started_us;
  guint64 n;

  new_dir (bench);
  if (!bench_make_history (bench->dir, 1000, 90, target, &error))
    g_error ("%s", error->message);
  n = *bench->target.n_answered;
  started_us = g_get_monotonic_time ();
  start_daemon (bench);
  while (*(volatile guint64 *) bench->target.n_answered == n)
    g_usleep (500);
  bench_print_at_most ("start-to-first-check",
                       (double) (g_get_monotonic_time () - started_us) / 1000, "ms", 300);
  stop_daemon (bench);
}

int
main (int argc, char **argv)
{
  g_autoptr (GTestDBus) bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  Bench bench = { 0 };

  bench.tocsind = find_beside (argv[0], "daemon/tocsind");
  bench.tocsinctl = find_beside (argv[0], "daemon/ctl/tocsinctl");
  bench_target_start (&bench.target);
  g_test_dbus_up (bus);
  bench_checks (&bench);
  bench_size (&bench, 1000, "memory-1000-monitors", 30);
  bench_size (&bench, 5000, "memory-5000-monitors", 80);
  bench_start (&bench);
  g_test_dbus_down (bus);
  bench_target_stop (&bench.target);
  g_free (bench.tocsind);
  g_free (bench.tocsinctl);
  g_free (bench.dir);
  return 0;
}
