/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-uptime"

#include "config.h"

#include <math.h>
#include <string.h>

#include "random-points.h"
#include "support.h"
#include "timetext.h"
#include "uptime.h"

static const struct {
  double share;
  const char *text;
} texts[] = {
  { 1, "100 %" },     { 0.99999999, "99.99 %" }, { 0.9999, "99.99 %" }, { 0.99989999, "99.98 %" },
  { 0.5, "50.00 %" }, { 0.123456, "12.34 %" },   { 0.00001, "0.00 %" }, { 0, "0 %" },
  { NAN, "—" },
};

static void
test_texts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *text = tocsin_uptime_to_text (texts[i].share);

    g_assert_cmpstr (text, ==, texts[i].text);
  }
}

/* Each text is of its own number and of no lower one. */
static void
test_texts_are_exact (void)
{
  for (guint parts = 1; parts < 10000; parts++) {
    g_autofree char *text = tocsin_uptime_to_text (parts / 10000.0);
    g_autofree char *wanted = g_strdup_printf ("%u.%02u %%", parts / 100, parts % 100);

    g_assert_cmpstr (text, ==, wanted);
  }
}

static const struct {
  gint64 up_us, down_us;
  double share;
} shares[] = {
  { 0, 0, NAN }, { 5, 0, 1 }, { 0, 5, 0 }, { 3, 1, 0.75 }, { 999, 1, 0.999 },
};

static void
test_shares (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (shares); i++) {
    TocsinUptime uptime = { shares[i].up_us, shares[i].down_us, 77 };
    double share = tocsin_uptime_get_share (&uptime);

    if (isnan (shares[i].share))
      g_assert_true (isnan (share));
    else
      g_assert_cmpfloat (share, ==, shares[i].share);
  }
}

static void
test_one_microsecond_down_is_not_one (void)
{
  TocsinUptime uptime = { G_MAXINT64 / 2, 1, 0 };
  double share = tocsin_uptime_get_share (&uptime);
  g_autofree char *text = tocsin_uptime_to_text (share);

  g_assert_cmpfloat (share, <, 1);
  g_assert_cmpstr (text, ==, "99.99 %");
}

typedef struct {
  const char *what;
  gint64 cut;
  struct {
    gint64 at;
    char outcome; /* o s f i, and m for a failure in maintenance */
  } samples[5];
  guint n;
  gint64 from, to;
  gint64 up, down, uncounted;
} Case;

static const Case cases[] = {
  { "nobody looked", 10, { { 0 } }, 0, 0, 100, 0, 0, 100 },
  { "a sample's time goes to the next", 100, { { 0, 'o' }, { 40, 'f' } }, 2, 0, 100, 40, 60, 0 },
  { "slow is up", 100, { { 0, 's' }, { 40, 'f' } }, 2, 0, 100, 40, 60, 0 },
  { "and is cut", 20, { { 0, 'o' }, { 40, 'f' } }, 2, 0, 100, 20, 20, 60 },
  { "a heartbeat is never cut", G_MAXINT64, { { 0, 'o' } }, 1, 0, 100, 100, 0, 0 },
  { "inconclusive is nobody's",
    100,
    { { 0, 'o' }, { 30, 'i' }, { 50, 'o' } },
    3,
    0,
    100,
    80,
    0,
    20 },
  { "maintenance is nobody's",
    100,
    { { 0, 'f' }, { 30, 'm' }, { 50, 'o' } },
    3,
    0,
    100,
    50,
    30,
    20 },
  { "an earlier sample reaches in", 30, { { -20, 'f' }, { 40, 'o' } }, 2, 0, 100, 30, 10, 60 },
  { "a later sample does not", 50, { { 0, 'o' }, { 100, 'f' } }, 2, 0, 100, 50, 0, 50 },
  { "two at the same time", 50, { { 0, 'o' }, { 0, 'f' } }, 2, 0, 50, 0, 50, 0 },
};

static void
make_point (TocsinPoint *point, gint64 at, char outcome)
{
  static const char letters[] = "osfi";
  const char *letter = strchr (letters, outcome);

  *point = (TocsinPoint){
    .at_us = at,
    .outcome = letter != NULL ? (guint8) (letter - letters) : TOCSIN_OUTCOME_FAILED,
    .flags = outcome == 'm' ? TOCSIN_SAMPLE_IN_MAINTENANCE : 0,
  };
}

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case *c = &cases[i];
    TocsinPoint points[G_N_ELEMENTS (c->samples)];
    TocsinUptime uptime = { 0 };

    g_test_message ("%s", c->what);
    for (guint k = 0; k < c->n; k++)
      make_point (&points[k], c->samples[k].at, c->samples[k].outcome);
    tocsin_uptime_add_points (&uptime, points, c->n, c->cut, c->from, c->to);
    g_assert_cmpint (uptime.up_us, ==, c->up);
    g_assert_cmpint (uptime.down_us, ==, c->down);
    g_assert_cmpint (uptime.uncounted_us, ==, c->uncounted);
  }
}

/* However a stretch is divided, its parts are the whole. */
static void
test_parts_are_the_whole (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint round = 0; round < 100; round++) {
    g_autofree TocsinPoint *points = random_points (rand, 60, 0);
    gint64 to = points[59].at_us + TOCSIN_US_PER_HOUR;
    gint64 middle = (gint64) g_rand_double_range (rand, 0, (double) to);
    gint64 cut = g_rand_int_range (rand, 1, 2000) * TOCSIN_US_PER_S;
    TocsinUptime whole = { 0 }, parts = { 0 };

    tocsin_uptime_add_points (&whole, points, 60, cut, 0, to);
    tocsin_uptime_add_points (&parts, points, 60, cut, 0, middle);
    tocsin_uptime_add_points (&parts, points, 60, cut, middle, to);
    g_assert_cmpmem (&whole, sizeof whole, &parts, sizeof parts);
    g_assert_cmpint (whole.up_us + whole.down_us + whole.uncounted_us, ==, to);
  }
}

static void
test_floor (void)
{
  g_assert_cmpint (tocsin_time_floor (0, 10), ==, 0);
  g_assert_cmpint (tocsin_time_floor (9, 10), ==, 0);
  g_assert_cmpint (tocsin_time_floor (10, 10), ==, 10);
  g_assert_cmpint (tocsin_time_floor (-1, 10), ==, -10);
  g_assert_cmpint (tocsin_time_floor (-10, 10), ==, -10);
}

int
main (int argc, char *argv[])
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/uptime/never-rounds-up-to-a-hundred", test_texts);
  g_test_add_func ("/uptime/hundredths-are-exact", test_texts_are_exact);
  g_test_add_func ("/uptime/share-is-up-of-what-was-seen", test_shares);
  g_test_add_func ("/uptime/one-microsecond-down-is-not-one", test_one_microsecond_down_is_not_one);
  g_test_add_func ("/uptime/time-belongs-to-the-earlier-sample", test_cases);
  g_test_add_func ("/uptime/parts-are-the-whole", test_parts_are_the_whole);
  g_test_add_func ("/uptime/floor-goes-down-below-zero-too", test_floor);
  return g_test_run ();
}
