/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "listeners"

#include "config.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "client-stream.h"
#include "listeners.h"

#define ACCEPTED_AT_ONCE 64 /* of a socket, before others have their turn */

struct _TocsinListeners {
  SoupServer *soup;
  TocsinClients *clients;
  GPtrArray *sources;           /* (owned) of GSource, one a socket that listens */
  GTlsCertificate *certificate; /* (owned) (nullable) */
  gboolean is_listening;
};

static GIOStream *
wrap_in_tls (TocsinListeners *self, GSocketConnection *connection, GError **error)
{
  if (self->certificate == NULL)
    return g_object_ref (G_IO_STREAM (connection));
  return g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, error);
}

static void
take_connection (TocsinListeners *self, GSocketConnection *connection)
{
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (connection, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (connection, NULL);
  g_autoptr (GIOStream) base = NULL, stream = NULL;
  g_autoptr (GError) error = NULL;

  if (remote == NULL || !tocsin_clients_add (self->clients, connection, remote))
    return; /* which closes it */
  g_socket_set_option (g_socket_connection_get_socket (connection), IPPROTO_TCP, TCP_NODELAY, TRUE,
                       NULL);
  base = wrap_in_tls (self, connection, &error);
  stream = base != NULL ? tocsin_client_stream_new (base, remote) : NULL;
  /* libsoup, where it accepts connections itself, forgets to let go of each socket until 3.4. */
  if (stream == NULL || !soup_server_accept_iostream (self->soup, stream, local, remote, &error))
    g_info ("a connection is not taken: %s", error->message);
}

/* GSocketService drops what it has just accepted where it is stopped in that moment; here accepting
 * and taking are one. */
static gboolean
ready_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  TocsinListeners *self = user_data;

  for (guint i = 0; i < ACCEPTED_AT_ONCE; i++) {
    g_autoptr (GSocket) accepted = g_socket_accept (socket, NULL, NULL);
    g_autoptr (GSocketConnection) connection = NULL;

    if (accepted == NULL)
      break;
    connection = g_socket_connection_factory_create_connection (accepted);
    take_connection (self, connection);
  }
  return G_SOURCE_CONTINUE;
}

static void
free_source (gpointer data)
{
  g_source_destroy (data);
  g_source_unref (data);
}

/* libsoup keeps connections alive only while it listens itself (3.2): here it does, on a socket
 * that nobody can reach, since its name is gone. */
static gboolean
listen_nowhere (SoupServer *soup, GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("tocsin-XXXXXX", error);
  g_autofree char *path = folder != NULL ? g_build_filename (folder, "nowhere", NULL) : NULL;
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocket) socket = NULL;
  gboolean ok;

  if (folder == NULL)
    return FALSE;
  address = g_unix_socket_address_new (path);
  socket =
      g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, error);
  ok = socket != NULL && g_socket_bind (socket, address, FALSE, error) &&
       g_socket_listen (socket, error) && soup_server_listen_socket (soup, socket, 0, error);
  g_unlink (path);
  g_rmdir (folder);
  return ok;
}

gboolean
tocsin_listeners_add (TocsinListeners *self, int fd, GError **error)
{
  g_autoptr (GSocket) socket = NULL;
  GSource *source;

  if (!self->is_listening && !listen_nowhere (self->soup, error))
    return FALSE;
  self->is_listening = TRUE;
  socket = g_socket_new_from_fd (fd, error);
  if (socket == NULL)
    return FALSE;
  g_socket_set_blocking (socket, FALSE);
  source = g_socket_create_source (socket, G_IO_IN, NULL);
  g_source_set_callback (source, G_SOURCE_FUNC (ready_cb), self, NULL);
  g_source_attach (source, NULL);
  g_ptr_array_add (self->sources, source);
  return TRUE;
}

void
tocsin_listeners_stop (TocsinListeners *self)
{
  g_ptr_array_set_size (self->sources, 0);
}

TocsinListeners *
tocsin_listeners_new (SoupServer *soup, TocsinClients *clients, const TocsinServerConfig *config)
{
  TocsinListeners *self = g_new0 (TocsinListeners, 1);

  self->soup = soup;
  self->clients = clients;
  self->sources = g_ptr_array_new_with_free_func (free_source);
  if (config->tls_certificate != NULL) /* that they can be read was checked with the settings */
    self->certificate =
        g_tls_certificate_new_from_files (config->tls_certificate, config->tls_key, NULL);
  return self;
}

void
tocsin_listeners_free (TocsinListeners *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->sources);
  g_clear_object (&self->certificate);
  g_free (self);
}
