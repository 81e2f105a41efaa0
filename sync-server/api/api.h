/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "audit.h"
#include "call.h"
#include "schema.h"

G_BEGIN_DECLS

/* /api/v1/, a file a kind of thing. */
extern const TocsinRoutes tocsin_api_me_routes;
extern const TocsinRoutes tocsin_api_teams_routes;
extern const TocsinRoutes tocsin_api_members_routes;
extern const TocsinRoutes tocsin_api_invitations_routes;
extern const TocsinRoutes tocsin_api_projects_routes;
extern const TocsinRoutes tocsin_api_tokens_routes;
extern const TocsinRoutes tocsin_api_probes_routes;
extern const TocsinRoutes tocsin_api_audit_routes;
extern const TocsinRoutes tocsin_api_maintenance_routes;
extern const TocsinRoutes tocsin_api_incidents_routes;
extern const TocsinRoutes tocsin_openapi_routes;

extern const TocsinSchema tocsin_user_schema, tocsin_user_edit_schema, tocsin_session_schema;
extern const TocsinSchema tocsin_team_schema, tocsin_team_new_schema, tocsin_team_edit_schema;
extern const TocsinSchema tocsin_member_schema, tocsin_member_edit_schema;
extern const TocsinSchema tocsin_invitation_schema, tocsin_invitation_new_schema,
    tocsin_invitation_made_schema, tocsin_invitation_code_schema;
extern const TocsinSchema tocsin_project_schema, tocsin_project_new_schema,
    tocsin_project_edit_schema;
extern const TocsinSchema tocsin_key_schema, tocsin_key_new_schema, tocsin_key_made_schema;
extern const TocsinSchema tocsin_token_schema, tocsin_token_new_schema, tocsin_token_made_schema;
extern const TocsinSchema tocsin_probe_schema, tocsin_probe_new_schema, tocsin_probe_made_schema;
extern const TocsinSchema tocsin_audit_schema;
extern const TocsinSchema tocsin_maintenance_schema, tocsin_maintenance_new_schema;
extern const TocsinSchema tocsin_incident_schema, tocsin_incident_update_schema,
    tocsin_record_history_schema;

/* The principal as an actor of the audit log. */
TocsinActor tocsin_api_get_actor (const TocsinCall *call);

/* The parameter of the path, 404 where it is no UUID. */
const char *tocsin_api_get_id (const TocsinCall *call, const char *name, GError **error);

/* 403 where somebody would give a role above their own. */
gboolean tocsin_api_check_role (const TocsinCall *call, TocsinRole role, GError **error);

/* The role that a checked body names. */
TocsinRole tocsin_api_read_role (JsonObject *json, const char *name);

/* The roles that a request may name. */
extern const TocsinWords tocsin_api_roles;

#define API TOCSIN_STYLE_API
#define TOCSIN_API_MEMBER(name_, kind_, ...)                  \
  {                                                           \
    .name = name_, .kind = TOCSIN_MEMBER_##kind_, __VA_ARGS__ \
  }

G_END_DECLS
