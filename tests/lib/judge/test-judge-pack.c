/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-judge-pack"

#include "config.h"

#include "errors.h"
#include "judge-pack.h"
#include "support.h"
#include "timetext.h"

/* A judge that some random history made. */
static TocsinJudge *
random_judge (GRand *rand)
{
  TocsinJudge *judge = tocsin_judge_new ();
  g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (TOCSIN_MONITOR_HTTP);
  guint n = (guint) g_rand_int_range (rand, 0, 60);
  gint64 at_us = g_rand_int_range (rand, 0, G_MAXINT32) * TOCSIN_US_PER_S;
  TocsinJudgePolicy policy;

  tocsin_judge_policy_init (&policy, monitor);
  for (guint i = 0; i < n; i++) {
    g_autofree char *probe = g_strdup_printf ("probe-%d", g_rand_int_range (rand, 0, 5));
    g_autoptr (TocsinSample) sample =
        tocsin_sample_new (at_us, (TocsinOutcome) g_rand_int_range (rand, 0, 4));
    const TocsinJudgeEvent event = {
      .kind = (TocsinJudgeEventKind) (g_rand_int_range (rand, 0, 4)
                                          ? TOCSIN_JUDGE_SAMPLE
                                          : g_rand_int_range (rand, 1, TOCSIN_N_JUDGE_EVENTS)),
      .sample = sample,
      .probe = probe,
      .text = "the „router“"
    };
    g_auto (TocsinJudgeResult) result = { 0 };

    tocsin_judge_step (&policy, judge, &event, at_us, &result);
    at_us += g_rand_int_range (rand, 0, 90) * TOCSIN_US_PER_S;
  }
  return judge;
}

static TocsinJudge *
unpack (GBytes *packed, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (packed, &size);

  return tocsin_judge_unpack (data, size, error);
}

static void
test_round_trip (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint i = 0; i < 2000; i++) {
    g_autoptr (TocsinJudge) judge = random_judge (rand);
    g_autoptr (GBytes) packed = tocsin_judge_pack (judge);
    g_autoptr (GError) error = NULL;
    g_autoptr (TocsinJudge) back = unpack (packed, &error);

    g_assert_no_error (error);
    g_assert_true (tocsin_fields_equal (&tocsin_judge_fields, judge, back));
  }
}

/* Any bytes are a judge that the machine can go on with, or DAMAGED. */
static void
test_damage (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint i = 0; i < 20000; i++) {
    g_autoptr (TocsinJudge) judge = random_judge (rand);
    g_autoptr (GBytes) packed = tocsin_judge_pack (judge);
    gsize size = g_bytes_get_size (packed);
    g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (packed, NULL), size);
    g_autoptr (GError) error = NULL;
    g_autoptr (TocsinJudge) back = NULL;

    bytes[g_rand_int_range (rand, 0, (gint32) size)] ^= (guint8) g_rand_int_range (rand, 1, 256);
    back = tocsin_judge_unpack (bytes, size - (gsize) g_rand_int_range (rand, 0, 2), &error);
    if (back == NULL) {
      g_assert_true (g_error_matches (error, TOCSIN_ERROR, TOCSIN_ERROR_DAMAGED) ||
                     g_error_matches (error, TOCSIN_ERROR, TOCSIN_ERROR_TOO_NEW));
      continue;
    }
    g_assert_cmpuint (tocsin_judge_get_state (back), <, TOCSIN_N_STATES);
    g_assert_true (tocsin_fields_check (&tocsin_judge_fields, back, NULL));
  }
}

static void
test_nothing (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (tocsin_judge_unpack (NULL, 0, &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_DAMAGED);
  g_clear_error (&error);
  g_assert_null (tocsin_judge_unpack ((const guint8 *) "\x02", 1, &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_TOO_NEW);
}

int
main (int argc, char *argv[])
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/judge-pack/a-judge-comes-out-as-it-went-in", test_round_trip);
  g_test_add_func ("/judge-pack/damage-is-seen-or-harmless", test_damage);
  g_test_add_func ("/judge-pack/nothing-is-no-judge", test_nothing);
  return g_test_run ();
}
