/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "desktop"

#include "config.h"

#include "desktop.h"
#include "settings.h"
#include "teller.h"

struct _TocsinDesktop {
  TocsinWatch *watch;      /* (owned) */
  TocsinAlertPause *pause; /* (owned) */
  const TocsinTrayFuncs *funcs;
  gpointer user_data;

  GSettings *store; /* (owned) (nullable) */
  TocsinSettings settings;
  GCancellable *cancellable;   /* (owned) of connecting */
  GDBusConnection *connection; /* (owned) (nullable) */
  TocsinTeller *teller;        /* (owned) (nullable) */
  TocsinTray *tray;            /* (owned) (nullable) */
};

static void
show_tray_if_wanted (TocsinDesktop *desktop)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *address = NULL;

  if (!desktop->settings.tray_icon) {
    g_clear_pointer (&desktop->tray, tocsin_tray_free);
    desktop->funcs->shown_changed (FALSE, NULL, desktop->user_data);
    return;
  }
  if (desktop->tray != NULL)
    return;
  address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, &error);
  if (address != NULL)
    desktop->tray = tocsin_tray_new (desktop->watch, desktop->pause, address, desktop->funcs,
                                     desktop->user_data);
  else
    desktop->funcs->shown_changed (FALSE, error->message, desktop->user_data);
}

static void
settings_changed_cb (GSettings *store, const char *key, gpointer user_data)
{
  TocsinDesktop *desktop = user_data;

  tocsin_settings_read (&desktop->settings, store);
  if (desktop->teller != NULL)
    tocsin_teller_set_settings (desktop->teller, &desktop->settings);
  show_tray_if_wanted (desktop);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TocsinDesktop *desktop = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection = g_bus_get_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (connection == NULL) {
    g_debug ("there is no session to notify: %s", error->message);
    return;
  }
  desktop->connection = g_steal_pointer (&connection);
  desktop->teller = tocsin_teller_new (desktop->watch, desktop->pause, desktop->connection,
                                       tocsin_notifier_is_sandboxed ());
  tocsin_teller_set_settings (desktop->teller, &desktop->settings);
}

TocsinDesktop *
tocsin_desktop_new (TocsinWatch *watch, TocsinAlertPause *pause, const TocsinTrayFuncs *funcs,
                    gpointer user_data)
{
  TocsinDesktop *desktop = g_new0 (TocsinDesktop, 1);

  desktop->watch = g_object_ref (watch);
  desktop->pause = g_object_ref (pause);
  desktop->funcs = funcs;
  desktop->user_data = user_data;
  desktop->cancellable = g_cancellable_new ();
  desktop->store = tocsin_settings_open ();
  tocsin_settings_read (&desktop->settings, desktop->store);
  if (desktop->store != NULL)
    g_signal_connect (desktop->store, "changed", G_CALLBACK (settings_changed_cb), desktop);
  g_bus_get (G_BUS_TYPE_SESSION, desktop->cancellable, connected_cb, desktop);
  show_tray_if_wanted (desktop);
  return desktop;
}

void
tocsin_desktop_free (TocsinDesktop *desktop)
{
  if (desktop == NULL)
    return;
  g_cancellable_cancel (desktop->cancellable);
  g_clear_object (&desktop->cancellable);
  if (desktop->store != NULL)
    g_signal_handlers_disconnect_by_data (desktop->store, desktop);
  g_clear_object (&desktop->store);
  g_clear_pointer (&desktop->tray, tocsin_tray_free);
  g_clear_pointer (&desktop->teller, tocsin_teller_free);
  if (desktop->connection != NULL) /* what was closed is closed before we end */
    g_dbus_connection_flush_sync (desktop->connection, NULL, NULL);
  g_clear_object (&desktop->connection);
  g_object_unref (desktop->pause);
  g_object_unref (desktop->watch);
  g_free (desktop);
}
