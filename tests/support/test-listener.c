/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-listener"

#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test-listener.h"

#define QUEUE 512

struct _TocsinTestListener {
  int fd;
  int stop_fd; /* readable once it is freed */
  guint16 port;
  TocsinTestHandler handler;
  gpointer user_data;
  GThread *thread;
  int n_connections; /* atomic */
};

typedef struct {
  TocsinTestListener *listener;
  int fd;
} Connection;

static gpointer
run_connection (gpointer data)
{
  Connection *connection = data;
  TocsinTestListener *self = connection->listener;

  self->handler (self, connection->fd, self->user_data);
  g_free (connection);
  return NULL;
}

static gpointer
run_listener (gpointer data)
{
  TocsinTestListener *self = data;
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();

  for (;;) {
    struct pollfd fds[] = { { .fd = self->fd, .events = POLLIN },
                            { .fd = self->stop_fd, .events = POLLIN } };
    Connection *connection;
    int fd;

    if (poll (fds, G_N_ELEMENTS (fds), -1) < 0)
      continue;
    if (fds[1].revents != 0)
      break;
    fd = accept4 (self->fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
      continue;
    g_atomic_int_inc (&self->n_connections);
    connection = g_new (Connection, 1);
    *connection = (Connection){ self, fd };
    g_ptr_array_add (threads, g_thread_new ("connection", run_connection, connection));
  }
  for (guint i = 0; i < threads->len; i++)
    g_thread_join (threads->pdata[i]);
  return NULL;
}

TocsinTestListener *
tocsin_test_listener_new (TocsinTestHandler handler, gpointer user_data)
{
  TocsinTestListener *self = g_new0 (TocsinTestListener, 1);
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;

  signal (SIGPIPE, SIG_IGN);
  self->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  self->stop_fd = eventfd (0, EFD_CLOEXEC);
  g_assert_no_errno (bind (self->fd, (struct sockaddr *) &address, sizeof address));
  g_assert_no_errno (listen (self->fd, QUEUE));
  g_assert_no_errno (getsockname (self->fd, (struct sockaddr *) &address, &length));
  self->port = ntohs (address.sin_port);
  self->handler = handler;
  self->user_data = user_data;
  self->thread = g_thread_new ("listener", run_listener, self);
  return self;
}

void
tocsin_test_listener_free (TocsinTestListener *listener)
{
  guint64 one = 1;

  g_assert_cmpint (write (listener->stop_fd, &one, sizeof one), ==, sizeof one);
  g_thread_join (listener->thread);
  close (listener->fd);
  close (listener->stop_fd);
  g_free (listener);
}

guint16
tocsin_test_listener_get_port (TocsinTestListener *listener)
{
  return listener->port;
}

int
tocsin_test_listener_get_n_connections (TocsinTestListener *listener)
{
  return g_atomic_int_get (&listener->n_connections);
}

void
tocsin_test_listener_wait (TocsinTestListener *listener, int fd)
{
  struct pollfd fds[] = { { .fd = fd, .events = POLLRDHUP },
                          { .fd = listener->stop_fd, .events = POLLIN } };

  while (poll (fds, G_N_ELEMENTS (fds), -1) < 0)
    ;
}

gboolean
tocsin_test_listener_poll (TocsinTestListener *listener, int fd, int other, gboolean *fd_ready,
                           gboolean *other_ready)
{
  struct pollfd fds[] = { { .fd = fd, .events = POLLIN },
                          { .fd = other, .events = POLLIN },
                          { .fd = listener->stop_fd, .events = POLLIN } };

  while (poll (fds, G_N_ELEMENTS (fds), -1) < 0)
    ;
  *fd_ready = fds[0].revents != 0;
  *other_ready = fds[1].revents != 0;
  return fds[2].revents == 0;
}

int
tocsin_test_connect (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
                                 .sin_port = htons (port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (connect (fd, (struct sockaddr *) &address, sizeof address) == 0)
    return fd;
  close (fd);
  return -1;
}

void
tocsin_test_close_hard (int fd)
{
  struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

  setsockopt (fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close (fd);
}
