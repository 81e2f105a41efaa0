/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "schemas"

#include "config.h"

#include <string.h>

#include "api-monitors.h"
#include "api.h"
#include "probe-routes.h"
#include "sync.h"

#define M TOCSIN_API_MEMBER

/* RFC 9457. */
static const TocsinMember problem_members[] = {
  M ("type", STRING),
  M ("title", STRING),
  M ("status", INT),
  M ("detail", STRING, .help = "a sentence for people"),
  M ("request_id", STRING, .help = "by which the server’s log knows it"),
  M ("code", STRING, TOCSIN_MEMBER_MAYBE, .help = "resync_required"),
  M ("forked", INT, TOCSIN_MEMBER_MAYBE,
     .help = "up to where the cursor’s epoch is the server’s, where a backup was restored"),
};
static const TocsinSchema problem_schema = TOCSIN_SCHEMA_REPLY ("Problem", problem_members);

static const TocsinSchema *const schemas[] = {
  &problem_schema,
  &tocsin_user_schema,
  &tocsin_user_edit_schema,
  &tocsin_session_schema,
  &tocsin_team_schema,
  &tocsin_team_new_schema,
  &tocsin_team_edit_schema,
  &tocsin_member_schema,
  &tocsin_member_edit_schema,
  &tocsin_invitation_schema,
  &tocsin_invitation_new_schema,
  &tocsin_invitation_made_schema,
  &tocsin_invitation_code_schema,
  &tocsin_project_schema,
  &tocsin_project_new_schema,
  &tocsin_project_edit_schema,
  &tocsin_key_schema,
  &tocsin_key_new_schema,
  &tocsin_key_made_schema,
  &tocsin_token_schema,
  &tocsin_token_new_schema,
  &tocsin_token_made_schema,
  &tocsin_probe_schema,
  &tocsin_probe_new_schema,
  &tocsin_probe_made_schema,
  &tocsin_audit_schema,
  &tocsin_monitor_schema,
  &tocsin_monitor_new_schema,
  &tocsin_monitor_edit_schema,
  &tocsin_monitor_state_schema,
  &tocsin_ping_schema,
  &tocsin_flip_schema,
  &tocsin_maintenance_schema,
  &tocsin_maintenance_new_schema,
  &tocsin_incident_schema,
  &tocsin_incident_update_schema,
  &tocsin_record_history_schema,
  &tocsin_sync_request_schema,
  &tocsin_sync_operation_schema,
  &tocsin_sync_reply_schema,
  &tocsin_sync_result_schema,
  &tocsin_sync_record_schema,
  &tocsin_sync_state_schema,
  &tocsin_sync_vote_schema,
  &tocsin_sync_incident_schema,
  &tocsin_sync_probe_schema,
  &tocsin_sync_loss_schema,
  &tocsin_series_schema,
  &tocsin_series_point_schema,
  &tocsin_uptime_schema,
  &tocsin_sample_schema,
  &tocsin_probe_hello_schema,
  &tocsin_probe_welcome_schema,
  &tocsin_assignment_schema,
  &tocsin_assignments_schema,
  &tocsin_probe_wants_schema,
  &tocsin_probe_monitor_schema,
  &tocsin_probe_monitors_schema,
  &tocsin_sample_refused_schema,
  &tocsin_samples_taken_schema,
  NULL,
};

const TocsinSchema *const *
tocsin_schemas_get (void)
{
  return schemas;
}

const TocsinSchema *
tocsin_schemas_find (const char *name)
{
  for (guint i = 0; schemas[i] != NULL; i++)
    if (strcmp (schemas[i]->name, name) == 0)
      return schemas[i];
  return NULL;
}
