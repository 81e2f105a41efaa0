/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "listener"

#include "config.h"

#include <libsoup/soup.h>

#include "errors.h"
#include "listener.h"
#include "ping-request.h"
#include "watch-pings.h"

#define KEPT_PORT_FILE "listen"

/* A ping's head is small; what is larger is no ping. */
#define QUERY_MOST_BYTES 4096

struct _TocsinListener {
  GObject parent_instance;

  TocsinWatch *watch; /* (owned) */
  SoupServer *server; /* (owned) (nullable) until it listens */
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
answer (SoupServerMessage *message, guint status, const char *content_type, const char *text)
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
  soup_server_message_set_response (message, content_type, SOUP_MEMORY_COPY, text, strlen (text));
}
