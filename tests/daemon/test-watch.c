/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-watch"

#include "config.h"

#include <gio/gio.h>

#include "errors.h"
#include "store.h"
#include "support.h"
#include "timetext.h"
#include "watch-pings.h"
#include "watch.h"

/* The whole daemon but bus and listener, with a real store, a real engine and real sockets. */
typedef struct {
  char *dir;
  TocsinStore *store;
  TocsinWatch *watch;
  GPtrArray *notices; /* (element-type TocsinNotice) */
} House;

static void
notice_cb (TocsinWatch *watch, TocsinNotice *notice, gpointer user_data)
{
  House *house = user_data;

  g_ptr_array_add (house->notices, tocsin_fields_copy (&tocsin_notice_fields, notice));
}

static void
open_house (House *house)
{
  g_autoptr (GError) error = NULL;

  if (house->dir == NULL) {
    house->dir = tocsin_test_make_dir ();
    house->notices = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_notice_free);
  }
  house->store = tocsin_store_open (house->dir, NULL, &error);
  g_assert_no_error (error);
  house->watch = tocsin_watch_new (house->store, NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (house->watch, "notice", G_CALLBACK (notice_cb), house);
}

static void
close_house (House *house)
{
  g_signal_handlers_disconnect_by_data (house->watch, house);
  tocsin_watch_stop_all (house->watch);
  tocsin_store_close (g_steal_pointer (&house->store));
  g_assert_finalize_object (g_steal_pointer (&house->watch));
}

static void
clear_house (House *house)
{
  close_house (house);
  g_ptr_array_unref (house->notices);
  g_free (house->dir);
}

/* --- waiting --- */

static void
keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
is_there (gpointer user_data)
{
  return *(gpointer *) user_data != NULL;
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  tocsin_test_wait (NULL, is_there, result);
  return *result;
}

static char *
add (House *house, TocsinMonitor *monitor)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *id;

  tocsin_watch_add (house->watch, monitor, keep_result_cb, &result);
  id = tocsin_watch_add_finish (house->watch, wait_for (&result), &error);
  g_assert_no_error (error);
  return id;
}

static void
finish_change (House *house, GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;

  tocsin_watch_change_finish (house->watch, wait_for (result), &error);
  g_assert_no_error (error);
  g_clear_object (result);
}

/* What was handed to the store is there to be read. */
static void
flush (House *house)
{
  g_autoptr (GAsyncResult) result = NULL;

  tocsin_store_flush (house->store, keep_result_cb, &result);
  wait_for (&result);
}

static TocsinSample *
check (House *house, const char *id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  TocsinSample *sample;

  tocsin_watch_check (house->watch, id, keep_result_cb, &result);
  sample = tocsin_watch_check_finish (house->watch, wait_for (&result), &error);
  g_assert_no_error (error);
  return sample;
}

static TocsinState
state_of (House *house, const char *id)
{
  g_autoptr (TocsinStatus) status = tocsin_watch_get_status (house->watch, id);

  return status->state;
}

/* A monitor of a port of this machine, checked only when the test says so. */
static TocsinMonitor *
make_tcp (const char *name, guint16 port)
{
  TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_TCP);

  monitor->name = g_strdup (name);
  monitor->target = g_strdup_printf ("127.0.0.1:%u", port);
  monitor->interval_us = TOCSIN_US_PER_HOUR;
  monitor->retry_us = TOCSIN_US_PER_HOUR;
  return monitor;
}

static GSocketService *
serve (guint16 port)
{
  GSocketService *service = g_socket_service_new ();
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", port);
  g_autoptr (GError) error = NULL;

  g_socket_listener_add_address (G_SOCKET_LISTENER (service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, NULL, &error);
  g_assert_no_error (error);
  return service;
}

static void
stop_serving (GSocketService *service)
{
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
  g_object_unref (service);
}

static const TocsinNotice *
last_notice (const House *house)
{
  g_assert_cmpuint (house->notices->len, >, 0);
  return house->notices->pdata[house->notices->len - 1];
}

/* --- the story of an outage --- */

/* Three failures in a row; the check that follows an add may be one of them. */
static void
check_until_down (House *house, const char *id)
{
  for (guint i = 0; i < 3 && state_of (house, id) != TOCSIN_STATE_DOWN; i++) {
    g_autoptr (TocsinSample) sample = check (house, id);

    g_assert_cmpuint (sample->outcome, ==, TOCSIN_OUTCOME_FAILED);
    g_assert_cmpuint (sample->code, ==, TOCSIN_CODE_CONNECT_REFUSED);
    if (i == 0)
      g_assert_cmpuint (state_of (house, id), ==, TOCSIN_STATE_CONFIRMING);
  }
  g_assert_cmpuint (state_of (house, id), ==, TOCSIN_STATE_DOWN);
}

static void
check_until_up (House *house, const char *id)
{
  g_autoptr (TocsinSample) sample = check (house, id);

  g_assert_cmpuint (sample->outcome, ==, TOCSIN_OUTCOME_OK);
  g_assert_cmpuint (state_of (house, id), ==, TOCSIN_STATE_UP);
}

static void
test_outage_is_an_incident_from_open_to_close (void)
{
  House house = { 0 };
  guint16 port = tocsin_test_free_port ();
  GSocketService *service = serve (port);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) incidents = NULL;
  g_autoptr (GPtrArray) decisions = NULL;
  g_autofree char *id = NULL;
  const TocsinIncident *incident;

  open_house (&house);
  id = add (&house, make_tcp ("shop", port));
  check_until_up (&house, id);
  g_assert_cmpuint (house.notices->len, ==, 0); /* new → up is no news */

  stop_serving (service);
  check_until_down (&house, id);
  g_assert_cmpuint (house.notices->len, ==, 1);
  g_assert_cmpuint (last_notice (&house)->kind, ==, TOCSIN_NOTICE_DOWN);
  g_assert_nonnull (strstr (last_notice (&house)->text, "shop is down"));

  service = serve (port);
  check_until_up (&house, id);
  g_assert_cmpuint (house.notices->len, ==, 2);
  g_assert_cmpuint (last_notice (&house)->kind, ==, TOCSIN_NOTICE_UP);

  flush (&house);
  tocsin_store_get_incidents (house.store, id, 0, G_MAXINT64, 10, keep_result_cb, &result);
  incidents = tocsin_store_list_finish (house.store, wait_for (&result), NULL);
  g_assert_cmpuint (incidents->len, ==, 1);
  incident = incidents->pdata[0];
  g_assert_cmpuint (incident->code, ==, TOCSIN_CODE_CONNECT_REFUSED);
  g_assert_cmpint (incident->ended_at, >=, incident->began_at);
  g_assert_cmpint (incident->confirmed_at, >, incident->began_at);
  g_clear_object (&result);

  tocsin_store_get_decisions (house.store, id, 10, keep_result_cb, &result);
  decisions = tocsin_store_list_finish (house.store, wait_for (&result), NULL);
  g_assert_cmpuint (decisions->len, ==, 4);
  g_assert_cmpstr (((TocsinDecision *) decisions->pdata[0])->rule, ==, "recovered");
  g_assert_cmpstr (((TocsinDecision *) decisions->pdata[1])->rule, ==, "failure-confirmed");
  g_assert_cmpstr (((TocsinDecision *) decisions->pdata[2])->rule, ==, "first-failure");
  g_assert_cmpstr (((TocsinDecision *) decisions->pdata[3])->rule, ==, "first-good");
  stop_serving (service);
  clear_house (&house);
}

/* A restart in the middle of an outage forgets nothing and tells nothing twice. */
static gboolean
is_seeded (gpointer user_data)
{
  gpointer *what = user_data;
  House *house = what[0];
  g_autoptr (TocsinStatus) status = tocsin_watch_get_status (house->watch, what[1]);

  return status->last_sample != NULL;
}

/* What a row shows outlives the daemon: nothing is checked in this test after the restart. */
static void
test_last_samples_are_there_after_a_restart (void)
{
  House house = { 0 };
  guint16 port = tocsin_test_free_port ();
  GSocketService *service = serve (port);
  TocsinMonitor *monitor = make_tcp ("shop", port);
  g_autofree char *id = NULL;
  g_autoptr (TocsinStatus) before = NULL, after = NULL;

  open_house (&house);
  monitor->paused = TRUE;
  id = add (&house, monitor);
  tocsin_sample_free (check (&house, id));
  stop_serving (service);
  tocsin_sample_free (check (&house, id));
  before = tocsin_watch_get_status (house.watch, id);

  close_house (&house);
  open_house (&house);
  tocsin_test_wait (NULL, is_seeded, (gpointer[]){ &house, id });
  after = tocsin_watch_get_status (house.watch, id);
  g_assert_cmpuint (after->last_sample->outcome, ==, TOCSIN_OUTCOME_FAILED);
  g_assert_cmpint (after->last_sample->at_us, ==, before->last_sample->at_us);
  g_assert_cmpuint (g_strv_length (after->recent), ==, 2);
  g_assert_true (
      g_strv_equal ((const char *const *) after->recent, (const char *const *) before->recent));
  clear_house (&house);
}

static void
test_restart_in_an_outage_goes_on_with_it (void)
{
  House house = { 0 };
  guint16 port = tocsin_test_free_port ();
  GSocketService *service = serve (port);
  g_autofree char *id = NULL;
  g_autoptr (TocsinStatus) before = NULL, after = NULL;

  open_house (&house);
  id = add (&house, make_tcp ("shop", port));
  check_until_up (&house, id);
  stop_serving (service);
  check_until_down (&house, id);
  before = tocsin_watch_get_status (house.watch, id);
  g_assert_nonnull (before->incident_id);

  close_house (&house);
  open_house (&house);
  after = tocsin_watch_get_status (house.watch, id);
  g_assert_cmpuint (after->state, ==, TOCSIN_STATE_DOWN);
  g_assert_cmpstr (after->incident_id, ==, before->incident_id);
  g_assert_cmpint (after->since, ==, before->since);
  g_assert_cmpuint (house.notices->len, ==, 1);

  service = serve (port);
  check_until_up (&house, id);
  g_assert_cmpuint (house.notices->len, ==, 2);
  stop_serving (service);
  clear_house (&house);
}

static void
test_what_is_behind_a_dead_router_is_unknown (void)
{
  House house = { 0 };
  guint16 router_port = tocsin_test_free_port (), shop_port = tocsin_test_free_port ();
  g_autofree char *router = NULL, *shop = NULL;
  g_autoptr (TocsinStatus) status = NULL;
  TocsinMonitor *behind;

  open_house (&house);
  router = add (&house, make_tcp ("router", router_port));
  behind = make_tcp ("shop", shop_port);
  behind->depends_on = g_strsplit (router, ",", -1);
  shop = add (&house, behind);
  check_until_down (&house, router);
  status = tocsin_watch_get_status (house.watch, shop);
  g_assert_cmpuint (status->state, ==, TOCSIN_STATE_UNKNOWN);
  g_assert_cmpstr (status->note, ==, "behind router, which is down");
  for (guint i = 0; i < 5; i++)
    tocsin_sample_free (check (&house, shop));
  g_assert_cmpuint (state_of (&house, shop), ==, TOCSIN_STATE_UNKNOWN);
  g_assert_cmpuint (house.notices->len, ==, 1); /* the router alone */
  clear_house (&house);
}

static void
test_maintenance_keeps_silent_and_says_up_after_it (void)
{
  House house = { 0 };
  guint16 port = tocsin_test_free_port ();
  GSocketService *service = serve (port);
  TocsinMaintenance *maintenance = tocsin_maintenance_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *id = NULL, *now = NULL;

  open_house (&house);
  id = add (&house, make_tcp ("shop", port));
  check_until_up (&house, id);
  stop_serving (service);
  check_until_down (&house, id);

  now = tocsin_time_to_text ((g_get_real_time () / TOCSIN_US_PER_S - 60) * TOCSIN_US_PER_S);
  now[strlen (now) - 1] = '\0'; /* a wall time has no Z */
  maintenance->id = g_strdup ("window");
  maintenance->title = g_strdup ("new disks");
  maintenance->starts = g_steal_pointer (&now);
  maintenance->all = TRUE;
  tocsin_watch_add_maintenance (house.watch, maintenance, keep_result_cb, &result);
  finish_change (&house, &result);
  g_assert_cmpuint (state_of (&house, id), ==, TOCSIN_STATE_MAINTENANCE);

  service = serve (port);
  tocsin_sample_free (check (&house, id));
  g_assert_cmpuint (state_of (&house, id), ==, TOCSIN_STATE_MAINTENANCE);
  g_assert_cmpuint (house.notices->len, ==, 1);
  tocsin_watch_remove_maintenance (house.watch, "window", keep_result_cb, &result);
  finish_change (&house, &result);
  g_assert_cmpuint (state_of (&house, id), ==, TOCSIN_STATE_UP);
  g_assert_cmpuint (house.notices->len, ==, 2);
  g_assert_cmpuint (last_notice (&house)->kind, ==, TOCSIN_NOTICE_UP);
  stop_serving (service);
  clear_house (&house);
}

static void
test_bad_monitors_are_refused_by_name (void)
{
  House house = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  TocsinMonitor *monitor = make_tcp ("shop", 80);

  open_house (&house);
  monitor->interval_us = TOCSIN_US_PER_S;
  tocsin_watch_add (house.watch, monitor, keep_result_cb, &result);
  g_assert_null (tocsin_watch_add_finish (house.watch, wait_for (&result), &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==, "monitor “shop”: interval: 1s is below the least, 5s");
  g_clear_object (&result);
  clear_house (&house);
}

/* --- pings --- */

static TocsinPingAnswer
ping (House *house, const char *path, const char *query)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_auto (TocsinPingRequest) request = { 0 };
  TocsinPing *with = tocsin_ping_new ();
  TocsinPingAnswer answer;

  if (!tocsin_ping_request_parse (&request, "GET", path, query, &answer)) {
    tocsin_ping_free (with);
    return answer;
  }
  with->at_us = g_get_real_time ();
  tocsin_watch_ping (house->watch, &request, with, keep_result_cb, &result);
  tocsin_watch_ping_finish (house->watch, wait_for (&result), &answer);
  return answer;
}

static void
test_pings_are_numbered_and_judged (void)
{
  House house = { 0 };
  TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_HEARTBEAT);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) pings = NULL;
  g_autofree char *id = NULL, *path = NULL, *fail = NULL;

  open_house (&house);
  monitor->name = g_strdup ("Nightly backup!");
  monitor->period_us = TOCSIN_US_PER_HOUR;
  id = add (&house, monitor);
  monitor = tocsin_watch_get_monitor (house.watch, id);
  g_assert_cmpstr (monitor->slug, ==, "nightly-backup");
  path = g_strconcat ("/ping/", monitor->ping_id, NULL);
  fail = g_strconcat (path, "/3", NULL);

  g_assert_cmpuint (ping (&house, path, NULL).status, ==, 200);
  g_assert_cmpuint (state_of (&house, id), ==, TOCSIN_STATE_UP);
  g_assert_cmpuint (ping (&house, fail, NULL).status, ==, 200);
  g_assert_cmpuint (state_of (&house, id), ==, TOCSIN_STATE_DOWN);
  g_assert_nonnull (strstr (last_notice (&house)->text, "exit status 3"));
  g_assert_cmpuint (ping (&house, "/ping/00000000-0000-0000-0000-000000000000", NULL).status, ==,
                    404);

  tocsin_store_get_pings (house.store, id, 10, keep_result_cb, &result);
  pings = tocsin_store_list_finish (house.store, wait_for (&result), NULL);
  g_assert_cmpuint (pings->len, ==, 2);
  g_assert_cmpint (((TocsinPing *) pings->pdata[0])->number, ==, 2);
  g_assert_cmpint (((TocsinPing *) pings->pdata[0])->exit_status, ==, 3);
  clear_house (&house);
}

static void
test_slug_with_create_makes_one_monitor (void)
{
  House house = { 0 };
  g_autoptr (GPtrArray) list = NULL;
  g_autofree char *path = NULL;

  open_house (&house);
  path = g_strdup_printf ("/ping/%s/db-dump", tocsin_watch_get_ping_key (house.watch));
  g_assert_cmpuint (ping (&house, path, NULL).status, ==, 404);
  g_assert_cmpuint (ping (&house, path, "create=1").status, ==, 201);
  g_assert_cmpuint (ping (&house, path, "create=1").status, ==, 200);
  list = tocsin_watch_list (house.watch);
  g_assert_cmpuint (list->len, ==, 1);
  g_assert_cmpuint (((TocsinStatus *) list->pdata[0])->state, ==, TOCSIN_STATE_UP);
  clear_house (&house);
}

static void
test_ping_ends_a_pause (void)
{
  House house = { 0 };
  TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_HEARTBEAT);
  g_autofree char *id = NULL, *path = NULL;

  open_house (&house);
  monitor->name = g_strdup ("backup");
  monitor->period_us = TOCSIN_US_PER_HOUR;
  monitor->paused = TRUE;
  id = add (&house, monitor);
  g_assert_cmpuint (state_of (&house, id), ==, TOCSIN_STATE_PAUSED);
  path = g_strconcat ("/ping/", tocsin_watch_get_monitor (house.watch, id)->ping_id, NULL);
  g_assert_cmpuint (ping (&house, path, NULL).status, ==, 200);
  g_assert_cmpuint (state_of (&house, id), ==, TOCSIN_STATE_UP);
  clear_house (&house);
}

/* A heartbeat whose deadline passes goes down by itself. */
static gboolean
is_down (gpointer user_data)
{
  gpointer *pair = user_data;

  return state_of (pair[0], pair[1]) == TOCSIN_STATE_DOWN;
}

static void
test_missed_ping_is_noticed (void)
{
  House house = { 0 };
  TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_HEARTBEAT);
  g_autofree char *id = NULL, *path = NULL;
  g_autoptr (TocsinStatus) status = NULL;

  open_house (&house);
  monitor->name = g_strdup ("backup");
  monitor->period_us = TOCSIN_US_PER_S;
  monitor->grace_us = TOCSIN_US_PER_S;
  id = add (&house, monitor);
  path = g_strconcat ("/ping/", tocsin_watch_get_monitor (house.watch, id)->ping_id, NULL);
  g_assert_cmpuint (ping (&house, path, NULL).status, ==, 200);
  tocsin_test_wait (NULL, is_down, (gpointer[]){ &house, id });
  status = tocsin_watch_get_status (house.watch, id);
  g_assert_cmpuint (status->last_sample->code, ==, TOCSIN_CODE_HEARTBEAT_MISSED);
  clear_house (&house);
}

static void
test_names_and_prefixes_find_monitors (void)
{
  House house = { 0 };
  g_autofree char *first = NULL, *second = NULL, *found = NULL;
  g_autoptr (GError) error = NULL;

  open_house (&house);
  first = add (&house, make_tcp ("twin", 80));
  second = add (&house, make_tcp ("twin", 81));
  found = tocsin_watch_resolve (house.watch, second, NULL);
  g_assert_cmpstr (found, ==, second);
  g_assert_null (tocsin_watch_resolve (house.watch, "twin", &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_AMBIGUOUS);
  g_clear_error (&error);
  g_assert_null (tocsin_watch_resolve (house.watch, "nobody", &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_FOUND);
  clear_house (&house);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR | G_LOG_LEVEL_WARNING);
  g_test_add_func ("/watch/outage-is-an-incident-from-open-to-close",
                   test_outage_is_an_incident_from_open_to_close);
  g_test_add_func ("/watch/restart-in-an-outage-goes-on-with-it",
                   test_restart_in_an_outage_goes_on_with_it);
  g_test_add_func ("/watch/last-samples-are-there-after-a-restart",
                   test_last_samples_are_there_after_a_restart);
  g_test_add_func ("/watch/what-is-behind-a-dead-router-is-unknown",
                   test_what_is_behind_a_dead_router_is_unknown);
  g_test_add_func ("/watch/maintenance-keeps-silent-and-says-up-after-it",
                   test_maintenance_keeps_silent_and_says_up_after_it);
  g_test_add_func ("/watch/bad-monitors-are-refused-by-name",
                   test_bad_monitors_are_refused_by_name);
  g_test_add_func ("/watch/pings-are-numbered-and-judged", test_pings_are_numbered_and_judged);
  g_test_add_func ("/watch/slug-with-create-makes-one-monitor",
                   test_slug_with_create_makes_one_monitor);
  g_test_add_func ("/watch/ping-ends-a-pause", test_ping_ends_a_pause);
  g_test_add_func ("/watch/missed-ping-is-noticed", test_missed_ping_is_noticed);
  g_test_add_func ("/watch/names-and-prefixes-find-monitors",
                   test_names_and_prefixes_find_monitors);
  return g_test_run ();
}
