/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "fields"

#include "config.h"

#include <math.h>
#include <string.h>

#include "errors.h"
#include "fields-private.h"

#define AT(type, object, field) (*TOCSIN_FIELD_AT (type, object, field))

static const char *
unit_of (const TocsinField *field)
{
  if (field->kind == TOCSIN_FIELD_SPAN)
    return "_s";
  if (field->kind == TOCSIN_FIELD_SPAN_MS || field->kind == TOCSIN_FIELD_SPANS_MS)
    return "_ms";
  return "";
}

gboolean
tocsin_fields_is_live (const TocsinFields *fields, gconstpointer object, const TocsinField *field)
{
  guint selector;

  if (field->selectors == 0 || fields->selector_offset < 0)
    return TRUE;
  selector = *(const guint *) (gconstpointer) ((const guint8 *) object + fields->selector_offset);
  return selector < 32 && (field->selectors & (1u << selector)) != 0;
}

const TocsinField *
tocsin_fields_find (const TocsinFields *fields, gconstpointer object, const char *name)
{
  g_return_val_if_fail (fields != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; i < fields->n_rows; i++) {
    const TocsinField *field = &fields->rows[i];
    gsize length = strlen (field->name);

    if (strncmp (field->name, name, length) != 0)
      continue;
    if (name[length] != '\0' && strcmp (name + length, unit_of (field)) != 0)
      continue;
    if (tocsin_fields_is_live (fields, object, field))
      return field;
  }
  return NULL;
}

gboolean
tocsin_field_is_span (const TocsinField *field)
{
  return field->kind == TOCSIN_FIELD_SPAN || field->kind == TOCSIN_FIELD_SPAN_MS;
}

gboolean
tocsin_field_is_set (gconstpointer object, const TocsinField *field)
{
  gboolean sparse = (field->flags & TOCSIN_FIELD_SPARSE) != 0;

  switch (field->kind) {
  case TOCSIN_FIELD_STRING:
  case TOCSIN_FIELD_BYTES:
  case TOCSIN_FIELD_OBJECT:
    return AT (gconstpointer, object, field) != NULL;
  case TOCSIN_FIELD_STRINGS:
    return AT (char **, object, field) != NULL && AT (char **, object, field)[0] != NULL;
  case TOCSIN_FIELD_OBJECTS:
    return AT (GPtrArray *, object, field) != NULL && AT (GPtrArray *, object, field)->len > 0;
  case TOCSIN_FIELD_REAL:
    return !isnan (AT (double, object, field));
  case TOCSIN_FIELD_TIME:
    return AT (gint64, object, field) != 0;
  case TOCSIN_FIELD_SPAN:
  case TOCSIN_FIELD_SPAN_MS:
    return AT (gint64, object, field) >= 0;
  case TOCSIN_FIELD_SPANS_MS:
    for (guint i = 0; i < field->words->n_words; i++)
      if (TOCSIN_FIELD_AT (gint64, object, field)[i] >= 0)
        return TRUE;
    return FALSE;
  case TOCSIN_FIELD_REALS:
    return TRUE;
  case TOCSIN_FIELD_WORD:
    return !sparse || AT (guint, object, field) != (guint) field->fallback;
  case TOCSIN_FIELD_BOOL:
    return !sparse || AT (gboolean, object, field) != (field->fallback != 0);
  case TOCSIN_FIELD_INT:
    return !sparse || AT (gint64, object, field) != field->fallback;
  }
  g_assert_not_reached ();
}

void
tocsin_field_clear (gpointer object, const TocsinField *field)
{
  switch (field->kind) {
  case TOCSIN_FIELD_STRING:
    g_clear_pointer (TOCSIN_FIELD_AT (char *, object, field), g_free);
    break;
  case TOCSIN_FIELD_BYTES:
    g_clear_pointer (TOCSIN_FIELD_AT (GBytes *, object, field), g_bytes_unref);
    break;
  case TOCSIN_FIELD_STRINGS:
    g_clear_pointer (TOCSIN_FIELD_AT (char **, object, field), g_strfreev);
    break;
  case TOCSIN_FIELD_OBJECT:
    tocsin_fields_free (field->table, AT (gpointer, object, field));
    AT (gpointer, object, field) = NULL;
    break;
  case TOCSIN_FIELD_OBJECTS:
    if (AT (GPtrArray *, object, field) != NULL)
      for (guint i = 0; i < AT (GPtrArray *, object, field)->len; i++)
        tocsin_fields_free (field->table, AT (GPtrArray *, object, field)->pdata[i]);
    g_clear_pointer (TOCSIN_FIELD_AT (GPtrArray *, object, field), g_ptr_array_unref);
    break;
  case TOCSIN_FIELD_REAL:
    AT (double, object, field) = NAN;
    break;
  case TOCSIN_FIELD_TIME:
  case TOCSIN_FIELD_INT:
    AT (gint64, object, field) = 0;
    break;
  case TOCSIN_FIELD_SPAN:
  case TOCSIN_FIELD_SPAN_MS:
    AT (gint64, object, field) = -1;
    break;
  case TOCSIN_FIELD_SPANS_MS:
    for (guint i = 0; i < field->words->n_words; i++)
      TOCSIN_FIELD_AT (gint64, object, field)[i] = -1;
    break;
  case TOCSIN_FIELD_REALS:
    for (guint i = 0; i < field->words->n_words; i++)
      TOCSIN_FIELD_AT (double, object, field)[i] = NAN;
    break;
  case TOCSIN_FIELD_WORD:
    AT (guint, object, field) = 0;
    break;
  case TOCSIN_FIELD_BOOL:
    AT (gboolean, object, field) = FALSE;
    break;
  }
}

void
tocsin_field_set_default (gpointer object, const TocsinField *field)
{
  tocsin_field_clear (object, field);
  switch (field->kind) {
  case TOCSIN_FIELD_STRING:
    AT (char *, object, field) = g_strdup (field->fallback_text);
    break;
  case TOCSIN_FIELD_WORD:
    AT (guint, object, field) = (guint) field->fallback;
    break;
  case TOCSIN_FIELD_BOOL:
    AT (gboolean, object, field) = field->fallback != 0;
    break;
  case TOCSIN_FIELD_INT:
  case TOCSIN_FIELD_SPAN:
  case TOCSIN_FIELD_SPAN_MS:
    AT (gint64, object, field) = field->fallback;
    break;
  case TOCSIN_FIELD_REAL:
    AT (double, object, field) = field->fallback_real;
    break;
  case TOCSIN_FIELD_BYTES:
  case TOCSIN_FIELD_TIME:
  case TOCSIN_FIELD_SPANS_MS:
  case TOCSIN_FIELD_REALS:
  case TOCSIN_FIELD_STRINGS:
  case TOCSIN_FIELD_OBJECT:
  case TOCSIN_FIELD_OBJECTS:
    break;
  }
}

gpointer
tocsin_fields_new (const TocsinFields *fields)
{
  gpointer object;

  g_return_val_if_fail (fields != NULL, NULL);

  object = g_malloc0 (fields->size);
  for (guint i = 0; i < fields->n_rows; i++)
    tocsin_field_set_default (object, &fields->rows[i]);
  return object;
}

void
tocsin_fields_free (const TocsinFields *fields, gpointer object)
{
  g_return_if_fail (fields != NULL);

  if (object == NULL)
    return;
  for (guint i = 0; i < fields->n_rows; i++)
    tocsin_field_clear (object, &fields->rows[i]);
  if (fields->unknown_offset >= 0)
    g_clear_pointer ((JsonObject **) (gpointer) ((guint8 *) object + fields->unknown_offset),
                     json_object_unref);
  g_free (object);
}

static void
copy_member (gpointer to, gconstpointer from, const TocsinField *field)
{
  GPtrArray *objects;

  switch (field->kind) {
  case TOCSIN_FIELD_STRING:
    AT (char *, to, field) = g_strdup (AT (char *, from, field));
    break;
  case TOCSIN_FIELD_BYTES:
    if (AT (GBytes *, from, field) != NULL)
      AT (GBytes *, to, field) = g_bytes_ref (AT (GBytes *, from, field));
    break;
  case TOCSIN_FIELD_STRINGS:
    AT (char **, to, field) = g_strdupv (AT (char **, from, field));
    break;
  case TOCSIN_FIELD_OBJECT:
    if (AT (gpointer, from, field) != NULL)
      AT (gpointer, to, field) = tocsin_fields_copy (field->table, AT (gpointer, from, field));
    break;
  case TOCSIN_FIELD_OBJECTS:
    objects = AT (GPtrArray *, from, field);
    if (objects == NULL)
      break;
    AT (GPtrArray *, to, field) = g_ptr_array_sized_new (objects->len);
    for (guint i = 0; i < objects->len; i++)
      g_ptr_array_add (AT (GPtrArray *, to, field),
                       tocsin_fields_copy (field->table, objects->pdata[i]));
    break;
  case TOCSIN_FIELD_REAL:
    AT (double, to, field) = AT (double, from, field);
    break;
  case TOCSIN_FIELD_TIME:
  case TOCSIN_FIELD_INT:
  case TOCSIN_FIELD_SPAN:
  case TOCSIN_FIELD_SPAN_MS:
    AT (gint64, to, field) = AT (gint64, from, field);
    break;
  case TOCSIN_FIELD_SPANS_MS:
    memcpy (TOCSIN_FIELD_AT (gint64, to, field), TOCSIN_FIELD_AT (gint64, from, field),
            field->words->n_words * sizeof (gint64));
    break;
  case TOCSIN_FIELD_REALS:
    memcpy (TOCSIN_FIELD_AT (double, to, field), TOCSIN_FIELD_AT (double, from, field),
            field->words->n_words * sizeof (double));
    break;
  case TOCSIN_FIELD_WORD:
    AT (guint, to, field) = AT (guint, from, field);
    break;
  case TOCSIN_FIELD_BOOL:
    AT (gboolean, to, field) = AT (gboolean, from, field);
    break;
  }
}

gpointer
tocsin_fields_copy (const TocsinFields *fields, gconstpointer object)
{
  gpointer copy;

  g_return_val_if_fail (fields != NULL, NULL);
  g_return_val_if_fail (object != NULL, NULL);

  copy = g_malloc0 (fields->size);
  for (guint i = 0; i < fields->n_rows; i++)
    copy_member (copy, object, &fields->rows[i]);
  if (fields->unknown_offset >= 0) {
    JsonObject *unknown =
        *(JsonObject *const *) (gconstpointer) ((const guint8 *) object + fields->unknown_offset);

    if (unknown != NULL)
      *(JsonObject **) (gpointer) ((guint8 *) copy + fields->unknown_offset) =
          json_object_ref (unknown);
  }
  return copy;
}

static gboolean
strings_equal (char *const *a, char *const *b)
{
  static char *const none[] = { NULL };

  return g_strv_equal ((const char *const *) (a != NULL ? a : none),
                       (const char *const *) (b != NULL ? b : none));
}

static gboolean
objects_equal (const TocsinFields *table, const GPtrArray *a, const GPtrArray *b)
{
  guint n_a = a != NULL ? a->len : 0, n_b = b != NULL ? b->len : 0;

  if (n_a != n_b)
    return FALSE;
  for (guint i = 0; i < n_a; i++)
    if (!tocsin_fields_equal (table, a->pdata[i], b->pdata[i]))
      return FALSE;
  return TRUE;
}

static gboolean
reals_equal (const double *a, const double *b, guint n)
{
  for (guint i = 0; i < n; i++)
    /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): equal is what is written alike */
    if (memcmp (&a[i], &b[i], sizeof (double)) != 0 && !(isnan (a[i]) && isnan (b[i])))
      return FALSE;
  return TRUE;
}

static gboolean
spans_equal (const gint64 *a, const gint64 *b, guint n)
{
  for (guint i = 0; i < n; i++)
    if (MAX (a[i], -1) != MAX (b[i], -1))
      return FALSE;
  return TRUE;
}

static gboolean
bytes_equal (GBytes *a, GBytes *b)
{
  return a == b || (a != NULL && b != NULL && g_bytes_equal (a, b));
}

static gboolean
member_equal (gconstpointer a, gconstpointer b, const TocsinField *field)
{
  switch (field->kind) {
  case TOCSIN_FIELD_STRING:
    return g_strcmp0 (AT (char *, a, field), AT (char *, b, field)) == 0;
  case TOCSIN_FIELD_BYTES:
    return bytes_equal (AT (GBytes *, a, field), AT (GBytes *, b, field));
  case TOCSIN_FIELD_STRINGS:
    return strings_equal (AT (char **, a, field), AT (char **, b, field));
  case TOCSIN_FIELD_OBJECT:
    return tocsin_fields_equal (field->table, AT (gpointer, a, field), AT (gpointer, b, field));
  case TOCSIN_FIELD_OBJECTS:
    return objects_equal (field->table, AT (GPtrArray *, a, field), AT (GPtrArray *, b, field));
  case TOCSIN_FIELD_REAL:
    return reals_equal (TOCSIN_FIELD_AT (double, a, field), TOCSIN_FIELD_AT (double, b, field), 1);
  case TOCSIN_FIELD_REALS:
    return reals_equal (TOCSIN_FIELD_AT (double, a, field), TOCSIN_FIELD_AT (double, b, field),
                        field->words->n_words);
  case TOCSIN_FIELD_TIME:
  case TOCSIN_FIELD_INT:
    return AT (gint64, a, field) == AT (gint64, b, field);
  case TOCSIN_FIELD_SPAN:
  case TOCSIN_FIELD_SPAN_MS:
    return spans_equal (TOCSIN_FIELD_AT (gint64, a, field), TOCSIN_FIELD_AT (gint64, b, field), 1);
  case TOCSIN_FIELD_SPANS_MS:
    return spans_equal (TOCSIN_FIELD_AT (gint64, a, field), TOCSIN_FIELD_AT (gint64, b, field),
                        field->words->n_words);
  case TOCSIN_FIELD_WORD:
    return AT (guint, a, field) == AT (guint, b, field);
  case TOCSIN_FIELD_BOOL:
    return !AT (gboolean, a, field) == !AT (gboolean, b, field);
  }
  g_assert_not_reached ();
}

gboolean
tocsin_fields_equal (const TocsinFields *fields, gconstpointer a, gconstpointer b)
{
  g_return_val_if_fail (fields != NULL, FALSE);

  if (a == NULL || b == NULL)
    return a == b;
  for (guint i = 0; i < fields->n_rows; i++)
    if (!member_equal (a, b, &fields->rows[i]))
      return FALSE;
  return TRUE;
}

void
tocsin_fields_fill (const TocsinFields *fields, gpointer object)
{
  g_return_if_fail (fields != NULL);
  g_return_if_fail (object != NULL);

  for (guint i = 0; i < fields->n_rows; i++) {
    const TocsinField *field = &fields->rows[i];

    if (!tocsin_fields_is_live (fields, object, field))
      tocsin_field_clear (object, field);
    else if (!tocsin_field_is_set (object, field))
      tocsin_field_set_default (object, field);
  }
}

static gboolean
check_number (const TocsinField *field, gint64 value, GError **error)
{
  g_autofree char *shown = NULL, *limit = NULL;
  gboolean low;

  if (field->most <= field->least || (value >= field->least && value <= field->most))
    return TRUE;
  low = value < field->least;
  if (tocsin_field_is_span (field)) {
    shown = tocsin_span_to_text (value);
    limit = tocsin_span_to_text (low ? field->least : field->most);
  } else {
    shown = g_strdup_printf ("%" G_GINT64_FORMAT, value);
    limit = g_strdup_printf ("%" G_GINT64_FORMAT, low ? field->least : field->most);
  }
  return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: %s is %s, %s", field->name, shown,
                      low ? "below the least" : "above the most", limit);
}

static gboolean
check_text (const TocsinField *field, const char *text, GError **error)
{
  if (!g_utf8_validate (text, -1, NULL))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: not UTF-8", field->name);
  if (field->most > 0 && strlen (text) > (gsize) field->most)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "%s: %" G_GSIZE_FORMAT " bytes, the most is %" G_GINT64_FORMAT, field->name,
                        strlen (text), field->most);
  return TRUE;
}

static gboolean
check_count (const TocsinField *field, guint n, GError **error)
{
  if (field->most > 0 && n > field->most)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "%s: %u of them, the most is %" G_GINT64_FORMAT, field->name, n,
                        field->most);
  return TRUE;
}

static gboolean
check_strings (const TocsinField *field, char *const *strings, GError **error)
{
  if (!check_count (field, g_strv_length ((char **) strings), error))
    return FALSE;
  for (guint i = 0; strings[i] != NULL; i++) {
    if (!g_utf8_validate (strings[i], -1, NULL))
      return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: item %u is not UTF-8", field->name,
                          i + 1);
    if (strlen (strings[i]) > TOCSIN_FIELD_ITEM_BYTES)
      return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                          "%s: item %u has %" G_GSIZE_FORMAT " bytes, the most is %d", field->name,
                          i + 1, strlen (strings[i]), TOCSIN_FIELD_ITEM_BYTES);
  }
  return TRUE;
}

static gboolean
check_member (gconstpointer object, const TocsinField *field, GError **error)
{
  GPtrArray *objects;

  switch (field->kind) {
  case TOCSIN_FIELD_STRING:
    if ((field->flags & TOCSIN_FIELD_REQUIRED) != 0 && *AT (char *, object, field) == '\0')
      return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: is empty", field->name);
    return check_text (field, AT (char *, object, field), error);
  case TOCSIN_FIELD_BYTES:
    return check_count (field, (guint) g_bytes_get_size (AT (GBytes *, object, field)), error);
  case TOCSIN_FIELD_STRINGS:
    return check_strings (field, AT (char **, object, field), error);
  case TOCSIN_FIELD_WORD:
    if (tocsin_words_get (field->words, AT (guint, object, field)) == NULL)
      return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: no such %s", field->name,
                          field->words->what);
    return TRUE;
  case TOCSIN_FIELD_INT:
  case TOCSIN_FIELD_SPAN:
  case TOCSIN_FIELD_SPAN_MS:
    return check_number (field, AT (gint64, object, field), error);
  case TOCSIN_FIELD_OBJECT:
    return tocsin_fields_check (field->table, AT (gpointer, object, field), error);
  case TOCSIN_FIELD_OBJECTS:
    objects = AT (GPtrArray *, object, field);
    if (!check_count (field, objects->len, error))
      return FALSE;
    for (guint i = 0; i < objects->len; i++)
      if (!tocsin_fields_check (field->table, objects->pdata[i], error))
        return FALSE;
    return TRUE;
  case TOCSIN_FIELD_BOOL:
  case TOCSIN_FIELD_REAL:
  case TOCSIN_FIELD_REALS:
  case TOCSIN_FIELD_SPANS_MS:
  case TOCSIN_FIELD_TIME:
    return TRUE;
  }
  g_assert_not_reached ();
}

/* A span with a default is never unset: what waits for it would wait for nothing, or for ever. */
static gboolean
has_default_span (const TocsinField *field)
{
  return tocsin_field_is_span (field) && field->fallback >= 0;
}

gboolean
tocsin_fields_check (const TocsinFields *fields, gconstpointer object, GError **error)
{
  g_return_val_if_fail (fields != NULL, FALSE);
  g_return_val_if_fail (object != NULL, FALSE);

  for (guint i = 0; i < fields->n_rows; i++) {
    const TocsinField *field = &fields->rows[i];

    if (!tocsin_fields_is_live (fields, object, field))
      continue;
    if (tocsin_field_is_set (object, field)) {
      if (!check_member (object, field, error))
        return FALSE;
    } else if ((field->flags & TOCSIN_FIELD_REQUIRED) != 0 || has_default_span (field)) {
      return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: is missing", field->name);
    }
  }
  return TRUE;
}
