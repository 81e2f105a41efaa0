/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-tcp-server"

#include "config.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test-listener.h"
#include "test-tcp-server.h"

#define LINE_BYTES  4096
#define FLOOD_BYTES 4096

struct _TocsinTestTcpServer {
  TocsinTestListener *listener;
  const char *const *script;
  SSL_CTX *ctx; /* (nullable) */
};

typedef struct {
  TocsinTestTcpServer *server;
  TocsinTestListener *listener;
  int fd;
  SSL *ssl; /* (nullable) */
} Connection;

static gboolean
put (Connection *self, const char *bytes, gsize length)
{
  while (length > 0) {
    gssize n = self->ssl != NULL ? SSL_write (self->ssl, bytes, (int) length)
                                 : send (self->fd, bytes, length, MSG_NOSIGNAL);

    if (n <= 0)
      return FALSE;
    bytes += n;
    length -= (gsize) n;
  }
  return TRUE;
}

static gboolean
get_line (Connection *self, const char *start)
{
  g_autoptr (GString) line = g_string_new (NULL);
  gboolean can_read, other;
  char byte;

  while (line->len < LINE_BYTES) {
    if ((self->ssl == NULL || SSL_pending (self->ssl) == 0) &&
        !tocsin_test_listener_poll (self->listener, self->fd, -1, &can_read, &other))
      return FALSE;
    if ((self->ssl != NULL ? SSL_read (self->ssl, &byte, 1) : recv (self->fd, &byte, 1, 0)) != 1)
      return FALSE;
    if (byte == '\n')
      return g_str_has_prefix (line->str, start);
    g_string_append_c (line, byte);
  }
  return FALSE;
}

static gboolean
start_tls (Connection *self)
{
  self->ssl = SSL_new (self->server->ctx);
  SSL_set_fd (self->ssl, self->fd);
  return SSL_accept (self->ssl) == 1;
}

static gboolean
flood (Connection *self)
{
  char bytes[FLOOD_BYTES];

  memset (bytes, 'x', sizeof bytes);
  while (put (self, bytes, sizeof bytes))
    ;
  return FALSE;
}

static gboolean
play (Connection *self, const char *step)
{
  if (step[0] == '>')
    return put (self, step + 1, strlen (step + 1));
  if (step[0] == '<')
    return get_line (self, step + 1);
  if (g_str_equal (step, "tls"))
    return start_tls (self);
  if (g_str_equal (step, "flood"))
    return flood (self);
  g_assert_true (g_str_equal (step, "wait"));
  tocsin_test_listener_wait (self->listener, self->fd);
  return FALSE;
}

static void
handle (TocsinTestListener *listener, int fd, gpointer user_data)
{
  TocsinTestTcpServer *self = user_data;
  Connection connection = { .server = self, .listener = listener, .fd = fd };
  gboolean is_hard = FALSE;

  for (guint i = 0; self->script[i] != NULL; i++) {
    is_hard = g_str_equal (self->script[i], "reset");
    if (is_hard || !play (&connection, self->script[i]))
      break;
  }
  if (connection.ssl != NULL && !is_hard)
    SSL_shutdown (connection.ssl);
  g_clear_pointer (&connection.ssl, SSL_free);
  if (is_hard)
    tocsin_test_close_hard (fd);
  else
    close (fd);
}

TocsinTestTcpServer *
tocsin_test_tcp_server_new (const char *const *script, SSL_CTX *ctx)
{
  TocsinTestTcpServer *self = g_new0 (TocsinTestTcpServer, 1);

  self->script = script;
  self->ctx = ctx;
  self->listener = tocsin_test_listener_new (handle, self);
  return self;
}

void
tocsin_test_tcp_server_free (TocsinTestTcpServer *server)
{
  tocsin_test_listener_free (server->listener);
  g_clear_pointer (&server->ctx, SSL_CTX_free);
  g_free (server);
}

guint16
tocsin_test_tcp_server_get_port (TocsinTestTcpServer *server)
{
  return tocsin_test_listener_get_port (server->listener);
}
