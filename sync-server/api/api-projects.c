/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "api-projects"

#include "config.h"

#include "api.h"
#include "json-writer.h"
#include "lists.h"
#include "projects.h"

#define M TOCSIN_API_MEMBER

static const TocsinMember project_members[] = {
  M ("id", ID),        M ("name", STRING),     M ("slug", STRING),     M ("monitors", INT),
  M ("revision", INT), M ("created_at", TIME), M ("updated_at", TIME),
};
const TocsinSchema tocsin_project_schema = TOCSIN_SCHEMA_REPLY ("Project", project_members);

static const TocsinMember project_new_members[] = {
  M ("name", STRING, TOCSIN_MEMBER_REQUIRED),
  M ("slug", STRING, .help = "a-z, 0-9 and hyphens; made from the name where it is absent"),
};
const TocsinSchema tocsin_project_new_schema =
    TOCSIN_SCHEMA_REQUEST ("ProjectNew", project_new_members);

static const TocsinMember project_edit_members[] = {
  M ("name", STRING),
  M ("slug", STRING),
};
const TocsinSchema tocsin_project_edit_schema =
    TOCSIN_SCHEMA_REQUEST ("ProjectEdit", project_edit_members);

static const TocsinMember key_members[] = {
  M ("id", ID),
  M ("kind", STRING, .words = &tocsin_key_kind_words),
  M ("created_at", TIME),
  M ("used_at", TIME, TOCSIN_MEMBER_NULLABLE),
};
const TocsinSchema tocsin_key_schema = TOCSIN_SCHEMA_REPLY ("Key", key_members);

static const TocsinMember key_new_members[] = {
  M ("kind", STRING, TOCSIN_MEMBER_REQUIRED, .words = &tocsin_key_kind_words,
     .help = "rw and ro for /api/v3/, ping for ping URLs by slug"),
};
const TocsinSchema tocsin_key_new_schema = TOCSIN_SCHEMA_REQUEST ("KeyNew", key_new_members);

static const TocsinMember key_made_members[] = {
  M ("id", ID),
  M ("key", STRING, .help = "told only now"),
};
const TocsinSchema tocsin_key_made_schema = TOCSIN_SCHEMA_REPLY ("KeyMade", key_made_members);

#define PROJECT_JSON                                                                      \
  "json_build_object ('id', p.id, 'name', p.name, 'slug', p.body ->> 'slug', 'monitors'," \
  " (SELECT count (*) FROM records m WHERE m.team_id = p.team_id AND m.project_id = p.id" \
  " AND m.type = 'monitor' AND m.deleted_at = 0), 'revision', p.revision,"                \
  " 'created_at', rfc3339 (p.created_at), 'updated_at', rfc3339 (p.updated_at))"

/* --- projects --- */

static gboolean
list_projects (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_auto (TocsinList) list = { 0 };
  g_autoptr (TocsinPgRows) rows = NULL;

  if (!tocsin_list_read (call, &list, error))
    return FALSE;
  rows = tocsin_pg_query (pg, error,
                          "SELECT " PROJECT_JSON ", p.body ->> 'slug' FROM records p"
                          " WHERE p.team_id = $1::uuid AND p.type = 'project' AND p.deleted_at = 0"
                          " AND ($2::text IS NULL OR p.body ->> 'slug' > $2)"
                          " ORDER BY p.body ->> 'slug' LIMIT $3",
                          PG_TEXT (tocsin_call_get_param (call, "team")), PG_TEXT (list.after),
                          TOCSIN_LIST_ROWS (&list));
  if (rows != NULL)
    tocsin_list_reply (call, &list, rows);
  return rows != NULL;
}

static gboolean
reply_project (TocsinCall *call, TocsinPg *pg, const char *id, guint status, GError **error)
{
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error,
                       "SELECT " PROJECT_JSON ", p.revision FROM records p"
                       " WHERE p.team_id = $1::uuid AND p.id = $2::uuid AND p.type = 'project'"
                       " AND p.deleted_at = 0",
                       PG_TEXT (tocsin_call_get_param (call, "team")), PG_TEXT (id));

  if (rows == NULL || !tocsin_reply_one (call, status, rows, "there is no such project", error))
    return FALSE;
  tocsin_call_set_revision (call, tocsin_pg_rows_get_int (rows, 0, 1));
  return TRUE;
}

static gboolean
get_project (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *id = tocsin_api_get_id (call, "project", error);

  return id != NULL && reply_project (call, pg, id, 200, error);
}

static gboolean
create_project (TocsinCall *call, TocsinPg *pg, GError **error)
{
  JsonObject *json = tocsin_call_get_json (call, error);
  TocsinActor actor = tocsin_api_get_actor (call);
  g_autofree char *id = NULL;

  if (json == NULL)
    return FALSE;
  id = tocsin_projects_create (pg, &actor, tocsin_call_get_param (call, "team"),
                               tocsin_json_get_string (json, "name"),
                               tocsin_json_get_string (json, "slug"), error);
  return id != NULL && reply_project (call, pg, id, 201, error);
}

static gboolean
check_revision (TocsinCall *call, TocsinPg *pg, const char *id, GError **error)
{
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error,
                       "SELECT revision FROM records WHERE team_id = $1::uuid AND id = $2::uuid"
                       " AND type = 'project' AND deleted_at = 0 FOR UPDATE",
                       PG_TEXT (tocsin_call_get_param (call, "team")), PG_TEXT (id));

  if (rows == NULL)
    return FALSE;
  return tocsin_pg_rows_get_n (rows) == 0 ||
         tocsin_call_check_revision (call, tocsin_pg_rows_get_int (rows, 0, 0), error);
}

static gboolean
edit_project (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *id = tocsin_api_get_id (call, "project", error);
  JsonObject *json = id != NULL ? tocsin_call_get_json (call, error) : NULL;
  TocsinActor actor = tocsin_api_get_actor (call);

  return json != NULL && check_revision (call, pg, id, error) &&
         tocsin_projects_edit (pg, &actor, tocsin_call_get_param (call, "team"), id,
                               tocsin_json_get_string (json, "name"),
                               tocsin_json_get_string (json, "slug"), error) &&
         reply_project (call, pg, id, 200, error);
}

static gboolean
delete_project (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *id = tocsin_api_get_id (call, "project", error);
  TocsinActor actor = tocsin_api_get_actor (call);

  if (id == NULL || !check_revision (call, pg, id, error) ||
      !tocsin_projects_delete (pg, &actor, tocsin_call_get_param (call, "team"), id, error))
    return FALSE;
  tocsin_call_reply_nothing (call);
  return TRUE;
}

/* --- keys --- */

static gboolean
list_keys (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *project = tocsin_api_get_id (call, "project", error);
  g_auto (TocsinList) list = { 0 };
  g_autoptr (TocsinPgRows) rows = NULL;

  if (project == NULL || !tocsin_list_read (call, &list, error))
    return FALSE;
  rows = tocsin_pg_query (
      pg, error,
      "SELECT json_build_object ('id', id, 'kind', kind, 'created_at', rfc3339 (created_at),"
      " 'used_at', rfc3339 (used_at)), id FROM project_keys WHERE team_id = $1::uuid"
      " AND project_id = $2::uuid AND revoked_at = 0 AND ($3::text IS NULL OR id::text > $3)"
      " ORDER BY id::text LIMIT $4",
      PG_TEXT (tocsin_call_get_param (call, "team")), PG_TEXT (project), PG_TEXT (list.after),
      TOCSIN_LIST_ROWS (&list));
  if (rows != NULL)
    tocsin_list_reply (call, &list, rows);
  return rows != NULL;
}

static gboolean
create_key (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *project = tocsin_api_get_id (call, "project", error);
  JsonObject *json = project != NULL ? tocsin_call_get_json (call, error) : NULL;
  TocsinActor actor = tocsin_api_get_actor (call);
  g_autofree char *id = NULL, *key = NULL;
  g_auto (TocsinJsonWriter) writer = { 0 };
  guint kind;

  if (json == NULL || !tocsin_words_find (&tocsin_key_kind_words,
                                          tocsin_json_get_string (json, "kind"), &kind, error))
    return FALSE;
  id = tocsin_keys_create (pg, &actor, tocsin_call_get_param (call, "team"), project, kind, &key,
                           error);
  if (id == NULL)
    return FALSE;
  tocsin_json_writer_init (&writer, 256);
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_string (&writer, "id", id);
  tocsin_json_writer_string (&writer, "key", key);
  tocsin_json_writer_end_object (&writer);
  tocsin_call_reply_take (call, 201, "application/json", tocsin_json_writer_take (&writer));
  return TRUE;
}

static gboolean
revoke_key (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *project = tocsin_api_get_id (call, "project", error);
  const char *key = project != NULL ? tocsin_api_get_id (call, "key", error) : NULL;
  TocsinActor actor = tocsin_api_get_actor (call);

  if (key == NULL ||
      !tocsin_keys_revoke (pg, &actor, tocsin_call_get_param (call, "team"), project, key, error))
    return FALSE;
  tocsin_call_reply_nothing (call);
  return TRUE;
}

#define ALL "/api/v1/teams/{team}/projects"
#define ONE ALL "/{project}"

static const TocsinRoute routes[] = {
  { "GET", ALL, TOCSIN_ACCESS_VIEWER, API, TOCSIN_ROUTE_READ, list_projects,
    .summary = "A team’s projects", .reply = "[Project]" },
  { "POST", ALL, TOCSIN_ACCESS_EDITOR, API, TOCSIN_ROUTE_REPLAY, create_project,
    .summary = "Make a project", .request = "ProjectNew", .reply = "Project", .status = 201 },
  { "GET", ONE, TOCSIN_ACCESS_VIEWER, API, TOCSIN_ROUTE_READ, get_project, .summary = "A project",
    .reply = "Project" },
  { "PATCH", ONE, TOCSIN_ACCESS_EDITOR, API, 0, edit_project, .summary = "Change its name or slug",
    .request = "ProjectEdit", .reply = "Project" },
  { "DELETE", ONE, TOCSIN_ACCESS_ADMIN, API, 0, delete_project,
    .summary = "Delete a project that has no monitors", .status = 204 },
  { "GET", ONE "/keys", TOCSIN_ACCESS_ADMIN, API, TOCSIN_ROUTE_READ, list_keys,
    .summary = "A project’s keys", .reply = "[Key]" },
  { "POST", ONE "/keys", TOCSIN_ACCESS_ADMIN, API, TOCSIN_ROUTE_REPLAY, create_key,
    .summary = "Make a key", .request = "KeyNew", .reply = "KeyMade", .status = 201 },
  { "DELETE", ONE "/keys/{key}", TOCSIN_ACCESS_ADMIN, API, 0, revoke_key, .summary = "Revoke a key",
    .status = 204 },
};

const TocsinRoutes tocsin_api_projects_routes = TOCSIN_ROUTES (routes);
