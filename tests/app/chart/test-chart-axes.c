/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-chart-axes"

#include "config.h"

#include <math.h>

#include "chart-scale.h"
#include "chart-ticks.h"
#include "support.h"
#include "timetext.h"

#define MS      ((double) TOCSIN_US_PER_MS)
#define N_ITEMS 2000

static gint64
at (const char *text)
{
  g_autoptr (GError) error = NULL;
  gint64 at_us = 0;

  tocsin_time_from_text (text, &at_us, &error);
  g_assert_no_error (error);
  return at_us;
}

static char *
join_labels (const GArray *ticks)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < ticks->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " | " : "",
                            g_array_index (ticks, TocsinTick, i).label);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* --- scale --- */

static void
test_scale_maps (void)
{
  static const struct {
    TocsinScale scale;
    double value, at;
  } cases[] = {
    { { 0, 100, 200, 0, FALSE }, 0, 200 },      { { 0, 100, 200, 0, FALSE }, 100, 0 },
    { { 0, 100, 200, 0, FALSE }, 25, 150 },     { { 0, 100, 200, 0, FALSE }, 150, -100 },
    { { 1000, 1e6, 300, 0, TRUE }, 1000, 300 }, { { 1000, 1e6, 300, 0, TRUE }, 1e4, 200 },
    { { 1000, 1e6, 300, 0, TRUE }, 1e6, 0 },    { { 1000, 1e6, 300, 0, TRUE }, 0, 300 },
    { { 1000, 1e6, 300, 0, TRUE }, 1e7, -100 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpfloat_with_epsilon (tocsin_scale_map (&cases[i].scale, cases[i].value), cases[i].at,
                                    1e-9);
}

static void
test_scale_goes_there_and_back (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint i = 0; i < N_ITEMS; i++) {
    gboolean is_log = g_rand_boolean (rand);
    double least = is_log ? g_rand_double_range (rand, 1, 1000) : 0;
    TocsinScale scale = { least, least + g_rand_double_range (rand, 1, 1e7), 400, 8, is_log };
    double value = g_rand_double_range (rand, scale.least, scale.most);
    double back = tocsin_scale_unmap (&scale, tocsin_scale_map (&scale, value));

    g_assert_cmpfloat_with_epsilon (back, value, 1e-6 * scale.most);
  }
}

/* A series of points that each saw some samples between `least` and `most`, the p95 at `p95`. */
static TocsinSeries *
series_of (double least, double p95, double most)
{
  TocsinSeries *series = tocsin_series_new (0, 4 * TOCSIN_US_PER_MIN, 4);

  for (guint i = 0; i < 3; i++) {
    series->n[i] = 100;
    series->least_us[i] = least;
    series->p10_us[i] = series->p50_us[i] = series->mean_us[i] = least;
    series->p95_us[i] = p95;
    series->most_us[i] = i == 1 ? most : p95;
  }
  return series;
}

static void
test_scale_fits (void)
{
  static const struct {
    double least, p95, most;
    gint64 slow_ms;
    gboolean is_log, is_cut;
    double from, to; /* ms */
  } cases[] = {
    { 50, 100, 100, 0, FALSE, FALSE, 0, 112 },    { 50, 100, 399, 0, FALSE, FALSE, 0, 446.88 },
    { 50, 100, 9000, 0, FALSE, TRUE, 0, 168 },    /* a spike does not press the rest flat */
    { 50, 100, 100, 150, FALSE, FALSE, 0, 168 },  /* the threshold is in sight where near */
    { 50, 100, 100, 2000, FALSE, FALSE, 0, 112 }, /* and is not where it is far */
    { 50, 100, 100, 0, TRUE, FALSE, 10, 1000 },   /* whole decades */
    { 50, 100, 9000, 0, TRUE, FALSE, 10, 10000 }, /* which have room for a spike */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TocsinSeries) series =
        series_of (cases[i].least * MS, cases[i].p95 * MS, cases[i].most * MS);
    TocsinScale scale = { .is_log = cases[i].is_log };
    gboolean is_cut = -1;

    g_test_message ("case %u", i);
    tocsin_scale_fit (&scale, series, cases[i].slow_ms * TOCSIN_US_PER_MS, &is_cut);
    g_assert_cmpint (is_cut, ==, cases[i].is_cut);
    g_assert_cmpfloat_with_epsilon (scale.least, cases[i].from * MS, 1);
    g_assert_cmpfloat_with_epsilon (scale.most, cases[i].to * MS, 1);
  }
}

static void
test_scale_fits_nothing (void)
{
  g_autoptr (TocsinSeries) empty = tocsin_series_new (0, TOCSIN_US_PER_MIN, 10);
  const TocsinSeries *const none[] = { NULL, empty };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (none); i++) {
    TocsinScale scale = { .is_log = i % 2 };
    gboolean is_cut = TRUE;

    tocsin_scale_fit (&scale, none[i / 2], 0, &is_cut);
    g_assert_false (is_cut);
    g_assert_cmpfloat (scale.most, >, scale.least);
    g_assert_true (isfinite (scale.most));
    g_assert_true (!scale.is_log || scale.least > 0);
  }
}

/* --- ticks of values --- */

static void
test_value_ticks (void)
{
  static const struct {
    TocsinScale scale;
    guint most;
    const char *labels;
  } cases[] = {
    { { 0, 100000, 0, 0, FALSE }, 5, "0 | 20 ms | 40 ms | 60 ms | 80 ms | 100 ms" },
    { { 0, 112000, 0, 0, FALSE }, 5, "0 | 50 ms | 100 ms" },
    { { 0, 900, 0, 0, FALSE }, 4, "0 | 500 µs" },
    { { 0, 3.2e6, 0, 0, FALSE }, 4, "0 | 1 s | 2 s | 3 s" },
    { { 0, 1.6e6, 0, 0, FALSE }, 4, "0 | 500 ms | 1 s | 1.5 s" },
    { { 10000, 1e6, 0, 0, TRUE }, 9, "10 ms | 20 ms | 50 ms | 100 ms | 200 ms | 500 ms | 1 s" },
    { { 10000, 1e6, 0, 0, TRUE }, 4, "10 ms | 100 ms | 1 s" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GArray) ticks = tocsin_ticks_of_values (&cases[i].scale, cases[i].most);
    g_autofree char *labels = join_labels (ticks);

    g_assert_cmpstr (labels, ==, cases[i].labels);
  }
}

/* 1, 2 or 5 times a power of ten. */
static void
assert_round (double step)
{
  double lead = step / pow (10, floor (log10 (step) + 1e-9));

  g_assert_true (fabs (lead - 1) < 1e-6 || fabs (lead - 2) < 1e-6 || fabs (lead - 5) < 1e-6);
}

static void
test_value_ticks_are_round (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint i = 0; i < N_ITEMS; i++) {
    TocsinScale scale = { .most = pow (10, g_rand_double_range (rand, 1, 9)) };
    guint most = (guint) g_rand_int_range (rand, 2, 20);
    g_autoptr (GArray) ticks = tocsin_ticks_of_values (&scale, most);

    g_assert_cmpuint (ticks->len, >=, 2);
    g_assert_cmpuint (ticks->len, <=, most + 1); /* 0 is one more */
    assert_round (g_array_index (ticks, TocsinTick, 1).value);
    for (guint j = 0; j < ticks->len; j++) {
      g_assert_cmpfloat (g_array_index (ticks, TocsinTick, j).value, <=, scale.most * 1.00001);
      g_assert_cmpfloat_with_epsilon (g_array_index (ticks, TocsinTick, j).value,
                                      j * g_array_index (ticks, TocsinTick, 1).value,
                                      scale.most * 1e-9);
    }
  }
}

/* --- ticks of time --- */

static void
test_time_ticks (void)
{
  static const struct {
    const char *zone, *from, *to;
    guint most;
    const char *labels;
  } cases[] = {
    { "UTC", "2026-11-23T09:00:10Z", "2026-11-23T09:01:00Z", 4, "09:00:15 | 09:00:30 | 09:00:45" },
    { "UTC", "2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z", 6,
      "09:00 | 09:10 | 09:20 | 09:30 | 09:40 | 09:50" },
    { "UTC", "2026-11-22T20:30:00Z", "2026-11-23T08:30:00Z", 4, "21:00 | 23 Nov | 03:00 | 06:00" },
    { "Asia/Kolkata", "2026-11-23T00:00:00Z", "2026-11-23T03:00:00Z", 3, "06:00 | 07:00 | 08:00" },
    { "Europe/Berlin", "2026-11-16T12:00:00Z", "2026-11-23T12:00:00Z", 7,
      "17 Nov | 18 Nov | 19 Nov | 20 Nov | 21 Nov | 22 Nov | 23 Nov" },
    { "Europe/Berlin", "2026-10-25T12:00:00Z", "2026-11-23T12:00:00Z", 5,
      "26 Oct | 2 Nov | 9 Nov | 16 Nov | 23 Nov" },
    { "UTC", "2025-11-23T00:00:00Z", "2026-11-23T00:00:00Z", 5,
      "Jan 2026 | Apr 2026 | Jul 2026 | Oct 2026" },
    /* The clock goes forward from 02:00 to 03:00: there is no tick at 02:00, and none odd. */
    { "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T05:00:00Z", 6,
      "29 Mar | 01:00 | 03:00 | 04:00 | 05:00 | 06:00" },
    { "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 5,
      "29 Mar | 06:00 | 12:00 | 18:00" },
    { "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T08:00:00Z", 5,
      "29 Mar | 04:00 | 06:00 | 08:00" },
    /* And back from 03:00 to 02:00: that hour comes twice. */
    { "Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T04:00:00Z", 6,
      "25 Oct | 01:00 | 02:00 | 02:00 | 03:00 | 04:00" },
    { "Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 5,
      "25 Oct | 06:00 | 12:00 | 18:00" },
    /* By half an hour, from 02:00 to 01:30. */
    { "Australia/Lord_Howe", "2026-04-04T12:00:00Z", "2026-04-04T18:00:00Z", 6,
      "23:00 | 5 Apr | 01:00 | 02:00 | 03:00 | 04:00" },
    /* From 00:00 to 01:00: the day begins at 01:00, and the next one at midnight. */
    { "Africa/Cairo", "2026-04-22T12:00:00Z", "2026-04-26T12:00:00Z", 5,
      "23 Apr | 24 Apr | 25 Apr | 26 Apr" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (cases[i].zone);
    g_autoptr (GArray) ticks = NULL;
    g_autofree char *labels = NULL;

    g_assert_nonnull (zone);
    ticks = tocsin_ticks_of_time (at (cases[i].from), at (cases[i].to), cases[i].most, zone);
    labels = join_labels (ticks);
    g_test_message ("%s from %s", cases[i].zone, cases[i].from);
    g_assert_cmpstr (labels, ==, cases[i].labels);
  }
}

/* Any span in any zone: within it, ascending, not too many, and on whole units of the clock. */
static void
test_time_ticks_are_round (void)
{
  static const char *const zones[] = { "UTC",          "Europe/Berlin",       "America/St_Johns",
                                       "Africa/Cairo", "Australia/Lord_Howe", "Asia/Kathmandu" };
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint i = 0; i < N_ITEMS; i++) {
    g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (zones[i % G_N_ELEMENTS (zones)]);
    double span_s = pow (10, g_rand_double_range (rand, 1, 7.8));
    gint64 from_us = at ("2026-01-01T00:00:00Z") +
                     (gint64) (g_rand_double_range (rand, 0, 3e7)) * TOCSIN_US_PER_S;
    gint64 to_us = from_us + (gint64) span_s * TOCSIN_US_PER_S;
    guint most = (guint) g_rand_int_range (rand, 2, 15);
    g_autoptr (GArray) ticks = tocsin_ticks_of_time (from_us, to_us, most, zone);
    gint64 before_us = from_us - 1;

    g_assert_cmpuint (ticks->len, <=, most);
    for (guint j = 0; j < ticks->len; j++) {
      gint64 tick_us = (gint64) g_array_index (ticks, TocsinTick, j).value;
      g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (tick_us / TOCSIN_US_PER_S);
      g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);

      g_assert_cmpint (tick_us, >, before_us);
      g_assert_cmpint (tick_us, <, to_us);
      if (span_s > 3600.0 * most)
        g_assert_cmpint (g_date_time_get_minute (local), ==, 0);
      before_us = tick_us;
    }
  }
}

/* A chart that slides shows the same times as before, besides those that go and come. */
static void
test_time_ticks_stay_while_sliding (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");
  gint64 from_us = at ("2026-02-01T00:00:00Z"), span_us = 90 * TOCSIN_US_PER_DAY;

  for (guint most = 2; most < 100; most++) {
    g_autoptr (GArray) first = tocsin_ticks_of_time (from_us, from_us + span_us, most, zone);
    gint64 by_us = 25 * TOCSIN_US_PER_HOUR;
    g_autoptr (GArray) later =
        tocsin_ticks_of_time (from_us + by_us, from_us + by_us + span_us, most, zone);
    guint skip = 0;

    while (skip < first->len &&
           g_array_index (first, TocsinTick, skip).value < (double) (from_us + by_us))
      skip++;
    for (guint i = skip; i < first->len; i++)
      g_assert_cmpfloat (g_array_index (first, TocsinTick, i).value, ==,
                         g_array_index (later, TocsinTick, i - skip).value);
  }
}

/* --- hit-testing --- */

static void
test_finds_points (void)
{
  g_autoptr (TocsinSeries) series = tocsin_series_new (1000, 2000, 10);
  static const struct {
    gint64 at_us;
    int index;
  } cases[] = { { 999, -1 }, { 1000, 0 }, { 1099, 0 }, { 1100, 1 },
                { 1550, 5 }, { 1999, 9 }, { 2000, -1 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (tocsin_series_find (series, cases[i].at_us), ==, cases[i].index);
}

static void
test_finds_every_begin (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint i = 0; i < N_ITEMS / 10; i++) {
    gint64 from_us = g_rand_int_range (rand, 0, 1000000);
    guint n_points = (guint) g_rand_int_range (rand, 1, 300);
    g_autoptr (TocsinSeries) series = tocsin_series_new (
        from_us, from_us + n_points * (guint) g_rand_int_range (rand, 10, 100000), n_points);

    for (guint j = 0; j < n_points; j++)
      g_assert_cmpint (tocsin_series_find (series, series->at_us[j] + 1), ==, (int) j);
  }
}

static void
test_steps_to_seen_points (void)
{
  g_autoptr (TocsinSeries) series = tocsin_series_new (0, 1000, 10);
  g_autoptr (TocsinSeries) empty = tocsin_series_new (0, 1000, 10);
  static const struct {
    int index, direction, found;
  } cases[] = { { -1, 1, 2 },  { 2, 1, 7 }, { 7, 1, -1 }, { 10, -1, 7 }, { 7, -1, 2 },
                { 2, -1, -1 }, { 3, 0, 2 }, { 6, 0, 7 },  { 7, 0, 7 },   { 0, 0, 2 } };

  series->n[2] = series->n[7] = 1;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_assert_cmpint (tocsin_series_next_seen (series, cases[i].index, cases[i].direction), ==,
                     cases[i].found);
    g_assert_cmpint (tocsin_series_next_seen (empty, cases[i].index, cases[i].direction), ==, -1);
  }
}

/* --- shading --- */

/* u up, f failed, . nobody looked, a letter a second. */
static TocsinSeries *
series_from_letters (const char *letters)
{
  guint n = (guint) strlen (letters);
  TocsinSeries *series = tocsin_series_new (0, n * TOCSIN_US_PER_S, n);

  for (guint i = 0; i < n; i++) {
    series->n[i] = letters[i] != '.';
    series->n_failed[i] = letters[i] == 'f';
    series->up_us[i] = letters[i] == 'u' ? TOCSIN_US_PER_S : 0;
    series->down_us[i] = letters[i] == 'f' ? TOCSIN_US_PER_S : 0;
  }
  return series;
}

static void
test_shades_spans (void)
{
  static const struct {
    const char *letters;
    int now_s;
    const char *spans;
  } cases[] = {
    { "uuuu", 4, "" },           { "uffu", 4, "f1-3 " },
    { "....", 4, ".0-4 " },      { "..uf", 4, ".0-2 f3-4 " },
    { "ff..", 4, "f0-2 .2-4 " }, { "uu..", 3, ".2-3 " }, /* the future is not "nobody looked" */
    { "uu..", 2, "" },           { "f", 1, "f0-1 " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TocsinSeries) series = series_from_letters (cases[i].letters);
    g_autoptr (GArray) spans = tocsin_series_find_spans (series, cases[i].now_s * TOCSIN_US_PER_S);
    g_autoptr (GString) text = g_string_new (NULL);

    for (guint j = 0; j < spans->len; j++) {
      const TocsinShadedSpan *span = &g_array_index (spans, TocsinShadedSpan, j);

      g_string_append_printf (text, "%c%d-%d ", span->shade == TOCSIN_SHADE_FAILED ? 'f' : '.',
                              (int) (span->from_us / TOCSIN_US_PER_S),
                              (int) (span->to_us / TOCSIN_US_PER_S));
    }
    g_assert_cmpstr (text->str, ==, cases[i].spans);
  }
}

int
main (int argc, char *argv[])
{
  tocsin_test_init (&argc, &argv);

  g_test_add_func ("/chart/scale-maps", test_scale_maps);
  g_test_add_func ("/chart/scale-goes-there-and-back", test_scale_goes_there_and_back);
  g_test_add_func ("/chart/scale-fits-what-is-shown", test_scale_fits);
  g_test_add_func ("/chart/scale-fits-nothing", test_scale_fits_nothing);
  g_test_add_func ("/chart/value-ticks-have-labels", test_value_ticks);
  g_test_add_func ("/chart/value-ticks-are-round", test_value_ticks_are_round);
  g_test_add_func ("/chart/time-ticks-follow-the-clock", test_time_ticks);
  g_test_add_func ("/chart/time-ticks-are-round-in-any-zone", test_time_ticks_are_round);
  g_test_add_func ("/chart/time-ticks-stay-while-sliding", test_time_ticks_stay_while_sliding);
  g_test_add_func ("/chart/time-finds-its-point", test_finds_points);
  g_test_add_func ("/chart/every-point-finds-itself", test_finds_every_begin);
  g_test_add_func ("/chart/cursor-steps-to-what-was-seen", test_steps_to_seen_points);
  g_test_add_func ("/chart/spans-are-shaded", test_shades_spans);
  return g_test_run ();
}
