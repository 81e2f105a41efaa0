/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* “tocsin-server serve” as it is built, on a free port of 127.0.0.1. A test that has one depends on
 * the program (`depends` in meson). It ends with the test, however that ends. */
typedef struct _TocsinTestServer TocsinTestServer;

/* `settings` ("WORKERS=2", …, NULL) are of the environment, without TOCSIN_, over two workers that
 * count no requests. It is ready when this returns; one with TLS at least listens. */
TocsinTestServer *tocsin_test_server_new (const char *database_url, const char *const *settings);
/* The same with at most `files` descriptors a process. */
TocsinTestServer *tocsin_test_server_new_limited (const char *database_url,
                                                  const char *const *settings, guint files);
/* Ends it by SIGTERM where it runs, and asserts that it ends well. */
void tocsin_test_server_free (TocsinTestServer *server);

guint16 tocsin_test_server_get_port (TocsinTestServer *server);

/* The supervisor's process, and those of its workers. (transfer full) */
pid_t tocsin_test_server_get_pid (TocsinTestServer *server);
GArray *tocsin_test_server_get_workers (TocsinTestServer *server); /* of pid_t */

/* Waits until it ends; its exit status, or -signal. */
int tocsin_test_server_wait (TocsinTestServer *server);

/* --- raw clients; each blocks at most 30 s --- */

int tocsin_test_wire_connect (guint16 port); /* < 0: refused */
/* FALSE where the other side is gone. */
gboolean tocsin_test_wire_send (int fd, const void *data, gsize length);
/* The next answer, head and body. NULL where the connection was closed or reset before its end.
 * (transfer full) */
char *tocsin_test_wire_read (int fd);
/* Its status. */
guint tocsin_test_wire_get_status (const char *answer);
/* The status of a request on a connection of its own; 0: none came. */
guint tocsin_test_wire_ask (guint16 port, const char *request);
/* The same for GET. */
guint tocsin_test_wire_get (guint16 port, const char *path);

G_END_DECLS
