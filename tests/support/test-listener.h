/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A listening socket of 127.0.0.1 with a thread a connection, for the servers of tests. The handler
 * may block; it owns `fd`. */
typedef struct _TocsinTestListener TocsinTestListener;
typedef void (*TocsinTestHandler) (TocsinTestListener *listener, int fd, gpointer user_data);

TocsinTestListener *tocsin_test_listener_new (TocsinTestHandler handler, gpointer user_data);
/* Ends every wait, and joins the threads. */
void tocsin_test_listener_free (TocsinTestListener *listener);
guint16 tocsin_test_listener_get_port (TocsinTestListener *listener);
int tocsin_test_listener_get_n_connections (TocsinTestListener *listener);

/* For handlers: until the peer closes or resets `fd`, or the listener is freed. */
void tocsin_test_listener_wait (TocsinTestListener *listener, int fd);
/* Until `fd` or `other` (< 0: none) can be read; FALSE when the listener is freed. */
gboolean tocsin_test_listener_poll (TocsinTestListener *listener, int fd, int other,
                                    gboolean *fd_ready, gboolean *other_ready);

int tocsin_test_connect (guint16 port);
/* A close that sends RST. */
void tocsin_test_close_hard (int fd);

G_END_DECLS
