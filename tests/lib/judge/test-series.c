/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-series"

#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chunk.h"
#include "errors.h"
#include "random-points.h"
#include "series.h"
#include "support.h"
#include "timetext.h"

#define DAY_AT  (G_GINT64_CONSTANT (20000) * TOCSIN_US_PER_DAY)
#define CUT_US  (2 * TOCSIN_US_PER_MIN)
#define N_ITEMS 700

static int
compare_reals (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
assert_within (double value, double exact, double share)
{
  if (isnan (exact)) {
    g_assert_true (isnan (value));
    return;
  }
  g_assert_cmpfloat (fabs (value - exact), <=, exact * share);
}

/* One part of a series, the long way. */
static void
assert_part (const TocsinSeries *series, guint part, const TocsinPoint *points, guint n)
{
  gint64 from = series->at_us[part];
  gint64 to = part + 1 < series->n_points ? series->at_us[part + 1] : series->to_us;
  g_autofree double *values = g_new (double, n);
  guint n_all = 0, n_failed = 0, n_values = 0;
  TocsinUptime uptime = { 0 };
  double sum = 0;

  for (guint i = 0; i < n; i++) {
    if (points[i].at_us < from || points[i].at_us >= to)
      continue;
    n_all++;
    n_failed += points[i].outcome == TOCSIN_OUTCOME_FAILED;
    if (!tocsin_point_has_latency (&points[i]))
      continue;
    values[n_values++] = (double) points[i].latency_us;
    sum += (double) points[i].latency_us;
  }
  qsort (values, n_values, sizeof *values, compare_reals);
  tocsin_uptime_add_points (&uptime, points, n, CUT_US, from, to);
  g_assert_cmpuint (series->n[part], ==, n_all);
  g_assert_cmpuint (series->n_failed[part], ==, n_failed);
  g_assert_cmpint (series->up_us[part], ==, uptime.up_us);
  g_assert_cmpint (series->down_us[part], ==, uptime.down_us);
  g_assert_cmpint (series->uncounted_us[part], ==, uptime.uncounted_us);

#define RANK(q) (n_values > 0 ? values[(guint) ((q) * (n_values - 1))] : (double) NAN)
  assert_within (series->least_us[part], RANK (0), 0);
  assert_within (series->most_us[part], RANK (1), 0);
  assert_within (series->mean_us[part], n_values > 0 ? sum / n_values : (double) NAN, 1e-9);
  assert_within (series->p10_us[part], RANK (0.10), TOCSIN_SKETCH_ERROR + 1e-9);
  assert_within (series->p50_us[part], RANK (0.50), TOCSIN_SKETCH_ERROR + 1e-9);
  assert_within (series->p95_us[part], RANK (0.95), TOCSIN_SKETCH_ERROR + 1e-9);
#undef RANK
}

/* Within what a sketch can hold: what is longer is tested there. */
static TocsinPoint *
make_points (GRand *rand, guint n)
{
  TocsinPoint *points = random_points (rand, n, DAY_AT);

  for (guint i = 0; i < n; i++)
    points[i].latency_us = MIN (points[i].latency_us, TOCSIN_SKETCH_MOST_US);
  return points;
}

static void
assert_series_equal (const TocsinSeries *a, const TocsinSeries *b)
{
  g_autoptr (GVariant) x = g_variant_ref_sink (tocsin_series_to_variant (a));
  g_autoptr (GVariant) y = g_variant_ref_sink (tocsin_series_to_variant (b));

  g_assert_cmpmem (g_variant_get_data (x), g_variant_get_size (x), g_variant_get_data (y),
                   g_variant_get_size (y));
}

static void
test_is_as_counted (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint round = 0; round < 20; round++) {
    g_autofree TocsinPoint *points = make_points (rand, N_ITEMS);
    gint64 from = points[N_ITEMS / 5].at_us + g_rand_int_range (rand, -1000000, 1000000);
    gint64 to = points[N_ITEMS - 20].at_us + g_rand_int_range (rand, 0, 1000000);
    guint n_parts = (guint) g_rand_int_range (rand, 1, 60);
    g_autoptr (TocsinSeriesBuilder) builder = tocsin_series_builder_new (from, to, n_parts, CUT_US);
    g_autoptr (TocsinSeries) series = NULL;

    tocsin_series_builder_add (builder, points, N_ITEMS / 2);
    tocsin_series_builder_add (builder, points + N_ITEMS / 2, N_ITEMS - N_ITEMS / 2);
    series = tocsin_series_builder_finish (builder);
    g_assert_cmpuint (series->n_points, ==, n_parts);
    for (guint part = 0; part < n_parts; part++)
      assert_part (series, part, points, N_ITEMS);
  }
}

static TocsinSeries *
build (const TocsinPoint *points, guint n, gint64 from, gint64 to)
{
  g_autoptr (TocsinSeriesBuilder) builder = tocsin_series_builder_new (from, to, 50, CUT_US);

  tocsin_series_builder_add (builder, points, n);
  return tocsin_series_builder_finish (builder);
}

static void
test_order_does_not_matter (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint round = 0; round < 20; round++) {
    g_autofree TocsinPoint *points = make_points (rand, N_ITEMS);
    gint64 from = points[10].at_us, to = points[N_ITEMS - 10].at_us;
    g_autoptr (TocsinSeries) sorted = NULL;
    g_autoptr (TocsinSeries) shuffled = NULL;

    /* Of two at the same time the later one counts, so they must not be swapped. */
    for (guint i = 1; i < N_ITEMS; i++)
      points[i].at_us = MAX (points[i].at_us, points[i - 1].at_us + 1);
    sorted = build (points, N_ITEMS, from, to);
    for (guint i = N_ITEMS - 1; i > 0; i--) {
      guint k = (guint) g_rand_int_range (rand, 0, (gint32) i + 1);
      TocsinPoint point = points[i];

      points[i] = points[k];
      points[k] = point;
    }
    shuffled = build (points, N_ITEMS, from, to);
    /* The mean is a sum of doubles. */
    for (guint i = 0; i < sorted->n_points; i++) {
      assert_within (shuffled->mean_us[i], sorted->mean_us[i], 1e-9);
      shuffled->mean_us[i] = sorted->mean_us[i] = 0;
    }
    assert_series_equal (sorted, shuffled);
  }
}

static void
test_chunks_are_samples (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  g_autofree TocsinPoint *points = make_points (rand, N_ITEMS);
  gint64 from = points[10].at_us, to = points[N_ITEMS - 10].at_us;
  g_autoptr (TocsinSeriesBuilder) builder = tocsin_series_builder_new (from, to, 50, CUT_US);
  g_autoptr (TocsinSeries) direct = build (points, N_ITEMS, from, to);
  g_autoptr (TocsinSeries) packed = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_ITEMS; i += 100) {
    g_autoptr (GBytes) blob = tocsin_chunk_encode (points + i, 100);

    tocsin_series_builder_add_chunk (builder, g_bytes_get_data (blob, NULL),
                                     g_bytes_get_size (blob), &error);
    g_assert_no_error (error);
  }
  g_assert_false (tocsin_series_builder_add_chunk (builder, (const guint8 *) "x", 1, &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_DAMAGED);
  packed = tocsin_series_builder_finish (builder);
  assert_series_equal (direct, packed);
}

/* Hours, drawn as hours, are what their samples are. */
static void
test_rollups_are_samples (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  g_autofree TocsinPoint *points = make_points (rand, N_ITEMS);
  gint64 from = DAY_AT, to = DAY_AT + 50 * TOCSIN_US_PER_HOUR;
  g_autoptr (TocsinSeriesBuilder) builder = tocsin_series_builder_new (from, to, 50, CUT_US);
  g_autoptr (TocsinSeries) direct = build (points, N_ITEMS, from, to);
  g_autoptr (TocsinSeries) rolled = NULL;

  for (gint64 at = from; at < to; at += TOCSIN_US_PER_HOUR) {
    g_auto (TocsinRollup) rollup = { 0 };

    tocsin_rollup_init (&rollup, at, TOCSIN_US_PER_HOUR);
    for (guint i = 0; i < N_ITEMS; i++)
      if (tocsin_rollup_holds (&rollup, points[i].at_us))
        tocsin_rollup_add (&rollup, &points[i]);
    tocsin_uptime_add_points (&rollup.time, points, N_ITEMS, CUT_US, at, at + TOCSIN_US_PER_HOUR);
    tocsin_series_builder_add_rollup (builder, &rollup);
  }
  rolled = tocsin_series_builder_finish (builder);
  for (guint i = 0; i < rolled->n_points; i++) {
    assert_within (rolled->mean_us[i], direct->mean_us[i], 1e-9);
    rolled->mean_us[i] = direct->mean_us[i] = 0;
  }
  assert_series_equal (direct, rolled);
}

/* A day drawn in parts that do not fit its hours: nothing is lost or made. */
static void
test_rollup_is_shared_out (void)
{
  g_auto (TocsinRollup) rollup = { 0 };
  g_autoptr (TocsinSeriesBuilder) builder =
      tocsin_series_builder_new (DAY_AT, DAY_AT + TOCSIN_US_PER_DAY, 7, CUT_US);
  g_autoptr (TocsinSeries) series = NULL;
  gint64 up = 0, down = 0, uncounted = 0;
  guint n = 0;

  tocsin_rollup_init (&rollup, DAY_AT, TOCSIN_US_PER_DAY);
  rollup.time = (TocsinUptime){ 1000003, 77, TOCSIN_US_PER_DAY - 1000080 };
  rollup.n[TOCSIN_OUTCOME_FAILED] = 3;
  tocsin_series_builder_add_rollup (builder, &rollup);
  series = tocsin_series_builder_finish (builder);
  for (guint i = 0; i < 7; i++) {
    up += series->up_us[i];
    down += series->down_us[i];
    uncounted += series->uncounted_us[i];
    n += series->n[i];
    g_assert_cmpint (ABS (series->up_us[i] - 1000003 / 7), <=, 1);
  }
  g_assert_cmpint (up, ==, 1000003);
  g_assert_cmpint (down, ==, 77);
  g_assert_cmpint (uncounted, ==, rollup.time.uncounted_us);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpuint (series->n_failed[3], ==, 3);
}

static void
test_more_points_than_microseconds (void)
{
  TocsinPoint point = { .at_us = 105, .latency_us = 7 };
  g_autoptr (TocsinSeriesBuilder) builder =
      tocsin_series_builder_new (100, 110, TOCSIN_SERIES_POINTS, 3);
  g_autoptr (TocsinSeries) series = NULL;
  gint64 up = 0;
  guint n = 0;

  tocsin_series_builder_add (builder, &point, 1);
  series = tocsin_series_builder_finish (builder);
  for (guint i = 0; i < series->n_points; i++) {
    up += series->up_us[i];
    n += series->n[i];
  }
  g_assert_cmpint (up, ==, 3);
  g_assert_cmpuint (n, ==, 1);
}

static void
test_variant_gives_it_back (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  g_autofree TocsinPoint *points = make_points (rand, N_ITEMS);
  g_autoptr (TocsinSeries) series = build (points, N_ITEMS, DAY_AT, points[N_ITEMS - 1].at_us);
  g_autoptr (GVariant) variant = g_variant_ref_sink (tocsin_series_to_variant (series));
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinSeries) back = tocsin_series_from_variant (variant, &error);

  g_assert_no_error (error);
  g_assert_cmpint (back->from_us, ==, series->from_us);
  g_assert_cmpint (back->to_us, ==, series->to_us);
  assert_series_equal (series, back);
}

static const struct {
  const char *what;
  const char *text;
  const char *message;
} refused[] = {
  { "nothing", "@a{sv} {}", "at" },
  { "no points", "{'at': <@ax []>, 'from': <@x 0>, 'to': <@x 1>}", "at" },
  { "no span", "{'at': <@ax [1]>}", "from and to" },
  { "a column missing", "{'at': <@ax [1]>, 'from': <@x 0>, 'to': <@x 1>}", "n" },
  { "another type", "{'at': <@ax [1]>, 'from': <@x 0>, 'to': <@x 1>, 'n': <'one'>}", "n" },
  { "another length", "{'at': <@ax [1]>, 'from': <@x 0>, 'to': <@x 1>, 'n': <@au [1, 2]>}", "n" },
};

static void
test_variant_is_checked (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GVariant) variant =
        g_variant_parse (G_VARIANT_TYPE_VARDICT, refused[i].text, NULL, NULL, &error);
    g_autofree char *begin = g_strdup_printf ("series: %s: ", refused[i].message);
    g_autoptr (TocsinSeries) series = NULL;

    g_test_message ("%s", refused[i].what);
    g_assert_no_error (error);
    series = tocsin_series_from_variant (variant, &error);
    g_assert_null (series);
    g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
    g_assert_true (g_str_has_prefix (error->message, begin));
  }
}

static void
test_json (void)
{
  TocsinPoint point = { .at_us = DAY_AT, .latency_us = 1500 };
  g_autoptr (TocsinSeriesBuilder) builder =
      tocsin_series_builder_new (DAY_AT, DAY_AT + 4 * TOCSIN_US_PER_MIN, 2, TOCSIN_US_PER_MIN);
  g_autoptr (TocsinSeries) series = NULL;
  g_autoptr (JsonObject) json = NULL;
  JsonArray *points;
  JsonObject *first, *second;

  tocsin_series_builder_add (builder, &point, 1);
  series = tocsin_series_builder_finish (builder);
  json = tocsin_series_to_json (series);
  points = json_object_get_array_member (json, "points");
  g_assert_cmpstr (json_object_get_string_member (json, "from"), ==, "2024-10-04T00:00:00Z");
  g_assert_cmpstr (json_object_get_string_member (json, "to"), ==, "2024-10-04T00:04:00Z");
  g_assert_cmpuint (json_array_get_length (points), ==, 2);
  first = json_array_get_object_element (points, 0);
  second = json_array_get_object_element (points, 1);
  g_assert_cmpstr (json_object_get_string_member (second, "at"), ==, "2024-10-04T00:02:00Z");
  g_assert_cmpint (json_object_get_int_member (first, "n"), ==, 1);
  g_assert_cmpfloat (json_object_get_double_member (first, "min_ms"), ==, 1.5);
  g_assert_cmpfloat (json_object_get_double_member (first, "up_s"), ==, 60);
  g_assert_cmpfloat (json_object_get_double_member (first, "uncounted_s"), ==, 60);
  g_assert_true (json_object_get_null_member (second, "p95_ms"));
}

static void
test_json_is_read_as_it_was_written (void)
{
  TocsinPoint point = { .at_us = DAY_AT, .latency_us = 1500 };
  g_autoptr (TocsinSeriesBuilder) builder =
      tocsin_series_builder_new (DAY_AT, DAY_AT + 4 * TOCSIN_US_PER_MIN, 2, TOCSIN_US_PER_MIN);
  g_autoptr (TocsinSeries) series = NULL, back = NULL;
  g_autoptr (JsonObject) json = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *cell;

  tocsin_series_builder_add (builder, &point, 1);
  series = tocsin_series_builder_finish (builder);
  json = tocsin_series_to_json (series);
  back = tocsin_series_from_json (json, &error);
  g_assert_no_error (error);
  g_assert_cmpint (back->from_us, ==, series->from_us);
  g_assert_cmpint (back->to_us, ==, series->to_us);
  g_assert_cmpuint (back->n_points, ==, 2);
  for (guint i = 0; i < 2; i++) {
    g_assert_cmpint (back->at_us[i], ==, series->at_us[i]);
    g_assert_cmpuint (back->n[i], ==, series->n[i]);
    g_assert_cmpint (back->up_us[i], ==, series->up_us[i]);
    g_assert_true (isnan (back->p95_us[i]) == isnan (series->p95_us[i]));
  }
  g_assert_cmpfloat (back->least_us[0], ==, 1500);
  cell = json_array_get_object_element (json_object_get_array_member (json, "points"), 1);
  json_object_set_string_member (cell, "n", "many");
  g_assert_null (tocsin_series_from_json (json, &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "n:"));
}

int
main (int argc, char *argv[])
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/series/is-as-counted-the-long-way", test_is_as_counted);
  g_test_add_func ("/series/order-does-not-matter", test_order_does_not_matter);
  g_test_add_func ("/series/chunks-are-samples", test_chunks_are_samples);
  g_test_add_func ("/series/rollups-are-samples", test_rollups_are_samples);
  g_test_add_func ("/series/rollup-is-shared-out", test_rollup_is_shared_out);
  g_test_add_func ("/series/more-points-than-microseconds", test_more_points_than_microseconds);
  g_test_add_func ("/series/variant-gives-it-back", test_variant_gives_it_back);
  g_test_add_func ("/series/variant-is-checked", test_variant_is_checked);
  g_test_add_func ("/series/json-has-null-where-nothing-was-measured", test_json);
  g_test_add_func ("/series/json-is-read-as-it-was-written", test_json_is_read_as_it_was_written);
  return g_test_run ();
}
