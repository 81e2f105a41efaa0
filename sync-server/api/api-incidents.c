/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "api-incidents"

#include "config.h"

#include <string.h>

#include "api.h"
#include "errors.h"
#include "incidents.h"
#include "lists.h"
#include "uuid.h"

#define M TOCSIN_API_MEMBER

const TocsinSchema tocsin_incident_schema = { .name = "Incident",
                                              .fields = &tocsin_incident_fields };

static const TocsinMember update_new_members[] = {
  M ("kind", STRING, TOCSIN_MEMBER_REQUIRED, .words = &tocsin_update_kind_words,
     .help = "note, acknowledged, root_cause or resolution"),
  M ("text", STRING, TOCSIN_MEMBER_NULLABLE),
  M ("at", TIME, TOCSIN_MEMBER_NULLABLE, .help = "now, where it is absent"),
};
const TocsinSchema tocsin_incident_update_schema =
    TOCSIN_SCHEMA_REQUEST ("IncidentUpdateNew", update_new_members);

static const TocsinMember history_members[] = {
  M ("revision", INT),
  M ("at", TIME),
  M ("by", ID, TOCSIN_MEMBER_NULLABLE),
  M ("by_name", STRING, TOCSIN_MEMBER_NULLABLE),
  M ("action", STRING, .help = "create, edit, delete or restore"),
  M ("changes", OBJECT, .help = "{member: [old, new]}; secrets are null"),
  M ("lost", SCHEMAS, .of = "SyncLoss"),
};
const TocsinSchema tocsin_record_history_schema =
    TOCSIN_SCHEMA_REPLY ("RecordChange", history_members);

/* --- incidents --- */

typedef struct {
  char *state, *monitor; /* (owned) (nullable) */
} Filter;

static void
clear_filter (Filter *filter)
{
  g_free (filter->state);
  g_free (filter->monitor);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Filter, clear_filter)

static gboolean
read_filter (const TocsinCall *call, Filter *filter, GError **error)
{
  filter->state = tocsin_call_get_query (call, "state");
  filter->monitor = tocsin_call_get_query (call, "monitor");
  if (filter->state != NULL && strcmp (filter->state, "open") != 0 &&
      strcmp (filter->state, "closed") != 0)
    return tocsin_http_fail (error, 400, "state: open or closed is wanted");
  return filter->monitor == NULL || tocsin_uuid_is_valid (filter->monitor) ||
         tocsin_http_fail (error, 400, "monitor: “%s”: a monitor’s id is wanted", filter->monitor);
}

/* The latest first. A cursor is the time at which the last one began, of 20 digits, and its id. */
#define INCIDENT_KEY "lpad (began_at::text, 20, '0') || id::text"

static gboolean
list_incidents (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_auto (TocsinList) list = { 0 };
  g_auto (Filter) filter = { 0 };
  g_autoptr (TocsinPgRows) rows = NULL;

  if (!tocsin_list_read (call, &list, error) || !read_filter (call, &filter, error))
    return FALSE;
  rows =
      tocsin_pg_query (pg, error,
                       "SELECT body, " INCIDENT_KEY " FROM incidents WHERE team_id = $1::uuid"
                       " AND ($2::text IS NULL OR " INCIDENT_KEY " < $2)"
                       " AND ($3::text IS NULL OR (ended_at = 0) = ($3 = 'open'))"
                       " AND ($4::uuid IS NULL OR monitor_id = $4)"
                       " ORDER BY " INCIDENT_KEY " DESC LIMIT $5",
                       PG_TEXT (tocsin_call_get_param (call, "team")), PG_TEXT (list.after),
                       PG_TEXT (filter.state), PG_TEXT (filter.monitor), TOCSIN_LIST_ROWS (&list));
  if (rows != NULL)
    tocsin_list_reply (call, &list, rows);
  return rows != NULL;
}

static gboolean
reply_incident (TocsinCall *call, TocsinPg *pg, const char *id, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error, "SELECT body FROM incidents WHERE team_id = $1::uuid AND id = $2::uuid",
      PG_TEXT (tocsin_call_get_param (call, "team")), PG_TEXT (id));

  return rows != NULL && tocsin_reply_one (call, 200, rows, "there is no such incident", error);
}

static gboolean
get_incident (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *id = tocsin_api_get_id (call, "incident", error);

  return id != NULL && reply_incident (call, pg, id, error);
}

static gboolean
update_incident (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *id = tocsin_api_get_id (call, "incident", error);
  JsonObject *json = id != NULL ? tocsin_call_get_json (call, error) : NULL;
  TocsinActor actor = tocsin_api_get_actor (call);
  TocsinUpdateKind kind;
  const char *text;
  gint64 at_us;

  return json != NULL && tocsin_incidents_read_update (json, &kind, &text, &at_us, error) &&
         tocsin_incidents_update (pg, &actor, tocsin_call_get_param (call, "team"), id, kind, text,
                                  at_us, error) &&
         reply_incident (call, pg, id, error);
}

/* --- what became of a record --- */

static gboolean
list_history (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *id = tocsin_api_get_id (call, "record", error);
  g_auto (TocsinList) list = { 0 };
  g_autoptr (TocsinPgRows) rows = NULL;

  if (id == NULL || !tocsin_list_read (call, &list, error))
    return FALSE;
  rows = tocsin_pg_query (
      pg, error,
      "SELECT jsonb_build_object ('revision', revision, 'at', rfc3339 (at), 'by', by_id,"
      " 'by_name', by_name, 'action', action, 'changes', changes, 'lost', coalesce (lost, '[]')),"
      " lpad (revision::text, 20, '0') FROM record_history"
      " WHERE team_id = $1::uuid AND record_id = $2::uuid"
      " AND ($3::text IS NULL OR revision < $3::bigint) ORDER BY revision DESC LIMIT $4",
      PG_TEXT (tocsin_call_get_param (call, "team")), PG_TEXT (id), PG_TEXT (list.after),
      TOCSIN_LIST_ROWS (&list));
  if (rows != NULL)
    tocsin_list_reply (call, &list, rows);
  return rows != NULL;
}

#define ALL "/api/v1/teams/{team}/incidents"

static const TocsinRoute routes[] = {
  { "GET", ALL, TOCSIN_ACCESS_VIEWER, API, TOCSIN_ROUTE_READ, list_incidents,
    .summary = "A team’s incidents, the latest first; ?state=open|closed, ?monitor=",
    .reply = "[Incident]" },
  { "GET", ALL "/{incident}", TOCSIN_ACCESS_VIEWER, API, TOCSIN_ROUTE_READ, get_incident,
    .summary = "One incident with its timeline", .reply = "Incident" },
  { "POST", ALL "/{incident}/updates", TOCSIN_ACCESS_EDITOR, API, TOCSIN_ROUTE_REPLAY,
    update_incident, .summary = "Add to an incident’s timeline", .request = "IncidentUpdateNew",
    .reply = "Incident" },
  { "GET", "/api/v1/teams/{team}/records/{record}/history", TOCSIN_ACCESS_VIEWER, API,
    TOCSIN_ROUTE_READ, list_history, .summary = "What became of a record, and what was overwritten",
    .reply = "[RecordChange]" },
};

const TocsinRoutes tocsin_api_incidents_routes = TOCSIN_ROUTES (routes);
