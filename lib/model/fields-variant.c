/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "fields-variant"

#include "config.h"

#include <math.h>
#include <string.h>

#include "errors.h"
#include "fields-private.h"

#define AT(type, object, field) (*TOCSIN_FIELD_AT (type, object, field))

/* On the bus every span is in microseconds. */
static char *
bus_name (const TocsinField *field)
{
  gboolean in_us = tocsin_field_is_span (field) || field->kind == TOCSIN_FIELD_SPANS_MS;

  return in_us ? g_strconcat (field->name, "_us", NULL) : g_strdup (field->name);
}

static GVariant *
bytes_variant (GBytes *bytes)
{
  return g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE);
}

static GVariant *
spans_variant (const gint64 *spans, const TocsinWords *words)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sx}"));
  for (guint i = 0; i < words->n_words; i++)
    if (spans[i] >= 0)
      g_variant_builder_add (&builder, "{sx}", words->words[i], spans[i]);
  return g_variant_builder_end (&builder);
}

static GVariant *
reals_variant (const double *reals, const TocsinWords *words)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sd}"));
  for (guint i = 0; i < words->n_words; i++)
    if (!isnan (reals[i]))
      g_variant_builder_add (&builder, "{sd}", words->words[i], reals[i]);
  return g_variant_builder_end (&builder);
}

static GVariant *
objects_variant (const TocsinFields *table, const GPtrArray *objects, guint flags)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < objects->len; i++)
    g_variant_builder_add_value (&builder,
                                 tocsin_fields_to_variant (table, objects->pdata[i], flags));
  return g_variant_builder_end (&builder);
}

static GVariant *
member_variant (gconstpointer object, const TocsinField *field, guint flags)
{
  switch (field->kind) {
  case TOCSIN_FIELD_STRING:
    return g_variant_new_string (AT (char *, object, field));
  case TOCSIN_FIELD_BYTES:
    return bytes_variant (AT (GBytes *, object, field));
  case TOCSIN_FIELD_WORD:
    return g_variant_new_string (tocsin_words_get (field->words, AT (guint, object, field)));
  case TOCSIN_FIELD_BOOL:
    return g_variant_new_boolean (AT (gboolean, object, field));
  case TOCSIN_FIELD_INT:
  case TOCSIN_FIELD_TIME:
  case TOCSIN_FIELD_SPAN:
  case TOCSIN_FIELD_SPAN_MS:
    return g_variant_new_int64 (AT (gint64, object, field));
  case TOCSIN_FIELD_REAL:
    return g_variant_new_double (AT (double, object, field));
  case TOCSIN_FIELD_SPANS_MS:
    return spans_variant (TOCSIN_FIELD_AT (gint64, object, field), field->words);
  case TOCSIN_FIELD_REALS:
    return reals_variant (TOCSIN_FIELD_AT (double, object, field), field->words);
  case TOCSIN_FIELD_STRINGS:
    return g_variant_new_strv ((const char *const *) AT (char **, object, field), -1);
  case TOCSIN_FIELD_OBJECT:
    return tocsin_fields_to_variant (field->table, AT (gpointer, object, field), flags);
  case TOCSIN_FIELD_OBJECTS:
    return objects_variant (field->table, AT (GPtrArray *, object, field), flags);
  }
  g_assert_not_reached ();
}

GVariant *
tocsin_fields_to_variant (const TocsinFields *fields, gconstpointer object, guint flags)
{
  GVariantBuilder builder;

  g_return_val_if_fail (fields != NULL, NULL);
  g_return_val_if_fail (object != NULL, NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; i < fields->n_rows; i++) {
    const TocsinField *field = &fields->rows[i];
    g_autofree char *name = NULL;

    if (!tocsin_fields_is_live (fields, object, field) || !tocsin_field_is_written (field, flags) ||
        !tocsin_field_is_set (object, field))
      continue;
    name = bus_name (field);
    g_variant_builder_add (&builder, "{sv}", name, member_variant (object, field, flags));
  }
  return g_variant_builder_end (&builder);
}

static gboolean
read_text (gpointer object, const TocsinField *field, const char *text, GError **error)
{
  if (field->kind == TOCSIN_FIELD_STRING) {
    AT (char *, object, field) = g_strdup (text);
    return TRUE;
  }
  if (tocsin_words_find (field->words, text, TOCSIN_FIELD_AT (guint, object, field), error))
    return TRUE;
  g_prefix_error (error, "%s: ", field->name);
  return FALSE;
}

static gpointer
read_object (const TocsinField *field, GVariant *value, guint flags, GError **error)
{
  gpointer inner = tocsin_fields_new (field->table);

  if (tocsin_fields_from_variant (field->table, inner, value, flags, error))
    return inner;
  g_prefix_error (error, "%s: ", field->name);
  tocsin_fields_free (field->table, inner);
  return NULL;
}

static gboolean
read_objects (gpointer object, const TocsinField *field, GVariant *value, guint flags,
              GError **error)
{
  AT (GPtrArray *, object, field) = g_ptr_array_new ();
  for (gsize i = 0; i < g_variant_n_children (value); i++) {
    g_autoptr (GVariant) child = g_variant_get_child_value (value, i);
    gpointer inner = read_object (field, child, flags, error);

    if (inner == NULL)
      return FALSE;
    g_ptr_array_add (AT (GPtrArray *, object, field), inner);
  }
  return TRUE;
}

static const char *
wanted_type (const TocsinField *field)
{
  switch (field->kind) {
  case TOCSIN_FIELD_STRING:
  case TOCSIN_FIELD_WORD:
    return "s";
  case TOCSIN_FIELD_BYTES:
    return "ay";
  case TOCSIN_FIELD_BOOL:
    return "b";
  case TOCSIN_FIELD_INT:
  case TOCSIN_FIELD_TIME:
  case TOCSIN_FIELD_SPAN:
  case TOCSIN_FIELD_SPAN_MS:
    return "x";
  case TOCSIN_FIELD_REAL:
    return "d";
  case TOCSIN_FIELD_SPANS_MS:
    return "a{sx}";
  case TOCSIN_FIELD_REALS:
    return "a{sd}";
  case TOCSIN_FIELD_STRINGS:
    return "as";
  case TOCSIN_FIELD_OBJECT:
    return "a{sv}";
  case TOCSIN_FIELD_OBJECTS:
    return "aa{sv}";
  }
  g_assert_not_reached ();
}

static gboolean
read_member (gpointer object, const TocsinField *field, GVariant *value, guint flags,
             GError **error)
{
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE (wanted_type (field))))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: type %s is wanted, not %s", field->name,
                        wanted_type (field), g_variant_get_type_string (value));

  switch (field->kind) {
  case TOCSIN_FIELD_STRING:
  case TOCSIN_FIELD_WORD:
    return read_text (object, field, g_variant_get_string (value, NULL), error);
  case TOCSIN_FIELD_BYTES:
    AT (GBytes *, object, field) = g_variant_get_data_as_bytes (value);
    return TRUE;
  case TOCSIN_FIELD_BOOL:
    AT (gboolean, object, field) = g_variant_get_boolean (value);
    return TRUE;
  case TOCSIN_FIELD_INT:
  case TOCSIN_FIELD_TIME:
    AT (gint64, object, field) = g_variant_get_int64 (value);
    return TRUE;
  case TOCSIN_FIELD_SPAN:
  case TOCSIN_FIELD_SPAN_MS:
    if (g_variant_get_int64 (value) >= 0)
      AT (gint64, object, field) = g_variant_get_int64 (value);
    else /* the bus has no null: this unsets */
      tocsin_field_set_default (object, field);
    return TRUE;
  case TOCSIN_FIELD_REAL:
    AT (double, object, field) = g_variant_get_double (value);
    return TRUE;
  case TOCSIN_FIELD_SPANS_MS:
    for (guint i = 0; i < field->words->n_words; i++)
      g_variant_lookup (value, field->words->words[i], "x",
                        &TOCSIN_FIELD_AT (gint64, object, field)[i]);
    return TRUE;
  case TOCSIN_FIELD_REALS:
    for (guint i = 0; i < field->words->n_words; i++)
      g_variant_lookup (value, field->words->words[i], "d",
                        &TOCSIN_FIELD_AT (double, object, field)[i]);
    return TRUE;
  case TOCSIN_FIELD_STRINGS:
    AT (char **, object, field) = g_variant_dup_strv (value, NULL);
    return TRUE;
  case TOCSIN_FIELD_OBJECT:
    AT (gpointer, object, field) = read_object (field, value, flags, error);
    return AT (gpointer, object, field) != NULL;
  case TOCSIN_FIELD_OBJECTS:
    return read_objects (object, field, value, flags, error);
  }
  g_assert_not_reached ();
}

static const TocsinField *
find_by_bus_name (const TocsinFields *fields, gconstpointer object, const char *name)
{
  g_autofree char *stem = NULL;
  const TocsinField *field;

  if (!g_str_has_suffix (name, "_us"))
    return tocsin_fields_find (fields, object, name);
  stem = g_strndup (name, strlen (name) - strlen ("_us"));
  field = tocsin_fields_find (fields, object, stem);
  return field != NULL && (tocsin_field_is_span (field) || field->kind == TOCSIN_FIELD_SPANS_MS)
             ? field
             : NULL;
}

gboolean
tocsin_fields_from_variant (const TocsinFields *fields, gpointer object, GVariant *variant,
                            guint flags, GError **error)
{
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_return_val_if_fail (fields != NULL, FALSE);
  g_return_val_if_fail (object != NULL, FALSE);
  g_return_val_if_fail (variant != NULL, FALSE);
  g_return_val_if_fail (g_variant_is_of_type (variant, G_VARIANT_TYPE_VARDICT), FALSE);

  if ((flags & TOCSIN_FIELDS_EDIT) == 0)
    for (guint i = 0; i < fields->n_rows; i++) {
      g_autoptr (GVariant) selector = NULL;

      if ((gssize) fields->rows[i].offset != fields->selector_offset)
        continue;
      selector = g_variant_lookup_value (variant, fields->rows[i].name, NULL);
      if (selector != NULL && !read_member (object, &fields->rows[i], selector, flags, error))
        return FALSE;
    }

  g_variant_iter_init (&iter, variant);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value)) {
    const TocsinField *field = find_by_bus_name (fields, object, name);
    gboolean ok;

    if (field == NULL)
      ok = tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: a %s of this kind has no such member",
                        name, fields->what);
    else if ((flags & TOCSIN_FIELDS_EDIT) != 0 && (field->flags & TOCSIN_FIELD_FIXED) != 0)
      ok = tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: can’t be changed", name);
    else {
      tocsin_field_clear (object, field);
      ok = read_member (object, field, value, flags, error);
    }
    if (!ok) {
      g_variant_unref (value);
      return FALSE;
    }
  }
  return TRUE;
}
