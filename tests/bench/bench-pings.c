/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "bench-pings"

#include "config.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "fleet.h"
#include "pg-pool.h"
#include "ping-batch.h"
#include "server-process.h"
#include "support.h"

/* The server's pings, with a PostgreSQL of its own on the same machine that waits for the disk: wrk
 * against one worker; the same work with one transaction a ping and no HTTP, which is the
 * comparison; and a thousand monitors that are overdue at the same moment. */

#define MONITORS        1000u
#define WARM_UP_S       3
#define MEASURE_S       10
#define WRK_CONNECTIONS 64
#define SINGLE_THREADS  16
#define SINGLE_S        5
#define LEAD_US         (2 * G_USEC_PER_SEC) /* until all are overdue */

typedef struct {
  TocsinTestPostgres *postgres;
  TestTeam team;
  ServerProcess *server;
  char **ping_ids; /* (owned) */
  char *script;    /* (owned) wrk's */
} Bench;

/* --- wrk --- */

/* Each connection goes through the monitors from another place on. */
static void
write_script (Bench *bench)
{
  g_autoptr (GString) lua = g_string_new ("local requests = {}\nlocal at = 0\n");

  g_string_append (lua, "function init (args)\n  math.randomseed (os.time ())\n");
  for (guint i = 0; bench->ping_ids[i] != NULL; i++)
    g_string_append_printf (lua, "  requests[%u] = wrk.format ('GET', '/ping/%s')\n", i,
                            bench->ping_ids[i]);
  g_string_append_printf (lua,
                          "end\nfunction request ()\n  at = (at + 1) %% %u\n"
                          "  return requests[at]\nend\n",
                          MONITORS);
  bench->script = g_build_filename (tocsin_test_dir (), "pings.lua", NULL);
  g_assert_true (g_file_set_contents (bench->script, lua->str, -1, NULL));
}

/* (transfer full) what it printed */
static char *
run_wrk (const Bench *bench, guint seconds)
{
  g_autofree char *url =
      g_strdup_printf ("http://127.0.0.1:%u/", server_process_get_port (bench->server));
  g_autofree char *connections = g_strdup_printf ("-c%d", WRK_CONNECTIONS);
  g_autofree char *duration = g_strdup_printf ("-d%us", seconds);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) wrk =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "wrk", "-t1", connections, duration,
                        "--latency", "-s", bench->script, url, NULL);
  char *output = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (wrk, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  if (strstr (output, "Non-2xx") != NULL || strstr (output, "Socket errors") != NULL)
    g_error ("not all pings were taken: %s", output);
  return output;
}

/* What follows `name` in wrk's output: "1.25ms", "980.00us", "12345.67". */
static double
read_figure (const char *output, const char *name, double *unit)
{
  const char *found = strstr (output, name);
  char *end;
  double value;

  g_assert_nonnull (found);
  value = g_ascii_strtod (found + strlen (name), &end);
  *unit = g_str_has_prefix (end, "us") ? 0.001 : g_str_has_prefix (end, "ms") ? 1 : 1000;
  return value;
}

static pid_t
get_worker (const Bench *bench)
{
  g_autoptr (GArray) workers = server_process_get_workers (bench->server);

  g_assert_cmpuint (workers->len, ==, 1);
  return g_array_index (workers, pid_t, 0);
}

/* Of the cluster's connections and what it does besides. */
static double
get_database_cpu_seconds (const Bench *bench)
{
  pid_t pid = tocsin_test_postgres_get_pid (bench->postgres);
  g_autofree char *path = g_strdup_printf ("/proc/%d/task/%d/children", pid, pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;
  double seconds = bench_cpu_seconds (pid);

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  words = g_strsplit (g_strstrip (text), " ", -1);
  for (guint i = 0; words[i] != NULL; i++)
    seconds += bench_cpu_seconds (atoi (words[i]));
  return seconds;
}

static void
measure_pings (Bench *bench)
{
  pid_t worker = get_worker (bench);
  g_autofree char *warm = run_wrk (bench, WARM_UP_S);
  double cpu_s = bench_cpu_seconds (worker), database_s = get_database_cpu_seconds (bench);
  double a_second, p99, unit;
  g_autofree char *output = run_wrk (bench, MEASURE_S);

  cpu_s = bench_cpu_seconds (worker) - cpu_s;
  database_s = get_database_cpu_seconds (bench) - database_s;
  a_second = read_figure (output, "Requests/sec:", &unit);
  p99 = read_figure (output, "99%", &unit) * unit;
  bench_print_at_least ("pings.a-second", a_second, "pings/s", 12000);
  bench_print_at_most ("pings.p99", p99, "ms", 50);
  bench_print ("pings.worker-cpu", cpu_s / (a_second * MEASURE_S) * 1e6, "µs a ping");
  bench_print ("pings.database-cpu", database_s / (a_second * MEASURE_S) * 1e6, "µs a ping");
  bench_print_at_most ("pings.worker-memory", bench_resident_bytes (worker) / 1e6, "MB", 40);
}

/* --- one transaction a ping --- */

typedef struct {
  const Bench *bench;
  guint first; /* monitor */
  gint64 end_at;
  guint n_done;
} Single;

static TocsinPingTicket *
make_ticket (const char *ping_id)
{
  TocsinPingTicket *ticket = tocsin_ping_ticket_new ();

  ticket->ping_id = g_strdup (ping_id);
  ticket->request.method = g_strdup ("GET");
  ticket->ping = tocsin_ping_new ();
  ticket->ping->at_us = g_get_real_time ();
  ticket->ping->scheme = g_strdup ("http");
  ticket->ping->method = g_strdup ("GET");
  ticket->ping->remote_address = g_strdup ("127.0.0.1");
  return ticket;
}

static gpointer
ping_one_by_one (gpointer data)
{
  static const TocsinServerConfig config = { .pings_a_minute = 0 };
  Single *single = data;
  g_autoptr (TocsinPg) pg = tocsin_pg_new (single->bench->team.url);
  TocsinMonitorCache *cache = tocsin_monitor_cache_new ();

  tocsin_pg_look_up_by_index (pg);
  for (guint i = single->first; g_get_monotonic_time () < single->end_at; i++) {
    g_autoptr (TocsinPingTicket) ticket = make_ticket (single->bench->ping_ids[i % MONITORS]);
    TocsinPingTicket *tickets[] = { ticket };
    TocsinPingBatch batch = { &config, cache, tickets, 1 };
    g_autoptr (GError) error = NULL;

    tocsin_pg_work_run (pg, TOCSIN_WORK_WRITE, tocsin_ping_batch_run, &batch, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (ticket->answer.status, ==, 200);
    single->n_done++;
  }
  tocsin_monitor_cache_free (cache);
  return NULL;
}

static void
measure_single (const Bench *bench)
{
  Single singles[SINGLE_THREADS];
  GThread *threads[SINGLE_THREADS];
  guint n_done = 0;

  for (guint i = 0; i < SINGLE_THREADS; i++) {
    singles[i] = (Single){ bench, i * MONITORS / SINGLE_THREADS,
                           g_get_monotonic_time () + SINGLE_S * G_USEC_PER_SEC, 0 };
    threads[i] = g_thread_new ("single", ping_one_by_one, &singles[i]);
  }
  for (guint i = 0; i < SINGLE_THREADS; i++) {
    g_thread_join (threads[i]);
    n_done += singles[i].n_done;
  }
  bench_print ("pings.one-a-transaction", (double) n_done / SINGLE_S, "pings/s without HTTP");
}

/* --- overdue --- */

static gboolean
are_down (gpointer user_data)
{
  Bench *bench = user_data;
  g_autofree char *n =
      test_team_ask (&bench->team, "SELECT count (*) FROM heartbeats WHERE state = 'down'");

  return (guint) atoi (n) == MONITORS;
}

/* What wrk sent and did not wait for may still come. */
static void
wait_for_quiet (Bench *bench)
{
  g_autofree char *before = NULL;
  char *now = g_strdup ("");

  do {
    g_free (before);
    before = now;
    g_usleep (G_USEC_PER_SEC / 2);
    now = test_team_ask (&bench->team, "SELECT sum (n_pings) FROM heartbeats");
  } while (strcmp (now, before) != 0);
  g_free (now);
}

static void
measure_overdue (Bench *bench)
{
  g_autofree char *n_flips = NULL;
  gint64 deadline_at;

  wait_for_quiet (bench);
  deadline_at = g_get_real_time () + LEAD_US;
  fleet_make_due (&bench->team, deadline_at);
  tocsin_test_wait (NULL, are_down, bench);
  bench_print_at_most ("pings.thousand-overdue", (double) (g_get_real_time () - deadline_at) / 1e6,
                       "s", 2);
  n_flips = test_team_ask (&bench->team, "SELECT count (*) FROM flips WHERE new_state = 'down'");
  g_assert_cmpuint ((guint) atoi (n_flips), ==, MONITORS);
}

int
main (int argc, char **argv)
{
  static const char *const environment[] = { "TOCSIN_PINGS_A_MINUTE=0", NULL };
  g_autofree char *folder = g_path_get_dirname (argv[0]);
  g_autofree char *program =
      g_build_filename (folder, "..", "..", "sync-server", "tocsin-server", NULL);
  Bench bench = { 0 };

  tocsin_test_init (&argc, &argv);
  bench.postgres = tocsin_test_postgres_new ();
  if (bench.postgres == NULL)
    g_error ("PostgreSQL is not installed");
  tocsin_test_postgres_make_durable (bench.postgres);
  test_team_init (&bench.team, bench.postgres);
  fleet_add (&bench.team, MONITORS);
  bench.ping_ids = fleet_get_ping_ids (&bench.team);
  write_script (&bench);
  bench.server = server_process_new (program, bench.team.url, 1, environment);
  bench_print ("pings.worker-memory-idle", bench_resident_bytes (get_worker (&bench)) / 1e6, "MB");
  measure_pings (&bench);
  measure_overdue (&bench);
  server_process_free (bench.server);
  measure_single (&bench);
  test_team_clear (&bench.team);
  tocsin_test_postgres_free (bench.postgres);
  g_strfreev (bench.ping_ids);
  g_free (bench.script);
  return 0;
}
