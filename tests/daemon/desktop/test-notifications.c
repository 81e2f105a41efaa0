/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-notifications"

#include "config.h"

#include <glib/gstdio.h>

#include "hosts.h"
#include "support.h"
#include "timetext.h"

/* Notifications in a real server, dunst. */

#define NAME    "org.freedesktop.Notifications"
#define PATH    "/org/freedesktop/Notifications"
#define CONTROL "org.dunstproject.cmd0"

typedef struct {
  TocsinTestTown town;
  GSubprocess *server;
  guint wanted;
  GDBusConnection *monitor; /* (owned) sees what is said on the bus */
  GAsyncQueue *summaries;   /* (owned) (element-type char *) of what was notified */
  const char *summary;
} Desk;

/* --- what is said --- */

/* In the connection's thread. */
static GDBusMessage *
filter_cb (GDBusConnection *connection, GDBusMessage *message, gboolean incoming,
           gpointer user_data)
{
  g_autoptr (GVariant) summary = NULL;
  GVariant *body = g_dbus_message_get_body (message);

  if (g_strcmp0 (g_dbus_message_get_member (message), "Notify") == 0 && body != NULL &&
      g_variant_n_children (body) == 8) {
    summary = g_variant_get_child_value (body, 3);
    g_async_queue_push (user_data, g_variant_dup_string (summary, NULL));
  }
  g_object_unref (message);
  return NULL;
}

static void
start_monitor (Desk *desk)
{
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;

  desk->summaries = g_async_queue_new_full (g_free);
  desk->monitor =
      g_dbus_connection_new_for_address_sync (g_getenv ("DBUS_SESSION_BUS_ADDRESS"),
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);
  g_assert_no_error (error);
  answer = g_dbus_connection_call_sync (desk->monitor, "org.freedesktop.DBus",
                                        "/org/freedesktop/DBus", "org.freedesktop.DBus.Monitoring",
                                        "BecomeMonitor", g_variant_new_parsed ("(@as [], @u 0)"),
                                        NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_add_filter (desk->monitor, filter_cb, g_async_queue_ref (desk->summaries),
                                (GDestroyNotify) g_async_queue_unref);
}

static gboolean
was_notified (gpointer user_data)
{
  Desk *desk = user_data;
  g_autofree char *summary = g_async_queue_try_pop (desk->summaries);

  if (summary != NULL)
    g_test_message ("notified: %s", summary);
  return g_strcmp0 (summary, desk->summary) == 0;
}

static void
wait_for_notify (Desk *desk, const char *summary)
{
  desk->summary = summary;
  tocsin_test_wait (NULL, was_notified, desk);
}

/* --- the server --- */

/* Its menu of actions is a program that chooses: ours takes the line that names the action. */
static void
start_server (Desk *desk, const char *choice)
{
  g_autofree char *dir = tocsin_test_make_dir ();
  g_autofree char *path = g_build_filename (dir, "dunstrc", NULL);
  g_autofree char *script = g_build_filename (dir, "choose", NULL);
  g_autofree char *text =
      g_strdup_printf ("[global]\ndmenu = %s\n[urgency_normal]\ntimeout = 1\n", script);
  g_autofree char *code = g_strdup_printf ("#!/bin/sh\ngrep -m 1 '%s'\n", choice);
  const char *const argv[] = { "dunst", "-conf", path, NULL };
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  g_file_set_contents_full (script, code, -1, G_FILE_SET_CONTENTS_NONE, 0700, &error);
  g_assert_no_error (error);
  desk->server = tocsin_test_host_start (argv);
  tocsin_test_wait_for_name (desk->town.client, NAME, TRUE);
}

static void
stop_server (Desk *desk)
{
  tocsin_test_host_stop (&desk->server);
  tocsin_test_wait_for_name (desk->town.client, NAME, FALSE);
}

/* --- what is to be seen --- */

static gboolean
shows_as_many (gpointer user_data)
{
  Desk *desk = user_data;
  g_autoptr (GVariant) answer =
      tocsin_test_town_call (&desk->town, NAME, PATH, "org.freedesktop.DBus.Properties", "Get",
                             g_variant_new ("(ss)", CONTROL, "displayedLength"));
  g_autoptr (GVariant) value = NULL;

  g_variant_get (answer, "(v)", &value);
  return g_variant_get_uint32 (value) == desk->wanted;
}

static void
wait_for_shown (Desk *desk, guint n)
{
  desk->wanted = n;
  tocsin_test_wait (NULL, shows_as_many, desk);
}

/* What was shown and is no longer: "Summary|body", the last first. */
static GPtrArray *
read_history (Desk *desk)
{
  g_autoptr (GVariant) answer =
      tocsin_test_town_call (&desk->town, NAME, PATH, CONTROL, "NotificationListHistory", NULL);
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GVariantIter) iter = NULL;
  GVariant *entry;

  g_variant_get (answer, "(aa{sv})", &iter);
  while (g_variant_iter_loop (iter, "@a{sv}", &entry)) {
    const char *summary = "", *body = "";

    g_variant_lookup (entry, "summary", "&s", &summary);
    g_variant_lookup (entry, "body", "&s", &body);
    g_ptr_array_add (list, g_strdup_printf ("%s|%s", summary, body));
  }
  return list;
}

/* --- both together --- */

static gboolean
open_desk (Desk *desk, const char *choice)
{
  *desk = (Desk){ 0 };
  if (!tocsin_test_has_program ("dunst") || !tocsin_test_has_program ("Xvfb"))
    return FALSE;
  start_monitor (desk);
  tocsin_test_town_open (&desk->town);
  start_server (desk, choice);
  return TRUE;
}

static void
close_desk (Desk *desk)
{
  tocsin_desktop_free (g_steal_pointer (&desk->town.desktop));
  wait_for_shown (desk, 0); /* it takes what it showed with it */
  stop_server (desk);
  tocsin_test_town_close (&desk->town);
  g_dbus_connection_close_sync (desk->monitor, NULL, NULL);
  g_clear_object (&desk->monitor);
  g_async_queue_unref (desk->summaries);
}

/* --- a place that can be reached or not --- */

static GSocketListener *
listen_at (guint16 port)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", port);
  g_autoptr (GError) error = NULL;
  GSocketListener *listener = g_socket_listener_new ();

  g_socket_listener_add_address (listener, address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                 NULL, NULL, &error);
  g_assert_no_error (error);
  return listener;
}

static void
test_up_again_replaces_down (void)
{
  guint16 port = tocsin_test_free_port ();
  g_autofree char *id = NULL;
  g_autoptr (GPtrArray) history = NULL;
  g_autoptr (GSocketListener) place = NULL;
  Desk desk;

  if (!open_desk (&desk, "Open"))
    return;
  id = tocsin_test_town_add (&desk.town, "Shop & <Co>", port);
  tocsin_test_town_wait_state (&desk.town, id, TOCSIN_STATE_DOWN);
  wait_for_notify (&desk, "Shop & <Co> is down");
  wait_for_shown (&desk, 1);
  place = listen_at (port);
  tocsin_test_town_wait_state (&desk.town, id, TOCSIN_STATE_UP);
  g_socket_listener_close (place);

  wait_for_notify (&desk, "Shop & <Co> is up again");
  wait_for_shown (&desk, 1);
  wait_for_shown (&desk, 0); /* by itself: it is no longer one that stays */
  history = read_history (&desk);
  g_assert_cmpuint (history->len, ==, 1);
  g_test_message ("%s", (char *) history->pdata[0]);
  g_assert_nonnull (strstr (history->pdata[0], "Shop &"));
  g_assert_nonnull (strstr (history->pdata[0], "is up again|It was down for"));
  close_desk (&desk);
}

static void
test_forty_outages_are_one (void)
{
  Desk desk;

  if (!open_desk (&desk, "Open"))
    return;
  for (guint i = 0; i < 40; i++) {
    g_autofree char *name = g_strdup_printf ("m%02u", i);
    g_autofree char *id = tocsin_test_town_add (&desk.town, name, 1);

    tocsin_watch_check (desk.town.watch, id, NULL, NULL);
  }
  wait_for_notify (&desk, "40 monitors are down");
  wait_for_shown (&desk, 1);
  close_desk (&desk);
}

static void
test_a_click_opens_the_monitor (void)
{
  g_autofree char *id = NULL, *asked = NULL;
  g_autoptr (GVariant) answer = NULL;
  Desk desk;

  if (!open_desk (&desk, "Open"))
    return;
  id = tocsin_test_town_add (&desk.town, "Shop", 1);
  wait_for_shown (&desk, 1);
  answer = tocsin_test_town_call (&desk.town, NAME, PATH, CONTROL, "NotificationAction",
                                  g_variant_new ("(u)", 0));
  asked = g_strconcat ("show-monitor ", id, NULL);
  tocsin_test_town_wait_asked (&desk.town, asked);
  close_desk (&desk);
}

static gboolean
is_acknowledged (gpointer user_data)
{
  Desk *desk = user_data;
  g_autoptr (GVariant) answer = tocsin_test_town_call (
      &desk->town, TOCSIN_BUS_NAME, TOCSIN_BUS_PATH, TOCSIN_BUS_NAME, "Incidents",
      g_variant_new ("(sxxu)", "", (gint64) 0, G_MAXINT64, 10u));
  g_autoptr (GVariantIter) iter = NULL;
  g_autoptr (GVariant) incident = NULL;
  gint64 at_us = 0;

  g_variant_get (answer, "(aa{sv})", &iter);
  return g_variant_iter_next (iter, "@a{sv}", &incident) &&
         g_variant_lookup (incident, "acknowledged_at", "x", &at_us) && at_us > 0;
}

static void
test_acknowledge_closes_it (void)
{
  g_autofree char *id = NULL;
  g_autoptr (GVariant) answer = NULL;
  Desk desk;

  if (!open_desk (&desk, "Acknowledge"))
    return;
  id = tocsin_test_town_add (&desk.town, "Shop", 1);
  wait_for_shown (&desk, 1);
  answer = tocsin_test_town_call (&desk.town, NAME, PATH, CONTROL, "ContextMenuCall", NULL);
  wait_for_shown (&desk, 0);
  tocsin_test_wait (NULL, is_acknowledged, &desk);
  close_desk (&desk);
}

static void
test_mute_is_for_an_hour (void)
{
  g_autofree char *id = NULL;
  g_autoptr (GVariant) answer = NULL;
  gint64 now_us = g_get_real_time (), until_us;
  Desk desk;

  if (!open_desk (&desk, "Mute"))
    return;
  id = tocsin_test_town_add (&desk.town, "Shop", 1);
  wait_for_shown (&desk, 1);
  answer = tocsin_test_town_call (&desk.town, NAME, PATH, CONTROL, "ContextMenuCall", NULL);
  wait_for_shown (&desk, 0);
  until_us = tocsin_alert_pause_get_muted_until (desk.town.pause, id);
  g_assert_cmpint (until_us, >=, now_us + TOCSIN_US_PER_HOUR);
  g_assert_cmpint (until_us, <, now_us + TOCSIN_US_PER_HOUR + TOCSIN_US_PER_MIN);
  close_desk (&desk);
}

static void
test_another_server_is_used_when_it_comes (void)
{
  g_autofree char *first = NULL, *second = NULL;
  Desk desk;

  if (!open_desk (&desk, "Open"))
    return;
  first = tocsin_test_town_add (&desk.town, "Shop", 1);
  wait_for_shown (&desk, 1);
  stop_server (&desk);
  start_server (&desk, "Open");
  wait_for_shown (&desk, 0);
  second = tocsin_test_town_add (&desk.town, "Mail", 1);
  wait_for_notify (&desk, "Mail is down");
  wait_for_shown (&desk, 1);
  close_desk (&desk);
}

static void
test_paused_alerts_are_not_told (void)
{
  g_autofree char *id = NULL;
  g_autoptr (GVariant) paused = NULL, resumed = NULL;
  Desk desk;

  if (!open_desk (&desk, "Open"))
    return;
  paused = tocsin_test_town_call (&desk.town, TOCSIN_BUS_NAME, TOCSIN_BUS_PATH, TOCSIN_BUS_NAME,
                                  "PauseAlerts",
                                  g_variant_new ("(x)", g_get_real_time () + TOCSIN_US_PER_HOUR));
  id = tocsin_test_town_add (&desk.town, "Shop", 1);
  tocsin_test_town_wait_state (&desk.town, id, TOCSIN_STATE_DOWN);
  wait_for_shown (&desk, 0);
  resumed = tocsin_test_town_call (&desk.town, TOCSIN_BUS_NAME, TOCSIN_BUS_PATH, TOCSIN_BUS_NAME,
                                   "PauseAlerts", g_variant_new ("(x)", (gint64) 0));
  wait_for_shown (&desk, 1);
  tocsin_watch_remove (desk.town.watch, id, NULL, NULL);
  wait_for_shown (&desk, 0); /* what is gone is not down */
  close_desk (&desk);
}

int
main (int argc, char **argv)
{
  int status;

  tocsin_test_init (&argc, &argv);
  tocsin_test_session_start ();
  g_test_add_func ("/notifications/up-again-replaces-down", test_up_again_replaces_down);
  g_test_add_func ("/notifications/forty-outages-are-one", test_forty_outages_are_one);
  g_test_add_func ("/notifications/a-click-opens-the-monitor", test_a_click_opens_the_monitor);
  g_test_add_func ("/notifications/acknowledge-closes-it", test_acknowledge_closes_it);
  g_test_add_func ("/notifications/mute-is-for-an-hour", test_mute_is_for_an_hour);
  g_test_add_func ("/notifications/another-server-is-used-when-it-comes",
                   test_another_server_is_used_when_it_comes);
  g_test_add_func ("/notifications/paused-alerts-are-not-told", test_paused_alerts_are_not_told);
  status = g_test_run ();
  tocsin_test_session_stop ();
  return status;
}
