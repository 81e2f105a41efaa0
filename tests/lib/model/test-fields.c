/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-fields"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "fields-private.h"
#include "maintenance.h"
#include "monitor.h"
#include "random-object.h"
#include "sample.h"
#include "support.h"

#define AT(type, object, field) (*TOCSIN_FIELD_AT (type, object, field))
#define ROUNDS                  200
#define FULL                    TOCSIN_FIELDS_WITH_SECRETS

/* Runs `each` with random objects of every table. */
typedef void (*Each) (const TocsinFields *fields, gpointer object, GRand *rand);

static void
for_random_objects (Each each)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint t = 0; t < n_random_tables; t++)
    for (guint i = 0; i < ROUNDS; i++) {
      gpointer object = random_object (&random_tables[t], rand);

      each (random_tables[t].fields, object, rand);
      tocsin_fields_free (random_tables[t].fields, object);
    }
}

/* A blank object that a codec can fill: with the same selector. */
static gpointer
blank_like (const TocsinFields *fields, gconstpointer object)
{
  gpointer blank = tocsin_fields_new (fields);

  if (fields->selector_offset >= 0)
    *(guint *) (gpointer) ((guint8 *) blank + fields->selector_offset) =
        *(const guint *) (gconstpointer) ((const guint8 *) object + fields->selector_offset);
  tocsin_fields_fill (fields, blank);
  return blank;
}

static void
assert_same (const TocsinFields *fields, gconstpointer a, gconstpointer b)
{
  g_autoptr (GVariant) shown_a = NULL, shown_b = NULL;
  g_autofree char *text_a = NULL, *text_b = NULL;

  if (tocsin_fields_equal (fields, a, b))
    return;
  shown_a = g_variant_ref_sink (tocsin_fields_to_variant (fields, a, FULL));
  shown_b = g_variant_ref_sink (tocsin_fields_to_variant (fields, b, FULL));
  text_a = g_variant_print (shown_a, TRUE);
  text_b = g_variant_print (shown_b, TRUE);
  g_error ("two of %s differ:\n%s\n%s", fields->what, text_a, text_b);
}

static JsonObject *
write_and_parse (const TocsinFields *fields, gconstpointer object, guint flags)
{
  g_autoptr (JsonObject) json = tocsin_fields_to_json (fields, object, flags);
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), json);
  g_autofree char *text = json_to_string (node, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) parsed = json_from_string (text, &error);

  g_assert_no_error (error);
  return json_object_ref (json_node_get_object (parsed));
}

static void
copies_are_equal (const TocsinFields *fields, gpointer object, GRand *rand)
{
  gpointer copy = tocsin_fields_copy (fields, object);

  assert_same (fields, object, copy);
  tocsin_fields_free (fields, copy);
}

static void
json_comes_back (const TocsinFields *fields, gpointer object, GRand *rand)
{
  g_autoptr (JsonObject) json = write_and_parse (fields, object, FULL);
  g_autoptr (GError) error = NULL;
  gpointer back = blank_like (fields, object);

  tocsin_fields_from_json (fields, back, json, 0, &error);
  g_assert_no_error (error);
  assert_same (fields, object, back);
  tocsin_fields_check (fields, back, &error);
  g_assert_no_error (error);
  tocsin_fields_free (fields, back);
}

static void
variants_come_back (const TocsinFields *fields, gpointer object, GRand *rand)
{
  g_autoptr (GVariant) variant =
      g_variant_ref_sink (tocsin_fields_to_variant (fields, object, FULL));
  g_autoptr (GError) error = NULL;
  gpointer back = blank_like (fields, object);

  tocsin_fields_from_variant (fields, back, variant, 0, &error);
  g_assert_no_error (error);
  assert_same (fields, object, back);
  tocsin_fields_free (fields, back);
}

static char *
strings_as_text (char *const *strings)
{
  g_autoptr (JsonArray) array = json_array_new ();
  g_autoptr (JsonNode) node = json_node_init_array (json_node_alloc (), array);

  for (guint i = 0; strings != NULL && strings[i] != NULL; i++)
    json_array_add_string_element (array, strings[i]);
  return json_to_string (node, FALSE);
}

/* What a person would type for the member; NULL where there is no way to. */
static char *
member_as_text (gconstpointer object, const TocsinField *field)
{
  switch ((guint) field->kind) {
  case TOCSIN_FIELD_STRING:
    return g_strdup (AT (char *, object, field));
  case TOCSIN_FIELD_WORD:
    return g_strdup (tocsin_words_get (field->words, AT (guint, object, field)));
  case TOCSIN_FIELD_BOOL:
    return g_strdup (AT (gboolean, object, field) ? "yes" : "no");
  case TOCSIN_FIELD_INT:
    return g_strdup_printf ("%" G_GINT64_FORMAT, AT (gint64, object, field));
  case TOCSIN_FIELD_TIME:
    return tocsin_time_to_text (AT (gint64, object, field));
  case TOCSIN_FIELD_SPAN:
  case TOCSIN_FIELD_SPAN_MS:
    return tocsin_span_to_text (AT (gint64, object, field));
  case TOCSIN_FIELD_STRINGS:
    return strings_as_text (AT (char **, object, field));
  default:
    return NULL;
  }
}

static void
texts_come_back (const TocsinFields *fields, gpointer object, GRand *rand)
{
  gpointer back = tocsin_fields_copy (fields, object);

  for (guint i = 0; i < fields->n_rows; i++) {
    const TocsinField *field = &fields->rows[i];
    g_autoptr (GError) error = NULL;
    g_autofree char *text = NULL;

    if ((gssize) field->offset == fields->selector_offset ||
        !tocsin_fields_is_live (fields, object, field) || !tocsin_field_is_set (object, field))
      continue;
    text = member_as_text (object, field);
    if (text == NULL)
      continue;
    tocsin_field_clear (back, field);
    tocsin_fields_set_text (fields, back, field->name, text, &error);
    g_assert_no_error (error);
  }
  assert_same (fields, object, back);
  tocsin_fields_free (fields, back);
}

static void
secrets_stay_in (const TocsinFields *fields, gpointer object, GRand *rand)
{
  g_autoptr (JsonObject) plain = tocsin_fields_to_json (fields, object, TOCSIN_FIELDS_PLAIN);
  g_autoptr (JsonObject) secrets =
      tocsin_fields_to_json (fields, object, TOCSIN_FIELDS_ONLY_SECRETS);
  g_autoptr (GError) error = NULL;
  gpointer back = blank_like (fields, object);

  for (guint i = 0; i < fields->n_rows; i++) {
    const TocsinField *field = &fields->rows[i];

    if ((field->flags & TOCSIN_FIELD_SECRET) != 0)
      g_assert_false (json_object_has_member (plain, field->name));
    else
      g_assert_false (json_object_has_member (secrets, field->name));
  }

  /* What the store keeps apart makes a whole again. */
  tocsin_fields_from_json (fields, back, plain, 0, &error);
  g_assert_no_error (error);
  tocsin_fields_from_json (fields, back, secrets, 0, &error);
  g_assert_no_error (error);
  assert_same (fields, object, back);
  tocsin_fields_free (fields, back);
}

static void
unknown_is_kept (const TocsinFields *fields, gpointer object, GRand *rand)
{
  g_autoptr (JsonObject) json = tocsin_fields_to_json (fields, object, FULL);
  g_autoptr (JsonObject) again = NULL;
  g_autoptr (GError) error = NULL;
  gpointer back, copy;

  if (fields->unknown_offset < 0)
    return;
  json_object_set_int_member (json, "from_2031", 7);
  back = blank_like (fields, object);
  tocsin_fields_from_json (fields, back, json, 0, &error);
  g_assert_no_error (error);
  copy = tocsin_fields_copy (fields, back);
  tocsin_fields_free (fields, back);
  again = tocsin_fields_to_json (fields, copy, FULL);
  tocsin_fields_free (fields, copy);
  g_assert_cmpint (json_object_get_int_member (again, "from_2031"), ==, 7);
  g_assert_cmpuint (json_object_get_size (again), ==, json_object_get_size (json));
}

static gsize
size_of (const TocsinField *field)
{
  switch (field->kind) {
  case TOCSIN_FIELD_WORD:
    return sizeof (guint);
  case TOCSIN_FIELD_BOOL:
    return sizeof (gboolean);
  case TOCSIN_FIELD_SPANS_MS:
    return field->words->n_words * sizeof (gint64);
  case TOCSIN_FIELD_REALS:
    return field->words->n_words * sizeof (double);
  case TOCSIN_FIELD_REAL:
    return sizeof (double);
  case TOCSIN_FIELD_INT:
  case TOCSIN_FIELD_TIME:
  case TOCSIN_FIELD_SPAN:
  case TOCSIN_FIELD_SPAN_MS:
    return sizeof (gint64);
  case TOCSIN_FIELD_STRING:
  case TOCSIN_FIELD_BYTES:
  case TOCSIN_FIELD_STRINGS:
  case TOCSIN_FIELD_OBJECT:
  case TOCSIN_FIELD_OBJECTS:
    return sizeof (gpointer);
  }
  g_assert_not_reached ();
}

/* Marks bytes of a struct as spoken for; none may be twice. */
static void
mark (guint8 *bytes, gsize size, gsize offset, gsize length)
{
  g_assert_cmpuint (offset + length, <=, size);
  for (gsize i = offset; i < offset + length; i++) {
    g_assert_cmpuint (bytes[i], ==, 0);
    bytes[i] = 1;
  }
}

/* Every member of the struct has a row: what no row speaks for is padding, of less than 8 bytes. */
static void
test_tables_cover_structs (void)
{
  for (guint t = 0; t < n_random_tables; t++) {
    const TocsinFields *fields = random_tables[t].fields;
    g_autofree guint8 *bytes = g_malloc0 (fields->size);
    gsize gap = 0;

    g_test_message ("%s", fields->what);
    for (guint i = 0; i < fields->n_rows; i++)
      mark (bytes, fields->size, fields->rows[i].offset, size_of (&fields->rows[i]));
    if (fields->unknown_offset >= 0)
      mark (bytes, fields->size, (gsize) fields->unknown_offset, sizeof (gpointer));
    if (fields == &tocsin_monitor_fields)
      mark (bytes, fields->size, G_STRUCT_OFFSET (TocsinMonitor, refs), sizeof (gatomicrefcount));
    if (fields == &tocsin_monitor_fields)
      mark (bytes, fields->size, G_STRUCT_OFFSET (TocsinMonitor, team), sizeof (char *));
    if (fields == &tocsin_maintenance_fields)
      mark (bytes, fields->size, G_STRUCT_OFFSET (TocsinMaintenance, team), sizeof (char *));
    if (fields == &tocsin_sample_fields)
      mark (bytes, fields->size, G_STRUCT_OFFSET (TocsinSample, flags), sizeof (guint));
    for (gsize i = 0; i < fields->size; i++) {
      gap = bytes[i] != 0 ? 0 : gap + 1;
      g_assert_cmpuint (gap, <, 8);
    }
  }
}

static void
test_names_are_unique (void)
{
  for (guint t = 0; t < n_random_tables; t++) {
    const TocsinFields *fields = random_tables[t].fields;

    for (guint i = 0; i < fields->n_rows; i++)
      for (guint j = 0; j < i; j++)
        g_assert_cmpstr (fields->rows[i].name, !=, fields->rows[j].name);
  }
}

static void
test_defaults_keep_limits (void)
{
  for (guint t = 0; t < n_random_tables; t++) {
    const TocsinFields *fields = random_tables[t].fields;

    for (guint i = 0; i < fields->n_rows; i++) {
      const TocsinField *field = &fields->rows[i];
      gboolean number = field->kind == TOCSIN_FIELD_INT || tocsin_field_is_span (field);

      if (!number || field->most <= field->least || field->fallback < 0)
        continue;
      g_test_message ("%s: %s", fields->what, field->name);
      g_assert_cmpint (field->fallback, >=, field->least);
      g_assert_cmpint (field->fallback, <=, field->most);
    }
  }
}

static void
assert_check (const TocsinFields *fields, gconstpointer object, const TocsinField *field,
              gboolean right)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *start = g_strconcat (field->name, ": ", NULL);

  g_assert_cmpint (tocsin_fields_check (fields, object, &error), ==, right);
  if (right) {
    g_assert_no_error (error);
    return;
  }
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
  g_assert_true (g_str_has_prefix (error->message, start));
}

/* Just what is allowed passes, one more does not, and the error names the member. */
static void
limits_are_held (const TocsinFields *fields, gpointer object, GRand *rand)
{
  const TocsinField *field = &fields->rows[g_rand_int_range (rand, 0, (gint32) fields->n_rows)];
  gboolean number = field->kind == TOCSIN_FIELD_INT || tocsin_field_is_span (field);

  if (!tocsin_fields_is_live (fields, object, field) || field->most <= field->least)
    return;
  if (number) {
    AT (gint64, object, field) = field->most;
    assert_check (fields, object, field, TRUE);
    AT (gint64, object, field) = field->most + 1;
    assert_check (fields, object, field, FALSE);
    AT (gint64, object, field) = field->least;
    assert_check (fields, object, field, TRUE);
    if (field->least > 0) {
      AT (gint64, object, field) = field->least - 1;
      assert_check (fields, object, field, FALSE);
    }
  } else if (field->kind == TOCSIN_FIELD_STRING) {
    tocsin_field_clear (object, field);
    AT (char *, object, field) = g_strnfill ((gsize) field->most, 'x');
    assert_check (fields, object, field, TRUE);
    tocsin_field_clear (object, field);
    AT (char *, object, field) = g_strnfill ((gsize) field->most + 1, 'x');
    assert_check (fields, object, field, FALSE);
    strcpy (AT (char *, object, field), "\xff");
    assert_check (fields, object, field, FALSE);
  }
}

static JsonNode *
odd_node (guint n)
{
  static const char *const texts[] = { "\"☃ none such ☃\"",
                                       "7",
                                       "-7.5",
                                       "1e300",
                                       "true",
                                       "[1]",
                                       "[\"a\"]",
                                       "{\"a\": 1}",
                                       "[{\"at\": 1}]",
                                       "{\"lookup\": \"x\"}" };

  return json_from_string (texts[n % G_N_ELEMENTS (texts)], NULL);
}

/* Any JSON is read, or refused with an error that names the member. */
static void
odd_json_is_refused_by_name (const TocsinFields *fields, gpointer object, GRand *rand)
{
  const TocsinField *field = &fields->rows[g_rand_int_range (rand, 0, (gint32) fields->n_rows)];
  g_autoptr (JsonObject) json = json_object_new ();
  g_autoptr (GError) error = NULL;

  if (!tocsin_fields_is_live (fields, object, field))
    return;
  json_object_set_member (json, field->name, odd_node (g_rand_int (rand)));
  if (tocsin_fields_from_json (fields, object, json, 0, &error))
    return;
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
  g_assert_true (g_str_has_prefix (error->message, field->name) ||
                 (gssize) field->offset == fields->selector_offset);
}

static void
odd_variants_are_refused_by_name (const TocsinFields *fields, gpointer object, GRand *rand)
{
  static const char *const texts[] = {
    "'☃'",   "int64 7", "7",          "1.5",          "true",
    "['a']", "b'a'",    "{'a': <1>}", "[{'a': <1>}]", "@a{sx} {'lookup': 5}"
  };
  const TocsinField *field = &fields->rows[g_rand_int_range (rand, 0, (gint32) fields->n_rows)];
  guint n = (guint) g_rand_int_range (rand, 0, G_N_ELEMENTS (texts));
  g_autoptr (GVariant) value = g_variant_new_parsed (texts[n]);
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GError) error = NULL;
  GVariantDict dict;

  if (!tocsin_fields_is_live (fields, object, field))
    return;
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert_value (&dict, field->name, g_steal_pointer (&value));
  variant = g_variant_ref_sink (g_variant_dict_end (&dict));
  if (tocsin_fields_from_variant (fields, object, variant, 0, &error))
    return;
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
  g_assert_true (g_str_has_prefix (error->message, field->name) ||
                 (gssize) field->offset == fields->selector_offset);
}

static void
fixed_members_are_not_edited (const TocsinFields *fields, gpointer object, GRand *rand)
{
  g_autoptr (JsonObject) json = tocsin_fields_to_json (fields, object, FULL);

  for (guint i = 0; i < fields->n_rows; i++) {
    const TocsinField *field = &fields->rows[i];
    g_autoptr (JsonObject) edit = json_object_new ();
    g_autoptr (GError) error = NULL;

    if ((field->flags & TOCSIN_FIELD_FIXED) == 0 || !json_object_has_member (json, field->name))
      continue;
    json_object_set_member (edit, field->name, json_object_dup_member (json, field->name));
    g_assert_false (tocsin_fields_from_json (fields, object, edit, TOCSIN_FIELDS_EDIT, &error));
    g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
    g_assert_true (g_str_has_suffix (error->message, "can’t be changed"));
  }
}

static void
test_null_unsets (void)
{
  g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (TOCSIN_MONITOR_HTTP);
  g_autoptr (JsonNode) node = json_from_string (
      "{\"interval_s\": null, \"slow_ms\": null, \"project\": null, \"method\": null}", NULL);
  g_autoptr (GError) error = NULL;

  monitor->interval_us = 7 * TOCSIN_US_PER_S;
  monitor->slow_us = 5;
  monitor->project = g_strdup ("shop");
  tocsin_fields_from_json (&tocsin_monitor_fields, monitor, json_node_get_object (node), 0, &error);
  g_assert_no_error (error);
  g_assert_cmpint (monitor->interval_us, ==, TOCSIN_US_PER_MIN);
  g_assert_cmpint (monitor->slow_us, ==, -1);
  g_assert_null (monitor->project);
  g_assert_cmpstr (monitor->method, ==, "GET");
}

/* The bus has no null: a span below 0 unsets there, and in JSON it is refused. */
static void
test_negative_spans (void)
{
  g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (TOCSIN_MONITOR_HTTP);
  g_autoptr (JsonNode) node = json_from_string ("{\"timeout_s\": -1}", NULL);
  g_autoptr (GVariant) variant =
      g_variant_ref_sink (g_variant_new_parsed ("{'timeout_us': <int64 -1>}"));
  g_autoptr (GError) error = NULL;

  g_assert_false (tocsin_fields_from_json (&tocsin_monitor_fields, monitor,
                                           json_node_get_object (node), 0, &error));
  g_assert_cmpstr (error->message, ==, "timeout: a number, 0 or more, is wanted");
  g_clear_error (&error);

  monitor->timeout_us = 3 * TOCSIN_US_PER_S;
  tocsin_fields_from_variant (&tocsin_monitor_fields, monitor, variant, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpint (monitor->timeout_us, ==, 10 * TOCSIN_US_PER_S);
}

static void
test_json_has_units (void)
{
  g_autoptr (TocsinSample) sample = tocsin_sample_new (1795392000000000, TOCSIN_OUTCOME_OK);
  g_autoptr (JsonObject) json = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = NULL;

  sample->latency_us = 42500;
  sample->phase_us[TOCSIN_PHASE_CONNECT] = 2000;
  json = tocsin_fields_to_json (&tocsin_sample_fields, sample, 0);
  node = json_node_init_object (json_node_alloc (), json);
  text = json_to_string (node, FALSE);
  g_assert_cmpstr (text, ==,
                   "{\"at\":\"2026-11-23T00:00:00Z\",\"outcome\":\"ok\",\"code\":null,"
                   "\"latency_ms\":42.5,\"reason\":null,\"phases_ms\":{\"connect\":2}}");
}

static const struct {
  const char *name, *text;
  const char *error; /* NULL: it is taken */
} texts[] = {
  { "interval", "30s", NULL },
  { "interval_s", "30", NULL },
  { "slow", "250", NULL }, /* a bare number has the member's own unit */
  { "slow_ms", "1.5s", NULL },
  { "tags", "a, b", NULL },
  { "tags", "[\"a, b\"]", NULL },
  { "paused", "on", NULL },
  { "auth", "basic", NULL },
  { "interval", "fast",
    "interval: “fast” is no span of time; such as 30s, 5m, 1h30m or 250ms is wanted" },
  { "failures", "many", "failures: a whole number is wanted" },
  { "paused", "perhaps", "paused: true or false is wanted" },
  { "tags", "[a", "tags: a list such as a,b or [\"a\", \"b\"] is wanted" },
  { "auth", "magic", "auth: “magic” is no authentication; one of: none, basic, digest, bearer" },
  { "created_at", "now",
    "created_at: “now” is no time; RFC 3339 is wanted, such as 2026-11-23T04:18:18Z" },
};

static void
test_texts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (TOCSIN_MONITOR_HTTP);
    g_autoptr (GError) error = NULL;

    g_test_message ("%s=%s", texts[i].name, texts[i].text);
    tocsin_fields_set_text (&tocsin_monitor_fields, monitor, texts[i].name, texts[i].text, &error);
    if (texts[i].error == NULL)
      g_assert_no_error (error);
    else
      g_assert_cmpstr (error != NULL ? error->message : NULL, ==, texts[i].error);
  }
}

static void
test_unknown_text_lists_members (void)
{
  g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (TOCSIN_MONITOR_PING);
  g_autoptr (GError) error = NULL;

  g_assert_false (
      tocsin_fields_set_text (&tocsin_monitor_fields, monitor, "cron", "* * * * *", &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
  g_assert_true (g_str_has_prefix (
      error->message, "cron: a monitor of this kind has no such member; one of: name, target"));
  g_assert_nonnull (strstr (error->message, "packets"));
  g_assert_null (strstr (error->message, "calendar"));
}

static const struct {
  const char *name;
  Each each;
} walks[] = {
  { "/fields/copies-are-equal", copies_are_equal },
  { "/fields/json-comes-back", json_comes_back },
  { "/fields/variants-come-back", variants_come_back },
  { "/fields/texts-come-back", texts_come_back },
  { "/fields/secrets-stay-in-unless-asked-for", secrets_stay_in },
  { "/fields/unknown-members-are-kept", unknown_is_kept },
  { "/fields/limits-are-held", limits_are_held },
  { "/fields/odd-json-is-refused-by-name", odd_json_is_refused_by_name },
  { "/fields/odd-variants-are-refused-by-name", odd_variants_are_refused_by_name },
  { "/fields/fixed-members-are-not-edited", fixed_members_are_not_edited },
};

static void
test_walk (gconstpointer user_data)
{
  for_random_objects (walks[GPOINTER_TO_UINT (user_data)].each);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/fields/tables-cover-their-structs", test_tables_cover_structs);
  g_test_add_func ("/fields/names-are-unique", test_names_are_unique);
  g_test_add_func ("/fields/defaults-keep-their-limits", test_defaults_keep_limits);
  g_test_add_func ("/fields/null-unsets", test_null_unsets);
  g_test_add_func ("/fields/negative-spans-are-unset-or-refused", test_negative_spans);
  g_test_add_func ("/fields/json-has-units-in-its-names", test_json_has_units);
  g_test_add_func ("/fields/members-are-set-from-text", test_texts);
  g_test_add_func ("/fields/unknown-text-lists-the-members", test_unknown_text_lists_members);
  for (guint i = 0; i < G_N_ELEMENTS (walks); i++)
    g_test_add_data_func (walks[i].name, GUINT_TO_POINTER (i), test_walk);
  return g_test_run ();
}
