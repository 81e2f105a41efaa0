/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "audit.h"
#include "incident.h"

G_BEGIN_DECLS

/* What people add to a team's incidents; that they open and close is the judge's. */

/* NOTE, ACKNOWLEDGED, CAUSE or RESOLUTION; `text` (nullable) where it is an acknowledgement. The
 * first acknowledgement's time stays; a cause and a resolution replace those before. `at_us` 0:
 * now; never in the future. Errors: NOT_FOUND, INVALID, TOCSIN_PG_ERROR. */
gboolean tocsin_incidents_update (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                                  const char *id, TocsinUpdateKind kind, const char *text,
                                  gint64 at_us, GError **error);

/* From {"kind", "text", "at"}; INVALID. `*text` is the object's. */
gboolean tocsin_incidents_read_update (JsonObject *json, TocsinUpdateKind *kind, const char **text,
                                       gint64 *at_us, GError **error);

G_END_DECLS
