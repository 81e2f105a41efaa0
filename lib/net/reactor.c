/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "reactor"

#include "config.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "due-heap.h"
#include "reactor.h"

#define EVENTS_A_TURN 256
#define ROUNDS_A_TURN 8

/* What the kernel is told at once of a watch that is lazy: it tells each change once. */
#define LAZY_EVENTS ((guint32) (EPOLLIN | EPOLLOUT | EPOLLET))

#define ALWAYS_EVENTS ((guint32) (EPOLLERR | EPOLLHUP))

struct _TocsinWatchFd {
  TocsinReactor *reactor;
  int fd;
  guint32 number; /* of all watches of this reactor; tells it from others of the same `fd` */
  guint32 events; /* asked for */
  guint32 seen;   /* lazy: what the kernel told, and does not tell again by itself */
  gboolean is_lazy;
  TocsinWatchFdFunc callback;
  gpointer user_data;
};

struct _TocsinTimer {
  TocsinDue due; /* first: the heap's */
  TocsinReactor *reactor;
  TocsinTimerFunc callback;
  gpointer user_data;
};

struct _TocsinReactor {
  GSource source;
  int epoll_fd;
  gpointer poll_tag;
  TocsinDueHeap *timers; /* (owned) of TocsinTimer */
  gint64 turn_us;        /* the time of the dispatch that runs; 0 outside one */
  guint n_watches;
  guint32 next_watch;
  GPtrArray *by_fd; /* of TocsinWatchFd (nullable): the latest of each descriptor */
};

static gint64
get_next_due_us (TocsinReactor *self)
{
  const TocsinTimer *first = tocsin_due_heap_get_first (self->timers);

  return first != NULL ? first->due.due_us : G_MAXINT64;
}

/* --- descriptors --- */

/* An event names its watch by descriptor and number: a callback before it in the same turn may have
 * removed it, and the kernel may still tell of a descriptor that was closed, while a process that
 * was just forked has it too. (nullable) */
static TocsinWatchFd *
find_watch (TocsinReactor *self, guint64 name)
{
  guint fd = (guint) (name & G_MAXUINT32);
  TocsinWatchFd *watch = fd < self->by_fd->len ? self->by_fd->pdata[fd] : NULL;

  return watch != NULL && watch->number == name >> 32 ? watch : NULL;
}

static int
control (TocsinWatchFd *watch, int operation)
{
  struct epoll_event event = {
    .events = watch->is_lazy ? LAZY_EVENTS : watch->events,
    .data.u64 = (guint64) watch->number << 32 | (guint32) watch->fd,
  };

  return epoll_ctl (watch->reactor->epoll_fd, operation, watch->fd, &event);
}

/* The kernel is asked to tell anew what it told already and is (still) asked for. */
static void
renew_if_seen (TocsinWatchFd *watch)
{
  if ((watch->seen & watch->events) == 0)
    return;
  watch->seen = 0;
  if (control (watch, EPOLL_CTL_MOD) < 0)
    g_error ("descriptor %d can't be watched: %s", watch->fd, g_strerror (errno));
}

static void
run_lazy (TocsinReactor *self, TocsinWatchFd *watch, const struct epoll_event *event)
{
  guint32 asked = event->events & (watch->events | ALWAYS_EVENTS);

  watch->seen |= event->events;
  if ((event->events & ALWAYS_EVENTS) != 0)
    watch->seen |= EPOLLIN | EPOLLOUT;
  if (watch->events == 0 || asked == 0)
    return;
  watch->callback (watch->fd, asked, watch->user_data);
  watch = find_watch (self, event->data.u64);
  if (watch != NULL)
    renew_if_seen (watch);
}

static int
run_ready (TocsinReactor *self)
{
  struct epoll_event events[EVENTS_A_TURN];
  int n = epoll_wait (self->epoll_fd, events, EVENTS_A_TURN, 0);

  for (int i = 0; i < n; i++) {
    TocsinWatchFd *watch = find_watch (self, events[i].data.u64);

    if (watch != NULL && watch->is_lazy)
      run_lazy (self, watch, &events[i]);
    else if (watch != NULL)
      watch->callback (watch->fd, events[i].events, watch->user_data);
  }
  return n;
}

/* While one descriptor is served others become ready: asking epoll again is cheaper than a turn of
 * the main context, which asks everybody. */
static void
run_watches (TocsinReactor *self)
{
  for (guint round = 0; round < ROUNDS_A_TURN && run_ready (self) > 0; round++)
    ;
}

static void
run_timers (TocsinReactor *self)
{
  /* A timer set from here on has a later number and is not due before turn_us, so that one that
   * sets itself again lets the others have their turn. */
  guint64 first_new = tocsin_due_heap_get_next_number (self->timers);

  while (get_next_due_us (self) <= self->turn_us) {
    TocsinTimer *timer = tocsin_due_heap_get_first (self->timers);
    TocsinTimerFunc callback = timer->callback;
    gpointer user_data = timer->user_data;

    if (timer->due.number >= first_new)
      break;
    tocsin_timer_remove (timer);
    callback (user_data);
  }
}

static gboolean
reactor_prepare (GSource *source, int *timeout_ms)
{
  TocsinReactor *self = (TocsinReactor *) source;
  gint64 due_us = get_next_due_us (self), wait_us;

  *timeout_ms = -1;
  if (due_us == G_MAXINT64)
    return FALSE;
  wait_us = due_us - g_source_get_time (source);
  /* Rounded up: a poll that ends early would only be made again. */
  *timeout_ms = wait_us <= 0 ? 0 : (int) MIN ((wait_us + 999) / 1000, G_MAXINT);
  return wait_us <= 0;
}

static gboolean
reactor_check (GSource *source)
{
  TocsinReactor *self = (TocsinReactor *) source;

  return g_source_query_unix_fd (source, self->poll_tag) != 0 ||
         get_next_due_us (self) <= g_source_get_time (source);
}

static gboolean
reactor_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  TocsinReactor *self = (TocsinReactor *) source;

  self->turn_us = g_source_get_time (source);
  if (g_source_query_unix_fd (source, self->poll_tag) != 0)
    run_watches (self);
  run_timers (self);
  self->turn_us = 0;
  return G_SOURCE_CONTINUE;
}

static void
reactor_finalize (GSource *source)
{
  TocsinReactor *self = (TocsinReactor *) source;

  g_ptr_array_unref (self->by_fd);
  tocsin_due_heap_free (self->timers);
  close (self->epoll_fd);
}

static GSourceFuncs reactor_funcs = {
  .prepare = reactor_prepare,
  .check = reactor_check,
  .dispatch = reactor_dispatch,
  .finalize = reactor_finalize,
};

TocsinReactor *
tocsin_reactor_new (GMainContext *context)
{
  TocsinReactor *self = (TocsinReactor *) g_source_new (&reactor_funcs, sizeof (TocsinReactor));

  g_source_set_static_name (&self->source, "tocsin-reactor");
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (self->epoll_fd < 0)
    g_error ("no epoll descriptor: %s", g_strerror (errno));
  self->timers = tocsin_due_heap_new ();
  self->by_fd = g_ptr_array_new ();
  self->poll_tag = g_source_add_unix_fd (&self->source, self->epoll_fd, G_IO_IN);
  g_source_attach (&self->source, context);
  return self;
}

void
tocsin_reactor_free (TocsinReactor *reactor)
{
  if (reactor == NULL)
    return;
  g_assert (reactor->n_watches == 0 && tocsin_due_heap_get_first (reactor->timers) == NULL);
  g_source_destroy (&reactor->source);
  g_source_unref (&reactor->source);
}

static TocsinWatchFd *
add_watch (TocsinReactor *self, int fd, guint32 events, gboolean is_lazy,
           TocsinWatchFdFunc callback, gpointer user_data)
{
  TocsinWatchFd *watch = g_new0 (TocsinWatchFd, 1);

  watch->reactor = self;
  watch->fd = fd;
  watch->number = self->next_watch++;
  watch->events = events;
  watch->is_lazy = is_lazy;
  watch->callback = callback;
  watch->user_data = user_data;
  if (control (watch, EPOLL_CTL_ADD) < 0)
    g_error ("descriptor %d can't be watched: %s", fd, g_strerror (errno));
  if (self->by_fd->len <= (guint) fd)
    g_ptr_array_set_size (self->by_fd, fd + 1);
  self->by_fd->pdata[fd] = watch;
  self->n_watches++;
  return watch;
}

TocsinWatchFd *
tocsin_reactor_watch (TocsinReactor *reactor, int fd, guint32 events, TocsinWatchFdFunc callback,
                      gpointer user_data)
{
  g_return_val_if_fail (reactor != NULL && fd >= 0, NULL);
  g_return_val_if_fail (callback != NULL, NULL);

  return add_watch (reactor, fd, events, FALSE, callback, user_data);
}

TocsinWatchFd *
tocsin_reactor_watch_lazily (TocsinReactor *reactor, int fd, guint32 events,
                             TocsinWatchFdFunc callback, gpointer user_data)
{
  g_return_val_if_fail (reactor != NULL && fd >= 0, NULL);
  g_return_val_if_fail (callback != NULL, NULL);

  return add_watch (reactor, fd, events, TRUE, callback, user_data);
}

void
tocsin_watch_fd_modify (TocsinWatchFd *watch, guint32 events)
{
  g_return_if_fail (watch != NULL);

  if (watch->events == events)
    return;
  watch->events = events;
  if (watch->is_lazy)
    renew_if_seen (watch);
  else if (control (watch, EPOLL_CTL_MOD) < 0)
    g_error ("descriptor %d can't be watched: %s", watch->fd, g_strerror (errno));
}

void
tocsin_watch_fd_remove (TocsinWatchFd *watch)
{
  if (watch == NULL)
    return;
  if (control (watch, EPOLL_CTL_DEL) < 0)
    g_assert (errno == EBADF || errno == ENOENT); /* closed: the kernel forgot it then */
  tocsin_watch_fd_forget (watch);
}

void
tocsin_watch_fd_forget (TocsinWatchFd *watch)
{
  TocsinReactor *self;

  if (watch == NULL)
    return;
  self = watch->reactor;
  if (self->by_fd->pdata[watch->fd] == watch)
    self->by_fd->pdata[watch->fd] = NULL;
  self->n_watches--;
  g_free (watch);
}

/* --- timers --- */

TocsinTimer *
tocsin_reactor_timer (TocsinReactor *reactor, gint64 due_us, TocsinTimerFunc callback,
                      gpointer user_data)
{
  TocsinTimer *timer;

  g_return_val_if_fail (reactor != NULL, NULL);
  g_return_val_if_fail (callback != NULL, NULL);

  timer = g_new (TocsinTimer, 1);
  timer->reactor = reactor;
  timer->callback = callback;
  timer->user_data = user_data;
  tocsin_due_heap_add (reactor->timers, &timer->due, MAX (due_us, reactor->turn_us));
  return timer;
}

void
tocsin_timer_remove (TocsinTimer *timer)
{
  if (timer == NULL)
    return;
  tocsin_due_heap_remove (timer->reactor->timers, &timer->due);
  g_free (timer);
}
