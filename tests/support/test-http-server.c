/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-http-server"

#include "config.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test-http-server.h"
#include "test-listener.h"

#define REQUEST_BYTES (256 * 1024)
#define BIG_BYTES     (2 * 1024 * 1024)
#define DEEP          100000
#define LONG_HEADER   (400 * 1024)

#define NONCE "bmV2ZXIgdHdpY2U"

struct _TocsinTestHttpServer {
  TocsinTestListener *listener;
  SSL_CTX *ctx; /* (owned) (nullable) */
};

/* One connection, and the one request that it carries. */
typedef struct {
  TocsinTestHttpServer *server;
  TocsinTestListener *listener;
  int fd;
  SSL *ssl; /* (nullable) */
  GString *request;
  char *method, *path;
  gboolean reset; /* close with RST */
} Exchange;

static gssize
receive (Exchange *exchange, char *buffer, gsize size)
{
  if (exchange->ssl != NULL)
    return SSL_read (exchange->ssl, buffer, (int) size);
  return recv (exchange->fd, buffer, size, 0);
}

static gboolean
send_bytes (Exchange *exchange, const char *bytes, gsize length)
{
  while (length > 0) {
    gssize n = exchange->ssl != NULL ? SSL_write (exchange->ssl, bytes, (int) length)
                                     : send (exchange->fd, bytes, length, MSG_NOSIGNAL);

    if (n <= 0)
      return FALSE;
    bytes += n;
    length -= (gsize) n;
  }
  return TRUE;
}

static void
send_text (Exchange *exchange, const char *text)
{
  send_bytes (exchange, text, strlen (text));
}

/* (transfer full) (nullable) */
static char *
get_header (Exchange *exchange, const char *name)
{
  g_auto (GStrv) lines = g_strsplit (exchange->request->str, "\r\n", -1);
  gsize length = strlen (name);

  for (guint i = 1; lines[i] != NULL && lines[i][0] != '\0'; i++)
    if (g_ascii_strncasecmp (lines[i], name, length) == 0 && lines[i][length] == ':')
      return g_strstrip (g_strdup (lines[i] + length + 1));
  return NULL;
}

static gboolean
is_whole (Exchange *exchange)
{
  const char *end = strstr (exchange->request->str, "\r\n\r\n");
  g_autofree char *length = NULL;

  if (end == NULL)
    return FALSE;
  length = get_header (exchange, "Content-Length");
  return length == NULL || strlen (end + 4) >= g_ascii_strtoull (length, NULL, 10);
}

static gboolean
read_request (Exchange *exchange)
{
  char buffer[4096];
  char *path;

  while (!is_whole (exchange)) {
    gssize n = receive (exchange, buffer, sizeof buffer);

    if (n <= 0 || exchange->request->len > REQUEST_BYTES)
      return FALSE;
    g_string_append_len (exchange->request, buffer, n);
  }
  path = strchr (exchange->request->str, ' ');
  g_assert_nonnull (path);
  exchange->method = g_strndup (exchange->request->str, (gsize) (path - exchange->request->str));
  path++;
  if (g_str_has_prefix (path, "http://")) /* as a proxy is asked */
    path = strchr (path + strlen ("http://"), '/');
  exchange->path = g_strndup (path, strcspn (path, " "));
  return TRUE;
}

static void
answer_with (Exchange *exchange, guint status, const char *headers, const char *body)
{
  g_autofree char *text =
      g_strdup_printf ("HTTP/1.1 %u %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n"
                       "%sConnection: close\r\n\r\n%s",
                       status,
                       status == 503   ? "Service Unavailable"
                       : status == 401 ? "Unauthorized"
                       : status == 302 ? "Found"
                                       : "Whatever",
                       strlen (body), headers, g_str_equal (exchange->method, "HEAD") ? "" : body);

  send_text (exchange, text);
}

static void
answer_ok (Exchange *exchange, const char *rest)
{
  answer_with (exchange, 200, "Server: test\r\n", "hello, world");
}

static void
answer_status (Exchange *exchange, const char *rest)
{
  g_autofree char *body = g_strdup_printf ("this is status %s", rest);

  answer_with (exchange, (guint) g_ascii_strtoull (rest, NULL, 10), "", body);
}

static void
answer_redirect (Exchange *exchange, const char *rest)
{
  guint64 left = g_ascii_strtoull (rest, NULL, 10);
  g_autofree char *location = NULL;

  if (left == 0) {
    answer_ok (exchange, NULL);
    return;
  }
  location = g_strdup_printf ("Location: /redirect/%" G_GUINT64_FORMAT "\r\n", left - 1);
  answer_with (exchange, 302, location, "over there");
}

static void
answer_loop (Exchange *exchange, const char *rest)
{
  answer_with (exchange, 302, "Location: /loop\r\n", "round and round");
}

/* Sends to itself until the cookie comes back, as some sites do. */
static void
answer_cookie (Exchange *exchange, const char *rest)
{
  g_autofree char *given = get_header (exchange, "Cookie");

  if (g_strcmp0 (given, "seen=yes") == 0)
    answer_ok (exchange, NULL);
  else
    answer_with (exchange, 302, "Location: /cookie\r\nSet-Cookie: seen=yes; Path=/\r\n", "");
}

static void
answer_to (Exchange *exchange, const char *rest)
{
  g_autofree char *location = g_strdup_printf ("Location: %s\r\n", rest);

  answer_with (exchange, 302, location, "");
}

static void
answer_json (Exchange *exchange, const char *rest)
{
  answer_with (exchange, 200, "",
               "{\"status\": \"up\", \"count\": 42, \"ratio\": 0.5, \"ready\": true, "
               "\"none\": null, \"items\": [{\"id\": 1}, {\"id\": 2}], \"text\": \"17\"}");
}

static void
answer_deep (Exchange *exchange, const char *rest)
{
  g_autofree char *body = g_strnfill (DEEP, '[');

  answer_with (exchange, 200, "", body);
}

static void
answer_echo (Exchange *exchange, const char *rest)
{
  answer_with (exchange, 200, "", exchange->request->str);
}

static void
answer_headers (Exchange *exchange, const char *rest)
{
  answer_with (exchange, 200,
               "X-Version: 7\r\nSet-Cookie: sid=c00kie; Path=/\r\nSet-Cookie: b=c00kie\r\n"
               "X-Auth-Token: c00kie\r\n",
               "see the headers");
}

static void
answer_basic (Exchange *exchange, const char *rest)
{
  g_autofree char *given = get_header (exchange, "Authorization");
  g_autofree char *coded = g_base64_encode ((const guint8 *) "alice:open sesame", 17);
  g_autofree char *wanted = g_strconcat ("Basic ", coded, NULL);

  if (g_strcmp0 (given, wanted) == 0)
    answer_ok (exchange, NULL);
  else
    answer_with (exchange, 401, "WWW-Authenticate: Basic realm=\"cave\"\r\n", "who are you?");
}

static void
answer_bearer (Exchange *exchange, const char *rest)
{
  g_autofree char *given = get_header (exchange, "Authorization");

  if (g_strcmp0 (given, "Bearer t0ken") == 0)
    answer_ok (exchange, NULL);
  else
    answer_with (exchange, 401, "WWW-Authenticate: Bearer\r\n", "who are you?");
}

/* RFC 2617 without qop: MD5 (MD5 (user:realm:password):nonce:MD5 (method:path)). */
static void
answer_digest (Exchange *exchange, const char *rest)
{
  g_autofree char *given = get_header (exchange, "Authorization");
  g_autofree char *secret =
      g_compute_checksum_for_string (G_CHECKSUM_MD5, "alice:cave:open sesame", -1);
  g_autofree char *what = g_strdup_printf ("%s:%s", exchange->method, exchange->path);
  g_autofree char *what_sum = g_compute_checksum_for_string (G_CHECKSUM_MD5, what, -1);
  g_autofree char *all = g_strdup_printf ("%s:" NONCE ":%s", secret, what_sum);
  g_autofree char *wanted = g_compute_checksum_for_string (G_CHECKSUM_MD5, all, -1);

  if (given != NULL && g_str_has_prefix (given, "Digest ") && strstr (given, wanted) != NULL)
    answer_ok (exchange, NULL);
  else
    answer_with (exchange, 401, "WWW-Authenticate: Digest realm=\"cave\", nonce=\"" NONCE "\"\r\n",
                 "who are you?");
}

static void
stall (Exchange *exchange, const char *rest)
{
  tocsin_test_listener_wait (exchange->listener, exchange->fd);
}

static void
answer_slow_headers (Exchange *exchange, const char *rest)
{
  send_text (exchange, "HTTP/1.1 200 OK\r\nServer: slow\r\n");
  stall (exchange, NULL);
}

static void
answer_slow_body (Exchange *exchange, const char *rest)
{
  send_text (exchange, "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf of it");
  stall (exchange, NULL);
}

static void
answer_reset (Exchange *exchange, const char *rest)
{
  exchange->reset = TRUE;
}

/* The peer must have read the half before the RST, which would throw it away. */
static void
answer_reset_body (Exchange *exchange, const char *rest)
{
  char byte;

  send_text (exchange, "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf of it");
  shutdown (exchange->fd, SHUT_RD);
  exchange->reset = TRUE;
  recv (exchange->fd, &byte, 1, MSG_DONTWAIT);
}

static void
close_at_once (Exchange *exchange, const char *rest)
{
}

static void
answer_wrong_length (Exchange *exchange, const char *rest)
{
  send_text (exchange, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nten bytes!");
}

static void
answer_endless (Exchange *exchange, const char *rest)
{
  g_autofree char *block = g_strnfill (16384, 'x');

  send_text (exchange, "HTTP/1.1 200 OK\r\n\r\nthe beginning ");
  while (send_bytes (exchange, block, 16384))
    ;
}

static void
answer_big (Exchange *exchange, const char *rest)
{
  g_autofree char *body = g_strnfill (BIG_BYTES, 'x');

  memcpy (body + BIG_BYTES - strlen ("needle"), "needle", strlen ("needle"));
  answer_with (exchange, 200, "", body);
}

static void
answer_bad_chunk (Exchange *exchange, const char *rest)
{
  send_text (exchange, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n");
}

static void
answer_half_chunk (Exchange *exchange, const char *rest)
{
  send_text (exchange, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nhello");
}

static void
answer_garbage (Exchange *exchange, const char *rest)
{
  send_text (exchange, "220 mail.example.org ESMTP\r\n");
}

static void
answer_long_header (Exchange *exchange, const char *rest)
{
  g_autofree char *value = g_strnfill (LONG_HEADER, 'x');

  send_text (exchange, "HTTP/1.1 200 OK\r\nX-Long: ");
  send_text (exchange, value);
  send_text (exchange, "\r\n\r\n");
}

static void
answer_latin1 (Exchange *exchange, const char *rest)
{
  answer_with (exchange, 200, "", "caf\xe9 open");
}

static const struct {
  const char *path;
  gboolean is_prefix;
  void (*answer) (Exchange *exchange, const char *rest);
} routes[] = {
  { "/ok", FALSE, answer_ok },
  { "/status/", TRUE, answer_status },
  { "/redirect/", TRUE, answer_redirect },
  { "/loop", FALSE, answer_loop },
  { "/cookie", FALSE, answer_cookie },
  { "/to?", TRUE, answer_to },
  { "/json", FALSE, answer_json },
  { "/deep", FALSE, answer_deep },
  { "/echo", TRUE, answer_echo },
  { "/headers", FALSE, answer_headers },
  { "/basic", FALSE, answer_basic },
  { "/digest", FALSE, answer_digest },
  { "/bearer", FALSE, answer_bearer },
  { "/silent", FALSE, stall },
  { "/slow-headers", FALSE, answer_slow_headers },
  { "/slow-body", FALSE, answer_slow_body },
  { "/reset", FALSE, answer_reset },
  { "/reset-body", FALSE, answer_reset_body },
  { "/empty", FALSE, close_at_once },
  { "/wrong-length", FALSE, answer_wrong_length },
  { "/endless", FALSE, answer_endless },
  { "/big", FALSE, answer_big },
  { "/bad-chunk", FALSE, answer_bad_chunk },
  { "/half-chunk", FALSE, answer_half_chunk },
  { "/garbage", FALSE, answer_garbage },
  { "/long-header", FALSE, answer_long_header },
  { "/latin1", FALSE, answer_latin1 },
};

static void
answer (Exchange *exchange)
{
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    if (routes[i].is_prefix ? g_str_has_prefix (exchange->path, routes[i].path)
                            : g_str_equal (exchange->path, routes[i].path)) {
      routes[i].answer (exchange, exchange->path + strlen (routes[i].path));
      return;
    }
  answer_with (exchange, 404, "", "no such path");
}

static void
handle (TocsinTestListener *listener, int fd, gpointer user_data)
{
  TocsinTestHttpServer *self = user_data;
  Exchange exchange = {
    .server = self, .listener = listener, .fd = fd, .request = g_string_new (NULL)
  };

  if (self->ctx != NULL) {
    exchange.ssl = SSL_new (self->ctx);
    SSL_set_fd (exchange.ssl, fd);
  }
  if ((exchange.ssl == NULL || SSL_accept (exchange.ssl) == 1) && read_request (&exchange))
    answer (&exchange);
  if (exchange.reset) {
    tocsin_test_close_hard (fd);
  } else {
    if (exchange.ssl != NULL)
      SSL_shutdown (exchange.ssl);
    /* What the peer still sends must not make this close an RST. */
    shutdown (fd, SHUT_WR);
    tocsin_test_listener_wait (listener, fd);
    close (fd);
  }
  SSL_free (exchange.ssl);
  g_string_free (exchange.request, TRUE);
  g_free (exchange.method);
  g_free (exchange.path);
}

TocsinTestHttpServer *
tocsin_test_http_server_new (SSL_CTX *ctx)
{
  TocsinTestHttpServer *self = g_new0 (TocsinTestHttpServer, 1);

  self->ctx = ctx;
  self->listener = tocsin_test_listener_new (handle, self);
  return self;
}

void
tocsin_test_http_server_free (TocsinTestHttpServer *server)
{
  tocsin_test_listener_free (server->listener);
  SSL_CTX_free (server->ctx);
  g_free (server);
}

guint16
tocsin_test_http_server_get_port (TocsinTestHttpServer *server)
{
  return tocsin_test_listener_get_port (server->listener);
}

char *
tocsin_test_http_server_url (TocsinTestHttpServer *server, const char *path)
{
  return g_strdup_printf ("%s:%u%s", server->ctx != NULL ? "https://localhost" : "http://127.0.0.1",
                          tocsin_test_listener_get_port (server->listener), path);
}

int
tocsin_test_http_server_get_n_connections (TocsinTestHttpServer *server)
{
  return tocsin_test_listener_get_n_connections (server->listener);
}
