/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-chart-days"

#include "config.h"

#include <math.h>

#include "cell-bar.h"
#include "days.h"
#include "heat.h"
#include "phase-look.h"
#include "support.h"
#include "timetext.h"

static gint64
at (const char *text)
{
  g_autoptr (GError) error = NULL;
  gint64 at_us = 0;

  tocsin_time_from_text (text, &at_us, &error);
  g_assert_no_error (error);
  return at_us;
}

/* Hours from `from` on that were up all through, 60 samples each. */
static TocsinSeries *
hours_from (const char *from, guint n_hours)
{
  gint64 from_us = at (from);
  TocsinSeries *hours =
      tocsin_series_new (from_us, from_us + n_hours * TOCSIN_US_PER_HOUR, n_hours);

  for (guint i = 0; i < n_hours; i++) {
    hours->n[i] = 60;
    hours->mean_us[i] = 100000;
    hours->up_us[i] = TOCSIN_US_PER_HOUR;
  }
  return hours;
}

/* --- days --- */

static void
test_days_are_local (void)
{
  static const struct {
    const char *zone, *hours_from, *now;
    guint n_hours, n_days;
    int day_hours[4]; /* how long each day is */
    int up_hours[4];
  } cases[] = {
    { "UTC",
      "2026-11-20T00:00:00Z",
      "2026-11-22T12:00:00Z",
      60,
      3,
      { 24, 24, 24 },
      { 24, 24, 12 } },
    { "Europe/Berlin",
      "2026-03-27T23:00:00Z",
      "2026-03-30T10:00:00Z",
      59,
      3,
      { 24, 23, 24 },
      { 24, 23, 12 } },
    { "Europe/Berlin",
      "2026-10-23T22:00:00Z",
      "2026-10-26T11:00:00Z",
      61,
      3,
      { 24, 25, 24 },
      { 24, 25, 12 } },
    /* Hours before the first day are not its own. */
    { "UTC", "2026-11-19T00:00:00Z", "2026-11-21T06:00:00Z", 54, 2, { 24, 24 }, { 24, 6 } },
    /* A day that begins at 01:00 does not shift the others, be it today or not. */
    { "Africa/Cairo",
      "2026-04-22T22:00:00Z",
      "2026-04-24T12:00:00Z",
      38,
      2,
      { 24, 23 },
      { 24, 14 } },
    { "Africa/Cairo",
      "2026-04-22T22:00:00Z",
      "2026-04-25T11:00:00Z",
      61,
      3,
      { 24, 23, 24 },
      { 24, 23, 14 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (cases[i].zone);
    g_autoptr (TocsinSeries) hours = hours_from (cases[i].hours_from, cases[i].n_hours);
    g_autoptr (GArray) days =
        tocsin_days_fold (hours, NULL, cases[i].n_days, at (cases[i].now), zone);

    g_assert_cmpuint (days->len, ==, cases[i].n_days);
    for (guint j = 0; j < days->len; j++) {
      const TocsinDay *day = &g_array_index (days, TocsinDay, j);

      g_test_message ("%s until %s, day %u", cases[i].zone, cases[i].now, j);
      g_assert_cmpint ((day->to_us - day->from_us) / TOCSIN_US_PER_HOUR, ==, cases[i].day_hours[j]);
      g_assert_cmpint (day->up_us / TOCSIN_US_PER_HOUR, ==, cases[i].up_hours[j]);
      g_assert_cmpfloat (tocsin_day_get_share (day), ==, 1);
    }
  }
}

/* Nothing is lost and nothing counted twice, wherever days begin. */
static void
test_days_keep_sums (void)
{
  static const char *const zones[] = { "UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kolkata",
                                       "Africa/Cairo" };
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint i = 0; i < 100; i++) {
    g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (zones[i % G_N_ELEMENTS (zones)]);
    g_autoptr (TocsinSeries) hours = hours_from ("2026-03-01T00:00:00Z", 60 * 24);
    g_autoptr (GArray) days = NULL;
    gint64 up_us = 0, down_us = 0, all_up_us = 0, all_down_us = 0;

    for (guint j = 0; j < hours->n_points; j++) {
      hours->down_us[j] = g_rand_int_range (rand, 0, 1000);
      up_us += hours->up_us[j];
      down_us += hours->down_us[j];
    }
    days = tocsin_days_fold (hours, NULL, 70, hours->to_us, zone);
    for (guint j = 0; j < days->len; j++) {
      const TocsinDay *day = &g_array_index (days, TocsinDay, j);

      all_up_us += day->up_us;
      all_down_us += day->down_us;
      g_assert_true (j == 0 || day->from_us == g_array_index (days, TocsinDay, j - 1).to_us);
    }
    g_assert_cmpint (all_up_us, ==, up_us);
    g_assert_cmpint (all_down_us, ==, down_us);
  }
}

static void
test_day_means_weigh_samples (void)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (TocsinSeries) hours = hours_from ("2026-11-23T00:00:00Z", 4);
  g_autoptr (GArray) days = NULL;

  hours->n[0] = 10;
  hours->mean_us[0] = 200000;
  hours->n[1] = 40;
  hours->n_failed[1] = 10;
  hours->mean_us[1] = 400000;
  hours->mean_us[2] = NAN; /* inconclusive: neither failed nor measured */
  hours->n[3] = 60;
  hours->mean_us[3] = 100000;
  days = tocsin_days_fold (hours, NULL, 1, hours->to_us - 1, utc);
  g_assert_cmpfloat_with_epsilon (g_array_index (days, TocsinDay, 0).mean_us, 200000, 1e-6);
}

static void
test_days_count_incidents (void)
{
  static const struct {
    const char *began, *ended; /* NULL: open */
    guint counts[3];
  } cases[] = {
    { "2026-11-22T10:00:00Z", "2026-11-22T10:05:00Z", { 0, 1, 0 } },
    { "2026-11-21T23:59:00Z", "2026-11-22T00:01:00Z", { 1, 1, 0 } },
    { "2026-11-22T23:00:00Z", NULL, { 0, 1, 1 } },
    { "2026-11-01T00:00:00Z", "2026-11-21T00:00:00Z", { 0, 0, 0 } },
    { "2026-11-01T00:00:00Z", NULL, { 1, 1, 1 } },
  };
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (TocsinSeries) hours = hours_from ("2026-11-21T00:00:00Z", 72);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) incidents =
        g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_incident_free);
    TocsinIncident *incident = tocsin_incident_new ();
    g_autoptr (GArray) days = NULL;

    incident->began_at = at (cases[i].began);
    incident->ended_at = cases[i].ended != NULL ? at (cases[i].ended) : 0;
    g_ptr_array_add (incidents, incident);
    days = tocsin_days_fold (hours, incidents, 3, hours->to_us - 1, utc);
    for (guint j = 0; j < 3; j++)
      g_assert_cmpuint (g_array_index (days, TocsinDay, j).n_incidents, ==, cases[i].counts[j]);
  }
}

static void
test_days_look_and_read (void)
{
  static const struct {
    gint64 up_min, down_min;
    guint n_incidents;
    TocsinDayLook look;
    const char *text;
  } cases[] = {
    { 0, 0, 0, TOCSIN_DAY_NO_DATA, "Mon 23 Nov 2026: no data" },
    { 1440, 0, 0, TOCSIN_DAY_UP, "Mon 23 Nov 2026: uptime 100 %, ⌀ 120 ms" },
    { 1439, 1, 1, TOCSIN_DAY_PARTLY,
      "Mon 23 Nov 2026: uptime 99.93 %, down 1 min, 1 incident, ⌀ 120 ms" },
    { 1296, 144, 2, TOCSIN_DAY_PARTLY,
      "Mon 23 Nov 2026: uptime 90.00 %, down 2 h 24 min, 2 incidents, ⌀ 120 ms" },
    { 1295, 145, 0, TOCSIN_DAY_DOWN, "Mon 23 Nov 2026: uptime 89.93 %, down 2 h 25 min, ⌀ 120 ms" },
  };
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TocsinDay day = { .from_us = at ("2026-11-23T00:00:00Z"),
                      .up_us = cases[i].up_min * TOCSIN_US_PER_MIN,
                      .down_us = cases[i].down_min * TOCSIN_US_PER_MIN,
                      .n_incidents = cases[i].n_incidents,
                      .mean_us = 120000 };
    g_autofree char *text = tocsin_day_describe (&day, utc);

    g_assert_cmpint (tocsin_day_get_look (&day), ==, cases[i].look);
    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

/* --- hours of all monitors --- */

static void
test_heat_cells_look_and_read (void)
{
  static const struct {
    gint64 up_s, down_s;
    guint n_seen, n_down;
    TocsinDayLook look;
    const char *text;
  } cases[] = {
    { 0, 0, 0, 0, TOCSIN_DAY_NO_DATA, "14:00 – 15:00: no data" },
    { 3600, 0, 1, 0, TOCSIN_DAY_UP, "14:00 – 15:00: 1 monitor, never down" },
    { 144000, 0, 40, 0, TOCSIN_DAY_UP, "14:00 – 15:00: 40 monitors, never down" },
    { 143999, 1, 40, 1, TOCSIN_DAY_PARTLY, "14:00 – 15:00: 1 of 40 monitors down" },
    { 100000, 44000, 40, 13, TOCSIN_DAY_DOWN, "14:00 – 15:00: 13 of 40 monitors down" },
  };
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TocsinHeatCell cell = { .from_us = at ("2026-11-23T14:00:00Z"),
                            .to_us = at ("2026-11-23T15:00:00Z"),
                            .up_us = cases[i].up_s * TOCSIN_US_PER_S,
                            .down_us = cases[i].down_s * TOCSIN_US_PER_S,
                            .n_seen = cases[i].n_seen,
                            .n_down = cases[i].n_down };
    g_autofree char *text = tocsin_heat_cell_describe (&cell, utc);

    g_assert_cmpint (tocsin_heat_cell_get_look (&cell), ==, cases[i].look);
    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

/* --- cells --- */

static void
test_cells_are_found (void)
{
  static const struct {
    double x, width;
    guint n_cells, n_shown;
    int cell;
  } cases[] = {
    { 0, 900, 90, 90, 0 },    { 899, 900, 90, 90, 89 }, { 450, 900, 90, 90, 45 },
    { -1, 900, 90, 90, -1 },  { 900, 900, 90, 90, -1 }, { 0, 200, 90, 40, 50 },
    { 199, 200, 90, 40, 89 }, { 10, 2, 3, 1, -1 },      { 1, 2, 3, 1, 2 },
    { 5, 100, 0, 0, -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    guint n_shown = tocsin_cells_count_shown (cases[i].width, cases[i].n_cells);

    g_assert_cmpuint (n_shown, ==, cases[i].n_shown);
    g_assert_cmpint (tocsin_cells_find (cases[i].x, cases[i].width, n_shown, cases[i].n_cells), ==,
                     cases[i].cell);
  }
}

/* --- phases --- */

static void
test_phases_are_laid_out (void)
{
  static const struct {
    gint64 phase_us[TOCSIN_N_PHASES], total_us;
    guint n;
    double widths[TOCSIN_N_PHASES];
  } cases[] = {
    { { 10, 20, 30, 20, 20 }, 0, 5, { 10, 20, 30, 20, 20 } },
    { { 10, 20, 30, 20, 20 }, 200, 5, { 5, 10, 15, 10, 10 } },
    { { -1, 50, -1, 50, -1 }, 0, 2, { 50, 50 } },
    { { -1, -1, -1, -1, -1 }, 0, 0, { 0 } },
    { { 0, 0, 0, 0, 0 }, 0, 0, { 0 } },
    { { 1, 0, 0, 9999, 0 }, 0, 2, { 1, 99 } },     /* the short one is seen */
    { { 60, 60, -1, -1, -1 }, 10, 2, { 50, 50 } }, /* no more than the whole */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TocsinSample sample = { 0 };
    TocsinPhasePart parts[TOCSIN_N_PHASES];
    double from = 0;
    guint n;

    memcpy (sample.phase_us, cases[i].phase_us, sizeof sample.phase_us);
    n = tocsin_phases_lay_out (&sample, cases[i].total_us, 100, parts);
    g_assert_cmpuint (n, ==, cases[i].n);
    for (guint j = 0; j < n; j++) {
      g_assert_cmpfloat_with_epsilon (parts[j].width, cases[i].widths[j], 0.02);
      g_assert_cmpfloat_with_epsilon (parts[j].from, from, 1e-9);
      from += parts[j].width;
    }
  }
}

int
main (int argc, char *argv[])
{
  tocsin_test_init (&argc, &argv);

  g_test_add_func ("/chart-days/days-are-local", test_days_are_local);
  g_test_add_func ("/chart-days/days-keep-sums", test_days_keep_sums);
  g_test_add_func ("/chart-days/means-weigh-samples", test_day_means_weigh_samples);
  g_test_add_func ("/chart-days/incidents-touch-days", test_days_count_incidents);
  g_test_add_func ("/chart-days/days-look-and-read", test_days_look_and_read);
  g_test_add_func ("/chart-days/hours-look-and-read", test_heat_cells_look_and_read);
  g_test_add_func ("/chart-days/cells-are-found", test_cells_are_found);
  g_test_add_func ("/chart-days/phases-are-laid-out", test_phases_are_laid_out);
  return g_test_run ();
}
