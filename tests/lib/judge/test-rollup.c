/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-rollup"

#include "config.h"

#include <math.h>

#include "errors.h"
#include "random-points.h"
#include "rollup.h"
#include "support.h"
#include "timetext.h"

#define DAY_AT  (G_GINT64_CONSTANT (20000) * TOCSIN_US_PER_DAY)
#define N_HOURS 24
#define CUT_US  (30 * TOCSIN_US_PER_MIN)

/* What a daemon does with a sample: every rollup that its time touches hears of it. */
static void
feed (TocsinRollup *rollup, const TocsinPoint *points, guint n)
{
  for (guint i = 0; i < n; i++) {
    TocsinCounts counts = tocsin_counts_of (points[i].outcome, points[i].flags);
    gint64 next = i + 1 < n ? points[i + 1].at_us : points[i].at_us;

    if (tocsin_rollup_holds (rollup, points[i].at_us))
      tocsin_rollup_add (rollup, &points[i]);
    tocsin_rollup_add_stretch (rollup, counts, points[i].at_us, next, CUT_US);
  }
}

static void
test_hours_are_the_day (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint round = 0; round < 20; round++) {
    guint n = (guint) g_rand_int_range (rand, 0, 400);
    g_autofree TocsinPoint *points = random_points (rand, n, DAY_AT - TOCSIN_US_PER_DAY / 4);
    g_auto (TocsinRollup) day = { 0 };
    g_auto (TocsinRollup) sum = { 0 };

    tocsin_rollup_init (&day, DAY_AT + 5, TOCSIN_US_PER_DAY);
    tocsin_rollup_init (&sum, DAY_AT, TOCSIN_US_PER_DAY);
    feed (&day, points, n);
    for (guint h = 0; h < N_HOURS; h++) {
      g_auto (TocsinRollup) hour = { 0 };

      tocsin_rollup_init (&hour, DAY_AT + h * TOCSIN_US_PER_HOUR, TOCSIN_US_PER_HOUR);
      feed (&hour, points, n);
      tocsin_rollup_merge (&sum, &hour);
    }
    g_assert_true (tocsin_rollup_equal (&day, &sum));
  }
}

static void
test_merge_is_commutative (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint round = 0; round < 50; round++) {
    g_auto (TocsinRollup) a = { 0 };
    g_auto (TocsinRollup) b = { 0 };
    g_auto (TocsinRollup) a_b = { 0 };
    g_auto (TocsinRollup) b_a = { 0 };
    g_autofree TocsinPoint *points = random_points (rand, 200, DAY_AT);

    tocsin_rollup_init (&a, DAY_AT, TOCSIN_US_PER_DAY);
    tocsin_rollup_init (&b, DAY_AT, TOCSIN_US_PER_DAY);
    feed (&a, points, (guint) g_rand_int_range (rand, 0, 100));
    feed (&b, points + 100, (guint) g_rand_int_range (rand, 0, 100));
    tocsin_rollup_copy (&a_b, &a);
    tocsin_rollup_copy (&b_a, &b);
    tocsin_rollup_merge (&a_b, &b);
    tocsin_rollup_merge (&b_a, &a);
    g_assert_true (tocsin_rollup_equal (&a_b, &b_a));
  }
}

static void
test_counts_what_came (void)
{
  static const TocsinPoint points[] = {
    { .at_us = DAY_AT, .outcome = TOCSIN_OUTCOME_OK, .latency_us = 100 },
    { .at_us = DAY_AT + 60, .outcome = TOCSIN_OUTCOME_SLOW, .latency_us = 300 },
    { .at_us = DAY_AT + 120, .outcome = TOCSIN_OUTCOME_FAILED, .latency_us = 9999 },
    { .at_us = DAY_AT + 180, .outcome = TOCSIN_OUTCOME_INCONCLUSIVE, .latency_us = -1 },
    { .at_us = DAY_AT + 240, .outcome = TOCSIN_OUTCOME_OK, .latency_us = -1 },
  };
  g_auto (TocsinRollup) rollup = { 0 };

  tocsin_rollup_init (&rollup, DAY_AT + 17, TOCSIN_US_PER_HOUR);
  g_assert_cmpint (rollup.at_us, ==, DAY_AT);
  g_assert_true (isnan (tocsin_rollup_get_mean_us (&rollup)));
  feed (&rollup, points, G_N_ELEMENTS (points));
  g_assert_cmpuint (rollup.n[TOCSIN_OUTCOME_OK], ==, 2);
  g_assert_cmpuint (rollup.n[TOCSIN_OUTCOME_SLOW], ==, 1);
  g_assert_cmpuint (rollup.n[TOCSIN_OUTCOME_FAILED], ==, 1);
  g_assert_cmpuint (rollup.n[TOCSIN_OUTCOME_INCONCLUSIVE], ==, 1);
  g_assert_cmpuint (tocsin_rollup_get_n (&rollup), ==, 5);
  g_assert_cmpint (rollup.latency_least_us, ==, 100);
  g_assert_cmpint (rollup.latency_most_us, ==, 300);
  g_assert_cmpint (rollup.latency_sum_us, ==, 400);
  g_assert_cmpuint (rollup.latency.n, ==, 2);
  g_assert_cmpfloat (tocsin_rollup_get_mean_us (&rollup), ==, 200);
  g_assert_cmpint (rollup.time.up_us, ==, 120);
  g_assert_cmpint (rollup.time.down_us, ==, 60);
  g_assert_cmpint (rollup.time.uncounted_us, ==, 60);
}

static void
test_blob_gives_it_back (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint n = 0; n < 300; n = n * 2 + 1) {
    g_autofree TocsinPoint *points = random_points (rand, n, DAY_AT);
    g_auto (TocsinRollup) rollup = { 0 };
    g_auto (TocsinRollup) back = { 0 };
    g_autoptr (GBytes) blob = NULL;
    g_autoptr (GError) error = NULL;
    const guint8 *data;
    gsize size;

    tocsin_rollup_init (&rollup, DAY_AT, TOCSIN_US_PER_DAY);
    feed (&rollup, points, n);
    blob = tocsin_rollup_encode (&rollup);
    data = g_bytes_get_data (blob, &size);
    tocsin_rollup_decode (&back, DAY_AT, TOCSIN_US_PER_DAY, data, size, &error);
    g_assert_no_error (error);
    g_assert_true (tocsin_rollup_equal (&rollup, &back));

    /* No part of it is one. */
    for (gsize cut = 0; cut < size; cut++) {
      g_auto (TocsinRollup) half = { 0 };

      g_assert_false (tocsin_rollup_decode (&half, DAY_AT, TOCSIN_US_PER_DAY, data, cut, NULL));
    }
  }
}

static const struct {
  const char *what;
  const char *bytes;
  gsize size;
  TocsinError code;
} damaged[] = {
  { "nothing", "", 0, TOCSIN_ERROR_DAMAGED },
  { "no version", "\x00", 1, TOCSIN_ERROR_DAMAGED },
  { "a newer version", "\x02\x00", 2, TOCSIN_ERROR_TOO_NEW },
  { "more than one rollup", "\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00", 10, TOCSIN_ERROR_DAMAGED },
  { "a negative time", "\x01\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00\x00\x00",
    18, TOCSIN_ERROR_DAMAGED },
  { "too many samples", "\x01\x80\x80\x80\x80\x10\x00\x00\x00\x00\x00\x00\x00", 13,
    TOCSIN_ERROR_DAMAGED },
};

static void
test_damage_is_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (damaged); i++) {
    g_auto (TocsinRollup) rollup = { 0 };
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", damaged[i].what);
    g_assert_false (tocsin_rollup_decode (&rollup, DAY_AT, TOCSIN_US_PER_DAY,
                                          (const guint8 *) damaged[i].bytes, damaged[i].size,
                                          &error));
    g_assert_error (error, TOCSIN_ERROR, (int) damaged[i].code);
  }
}

int
main (int argc, char *argv[])
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/rollup/hours-are-the-day", test_hours_are_the_day);
  g_test_add_func ("/rollup/merge-is-commutative", test_merge_is_commutative);
  g_test_add_func ("/rollup/counts-what-came", test_counts_what_came);
  g_test_add_func ("/rollup/blob-gives-it-back", test_blob_gives_it_back);
  g_test_add_func ("/rollup/damage-is-refused", test_damage_is_refused);
  return g_test_run ();
}
