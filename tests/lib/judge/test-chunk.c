/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-chunk"

#include "config.h"

#include <math.h>
#include <string.h>

#include "chunk.h"
#include "errors.h"
#include "levels-private.h"
#include "random-points.h"
#include "support.h"
#include "timetext.h"

#define DAY_AT (G_GINT64_CONSTANT (20000) * TOCSIN_US_PER_DAY)

static GArray *
unpack (GBytes *blob, TocsinChunkFlags flags)
{
  GArray *points = tocsin_points_new ();
  g_autoptr (GError) error = NULL;
  gsize size;
  const guint8 *data = g_bytes_get_data (blob, &size);

  tocsin_chunk_decode (data, size, flags, points, &error);
  g_assert_no_error (error);
  return points;
}

/* All but the phases is as it was, and the same phases are there. */
static void
assert_same_facts (const TocsinPoint *a, const TocsinPoint *b)
{
  g_assert_cmpint (a->at_us, ==, b->at_us);
  g_assert_cmpint (a->latency_us, ==, b->latency_us);
  g_assert_cmpuint (a->outcome, ==, b->outcome);
  g_assert_cmpuint (a->code, ==, b->code);
  g_assert_cmpuint (a->flags, ==, b->flags);
}

/* Every phase is within 1/32 of its value; the one that was left out is within what that makes of
 * the others, and 1/128 of the latency. Answers which phase was further off than 1/32, as a bit. */
static guint
assert_near_phases (const TocsinPoint *in, const TocsinPoint *out)
{
  double slack = (double) MAX (in->latency_us, 0) / 128 + 1;
  guint far = 0;

  for (guint p = 0; p < TOCSIN_N_PHASES; p++)
    slack += (double) MAX (in->phase_us[p], 0) / 32;
  for (guint p = 0; p < TOCSIN_N_PHASES; p++) {
    double off = fabs ((double) in->phase_us[p] - (double) out->phase_us[p]);

    g_assert_cmpint (in->phase_us[p] < 0, ==, out->phase_us[p] < 0);
    if (in->phase_us[p] < 0)
      continue;
    g_assert_cmpfloat (off, <=, slack);
    if (off > (double) in->phase_us[p] / 32)
      far |= 1u << p;
  }
  return far;
}

static void
assert_round_trip (const TocsinPoint *points, guint n)
{
  g_autoptr (GBytes) blob = tocsin_chunk_encode (points, n);
  g_autoptr (GArray) all = unpack (blob, TOCSIN_CHUNK_ALL);
  g_autoptr (GArray) facts = unpack (blob, TOCSIN_CHUNK_NO_PHASES);
  TocsinChunkInfo info;
  guint far = 0;

  g_assert_true (
      tocsin_chunk_peek (g_bytes_get_data (blob, NULL), g_bytes_get_size (blob), &info, NULL));
  g_assert_cmpuint (info.count, ==, n);
  g_assert_cmpint (info.first_at, ==, points[0].at_us);
  g_assert_cmpint (info.last_at, ==, points[n - 1].at_us);
  g_assert_cmpuint (all->len, ==, n);
  g_assert_cmpuint (facts->len, ==, n);
  for (guint i = 0; i < n; i++) {
    const TocsinPoint *point = &g_array_index (all, TocsinPoint, i);
    const TocsinPoint *fact = &g_array_index (facts, TocsinPoint, i);

    assert_same_facts (&points[i], point);
    assert_same_facts (&points[i], fact);
    far |= assert_near_phases (&points[i], point);
    for (guint p = 0; p < TOCSIN_N_PHASES; p++)
      g_assert_cmpint (fact->phase_us[p], ==, -1);
  }
  /* One phase of the chunk is left out, and no other is further off. */
  g_assert_true ((far & (far - 1)) == 0);
}

static void
test_random_samples (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint round = 0; round < 300; round++) {
    guint n = (guint) g_rand_int_range (rand, 1, 400);
    g_autofree TocsinPoint *points = random_points (rand, n, DAY_AT);

    assert_round_trip (points, n);
  }
}

static void
test_any_time (void)
{
  static const gint64 times[][3] = {
    { 0, 0, 0 },
    { G_MININT64, 0, G_MAXINT64 },
    { G_MININT64, G_MININT64, G_MININT64 + 1 },
    { G_MAXINT64 - 1, G_MAXINT64, G_MAXINT64 },
    { -5, -4, G_MAXINT64 },
    { DAY_AT, DAY_AT + TOCSIN_US_PER_MIN, DAY_AT + 2 * TOCSIN_US_PER_MIN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++) {
    TocsinPoint points[3];

    for (guint k = 0; k < 3; k++) {
      points[k] = (TocsinPoint){ .at_us = times[i][k], .latency_us = k == 1 ? G_MAXINT64 : 1 };
      for (guint p = 0; p < TOCSIN_N_PHASES; p++)
        points[k].phase_us[p] = -1;
    }
    assert_round_trip (points, 3);
  }
}

static void
test_phases_add_up (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  TocsinPoint points[500];
  g_autoptr (GBytes) blob = NULL;
  g_autoptr (GArray) back = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (points); i++) {
    points[i] = (TocsinPoint){ .at_us = DAY_AT + i * TOCSIN_US_PER_MIN };
    for (guint p = 0; p < TOCSIN_N_PHASES; p++) {
      points[i].phase_us[p] = g_rand_int_range (rand, 0, p == TOCSIN_PHASE_WAIT ? 200000 : 20000);
      points[i].latency_us += points[i].phase_us[p];
    }
    points[i].phase_us[TOCSIN_PHASE_WAIT] += 10000;
    points[i].latency_us += 10000;
  }
  blob = tocsin_chunk_encode (points, G_N_ELEMENTS (points));
  back = unpack (blob, TOCSIN_CHUNK_ALL);
  for (guint i = 0; i < back->len; i++) {
    const TocsinPoint *point = &g_array_index (back, TocsinPoint, i);
    gint64 sum = 0;

    for (guint p = 0; p < TOCSIN_N_PHASES; p++)
      sum += point->phase_us[p];
    g_assert_cmpint (sum, ==, point->latency_us);
  }
}

static void
test_levels (void)
{
  gint64 last = -1;

  for (gint64 value = 0; value < G_MAXINT64 / 2; value += 1 + value / 300) {
    gint64 level = tocsin_level_of (value);
    gint64 back = tocsin_level_to_value (level);

    g_assert_cmpint (level, >=, last);
    g_assert_cmpint (level, <=, TOCSIN_LEVEL_MOST);
    g_assert_cmpint (tocsin_level_of (back), ==, level);
    g_assert_cmpint (ABS (back - value), <=, value / 32);
    last = level;
  }
  g_assert_cmpint (tocsin_level_of (G_MAXINT64), <=, TOCSIN_LEVEL_MOST);
  g_assert_cmpint (tocsin_level_to_value (TOCSIN_LEVEL_MOST), ==, G_MAXINT64);
}

/* A steady monitor costs next to nothing: what is stored is noise alone. */
static void
test_what_is_expected_is_free (void)
{
  TocsinPoint points[1440];
  g_autoptr (GBytes) blob = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (points); i++)
    points[i] = (TocsinPoint){ .at_us = DAY_AT + i * TOCSIN_US_PER_MIN,
                               .latency_us = 1500,
                               .phase_us = { 100, 200, 300, 400, 500 } };
  blob = tocsin_chunk_encode (points, G_N_ELEMENTS (points));
  g_assert_cmpuint (g_bytes_get_size (blob), <, 200);
}

static void
test_appends (void)
{
  TocsinPoint point = { .at_us = 5, .latency_us = -1, .phase_us = { -1, -1, -1, -1, -1 } };
  g_autoptr (GBytes) blob = tocsin_chunk_encode (&point, 1);
  g_autoptr (GArray) points = tocsin_points_new ();
  gsize size;
  const guint8 *data = g_bytes_get_data (blob, &size);

  g_assert_true (tocsin_chunk_decode (data, size, TOCSIN_CHUNK_ALL, points, NULL));
  g_assert_true (tocsin_chunk_decode (data, size, TOCSIN_CHUNK_ALL, points, NULL));
  g_assert_cmpuint (points->len, ==, 2);
  g_assert_false (tocsin_chunk_decode (data, size - 1, TOCSIN_CHUNK_ALL, points, NULL));
  g_assert_cmpuint (points->len, ==, 2);
}

static void
test_every_damaged_byte_is_seen (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  g_autofree TocsinPoint *points = random_points (rand, 100, DAY_AT);
  g_autoptr (GBytes) blob = tocsin_chunk_encode (points, 100);
  gsize size;
  const guint8 *data = g_bytes_get_data (blob, &size);
  /* Magic, version and count; in the times of the head a flip is seen by the samples. */
  g_autoptr (GArray) out = tocsin_points_new ();

  for (gsize i = 0; i < size; i++) {
    g_autofree guint8 *copy = g_memdup2 (data, size);
    g_autoptr (GError) error = NULL;
    gboolean ok;

    copy[i] ^= (guint8) (1 << g_rand_int_range (rand, 0, 8));
    ok = tocsin_chunk_decode (copy, size, TOCSIN_CHUNK_ALL, out, &error);
    if (ok) {
      g_test_message ("byte %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT, i, size);
      g_assert_cmpuint (out->len, ==, 100);
      for (guint k = 0; k < 100; k++)
        assert_same_facts (&points[k], &g_array_index (out, TocsinPoint, k));
      g_array_set_size (out, 0);
      continue;
    }
    g_assert_true (g_error_matches (error, TOCSIN_ERROR, TOCSIN_ERROR_DAMAGED) ||
                   g_error_matches (error, TOCSIN_ERROR, TOCSIN_ERROR_TOO_NEW));
    g_assert_cmpuint (out->len, ==, 0);
  }
}

static const struct {
  const char *what;
  const char *bytes;
  gsize size;
  TocsinError code;
} damaged[] = {
  { "nothing", "", 0, TOCSIN_ERROR_DAMAGED },
  { "something else", "SQLite", 6, TOCSIN_ERROR_DAMAGED },
  { "no version", "TC", 2, TOCSIN_ERROR_DAMAGED },
  { "a newer version", "TC\x02", 3, TOCSIN_ERROR_TOO_NEW },
  { "no samples", "TC\x01\x00\x00\x00\x01\x00\x05", 9, TOCSIN_ERROR_DAMAGED },
  { "more samples than may be", "TC\x01\x81\x80\x04\x00\x00\x01\x00\x05", 11,
    TOCSIN_ERROR_DAMAGED },
  { "no step", "TC\x01\x01\x00\x00\x00\x00\x05", 9, TOCSIN_ERROR_DAMAGED },
  { "a phase that there is not", "TC\x01\x01\x00\x00\x01\x00\x06", 9, TOCSIN_ERROR_DAMAGED },
  { "a table that ends early", "TC\x01\x01\x00\x00\x01\x09\x05", 9, TOCSIN_ERROR_DAMAGED },
  { "no table", "TC\x01\x01\x00\x00\x01\x00\x05", 9, TOCSIN_ERROR_DAMAGED },
};

static void
test_damage_is_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (damaged); i++) {
    g_autoptr (GArray) points = tocsin_points_new ();
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", damaged[i].what);
    g_assert_false (tocsin_chunk_decode ((const guint8 *) damaged[i].bytes, damaged[i].size,
                                         TOCSIN_CHUNK_ALL, points, &error));
    g_assert_error (error, TOCSIN_ERROR, (int) damaged[i].code);
    g_assert_cmpuint (points->len, ==, 0);
  }
}

static void
test_sample_and_back (void)
{
  g_autoptr (TocsinSample) sample = tocsin_sample_new (DAY_AT, TOCSIN_OUTCOME_FAILED);
  g_autoptr (TocsinSample) back = NULL;
  TocsinPoint point;

  sample->code = TOCSIN_CODE_CONNECT_REFUSED;
  sample->flags = TOCSIN_SAMPLE_RETRY;
  sample->latency_us = 77;
  sample->phase_us[TOCSIN_PHASE_LOOKUP] = 33;
  tocsin_point_from_sample (&point, sample);
  back = tocsin_point_to_sample (&point);
  g_assert_true (tocsin_fields_equal (&tocsin_sample_fields, sample, back));
  g_assert_cmpuint (back->flags, ==, sample->flags);
  g_assert_false (tocsin_point_has_latency (&point));
}

int
main (int argc, char *argv[])
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/chunk/any-samples-in-the-same-out", test_random_samples);
  g_test_add_func ("/chunk/any-time-in-the-same-out", test_any_time);
  g_test_add_func ("/chunk/phases-add-up-to-the-latency", test_phases_add_up);
  g_test_add_func ("/chunk/levels-are-within-their-share", test_levels);
  g_test_add_func ("/chunk/what-is-expected-is-free", test_what_is_expected_is_free);
  g_test_add_func ("/chunk/decoding-appends", test_appends);
  g_test_add_func ("/chunk/every-damaged-byte-is-seen", test_every_damaged_byte_is_seen);
  g_test_add_func ("/chunk/damage-is-refused", test_damage_is_refused);
  g_test_add_func ("/chunk/a-sample-is-its-point-and-back", test_sample_and_back);
  return g_test_run ();
}
