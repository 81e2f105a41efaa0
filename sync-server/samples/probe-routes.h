/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "intake.h"
#include "route.h"
#include "schema.h"

G_BEGIN_DECLS

/* What probes ask and send: /api/v1/probe/. */
extern const TocsinRoutes tocsin_probe_routes;

extern const TocsinSchema tocsin_probe_hello_schema, tocsin_probe_welcome_schema;
extern const TocsinSchema tocsin_assignments_schema, tocsin_assignment_schema;
extern const TocsinSchema tocsin_probe_wants_schema, tocsin_probe_monitors_schema,
    tocsin_probe_monitor_schema;
extern const TocsinSchema tocsin_samples_taken_schema, tocsin_sample_refused_schema;

/* What the intake calls when a batch is done. */
void tocsin_probe_answer_batch (TocsinBatchTicket *ticket);

G_END_DECLS
