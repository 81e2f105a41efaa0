/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "listener"

#include "config.h"

#include <libsoup/soup.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "errors.h"
#include "listener.h"
#include "ping-request.h"
#include "watch-pings.h"

#define KEPT_PORT_FILE "listen"

/* A ping's head is small; what is larger is no ping. */
#define QUERY_MOST_BYTES 4096

struct _TocsinListener {
  GObject parent_instance;

  TocsinWatch *watch;      /* (owned) */
  SoupServer *server;      /* (owned) (nullable) until it listens */
  GSocketService *service; /* (owned) (nullable) */
  char *data_dir;
  char *host;
  guint16 port;
};

G_DEFINE_FINAL_TYPE (TocsinListener, tocsin_listener, G_TYPE_OBJECT)

/* --- the body: what is over the limit is read and dropped, never refused --- */

typedef struct {
  GByteArray *kept;
  gint64 n_bytes; /* in all */
} Body;

static GQuark
body_quark (void)
{
  return g_quark_from_static_string ("tocsin-listener-body");
}

static void
free_body (gpointer data)
{
  Body *body = data;

  g_byte_array_unref (body->kept);
  g_free (body);
}

static void
got_chunk_cb (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  Body *body = user_data;
  gsize size;
  const guint8 *data = g_bytes_get_data (chunk, &size);
  gsize room = (gsize) TOCSIN_MONITOR_PING_BODY_BYTES - body->kept->len;

  body->n_bytes += (gint64) size;
  g_byte_array_append (body->kept, data, (guint) MIN (size, room));
}

/* Before the body is read. */
static void
early_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
          gpointer user_data)
{
  Body *body = g_new0 (Body, 1);

  body->kept = g_byte_array_new ();
  g_object_set_qdata_full (G_OBJECT (message), body_quark (), body, free_body);
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk_cb), body);
}

/* --- the answer --- */

static void
answer (SoupServerMessage *message, guint status, const char *text)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_autofree char *limit = g_strdup_printf ("%d", TOCSIN_MONITOR_PING_BODY_BYTES);

  soup_message_headers_replace (headers, "Access-Control-Allow-Origin", "*");
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_replace (headers, "Ping-Body-Limit", limit);
  soup_server_message_set_status (message, status, NULL);
  if (status == SOUP_STATUS_NO_CONTENT) {
    soup_message_headers_replace (headers, "Access-Control-Allow-Methods",
                                  "GET, HEAD, POST, PUT, OPTIONS");
    return;
  }
  if (status == SOUP_STATUS_METHOD_NOT_ALLOWED)
    soup_message_headers_replace (headers, "Allow", "GET, HEAD, POST, PUT, OPTIONS");
  if (status == SOUP_STATUS_SERVICE_UNAVAILABLE)
    soup_message_headers_replace (headers, "Retry-After", "5");
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY, text, strlen (text));
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SoupServerMessage) message = user_data;
  TocsinPingAnswer what;

  tocsin_watch_ping_finish (TOCSIN_WATCH (source), result, &what);
  answer (message, what.status, what.text);
  soup_server_message_unpause (message);
}

static TocsinPing *
make_ping (SoupServerMessage *message)
{
  const Body *body = g_object_get_qdata (G_OBJECT (message), body_quark ());
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *user_agent = soup_message_headers_get_one (headers, "User-Agent");
  TocsinPing *ping = tocsin_ping_new ();

  ping->at_us = g_get_real_time ();
  ping->scheme = g_strdup ("http");
  ping->remote_address = g_strdup (soup_server_message_get_remote_host (message));
  if (user_agent != NULL) {
    g_autofree char *valid = g_utf8_make_valid (user_agent, -1);

    ping->user_agent =
        g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), TOCSIN_PING_USER_AGENT_BYTES));
  }
  if (body != NULL && body->n_bytes > 0) {
    ping->body = g_bytes_new (body->kept->data, body->kept->len);
    ping->body_bytes = body->n_bytes;
  }
  return ping;
}

static void
request_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  TocsinListener *self = user_data;
  GUri *uri = soup_server_message_get_uri (message);
  const char *text = g_uri_get_query (uri);
  g_auto (TocsinPingRequest) request = { 0 };
  TocsinPingAnswer refusal;

  if (text != NULL && strlen (text) > QUERY_MOST_BYTES) {
    answer (message, SOUP_STATUS_BAD_REQUEST, "invalid url format");
    return;
  }
  if (!tocsin_ping_request_parse (&request, soup_server_message_get_method (message),
                                  g_uri_get_path (uri), text, &refusal)) {
    answer (message, refusal.status, refusal.text);
    return;
  }
  soup_server_message_pause (message);
  tocsin_watch_ping (self->watch, &request, make_ping (message), answered_cb,
                     g_object_ref (message));
}

/* --- where it listens --- */

static guint16
read_kept_port (TocsinListener *self)
{
  g_autofree char *path = g_build_filename (self->data_dir, KEPT_PORT_FILE, NULL);
  g_autofree char *text = NULL;
  guint64 port;

  if (!g_file_get_contents (path, &text, NULL, NULL) ||
      !g_ascii_string_to_unsigned (g_strstrip (text), 10, 1, 65535, &port, NULL))
    return 0;
  return (guint16) port;
}

static void
keep_port (TocsinListener *self, guint16 port)
{
  g_autofree char *path = g_build_filename (self->data_dir, KEPT_PORT_FILE, NULL);
  g_autofree char *text = g_strdup_printf ("%u\n", port);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
    g_warning ("the port of ping URLs can’t be kept: %s", error->message);
}

/* Connections are accepted here and handed to libsoup: where it accepts them itself, it forgets to
 * let go of each socket until 3.4. */
static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source,
             gpointer user_data)
{
  TocsinListener *self = user_data;
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (connection, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (connection, NULL);
  g_autoptr (GError) error = NULL;

  g_socket_set_option (g_socket_connection_get_socket (connection), IPPROTO_TCP, TCP_NODELAY, TRUE,
                       NULL);
  if (!soup_server_accept_iostream (self->server, G_IO_STREAM (connection), local, remote, &error))
    g_info ("a connection is not taken: %s", error->message);
  return TRUE;
}

/* `port` becomes the one that it is. */
static gboolean
listen_on (TocsinListener *self, guint16 *port, GError **error)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (self->host, *port);
  g_autoptr (GSocketAddress) effective = NULL;

  if (address == NULL)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "--listen: “%s” is no IP address", self->host);
  if (g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address,
                                     G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &effective,
                                     error)) {
    *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
    return TRUE;
  }
  g_prefix_error (error, "can’t listen on %s port %u: ", self->host, *port);
  return FALSE;
}

static gboolean
listen_somewhere (TocsinListener *self, guint16 *port, GError **error)
{
  guint16 kept = read_kept_port (self);

  *port = self->port != 0 ? self->port : kept; /* ping URLs say so: another would be silence */
  if (*port != 0)
    return listen_on (self, port, error);
  *port = TOCSIN_LISTENER_PORT;
  if (listen_on (self, port, NULL))
    return TRUE;
  *port = 0;
  return listen_on (self, port, error);
}

static void
stop (TocsinListener *self)
{
  if (self->service != NULL) {
    g_signal_handlers_disconnect_by_data (self->service, self);
    g_socket_service_stop (self->service);
    g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  }
  g_clear_object (&self->service);
  if (self->server != NULL)
    soup_server_disconnect (self->server);
  g_clear_object (&self->server);
}

gboolean
tocsin_listener_start (TocsinListener *self, GError **error)
{
  g_autofree char *base = NULL;
  gboolean is_ipv6;
  guint16 port;

  g_return_val_if_fail (TOCSIN_IS_LISTENER (self), FALSE);

  if (self->server != NULL)
    return TRUE;
  self->server = soup_server_new ("server-header", "tocsin", "raw-paths", TRUE, NULL);
  soup_server_add_early_handler (self->server, NULL, early_cb, self, NULL);
  soup_server_add_handler (self->server, NULL, request_cb, self, NULL);
  self->service = g_socket_service_new ();
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);
  if (!listen_somewhere (self, &port, error)) {
    stop (self);
    return FALSE;
  }
  is_ipv6 = strchr (self->host, ':') != NULL;
  base = g_strdup_printf ("http://%s%s%s:%d", is_ipv6 ? "[" : "", self->host, is_ipv6 ? "]" : "",
                          port);
  if (self->port == 0)
    keep_port (self, port);
  g_message ("taking pings at %s/ping/…", base);
  tocsin_watch_set_ping_base (self->watch, base);
  return TRUE;
}

/* --- life --- */

static void
tocsin_listener_dispose (GObject *object)
{
  TocsinListener *self = TOCSIN_LISTENER (object);

  stop (self);
  g_clear_object (&self->watch);
  g_clear_pointer (&self->data_dir, g_free);
  g_clear_pointer (&self->host, g_free);
  G_OBJECT_CLASS (tocsin_listener_parent_class)->dispose (object);
}

static void
tocsin_listener_class_init (TocsinListenerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_listener_dispose;
}

static void
tocsin_listener_init (TocsinListener *self)
{
}

TocsinListener *
tocsin_listener_new (TocsinWatch *watch, const char *data_dir, const char *host, guint16 port)
{
  TocsinListener *self = g_object_new (TOCSIN_TYPE_LISTENER, NULL);

  self->watch = g_object_ref (watch);
  self->data_dir = g_strdup (data_dir);
  self->host = g_strdup (host);
  self->port = port;
  return self;
}
