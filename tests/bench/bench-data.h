/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "chunk.h"

G_BEGIN_DECLS

/* Fills `points` as if an HTTPS monitor had been checked every minute from `from_us` on: a resolver
 * that mostly has the name, a network with queues, a server that is busier by day, now and then a
 * failure that is looked at again after 10 s. */
void bench_fill_points (TocsinPoint *points, guint n_points, gint64 from_us, GRand *rand);

G_END_DECLS
