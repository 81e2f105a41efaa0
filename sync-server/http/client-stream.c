/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "client-stream"

#include "config.h"

#include "client-stream.h"
#include "clients.h"

/* --- what is read --- */

#define TOCSIN_TYPE_CLIENT_INPUT (tocsin_client_input_get_type ())
G_DECLARE_FINAL_TYPE (TocsinClientInput, tocsin_client_input, TOCSIN, CLIENT_INPUT,
                      GFilterInputStream)

struct _TocsinClientInput {
  GFilterInputStream parent_instance;

  GSocketAddress *remote; /* (owned) */
  gboolean has_ended;
};

static void client_input_pollable_init (GPollableInputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TocsinClientInput, tocsin_client_input, G_TYPE_FILTER_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                      client_input_pollable_init))

static GPollableInputStream *
get_base (TocsinClientInput *self)
{
  return G_POLLABLE_INPUT_STREAM (
      g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (self)));
}

/* The end, or an error that is as good as one, between two requests. */
static gboolean
is_end_to_mark (TocsinClientInput *self, gssize n, const GError *error)
{
  TocsinClient *client = tocsin_clients_find (self->remote);

  return n <= 0 && !self->has_ended && client != NULL && tocsin_client_is_resting (client) &&
         !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

static gssize
tocsin_client_input_read_nonblocking (GPollableInputStream *stream, void *buffer, gsize count,
                                      GError **error)
{
  TocsinClientInput *self = TOCSIN_CLIENT_INPUT (stream);
  g_autoptr (GError) why = NULL;
  gssize n = g_pollable_input_stream_read_nonblocking (get_base (self), buffer, count, NULL, &why);

  if (count > 0 && is_end_to_mark (self, n, why)) {
    self->has_ended = TRUE;
    *(char *) buffer = '-';
    return 1;
  }
  if (why != NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  return n;
}

static gboolean
tocsin_client_input_can_poll (GPollableInputStream *stream)
{
  return g_pollable_input_stream_can_poll (get_base (TOCSIN_CLIENT_INPUT (stream)));
}

static gboolean
tocsin_client_input_is_readable (GPollableInputStream *stream)
{
  return g_pollable_input_stream_is_readable (get_base (TOCSIN_CLIENT_INPUT (stream)));
}

static GSource *
tocsin_client_input_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  g_autoptr (GSource) base =
      g_pollable_input_stream_create_source (get_base (TOCSIN_CLIENT_INPUT (stream)), NULL);

  return g_pollable_source_new_full (stream, base, cancellable);
}

static void
tocsin_client_input_finalize (GObject *object)
{
  g_object_unref (TOCSIN_CLIENT_INPUT (object)->remote);
  G_OBJECT_CLASS (tocsin_client_input_parent_class)->finalize (object);
}

static void
client_input_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->can_poll = tocsin_client_input_can_poll;
  iface->is_readable = tocsin_client_input_is_readable;
  iface->create_source = tocsin_client_input_create_source;
  iface->read_nonblocking = tocsin_client_input_read_nonblocking;
}

static void
tocsin_client_input_class_init (TocsinClientInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tocsin_client_input_finalize;
}

static void
tocsin_client_input_init (TocsinClientInput *self)
{
}

/* --- the whole --- */

struct _TocsinClientStream {
  GIOStream parent_instance;

  GIOStream *base;     /* (owned) */
  GInputStream *input; /* (owned) */
};

G_DEFINE_FINAL_TYPE (TocsinClientStream, tocsin_client_stream, G_TYPE_IO_STREAM)

static GInputStream *
tocsin_client_stream_get_input_stream (GIOStream *stream)
{
  return TOCSIN_CLIENT_STREAM (stream)->input;
}

static GOutputStream *
tocsin_client_stream_get_output_stream (GIOStream *stream)
{
  return g_io_stream_get_output_stream (TOCSIN_CLIENT_STREAM (stream)->base);
}

static gboolean
tocsin_client_stream_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  return g_io_stream_close (TOCSIN_CLIENT_STREAM (stream)->base, cancellable, error);
}

static void
tocsin_client_stream_finalize (GObject *object)
{
  TocsinClientStream *self = TOCSIN_CLIENT_STREAM (object);

  g_object_unref (self->input);
  g_object_unref (self->base);
  G_OBJECT_CLASS (tocsin_client_stream_parent_class)->finalize (object);
}

static void
tocsin_client_stream_class_init (TocsinClientStreamClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = tocsin_client_stream_finalize;
  stream_class->get_input_stream = tocsin_client_stream_get_input_stream;
  stream_class->get_output_stream = tocsin_client_stream_get_output_stream;
  stream_class->close_fn = tocsin_client_stream_close;
}

static void
tocsin_client_stream_init (TocsinClientStream *self)
{
}

GIOStream *
tocsin_client_stream_new (GIOStream *base, GSocketAddress *remote)
{
  TocsinClientStream *self = g_object_new (TOCSIN_TYPE_CLIENT_STREAM, NULL);
  TocsinClientInput *input =
      g_object_new (TOCSIN_TYPE_CLIENT_INPUT, "base-stream", g_io_stream_get_input_stream (base),
                    "close-base-stream", FALSE, NULL);

  input->remote = g_object_ref (remote);
  self->base = g_object_ref (base);
  self->input = G_INPUT_STREAM (input);
  return G_IO_STREAM (self);
}
