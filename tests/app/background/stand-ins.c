/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "stand-ins"

#include "config.h"

#include "stand-ins.h"

#define REQUESTS "/org/freedesktop/portal/desktop/request/"

static GDBusConnection *
connect_as (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;
  GDBusConnection *connection =
      g_dbus_connection_new_for_address_sync (g_getenv ("DBUS_SESSION_BUS_ADDRESS"),
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);

  g_assert_no_error (error);
  answer = g_dbus_connection_call_sync (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                        "org.freedesktop.DBus", "RequestName",
                                        g_variant_new ("(su)", name, 0), NULL,
                                        G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  return connection;
}

static guint export(GDBusConnection *connection, const char *path, const char *xml,
                    const GDBusInterfaceVTable *table, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, &error);
  guint id;

  g_assert_no_error (error);
  id = g_dbus_connection_register_object (connection, path, node->interfaces[0], table, user_data,
                                          NULL, &error);
  g_assert_no_error (error);
  return id;
}

static void
leave (GDBusConnection **connection, guint object_id)
{
  g_dbus_connection_unregister_object (*connection, object_id);
  g_dbus_connection_close_sync (*connection, NULL, NULL);
  g_clear_object (connection);
}

/* --- systemd --- */

static const char systemd_xml[] =
    "<node><interface name='org.freedesktop.systemd1.Manager'>"
    "<method name='GetUnitFileState'><arg type='s' direction='in'/>"
    "<arg type='s' direction='out'/></method>"
    "<method name='EnableUnitFiles'><arg type='as' direction='in'/><arg type='b' direction='in'/>"
    "<arg type='b' direction='in'/><arg type='b' direction='out'/>"
    "<arg type='a(sss)' direction='out'/></method>"
    "<method name='DisableUnitFiles'><arg type='as' direction='in'/><arg type='b' direction='in'/>"
    "<arg type='a(sss)' direction='out'/></method>"
    "<method name='Reload'/>"
    "</interface></node>";

static void
tell_state (SystemdStandIn *systemd, GVariant *arguments, GDBusMethodInvocation *invocation)
{
  const char *unit;

  g_variant_get (arguments, "(&s)", &unit);
  g_assert_cmpstr (unit, ==, "tocsind.service");
  if (systemd->state != NULL)
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(s)", systemd->state));
  else
    g_dbus_method_invocation_return_dbus_error (
        invocation, "org.freedesktop.DBus.Error.FileNotFound", "No such file or directory");
}

static void
change_state (SystemdStandIn *systemd, const char *method, GVariant *arguments,
              GDBusMethodInvocation *invocation)
{
  gboolean enables = g_str_equal (method, "EnableUnitFiles");
  g_autoptr (GVariant) units = g_variant_get_child_value (arguments, 0);
  g_autoptr (GVariant) for_now = g_variant_get_child_value (arguments, 1);
  g_autofree const char **names = g_variant_get_strv (units, NULL);
  GVariant *changes = g_variant_new_array (G_VARIANT_TYPE ("(sss)"), NULL, 0);

  g_assert_cmpstr (names[0], ==, "tocsind.service");
  g_assert_null (names[1]);
  g_assert_false (g_variant_get_boolean (for_now));
  if (systemd->refusal != NULL) {
    g_variant_unref (g_variant_ref_sink (changes));
    g_dbus_method_invocation_return_dbus_error (invocation, "org.freedesktop.systemd1.UnitMasked",
                                                systemd->refusal);
    return;
  }
  if (!systemd->sticks) {
    g_free (systemd->state);
    systemd->state = g_strdup (enables ? "enabled" : "disabled");
  }
  g_dbus_method_invocation_return_value (invocation,
                                         enables ? g_variant_new ("(b@a(sss))", TRUE, changes)
                                                 : g_variant_new ("(@a(sss))", changes));
}

static void
systemd_called_cb (GDBusConnection *connection, const char *sender, const char *path,
                   const char *interface, const char *method, GVariant *arguments,
                   GDBusMethodInvocation *invocation, gpointer user_data)
{
  SystemdStandIn *systemd = user_data;

  if (g_str_equal (method, "GetUnitFileState")) {
    tell_state (systemd, arguments, invocation);
    return;
  }
  g_string_append_printf (systemd->calls, "%s ", method);
  if (g_str_equal (method, "Reload"))
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    change_state (systemd, method, arguments, invocation);
}

void
systemd_stand_in_start (SystemdStandIn *systemd, const char *state)
{
  static const GDBusInterfaceVTable table = { .method_call = systemd_called_cb };

  *systemd = (SystemdStandIn){ .state = g_strdup (state), .calls = g_string_new (NULL) };
  systemd->connection = connect_as ("org.freedesktop.systemd1");
  systemd->object_id =
      export(systemd->connection, "/org/freedesktop/systemd1", systemd_xml, &table, systemd);
}

void
systemd_stand_in_stop (SystemdStandIn *systemd)
{
  leave (&systemd->connection, systemd->object_id);
  g_string_free (systemd->calls, TRUE);
  g_free (systemd->state);
  g_free (systemd->refusal);
}

/* --- the portal --- */

static const char portal_xml[] =
    "<node><interface name='org.freedesktop.portal.Background'>"
    "<method name='RequestBackground'><arg type='s' direction='in'/>"
    "<arg type='a{sv}' direction='in'/><arg type='o' direction='out'/></method>"
    "</interface></node>";

/* The request's object is named for who asks and the token it gave, so that it can listen before it
 * asks; the answer goes to it alone. */
static void
respond (PortalStandIn *portal, const char *sender)
{
  const char *token;
  g_autofree char *name = g_strdelimit (g_strdup (sender + 1), ".", '_');
  g_autofree char *path = NULL;
  GVariantBuilder results;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_variant_lookup (portal->wanted, "handle_token", "&s", &token));
  path = g_strconcat (REQUESTS, name, "/", token, NULL);
  g_variant_builder_init (&results, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&results, "{sv}", "background", g_variant_new_boolean (portal->grants));
  g_variant_builder_add (&results, "{sv}", "autostart", g_variant_new_boolean (portal->grants));
  g_dbus_connection_emit_signal (portal->connection, sender, path, "org.freedesktop.portal.Request",
                                 "Response", g_variant_new ("(ua{sv})", portal->response, &results),
                                 &error);
  g_assert_no_error (error);
}

static void
portal_called_cb (GDBusConnection *connection, const char *sender, const char *path,
                  const char *interface, const char *method, GVariant *arguments,
                  GDBusMethodInvocation *invocation, gpointer user_data)
{
  PortalStandIn *portal = user_data;

  g_clear_pointer (&portal->wanted, g_variant_unref);
  portal->wanted = g_variant_get_child_value (arguments, 1);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", REQUESTS "answered"));
  respond (portal, sender);
}

void
portal_stand_in_start (PortalStandIn *portal)
{
  static const GDBusInterfaceVTable table = { .method_call = portal_called_cb };

  *portal = (PortalStandIn){ .grants = TRUE };
  portal->connection = connect_as ("org.freedesktop.portal.Desktop");
  portal->object_id =
      export(portal->connection, "/org/freedesktop/portal/desktop", portal_xml, &table, portal);
}

void
portal_stand_in_stop (PortalStandIn *portal)
{
  leave (&portal->connection, portal->object_id);
  g_clear_pointer (&portal->wanted, g_variant_unref);
}
