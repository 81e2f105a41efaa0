/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "record-pending"

#include "config.h"

#include <string.h>

#include "record-pending.h"

static JsonObject *
copy_members (JsonObject *from)
{
  JsonObject *copy = json_object_new ();
  g_autoptr (GList) names = from != NULL ? json_object_get_members (from) : NULL;

  for (GList *l = names; l != NULL; l = l->next)
    json_object_set_member (copy, l->data, json_object_dup_member (from, l->data));
  return copy;
}

/* --- showing --- */

static void
set_project (TocsinRecord *record, JsonNode *node)
{
  g_clear_pointer (&record->project, g_free);
  if (node != NULL && json_node_get_value_type (node) == G_TYPE_STRING)
    record->project = g_strdup (json_node_get_string (node));
}

static void
set_member (TocsinRecord *record, const char *name, JsonNode *node)
{
  if (record->type == TOCSIN_RECORD_TYPE_MONITOR && strcmp (name, TOCSIN_RECORD_PROJECT) == 0)
    set_project (record, node);
  else if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    json_object_remove_member (record->body, name);
  else
    json_object_set_member (record->body, name, json_node_copy (node));
}

static void
apply (TocsinRecord *record, const TocsinOperation *operation)
{
  g_autoptr (GList) names =
      operation->set != NULL ? json_object_get_members (operation->set) : NULL;

  record->deleted = operation->is_delete;
  for (GList *l = names; l != NULL; l = l->next)
    set_member (record, l->data, json_object_get_member (operation->set, l->data));
  for (char **name = operation->unset; name != NULL && *name != NULL; name++)
    set_member (record, *name, NULL);
}

static TocsinRecord *
make_record (const TocsinOperation *operation)
{
  TocsinRecord *record = g_new0 (TocsinRecord, 1);

  record->id = g_strdup (operation->record);
  record->type = operation->type;
  record->deleted = TRUE;
  return record;
}

TocsinRecord *
tocsin_record_show (const TocsinRecord *base, const TocsinOperation *const *operations,
                    guint n_operations)
{
  g_autoptr (TocsinRecord) shown = NULL;
  JsonObject *body;

  if (base == NULL && n_operations == 0)
    return NULL;
  shown = base != NULL ? tocsin_record_copy (base) : make_record (operations[0]);
  body = copy_members (shown->body);
  g_clear_pointer (&shown->body, json_object_unref);
  shown->body = body;
  for (guint i = 0; i < n_operations; i++)
    apply (shown, operations[i]);
  return shown->deleted ? NULL : g_steal_pointer (&shown);
}

JsonObject *
tocsin_operation_apply (const TocsinOperation *operation, JsonObject *body)
{
  TocsinRecord record = { .type = TOCSIN_RECORD_TYPE_PROJECT };

  g_return_val_if_fail (operation != NULL, NULL);

  if (operation->is_delete)
    return NULL;
  record.body = copy_members (body);
  apply (&record, operation);
  return record.body;
}

/* --- folding --- */

static void
put_set (TocsinOperation *operation, JsonObject *set)
{
  g_clear_pointer (&operation->set, json_object_unref);
  if (json_object_get_size (set) > 0)
    operation->set = set;
  else
    json_object_unref (set);
}

static void
put_unset (TocsinOperation *operation, GHashTable *names)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (names), (GCompareFunc) strcmp);

  for (GList *l = keys; l != NULL; l = l->next)
    g_strv_builder_add (builder, l->data);
  g_strfreev (operation->unset);
  operation->unset = keys != NULL ? g_strv_builder_end (builder) : NULL;
}

static void
add_names (GHashTable *names, char **unset)
{
  for (char **name = unset; name != NULL && *name != NULL; name++)
    g_hash_table_add (names, g_strdup (*name));
}

static void
fold_edit (TocsinOperation *operation, const TocsinOperation *later)
{
  g_autoptr (GHashTable) unset = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GList) names = later->set != NULL ? json_object_get_members (later->set) : NULL;
  JsonObject *set = copy_members (operation->set);

  add_names (unset, operation->unset);
  for (GList *l = names; l != NULL; l = l->next) {
    json_object_set_member (set, l->data, json_object_dup_member (later->set, l->data));
    g_hash_table_remove (unset, l->data);
  }
  for (char **name = later->unset; name != NULL && *name != NULL; name++)
    if (json_object_has_member (set, *name))
      json_object_remove_member (set, *name);
  add_names (unset, later->unset);
  put_set (operation, set);
  put_unset (operation, unset);
  operation->is_delete = FALSE;
}

void
tocsin_operation_fold (TocsinOperation *operation, const TocsinOperation *later)
{
  g_return_if_fail (operation != NULL && later != NULL && operation->rescued == NULL);
  g_return_if_fail (strcmp (operation->record, later->record) == 0);

  if (!later->is_delete) {
    fold_edit (operation, later);
    return;
  }
  g_clear_pointer (&operation->set, json_object_unref);
  g_clear_pointer (&operation->unset, g_strfreev);
  operation->is_delete = TRUE;
}

static const char *const given[] = { "id", "revision", "created_at", NULL };

TocsinOperation *
tocsin_operation_new_diff (TocsinRecordType type, const char *record, gint64 base,
                           JsonObject *before, JsonObject *after)
{
  g_autoptr (TocsinOperation) operation = tocsin_operation_new (record, type, base);
  g_autoptr (GHashTable) unset = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GList) old = before != NULL ? json_object_get_members (before) : NULL;
  g_autoptr (GList) new = after != NULL ? json_object_get_members (after) : NULL;
  JsonObject *set = json_object_new ();

  operation->is_delete = before != NULL && after == NULL;
  for (GList *l = new; l != NULL; l = l->next) {
    JsonNode *was = before != NULL ? json_object_get_member (before, l->data) : NULL;
    JsonNode *is = json_object_get_member (after, l->data);

    if (!g_strv_contains (given, l->data) && (was == NULL || !json_node_equal (was, is)))
      json_object_set_member (set, l->data, json_node_copy (is));
  }
  for (GList *l = old; after != NULL && l != NULL; l = l->next)
    if (!g_strv_contains (given, l->data) && !json_object_has_member (after, l->data))
      g_hash_table_add (unset, g_strdup (l->data));
  put_set (operation, set);
  put_unset (operation, unset);
  if (operation->set == NULL && operation->unset == NULL && !operation->is_delete)
    return NULL;
  return g_steal_pointer (&operation);
}

/* Whether somebody else wrote a member of it since its base. */
static gboolean
conflicts (const TocsinOperation *operation, const TocsinRecord *now, gint64 own)
{
  g_autoptr (GList) names =
      operation->set != NULL ? json_object_get_members (operation->set) : NULL;
  gint64 revision;

  for (GList *l = names; l != NULL; l = l->next) {
    revision = tocsin_record_get_field (now, l->data);
    if (revision > operation->base && revision != own)
      return TRUE;
  }
  for (char **name = operation->unset; name != NULL && *name != NULL; name++) {
    revision = tocsin_record_get_field (now, *name);
    if (revision > operation->base && revision != own)
      return TRUE;
  }
  return FALSE;
}

void
tocsin_operation_follow (TocsinOperation *operation, const TocsinAnswer *answer,
                         const TocsinRecord *now)
{
  g_return_if_fail (operation != NULL && answer != NULL);

  if (answer->status == TOCSIN_ANSWER_REJECTED || answer->revision <= operation->base)
    return;
  /* Nobody else wrote it meanwhile: all that is there was seen. */
  if (answer->status == TOCSIN_ANSWER_APPLIED)
    operation->base = answer->revision;
  else if (!operation->is_delete && now != NULL && !conflicts (operation, now, answer->revision))
    operation->base = MAX (now->revision, operation->base);
}

/* --- after a resync --- */

typedef struct {
  const TocsinRecord *old, *now;
  TocsinOperation *operation;
  GHashTable *unset;
} Rescue;

static JsonNode *
find (const TocsinRecord *record, const char *name)
{
  return record != NULL && record->body != NULL ? json_object_get_member (record->body, name)
                                                : NULL;
}

static gboolean
is_later (const Rescue *rescue, const char *name)
{
  return rescue->now == NULL ||
         tocsin_record_get_field (rescue->old, name) > tocsin_record_get_field (rescue->now, name);
}

static void
claim (Rescue *rescue, const char *name)
{
  json_object_set_int_member (rescue->operation->rescued, name,
                              tocsin_record_get_field (rescue->old, name));
}

static void
rescue_set (Rescue *rescue, const char *name, JsonNode *value)
{
  JsonNode *now = find (rescue->now, name);

  if (!is_later (rescue, name) || (now != NULL && json_node_equal (now, value)))
    return;
  json_object_set_member (rescue->operation->set, name, json_node_copy (value));
  claim (rescue, name);
}

static void
rescue_unset (Rescue *rescue, const char *name)
{
  if (find (rescue->old, name) != NULL || !is_later (rescue, name))
    return;
  g_hash_table_add (rescue->unset, g_strdup (name));
  claim (rescue, name);
}

static void
rescue_project (Rescue *rescue)
{
  const TocsinRecord *old = rescue->old;
  const char *now = rescue->now != NULL ? rescue->now->project : NULL;

  if (old->project == NULL || g_strcmp0 (old->project, now) == 0 ||
      !is_later (rescue, TOCSIN_RECORD_PROJECT))
    return;
  json_object_set_string_member (rescue->operation->set, TOCSIN_RECORD_PROJECT, old->project);
  claim (rescue, TOCSIN_RECORD_PROJECT);
}

static void
rescue_members (Rescue *rescue)
{
  g_autoptr (GList) names = json_object_get_members (rescue->old->body);
  g_autoptr (GList) others = rescue->now != NULL && rescue->now->body != NULL
                                 ? json_object_get_members (rescue->now->body)
                                 : NULL;

  for (GList *l = names; l != NULL; l = l->next)
    if (!g_strv_contains (given, l->data))
      rescue_set (rescue, l->data, json_object_get_member (rescue->old->body, l->data));
  for (GList *l = others; l != NULL; l = l->next)
    rescue_unset (rescue, l->data);
  rescue_project (rescue);
}

TocsinOperation *
tocsin_record_rescue (const TocsinRecord *old, const TocsinRecord *now, gint64 forked)
{
  g_autoptr (TocsinOperation) operation = NULL;
  g_autoptr (GHashTable) unset = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Rescue rescue = { old, now, NULL, unset };

  g_return_val_if_fail (old != NULL, NULL);

  if (old->deleted || old->body == NULL || old->seq <= forked ||
      old->type == TOCSIN_RECORD_TYPE_INCIDENT)
    return NULL;
  rescue.operation = operation =
      tocsin_operation_new (old->id, old->type, now != NULL ? now->revision : 0);
  operation->set = json_object_new ();
  operation->rescued = json_object_new ();
  rescue_members (&rescue);
  put_unset (operation, unset);
  if (json_object_get_size (operation->rescued) == 0)
    return NULL;
  return g_steal_pointer (&operation);
}

void
tocsin_operation_complete (TocsinOperation *operation, const TocsinRecord *old)
{
  g_autoptr (TocsinOperation) whole = NULL;

  g_return_if_fail (operation != NULL);

  if (old == NULL || old->body == NULL || operation->is_delete)
    return;
  whole = tocsin_operation_new (old->id, old->type, 0);
  whole->set = copy_members (old->body);
  if (old->project != NULL)
    json_object_set_string_member (whole->set, TOCSIN_RECORD_PROJECT, old->project);
  fold_edit (whole, operation);
  put_set (operation, whole->set != NULL ? g_steal_pointer (&whole->set) : json_object_new ());
  g_strfreev (operation->unset);
  operation->unset = NULL;
}
