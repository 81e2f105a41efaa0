/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>
#include <openssl/ssl.h>

G_BEGIN_DECLS

/* A web server with every fault, on raw sockets of 127.0.0.1, a thread a connection. What it does
 * is in the path:
 *
 *   /ok                    200, “hello, world”
 *   /status/503            that status, with a body that says so
 *   /redirect/3            302 to /redirect/2 … /redirect/0, which is 200; /loop: to itself
 *   /cookie                302 to itself until the cookie that it set comes back
 *   /to?URL                302 to URL
 *   /json                  200, a JSON object; /deep: one of 100,000 brackets
 *   /echo                  200, the request as it came, as its body
 *   /headers               200, with X-Version: 7, two Set-Cookie and X-Auth-Token
 *   /basic /digest /bearer 401 unless alice with “open sesame”, or the token “t0ken”
 *   /silent                reads the request and never answers
 *   /slow-headers          a status line and a header, then nothing
 *   /slow-body             headers and half a body, then nothing
 *   /reset /reset-body     RST in place of an answer, or after half a body
 *   /empty                 closes without an answer
 *   /wrong-length          says 1000 bytes and sends 10
 *   /endless               a body without an end
 *   /big                   2 MiB of body, “needle” at its very end
 *   /bad-chunk /half-chunk chunked coding that is none, or that ends too soon
 *   /garbage               no HTTP at all; /long-header: one of 400 KB
 *   /latin1                a body that is not UTF-8
 */
typedef struct _TocsinTestHttpServer TocsinTestHttpServer;

/* `ctx` (transfer full) (nullable): speaks TLS with it. */
TocsinTestHttpServer *tocsin_test_http_server_new (SSL_CTX *ctx);
void tocsin_test_http_server_free (TocsinTestHttpServer *server);
guint16 tocsin_test_http_server_get_port (TocsinTestHttpServer *server);
/* "http://127.0.0.1:PORT/path"; with TLS "https://localhost:PORT/path". (transfer full) */
char *tocsin_test_http_server_url (TocsinTestHttpServer *server, const char *path);
/* Connections that were accepted so far. */
int tocsin_test_http_server_get_n_connections (TocsinTestHttpServer *server);

typedef enum {
  TOCSIN_TEST_PROXY_HTTP, /* forwards absolute URLs, and tunnels with CONNECT */
  TOCSIN_TEST_PROXY_SOCKS5,
  TOCSIN_TEST_BLACK_HOLE, /* listens, and accepts nothing: connections beyond its queue hang */
} TocsinTestProxyKind;

typedef struct _TocsinTestProxy TocsinTestProxy;

/* Whatever name is asked for, it goes to 127.0.0.1. Wants `user` and `password` where not NULL. */
TocsinTestProxy *tocsin_test_proxy_new (TocsinTestProxyKind kind, const char *user,
                                        const char *password);
void tocsin_test_proxy_free (TocsinTestProxy *proxy);
guint16 tocsin_test_proxy_get_port (TocsinTestProxy *proxy);
/* Requests that it let through. */
int tocsin_test_proxy_get_n_served (TocsinTestProxy *proxy);

G_END_DECLS
