/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "audit.h"
#include "maintenance.h"
#include "record-rows.h"

G_BEGIN_DECLS

/* A team's maintenances, which are records that sync. In the caller's transaction; the team's
 * number is taken last. Errors: INVALID, NOT_FOUND, EXISTS (TOCSIN_ERROR), TOCSIN_PG_ERROR. */

/* From JSON, and by all rules. NULL with INVALID. (transfer full) */
TocsinMaintenance *tocsin_maintenances_read (JsonObject *body, GError **error);

/* Makes or replaces one by `body`, whose id and created_at are set. The record's row is locked,
 * where it is there. */
gboolean tocsin_maintenances_save (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                                   const TocsinRecordSave *save, JsonObject *body, GError **error);

gboolean tocsin_maintenances_delete (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                                     const char *id, GError **error);

G_END_DECLS
