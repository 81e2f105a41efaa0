/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "bench.h"

G_BEGIN_DECLS

/* HTTP checks per CPU-second of this process where it is never idle, as the bare loop: engine,
 * watch and store as in the daemon, with as many checks under way as the engine lets in, each on a
 * connection of its own, judged, and stored in `dir`. */
double bench_saturated_checks (const char *dir, const BenchTarget *target);

G_END_DECLS
