/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "link"

#include "config.h"

#include <gio/gio.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link.h"
#include "test-listener.h"

#define MOST_CONNECTIONS 100

struct _Link {
  GMainContext *context; /* of the service's thread */
  GMainLoop *loop;
  GThread *thread;
  GSocketService *service;
  guint16 port, to_port;
  GMutex mutex;     /* of what is below */
  GHashTable *ends; /* a set of descriptors that are open */
  gboolean is_cut;
};

static gboolean
pump (int from, int to)
{
  char buffer[16384];
  ssize_t n = recv (from, buffer, sizeof buffer, 0);

  return n > 0 && send (to, buffer, (size_t) n, MSG_NOSIGNAL) == n;
}

static void
carry (int a, int b)
{
  struct pollfd ends[] = { { a, POLLIN, 0 }, { b, POLLIN, 0 } };

  while (poll (ends, G_N_ELEMENTS (ends), -1) > 0) {
    if (ends[0].revents != 0 && !pump (a, b))
      return;
    if (ends[1].revents != 0 && !pump (b, a))
      return;
  }
}

/* FALSE: it is cut. */
static gboolean
enter (Link *link, int a, int b)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&link->mutex);

  if (link->is_cut)
    return FALSE;
  g_hash_table_add (link->ends, GINT_TO_POINTER (a));
  g_hash_table_add (link->ends, GINT_TO_POINTER (b));
  return TRUE;
}

static void
leave (Link *link, int a, int b)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&link->mutex);

  g_hash_table_remove (link->ends, GINT_TO_POINTER (a));
  g_hash_table_remove (link->ends, GINT_TO_POINTER (b));
}

static gboolean
run_cb (GThreadedSocketService *service, GSocketConnection *connection, GObject *source,
        gpointer user_data)
{
  Link *link = user_data;
  GSocket *socket = g_socket_connection_get_socket (connection);
  int here = g_socket_get_fd (socket), there = tocsin_test_connect (link->to_port);

  g_socket_set_blocking (socket, TRUE);
  if (there >= 0 && enter (link, here, there)) {
    carry (here, there);
    leave (link, here, there);
  }
  if (there >= 0)
    close (there);
  return TRUE;
}

static gpointer
serve (gpointer user_data)
{
  Link *link = user_data;

  g_main_context_push_thread_default (link->context);
  g_main_loop_run (link->loop);
  g_main_context_pop_thread_default (link->context);
  return NULL;
}

static void
listen_to (Link *link)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  g_main_context_push_thread_default (link->context);
  link->service = g_threaded_socket_service_new (MOST_CONNECTIONS);
  g_socket_listener_add_address (G_SOCKET_LISTENER (link->service), any, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &address, &error);
  g_assert_no_error (error);
  g_signal_connect (link->service, "run", G_CALLBACK (run_cb), link);
  g_socket_service_start (link->service);
  g_main_context_pop_thread_default (link->context);
  link->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

Link *
link_new (guint16 to_port)
{
  Link *link = g_new0 (Link, 1);

  link->to_port = to_port;
  g_mutex_init (&link->mutex);
  link->ends = g_hash_table_new (NULL, NULL);
  link->context = g_main_context_new ();
  link->loop = g_main_loop_new (link->context, FALSE);
  listen_to (link);
  link->thread = g_thread_new ("link", serve, link);
  return link;
}

void
link_cut (Link *link, gboolean is_cut)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&link->mutex);
  GHashTableIter iter;
  gpointer end;

  link->is_cut = is_cut;
  g_hash_table_iter_init (&iter, link->ends);
  while (is_cut && g_hash_table_iter_next (&iter, &end, NULL))
    shutdown (GPOINTER_TO_INT (end), SHUT_RDWR);
}

guint16
link_get_port (Link *link)
{
  return link->port;
}

static gboolean
is_empty (Link *link)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&link->mutex);

  return g_hash_table_size (link->ends) == 0;
}

void
link_free (Link *link)
{
  if (link == NULL)
    return;
  link_cut (link, TRUE);
  while (!is_empty (link))
    g_thread_yield ();
  g_socket_service_stop (link->service);
  g_main_loop_quit (link->loop);
  g_thread_join (link->thread);
  g_object_unref (link->service);
  g_main_loop_unref (link->loop);
  g_main_context_unref (link->context);
  g_hash_table_unref (link->ends);
  g_mutex_clear (&link->mutex);
  g_free (link);
}
