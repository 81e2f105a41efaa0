/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "api-tokens"

#include "config.h"

#include "api.h"
#include "json-writer.h"
#include "lists.h"
#include "tokens.h"

#define M TOCSIN_API_MEMBER

static const char *const kinds[] = { "api", "device" };
static const TocsinWords kind_words = TOCSIN_WORDS ("kind of token", kinds);

static const char *const scopes[] = { "read", "write", "admin" };
static const TocsinWords scope_words = TOCSIN_WORDS ("scope", scopes);

static const TocsinMember token_members[] = {
  M ("id", ID),
  M ("kind", STRING, .words = &kind_words),
  M ("name", STRING),
  M ("scopes", STRINGS, .words = &scope_words),
  M ("team", ID, TOCSIN_MEMBER_NULLABLE, .help = "the only one that it may see"),
  M ("created_at", TIME),
  M ("expires_at", TIME, TOCSIN_MEMBER_NULLABLE),
  M ("used_at", TIME, TOCSIN_MEMBER_NULLABLE),
};
const TocsinSchema tocsin_token_schema = TOCSIN_SCHEMA_REPLY ("Token", token_members);

static const TocsinMember token_new_members[] = {
  M ("name", STRING, TOCSIN_MEMBER_REQUIRED),
  M ("scopes", STRINGS, TOCSIN_MEMBER_REQUIRED, .words = &scope_words),
  M ("team", ID, TOCSIN_MEMBER_NULLABLE, .help = "the only one that it may see"),
  M ("expires_at", TIME, TOCSIN_MEMBER_NULLABLE),
};
const TocsinSchema tocsin_token_new_schema = TOCSIN_SCHEMA_REQUEST ("TokenNew", token_new_members);

static const TocsinMember token_made_members[] = {
  M ("id", ID),
  M ("token", STRING, .help = "told only now"),
};
const TocsinSchema tocsin_token_made_schema = TOCSIN_SCHEMA_REPLY ("TokenMade", token_made_members);

static gboolean
list_tokens (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_auto (TocsinList) list = { 0 };
  g_autoptr (TocsinPgRows) rows = NULL;

  if (!tocsin_list_read (call, &list, error))
    return FALSE;
  rows = tocsin_pg_query (
      pg, error,
      "SELECT json_build_object ('id', id, 'kind', kind, 'name', name, 'scopes', scopes,"
      " 'team', team_id, 'created_at', rfc3339 (created_at), 'expires_at', rfc3339 (expires_at),"
      " 'used_at', rfc3339 (used_at)), id FROM tokens WHERE user_id = $1::uuid"
      " AND kind IN ('api', 'device') AND revoked_at = 0 AND (expires_at = 0 OR expires_at > $2)"
      " AND ($3::text IS NULL OR id::text > $3) ORDER BY id::text LIMIT $4",
      PG_TEXT (call->principal.user_id), PG_INT (call->at_us), PG_TEXT (list.after),
      TOCSIN_LIST_ROWS (&list));
  if (rows != NULL)
    tocsin_list_reply (call, &list, rows);
  return rows != NULL;
}

static gboolean
check_team (TocsinCall *call, TocsinPg *pg, const char *team, GError **error)
{
  if (team == NULL)
    return TRUE;
  if (!tocsin_principal_find_role (pg, team, &call->principal, error))
    return FALSE;
  return call->principal.role != TOCSIN_ROLE_NONE ||
         tocsin_http_fail (error, 404, "no team has the id %s", team);
}

/* Nobody gives away more than they have. */
static gboolean
check_scopes (const TocsinCall *call, guint may, GError **error)
{
  return (may & ~call->principal.may) == 0 ||
         tocsin_http_fail (error, 403, "a token can’t make one that may more than itself");
}

static gboolean
create_token (TocsinCall *call, TocsinPg *pg, GError **error)
{
  JsonObject *json = tocsin_call_get_json (call, error);
  TocsinActor actor = tocsin_api_get_actor (call);
  g_autofree char *id = NULL, *token = NULL;
  g_auto (GStrv) words = NULL;
  g_auto (TocsinJsonWriter) writer = { 0 };
  TocsinTokenSpec spec = { .user_id = call->principal.user_id };

  if (json == NULL)
    return FALSE;
  words = tocsin_json_get_strings (json, "scopes");
  spec.name = tocsin_json_get_string (json, "name");
  spec.team_id = tocsin_json_get_string (json, "team");
  spec.expires_at = tocsin_json_get_time (json, "expires_at");
  if (spec.team_id == NULL)
    spec.team_id = call->principal.team_id;
  if (!tocsin_may_from_words (words, &spec.may, error) || !check_scopes (call, spec.may, error) ||
      !check_team (call, pg, spec.team_id, error))
    return FALSE;
  id = tocsin_tokens_create (pg, &actor, &spec, &token, error);
  if (id == NULL)
    return FALSE;
  tocsin_json_writer_init (&writer, 256);
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_string (&writer, "id", id);
  tocsin_json_writer_string (&writer, "token", token);
  tocsin_json_writer_end_object (&writer);
  tocsin_call_reply_take (call, 201, "application/json", tocsin_json_writer_take (&writer));
  return TRUE;
}

static gboolean
revoke_token (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *id = tocsin_api_get_id (call, "token", error);
  TocsinActor actor = tocsin_api_get_actor (call);

  if (id == NULL || !tocsin_tokens_revoke (pg, &actor, call->principal.user_id, id, error))
    return FALSE;
  tocsin_call_reply_nothing (call);
  return TRUE;
}

static const TocsinRoute routes[] = {
  { "GET", "/api/v1/me/tokens", TOCSIN_ACCESS_SIGNED_IN, API, TOCSIN_ROUTE_READ, list_tokens,
    .summary = "API tokens and signed-in devices", .reply = "[Token]" },
  { "POST", "/api/v1/me/tokens", TOCSIN_ACCESS_SIGNED_IN, API, TOCSIN_ROUTE_REPLAY, create_token,
    .summary = "Make an API token", .request = "TokenNew", .reply = "TokenMade", .status = 201 },
  { "DELETE", "/api/v1/me/tokens/{token}", TOCSIN_ACCESS_SIGNED_IN, API, 0, revoke_token,
    .summary = "Revoke a token or sign a device out", .status = 204 },
};

const TocsinRoutes tocsin_api_tokens_routes = TOCSIN_ROUTES (routes);
