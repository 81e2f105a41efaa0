/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "route.h"
#include "schema.h"

G_BEGIN_DECLS

/* POST /api/v1/teams/{team}/sync: operations of a desktop, and what changed since its cursor. */
extern const TocsinRoutes tocsin_sync_routes;
extern const TocsinSchema tocsin_sync_request_schema, tocsin_sync_reply_schema;
extern const TocsinSchema tocsin_sync_operation_schema, tocsin_sync_result_schema,
    tocsin_sync_record_schema, tocsin_sync_state_schema, tocsin_sync_probe_schema,
    tocsin_sync_vote_schema, tocsin_sync_loss_schema, tocsin_sync_incident_schema;

G_END_DECLS
