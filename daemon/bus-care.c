/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "bus-care"

#include "config.h"

#include "bus-private.h"
#include "errors.h"
#include "portable.h"
#include "retention.h"

/* The methods about maintenance windows, records as a whole, and the database. */

static gboolean
handle_maintenance (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, TocsinBus *bus)
{
  g_autoptr (GPtrArray) list = tocsin_watch_get_maintenance (bus->watch);

  tocsin_bus_return (
      g_steal_pointer (&invocation),
      g_variant_new ("(@aa{sv})", tocsin_bus_list (&tocsin_maintenance_fields, list)));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

typedef struct {
  GDBusMethodInvocation *invocation;
  char *id;
} AddMaintenance;

static void
maintenance_added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AddMaintenance *add = user_data;
  GError *error = NULL;

  if (tocsin_watch_change_finish (TOCSIN_WATCH (source), result, &error))
    tocsin_bus_return (add->invocation, g_variant_new ("(s)", add->id));
  else
    tocsin_bus_return_error (add->invocation, error);
  g_free (add->id);
  g_free (add);
}

static gboolean
handle_add_maintenance (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation,
                        GVariant *members, TocsinBus *bus)
{
  g_autoptr (TocsinMaintenance) maintenance = tocsin_maintenance_new ();
  GError *error = NULL;
  AddMaintenance *add;

  if (!tocsin_fields_from_variant (&tocsin_maintenance_fields, maintenance, members, 0, &error)) {
    tocsin_bus_return_error (g_steal_pointer (&invocation), error);
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  }
  if (maintenance->id == NULL)
    maintenance->id = tocsin_watch_new_id ();
  add = g_new0 (AddMaintenance, 1);
  add->invocation = g_steal_pointer (&invocation);
  add->id = g_strdup (maintenance->id);
  tocsin_watch_add_maintenance (bus->watch, g_steal_pointer (&maintenance), maintenance_added_cb,
                                add);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_remove_maintenance (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation,
                           const char *id, TocsinBus *bus)
{
  tocsin_watch_remove_maintenance (bus->watch, id, tocsin_bus_changed_cb,
                                   g_steal_pointer (&invocation));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* --- retention --- */

static gboolean
handle_retention (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, TocsinBus *bus)
{
  TocsinStoreOptions options = tocsin_store_get_options (tocsin_watch_get_store (bus->watch));

  tocsin_bus_return (g_steal_pointer (&invocation),
                     g_variant_new ("(xx)", options.keep_samples_us, options.keep_hours_us));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_set_retention (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation,
                      gint64 keep_samples_us, gint64 keep_hours_us, TocsinBus *bus)
{
  TocsinStoreOptions options = { keep_samples_us, keep_hours_us };
  GError *error = NULL;

  if (!tocsin_retention_check (&options, &error))
    tocsin_bus_return_error (g_steal_pointer (&invocation), error);
  else
    tocsin_retention_set (tocsin_watch_get_store (bus->watch), &options, tocsin_bus_stored_cb,
                          g_steal_pointer (&invocation));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* --- records as a whole --- */

static gboolean
handle_export (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation,
               gboolean with_secrets, TocsinBus *bus)
{
  g_autofree char *text = tocsin_portable_export (bus->watch, with_secrets);

  tocsin_bus_return (g_steal_pointer (&invocation), g_variant_new ("(s)", text));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
imported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  guint n_added, n_updated;

  if (tocsin_portable_import_finish (result, &n_added, &n_updated, &error))
    tocsin_bus_return (user_data, g_variant_new ("(uu)", n_added, n_updated));
  else
    tocsin_bus_return_error (user_data, error);
}

static gboolean
handle_import (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, const char *text,
               TocsinBus *bus)
{
  tocsin_portable_import (bus->watch, text, imported_cb, g_steal_pointer (&invocation));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* --- the database --- */

static void
db_checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  g_autofree char *text = tocsin_store_check_finish (NULL, result, &error);

  if (text != NULL)
    tocsin_bus_return (user_data, g_variant_new ("(s)", text));
  else
    tocsin_bus_return_error (user_data, error);
}

static gboolean
handle_db_check (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, TocsinBus *bus)
{
  tocsin_store_check (tocsin_watch_get_store (bus->watch), db_checked_cb,
                      g_steal_pointer (&invocation));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_db_vacuum (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, TocsinBus *bus)
{
  tocsin_store_vacuum (tocsin_watch_get_store (bus->watch), tocsin_bus_stored_cb,
                       g_steal_pointer (&invocation));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_db_backup (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, const char *path,
                  TocsinBus *bus)
{
  if (g_path_is_absolute (path))
    tocsin_store_backup (tocsin_watch_get_store (bus->watch), path, tocsin_bus_stored_cb,
                         g_steal_pointer (&invocation));
  else
    g_dbus_method_invocation_return_error (invocation, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
                                           "path: “%s”: an absolute path is wanted, since the "
                                           "daemon writes the file",
                                           path);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* --- the daemon itself --- */

void
tocsin_bus_set_quit (TocsinBus *bus, TocsinBusQuit quit, gpointer user_data)
{
  g_return_if_fail (bus != NULL);

  bus->quit = quit;
  bus->quit_data = user_data;
}

static gboolean
handle_quit (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, TocsinBus *bus)
{
  if (bus->quit == NULL) {
    g_dbus_method_invocation_return_error (
        invocation, TOCSIN_ERROR, TOCSIN_ERROR_UNAVAILABLE,
        "this daemon is not a session’s: who started it stops it, as with “systemctl stop tocsind”");
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  }
  tocsin_bus_return (g_steal_pointer (&invocation), NULL);
  bus->quit (bus->quit_data);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

const TocsinBusMethod tocsin_bus_care_methods[] = {
  { "handle-maintenance", G_CALLBACK (handle_maintenance) },
  { "handle-add-maintenance", G_CALLBACK (handle_add_maintenance) },
  { "handle-remove-maintenance", G_CALLBACK (handle_remove_maintenance) },
  { "handle-retention", G_CALLBACK (handle_retention) },
  { "handle-set-retention", G_CALLBACK (handle_set_retention) },
  { "handle-export", G_CALLBACK (handle_export) },
  { "handle-import", G_CALLBACK (handle_import) },
  { "handle-db-check", G_CALLBACK (handle_db_check) },
  { "handle-db-vacuum", G_CALLBACK (handle_db_vacuum) },
  { "handle-db-backup", G_CALLBACK (handle_db_backup) },
  { "handle-quit", G_CALLBACK (handle_quit) },
  { NULL },
};
