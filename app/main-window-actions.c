/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "main-window-actions"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "about.h"
#include "help.h"
#include "import-export.h"
#include "main-window-private.h"
#include "maintenance-editor.h"
#include "preferences.h"
#include "toast.h"

/* --- going places --- */

static void
show_overview_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  tocsin_main_window_show_place (user_data, "overview");
}

static void
show_monitor_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  tocsin_main_window_show_monitor (user_data, g_variant_get_string (parameter, NULL));
}

static void
show_incidents_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  tocsin_main_window_show_incident (
      user_data, parameter != NULL ? g_variant_get_string (parameter, NULL) : NULL);
}

static void
back_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TocsinMainWindow *self = user_data;
  const char *shown = gtk_stack_get_visible_child_name (self->stack);

  /* from an incident to the list of them, then further */
  if (g_strcmp0 (shown, "incidents") == 0 &&
      tocsin_incidents_page_get_incident (self->incidents_page) != NULL)
    tocsin_incidents_page_show (self->incidents_page, NULL);
  else if (!adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK))
    tocsin_main_window_show_place (self, "overview");
}

static void
search_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TocsinMainWindow *self = user_data;

  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "incidents") == 0) {
    tocsin_incidents_page_search (self->incidents_page);
    return;
  }
  adw_leaflet_set_visible_child (self->leaflet, self->sidebar_box);
  tocsin_sidebar_search (self->sidebar);
}

static void
filter_state_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TocsinMainWindow *self = user_data;
  guint state;

  if (!tocsin_words_find (&tocsin_state_words, g_variant_get_string (parameter, NULL), &state,
                          NULL))
    return;
  adw_leaflet_set_visible_child (self->leaflet, self->sidebar_box);
  tocsin_sidebar_filter_states (self->sidebar, 1u << state);
}

/* --- the rest --- */

static void
undo_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  tocsin_main_window_undo_delete (user_data);
}

static void
copy_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TocsinMainWindow *self = user_data;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          g_variant_get_string (parameter, NULL));
  tocsin_toast (GTK_WIDGET (self->stack), _ ("Copied"));
}

static void
show_maintenance_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TocsinMainWindow *self = user_data;

  tocsin_maintenance_list_present (GTK_WINDOW (self), self->client);
}

static void
import_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TocsinMainWindow *self = user_data;

  tocsin_import_present (GTK_WINDOW (self), self->client);
}

static void
export_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TocsinMainWindow *self = user_data;

  tocsin_export_present (GTK_WINDOW (self), self->client);
}

static void
start_daemon_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  tocsin_client_start (((TocsinMainWindow *) user_data)->client);
}

static void
preferences_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TocsinMainWindow *self = user_data;

  tocsin_preferences_present (GTK_WINDOW (self), self->client, NULL);
}

static void
accounts_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TocsinMainWindow *self = user_data;

  tocsin_preferences_present (GTK_WINDOW (self), self->client, "accounts");
}

/* Made when it is first asked for: the first frame does not wait for it. GTK puts its own action in
 * the place of this one then. */
static void
show_help_overlay_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TocsinMainWindow *self = user_data;
  g_autoptr (GtkBuilder) builder =
      gtk_builder_new_from_resource ("/org/tocsin/Tocsin/ui/help-overlay.ui");
  GtkShortcutsWindow *overlay =
      GTK_SHORTCUTS_WINDOW (gtk_builder_get_object (builder, "help_overlay"));

  gtk_application_window_set_help_overlay (GTK_APPLICATION_WINDOW (self), overlay);
  gtk_window_present (GTK_WINDOW (overlay));
}

static void
help_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  tocsin_help_present (GTK_WINDOW (user_data));
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TocsinMainWindow *self = user_data;

  tocsin_about_present (GTK_WINDOW (self), self->client);
}

static const GActionEntry entries[] = {
  { .name = "show-overview", .activate = show_overview_cb },
  { .name = "show-monitor", .activate = show_monitor_cb, .parameter_type = "s" },
  { .name = "show-incident", .activate = show_incidents_cb, .parameter_type = "s" },
  { .name = "show-incidents", .activate = show_incidents_cb },
  { .name = "back", .activate = back_cb },
  { .name = "search", .activate = search_cb },
  { .name = "filter-state", .activate = filter_state_cb, .parameter_type = "s" },
  { .name = "undo", .activate = undo_cb },
  { .name = "copy", .activate = copy_cb, .parameter_type = "s" },
  { .name = "show-maintenance", .activate = show_maintenance_cb },
  { .name = "import", .activate = import_cb },
  { .name = "export", .activate = export_cb },
  { .name = "start-daemon", .activate = start_daemon_cb },
  { .name = "preferences", .activate = preferences_cb },
  { .name = "accounts", .activate = accounts_cb },
  { .name = "show-help-overlay", .activate = show_help_overlay_cb },
  { .name = "help", .activate = help_cb },
  { .name = "about", .activate = about_cb },
};

void
tocsin_main_window_add_actions (TocsinMainWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  tocsin_main_window_add_monitor_actions (self);
}
