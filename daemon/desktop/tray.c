/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "tray"

#include "config.h"

#include "app-door.h"
#include "dbus-menu.h"
#include "status-item.h"
#include "timetext.h"
#include "tray.h"

#define LOOK_EVERY_MS 500 /* a thousand monitors change all the time; their worst state seldom */

struct _TocsinTray {
  TocsinWatch *watch;      /* (owned) */
  TocsinAlertPause *pause; /* (owned) */
  const TocsinTrayFuncs *funcs;
  gpointer user_data;

  GCancellable *cancellable;   /* (owned) of connecting */
  GDBusConnection *connection; /* (owned) (nullable) */
  TocsinDbusMenu *menu;        /* (owned) (nullable) */
  TocsinStatusItem *item;      /* (owned) (nullable) */
  guint look_id;

  /* as it is shown */
  gboolean is_shown;
  TocsinTrayLook look;
  guint count;
  char *tooltip; /* (owned) (nullable) */
};

/* --- looking --- */

static void
read_view (TocsinTray *tray, TocsinTrayView *view)
{
  g_auto (TocsinSummary) summary = { 0 };

  tocsin_watch_get_summary (tray->watch, &summary);
  *view = (TocsinTrayView){
    .n_monitors = summary.n_monitors,
    .offline = summary.offline,
    .paused_until = tocsin_alert_pause_get_until (tray->pause),
    .problems = tocsin_watch_list_problems (tray->watch),
  };
  memcpy (view->n_by_state, summary.n_by_state, sizeof view->n_by_state);
}

static void
show_look (TocsinTray *tray, const TocsinTrayView *view)
{
  g_autofree char *tooltip = tocsin_tray_view_describe (view);
  guint count;
  TocsinTrayLook look = tocsin_tray_view_get_look (view, &count);

  if (tray->is_shown && look == tray->look && count == tray->count &&
      g_strcmp0 (tooltip, tray->tooltip) == 0)
    return;
  tocsin_status_item_set_look (tray->item, look, count, tooltip);
  tray->is_shown = TRUE;
  tray->look = look;
  tray->count = count;
  g_free (tray->tooltip);
  tray->tooltip = g_steal_pointer (&tooltip);
}

static void
look (TocsinTray *tray)
{
  g_auto (TocsinTrayView) view = { 0 };
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();

  if (tray->item == NULL)
    return;
  read_view (tray, &view);
  show_look (tray, &view);
  tocsin_dbus_menu_set_items (tray->menu, tocsin_tray_menu_new (&view, zone, g_get_real_time ()));
}

static gboolean
look_cb (gpointer user_data)
{
  TocsinTray *tray = user_data;

  tray->look_id = 0;
  look (tray);
  return G_SOURCE_REMOVE;
}

/* Where nothing shows the icon there is nothing to look for. */
static void
look_soon (TocsinTray *tray)
{
  if (tray->item != NULL && tocsin_status_item_get_problem (tray->item) != NULL)
    return;
  if (tray->look_id == 0)
    tray->look_id = g_timeout_add (LOOK_EVERY_MS, look_cb, tray);
}

static void
changed_cb (TocsinWatch *watch, const char *id, gpointer user_data)
{
  look_soon (user_data);
}

static void
problem_cb (TocsinWatch *watch, gpointer user_data)
{
  look_soon (user_data);
}

static void
pause_changed_cb (TocsinAlertPause *pause, gpointer user_data)
{
  look_soon (user_data);
}

/* --- what is clicked --- */

static void
check_all (TocsinTray *tray)
{
  g_autoptr (GPtrArray) monitors = tocsin_watch_get_monitors (tray->watch);

  for (guint i = 0; i < monitors->len; i++) {
    const TocsinMonitor *monitor = monitors->pdata[i];

    if (!monitor->paused && monitor->kind != TOCSIN_MONITOR_HEARTBEAT)
      tocsin_watch_check (tray->watch, monitor->id, NULL, NULL);
  }
}

static void
quit_now (gpointer user_data)
{
  TocsinTray *tray = user_data;

  tray->funcs->quit (tray->user_data);
}

static void
activate (TocsinMenuAction action, const char *target, gpointer user_data)
{
  TocsinTray *tray = user_data;
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  gint64 now_us = g_get_real_time ();

  switch (action) {
  case TOCSIN_MENU_SHOW_MONITOR:
    tocsin_app_door_open (tray->connection, "show-monitor", target, NULL);
    break;
  case TOCSIN_MENU_CHECK_ALL:
    check_all (tray);
    break;
  case TOCSIN_MENU_PAUSE_HOUR:
    tocsin_alert_pause_set_until (tray->pause, now_us + TOCSIN_US_PER_HOUR);
    break;
  case TOCSIN_MENU_PAUSE_TOMORROW:
    tocsin_alert_pause_set_until (tray->pause, tocsin_tray_get_tomorrow (zone, now_us));
    break;
  case TOCSIN_MENU_RESUME:
    tocsin_alert_pause_set_until (tray->pause, 0);
    break;
  case TOCSIN_MENU_OPEN:
    tocsin_app_door_open (tray->connection, NULL, NULL, NULL);
    break;
  case TOCSIN_MENU_QUIT:
    tocsin_app_door_quit (tray->connection, quit_now, tray);
    break;
  case TOCSIN_MENU_LINE:
  case TOCSIN_MENU_SEPARATOR:
    break;
  }
}

static void
about_to_show (gpointer user_data)
{
  look (user_data);
}

static const TocsinDbusMenuFuncs menu_funcs = { activate, about_to_show };

static void
item_activate (const char *token, gpointer user_data)
{
  tocsin_app_door_open (((TocsinTray *) user_data)->connection, NULL, NULL, token);
}

static void
item_check (gpointer user_data)
{
  check_all (user_data);
}

static void
item_shown_changed (gpointer user_data)
{
  TocsinTray *tray = user_data;
  const char *problem = tocsin_status_item_get_problem (tray->item);

  if (problem == NULL)
    look (tray);
  tray->funcs->shown_changed (problem == NULL, problem, tray->user_data);
}

static const TocsinStatusItemFuncs item_funcs = { item_activate, item_check, item_shown_changed };

/* --- life --- */

static void
fail (TocsinTray *tray, const char *why)
{
  g_debug ("there is no tray icon: %s", why);
  tray->funcs->shown_changed (FALSE, why, tray->user_data);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TocsinTray *tray = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection =
      g_dbus_connection_new_for_address_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (connection == NULL) {
    fail (tray, error->message);
    return;
  }
  g_dbus_connection_set_exit_on_close (connection, FALSE);
  tray->connection = g_steal_pointer (&connection);
  tray->menu = tocsin_dbus_menu_new (&menu_funcs, tray);
  if (tocsin_dbus_menu_export (tray->menu, tray->connection, &error))
    tray->item =
        tocsin_status_item_new (tray->connection, TOCSIN_DBUS_MENU_PATH, &item_funcs, tray, &error);
  if (tray->item == NULL)
    fail (tray, error->message);
  else
    look (tray);
}

TocsinTray *
tocsin_tray_new (TocsinWatch *watch, TocsinAlertPause *pause, const char *address,
                 const TocsinTrayFuncs *funcs, gpointer user_data)
{
  TocsinTray *tray = g_new0 (TocsinTray, 1);

  tray->watch = g_object_ref (watch);
  tray->pause = g_object_ref (pause);
  tray->funcs = funcs;
  tray->user_data = user_data;
  tray->cancellable = g_cancellable_new ();
  g_signal_connect (watch, "changed", G_CALLBACK (changed_cb), tray);
  g_signal_connect (watch, "problem", G_CALLBACK (problem_cb), tray);
  g_signal_connect (pause, "changed", G_CALLBACK (pause_changed_cb), tray);
  g_dbus_connection_new_for_address (address,
                                     G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                         G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                     NULL, tray->cancellable, connected_cb, tray);
  return tray;
}

void
tocsin_tray_free (TocsinTray *tray)
{
  if (tray == NULL)
    return;
  g_signal_handlers_disconnect_by_data (tray->watch, tray);
  g_signal_handlers_disconnect_by_data (tray->pause, tray);
  g_clear_handle_id (&tray->look_id, g_source_remove);
  g_cancellable_cancel (tray->cancellable);
  g_clear_object (&tray->cancellable);
  g_clear_pointer (&tray->item, tocsin_status_item_free);
  g_clear_pointer (&tray->menu, tocsin_dbus_menu_free);
  if (tray->connection != NULL)
    g_dbus_connection_close (tray->connection, NULL, NULL, NULL);
  g_clear_object (&tray->connection);
  g_free (tray->tooltip);
  g_object_unref (tray->pause);
  g_object_unref (tray->watch);
  g_free (tray);
}
