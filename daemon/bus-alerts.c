/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "bus-alerts"

#include "config.h"

#include "bus-private.h"

/* The members about what people are told: alerts paused, monitors muted, the tray. */

static gboolean
handle_pause_alerts (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation,
                     gint64 until_us, TocsinBus *bus)
{
  tocsin_alert_pause_set_until (bus->pause, until_us);
  tocsin_bus_return (g_steal_pointer (&invocation), NULL);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_mute (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, const char *text,
             gint64 until_us, TocsinBus *bus)
{
  g_autofree char *id = tocsin_bus_resolve (bus, invocation, text);

  if (id == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  tocsin_alert_pause_mute (bus->pause, id, until_us);
  tocsin_bus_return (g_steal_pointer (&invocation), NULL);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
pause_changed_cb (TocsinAlertPause *pause, gpointer user_data)
{
  TocsinBus *bus = user_data;

  tocsin_dbus_tocsin1_set_alerts_paused_until (bus->skeleton, tocsin_alert_pause_get_until (pause));
  tocsin_dbus_tocsin1_set_muted (bus->skeleton, tocsin_alert_pause_get_mutes (pause));
}

void
tocsin_bus_watch_pause (TocsinBus *bus)
{
  g_signal_connect (bus->pause, "changed", G_CALLBACK (pause_changed_cb), bus);
  pause_changed_cb (bus->pause, bus);
}

void
tocsin_bus_set_tray (TocsinBus *bus, gboolean shown, const char *problem)
{
  g_return_if_fail (bus != NULL);

  tocsin_dbus_tocsin1_set_tray_shown (bus->skeleton, shown);
  tocsin_dbus_tocsin1_set_tray_problem (bus->skeleton, problem != NULL ? problem : "");
}

const TocsinBusMethod tocsin_bus_alert_methods[] = {
  { "handle-pause-alerts", G_CALLBACK (handle_pause_alerts) },
  { "handle-mute", G_CALLBACK (handle_mute) },
  { NULL },
};
