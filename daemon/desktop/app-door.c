/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "app-door"

#include "config.h"

#include "app-door.h"

#define APP_NAME      "org.tocsin.Tocsin"
#define APP_PATH      "/org/tocsin/Tocsin"
#define APP_INTERFACE "org.freedesktop.Application"
#define QUIT_MS       2000

static GVariant *
make_platform_data (const char *token)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  if (token != NULL) {
    g_variant_dict_insert (&dict, "activation-token", "s", token);
    g_variant_dict_insert (&dict, "desktop-startup-id", "s", token);
  }
  return g_variant_dict_end (&dict);
}

static GVariant *
make_action (const char *action, const char *target, const char *token)
{
  GVariantBuilder parameters;

  g_variant_builder_init (&parameters, G_VARIANT_TYPE ("av"));
  if (target != NULL)
    g_variant_builder_add (&parameters, "v", g_variant_new_string (target));
  return g_variant_new ("(sav@a{sv})", action, &parameters, make_platform_data (token));
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer == NULL)
    g_message ("the window can’t be opened: %s", error->message);
}

void
tocsin_app_door_open (GDBusConnection *connection, const char *action, const char *target,
                      const char *token)
{
  g_return_if_fail (G_IS_DBUS_CONNECTION (connection));

  if (action != NULL)
    g_dbus_connection_call (connection, APP_NAME, APP_PATH, APP_INTERFACE, "ActivateAction",
                            make_action (action, target, token), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                            NULL, opened_cb, NULL);
  else
    g_dbus_connection_call (connection, APP_NAME, APP_PATH, APP_INTERFACE, "Activate",
                            g_variant_new ("(@a{sv})", make_platform_data (token)), NULL,
                            G_DBUS_CALL_FLAGS_NONE, -1, NULL, opened_cb, NULL);
}

typedef struct {
  void (*done) (gpointer user_data);
  gpointer user_data;
} Quit;

static void
quit_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Quit *quit = user_data;
  g_autoptr (GVariant) answer G_GNUC_UNUSED =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  /* It ended, or it is not running: both are what was wanted. */
  quit->done (quit->user_data);
}

void
tocsin_app_door_quit (GDBusConnection *connection, void (*done) (gpointer user_data),
                      gpointer user_data)
{
  Quit *quit;

  g_return_if_fail (G_IS_DBUS_CONNECTION (connection));

  quit = g_new0 (Quit, 1);
  quit->done = done;
  quit->user_data = user_data;
  g_dbus_connection_call (connection, APP_NAME, APP_PATH, APP_INTERFACE, "ActivateAction",
                          make_action ("quit", NULL, NULL), NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START,
                          QUIT_MS, NULL, quit_cb, quit);
}
