/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "api-teams"

#include "config.h"

#include "api.h"
#include "lists.h"
#include "teams.h"
#include "users.h"

#define M TOCSIN_API_MEMBER

static const TocsinMember team_members[] = {
  M ("id", ID),        M ("name", STRING),
  M ("slug", STRING),  M ("role", STRING, .words = &tocsin_api_roles, .help = "of who asks"),
  M ("revision", INT), M ("created_at", TIME),
};
const TocsinSchema tocsin_team_schema = TOCSIN_SCHEMA_REPLY ("Team", team_members);

static const TocsinMember team_new_members[] = {
  M ("name", STRING, TOCSIN_MEMBER_REQUIRED),
  M ("slug", STRING, .help = "a-z, 0-9 and hyphens; made from the name where it is absent"),
};
const TocsinSchema tocsin_team_new_schema = TOCSIN_SCHEMA_REQUEST ("TeamNew", team_new_members);

static const TocsinMember team_edit_members[] = {
  M ("name", STRING),
  M ("slug", STRING),
};
const TocsinSchema tocsin_team_edit_schema = TOCSIN_SCHEMA_REQUEST ("TeamEdit", team_edit_members);

#define TEAM_JSON                                                                  \
  "json_build_object ('id', t.id, 'name', t.name, 'slug', t.slug, 'role', m.role," \
  " 'revision', t.revision, 'created_at', rfc3339 (t.created_at))"

static gboolean
list_teams (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_auto (TocsinList) list = { 0 };
  g_autoptr (TocsinPgRows) rows = NULL;

  if (!tocsin_list_read (call, &list, error))
    return FALSE;
  rows = tocsin_pg_query (pg, error,
                          "SELECT " TEAM_JSON ", t.slug FROM members m"
                          " JOIN teams t ON t.id = m.team_id WHERE m.user_id = $1::uuid"
                          " AND ($2::uuid IS NULL OR t.id = $2::uuid)"
                          " AND ($3::text IS NULL OR t.slug > $3) ORDER BY t.slug LIMIT $4",
                          PG_TEXT (call->principal.user_id), PG_TEXT (call->principal.team_id),
                          PG_TEXT (list.after), TOCSIN_LIST_ROWS (&list));
  if (rows != NULL)
    tocsin_list_reply (call, &list, rows);
  return rows != NULL;
}

static gboolean
reply_team (TocsinCall *call, TocsinPg *pg, const char *id, guint status, GError **error)
{
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error,
                       "SELECT " TEAM_JSON ", t.revision FROM members m"
                       " JOIN teams t ON t.id = m.team_id"
                       " WHERE m.user_id = $1::uuid AND t.id = $2::uuid",
                       PG_TEXT (call->principal.user_id), PG_TEXT (id));

  if (rows == NULL || !tocsin_reply_one (call, status, rows, "the team is gone", error))
    return FALSE;
  tocsin_call_set_revision (call, tocsin_pg_rows_get_int (rows, 0, 1));
  return TRUE;
}

static gboolean
create_team (TocsinCall *call, TocsinPg *pg, GError **error)
{
  JsonObject *json = tocsin_call_get_json (call, error);
  TocsinActor actor = tocsin_api_get_actor (call);
  g_autofree char *id = NULL;

  if (json == NULL)
    return FALSE;
  if (call->principal.team_id != NULL)
    return tocsin_http_fail (error, 403, "this token is for one team only");
  id = tocsin_teams_create (pg, &actor, tocsin_json_get_string (json, "name"),
                            tocsin_json_get_string (json, "slug"), call->principal.user_id, error);
  return id != NULL && reply_team (call, pg, id, 201, error);
}

static gboolean
get_team (TocsinCall *call, TocsinPg *pg, GError **error)
{
  return reply_team (call, pg, tocsin_call_get_param (call, "team"), 200, error);
}

/* Looked at first: a violation of the unique index would end the transaction without a word of
 * which it was. */
static gboolean
check_slug_is_free (TocsinPg *pg, const char *team, const char *slug, GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;

  if (slug == NULL)
    return TRUE;
  if (!tocsin_slug_check (slug, error))
    return FALSE;
  rows = tocsin_pg_query (pg, error, "SELECT 1 FROM teams WHERE slug = $1 AND id <> $2::uuid",
                          PG_TEXT (slug), PG_TEXT (team));
  if (rows == NULL)
    return FALSE;
  return tocsin_pg_rows_get_n (rows) == 0 ||
         tocsin_http_fail (error, 409, "there is a team with the slug “%s” already", slug);
}

static gboolean
edit_team (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *team = tocsin_call_get_param (call, "team");
  JsonObject *json = tocsin_call_get_json (call, error);
  TocsinActor actor = tocsin_api_get_actor (call);
  TocsinDeed deed = { "team.edit", "team", team, NULL, NULL };
  g_autoptr (TocsinPgRows) rows = NULL;
  const char *slug;

  if (json == NULL)
    return FALSE;
  deed.object_name = tocsin_json_get_string (json, "name");
  slug = tocsin_json_get_string (json, "slug");
  rows = tocsin_pg_query (pg, error, "SELECT revision FROM teams WHERE id = $1::uuid FOR UPDATE",
                          PG_TEXT (team));
  if (rows == NULL ||
      !tocsin_call_check_revision (call, tocsin_pg_rows_get_int (rows, 0, 0), error) ||
      (deed.object_name != NULL && !tocsin_name_check ("name", deed.object_name, error)) ||
      !check_slug_is_free (pg, team, slug, error))
    return FALSE;
  return tocsin_pg_run (pg, error, NULL,
                        "UPDATE teams SET name = coalesce ($2, name), slug = coalesce ($3, slug),"
                        " revision = revision + 1 WHERE id = $1::uuid",
                        PG_TEXT (team), PG_TEXT (deed.object_name), PG_TEXT (slug)) &&
         tocsin_audit_add (pg, &actor, team, &deed, error) &&
         reply_team (call, pg, team, 200, error);
}

/* All that is the team's goes with it, by the foreign keys; what comes in masses has none. */
static gboolean
delete_team (TocsinCall *call, TocsinPg *pg, GError **error)
{
  static const char *const statements[] = {
    "DELETE FROM pings WHERE team_id = $1::uuid",
    "DELETE FROM samples WHERE team_id = $1::uuid",
    "DELETE FROM reasons WHERE team_id = $1::uuid",
    "DELETE FROM unpacked_days WHERE team_id = $1::uuid",
    "DELETE FROM hours WHERE team_id = $1::uuid",
    "DELETE FROM days WHERE team_id = $1::uuid",
    "DELETE FROM teams WHERE id = $1::uuid",
  };
  const TocsinPgParam team = PG_TEXT (tocsin_call_get_param (call, "team"));

  for (guint i = 0; i < G_N_ELEMENTS (statements); i++)
    if (!tocsin_pg_run_params (pg, error, NULL, statements[i], &team, 1))
      return FALSE;
  tocsin_call_reply_nothing (call);
  return TRUE;
}

static const TocsinRoute routes[] = {
  { "GET", "/api/v1/teams", TOCSIN_ACCESS_SIGNED_IN, API, TOCSIN_ROUTE_READ, list_teams,
    .summary = "The teams of who asks", .reply = "[Team]" },
  { "POST", "/api/v1/teams", TOCSIN_ACCESS_SIGNED_IN, API, TOCSIN_ROUTE_REPLAY, create_team,
    .summary = "Make a team, of which who asks is the owner", .request = "TeamNew", .reply = "Team",
    .status = 201 },
  { "GET", "/api/v1/teams/{team}", TOCSIN_ACCESS_VIEWER, API, TOCSIN_ROUTE_READ, get_team,
    .summary = "A team", .reply = "Team" },
  { "PATCH", "/api/v1/teams/{team}", TOCSIN_ACCESS_ADMIN, API, 0, edit_team,
    .summary = "Change its name or slug", .request = "TeamEdit", .reply = "Team" },
  { "DELETE", "/api/v1/teams/{team}", TOCSIN_ACCESS_OWNER, API, 0, delete_team,
    .summary = "Delete it with all that it has", .status = 204 },
};

const TocsinRoutes tocsin_api_teams_routes = TOCSIN_ROUTES (routes);
