/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "main-window-monitors"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "bulk-edit.h"
#include "editor.h"
#include "main-window-private.h"
#include "maintenance-editor.h"
#include "toast.h"

/* The window's actions on monitors: any, those that are marked, and the one whose page shows. */

/* --- checking and pausing --- */

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinMainWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) sample = NULL;

  if (!tocsin_dbus_tocsin1_call_check_now_finish (TOCSIN_DBUS_TOCSIN1 (source), &sample, result,
                                                  &error))
    tocsin_toast_error (GTK_WIDGET (self->stack), error);
}

static void
check (TocsinMainWindow *self, const char *id)
{
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (self->client);

  if (proxy != NULL)
    tocsin_dbus_tocsin1_call_check_now (proxy, id, NULL, checked_cb, g_object_ref (self));
}

static void
check_monitor_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  check (user_data, g_variant_get_string (parameter, NULL));
}

static void
check_now_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const char *id = tocsin_main_window_get_monitor_id (user_data);

  if (id != NULL)
    check (user_data, id);
}

/* Whether a check by hand means anything: of a heartbeat it is the job that calls. */
static gboolean
can_be_checked (const TocsinStatus *status)
{
  return status->kind != TOCSIN_MONITOR_HEARTBEAT && status->state != TOCSIN_STATE_PAUSED;
}

static void
check_all_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TocsinMainWindow *self = user_data;
  GListModel *monitors = tocsin_client_get_monitors (self->client);
  g_autofree char *text = NULL;
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (monitors); i++) {
    g_autoptr (TocsinMonitorItem) item = g_list_model_get_item (monitors, i);

    if (!can_be_checked (tocsin_monitor_item_get_status (item)))
      continue;
    check (self, tocsin_monitor_item_get_id (item));
    n++;
  }
  text = g_strdup_printf (ngettext ("Checking %u monitor", "Checking %u monitors", n), n);
  tocsin_toast (GTK_WIDGET (self->stack), text);
}

static void
edited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinMainWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!tocsin_dbus_tocsin1_call_edit_finish (TOCSIN_DBUS_TOCSIN1 (source), result, &error))
    tocsin_toast_error (GTK_WIDGET (self->stack), error);
}

static void
set_paused (TocsinMainWindow *self, const char *const *ids, gboolean paused)
{
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (self->client);
  const char *const none[] = { NULL };

  for (guint i = 0; proxy != NULL && ids[i] != NULL; i++) {
    g_auto (GVariantDict) set = G_VARIANT_DICT_INIT (NULL);

    g_variant_dict_insert (&set, "paused", "b", paused);
    tocsin_dbus_tocsin1_call_edit (proxy, ids[i], g_variant_dict_end (&set), none, NULL, edited_cb,
                                   g_object_ref (self));
  }
}

static void
set_paused_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autofree const char **ids = NULL;
  gboolean paused;

  g_variant_get (parameter, "(^a&sb)", &ids, &paused);
  set_paused (user_data, (const char *const *) ids, paused);
}

/* --- what is marked --- */

static void
select_cb (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  TocsinMainWindow *self = user_data;

  g_simple_action_set_state (action, state);
  tocsin_sidebar_set_selecting (self->sidebar, g_variant_get_boolean (state));
}

static void
end_selecting (TocsinMainWindow *self)
{
  g_action_group_change_action_state (G_ACTION_GROUP (self), "select",
                                      g_variant_new_boolean (FALSE));
}

static void
pause_marked_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TocsinMainWindow *self = user_data;
  g_auto (GStrv) ids = tocsin_sidebar_get_marked (self->sidebar);

  set_paused (self, (const char *const *) ids,
              g_str_equal (g_action_get_name (G_ACTION (action)), "pause-marked"));
  end_selecting (self);
}

static void
delete_marked_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TocsinMainWindow *self = user_data;
  g_auto (GStrv) ids = tocsin_sidebar_get_marked (self->sidebar);

  end_selecting (self);
  tocsin_main_window_delete (self, (const char *const *) ids);
}

static void
edit_marked_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TocsinMainWindow *self = user_data;
  g_auto (GStrv) ids = tocsin_sidebar_get_marked (self->sidebar);

  tocsin_bulk_edit_present (GTK_WINDOW (self), self->client, (const char *const *) ids);
  end_selecting (self);
}

static void
marked_cb (TocsinMainWindow *self, guint n)
{
  static const char *const names[] = { "pause-marked", "resume-marked", "edit-marked",
                                       "delete-marked" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_simple_action_set_enabled (
        G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), names[i])), n > 0);
}

/* --- one monitor --- */

static void
new_monitor_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TocsinMainWindow *self = user_data;

  tocsin_editor_present (GTK_WINDOW (self), self->client, NULL, FALSE);
}

static void
edit_monitor_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TocsinMainWindow *self = user_data;

  tocsin_editor_present (GTK_WINDOW (self), self->client, g_variant_get_string (parameter, NULL),
                         FALSE);
}

/* The actions below are of the monitor whose page shows. */

static void
edit_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TocsinMainWindow *self = user_data;
  const char *id = tocsin_main_window_get_monitor_id (self);

  if (id != NULL)
    tocsin_editor_present (GTK_WINDOW (self), self->client, id,
                           g_str_equal (g_action_get_name (G_ACTION (action)), "duplicate"));
}

static void
paused_cb (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  TocsinMainWindow *self = user_data;
  const char *ids[] = { tocsin_main_window_get_monitor_id (self), NULL };

  if (ids[0] != NULL)
    set_paused (self, ids, g_variant_get_boolean (state));
}

static void
delete_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  const char *id = tocsin_main_window_get_monitor_id (user_data);
  g_auto (GStrv) ids = id != NULL ? g_strsplit (id, "\n", -1) : NULL;

  if (ids != NULL)
    tocsin_main_window_delete (user_data, (const char *const *) ids);
}

static void
plan_maintenance_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TocsinMainWindow *self = user_data;
  const char *ids[] = { tocsin_main_window_get_monitor_id (self), NULL };

  if (ids[0] != NULL)
    tocsin_maintenance_editor_present (GTK_WINDOW (self), self->client, ids, NULL);
}

/* A heartbeat's link is what its job calls; any other's is what is watched. */
static void
copy_link_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TocsinMainWindow *self = user_data;
  const char *id = tocsin_main_window_get_monitor_id (self);
  TocsinMonitorItem *item = id != NULL ? tocsin_client_find (self->client, id) : NULL;
  const TocsinStatus *status = item != NULL ? tocsin_monitor_item_get_status (item) : NULL;

  if (status != NULL && (status->ping_url != NULL || status->target != NULL))
    g_action_group_activate_action (
        G_ACTION_GROUP (self), "copy",
        g_variant_new_string (status->ping_url != NULL ? status->ping_url : status->target));
}

static void
delete_monitors_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autofree const char **ids = g_variant_get_strv (parameter, NULL);

  tocsin_main_window_delete (user_data, (const char *const *) ids);
}

static const GActionEntry entries[] = {
  { .name = "check-monitor", .activate = check_monitor_cb, .parameter_type = "s" },
  { .name = "check-now", .activate = check_now_cb },
  { .name = "check-all", .activate = check_all_cb },
  { .name = "set-paused", .activate = set_paused_cb, .parameter_type = "(asb)" },
  { .name = "select", .state = "false", .change_state = select_cb },
  { .name = "pause-marked", .activate = pause_marked_cb },
  { .name = "resume-marked", .activate = pause_marked_cb },
  { .name = "edit-marked", .activate = edit_marked_cb },
  { .name = "delete-marked", .activate = delete_marked_cb },
  { .name = "new-monitor", .activate = new_monitor_cb },
  { .name = "edit-monitor", .activate = edit_monitor_cb, .parameter_type = "s" },
  { .name = "edit", .activate = edit_cb },
  { .name = "duplicate", .activate = edit_cb },
  { .name = "paused", .state = "false", .change_state = paused_cb },
  { .name = "delete", .activate = delete_cb },
  { .name = "copy-link", .activate = copy_link_cb },
  { .name = "delete-monitors", .activate = delete_monitors_cb, .parameter_type = "as" },
  { .name = "plan-maintenance", .activate = plan_maintenance_cb },
};

/* Those that need a monitor's page, as it is now. */
void
tocsin_main_window_update_actions (TocsinMainWindow *self)
{
  static const char *const names[] = { "edit",      "duplicate", "paused",          "delete",
                                       "copy-link", "check-now", "plan-maintenance" };
  const char *id = tocsin_main_window_get_monitor_id (self);
  TocsinMonitorItem *item = id != NULL ? tocsin_client_find (self->client, id) : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), names[i]);

    if (action != NULL)
      g_simple_action_set_enabled (G_SIMPLE_ACTION (action), item != NULL);
  }
  if (item == NULL)
    return;
  g_simple_action_set_state (
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), "paused")),
      g_variant_new_boolean (tocsin_monitor_item_get_state (item) == TOCSIN_STATE_PAUSED));
  if (!can_be_checked (tocsin_monitor_item_get_status (item)))
    g_simple_action_set_enabled (
        G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), "check-now")), FALSE);
}

void
tocsin_main_window_add_monitor_actions (TocsinMainWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect_object (self->sidebar, "marked", G_CALLBACK (marked_cb), self,
                           G_CONNECT_SWAPPED);
  marked_cb (self, 0);
  tocsin_main_window_update_actions (self);
}
