/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-sync-histories"

#include "config.h"

#include <string.h>

#include "record-pending.h"
#include "support.h"
#include "sync-world.h"

/* Random histories of three clients with the real server: edits and deletions offline, answers that
 * are lost, operations that come again. At the end all copies are equal, to each other and to what
 * one gets who begins anew. (tests/lib/model has ten thousand in memory.) */

#define HISTORIES 30
#define STEPS     24
#define N_CLIENTS 3
#define N_RECORDS 3

static TocsinTestPostgres *postgres;
static GRand *randomness; /* its seed is printed */

typedef struct {
  GHashTable *base; /* id → TocsinRecord */
  GPtrArray *queue; /* of TocsinOperation, one a record */
  GHashTable *sent; /* op_ids that may have been taken */
  char *cursor;     /* (nullable) */
  const char *token;
} Client;

static void
client_init (Client *client, const char *token)
{
  *client = (Client){ .token = token };
  client->base =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) tocsin_record_free);
  client->queue = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_operation_free);
  client->sent = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
client_clear (Client *client)
{
  g_hash_table_unref (client->base);
  g_ptr_array_unref (client->queue);
  g_hash_table_unref (client->sent);
  g_free (client->cursor);
}

static TocsinOperation *
find_waiting (Client *client, const char *id)
{
  for (guint i = 0; i < client->queue->len; i++) {
    TocsinOperation *operation = g_ptr_array_index (client->queue, i);

    if (strcmp (operation->record, id) == 0)
      return operation;
  }
  return NULL;
}

/* One that waits takes the next in; one that was sent has to be answered first. */
static void
enqueue (Client *client, TocsinOperation *operation)
{
  TocsinOperation *waiting = find_waiting (client, operation->record);

  if (waiting == NULL) {
    operation->op_id = sync_new_id ();
    g_ptr_array_add (client->queue, operation);
    return;
  }
  if (!g_hash_table_contains (client->sent, waiting->op_id))
    tocsin_operation_fold (waiting, operation);
  tocsin_operation_free (operation);
}

static void
edit (Client *client, SyncWorld *world, const char *id)
{
  static const char *const members[] = { "interval_s", "failures", "successes" };
  const TocsinRecord *base = g_hash_table_lookup (client->base, id);
  TocsinOperation *operation =
      tocsin_operation_new (id, TOCSIN_RECORD_TYPE_MONITOR, base != NULL ? base->revision : 0);

  operation->set = json_object_new ();
  if (base == NULL) {
    json_object_set_string_member (operation->set, "kind", "http");
    json_object_set_string_member (operation->set, "name", "n");
    json_object_set_string_member (operation->set, "target", "https://example.org/");
    json_object_set_string_member (operation->set, "project", world->team.project_id);
  }
  json_object_set_int_member (operation->set,
                              members[g_rand_int_range (randomness, 0, G_N_ELEMENTS (members))],
                              g_rand_int_range (randomness, 20, 30));
  enqueue (client, operation);
}

static void delete (Client *client, const char *id)
{
  const TocsinRecord *base = g_hash_table_lookup (client->base, id);
  TocsinOperation *operation;

  if (base == NULL)
    return;
  operation = tocsin_operation_new (id, TOCSIN_RECORD_TYPE_MONITOR, base->revision);
  operation->is_delete = TRUE;
  enqueue (client, operation);
}

static char *
print_queue (Client *client)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < client->queue->len; i++) {
    TocsinOperation *operation = g_ptr_array_index (client->queue, i);
    g_autoptr (JsonObject) json = tocsin_operation_to_json (operation);
    g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
    g_autofree char *one = NULL;

    json_node_set_object (node, json);
    one = json_to_string (node, FALSE);
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "", one);
    g_hash_table_add (client->sent, g_strdup (operation->op_id));
  }
  return g_string_free (text, FALSE);
}

static void
take_changes (Client *client, JsonObject *answer)
{
  JsonArray *changes = json_object_get_array_member (answer, "changes");

  for (guint i = 0; i < json_array_get_length (changes); i++) {
    TocsinRecord *record =
        tocsin_record_from_json (json_array_get_object_element (changes, i), NULL);

    g_assert_nonnull (record);
    if (record->deleted) {
      g_hash_table_remove (client->base, record->id);
      tocsin_record_free (record);
    } else {
      g_hash_table_insert (client->base, g_strdup (record->id), record);
    }
  }
  g_free (client->cursor);
  client->cursor = g_strdup (json_object_get_string_member (answer, "cursor"));
}

static void
sync_client (Client *client, SyncWorld *world, gboolean answer_is_lost)
{
  g_autofree char *operations = print_queue (client);
  g_autoptr (JsonObject) answer =
      sync_world_sync (world, client->token, 200, client->cursor, operations);

  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (answer, "results")), ==,
                    client->queue->len);
  if (answer_is_lost)
    return;
  take_changes (client, answer);
  g_ptr_array_set_size (client->queue, 0);
}

static char *
print_base (Client *client)
{
  g_autoptr (GList) ids = g_list_sort (g_hash_table_get_keys (client->base), (GCompareFunc) strcmp);
  GString *text = g_string_new (NULL);

  for (GList *l = ids; l != NULL; l = l->next) {
    g_autoptr (JsonObject) json =
        tocsin_record_to_json (g_hash_table_lookup (client->base, l->data));
    g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
    g_autofree char *one = NULL;

    if (json_object_has_member (json, "lost")) /* it is told once */
      json_object_remove_member (json, "lost");
    json_node_set_object (node, json);
    one = json_to_string (node, FALSE);
    g_string_append_printf (text, "%s\n", one);
  }
  return g_string_free (text, FALSE);
}

static void
run_history (SyncWorld *world)
{
  Client clients[N_CLIENTS], fresh;
  char *ids[N_RECORDS];
  g_autofree char *wanted = NULL;

  for (guint i = 0; i < N_CLIENTS; i++)
    client_init (&clients[i], i % 2 == 0 ? SYNC_EDITOR : SYNC_SECOND);
  for (guint i = 0; i < N_RECORDS; i++)
    ids[i] = sync_new_id ();
  for (guint i = 0; i < STEPS; i++) {
    Client *client = &clients[g_rand_int_range (randomness, 0, N_CLIENTS)];
    const char *id = ids[g_rand_int_range (randomness, 0, N_RECORDS)];
    int what = g_rand_int_range (randomness, 0, 100);

    if (what < 50)
      edit (client, world, id);
    else if (what < 60)
      delete (client, id);
    else
      sync_client (client, world, what >= 85);
  }
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < N_CLIENTS; i++)
      sync_client (&clients[i], world, FALSE);
  client_init (&fresh, SYNC_EDITOR);
  sync_client (&fresh, world, FALSE);
  wanted = print_base (&fresh);
  for (guint i = 0; i < N_CLIENTS; i++) {
    g_autofree char *is = print_base (&clients[i]);

    g_assert_cmpstr (is, ==, wanted);
    client_clear (&clients[i]);
  }
  client_clear (&fresh);
  for (guint i = 0; i < N_RECORDS; i++)
    g_free (ids[i]);
}

static void
test_histories (void)
{
  SyncWorld world;

  sync_world_init (&world, postgres);
  for (guint i = 0; i < HISTORIES; i++)
    run_history (&world);
  sync_world_clear (&world);
}

int
main (int argc, char **argv)
{
  int result;

  tocsin_test_init (&argc, &argv);
  randomness = tocsin_test_rand ();
  postgres = tocsin_test_postgres_new ();
  if (postgres != NULL)
    g_test_add_func ("/sync-histories/copies-are-equal", test_histories);
  result = g_test_run ();
  tocsin_test_postgres_free (postgres);
  g_rand_free (randomness);
  return result;
}
