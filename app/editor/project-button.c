/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "project-button"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "decode.h"
#include "project-button.h"
#include "team.h"

struct _TocsinProjectButton {
  AdwBin parent_instance;

  TocsinClient *client;      /* (owned) (nullable) */
  GtkEditable *entry;        /* (weak): it is in there */
  GCancellable *cancellable; /* (owned) */
  GtkWidget *button, *list;
};

G_DEFINE_FINAL_TYPE (TocsinProjectButton, tocsin_project_button, ADW_TYPE_BIN)

static void
picked_cb (GtkListBox *list, GtkListBoxRow *row, gpointer user_data)
{
  TocsinProjectButton *self = user_data;
  GtkWidget *label = gtk_list_box_row_get_child (row);

  if (self->entry != NULL)
    gtk_editable_set_text (self->entry, gtk_label_get_label (GTK_LABEL (label)));
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->button));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate ((*(const TocsinProject *const *) a)->name,
                         (*(const TocsinProject *const *) b)->name);
}

static gboolean
is_among (GPtrArray *projects, const char *name)
{
  for (guint i = 0; i < projects->len; i++)
    if (g_strcmp0 (((const TocsinProject *) projects->pdata[i])->name, name) == 0)
      return TRUE;
  return FALSE;
}

static void
got_projects_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinProjectButton) self = user_data;
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GPtrArray) projects = NULL;
  g_autoptr (GError) error = NULL;

  if (!tocsin_dbus_tocsin1_call_projects_finish (TOCSIN_DBUS_TOCSIN1 (source), &list, result,
                                                 &error)) {
    g_debug ("no projects: %s", error->message);
    return;
  }
  projects =
      tocsin_decode_list (list, &tocsin_project_fields, (GDestroyNotify) tocsin_project_free);
  g_ptr_array_sort (projects, compare_names);
  for (guint i = 0; i < projects->len; i++) {
    GtkWidget *label = gtk_label_new (((const TocsinProject *) projects->pdata[i])->name);

    gtk_label_set_xalign (GTK_LABEL (label), 0);
    gtk_list_box_append (GTK_LIST_BOX (self->list), label);
  }
  if (projects->len > 0 && self->entry != NULL &&
      !is_among (projects, gtk_editable_get_text (self->entry)))
    gtk_editable_set_text (self->entry, ((const TocsinProject *) projects->pdata[0])->name);
}

static void
tocsin_project_button_dispose (GObject *object)
{
  TocsinProjectButton *self = TOCSIN_PROJECT_BUTTON (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_weak_pointer (&self->entry);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (tocsin_project_button_parent_class)->dispose (object);
}

static void
tocsin_project_button_class_init (TocsinProjectButtonClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_project_button_dispose;
}

static void
tocsin_project_button_init (TocsinProjectButton *self)
{
  GtkWidget *popover = gtk_popover_new ();

  self->cancellable = g_cancellable_new ();
  self->button = gtk_menu_button_new ();
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (picked_cb), self, 0);
  gtk_popover_set_child (GTK_POPOVER (popover), self->list);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->button), "pan-down-symbolic");
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), popover);
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->button, "flat");
  gtk_widget_set_tooltip_text (self->button, _ ("Projects of the Team"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Projects of the Team"), -1);
  adw_bin_set_child (ADW_BIN (self), self->button);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
tocsin_project_button_new (TocsinClient *client, GtkEditable *entry)
{
  TocsinProjectButton *self;

  g_return_val_if_fail (GTK_IS_EDITABLE (entry), NULL);

  self = g_object_new (TOCSIN_TYPE_PROJECT_BUTTON, NULL);
  self->client = client != NULL ? g_object_ref (client) : NULL;
  g_set_weak_pointer (&self->entry, entry);
  g_object_set_data (G_OBJECT (entry), "tocsin-project-button", self);
  return GTK_WIDGET (self);
}

void
tocsin_project_button_set_team (TocsinProjectButton *self, const char *team)
{
  TocsinDbusTocsin1 *proxy;
  GtkWidget *row;

  g_return_if_fail (TOCSIN_IS_PROJECT_BUTTON (self));

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  while ((row = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), row);
  gtk_widget_set_visible (GTK_WIDGET (self), team != NULL);
  if (self->entry != NULL)
    gtk_editable_set_editable (self->entry, team == NULL);
  proxy = self->client != NULL ? tocsin_client_get_proxy (self->client) : NULL;
  if (proxy != NULL && team != NULL)
    tocsin_dbus_tocsin1_call_projects (proxy, team, self->cancellable, got_projects_cb,
                                       g_object_ref (self));
}
