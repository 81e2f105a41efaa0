/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "maintenance-list"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "decode.h"
#include "dialogs.h"
#include "maintenance-editor.h"
#include "maintenance-text.h"
#include "toast.h"

#define TOCSIN_TYPE_MAINTENANCE_LIST (tocsin_maintenance_list_get_type ())
G_DECLARE_FINAL_TYPE (TocsinMaintenanceList, tocsin_maintenance_list, TOCSIN, MAINTENANCE_LIST,
                      AdwWindow)

struct _TocsinMaintenanceList {
  AdwWindow parent_instance;

  TocsinClient *client;      /* (owned) */
  GCancellable *cancellable; /* (owned) */

  /* of the template */
  GtkStack *stack;
  GtkListBox *list;
  GtkWidget *add;
};

G_DEFINE_FINAL_TYPE (TocsinMaintenanceList, tocsin_maintenance_list, ADW_TYPE_WINDOW)

static void
add_cb (GtkButton *button, gpointer user_data)
{
  TocsinMaintenanceList *self = user_data;

  tocsin_maintenance_editor_present (GTK_WINDOW (self), self->client, NULL, NULL);
}

static const char *
id_of (gpointer row)
{
  return g_object_get_data (row, "maintenance-id");
}

static void
activated_cb (AdwActionRow *row, gpointer user_data)
{
  TocsinMaintenanceList *self = user_data;

  tocsin_maintenance_editor_present (GTK_WINDOW (self), self->client, NULL, id_of (row));
}

/* --- deleting --- */

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinMaintenanceList) self = user_data;
  g_autoptr (GError) error = NULL;

  if (tocsin_dbus_tocsin1_call_remove_maintenance_finish (TOCSIN_DBUS_TOCSIN1 (source), result,
                                                          &error))
    tocsin_toast (GTK_WIDGET (self->stack), _ ("Maintenance deleted"));
  else
    tocsin_toast_error (GTK_WIDGET (self->stack), error);
}

static void
delete_confirmed (gpointer user_data)
{
  AdwActionRow *row = user_data;
  GtkWidget *window = gtk_widget_get_ancestor (GTK_WIDGET (row), TOCSIN_TYPE_MAINTENANCE_LIST);
  TocsinMaintenanceList *self = window != NULL ? TOCSIN_MAINTENANCE_LIST (window) : NULL;
  TocsinDbusTocsin1 *proxy = self != NULL ? tocsin_client_get_proxy (self->client) : NULL;

  if (proxy != NULL)
    tocsin_dbus_tocsin1_call_remove_maintenance (proxy, id_of (row), self->cancellable, removed_cb,
                                                 g_object_ref (self));
}

static void
delete_cb (GtkButton *button, gpointer user_data)
{
  AdwActionRow *row = user_data;
  g_autofree char *heading = g_strdup_printf (
      _ ("Delete “%s”?"), adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));

  tocsin_dialog_ask_delete (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (row))), heading,
                            _ ("Failures count again, and people are told of them."),
                            delete_confirmed, g_object_ref (row), g_object_unref);
}

/* --- rows --- */

static GtkWidget *
make_row (TocsinMaintenanceList *self, const TocsinMaintenance *maintenance)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");
  g_autofree char *next = tocsin_maintenance_text_next (maintenance, g_get_real_time (), 1);
  g_autofree char *scope = tocsin_maintenance_text_scope (maintenance);
  g_autofree char *subtitle = g_strdup_printf ("%s\n%s", next, scope);
  g_autofree char *label = g_strdup_printf (_ ("Delete “%s”"), maintenance->title);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), maintenance->title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  g_object_set_data_full (G_OBJECT (row), "maintenance-id", g_strdup (maintenance->id), g_free);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Delete"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_signal_connect (button, "clicked", G_CALLBACK (delete_cb), row);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_signal_connect (row, "activated", G_CALLBACK (activated_cb), self);
  return row;
}

static void
got_windows_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinMaintenanceList) self = user_data;
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GPtrArray) windows = NULL;
  g_autoptr (GError) error = NULL;
  GtkWidget *row;

  if (!tocsin_dbus_tocsin1_call_maintenance_finish (TOCSIN_DBUS_TOCSIN1 (source), &list, result,
                                                    &error)) {
    tocsin_toast_error (GTK_WIDGET (self->stack), error);
    return;
  }
  windows = tocsin_decode_list (list, &tocsin_maintenance_fields,
                                (GDestroyNotify) tocsin_maintenance_free);
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, row);
  for (guint i = 0; i < windows->len; i++)
    gtk_list_box_append (self->list, make_row (self, windows->pdata[i]));
  gtk_stack_set_visible_child_name (self->stack, windows->len > 0 ? "list" : "empty");
  gtk_widget_set_visible (self->add, windows->len > 0);
}

static void
load_cb (TocsinClient *client, gpointer user_data)
{
  TocsinMaintenanceList *self = user_data;
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (client);

  if (proxy != NULL)
    tocsin_dbus_tocsin1_call_maintenance (proxy, self->cancellable, got_windows_cb,
                                          g_object_ref (self));
}

/* --- life --- */

static void
tocsin_maintenance_list_dispose (GObject *object)
{
  TocsinMaintenanceList *self = TOCSIN_MAINTENANCE_LIST (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (tocsin_maintenance_list_parent_class)->dispose (object);
}

static void
tocsin_maintenance_list_class_init (TocsinMaintenanceListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_maintenance_list_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tocsin/Tocsin/ui/maintenance-list.ui");
  gtk_widget_class_bind_template_child (widget_class, TocsinMaintenanceList, stack);
  gtk_widget_class_bind_template_child (widget_class, TocsinMaintenanceList, list);
  gtk_widget_class_bind_template_child (widget_class, TocsinMaintenanceList, add);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
}

static void
tocsin_maintenance_list_init (TocsinMaintenanceList *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
tocsin_maintenance_list_present (GtkWindow *parent, TocsinClient *client)
{
  TocsinMaintenanceList *self;

  g_return_if_fail (TOCSIN_IS_CLIENT (client));

  self = g_object_new (TOCSIN_TYPE_MAINTENANCE_LIST, "transient-for", parent, NULL);
  self->client = g_object_ref (client);
  g_signal_connect_object (client, "maintenance-changed", G_CALLBACK (load_cb), self, 0);
  load_cb (client, self);
  gtk_window_present (GTK_WINDOW (self));
}
