/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "api-maintenance"

#include "config.h"

#include "api.h"
#include "errors.h"
#include "jsontext.h"
#include "lists.h"
#include "maintenances.h"
#include "token.h"

#define M          TOCSIN_API_MEMBER
#define BODY_BYTES (16 * 1024 * 1024)

static const TocsinMember maintenance_members[] = {
  M ("revision", INT),
  M ("updated_at", TIME),
};
const TocsinSchema tocsin_maintenance_schema = { .name = "Maintenance",
                                                 .members = maintenance_members,
                                                 .n_members = G_N_ELEMENTS (maintenance_members),
                                                 .fields = &tocsin_maintenance_fields };
const TocsinSchema tocsin_maintenance_new_schema = { .name = "MaintenanceNew",
                                                     .is_request = TRUE,
                                                     .fields = &tocsin_maintenance_fields };

#define MAINTENANCE_JSON \
  "body || jsonb_build_object ('revision', revision, 'updated_at', rfc3339 (updated_at))"

static gboolean
list_maintenances (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_auto (TocsinList) list = { 0 };
  g_autoptr (TocsinPgRows) rows = NULL;

  if (!tocsin_list_read (call, &list, error))
    return FALSE;
  rows = tocsin_pg_query (pg, error,
                          "SELECT " MAINTENANCE_JSON ", id FROM records WHERE team_id = $1::uuid"
                          " AND type = 'maintenance' AND deleted_at = 0"
                          " AND ($2::text IS NULL OR id::text > $2) ORDER BY id::text LIMIT $3",
                          PG_TEXT (tocsin_call_get_param (call, "team")), PG_TEXT (list.after),
                          TOCSIN_LIST_ROWS (&list));
  if (rows != NULL)
    tocsin_list_reply (call, &list, rows);
  return rows != NULL;
}

static gboolean
reply_maintenance (TocsinCall *call, TocsinPg *pg, const char *id, guint status, GError **error)
{
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error,
                       "SELECT " MAINTENANCE_JSON ", revision FROM records"
                       " WHERE team_id = $1::uuid AND id = $2::uuid AND type = 'maintenance'"
                       " AND deleted_at = 0",
                       PG_TEXT (tocsin_call_get_param (call, "team")), PG_TEXT (id));

  if (rows == NULL || !tocsin_reply_one (call, status, rows, "there is no such maintenance", error))
    return FALSE;
  tocsin_call_set_revision (call, tocsin_pg_rows_get_int (rows, 0, 1));
  return TRUE;
}

static gboolean
get_maintenance (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *id = tocsin_api_get_id (call, "maintenance", error);

  return id != NULL && reply_maintenance (call, pg, id, 200, error);
}

static gboolean
check_members (JsonObject *json, GError **error)
{
  static const char *const given[] = { "id", "created_at", "revision", "updated_at" };
  g_autoptr (GList) names = json_object_get_members (json);

  for (guint i = 0; i < G_N_ELEMENTS (given); i++)
    if (json_object_has_member (json, given[i]))
      return tocsin_http_fail (error, 400, "%s: the server gives it; leave it out", given[i]);
  for (GList *l = names; l != NULL; l = l->next) {
    TocsinMaintenance none = { 0 };

    if (tocsin_fields_find (&tocsin_maintenance_fields, &none, l->data) == NULL)
      return tocsin_http_fail (error, 400, "%s: a maintenance has no such member",
                               (char *) l->data);
  }
  return TRUE;
}

static gboolean
create_maintenance (TocsinCall *call, TocsinPg *pg, GError **error)
{
  JsonObject *json = tocsin_call_get_json (call, error);
  TocsinActor actor = tocsin_api_get_actor (call);
  g_autofree char *id = tocsin_id_new (call->at_us);
  const TocsinRecordSave save = { .id = id, .revision = 1, .action = TOCSIN_RECORD_CREATE };

  return json != NULL && check_members (json, error) &&
         tocsin_maintenances_save (pg, &actor, tocsin_call_get_param (call, "team"), &save, json,
                                   error) &&
         reply_maintenance (call, pg, id, 201, error);
}

/* The record, locked, and of the revision that the request wants. */
static JsonObject *
load (TocsinCall *call, TocsinPg *pg, const char *id, gint64 *revision, GError **error)
{
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error,
                       "SELECT body, revision FROM records WHERE team_id = $1::uuid"
                       " AND id = $2::uuid AND type = 'maintenance' AND deleted_at = 0"
                       " FOR NO KEY UPDATE",
                       PG_TEXT (tocsin_call_get_param (call, "team")), PG_TEXT (id));

  if (rows == NULL)
    return NULL;
  if (tocsin_pg_rows_get_n (rows) == 0) {
    tocsin_http_fail (error, 404, "there is no such maintenance");
    return NULL;
  }
  *revision = tocsin_pg_rows_get_int (rows, 0, 1);
  if (!tocsin_call_check_revision (call, *revision, error))
    return NULL;
  return tocsin_json_parse_object (tocsin_pg_rows_get_text (rows, 0, 0), BODY_BYTES, error);
}

/* RFC 7396: null takes a member away. `changes` are {member: [old, new]}. */
static void
patch (JsonObject *body, JsonObject *json, JsonObject *changes)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, json);
  while (json_object_iter_next (&iter, &name, &node)) {
    JsonArray *pair = json_array_new ();

    json_array_add_element (pair, json_object_has_member (body, name)
                                      ? json_object_dup_member (body, name)
                                      : json_node_new (JSON_NODE_NULL));
    json_array_add_element (pair, json_node_copy (node));
    json_object_set_array_member (changes, name, pair);
    if (!JSON_NODE_HOLDS_NULL (node))
      json_object_set_member (body, name, json_node_copy (node));
    else if (json_object_has_member (body, name))
      json_object_remove_member (body, name);
  }
}

static gboolean
edit_maintenance (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *id = tocsin_api_get_id (call, "maintenance", error);
  JsonObject *json = id != NULL ? tocsin_call_get_json (call, error) : NULL;
  TocsinActor actor = tocsin_api_get_actor (call);
  g_autoptr (JsonObject) body = NULL, changes = json_object_new ();
  TocsinRecordSave save = { .id = id, .action = TOCSIN_RECORD_EDIT, .changes = changes };

  if (json == NULL || !check_members (json, error))
    return FALSE;
  body = load (call, pg, id, &save.revision, error);
  if (body == NULL)
    return FALSE;
  save.revision++;
  patch (body, json, changes);
  return tocsin_maintenances_save (pg, &actor, tocsin_call_get_param (call, "team"), &save, body,
                                   error) &&
         reply_maintenance (call, pg, id, 200, error);
}

static gboolean
delete_maintenance (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *id = tocsin_api_get_id (call, "maintenance", error);
  TocsinActor actor = tocsin_api_get_actor (call);
  g_autoptr (JsonObject) body = NULL;
  gint64 revision;

  if (id == NULL)
    return FALSE;
  body = load (call, pg, id, &revision, error);
  if (body == NULL ||
      !tocsin_maintenances_delete (pg, &actor, tocsin_call_get_param (call, "team"), id, error))
    return FALSE;
  tocsin_call_reply_nothing (call);
  return TRUE;
}

#define ALL "/api/v1/teams/{team}/maintenance"
#define ONE ALL "/{maintenance}"

static const TocsinRoute routes[] = {
  { "GET", ALL, TOCSIN_ACCESS_VIEWER, API, TOCSIN_ROUTE_READ, list_maintenances,
    .summary = "A team’s maintenances", .reply = "[Maintenance]" },
  { "POST", ALL, TOCSIN_ACCESS_EDITOR, API, TOCSIN_ROUTE_REPLAY, create_maintenance,
    .summary = "Plan a maintenance", .request = "MaintenanceNew", .reply = "Maintenance",
    .status = 201 },
  { "GET", ONE, TOCSIN_ACCESS_VIEWER, API, TOCSIN_ROUTE_READ, get_maintenance,
    .summary = "One maintenance", .reply = "Maintenance" },
  { "PATCH", ONE, TOCSIN_ACCESS_EDITOR, API, 0, edit_maintenance,
    .summary = "Change a maintenance (RFC 7396)", .request = "MaintenanceNew",
    .reply = "Maintenance" },
  { "DELETE", ONE, TOCSIN_ACCESS_EDITOR, API, 0, delete_maintenance,
    .summary = "Delete a maintenance", .status = 204 },
};

const TocsinRoutes tocsin_api_maintenance_routes = TOCSIN_ROUTES (routes);
