/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "bus"

#include "config.h"

#include "bus-private.h"
#include "errors.h"
#include "timetext.h"
#include "watch-pings.h"

#define CHANGED_EVERY_US (250 * TOCSIN_US_PER_MS) /* at most four signals a second */

/* --- answering --- */

void
tocsin_bus_return (GDBusMethodInvocation *invocation, GVariant *value)
{
  g_dbus_method_invocation_return_value (invocation, value);
}

void
tocsin_bus_return_error (GDBusMethodInvocation *invocation, GError *error)
{
  if (error->domain != TOCSIN_ERROR)
    g_dbus_method_invocation_return_error_literal (invocation, TOCSIN_ERROR, TOCSIN_ERROR_FAILED,
                                                   error->message);
  else
    g_dbus_method_invocation_return_gerror (invocation, error);
  g_error_free (error);
}

char *
tocsin_bus_resolve (TocsinBus *bus, GDBusMethodInvocation *invocation, const char *text)
{
  GError *error = NULL;
  char *id = tocsin_watch_resolve (bus->watch, text, &error);

  if (id == NULL)
    tocsin_bus_return_error (invocation, error);
  return id;
}

GVariant *
tocsin_bus_list (const TocsinFields *fields, const GPtrArray *objects)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < objects->len; i++)
    g_variant_builder_add_value (&builder, tocsin_fields_to_variant (fields, objects->pdata[i], 0));
  return g_variant_builder_end (&builder);
}

static void
end (GDBusMethodInvocation *invocation, GError *error)
{
  if (error != NULL)
    tocsin_bus_return_error (invocation, error);
  else
    tocsin_bus_return (invocation, NULL);
}

void
tocsin_bus_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  tocsin_store_finish (NULL, result, &error);
  end (user_data, error);
}

void
tocsin_bus_changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  tocsin_watch_change_finish (TOCSIN_WATCH (source), result, &error);
  end (user_data, error);
}

/* --- signals, gathered --- */

static GVariant *
list_ids (GHashTable *set)
{
  g_autofree const char **ids = (const char **) g_hash_table_get_keys_as_array (set, NULL);

  return g_variant_new_strv (ids, (gssize) g_hash_table_size (set));
}

/* Takes out of `set` what is not there any more. */
static GVariant *
take_removed (GHashTable *set, TocsinWatch *watch)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, set);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (tocsin_watch_get_monitor (watch, id) == NULL) {
      g_variant_builder_add (&builder, "s", id);
      g_hash_table_iter_remove (&iter);
    }
  return g_variant_builder_end (&builder);
}

static void
update_properties (TocsinBus *bus)
{
  const char *problem = tocsin_watch_get_problem (bus->watch);
  const char *base = tocsin_watch_get_ping_base (bus->watch);

  tocsin_dbus_tocsin1_set_problem (bus->skeleton, problem != NULL ? problem : "");
  tocsin_dbus_tocsin1_set_ping_base (bus->skeleton, base != NULL ? base : "");
  tocsin_dbus_tocsin1_set_offline (bus->skeleton, tocsin_watch_is_offline (bus->watch));
}

static gboolean
tell_changed_cb (gpointer user_data)
{
  TocsinBus *bus = user_data;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "removed", take_removed (bus->changed, bus->watch));
  g_variant_builder_add (&builder, "{sv}", "monitors", list_ids (bus->changed));
  g_variant_builder_add (&builder, "{sv}", "incidents", list_ids (bus->incidents));
  g_variant_builder_add (&builder, "{sv}", "maintenance",
                         g_variant_new_boolean (bus->maintenance_changed));
  g_variant_builder_add (&builder, "{sv}", "problem", g_variant_new_boolean (bus->problem_changed));
  g_variant_builder_add (&builder, "{sv}", "sync", g_variant_new_boolean (bus->sync_changed));
  tocsin_dbus_tocsin1_emit_changed (bus->skeleton, g_variant_builder_end (&builder));

  g_hash_table_remove_all (bus->changed);
  g_hash_table_remove_all (bus->incidents);
  bus->maintenance_changed = bus->problem_changed = bus->sync_changed = FALSE;
  bus->told_at_us = g_get_monotonic_time ();
  bus->changed_id = 0;
  return G_SOURCE_REMOVE;
}

static void
tell_soon (TocsinBus *bus)
{
  gint64 wait_us = bus->told_at_us + CHANGED_EVERY_US - g_get_monotonic_time ();

  if (bus->changed_id == 0)
    bus->changed_id =
        g_timeout_add ((guint) (MAX (wait_us, 0) / TOCSIN_US_PER_MS), tell_changed_cb, bus);
}

static void
changed_cb (TocsinWatch *watch, const char *id, gpointer user_data)
{
  TocsinBus *bus = user_data;

  g_hash_table_add (bus->changed, g_strdup (id));
  tell_soon (bus);
}

static void
incident_cb (TocsinWatch *watch, const char *id, gpointer user_data)
{
  TocsinBus *bus = user_data;

  g_hash_table_add (bus->incidents, g_strdup (id));
  tell_soon (bus);
}

static void
maintenance_cb (TocsinWatch *watch, gpointer user_data)
{
  TocsinBus *bus = user_data;

  bus->maintenance_changed = TRUE;
  tell_soon (bus);
}

static void
problem_cb (TocsinWatch *watch, gpointer user_data)
{
  TocsinBus *bus = user_data;

  bus->problem_changed = TRUE;
  update_properties (bus);
  tell_soon (bus);
}

static void
sync_changed_cb (TocsinSync *sync, gpointer user_data)
{
  TocsinBus *bus = user_data;

  bus->sync_changed = TRUE;
  tell_soon (bus);
}

static void
notice_cb (TocsinWatch *watch, const TocsinNotice *notice, gpointer user_data)
{
  TocsinBus *bus = user_data;

  tocsin_dbus_tocsin1_emit_notice (bus->skeleton,
                                   tocsin_fields_to_variant (&tocsin_notice_fields, notice, 0));
}

/* --- life --- */

static void
connect_methods (TocsinBus *bus, const TocsinBusMethod *methods)
{
  for (; methods->signal != NULL; methods++)
    g_signal_connect (bus->skeleton, methods->signal, methods->handler, bus);
}

TocsinBus *
tocsin_bus_new (TocsinWatch *watch, TocsinAlertPause *pause, TocsinSecrets *secrets,
                TocsinSync *sync)
{
  TocsinBus *bus = g_new0 (TocsinBus, 1);

  bus->watch = g_object_ref (watch);
  bus->pause = g_object_ref (pause);
  bus->secrets = secrets != NULL ? g_object_ref (secrets) : NULL;
  bus->sync = sync != NULL ? g_object_ref (sync) : NULL;
  bus->changed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  bus->incidents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  bus->skeleton = tocsin_dbus_tocsin1_skeleton_new ();
  tocsin_dbus_tocsin1_set_version (bus->skeleton, TOCSIN_VERSION);
  tocsin_dbus_tocsin1_set_ping_key (bus->skeleton, tocsin_watch_get_ping_key (watch));
  update_properties (bus);
  connect_methods (bus, tocsin_bus_monitor_methods);
  connect_methods (bus, tocsin_bus_history_methods);
  connect_methods (bus, tocsin_bus_care_methods);
  connect_methods (bus, tocsin_bus_alert_methods);
  connect_methods (bus, tocsin_bus_secret_methods);
  connect_methods (bus, tocsin_bus_sync_methods);
  tocsin_bus_watch_pause (bus);
  tocsin_bus_watch_secrets (bus);
  g_signal_connect (watch, "changed", G_CALLBACK (changed_cb), bus);
  g_signal_connect (watch, "incident", G_CALLBACK (incident_cb), bus);
  g_signal_connect (watch, "maintenance", G_CALLBACK (maintenance_cb), bus);
  g_signal_connect (watch, "problem", G_CALLBACK (problem_cb), bus);
  g_signal_connect (watch, "notice", G_CALLBACK (notice_cb), bus);
  if (sync != NULL)
    g_signal_connect (sync, "changed", G_CALLBACK (sync_changed_cb), bus);
  return bus;
}

static void
bus_acquired_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  TocsinBus *bus = user_data;
  g_autoptr (GError) error = NULL;

  g_dbus_connection_set_exit_on_close (connection, FALSE);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (bus->skeleton), connection,
                                         TOCSIN_BUS_PATH, &error))
    bus->lost (error->message, bus->user_data);
}

static void
name_acquired_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  TocsinBus *bus = user_data;

  bus->ready (bus->user_data);
}

static void
name_lost_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  TocsinBus *bus = user_data;

  if (connection == NULL)
    bus->lost (
        "the bus can’t be reached, or went away; where there is none, --bus none does without",
        bus->user_data);
  else
    bus->lost ("another tocsind has the name " TOCSIN_BUS_NAME " on this bus", bus->user_data);
}

void
tocsin_bus_own (TocsinBus *bus, GBusType type, TocsinBusReady ready, TocsinBusLost lost,
                gpointer user_data)
{
  g_return_if_fail (bus != NULL && ready != NULL && lost != NULL);

  bus->ready = ready;
  bus->lost = lost;
  bus->user_data = user_data;
  bus->name_id = g_bus_own_name (type, TOCSIN_BUS_NAME, G_BUS_NAME_OWNER_FLAGS_NONE,
                                 bus_acquired_cb, name_acquired_cb, name_lost_cb, bus, NULL);
}

void
tocsin_bus_free (TocsinBus *bus)
{
  if (bus == NULL)
    return;
  g_signal_handlers_disconnect_by_data (bus->watch, bus);
  g_signal_handlers_disconnect_by_data (bus->pause, bus);
  g_clear_handle_id (&bus->changed_id, g_source_remove);
  if (g_dbus_interface_skeleton_get_connection (G_DBUS_INTERFACE_SKELETON (bus->skeleton)) != NULL)
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (bus->skeleton));
  g_clear_handle_id (&bus->name_id, g_bus_unown_name);
  g_signal_handlers_disconnect_by_data (bus->skeleton, bus);
  g_clear_object (&bus->skeleton);
  g_hash_table_unref (bus->changed);
  g_hash_table_unref (bus->incidents);
  g_clear_object (&bus->pause);
  if (bus->secrets != NULL)
    g_signal_handlers_disconnect_by_data (bus->secrets, bus);
  g_clear_object (&bus->secrets);
  if (bus->sync != NULL)
    g_signal_handlers_disconnect_by_data (bus->sync, bus);
  g_clear_object (&bus->sync);
  g_clear_object (&bus->watch);
  g_free (bus);
}
