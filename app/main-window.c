/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "main-window"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "conflict-toasts.h"
#include "main-window-private.h"
#include "overview-page.h"
#include "settings.h"
#include "state-look.h"
#include "toast.h"

G_DEFINE_FINAL_TYPE (TocsinMainWindow, tocsin_main_window, ADW_TYPE_APPLICATION_WINDOW)

/* --- places --- */

/* The rows above the monitors, in the order of the template. */
static const struct {
  const char *name; /* of the stack's page */
  const char *title;
} places[] = {
  { "overview", N_ ("Overview") },
  { "incidents", N_ ("Incidents") },
};

static void
show_page (TocsinMainWindow *self, const char *name, const char *title, const char *subtitle)
{
  gtk_stack_set_visible_child_name (self->stack, name);
  adw_window_title_set_title (self->title, title);
  adw_window_title_set_subtitle (self->title, subtitle);
  gtk_widget_set_visible (self->monitor_buttons, g_str_equal (name, "monitor"));
  tocsin_main_window_update_actions (self);
}

static gboolean
is_ready (TocsinMainWindow *self)
{
  return tocsin_client_get_state (self->client) == TOCSIN_CLIENT_READY;
}

static gboolean
is_empty (TocsinMainWindow *self)
{
  return g_list_model_get_n_items (tocsin_client_get_monitors (self->client)) == 0;
}

static void
select_place (TocsinMainWindow *self, const char *name)
{
  gtk_list_box_unselect_all (self->places);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (g_strcmp0 (places[i].name, name) == 0)
      gtk_list_box_select_row (self->places, gtk_list_box_get_row_at_index (self->places, (int) i));
}

/* Pages are made when they are first shown: the first frame does not wait for them. */
static void
make_place (TocsinMainWindow *self, const char *name)
{
  if (gtk_stack_get_child_by_name (self->stack, name) != NULL)
    return;
  if (g_str_equal (name, "overview"))
    gtk_stack_add_named (self->stack, tocsin_overview_page_new (self->client), name);
}

void
tocsin_main_window_show_place (TocsinMainWindow *self, const char *name)
{
  make_place (self, name);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (g_str_equal (places[i].name, name))
      show_page (self, name, _ (places[i].title), NULL);
  select_place (self, name);
  tocsin_sidebar_set_current (self->sidebar, NULL);
  adw_leaflet_set_visible_child (self->leaflet, self->content_box);
}

static void
show_monitor_title (TocsinMainWindow *self)
{
  const char *id = tocsin_main_window_get_monitor_id (self);
  TocsinMonitorItem *item = id != NULL ? tocsin_client_find (self->client, id) : NULL;

  if (item != NULL)
    show_page (self, "monitor", tocsin_monitor_item_get_name (item),
               tocsin_monitor_item_get_status (item)->target);
}

void
tocsin_main_window_show_monitor (TocsinMainWindow *self, const char *id)
{
  if (tocsin_client_find (self->client, id) == NULL)
    return;
  if (self->monitor_page == NULL) {
    self->monitor_page = TOCSIN_MONITOR_PAGE (tocsin_monitor_page_new (self->client));
    gtk_stack_add_named (self->stack, GTK_WIDGET (self->monitor_page), "monitor");
  }
  tocsin_monitor_page_set_monitor (self->monitor_page, id);
  gtk_stack_set_visible_child_name (self->stack, "monitor");
  show_monitor_title (self);
  select_place (self, NULL);
  tocsin_sidebar_set_current (self->sidebar, id);
  adw_leaflet_set_visible_child (self->leaflet, self->content_box);
}

const char *
tocsin_main_window_get_monitor_id (TocsinMainWindow *self)
{
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "monitor") != 0)
    return NULL;
  return tocsin_monitor_page_get_monitor (self->monitor_page);
}

static void
incidents_title_cb (TocsinMainWindow *self)
{
  g_autofree char *title = NULL;

  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "incidents") != 0)
    return;
  g_object_get (self->incidents_page, "title", &title, NULL);
  adw_window_title_set_title (self->title, title);
}

void
tocsin_main_window_show_incident (TocsinMainWindow *self, const char *id)
{
  if (self->incidents_page == NULL) {
    self->incidents_page = TOCSIN_INCIDENTS_PAGE (tocsin_incidents_page_new (self->client));
    gtk_stack_add_named (self->stack, GTK_WIDGET (self->incidents_page), "incidents");
    g_signal_connect_object (self->incidents_page, "notify::title", G_CALLBACK (incidents_title_cb),
                             self, G_CONNECT_SWAPPED);
  }
  tocsin_main_window_show_place (self, "incidents");
  tocsin_incidents_page_show (self->incidents_page, id);
  incidents_title_cb (self);
}

static void
place_activated_cb (TocsinMainWindow *self, GtkListBoxRow *row)
{
  const char *name = places[gtk_list_box_row_get_index (row)].name;

  if (g_str_equal (name, "incidents"))
    tocsin_main_window_show_incident (self, NULL);
  else
    tocsin_main_window_show_place (self, name);
}

static void
picked_cb (TocsinMainWindow *self, const char *id)
{
  tocsin_main_window_show_monitor (self, id);
}

/* --- what the daemon is like --- */

/* The banner tells a state that outlasts what a toast says: the worst that there is. */
static void
show_banner (TocsinMainWindow *self)
{
  const char *problem = tocsin_client_get_problem (self->client);
  const char *secrets = tocsin_client_get_secrets_problem (self->client);
  gboolean offline = tocsin_client_is_offline (self->client);
  const char *text = *problem != '\0'   ? problem
                     : *secrets != '\0' ? secrets
                     : offline
                         ? _ ("This computer is offline. Checks say nothing until it is back.")
                         : NULL;

  if (text != NULL) {
    gtk_label_set_text (self->banner_label, text);
    gtk_image_set_from_icon_name (self->banner_icon, text == problem ? "dialog-warning-symbolic"
                                                     : text == secrets
                                                         ? "dialog-password-symbolic"
                                                         : "network-offline-symbolic");
  }
  gtk_widget_set_visible (self->unlock, text == secrets);
  gtk_revealer_set_reveal_child (self->banner, is_ready (self) && text != NULL);
}

static void
unlocked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinMainWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, &error);

  if (answer == NULL)
    tocsin_toast_error (GTK_WIDGET (self), error);
}

/* A person who types a password takes longer than a call may by default. */
static void
unlock_cb (TocsinMainWindow *self)
{
  g_dbus_proxy_call (G_DBUS_PROXY (tocsin_client_get_proxy (self->client)), "UnlockSecrets", NULL,
                     G_DBUS_CALL_FLAGS_NONE, G_MAXINT, NULL, unlocked_cb, g_object_ref (self));
}

static void
show_absent (TocsinMainWindow *self)
{
  g_autofree char *escaped = g_markup_escape_text (tocsin_client_get_reason (self->client), -1);

  adw_status_page_set_description (self->absent, escaped);
  show_page (self, "absent", _ ("Tocsin"), NULL);
  adw_leaflet_set_visible_child (self->leaflet, self->content_box);
}

/* Leaves the pages that are for want of something better. */
static void
show_something (TocsinMainWindow *self)
{
  const char *shown = gtk_stack_get_visible_child_name (self->stack);

  if (is_empty (self)) {
    show_page (self, "first-run", _ ("Tocsin"), NULL);
    if (g_strcmp0 (shown, "first-run") != 0) /* the list says nothing where it is empty */
      adw_leaflet_set_visible_child (self->leaflet, self->content_box);
  } else if (g_strcmp0 (shown, "connecting") == 0 || g_strcmp0 (shown, "absent") == 0 ||
             g_strcmp0 (shown, "first-run") == 0) {
    tocsin_main_window_show_place (self, "overview");
  }
}

static void
state_changed_cb (TocsinMainWindow *self)
{
  switch (tocsin_client_get_state (self->client)) {
  case TOCSIN_CLIENT_CONNECTING:
    break;
  case TOCSIN_CLIENT_ABSENT:
    show_absent (self);
    break;
  case TOCSIN_CLIENT_READY:
  default:
    show_something (self);
    break;
  }
  gtk_widget_set_sensitive (self->sidebar_box, is_ready (self));
  show_banner (self);
}

static void
monitors_changed_cb (TocsinMainWindow *self)
{
  const char *id = tocsin_main_window_get_monitor_id (self);

  if (!is_ready (self))
    return;
  if (id != NULL && tocsin_client_find (self->client, id) == NULL)
    tocsin_main_window_show_place (self, "overview");
  else if (id != NULL)
    show_monitor_title (self);
  show_something (self);
}

/* --- the window itself --- */

static void
folded_cb (TocsinMainWindow *self)
{
  gboolean folded = adw_leaflet_get_folded (self->leaflet);

  gtk_widget_set_visible (GTK_WIDGET (self->back), folded);
}

/* Nobody sees a window that is hidden or minimised. */
static void
seen_cb (TocsinMainWindow *self)
{
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (self));
  gboolean minimized =
      GDK_IS_TOPLEVEL (surface) &&
      (gdk_toplevel_get_state (GDK_TOPLEVEL (surface)) & GDK_TOPLEVEL_STATE_MINIMIZED) != 0;

  tocsin_client_set_seen (self->client, gtk_widget_get_mapped (GTK_WIDGET (self)) && !minimized);
}

static void
tocsin_main_window_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tocsin_main_window_parent_class)->realize (widget);
  g_signal_connect_object (gtk_native_get_surface (GTK_NATIVE (widget)), "notify::state",
                           G_CALLBACK (seen_cb), widget, G_CONNECT_SWAPPED);
}

static gboolean
tocsin_main_window_close_request (GtkWindow *window)
{
  TocsinMainWindow *self = TOCSIN_MAIN_WINDOW (window);

  tocsin_main_window_commit_delete (self);
  return GTK_WINDOW_CLASS (tocsin_main_window_parent_class)->close_request (window);
}

static void
tocsin_main_window_dispose (GObject *object)
{
  TocsinMainWindow *self = TOCSIN_MAIN_WINDOW (object);

  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  if (self->undo_toast != NULL)
    g_signal_handlers_disconnect_by_data (self->undo_toast, self);
  self->undo_toast = NULL;
  g_clear_pointer (&self->deleted, g_strfreev);
  g_clear_object (&self->settings);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (tocsin_main_window_parent_class)->dispose (object);
}

static void
tocsin_main_window_class_init (TocsinMainWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_main_window_dispose;
  widget_class->realize = tocsin_main_window_realize;
  GTK_WINDOW_CLASS (klass)->close_request = tocsin_main_window_close_request;
  g_type_ensure (TOCSIN_TYPE_SIDEBAR);
  g_type_ensure (TOCSIN_TYPE_SYNC_SIGN);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tocsin/Tocsin/ui/main-window.ui");
  gtk_widget_class_bind_template_child (widget_class, TocsinMainWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, TocsinMainWindow, sidebar_box);
  gtk_widget_class_bind_template_child (widget_class, TocsinMainWindow, content_box);
  gtk_widget_class_bind_template_child (widget_class, TocsinMainWindow, places);
  gtk_widget_class_bind_template_child (widget_class, TocsinMainWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, TocsinMainWindow, sync_sign);
  gtk_widget_class_bind_template_child (widget_class, TocsinMainWindow, title);
  gtk_widget_class_bind_template_child (widget_class, TocsinMainWindow, back);
  gtk_widget_class_bind_template_child (widget_class, TocsinMainWindow, monitor_buttons);
  gtk_widget_class_bind_template_child (widget_class, TocsinMainWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, TocsinMainWindow, banner_icon);
  gtk_widget_class_bind_template_child (widget_class, TocsinMainWindow, banner_label);
  gtk_widget_class_bind_template_child (widget_class, TocsinMainWindow, unlock);
  gtk_widget_class_bind_template_callback (widget_class, unlock_cb);
  gtk_widget_class_bind_template_child (widget_class, TocsinMainWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, TocsinMainWindow, absent);
  gtk_widget_class_bind_template_callback (widget_class, place_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, picked_cb);
  gtk_widget_class_bind_template_callback (widget_class, folded_cb);
}

static void
tocsin_main_window_init (TocsinMainWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "map", G_CALLBACK (seen_cb), NULL);
  g_signal_connect (self, "unmap", G_CALLBACK (seen_cb), NULL);
}

static void
restore_size (TocsinMainWindow *self)
{
  self->settings = tocsin_settings_new ();
  if (self->settings == NULL)
    return;
  g_settings_bind (self->settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-height", self, "default-height",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
}

TocsinMainWindow *
tocsin_main_window_new (GtkApplication *application, TocsinClient *client)
{
  TocsinMainWindow *self;

  g_return_val_if_fail (GTK_IS_APPLICATION (application) && TOCSIN_IS_CLIENT (client), NULL);

  self = g_object_new (TOCSIN_TYPE_MAIN_WINDOW, "application", application, NULL);
  self->client = g_object_ref (client);
  restore_size (self);
  tocsin_sidebar_set_client (self->sidebar, client);
  tocsin_sync_sign_set_client (self->sync_sign, client);
  tocsin_conflict_toasts_add (GTK_WIDGET (self->stack), client);
  tocsin_main_window_add_actions (self);
  g_signal_connect_swapped (client, "state-changed", G_CALLBACK (state_changed_cb), self);
  g_signal_connect_swapped (client, "monitors-changed", G_CALLBACK (monitors_changed_cb), self);
  state_changed_cb (self);
  folded_cb (self);
  return self;
}
