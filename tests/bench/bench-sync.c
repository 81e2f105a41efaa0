/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "bench-sync"

#include "config.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "principal.h"
#include "support.h"
#include "test-team.h"
#include "worker.h"

/* A team of 10,000 monitors and 50 desktops, on one worker: how long a first sync takes, and how
 * long a change that one desktop sends takes until it is at the 49 others. */

#define MONITORS       10000
#define LISTENERS      49
#define CHANGES        100
#define HEARD_MS       200
#define FIRST_SYNC_S   2
#define LISTENER_BYTES 65536
#define ANSWER_BYTES   (64 * 1024 * 1024)
#define TOKEN          "tocsin_bench"
#define CLIENT         "01900000-0000-7000-8000-00000000c11e"
#define WAIT_MOST_MS   5000

/* --- the server, in a process of its own --- */

static int
listen_anywhere (guint16 *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t size = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_no_errno (bind (fd, (struct sockaddr *) &address, sizeof address));
  g_assert_no_errno (listen (fd, 128));
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
fill (TestTeam *team)
{
  guint8 hash[TOCSIN_HASH_BYTES];
  g_autoptr (GError) error = NULL;

  tocsin_hash_secret (TOKEN, hash);
  tocsin_pg_run (team->pg, &error, NULL,
                 "WITH u AS (INSERT INTO users (id, email, name, created_at) VALUES"
                 " (gen_random_uuid (), 'bench@example.org', 'Bench', 1) RETURNING id),"
                 " m AS (INSERT INTO members (team_id, user_id, role, created_at)"
                 " SELECT $1::uuid, id, 'editor', 1 FROM u)"
                 " INSERT INTO tokens (hash, id, kind, user_id, name, scopes, created_at)"
                 " SELECT $2, gen_random_uuid (), 'api', id, 'bench', '{read,write}', 1 FROM u",
                 PG_TEXT (team->team_id), PG_BYTES (hash, sizeof hash));
  g_assert_no_error (error);
  tocsin_pg_run (
      team->pg, &error, NULL,
      "WITH t AS (UPDATE teams SET seq = seq + 2 * $3::bigint WHERE id = $1::uuid RETURNING seq),"
      " made AS (INSERT INTO records (team_id, id, type, project_id, name, revision, seq, body,"
      " created_at, updated_at) SELECT $1::uuid, id, 'monitor', $2::uuid, 'server ' || i, 1,"
      " seq - 2 * $3 + i, jsonb_build_object ('id', id, 'kind', 'http', 'name', 'server ' || i,"
      " 'target', 'https://server-' || i || '.example.org/health', 'tags',"
      " jsonb_build_array ('prod', 'eu'), 'interval_s', 60, 'timeout_s', 10, 'revision', 1), 1, 1"
      " FROM t, (SELECT i, gen_random_uuid () AS id FROM generate_series (1, $3::int) AS i) AS n"
      " RETURNING id, seq)"
      " INSERT INTO verdicts (team_id, monitor_id, state, since_at, seq) SELECT $1::uuid, id, 'up',"
      " 1, seq + $3 FROM made",
      PG_TEXT (team->team_id), PG_TEXT (team->project_id), PG_INT (MONITORS));
  g_assert_no_error (error);
  test_team_run (team, "ANALYZE");
}

/* --- asking --- */

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

static void
send_text (int fd, const char *text)
{
  g_assert_cmpint (write (fd, text, strlen (text)), ==, (ssize_t) strlen (text));
}

static void
send_sync (int fd, const TestTeam *team, const char *body)
{
  g_autofree char *request = g_strdup_printf (
      "POST /api/v1/teams/%s/sync HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
      "Authorization: Bearer " TOKEN "\r\nContent-Type: application/json\r\n"
      "Content-Length: %zu\r\n\r\n%s",
      team->team_id, strlen (body), body);

  send_text (fd, request);
}

/* Until the server closes. */
static gsize
read_all (int fd, char *buffer)
{
  gsize n_bytes = 0;
  ssize_t n;

  while ((n = read (fd, buffer + n_bytes, ANSWER_BYTES - 1 - n_bytes)) > 0)
    n_bytes += (gsize) n;
  buffer[n_bytes] = '\0';
  if (strncmp (buffer, "HTTP/1.1 200", 12) != 0)
    g_error ("%.500s", buffer);
  return n_bytes;
}

/* All pages, as a desktop gets them that has nothing. */
static double
sync_first (const TestTeam *team, guint16 port, char *buffer, gsize *n_bytes)
{
  gint64 begun_us = g_get_monotonic_time ();
  g_autofree char *cursor = g_strdup ("null");
  gboolean more = TRUE;

  *n_bytes = 0;
  while (more) {
    g_autofree char *body = g_strdup_printf (
        "{\"client_id\": \"" CLIENT "\", \"cursor\": %s, \"limit\": 5000}", cursor);
    int fd = connect_to (port);
    g_auto (GStrv) parts = NULL;
    const char *at;

    send_sync (fd, team, body);
    *n_bytes += read_all (fd, buffer);
    close (fd);
    at = g_strrstr (buffer, "\"cursor\":");
    g_assert_nonnull (at);
    parts = g_strsplit (at, "\"", 5); /* "cursor":"…" */
    g_free (cursor);
    cursor = g_strdup_printf ("\"%s\"", parts[3]);
    more = strstr (at, "\"more\":true") != NULL;
  }
  return (double) (g_get_monotonic_time () - begun_us) / G_USEC_PER_SEC;
}

/* --- hearing --- */

typedef struct {
  int fd;
  char text[LISTENER_BYTES];
  gsize length;
  gboolean has_heard;
} Listener;

static void
read_some (Listener *listener)
{
  ssize_t n = read (listener->fd, listener->text + listener->length,
                    sizeof listener->text - 1 - listener->length);

  g_assert_cmpint (n, >, 0);
  listener->length += (gsize) n;
  listener->text[listener->length] = '\0';
}

/* Waits until all have `part`; `heard_ms` (nullable) gets how long each took. */
static void
wait_for_all (Listener *listeners, const char *part, gint64 begun_us, GArray *heard_ms)
{
  guint n_heard = 0;

  for (guint i = 0; i < LISTENERS; i++)
    listeners[i].has_heard = FALSE;
  while (n_heard < LISTENERS) {
    struct pollfd fds[LISTENERS];

    for (guint i = 0; i < LISTENERS; i++)
      fds[i] =
          (struct pollfd){ .fd = listeners[i].has_heard ? -1 : listeners[i].fd, .events = POLLIN };
    if (poll (fds, LISTENERS, WAIT_MOST_MS) <= 0)
      g_error ("only %u have heard", n_heard);
    for (guint i = 0; i < LISTENERS; i++) {
      double took_ms;

      if (fds[i].revents == 0)
        continue;
      read_some (&listeners[i]);
      listeners[i].has_heard = strstr (listeners[i].text, part) != NULL;
      if (!listeners[i].has_heard)
        continue;
      took_ms = (double) (g_get_monotonic_time () - begun_us) / 1000;
      n_heard++;
      if (heard_ms != NULL)
        g_array_append_val (heard_ms, took_ms);
    }
  }
  for (guint i = 0; i < LISTENERS; i++)
    listeners[i].length = 0;
}

static Listener *
open_listeners (const TestTeam *team, guint16 port)
{
  Listener *listeners = g_new0 (Listener, LISTENERS);
  g_autofree char *request =
      g_strdup_printf ("GET /api/v1/teams/%s/events HTTP/1.1\r\nHost:"
                       " localhost\r\nAuthorization: Bearer " TOKEN "\r\n\r\n",
                       team->team_id);

  for (guint i = 0; i < LISTENERS; i++) {
    listeners[i].fd = connect_to (port);
    send_text (listeners[i].fd, request);
  }
  wait_for_all (listeners, ": tocsin", 0, NULL);
  return listeners;
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
measure_changes (TestTeam *team, guint16 port, char *buffer)
{
  Listener *listeners = open_listeners (team, port);
  g_autofree char *monitor =
      test_team_ask (team, "SELECT id FROM records WHERE type = 'monitor' LIMIT 1");
  g_autofree char *cursor = test_team_ask (team, "SELECT epoch || '.' || seq FROM server, teams");
  g_autoptr (GArray) heard_ms = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < CHANGES; i++) {
    g_autofree char *op_id = g_uuid_string_random ();
    g_autofree char *body = g_strdup_printf (
        "{\"client_id\": \"" CLIENT "\", \"cursor\": \"%s\", \"operations\": [{\"op_id\": \"%s\","
        " \"record\": \"%s\", \"type\": \"monitor\", \"base\": 1000000, \"set\": {\"name\":"
        " \"name %u\"}}]}",
        cursor, op_id, monitor, i);
    int fd = connect_to (port);
    gint64 begun_us = g_get_monotonic_time ();

    send_sync (fd, team, body);
    wait_for_all (listeners, monitor, begun_us, heard_ms);
    read_all (fd, buffer);
    close (fd);
  }
  qsort (heard_ms->data, heard_ms->len, sizeof (double), compare_doubles);
  bench_print ("a change at 49 others, median", g_array_index (heard_ms, double, heard_ms->len / 2),
               "ms");
  bench_print_at_most ("a change at 49 others, p99",
                       g_array_index (heard_ms, double, heard_ms->len * 99 / 100), "ms", HEARD_MS);
  for (guint i = 0; i < LISTENERS; i++)
    close (listeners[i].fd);
  g_free (listeners);
}

int
main (int argc, char **argv)
{
  TocsinTestPostgres *postgres;
  g_autofree char *buffer = g_malloc (ANSWER_BYTES);
  double best_s = G_MAXDOUBLE;
  TestTeam team;
  guint16 port;
  gsize n_bytes;
  pid_t pid;
  int fd;

  tocsin_test_init (&argc, &argv);
  postgres = tocsin_test_postgres_new ();
  if (postgres == NULL) {
    g_printerr ("PostgreSQL is not installed\n");
    return 1;
  }
  test_team_init (&team, postgres);
  fill (&team);
  fd = listen_anywhere (&port);
  pid = start_worker (team.url, fd);
  close (fd);
  for (guint i = 0; i < 3; i++)
    best_s = MIN (best_s, sync_first (&team, port, buffer, &n_bytes));
  bench_print_at_most ("first sync of 10000 monitors", best_s, "s", FIRST_SYNC_S);
  bench_print ("first sync, size", (double) n_bytes / 1e6, "MB");
  measure_changes (&team, port, buffer);
  kill (pid, SIGKILL); /* SIGTERM is for GLib's thread, which a fork lacks */
  waitpid (pid, NULL, 0);
  test_team_clear (&team);
  tocsin_test_postgres_free (postgres);
  return 0;
}
