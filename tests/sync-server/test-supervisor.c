/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-supervisor"

#include "config.h"

#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "pg.h"
#include "support.h"
#include "test-postgres.h"
#include "test-server.h"

#define UUID     "01890a5d-ac96-774b-bcce-b302099a8057"
#define GET_WELL "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
#define N_KEPT   20
#define N_KILLS  4

/* What becomes of requests while the processes that answer them come and go. */
static TocsinTestPostgres *postgres; /* of all cases; NULL: not installed */

/* --- somebody who asks all the time --- */

typedef struct {
  guint16 port;
  int is_ending;
  guint n_asked, n_failed;
  gint64 longest_us;
} Asker;

static gpointer
ask_cb (gpointer user_data)
{
  Asker *asker = user_data;

  while (!g_atomic_int_get (&asker->is_ending)) {
    gint64 began_at = g_get_monotonic_time ();

    if (tocsin_test_wire_get (asker->port, "/healthz") != 200)
      asker->n_failed++;
    asker->n_asked++;
    asker->longest_us = MAX (asker->longest_us, g_get_monotonic_time () - began_at);
  }
  return NULL;
}

static GThread *
asker_start (Asker *asker, TocsinTestServer *server)
{
  *asker = (Asker){ .port = tocsin_test_server_get_port (server) };
  return g_thread_new ("asker", ask_cb, asker);
}

static void
asker_end (Asker *asker, GThread *thread)
{
  g_atomic_int_set (&asker->is_ending, TRUE);
  g_thread_join (thread);
  g_test_message ("%u asked on new connections, %u in vain, the longest took %.3f s",
                  asker->n_asked, asker->n_failed, (double) asker->longest_us / G_USEC_PER_SEC);
  g_assert_cmpuint (asker->n_asked, >, 0);
}

/* --- workers --- */

typedef struct {
  TocsinTestServer *server;
  pid_t gone;
} Replaced;

static gboolean
is_replaced (gpointer user_data)
{
  Replaced *replaced = user_data;
  g_autoptr (GArray) workers = tocsin_test_server_get_workers (replaced->server);

  for (guint i = 0; i < workers->len; i++)
    if (g_array_index (workers, pid_t, i) == replaced->gone)
      return FALSE;
  return workers->len == 2;
}

/* Those of the other workers' answer; how many were cut. */
static guint
use_kept (int *fds)
{
  guint n_cut = 0;

  for (guint i = 0; i < N_KEPT; i++) {
    g_autofree char *answer = NULL;

    if (fds[i] < 0)
      continue;
    if (tocsin_test_wire_send (fds[i], GET_WELL, strlen (GET_WELL)))
      answer = tocsin_test_wire_read (fds[i]);
    if (tocsin_test_wire_get_status (answer) == 200)
      continue;
    close (fds[i]);
    fds[i] = -1;
    n_cut++;
  }
  return n_cut;
}

static guint
count_kept (const int *fds)
{
  guint n = 0;

  for (guint i = 0; i < N_KEPT; i++)
    n += fds[i] >= 0;
  return n;
}

static void
test_kill (void)
{
  TocsinTestServer *server = tocsin_test_server_new (tocsin_test_postgres_get_url (postgres), NULL);
  guint16 port = tocsin_test_server_get_port (server);
  int fds[N_KEPT];

  for (guint i = 0; i < N_KEPT; i++)
    fds[i] = tocsin_test_wire_connect (port);
  g_assert_cmpuint (use_kept (fds), ==, 0);
  for (guint i = 0; i < N_KILLS; i++) {
    g_autoptr (GArray) workers = tocsin_test_server_get_workers (server);
    Replaced replaced = { server, g_array_index (workers, pid_t, 0) }; /* the one that is older */
    gint64 began_at = g_get_monotonic_time ();

    g_assert_no_errno (kill (replaced.gone, SIGKILL));
    tocsin_test_wait (NULL, is_replaced, &replaced);
    g_test_message ("replaced after %.3f s",
                    (double) (g_get_monotonic_time () - began_at) / G_USEC_PER_SEC);
    if (i == 0) { /* those of the other one did not notice */
      guint n_cut = use_kept (fds);

      g_assert_cmpuint (n_cut, <, N_KEPT);
      g_assert_cmpuint (use_kept (fds), ==, 0);
      g_assert_cmpuint (count_kept (fds), ==, N_KEPT - n_cut);
    }
    g_assert_cmpuint (tocsin_test_wire_get (port, "/readyz"), ==, 200);
  }
  for (guint i = 0; i < N_KEPT; i++)
    if (fds[i] >= 0)
      close (fds[i]);
  tocsin_test_server_free (server);
}

/* --- settings --- */

static char *
write_settings (const char *text)
{
  char *path = g_build_filename (tocsin_test_dir (), "server.conf", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static gboolean
has_new_limit (gpointer user_data)
{
  static const char request[] = "GET /ping/" UUID " HTTP/1.1\r\nHost: a\r\n\r\n";
  TocsinTestServer *server = user_data;

  for (guint i = 0; i < 8; i++) { /* whichever of the workers takes them */
    int fd = tocsin_test_wire_connect (tocsin_test_server_get_port (server));
    g_autofree char *answer = NULL;

    g_assert_true (tocsin_test_wire_send (fd, request, sizeof request - 1));
    answer = tocsin_test_wire_read (fd);
    close (fd);
    g_assert_nonnull (answer);
    if (strstr (answer, "Ping-Body-Limit: 5000\r\n") == NULL)
      return FALSE;
  }
  return TRUE;
}

static void
test_reload (void)
{
  g_autofree char *path = write_settings ("ping_body_most_bytes = 4000\n");
  g_autofree char *setting = g_strconcat ("CONFIG=", path, NULL);
  const char *settings[] = { setting, NULL };
  TocsinTestServer *server =
      tocsin_test_server_new (tocsin_test_postgres_get_url (postgres), settings);
  g_autoptr (GArray) before = tocsin_test_server_get_workers (server);
  Asker asker;
  GThread *thread = asker_start (&asker, server);

  g_assert_false (has_new_limit (server));
  g_free (write_settings ("ping_body_most_bytes = nonsense\n")); /* is refused, and nothing ends */
  g_assert_no_errno (kill (tocsin_test_server_get_pid (server), SIGHUP));
  for (guint i = 0; i < 20; i++)
    g_assert_cmpuint (tocsin_test_wire_get (asker.port, "/readyz"), ==, 200);
  g_free (write_settings ("ping_body_most_bytes = 5000\n"));
  g_assert_no_errno (kill (tocsin_test_server_get_pid (server), SIGHUP));
  tocsin_test_wait (NULL, has_new_limit, server);
  for (guint i = 0; i < 2; i++) {
    Replaced replaced = { server, g_array_index (before, pid_t, i) };

    tocsin_test_wait (NULL, is_replaced, &replaced);
  }
  asker_end (&asker, thread);
  g_assert_cmpuint (asker.n_failed, ==, 0);
  tocsin_test_server_free (server);
}

/* --- the end --- */

static TocsinPg *
lock_migrations (void)
{
  TocsinPg *pg = tocsin_pg_new (tocsin_test_postgres_get_url (postgres));
  g_autoptr (GError) error = NULL;

  tocsin_pg_script (pg, "BEGIN; LOCK TABLE migrations IN ACCESS EXCLUSIVE MODE", &error);
  g_assert_no_error (error);
  return pg;
}

static gboolean
refuses_clients (gpointer user_data)
{
  int fd = tocsin_test_wire_connect (tocsin_test_server_get_port (user_data));

  if (fd >= 0)
    close (fd);
  return fd < 0;
}

/* What had begun is answered; who rests is let go; and then it is over. */
static void
test_drain (void)
{
  static const char request[] = "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n";
  TocsinTestServer *server = tocsin_test_server_new (tocsin_test_postgres_get_url (postgres), NULL);
  guint16 port = tocsin_test_server_get_port (server);
  g_autoptr (TocsinPg) lock = lock_migrations ();
  int waiting = tocsin_test_wire_connect (port), fds[N_KEPT];
  g_autofree char *answer = NULL;

  for (guint i = 0; i < N_KEPT; i++)
    fds[i] = tocsin_test_wire_connect (port);
  g_assert_cmpuint (use_kept (fds), ==, 0);
  g_assert_true (tocsin_test_wire_send (waiting, request, sizeof request - 1));
  for (guint i = 0; i < N_KEPT; i++) /* so that both have surely begun */
    g_assert_cmpuint (tocsin_test_wire_get (port, "/healthz"), ==, 200);
  g_assert_no_errno (kill (tocsin_test_server_get_pid (server), SIGTERM));
  while (count_kept (fds) > 0) /* each is answered until it is closed */
    use_kept (fds);
  tocsin_pg_disconnect (lock);
  answer = tocsin_test_wire_read (waiting);
  g_assert_cmpuint (tocsin_test_wire_get_status (answer), ==, 200);
  close (waiting);
  g_assert_cmpint (tocsin_test_server_wait (server), ==, 0);
  g_assert_true (refuses_clients (server));
  tocsin_test_server_free (server);
}

/* However slow a client is, the end comes within 10 s. */
static void
test_drain_slow (void)
{
  static const char head[] =
      "POST /ping/" UUID " HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n";
  TocsinTestServer *server = tocsin_test_server_new (tocsin_test_postgres_get_url (postgres), NULL);
  int slow = tocsin_test_wire_connect (tocsin_test_server_get_port (server));
  int silent = tocsin_test_wire_connect (tocsin_test_server_get_port (server));
  gint64 began_at;

  g_assert_true (tocsin_test_wire_send (slow, head, sizeof head - 1));
  for (guint i = 0; i < N_KEPT; i++)
    g_assert_cmpuint (tocsin_test_wire_get (tocsin_test_server_get_port (server), "/healthz"), ==,
                      200);
  began_at = g_get_monotonic_time ();
  g_assert_no_errno (kill (tocsin_test_server_get_pid (server), SIGTERM));
  g_assert_cmpint (tocsin_test_server_wait (server), ==, 0);
  g_test_message ("it ended after %.1f s",
                  (double) (g_get_monotonic_time () - began_at) / G_USEC_PER_SEC);
  close (slow);
  close (silent);
  tocsin_test_server_free (server);
}

/* Without its supervisor nobody would put a new worker in the place of one that ends. */
static gboolean
are_gone (gpointer user_data)
{
  const GArray *workers = user_data;

  for (guint i = 0; i < workers->len; i++) {
    g_autofree char *path = g_strdup_printf ("/proc/%d/cmdline", g_array_index (workers, pid_t, i));
    g_autofree char *text = NULL;

    if (g_file_get_contents (path, &text, NULL, NULL) && *text != '\0') /* a zombie's is empty */
      return FALSE;
  }
  return TRUE;
}

static void
test_orphans (void)
{
  TocsinTestServer *server = tocsin_test_server_new (tocsin_test_postgres_get_url (postgres), NULL);
  g_autoptr (GArray) workers = tocsin_test_server_get_workers (server);

  g_assert_no_errno (kill (tocsin_test_server_get_pid (server), SIGKILL));
  g_assert_cmpint (tocsin_test_server_wait (server), ==, -SIGKILL);
  tocsin_test_wait (NULL, are_gone, workers);
  tocsin_test_server_free (server);
}

/* --- the database --- */

static gboolean
is_ready (gpointer user_data)
{
  return tocsin_test_wire_get (tocsin_test_server_get_port (user_data), "/readyz") == 200;
}

static void
test_database_gone (void)
{
  static const char *const requests[] = {
    "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /ping/" UUID " HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST /ping/" UUID "/fail HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab",
    "GET /api/v3/checks/ HTTP/1.1\r\nHost: a\r\nX-Api-Key: abcdefghijklmnopqrstuvwxyz012345\r\n\r\n",
  };
  TocsinTestServer *server = tocsin_test_server_new (tocsin_test_postgres_get_url (postgres), NULL);
  guint16 port = tocsin_test_server_get_port (server);

  for (guint turn = 0; turn < 2; turn++) {
    tocsin_test_postgres_stop (postgres);
    for (guint i = 0; i < 4 * G_N_ELEMENTS (requests); i++) {
      const char *request = requests[i % G_N_ELEMENTS (requests)];
      int fd = tocsin_test_wire_connect (port);
      g_autofree char *answer = NULL;

      g_assert_true (tocsin_test_wire_send (fd, request, strlen (request)));
      answer = tocsin_test_wire_read (fd);
      close (fd);
      if (tocsin_test_wire_get_status (answer) != 503 ||
          strstr (answer, "\r\nRetry-After: ") == NULL)
        g_error ("%s\nwas answered by\n%s", request, answer);
      g_assert_cmpuint (tocsin_test_wire_get (port, "/healthz"), ==, 200);
    }
    tocsin_test_postgres_start (postgres);
    tocsin_test_wait (NULL, is_ready, server);
  }
  tocsin_test_server_free (server);
}

static void
add (const char *name, GTestFunc test)
{
  if (postgres != NULL)
    g_test_add_func (name, test);
}

int
main (int argc, char **argv)
{
  int status;

  tocsin_test_init (&argc, &argv);
  postgres = tocsin_test_postgres_new ();
  add ("/supervisor/a-worker-that-is-killed-is-replaced", test_kill);
  add ("/supervisor/settings-are-read-again-and-no-request-is-lost", test_reload);
  add ("/supervisor/what-has-begun-is-answered-at-the-end", test_drain);
  add ("/supervisor/the-end-waits-for-nobody-who-is-slow", test_drain_slow);
  add ("/supervisor/workers-end-with-their-supervisor", test_orphans);
  add ("/supervisor/without-a-database-it-says-later", test_database_gone);
  status = g_test_run ();
  tocsin_test_postgres_free (postgres);
  return status;
}
