/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-schedule-properties"

#include "config.h"

#include <string.h>

#include "schedule.h"
#include "support.h"
#include "timetext.h"
#include "zone.h"

#define N_EXPRESSIONS  400
#define WINDOW_MINUTES 600

static const char *const zones[] = { "UTC", "Europe/Berlin", "America/New_York",
                                     "Australia/Lord_Howe", "Asia/Kathmandu" };

/* Around the changes of 2026 of these zones, and anywhere. */
static gint64
random_instant (GRand *rand)
{
  static const gint64 near_s[] = { 1774746000, 1792890000, 1772953200,
                                   1793512800, 1775314800, 1791041400 };
  guint which = (guint) g_rand_int_range (rand, 0, G_N_ELEMENTS (near_s) + 2);

  if (which >= G_N_ELEMENTS (near_s))
    return (gint64) (g_rand_double_range (rand, 0, 2e9)) * TOCSIN_US_PER_S;
  return (near_s[which] + g_rand_int_range (rand, -40000, 20000)) * TOCSIN_US_PER_S +
         g_rand_int_range (rand, 0, 2) * 123456;
}

static char *
random_field (GRand *rand, int least, int most)
{
  int a = g_rand_int_range (rand, least, most + 1), b = g_rand_int_range (rand, a, most + 1);
  int step = g_rand_int_range (rand, 1, most + 1);

  switch (g_rand_int_range (rand, 0, 7)) {
  case 0:
    return g_strdup_printf ("%d", a);
  case 1:
    return g_strdup_printf ("%d-%d", a, b);
  case 2:
    return g_strdup_printf ("*/%d", step);
  case 3:
    return g_strdup_printf ("%d-%d/%d,%d", a, b, step, least);
  default:
    return g_strdup ("*");
  }
}

/* Reads fields of numbers again in the plainest way there is. */
static gboolean
field_has (const char *field, int most, int value)
{
  g_auto (GStrv) items = g_strsplit (field, ",", -1);

  for (guint i = 0; items[i] != NULL; i++) {
    int from = 0, to = most, step = 1;
    const char *slash = strchr (items[i], '/'), *dash = strchr (items[i], '-');

    if (slash != NULL)
      step = atoi (slash + 1);
    if (*items[i] == '*') {
      from = most == 31 || most == 12 ? 1 : 0;
    } else {
      from = atoi (items[i]);
      to = dash != NULL ? atoi (dash + 1) : from;
    }
    if (value >= from && value <= to && (value - from) % step == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
cron_matches (char *const *fields, gint64 wall)
{
  TocsinCivil civil = tocsin_civil_from_wall (wall);
  int minute = (int) (civil.time_us / TOCSIN_US_PER_MIN);
  int weekday = tocsin_civil_weekday (civil.year, civil.month, civil.day);
  gboolean day = field_has (fields[2], 31, civil.day);
  gboolean by_weekday =
      field_has (fields[4], 7, weekday) || (weekday == 0 && field_has (fields[4], 7, 7));
  gboolean both = *fields[2] == '*' || *fields[4] == '*';

  return wall % TOCSIN_US_PER_MIN == 0 && field_has (fields[0], 59, minute % 60) &&
         field_has (fields[1], 23, minute / 60) && field_has (fields[3], 12, civil.month) &&
         (both ? day && by_weekday : day || by_weekday);
}

/* What the next run is by going through the minutes one by one, or 0 where the window ends. */
static gint64
brute_cron (char *const *fields, GTimeZone *zone, gint64 after)
{
  gboolean elapsed = *fields[0] == '*' || *fields[1] == '*';
  gint64 minute = after / TOCSIN_US_PER_MIN * TOCSIN_US_PER_MIN;

  for (int i = 1; i <= WINDOW_MINUTES; i++) {
    gint64 at = minute + i * TOCSIN_US_PER_MIN, before = at - TOCSIN_US_PER_MIN, first;
    gint64 wall = tocsin_zone_to_wall (zone, at);
    gint64 skipped = tocsin_zone_to_wall (zone, before) + TOCSIN_US_PER_MIN;

    for (; !elapsed && skipped < wall; skipped += TOCSIN_US_PER_MIN)
      if (cron_matches (fields, skipped))
        return at;
    if (!cron_matches (fields, wall))
      continue;
    tocsin_zone_from_wall (zone, wall, &first);
    if (elapsed || first == at)
      return at;
  }
  return 0;
}

static void
test_cron (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint i = 0; i < N_EXPRESSIONS; i++) {
    char *fields[6] = { random_field (rand, 0, 59), random_field (rand, 0, 23),
                        random_field (rand, 1, 31), random_field (rand, 1, 12),
                        random_field (rand, 0, 7),  NULL };
    g_autofree char *expression = g_strjoinv (" ", fields);
    const char *tz = zones[g_rand_int_range (rand, 0, G_N_ELEMENTS (zones))];
    g_autoptr (TocsinSchedule) schedule = tocsin_schedule_parse (expression, tz, NULL);

    for (guint n = 0; schedule != NULL && n < 5; n++) {
      gint64 after = random_instant (rand), next = tocsin_schedule_next (schedule, after);
      gint64 brute = brute_cron (fields, schedule->zone, after);

      g_test_message ("%s, %s, from %" G_GINT64_FORMAT, expression, tz, after);
      g_assert_true (next == 0 || next > after);
      if (brute != 0)
        g_assert_cmpint (next, ==, brute);
      else
        g_assert_true (next == 0 || next > after + (WINDOW_MINUTES - 1) * TOCSIN_US_PER_MIN);
    }
    for (guint f = 0; f < 5; f++)
      g_free (fields[f]);
  }
}

static char *
random_part (GRand *rand, int least, int most)
{
  int a = g_rand_int_range (rand, least, most), b = g_rand_int_range (rand, a + 1, most + 1);

  switch (g_rand_int_range (rand, 0, 6)) {
  case 0:
    return g_strdup_printf ("%d", a);
  case 1:
    return g_strdup_printf ("%d..%d", a, b);
  case 2:
    return g_strdup_printf ("%d/%d", a, g_rand_int_range (rand, 1, most - a + 1));
  case 3:
    return g_strdup_printf ("%d,%d", b, a);
  default:
    return g_strdup ("*");
  }
}

static char *
random_calendar (GRand *rand)
{
  static const char *const weekdays[] = { "", "", "Mon..Fri ", "Sun ", "Tue,Thu..Sat " };
  g_autofree char *month = random_part (rand, 1, 12), *day = random_part (rand, 1, 28);
  g_autofree char *hour = random_part (rand, 0, 23), *minute = random_part (rand, 0, 59);
  g_autofree char *second = random_part (rand, 0, 59);

  return g_strdup_printf ("%s*-%s%c%s %s:%s:%s",
                          weekdays[g_rand_int_range (rand, 0, G_N_ELEMENTS (weekdays))], month,
                          g_rand_int_range (rand, 0, 4) == 0 ? '~' : '-', day, hour, minute,
                          g_rand_boolean (rand) ? "0" : second);
}

/* The next of a later start is the same as long as that start is before it: nothing that matches
 * is passed over, wherever one begins to look. */
static void
test_calendar_is_consistent (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint i = 0; i < N_EXPRESSIONS; i++) {
    g_autofree char *expression = random_calendar (rand);
    const char *tz = zones[g_rand_int_range (rand, 0, G_N_ELEMENTS (zones))];
    g_autoptr (TocsinSchedule) schedule = tocsin_schedule_parse (expression, tz, NULL);

    for (guint n = 0; schedule != NULL && n < 5; n++) {
      gint64 after = random_instant (rand), next = tocsin_schedule_next (schedule, after);

      g_test_message ("%s, %s, from %" G_GINT64_FORMAT, expression, tz, after);
      if (next == 0)
        continue;
      g_assert_cmpint (next, >, after);
      for (guint step = 0; step < 20; step++) {
        gint64 between = after + (gint64) (g_rand_double (rand) * (double) (next - after));

        if (between < next)
          g_assert_cmpint (tocsin_schedule_next (schedule, between), ==, next);
      }
      g_assert_cmpint (tocsin_schedule_next (schedule, next - 1), ==, next);
    }
  }
}

/* "Next elapse: Mon 2026-08-31 01:00:00 UTC"; 0 where it is never due, or systemd gives up looking
 * ("Resource deadlock avoided": its loop has a limit); -1 where it can't read the expression. */
static gint64
ask_systemd (const char *program, const char *expression, gint64 after)
{
  g_autofree char *base =
      g_strdup_printf ("--base-time=@%" G_GINT64_FORMAT, after / TOCSIN_US_PER_S);
  const char *const argv[] = { program, "calendar", base, expression, NULL };
  g_autofree char *out = NULL, *err = NULL, *text = NULL;
  const char *found;
  gint64 at = 0;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, 0, NULL, NULL, &out, &err, NULL, NULL))
    return -1;
  if (strstr (err, "Failed to determine next elapse") != NULL)
    return 0;
  found = strstr (out, "Next elapse: ");
  if (found == NULL)
    return -1;
  found += strlen ("Next elapse: ");
  if (g_str_has_prefix (found, "never"))
    return 0;
  text = g_strndup (found + 4, strlen ("2026-08-31 01:00:00"));
  text[10] = 'T';
  g_assert_true (tocsin_time_from_text (text, &at, NULL));
  return at;
}

static void
test_calendar_and_systemd (void)
{
  g_autofree char *program = g_find_program_in_path ("systemd-analyze");
  g_autoptr (GRand) rand = tocsin_test_rand ();
  guint n_compared = 0;

  if (program == NULL) {
    g_test_skip ("systemd-analyze is not installed");
    return;
  }
  for (guint i = 0; i < 120; i++) {
    g_autofree char *date_time = random_calendar (rand);
    const char *tz = zones[g_rand_int_range (rand, 0, G_N_ELEMENTS (zones))];
    g_autofree char *expression = g_strconcat (date_time, " ", tz, NULL);
    g_autoptr (TocsinSchedule) schedule = tocsin_schedule_parse (expression, NULL, NULL);
    gint64 after = random_instant (rand) / TOCSIN_US_PER_S * TOCSIN_US_PER_S, theirs;

    theirs = ask_systemd (program, expression, after);
    g_test_message ("%s from %" G_GINT64_FORMAT, expression, after);
    if (theirs > after + 49 * 366 * TOCSIN_US_PER_DAY || theirs == 0)
      continue;       /* beyond our horizon, or never */
    if (theirs < 0) { /* it refuses some lists after `~` by counting their limit down each time */
      g_assert_true (schedule == NULL || strchr (expression, '~') != NULL);
      continue;
    }
    g_assert_nonnull (schedule);
    /* From within the second pass systemd repeats what the first pass had; we never do. */
    if (theirs <= after || tocsin_zone_latest_wall (schedule->zone, after) !=
                               tocsin_zone_to_wall (schedule->zone, after))
      continue;
    g_assert_cmpint (tocsin_schedule_next (schedule, after), ==, theirs);
    n_compared++;
  }
  g_assert_cmpuint (n_compared, >, 50);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/schedule-properties/cron-is-what-minute-by-minute-finds", test_cron);
  g_test_add_func ("/schedule-properties/calendar-passes-nothing-over",
                   test_calendar_is_consistent);
  g_test_add_func ("/schedule-properties/calendar-agrees-with-systemd", test_calendar_and_systemd);
  return g_test_run ();
}
