/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-schedule"

#include "config.h"

#include <string.h>

#include "calendar-cases.h"
#include "cron-cases.h"
#include "errors.h"
#include "schedule.h"
#include "support.h"
#include "timetext.h"
#include "zone.h"

#define AT(text) (time_of (text))

static gint64
time_of (const char *text)
{
  g_autoptr (GError) error = NULL;
  gint64 at = 0;

  tocsin_time_from_text (text, &at, &error);
  g_assert_no_error (error);
  return at;
}

static void
check_case (const ScheduleCase *row, const TocsinSchedule *schedule)
{
  gint64 at = AT (row->from);

  for (guint i = 0; i < G_N_ELEMENTS (row->next); i++) {
    g_autofree char *text = NULL;

    at = tocsin_schedule_next (schedule, at);
    text = at == 0 ? NULL : tocsin_time_to_text (at);
    if (g_strcmp0 (text, row->next[i]) != 0)
      g_test_message ("%s, %s, from %s", row->expression, row->tz, row->from);
    g_assert_cmpstr (text, ==, row->next[i]);
    if (at == 0)
      return;
  }
}

static void
test_cron_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cron_cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TocsinSchedule) schedule =
        tocsin_schedule_parse (cron_cases[i].expression, cron_cases[i].tz, &error);

    g_assert_no_error (error);
    g_assert_cmpint (schedule->kind, ==, TOCSIN_SCHEDULE_CRON);
    check_case (&cron_cases[i], schedule);
  }
}

static void
test_calendar_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (calendar_cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TocsinSchedule) schedule =
        tocsin_schedule_parse (calendar_cases[i].expression, calendar_cases[i].tz, &error);

    g_assert_no_error (error);
    g_assert_cmpint (schedule->kind, ==, TOCSIN_SCHEDULE_CALENDAR);
    check_case (&calendar_cases[i], schedule);
  }
}

static const ScheduleCase more_cases[] = {
  { "1h",
    NULL,
    "2026-11-23T04:18:18Z",
    { "2026-11-23T05:18:18Z", "2026-11-23T06:18:18Z", "2026-11-23T07:18:18Z" } },
  { "every 90s",
    NULL,
    "2026-11-23T00:00:00Z",
    { "2026-11-23T00:01:30Z", "2026-11-23T00:03:00Z", "2026-11-23T00:04:30Z" } },
  { "@daily",
    "Europe/Berlin",
    "2026-11-23T00:00:00Z",
    { "2026-11-23T23:00:00Z", "2026-11-24T23:00:00Z", "2026-11-25T23:00:00Z" } },
  { "@weekly",
    NULL,
    "2026-11-23T00:00:00Z",
    { "2026-11-29T00:00:00Z", "2026-12-06T00:00:00Z", "2026-12-13T00:00:00Z" } },
  { "@HOURLY",
    NULL,
    "2026-11-23T00:00:00Z",
    { "2026-11-23T01:00:00Z", "2026-11-23T02:00:00Z", "2026-11-23T03:00:00Z" } },
  { "@yearly",
    NULL,
    "2026-11-23T00:00:00Z",
    { "2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z", "2029-01-01T00:00:00Z" } },
  { "  0  3\t* * *  ",
    NULL,
    "2026-11-23T00:00:00Z",
    { "2026-11-23T03:00:00Z", "2026-11-24T03:00:00Z", "2026-11-25T03:00:00Z" } },
  { "0 0 29 2 */7",
    NULL,
    "2026-11-23T00:00:00Z",
    { "2032-02-29T00:00:00Z", "2060-02-29T00:00:00Z", "2088-02-29T00:00:00Z" } },
  { "30 2 31 3 *",
    "Europe/Berlin",
    "2023-04-01T00:00:00Z",
    { "2024-03-31T01:00:00Z", "2025-03-31T00:30:00Z", "2026-03-31T00:30:00Z" } },
  { "0 12 30 12 *",
    "Pacific/Apia",
    "2010-12-31T00:00:00Z",
    { "2011-12-30T10:00:00Z", "2012-12-29T22:00:00Z", "2013-12-29T22:00:00Z" } },
  { "0 3 * 7 *",
    "Europe/Berlin",
    "2071-07-30T12:00:00Z",
    { "2071-07-31T01:00:00Z", "2072-07-01T01:00:00Z", "2072-07-02T01:00:00Z" } },
  { "*:*:0/0.5",
    NULL,
    "2026-11-23T00:00:00Z",
    { "2026-11-23T00:00:00.500Z", "2026-11-23T00:00:01Z", "2026-11-23T00:00:01.500Z" } },
  { "05:40:23.4200004/3.1700005",
    NULL,
    "2026-11-23T00:00:00Z",
    { "2026-11-23T05:40:23.420Z", "2026-11-23T05:40:26.590001Z", "2026-11-23T05:40:29.760002Z" } },
  { "*:*:0..0.5/0.25",
    NULL,
    "2026-11-23T00:00:00Z",
    { "2026-11-23T00:00:00.250Z", "2026-11-23T00:00:00.500Z", "2026-11-23T00:01:00Z" } },
  { "Mon 03:00 Europe/Berlin",
    "America/New_York",
    "2026-11-23T00:00:00Z",
    { "2026-11-23T02:00:00Z", "2026-11-30T02:00:00Z", "2026-12-07T02:00:00Z" } },
  { "daily utc",
    "Europe/Berlin",
    "2026-11-23T00:00:00Z",
    { "2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z" } },
  { "2020-01-01", NULL, "2026-11-23T00:00:00Z", { NULL } },
  { "2077-01-01", NULL, "2026-11-23T00:00:00Z", { NULL } },
  { "2026-11-24", NULL, "2026-11-23T00:00:00Z", { "2026-11-24T00:00:00Z", NULL } },
  { "*:*:0/0.000001",
    "Europe/Berlin",
    "2026-10-25T01:10:00Z",
    { "2026-10-25T02:00:00Z", "2026-10-25T02:00:00.000001Z", "2026-10-25T02:00:00.000002Z" } },
};

static void
test_more (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (more_cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TocsinSchedule) schedule =
        tocsin_schedule_parse (more_cases[i].expression, more_cases[i].tz, &error);

    g_assert_no_error (error);
    check_case (&more_cases[i], schedule);
  }
}

static const struct {
  const char *expression;
  const char *says; /* a part of the message */
} refused[] = {
  { "", "empty" },
  { "* * * *", "it has 4 fields; five are wanted" },
  { "* * * * * *", "it has 6 fields; five are wanted" },
  { "60 * * * *", "minute: 60 is not within 0 and 59" },
  { "* 24 * * *", "hour: 24 is not within 0 and 23" },
  { "* * 0 * *", "day of month: 0 is not within 1 and 31" },
  { "* * 32 * *", "day of month: 32 is not within 1 and 31" },
  { "* * * 13 *", "month: 13 is not within 1 and 12" },
  { "* * * 0 *", "month: 0 is not within 1 and 12" },
  { "* * * * 8", "day of week: 8 is not within 0 and 7" },
  { "? * * * *", "minute: “?” is no number" },
  { "* * ? * *", "day of month: “?” is no number" },
  { "* * 15W * *", "day of month: “15W” is not understood" },
  { "* * * * MONL", "day of week: “MONL” is not understood" },
  { "H * * * *", "minute: “H” is no number" },
  { "30-10 * * * *", "minute: the range “30-10” ends before it begins" },
  { "* * * * FRI-MON", "day of week: the range “FRI-MON” ends before it begins" },
  { "*/0 * * * *", "minute: 0 is not within 1 and 9999" },
  { "*/x * * * *", "minute: “x” is no number" },
  { "1,,2 * * * *", "minute: “” is no number" },
  { "1-2-3 * * * *", "minute: “1-2-3” is not understood" },
  { "*5 * * * *", "minute: “*5” is not understood" },
  { "-1 * * * *", "minute: “-1” is no number" },
  { "1.5 * * * *", "minute: “1.5” is not understood" },
  { "99999999999999 * * * *", "minute:" },
  { "* * * FOO *", "month: “FOO” is no number and no name" },
  { "* * * JANUARY *", "month: “JANUARY” is not understood" },
  { "* * * * L", "day of week: “L” is no number and no name" },
  { "L * * * *", "minute: “L” is no number" },
  { "* * * * FRI#6", "after # comes which of the month" },
  { "* * * * FRI#0", "after # comes which of the month" },
  { "* * * * FRI#22", "after # comes which of the month" },
  { "0 0 30 2 *", "no month has such a day within 50 years" },
  { "0 0 31 4,6,9,11 *", "no month has such a day within 50 years" },
  { "*/10 2 * 3 7L", "never due in Europe/Berlin" },
  { "@reboot", "it has 1 fields" },
  { "@never", "it has 1 fields" },
  { "0 3 * * \xc3\xa4", "plain ASCII" },
  { "every day", "is no span of time" },
  { "every 0s", "an interval is between" },
  { "100ms", "an interval is between" },
  { "5000w", "an interval is between" },
  { "*-*~07..03", "day: a range ends before it begins" },
  { "*-*~29", "day: a value is not within 1 and 28" },
  { "*-*~7/7", "day: the step leads out of the range" },
  { "*:2/58", "minute: the step leads out of the range" },
  { "*:*/5", "“/5” is not understood" },
  { "*/2-1-1", "is not understood" },
  { "*:*:*/7", "is not understood" },
  { "22..3:5", "hour: a range ends before it begins" },
  { "Fri..Mon 3:5", "a range of weekdays ends before it begins" },
  { "Mon.Fri 3:00", "a range of weekdays is Mon..Fri" },
  { "Mon.. 3:00", "begins with no weekday" },
  { "Monda 3:00", "begins with no weekday" },
  { "*-02-30", "no month of 1970 to 2199 has such a day" },
  { "Mon 2026-11-24", "no month of 1970 to 2199 has such a day" },
  { "2200-1-1", "year: a value is not within 1970 and 2199" },
  { "*-13-1", "month: a value is not within 1 and 12" },
  { "*-1-32", "day: a value is not within 1 and 31" },
  { "24:00", "hour: a value is not within 0 and 23" },
  { "1:60", "minute: a value is not within 0 and 59" },
  { "1:1:60", "second: a value is not within 0 and 59" },
  { "*:0/0", "a step of 0 goes nowhere" },
  { "*:*:0..0.5", "needs a step" },
  { "*:*:1.", "a fraction is wanted" },
  { "*:1.5", "is not understood" },
  { "999999999999:0", "too large" },
  { "*-*-", "the date ends early" },
  { "*", "the time is to be" },
  { "1-2-3-4", "is no date" },
  { "12:", "a number is wanted" },
  { "12:00 Nowhere/Town", "“Nowhere/Town” is no time zone here" },
  { "Sun *-3~7..1 02:30", "day: a range ends before it begins" },
  { "Sun 2027..2099-3~1..7 02:30", "never due in Europe/Berlin" },
  { "fortnightly", "a number is wanted" },
};

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TocsinSchedule) schedule =
        tocsin_schedule_parse (refused[i].expression, "Europe/Berlin", &error);

    g_test_message ("row %u: %s", i, error != NULL ? error->message : "taken");
    g_assert_null (schedule);
    g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
    g_assert_nonnull (strstr (error->message, refused[i].says));
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
  }
}

static void
test_zones (void)
{
  static const char *const good[] = { "UTC",     "Europe/Berlin", "America/Argentina/Buenos_Aires",
                                      "EST5EDT", "Etc/GMT+5",     "America/Port-au-Prince" };
  static const char *const bad[] = {
    "",          "Z",       "+01:00",      "CET-1CEST",       "Nowhere/X",
    "Europe",    "Europe/", "/etc/passwd", "../zoneinfo/UTC", "Etc/../UTC",
    "tzdata.zi", "EST5",    "UTC\xff",     "europe/berlin"
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GTimeZone) zone = tocsin_zone_new (good[i], &error);

    g_assert_no_error (error);
    g_assert_nonnull (zone);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (tocsin_zone_new (bad[i], &error));
    g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
  }
}

static void
test_walls (void)
{
  static const struct {
    const char *zone;
    const char *wall; /* as if it were UTC */
    TocsinWallKind kind;
    const char *at;
  } walls[] = {
    { "Europe/Berlin", "2026-03-29T02:30:00Z", TOCSIN_WALL_NEVER, "2026-03-29T01:00:00Z" },
    { "Europe/Berlin", "2026-03-29T03:00:00Z", TOCSIN_WALL_ONCE, "2026-03-29T01:00:00Z" },
    { "Europe/Berlin", "2026-10-25T02:00:00Z", TOCSIN_WALL_TWICE, "2026-10-25T00:00:00Z" },
    { "Europe/Berlin", "2026-10-25T03:00:00Z", TOCSIN_WALL_ONCE, "2026-10-25T02:00:00Z" },
    { "Australia/Lord_Howe", "2026-04-05T01:45:00Z", TOCSIN_WALL_TWICE, "2026-04-04T14:45:00Z" },
    { "Australia/Lord_Howe", "2026-10-04T02:15:00Z", TOCSIN_WALL_NEVER, "2026-10-03T15:30:00Z" },
    { "Pacific/Apia", "2011-12-30T12:00:00Z", TOCSIN_WALL_NEVER, "2011-12-30T10:00:00Z" },
    { "UTC", "2026-10-25T02:00:00Z", TOCSIN_WALL_ONCE, "2026-10-25T02:00:00Z" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (walls); i++) {
    g_autoptr (GTimeZone) zone = tocsin_zone_new (walls[i].zone, NULL);
    gint64 at = 0;

    g_test_message ("%s %s", walls[i].zone, walls[i].wall);
    g_assert_cmpint (tocsin_zone_from_wall (zone, AT (walls[i].wall), &at), ==, walls[i].kind);
    g_assert_cmpint (at, ==, AT (walls[i].at));
  }
}

static void
test_words (void)
{
  static const struct {
    const char *expression;
    const char *words;
  } rows[] = {
    { "1h", "every 1 h" },
    { "0 3 * * 1-5", "at 03:00 on Monday to Friday, Europe/Berlin" },
    { "0 3 * * *", "at 03:00 every day, Europe/Berlin" },
    { "*/5 * * * *", "every 5 minutes, Europe/Berlin" },
    { "30 * * * *", "every hour at minute 30, Europe/Berlin" },
    { "0 */2 * * *", "every 2 hours at minute 0, Europe/Berlin" },
    { "0 3,15 1 * *", "at 03:00 and 15:00 on the 1st of the month, Europe/Berlin" },
    { "0 3 L * *", "at 03:00 on the last day of the month, Europe/Berlin" },
    { "0 3 1,22 3 *", "at 03:00 on the 1st and 22nd of March, Europe/Berlin" },
    { "0 3 13 * FRI", "at 03:00 on Friday and on the 13th of the month, Europe/Berlin" },
    { "0 3 * * FRI#2", "cron “0 3 * * FRI#2”, Europe/Berlin" },
    { "Mon..Fri 03:00", "at 03:00 on Monday to Friday, Europe/Berlin" },
    { "Sat,Sun 03:00 UTC", "at 03:00 on Saturday and Sunday, UTC" },
    { "*-*~1", "at 00:00 on the last day of the month, Europe/Berlin" },
    { "quarterly", "at 00:00 on the 1st of January, April, July and October, Europe/Berlin" },
    { "*:*:5", "OnCalendar “*:*:5”, Europe/Berlin" },
    { "2027-1-1", "OnCalendar “2027-1-1”, Europe/Berlin" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TocsinSchedule) schedule =
        tocsin_schedule_parse (rows[i].expression, "Europe/Berlin", NULL);
    g_autofree char *words = NULL;

    g_assert_nonnull (schedule);
    words = tocsin_schedule_to_words (schedule);
    g_assert_cmpstr (words, ==, rows[i].words);
  }
}

static void
test_monitor (void)
{
  g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (TOCSIN_MONITOR_HEARTBEAT);
  g_autoptr (TocsinSchedule) schedule = NULL;
  g_autoptr (GError) error = NULL;

  g_free (monitor->name);
  monitor->name = g_strdup ("backup");
  g_free (monitor->cron);
  monitor->cron = g_strdup ("0 25 * * *");
  g_assert_null (tocsin_schedule_new_for_monitor (monitor, &error));
  g_assert_cmpstr (error->message, ==,
                   "monitor “backup”: cron: cron “0 25 * * *”: hour: 25 is not within 0 and 23");
  g_clear_error (&error);
  g_free (monitor->cron);
  monitor->cron = g_strdup ("0 3 * * *");
  schedule = tocsin_schedule_new_for_monitor (monitor, &error);
  g_assert_no_error (error);
  g_assert_cmpint (schedule->kind, ==, TOCSIN_SCHEDULE_CRON);
}

static void
test_extremes (void)
{
  static const gint64 instants[] = {
    G_MININT64, G_MININT64 / 2, 0, -1, G_MAXINT64 / 2, G_MAXINT64
  };
  static const char *const expressions[] = { "1h", "0 3 * * *", "*/5 * * * *", "daily", "*:*:*" };

  for (guint e = 0; e < G_N_ELEMENTS (expressions); e++) {
    g_autoptr (TocsinSchedule) schedule =
        tocsin_schedule_parse (expressions[e], "Europe/Berlin", NULL);

    for (guint i = 0; i < G_N_ELEMENTS (instants); i++) {
      gint64 next = tocsin_schedule_next (schedule, instants[i]);

      g_assert_true (next == 0 || next > instants[i]);
    }
  }
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/schedule/cron-runs-when-the-table-says", test_cron_table);
  g_test_add_func ("/schedule/calendar-runs-when-systemd-says", test_calendar_table);
  g_test_add_func ("/schedule/rare-forms-run-when-they-should", test_more);
  g_test_add_func ("/schedule/what-is-wrong-is-refused-by-name", test_refused);
  g_test_add_func ("/schedule/zones-are-names-of-the-database", test_zones);
  g_test_add_func ("/schedule/wall-times-fall-in-gaps-and-overlaps", test_walls);
  g_test_add_func ("/schedule/words-say-it-for-people", test_words);
  g_test_add_func ("/schedule/a-monitor-has-its-own", test_monitor);
  g_test_add_func ("/schedule/extreme-instants-do-not-overflow", test_extremes);
  return g_test_run ();
}
