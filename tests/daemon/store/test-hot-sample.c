/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-hot-sample"

#include "config.h"

#include "hot-sample.h"
#include "support.h"

#define N_ROUNDS 200000

static gint64
draw_span (GRand *rand)
{
  gint64 value = (gint64) ((guint64) g_rand_int (rand) << 31 ^ g_rand_int (rand));

  return g_rand_int_range (rand, 0, 4) == 0 ? -1 : value >> g_rand_int_range (rand, 0, 63);
}

static void
draw_point (GRand *rand, TocsinPoint *point)
{
  gint64 sum = 0;

  *point = (TocsinPoint){
    .outcome = (guint8) g_rand_int_range (rand, 0, TOCSIN_OUTCOME_INCONCLUSIVE + 1),
    .code = (guint8) (g_rand_boolean (rand) ? 0 : g_rand_int_range (rand, 0, TOCSIN_CODE_MOST + 1)),
    .flags = (guint8) g_rand_int_range (rand, 0, 8),
  };
  for (guint i = 0; i < TOCSIN_N_PHASES; i++) {
    point->phase_us[i] = draw_span (rand);
    if (point->phase_us[i] > 0 && sum < G_MAXINT64 - point->phase_us[i])
      sum += point->phase_us[i];
  }
  point->latency_us = g_rand_boolean (rand) ? sum : draw_span (rand);
}

static void
assert_equal (const TocsinPoint *a, const TocsinPoint *b)
{
  g_assert_cmpuint (a->outcome, ==, b->outcome);
  g_assert_cmpuint (a->code, ==, b->code);
  g_assert_cmpuint (a->flags, ==, b->flags);
  g_assert_cmpint (a->latency_us, ==, b->latency_us);
  for (guint i = 0; i < TOCSIN_N_PHASES; i++)
    g_assert_cmpint (a->phase_us[i], ==, b->phase_us[i]);
}

static void
test_any_sample_comes_out_as_it_went_in (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint round = 0; round < N_ROUNDS; round++) {
    guint8 data[TOCSIN_HOT_SAMPLE_MOST_BYTES];
    TocsinPoint point, back = { 0 };
    gsize size;

    draw_point (rand, &point);
    size = tocsin_hot_sample_encode (&point, data);
    g_assert_cmpuint (size, <=, sizeof data);
    g_assert_true (tocsin_hot_sample_decode (&back, data, size));
    assert_equal (&point, &back);
    g_assert_false (tocsin_hot_sample_decode (&back, data, size - 1)); /* cut short */
  }
}

/* What can be read means the same when it is written again. */
static void
test_any_bytes_are_a_sample_or_refused (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  guint n_read = 0;

  for (guint round = 0; round < N_ROUNDS; round++) {
    guint8 data[24], again[TOCSIN_HOT_SAMPLE_MOST_BYTES];
    gsize size = (gsize) g_rand_int_range (rand, 0, sizeof data);
    TocsinPoint point = { 0 }, back = { 0 };

    for (guint i = 0; i < size; i++)
      data[i] = (guint8) (g_rand_int (rand) & (i < 2 ? 0xff : 0x7f));
    if (size > 0)
      data[0] &= 0x73; /* an outcome that there is */
    if (!tocsin_hot_sample_decode (&point, data, size))
      continue;
    n_read++;
    size = tocsin_hot_sample_encode (&point, again);
    g_assert_true (tocsin_hot_sample_decode (&back, again, size));
    assert_equal (&point, &back);
  }
  g_assert_cmpuint (n_read, >, 100);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);

  g_test_add_func ("/hot-sample/any-sample-comes-out-as-it-went-in",
                   test_any_sample_comes_out_as_it_went_in);
  g_test_add_func ("/hot-sample/any-bytes-are-a-sample-or-refused",
                   test_any_bytes_are_a_sample_or_refused);
  return g_test_run ();
}
