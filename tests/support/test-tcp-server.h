/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>
#include <openssl/ssl.h>

G_BEGIN_DECLS

/* A TCP server that plays a script on each connection, step by step:
 *
 *   ">text"   sends it
 *   "<text"   reads a line, which must begin so; else the connection is closed
 *   "tls"     goes over to TLS
 *   "flood"   sends “x” until the other side is gone
 *   "wait"    until the other side is gone
 *   "reset"   RST; without it the connection is closed at the end
 */
typedef struct _TocsinTestTcpServer TocsinTestTcpServer;

/* `script` ends with NULL and outlives the server; `ctx` (transfer full) (nullable) is for "tls". */
TocsinTestTcpServer *tocsin_test_tcp_server_new (const char *const *script, SSL_CTX *ctx);
void tocsin_test_tcp_server_free (TocsinTestTcpServer *server);
guint16 tocsin_test_tcp_server_get_port (TocsinTestTcpServer *server);

G_END_DECLS
