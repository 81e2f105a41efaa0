/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "api-audit"

#include "config.h"

#include "api.h"
#include "lists.h"

#define M TOCSIN_API_MEMBER

static const TocsinMember audit_members[] = {
  M ("id", ID),
  M ("at", TIME),
  M ("actor_kind", STRING, .help = "user, token, key, probe, operator or system"),
  M ("actor", STRING, TOCSIN_MEMBER_NULLABLE),
  M ("actor_name", STRING, TOCSIN_MEMBER_NULLABLE),
  M ("action", STRING, .help = "what was done: member.add"),
  M ("object_kind", STRING, TOCSIN_MEMBER_NULLABLE),
  M ("object", STRING, TOCSIN_MEMBER_NULLABLE),
  M ("object_name", STRING, TOCSIN_MEMBER_NULLABLE),
  M ("detail", OBJECT, TOCSIN_MEMBER_NULLABLE, .help = "what changed"),
  M ("address", STRING, TOCSIN_MEMBER_NULLABLE),
};
const TocsinSchema tocsin_audit_schema = TOCSIN_SCHEMA_REPLY ("AuditEntry", audit_members);

/* The newest first: ids are by time. */
static gboolean
list_audit (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_auto (TocsinList) list = { 0 };
  g_autoptr (TocsinPgRows) rows = NULL;
  g_autofree char *action = tocsin_call_get_query (call, "action");

  if (!tocsin_list_read (call, &list, error))
    return FALSE;
  if (list.after != NULL && !g_uuid_string_is_valid (list.after))
    return tocsin_http_fail (error, 400, "cursor: the “next” of the page before is wanted");
  rows = tocsin_pg_query (
      pg, error,
      "SELECT json_build_object ('id', id, 'at', rfc3339 (at), 'actor_kind', actor_kind,"
      " 'actor', actor, 'actor_name', actor_name, 'action', action, 'object_kind', object_kind,"
      " 'object', object, 'object_name', object_name, 'detail', detail, 'address', address), id"
      " FROM audit WHERE team_id = $1::uuid AND ($2::uuid IS NULL OR id < $2::uuid)"
      " AND ($3::text IS NULL OR action = $3) ORDER BY id DESC LIMIT $4",
      PG_TEXT (tocsin_call_get_param (call, "team")), PG_TEXT (list.after), PG_TEXT (action),
      TOCSIN_LIST_ROWS (&list));
  if (rows != NULL)
    tocsin_list_reply (call, &list, rows);
  return rows != NULL;
}

static const TocsinRoute routes[] = {
  { "GET", "/api/v1/teams/{team}/audit", TOCSIN_ACCESS_ADMIN, API, TOCSIN_ROUTE_READ, list_audit,
    .summary = "Who changed what, the newest first (?action= for one kind)",
    .reply = "[AuditEntry]" },
};

const TocsinRoutes tocsin_api_audit_routes = TOCSIN_ROUTES (routes);
