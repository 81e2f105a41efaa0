/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-state-time"

#include "config.h"

#include <math.h>

#include "run.h"
#include "state-time.h"
#include "state.h"
#include "support.h"

#define UP      TOCSIN_STATE_UP
#define DOWN    TOCSIN_STATE_DOWN
#define UNKNOWN TOCSIN_STATE_UNKNOWN
#define PAUSED  TOCSIN_STATE_PAUSED
#define NEW     TOCSIN_STATE_NEW

/* From 100 to 200: the state before, what changed, what was down, and the sums. */
static const struct {
  const char *what;
  guint before;
  TocsinStateChange changes[3];
  guint n_changes;
  TocsinOutage outages[2];
  guint n_outages;
  gint64 up, down, uncounted;
} cases[] = {
  { "up all the time", UP, { { 0, 0 } }, 0, { { 0, 0 } }, 0, 100, 0, 0 },
  { "nobody looked", UNKNOWN, { { 0, 0 } }, 0, { { 0, 0 } }, 0, 0, 0, 100 },
  { "made within", NEW, { { 140, UP } }, 1, { { 0, 0 } }, 0, 60, 0, 40 },
  { "down from its first failure on",
    UP,
    { { 130, DOWN }, { 150, UP } },
    2,
    { { 120, 150 } },
    1,
    70,
    30,
    0 },
  { "down, and not over", UP, { { 190, DOWN } }, 1, { { 180, 0 } }, 1, 80, 20, 0 },
  { "down since long", DOWN, { { 0, 0 } }, 0, { { 10, 0 } }, 1, 0, 100, 0 },
  { "paused while down", DOWN, { { 150, PAUSED } }, 1, { { 10, 150 } }, 1, 0, 50, 50 },
  { "an outage that nobody saw the end of",
    DOWN,
    { { 120, UNKNOWN }, { 160, UP } },
    2,
    { { 10, 160 } },
    1,
    40,
    20,
    40 },
  { "two outages",
    UP,
    { { 110, DOWN }, { 120, UP }, { 150, DOWN } },
    3,
    { { 105, 120 }, { 150, 0 } },
    2,
    35,
    65,
    0 },
  { "changes before and after",
    UP,
    { { 50, UP }, { 300, DOWN } },
    2,
    { { 290, 0 } },
    1,
    100,
    0,
    0 },
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TocsinUptime uptime = { 0 };

    g_test_message ("%s", cases[i].what);
    tocsin_state_time_count (&uptime, cases[i].before, cases[i].changes, cases[i].n_changes,
                             cases[i].outages, cases[i].n_outages, 100, 200);
    g_assert_cmpint (uptime.up_us, ==, cases[i].up);
    g_assert_cmpint (uptime.down_us, ==, cases[i].down);
    g_assert_cmpint (uptime.uncounted_us, ==, cases[i].uncounted);
  }
}

/* A µs in a hundred years is no 100 %. */
static void
test_never_rounded_up (void)
{
  const TocsinOutage outage = { 5, 6 };
  TocsinUptime uptime = { 0 };
  g_autofree char *text = NULL;

  tocsin_state_time_count (&uptime, UP, NULL, 0, &outage, 1, 0,
                           G_GINT64_CONSTANT (3155760000000000));
  g_assert_cmpfloat (tocsin_uptime_get_share (&uptime), <, 1);
  text = tocsin_uptime_to_text (tocsin_uptime_get_share (&uptime));
  g_assert_cmpstr (text, !=, "100 %");
}

static void
test_short_runs (void)
{
  TocsinPoint points[] = {
    { .at_us = G_MININT64, .latency_us = -1, .phase_us = { -1, -1, -1, -1, -1 }, .outcome = 3 },
    { .at_us = -1, .latency_us = 0, .phase_us = { 0, -1, 7, -1, G_MAXINT64 }, .code = 127 },
    { .at_us = G_MAXINT64, .latency_us = G_MAXINT64, .phase_us = { 1, 2, 3, 4, 5 }, .flags = 255 },
  };
  g_autoptr (GBytes) run = tocsin_run_encode (points, G_N_ELEMENTS (points));
  g_autoptr (GArray) back = g_array_new (FALSE, TRUE, sizeof (TocsinPoint));
  g_autoptr (GError) error = NULL;
  gsize size;
  const guint8 *data = g_bytes_get_data (run, &size);

  tocsin_run_decode (data, size, back, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (back->len, ==, G_N_ELEMENTS (points));
  for (guint i = 0; i < back->len; i++) {
    const TocsinPoint *point = &g_array_index (back, TocsinPoint, i);

    g_assert_cmpint (point->at_us, ==, points[i].at_us);
    g_assert_cmpint (point->latency_us, ==, points[i].latency_us);
    g_assert_cmpmem (point->phase_us, sizeof point->phase_us, points[i].phase_us,
                     sizeof points[i].phase_us);
    g_assert_cmpuint (point->outcome, ==, points[i].outcome);
    g_assert_cmpuint (point->code, ==, points[i].code);
    g_assert_cmpuint (point->flags, ==, points[i].flags);
  }
  g_assert_false (tocsin_run_decode (data, size - 1, back, NULL));
  g_assert_cmpuint (back->len, ==, G_N_ELEMENTS (points));
}

int
main (int argc, char *argv[])
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/state-time/sums-of-a-table", test_cases);
  g_test_add_func ("/state-time/never-rounded-up", test_never_rounded_up);
  g_test_add_func ("/run/short-ones-in-the-same-out", test_short_runs);
  return g_test_run ();
}
