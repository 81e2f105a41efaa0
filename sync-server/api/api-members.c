/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "api-members"

#include "config.h"

#include "api.h"
#include "lists.h"
#include "teams.h"

#define M TOCSIN_API_MEMBER

static const TocsinMember member_members[] = {
  M ("user", ID),       M ("email", STRING),
  M ("name", STRING),   M ("role", STRING, .words = &tocsin_api_roles),
  M ("disabled", BOOL), M ("second_factor", BOOL),
  M ("revision", INT),  M ("created_at", TIME, .help = "when they joined"),
};
const TocsinSchema tocsin_member_schema = TOCSIN_SCHEMA_REPLY ("Member", member_members);

static const TocsinMember member_edit_members[] = {
  M ("role", STRING, TOCSIN_MEMBER_REQUIRED, .words = &tocsin_api_roles),
};
const TocsinSchema tocsin_member_edit_schema =
    TOCSIN_SCHEMA_REQUEST ("MemberEdit", member_edit_members);

#define MEMBER_JSON                                                                    \
  "json_build_object ('user', u.id, 'email', u.email, 'name', u.name, 'role', m.role," \
  " 'disabled', u.disabled_at > 0, 'second_factor', u.totp_confirmed_at > 0,"          \
  " 'revision', m.revision, 'created_at', rfc3339 (m.created_at))"

static gboolean
list_members (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_auto (TocsinList) list = { 0 };
  g_autoptr (TocsinPgRows) rows = NULL;

  if (!tocsin_list_read (call, &list, error))
    return FALSE;
  rows = tocsin_pg_query (pg, error,
                          "SELECT " MEMBER_JSON ", lower (u.email) FROM members m"
                          " JOIN users u ON u.id = m.user_id WHERE m.team_id = $1::uuid"
                          " AND ($2::text IS NULL OR lower (u.email) > $2)"
                          " ORDER BY lower (u.email) LIMIT $3",
                          PG_TEXT (tocsin_call_get_param (call, "team")), PG_TEXT (list.after),
                          TOCSIN_LIST_ROWS (&list));
  if (rows != NULL)
    tocsin_list_reply (call, &list, rows);
  return rows != NULL;
}

static gboolean
reply_member (TocsinCall *call, TocsinPg *pg, const char *user, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT " MEMBER_JSON ", m.revision FROM members m JOIN users u ON u.id = m.user_id"
      " WHERE m.team_id = $1::uuid AND m.user_id = $2::uuid",
      PG_TEXT (tocsin_call_get_param (call, "team")), PG_TEXT (user));

  if (rows == NULL ||
      !tocsin_reply_one (call, 200, rows, "that person is no member of the team", error))
    return FALSE;
  tocsin_call_set_revision (call, tocsin_pg_rows_get_int (rows, 0, 1));
  return TRUE;
}

static gboolean
get_member (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *user = tocsin_api_get_id (call, "user", error);

  return user != NULL && reply_member (call, pg, user, error);
}

/* Who is above somebody, or is the same, may change them; an admin can't touch an owner. */
static gboolean
check_target (TocsinCall *call, TocsinPg *pg, const char *user, gint64 *revision, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT role, revision FROM members WHERE team_id = $1::uuid AND user_id = $2::uuid"
      " FOR UPDATE",
      PG_TEXT (tocsin_call_get_param (call, "team")), PG_TEXT (user));
  guint role;

  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return tocsin_http_fail (error, 404, "that person is no member of the team");
  if (!tocsin_words_find (&tocsin_role_words, tocsin_pg_rows_get_text (rows, 0, 0), &role, error))
    return FALSE;
  *revision = tocsin_pg_rows_get_int (rows, 0, 1);
  return role <= call->principal.role ||
         tocsin_http_fail (error, 403, "only an owner can change an owner");
}

static gboolean
edit_member (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *user = tocsin_api_get_id (call, "user", error);
  JsonObject *json = user != NULL ? tocsin_call_get_json (call, error) : NULL;
  TocsinActor actor = tocsin_api_get_actor (call);
  TocsinRole role;
  gint64 revision;

  if (json == NULL)
    return FALSE;
  role = tocsin_api_read_role (json, "role");
  return check_target (call, pg, user, &revision, error) &&
         tocsin_call_check_revision (call, revision, error) &&
         tocsin_api_check_role (call, role, error) &&
         tocsin_members_set_role (pg, &actor, tocsin_call_get_param (call, "team"), user, role,
                                  error) &&
         reply_member (call, pg, user, error);
}

static gboolean
remove_member (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *user = tocsin_api_get_id (call, "user", error);
  TocsinActor actor = tocsin_api_get_actor (call);
  gint64 revision;

  if (user == NULL || !check_target (call, pg, user, &revision, error) ||
      !tocsin_call_check_revision (call, revision, error) ||
      !tocsin_members_remove (pg, &actor, tocsin_call_get_param (call, "team"), user, error))
    return FALSE;
  tocsin_call_reply_nothing (call);
  return TRUE;
}

/* Everybody may go by themselves. */
static gboolean
leave (TocsinCall *call, TocsinPg *pg, GError **error)
{
  TocsinActor actor = tocsin_api_get_actor (call);

  if (!tocsin_members_remove (pg, &actor, tocsin_call_get_param (call, "team"),
                              call->principal.user_id, error))
    return FALSE;
  tocsin_call_reply_nothing (call);
  return TRUE;
}

#define ONE "/api/v1/teams/{team}/members/{user}"

static const TocsinRoute routes[] = {
  { "GET", "/api/v1/teams/{team}/members", TOCSIN_ACCESS_VIEWER, API, TOCSIN_ROUTE_READ,
    list_members, .summary = "A team’s members", .reply = "[Member]" },
  { "GET", ONE, TOCSIN_ACCESS_VIEWER, API, TOCSIN_ROUTE_READ, get_member, .summary = "A member",
    .reply = "Member" },
  { "PATCH", ONE, TOCSIN_ACCESS_ADMIN, API, 0, edit_member, .summary = "Change a member’s role",
    .request = "MemberEdit", .reply = "Member" },
  { "DELETE", ONE, TOCSIN_ACCESS_ADMIN, API, 0, remove_member, .summary = "Remove a member",
    .status = 204 },
  { "POST", "/api/v1/teams/{team}/leave", TOCSIN_ACCESS_VIEWER, API, 0, leave,
    .summary = "Leave the team", .status = 204 },
};

const TocsinRoutes tocsin_api_members_routes = TOCSIN_ROUTES (routes);
