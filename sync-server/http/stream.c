/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "stream"

#include "config.h"

#include "call-private.h"
#include "clients.h"
#include "stream.h"

struct _TocsinStream {
  TocsinCall *call; /* (owned) */
  TocsinStreamOver over;
  gpointer user_data;
  gsize waiting_bytes; /* given to libsoup and not written */
  gboolean has_ended;
};

static TocsinClient *
get_client (const TocsinStream *stream)
{
  return tocsin_clients_find (soup_server_message_get_remote_address (stream->call->message));
}

/* It has all that there is: it waits for us, however long. */
static void
wrote_data_cb (SoupServerMessage *message, guint n_bytes, gpointer user_data)
{
  TocsinStream *stream = user_data;
  TocsinClient *client = get_client (stream);

  stream->waiting_bytes -= MIN (stream->waiting_bytes, n_bytes);
  if (client != NULL && stream->waiting_bytes == 0 && !stream->has_ended)
    tocsin_client_waits_for_us (client);
}

static void
finished_cb (SoupServerMessage *message, gpointer user_data)
{
  TocsinStream *stream = user_data;

  g_signal_handlers_disconnect_by_data (message, stream);
  stream->over (stream, stream->user_data);
  tocsin_call_free (stream->call);
  g_free (stream);
}

TocsinStream *
tocsin_stream_new (TocsinCall *call, const char *type, TocsinStreamOver over, gpointer user_data)
{
  SoupServerMessage *message = call->message;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  TocsinStream *stream = g_new0 (TocsinStream, 1);

  stream->call = call;
  stream->over = over;
  stream->user_data = user_data;
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  soup_message_headers_set_content_type (headers, type, NULL);
  soup_message_headers_replace (headers, "X-Accel-Buffering", "no"); /* nginx would wait for more */
  tocsin_call_add_common_headers (call);
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);
  g_signal_connect (message, "wrote-body-data", G_CALLBACK (wrote_data_cb), stream);
  g_signal_connect (message, "finished", G_CALLBACK (finished_cb), stream);
  tocsin_call_is_stream (call);
  soup_server_message_unpause (message);
  return stream;
}

void
tocsin_stream_send (TocsinStream *stream, GBytes *bytes)
{
  TocsinClient *client = get_client (stream);

  g_return_if_fail (bytes != NULL && g_bytes_get_size (bytes) > 0);

  if (stream->has_ended)
    return;
  if (stream->waiting_bytes > TOCSIN_STREAM_WAITING_BYTES) {
    stream->has_ended = TRUE;
    if (client != NULL)
      tocsin_client_let_go (client);
    return;
  }
  if (client != NULL && stream->waiting_bytes == 0)
    tocsin_client_is_at_it (client);
  stream->waiting_bytes += g_bytes_get_size (bytes);
  soup_message_body_append_bytes (soup_server_message_get_response_body (stream->call->message),
                                  bytes);
  soup_server_message_unpause (stream->call->message);
}

void
tocsin_stream_end (TocsinStream *stream)
{
  if (stream->has_ended)
    return;
  stream->has_ended = TRUE;
  soup_message_body_complete (soup_server_message_get_response_body (stream->call->message));
  soup_server_message_unpause (stream->call->message);
}
