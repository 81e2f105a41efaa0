/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-hostile"

#include "config.h"

#include <errno.h>
#include <gio/gio.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support.h"
#include "test-certificates.h"
#include "test-postgres.h"
#include "test-server.h"

#define UUID            "01890a5d-ac96-774b-bcce-b302099a8057"
#define HEAD(line)      line " HTTP/1.1\r\nHost: a\r\n"
#define N_IDLE          10000
#define IDLE_BYTES_MOST 20480 /* of memory, for each that is idle */
#define N_SLOW          100U
#define PACE_MS         50 /* a byte each */
#define SPARE_FDS       300

/* Clients that mean ill, or know no better, against the real server. Whatever they do, others are
 * served, and no worker dies of it. */
static TocsinTestPostgres *postgres; /* of all cases; NULL: not installed */

/* --- support --- */

typedef struct {
  TocsinTestServer *server;
  guint16 port;
  GArray *workers; /* as they were at first */
} Town;

static void
town_open (Town *town, const char *const *settings)
{
  town->server = tocsin_test_server_new (tocsin_test_postgres_get_url (postgres), settings);
  town->port = tocsin_test_server_get_port (town->server);
  town->workers = tocsin_test_server_get_workers (town->server);
  g_assert_cmpuint (town->workers->len, ==, 2);
}

static void
town_assert_well (const Town *town)
{
  g_autoptr (GArray) now = tocsin_test_server_get_workers (town->server);

  for (guint i = 0; i < 8; i++) /* the kernel chooses whose turn it is */
    g_assert_cmpuint (tocsin_test_wire_get (town->port, "/healthz"), ==, 200);
  g_assert_cmpmem (now->data, now->len * sizeof (pid_t), town->workers->data,
                   town->workers->len * sizeof (pid_t));
}

static void
town_close (Town *town)
{
  town_assert_well (town);
  tocsin_test_server_free (town->server);
  g_array_unref (town->workers);
}

/* Whether the other side closes or resets within `wait_ms`; what it says before is dropped. */
static gboolean
is_closed_within (int fd, int wait_ms)
{
  struct pollfd entry = { .fd = fd, .events = POLLIN };
  char buffer[4096];

  while (poll (&entry, 1, wait_ms) > 0)
    if (recv (fd, buffer, sizeof buffer, MSG_DONTWAIT) <= 0)
      return TRUE;
  return FALSE;
}

/* --- malformed requests --- */

/* 0: closed without an answer, which libsoup does with what is no HTTP at all. */
static const struct {
  const char *request;
  guint statuses[3];
} malformed[] = {
  { "GET /healthz HTTP/1.1\r\n\r\n", { 400 } },
  { "GET /healthz\r\n\r\n", { 400 } },
  { "GET\r\n\r\n", { 400 } },
  { "\r\n\r\n\r\n\r\n", { 400 } },
  { "garbage\r\n\r\n", { 400 } },
  { "GET /healthz HTTP/9.9\r\nHost: a\r\n\r\n", { 400, 505 } },
  { "GET /healthz HTTP/1.1\r\nHost a\r\n\r\n", { 400 } },
  { "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", { 400 } },
  { "GET /healthz HTTP/1.1\r\nHost : a\r\n\r\n", { 400 } },
  { "G\x01T /healthz HTTP/1.1\r\nHost: a\r\n\r\n", { 400, 405 } },
  { "BREW /healthz HTTP/1.1\r\nHost: a\r\n\r\n", { 405 } },
  { "CONNECT a.example.org:443 HTTP/1.1\r\nHost: a\r\n\r\n", { 400, 404, 405 } },
  { "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", { 204, 404, 405 } },
  { HEAD ("GET /%") "\r\n", { 400, 404 } },
  { HEAD ("GET /%zz%00%ff") "\r\n", { 400, 404 } },
  { HEAD ("GET /../../etc/passwd") "\r\n", { 400, 404 } },
  { HEAD ("GET /ping/%2e%2e/x") "\r\n", { 400, 404 } },
  { HEAD ("GET /\xff\xfe") "\r\n", { 400, 404 } },
  { HEAD ("GET //healthz") "\r\n", { 400, 404 } },
  { HEAD ("GET /healthz?\xff=\xfe&&&=") "\r\n", { 200, 400 } },
  { HEAD ("GET http://b.example.org/healthz") "\r\n", { 200, 400, 404 } },
  { HEAD ("GET ftp://b/healthz") "\r\n", { 200, 400, 404 } },
  { HEAD ("POST /ping/" UUID) "Content-Length: -1\r\n\r\n", { 400 } },
  { HEAD ("POST /ping/" UUID) "Content-Length: x\r\n\r\n", { 400 } },
  { HEAD ("POST /ping/" UUID) "Content-Length: 99999999999999999999\r\n\r\n", { 400, 413 } },
  { HEAD ("POST /ping/" UUID) "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", { 400 } },
  { HEAD ("POST /ping/" UUID) "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    { 400 } },
  { HEAD ("POST /ping/" UUID) "Transfer-Encoding: gzip\r\n\r\n", { 400, 501 } },
  { HEAD ("POST /ping/" UUID) "Expect: coffee\r\nContent-Length: 1\r\n\r\na", { 404, 417 } },
};

static void
test_malformed (void)
{
  Town town;

  town_open (&town, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (malformed); i++) {
    g_autofree char *answer = NULL;
    int fd = tocsin_test_wire_connect (town.port);
    gboolean known = FALSE;
    guint status;

    tocsin_test_wire_send (fd, malformed[i].request, strlen (malformed[i].request));
    shutdown (fd, SHUT_WR);
    answer = tocsin_test_wire_read (fd);
    status = tocsin_test_wire_get_status (answer);
    for (guint j = 0; j < G_N_ELEMENTS (malformed[i].statuses); j++)
      known = known || malformed[i].statuses[j] == status;
    if (!known)
      g_error ("%u was answered to:\n%s\n", status, malformed[i].request);
    close (fd);
  }
  town_close (&town);
}

/* What follows a body whose end is in doubt is never taken for a request. */
static void
test_smuggling (void)
{
  static const char *const cases[] = {
    HEAD ("POST /ping/" UUID) "Content-Length: 0\r\nContent-Length: 40\r\n\r\n",
    HEAD ("POST /ping/" UUID) "Content-Length: 40\r\nContent-Length: 0\r\n\r\n",
    HEAD ("POST /ping/" UUID) "Content-Length: 40\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    HEAD ("POST /ping/" UUID) "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n",
    HEAD ("POST /ping/" UUID) "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    HEAD ("POST /ping/" UUID) "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
    HEAD (
        "POST /ping/" UUID) "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\nab\r\n0\r\n\r\n",
    HEAD ("POST /ping/" UUID) "Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n",
    HEAD ("POST /ping/" UUID) "Transfer-Encoding: xchunked\r\n\r\n",
    HEAD ("GET /nothing") "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  };
  static const char second[] = HEAD ("GET /healthz") "\r\n";
  Town town;

  town_open (&town, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *both = g_strconcat (cases[i], second, NULL);
    g_autofree char *first = NULL, *next = NULL;
    int fd = tocsin_test_wire_connect (town.port);

    tocsin_test_wire_send (fd, both, strlen (both));
    shutdown (fd, SHUT_WR);
    first = tocsin_test_wire_read (fd);
    next = tocsin_test_wire_read (fd);
    if ((first != NULL && strstr (first, "HTTP/1.1 2") == first) || next != NULL)
      g_error ("%s\nwas answered by\n%s\nand\n%s", both, first, next);
    close (fd);
  }
  town_close (&town);
}

static void
test_garbage (void)
{
  static const guint8 hello[] = { 0x16, 0x03, 0x01, 0x00, 0xa5, 0x01, 0x00, 0x00, 0xa1, 0x03 };
  g_autoptr (GRand) rand = tocsin_test_rand ();
  Town town;

  town_open (&town, NULL);
  for (guint i = 0; i < 200; i++) {
    guint8 bytes[2048];
    gsize length = i == 0 ? sizeof hello : (gsize) g_rand_int_range (rand, 1, sizeof bytes);
    int fd = tocsin_test_wire_connect (town.port);

    for (gsize j = 0; j < length; j++)
      bytes[j] = (guint8) g_rand_int_range (rand, 0, 256);
    if (i == 0)
      memcpy (bytes, hello, sizeof hello);
    if (i % 2 == 1 && length > 14)
      memcpy (bytes, "GET / HTTP/1.1", 14);
    tocsin_test_wire_send (fd, bytes, length);
    shutdown (fd, SHUT_WR);
    g_assert_true (is_closed_within (fd, 10000));
    close (fd);
  }
  town_close (&town);
}

/* --- too much --- */

static char *
repeat (const char *before, const char *part, guint n, const char *after)
{
  GString *text = g_string_new (before);

  for (guint i = 0; i < n; i++)
    g_string_append (text, part);
  g_string_append (text, after);
  return g_string_free (text, FALSE);
}

static void
test_oversized (void)
{
  static const struct {
    const char *name, *before, *part;
    guint n;
    const char *after;
    guint status;
    gboolean may_reset; /* by what was not read, before the answer was */
  } cases[] = {
    { "a long path", "GET /", "a", 9000, " HTTP/1.1\r\nHost: a\r\n\r\n", 414 },
    { "a long query", "GET /healthz?", "a", 5000, " HTTP/1.1\r\nHost: a\r\n\r\n", 414 },
    { "a query as long as it may be", "GET /healthz?", "a", 4096, " HTTP/1.1\r\nHost: a\r\n\r\n",
      200 },
    { "many headers", HEAD ("GET /healthz"), "X: y\r\n", 101, "\r\n", 431 },
    { "as many headers as may be", HEAD ("GET /healthz"), "X: y\r\n", 99, "\r\n", 200 },
    { "a long header", HEAD ("GET /healthz") "X: ", "y", 200000, "\r\n\r\n", 400, TRUE },
    { "a body", HEAD ("POST /api/v3/checks/") "Content-Length: 2000000\r\n\r\n", "b", 2000000, "",
      413, TRUE },
    { "a body that is only announced",
      HEAD ("POST /api/v3/checks/") "Content-Length: 2000000\r\nExpect: 100-continue\r\n\r\n", "",
      0, "", 413 },
    { "a body in one chunk",
      HEAD ("POST /api/v3/checks/") "Transfer-Encoding: chunked\r\n\r\n1e8480\r\n", "b", 2000000,
      "\r\n0\r\n\r\n", 413 },
    { "a ping’s body, of which the rest is cut",
      HEAD ("POST /ping/" UUID) "Content-Length: 2000000\r\n\r\n", "b", 2000000, "", 404 },
    { "a head without an end", HEAD ("GET /healthz") "X: ", "y", 8000000, "", 400, TRUE },
  };
  Town town;

  town_open (&town, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *request = repeat (cases[i].before, cases[i].part, cases[i].n, cases[i].after);
    guint status = tocsin_test_wire_ask (town.port, request);

    g_test_message ("%s: %u", cases[i].name, status);
    g_assert_true (status == cases[i].status || (cases[i].may_reset && status == 0));
  }
  town_close (&town);
}

/* --- many at once on one connection --- */

static void
test_pipelining (void)
{
  static const struct {
    const char *request;
    guint status;
  } kinds[] = {
    { HEAD ("GET /healthz") "\r\n", 200 },
    { HEAD ("GET /nothing/here") "\r\n", 404 },
    { HEAD ("GET /readyz") "\r\n", 200 },
    { HEAD ("DELETE /healthz") "\r\n", 405 },
    { HEAD ("POST /ping/" UUID) "Content-Length: 5\r\n\r\nhello", 404 },
  };
  g_autoptr (GString) all = g_string_new (NULL);
  Town town;
  int fd;

  town_open (&town, NULL);
  for (guint i = 0; i < 300; i++)
    g_string_append (all, kinds[i % G_N_ELEMENTS (kinds)].request);
  fd = tocsin_test_wire_connect (town.port);
  g_assert_true (tocsin_test_wire_send (fd, all->str, all->len));
  for (guint i = 0; i < 300; i++) {
    g_autofree char *answer = tocsin_test_wire_read (fd);

    g_assert_cmpuint (tocsin_test_wire_get_status (answer), ==,
                      kinds[i % G_N_ELEMENTS (kinds)].status);
  }
  close (fd);
  town_close (&town);
}

/* Who asks on and on and never takes an answer is let go; nothing is kept for it without an end. */
static void
test_deaf (void)
{
  static const char *const settings[] = { "IDLE=2s", NULL };
  static const char request[] = HEAD ("GET /healthz") "\r\n";
  struct pollfd entry = { .events = POLLOUT };
  guint64 n_sent = 0;
  Town town;

  town_open (&town, settings);
  entry.fd = tocsin_test_wire_connect (town.port);
  while (poll (&entry, 1, 20000) > 0 && (entry.revents & (POLLERR | POLLHUP)) == 0) {
    gssize n = send (entry.fd, request, sizeof request - 1, MSG_NOSIGNAL | MSG_DONTWAIT);

    if (n < 0 && errno != EAGAIN)
      break;
    n_sent += n > 0;
  }
  g_test_message ("%" G_GUINT64_FORMAT " requests went before it was let go", n_sent);
  g_assert_true ((entry.revents & (POLLERR | POLLHUP)) != 0 || errno != EAGAIN);
  close (entry.fd);
  town_close (&town);
}

/* --- slow --- */

static void
play_slow (const Town *town, const char *head, const char *byte)
{
  int fds[N_SLOW];
  guint n_open = N_SLOW;
  gint64 began_at = g_get_monotonic_time ();

  for (guint i = 0; i < N_SLOW; i++) {
    fds[i] = tocsin_test_wire_connect (town->port);
    tocsin_test_wire_send (fds[i], head, strlen (head));
  }
  for (guint turn = 0; n_open > 0; turn++) {
    g_assert_cmpint (g_get_monotonic_time () - began_at, <, 60 * G_USEC_PER_SEC);
    for (guint i = 0; i < N_SLOW; i++) {
      if (fds[i] < 0)
        continue;
      tocsin_test_wire_send (fds[i], byte, 1);
      if (!is_closed_within (fds[i], i == turn % N_SLOW ? PACE_MS : 0))
        continue;
      close (fds[i]);
      fds[i] = -1;
      n_open--;
    }
    g_assert_cmpuint (tocsin_test_wire_get (town->port, "/healthz"), ==, 200);
  }
  g_test_message ("the last of %u was let go after %.1f s", N_SLOW,
                  (double) (g_get_monotonic_time () - began_at) / G_USEC_PER_SEC);
}

static void
test_slow (void)
{
  static const char *const settings[] = { "IDLE=2s", NULL };
  static const struct {
    const char *name, *head, *byte;
  } cases[] = {
    { "headers", "GET /healthz HTTP/1.1\r\nHost: a\r\nX: ", "y" },
    { "body", HEAD ("POST /ping/" UUID) "Content-Length: 90000\r\n\r\n", "b" },
    { "empty lines", "", "\n" },
    { "chunk extension", HEAD ("POST /ping/" UUID) "Transfer-Encoding: chunked\r\n\r\n2;", "x" },
    { "trailers", HEAD ("POST /ping/" UUID) "Transfer-Encoding: chunked\r\n\r\n0\r\nX: ", "x" },
  };
  Town town;

  town_open (&town, settings);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("%s", cases[i].name);
    play_slow (&town, cases[i].head, cases[i].byte);
  }
  town_close (&town);
}

/* A ping's body that goes on and on is read and dropped, as long as patience lasts. */
static void
test_endless_body (void)
{
  static const char *const settings[] = { "IDLE=2s", NULL };
  static const char head[] = HEAD ("POST /ping/" UUID) "Transfer-Encoding: chunked\r\n\r\n";
  g_autofree char *chunk = repeat ("10000\r\n", "b", 0x10000, "\r\n");
  gsize length = strlen (chunk);
  guint64 n = 0;
  Town town;
  int fd;

  town_open (&town, settings);
  fd = tocsin_test_wire_connect (town.port);
  tocsin_test_wire_send (fd, head, sizeof head - 1);
  while (tocsin_test_wire_send (fd, chunk, length))
    n++;
  g_test_message ("%" G_GUINT64_FORMAT " MiB were taken", n / 16);
  close (fd);
  town_close (&town);
}

static void
test_half_closed (void)
{
  static const struct {
    const char *request;
    guint status;
  } cases[] = {
    { HEAD ("GET /healthz") "\r\n", 200 },
    { HEAD ("POST /ping/" UUID) "Content-Length: 5\r\n\r\nhello", 404 },
    { HEAD ("POST /ping/" UUID) "Content-Length: 5\r\n\r\nhel", 0 },
    { "GET /heal", 0 },
    { "", 0 },
  };
  Town town;

  town_open (&town, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *answer = NULL;
    int fd = tocsin_test_wire_connect (town.port);

    tocsin_test_wire_send (fd, cases[i].request, strlen (cases[i].request));
    shutdown (fd, SHUT_WR);
    answer = tocsin_test_wire_read (fd);
    g_test_message ("“%.10s…”: %u", cases[i].request, tocsin_test_wire_get_status (answer));
    if (cases[i].status != 0)
      g_assert_cmpuint (tocsin_test_wire_get_status (answer), ==, cases[i].status);
    else
      g_assert_cmpuint (tocsin_test_wire_get_status (answer) / 100, !=, 2);
    g_assert_true (is_closed_within (fd, 10000));
    close (fd);
  }
  town_close (&town);
}

/* --- many --- */

static guint64
get_memory (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/smaps_rollup", pid);
  g_autofree char *text = NULL;
  guint64 bytes = 0;
  const char *at;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  at = strstr (text, "Private_Dirty:");
  g_assert_nonnull (at);
  bytes = g_ascii_strtoull (at + strlen ("Private_Dirty:") + strspn (at + 14, " "), NULL, 10);
  return bytes * 1024;
}

static guint
count_fds (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/fd", pid);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

typedef struct {
  const Town *town;
  guint wanted;
} FdsLeft;

static gboolean
has_few_fds (gpointer user_data)
{
  const FdsLeft *left = user_data;
  guint n = 0;

  for (guint i = 0; i < left->town->workers->len; i++)
    n += count_fds (g_array_index (left->town->workers, pid_t, i));
  return n <= left->wanted;
}

static guint
raise_limit (void)
{
  struct rlimit limit;

  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &limit));
  limit.rlim_cur = limit.rlim_max;
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &limit));
  return (guint) MIN (limit.rlim_cur, 1000000);
}

static void
test_idle (void)
{
  guint n = MIN (N_IDLE, raise_limit () - SPARE_FDS);
  g_autofree int *fds = g_new (int, n);
  guint64 before = 0, after = 0;
  guint n_fds = 0;
  FdsLeft left;
  Town town;

  town_open (&town, NULL);
  for (guint i = 0; i < town.workers->len; i++) {
    before += get_memory (g_array_index (town.workers, pid_t, i));
    n_fds += count_fds (g_array_index (town.workers, pid_t, i));
  }
  for (guint i = 0; i < n; i++) {
    fds[i] = tocsin_test_wire_connect (town.port);
    g_assert_cmpint (fds[i], >=, 0);
    if (i % 2 == 0) { /* half of them rest between two requests, half have never said a word */
      g_autofree char *answer = NULL;

      tocsin_test_wire_send (fds[i], HEAD ("GET /healthz") "\r\n",
                             strlen (HEAD ("GET /healthz") "\r\n"));
      answer = tocsin_test_wire_read (fds[i]);
      g_assert_cmpuint (tocsin_test_wire_get_status (answer), ==, 200);
    }
  }
  town_assert_well (&town);
  for (guint i = 0; i < town.workers->len; i++)
    after += get_memory (g_array_index (town.workers, pid_t, i));
  g_test_message ("%u idle connections: %.1f kB each, %.1f MB before", n,
                  (double) (after - before) / n / 1024, (double) before / 1048576);
  for (guint i = 0; i < n; i++)
    close (fds[i]);
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpuint ((after - before) / n, <=, IDLE_BYTES_MOST);
#endif
  left = (FdsLeft){ &town, n_fds + 16 };
  tocsin_test_wait (NULL, has_few_fds, &left);
  town_close (&town);
}

/* However many clients there are, the database finds room when it comes back. */
static void
test_descriptors (void)
{
  Town town = { 0 };
  int fds[600];
  guint n_open = 0;

  town.server = tocsin_test_server_new_limited (tocsin_test_postgres_get_url (postgres), NULL, 256);
  town.port = tocsin_test_server_get_port (town.server);
  town.workers = tocsin_test_server_get_workers (town.server);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    fds[i] = tocsin_test_wire_connect (town.port);
  tocsin_test_postgres_stop (postgres);
  tocsin_test_postgres_start (postgres);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++) {
    g_autofree char *answer = NULL;

    tocsin_test_wire_send (fds[i], HEAD ("GET /readyz") "\r\n",
                           strlen (HEAD ("GET /readyz") "\r\n"));
    answer = tocsin_test_wire_read (fds[i]);
    if (answer == NULL)
      continue; /* one too many */
    n_open++;
    g_assert_true (tocsin_test_wire_get_status (answer) == 200 ||
                   tocsin_test_wire_get_status (answer) == 503);
    if (tocsin_test_wire_get_status (answer) == 503)
      i--; /* a connection that the database had cut is opened by the next */
  }
  g_test_message ("%u of %u were let in", n_open, (guint) G_N_ELEMENTS (fds));
  g_assert_cmpuint (n_open, >, 100);
  g_assert_cmpuint (n_open, <, G_N_ELEMENTS (fds));
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
  town_close (&town);
}

/* --- TLS --- */

static gboolean
accept_cb (GTlsConnection *tls, GTlsCertificate *certificate, GTlsCertificateFlags errors,
           gpointer user_data)
{
  return TRUE; /* whose it is, is another test's */
}

static void
assert_tls_well (guint16 port)
{
  static const char request[] = HEAD ("GET /healthz") "Connection: close\r\n\r\n";
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GIOStream) tls = NULL;
  g_autoptr (GError) error = NULL;
  char answer[64] = { 0 };
  gsize n;

  connection = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, &error);
  g_assert_no_error (error);
  tls = g_tls_client_connection_new (G_IO_STREAM (connection), NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_cb), NULL);
  g_output_stream_write_all (g_io_stream_get_output_stream (tls), request, sizeof request - 1, &n,
                             NULL, &error);
  g_assert_no_error (error);
  g_input_stream_read_all (g_io_stream_get_input_stream (tls), answer, sizeof answer - 1, &n, NULL,
                           &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200"));
}

static void
test_tls (void)
{
  static const struct {
    const char *bytes;
    gsize length;
  } cases[] = {
    { "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 27 },
    { "\x16\x03\x01\x00\x02\x01\x00", 7 },
    { "\x16\x03\x01\xff\xff\x01\x00\x00", 8 },
    { "\x15\x03\x03\x00\x02\x02\x28", 7 },
    { "\x00", 1 },
    { "", 0 }, /* the silent ones: let go when their time is over */
  };
  g_autofree char *certificate =
      g_strconcat ("TLS_CERTIFICATE=", tocsin_test_cert_file (TOCSIN_TEST_CERT_GOOD), NULL);
  g_autofree char *key =
      g_strconcat ("TLS_KEY=", tocsin_test_key_file (TOCSIN_TEST_CERT_GOOD), NULL);
  const char *settings[] = { certificate, key, "IDLE=2s", NULL };
  TocsinTestServer *server =
      tocsin_test_server_new (tocsin_test_postgres_get_url (postgres), settings);
  guint16 port = tocsin_test_server_get_port (server);

  assert_tls_well (port);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    int fds[20];

    for (guint j = 0; j < G_N_ELEMENTS (fds); j++) {
      fds[j] = tocsin_test_wire_connect (port);
      tocsin_test_wire_send (fds[j], cases[i].bytes, cases[i].length);
    }
    assert_tls_well (port);
    for (guint j = 0; j < G_N_ELEMENTS (fds); j++) {
      g_assert_true (is_closed_within (fds[j], 20000));
      close (fds[j]);
    }
  }
  assert_tls_well (port);
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
  add ("/hostile/malformed-requests-are-refused", test_malformed);
  add ("/hostile/nothing-is-smuggled-in", test_smuggling);
  add ("/hostile/garbage-is-let-go", test_garbage);
  add ("/hostile/what-is-too-long-is-refused", test_oversized);
  add ("/hostile/pipelined-requests-are-answered-in-order", test_pipelining);
  add ("/hostile/who-never-reads-is-let-go", test_deaf);
  add ("/hostile/who-is-slow-is-let-go-while-others-are-served", test_slow);
  add ("/hostile/an-endless-body-comes-to-an-end", test_endless_body);
  add ("/hostile/half-closed-connections-are-answered-or-closed", test_half_closed);
  add ("/hostile/ten-thousand-idle-connections-are-cheap", test_idle);
  add ("/hostile/the-database-keeps-its-descriptors", test_descriptors);
  add ("/hostile/tls-takes-no-garbage", test_tls);
  status = g_test_run ();
  tocsin_test_postgres_free (postgres);
  return status;
}
