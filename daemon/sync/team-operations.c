/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "team-operations"

#include "config.h"

#include "errors.h"
#include "team-sync-private.h"

void
tocsin_pending_free (TocsinPending *pending)
{
  if (pending == NULL)
    return;
  g_clear_pointer (&pending->operation, tocsin_operation_free);
  g_free (pending->name);
  g_free (pending);
}

/* --- on disk --- */

static void
save (TocsinTeamSync *team, const TocsinPending *pending, TocsinStoreBatch *batch)
{
  g_autoptr (TocsinDocument) document =
      tocsin_document_new (TOCSIN_DOCUMENT_OPERATION, team->id, pending->operation->op_id);
  g_autoptr (JsonObject) json = json_object_new ();

  document->number = pending->number;
  json_object_set_object_member (json, "operation", tocsin_operation_to_json (pending->operation));
  json_object_set_boolean_member (json, "sent", pending->sent);
  if (pending->name != NULL)
    json_object_set_string_member (json, "name", pending->name);
  tocsin_document_set_json (document, json, pending->operation->type);
  tocsin_store_batch_put (batch, document);
}

static TocsinPending *
load (const TocsinDocument *document)
{
  g_autoptr (JsonObject) json = tocsin_document_get_json (document);
  JsonNode *node = json != NULL ? json_object_get_member (json, "operation") : NULL;
  g_autoptr (TocsinPending) pending = NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  pending = g_new0 (TocsinPending, 1);
  pending->operation = tocsin_operation_from_json (json_node_get_object (node), NULL);
  pending->sent = json_object_get_boolean_member_with_default (json, "sent", FALSE);
  pending->name = g_strdup (json_object_get_string_member_with_default (json, "name", NULL));
  pending->number = document->number;
  return pending->operation != NULL ? g_steal_pointer (&pending) : NULL;
}

void
tocsin_team_operations_load (TocsinTeamSync *team)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) documents =
      tocsin_store_load_documents (team->store, TOCSIN_DOCUMENT_OPERATION, team->id, NULL, &error);

  if (documents == NULL) {
    g_warning ("changes that wait for the server can’t be read: %s", error->message);
    return;
  }
  for (guint i = 0; i < documents->len; i++) {
    TocsinPending *pending = load (documents->pdata[i]);

    if (pending == NULL) {
      g_warning ("a change that waits for the server can’t be read and is left where it is");
      continue;
    }
    g_ptr_array_add (team->pending, pending);
    team->last_number = MAX (team->last_number, pending->number);
  }
}

GPtrArray *
tocsin_team_operations_of (TocsinTeamSync *team, const char *record)
{
  GPtrArray *operations = g_ptr_array_new ();

  for (guint i = 0; i < team->pending->len; i++) {
    const TocsinPending *pending = team->pending->pdata[i];

    if (g_str_equal (pending->operation->record, record))
      g_ptr_array_add (operations, pending->operation);
  }
  return operations;
}

static TocsinPending *
find_last_of (TocsinTeamSync *team, const char *record)
{
  for (guint i = team->pending->len; i > 0; i--) {
    TocsinPending *pending = team->pending->pdata[i - 1];

    if (g_str_equal (pending->operation->record, record))
      return pending;
  }
  return NULL;
}

static TocsinPending *
find_first_of (TocsinTeamSync *team, const char *record)
{
  for (guint i = 0; i < team->pending->len; i++) {
    TocsinPending *pending = team->pending->pdata[i];

    if (g_str_equal (pending->operation->record, record))
      return pending;
  }
  return NULL;
}

static void
drop (TocsinTeamSync *team, TocsinPending *pending, TocsinStoreBatch *batch)
{
  tocsin_store_batch_drop (batch, TOCSIN_DOCUMENT_OPERATION, team->id, pending->operation->op_id);
  g_ptr_array_remove (team->pending, pending);
}

/* --- from a change to an operation --- */

static JsonObject *
to_json (const TocsinFields *fields, gconstpointer object)
{
  return object != NULL ? tocsin_fields_to_json (fields, object, TOCSIN_FIELDS_WITH_SECRETS) : NULL;
}

/* The revision that a change was made on: what the server's copy here has. */
static gint64
get_base (TocsinTeamSync *team, const char *id)
{
  g_autoptr (TocsinRecord) record = tocsin_team_load_record (team, id);

  return record != NULL && !record->deleted ? record->revision : 0;
}

static TocsinOperation *
make_operation (TocsinTeamSync *team, const TocsinTeamChange *change)
{
  static const struct {
    TocsinRecordType type;
    const TocsinFields *fields;
  } kinds[] = {
    [TOCSIN_TEAM_MONITOR] = { TOCSIN_RECORD_TYPE_MONITOR, &tocsin_monitor_fields },
    [TOCSIN_TEAM_MAINTENANCE] = { TOCSIN_RECORD_TYPE_MAINTENANCE, &tocsin_maintenance_fields },
  };
  g_autoptr (JsonObject) before = to_json (kinds[change->object].fields, change->before);
  g_autoptr (JsonObject) after = to_json (kinds[change->object].fields, change->after);

  return tocsin_operation_new_diff (kinds[change->object].type, change->id,
                                    get_base (team, change->id), before, after);
}

static TocsinOperation *
make_update (const TocsinTeamChange *change)
{
  const TocsinUpdate *update = change->after;
  TocsinOperation *operation = tocsin_operation_new (change->id, TOCSIN_RECORD_TYPE_INCIDENT, 0);
  JsonObject *json = tocsin_fields_to_json (&tocsin_update_fields, update, TOCSIN_FIELDS_PLAIN);

  json_object_remove_member (json, "sample");
  json_object_remove_member (json, "author"); /* the server knows who it is */
  operation->set = json_object_new ();
  json_object_set_object_member (operation->set, "update", json);
  return operation;
}

static const char *
get_name (const TocsinTeamChange *change)
{
  gconstpointer object = change->after != NULL ? change->after : change->before;

  switch (change->object) {
  case TOCSIN_TEAM_MONITOR:
    return ((const TocsinMonitor *) object)->name;
  case TOCSIN_TEAM_MAINTENANCE:
    return ((const TocsinMaintenance *) object)->title;
  case TOCSIN_TEAM_INCIDENT:
    return ((const TocsinIncident *) change->before)->monitor_name;
  }
  g_assert_not_reached ();
}

static void
append (TocsinTeamSync *team, TocsinOperation *operation, const char *name, TocsinStoreBatch *batch)
{
  TocsinPending *pending = g_new0 (TocsinPending, 1);

  if (operation->op_id == NULL)
    operation->op_id = tocsin_watch_new_id ();
  pending->operation = operation;
  pending->name = g_strdup (name);
  pending->number = ++team->last_number;
  g_ptr_array_add (team->pending, pending);
  save (team, pending, batch);
}

void
tocsin_team_sync_add_change (TocsinTeamSync *team, const TocsinTeamChange *change,
                             TocsinStoreBatch *batch)
{
  gboolean is_update = change->object == TOCSIN_TEAM_INCIDENT;
  g_autoptr (TocsinOperation) operation =
      is_update ? make_update (change) : make_operation (team, change);
  TocsinPending *last = is_update ? NULL : find_last_of (team, change->id);

  if (operation == NULL)
    return;
  if (last == NULL || last->sent || last->operation->rescued != NULL)
    append (team, g_steal_pointer (&operation), get_name (change), batch);
  else {
    tocsin_operation_fold (last->operation, operation);
    save (team, last, batch);
  }
  tocsin_team_sync_run_soon (team, 0);
  team->funcs.changed (team->user_data);
}

void
tocsin_team_operations_add_first (TocsinTeamSync *team, TocsinOperation *operation,
                                  const char *name, TocsinStoreBatch *batch)
{
  gint64 first = team->pending->len > 0 ? ((TocsinPending *) team->pending->pdata[0])->number : 1;
  TocsinPending *pending = g_new0 (TocsinPending, 1);

  operation->op_id = tocsin_watch_new_id ();
  pending->operation = operation;
  pending->name = g_strdup (name);
  pending->number = first - 1;
  g_ptr_array_insert (team->pending, 0, pending);
  save (team, pending, batch);
}

/* --- sending --- */

#define OPERATIONS_MOST 500 /* in a round */

JsonArray *
tocsin_team_operations_to_send (TocsinTeamSync *team, TocsinStoreBatch *batch)
{
  g_autoptr (GHashTable) records = g_hash_table_new (g_str_hash, g_str_equal);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < team->pending->len && json_array_get_length (array) < OPERATIONS_MOST;
       i++) {
    TocsinPending *pending = team->pending->pdata[i];

    if (!g_hash_table_add (records, pending->operation->record))
      continue;
    if (!pending->sent) {
      pending->sent = TRUE;
      save (team, pending, batch);
    }
    json_array_add_object_element (array, tocsin_operation_to_json (pending->operation));
  }
  return array;
}

/* --- answers --- */

static void
log_losses (TocsinTeamSync *team, const TocsinPending *pending, const TocsinAnswer *answer,
            TocsinStoreBatch *batch)
{
  for (guint i = 0; answer->lost != NULL && i < answer->lost->len; i++) {
    const TocsinLoss *loss = answer->lost->pdata[i];
    const char *by = loss->by_name != NULL ? loss->by_name : "Somebody";
    JsonNode *mine = pending->operation->set != NULL
                         ? json_object_get_member (pending->operation->set, loss->member)
                         : NULL;
    g_autoptr (TocsinSyncEntry) entry = NULL;

    if (g_strcmp0 (loss->by, team->user) == 0 && loss->by != NULL)
      continue; /* the same person, on another machine, a moment ago */
    entry = tocsin_sync_entry_new (team->id, TOCSIN_SYNC_OVERWROTE,
                                   "%s also changed %s of “%s”: yours was kept", by, loss->member,
                                   pending->name);
    entry->record = g_strdup (pending->operation->record);
    entry->record_name = g_strdup (pending->name);
    entry->type = g_strdup (tocsin_words_get (&tocsin_record_type_words, pending->operation->type));
    entry->member = g_strdup (loss->member);
    entry->by = g_strdup (by);
    if (!tocsin_record_is_secret (pending->operation->type, loss->member)) {
      entry->mine = mine != NULL ? json_to_string (mine, FALSE) : NULL;
      entry->theirs = loss->value != NULL ? json_to_string (loss->value, FALSE) : NULL;
    }
    tocsin_sync_entry_add (entry, batch);
    tocsin_watch_tell_conflict (team->watch, entry->record, entry->record_name, entry->member, by,
                                entry->text);
  }
}

static void
log_refusal (TocsinTeamSync *team, const TocsinPending *pending, const TocsinAnswer *answer,
             TocsinStoreBatch *batch)
{
  g_autoptr (TocsinSyncEntry) entry = tocsin_sync_entry_new (
      team->id, TOCSIN_SYNC_REFUSED, "the server did not take the change of “%s”: %s",
      pending->name, answer->reason != NULL ? answer->reason : "it did not say why");

  entry->record = g_strdup (pending->operation->record);
  entry->record_name = g_strdup (pending->name);
  entry->type = g_strdup (tocsin_words_get (&tocsin_record_type_words, pending->operation->type));
  tocsin_sync_entry_add (entry, batch);
  team->n_refused++;
  g_warning ("%s", entry->text);
  tocsin_watch_tell_conflict (team->watch, entry->record, entry->record_name, NULL, NULL,
                              entry->text);
}

static void
log_restore (TocsinTeamSync *team, const TocsinPending *pending, TocsinStoreBatch *batch)
{
  g_autoptr (TocsinSyncEntry) entry = tocsin_sync_entry_new (
      team->id, TOCSIN_SYNC_RESTORED,
      "“%s” had been deleted meanwhile; your change brought it back", pending->name);

  entry->record = g_strdup (pending->operation->record);
  entry->record_name = g_strdup (pending->name);
  tocsin_sync_entry_add (entry, batch);
}

static TocsinPending *
find_by_op_id (TocsinTeamSync *team, const char *op_id)
{
  for (guint i = 0; i < team->pending->len; i++) {
    TocsinPending *pending = team->pending->pdata[i];

    if (g_strcmp0 (pending->operation->op_id, op_id) == 0)
      return pending;
  }
  return NULL;
}

static void
take_answer (TocsinTeamSync *team, const TocsinAnswer *answer, TocsinStoreBatch *batch)
{
  TocsinPending *pending = find_by_op_id (team, answer->op_id), *next;
  g_autofree char *record = NULL;
  TocsinRecordType type;

  if (pending == NULL)
    return;
  record = g_strdup (pending->operation->record);
  type = pending->operation->type;
  log_losses (team, pending, answer, batch);
  if (answer->status == TOCSIN_ANSWER_REJECTED)
    log_refusal (team, pending, answer, batch);
  if (answer->status == TOCSIN_ANSWER_RESTORED)
    log_restore (team, pending, batch);
  drop (team, pending, batch);
  next = find_first_of (team, record); /* which was made on top of it */
  if (next != NULL) {
    g_autoptr (TocsinRecord) now = tocsin_team_load_record (team, record);

    tocsin_operation_follow (next->operation, answer, now);
    save (team, next, batch);
  }
  if (answer->status == TOCSIN_ANSWER_REJECTED) {
    g_autoptr (TocsinRecord) base = tocsin_team_load_record (team, record);

    tocsin_team_show (team, record, type, base, batch);
  }
}

void
tocsin_team_operations_take_answers (TocsinTeamSync *team, JsonArray *results,
                                     TocsinStoreBatch *batch)
{
  for (guint i = 0; i < json_array_get_length (results); i++) {
    JsonNode *node = json_array_get_element (results, i);
    g_autoptr (TocsinAnswer) answer =
        JSON_NODE_HOLDS_OBJECT (node) ? tocsin_answer_from_json (json_node_get_object (node), NULL)
                                      : NULL;

    if (answer != NULL)
      take_answer (team, answer, batch);
  }
}

/* --- what may be changed --- */

gboolean
tocsin_team_sync_may_change (TocsinTeamSync *team, const TocsinTeamChange *change, GError **error)
{
  if (!tocsin_team_sync_may_edit (team))
    return tocsin_fail (
        error, TOCSIN_ERROR_INVALID,
        "you are a %s of %s: an editor’s role is wanted to change what is the team’s",
        team->role != NULL ? team->role : "guest", team->name);
  if (team->cursor == NULL)
    return tocsin_fail (error, TOCSIN_ERROR_UNAVAILABLE,
                        "%s was not fetched from its server yet; try again in a moment",
                        team->name);
  return TRUE;
}
