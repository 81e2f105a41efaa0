/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "sync-world"

#include "config.h"

#include "principal.h"
#include "sync-world.h"
#include "token.h"

#define CLIENT "01900000-0000-7000-8000-00000000c11e"

static char *
add_person (TestTeam *team, const char *name, const char *token, const char *role)
{
  char *id = tocsin_id_new (g_get_real_time ());
  guint8 hash[TOCSIN_HASH_BYTES];
  g_autoptr (GError) error = NULL;

  tocsin_hash_secret (token, hash);
  tocsin_pg_run (team->pg, &error, NULL,
                 "WITH u AS (INSERT INTO users (id, email, name, created_at) VALUES"
                 " ($5::uuid, $3 || '@example.org', $3, 1) RETURNING id),"
                 " m AS (INSERT INTO members (team_id, user_id, role, created_at)"
                 " SELECT $1::uuid, id, $4, 1 FROM u)"
                 " INSERT INTO tokens (hash, id, kind, user_id, name, scopes, created_at)"
                 " SELECT $2, gen_random_uuid (), 'api', id, 'test', '{read,write}', 1 FROM u",
                 PG_TEXT (team->team_id), PG_BYTES (hash, sizeof hash), PG_TEXT (name),
                 PG_TEXT (role), PG_TEXT (id));
  g_assert_no_error (error);
  return id;
}

void
sync_world_init (SyncWorld *world, TocsinTestPostgres *postgres)
{
  g_autofree char *viewer_id = NULL;

  test_team_init (&world->team, postgres);
  test_service_init (&world->service, world->team.url);
  world->editor_id = add_person (&world->team, "Editor", SYNC_EDITOR, "editor");
  world->second_id = add_person (&world->team, "Second", SYNC_SECOND, "editor");
  viewer_id = add_person (&world->team, "Viewer", SYNC_VIEWER, "viewer");
}

void
sync_world_clear (SyncWorld *world)
{
  test_service_clear (&world->service);
  test_team_clear (&world->team);
  g_free (world->editor_id);
  g_free (world->second_id);
}

TestAnswer *
sync_world_ask (SyncWorld *world, const char *token, const char *method, const char *rest,
                const char *body)
{
  g_autofree char *path = g_strdup_printf ("/api/v1/teams/%s%s", world->team.team_id, rest);
  g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);
  const char *headers[] = { "Authorization", bearer, "Content-Type", "application/json", NULL };
  TestAnswer *answer = test_service_ask (&world->service, method, path, headers, body);

  g_test_message ("%s %s: %u %s", method, path, answer->status, answer->text);
  return answer;
}

JsonObject *
sync_world_sync (SyncWorld *world, const char *token, guint status, const char *cursor,
                 const char *operations)
{
  g_autofree char *quoted = cursor != NULL ? g_strdup_printf ("\"%s\"", cursor) : NULL;
  g_autofree char *body =
      g_strdup_printf ("{\"client_id\": \"" CLIENT "\", \"cursor\": %s, \"operations\": [%s]}",
                       quoted != NULL ? quoted : "null", operations != NULL ? operations : "");
  g_autoptr (TestAnswer) answer = sync_world_ask (world, token, "POST", "/sync", body);

  g_assert_cmpuint (answer->status, ==, status);
  return test_answer_get_json (answer);
}

char *
sync_new_id (void)
{
  return tocsin_id_new (g_get_real_time ());
}

char *
sync_make_operation (const char *type, const char *record, const char *rest)
{
  g_autofree char *op_id = sync_new_id ();

  return g_strdup_printf ("{\"op_id\": \"%s\", \"type\": \"%s\", \"record\": \"%s\", %s}", op_id,
                          type, record, rest);
}

char *
sync_get (JsonObject *answer, const char *array, guint i, const char *name)
{
  JsonArray *items = json_object_get_array_member (answer, array);
  JsonNode *node;

  g_assert_nonnull (items);
  g_assert_cmpuint (i, <, json_array_get_length (items));
  node = json_object_get_member (json_array_get_object_element (items, i), name);
  if (node == NULL)
    return NULL;
  return json_node_get_value_type (node) == G_TYPE_STRING ? json_node_dup_string (node)
                                                          : json_to_string (node, FALSE);
}
