/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-proxy"

#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test-http-server.h"
#include "test-listener.h"

#define HEAD_BYTES 65536

struct _TocsinTestProxy {
  TocsinTestListener *listener;
  TocsinTestProxyKind kind;
  char *user, *password; /* (nullable) */
  int n_served;          /* atomic */
  int hole_fd;           /* of a black hole */
  guint16 hole_port;
  int fillers[2]; /* connections that fill its queue */
};

static gboolean
copy_some (int from, int to)
{
  char buffer[8192];
  gssize n = recv (from, buffer, sizeof buffer, 0);

  return n > 0 && send (to, buffer, (gsize) n, MSG_NOSIGNAL) == n;
}

static void
pump (TocsinTestListener *listener, int client, int server)
{
  gboolean client_ready, server_ready;

  while (tocsin_test_listener_poll (listener, client, server, &client_ready, &server_ready))
    if ((client_ready && !copy_some (client, server)) ||
        (server_ready && !copy_some (server, client)))
      return;
}

static void
reply (int fd, const char *text)
{
  send (fd, text, strlen (text), MSG_NOSIGNAL);
}

static gboolean
may_pass (TocsinTestProxy *self, const char *head)
{
  g_autofree char *pair = NULL, *coded = NULL, *wanted = NULL;

  if (self->user == NULL)
    return TRUE;
  pair = g_strdup_printf ("%s:%s", self->user, self->password);
  coded = g_base64_encode ((const guint8 *) pair, strlen (pair));
  wanted = g_strdup_printf ("Proxy-Authorization: Basic %s\r\n", coded);
  return strstr (head, wanted) != NULL;
}

static void
serve_http (TocsinTestProxy *self, TocsinTestListener *listener, int fd)
{
  g_autoptr (GString) head = g_string_new (NULL);
  gboolean is_tunnel;
  const char *authority;
  int server;

  while (strstr (head->str, "\r\n\r\n") == NULL) {
    char buffer[4096];
    gssize n = recv (fd, buffer, sizeof buffer, 0);

    if (n <= 0 || head->len > HEAD_BYTES)
      return;
    g_string_append_len (head, buffer, n);
  }
  if (!may_pass (self, head->str)) {
    reply (fd, "HTTP/1.1 407 Proxy Authentication Required\r\n"
               "Proxy-Authenticate: Basic realm=\"gate\"\r\nContent-Length: 0\r\n\r\n");
    return;
  }
  is_tunnel = g_str_has_prefix (head->str, "CONNECT ");
  authority = is_tunnel ? head->str + strlen ("CONNECT ") : strstr (head->str, "://") + 3;
  server = tocsin_test_connect ((guint16) g_ascii_strtoull (strchr (authority, ':') + 1, NULL, 10));
  if (server < 0) {
    reply (fd, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    return;
  }
  g_atomic_int_inc (&self->n_served);
  if (is_tunnel)
    reply (fd, "HTTP/1.1 200 Connection established\r\n\r\n");
  else
    send (server, head->str, head->len, MSG_NOSIGNAL);
  pump (listener, fd, server);
  close (server);
}

static gboolean
read_bytes (int fd, guint8 *bytes, gsize length)
{
  return recv (fd, bytes, length, MSG_WAITALL) == (gssize) length;
}

/* RFC 1929. */
static gboolean
check_socks_password (TocsinTestProxy *self, int fd)
{
  guint8 length, user[256] = { 0 }, password[256] = { 0 };
  gboolean ok;

  if (!read_bytes (fd, &length, 1) || !read_bytes (fd, &length, 1) ||
      !read_bytes (fd, user, length) || !read_bytes (fd, &length, 1) ||
      !read_bytes (fd, password, length))
    return FALSE;
  ok = g_str_equal (user, self->user) && g_str_equal (password, self->password);
  send (fd, ok ? "\1\0" : "\1\1", 2, MSG_NOSIGNAL);
  return ok;
}

/* RFC 1928: CONNECT alone. */
static void
serve_socks5 (TocsinTestProxy *self, TocsinTestListener *listener, int fd)
{
  static const guint8 address_bytes[] = { [1] = 4, [4] = 16 };
  guint8 head[4], bytes[256], length;
  guint16 port;
  int server;

  if (!read_bytes (fd, head, 2) || !read_bytes (fd, bytes, head[1]))
    return;
  send (fd, self->user != NULL ? "\5\2" : "\5\0", 2, MSG_NOSIGNAL);
  if (self->user != NULL && !check_socks_password (self, fd))
    return;
  if (!read_bytes (fd, head, 4))
    return;
  length = head[3] < sizeof address_bytes ? address_bytes[head[3]] : 0;
  if (head[3] == 3 && !read_bytes (fd, &length, 1))
    return;
  if (!read_bytes (fd, bytes, length) || !read_bytes (fd, (guint8 *) &port, 2))
    return;
  server = tocsin_test_connect (ntohs (port));
  send (fd, server < 0 ? "\5\5\0\1\0\0\0\0\0\0" : "\5\0\0\1\0\0\0\0\0\0", 10, MSG_NOSIGNAL);
  if (server < 0)
    return;
  g_atomic_int_inc (&self->n_served);
  pump (listener, fd, server);
  close (server);
}

static void
handle (TocsinTestListener *listener, int fd, gpointer user_data)
{
  TocsinTestProxy *self = user_data;

  if (self->kind == TOCSIN_TEST_PROXY_HTTP)
    serve_http (self, listener, fd);
  else
    serve_socks5 (self, listener, fd);
  shutdown (fd, SHUT_WR);
  tocsin_test_listener_wait (listener, fd);
  close (fd);
}

/* The kernel answers no SYN once the queue of one is full. */
static void
dig_hole (TocsinTestProxy *self)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;

  self->hole_fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_no_errno (bind (self->hole_fd, (struct sockaddr *) &address, sizeof address));
  g_assert_no_errno (listen (self->hole_fd, 0));
  g_assert_no_errno (getsockname (self->hole_fd, (struct sockaddr *) &address, &length));
  self->hole_port = ntohs (address.sin_port);
  for (guint i = 0; i < G_N_ELEMENTS (self->fillers); i++) {
    self->fillers[i] = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    connect (self->fillers[i], (struct sockaddr *) &address, length);
  }
}

TocsinTestProxy *
tocsin_test_proxy_new (TocsinTestProxyKind kind, const char *user, const char *password)
{
  TocsinTestProxy *self = g_new0 (TocsinTestProxy, 1);

  self->kind = kind;
  self->user = g_strdup (user);
  self->password = g_strdup (password);
  if (kind == TOCSIN_TEST_BLACK_HOLE)
    dig_hole (self);
  else
    self->listener = tocsin_test_listener_new (handle, self);
  return self;
}

void
tocsin_test_proxy_free (TocsinTestProxy *proxy)
{
  if (proxy->kind == TOCSIN_TEST_BLACK_HOLE) {
    close (proxy->hole_fd);
    for (guint i = 0; i < G_N_ELEMENTS (proxy->fillers); i++)
      close (proxy->fillers[i]);
  } else {
    tocsin_test_listener_free (proxy->listener);
  }
  g_free (proxy->user);
  g_free (proxy->password);
  g_free (proxy);
}

guint16
tocsin_test_proxy_get_port (TocsinTestProxy *proxy)
{
  return proxy->kind == TOCSIN_TEST_BLACK_HOLE ? proxy->hole_port
                                               : tocsin_test_listener_get_port (proxy->listener);
}

int
tocsin_test_proxy_get_n_served (TocsinTestProxy *proxy)
{
  return g_atomic_int_get (&proxy->n_served);
}
