/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "monitor-picker"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "monitor-picker.h"
#include "state-look.h"

struct _TocsinMonitorPicker {
  GtkPopover parent_instance;

  GtkWidget *search, *list;
  GtkFilter *filter; /* (owned by the model) */
  char *text;        /* (owned) (nullable) folded, that is looked for */
};

G_DEFINE_FINAL_TYPE (TocsinMonitorPicker, tocsin_monitor_picker, GTK_TYPE_POPOVER)

enum { SIGNAL_PICKED, N_SIGNALS };
static guint signals[N_SIGNALS];

static gboolean
is_wanted (gpointer item, gpointer user_data)
{
  TocsinMonitorPicker *self = user_data;
  g_autofree char *name = NULL;

  if (tocsin_monitor_item_get_hidden (item))
    return FALSE;
  if (self->text == NULL || *self->text == '\0')
    return TRUE;
  name = g_utf8_casefold (tocsin_monitor_item_get_name (item), -1);
  return strstr (name, self->text) != NULL;
}

static int
compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return g_utf8_collate (tocsin_monitor_item_get_name ((gpointer) a),
                         tocsin_monitor_item_get_name ((gpointer) b));
}

static void
search_cb (GtkSearchEntry *entry, gpointer user_data)
{
  TocsinMonitorPicker *self = user_data;

  g_free (self->text);
  self->text = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (entry)), -1);
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
}

static void
activate_cb (GtkListView *list, guint position, gpointer user_data)
{
  TocsinMonitorPicker *self = user_data;
  g_autoptr (TocsinMonitorItem) item =
      g_list_model_get_item (G_LIST_MODEL (gtk_list_view_get_model (list)), position);

  if (item == NULL)
    return;
  gtk_popover_popdown (GTK_POPOVER (self));
  g_signal_emit (self, signals[SIGNAL_PICKED], 0, tocsin_monitor_item_get_id (item));
}

/* The return key picks what the search has found. */
static void
search_activate_cb (GtkSearchEntry *entry, gpointer user_data)
{
  TocsinMonitorPicker *self = user_data;

  activate_cb (GTK_LIST_VIEW (self->list), 0, self);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8), *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), gtk_image_new ());
  gtk_box_append (GTK_BOX (box), label);
  gtk_list_item_set_child (list_item, box);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  GtkWidget *box = gtk_list_item_get_child (list_item);
  TocsinMonitorItem *item = gtk_list_item_get_item (list_item);

  tocsin_state_show (GTK_IMAGE (gtk_widget_get_first_child (box)),
                     tocsin_monitor_item_get_state (item));
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_last_child (box)),
                       tocsin_monitor_item_get_name (item));
}

static void
tocsin_monitor_picker_show (GtkWidget *widget)
{
  TocsinMonitorPicker *self = TOCSIN_MONITOR_PICKER (widget);

  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  GTK_WIDGET_CLASS (tocsin_monitor_picker_parent_class)->show (widget);
  gtk_widget_grab_focus (self->search);
}

static void
tocsin_monitor_picker_finalize (GObject *object)
{
  TocsinMonitorPicker *self = TOCSIN_MONITOR_PICKER (object);

  g_free (self->text);
  G_OBJECT_CLASS (tocsin_monitor_picker_parent_class)->finalize (object);
}

static void
tocsin_monitor_picker_class_init (TocsinMonitorPickerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tocsin_monitor_picker_finalize;
  GTK_WIDGET_CLASS (klass)->show = tocsin_monitor_picker_show;
  signals[SIGNAL_PICKED] = g_signal_new ("picked", TOCSIN_TYPE_MONITOR_PICKER, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
tocsin_monitor_picker_init (TocsinMonitorPicker *self)
{
}

/* All monitors by name, those that the search finds. */
static GtkSelectionModel *
make_model (TocsinMonitorPicker *self, TocsinClient *client)
{
  GtkSorter *sorter = GTK_SORTER (gtk_custom_sorter_new (compare_names, NULL, NULL));
  GListModel *sorted = G_LIST_MODEL (
      gtk_sort_list_model_new (g_object_ref (tocsin_client_get_monitors (client)), sorter));
  GtkNoSelection *selection;

  self->filter = GTK_FILTER (gtk_custom_filter_new (is_wanted, self, NULL));
  selection =
      gtk_no_selection_new (G_LIST_MODEL (gtk_filter_list_model_new (sorted, self->filter)));
  return GTK_SELECTION_MODEL (selection);
}

GtkWidget *
tocsin_monitor_picker_new (TocsinClient *client)
{
  TocsinMonitorPicker *self = g_object_new (TOCSIN_TYPE_MONITOR_PICKER, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  self->list = gtk_list_view_new (make_model (self, client), factory);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (self->list), TRUE);
  gtk_widget_add_css_class (self->list, "monitor-picker");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Monitors"), -1);
  g_signal_connect (self->list, "activate", G_CALLBACK (activate_cb), self);
  self->search = gtk_search_entry_new ();
  g_signal_connect (self->search, "search-changed", G_CALLBACK (search_cb), self);
  g_signal_connect (self->search, "activate", G_CALLBACK (search_activate_cb), self);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_size_request (scroller, 260, 240);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  gtk_box_append (GTK_BOX (box), self->search);
  gtk_box_append (GTK_BOX (box), scroller);
  gtk_popover_set_child (GTK_POPOVER (self), box);
  return GTK_WIDGET (self);
}
