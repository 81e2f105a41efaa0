/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "test-team.h"

G_BEGIN_DECLS

/* Many heartbeats of a team's first project, with slugs "job-1", "job-2", …: a day's period, an
 * hour of grace. */
void fleet_add (TestTeam *team, guint n_monitors);

/* All ping ids, in the order of the slugs' numbers. (transfer full) */
char **fleet_get_ping_ids (TestTeam *team);

/* As if each that is up had been pinged a period and its grace before `deadline_at`. */
void fleet_make_due (TestTeam *team, gint64 deadline_at);

G_END_DECLS
