/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-flapping"

#include "config.h"

#include <math.h>
#include <string.h>

#include "flapping.h"
#include "support.h"

#define N_HISTORIES 5000

/* Nagios' sum, the long way: of 21 states, oldest first. */
static double
reckon (const TocsinState *states)
{
  double sum = 0;

  for (int x = 1; x < TOCSIN_FLAPPING_STATES; x++)
    if (states[x] != states[x - 1])
      sum += (x - 1) * (1.25 - 0.75) / 19 + 0.75;
  return sum / 20;
}

static void
test_agrees_with_the_formula (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  static const TocsinState all[] = { TOCSIN_STATE_UP, TOCSIN_STATE_DEGRADED, TOCSIN_STATE_DOWN };
  TocsinState states[TOCSIN_FLAPPING_STATES];
  TocsinFlapHistory history = 0;

  for (guint i = 0; i < N_HISTORIES; i++) {
    TocsinState state = g_rand_int_range (rand, 0, 3) != 0 && i > 0
                            ? states[TOCSIN_FLAPPING_STATES - 1]
                            : all[g_rand_int_range (rand, 0, 3)];

    history = tocsin_flap_history_add (history, state);
    for (guint n = 0; i == 0 && n < TOCSIN_FLAPPING_STATES; n++)
      states[n] = state;
    memmove (states, states + 1, sizeof states - sizeof states[0]);
    states[TOCSIN_FLAPPING_STATES - 1] = state;
    g_assert_true (fabs (tocsin_flap_history_get_share (history) - reckon (states)) < 1e-9);
  }
}

static void
test_every_change_is_a_hundred_percent (void)
{
  TocsinFlapHistory history = 0;

  for (guint i = 0; i < TOCSIN_FLAPPING_STATES; i++)
    history = tocsin_flap_history_add (history, i % 2 == 0 ? TOCSIN_STATE_UP : TOCSIN_STATE_DOWN);
  g_assert_true (fabs (tocsin_flap_history_get_share (history) - 1) < 1e-9);
}

static void
test_steady_is_nothing (void)
{
  TocsinFlapHistory history = 0;

  g_assert_false (tocsin_flap_history_is_flapping (history, FALSE));
  for (guint i = 0; i < 3; i++)
    history = tocsin_flap_history_add (history, TOCSIN_STATE_DOWN);
  g_assert_true (tocsin_flap_history_get_share (history) == 0);
  g_assert_false (tocsin_flap_history_is_flapping (history, TRUE));
}

/* Between 20 and 30 % it stays as it was. */
static void
test_two_thresholds (void)
{
  TocsinFlapHistory history = 0;
  gboolean flapping = FALSE, was_between = FALSE;

  for (guint i = 0; i < 60; i++) {
    gboolean before = flapping;
    double share;

    history = tocsin_flap_history_add (history,
                                       i < 8 && i % 2 == 1 ? TOCSIN_STATE_DOWN : TOCSIN_STATE_UP);
    share = tocsin_flap_history_get_share (history);
    flapping = tocsin_flap_history_is_flapping (history, flapping);
    if (share >= 0.3)
      g_assert_true (flapping);
    else if (share <= 0.2)
      g_assert_false (flapping);
    else
      g_assert_true (flapping == before);
    was_between |= flapping && share < 0.3;
  }
  g_assert_true (was_between);
  g_assert_false (flapping);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/flapping/agrees-with-the-formula", test_agrees_with_the_formula);
  g_test_add_func ("/flapping/every-change-is-a-hundred-percent",
                   test_every_change_is_a_hundred_percent);
  g_test_add_func ("/flapping/steady-is-nothing", test_steady_is_nothing);
  g_test_add_func ("/flapping/two-thresholds", test_two_thresholds);
  return g_test_run ();
}
