/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "worker.h"

G_BEGIN_DECLS

/* The HTTP side of a worker: takes connections from sockets that listen already, finds the route of
 * each request before its body is read, and gives it to the pool, or to the route's own hands. */
#define TOCSIN_TYPE_HTTP_SERVER (tocsin_http_server_get_type ())
G_DECLARE_FINAL_TYPE (TocsinHttpServer, tocsin_http_server, TOCSIN, HTTP_SERVER, GObject)

TocsinHttpServer *tocsin_http_server_new (TocsinWorker *worker);

/* Takes connections from `fd` from now on; the descriptor becomes its own. */
gboolean tocsin_http_server_listen (TocsinHttpServer *self, int fd, GError **error);

/* Takes no more connections, and closes those that wait for nothing. */
void tocsin_http_server_drain (TocsinHttpServer *self);

/* Requests that are not answered yet, or still to come from clients that were taken. */
guint tocsin_http_server_get_n_busy (TocsinHttpServer *self);

G_END_DECLS
