/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "record"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "maintenance.h"
#include "monitor.h"
#include "record.h"
#include "timetext.h"
#include "uuid.h"

static const char *const types[] = { "project", "monitor", "maintenance", "incident" };
const TocsinWords tocsin_record_type_words = TOCSIN_WORDS ("type", types);

static const char *const statuses[] = { "applied", "merged", "overwrote", "restored", "rejected" };
const TocsinWords tocsin_answer_status_words = TOCSIN_WORDS ("status", statuses);

/* --- reading members --- */

typedef enum {
  MEMBER_REQUIRED = 1 << 0,
  MEMBER_UUID = 1 << 1,
} MemberFlags;

static gboolean
fail_member (const char *name, const char *wanted, GError **error)
{
  return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: %s is wanted", name, wanted);
}

/* NULL where it is absent or null. */
static JsonNode *
find_member (JsonObject *json, const char *name)
{
  JsonNode *node = json_object_get_member (json, name);

  return node == NULL || JSON_NODE_HOLDS_NULL (node) ? NULL : node;
}

static gboolean
read_text (JsonObject *json, const char *name, guint flags, char **text, GError **error)
{
  JsonNode *node = find_member (json, name);
  const char *wanted = (flags & MEMBER_UUID) != 0 ? "a UUID" : "a string";
  const char *value;

  if (node == NULL)
    return (flags & MEMBER_REQUIRED) == 0 || fail_member (name, wanted, error);
  value = json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
  if (value == NULL || ((flags & MEMBER_UUID) != 0 && !tocsin_uuid_is_valid (value)))
    return fail_member (name, wanted, error);
  *text = (flags & MEMBER_UUID) != 0 ? g_ascii_strdown (value, -1) : g_strdup (value);
  return TRUE;
}

static gboolean
read_number (JsonObject *json, const char *name, gint64 *number, GError **error)
{
  JsonNode *node = find_member (json, name);

  if (node == NULL)
    return TRUE;
  if (json_node_get_value_type (node) != G_TYPE_INT64 || json_node_get_int (node) < 0)
    return fail_member (name, "a whole number", error);
  *number = json_node_get_int (node);
  return TRUE;
}

static gboolean
read_bool (JsonObject *json, const char *name, gboolean *value, GError **error)
{
  JsonNode *node = find_member (json, name);

  if (node == NULL)
    return TRUE;
  if (json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return fail_member (name, "true or false", error);
  *value = json_node_get_boolean (node);
  return TRUE;
}

static gboolean
read_time (JsonObject *json, const char *name, gint64 *at_us, GError **error)
{
  g_autofree char *text = NULL;

  if (!read_text (json, name, 0, &text, error))
    return FALSE;
  return text == NULL || tocsin_time_from_text (text, at_us, error);
}

static gboolean
read_word (JsonObject *json, const char *name, const TocsinWords *words, guint *value,
           GError **error)
{
  g_autofree char *text = NULL;

  return read_text (json, name, MEMBER_REQUIRED, &text, error) &&
         tocsin_words_find (words, text, value, error);
}

static gboolean
read_object (JsonObject *json, const char *name, JsonObject **object, GError **error)
{
  JsonNode *node = find_member (json, name);

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node) ||
      json_object_get_size (json_node_get_object (node)) > TOCSIN_OPERATION_MEMBERS)
    return fail_member (name, "an object of some members", error);
  *object = json_node_dup_object (node);
  return TRUE;
}

static gboolean
read_array (JsonObject *json, const char *name, JsonArray **array, GError **error)
{
  JsonNode *node = find_member (json, name);

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return fail_member (name, "an array", error);
  *array = json_node_get_array (node);
  return TRUE;
}

static gboolean
read_names (JsonObject *json, const char *name, char ***names, GError **error)
{
  JsonArray *array = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (!read_array (json, name, &array, error))
    return FALSE;
  if (array == NULL || json_array_get_length (array) == 0)
    return TRUE;
  if (json_array_get_length (array) > TOCSIN_OPERATION_MEMBERS)
    return fail_member (name, "an array of some names", error);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);

    if (json_node_get_value_type (node) != G_TYPE_STRING)
      return fail_member (name, "an array of names", error);
    g_strv_builder_add (builder, json_node_get_string (node));
  }
  *names = g_strv_builder_end (builder);
  return TRUE;
}

/* {member: revision} */
static gboolean
read_revisions (JsonObject *json, const char *name, JsonObject **revisions, GError **error)
{
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (GList) values = NULL;

  if (!read_object (json, name, &object, error))
    return FALSE;
  values = object != NULL ? json_object_get_values (object) : NULL;
  for (GList *l = values; l != NULL; l = l->next)
    if (json_node_get_value_type (l->data) != G_TYPE_INT64 || json_node_get_int (l->data) < 1)
      return fail_member (name, "an object of revisions", error);
  *revisions = g_steal_pointer (&object);
  return TRUE;
}

/* --- writing members --- */

static void
write_text (JsonObject *json, const char *name, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (json, name, text);
}

static void
write_time (JsonObject *json, const char *name, gint64 at_us)
{
  g_autofree char *text = at_us != 0 ? tocsin_time_to_text (at_us) : NULL;

  write_text (json, name, text);
}

static void
write_object (JsonObject *json, const char *name, JsonObject *object)
{
  if (object != NULL)
    json_object_set_object_member (json, name, json_object_ref (object));
}

static void
write_lost (JsonObject *json, GPtrArray *lost)
{
  if (lost != NULL && lost->len > 0)
    json_object_set_array_member (json, "lost", tocsin_losses_to_json (lost));
}

static JsonObject *
ref_object (JsonObject *object)
{
  return object != NULL ? json_object_ref (object) : NULL;
}

/* --- losses --- */

TocsinLoss *
tocsin_loss_copy (const TocsinLoss *loss)
{
  TocsinLoss *copy;

  g_return_val_if_fail (loss != NULL, NULL);

  copy = g_new0 (TocsinLoss, 1);
  copy->member = g_strdup (loss->member);
  copy->value = json_node_copy (loss->value);
  copy->revision = loss->revision;
  copy->by = g_strdup (loss->by);
  copy->by_name = g_strdup (loss->by_name);
  copy->at_us = loss->at_us;
  return copy;
}

void
tocsin_loss_free (TocsinLoss *loss)
{
  if (loss == NULL)
    return;
  g_free (loss->member);
  g_clear_pointer (&loss->value, json_node_unref);
  g_free (loss->by);
  g_free (loss->by_name);
  g_free (loss);
}

JsonArray *
tocsin_losses_to_json (GPtrArray *losses)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; losses != NULL && i < losses->len; i++) {
    const TocsinLoss *loss = g_ptr_array_index (losses, i);
    JsonObject *json = json_object_new ();

    json_object_set_string_member (json, "member", loss->member);
    json_object_set_member (json, "value", json_node_copy (loss->value));
    write_text (json, "by", loss->by);
    write_text (json, "by_name", loss->by_name);
    write_time (json, "at", loss->at_us);
    json_array_add_object_element (array, json);
  }
  return array;
}

static TocsinLoss *
read_loss (JsonNode *node, GError **error)
{
  g_autoptr (TocsinLoss) loss = g_new0 (TocsinLoss, 1);
  JsonObject *json = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  if (json == NULL) {
    fail_member ("lost", "an array of objects", error);
    return NULL;
  }
  if (!read_text (json, "member", MEMBER_REQUIRED, &loss->member, error) ||
      !read_text (json, "by", 0, &loss->by, error) ||
      !read_text (json, "by_name", 0, &loss->by_name, error) ||
      !read_time (json, "at", &loss->at_us, error))
    return NULL;
  loss->value = json_object_has_member (json, "value") ? json_object_dup_member (json, "value")
                                                       : json_node_new (JSON_NODE_NULL);
  return g_steal_pointer (&loss);
}

GPtrArray *
tocsin_losses_from_json (JsonArray *array, GError **error)
{
  g_autoptr (GPtrArray) losses = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_loss_free);

  g_return_val_if_fail (array != NULL, NULL);

  for (guint i = 0; i < json_array_get_length (array); i++) {
    TocsinLoss *loss = read_loss (json_array_get_element (array, i), error);

    if (loss == NULL)
      return NULL;
    g_ptr_array_add (losses, loss);
  }
  return g_steal_pointer (&losses);
}

static gboolean
read_lost (JsonObject *json, GPtrArray **lost, GError **error)
{
  JsonArray *array = NULL;

  if (!read_array (json, "lost", &array, error))
    return FALSE;
  if (array == NULL)
    return TRUE;
  *lost = tocsin_losses_from_json (array, error);
  return *lost != NULL;
}

static gpointer
copy_loss (gconstpointer loss, gpointer nothing G_GNUC_UNUSED)
{
  return tocsin_loss_copy (loss);
}

/* --- records --- */

TocsinRecord *
tocsin_record_copy (const TocsinRecord *record)
{
  TocsinRecord *copy;

  g_return_val_if_fail (record != NULL, NULL);

  copy = g_memdup2 (record, sizeof *record);
  copy->id = g_strdup (record->id);
  copy->project = g_strdup (record->project);
  copy->body = ref_object (record->body);
  copy->fields = ref_object (record->fields);
  copy->updated_by = g_strdup (record->updated_by);
  copy->lost =
      record->lost != NULL ? g_ptr_array_copy (record->lost, (GCopyFunc) copy_loss, NULL) : NULL;
  return copy;
}

void
tocsin_record_free (TocsinRecord *record)
{
  if (record == NULL)
    return;
  g_free (record->id);
  g_free (record->project);
  g_clear_pointer (&record->body, json_object_unref);
  g_clear_pointer (&record->fields, json_object_unref);
  g_free (record->updated_by);
  g_clear_pointer (&record->lost, g_ptr_array_unref);
  g_free (record);
}

JsonObject *
tocsin_record_to_json (const TocsinRecord *record)
{
  JsonObject *json;

  g_return_val_if_fail (record != NULL, NULL);

  json = json_object_new ();
  json_object_set_string_member (json, "id", record->id);
  json_object_set_string_member (json, "type",
                                 tocsin_words_get (&tocsin_record_type_words, record->type));
  json_object_set_int_member (json, "revision", record->revision);
  json_object_set_int_member (json, "seq", record->seq);
  json_object_set_boolean_member (json, "deleted", record->deleted);
  write_text (json, TOCSIN_RECORD_PROJECT, record->project);
  write_object (json, "body", record->body);
  write_object (json, "fields", record->fields);
  write_time (json, "updated_at", record->updated_at);
  write_text (json, "updated_by", record->updated_by);
  write_lost (json, record->lost);
  return json;
}

TocsinRecord *
tocsin_record_from_json (JsonObject *json, GError **error)
{
  g_autoptr (TocsinRecord) record = g_new0 (TocsinRecord, 1);

  g_return_val_if_fail (json != NULL, NULL);

  if (!read_text (json, "id", MEMBER_REQUIRED | MEMBER_UUID, &record->id, error) ||
      !read_word (json, "type", &tocsin_record_type_words, &record->type, error) ||
      !read_number (json, "revision", &record->revision, error) ||
      !read_number (json, "seq", &record->seq, error) ||
      !read_bool (json, "deleted", &record->deleted, error) ||
      !read_text (json, TOCSIN_RECORD_PROJECT, MEMBER_UUID, &record->project, error) ||
      !read_object (json, "body", &record->body, error) ||
      !read_revisions (json, "fields", &record->fields, error) ||
      !read_time (json, "updated_at", &record->updated_at, error) ||
      !read_text (json, "updated_by", 0, &record->updated_by, error) ||
      !read_lost (json, &record->lost, error))
    return NULL;
  if (record->body == NULL)
    record->body = json_object_new ();
  return g_steal_pointer (&record);
}

gint64
tocsin_record_get_field (const TocsinRecord *record, const char *member)
{
  JsonNode *node;

  g_return_val_if_fail (record != NULL && member != NULL, 0);

  node = record->fields != NULL ? json_object_get_member (record->fields, member) : NULL;
  return node != NULL ? json_node_get_int (node) : 1;
}

gboolean
tocsin_record_is_secret (TocsinRecordType type, const char *member)
{
  const TocsinFields *fields = &tocsin_monitor_fields;

  if (type != TOCSIN_RECORD_TYPE_MONITOR)
    return FALSE;
  for (guint i = 0; i < fields->n_rows; i++)
    if ((fields->rows[i].flags & TOCSIN_FIELD_SECRET) != 0 &&
        strcmp (fields->rows[i].name, member) == 0)
      return TRUE;
  return FALSE;
}

/* --- operations --- */

TocsinOperation *
tocsin_operation_new (const char *record, TocsinRecordType type, gint64 base)
{
  TocsinOperation *operation = g_new0 (TocsinOperation, 1);

  operation->record = g_strdup (record);
  operation->type = type;
  operation->base = base;
  return operation;
}

TocsinOperation *
tocsin_operation_copy (const TocsinOperation *operation)
{
  TocsinOperation *copy;

  g_return_val_if_fail (operation != NULL, NULL);

  copy = g_memdup2 (operation, sizeof *operation);
  copy->op_id = g_strdup (operation->op_id);
  copy->record = g_strdup (operation->record);
  copy->set = ref_object (operation->set);
  copy->unset = g_strdupv (operation->unset);
  copy->rescued = ref_object (operation->rescued);
  return copy;
}

void
tocsin_operation_free (TocsinOperation *operation)
{
  if (operation == NULL)
    return;
  g_free (operation->op_id);
  g_free (operation->record);
  g_clear_pointer (&operation->set, json_object_unref);
  g_strfreev (operation->unset);
  g_clear_pointer (&operation->rescued, json_object_unref);
  g_free (operation);
}

JsonObject *
tocsin_operation_to_json (const TocsinOperation *operation)
{
  JsonObject *json;

  g_return_val_if_fail (operation != NULL, NULL);

  json = json_object_new ();
  write_text (json, "op_id", operation->op_id);
  json_object_set_string_member (json, "record", operation->record);
  json_object_set_string_member (json, "type",
                                 tocsin_words_get (&tocsin_record_type_words, operation->type));
  json_object_set_int_member (json, "base", operation->base);
  write_object (json, "set", operation->set);
  if (operation->unset != NULL && operation->unset[0] != NULL) {
    JsonArray *names = json_array_new ();

    for (char **name = operation->unset; *name != NULL; name++)
      json_array_add_string_element (names, *name);
    json_object_set_array_member (json, "unset", names);
  }
  if (operation->is_delete)
    json_object_set_boolean_member (json, "delete", TRUE);
  write_object (json, "rescued", operation->rescued);
  return json;
}

static gboolean
check_operation (const TocsinOperation *operation, GError **error)
{
  gboolean sets = operation->set != NULL && json_object_get_size (operation->set) > 0;
  gboolean edits = sets || operation->unset != NULL;

  if (operation->is_delete && edits)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "delete: an operation deletes or sets, not both");
  for (char **name = operation->unset; name != NULL && *name != NULL; name++)
    if (sets && json_object_has_member (operation->set, *name))
      return tocsin_fail (error, TOCSIN_ERROR_INVALID, "unset: “%s” is set, too", *name);
  return TRUE;
}

TocsinOperation *
tocsin_operation_from_json (JsonObject *json, GError **error)
{
  g_autoptr (TocsinOperation) operation = g_new0 (TocsinOperation, 1);
  guint ids = MEMBER_REQUIRED | MEMBER_UUID;

  g_return_val_if_fail (json != NULL, NULL);

  if (!read_text (json, "op_id", ids, &operation->op_id, error) ||
      !read_text (json, "record", ids, &operation->record, error) ||
      !read_word (json, "type", &tocsin_record_type_words, &operation->type, error) ||
      !read_number (json, "base", &operation->base, error) ||
      !read_object (json, "set", &operation->set, error) ||
      !read_names (json, "unset", &operation->unset, error) ||
      !read_bool (json, "delete", &operation->is_delete, error) ||
      !read_revisions (json, "rescued", &operation->rescued, error) ||
      !check_operation (operation, error))
    return NULL;
  return g_steal_pointer (&operation);
}

/* --- answers --- */

void
tocsin_answer_free (TocsinAnswer *answer)
{
  if (answer == NULL)
    return;
  g_free (answer->op_id);
  g_free (answer->reason);
  g_clear_pointer (&answer->lost, g_ptr_array_unref);
  g_free (answer);
}

JsonObject *
tocsin_answer_to_json (const TocsinAnswer *answer)
{
  JsonObject *json;

  g_return_val_if_fail (answer != NULL, NULL);

  json = json_object_new ();
  json_object_set_string_member (json, "op_id", answer->op_id);
  json_object_set_string_member (json, "status",
                                 tocsin_words_get (&tocsin_answer_status_words, answer->status));
  json_object_set_int_member (json, "revision", answer->revision);
  write_text (json, "reason", answer->reason);
  write_lost (json, answer->lost);
  return json;
}

TocsinAnswer *
tocsin_answer_from_json (JsonObject *json, GError **error)
{
  g_autoptr (TocsinAnswer) answer = g_new0 (TocsinAnswer, 1);

  g_return_val_if_fail (json != NULL, NULL);

  if (!read_text (json, "op_id", MEMBER_REQUIRED | MEMBER_UUID, &answer->op_id, error) ||
      !read_word (json, "status", &tocsin_answer_status_words, &answer->status, error) ||
      !read_number (json, "revision", &answer->revision, error) ||
      !read_text (json, "reason", 0, &answer->reason, error) ||
      !read_lost (json, &answer->lost, error))
    return NULL;
  return g_steal_pointer (&answer);
}
