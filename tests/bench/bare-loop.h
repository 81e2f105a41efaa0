/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The limit that libcurl itself sets: requests to a port of 127.0.0.1, each on a fresh connection,
 * by its multi interface and nothing else. Answers requests per CPU-second of this process. */
double bench_bare_loop (guint16 port);

/* The same at a steady pace, as a daemon has it: so many requests begin each second, for `seconds`.
 * Between them the processor sleeps, and what is cold costs more. */
double bench_bare_loop_paced (guint16 port, guint a_second, guint seconds);

G_END_DECLS
