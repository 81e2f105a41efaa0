/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "reactor"

#include "config.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "reactor.h"

#define EVENTS_A_TURN 256
#define ROUNDS_A_TURN 8

struct _TocsinWatchFd {
  TocsinReactor *reactor;
  int fd;
  guint32 events;
  TocsinWatchFdFunc callback; /* NULL once it is removed */
  gpointer user_data;
  TocsinWatchFd *next_dead;
};

struct _TocsinTimer {
  TocsinReactor *reactor;
  gint64 due_us;
  guint64 number; /* timers due at once go off in the order in which they were set */
  guint place;    /* in the heap */
  TocsinTimerFunc callback;
  gpointer user_data;
};

struct _TocsinReactor {
  GSource source;
  int epoll_fd;
  gpointer poll_tag;
  GPtrArray *heap; /* of TocsinTimer, the least due first */
  guint64 next_number;
  gint64 turn_us; /* the time of the dispatch that runs; 0 outside one */
  guint n_watches;
  TocsinWatchFd *dead; /* removed while events of this turn may still name them */
};

static gboolean
is_before (const TocsinTimer *a, const TocsinTimer *b)
{
  return a->due_us < b->due_us || (a->due_us == b->due_us && a->number < b->number);
}

static void
put (GPtrArray *heap, guint place, TocsinTimer *timer)
{
  heap->pdata[place] = timer;
  timer->place = place;
}

static void
sift_up (GPtrArray *heap, TocsinTimer *timer)
{
  guint place = timer->place;

  while (place > 0) {
    guint parent = (place - 1) / 2;

    if (!is_before (timer, heap->pdata[parent]))
      break;
    put (heap, place, heap->pdata[parent]);
    place = parent;
  }
  put (heap, place, timer);
}

static void
sift_down (GPtrArray *heap, TocsinTimer *timer)
{
  guint place = timer->place;

  for (;;) {
    guint child = 2 * place + 1;

    if (child >= heap->len)
      break;
    if (child + 1 < heap->len && is_before (heap->pdata[child + 1], heap->pdata[child]))
      child++;
    if (!is_before (heap->pdata[child], timer))
      break;
    put (heap, place, heap->pdata[child]);
    place = child;
  }
  put (heap, place, timer);
}

static void
take_out (GPtrArray *heap, TocsinTimer *timer)
{
  TocsinTimer *last = heap->pdata[heap->len - 1];
  guint place = timer->place;

  g_assert (heap->pdata[place] == timer);
  g_ptr_array_set_size (heap, (int) heap->len - 1);
  if (last == timer)
    return;
  put (heap, place, last);
  sift_up (heap, last);
  sift_down (heap, last);
}

static gint64
get_next_due_us (TocsinReactor *self)
{
  return self->heap->len > 0 ? ((TocsinTimer *) self->heap->pdata[0])->due_us : G_MAXINT64;
}

static void
free_dead (TocsinReactor *self)
{
  while (self->dead != NULL) {
    TocsinWatchFd *watch = self->dead;

    self->dead = watch->next_dead;
    g_free (watch);
  }
}

static int
run_ready (TocsinReactor *self)
{
  struct epoll_event events[EVENTS_A_TURN];
  int n = epoll_wait (self->epoll_fd, events, EVENTS_A_TURN, 0);

  for (int i = 0; i < n; i++) {
    TocsinWatchFd *watch = events[i].data.ptr;

    if (watch->callback != NULL) /* else one before it in this turn removed it */
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
  guint64 first_new = self->next_number;

  while (get_next_due_us (self) <= self->turn_us) {
    TocsinTimer *timer = self->heap->pdata[0];
    TocsinTimerFunc callback = timer->callback;
    gpointer user_data = timer->user_data;

    if (timer->number >= first_new)
      break;
    take_out (self->heap, timer);
    g_free (timer);
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
  free_dead (self);
  return G_SOURCE_CONTINUE;
}

static void
reactor_finalize (GSource *source)
{
  TocsinReactor *self = (TocsinReactor *) source;

  free_dead (self);
  g_ptr_array_unref (self->heap);
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
  self->heap = g_ptr_array_new ();
  self->poll_tag = g_source_add_unix_fd (&self->source, self->epoll_fd, G_IO_IN);
  g_source_attach (&self->source, context);
  return self;
}

void
tocsin_reactor_free (TocsinReactor *reactor)
{
  if (reactor == NULL)
    return;
  g_assert (reactor->n_watches == 0 && reactor->heap->len == 0);
  g_source_destroy (&reactor->source);
  g_source_unref (&reactor->source);
}

TocsinWatchFd *
tocsin_reactor_watch (TocsinReactor *reactor, int fd, guint32 events, TocsinWatchFdFunc callback,
                      gpointer user_data)
{
  TocsinWatchFd *watch;
  struct epoll_event event;

  g_return_val_if_fail (reactor != NULL, NULL);
  g_return_val_if_fail (callback != NULL, NULL);

  watch = g_new0 (TocsinWatchFd, 1);
  watch->reactor = reactor;
  watch->fd = fd;
  watch->events = events;
  watch->callback = callback;
  watch->user_data = user_data;
  event = (struct epoll_event){ .events = events, .data.ptr = watch };
  if (epoll_ctl (reactor->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
    g_error ("descriptor %d can't be watched: %s", fd, g_strerror (errno));
  reactor->n_watches++;
  return watch;
}

void
tocsin_watch_fd_modify (TocsinWatchFd *watch, guint32 events)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  g_return_if_fail (watch != NULL);

  if (watch->events == events)
    return;
  watch->events = events;
  if (epoll_ctl (watch->reactor->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event) == 0)
    return;
  if (errno != ENOENT)
    g_error ("descriptor %d can't be watched: %s", watch->fd, g_strerror (errno));
  tocsin_watch_fd_renew (watch);
}

void
tocsin_watch_fd_remove (TocsinWatchFd *watch)
{
  TocsinReactor *self;

  if (watch == NULL)
    return;
  self = watch->reactor;
  if (epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL) < 0)
    g_assert (errno == EBADF || errno == ENOENT); /* closed: the kernel forgot it then */
  self->n_watches--;
  if (self->turn_us == 0) {
    g_free (watch);
    return;
  }
  watch->callback = NULL;
  watch->next_dead = self->dead;
  self->dead = watch;
}

void
tocsin_watch_fd_renew (TocsinWatchFd *watch)
{
  struct epoll_event event;

  g_return_if_fail (watch != NULL);

  event = (struct epoll_event){ .events = watch->events, .data.ptr = watch };
  if (epoll_ctl (watch->reactor->epoll_fd, EPOLL_CTL_ADD, watch->fd, &event) < 0)
    g_error ("descriptor %d can't be watched: %s", watch->fd, g_strerror (errno));
}

TocsinTimer *
tocsin_reactor_timer (TocsinReactor *reactor, gint64 due_us, TocsinTimerFunc callback,
                      gpointer user_data)
{
  TocsinTimer *timer;

  g_return_val_if_fail (reactor != NULL, NULL);
  g_return_val_if_fail (callback != NULL, NULL);

  timer = g_new (TocsinTimer, 1);
  timer->reactor = reactor;
  timer->due_us = MAX (due_us, reactor->turn_us);
  timer->number = reactor->next_number++;
  timer->callback = callback;
  timer->user_data = user_data;
  timer->place = reactor->heap->len;
  g_ptr_array_add (reactor->heap, timer);
  sift_up (reactor->heap, timer);
  return timer;
}

void
tocsin_timer_remove (TocsinTimer *timer)
{
  if (timer == NULL)
    return;
  take_out (timer->reactor->heap, timer);
  g_free (timer);
}
