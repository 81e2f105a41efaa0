/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "api-me"

#include "config.h"

#include "api.h"
#include "lists.h"
#include "users.h"

#define M TOCSIN_API_MEMBER

static const TocsinMember user_members[] = {
  M ("id", ID),           M ("email", STRING),
  M ("name", STRING),     M ("zone", STRING, .help = "IANA time zone"),
  M ("locale", STRING),   M ("second_factor", BOOL),
  M ("created_at", TIME),
};
const TocsinSchema tocsin_user_schema = TOCSIN_SCHEMA_REPLY ("User", user_members);

static const TocsinMember user_edit_members[] = {
  M ("name", STRING),
  M ("zone", STRING, .help = "IANA time zone"),
  M ("locale", STRING, .help = "a language tag: de, fr-CA"),
};
const TocsinSchema tocsin_user_edit_schema = TOCSIN_SCHEMA_REQUEST ("UserEdit", user_edit_members);

static const TocsinMember session_members[] = {
  M ("id", ID),
  M ("address", STRING, TOCSIN_MEMBER_NULLABLE),
  M ("agent", STRING, TOCSIN_MEMBER_NULLABLE, .help = "the browser, as it calls itself"),
  M ("created_at", TIME),
  M ("used_at", TIME),
  M ("expires_at", TIME),
};
const TocsinSchema tocsin_session_schema = TOCSIN_SCHEMA_REPLY ("Session", session_members);

static gboolean
get_me (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT json_build_object ('id', id, 'email', email, 'name', name, 'zone', zone,"
      " 'locale', locale, 'second_factor', totp_confirmed_at > 0,"
      " 'created_at', rfc3339 (created_at)) FROM users WHERE id = $1::uuid",
      PG_TEXT (call->principal.user_id));

  return rows != NULL && tocsin_reply_one (call, 200, rows, "the account is gone", error);
}

static gboolean
check_locale (const char *locale, GError **error)
{
  return locale == NULL ||
         g_regex_match_simple ("^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", locale, 0, 0) ||
         tocsin_http_fail (error, 400, "locale: a language tag like de or fr-CA is wanted");
}

static gboolean
edit_me (TocsinCall *call, TocsinPg *pg, GError **error)
{
  JsonObject *json = tocsin_call_get_json (call, error);
  const char *name, *zone, *locale;

  if (json == NULL)
    return FALSE;
  name = tocsin_json_get_string (json, "name");
  zone = tocsin_json_get_string (json, "zone");
  locale = tocsin_json_get_string (json, "locale");
  if ((name != NULL && !tocsin_name_check ("name", name, error)) ||
      (zone != NULL && !tocsin_zone_check (zone, error)) || !check_locale (locale, error))
    return FALSE;
  return tocsin_pg_run (pg, error, NULL,
                        "UPDATE users SET name = coalesce ($2, name), zone = coalesce ($3, zone),"
                        " locale = coalesce ($4, locale) WHERE id = $1::uuid",
                        PG_TEXT (call->principal.user_id), PG_TEXT (name), PG_TEXT (zone),
                        PG_TEXT (locale)) &&
         get_me (call, pg, error);
}

static gboolean
list_sessions (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_auto (TocsinList) list = { 0 };
  g_autoptr (TocsinPgRows) rows = NULL;

  if (!tocsin_list_read (call, &list, error))
    return FALSE;
  rows = tocsin_pg_query (pg, error,
                          "SELECT json_build_object ('id', id, 'address', address, 'agent', agent,"
                          " 'created_at', rfc3339 (created_at), 'used_at', rfc3339 (used_at),"
                          " 'expires_at', rfc3339 (expires_at)), id FROM sessions"
                          " WHERE user_id = $1::uuid AND NOT pending AND expires_at > $2"
                          " AND ($3::text IS NULL OR id::text > $3) ORDER BY id::text LIMIT $4",
                          PG_TEXT (call->principal.user_id), PG_INT (call->at_us),
                          PG_TEXT (list.after), TOCSIN_LIST_ROWS (&list));
  if (rows != NULL)
    tocsin_list_reply (call, &list, rows);
  return rows != NULL;
}

static gboolean
end_session (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *id = tocsin_api_get_id (call, "session", error);
  gint64 n = 0;

  if (id == NULL ||
      !tocsin_pg_run (pg, error, &n,
                      "DELETE FROM sessions WHERE user_id = $1::uuid AND id = $2::uuid",
                      PG_TEXT (call->principal.user_id), PG_TEXT (id)))
    return FALSE;
  if (n == 0)
    return tocsin_http_fail (error, 404, "no session has the id %s", id);
  tocsin_call_reply_nothing (call);
  return TRUE;
}

static const TocsinRoute routes[] = {
  { "GET", "/api/v1/me", TOCSIN_ACCESS_SIGNED_IN, API, TOCSIN_ROUTE_READ, get_me,
    .summary = "The account that asks", .reply = "User" },
  { "PATCH", "/api/v1/me", TOCSIN_ACCESS_SIGNED_IN, API, 0, edit_me,
    .summary = "Change its name, time zone or language", .request = "UserEdit", .reply = "User" },
  { "GET", "/api/v1/me/sessions", TOCSIN_ACCESS_SIGNED_IN, API, TOCSIN_ROUTE_READ, list_sessions,
    .summary = "Its sessions in browsers", .reply = "[Session]" },
  { "DELETE", "/api/v1/me/sessions/{session}", TOCSIN_ACCESS_SIGNED_IN, API, 0, end_session,
    .summary = "End a session", .status = 204 },
};

const TocsinRoutes tocsin_api_me_routes = TOCSIN_ROUTES (routes);
