/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A connection as libsoup sees it. Until 3.4 libsoup forgets a connection that its client closes
 * between two requests, with its descriptor: it lets go of requests only, and sees none there. So
 * that end begins with one byte here, which is a request that is broken off at once. */
#define TOCSIN_TYPE_CLIENT_STREAM (tocsin_client_stream_get_type ())
G_DECLARE_FINAL_TYPE (TocsinClientStream, tocsin_client_stream, TOCSIN, CLIENT_STREAM, GIOStream)

/* `base` is the connection, or TLS over it; `remote` is what its client is found by. */
GIOStream *tocsin_client_stream_new (GIOStream *base, GSocketAddress *remote);

G_END_DECLS
