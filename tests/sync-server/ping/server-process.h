/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* tocsin-server as an administrator starts it: a supervisor with its workers, on a free port of
 * 127.0.0.1, in a process group of its own. It ends with the test, however that ends. */
typedef struct _ServerProcess ServerProcess;

/* `environment` (nullable) is more of it: "TOCSIN_PINGS_A_MINUTE=0". It answers when this
 * returns. */
ServerProcess *server_process_new (const char *program, const char *database_url, guint n_workers,
                                   const char *const *environment);
void server_process_free (ServerProcess *server);

guint16 server_process_get_port (const ServerProcess *server);

/* All of it at once, as when its machine loses power; and again, on the same port. */
void server_process_kill (ServerProcess *server);
void server_process_start (ServerProcess *server);

/* SIGTERM; answers the exit status. */
int server_process_stop (ServerProcess *server);

/* The workers' processes. (transfer full) of pid_t */
GArray *server_process_get_workers (const ServerProcess *server);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerProcess, server_process_free)

G_END_DECLS
