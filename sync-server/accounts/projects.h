/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "audit.h"
#include "principal.h"
#include "record-rows.h"

G_BEGIN_DECLS

/* Projects, which are records that sync, and their keys. In the caller's transaction; the team's
 * counter is taken last. Errors: INVALID, EXISTS, NOT_FOUND (TOCSIN_ERROR), TOCSIN_PG_ERROR. */

/* `slug` NULL: made from the name. (transfer full) the id. */
char *tocsin_projects_create (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                              const char *name, const char *slug, GError **error);

/* `name` and `slug`: NULL stays. Answers the new revision. */
gboolean tocsin_projects_edit (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                               const char *id, const char *name, const char *slug, GError **error);

/* Makes or replaces the project by `body`, whose name and slug are checked. The record's row is
 * locked, where it is there. */
gboolean tocsin_projects_save (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                               const TocsinRecordSave *save, JsonObject *body, GError **error);

/* One that has monitors is not deleted: EXISTS. */
gboolean tocsin_projects_delete (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                                 const char *id, GError **error);

/* By id, or "TEAM/PROJECT" by slugs, or a slug that only one team has. NOT_FOUND, AMBIGUOUS. */
gboolean tocsin_projects_get (TocsinPg *pg, const char *text, char **team_id, char **project_id,
                              GError **error);

/* --- keys --- */

/* `key` (transfer full) is told once. (transfer full) the id. */
char *tocsin_keys_create (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                          const char *project_id, TocsinKeyKind kind, char **key, GError **error);
gboolean tocsin_keys_revoke (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                             const char *project_id, const char *id, GError **error);

G_END_DECLS
