/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "jsontext"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "jsontext.h"

/* Counts brackets outside of strings; what is not well formed otherwise the parser finds. */
static gboolean
is_shallow (const char *text)
{
  gboolean in_string = FALSE;
  int depth = 0;

  for (const char *at = text; *at != '\0'; at++) {
    if (in_string) {
      if (*at == '\\' && at[1] != '\0')
        at++;
      else if (*at == '"')
        in_string = FALSE;
    } else if (*at == '"') {
      in_string = TRUE;
    } else if (*at == '{' || *at == '[') {
      if (++depth > TOCSIN_JSON_DEPTH)
        return FALSE;
    } else if (*at == '}' || *at == ']') {
      depth--;
    }
  }
  return TRUE;
}

JsonObject *
tocsin_json_parse_object (const char *text, gsize most_bytes, GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) problem = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  if (strlen (text) > most_bytes) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID,
                 "more than %" G_GSIZE_FORMAT " bytes of JSON, the most that is read", most_bytes);
    return NULL;
  }
  if (!g_utf8_validate (text, -1, NULL) || !is_shallow (text)) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID, "no JSON: not UTF-8, or more than %d levels deep",
                 TOCSIN_JSON_DEPTH);
    return NULL;
  }
  node = json_from_string (text, &problem);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    return json_node_dup_object (node);
  tocsin_fail (error, TOCSIN_ERROR_INVALID, "no JSON object: %s",
               problem != NULL ? problem->message : "something else");
  return NULL;
}

static void
print_real (GString *to, double value)
{
  static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_ascii_formatd (text, sizeof text, formats[i], value);
    if (!(g_ascii_strtod (text, NULL) < value) && !(g_ascii_strtod (text, NULL) > value))
      break;
  }
  g_string_append (to, text);
}

static void
print_string (GString *to, const char *text)
{
  g_string_append_c (to, '"');
  for (; *text != '\0'; text++) {
    guchar c = (guchar) *text;

    if (c == '"' || c == '\\')
      g_string_append_printf (to, "\\%c", c);
    else if (c == '\n')
      g_string_append (to, "\\n");
    else if (c < 0x20 || c == 0x7f)
      g_string_append_printf (to, "\\u%04x", c);
    else
      g_string_append_c (to, (char) c);
  }
  g_string_append_c (to, '"');
}

static void print_node (GString *to, JsonNode *node, guint level);

static void
begin_line (GString *to, guint level, gboolean first)
{
  g_string_append_printf (to, "%s\n%*s", first ? "" : ",", (int) (2 * level), "");
}

static void
print_array (GString *to, JsonArray *array, guint level)
{
  guint n = json_array_get_length (array);

  g_string_append_c (to, '[');
  for (guint i = 0; i < n; i++) {
    begin_line (to, level + 1, i == 0);
    print_node (to, json_array_get_element (array, i), level + 1);
  }
  if (n > 0)
    begin_line (to, level, TRUE);
  g_string_append_c (to, ']');
}

static void
print_object (GString *to, JsonObject *object, guint level)
{
  JsonObjectIter iter;
  gboolean first = TRUE;
  const char *name;
  JsonNode *node;

  g_string_append_c (to, '{');
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &node)) {
    begin_line (to, level + 1, first);
    print_string (to, name);
    g_string_append (to, ": ");
    print_node (to, node, level + 1);
    first = FALSE;
  }
  if (!first)
    begin_line (to, level, TRUE);
  g_string_append_c (to, '}');
}

static void
print_value (GString *to, JsonNode *node)
{
  switch (json_node_get_value_type (node)) {
  case G_TYPE_BOOLEAN:
    g_string_append (to, json_node_get_boolean (node) ? "true" : "false");
    break;
  case G_TYPE_INT64:
    g_string_append_printf (to, "%" G_GINT64_FORMAT, json_node_get_int (node));
    break;
  case G_TYPE_DOUBLE:
    print_real (to, json_node_get_double (node));
    break;
  default:
    print_string (to, json_node_get_string (node));
    break;
  }
}

static void
print_node (GString *to, JsonNode *node, guint level)
{
  switch (json_node_get_node_type (node)) {
  case JSON_NODE_OBJECT:
    print_object (to, json_node_get_object (node), level);
    break;
  case JSON_NODE_ARRAY:
    print_array (to, json_node_get_array (node), level);
    break;
  case JSON_NODE_VALUE:
    print_value (to, node);
    break;
  case JSON_NODE_NULL:
    g_string_append (to, "null");
    break;
  }
}

char *
tocsin_json_print (JsonNode *node)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (node != NULL, NULL);

  print_node (text, node, 0);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
