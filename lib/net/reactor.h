/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Many file descriptors and timers of one thread as one GSource: an epoll descriptor that the main
 * context polls, so that ten thousand sockets cost one poll entry. Everything here belongs to the
 * thread that runs `context`. */
typedef struct _TocsinReactor TocsinReactor;
typedef struct _TocsinWatchFd TocsinWatchFd;
typedef struct _TocsinTimer TocsinTimer;

/* `events` are EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP. The callback may remove any watch or timer,
 * its own included. */
typedef void (*TocsinWatchFdFunc) (int fd, guint32 events, gpointer user_data);
typedef void (*TocsinTimerFunc) (gpointer user_data);

TocsinReactor *tocsin_reactor_new (GMainContext *context);
void tocsin_reactor_free (TocsinReactor *reactor); /* every watch and timer must be gone */

TocsinWatchFd *tocsin_reactor_watch (TocsinReactor *reactor, int fd, guint32 events,
                                     TocsinWatchFdFunc callback, gpointer user_data);
/* The same for a descriptor that lives for a few events only, which then costs one system call
 * instead of one for each change of what it waits for. One that is served many times in a row costs
 * a call each time, and is better off above. */
TocsinWatchFd *tocsin_reactor_watch_lazily (TocsinReactor *reactor, int fd, guint32 events,
                                            TocsinWatchFdFunc callback, gpointer user_data);
void tocsin_watch_fd_modify (TocsinWatchFd *watch, guint32 events);
/* Best before the descriptor is closed; after that it is as well, as long as its number is nobody
 * else's. */
void tocsin_watch_fd_remove (TocsinWatchFd *watch);
/* The same where the descriptor was closed, or is so at once: the kernel forgets it by itself. */
void tocsin_watch_fd_forget (TocsinWatchFd *watch);

/* Calls once at `due_us` of g_get_monotonic_time (), never early. The timer is gone when it is
 * called; the handle must be forgotten then. */
TocsinTimer *tocsin_reactor_timer (TocsinReactor *reactor, gint64 due_us, TocsinTimerFunc callback,
                                   gpointer user_data);
void tocsin_timer_remove (TocsinTimer *timer);

G_END_DECLS
