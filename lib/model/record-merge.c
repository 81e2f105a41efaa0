/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "record-merge"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "record-merge.h"

/* Members that the server gives: what a client sends of them says nothing. */
static const char *const given[] = { "id", "revision", "created_at", NULL };

typedef struct {
  const TocsinRecord *present; /* (nullable) */
  const TocsinOperation *operation;
  TocsinMerge *merge;
} Run;

static JsonObject *
copy_members (JsonObject *from)
{
  JsonObject *copy = json_object_new ();
  g_autoptr (GList) names = from != NULL ? json_object_get_members (from) : NULL;

  for (GList *l = names; l != NULL; l = l->next)
    json_object_set_member (copy, l->data, json_object_dup_member (from, l->data));
  return copy;
}

static JsonObject *
get_members (const TocsinRecord *present)
{
  JsonObject *members = copy_members (present != NULL ? present->body : NULL);

  if (present != NULL && present->project != NULL)
    json_object_set_string_member (members, TOCSIN_RECORD_PROJECT, present->project);
  return members;
}

/* Null is unset, as in a merge patch. */
static JsonNode *
dup_or_null (JsonObject *members, const char *name)
{
  return json_object_has_member (members, name) ? json_object_dup_member (members, name)
                                                : json_node_new (JSON_NODE_NULL);
}

static gint64
get_rescued (const TocsinOperation *operation, const char *name)
{
  JsonNode *node =
      operation->rescued != NULL ? json_object_get_member (operation->rescued, name) : NULL;

  return node != NULL ? json_node_get_int (node) : 0;
}

static void
add_change (Run *run, const char *name, JsonNode *was, JsonNode *is)
{
  gboolean secret = tocsin_record_is_secret (run->operation->type, name);
  JsonArray *pair = json_array_new ();

  json_array_add_element (pair, secret ? json_node_new (JSON_NODE_NULL) : json_node_copy (was));
  json_array_add_element (pair, secret ? json_node_new (JSON_NODE_NULL) : json_node_copy (is));
  json_object_set_array_member (run->merge->changes, name, pair);
}

static void
add_loss (Run *run, const char *name, JsonNode *was, gint64 revision)
{
  TocsinLoss *loss = g_new0 (TocsinLoss, 1);
  gboolean secret = tocsin_record_is_secret (run->operation->type, name);

  loss->member = g_strdup (name);
  loss->value = secret ? json_node_new (JSON_NODE_NULL) : json_node_copy (was);
  loss->revision = revision;
  g_ptr_array_add (run->merge->lost, loss);
}

/* `is` is null to unset it. */
static void
merge_member (Run *run, const char *name, JsonNode *is)
{
  const TocsinRecord *present = run->present;
  g_autoptr (JsonNode) was = dup_or_null (run->merge->members, name);
  gint64 revision = present != NULL ? tocsin_record_get_field (present, name) : 0;
  gint64 rescued = get_rescued (run->operation, name);

  if (g_strv_contains (given, name) || json_node_equal (was, is))
    return;
  if (rescued != 0 && rescued <= revision)
    return; /* it was written again since */
  if (rescued == 0 && revision > run->operation->base)
    add_loss (run, name, was, revision);
  add_change (run, name, was, is);
  if (JSON_NODE_HOLDS_NULL (is))
    json_object_remove_member (run->merge->members, name);
  else
    json_object_set_member (run->merge->members, name, json_node_copy (is));
}

static void
merge_members (Run *run)
{
  const TocsinOperation *operation = run->operation;
  g_autoptr (GList) names =
      operation->set != NULL ? json_object_get_members (operation->set) : NULL;
  g_autoptr (JsonNode) null = json_node_new (JSON_NODE_NULL);

  run->merge->members = get_members (run->present);
  run->merge->changes = json_object_new ();
  run->merge->lost = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_loss_free);
  for (GList *l = names; l != NULL; l = l->next)
    merge_member (run, l->data, json_object_get_member (operation->set, l->data));
  for (char **name = operation->unset; name != NULL && *name != NULL; name++)
    merge_member (run, *name, null);
}

static gint64
get_first_revision (const TocsinOperation *operation)
{
  g_autoptr (GList) values =
      operation->rescued != NULL ? json_object_get_values (operation->rescued) : NULL;
  gint64 most = 0;

  for (GList *l = values; l != NULL; l = l->next)
    most = MAX (most, json_node_get_int (l->data));
  return most == 0 ? 1 : most + TOCSIN_RECORD_EPOCH_REVISIONS;
}

/* --- the cases --- */

static gboolean
merge_new (Run *run)
{
  merge_members (run);
  run->merge->action = TOCSIN_MERGE_CREATE;
  run->merge->status = TOCSIN_ANSWER_APPLIED;
  run->merge->revision = get_first_revision (run->operation);
  return TRUE;
}

static gboolean
merge_deletion (Run *run, GError **error)
{
  const TocsinRecord *present = run->present;

  run->merge->status = TOCSIN_ANSWER_APPLIED;
  run->merge->revision = present != NULL ? present->revision : 0;
  if (present == NULL || present->deleted)
    return TRUE;
  if (run->operation->base < present->revision)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "it was changed meanwhile%s%s",
                        present->updated_by != NULL ? " by " : "",
                        present->updated_by != NULL ? present->updated_by : "");
  run->merge->action = TOCSIN_MERGE_DELETE;
  run->merge->revision = present->revision + 1;
  return TRUE;
}

static gboolean
merge_restoration (Run *run)
{
  merge_members (run);
  run->merge->action = TOCSIN_MERGE_RESTORE;
  run->merge->status = TOCSIN_ANSWER_RESTORED;
  run->merge->revision = run->present->revision + 1;
  return TRUE;
}

static gboolean
merge_edit (Run *run)
{
  TocsinMerge *merge = run->merge;

  merge_members (run);
  merge->revision = run->present->revision;
  merge->status = TOCSIN_ANSWER_APPLIED;
  if (json_object_get_size (merge->changes) == 0)
    return TRUE;
  merge->revision++;
  merge->action = TOCSIN_MERGE_EDIT;
  if (merge->lost->len > 0)
    merge->status = TOCSIN_ANSWER_OVERWROTE;
  else if (run->operation->base != run->present->revision)
    merge->status = TOCSIN_ANSWER_MERGED;
  return TRUE;
}

gboolean
tocsin_record_merge (const TocsinRecord *present, const TocsinOperation *operation,
                     TocsinMerge *merge, GError **error)
{
  Run run = { present, operation, merge };

  g_return_val_if_fail (operation != NULL && merge != NULL, FALSE);

  *merge = (TocsinMerge){ .action = TOCSIN_MERGE_NOTHING };
  if (present != NULL && present->type != operation->type)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "type: the record is a %s",
                        tocsin_words_get (&tocsin_record_type_words, present->type));
  if (operation->is_delete)
    return merge_deletion (&run, error);
  if (present == NULL)
    return merge_new (&run);
  return present->deleted ? merge_restoration (&run) : merge_edit (&run);
}

void
tocsin_merge_clear (TocsinMerge *merge)
{
  g_clear_pointer (&merge->members, json_object_unref);
  g_clear_pointer (&merge->changes, json_object_unref);
  g_clear_pointer (&merge->lost, g_ptr_array_unref);
}

JsonObject *
tocsin_merge_get_fields (const TocsinMerge *merge, const TocsinRecord *present,
                         const TocsinOperation *operation)
{
  JsonObject *fields;
  g_autoptr (GList) names = NULL;

  g_return_val_if_fail (merge != NULL && operation != NULL, NULL);

  fields = copy_members (present != NULL ? present->fields : NULL);
  names = merge->changes != NULL ? json_object_get_members (merge->changes) : NULL;
  for (GList *l = names; l != NULL; l = l->next) {
    gint64 rescued = get_rescued (operation, l->data);

    if (rescued != 0 || present != NULL || operation->rescued != NULL)
      json_object_set_int_member (fields, l->data, rescued != 0 ? rescued : merge->revision);
  }
  return fields;
}
