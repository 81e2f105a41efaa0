/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-heartbeat-parts"

#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "due-times.h"
#include "ping.h"
#include "run-bars.h"
#include "snippets.h"
#include "support.h"
#include "timetext.h"

#define URL     "http://127.0.0.1:7879/ping/4765b77f-48e4-4945-b578-b6f02751eea3"
#define ODD_URL "http://127.0.0.1/ping/k/a%20b"
#define MIN_US  TOCSIN_US_PER_MIN

/* --- snippets --- */

typedef struct {
  const char *name;
  TocsinSnippet snippet;
  const char *monitor_name;
  gint64 period_us;
  const char *cron;
  const char *calendar;
  const char *tz;
  const char *url;
  const char *part; /* that the text contains */
} Case;

static const Case cases[] = {
  { "minutes-as-cron", TOCSIN_SNIPPET_CRONTAB, "Job", 5 * MIN_US, NULL, NULL, NULL, URL,
    "*/5 * * * * /path/to/job && curl" },
  { "an-hour-as-cron", TOCSIN_SNIPPET_CRONTAB, "Job", 60 * MIN_US, NULL, NULL, NULL, URL,
    "0 * * * * " },
  { "six-hours-as-cron", TOCSIN_SNIPPET_CRONTAB, "Job", 360 * MIN_US, NULL, NULL, NULL, URL,
    "0 */6 * * * " },
  { "a-day-as-cron", TOCSIN_SNIPPET_CRONTAB, "Job", TOCSIN_US_PER_DAY, NULL, NULL, NULL, URL,
    "0 0 * * * " },
  { "a-week-as-cron", TOCSIN_SNIPPET_CRONTAB, "Job", 7 * TOCSIN_US_PER_DAY, NULL, NULL, NULL, URL,
    "0 0 * * 0 " },
  { "what-cron-cannot-say-is-said", TOCSIN_SNIPPET_CRONTAB, "Job", 7 * MIN_US, NULL, NULL, NULL,
    URL, "# cron can’t say “7m”" },
  { "its-own-expression-and-zone", TOCSIN_SNIPPET_CRONTAB, "Job", -1, "15 4 * * 1", NULL,
    "Europe/Paris", URL, "CRON_TZ=Europe/Paris\n15 4 * * 1 /path/to/job" },
  { "calendar-is-no-cron", TOCSIN_SNIPPET_CRONTAB, "Job", -1, NULL, "Mon..Fri 03:00", NULL, URL,
    "# cron can’t say “Mon..Fri 03:00”" },
  { "a-percent-is-escaped-for-cron", TOCSIN_SNIPPET_CRONTAB, "Job", MIN_US, NULL, NULL, NULL,
    ODD_URL, "/ping/k/a\\%20b" },
  { "period-as-timer", TOCSIN_SNIPPET_SYSTEMD, "Job", 7 * MIN_US, NULL, NULL, NULL, URL,
    "OnUnitActiveSec=420\n" },
  { "calendar-as-timer-with-zone", TOCSIN_SNIPPET_SYSTEMD, "Job", -1, NULL, "Mon..Fri 03:00",
    "Europe/Paris", URL, "OnCalendar=Mon..Fri 03:00 Europe/Paris\nPersistent=true\n" },
  { "calendar-with-a-zone-of-its-own", TOCSIN_SNIPPET_SYSTEMD, "Job", -1, NULL, "03:00 Asia/Tokyo",
    "Europe/Paris", URL, "OnCalendar=03:00 Asia/Tokyo\n" },
  { "cron-is-no-timer", TOCSIN_SNIPPET_SYSTEMD, "Job", -1, "15 4 * * 1", NULL, NULL, URL,
    "# the same as “15 4 * * 1” in cron" },
  { "a-percent-is-escaped-for-systemd", TOCSIN_SNIPPET_SYSTEMD, "Job", MIN_US, NULL, NULL, NULL,
    ODD_URL, "/ping/k/a%%20b/start" },
  { "exec-by-name", TOCSIN_SNIPPET_EXEC, "backup-1", MIN_US, NULL, NULL, NULL, URL,
    "tocsinctl exec --ping backup-1 -- /path/to/job\n" },
  { "exec-quotes-a-name", TOCSIN_SNIPPET_EXEC, "it's here; rm", MIN_US, NULL, NULL, NULL, URL,
    "--ping 'it'\\''s here; rm' -- " },
  { "exec-quotes-an-option", TOCSIN_SNIPPET_EXEC, "--all", MIN_US, NULL, NULL, NULL, URL,
    "--ping '--all' -- " },
  { "curl-sends-the-exit-status", TOCSIN_SNIPPET_CURL, "Job", MIN_US, NULL, NULL, NULL, URL,
    "\"$url/$status\"" },
  { "powershell-knows-the-url", TOCSIN_SNIPPET_POWERSHELL, "Job", MIN_US, NULL, NULL, NULL, URL,
    "$url = '" URL "'" },
  { "python-knows-the-url", TOCSIN_SNIPPET_PYTHON, "Job", MIN_US, NULL, NULL, NULL, URL,
    "URL = '" URL "'" },
};

static char *
write_snippet (const Case *test)
{
  g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (TOCSIN_MONITOR_HEARTBEAT);

  monitor->name = g_strdup (test->monitor_name);
  monitor->period_us = test->period_us;
  monitor->cron = g_strdup (test->cron);
  monitor->calendar = g_strdup (test->calendar);
  g_free (monitor->tz);
  monitor->tz = g_strdup (test->tz);
  return tocsin_snippet_to_text (test->snippet, monitor, test->url);
}

static void
test_snippet (gconstpointer data)
{
  const Case *test = data;
  g_autofree char *text = write_snippet (test);

  g_test_message ("%s", text);
  g_assert_nonnull (strstr (text, test->part));
  g_assert_true (g_str_has_suffix (text, "\n"));
}

/* What a shell and Python say to theirs. */
static void
test_snippets_can_be_read (void)
{
  static const char *const readers[TOCSIN_N_SNIPPETS][4] = {
    [TOCSIN_SNIPPET_CURL] = { "sh", "-nc" },
    [TOCSIN_SNIPPET_EXEC] = { "sh", "-nc" },
    [TOCSIN_SNIPPET_PYTHON] = { "python3", "-c", "import ast, sys; ast.parse (sys.argv[1])" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const char *const *reader = readers[cases[i].snippet];
    g_autofree char *text = write_snippet (&cases[i]);
    const char *argv[5] = { reader[0], reader[1], reader[2] != NULL ? reader[2] : text, NULL };
    g_autoptr (GError) error = NULL;
    int status;

    if (reader[0] == NULL)
      continue;
    if (reader[2] != NULL)
      argv[3] = text;
    g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                  &error);
    g_assert_no_error (error);
    g_spawn_check_wait_status (status, &error);
    g_assert_no_error (error);
  }
}

/* --- due times --- */

static void
test_period_counts_from_the_last_ping (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinSchedule) schedule = tocsin_schedule_new_every (60 * MIN_US, &error);
  gint64 times[TOCSIN_DUE_TIMES];

  g_assert_no_error (error);
  g_assert_cmpuint (tocsin_due_times (schedule, 0, 1000 * MIN_US, times), ==, 0);
  g_assert_cmpuint (tocsin_due_times (schedule, 900 * MIN_US, 1000 * MIN_US, times), ==,
                    TOCSIN_DUE_TIMES);
  for (guint i = 0; i < TOCSIN_DUE_TIMES; i++)
    g_assert_cmpint (times[i], ==, (960 + 60 * i) * MIN_US);
}

static void
test_clock_counts_from_now (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinSchedule) schedule = tocsin_schedule_new_cron ("0 * * * *", "UTC", &error);
  gint64 now_us = 10 * TOCSIN_US_PER_DAY + 30 * MIN_US, times[TOCSIN_DUE_TIMES];

  g_assert_no_error (error);
  g_assert_cmpuint (tocsin_due_times (schedule, 0, now_us, times), ==, TOCSIN_DUE_TIMES);
  for (guint i = 0; i < TOCSIN_DUE_TIMES; i++)
    g_assert_cmpint (times[i], ==, 10 * TOCSIN_US_PER_DAY + (i + 1) * 60 * MIN_US);
}

static void
test_schedule_that_ends_has_fewer (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinSchedule) schedule =
      tocsin_schedule_new_calendar ("2026-11-24,26 03:00 UTC", NULL, &error);
  gint64 now_us = G_GINT64_CONSTANT (1795420800) * TOCSIN_US_PER_S; /* 2026-11-23 08:00 UTC */
  gint64 times[TOCSIN_DUE_TIMES];

  g_assert_no_error (error);
  g_assert_cmpuint (tocsin_due_times (schedule, 0, now_us, times), ==, 2);
}

/* --- runs --- */

static void
test_runs_are_pings_that_end_one (void)
{
  static const struct {
    guint kind;
    gint64 duration_us;
  } newest_first[] = {
    { TOCSIN_PING_FAIL, 3000 }, { TOCSIN_PING_START, -1 },   { TOCSIN_PING_LOG, -1 },
    { TOCSIN_PING_SUCCESS, 0 }, { TOCSIN_PING_SUCCESS, -1 }, { TOCSIN_PING_SUCCESS, 2000 },
  };
  g_autoptr (GPtrArray) pings = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_ping_free);
  g_autoptr (GArray) runs = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (newest_first); i++) {
    TocsinPing *ping = tocsin_ping_new ();

    ping->at_us = 100 - i;
    ping->kind = newest_first[i].kind;
    ping->duration_us = newest_first[i].duration_us;
    g_ptr_array_add (pings, ping);
  }
  runs = tocsin_runs_from_pings (pings);
  g_assert_cmpuint (runs->len, ==, 3);
  g_assert_cmpint (g_array_index (runs, TocsinRun, 0).duration_us, ==, 2000);
  g_assert_cmpint (g_array_index (runs, TocsinRun, 1).duration_us, ==, 0);
  g_assert_false (g_array_index (runs, TocsinRun, 1).failed);
  g_assert_cmpint (g_array_index (runs, TocsinRun, 2).at_us, ==, 100);
  g_assert_true (g_array_index (runs, TocsinRun, 2).failed);
}

static void
test_bars_are_found_where_they_are (void)
{
  static const struct {
    double x, width;
    guint n;
    int index;
  } places[] = {
    { 10, 100, 0, -1 },
    { 0, 100, 10, 0 },
    { 9.9, 100, 10, 0 },
    { 10, 100, 10, 1 },
    { 99.9, 100, 10, 9 },
    { 100, 100, 10, -1 },
    { -1, 100, 10, -1 },
    /* few: no wider than 24, at the end */
    { 50, 100, 2, -1 },
    { 53, 100, 2, 0 },
    { 77, 100, 2, 1 },
    { 5, 0, 3, -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    g_assert_cmpint (tocsin_run_bars_find (places[i].x, places[i].width, places[i].n), ==,
                     places[i].index);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strdup_printf ("/snippets/%s", cases[i].name);

    g_test_add_data_func (path, &cases[i], test_snippet);
  }
  g_test_add_func ("/snippets/can-be-read", test_snippets_can_be_read);
  g_test_add_func ("/due-times/period-counts-from-the-last-ping",
                   test_period_counts_from_the_last_ping);
  g_test_add_func ("/due-times/clock-counts-from-now", test_clock_counts_from_now);
  g_test_add_func ("/due-times/schedule-that-ends-has-fewer", test_schedule_that_ends_has_fewer);
  g_test_add_func ("/runs/are-pings-that-end-one", test_runs_are_pings_that_end_one);
  g_test_add_func ("/runs/bars-are-found-where-they-are", test_bars_are_found_where_they_are);
  return g_test_run ();
}
