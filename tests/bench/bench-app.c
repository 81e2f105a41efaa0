/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "bench-app"

#include "config.h"

#include <gio/gio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app-child.h"
#include "bench.h"
#include "history.h"

/* The app with a thousand monitors in the daemon: its first frame against that of an empty window
 * in the same run, the chart of 90 days after the click, and what it takes while nobody does
 * anything. It starts a display and a bus of its own. */

#define MONITORS   1000
#define DAYS       90
#define ROUNDS     7
#define SETTLE_S   15
#define MEASURE_S  30
#define RATIO_MOST 1.5
#define CHART_MS   100
#define CORE_MOST  3 /* percent */
#define BYTES_MOST 120e6

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return (left > right) - (left < right);
}

static double
median (double *values, guint n)
{
  qsort (values, n, sizeof *values, compare_doubles);
  return values[n / 2];
}

/* What a child prints. */
static double
ask_child (const char *self, const char *what, const char *argument)
{
  g_autofree char *began = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_monotonic_time ());
  const char *const argv[] = { self, "--child", what, argument != NULL ? argument : began, NULL };
  g_autofree char *out = NULL;
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out, NULL,
                NULL, &error);
  g_assert_no_error (error);
  return out != NULL && *out != '\0' ? g_ascii_strtod (out, NULL) : -1;
}

static void
measure_start (const char *self)
{
  double empty[ROUNDS], app[ROUNDS];

  /* the first of each brings files into memory */
  ask_child (self, "empty", NULL);
  ask_child (self, "app", NULL);
  for (guint i = 0; i < ROUNDS; i++) {
    empty[i] = ask_child (self, "empty", NULL);
    app[i] = ask_child (self, "app", NULL);
  }
  bench_print ("first frame of an empty window", median (empty, ROUNDS), "ms");
  bench_print_at_most ("first frame of the app, 1,000 monitors", median (app, ROUNDS), "ms",
                       RATIO_MOST * median (empty, ROUNDS));
}

static void
measure_chart (const char *self)
{
  g_autofree char *id = bench_history_id (1);
  double times[ROUNDS];

  for (guint i = 0; i < ROUNDS; i++)
    times[i] = ask_child (self, "chart", id);
  bench_print_at_most ("chart of 90 days of minutes, from click to frame", median (times, ROUNDS),
                       "ms", CHART_MS);
}

static void
measure_idle (const char *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) app =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, self, "--child", "idle", NULL);
  double before;
  pid_t pid;

  g_assert_no_error (error);
  pid = atoi (g_subprocess_get_identifier (app));
  g_usleep (SETTLE_S * G_USEC_PER_SEC);
  before = bench_cpu_seconds (pid);
  g_usleep (MEASURE_S * G_USEC_PER_SEC);
  bench_print_at_most ("idle with 1,000 monitors a minute",
                       100 * (bench_cpu_seconds (pid) - before) / MEASURE_S, "% of a core",
                       CORE_MOST);
  bench_print_at_most ("resident", bench_resident_bytes (pid) / 1e6, "MB", BYTES_MOST / 1e6);
  g_subprocess_force_exit (app);
  g_subprocess_wait (app, NULL, NULL);
}

/* --- a display, a bus and a daemon --- */

static int
run_within_session (char *self)
{
  const char *const argv[] = { "dbus-run-session",      "--", "xvfb-run", "-a", "-s",
                               "-screen 0 1280x800x24", self, "--inside", NULL };

  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  g_setenv ("GTK_A11Y", "none", TRUE);
  g_setenv ("GTK_USE_PORTAL", "0", TRUE);
  g_setenv ("ADW_DISABLE_PORTAL", "1", TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  execvp (argv[0], (char **) argv);
  g_printerr ("dbus-run-session and xvfb-run are wanted: %s\n", g_strerror (errno));
  return 1;
}

static int
run_inside (const char *self)
{
  g_autofree char *folder = g_path_get_dirname (self);
  g_autofree char *tocsind = g_build_filename (folder, "..", "..", "daemon", "tocsind", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp ("tocsin-bench-XXXXXX", &error);
  g_autofree char *target = NULL;
  const char *remove[] = { "rm", "-rf", dir, NULL };
  g_autoptr (GSubprocess) daemon = NULL;
  BenchTarget server;

  g_assert_no_error (error);
  bench_target_start (&server);
  target = g_strdup_printf ("http://127.0.0.1:%u/", server.port);
  bench_make_history (dir, MONITORS, DAYS, target, &error);
  g_assert_no_error (error);
  daemon = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, tocsind, "--data-dir", dir,
                             "--reference", "none", NULL);
  g_assert_no_error (error);
  g_usleep (SETTLE_S * G_USEC_PER_SEC);
  measure_start (self);
  measure_chart (self);
  measure_idle (self);
  g_subprocess_send_signal (daemon, SIGTERM);
  g_subprocess_wait (daemon, NULL, NULL);
  bench_target_stop (&server);
  g_spawn_sync (NULL, (char **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                NULL);
  return 0;
}

static int
run_child (const char *what, const char *argument)
{
  if (g_str_equal (what, "empty"))
    return bench_child_empty (g_ascii_strtoll (argument, NULL, 10));
  if (g_str_equal (what, "app"))
    return bench_child_app (g_ascii_strtoll (argument, NULL, 10));
  if (g_str_equal (what, "chart"))
    return bench_child_chart (argument);
  return bench_child_idle ();
}

int
main (int argc, char **argv)
{
  if (argc > 2 && g_str_equal (argv[1], "--child"))
    return run_child (argv[2], argc > 3 ? argv[3] : "");
  if (argc > 1 && g_str_equal (argv[1], "--inside"))
    return run_inside (argv[0]);
  return run_within_session (argv[0]);
}
