/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "api-monitors"

#include "config.h"

#include <string.h>

#include "api-monitors.h"
#include "api.h"
#include "change-of-call.h"
#include "errors.h"
#include "json-writer.h"
#include "lists.h"
#include "ordered-plan.h"
#include "state.h"
#include "uuid.h"

#define MONITOR_BYTES 1024 /* about */
#define JSON          "application/json"

#define M TOCSIN_API_MEMBER

static const TocsinMember monitor_members[] = {
  M ("project_id", ID, TOCSIN_MEMBER_NULLABLE),
  M ("updated_at", TIME),
  M ("state", STRING, .words = &tocsin_state_words),
  M ("since", TIME, TOCSIN_MEMBER_NULLABLE, .help = "when the state began"),
};
const TocsinSchema tocsin_monitor_schema = { .name = "Monitor",
                                             .members = monitor_members,
                                             .n_members = G_N_ELEMENTS (monitor_members),
                                             .fields = &tocsin_monitor_fields };

static const TocsinMember monitor_new_members[] = {
  M ("project_id", ID, TOCSIN_MEMBER_REQUIRED),
};
const TocsinSchema tocsin_monitor_new_schema = { .name = "MonitorNew",
                                                 .is_request = TRUE,
                                                 .members = monitor_new_members,
                                                 .n_members = G_N_ELEMENTS (monitor_new_members),
                                                 .fields = &tocsin_monitor_fields };
static const TocsinMember monitor_edit_members[] = {
  M ("project_id", ID, .help = "moves it into another of the team’s projects"),
};
const TocsinSchema tocsin_monitor_edit_schema = { .name = "MonitorEdit",
                                                  .is_request = TRUE,
                                                  .members = monitor_edit_members,
                                                  .n_members = G_N_ELEMENTS (monitor_edit_members),
                                                  .fields = &tocsin_monitor_fields };

/* --- as JSON --- */

enum {
  COLUMN_BODY,
  COLUMN_ID,
  COLUMN_NAME,
  COLUMN_PROJECT,
  COLUMN_REVISION,
  COLUMN_UPDATED,
  COLUMN_STATE,
  COLUMN_SINCE,
};

/* What is shown: a heartbeat's by its pings, another's by what probes see. */
#define STATE_OF_ROW "coalesce (h.state, v.state, 'unknown')"

/* A ping's address is a secret to those who may only look. $2: whether it is told. */
#define SELECT_MONITORS                                                                     \
  "SELECT CASE WHEN $2::boolean THEN r.body ELSE r.body - 'ping_id' END, r.id, r.name,"     \
  " r.project_id, r.revision, r.updated_at, " STATE_OF_ROW ","                              \
  " coalesce (h.since_at, v.since_at)"                                                      \
  " FROM records r LEFT JOIN heartbeats h ON h.team_id = r.team_id AND h.monitor_id = r.id" \
  " LEFT JOIN verdicts v ON v.team_id = r.team_id AND v.monitor_id = r.id"                  \
  " WHERE r.team_id = $1::uuid AND r.type = 'monitor' AND r.deleted_at = 0"

static void
write_monitor (TocsinJsonWriter *writer, const TocsinPgRows *rows, guint row)
{
  const char *body = tocsin_pg_rows_get_text (rows, row, COLUMN_BODY);
  g_autofree char *members = g_strndup (body + 1, strlen (body) - 2); /* without its braces */

  tocsin_json_writer_begin_object (writer, NULL);
  tocsin_json_writer_members (writer, members);
  tocsin_json_writer_string (writer, "project_id",
                             tocsin_pg_rows_get_text_or_null (rows, row, COLUMN_PROJECT));
  tocsin_json_writer_time (writer, "updated_at",
                           tocsin_pg_rows_get_int (rows, row, COLUMN_UPDATED));
  tocsin_json_writer_string (writer, "state", tocsin_pg_rows_get_text (rows, row, COLUMN_STATE));
  tocsin_json_writer_time (writer, "since", tocsin_pg_rows_get_int (rows, row, COLUMN_SINCE));
  tocsin_json_writer_end_object (writer);
}

static TocsinPgParam
may_see_addresses (const TocsinCall *call)
{
  return PG_BOOL (call->principal.role >= TOCSIN_ROLE_EDITOR);
}

/* --- the list --- */

typedef struct {
  char *state, *kind, *project, *tag, *search; /* (owned) (nullable) */
} Filter;

static void
clear_filter (Filter *filter)
{
  g_free (filter->state);
  g_free (filter->kind);
  g_free (filter->project);
  g_free (filter->tag);
  g_free (filter->search);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Filter, clear_filter)

static gboolean
check_word (const TocsinWords *words, const char *word, GError **error)
{
  guint value;

  return word == NULL || tocsin_words_find (words, word, &value, error);
}

static gboolean
read_filter (const TocsinCall *call, Filter *filter, GError **error)
{
  filter->state = tocsin_call_get_query (call, "state");
  filter->kind = tocsin_call_get_query (call, "kind");
  filter->project = tocsin_call_get_query (call, "project");
  filter->tag = tocsin_call_get_query (call, "tag");
  filter->search = tocsin_call_get_query (call, "search");
  if (!check_word (&tocsin_state_words, filter->state, error) ||
      !check_word (&tocsin_monitor_kind_words, filter->kind, error))
    return FALSE;
  return filter->project == NULL || tocsin_uuid_is_valid (filter->project) ||
         tocsin_http_fail (error, 400, "project: “%s”: a project’s id is wanted", filter->project);
}

/* A cursor's key is the id and then the name, by which the list is sorted. */
static gboolean
read_place (const TocsinList *list, char **id, const char **name, GError **error)
{
  *id = NULL;
  *name = NULL;
  if (list->after == NULL)
    return TRUE;
  if (strlen (list->after) < TOCSIN_UUID_LENGTH)
    return tocsin_http_fail (error, 400, "cursor: the “next” of the page before is wanted");
  *id = g_strndup (list->after, TOCSIN_UUID_LENGTH);
  *name = list->after + TOCSIN_UUID_LENGTH;
  return tocsin_uuid_is_valid (*id) ||
         tocsin_http_fail (error, 400, "cursor: the “next” of the page before is wanted");
}

static void
reply_list (TocsinCall *call, const TocsinList *list, const TocsinPgRows *rows)
{
  guint n = tocsin_pg_rows_get_n (rows), n_shown = MIN (n, (guint) list->limit);
  g_autofree char *next = NULL;
  g_auto (TocsinJsonWriter) writer = { 0 };

  tocsin_json_writer_init (&writer, (gsize) MONITOR_BYTES * (n_shown + 1));
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_begin_array (&writer, "items");
  for (guint row = 0; row < n_shown; row++)
    write_monitor (&writer, rows, row);
  tocsin_json_writer_end_array (&writer);
  if (n > n_shown) {
    g_autofree char *key =
        g_strconcat (tocsin_pg_rows_get_text (rows, n_shown - 1, COLUMN_ID),
                     tocsin_pg_rows_get_text (rows, n_shown - 1, COLUMN_NAME), NULL);

    next = tocsin_list_make_cursor (key);
  }
  tocsin_json_writer_string (&writer, "next", next);
  tocsin_json_writer_end_object (&writer);
  tocsin_call_reply_take (call, 200, JSON, tocsin_json_writer_take (&writer));
}

#define WHERE_FILTERED                                                                           \
  " AND ($3::text IS NULL OR (r.name, r.id) > ($3, $4::uuid))"                                   \
  " AND ($5::text IS NULL OR " STATE_OF_ROW " = $5)"                                             \
  " AND ($6::text IS NULL OR r.body ->> 'kind' = $6)"                                            \
  " AND ($7::uuid IS NULL OR r.project_id = $7) AND ($8::text IS NULL OR r.body -> 'tags' ? $8)" \
  " AND ($9::text IS NULL OR strpos (lower (r.name), lower ($9)) > 0)"

/* In these states there are few, as long as all is well, and an index has them. */
static gboolean
is_rare (const char *state)
{
  static const char *const rare[] = { "degraded", "confirming", "down", "maintenance", NULL };

  return state != NULL && g_strv_contains (rare, state);
}

static TocsinPgRows *
query_list (TocsinCall *call, TocsinPg *pg, const TocsinList *list, const Filter *filter,
            const char *id, const char *name, GError **error)
{
  const TocsinPgParam params[] = {
    PG_TEXT (tocsin_call_get_param (call, "team")),
    may_see_addresses (call),
    PG_TEXT (name),
    PG_TEXT (id),
    PG_TEXT (filter->state),
    PG_TEXT (filter->kind),
    PG_TEXT (filter->project),
    PG_TEXT (filter->tag),
    PG_TEXT (filter->search),
    TOCSIN_LIST_ROWS (list),
  };
  const char *sql =
      is_rare (filter->state) ? SELECT_MONITORS
          " AND r.id IN (SELECT monitor_id FROM heartbeats WHERE"
          " team_id = $1::uuid AND state = $5 AND state NOT IN ('new', 'up')"
          " UNION ALL SELECT monitor_id FROM verdicts WHERE"
          " team_id = $1::uuid AND state = $5 AND state NOT IN ('new', 'up'))" WHERE_FILTERED
          " ORDER BY r.name, r.id LIMIT $10"
                              : SELECT_MONITORS WHERE_FILTERED " ORDER BY r.name, r.id LIMIT $10";

  return tocsin_pg_query_params (pg, error, sql, params, G_N_ELEMENTS (params));
}

static gboolean
list_monitors (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_auto (TocsinList) list = { 0 };
  g_auto (Filter) filter = { 0 };
  g_autoptr (TocsinPgRows) rows = NULL;
  g_autofree char *id = NULL;
  const char *name;

  if (!tocsin_list_read (call, &list, error) || !read_filter (call, &filter, error) ||
      !read_place (&list, &id, &name, error))
    return FALSE;
  if (!is_rare (filter.state) && !tocsin_pg_plan_in_order (pg, error))
    return FALSE;
  rows = query_list (call, pg, &list, &filter, id, name, error);
  if (rows == NULL)
    return FALSE;
  reply_list (call, &list, rows);
  return TRUE;
}

/* --- one --- */

static gboolean
reply_monitor (TocsinCall *call, TocsinPg *pg, const char *id, guint status, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error, SELECT_MONITORS " AND r.id = $3::uuid",
      PG_TEXT (tocsin_call_get_param (call, "team")), may_see_addresses (call), PG_TEXT (id));
  g_auto (TocsinJsonWriter) writer = { 0 };

  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return tocsin_http_fail (error, 404, "there is no such monitor");
  tocsin_json_writer_init (&writer, MONITOR_BYTES);
  write_monitor (&writer, rows, 0);
  tocsin_call_set_revision (call, tocsin_pg_rows_get_int (rows, 0, COLUMN_REVISION));
  tocsin_call_reply_take (call, status, JSON, tocsin_json_writer_take (&writer));
  return TRUE;
}

static gboolean
get_monitor (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *id = tocsin_api_get_id (call, "monitor", error);

  return id != NULL && reply_monitor (call, pg, id, 200, error);
}

/* --- creation --- */

/* What is misspelt is told, and not kept as if a newer version had written it. */
static gboolean
check_unknown (const TocsinMonitor *monitor, GError **error)
{
  g_autoptr (GList) names =
      monitor->unknown != NULL ? json_object_get_members (monitor->unknown) : NULL;

  return names == NULL ||
         tocsin_http_fail (error, 400, "%s: a monitor of the kind %s has no such member",
                           (const char *) names->data,
                           tocsin_words_get (&tocsin_monitor_kind_words, monitor->kind));
}

static gboolean
check_given (JsonObject *json, GError **error)
{
  static const char *const given_by_server[] = { "id", "created_at", "revision", "ping_id" };

  for (guint i = 0; i < G_N_ELEMENTS (given_by_server); i++)
    if (json_object_has_member (json, given_by_server[i]))
      return tocsin_http_fail (error, 400, "%s: the server gives it; leave it out",
                               given_by_server[i]);
  return TRUE;
}

/* The project's id, which is no member of the model, is taken out of `json`. (transfer full) */
static char *
take_project (JsonObject *json, GError **error)
{
  JsonNode *node = json_object_get_member (json, "project_id");
  char *project = NULL;

  if (node != NULL && json_node_get_value_type (node) == G_TYPE_STRING)
    project = g_strdup (json_node_get_string (node));
  if (project == NULL || !tocsin_uuid_is_valid (project)) {
    g_clear_pointer (&project, g_free);
    tocsin_http_fail (error, 400, "project_id: the id of one of the team’s projects is wanted");
  } else {
    json_object_remove_member (json, "project_id");
  }
  return project;
}

static TocsinChange
make_change (const TocsinCall *call)
{
  return tocsin_change_of_call (call, tocsin_call_get_param (call, "team"));
}

static gboolean
create_monitor (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autoptr (TocsinStoredMonitor) stored = g_new0 (TocsinStoredMonitor, 1);
  JsonObject *json = tocsin_call_get_json (call, error);
  TocsinChange change = make_change (call);

  if (json == NULL || !check_given (json, error))
    return FALSE;
  stored->project_id = take_project (json, error);
  if (stored->project_id == NULL)
    return FALSE;
  stored->monitor = tocsin_monitor_from_json (json, error);
  return stored->monitor != NULL && check_unknown (stored->monitor, error) &&
         tocsin_monitors_create (pg, &change, stored, error) &&
         reply_monitor (call, pg, stored->monitor->id, 201, error);
}

/* --- changes --- */

/* Locked, and of the revision that the request wants. */
static TocsinStoredMonitor *
load (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *id = tocsin_api_get_id (call, "monitor", error);
  g_autoptr (TocsinStoredMonitor) stored = NULL;

  if (id == NULL)
    return NULL;
  stored = tocsin_monitors_load (pg, tocsin_call_get_param (call, "team"), id, TOCSIN_MONITORS_LOCK,
                                 error);
  if (stored == NULL || !tocsin_call_check_revision (call, stored->monitor->revision, error))
    return NULL;
  return g_steal_pointer (&stored);
}

static gboolean
edit_monitor (TocsinCall *call, TocsinPg *pg, GError **error)
{
  JsonObject *json = tocsin_call_get_json (call, error);
  g_autoptr (TocsinStoredMonitor) stored = json != NULL ? load (call, pg, error) : NULL;
  g_autoptr (TocsinMonitor) edited = NULL;
  TocsinChange change = make_change (call);
  g_autofree char *project = NULL;

  if (stored == NULL || !tocsin_monitors_unseal (stored, change.key, error))
    return FALSE;
  project = json_object_has_member (json, "project_id") ? take_project (json, error)
                                                        : g_strdup (stored->project_id);
  if (project == NULL)
    return FALSE;
  edited = tocsin_monitor_copy (stored->monitor);
  return tocsin_fields_from_json (&tocsin_monitor_fields, edited, json, TOCSIN_FIELDS_EDIT,
                                  error) &&
         check_unknown (edited, error) &&
         tocsin_monitors_edit_in (pg, &change, stored, edited, project, error) &&
         reply_monitor (call, pg, stored->monitor->id, 200, error);
}

static gboolean
set_paused (TocsinCall *call, TocsinPg *pg, gboolean paused, GError **error)
{
  g_autoptr (TocsinStoredMonitor) stored = load (call, pg, error);
  TocsinChange change = make_change (call);

  return stored != NULL && tocsin_monitors_set_paused (pg, &change, stored, paused, error) &&
         reply_monitor (call, pg, stored->monitor->id, 200, error);
}

static gboolean
pause_monitor (TocsinCall *call, TocsinPg *pg, GError **error)
{
  return set_paused (call, pg, TRUE, error);
}

static gboolean
resume_monitor (TocsinCall *call, TocsinPg *pg, GError **error)
{
  return set_paused (call, pg, FALSE, error);
}

static gboolean
delete_monitor (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autoptr (TocsinStoredMonitor) stored = load (call, pg, error);
  TocsinChange change = make_change (call);

  if (stored == NULL || !tocsin_monitors_delete (pg, &change, stored, error))
    return FALSE;
  tocsin_call_reply_nothing (call);
  return TRUE;
}

#define ALL TOCSIN_API_MONITORS
#define ONE ALL "/{monitor}"

static const TocsinRoute routes[] = {
  { "GET", ALL, TOCSIN_ACCESS_VIEWER, API, TOCSIN_ROUTE_READ, list_monitors,
    .summary = "A team’s monitors by name; ?state=, ?kind=, ?project=, ?tag= and ?search= filter",
    .reply = "[Monitor]" },
  { "POST", ALL, TOCSIN_ACCESS_EDITOR, API, TOCSIN_ROUTE_REPLAY, create_monitor,
    .summary = "Make a monitor in the project project_id", .request = "MonitorNew",
    .reply = "Monitor", .status = 201 },
  { "GET", ONE, TOCSIN_ACCESS_VIEWER, API, TOCSIN_ROUTE_READ, get_monitor, .summary = "A monitor",
    .reply = "Monitor" },
  { "PATCH", ONE, TOCSIN_ACCESS_EDITOR, API, 0, edit_monitor,
    .summary = "Change the members that are given; null unsets one", .request = "MonitorEdit",
    .reply = "Monitor" },
  { "DELETE", ONE, TOCSIN_ACCESS_EDITOR, API, 0, delete_monitor,
    .summary = "Delete a monitor and its history", .status = 204 },
  { "POST", ONE "/pause", TOCSIN_ACCESS_EDITOR, API, 0, pause_monitor,
    .summary = "Look at it no longer for now", .reply = "Monitor" },
  { "POST", ONE "/resume", TOCSIN_ACCESS_EDITOR, API, 0, resume_monitor,
    .summary = "Look at it again", .reply = "Monitor" },
};

const TocsinRoutes tocsin_api_monitors_routes = TOCSIN_ROUTES (routes);
