/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "status-item"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "status-item.h"
#include "tray-generated.h"
#include "tray-icon.h"

#define WATCHER_NAME      "org.kde.StatusNotifierWatcher"
#define WATCHER_PATH      "/StatusNotifierWatcher"
#define WATCHER_INTERFACE "org.kde.StatusNotifierWatcher"

struct _TocsinStatusItem {
  GDBusConnection *connection;            /* (owned) */
  TocsinTrayStatusNotifierItem *skeleton; /* (owned) */
  const TocsinStatusItemFuncs *funcs;
  gpointer user_data;

  GCancellable *cancellable; /* (owned) of what is asked of the watcher that is there */
  guint watch_id;
  guint signal_id;
  char *token; /* (owned) (nullable) for the window that the next click opens */

  gboolean has_watcher, is_registered, has_host;
  gboolean is_known;   /* whether it is shown */
  const char *problem; /* (nullable) */
};

/* --- whether it is shown --- */

static void
note_shown (TocsinStatusItem *item)
{
  const char *problem = NULL;

  if (!item->has_watcher)
    problem = _ ("There is no StatusNotifierWatcher on this session. Plain GNOME has none: the "
                 "extension “AppIndicator and KStatusNotifierItem Support” brings it.");
  else if (!item->is_registered)
    problem = _ ("The StatusNotifierWatcher of this session did not take the icon.");
  else if (!item->has_host)
    problem = _ ("This session has a StatusNotifierWatcher, but no panel that shows its icons.");
  if (item->is_known && problem == item->problem)
    return;
  item->is_known = TRUE;
  item->problem = problem;
  item->funcs->shown_changed (item->user_data);
}

static void
got_host_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TocsinStatusItem *item = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariant) value = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the item may be gone */
  if (answer != NULL)
    g_variant_get (answer, "(v)", &value);
  item->has_host = value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN) &&
                   g_variant_get_boolean (value);
  note_shown (item);
}

static void
ask_for_host (TocsinStatusItem *item)
{
  g_dbus_connection_call (
      item->connection, WATCHER_NAME, WATCHER_PATH, "org.freedesktop.DBus.Properties", "Get",
      g_variant_new ("(ss)", WATCHER_INTERFACE, "IsStatusNotifierHostRegistered"),
      G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, item->cancellable, got_host_cb,
      item);
}

static void
registered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TocsinStatusItem *item = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  item->is_registered = answer != NULL;
  if (answer == NULL)
    g_debug ("the tray did not take the icon: %s", error->message);
  if (item->is_registered)
    ask_for_host (item);
  else
    note_shown (item);
}

static void
appeared_cb (GDBusConnection *connection, const char *name, const char *owner, gpointer user_data)
{
  TocsinStatusItem *item = user_data;

  item->has_watcher = TRUE;
  g_clear_object (&item->cancellable);
  item->cancellable = g_cancellable_new ();
  g_dbus_connection_call (
      connection, WATCHER_NAME, WATCHER_PATH, WATCHER_INTERFACE, "RegisterStatusNotifierItem",
      g_variant_new ("(s)", TOCSIN_STATUS_ITEM_PATH), NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
      item->cancellable, registered_cb, item);
}

static void
vanished_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  TocsinStatusItem *item = user_data;

  g_cancellable_cancel (item->cancellable);
  item->has_watcher = item->is_registered = item->has_host = FALSE;
  note_shown (item);
}

/* A host came or went. */
static void
watcher_signal_cb (GDBusConnection *connection, const char *sender, const char *path,
                   const char *interface, const char *signal, GVariant *parameters,
                   gpointer user_data)
{
  TocsinStatusItem *item = user_data;

  if (item->is_registered && g_str_has_prefix (signal, "StatusNotifierHost"))
    ask_for_host (item);
}

/* --- what hosts call --- */

static gboolean
handle_activate (TocsinTrayStatusNotifierItem *skeleton, GDBusMethodInvocation *invocation,
                 gint32 x, gint32 y, TocsinStatusItem *item)
{
  g_autofree char *token = g_steal_pointer (&item->token);

  tocsin_tray_status_notifier_item_complete_activate (skeleton, invocation);
  item->funcs->activate (token, item->user_data);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_secondary_activate (TocsinTrayStatusNotifierItem *skeleton,
                           GDBusMethodInvocation *invocation, gint32 x, gint32 y,
                           TocsinStatusItem *item)
{
  tocsin_tray_status_notifier_item_complete_secondary_activate (skeleton, invocation);
  item->funcs->check (item->user_data);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_token (TocsinTrayStatusNotifierItem *skeleton, GDBusMethodInvocation *invocation,
              const char *token, TocsinStatusItem *item)
{
  g_free (item->token);
  item->token = g_strdup (token);
  tocsin_tray_status_notifier_item_complete_provide_xdg_activation_token (skeleton, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* Hosts show the menu by themselves; a wheel turns nothing here. */
static gboolean
handle_context_menu (TocsinTrayStatusNotifierItem *skeleton, GDBusMethodInvocation *invocation,
                     gint32 x, gint32 y, TocsinStatusItem *item)
{
  tocsin_tray_status_notifier_item_complete_context_menu (skeleton, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_scroll (TocsinTrayStatusNotifierItem *skeleton, GDBusMethodInvocation *invocation,
               gint32 delta, const char *orientation, TocsinStatusItem *item)
{
  tocsin_tray_status_notifier_item_complete_scroll (skeleton, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static const struct {
  const char *signal;
  GCallback handler;
} methods[] = {
  { "handle-activate", G_CALLBACK (handle_activate) },
  { "handle-secondary-activate", G_CALLBACK (handle_secondary_activate) },
  { "handle-context-menu", G_CALLBACK (handle_context_menu) },
  { "handle-scroll", G_CALLBACK (handle_scroll) },
  { "handle-provide-xdg-activation-token", G_CALLBACK (handle_token) },
};

/* --- how it looks --- */

static gboolean
is_icon_in (const char *data_dir, const char *file)
{
  static const char *const folders[] = { "symbolic/apps", "symbolic/status", "scalable/apps",
                                         "scalable/status" };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++) {
    g_autofree char *path = g_build_filename (data_dir, "icons", "hicolor", folders[i], file, NULL);

    if (g_file_test (path, G_FILE_TEST_EXISTS))
      return TRUE;
  }
  return FALSE;
}

/* A host that is given the name of an icon that is not installed may show nothing at all. */
static gboolean
is_icon_installed (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".svg", NULL);
  const char *const *dirs = g_get_system_data_dirs ();

  for (guint i = 0; dirs[i] != NULL; i++)
    if (is_icon_in (dirs[i], file))
      return TRUE;
  return is_icon_in (g_get_user_data_dir (), file);
}

static GVariant *
draw (TocsinTrayLook look, guint count)
{
  static const int sizes[] = { 16, 22, 24, 32, 48 };
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(iiay)"));
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (GBytes) pixels = tocsin_tray_icon_draw (look, count, (guint) sizes[i]);

    g_variant_builder_add (&builder, "(ii@ay)", sizes[i], sizes[i],
                           g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, pixels, TRUE));
  }
  return g_variant_builder_end (&builder);
}

static GVariant *
no_pixmaps (void)
{
  return g_variant_new_array (G_VARIANT_TYPE ("(iiay)"), NULL, 0);
}

void
tocsin_status_item_set_look (TocsinStatusItem *item, TocsinTrayLook look, guint count,
                             const char *tooltip)
{
  const char *status = look == TOCSIN_TRAY_DOWN ? "NeedsAttention" : "Active";
  const char *name = tocsin_tray_icon_get_name (look);
  g_autofree char *markup = NULL;

  g_return_if_fail (item != NULL);

  markup = g_markup_escape_text (tooltip, -1);
  if (count > 0 || !is_icon_installed (name)) /* a name can't have a count */
    name = "";
  tocsin_tray_status_notifier_item_set_icon_name (item->skeleton, name);
  tocsin_tray_status_notifier_item_set_icon_pixmap (item->skeleton, draw (look, count));
  tocsin_tray_status_notifier_item_set_attention_icon_name (item->skeleton, name);
  tocsin_tray_status_notifier_item_set_attention_icon_pixmap (item->skeleton, draw (look, count));
  tocsin_tray_status_notifier_item_set_tool_tip (
      item->skeleton, g_variant_new ("(s@a(iiay)ss)", "", no_pixmaps (), "Tocsin", markup));
  tocsin_tray_status_notifier_item_emit_new_icon (item->skeleton);
  tocsin_tray_status_notifier_item_emit_new_attention_icon (item->skeleton);
  tocsin_tray_status_notifier_item_emit_new_tool_tip (item->skeleton);
  if (g_strcmp0 (tocsin_tray_status_notifier_item_get_status (item->skeleton), status) != 0) {
    tocsin_tray_status_notifier_item_set_status (item->skeleton, status);
    tocsin_tray_status_notifier_item_emit_new_status (item->skeleton, status);
  }
}

const char *
tocsin_status_item_get_problem (TocsinStatusItem *item)
{
  g_return_val_if_fail (item != NULL, NULL);

  return item->problem;
}

/* --- life --- */

static void
fill_in (TocsinTrayStatusNotifierItem *skeleton, const char *menu_path)
{
  tocsin_tray_status_notifier_item_set_category (skeleton, "ApplicationStatus");
  tocsin_tray_status_notifier_item_set_id (skeleton, "org.tocsin.Tocsin");
  tocsin_tray_status_notifier_item_set_title (skeleton, "Tocsin");
  tocsin_tray_status_notifier_item_set_status (skeleton, "Active");
  tocsin_tray_status_notifier_item_set_icon_theme_path (skeleton, "");
  tocsin_tray_status_notifier_item_set_menu (skeleton, menu_path);
  tocsin_tray_status_notifier_item_set_icon_name (skeleton, "");
  tocsin_tray_status_notifier_item_set_overlay_icon_name (skeleton, "");
  tocsin_tray_status_notifier_item_set_overlay_icon_pixmap (skeleton, no_pixmaps ());
  tocsin_tray_status_notifier_item_set_attention_movie_name (skeleton, "");
}

TocsinStatusItem *
tocsin_status_item_new (GDBusConnection *connection, const char *menu_path,
                        const TocsinStatusItemFuncs *funcs, gpointer user_data, GError **error)
{
  g_autoptr (TocsinStatusItem) item = g_new0 (TocsinStatusItem, 1);

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection), NULL);

  item->connection = g_object_ref (connection);
  item->funcs = funcs;
  item->user_data = user_data;
  item->cancellable = g_cancellable_new ();
  item->skeleton = tocsin_tray_status_notifier_item_skeleton_new ();
  fill_in (item->skeleton, menu_path);
  tocsin_status_item_set_look (item, TOCSIN_TRAY_UNKNOWN, 0, "");
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    g_signal_connect (item->skeleton, methods[i].signal, methods[i].handler, item);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (item->skeleton), connection,
                                         TOCSIN_STATUS_ITEM_PATH, error))
    return NULL;
  item->signal_id = g_dbus_connection_signal_subscribe (
      connection, WATCHER_NAME, WATCHER_INTERFACE, NULL, WATCHER_PATH, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, watcher_signal_cb, item, NULL);
  item->watch_id =
      g_bus_watch_name_on_connection (connection, WATCHER_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                      appeared_cb, vanished_cb, item, NULL);
  return g_steal_pointer (&item);
}

void
tocsin_status_item_free (TocsinStatusItem *item)
{
  if (item == NULL)
    return;
  g_clear_handle_id (&item->watch_id, g_bus_unwatch_name);
  if (item->signal_id != 0)
    g_dbus_connection_signal_unsubscribe (item->connection, item->signal_id);
  g_cancellable_cancel (item->cancellable);
  g_clear_object (&item->cancellable);
  if (g_dbus_interface_skeleton_get_connection (G_DBUS_INTERFACE_SKELETON (item->skeleton)) != NULL)
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (item->skeleton));
  g_signal_handlers_disconnect_by_data (item->skeleton, item);
  g_clear_object (&item->skeleton);
  g_clear_object (&item->connection);
  g_free (item->token);
  g_free (item);
}
