/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-json-schema"

#include "config.h"

#include <string.h>

#include "test-json-schema.h"

static char *
fail (const char *where, const char *what)
{
  return g_strdup_printf ("%s: %s", *where != '\0' ? where : "(top)", what);
}

static const char *
get_type (JsonNode *node)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    return "object";
  if (JSON_NODE_HOLDS_ARRAY (node))
    return "array";
  if (JSON_NODE_HOLDS_NULL (node))
    return "null";
  switch (json_node_get_value_type (node)) {
  case G_TYPE_STRING:
    return "string";
  case G_TYPE_BOOLEAN:
    return "boolean";
  case G_TYPE_INT64:
    return "integer";
  default:
    return "number";
  }
}

static gboolean
is_of_type (const char *type, const char *wanted)
{
  return strcmp (type, wanted) == 0 ||
         (strcmp (wanted, "number") == 0 && strcmp (type, "integer") == 0);
}

static gboolean
has_type (JsonNode *types, JsonNode *node)
{
  const char *type = get_type (node);
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (types))
    return is_of_type (type, json_node_get_string (types));
  array = json_node_get_array (types);
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (is_of_type (type, json_array_get_string_element (array, i)))
      return TRUE;
  return FALSE;
}

static gboolean
is_one_of (JsonArray *words, JsonNode *node)
{
  for (guint i = 0; i < json_array_get_length (words); i++)
    if (json_node_equal (json_array_get_element (words, i), node))
      return TRUE;
  return FALSE;
}

static gboolean
has_format (const char *format, JsonNode *node)
{
  const char *text =
      json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;

  if (text == NULL)
    return TRUE; /* a format is of strings */
  if (strcmp (format, "uuid") == 0)
    return g_uuid_string_is_valid (text);
  if (strcmp (format, "date-time") == 0) {
    g_autoptr (GDateTime) at = g_date_time_new_from_iso8601 (text, NULL);

    return at != NULL;
  }
  g_error ("the format %s is not known to this test", format);
}

static char *check (JsonObject *document, JsonObject *schema, JsonNode *node, const char *where);

static char *
check_members (JsonObject *document, JsonObject *schema, JsonObject *object, const char *where)
{
  JsonObject *properties = json_object_has_member (schema, "properties")
                               ? json_object_get_object_member (schema, "properties")
                               : NULL;
  gboolean is_closed = json_object_has_member (schema, "additionalProperties");
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &name, &node)) {
    g_autofree char *there = g_strconcat (where, "/", name, NULL);
    char *problem = NULL;

    if (properties != NULL && json_object_has_member (properties, name))
      problem = check (document, json_object_get_object_member (properties, name), node, there);
    else if (is_closed)
      problem = fail (there, "it is not in the schema");
    if (problem != NULL)
      return problem;
  }
  return NULL;
}

static char *
check_required (JsonArray *required, JsonObject *object, const char *where)
{
  for (guint i = 0; i < json_array_get_length (required); i++)
    if (!json_object_has_member (object, json_array_get_string_element (required, i)))
      return fail (where, json_array_get_string_element (required, i));
  return NULL;
}

static char *
check_object (JsonObject *document, JsonObject *schema, JsonObject *object, const char *where)
{
  char *problem =
      json_object_has_member (schema, "required")
          ? check_required (json_object_get_array_member (schema, "required"), object, where)
          : NULL;

  return problem != NULL ? problem : check_members (document, schema, object, where);
}

static char *
check_items (JsonObject *document, JsonObject *items, JsonArray *array, const char *where)
{
  for (guint i = 0; i < json_array_get_length (array); i++) {
    g_autofree char *there = g_strdup_printf ("%s/%u", where, i);
    char *problem = check (document, items, json_array_get_element (array, i), there);

    if (problem != NULL)
      return problem;
  }
  return NULL;
}

static void
check_words_are_known (JsonObject *schema)
{
  static const char *const words[] = { "type",  "enum",        "properties", "required",
                                       "items", "description", "format",     "additionalProperties",
                                       NULL };
  g_autoptr (GList) names = json_object_get_members (schema);

  for (GList *at = names; at != NULL; at = at->next)
    if (!g_strv_contains (words, at->data))
      g_error ("the word %s is not known to this test", (char *) at->data);
}

static JsonObject *
follow (JsonObject *document, const char *reference)
{
  const char *name = strrchr (reference, '/') + 1;
  JsonObject *components = json_object_get_object_member (document, "components");
  JsonObject *schemas = json_object_get_object_member (components, "schemas");

  g_assert_true (g_str_has_prefix (reference, "#/components/schemas/"));
  g_assert_true (json_object_has_member (schemas, name));
  return json_object_get_object_member (schemas, name);
}

static char *
check (JsonObject *document, JsonObject *schema, JsonNode *node, const char *where)
{
  if (json_object_has_member (schema, "$ref"))
    return check (document, follow (document, json_object_get_string_member (schema, "$ref")), node,
                  where);
  check_words_are_known (schema);
  if (json_object_has_member (schema, "type") &&
      !has_type (json_object_get_member (schema, "type"), node))
    return fail (where, "it has another type");
  if (json_object_has_member (schema, "enum") &&
      !is_one_of (json_object_get_array_member (schema, "enum"), node))
    return fail (where, "it is none of the words");
  if (JSON_NODE_HOLDS_VALUE (node) && json_object_has_member (schema, "format") &&
      !has_format (json_object_get_string_member (schema, "format"), node))
    return fail (where, "it has another format");
  if (JSON_NODE_HOLDS_OBJECT (node))
    return check_object (document, schema, json_node_get_object (node), where);
  if (JSON_NODE_HOLDS_ARRAY (node) && json_object_has_member (schema, "items"))
    return check_items (document, json_object_get_object_member (schema, "items"),
                        json_node_get_array (node), where);
  return NULL;
}

char *
tocsin_test_json_schema_check (JsonObject *document, JsonObject *schema, JsonNode *node)
{
  return check (document, schema, node, "");
}

/* --- operations --- */

static gboolean
matches (const char *template_, const char *path)
{
  g_auto (GStrv) parts = g_strsplit (template_, "/", -1);
  g_auto (GStrv) segments = g_strsplit (path, "/", -1);

  if (g_strv_length (parts) != g_strv_length (segments))
    return FALSE;
  for (guint i = 0; parts[i] != NULL; i++)
    if (parts[i][0] != '{' && strcmp (parts[i], segments[i]) != 0)
      return FALSE;
  return TRUE;
}

JsonObject *
tocsin_test_openapi_find (JsonObject *document, const char *method, const char *path,
                          const char **template_)
{
  JsonObject *paths = json_object_get_object_member (document, "paths");
  g_autofree char *plain = g_strndup (path, strcspn (path, "?"));
  g_autofree char *lower = g_ascii_strdown (method, -1);
  g_autoptr (GList) names = json_object_get_members (paths);

  for (GList *at = names; at != NULL; at = at->next) {
    JsonObject *item = json_object_get_object_member (paths, at->data);

    if (!matches (at->data, plain) || !json_object_has_member (item, lower))
      continue;
    *template_ = at->data;
    return json_object_get_object_member (item, lower);
  }
  return NULL;
}
