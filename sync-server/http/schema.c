/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "schema"

#include "config.h"

#include <string.h>

#include "call.h"
#include "schema.h"
#include "timetext.h"
#include "uuid.h"

#define STRINGS_MOST 100
#define IDS_MOST     1000

/* --- checking --- */

static const char *
get_text (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static gboolean
is_string (const TocsinMember *member, JsonNode *node)
{
  guint value;
  const char *text = get_text (node);

  return text != NULL &&
         (member->words == NULL || tocsin_words_find (member->words, text, &value, NULL));
}

static gboolean
is_id (const TocsinMember *member, JsonNode *node)
{
  const char *text = get_text (node);

  return text != NULL && tocsin_uuid_is_valid (text);
}

static gboolean
is_time (const TocsinMember *member, JsonNode *node)
{
  const char *text = get_text (node);
  gint64 at_us;

  return text != NULL && tocsin_time_from_text (text, &at_us, NULL);
}

static gboolean
is_int (const TocsinMember *member, JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64;
}

static gboolean
is_bool (const TocsinMember *member, JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN;
}

static gboolean
is_strings (const TocsinMember *member, JsonNode *node)
{
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;
  array = json_node_get_array (node);
  if (json_array_get_length (array) > STRINGS_MOST)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!is_string (member, json_array_get_element (array, i)))
      return FALSE;
  return TRUE;
}

static gboolean
is_ids (const TocsinMember *member, JsonNode *node)
{
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (array == NULL || json_array_get_length (array) > IDS_MOST)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!is_id (member, json_array_get_element (array, i)))
      return FALSE;
  return TRUE;
}

static gboolean
is_number (const TocsinMember *member, JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && (json_node_get_value_type (node) == G_TYPE_INT64 ||
                                          json_node_get_value_type (node) == G_TYPE_DOUBLE);
}

static gboolean
is_object (const TocsinMember *member, JsonNode *node)
{
  return JSON_NODE_HOLDS_OBJECT (node);
}

static gboolean
is_array (const TocsinMember *member, JsonNode *node)
{
  return JSON_NODE_HOLDS_ARRAY (node);
}

static const struct {
  gboolean (*is) (const TocsinMember *member, JsonNode *node);
  const char *wanted;
  const char *type, *format; /* of JSON Schema */
} kinds[] = {
  [TOCSIN_MEMBER_STRING] = { is_string, "a string", "string", NULL },
  [TOCSIN_MEMBER_ID] = { is_id, "a UUID", "string", "uuid" },
  [TOCSIN_MEMBER_TIME] = { is_time, "a time like 2026-11-23T04:18:18Z", "string", "date-time" },
  [TOCSIN_MEMBER_INT] = { is_int, "a whole number", "integer", NULL },
  [TOCSIN_MEMBER_NUMBER] = { is_number, "a number", "number", NULL },
  [TOCSIN_MEMBER_BOOL] = { is_bool, "true or false", "boolean", NULL },
  [TOCSIN_MEMBER_STRINGS] = { is_strings, "an array of strings", "array", NULL },
  [TOCSIN_MEMBER_IDS] = { is_ids, "an array of at most 1000 UUIDs", "array", NULL },
  [TOCSIN_MEMBER_OBJECT] = { is_object, "an object", "object", NULL },
  [TOCSIN_MEMBER_SCHEMA] = { is_object, "an object", "object", NULL },
  [TOCSIN_MEMBER_SCHEMAS] = { is_array, "an array", "array", NULL },
};

static const TocsinMember *
find_member (const TocsinSchema *schema, const char *name)
{
  for (guint i = 0; i < schema->n_members; i++)
    if (strcmp (schema->members[i].name, name) == 0)
      return &schema->members[i];
  return NULL;
}

static gboolean
check_member (const TocsinMember *member, JsonNode *node, GError **error)
{
  g_autofree char *words = NULL;

  if (JSON_NODE_HOLDS_NULL (node) && (member->flags & TOCSIN_MEMBER_NULLABLE) != 0)
    return TRUE;
  if (kinds[member->kind].is (member, node))
    return TRUE;
  if (member->words != NULL) {
    words = g_strjoinv (", ", (char **) member->words->words);
    return tocsin_http_fail (error, 400, "%s: one of %s is wanted", member->name, words);
  }
  return tocsin_http_fail (error, 400, "%s: %s is wanted", member->name,
                           kinds[member->kind].wanted);
}

gboolean
tocsin_schema_check (const TocsinSchema *schema, JsonObject *json, GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  g_return_val_if_fail (schema != NULL && json != NULL, FALSE);

  if (schema->fields != NULL)
    return TRUE;
  json_object_iter_init (&iter, json);
  while (json_object_iter_next (&iter, &name, &node)) {
    const TocsinMember *member = find_member (schema, name);

    if (member == NULL)
      return tocsin_http_fail (error, 400, "%s: there is no such member here", name);
    if (!check_member (member, node, error))
      return FALSE;
  }
  for (guint i = 0; i < schema->n_members; i++)
    if ((schema->members[i].flags & TOCSIN_MEMBER_REQUIRED) != 0 &&
        !json_object_has_member (json, schema->members[i].name))
      return tocsin_http_fail (error, 400, "%s: it is wanted", schema->members[i].name);
  return TRUE;
}

/* --- reading --- */

static JsonNode *
get_node (JsonObject *json, const char *name)
{
  JsonNode *node = json_object_get_member (json, name);

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

const char *
tocsin_json_get_string (JsonObject *json, const char *name)
{
  JsonNode *node = get_node (json, name);

  return node != NULL ? get_text (node) : NULL;
}

gint64
tocsin_json_get_int (JsonObject *json, const char *name, gint64 fallback)
{
  JsonNode *node = get_node (json, name);

  return node != NULL ? json_node_get_int (node) : fallback;
}

gboolean
tocsin_json_get_bool (JsonObject *json, const char *name, gboolean fallback)
{
  JsonNode *node = get_node (json, name);

  return node != NULL ? json_node_get_boolean (node) : fallback;
}

char **
tocsin_json_get_strings (JsonObject *json, const char *name)
{
  JsonNode *node = get_node (json, name);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return NULL;
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    g_strv_builder_add (builder, json_array_get_string_element (array, i));
  return g_strv_builder_end (builder);
}

gint64
tocsin_json_get_time (JsonObject *json, const char *name)
{
  const char *text = tocsin_json_get_string (json, name);
  gint64 at_us = 0;

  if (text != NULL)
    tocsin_time_from_text (text, &at_us, NULL);
  return at_us;
}

/* --- describing --- */

static JsonObject *
make_ref (const char *name)
{
  g_autofree char *path = g_strconcat ("#/components/schemas/", name, NULL);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "$ref", path);
  return object;
}

static void
add_type (JsonObject *object, const char *type, gboolean nullable)
{
  JsonArray *types;

  if (!nullable) {
    json_object_set_string_member (object, "type", type);
    return;
  }
  types = json_array_new ();
  json_array_add_string_element (types, type);
  json_array_add_string_element (types, "null");
  json_object_set_array_member (object, "type", types);
}

static void
add_words (JsonObject *object, const TocsinWords *words, gboolean nullable)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < words->n_words; i++)
    json_array_add_string_element (array, words->words[i]);
  if (nullable)
    json_array_add_null_element (array);
  json_object_set_array_member (object, "enum", array);
}

static JsonObject *
make_items (const TocsinMember *member)
{
  JsonObject *items;

  if (member->kind == TOCSIN_MEMBER_SCHEMAS)
    return make_ref (member->of);
  items = json_object_new ();
  json_object_set_string_member (items, "type", "string");
  if (member->words != NULL)
    add_words (items, member->words, FALSE);
  return items;
}

static JsonObject *
describe_member (const TocsinMember *member)
{
  gboolean nullable = (member->flags & TOCSIN_MEMBER_NULLABLE) != 0;
  JsonObject *object;

  if (member->kind == TOCSIN_MEMBER_SCHEMA)
    return make_ref (member->of);
  object = json_object_new ();
  add_type (object, kinds[member->kind].type, nullable);
  if (kinds[member->kind].format != NULL)
    json_object_set_string_member (object, "format", kinds[member->kind].format);
  if (member->kind == TOCSIN_MEMBER_STRINGS || member->kind == TOCSIN_MEMBER_IDS ||
      member->kind == TOCSIN_MEMBER_SCHEMAS)
    json_object_set_object_member (object, "items", make_items (member));
  else if (member->words != NULL)
    add_words (object, member->words, nullable);
  if (member->help != NULL)
    json_object_set_string_member (object, "description", member->help);
  return object;
}

static gboolean
is_always_there (const TocsinSchema *schema, const TocsinMember *member)
{
  return schema->is_request ? (member->flags & TOCSIN_MEMBER_REQUIRED) != 0
                            : (member->flags & TOCSIN_MEMBER_MAYBE) == 0;
}

static void
describe_members (const TocsinSchema *schema, JsonObject *object)
{
  JsonObject *properties = json_object_new ();
  JsonArray *required = json_array_new ();

  for (guint i = 0; i < schema->n_members; i++) {
    const TocsinMember *member = &schema->members[i];

    json_object_set_object_member (properties, member->name, describe_member (member));
    if (is_always_there (schema, member))
      json_array_add_string_element (required, member->name);
  }
  json_object_set_object_member (object, "properties", properties);
  json_object_set_array_member (object, "required", required);
  json_object_set_boolean_member (object, "additionalProperties", schema->is_open);
}

/* --- models --- */

static const struct {
  const char *type, *suffix;
} field_kinds[] = {
  [TOCSIN_FIELD_STRING] = { "string", "" },     [TOCSIN_FIELD_BYTES] = { "string", "" },
  [TOCSIN_FIELD_WORD] = { "string", "" },       [TOCSIN_FIELD_BOOL] = { "boolean", "" },
  [TOCSIN_FIELD_INT] = { "integer", "" },       [TOCSIN_FIELD_REAL] = { "number", "" },
  [TOCSIN_FIELD_TIME] = { "string", "" },       [TOCSIN_FIELD_SPAN] = { "number", "_s" },
  [TOCSIN_FIELD_SPAN_MS] = { "number", "_ms" }, [TOCSIN_FIELD_SPANS_MS] = { "object", "_ms" },
  [TOCSIN_FIELD_REALS] = { "object", "" },      [TOCSIN_FIELD_STRINGS] = { "array", "" },
  [TOCSIN_FIELD_OBJECT] = { "object", "" },     [TOCSIN_FIELD_OBJECTS] = { "array", "" },
};

static void
describe_model (const TocsinSchema *schema, JsonObject *object)
{
  const TocsinFields *fields = schema->fields;
  JsonObject *properties = json_object_new ();

  for (guint i = 0; i < fields->n_rows; i++) {
    const TocsinField *field = &fields->rows[i];
    g_autofree char *name = g_strconcat (field->name, field_kinds[field->kind].suffix, NULL);
    JsonObject *property = json_object_new ();

    add_type (property, field_kinds[field->kind].type, TRUE);
    if (field->kind == TOCSIN_FIELD_WORD)
      add_words (property, field->words, TRUE);
    if (field->kind == TOCSIN_FIELD_TIME)
      json_object_set_string_member (property, "format", "date-time");
    if (field->help != NULL)
      json_object_set_string_member (property, "description", field->help);
    json_object_set_object_member (properties, name, property);
  }
  for (guint i = 0; i < schema->n_members; i++)
    json_object_set_object_member (properties, schema->members[i].name,
                                   describe_member (&schema->members[i]));
  json_object_set_object_member (object, "properties", properties);
}

JsonNode *
tocsin_schema_describe (const TocsinSchema *schema)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_node_take_object (node, object);
  json_object_set_string_member (object, "type", "object");
  if (schema->fields != NULL)
    describe_model (schema, object);
  else
    describe_members (schema, object);
  return node;
}
