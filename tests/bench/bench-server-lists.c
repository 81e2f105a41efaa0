/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "bench-server-lists"

#include "config.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "principal.h"
#include "server-data.h"
#include "support.h"
#include "worker.h"

/* How long every list of the API takes at the server with a large team: until the first byte of the
 * answer, which is made whole before that, and besides until the last one is here. */

#define LIMIT_MS     20
#define RUNS         21
#define BUFFER_BYTES (256 * 1024)
#define TOKEN        "tocsin_bench"
#define BEARER       "Authorization: Bearer " TOKEN
#define V1           "/api/v1/teams/%T/"

/* --- a client that does as little as it can --- */

typedef struct {
  double first_ms, last_ms;
  gsize n_bytes;
} Timing;

static int
connect_to (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
                                 .sin_port = htons (port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  g_assert_no_errno (connect (fd, (struct sockaddr *) &address, sizeof address));
  return fd;
}

static Timing
ask (guint16 port, const char *path, const char *header)
{
  g_autofree char *request = g_strdup_printf (
      "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n\r\n", path, header);
  g_autofree char *buffer = g_malloc (BUFFER_BYTES);
  int fd = connect_to (port);
  gint64 begun_us = g_get_monotonic_time ();
  Timing timing = { 0 };
  ssize_t n;

  g_assert_cmpint (write (fd, request, strlen (request)), ==, (ssize_t) strlen (request));
  while ((n = read (fd, buffer, BUFFER_BYTES)) > 0) {
    if (timing.n_bytes == 0) {
      timing.first_ms = (double) (g_get_monotonic_time () - begun_us) / 1000;
      if (strncmp (buffer, "HTTP/1.1 200", 12) != 0)
        g_error ("%s: %.300s", path, buffer);
    }
    timing.n_bytes += (gsize) n;
  }
  timing.last_ms = (double) (g_get_monotonic_time () - begun_us) / 1000;
  close (fd);
  return timing;
}

static int
compare_timings (const void *a, const void *b)
{
  double x = ((const Timing *) a)->first_ms, y = ((const Timing *) b)->first_ms;

  return (x > y) - (x < y);
}

static void
measure (guint16 port, const char *name, const char *path, const char *header)
{
  g_autofree char *whole = g_strdup_printf ("%s, to the last byte", name);
  g_autofree char *size = g_strdup_printf ("%s, size", name);
  Timing timings[RUNS];

  for (guint i = 0; i < 4; i++) /* plans are made and caches filled */
    ask (port, path, header);
  for (guint i = 0; i < RUNS; i++)
    timings[i] = ask (port, path, header);
  qsort (timings, RUNS, sizeof timings[0], compare_timings);
  bench_print_at_most (name, timings[RUNS / 2].first_ms, "ms", LIMIT_MS);
  bench_print (whole, timings[RUNS / 2].last_ms, "ms");
  bench_print (size, (double) timings[RUNS / 2].n_bytes / 1000, "kB");
}

/* --- the server, in a process of its own --- */

static int
listen_anywhere (guint16 *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t size = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_no_errno (bind (fd, (struct sockaddr *) &address, sizeof address));
  g_assert_no_errno (listen (fd, 64));
  g_assert_no_errno (getsockname (fd, (struct sockaddr *) &address, &size));
  *port = ntohs (address.sin_port);
  return fd;
}

static pid_t
start_worker (const char *database_url, int fd)
{
  g_autofree char *database = g_strconcat ("TOCSIN_DATABASE_URL=", database_url, NULL);
  char *environment[] = { database, (char *) "TOCSIN_PUBLIC_URL=https://tocsin.example.org",
                          (char *) "TOCSIN_REQUESTS_A_MINUTE=0", NULL };
  g_autoptr (TocsinServerConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  pid_t pid = fork ();

  g_assert_cmpint (pid, >=, 0);
  if (pid > 0)
    return pid;
  config = tocsin_server_config_load (NULL, environment, &error);
  g_assert_no_error (error);
  _exit (tocsin_worker_run (config, 0, &fd, 1));
}

static void
add_token (TestTeam *team)
{
  guint8 hash[TOCSIN_HASH_BYTES];
  g_autoptr (GError) error = NULL;

  tocsin_hash_secret (TOKEN, hash);
  tocsin_pg_run (team->pg, &error, NULL,
                 "INSERT INTO tokens (hash, id, kind, user_id, name, scopes, created_at)"
                 " SELECT $1, gen_random_uuid (), 'api', user_id, 'bench', '{read,write,admin}', 1"
                 " FROM members LIMIT 1",
                 PG_BYTES (hash, sizeof hash));
  g_assert_no_error (error);
}

/* --- what is measured --- */

static void
measure_all (const TestTeam *team, guint16 port, const char *monitor, const char *check)
{
  const struct {
    const char *name, *path; /* "%T", "%M" and "%C" are team, monitor and check */
    const char *header;
  } lists[] = {
    { "v3 checks, 500", "/api/v3/checks/", "X-Api-Key: " TEST_KEY_RW_2 },
    { "v3 checks, 10000, by tag: 5000", "/api/v3/checks/?tag=prod", "X-Api-Key: " TEST_KEY_RW },
    { "v3 checks, 10000", "/api/v3/checks/", "X-Api-Key: " TEST_KEY_RW },
    { "v3 checks, 10000, read-only", "/api/v3/checks/", "X-Api-Key: " TEST_KEY_RO },
    { "v3 channels", "/api/v3/channels/", "X-Api-Key: " TEST_KEY_RW },
    { "v3 pings, 1000", "/api/v3/checks/%C/pings/", "X-Api-Key: " TEST_KEY_RW },
    { "v3 flips, 400", "/api/v3/checks/%C/flips/", "X-Api-Key: " TEST_KEY_RW },
    { "v3 badges", "/api/v3/badges/", "X-Api-Key: " TEST_KEY_RW },
    { "v1 monitors, page of 100", V1 "monitors", BEARER },
    { "v1 monitors, page of 1000", V1 "monitors?limit=1000", BEARER },
    { "v1 monitors, searched for one", V1 "monitors?search=server%209999", BEARER },
    { "v1 monitors, down", V1 "monitors?state=down", BEARER },
    { "v1 monitors, by tag", V1 "monitors?tag=staging", BEARER },
    { "v1 pings, page of 1000", V1 "monitors/%M/pings?limit=1000", BEARER },
    { "v1 flips, page of 400", V1 "monitors/%M/flips?limit=400", BEARER },
    { "v1 projects", V1 "projects", BEARER },
    { "v1 members", V1 "members", BEARER },
    { "v1 audit, page of 1000", V1 "audit?limit=1000", BEARER },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++) {
    g_autoptr (GString) path = g_string_new (lists[i].path);

    g_string_replace (path, "%T", team->team_id, 0);
    g_string_replace (path, "%M", monitor, 0);
    g_string_replace (path, "%C", check, 0);
    measure (port, lists[i].name, path->str, lists[i].header);
  }
}

int
main (int argc, char **argv)
{
  TocsinTestPostgres *postgres;
  g_autofree char *monitor = NULL, *check = NULL;
  TestTeam team;
  guint16 port;
  int fd;
  pid_t pid;

  tocsin_test_init (&argc, &argv);
  postgres = tocsin_test_postgres_new ();
  if (postgres == NULL) {
    g_printerr ("PostgreSQL is not installed\n");
    return 1;
  }
  test_team_init (&team, postgres);
  bench_fill_team (&team, &monitor, &check);
  add_token (&team);
  fd = listen_anywhere (&port);
  pid = start_worker (team.url, fd);
  close (fd);
  measure_all (&team, port, monitor, check);
  bench_print_at_most ("worker's memory after lists", bench_resident_bytes (pid) / 1e6, "MB", 40);
  kill (pid, SIGKILL); /* SIGTERM is for GLib's thread, which a fork lacks */
  waitpid (pid, NULL, 0);
  test_team_clear (&team);
  tocsin_test_postgres_free (postgres);
  return 0;
}
