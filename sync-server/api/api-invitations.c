/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "api-invitations"

#include "config.h"

#include "api.h"
#include "json-writer.h"
#include "lists.h"
#include "mails.h"
#include "teams.h"

#define M TOCSIN_API_MEMBER

static const TocsinMember invitation_members[] = {
  M ("id", ID),
  M ("email", STRING, TOCSIN_MEMBER_NULLABLE, .help = "null: for whoever has the code"),
  M ("role", STRING, .words = &tocsin_api_roles),
  M ("created_at", TIME),
  M ("expires_at", TIME),
};
const TocsinSchema tocsin_invitation_schema =
    TOCSIN_SCHEMA_REPLY ("Invitation", invitation_members);

static const TocsinMember invitation_new_members[] = {
  M ("email", STRING, TOCSIN_MEMBER_NULLABLE),
  M ("role", STRING, TOCSIN_MEMBER_REQUIRED, .words = &tocsin_api_roles),
};
const TocsinSchema tocsin_invitation_new_schema =
    TOCSIN_SCHEMA_REQUEST ("InvitationNew", invitation_new_members);

static const TocsinMember invitation_made_members[] = {
  M ("id", ID),
  M ("code", STRING, .help = "told only now"),
  M ("url", STRING, .help = "where it is accepted"),
};
const TocsinSchema tocsin_invitation_made_schema =
    TOCSIN_SCHEMA_REPLY ("InvitationMade", invitation_made_members);

static const TocsinMember code_members[] = {
  M ("code", STRING, TOCSIN_MEMBER_REQUIRED),
};
const TocsinSchema tocsin_invitation_code_schema =
    TOCSIN_SCHEMA_REQUEST ("InvitationCode", code_members);

static gboolean
list_invitations (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_auto (TocsinList) list = { 0 };
  g_autoptr (TocsinPgRows) rows = NULL;

  if (!tocsin_list_read (call, &list, error))
    return FALSE;
  rows = tocsin_pg_query (
      pg, error,
      "SELECT json_build_object ('id', id, 'email', email, 'role', role,"
      " 'created_at', rfc3339 (created_at), 'expires_at', rfc3339 (expires_at)), id"
      " FROM invitations WHERE team_id = $1::uuid AND accepted_at = 0 AND expires_at > $2"
      " AND ($3::text IS NULL OR id::text > $3) ORDER BY id::text LIMIT $4",
      PG_TEXT (tocsin_call_get_param (call, "team")), PG_INT (call->at_us), PG_TEXT (list.after),
      TOCSIN_LIST_ROWS (&list));
  if (rows != NULL)
    tocsin_list_reply (call, &list, rows);
  return rows != NULL;
}

/* An invitation to an address goes there by mail, where the server can send any. */
static gboolean
send_mail (TocsinCall *call, TocsinPg *pg, const char *email, const char *url, GError **error)
{
  g_autofree char *text = NULL;

  if (email == NULL || !tocsin_mails_can_send (call->config))
    return TRUE;
  text = g_strdup_printf ("%s invites you to a team on Tocsin at\n%s\n\n"
                          "To join, open this address within %d days:\n\n%s\n",
                          call->principal.name, call->config->public_url,
                          TOCSIN_INVITATION_KEPT_DAYS, url);
  return tocsin_mails_add (pg, email, "You are invited to a team", text, call->at_us, error);
}

static void
reply_made (TocsinCall *call, const char *id, const char *code, const char *url)
{
  g_auto (TocsinJsonWriter) writer;

  tocsin_json_writer_init (&writer, 512);
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_string (&writer, "id", id);
  tocsin_json_writer_string (&writer, "code", code);
  tocsin_json_writer_string (&writer, "url", url);
  tocsin_json_writer_end_object (&writer);
  tocsin_call_reply_take (call, 201, "application/json", tocsin_json_writer_take (&writer));
}

static gboolean
create_invitation (TocsinCall *call, TocsinPg *pg, GError **error)
{
  JsonObject *json = tocsin_call_get_json (call, error);
  TocsinActor actor = tocsin_api_get_actor (call);
  g_autofree char *id = NULL, *code = NULL, *path = NULL, *url = NULL;
  TocsinRole role;

  if (json == NULL)
    return FALSE;
  role = tocsin_api_read_role (json, "role");
  if (!tocsin_api_check_role (call, role, error))
    return FALSE;
  id = tocsin_invitations_create (pg, &actor, tocsin_call_get_param (call, "team"),
                                  tocsin_json_get_string (json, "email"), role,
                                  call->principal.user_id, &code, error);
  if (id == NULL)
    return FALSE;
  path = g_strconcat ("/invitation/", code, NULL);
  url = tocsin_server_config_make_url (call->config, path);
  reply_made (call, id, code, url);
  return send_mail (call, pg, tocsin_json_get_string (json, "email"), url, error);
}

static gboolean
revoke_invitation (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *team = tocsin_call_get_param (call, "team");
  const char *id = tocsin_api_get_id (call, "invitation", error);
  TocsinActor actor = tocsin_api_get_actor (call);
  const TocsinDeed deed = { "invitation.revoke", "invitation", id, NULL, NULL };
  gint64 n = 0;

  if (id == NULL ||
      !tocsin_pg_run (pg, error, &n,
                      "DELETE FROM invitations WHERE team_id = $1::uuid AND id = $2::uuid"
                      " AND accepted_at = 0",
                      PG_TEXT (team), PG_TEXT (id)))
    return FALSE;
  if (n == 0)
    return tocsin_http_fail (error, 404, "no invitation has the id %s", id);
  tocsin_call_reply_nothing (call);
  return tocsin_audit_add (pg, &actor, team, &deed, error);
}

static gboolean
accept_invitation (TocsinCall *call, TocsinPg *pg, GError **error)
{
  JsonObject *json = tocsin_call_get_json (call, error);
  TocsinActor actor = tocsin_api_get_actor (call);
  g_auto (TocsinInvitation) invitation = { 0 };

  if (json == NULL)
    return FALSE;
  if (call->principal.team_id != NULL)
    return tocsin_http_fail (error, 403, "this token is for one team only");
  if (!tocsin_invitations_accept (pg, &actor, tocsin_json_get_string (json, "code"),
                                  call->principal.user_id, &invitation, error))
    return FALSE;
  tocsin_call_reply_nothing (call);
  return TRUE;
}

#define ALL "/api/v1/teams/{team}/invitations"

static const TocsinRoute routes[] = {
  { "GET", ALL, TOCSIN_ACCESS_ADMIN, API, TOCSIN_ROUTE_READ, list_invitations,
    .summary = "Invitations that are open", .reply = "[Invitation]" },
  { "POST", ALL, TOCSIN_ACCESS_ADMIN, API, TOCSIN_ROUTE_REPLAY, create_invitation,
    .summary = "Invite somebody", .request = "InvitationNew", .reply = "InvitationMade",
    .status = 201 },
  { "DELETE", ALL "/{invitation}", TOCSIN_ACCESS_ADMIN, API, 0, revoke_invitation,
    .summary = "Take an invitation back", .status = 204 },
  { "POST", "/api/v1/invitations/accept", TOCSIN_ACCESS_SIGNED_IN, API, 0, accept_invitation,
    .summary = "Join the team of an invitation", .request = "InvitationCode", .status = 204 },
};

const TocsinRoutes tocsin_api_invitations_routes = TOCSIN_ROUTES (routes);
