/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* HTTP in its plainest form, for clients that must know exactly what was answered. */

/* A connection to 127.0.0.1, whose answers are waited for at most 20 s; -1: none. */
int exchange_connect (guint16 port);

/* Sends all of `request` and reads one answer, head and body, into `reply`. Answers its status; 0:
 * the connection ended before, or nothing came in time. */
guint exchange_run (int fd, const char *request, GString *reply);

/* Both, and closes. */
guint exchange_once (guint16 port, const char *request, GString *reply);

G_END_DECLS
