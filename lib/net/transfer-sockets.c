/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "transfer-sockets"

#include "config.h"

#include <unistd.h>

#include "transfer-private.h"

typedef struct {
  TocsinWatchFd *watch; /* (nullable) since libcurl first waited for it */
  guint32 events;       /* that libcurl waits for */
  gboolean is_open;     /* we opened it, and are told when it is closed */
} Socket;

struct _TocsinSockets {
  TocsinReactor *reactor;
  TocsinWatchFdFunc ready;
  gpointer user_data;
  GPtrArray *by_fd; /* of Socket (nullable) */
};

TocsinSockets *
tocsin_sockets_new (TocsinReactor *reactor, TocsinWatchFdFunc ready, gpointer user_data)
{
  TocsinSockets *self = g_new0 (TocsinSockets, 1);

  self->reactor = reactor;
  self->ready = ready;
  self->user_data = user_data;
  self->by_fd = g_ptr_array_new ();
  return self;
}

void
tocsin_sockets_free (TocsinSockets *sockets)
{
  for (guint i = 0; i < sockets->by_fd->len; i++) {
    Socket *one = sockets->by_fd->pdata[i];

    if (one != NULL)
      tocsin_watch_fd_forget (one->watch);
    g_free (one);
  }
  g_ptr_array_unref (sockets->by_fd);
  g_free (sockets);
}

static Socket *
ensure (TocsinSockets *self, int fd)
{
  if (self->by_fd->len <= (guint) fd)
    g_ptr_array_set_size (self->by_fd, fd + 1);
  if (self->by_fd->pdata[fd] == NULL)
    self->by_fd->pdata[fd] = g_new0 (Socket, 1);
  return self->by_fd->pdata[fd];
}

static void
drop (TocsinSockets *self, int fd)
{
  g_free (self->by_fd->pdata[fd]);
  self->by_fd->pdata[fd] = NULL;
}

/* A connection lives for a few events; what libcurl opened itself, it keeps. */
static void
watch (TocsinSockets *self, int fd, Socket *one)
{
  if (one->is_open)
    one->watch =
        tocsin_reactor_watch_lazily (self->reactor, fd, one->events, self->ready, self->user_data);
  else
    one->watch =
        tocsin_reactor_watch (self->reactor, fd, one->events, self->ready, self->user_data);
}

void
tocsin_sockets_note_open (TocsinSockets *sockets, int fd)
{
  Socket *one = ensure (sockets, fd);

  g_clear_pointer (&one->watch, tocsin_watch_fd_forget);
  one->is_open = TRUE;
  if (one->events != 0)
    watch (sockets, fd, one);
}

void
tocsin_sockets_close (TocsinSockets *sockets, int fd)
{
  Socket *one = ensure (sockets, fd);

  g_clear_pointer (&one->watch, tocsin_watch_fd_forget);
  one->is_open = FALSE;
  if (one->events == 0)
    drop (sockets, fd);
  close (fd);
}

void
tocsin_sockets_wait_for (TocsinSockets *sockets, int fd, guint32 events)
{
  Socket *one = ensure (sockets, fd);

  one->events = events;
  if (events == 0 && !one->is_open) {
    tocsin_watch_fd_remove (one->watch);
    drop (sockets, fd);
  } else if (one->watch != NULL) {
    tocsin_watch_fd_modify (one->watch, events);
  } else if (events != 0) {
    watch (sockets, fd, one);
  }
}
