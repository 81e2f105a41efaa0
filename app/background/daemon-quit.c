/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "daemon-quit"

#include "config.h"

#include "daemon-quit.h"

void
tocsin_daemon_quit (GDBusConnection *connection)
{
  g_autoptr (GDBusMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (G_IS_DBUS_CONNECTION (connection));

  message = g_dbus_message_new_method_call ("org.tocsin.Tocsin1", "/org/tocsin/Tocsin1",
                                            "org.tocsin.Tocsin1", "Quit");
  g_dbus_message_set_flags (message, G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED |
                                         G_DBUS_MESSAGE_FLAGS_NO_AUTO_START);
  if (!g_dbus_connection_send_message (connection, message, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL,
                                       &error) ||
      !g_dbus_connection_flush_sync (connection, NULL, &error))
    g_debug ("the daemon was not told to quit: %s", error->message);
}
