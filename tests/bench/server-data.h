/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "test-team.h"

G_BEGIN_DECLS

/* A team as large as the server shall serve well: 10,000 monitors in one project, 500 in another,
 * 50 members, a million pings, flips. */
#define BENCH_MONITORS     10000
#define BENCH_MONITORS_FEW 500
#define BENCH_MEMBERS      50
#define BENCH_PINGED       1000 /* monitors that have pings */
#define BENCH_PINGS        1000 /* of each */
#define BENCH_FLIPS        400
#define BENCH_CHANNELS     20

/* Into the team's two projects; `monitor` and `check` (transfer full) are one with pings: its id
 * and its ping's. */
void bench_fill_team (TestTeam *team, char **monitor, char **check);

G_END_DECLS
