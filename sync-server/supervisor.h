/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "server-config.h"

G_BEGIN_DECLS

/* Opens the sockets, one a worker with SO_REUSEPORT, and keeps them open whatever becomes of the
 * workers: what waits in the socket of one that died is taken by the one that comes in its place.
 * Starts the workers, puts a new one where one ended, starts them anew with new settings at SIGHUP,
 * one after the other, and ends with them at SIGTERM or SIGINT within 10 s. Answers the exit code.
 *
 * `config_path` (nullable) is what --config said. */
int tocsin_supervisor_run (const TocsinServerConfig *config, const char *config_path);

/* The worker's side: the sockets that it was given. (transfer full) */
int *tocsin_supervisor_read_fds (const char *text, guint *n_fds);

G_END_DECLS
