/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-record-histories"

#include "config.h"

#include <string.h>

#include "record-merge.h"
#include "record-pending.h"
#include "support.h"

/* Random histories of one server and some clients: edits and deletions offline,
 * answers that are lost, operations that come again, backups that are restored.
 * At the end all copies are equal, and the last accepted write of each member
 * is there. The server is no more than a table in memory around the very code
 * that the real one merges with; the clients are, too. */

#define HISTORIES     10000
#define STEPS         30
#define N_CLIENTS     3
#define N_RECORDS     3
#define EPOCH_STEP_MS ((gint64) 10 * TOCSIN_RECORD_EPOCH_REVISIONS)

static const char *const members[] = { "a", "b", "c" };

static GRand *randomness; /* its seed is printed */

static guint32
draw (void)
{
  return g_rand_int (randomness);
}

/* --- the server --- */

typedef struct {
  GHashTable *records; /* id → TocsinRecord; tombstones too */
  GHashTable *kept;    /* op_id → JSON of an answer, as text */
  GHashTable *forks;   /* epoch → number */
  gint64 seq;
  gint64 least_revision;
  guint epoch;
} Server;

static void
server_init (Server *server)
{
  server->records =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) tocsin_record_free);
  server->kept =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) json_object_unref);
  server->forks = g_hash_table_new (NULL, NULL);
  server->seq = server->least_revision = 0;
  server->epoch = 1;
}

static void
server_clear (Server *server)
{
  g_clear_pointer (&server->records, g_hash_table_unref);
  g_clear_pointer (&server->kept, g_hash_table_unref);
  g_clear_pointer (&server->forks, g_hash_table_unref);
}

/* Records and answers are never changed in place. */
static void
server_copy (const Server *from, Server *to)
{
  GHashTableIter iter;
  gpointer key, value;

  server_init (to);
  g_hash_table_iter_init (&iter, from->records);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (to->records, g_strdup (key), tocsin_record_copy (value));
  g_hash_table_iter_init (&iter, from->kept);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (to->kept, g_strdup (key), json_object_ref (value));
  g_hash_table_iter_init (&iter, from->forks);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (to->forks, key, value);
  to->seq = from->seq;
  to->least_revision = from->least_revision;
  to->epoch = from->epoch;
}

static TocsinRecord *
make_record (const TocsinRecord *present, const TocsinOperation *operation,
             const TocsinMerge *merge, gint64 seq)
{
  TocsinRecord *record = g_new0 (TocsinRecord, 1);

  record->id = g_strdup (operation->record);
  record->type = operation->type;
  record->revision = merge->revision;
  record->seq = seq;
  record->deleted = merge->action == TOCSIN_MERGE_DELETE;
  record->body = json_object_ref (record->deleted ? present->body : merge->members);
  record->fields = record->deleted
                       ? (present->fields != NULL ? json_object_ref (present->fields) : NULL)
                       : tocsin_merge_get_fields (merge, present, operation);
  return record;
}

/* --- the world --- */

typedef struct {
  TocsinOperation *operation;
  gboolean was_sent;
} Waiting;

typedef struct {
  GHashTable *base; /* id → TocsinRecord */
  GPtrArray *queue; /* of Waiting */
  gint64 seq;
  guint epoch; /* 0: it has nothing */
} Client;

typedef struct {
  Server server;
  Server backups[4];
  guint n_backups;
  Client clients[N_CLIENTS];
  GHashTable *accepted; /* "id/member" → the last accepted value, as text */
  GHashTable *writes;   /* "id/member" → hash of value → Write */
  GHashTable *made;     /* ids that somebody made: nobody makes one twice */
  GHashTable *deleted;  /* id → when its last deletion was accepted */
  gint64 clock, last_value;
  GHashTable *last_action; /* id → TocsinMergeAction */
  guint n_epochs, n_restores;
  guint64 last_id;
  gboolean with_restores;
} World;

/* When a value was accepted: more than once, where its answer was lost and a
 * backup restored. */
typedef struct {
  gint64 first, last;
} Write;

static void
note_write (World *world, const char *key, const char *value)
{
  GHashTable *values = g_hash_table_lookup (world->writes, key);
  Write *write;

  if (values == NULL) {
    values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_insert (world->writes, g_strdup (key), values);
  }
  write = g_hash_table_lookup (values, value);
  if (write == NULL) {
    write = g_new0 (Write, 1);
    write->first = world->clock;
    g_hash_table_insert (values, g_strdup (value), write);
  }
  write->last = world->clock;
}

static void
free_waiting (gpointer data)
{
  Waiting *waiting = data;

  tocsin_operation_free (waiting->operation);
  g_free (waiting);
}

static char *
make_id (World *world)
{
  return g_strdup_printf ("01900000-0000-7000-8000-%012" G_GINT64_MODIFIER "x", ++world->last_id);
}

static void
note_accepted (World *world, const TocsinOperation *operation, const TocsinMerge *merge)
{
  g_autoptr (GList) names =
      merge->changes != NULL ? json_object_get_members (merge->changes) : NULL;

  world->clock++;
  if (operation->rescued == NULL)
    g_hash_table_insert (world->last_action, g_strdup (operation->record),
                         GUINT_TO_POINTER (merge->action));
  for (GList *l = names; l != NULL; l = l->next) {
    g_autofree char *key = g_strconcat (operation->record, "/", (char *) l->data, NULL);
    JsonArray *pair = json_object_get_array_member (merge->changes, l->data);
    char *value;

    if (operation->rescued != NULL && json_object_has_member (operation->rescued, l->data))
      continue; /* it was accepted before */
    value = json_to_string (json_array_get_element (pair, 1), FALSE);
    note_write (world, key, value);
    g_hash_table_insert (world->accepted, g_steal_pointer (&key), value);
  }
}

static TocsinAnswer *
serve (World *world, const TocsinOperation *operation)
{
  Server *server = &world->server;
  JsonObject *kept = g_hash_table_lookup (server->kept, operation->op_id);
  const TocsinRecord *present = g_hash_table_lookup (server->records, operation->record);
  TocsinAnswer *answer;
  g_auto (TocsinMerge) merge = { 0 };

  if (kept != NULL)
    return tocsin_answer_from_json (kept, NULL);
  answer = g_new0 (TocsinAnswer, 1);
  answer->op_id = g_strdup (operation->op_id);
  answer->status = TOCSIN_ANSWER_REJECTED;
  if (tocsin_record_merge (present, operation, &merge, NULL)) {
    answer->status = merge.status;
    if (merge.action == TOCSIN_MERGE_CREATE)
      merge.revision = MAX (merge.revision, server->least_revision + 1);
    answer->revision = merge.revision;
    if (operation->is_delete) { /* also of what is not there */
      g_hash_table_insert (world->last_action, g_strdup (operation->record),
                           GUINT_TO_POINTER (TOCSIN_MERGE_DELETE));
      g_hash_table_insert (world->deleted, g_strdup (operation->record),
                           GSIZE_TO_POINTER ((gsize) world->clock));
    }
    if (merge.action != TOCSIN_MERGE_NOTHING) {
      TocsinRecord *record = make_record (present, operation, &merge, ++server->seq);

      note_accepted (world, operation, &merge);
      g_hash_table_insert (server->records, g_strdup (operation->record), record);
    }
  }
  g_hash_table_insert (server->kept, g_strdup (operation->op_id), tocsin_answer_to_json (answer));
  return answer;
}

/* --- clients --- */

static Waiting *
find_waiting (Client *client, const char *record, guint from)
{
  for (guint i = from; i < client->queue->len; i++) {
    Waiting *waiting = g_ptr_array_index (client->queue, i);

    if (strcmp (waiting->operation->record, record) == 0)
      return waiting;
  }
  return NULL;
}

static Waiting *
find_last (Client *client, const char *record)
{
  Waiting *last = NULL;

  for (guint i = 0; i < client->queue->len; i++) {
    Waiting *waiting = g_ptr_array_index (client->queue, i);

    if (strcmp (waiting->operation->record, record) == 0)
      last = waiting;
  }
  return last;
}

static void
enqueue (World *world, Client *client, TocsinOperation *operation)
{
  Waiting *last = find_last (client, operation->record), *waiting;

  if (last != NULL && !last->was_sent && last->operation->rescued == NULL) {
    tocsin_operation_fold (last->operation, operation);
    tocsin_operation_free (operation);
    return;
  }
  operation->op_id = make_id (world);
  waiting = g_new0 (Waiting, 1);
  waiting->operation = operation;
  g_ptr_array_add (client->queue, waiting);
}

static TocsinRecord *
show (Client *client, const char *id)
{
  g_autoptr (GPtrArray) operations = g_ptr_array_new ();

  for (guint i = 0; i < client->queue->len; i++) {
    Waiting *waiting = g_ptr_array_index (client->queue, i);

    if (strcmp (waiting->operation->record, id) == 0)
      g_ptr_array_add (operations, waiting->operation);
  }
  return tocsin_record_show (g_hash_table_lookup (client->base, id),
                             (const TocsinOperation *const *) operations->pdata, operations->len);
}

static const char *
pick (const char *const *ids)
{
  return ids[draw () % N_RECORDS];
}

/* People make what is not there and change what they see. */
static void
edit (World *world, Client *client, const char *id)
{
  g_autoptr (TocsinRecord) shown = show (client, id);
  const TocsinRecord *base = g_hash_table_lookup (client->base, id);
  TocsinOperation *operation =
      tocsin_operation_new (id, TOCSIN_RECORD_TYPE_PROJECT, base != NULL ? base->revision : 0);
  const char *name = members[draw () % G_N_ELEMENTS (members)];

  if (shown == NULL && !g_hash_table_add (world->made, g_strdup (id))) {
    tocsin_operation_free (operation);
    return;
  }
  operation->set = json_object_new ();
  if (shown == NULL)
    for (guint i = 0; i < G_N_ELEMENTS (members); i++)
      json_object_set_int_member (operation->set, members[i], ++world->last_value);
  else if (draw () % 5 == 0 && !world->with_restores)
    operation->unset = g_strsplit (name, " ", -1);
  else
    json_object_set_int_member (operation->set, name, ++world->last_value);
  enqueue (world, client, operation);
}

static void delete (World *world, Client *client, const char *id)
{
  g_autoptr (TocsinRecord) shown = show (client, id);
  const TocsinRecord *base = g_hash_table_lookup (client->base, id);
  TocsinOperation *operation;

  if (shown == NULL)
    return;
  operation =
      tocsin_operation_new (id, TOCSIN_RECORD_TYPE_PROJECT, base != NULL ? base->revision : 0);
  operation->is_delete = TRUE;
  enqueue (world, client, operation);
}

static void
take_change (Client *client, const TocsinRecord *record)
{
  if (record->deleted)
    g_hash_table_remove (client->base, record->id);
  else
    g_hash_table_insert (client->base, g_strdup (record->id), tocsin_record_copy (record));
}

static void
take_changes (Client *client, const Server *server, gint64 since)
{
  GHashTableIter iter;
  gpointer record;

  g_hash_table_iter_init (&iter, server->records);
  while (g_hash_table_iter_next (&iter, NULL, &record))
    if (((TocsinRecord *) record)->seq > since)
      take_change (client, record);
  client->seq = server->seq;
  client->epoch = server->epoch;
}

/* After 410: as record-pending.h says. */
static void
resync (World *world, Client *client)
{
  g_autoptr (GHashTable) old = g_steal_pointer (&client->base);
  guint epoch = client->epoch;
  gint64 forked = GPOINTER_TO_SIZE (
      g_hash_table_lookup (world->server.forks, GUINT_TO_POINTER (client->epoch)));
  GHashTableIter iter;
  gpointer value;

  client->base =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) tocsin_record_free);
  take_changes (client, &world->server, 0);
  for (guint i = 0; i < client->queue->len; i++) {
    TocsinOperation *operation = ((Waiting *) g_ptr_array_index (client->queue, i))->operation;

    if (g_hash_table_lookup (client->base, operation->record) == NULL)
      tocsin_operation_complete (operation, g_hash_table_lookup (old, operation->record));
  }
  g_hash_table_iter_init (&iter, old);
  while (epoch != client->epoch && g_hash_table_iter_next (&iter, NULL, &value)) {
    const TocsinRecord *record = value;
    TocsinOperation *operation =
        tocsin_record_rescue (record, g_hash_table_lookup (client->base, record->id), forked);
    Waiting *waiting;

    if (operation == NULL)
      continue;
    operation->op_id = make_id (world);
    waiting = g_new0 (Waiting, 1);
    waiting->operation = operation;
    g_ptr_array_insert (client->queue, 0, waiting);
  }
}

static void
take_answer (Client *client, guint i, const TocsinAnswer *answer)
{
  Waiting *waiting = g_ptr_array_index (client->queue, i);
  g_autofree char *record = g_strdup (waiting->operation->record);
  Waiting *next;

  g_ptr_array_remove_index (client->queue, i);
  next = find_waiting (client, record, i);
  if (next != NULL)
    tocsin_operation_follow (next->operation, answer, g_hash_table_lookup (client->base, record));
}

/* One operation a record is sent, in the order of the queue. */
static void
sync_client (World *world, Client *client, gboolean answer_is_lost)
{
  g_autoptr (GPtrArray) answers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_answer_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  if (client->epoch != 0 && client->epoch != world->server.epoch) {
    if (!answer_is_lost)
      resync (world, client);
    return;
  }
  for (guint i = 0; i < client->queue->len; i++) {
    Waiting *waiting = g_ptr_array_index (client->queue, i);

    if (!g_hash_table_add (seen, waiting->operation->record))
      continue;
    waiting->was_sent = TRUE;
    g_ptr_array_add (answers, serve (world, waiting->operation));
  }
  if (answer_is_lost)
    return;
  take_changes (client, &world->server, client->seq);
  for (guint k = 0; k < answers->len; k++) {
    const TocsinAnswer *answer = g_ptr_array_index (answers, k);

    for (guint i = 0; i < client->queue->len; i++)
      if (strcmp (((Waiting *) g_ptr_array_index (client->queue, i))->operation->op_id,
                  answer->op_id) == 0) {
        take_answer (client, i, answer);
        break;
      }
  }
}

/* --- backups --- */

static void
back_up (World *world)
{
  if (world->n_backups < G_N_ELEMENTS (world->backups))
    server_copy (&world->server, &world->backups[world->n_backups++]);
}

/* What `tocsin-server restored` does. */
static void
begin_epoch (World *world)
{
  Server *server = &world->server;
  GHashTableIter iter;
  gpointer value;

  if (!g_hash_table_contains (server->forks, GUINT_TO_POINTER (server->epoch)))
    g_hash_table_insert (server->forks, GUINT_TO_POINTER (server->epoch),
                         GSIZE_TO_POINTER ((gsize) server->seq));
  server->epoch = ++world->n_epochs;
  world->n_restores++;
  server->least_revision = world->n_epochs * EPOCH_STEP_MS;
  g_hash_table_iter_init (&iter, server->records);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    TocsinRecord *record = value;

    record->revision =
        MAX (record->revision + TOCSIN_RECORD_EPOCH_REVISIONS, world->n_epochs * EPOCH_STEP_MS);
  }
}

static void
restore (World *world)
{
  Server *backup;

  if (world->n_backups == 0)
    return;
  backup = &world->backups[draw () % world->n_backups];
  server_clear (&world->server);
  server_copy (backup, &world->server);
  begin_epoch (world);
}

/* --- a history --- */

static void
world_init (World *world)
{
  *world = (World){ .n_epochs = 1 };
  server_init (&world->server);
  world->accepted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  world->writes =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
  world->deleted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  world->made = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  world->last_action = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < N_CLIENTS; i++) {
    world->clients[i].base = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                    (GDestroyNotify) tocsin_record_free);
    world->clients[i].queue = g_ptr_array_new_with_free_func (free_waiting);
  }
}

static void
world_clear (World *world)
{
  server_clear (&world->server);
  for (guint i = 0; i < world->n_backups; i++)
    server_clear (&world->backups[i]);
  for (guint i = 0; i < N_CLIENTS; i++) {
    g_hash_table_unref (world->clients[i].base);
    g_ptr_array_unref (world->clients[i].queue);
  }
  g_hash_table_unref (world->accepted);
  g_hash_table_unref (world->writes);
  g_hash_table_unref (world->made);
  g_hash_table_unref (world->deleted);
  g_hash_table_unref (world->last_action);
}

static void
step (World *world, const char *const *ids)
{
  Client *client = &world->clients[draw () % N_CLIENTS];
  guint what = draw () % 100;

  if (what < 45)
    edit (world, client, pick (ids));
  else if (what < 52)
    delete (world, client, pick (ids));
  else if (what < 78)
    sync_client (world, client, FALSE);
  else if (what < 92)
    sync_client (world, client, TRUE);
  else if (what < 96)
    back_up (world);
  else if (world->with_restores)
    restore (world);
}

/* Everybody comes back, as often as it takes: what is rescued has to reach all.
 */
static void
settle (World *world)
{
  for (guint round = 0; round < 6; round++)
    for (guint i = 0; i < N_CLIENTS; i++)
      sync_client (world, &world->clients[i], FALSE);
}

static char *
print (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_set_object (node, object);
  return json_to_string (node, FALSE);
}

static void
check_copies (const World *world, const char *id)
{
  const TocsinRecord *record = g_hash_table_lookup (world->server.records, id);
  gboolean is_there = record != NULL && !record->deleted;

  for (guint i = 0; i < N_CLIENTS; i++) {
    const TocsinRecord *copy = g_hash_table_lookup (world->clients[i].base, id);

    g_assert_cmpuint (world->clients[i].queue->len, ==, 0);
    g_assert_cmpint (copy != NULL, ==, is_there);
    if (is_there) {
      g_autofree char *wanted = print (record->body), *is = print (copy->body);

      g_assert_cmpstr (is, ==, wanted);
      g_assert_cmpint (copy->revision, ==, record->revision);
    }
  }
}

/* Where no backup was restored it is the last that was accepted. Else a write
 * that was lost may come after one that was accepted again: but none is gone
 * that was first accepted after what is there was accepted last. A deletion
 * takes what came before it along: where the backup does not know it, what the
 * backup has is there again. */
static void
check_value (const World *world, const char *id, const char *key, const char *is)
{
  gint64 deleted_at = (gint64) GPOINTER_TO_SIZE (g_hash_table_lookup (world->deleted, id));
  GHashTable *values = g_hash_table_lookup (world->writes, key);
  const Write *there = values != NULL ? g_hash_table_lookup (values, is) : NULL;
  GHashTableIter iter;
  gpointer value, write;

  if (world->n_restores == 0) {
    const char *wanted = g_hash_table_lookup (world->accepted, key);

    g_assert_cmpstr (is, ==, wanted != NULL ? wanted : "null");
    return;
  }
  g_assert_true (values == NULL || there != NULL);
  if (values == NULL)
    return;
  g_hash_table_iter_init (&iter, values);
  while (g_hash_table_iter_next (&iter, &value, &write))
    if (((Write *) write)->first > MAX (there->last, deleted_at))
      g_error ("%s is %s, and %s is gone", key, is, (char *) value);
}

static void
check_values (const World *world, const char *id)
{
  const TocsinRecord *record = g_hash_table_lookup (world->server.records, id);
  guint last = GPOINTER_TO_UINT (g_hash_table_lookup (world->last_action, id));

  if (last == TOCSIN_MERGE_NOTHING)
    return; /* nobody made it */
  if (last != TOCSIN_MERGE_DELETE)
    g_assert_true (record != NULL && !record->deleted);
  else if (world->n_restores == 0)
    g_assert_true (record == NULL || record->deleted); /* else somebody may have sent an edit of
                                       before again */
  if (record == NULL || record->deleted)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (members); i++) {
    g_autofree char *key = g_strconcat (id, "/", members[i], NULL);
    JsonNode *node = json_object_get_member (record->body, members[i]);
    g_autofree char *is = node != NULL ? json_to_string (node, FALSE) : g_strdup ("null");

    check_value (world, id, key, is);
  }
}

static void
test_histories (gconstpointer data)
{
  gboolean with_restores = GPOINTER_TO_INT (data);

  for (guint i = 0; i < HISTORIES / 2; i++) {
    World world;
    g_autofree char *first = NULL, *second = NULL, *third = NULL;

    world_init (&world);
    world.with_restores = with_restores;
    first = make_id (&world);
    second = make_id (&world);
    third = make_id (&world);
    for (guint k = 0; k < STEPS; k++)
      step (&world, (const char *const[]){ first, second, third });
    settle (&world);
    for (guint k = 0; k < N_RECORDS; k++) {
      check_copies (&world, ((const char *const[]){ first, second, third })[k]);
      check_values (&world, ((const char *const[]){ first, second, third })[k]);
    }
    world_clear (&world);
  }
}

int
main (int argc, char **argv)
{
  int result;

  tocsin_test_init (&argc, &argv);
  randomness = tocsin_test_rand ();
  g_test_add_data_func ("/record-histories/copies-are-equal-and-nothing-is-gone",
                        GINT_TO_POINTER (FALSE), test_histories);
  g_test_add_data_func ("/record-histories/also-where-backups-are-restored", GINT_TO_POINTER (TRUE),
                        test_histories);
  result = g_test_run ();
  g_rand_free (randomness);
  return result;
}
