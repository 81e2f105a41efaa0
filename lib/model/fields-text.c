/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "fields-text"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "fields-private.h"

#define AT(type, object, field) (*TOCSIN_FIELD_AT (type, object, field))

static gboolean
read_bool (const char *text, gboolean *value)
{
  static const struct {
    const char *text;
    gboolean value;
  } table[] = {
    { "true", TRUE },   { "yes", TRUE }, { "on", TRUE },   { "1", TRUE },
    { "false", FALSE }, { "no", FALSE }, { "off", FALSE }, { "0", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_ascii_strcasecmp (text, table[i].text) == 0) {
      *value = table[i].value;
      return TRUE;
    }
  return FALSE;
}

/* "a, b" or, where an item has a comma of its own, a JSON array. */
static gboolean
read_strings (gpointer object, const TocsinField *field, const char *text, GError **error)
{
  g_autoptr (GStrvBuilder) builder = NULL;
  g_auto (GStrv) parts = NULL;

  if (text[0] == '[') {
    g_autoptr (JsonNode) node = json_from_string (text, NULL);
    g_autoptr (JsonObject) wrapper = NULL;
    TocsinFields one = {
      .what = "list", .rows = field, .n_rows = 1, .selector_offset = -1, .unknown_offset = -1
    };

    if (node == NULL)
      return tocsin_field_wants (field, "a list such as a,b or [\"a\", \"b\"]", error);
    wrapper = json_object_new ();
    json_object_set_member (wrapper, field->name, g_steal_pointer (&node));
    return tocsin_fields_from_json (&one, object, wrapper, 0, error);
  }
  builder = g_strv_builder_new ();
  parts = g_strsplit (text, ",", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (*g_strstrip (parts[i]) != '\0')
      g_strv_builder_add (builder, parts[i]);
  AT (char **, object, field) = g_strv_builder_end (builder);
  return TRUE;
}

static gboolean
read_span (gpointer object, const TocsinField *field, const char *text, GError **error)
{
  g_autofree char *with_unit = NULL;

  if (field->kind == TOCSIN_FIELD_SPAN_MS && text[strspn (text, "0123456789.")] == '\0' &&
      *text != '\0')
    with_unit = g_strconcat (text, "ms", NULL); /* a bare number has the member's own unit */
  if (tocsin_span_from_text (with_unit != NULL ? with_unit : text,
                             TOCSIN_FIELD_AT (gint64, object, field), error))
    return TRUE;
  g_prefix_error (error, "%s: ", field->name);
  return FALSE;
}

static gboolean
read_real (gpointer object, const TocsinField *field, const char *text, GError **error)
{
  char *end = NULL;
  double value = g_ascii_strtod (text, &end);

  if (end == text || *end != '\0')
    return tocsin_field_wants (field, "a number", error);
  AT (double, object, field) = value;
  return TRUE;
}

static gboolean
read_member (gpointer object, const TocsinField *field, const char *text, GError **error)
{
  switch (field->kind) {
  case TOCSIN_FIELD_STRING:
    AT (char *, object, field) = g_strdup (text);
    return TRUE;
  case TOCSIN_FIELD_BYTES:
    AT (GBytes *, object, field) = g_bytes_new (text, strlen (text));
    return TRUE;
  case TOCSIN_FIELD_WORD:
    if (tocsin_words_find (field->words, text, TOCSIN_FIELD_AT (guint, object, field), error))
      return TRUE;
    g_prefix_error (error, "%s: ", field->name);
    return FALSE;
  case TOCSIN_FIELD_BOOL:
    return read_bool (text, TOCSIN_FIELD_AT (gboolean, object, field)) ||
           tocsin_field_wants (field, "true or false", error);
  case TOCSIN_FIELD_INT:
    return g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64,
                                     TOCSIN_FIELD_AT (gint64, object, field), NULL) ||
           tocsin_field_wants (field, "a whole number", error);
  case TOCSIN_FIELD_REAL:
    return read_real (object, field, text, error);
  case TOCSIN_FIELD_TIME:
    if (tocsin_time_from_text (text, TOCSIN_FIELD_AT (gint64, object, field), error))
      return TRUE;
    g_prefix_error (error, "%s: ", field->name);
    return FALSE;
  case TOCSIN_FIELD_SPAN:
  case TOCSIN_FIELD_SPAN_MS:
    return read_span (object, field, text, error);
  case TOCSIN_FIELD_STRINGS:
    return read_strings (object, field, text, error);
  case TOCSIN_FIELD_SPANS_MS:
  case TOCSIN_FIELD_REALS:
  case TOCSIN_FIELD_OBJECT:
  case TOCSIN_FIELD_OBJECTS:
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: can’t be set from text", field->name);
  }
  g_assert_not_reached ();
}

static char *
list_names (const TocsinFields *fields, gconstpointer object)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < fields->n_rows; i++) {
    const TocsinField *field = &fields->rows[i];

    if (!tocsin_fields_is_live (fields, object, field) ||
        (field->flags & TOCSIN_FIELD_FIXED) != 0 || field->kind >= TOCSIN_FIELD_OBJECT)
      continue;
    g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", field->name);
  }
  return g_string_free (g_steal_pointer (&list), FALSE);
}

gboolean
tocsin_fields_set_text (const TocsinFields *fields, gpointer object, const char *name,
                        const char *text, GError **error)
{
  const TocsinField *field;
  g_autofree char *names = NULL;

  g_return_val_if_fail (fields != NULL, FALSE);
  g_return_val_if_fail (object != NULL, FALSE);
  g_return_val_if_fail (name != NULL && text != NULL, FALSE);

  field = tocsin_fields_find (fields, object, name);
  if (field == NULL) {
    names = list_names (fields, object);
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "%s: a %s of this kind has no such member; one of: %s", name, fields->what,
                        names);
  }
  tocsin_field_clear (object, field);
  if (*text != '\0')
    return read_member (object, field, text, error);
  tocsin_field_set_default (object, field);
  return TRUE;
}
