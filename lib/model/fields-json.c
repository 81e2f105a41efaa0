/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "fields-json"

#include "config.h"

#include <math.h>
#include <string.h>

#include "errors.h"
#include "fields-private.h"

/* A double still tells each microsecond of it: 31 years. */
#define SPAN_MOST_US 1e15

#define AT(type, object, field) (*TOCSIN_FIELD_AT (type, object, field))

gboolean
tocsin_field_is_written (const TocsinField *field, guint flags)
{
  gboolean secret = (field->flags & TOCSIN_FIELD_SECRET) != 0;

  if ((flags & TOCSIN_FIELDS_ONLY_SECRETS) != 0)
    return secret;
  return !secret || (flags & TOCSIN_FIELDS_WITH_SECRETS) != 0;
}

gboolean
tocsin_field_wants (const TocsinField *field, const char *what, GError **error)
{
  return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: %s is wanted", field->name, what);
}

static char *
json_name (const TocsinField *field)
{
  switch ((guint) field->kind) {
  case TOCSIN_FIELD_SPAN:
    return g_strconcat (field->name, "_s", NULL);
  case TOCSIN_FIELD_SPAN_MS:
  case TOCSIN_FIELD_SPANS_MS:
    return g_strconcat (field->name, "_ms", NULL);
  default:
    return g_strdup (field->name);
  }
}

/* Whole numbers stay whole: 60, not 60.0. */
static JsonNode *
number_node (double value)
{
  JsonNode *node = json_node_alloc ();

  if (value == floor (value) && fabs (value) < 9e15)
    return json_node_init_int (node, (gint64) value);
  return json_node_init_double (node, value);
}

static JsonNode *
string_node (const char *text)
{
  return json_node_init_string (json_node_alloc (), text);
}

static JsonNode *
bytes_node (GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autoptr (JsonObject) object = NULL;
  g_autofree char *text = NULL;

  if (size == 0)
    return string_node ("");
  if (g_utf8_validate_len (data, size, NULL)) {
    text = g_strndup (data, size);
    return string_node (text);
  }
  text = g_base64_encode ((const guchar *) data, size);
  object = json_object_new ();
  json_object_set_string_member (object, "base64", text);
  return json_node_init_object (json_node_alloc (), object);
}

static JsonNode *
strings_node (char *const *strings)
{
  g_autoptr (JsonArray) array = json_array_new ();

  for (guint i = 0; strings[i] != NULL; i++)
    json_array_add_string_element (array, strings[i]);
  return json_node_init_array (json_node_alloc (), array);
}

static JsonNode *
spans_node (const gint64 *spans, const TocsinWords *words)
{
  g_autoptr (JsonObject) json = json_object_new ();

  for (guint i = 0; i < words->n_words; i++)
    if (spans[i] >= 0)
      json_object_set_member (json, words->words[i],
                              number_node ((double) spans[i] / (double) TOCSIN_US_PER_MS));
  return json_node_init_object (json_node_alloc (), json);
}

static JsonNode *
reals_node (const double *reals, const TocsinWords *words)
{
  g_autoptr (JsonObject) json = json_object_new ();

  for (guint i = 0; i < words->n_words; i++)
    if (isnan (reals[i]))
      json_object_set_null_member (json, words->words[i]);
    else
      json_object_set_member (json, words->words[i], number_node (reals[i]));
  return json_node_init_object (json_node_alloc (), json);
}

static JsonNode *
object_node (const TocsinFields *table, gconstpointer object, guint flags)
{
  g_autoptr (JsonObject) json = tocsin_fields_to_json (table, object, flags);

  return json_node_init_object (json_node_alloc (), json);
}

static JsonNode *
objects_node (const TocsinFields *table, const GPtrArray *objects, guint flags)
{
  g_autoptr (JsonArray) array = json_array_new ();

  for (guint i = 0; i < objects->len; i++)
    json_array_add_element (array, object_node (table, objects->pdata[i], flags));
  return json_node_init_array (json_node_alloc (), array);
}

static JsonNode *
member_node (gconstpointer object, const TocsinField *field, guint flags)
{
  g_autofree char *text = NULL;

  switch (field->kind) {
  case TOCSIN_FIELD_STRING:
    return string_node (AT (char *, object, field));
  case TOCSIN_FIELD_BYTES:
    return bytes_node (AT (GBytes *, object, field));
  case TOCSIN_FIELD_WORD:
    return string_node (tocsin_words_get (field->words, AT (guint, object, field)));
  case TOCSIN_FIELD_BOOL:
    return json_node_init_boolean (json_node_alloc (), AT (gboolean, object, field));
  case TOCSIN_FIELD_INT:
    return json_node_init_int (json_node_alloc (), AT (gint64, object, field));
  case TOCSIN_FIELD_REAL:
    return number_node (AT (double, object, field));
  case TOCSIN_FIELD_TIME:
    text = tocsin_time_to_text (AT (gint64, object, field));
    return string_node (text);
  case TOCSIN_FIELD_SPAN:
    return number_node ((double) AT (gint64, object, field) / (double) TOCSIN_US_PER_S);
  case TOCSIN_FIELD_SPAN_MS:
    return number_node ((double) AT (gint64, object, field) / (double) TOCSIN_US_PER_MS);
  case TOCSIN_FIELD_SPANS_MS:
    return spans_node (TOCSIN_FIELD_AT (gint64, object, field), field->words);
  case TOCSIN_FIELD_REALS:
    return reals_node (TOCSIN_FIELD_AT (double, object, field), field->words);
  case TOCSIN_FIELD_STRINGS:
    return strings_node (AT (char **, object, field));
  case TOCSIN_FIELD_OBJECT:
    return object_node (field->table, AT (gpointer, object, field), flags);
  case TOCSIN_FIELD_OBJECTS:
    return objects_node (field->table, AT (GPtrArray *, object, field), flags);
  }
  g_assert_not_reached ();
}

static JsonNode *
unset_node (const TocsinField *field)
{
  g_autoptr (JsonArray) empty = NULL;

  if (field->kind == TOCSIN_FIELD_STRINGS || field->kind == TOCSIN_FIELD_OBJECTS) {
    empty = json_array_new ();
    return json_node_init_array (json_node_alloc (), empty);
  }
  return json_node_init_null (json_node_alloc ());
}

static void
add_unknown (const TocsinFields *fields, gconstpointer object, JsonObject *json)
{
  JsonObject *unknown =
      *(JsonObject *const *) (gconstpointer) ((const guint8 *) object + fields->unknown_offset);
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (unknown == NULL)
    return;
  json_object_iter_init_ordered (&iter, unknown);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    json_object_set_member (json, name, json_node_copy (node));
}

JsonObject *
tocsin_fields_to_json (const TocsinFields *fields, gconstpointer object, guint flags)
{
  g_autoptr (JsonObject) json = json_object_new ();

  g_return_val_if_fail (fields != NULL, NULL);
  g_return_val_if_fail (object != NULL, NULL);

  for (guint i = 0; i < fields->n_rows; i++) {
    const TocsinField *field = &fields->rows[i];
    g_autofree char *name = NULL;

    if (!tocsin_fields_is_live (fields, object, field) || !tocsin_field_is_written (field, flags))
      continue;
    name = json_name (field);
    if (tocsin_field_is_set (object, field))
      json_object_set_member (json, name, member_node (object, field, flags));
    else if ((field->flags & TOCSIN_FIELD_NULLABLE) != 0)
      json_object_set_member (json, name, unset_node (field));
  }
  if (fields->unknown_offset >= 0 && (flags & TOCSIN_FIELDS_ONLY_SECRETS) == 0)
    add_unknown (fields, object, json);
  return g_steal_pointer (&json);
}

static gboolean
node_is (JsonNode *node, GType type)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

static gboolean
read_number (JsonNode *node, double *value)
{
  if (node_is (node, G_TYPE_INT64))
    *value = (double) json_node_get_int (node);
  else if (node_is (node, G_TYPE_DOUBLE))
    *value = json_node_get_double (node);
  else
    return FALSE;
  return isfinite (*value);
}

static gboolean
read_span (gpointer object, const TocsinField *field, JsonNode *node, double unit, GError **error)
{
  double value;

  if (!read_number (node, &value) || value < 0 || value * unit > SPAN_MOST_US)
    return tocsin_field_wants (field, "a number, 0 or more,", error);
  AT (gint64, object, field) = (gint64) llround (value * unit);
  return TRUE;
}

/* The numbers of an object by word, into `numbers`, which the caller has made NAN. */
static gboolean
read_numbers (const TocsinField *field, JsonNode *node, double *numbers, GError **error)
{
  JsonObject *json;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return tocsin_field_wants (field, "an object of numbers", error);
  json = json_node_get_object (node);
  for (guint i = 0; i < field->words->n_words; i++) {
    JsonNode *number = json_object_get_member (json, field->words->words[i]);

    if (number == NULL || JSON_NODE_HOLDS_NULL (number))
      continue;
    if (!read_number (number, &numbers[i]) || fabs (numbers[i]) > 9e15)
      return tocsin_field_wants (field, "an object of numbers", error);
  }
  return TRUE;
}

static gboolean
read_spans (gpointer object, const TocsinField *field, JsonNode *node, GError **error)
{
  g_autofree double *numbers = g_new (double, field->words->n_words);
  gint64 *spans = TOCSIN_FIELD_AT (gint64, object, field);

  for (guint i = 0; i < field->words->n_words; i++)
    numbers[i] = NAN;
  if (!read_numbers (field, node, numbers, error))
    return FALSE;
  for (guint i = 0; i < field->words->n_words; i++) {
    if (isnan (numbers[i]))
      continue;
    if (numbers[i] < 0 || numbers[i] * (double) TOCSIN_US_PER_MS > SPAN_MOST_US)
      return tocsin_field_wants (field, "an object of numbers, 0 or more,", error);
    spans[i] = (gint64) llround (numbers[i] * (double) TOCSIN_US_PER_MS);
  }
  return TRUE;
}

static gboolean
read_bytes (gpointer object, const TocsinField *field, JsonNode *node, GError **error)
{
  const char *text = NULL;

  if (node_is (node, G_TYPE_STRING)) {
    text = json_node_get_string (node);
    AT (GBytes *, object, field) = g_bytes_new (text, strlen (text));
    return TRUE;
  }
  if (JSON_NODE_HOLDS_OBJECT (node)) {
    JsonNode *inner = json_object_get_member (json_node_get_object (node), "base64");

    if (inner != NULL && node_is (inner, G_TYPE_STRING)) {
      gsize size;
      guchar *data = g_base64_decode (json_node_get_string (inner), &size);

      AT (GBytes *, object, field) = g_bytes_new_take (data, size);
      return TRUE;
    }
  }
  return tocsin_field_wants (field, "a string, or {\"base64\": …}", error);
}

static gboolean
read_strings (gpointer object, const TocsinField *field, JsonNode *node, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return tocsin_field_wants (field, "an array of strings", error);
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *item = json_array_get_element (array, i);

    if (!node_is (item, G_TYPE_STRING))
      return tocsin_field_wants (field, "an array of strings", error);
    g_strv_builder_add (builder, json_node_get_string (item));
  }
  AT (char **, object, field) = g_strv_builder_end (builder);
  return TRUE;
}

/* A new object of the field's table; NULL with an error that names the path. */
static gpointer
read_object (const TocsinField *field, JsonNode *node, guint flags, GError **error)
{
  gpointer inner;

  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    tocsin_field_wants (field, "an object", error);
    return NULL;
  }
  inner = tocsin_fields_new (field->table);
  if (tocsin_fields_from_json (field->table, inner, json_node_get_object (node), flags, error))
    return inner;
  g_prefix_error (error, "%s: ", field->name);
  tocsin_fields_free (field->table, inner);
  return NULL;
}

static gboolean
read_objects (gpointer object, const TocsinField *field, JsonNode *node, guint flags,
              GError **error)
{
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return tocsin_field_wants (field, "an array of objects", error);
  array = json_node_get_array (node);
  AT (GPtrArray *, object, field) = g_ptr_array_new ();
  for (guint i = 0; i < json_array_get_length (array); i++) {
    gpointer inner = read_object (field, json_array_get_element (array, i), flags, error);

    if (inner == NULL)
      return FALSE;
    g_ptr_array_add (AT (GPtrArray *, object, field), inner);
  }
  return TRUE;
}

static gboolean
read_word (gpointer object, const TocsinField *field, JsonNode *node, GError **error)
{
  if (!node_is (node, G_TYPE_STRING))
    return tocsin_field_wants (field, "a string", error);
  if (tocsin_words_find (field->words, json_node_get_string (node),
                         TOCSIN_FIELD_AT (guint, object, field), error))
    return TRUE;
  g_prefix_error (error, "%s: ", field->name);
  return FALSE;
}

static gboolean
read_time (gpointer object, const TocsinField *field, JsonNode *node, GError **error)
{
  if (!node_is (node, G_TYPE_STRING))
    return tocsin_field_wants (field, "a time as a string, RFC 3339,", error);
  if (tocsin_time_from_text (json_node_get_string (node), TOCSIN_FIELD_AT (gint64, object, field),
                             error))
    return TRUE;
  g_prefix_error (error, "%s: ", field->name);
  return FALSE;
}

static gboolean
read_member (gpointer object, const TocsinField *field, JsonNode *node, guint flags, GError **error)
{
  switch (field->kind) {
  case TOCSIN_FIELD_STRING:
    if (!node_is (node, G_TYPE_STRING))
      return tocsin_field_wants (field, "a string", error);
    AT (char *, object, field) = g_strdup (json_node_get_string (node));
    return TRUE;
  case TOCSIN_FIELD_BYTES:
    return read_bytes (object, field, node, error);
  case TOCSIN_FIELD_WORD:
    return read_word (object, field, node, error);
  case TOCSIN_FIELD_BOOL:
    if (!node_is (node, G_TYPE_BOOLEAN))
      return tocsin_field_wants (field, "true or false", error);
    AT (gboolean, object, field) = json_node_get_boolean (node);
    return TRUE;
  case TOCSIN_FIELD_INT:
    if (!node_is (node, G_TYPE_INT64))
      return tocsin_field_wants (field, "a whole number", error);
    AT (gint64, object, field) = json_node_get_int (node);
    return TRUE;
  case TOCSIN_FIELD_REAL:
    return read_number (node, TOCSIN_FIELD_AT (double, object, field)) ||
           tocsin_field_wants (field, "a number", error);
  case TOCSIN_FIELD_TIME:
    return read_time (object, field, node, error);
  case TOCSIN_FIELD_SPAN:
    return read_span (object, field, node, (double) TOCSIN_US_PER_S, error);
  case TOCSIN_FIELD_SPAN_MS:
    return read_span (object, field, node, (double) TOCSIN_US_PER_MS, error);
  case TOCSIN_FIELD_SPANS_MS:
    return read_spans (object, field, node, error);
  case TOCSIN_FIELD_REALS:
    return read_numbers (field, node, TOCSIN_FIELD_AT (double, object, field), error);
  case TOCSIN_FIELD_STRINGS:
    return read_strings (object, field, node, error);
  case TOCSIN_FIELD_OBJECT:
    AT (gpointer, object, field) = read_object (field, node, flags, error);
    return AT (gpointer, object, field) != NULL;
  case TOCSIN_FIELD_OBJECTS:
    return read_objects (object, field, node, flags, error);
  }
  g_assert_not_reached ();
}

static void
keep_unknown (const TocsinFields *fields, gpointer object, const char *name, JsonNode *node)
{
  JsonObject **unknown;
  JsonObject *extended;

  if (fields->unknown_offset < 0)
    return;
  unknown = (JsonObject **) (gpointer) ((guint8 *) object + fields->unknown_offset);
  extended = json_object_new (); /* copies of an object share `unknown`: never change it in place */
  add_unknown (fields, object, extended);
  if (JSON_NODE_HOLDS_NULL (node))
    json_object_remove_member (extended, name);
  else
    json_object_set_member (extended, name, json_node_copy (node));
  g_clear_pointer (unknown, json_object_unref);
  if (json_object_get_size (extended) > 0)
    *unknown = extended;
  else
    json_object_unref (extended);
}

/* The selector first: which other members there are depends on it. */
static gboolean
read_selector (const TocsinFields *fields, gpointer object, JsonObject *json, GError **error)
{
  for (guint i = 0; i < fields->n_rows; i++) {
    const TocsinField *field = &fields->rows[i];

    if ((gssize) field->offset == fields->selector_offset &&
        json_object_has_member (json, field->name))
      return read_member (object, field, json_object_get_member (json, field->name), 0, error);
  }
  return TRUE;
}

/* A member of another kind is a mistake, and not a newer version's: a password that was kept as
 * unknown would be exported in plain. */
static gboolean
is_known_elsewhere (const TocsinFields *fields, const char *name)
{
  for (guint i = 0; i < fields->n_rows; i++) {
    g_autofree char *known = json_name (&fields->rows[i]);

    if (strcmp (known, name) == 0 || strcmp (fields->rows[i].name, name) == 0)
      return TRUE;
  }
  return FALSE;
}

gboolean
tocsin_fields_from_json (const TocsinFields *fields, gpointer object, JsonObject *json, guint flags,
                         GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  g_return_val_if_fail (fields != NULL, FALSE);
  g_return_val_if_fail (object != NULL, FALSE);
  g_return_val_if_fail (json != NULL, FALSE);

  if ((flags & TOCSIN_FIELDS_EDIT) == 0 && !read_selector (fields, object, json, error))
    return FALSE;
  json_object_iter_init_ordered (&iter, json);
  while (json_object_iter_next_ordered (&iter, &name, &node)) {
    const TocsinField *field = tocsin_fields_find (fields, object, name);

    if (field == NULL && is_known_elsewhere (fields, name))
      return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: a %s of this kind has no such member",
                          name, fields->what);
    if (field == NULL) {
      keep_unknown (fields, object, name, node);
      continue;
    }
    if ((flags & TOCSIN_FIELDS_EDIT) != 0 && (field->flags & TOCSIN_FIELD_FIXED) != 0)
      return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: can’t be changed", name);
    tocsin_field_clear (object, field);
    if (JSON_NODE_HOLDS_NULL (node))
      tocsin_field_set_default (object, field);
    else if (!read_member (object, field, node, flags, error))
      return FALSE;
  }
  return TRUE;
}
