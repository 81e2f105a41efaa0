/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-maintenance-windows"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "maintenance-windows.h"
#include "support.h"
#include "timetext.h"

static gint64
time_of (const char *text)
{
  g_autoptr (GError) error = NULL;
  gint64 at = 0;

  tocsin_time_from_text (text, &at, &error);
  g_assert_no_error (error);
  return at;
}

typedef struct {
  const char *starts;
  const char *tz;
  const char *rrule;
  const char *except;
  gint64 minutes;
  const char *from;
  const char *begins[3];
  const char *ends; /* of the first */
} Row;

static const Row rows[] = {
  { "2026-11-23T02:00:00",
    "UTC",
    NULL,
    NULL,
    60,
    "2026-11-23T00:00:00Z",
    { "2026-11-23T02:00:00Z", NULL },
    "2026-11-23T03:00:00Z" },
  { "2026-11-23T02:00",
    "Europe/Berlin",
    NULL,
    NULL,
    60,
    "2026-11-23T01:59:59Z",
    { "2026-11-23T01:00:00Z", NULL },
    "2026-11-23T02:00:00Z" },
  { "2026-11-23T02:00:00", "UTC", NULL, NULL, 60, "2026-11-23T03:00:00Z", { NULL }, NULL },
  /* weekly over both changes of the clock; the first falls in the gap */
  { "2026-01-04T02:00:00",
    "Europe/Berlin",
    "FREQ=WEEKLY;BYDAY=SU",
    NULL,
    120,
    "2026-03-28T00:00:00Z",
    { "2026-03-29T01:00:00Z", "2026-04-05T00:00:00Z", "2026-04-12T00:00:00Z" },
    "2026-03-29T03:00:00Z" },
  { "2026-01-04T02:00:00",
    "Europe/Berlin",
    "FREQ=WEEKLY;BYDAY=SU",
    NULL,
    120,
    "2026-10-24T00:00:00Z",
    { "2026-10-25T00:00:00Z", "2026-11-01T01:00:00Z", "2026-11-08T01:00:00Z" },
    "2026-10-25T02:00:00Z" },
  { "2026-01-04T02:30:00",
    "Australia/Lord_Howe",
    "FREQ=WEEKLY;BYDAY=SU",
    NULL,
    30,
    "2026-10-03T00:00:00Z",
    { "2026-10-03T15:30:00Z", "2026-10-10T15:30:00Z", "2026-10-17T15:30:00Z" },
    "2026-10-03T16:00:00Z" },
  { "2026-01-02T22:00:00",
    "America/New_York",
    "FREQ=DAILY;INTERVAL=2",
    NULL,
    480,
    "2026-11-01T05:00:00Z",
    { "2026-11-01T02:00:00Z", "2026-11-03T03:00:00Z", "2026-11-05T03:00:00Z" },
    "2026-11-01T10:00:00Z" },
  { "2026-01-31T00:00:00",
    "UTC",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "2026-02-28T00:00:00",
    60,
    "2026-02-01T00:00:00Z",
    { "2026-03-31T00:00:00Z", "2026-04-30T00:00:00Z", "2026-05-31T00:00:00Z" },
    "2026-03-31T01:00:00Z" },
  { "2024-02-29T00:00:00",
    "UTC",
    "FREQ=YEARLY",
    NULL,
    60,
    "2024-03-01T00:00:00Z",
    { "2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z", "2036-02-29T00:00:00Z" },
    "2028-02-29T01:00:00Z" },
  { "2026-01-01T00:00:00",
    "UTC",
    "FREQ=DAILY;COUNT=2",
    NULL,
    60,
    "2026-01-01T12:00:00Z",
    { "2026-01-02T00:00:00Z", NULL },
    "2026-01-02T01:00:00Z" },
  { "2026-01-01T00:00:00",
    "Europe/Berlin",
    "FREQ=DAILY;UNTIL=20260102T230000Z",
    NULL,
    60,
    "2026-01-01T12:00:00Z",
    { "2026-01-01T23:00:00Z", "2026-01-02T23:00:00Z", NULL },
    "2026-01-02T00:00:00Z" },
  { "2026-01-01T10:00:00",
    "UTC",
    "FREQ=DAILY;UNTIL=20260102",
    NULL,
    60,
    "2026-01-01T12:00:00Z",
    { "2026-01-02T10:00:00Z", NULL },
    "2026-01-02T11:00:00Z" },
  { "2026-01-01T10:00:00",
    "UTC",
    "FREQ=DAILY;UNTIL=20260102",
    NULL,
    60,
    "2027-01-01T12:00:00Z",
    { NULL },
    NULL },
  { "2026-01-01T00:00:00",
    "UTC",
    "FREQ=MONTHLY;BYDAY=2TU",
    NULL,
    60,
    "2026-11-01T00:00:00Z",
    { "2026-11-10T00:00:00Z", "2026-12-08T00:00:00Z", "2027-01-12T00:00:00Z" },
    "2026-11-10T01:00:00Z" },
};

static TocsinMaintenance *
make (const char *starts, const char *tz, const char *rrule, const char *except, gint64 minutes)
{
  TocsinMaintenance *maintenance = tocsin_maintenance_new ();
  const char *const excepts[] = { except, NULL };

  g_free (maintenance->starts);
  maintenance->starts = g_strdup (starts);
  g_free (maintenance->tz);
  maintenance->tz = g_strdup (tz);
  maintenance->rrule = g_strdup (rrule);
  if (except != NULL)
    maintenance->except = g_strdupv ((char **) excepts);
  maintenance->duration_us = minutes * TOCSIN_US_PER_MIN;
  return maintenance;
}

static void
check_row (const Row *row, const TocsinMaintenance *maintenance)
{
  TocsinMaintenanceSpan spans[3];
  guint n = tocsin_maintenance_next (maintenance, time_of (row->from), spans, 3);
  gint64 ends_at = 0;

  for (guint i = 0; i < 3; i++) {
    g_autofree char *begins = i < n ? tocsin_time_to_text (spans[i].starts_at) : NULL;

    g_assert_cmpstr (begins, ==, row->begins[i]);
    if (row->begins[i] == NULL)
      break;
  }
  if (n == 0) {
    g_assert_cmpint (tocsin_maintenance_next_change (maintenance, time_of (row->from)), ==, 0);
    return;
  }
  g_assert_cmpint (spans[0].ends_at, ==, time_of (row->ends));
  g_assert_false (tocsin_maintenance_is_active_at (maintenance, spans[0].starts_at - 1, NULL));
  g_assert_true (tocsin_maintenance_is_active_at (maintenance, spans[0].starts_at, &ends_at));
  g_assert_cmpint (ends_at, ==, spans[0].ends_at);
  g_assert_true (tocsin_maintenance_is_active_at (maintenance, spans[0].ends_at - 1, NULL));
  g_assert_false (tocsin_maintenance_is_active_at (maintenance, spans[0].ends_at, NULL));
  g_assert_cmpint (tocsin_maintenance_next_change (maintenance, spans[0].starts_at - 1), ==,
                   spans[0].starts_at);
  g_assert_cmpint (tocsin_maintenance_next_change (maintenance, spans[0].starts_at), ==,
                   spans[0].ends_at);
}

static void
test_rows (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    const Row *row = &rows[i];
    g_autoptr (GError) error = NULL;
    g_autoptr (TocsinMaintenance) maintenance =
        make (row->starts, row->tz, row->rrule, row->except, row->minutes);

    g_test_message ("%s %s %s", row->starts, row->tz, row->rrule != NULL ? row->rrule : "once");
    tocsin_maintenance_check (maintenance, &error);
    g_assert_no_error (error);
    check_row (row, maintenance);
  }
}

static void
test_touching (void)
{
  g_autoptr (TocsinMaintenance) maintenance =
      make ("2026-01-01T00:00:00", "UTC", "FREQ=DAILY;COUNT=3", NULL, 24 * 60);
  gint64 ends_at = 0;

  g_assert_true (
      tocsin_maintenance_is_active_at (maintenance, time_of ("2026-01-01T12:00:00Z"), &ends_at));
  g_assert_cmpint (ends_at, ==, time_of ("2026-01-04T00:00:00Z"));
}

static void
test_refused (void)
{
  static const struct {
    const char *starts, *tz, *rrule, *except;
    gint64 minutes;
    const char *says;
  } bad[] = {
    { "2026-11-23", "UTC", NULL, NULL, 60, "starts: “2026-11-23” is no local time" },
    { "2026-11-23T02:00:00Z", "UTC", NULL, NULL, 60, "starts:" },
    { "2026-02-30T02:00:00", "UTC", NULL, NULL, 60, "starts:" },
    { "2026-11-23T24:00:00", "UTC", NULL, NULL, 60, "starts:" },
    { "2026-11-23T02:00:00", "Mars/Base", NULL, NULL, 60, "tz: “Mars/Base” is no time zone" },
    { "2026-11-23T02:00:00", "UTC", "FREQ=NEVER", NULL, 60, "rrule: “FREQ=NEVER” is no rule" },
    { "2026-11-23T02:00:00", "UTC", "weekly", NULL, 60, "rrule: “weekly” is no rule" },
    { "2026-11-23T02:00:00", "UTC", "FREQ=SECONDLY", NULL, 60, "rrule: FREQ is HOURLY" },
    { "2026-11-23T02:00:00", "UTC", "FREQ=DAILY;COUNT=99999", NULL, 60, "COUNT is above" },
    { "2026-11-23T02:00:00", "UTC", "RSCALE=HEBREW;FREQ=DAILY", NULL, 60, "RSCALE" },
    { "2026-11-23T02:00:00", "UTC", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", NULL, 60,
      "never comes" },
    { "2026-11-23T02:00:00", "UTC", "FREQ=DAILY;UNTIL=20250101", NULL, 60, "never comes" },
    { "2026-11-23T02:00:00", "UTC", "FREQ=DAILY", "tomorrow", 60, "except: “tomorrow”" },
    { "2026-11-23T02:00:00", "UTC", NULL, NULL, 0, "duration: 0s is not within 1m and 366d" },
    { "2026-11-23T02:00:00", "UTC", NULL, NULL, 600000, "duration:" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TocsinMaintenance) maintenance =
        make (bad[i].starts, bad[i].tz, bad[i].rrule, bad[i].except, bad[i].minutes);

    g_assert_false (tocsin_maintenance_check (maintenance, &error));
    g_test_message ("%s", error->message);
    g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
    g_assert_nonnull (strstr (error->message, bad[i].says));
  }
}

/* Whether one jumps ahead in the rule or walks it from its start, the occurrences are the same. */
static void
test_jumps (void)
{
  static const char *const rules[] = {
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=31",
    "FREQ=YEARLY;INTERVAL=3;BYMONTH=2,6;BYDAY=1SU",
    "FREQ=HOURLY;INTERVAL=7",
    "FREQ=YEARLY;BYWEEKNO=20;BYDAY=WE",
    "FREQ=YEARLY;BYYEARDAY=100,-1",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=DAILY;BYHOUR=3,15;BYMINUTE=30",
  };
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++) {
    g_autoptr (TocsinMaintenance) maintenance =
        make ("2024-01-05T02:15:00", "Europe/Berlin", rules[i], NULL, 90);
    g_autofree TocsinMaintenanceSpan *all = g_new (TocsinMaintenanceSpan, 200);
    guint n = tocsin_maintenance_next (maintenance, time_of ("2024-01-01T00:00:00Z"), all, 200);

    g_assert_cmpuint (n, >=, 5);
    for (guint k = 0; k < 50; k++) {
      guint want = (guint) g_rand_int_range (rand, 0, (gint32) n);
      gint64 after = want == 0 ? all[0].starts_at - 1 : all[want - 1].ends_at;
      TocsinMaintenanceSpan found;

      g_test_message ("%s, occurrence %u", rules[i], want);
      g_assert_cmpuint (tocsin_maintenance_next (maintenance, after, &found, 1), ==, 1);
      g_assert_cmpint (found.starts_at, ==, all[want].starts_at);
    }
  }
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/maintenance-windows/windows-are-where-the-table-says", test_rows);
  g_test_add_func ("/maintenance-windows/windows-that-touch-are-one", test_touching);
  g_test_add_func ("/maintenance-windows/what-is-wrong-is-refused-by-name", test_refused);
  g_test_add_func ("/maintenance-windows/jumping-ahead-changes-nothing", test_jumps);
  return g_test_run ();
}
