/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-transfer"

#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support.h"
#include "test-http-server.h"
#include "transfer.h"

#define MANY 200

typedef struct {
  GMainContext *context;
  TocsinReactor *reactor;
  TocsinTransfers *transfers;
  TocsinTestHttpServer *server;
} Fixture;

typedef struct {
  TocsinTransfer *transfer;
  GString *body;
  gboolean done;
  CURLcode result;
} Fetch;

static void
setup (Fixture *fixture, gconstpointer data)
{
  fixture->context = g_main_context_new ();
  fixture->reactor = tocsin_reactor_new (fixture->context);
  fixture->transfers = tocsin_transfers_new (fixture->reactor);
  fixture->server = tocsin_test_http_server_new (NULL);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  tocsin_transfers_free (fixture->transfers);
  tocsin_reactor_free (fixture->reactor);
  g_main_context_unref (fixture->context);
  tocsin_test_http_server_free (fixture->server);
}

static size_t
write_cb (char *bytes, size_t size, size_t n, void *user_data)
{
  g_string_append_len (user_data, bytes, (gssize) n);
  return n;
}

static void
done_cb (TocsinTransfer *transfer, CURLcode result, gpointer user_data)
{
  Fetch *fetch = user_data;

  g_assert_false (fetch->done);
  fetch->done = TRUE;
  fetch->result = result;
}

static void
fetch_start (Fixture *fixture, Fetch *fetch, const char *path)
{
  g_autofree char *url = tocsin_test_http_server_url (fixture->server, path);
  CURL *easy;

  fetch->body = g_string_new (NULL);
  fetch->transfer = tocsin_transfers_take (fixture->transfers);
  easy = tocsin_transfer_get_easy (fetch->transfer);
  curl_easy_setopt (easy, CURLOPT_URL, url);
  curl_easy_setopt (easy, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, write_cb);
  curl_easy_setopt (easy, CURLOPT_WRITEDATA, fetch->body);
}

static void
fetch_clear (Fetch *fetch)
{
  tocsin_transfer_release (fetch->transfer);
  g_string_free (fetch->body, TRUE);
}

static gboolean
is_done (gpointer user_data)
{
  return ((Fetch *) user_data)->done;
}

static void
test_many (Fixture *fixture, gconstpointer data)
{
  Fetch fetches[MANY] = { 0 };

  for (guint round = 0; round < 3; round++) {
    for (guint i = 0; i < MANY; i++) {
      fetches[i] = (Fetch){ 0 };
      fetch_start (fixture, &fetches[i], "/ok");
      tocsin_transfer_start (fetches[i].transfer, done_cb, &fetches[i]);
      g_assert_false (fetches[i].done);
    }
    for (guint i = 0; i < MANY; i++) {
      tocsin_test_wait (fixture->context, is_done, &fetches[i]);
      g_assert_cmpint (fetches[i].result, ==, CURLE_OK);
      g_assert_cmpstr (fetches[i].body->str, ==, "hello, world");
      fetch_clear (&fetches[i]);
    }
  }
  /* Nothing is shared: each had its own connection. */
  g_assert_cmpint (tocsin_test_http_server_get_n_connections (fixture->server), ==, 3 * MANY);
}

/* A handle that comes back from the pool knows nothing of its last use. */
static void
test_reuse (Fixture *fixture, gconstpointer data)
{
  Fetch first = { 0 }, second = { 0 };

  fetch_start (fixture, &first, "/echo");
  curl_easy_setopt (tocsin_transfer_get_easy (first.transfer), CURLOPT_USERPWD, "alice:secret");
  curl_easy_setopt (tocsin_transfer_get_easy (first.transfer), CURLOPT_POSTFIELDS, "payload");
  tocsin_transfer_start (first.transfer, done_cb, &first);
  tocsin_test_wait (fixture->context, is_done, &first);
  g_assert_nonnull (strstr (first.body->str, "payload"));
  g_assert_nonnull (strstr (first.body->str, "Authorization"));
  fetch_clear (&first);
  fetch_start (fixture, &second, "/echo");
  tocsin_transfer_start (second.transfer, done_cb, &second);
  tocsin_test_wait (fixture->context, is_done, &second);
  g_assert_true (g_str_has_prefix (second.body->str, "GET /echo"));
  g_assert_null (strstr (second.body->str, "Authorization"));
  fetch_clear (&second);
}

/* A kept one has its options still, and goes to nobody who does not know its profile. */
static void
test_keep (Fixture *fixture, gconstpointer data)
{
  Fetch fetch = { 0 }, again = { 0 };
  TocsinTransfer *kept;

  g_assert_null (tocsin_transfers_take_kept (fixture->transfers, fixture));
  fetch_start (fixture, &fetch, "/echo");
  curl_easy_setopt (tocsin_transfer_get_easy (fetch.transfer), CURLOPT_USERAGENT, "keeper");
  tocsin_transfer_start (fetch.transfer, done_cb, &fetch);
  tocsin_test_wait (fixture->context, is_done, &fetch);
  kept = fetch.transfer;
  tocsin_transfer_keep (kept, fixture);
  g_assert_null (tocsin_transfers_take_kept (fixture->transfers, &fetch));
  g_assert_true (tocsin_transfers_take_kept (fixture->transfers, fixture) == kept);
  g_assert_null (tocsin_transfers_take_kept (fixture->transfers, fixture));
  again.transfer = kept;
  again.body = g_string_new (NULL);
  curl_easy_setopt (tocsin_transfer_get_easy (kept), CURLOPT_WRITEDATA, again.body);
  tocsin_transfer_start (kept, done_cb, &again);
  tocsin_test_wait (fixture->context, is_done, &again);
  g_assert_nonnull (strstr (again.body->str, "User-Agent: keeper"));
  fetch_clear (&again);
  g_string_free (fetch.body, TRUE);
}

static gboolean
server_was_reached (gpointer user_data)
{
  return tocsin_test_http_server_get_n_connections (user_data) > 0;
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  Fetch early = { 0 }, late = { 0 }, after = { 0 };

  fetch_start (fixture, &early, "/silent");
  tocsin_transfer_start (early.transfer, done_cb, &early);
  fetch_clear (&early);
  fetch_start (fixture, &late, "/silent");
  tocsin_transfer_start (late.transfer, done_cb, &late);
  tocsin_test_wait (fixture->context, server_was_reached, fixture->server);
  fetch_clear (&late);
  fetch_start (fixture, &after, "/ok");
  tocsin_transfer_start (after.transfer, done_cb, &after);
  tocsin_test_wait (fixture->context, is_done, &after);
  g_assert_false (early.done);
  g_assert_false (late.done);
  fetch_clear (&after);
}

static void
test_guard (Fixture *fixture, gconstpointer data)
{
  const TocsinAddressGuard guard = { .refused = TOCSIN_SCOPES_INWARD };
  Fetch fetch = { 0 };
  TocsinScope scope = TOCSIN_SCOPE_PUBLIC;
  g_auto (GStrv) attempts = NULL;

  fetch_start (fixture, &fetch, "/ok");
  tocsin_transfer_set_guard (fetch.transfer, &guard);
  tocsin_transfer_start (fetch.transfer, done_cb, &fetch);
  tocsin_test_wait (fixture->context, is_done, &fetch);
  g_assert_cmpint (fetch.result, ==, CURLE_COULDNT_CONNECT);
  g_assert_true (tocsin_transfer_was_forbidden (fetch.transfer, &scope));
  g_assert_cmpint (scope, ==, TOCSIN_SCOPE_LOOPBACK);
  attempts = tocsin_transfer_get_attempts (fetch.transfer, fetch.result);
  g_assert_cmpuint (g_strv_length (attempts), ==, 1);
  g_assert_true (g_str_has_suffix (attempts[0], ": refused, a loopback address"));
  g_assert_cmpint (tocsin_test_http_server_get_n_connections (fixture->server), ==, 0);
  fetch_clear (&fetch);
}

/* A name that leads to several addresses: each that was tried is told, with its error. */
static void
test_attempts (Fixture *fixture, gconstpointer data)
{
  guint16 port = tocsin_test_free_port ();
  g_autofree char *entry =
      g_strdup_printf ("many.example.org:%u:127.0.0.1,127.0.0.2,127.0.0.3", port);
  g_autofree char *url = g_strdup_printf ("http://many.example.org:%u/", port);
  struct curl_slist *resolve = curl_slist_append (NULL, entry);
  g_auto (GStrv) attempts = NULL;
  Fetch fetch = { 0 };

  fetch_start (fixture, &fetch, "/");
  curl_easy_setopt (tocsin_transfer_get_easy (fetch.transfer), CURLOPT_URL, url);
  curl_easy_setopt (tocsin_transfer_get_easy (fetch.transfer), CURLOPT_RESOLVE, resolve);
  tocsin_transfer_start (fetch.transfer, done_cb, &fetch);
  tocsin_test_wait (fixture->context, is_done, &fetch);
  g_assert_cmpint (fetch.result, ==, CURLE_COULDNT_CONNECT);
  g_assert_cmpint (tocsin_transfer_get_errno (fetch.transfer), ==, ECONNREFUSED);
  g_assert_cmpint (tocsin_transfer_get_stage (fetch.transfer), ==, TOCSIN_TRANSFER_CONNECT);
  attempts = tocsin_transfer_get_attempts (fetch.transfer, fetch.result);
  g_assert_cmpuint (g_strv_length (attempts), ==, 3);
  for (guint i = 0; i < 3; i++) {
    g_autofree char *wanted = g_strdup_printf ("127.0.0.%u:%u: Connection refused", i + 1, port);

    g_assert_cmpstr (attempts[i], ==, wanted);
  }
  fetch_clear (&fetch);
  curl_slist_free_all (resolve);
}

/* A socket of 127.0.0.2 whose queue is full: the kernel answers no further SYN. */
static int
dig_hole (guint16 port, int fillers[2])
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  inet_pton (AF_INET, "127.0.0.2", &address.sin_addr);
  g_assert_no_errno (bind (fd, (struct sockaddr *) &address, sizeof address));
  g_assert_no_errno (listen (fd, 0));
  for (guint i = 0; i < 2; i++) {
    fillers[i] = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    connect (fillers[i], (struct sockaddr *) &address, sizeof address);
  }
  return fd;
}

/* The first of two addresses is dead: half the time is left for the other. */
static void
test_dead_first (Fixture *fixture, gconstpointer data)
{
  guint16 port = tocsin_test_http_server_get_port (fixture->server);
  g_autofree char *entry = g_strdup_printf ("two.example.org:%u:127.0.0.2,127.0.0.1", port);
  g_autofree char *url = g_strdup_printf ("http://two.example.org:%u/ok", port);
  struct curl_slist *resolve = curl_slist_append (NULL, entry);
  int fillers[2], hole = dig_hole (port, fillers);
  Fetch fetch = { 0 };

  fetch_start (fixture, &fetch, "/");
  curl_easy_setopt (tocsin_transfer_get_easy (fetch.transfer), CURLOPT_URL, url);
  curl_easy_setopt (tocsin_transfer_get_easy (fetch.transfer), CURLOPT_RESOLVE, resolve);
  curl_easy_setopt (tocsin_transfer_get_easy (fetch.transfer), CURLOPT_CONNECTTIMEOUT_MS, 2000L);
  tocsin_transfer_start (fetch.transfer, done_cb, &fetch);
  tocsin_test_wait (fixture->context, is_done, &fetch);
  g_assert_cmpint (fetch.result, ==, CURLE_OK);
  g_assert_cmpstr (fetch.body->str, ==, "hello, world");
  fetch_clear (&fetch);
  curl_slist_free_all (resolve);
  close (hole);
  close (fillers[0]);
  close (fillers[1]);
}

static void
test_times (Fixture *fixture, gconstpointer data)
{
  Fetch fetch = { 0 };
  TocsinTransferTimes times;
  gint64 sum;

  fetch_start (fixture, &fetch, "/redirect/3");
  tocsin_transfer_start (fetch.transfer, done_cb, &fetch);
  tocsin_test_wait (fixture->context, is_done, &fetch);
  tocsin_transfer_get_times (fetch.transfer, &times);
  g_assert_cmpint (times.lookup_us, >=, 0);
  g_assert_cmpint (times.connect_us, >=, 0);
  g_assert_cmpint (times.tls_us, ==, -1);
  g_assert_cmpint (times.wait_us, >=, 0);
  g_assert_cmpint (times.transfer_us, >=, 0);
  sum = times.lookup_us + times.connect_us + times.wait_us + times.transfer_us;
  g_assert_cmpint (sum, <=, times.total_us);
  fetch_clear (&fetch);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
#define ADD(name, function) g_test_add (name, Fixture, NULL, setup, function, teardown)
  ADD ("/transfer/many-at-once-each-on-its-own-connection", test_many);
  ADD ("/transfer/a-reused-handle-knows-nothing-of-its-last-use", test_reuse);
  ADD ("/transfer/a-kept-handle-is-set-up-as-it-was", test_keep);
  ADD ("/transfer/a-released-one-is-cancelled-silently", test_cancel);
  ADD ("/transfer/a-guarded-one-does-not-reach-inward-addresses", test_guard);
  ADD ("/transfer/every-address-that-was-tried-is-told", test_attempts);
  ADD ("/transfer/a-dead-first-address-leaves-time-for-the-next", test_dead_first);
  ADD ("/transfer/phases-do-not-exceed-the-whole", test_times);
  return g_test_run ();
}
