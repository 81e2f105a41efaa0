/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "series"

#include "config.h"

#include <math.h>
#include <string.h>

#include "errors.h"
#include "series.h"
#include "timetext.h"

typedef enum {
  COLUMN_TIME,  /* gint64 µs */
  COLUMN_COUNT, /* guint32 */
  COLUMN_REAL,  /* double µs, NAN is none */
  COLUMN_SPAN,  /* gint64 µs */
} ColumnKind;

static const struct {
  const char *type;
  gsize size;
} kinds[] = {
  [COLUMN_TIME] = { "ax", sizeof (gint64) },
  [COLUMN_COUNT] = { "au", sizeof (guint32) },
  [COLUMN_REAL] = { "ad", sizeof (double) },
  [COLUMN_SPAN] = { "ax", sizeof (gint64) },
};

/* Written once: memory, bus and JSON walk this. */
static const struct {
  const char *name;
  const char *json_name;
  ColumnKind kind;
  gsize offset;
} columns[] = {
  { "at", "at", COLUMN_TIME, G_STRUCT_OFFSET (TocsinSeries, at_us) },
  { "n", "n", COLUMN_COUNT, G_STRUCT_OFFSET (TocsinSeries, n) },
  { "failed", "failed", COLUMN_COUNT, G_STRUCT_OFFSET (TocsinSeries, n_failed) },
  { "min", "min_ms", COLUMN_REAL, G_STRUCT_OFFSET (TocsinSeries, least_us) },
  { "mean", "mean_ms", COLUMN_REAL, G_STRUCT_OFFSET (TocsinSeries, mean_us) },
  { "max", "max_ms", COLUMN_REAL, G_STRUCT_OFFSET (TocsinSeries, most_us) },
  { "p10", "p10_ms", COLUMN_REAL, G_STRUCT_OFFSET (TocsinSeries, p10_us) },
  { "p50", "p50_ms", COLUMN_REAL, G_STRUCT_OFFSET (TocsinSeries, p50_us) },
  { "p95", "p95_ms", COLUMN_REAL, G_STRUCT_OFFSET (TocsinSeries, p95_us) },
  { "up", "up_s", COLUMN_SPAN, G_STRUCT_OFFSET (TocsinSeries, up_us) },
  { "down", "down_s", COLUMN_SPAN, G_STRUCT_OFFSET (TocsinSeries, down_us) },
  { "uncounted", "uncounted_s", COLUMN_SPAN, G_STRUCT_OFFSET (TocsinSeries, uncounted_us) },
};

#define COLUMN(series, i) (G_STRUCT_MEMBER (gpointer, (series), columns[i].offset))

static TocsinSeries *
allocate (gint64 from_us, gint64 to_us, guint n_points)
{
  TocsinSeries *series = g_new0 (TocsinSeries, 1);

  series->from_us = from_us;
  series->to_us = to_us;
  series->n_points = n_points;
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    COLUMN (series, i) = g_malloc0_n (n_points, kinds[columns[i].kind].size);
  return series;
}

TocsinSeries *
tocsin_series_new (gint64 from_us, gint64 to_us, guint n_points)
{
  TocsinSeries *series;

  g_return_val_if_fail (from_us >= 0 && from_us < to_us, NULL);
  g_return_val_if_fail (n_points > 0 && n_points <= TOCSIN_SERIES_POINTS, NULL);

  series = allocate (from_us, to_us, n_points);
  for (guint i = 0; i < n_points; i++)
    series->at_us[i] = from_us + (gint64) ((__int128) (to_us - from_us) * i / n_points);
  for (guint c = 0; c < G_N_ELEMENTS (columns); c++)
    for (guint i = 0; columns[c].kind == COLUMN_REAL && i < n_points; i++)
      ((double *) COLUMN (series, c))[i] = NAN;
  return series;
}

void
tocsin_series_free (TocsinSeries *series)
{
  if (series == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    g_free (COLUMN (series, i));
  g_free (series);
}

static void
set_cell (JsonObject *object, const TocsinSeries *series, guint column, guint row)
{
  const char *name = columns[column].json_name;
  gconstpointer cells = COLUMN (series, column);

  switch (columns[column].kind) {
  case COLUMN_TIME: {
    g_autofree char *text = tocsin_time_to_text (((const gint64 *) cells)[row]);

    json_object_set_string_member (object, name, text);
    break;
  }
  case COLUMN_COUNT:
    json_object_set_int_member (object, name, ((const guint32 *) cells)[row]);
    break;
  case COLUMN_REAL: {
    double us = ((const double *) cells)[row];

    if (isfinite (us))
      json_object_set_double_member (object, name, us / (double) TOCSIN_US_PER_MS);
    else
      json_object_set_null_member (object, name);
    break;
  }
  case COLUMN_SPAN:
    json_object_set_double_member (
        object, name, (double) ((const gint64 *) cells)[row] / (double) TOCSIN_US_PER_S);
    break;
  default:
    g_assert_not_reached ();
  }
}

JsonObject *
tocsin_series_to_json (const TocsinSeries *series)
{
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;
  JsonObject *json;
  JsonArray *points;

  g_return_val_if_fail (series != NULL, NULL);

  json = json_object_new ();
  points = json_array_sized_new (series->n_points);
  from = tocsin_time_to_text (series->from_us);
  to = tocsin_time_to_text (series->to_us);
  json_object_set_string_member (json, "from", from);
  json_object_set_string_member (json, "to", to);
  for (guint i = 0; i < series->n_points; i++) {
    JsonObject *point = json_object_new ();

    for (guint c = 0; c < G_N_ELEMENTS (columns); c++)
      set_cell (point, series, c, i);
    json_array_add_object_element (points, point);
  }
  json_object_set_array_member (json, "points", points);
  return json;
}

static gboolean
get_cell (TocsinSeries *series, guint column, guint row, JsonObject *object, GError **error)
{
  const char *name = columns[column].json_name;
  JsonNode *node = json_object_get_member (object, name);
  gpointer cells = COLUMN (series, column);
  GType type = node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node)
                                                            : G_TYPE_INVALID;
  gboolean is_number = type == G_TYPE_INT64 || type == G_TYPE_DOUBLE;
  double value = is_number ? json_node_get_double (node) : 0;

  switch (columns[column].kind) {
  case COLUMN_TIME:
    return (type == G_TYPE_STRING &&
            tocsin_time_from_text (json_node_get_string (node), &((gint64 *) cells)[row], NULL)) ||
           tocsin_fail (error, TOCSIN_ERROR_INVALID, "series: %s: a time is wanted", name);
  case COLUMN_COUNT:
    if (!is_number || value < 0 || value > G_MAXUINT32)
      return tocsin_fail (error, TOCSIN_ERROR_INVALID, "series: %s: a count is wanted", name);
    ((guint32 *) cells)[row] = (guint32) value;
    return TRUE;
  case COLUMN_REAL:
    ((double *) cells)[row] = is_number ? value * (double) TOCSIN_US_PER_MS : NAN;
    return is_number || (node != NULL && JSON_NODE_HOLDS_NULL (node)) ||
           tocsin_fail (error, TOCSIN_ERROR_INVALID, "series: %s: a number or null is wanted",
                        name);
  case COLUMN_SPAN:
    if (!is_number || value < 0 || value > 1e12)
      return tocsin_fail (error, TOCSIN_ERROR_INVALID, "series: %s: seconds are wanted", name);
    ((gint64 *) cells)[row] = (gint64) (value * (double) TOCSIN_US_PER_S + 0.5);
    return TRUE;
  default:
    g_assert_not_reached ();
  }
}

static gboolean
get_time (JsonObject *json, const char *name, gint64 *at_us, GError **error)
{
  const char *text = json_object_get_string_member_with_default (json, name, NULL);

  return (text != NULL && tocsin_time_from_text (text, at_us, NULL)) ||
         tocsin_fail (error, TOCSIN_ERROR_INVALID, "series: %s: a time is wanted", name);
}

TocsinSeries *
tocsin_series_from_json (JsonObject *json, GError **error)
{
  g_autoptr (TocsinSeries) series = NULL;
  JsonNode *node;
  JsonArray *points;
  gint64 from_us, to_us;
  guint n;

  g_return_val_if_fail (json != NULL, NULL);

  node = json_object_get_member (json, "points");
  points = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  n = points != NULL ? json_array_get_length (points) : 0;
  if (n == 0 || n > TOCSIN_SERIES_POINTS) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID, "series: points: 1 to %d are wanted, not %u",
                 TOCSIN_SERIES_POINTS, n);
    return NULL;
  }
  if (!get_time (json, "from", &from_us, error) || !get_time (json, "to", &to_us, error))
    return NULL;
  series = allocate (from_us, to_us, n);
  for (guint i = 0; i < n; i++) {
    JsonNode *point = json_array_get_element (points, i);

    if (!JSON_NODE_HOLDS_OBJECT (point)) {
      tocsin_fail (error, TOCSIN_ERROR_INVALID, "series: points: objects are wanted");
      return NULL;
    }
    for (guint c = 0; c < G_N_ELEMENTS (columns); c++)
      if (!get_cell (series, c, i, json_node_get_object (point), error))
        return NULL;
  }
  return g_steal_pointer (&series);
}

GVariant *
tocsin_series_to_variant (const TocsinSeries *series)
{
  GVariantBuilder builder;

  g_return_val_if_fail (series != NULL, NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "from", g_variant_new_int64 (series->from_us));
  g_variant_builder_add (&builder, "{sv}", "to", g_variant_new_int64 (series->to_us));
  for (guint c = 0; c < G_N_ELEMENTS (columns); c++) {
    ColumnKind kind = columns[c].kind;

    g_variant_builder_add (&builder, "{sv}", columns[c].name,
                           g_variant_new_fixed_array (G_VARIANT_TYPE (kinds[kind].type + 1),
                                                      COLUMN (series, c), series->n_points,
                                                      kinds[kind].size));
  }
  return g_variant_builder_end (&builder);
}

static gboolean
take_column (TocsinSeries *series, guint column, GVariant *variant, GError **error)
{
  const char *name = columns[column].name;
  ColumnKind kind = columns[column].kind;
  g_autoptr (GVariant) value =
      g_variant_lookup_value (variant, name, G_VARIANT_TYPE (kinds[kind].type));
  gconstpointer cells;
  gsize n;

  if (value == NULL)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "series: %s: missing, or not of type %s", name,
                        kinds[kind].type);
  cells = g_variant_get_fixed_array (value, &n, kinds[kind].size);
  if (n != series->n_points)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "series: %s: has %" G_GSIZE_FORMAT " elements, not %u as “at” has", name, n,
                        series->n_points);
  memcpy (COLUMN (series, column), cells, n * kinds[kind].size);
  return TRUE;
}

TocsinSeries *
tocsin_series_from_variant (GVariant *variant, GError **error)
{
  g_autoptr (TocsinSeries) series = NULL;
  g_autoptr (GVariant) at = NULL;
  gint64 from, to;
  gsize n;

  g_return_val_if_fail (variant != NULL, NULL);
  g_return_val_if_fail (g_variant_is_of_type (variant, G_VARIANT_TYPE_VARDICT), NULL);

  at = g_variant_lookup_value (variant, "at", G_VARIANT_TYPE ("ax"));
  n = at != NULL ? g_variant_n_children (at) : 0;
  if (n == 0 || n > TOCSIN_SERIES_POINTS) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID,
                 "series: at: has %" G_GSIZE_FORMAT " elements; 1 to %d would be right", n,
                 TOCSIN_SERIES_POINTS);
    return NULL;
  }
  if (!g_variant_lookup (variant, "from", "x", &from) ||
      !g_variant_lookup (variant, "to", "x", &to)) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID, "series: from and to: missing, or not of type x");
    return NULL;
  }
  series = allocate (from, to, (guint) n);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    if (!take_column (series, i, variant, error))
      return NULL;
  return g_steal_pointer (&series);
}
