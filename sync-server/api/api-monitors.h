/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "route.h"
#include "schema.h"

G_BEGIN_DECLS

/* A team's monitors: /api/v1/teams/{team}/monitors. A monitor is the model's JSON (lib/model/
 * monitor.h) without secrets, and beside it project_id, updated_at, state and since. */
extern const TocsinRoutes tocsin_api_monitors_routes;
/* Their state, pings and flips. */
extern const TocsinRoutes tocsin_api_monitor_history_routes;

/* What probes saw of them, and how long they were up. */
extern const TocsinRoutes tocsin_api_series_routes;
extern const TocsinRoutes tocsin_api_samples_routes;

extern const TocsinSchema tocsin_series_schema, tocsin_series_point_schema, tocsin_uptime_schema,
    tocsin_sample_schema;
extern const TocsinSchema tocsin_monitor_schema, tocsin_monitor_new_schema,
    tocsin_monitor_edit_schema;
extern const TocsinSchema tocsin_monitor_state_schema, tocsin_ping_schema, tocsin_flip_schema;

#define TOCSIN_API_MONITORS "/api/v1/teams/{team}/monitors"

G_END_DECLS
