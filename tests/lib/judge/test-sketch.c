/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-sketch"

#include "config.h"

#include <math.h>
#include <stdlib.h>

#include "errors.h"
#include "sketch.h"
#include "support.h"

#define N_VALUES 20000

static const double quantiles[] = { 0, 0.01, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1 };

static gint64
draw_even (GRand *rand)
{
  return g_rand_int_range (rand, 0, 5000000);
}

static gint64
draw_exponential (GRand *rand)
{
  return (gint64) (-80000 * log (1 - g_rand_double (rand)));
}

/* Six orders of magnitude, as widely as a sketch can hold without loss. */
static gint64
draw_wide (GRand *rand)
{
  return (gint64) exp (g_rand_double_range (rand, log (5000), log (5000) + 10));
}

static gint64
draw_two_hills (GRand *rand)
{
  return g_rand_boolean (rand) ? g_rand_int_range (rand, 1000, 1100)
                               : g_rand_int_range (rand, 9000000, 11000000);
}

static gint64
draw_constant (GRand *rand)
{
  return 42000;
}

static gint64
draw_tiny (GRand *rand)
{
  return g_rand_int_range (rand, 0, 40);
}

static const struct {
  const char *name;
  gint64 (*draw) (GRand *rand);
} distributions[] = {
  { "even", draw_even },           { "exponential", draw_exponential }, { "wide", draw_wide },
  { "two hills", draw_two_hills }, { "constant", draw_constant },       { "tiny", draw_tiny },
};

static int
compare_values (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static void
test_error_bound (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint d = 0; d < G_N_ELEMENTS (distributions); d++) {
    g_autofree gint64 *values = g_new (gint64, N_VALUES);
    g_auto (TocsinSketch) sketch = { 0 };

    g_test_message ("%s", distributions[d].name);
    for (guint i = 0; i < N_VALUES; i++) {
      values[i] = distributions[d].draw (rand);
      tocsin_sketch_add (&sketch, values[i]);
    }
    qsort (values, N_VALUES, sizeof *values, compare_values);
    g_assert_cmpuint (sketch.n, ==, N_VALUES);
    for (guint q = 0; q < G_N_ELEMENTS (quantiles); q++) {
      double exact = (double) values[(gsize) (quantiles[q] * (N_VALUES - 1))];
      double answer = tocsin_sketch_get_quantile (&sketch, quantiles[q]);

      g_assert_cmpfloat (fabs (answer - exact), <=, exact * (TOCSIN_SKETCH_ERROR + 1e-9));
    }
  }
}

static void
test_every_size (void)
{
  guint last = 0;

  for (gint64 value = 0; value < TOCSIN_SKETCH_MOST_US; value += 1 + value / 1000) {
    guint index = tocsin_sketch_index_of (value);
    double back = tocsin_sketch_value_of (index);

    g_assert_cmpuint (index, >=, last);
    g_assert_cmpuint (index, <, TOCSIN_SKETCH_INDEXES);
    g_assert_cmpfloat (fabs (back - (double) value), <=,
                       (double) value * (TOCSIN_SKETCH_ERROR + 1e-9));
    last = index;
  }
  g_assert_cmpuint (tocsin_sketch_index_of (G_MAXINT64), <, TOCSIN_SKETCH_INDEXES);
  g_assert_cmpuint (tocsin_sketch_index_of (-5), ==, 0);
}

static void
test_empty (void)
{
  g_auto (TocsinSketch) sketch = { 0 };

  g_assert_true (isnan (tocsin_sketch_get_quantile (&sketch, 0.5)));
}

/* As many buckets as there are indexes, so that low ones are thrown together. */
static void
fill_too_wide (TocsinSketch *sketch, GRand *rand, guint n)
{
  for (guint i = 0; i < n; i++)
    tocsin_sketch_add (sketch, (gint64) exp (g_rand_double_range (rand, 0, 28)));
}

static void
test_high_quantiles_survive_collapse (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  g_autofree gint64 *values = g_new (gint64, N_VALUES);
  g_auto (TocsinSketch) sketch = { 0 };

  for (guint i = 0; i < N_VALUES; i++) {
    values[i] = (gint64) exp (g_rand_double_range (rand, 0, 28));
    tocsin_sketch_add (&sketch, values[i]);
  }
  qsort (values, N_VALUES, sizeof *values, compare_values);
  g_assert_cmpuint (sketch.n_buckets, ==, TOCSIN_SKETCH_BUCKETS);
  g_assert_cmpuint (sketch.n, ==, N_VALUES);
  for (guint q = 0; q < G_N_ELEMENTS (quantiles); q++) {
    double exact = (double) values[(gsize) (quantiles[q] * (N_VALUES - 1))];

    if (quantiles[q] < 0.9)
      continue;
    g_assert_cmpfloat (fabs (tocsin_sketch_get_quantile (&sketch, quantiles[q]) - exact), <=,
                       exact * (TOCSIN_SKETCH_ERROR + 1e-9));
  }
}

static void
test_merge_is_commutative_and_associative (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint round = 0; round < 50; round++) {
    g_auto (TocsinSketch) a = { 0 };
    g_auto (TocsinSketch) b = { 0 };
    g_auto (TocsinSketch) c = { 0 };
    g_auto (TocsinSketch) left = { 0 };
    g_auto (TocsinSketch) right = { 0 };
    g_auto (TocsinSketch) b_and_c = { 0 };

    fill_too_wide (&a, rand, (guint) g_rand_int_range (rand, 0, 900));
    fill_too_wide (&b, rand, (guint) g_rand_int_range (rand, 0, 900));
    fill_too_wide (&c, rand, (guint) g_rand_int_range (rand, 0, 900));
    tocsin_sketch_merge (&left, &a);
    tocsin_sketch_merge (&left, &b);
    tocsin_sketch_merge (&left, &c);
    tocsin_sketch_merge (&b_and_c, &c);
    tocsin_sketch_merge (&b_and_c, &b);
    tocsin_sketch_merge (&right, &b_and_c);
    tocsin_sketch_merge (&right, &a);
    g_assert_true (tocsin_sketch_equal (&left, &right));
    g_assert_cmpuint (left.n, ==, a.n + b.n + c.n);
  }
}

static void
test_merged_is_as_added (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint round = 0; round < 50; round++) {
    g_auto (TocsinSketch) whole = { 0 };
    g_auto (TocsinSketch) merged = { 0 };

    for (guint part = 0; part < 5; part++) {
      g_auto (TocsinSketch) sketch = { 0 };

      for (guint i = 0; i < 300; i++) {
        gint64 value = (gint64) exp (g_rand_double_range (rand, 0, 28));

        tocsin_sketch_add (&sketch, value);
        tocsin_sketch_add (&whole, value);
      }
      tocsin_sketch_merge (&merged, &sketch);
    }
    g_assert_true (tocsin_sketch_equal (&whole, &merged));
  }
}

static void
test_blob_gives_it_back (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint n = 0; n < 2000; n = n * 2 + 1) {
    g_auto (TocsinSketch) sketch = { 0 };
    g_auto (TocsinSketch) back = { 0 };
    g_autoptr (GByteArray) blob = g_byte_array_new ();
    g_autoptr (GError) error = NULL;
    gsize used;

    fill_too_wide (&sketch, rand, n);
    tocsin_sketch_encode (&sketch, blob);
    g_byte_array_append (blob, (const guint8 *) "rest", 4);
    tocsin_sketch_decode (&back, blob->data, blob->len, &used, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (used, ==, blob->len - 4);
    g_assert_true (tocsin_sketch_equal (&sketch, &back));
  }
}

static const struct {
  const char *what;
  const char *bytes;
  gsize size;
} damaged[] = {
  { "nothing", "", 0 },
  { "a bucket that is missing", "\x01", 1 },
  { "a count that is missing", "\x01\x05", 2 },
  { "an empty bucket", "\x01\x05\x00", 3 },
  { "the same bucket twice", "\x02\x05\x01\x00\x01", 5 },
  { "an index too high", "\x01\xd0\x05\x01", 4 },
  { "too many buckets", "\x81\x02", 2 },
  { "a count of more than 32 bits", "\x01\x05\x80\x80\x80\x80\x10", 7 },
  { "a number without an end", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 11 },
};

static void
test_damage_is_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (damaged); i++) {
    g_auto (TocsinSketch) sketch = { 0 };
    g_autoptr (GError) error = NULL;
    gsize used = 7;

    g_test_message ("%s", damaged[i].what);
    g_assert_false (tocsin_sketch_decode (&sketch, (const guint8 *) damaged[i].bytes,
                                          damaged[i].size, &used, &error));
    g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_DAMAGED);
    g_assert_cmpuint (used, ==, 7);
    g_assert_cmpuint (sketch.n, ==, 0);
  }
}

static void
test_counts_stop_at_their_limit (void)
{
  g_auto (TocsinSketch) sketch = { 0 };

  tocsin_sketch_add_bucket (&sketch, 100, G_MAXUINT32);
  tocsin_sketch_add_bucket (&sketch, 100, 5);
  g_assert_cmpuint (sketch.n, ==, G_MAXUINT32);
  g_assert_cmpuint (sketch.buckets[0].n, ==, G_MAXUINT32);
}

int
main (int argc, char *argv[])
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/sketch/quantiles-are-within-two-percent", test_error_bound);
  g_test_add_func ("/sketch/every-size-is-within-two-percent", test_every_size);
  g_test_add_func ("/sketch/nothing-has-no-quantile", test_empty);
  g_test_add_func ("/sketch/high-quantiles-survive-collapse", test_high_quantiles_survive_collapse);
  g_test_add_func ("/sketch/merge-is-commutative-and-associative",
                   test_merge_is_commutative_and_associative);
  g_test_add_func ("/sketch/merged-is-as-added", test_merged_is_as_added);
  g_test_add_func ("/sketch/blob-gives-it-back", test_blob_gives_it_back);
  g_test_add_func ("/sketch/damage-is-refused", test_damage_is_refused);
  g_test_add_func ("/sketch/counts-stop-at-their-limit", test_counts_stop_at_their_limit);
  return g_test_run ();
}
