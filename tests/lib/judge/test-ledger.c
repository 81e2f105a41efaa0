/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-ledger"

#include "config.h"

#include <math.h>

#include "ledger.h"
#include "support.h"
#include "timetext.h"

#define DAY_AT   (G_GINT64_CONSTANT (20000) * TOCSIN_US_PER_DAY)
#define N_EVENTS 3000

/* The same account, kept the long way: every stretch of time since the begin. */
typedef struct {
  gint64 from_us, to_us;
  TocsinCounts counts;
} Stretch;

static TocsinUptime
integrate (GArray *stretches, gint64 from_us, gint64 now_us)
{
  TocsinUptime sum = { 0, 0, now_us - from_us };

  for (guint i = 0; i < stretches->len; i++) {
    const Stretch *stretch = &g_array_index (stretches, Stretch, i);
    gint64 span = MIN (stretch->to_us, now_us) - MAX (stretch->from_us, from_us);

    if (span <= 0 || stretch->counts == TOCSIN_COUNTS_NOT)
      continue;
    tocsin_uptime_add (&sum, stretch->counts, span);
    sum.uncounted_us -= span;
  }
  return sum;
}

static void
assert_agrees (const TocsinLedger *ledger, GArray *stretches, gint64 now_us)
{
  double shares[TOCSIN_N_WINDOWS];

  tocsin_ledger_get_shares (ledger, now_us, shares);
  for (guint window = 0; window < TOCSIN_N_WINDOWS; window++) {
    TocsinUptime wanted = integrate (stretches, tocsin_ledger_get_from (window, now_us), now_us);
    double share = tocsin_uptime_get_share (&wanted);
    TocsinUptime uptime;

    tocsin_ledger_get (ledger, window, now_us, &uptime);
    g_assert_cmpint (uptime.up_us, ==, wanted.up_us);
    g_assert_cmpint (uptime.down_us, ==, wanted.down_us);
    g_assert_cmpint (uptime.uncounted_us, ==, wanted.uncounted_us);
    g_assert_true (isnan (share) ? isnan (shares[window]) : share == shares[window]);
  }
}

static gint64
draw_gap (GRand *rand)
{
  static const gint64 most[] = { TOCSIN_US_PER_MIN, TOCSIN_US_PER_HOUR, 8 * TOCSIN_US_PER_HOUR,
                                 3 * TOCSIN_US_PER_DAY };
  guint kind = (guint) g_rand_int_range (rand, 0, 40);

  return (gint64) g_rand_double_range (rand, 0, (double) most[kind == 0 ? 3 : kind % 3]);
}

/* An event more: a sample, or a stop. */
static void
step (GRand *rand, TocsinLedger *ledger, GArray *stretches, gint64 at_us)
{
  Stretch *last =
      stretches->len > 0 ? &g_array_index (stretches, Stretch, stretches->len - 1) : NULL;
  gboolean is_heartbeat = g_rand_int_range (rand, 0, 10) == 0;
  gint64 cut = is_heartbeat ? G_MAXINT64 : g_rand_int_range (rand, 0, 3600) * TOCSIN_US_PER_S;
  Stretch next = { at_us, is_heartbeat ? G_MAXINT64 : at_us + cut,
                   (TocsinCounts) g_rand_int_range (rand, 0, 3) };

  if (last != NULL)
    last->to_us = MIN (last->to_us, at_us);
  if (g_rand_int_range (rand, 0, 10) == 0) {
    tocsin_ledger_stop (ledger, at_us);
    return;
  }
  g_assert_true (tocsin_ledger_add (ledger, at_us, next.counts, cut));
  g_array_append_val (stretches, next);
}

static void
test_random_histories (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  g_autoptr (TocsinLedger) ledger = tocsin_ledger_new ();
  g_autoptr (GArray) stretches = g_array_new (FALSE, FALSE, sizeof (Stretch));
  gint64 at = DAY_AT;

  for (guint i = 0; i < N_EVENTS; i++) {
    at += draw_gap (rand);
    step (rand, ledger, stretches, at);
    assert_agrees (ledger, stretches, at + draw_gap (rand));
    assert_agrees (ledger, stretches, at);
  }
}

static void
test_nothing_is_nan (void)
{
  g_autoptr (TocsinLedger) ledger = tocsin_ledger_new ();
  double shares[TOCSIN_N_WINDOWS];
  TocsinUptime uptime;

  tocsin_ledger_get_shares (ledger, DAY_AT, shares);
  for (guint i = 0; i < TOCSIN_N_WINDOWS; i++)
    g_assert_true (isnan (shares[i]));
  tocsin_ledger_get (ledger, TOCSIN_WINDOW_24H, DAY_AT, &uptime);
  g_assert_cmpint (uptime.uncounted_us, ==, TOCSIN_US_PER_DAY);
}

static void
test_borders (void)
{
  gint64 now = DAY_AT + 90 * TOCSIN_US_PER_MIN;

  g_assert_cmpint (tocsin_ledger_get_from (TOCSIN_WINDOW_24H, now), ==,
                   DAY_AT - 23 * TOCSIN_US_PER_HOUR);
  g_assert_cmpint (tocsin_ledger_get_from (TOCSIN_WINDOW_7D, now), ==,
                   DAY_AT - 7 * TOCSIN_US_PER_DAY);
  g_assert_cmpint (tocsin_ledger_get_from (TOCSIN_WINDOW_30D, now), ==,
                   DAY_AT - 30 * TOCSIN_US_PER_DAY);
  g_assert_cmpint (tocsin_ledger_get_from (TOCSIN_WINDOW_90D, now), ==,
                   DAY_AT - 90 * TOCSIN_US_PER_DAY);
}

/* One daemon lives on; another dies in the middle, and the next is seeded from what was stored. */
static void
test_seeded_goes_on (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  g_autoptr (TocsinLedger) one = tocsin_ledger_new ();
  g_autoptr (TocsinLedger) other = tocsin_ledger_new ();
  gint64 from = DAY_AT, middle = DAY_AT + 40 * TOCSIN_US_PER_DAY + 5 * TOCSIN_US_PER_HOUR / 2;
  gint64 to = middle + 3 * TOCSIN_US_PER_DAY;
  g_autoptr (GPtrArray) rollups = g_ptr_array_new ();

  for (gint64 at = from; at < to; at += TOCSIN_US_PER_DAY) {
    g_ptr_array_add (rollups, g_new (TocsinRollup, 1));
    tocsin_rollup_init (g_ptr_array_index (rollups, rollups->len - 1), at, TOCSIN_US_PER_DAY);
  }
  for (gint64 at = middle - 30 * TOCSIN_US_PER_HOUR; at <= middle; at += TOCSIN_US_PER_HOUR) {
    g_ptr_array_add (rollups, g_new (TocsinRollup, 1));
    tocsin_rollup_init (g_ptr_array_index (rollups, rollups->len - 1), at, TOCSIN_US_PER_HOUR);
  }
  for (gint64 at = from, next; at < middle; at = next) {
    TocsinCounts counts = (TocsinCounts) g_rand_int_range (rand, 0, 3);

    next = at + 1 + g_rand_int_range (rand, 0, 3000) * TOCSIN_US_PER_S;
    next = MIN (next, middle);
    tocsin_ledger_add (one, at, counts, TOCSIN_US_PER_HOUR);
    for (guint i = 0; i < rollups->len; i++)
      tocsin_rollup_add_stretch (g_ptr_array_index (rollups, i), counts, at, next,
                                 TOCSIN_US_PER_HOUR);
  }
  for (guint i = 0; i < rollups->len; i++)
    tocsin_ledger_seed (other, g_ptr_array_index (rollups, i));
  for (gint64 at = middle; at < to; at += 7 * TOCSIN_US_PER_MIN) {
    TocsinCounts counts = (TocsinCounts) g_rand_int_range (rand, 0, 3);

    tocsin_ledger_add (one, at, counts, TOCSIN_US_PER_HOUR);
    tocsin_ledger_add (other, at, counts, TOCSIN_US_PER_HOUR);
    for (guint window = 0; window < TOCSIN_N_WINDOWS; window++) {
      TocsinUptime a, b;

      tocsin_ledger_get (one, window, at, &a);
      tocsin_ledger_get (other, window, at, &b);
      g_assert_cmpint (a.up_us, ==, b.up_us);
      g_assert_cmpint (a.down_us, ==, b.down_us);
      g_assert_cmpint (a.uncounted_us, ==, b.uncounted_us);
    }
  }
  for (guint i = 0; i < rollups->len; i++) {
    tocsin_rollup_clear (g_ptr_array_index (rollups, i));
    g_free (g_ptr_array_index (rollups, i));
  }
}

static void
test_clock_set_back (void)
{
  g_autoptr (TocsinLedger) ledger = tocsin_ledger_new ();
  TocsinUptime uptime;

  tocsin_ledger_add (ledger, DAY_AT, TOCSIN_COUNTS_UP, G_MAXINT64);
  tocsin_ledger_add (ledger, DAY_AT + 1000, TOCSIN_COUNTS_UP, G_MAXINT64);
  g_assert_true (tocsin_ledger_add (ledger, DAY_AT + 500, TOCSIN_COUNTS_DOWN, G_MAXINT64));
  tocsin_ledger_get (ledger, TOCSIN_WINDOW_24H, DAY_AT + 900, &uptime);
  g_assert_cmpint (uptime.up_us, ==, 1000);
  g_assert_cmpint (uptime.down_us, ==, 0);
  tocsin_ledger_get (ledger, TOCSIN_WINDOW_24H, DAY_AT + 1300, &uptime);
  g_assert_cmpint (uptime.up_us, ==, 1000);
  g_assert_cmpint (uptime.down_us, ==, 300);
}

static void
test_clock_set_far_back (void)
{
  g_autoptr (TocsinLedger) ledger = tocsin_ledger_new ();
  TocsinUptime uptime;

  tocsin_ledger_add (ledger, DAY_AT + 400 * TOCSIN_US_PER_DAY, TOCSIN_COUNTS_UP, G_MAXINT64);
  g_assert_false (tocsin_ledger_add (ledger, DAY_AT, TOCSIN_COUNTS_DOWN, G_MAXINT64));
  tocsin_ledger_get (ledger, TOCSIN_WINDOW_90D, DAY_AT + 70, &uptime);
  g_assert_cmpint (uptime.up_us, ==, 0);
  g_assert_cmpint (uptime.down_us, ==, 70);
}

/* The hours are the window of 24 hours taken apart, but for its first, which is the 25th. */
static void
test_hours_add_up (void)
{
  g_autoptr (TocsinLedger) ledger = tocsin_ledger_new ();
  TocsinUptime hours[TOCSIN_LEDGER_HOURS];
  gint64 at = DAY_AT + 3 * TOCSIN_US_PER_HOUR;

  tocsin_ledger_add (ledger, at, TOCSIN_COUNTS_UP, G_MAXINT64);
  tocsin_ledger_add (ledger, at + 90 * TOCSIN_US_PER_MIN, TOCSIN_COUNTS_DOWN, TOCSIN_US_PER_MIN);
  tocsin_ledger_get_hours (ledger, at + 100 * TOCSIN_US_PER_MIN, hours);
  g_assert_cmpint (hours[22].up_us, ==, TOCSIN_US_PER_HOUR);
  g_assert_cmpint (hours[22].uncounted_us, ==, 0);
  g_assert_cmpint (hours[23].up_us, ==, 30 * TOCSIN_US_PER_MIN);
  g_assert_cmpint (hours[23].down_us, ==, TOCSIN_US_PER_MIN);
  g_assert_cmpint (hours[23].uncounted_us, ==, 9 * TOCSIN_US_PER_MIN);
  g_assert_cmpint (hours[21].up_us + hours[21].down_us, ==, 0);
  g_assert_cmpint (hours[0].uncounted_us, ==, TOCSIN_US_PER_HOUR);
}

int
main (int argc, char *argv[])
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/ledger/random-histories-are-as-integrated", test_random_histories);
  g_test_add_func ("/ledger/nothing-looked-at-has-no-uptime", test_nothing_is_nan);
  g_test_add_func ("/ledger/windows-begin-at-borders", test_borders);
  g_test_add_func ("/ledger/hours-add-up-to-their-window", test_hours_add_up);
  g_test_add_func ("/ledger/seeded-goes-on", test_seeded_goes_on);
  g_test_add_func ("/ledger/clock-set-back-counts-nothing-twice", test_clock_set_back);
  g_test_add_func ("/ledger/clock-set-far-back-starts-over", test_clock_set_far_back);
  return g_test_run ();
}
