/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-store"

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "errors.h"
#include "store-fixture.h"
#include "support.h"
#include "timetext.h"

#define NOW_US (tocsin_time_floor (g_get_real_time (), TOCSIN_US_PER_HOUR))

/* --- opening --- */

static void
test_files_are_for_the_owner_alone (void)
{
  static const char *const names[] = { "tocsin.db", "tocsin.db-wal", "key", "." };
  StoreFixture fixture = { 0 };

  fixture.dir = g_build_filename (tocsin_test_dir (), "new", "folder", NULL);
  store_fixture_open (&fixture, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (fixture.dir, names[i], NULL);
    struct stat info;

    g_assert_cmpint (stat (path, &info), ==, 0);
    g_assert_cmphex (info.st_mode & 077, ==, 0);
  }
  store_fixture_close (&fixture);
}

static void
test_second_daemon_is_told_of_the_first (void)
{
  StoreFixture fixture = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *pid = g_strdup_printf ("process %d", getpid ());

  store_fixture_open (&fixture, NULL);
  g_assert_null (tocsin_store_open (fixture.dir, NULL, &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_EXISTS);
  g_assert_nonnull (strstr (error->message, pid));
  store_fixture_close (&fixture);
}

/* --- records --- */

static GPtrArray *
load (StoreFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *list = tocsin_store_load_monitors (fixture->store, &error);

  g_assert_no_error (error);
  return list;
}

static void
test_monitor_comes_back_with_what_is_known (void)
{
  StoreFixture fixture = { 0 };
  g_autoptr (GPtrArray) list = NULL;
  const TocsinStoredMonitor *stored;

  store_fixture_open (&fixture, NULL);
  {
    g_autoptr (TocsinMonitor) monitor = store_fixture_add_monitor (&fixture, 1);

    monitor->password = g_strdup ("correct horse");
    tocsin_store_save_judge (fixture.store, monitor->id, "{\"j\":1}", NULL, NULL);
    tocsin_store_save_heartbeat (fixture.store, monitor->id, "{\"h\":1}", NULL, NULL);
    tocsin_store_save_monitor (fixture.store, monitor, FALSE, store_fixture_done_cb, &fixture);
    store_fixture_finish (&fixture);
  }
  store_fixture_reopen (&fixture);
  list = load (&fixture);
  g_assert_cmpuint (list->len, ==, 1);
  stored = list->pdata[0];
  g_assert_cmpstr (stored->monitor->name, ==, "shop 1");
  g_assert_cmpstr (stored->monitor->password, ==, "correct horse");
  g_assert_false (stored->secrets_missing);
  g_assert_cmpstr (stored->judge, ==, "{\"j\":1}");
  g_assert_cmpstr (stored->heartbeat, ==, "{\"h\":1}");
  store_fixture_close (&fixture);
}

static gboolean
holds (const char *path, const char *text)
{
  g_autofree char *data = NULL;
  gsize size;

  return g_file_get_contents (path, &data, &size, NULL) &&
         memmem (data, size, text, strlen (text)) != NULL;
}

static void
test_secrets_are_sealed_and_need_their_key (void)
{
  StoreFixture fixture = { 0 };
  g_autofree char *key = NULL, *path = NULL, *log = NULL;
  g_autoptr (GPtrArray) list = NULL;
  const TocsinStoredMonitor *stored;

  store_fixture_open (&fixture, NULL);
  path = store_fixture_get_path (&fixture);
  log = g_strconcat (path, "-wal", NULL);
  key = g_build_filename (fixture.dir, "key", NULL);
  {
    g_autoptr (TocsinMonitor) monitor = store_fixture_add_monitor (&fixture, 1);

    monitor->password = g_strdup ("correct horse");
    tocsin_store_save_monitor (fixture.store, monitor, FALSE, store_fixture_done_cb, &fixture);
    store_fixture_finish (&fixture);
  }
  g_assert_true (holds (log, "shop.example.org"));
  g_assert_false (holds (log, "correct horse"));
  g_clear_pointer (&fixture.store, tocsin_store_close);
  g_assert_false (holds (path, "correct horse"));

  g_assert_cmpint (g_unlink (key), ==, 0);
  store_fixture_open (&fixture, NULL);
  list = load (&fixture);
  stored = list->pdata[0];
  g_assert_cmpstr (stored->monitor->name, ==, "shop 1");
  g_assert_null (stored->monitor->password);
  g_assert_true (stored->secrets_missing);
  store_fixture_close (&fixture);
}

static void
test_removed_monitor_takes_its_history_along (void)
{
  StoreFixture fixture = { 0 };
  g_autoptr (TocsinMonitor) monitor = NULL;
  g_autoptr (GPtrArray) samples = NULL, monitors = NULL;

  store_fixture_open (&fixture, NULL);
  monitor = store_fixture_add_monitor (&fixture, 1);
  store_fixture_add_sample (&fixture, monitor->id, NOW_US, TRUE);
  store_fixture_flush (&fixture);
  tocsin_store_remove_monitor (fixture.store, monitor->id, store_fixture_done_cb, &fixture);
  store_fixture_finish (&fixture);

  /* one that was in flight when it was removed */
  store_fixture_add_sample (&fixture, monitor->id, NOW_US + 1, FALSE);
  store_fixture_flush (&fixture);
  tocsin_store_get_samples (fixture.store, monitor->id, 0, G_MAXINT64, 10, store_fixture_done_cb,
                            &fixture);
  samples = store_fixture_list (&fixture);
  g_assert_cmpuint (samples->len, ==, 0);
  monitors = load (&fixture);
  g_assert_cmpuint (monitors->len, ==, 0);
  store_fixture_close (&fixture);
}

static void
test_settings_and_maintenance_are_kept (void)
{
  StoreFixture fixture = { 0 };
  g_autoptr (TocsinMaintenance) maintenance = tocsin_maintenance_new ();
  g_autoptr (GPtrArray) list = NULL;
  g_autofree char *value = NULL;

  store_fixture_open (&fixture, NULL);
  maintenance->id = store_fixture_make_id (1);
  maintenance->title = g_strdup ("Moving house");
  tocsin_store_save_maintenance (fixture.store, maintenance, NULL, NULL);
  tocsin_store_set_setting (fixture.store, "ping-key", "abc", store_fixture_done_cb, &fixture);
  store_fixture_finish (&fixture);
  store_fixture_reopen (&fixture);
  value = tocsin_store_get_setting (fixture.store, "ping-key");
  g_assert_cmpstr (value, ==, "abc");
  g_assert_null (tocsin_store_get_setting (fixture.store, "none"));
  list = tocsin_store_load_maintenance (fixture.store, NULL);
  g_assert_cmpuint (list->len, ==, 1);
  g_assert_cmpstr (((TocsinMaintenance *) list->pdata[0])->title, ==, "Moving house");
  tocsin_store_remove_maintenance (fixture.store, maintenance->id, store_fixture_done_cb, &fixture);
  store_fixture_finish (&fixture);
  g_ptr_array_unref (list);
  list = tocsin_store_load_maintenance (fixture.store, NULL);
  g_assert_cmpuint (list->len, ==, 0);
  store_fixture_close (&fixture);
}

static void
test_last_hundred_decisions_are_kept (void)
{
  StoreFixture fixture = { 0 };
  g_autoptr (TocsinMonitor) monitor = NULL;
  g_autoptr (GPtrArray) list = NULL;

  store_fixture_open (&fixture, NULL);
  monitor = store_fixture_add_monitor (&fixture, 1);
  for (gint64 i = 1; i <= TOCSIN_STORE_DECISIONS + 20; i++) {
    g_autoptr (TocsinDecision) decision = tocsin_decision_new ();

    decision->at_us = i * TOCSIN_US_PER_S;
    decision->rule = g_strdup ("failure-confirmed");
    tocsin_store_add_decision (fixture.store, monitor->id, decision);
  }
  store_fixture_flush (&fixture);
  tocsin_store_get_decisions (fixture.store, monitor->id, 1000, store_fixture_done_cb, &fixture);
  list = store_fixture_list (&fixture);
  g_assert_cmpuint (list->len, ==, TOCSIN_STORE_DECISIONS);
  for (guint i = 0; i < list->len; i++)
    g_assert_cmpint (((TocsinDecision *) list->pdata[i])->at_us, ==,
                     (TOCSIN_STORE_DECISIONS + 20 - (gint64) i) * TOCSIN_US_PER_S);
  store_fixture_close (&fixture);
}

/* --- incidents --- */

static void
save_incident (StoreFixture *fixture, guint n, const char *monitor_id, gint64 began_at,
               gint64 ended_at)
{
  g_autoptr (TocsinIncident) incident = tocsin_incident_new ();

  incident->id = store_fixture_make_id (n);
  incident->monitor_id = g_strdup (monitor_id);
  incident->began_at = began_at;
  incident->ended_at = ended_at;
  tocsin_store_save_incident (fixture->store, incident, store_fixture_done_cb, fixture);
  store_fixture_finish (fixture);
}

static guint
count_incidents (StoreFixture *fixture, const char *monitor_id, gint64 from_us, gint64 to_us)
{
  g_autoptr (GPtrArray) list = NULL;

  tocsin_store_get_incidents (fixture->store, monitor_id, from_us, to_us, 100,
                              store_fixture_done_cb, fixture);
  list = store_fixture_list (fixture);
  for (guint i = 1; i < list->len; i++)
    g_assert_cmpint (((TocsinIncident *) list->pdata[i - 1])->began_at, >=,
                     ((TocsinIncident *) list->pdata[i])->began_at);
  return list->len;
}

static void
test_incidents_are_found_by_time_and_monitor (void)
{
  StoreFixture fixture = { 0 };
  gint64 s = TOCSIN_US_PER_S;
  g_autoptr (GPtrArray) open = NULL;

  store_fixture_open (&fixture, NULL);
  save_incident (&fixture, 1, "a", 10 * s, 20 * s);
  save_incident (&fixture, 2, "a", 30 * s, 0);
  save_incident (&fixture, 3, "b", 12 * s, 14 * s);
  save_incident (&fixture, 3, "b", 12 * s, 15 * s); /* the same, later */
  g_assert_cmpuint (count_incidents (&fixture, NULL, 0, 100 * s), ==, 3);
  g_assert_cmpuint (count_incidents (&fixture, "a", 0, 100 * s), ==, 2);
  g_assert_cmpuint (count_incidents (&fixture, NULL, 15 * s, 16 * s), ==, 2); /* reach in */
  g_assert_cmpuint (count_incidents (&fixture, NULL, 21 * s, 22 * s), ==, 0);
  g_assert_cmpuint (count_incidents (&fixture, "a", 90 * s, 91 * s), ==, 1); /* open still */
  open = tocsin_store_load_open_incidents (fixture.store, NULL);
  g_assert_cmpuint (open->len, ==, 1);
  store_fixture_close (&fixture);
}

static void
assert_incident (StoreFixture *fixture, const char *prefix, int code)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinIncident) incident = NULL;

  tocsin_store_get_incident (fixture->store, prefix, store_fixture_done_cb, fixture);
  result = store_fixture_wait (fixture);
  incident = tocsin_store_get_incident_finish (fixture->store, result, &error);
  if (code < 0) {
    g_assert_no_error (error);
    g_assert_true (g_str_has_prefix (incident->id, prefix));
  } else {
    g_assert_error (error, TOCSIN_ERROR, code);
  }
}

static void
test_incident_is_found_by_a_prefix_that_is_unique (void)
{
  StoreFixture fixture = { 0 };
  g_autofree char *id = store_fixture_make_id (1);
  g_autofree char *common = g_strndup (id, 8);

  store_fixture_open (&fixture, NULL);
  save_incident (&fixture, 1, "a", 10, 20);
  assert_incident (&fixture, id, -1);
  assert_incident (&fixture, common, -1);
  save_incident (&fixture, 2, "a", 30, 40);
  assert_incident (&fixture, id, -1);
  assert_incident (&fixture, common, TOCSIN_ERROR_AMBIGUOUS);
  assert_incident (&fixture, "ffff", TOCSIN_ERROR_NOT_FOUND);
  store_fixture_close (&fixture);
}

/* --- pings --- */

static gint64
add_ping (StoreFixture *fixture, const char *id, const char *body)
{
  g_autoptr (TocsinPing) ping = tocsin_ping_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gint64 number;

  ping->at_us = TOCSIN_US_PER_S;
  ping->body = body != NULL ? g_bytes_new (body, strlen (body)) : NULL;
  tocsin_store_add_ping (fixture->store, id, ping, "{}", store_fixture_done_cb, fixture);
  result = store_fixture_wait (fixture);
  number = tocsin_store_add_ping_finish (fixture->store, result, &error);
  g_assert_no_error (error);
  return number;
}

static void
test_pings_are_numbered_without_gap (void)
{
  StoreFixture fixture = { 0 };
  g_autoptr (TocsinMonitor) first = NULL, second = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (TocsinPing) ping = NULL;

  store_fixture_open (&fixture, NULL);
  first = store_fixture_add_monitor (&fixture, 1);
  second = store_fixture_add_monitor (&fixture, 2);
  for (gint64 i = 1; i <= 20; i++)
    g_assert_cmpint (add_ping (&fixture, first->id, i == 7 ? "seven" : NULL), ==, i);
  g_assert_cmpint (add_ping (&fixture, second->id, NULL), ==, 1);
  store_fixture_reopen (&fixture);
  g_assert_cmpint (add_ping (&fixture, first->id, NULL), ==, 21);

  tocsin_store_get_ping (fixture.store, first->id, 7, store_fixture_done_cb, &fixture);
  result = store_fixture_wait (&fixture);
  ping = tocsin_store_get_ping_finish (fixture.store, result, NULL);
  g_assert_cmpint (ping->number, ==, 7);
  g_assert_cmpmem (g_bytes_get_data (ping->body, NULL), g_bytes_get_size (ping->body), "seven", 5);
  store_fixture_close (&fixture);
}

static void
test_oldest_pings_make_room (void)
{
  StoreFixture fixture = { 0 };
  g_autoptr (TocsinMonitor) monitor = NULL;
  g_autoptr (TocsinPing) ping = tocsin_ping_new ();
  g_autoptr (GPtrArray) list = NULL;

  store_fixture_open (&fixture, NULL);
  monitor = store_fixture_add_monitor (&fixture, 1);
  for (guint i = 0; i < TOCSIN_STORE_PINGS + 9; i++)
    tocsin_store_add_ping (fixture.store, monitor->id, ping, "{}", NULL, NULL);
  g_assert_cmpint (add_ping (&fixture, monitor->id, NULL), ==, TOCSIN_STORE_PINGS + 10);
  tocsin_store_get_pings (fixture.store, monitor->id, 10000, store_fixture_done_cb, &fixture);
  list = store_fixture_list (&fixture);
  g_assert_cmpuint (list->len, ==, TOCSIN_STORE_PINGS);
  g_assert_cmpint (((TocsinPing *) list->pdata[0])->number, ==, TOCSIN_STORE_PINGS + 10);
  g_assert_cmpint (((TocsinPing *) list->pdata[list->len - 1])->number, ==, 11);
  store_fixture_close (&fixture);
}

/* --- samples --- */

static void
test_samples_come_back_newest_first (void)
{
  StoreFixture fixture = { 0 };
  g_autoptr (TocsinMonitor) monitor = NULL;
  g_autoptr (GPtrArray) list = NULL;
  gint64 from_us = NOW_US - TOCSIN_US_PER_HOUR;

  store_fixture_open (&fixture, NULL);
  monitor = store_fixture_add_monitor (&fixture, 1);
  for (gint64 i = 0; i < 1500; i++)
    store_fixture_add_sample (&fixture, monitor->id, from_us + i * TOCSIN_US_PER_S, i == 70);
  store_fixture_flush (&fixture);
  tocsin_store_get_samples (fixture.store, monitor->id, from_us + 10 * TOCSIN_US_PER_S,
                            from_us + 100 * TOCSIN_US_PER_S, 50, store_fixture_done_cb, &fixture);
  list = store_fixture_list (&fixture);
  g_assert_cmpuint (list->len, ==, 50);
  for (guint i = 0; i < list->len; i++) {
    const TocsinSample *sample = list->pdata[i];

    g_assert_cmpint (sample->at_us, ==, from_us + (99 - (gint64) i) * TOCSIN_US_PER_S);
    g_assert_cmpint (sample->latency_us, ==, sample->at_us % 1000000);
    if (i == 29) {
      g_assert_true (g_str_has_prefix (sample->reason, "expired at"));
      g_assert_cmpstr (sample->evidence->remote_address, ==, "192.0.2.1");
    } else {
      g_assert_null (sample->reason);
    }
  }
  store_fixture_close (&fixture);
}

static void
test_what_was_queued_is_there_after_closing (void)
{
  StoreFixture fixture = { 0 };
  g_autoptr (TocsinMonitor) monitor = NULL;
  g_autoptr (GPtrArray) list = NULL;

  store_fixture_open (&fixture, NULL);
  monitor = store_fixture_add_monitor (&fixture, 1);
  for (gint64 i = 0; i < 700; i++)
    store_fixture_add_sample (&fixture, monitor->id, NOW_US + i, FALSE);
  store_fixture_reopen (&fixture);
  tocsin_store_get_samples (fixture.store, monitor->id, 0, G_MAXINT64, 10000, store_fixture_done_cb,
                            &fixture);
  list = store_fixture_list (&fixture);
  g_assert_cmpuint (list->len, ==, 700);
  store_fixture_close (&fixture);
}

static void
test_account_holds_the_running_hour_and_day (void)
{
  StoreFixture fixture = { 0 };
  g_autoptr (TocsinMonitor) monitor = NULL;
  g_autoptr (GPtrArray) list = NULL;
  gint64 now_us = g_get_real_time (), up_hours_us = 0, up_days_us = 0;

  store_fixture_open (&fixture, NULL);
  monitor = store_fixture_add_monitor (&fixture, 1);
  for (gint64 i = 1; i <= 180; i++)
    store_fixture_add_sample (&fixture, monitor->id, now_us - i * TOCSIN_US_PER_MIN, FALSE);
  store_fixture_flush (&fixture);
  tocsin_store_get_rollups (fixture.store, monitor->id, 0, 0, store_fixture_done_cb, &fixture);
  list = store_fixture_list (&fixture);
  for (guint i = 0; i < list->len; i++) {
    const TocsinStoredRollup *stored = list->pdata[i];

    g_assert_cmpstr (stored->id, ==, monitor->id);
    if (stored->rollup.span_us == TOCSIN_US_PER_DAY)
      up_days_us += stored->rollup.time.up_us;
    else
      up_hours_us += stored->rollup.time.up_us;
  }
  g_assert_cmpint (up_hours_us, >=, 180 * TOCSIN_US_PER_MIN); /* three hours, and until now */
  g_assert_cmpint (up_hours_us, <=, 181 * TOCSIN_US_PER_MIN);
  g_assert_cmpint (up_hours_us, ==, up_days_us);
  store_fixture_close (&fixture);
}

/* --- care --- */

static char *
check (StoreFixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;

  tocsin_store_check (fixture->store, store_fixture_done_cb, fixture);
  result = store_fixture_wait (fixture);
  return tocsin_store_check_finish (fixture->store, result, NULL);
}

static void
test_backup_is_whole_and_overwrites_nothing (void)
{
  StoreFixture fixture = { 0 }, copy = { 0 };
  g_autoptr (TocsinMonitor) monitor = NULL;
  g_autoptr (GPtrArray) samples = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL, *verdict = NULL;

  store_fixture_open (&fixture, NULL);
  copy.dir = tocsin_test_make_dir ();
  path = store_fixture_get_path (&copy);
  monitor = store_fixture_add_monitor (&fixture, 1);
  for (gint64 i = 0; i < 5000; i++)
    store_fixture_add_sample (&fixture, monitor->id, NOW_US + i, FALSE);
  store_fixture_flush (&fixture);
  tocsin_store_backup (fixture.store, path, store_fixture_done_cb, &fixture);
  store_fixture_finish (&fixture);
  tocsin_store_backup (fixture.store, path, store_fixture_done_cb, &fixture);
  result = store_fixture_wait (&fixture);
  g_assert_false (tocsin_store_finish (fixture.store, result, &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_EXISTS);

  store_fixture_open (&copy, NULL);
  verdict = check (&copy);
  g_assert_cmpstr (verdict, ==, "ok");
  tocsin_store_get_samples (copy.store, monitor->id, 0, G_MAXINT64, 10000, store_fixture_done_cb,
                            &copy);
  samples = store_fixture_list (&copy);
  g_assert_cmpuint (samples->len, ==, 5000);
  store_fixture_close (&copy);
  store_fixture_close (&fixture);
}

static void
test_vacuum_gives_room_back (void)
{
  StoreFixture fixture = { 0 };
  g_autoptr (TocsinMonitor) monitor = NULL;
  g_autofree char *path = NULL, *verdict = NULL;
  struct stat before, after;

  store_fixture_open (&fixture, NULL);
  path = store_fixture_get_path (&fixture);
  monitor = store_fixture_add_monitor (&fixture, 1);
  for (gint64 i = 0; i < 40000; i++)
    store_fixture_add_sample (&fixture, monitor->id, NOW_US + i, FALSE);
  store_fixture_flush (&fixture);
  tocsin_store_vacuum (fixture.store, store_fixture_done_cb, &fixture); /* out of the log */
  store_fixture_finish (&fixture);
  tocsin_store_remove_monitor (fixture.store, monitor->id, store_fixture_done_cb, &fixture);
  store_fixture_finish (&fixture);
  g_assert_cmpint (stat (path, &before), ==, 0);
  tocsin_store_vacuum (fixture.store, store_fixture_done_cb, &fixture);
  store_fixture_finish (&fixture);
  g_assert_cmpint (stat (path, &after), ==, 0);
  g_assert_cmpint (after.st_size, <, before.st_size / 2);
  verdict = check (&fixture);
  g_assert_cmpstr (verdict, ==, "ok");
  store_fixture_close (&fixture);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);

  g_test_add_func ("/store/files-are-for-the-owner-alone", test_files_are_for_the_owner_alone);
  g_test_add_func ("/store/second-daemon-is-told-of-the-first",
                   test_second_daemon_is_told_of_the_first);
  g_test_add_func ("/store/monitor-comes-back-with-what-is-known",
                   test_monitor_comes_back_with_what_is_known);
  g_test_add_func ("/store/secrets-are-sealed-and-need-their-key",
                   test_secrets_are_sealed_and_need_their_key);
  g_test_add_func ("/store/removed-monitor-takes-its-history-along",
                   test_removed_monitor_takes_its_history_along);
  g_test_add_func ("/store/settings-and-maintenance-are-kept",
                   test_settings_and_maintenance_are_kept);
  g_test_add_func ("/store/last-hundred-decisions-are-kept", test_last_hundred_decisions_are_kept);
  g_test_add_func ("/store/incidents-are-found-by-time-and-monitor",
                   test_incidents_are_found_by_time_and_monitor);
  g_test_add_func ("/store/incident-is-found-by-a-prefix-that-is-unique",
                   test_incident_is_found_by_a_prefix_that_is_unique);
  g_test_add_func ("/store/pings-are-numbered-without-gap", test_pings_are_numbered_without_gap);
  g_test_add_func ("/store/oldest-pings-make-room", test_oldest_pings_make_room);
  g_test_add_func ("/store/samples-come-back-newest-first", test_samples_come_back_newest_first);
  g_test_add_func ("/store/what-was-queued-is-there-after-closing",
                   test_what_was_queued_is_there_after_closing);
  g_test_add_func ("/store/account-holds-the-running-hour-and-day",
                   test_account_holds_the_running_hour_and_day);
  g_test_add_func ("/store/backup-is-whole-and-overwrites-nothing",
                   test_backup_is_whole_and_overwrites_nothing);
  g_test_add_func ("/store/vacuum-gives-room-back", test_vacuum_gives_room_back);
  return g_test_run ();
}
