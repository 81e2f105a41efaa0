/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "sync-routes"

#include "config.h"

#include "api.h"
#include "errors.h"
#include "feed.h"
#include "pg-pool.h"
#include "sync-private.h"

#define LIMIT           2000
#define LIMIT_MOST      5000
#define OPERATIONS_MOST 1000
#define ROW_BYTES       512 /* about */

/* --- the operations --- */

static TocsinSyncCaller
make_caller (const TocsinCall *call)
{
  const TocsinPrincipal *principal = &call->principal;
  TocsinSyncCaller caller = { .team_id = tocsin_call_get_param (call, "team"),
                              .actor = tocsin_api_get_actor (call),
                              .key = call->config->has_key ? call->config->key : NULL };

  if (principal->role < TOCSIN_ROLE_EDITOR)
    caller.why_not = "this is for the team’s editors; you are its viewer";
  else if ((principal->may & TOCSIN_MAY_WRITE) == 0)
    caller.why_not = "the token has no scope “write”: sign in again";
  return caller;
}

/* One that can't be understood, as of a newer version, is refused by itself, so that it stands in
 * nobody's way; what has no id can't even be answered. */
static TocsinAnswer *
refuse (JsonObject *json, const char *reason, GError **error)
{
  JsonNode *id = json_object_get_member (json, "op_id");
  TocsinAnswer *answer;

  if (id == NULL || json_node_get_value_type (id) != G_TYPE_STRING ||
      !tocsin_uuid_is_valid (json_node_get_string (id))) {
    tocsin_http_fail (error, 400, "operations: op_id: a UUID is wanted");
    return NULL;
  }
  answer = g_new0 (TocsinAnswer, 1);
  answer->op_id = json_node_dup_string (id);
  answer->status = TOCSIN_ANSWER_REJECTED;
  answer->reason = g_strdup (reason);
  return answer;
}

static TocsinAnswer *
operate (TocsinPg *pg, const TocsinSyncCaller *caller, JsonObject *json, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (TocsinOperation) operation = tocsin_operation_from_json (json, &problem);

  if (operation == NULL)
    return refuse (json, problem->message, error);
  return tocsin_sync_operate (pg, caller, operation, error);
}

static gboolean
write_answer (TocsinJsonWriter *writer, const TocsinAnswer *answer)
{
  g_autoptr (JsonObject) json = tocsin_answer_to_json (answer);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;

  json_node_set_object (node, json);
  text = json_to_string (node, FALSE);
  tocsin_json_writer_value (writer, NULL, text);
  return TRUE;
}

static gboolean
write_results (const TocsinCall *call, TocsinPg *pg, JsonArray *operations,
               TocsinJsonWriter *writer, GError **error)
{
  TocsinSyncCaller caller = make_caller (call);
  guint n = operations != NULL ? json_array_get_length (operations) : 0;

  tocsin_json_writer_begin_array (writer, "results");
  for (guint i = 0; i < n; i++) {
    g_autoptr (TocsinAnswer) answer =
        operate (pg, &caller, json_array_get_object_element (operations, i), error);

    if (answer == NULL)
      return FALSE;
    write_answer (writer, answer);
  }
  tocsin_json_writer_end_array (writer);
  return TRUE;
}

static gboolean
get_operations (JsonObject *json, JsonArray **operations, GError **error)
{
  *operations = json_object_has_member (json, "operations")
                    ? json_object_get_array_member (json, "operations")
                    : NULL;
  if (*operations == NULL)
    return TRUE;
  if (json_array_get_length (*operations) > OPERATIONS_MOST)
    return tocsin_http_fail (error, 400, "operations: at most %d at once are wanted",
                             OPERATIONS_MOST);
  for (guint i = 0; i < json_array_get_length (*operations); i++)
    if (!JSON_NODE_HOLDS_OBJECT (json_array_get_element (*operations, i)))
      return tocsin_http_fail (error, 400, "operations: an array of objects is wanted");
  return TRUE;
}

/* --- the cursor --- */

/* Up to where an epoch that a restored backup ended is this one. */
static gboolean
find_fork (TocsinPg *pg, const char *team_id, const char *epoch, gint64 *forked, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error, "SELECT seq FROM forks WHERE team_id = $1::uuid AND epoch = $2::uuid",
      PG_TEXT (team_id), PG_TEXT (epoch));

  if (rows == NULL)
    return FALSE;
  *forked = tocsin_pg_rows_get_n (rows) > 0 ? tocsin_pg_rows_get_int (rows, 0, 0) : 0;
  return TRUE;
}

static void
reply_resync (TocsinCall *call, gint64 forked)
{
  JsonObject *problem = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_object_set_string_member (problem, "type", "about:blank");
  json_object_set_string_member (problem, "title", "Gone");
  json_object_set_int_member (problem, "status", 410);
  json_object_set_string_member (problem, "detail",
                                 "what changed since the cursor can’t be told any more: sync anew");
  json_object_set_string_member (problem, "request_id", call->request_id);
  json_object_set_string_member (problem, "code", "resync_required");
  json_object_set_int_member (problem, "forked", forked);
  json_node_take_object (node, problem);
  tocsin_call_reply_json (call, 410, node);
  call->reply_type = "application/problem+json";
}

/* Sets the reply where the cursor is of no use any more. */
static gboolean
check_cursor (TocsinCall *call, TocsinPg *pg, const TocsinCursor *cursor, GError **error)
{
  const char *team_id = tocsin_call_get_param (call, "team");
  TocsinFeedHead head;
  gint64 forked;

  if (!tocsin_feed_read_head (pg, team_id, &head, error))
    return FALSE;
  if (tocsin_feed_head_reaches (&head, cursor))
    return TRUE;
  if (!find_fork (pg, team_id, cursor->epoch, &forked, error))
    return FALSE;
  reply_resync (call, forked);
  return TRUE;
}

static gboolean
read_cursor (TocsinCall *call, TocsinPg *pg, JsonObject *json, TocsinSyncWanted *wanted,
             GError **error)
{
  const char *text = tocsin_json_get_string (json, "cursor");
  TocsinCursor cursor;

  wanted->is_first = text == NULL;
  if (text == NULL)
    return TRUE;
  if (!tocsin_cursor_parse (text, &cursor, error) || !check_cursor (call, pg, &cursor, error))
    return FALSE;
  wanted->since = cursor.seq;
  return TRUE;
}

/* --- the whole --- */

typedef struct {
  const TocsinSyncWanted *wanted;
  TocsinJsonWriter *writer;
  gsize length; /* of the text before the changes */
} Changes;

static gboolean
write_changes (TocsinPg *pg, gpointer data, GError **error)
{
  Changes *changes = data;

  g_string_truncate (changes->writer->text, changes->length);
  changes->writer->needs_comma = TRUE;
  return tocsin_sync_write_changes (pg, changes->wanted, changes->writer, error);
}

static gboolean
reply (TocsinCall *call, TocsinPg *pg, JsonArray *operations, const TocsinSyncWanted *wanted,
       GError **error)
{
  g_auto (TocsinJsonWriter) writer = { 0 };
  Changes changes = { wanted, &writer, 0 };

  tocsin_json_writer_init (&writer, ROW_BYTES * 4);
  tocsin_json_writer_begin_object (&writer, NULL);
  if (!write_results (call, pg, operations, &writer, error))
    return FALSE;
  changes.length = writer.text->len;
  if (!tocsin_pg_work_run (pg, TOCSIN_WORK_READ, write_changes, &changes, error))
    return FALSE;
  tocsin_json_writer_time (&writer, "server_time", g_get_real_time ());
  tocsin_json_writer_string (&writer, "role",
                             tocsin_words_get (&tocsin_role_words, call->principal.role));
  tocsin_json_writer_end_object (&writer);
  tocsin_call_reply_take (call, 200, "application/json", tocsin_json_writer_take (&writer));
  return TRUE;
}

static gboolean
sync_team (TocsinCall *call, TocsinPg *pg, GError **error)
{
  JsonObject *json = tocsin_call_get_json (call, error);
  TocsinSyncWanted wanted = { .team_id = tocsin_call_get_param (call, "team"),
                              .with_secrets = call->principal.role >= TOCSIN_ROLE_EDITOR &&
                                              (call->principal.may & TOCSIN_MAY_WRITE) != 0,
                              .key = call->config->has_key ? call->config->key : NULL,
                              .now_us = call->at_us };
  JsonArray *operations;

  if (json == NULL || !get_operations (json, &operations, error) ||
      !read_cursor (call, pg, json, &wanted, error))
    return FALSE;
  if (call->status != 0)
    return TRUE;
  wanted.limit = tocsin_json_get_int (json, "limit", LIMIT);
  if (wanted.limit < 1 || wanted.limit > LIMIT_MOST)
    return tocsin_http_fail (error, 400, "limit: 1 to %d is wanted", LIMIT_MOST);
  return reply (call, pg, operations, &wanted, error);
}

static const TocsinRoute routes[] = {
  { "POST", "/api/v1/teams/{team}/sync", TOCSIN_ACCESS_VIEWER, API,
    TOCSIN_ROUTE_BARE | TOCSIN_ROUTE_UNCOUNTED, sync_team,
    .summary = "Send operations on records, and get all that changed since a cursor",
    .request = "Sync", .reply = "SyncReply" },
};

const TocsinRoutes tocsin_sync_routes = TOCSIN_ROUTES (routes);
