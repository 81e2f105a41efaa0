/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "sidebar"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "monitor-row.h"
#include "sidebar-model.h"
#include "sidebar.h"
#include "state-look.h"
#include "widget-children.h"

struct _TocsinSidebar {
  GtkWidget parent_instance;

  TocsinClient *client;          /* (owned) */
  TocsinSidebarModel *model;     /* (owned) */
  GtkSingleSelection *selection; /* (owned) */
  GtkStringList *tag_list;       /* (owned) the first is “any” */
  GHashTable *marked;            /* (owned) a set of ids */
  GPtrArray *bound_rows;         /* (owned) rows that show an item now */
  gboolean selecting;
  gboolean is_setting;

  /* of the template */
  GtkSearchEntry *search;
  GtkMenuButton *filter_button;
  GtkBox *state_box;
  GtkDropDown *tags;
  GtkStack *stack;
  GtkListView *list;
  GtkActionBar *bar;
  GtkLabel *bar_label;
  GtkCheckButton *states[TOCSIN_N_STATES];
};

enum { SIGNAL_PICKED, SIGNAL_MARKED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TocsinSidebar, tocsin_sidebar, GTK_TYPE_WIDGET)

/* --- rows --- */

static void
count_marks (TocsinSidebar *self)
{
  guint n = g_hash_table_size (self->marked);
  g_autofree char *text = g_strdup_printf (ngettext ("%u selected", "%u selected", n), n);

  gtk_label_set_text (self->bar_label, text);
  g_signal_emit (self, signals[SIGNAL_MARKED], 0, n);
}

static void
show_mark (TocsinSidebar *self, TocsinMonitorRow *row)
{
  TocsinMonitorItem *item = tocsin_monitor_row_get_item (row);

  if (item != NULL)
    tocsin_monitor_row_set_mark (
        row, self->selecting,
        g_hash_table_contains (self->marked, tocsin_monitor_item_get_id (item)));
}

static void
ticked_cb (TocsinMonitorRow *row, gboolean set, gpointer user_data)
{
  TocsinSidebar *self = user_data;
  TocsinMonitorItem *item = tocsin_monitor_row_get_item (row);

  if (item == NULL)
    return;
  if (set)
    g_hash_table_add (self->marked, g_strdup (tocsin_monitor_item_get_id (item)));
  else
    g_hash_table_remove (self->marked, tocsin_monitor_item_get_id (item));
  count_marks (self);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  TocsinSidebar *self = user_data;
  GtkWidget *row = tocsin_monitor_row_new (self->client);

  g_signal_connect (row, "ticked", G_CALLBACK (ticked_cb), self);
  gtk_list_item_set_child (list_item, row);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  TocsinSidebar *self = user_data;
  TocsinMonitorRow *row = TOCSIN_MONITOR_ROW (gtk_list_item_get_child (list_item));
  gpointer item = gtk_list_item_get_item (list_item);

  gtk_list_item_set_selectable (list_item, TOCSIN_IS_MONITOR_ITEM (item));
  gtk_list_item_set_activatable (list_item, TOCSIN_IS_MONITOR_ITEM (item));
  tocsin_monitor_row_bind (row, item);
  show_mark (self, row);
  g_ptr_array_add (self->bound_rows, row);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  TocsinSidebar *self = user_data;
  GtkWidget *row = gtk_list_item_get_child (list_item);

  g_ptr_array_remove_fast (self->bound_rows, row);
  tocsin_monitor_row_bind (TOCSIN_MONITOR_ROW (row), NULL);
}

/* --- choosing --- */

static void
selected_cb (TocsinSidebar *self)
{
  gpointer item = gtk_single_selection_get_selected_item (self->selection);

  if (!self->is_setting && TOCSIN_IS_MONITOR_ITEM (item))
    g_signal_emit (self, signals[SIGNAL_PICKED], 0, tocsin_monitor_item_get_id (item));
}

/* A click on the row that is chosen already: on a narrow window that is the way to its page. */
static void
activate_cb (GtkListView *list, guint position, gpointer user_data)
{
  TocsinSidebar *self = user_data;
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (TOCSIN_IS_MONITOR_ITEM (item))
    g_signal_emit (self, signals[SIGNAL_PICKED], 0,
                   tocsin_monitor_item_get_id (TOCSIN_MONITOR_ITEM (item)));
}

/* --- filter --- */

static guint
get_states (TocsinSidebar *self)
{
  guint states = 0;

  for (guint i = 0; i < TOCSIN_N_STATES; i++)
    if (gtk_check_button_get_active (self->states[i]))
      states |= 1u << i;
  return states;
}

static void
filter_changed_cb (TocsinSidebar *self)
{
  guint tag = gtk_drop_down_get_selected (self->tags);
  TocsinSidebarFilter filter = { 0 };

  if (self->is_setting || self->model == NULL)
    return;
  filter.text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search)));
  filter.states = get_states (self);
  if (tag != GTK_INVALID_LIST_POSITION && tag > 0)
    filter.tag = g_strdup (gtk_string_list_get_string (self->tag_list, tag));
  if (filter.states != 0 || filter.tag != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->filter_button), "accent");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->filter_button), "accent");
  tocsin_sidebar_model_set_filter (self->model, &filter);
}

static void
show_all_cb (TocsinSidebar *self)
{
  self->is_setting = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  for (guint i = 0; i < TOCSIN_N_STATES; i++)
    gtk_check_button_set_active (self->states[i], FALSE);
  gtk_drop_down_set_selected (self->tags, 0);
  self->is_setting = FALSE;
  filter_changed_cb (self);
  gtk_menu_button_popdown (self->filter_button);
}

static void
stop_search_cb (TocsinSidebar *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

/* Enter in the search: the first that was found. */
static void
search_activate_cb (TocsinSidebar *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->model));

  for (guint i = 0; i < n; i++) {
    g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->model), i);

    if (TOCSIN_IS_MONITOR_ITEM (item)) {
      g_signal_emit (self, signals[SIGNAL_PICKED], 0,
                     tocsin_monitor_item_get_id (TOCSIN_MONITOR_ITEM (item)));
      return;
    }
  }
}

static int
compare_tags (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (*(char *const *) a, *(char *const *) b);
}

/* The tags that there are now, each time the popover opens. */
static void
fill_tags (TocsinSidebar *self)
{
  GListModel *monitors = tocsin_client_get_monitors (self->client);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) tags = g_ptr_array_new ();
  const TocsinSidebarFilter *filter = tocsin_sidebar_model_get_filter (self->model);
  guint selected = 0;

  for (guint i = 0; i < g_list_model_get_n_items (monitors); i++) {
    g_autoptr (TocsinMonitorItem) item = g_list_model_get_item (monitors, i);
    char **own = tocsin_monitor_item_get_status (item)->tags;

    for (guint j = 0; own != NULL && own[j] != NULL; j++)
      if (g_hash_table_add (seen, own[j]))
        g_ptr_array_add (tags, own[j]);
  }
  g_ptr_array_sort (tags, compare_tags);
  self->is_setting = TRUE;
  gtk_string_list_splice (self->tag_list, 1,
                          g_list_model_get_n_items (G_LIST_MODEL (self->tag_list)) - 1, NULL);
  for (guint i = 0; i < tags->len; i++) {
    gtk_string_list_append (self->tag_list, tags->pdata[i]);
    if (g_strcmp0 (filter->tag, tags->pdata[i]) == 0)
      selected = i + 1;
  }
  gtk_drop_down_set_selected (self->tags, selected);
  gtk_widget_set_sensitive (GTK_WIDGET (self->tags), tags->len > 0);
  self->is_setting = FALSE;
}

static void
counted_cb (TocsinSidebar *self)
{
  gboolean none = tocsin_sidebar_model_count (self->model) == 0 &&
                  tocsin_sidebar_filter_is_set (tocsin_sidebar_model_get_filter (self->model));

  gtk_stack_set_visible_child_name (self->stack, none ? "none" : "list");
}

static void
make_state_filters (TocsinSidebar *self)
{
  for (guint i = 0; i < TOCSIN_N_STATES; i++) {
    GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
    GtkWidget *image = gtk_image_new ();
    GtkWidget *check = gtk_check_button_new ();

    tocsin_state_show (GTK_IMAGE (image), i);
    gtk_box_append (GTK_BOX (box), image);
    gtk_box_append (GTK_BOX (box), gtk_label_new (tocsin_state_get_label (i)));
    gtk_check_button_set_child (GTK_CHECK_BUTTON (check), box);
    gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    tocsin_state_get_label (i), -1);
    g_signal_connect_swapped (check, "toggled", G_CALLBACK (filter_changed_cb), self);
    self->states[i] = GTK_CHECK_BUTTON (check);
    gtk_box_append (self->state_box, check);
  }
}

/* --- life --- */

static void
tocsin_sidebar_dispose (GObject *object)
{
  TocsinSidebar *self = TOCSIN_SIDEBAR (object);

  tocsin_widget_drop_children (GTK_WIDGET (self));
  g_clear_object (&self->selection);
  g_clear_object (&self->model);
  g_clear_object (&self->tag_list);
  g_clear_object (&self->client);
  g_clear_pointer (&self->marked, g_hash_table_unref);
  g_clear_pointer (&self->bound_rows, g_ptr_array_unref);
  G_OBJECT_CLASS (tocsin_sidebar_parent_class)->dispose (object);
}

static void
tocsin_sidebar_class_init (TocsinSidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_sidebar_dispose;
  signals[SIGNAL_PICKED] = g_signal_new ("picked", TOCSIN_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_MARKED] = g_signal_new ("marked", TOCSIN_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tocsin/Tocsin/ui/sidebar.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, TocsinSidebar, search);
  gtk_widget_class_bind_template_child (widget_class, TocsinSidebar, filter_button);
  gtk_widget_class_bind_template_child (widget_class, TocsinSidebar, state_box);
  gtk_widget_class_bind_template_child (widget_class, TocsinSidebar, tags);
  gtk_widget_class_bind_template_child (widget_class, TocsinSidebar, stack);
  gtk_widget_class_bind_template_child (widget_class, TocsinSidebar, list);
  gtk_widget_class_bind_template_child (widget_class, TocsinSidebar, bar);
  gtk_widget_class_bind_template_child (widget_class, TocsinSidebar, bar_label);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_all_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_search_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activate_cb);
}

static void
tocsin_sidebar_init (TocsinSidebar *self)
{
  const char *any[] = { _ ("Any tag"), NULL };

  self->marked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->bound_rows = g_ptr_array_new ();
  self->tag_list = gtk_string_list_new (any);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drop_down_set_model (self->tags, G_LIST_MODEL (self->tag_list));
  make_state_filters (self);
  g_signal_connect_swapped (gtk_menu_button_get_popover (self->filter_button), "show",
                            G_CALLBACK (fill_tags), self);
}

void
tocsin_sidebar_set_client (TocsinSidebar *self, TocsinClient *client)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_return_if_fail (TOCSIN_IS_SIDEBAR (self) && TOCSIN_IS_CLIENT (client) && self->client == NULL);

  self->client = g_object_ref (client);
  self->model = tocsin_sidebar_model_new (client);
  g_signal_connect_object (self->model, "counted", G_CALLBACK (counted_cb), self,
                           G_CONNECT_SWAPPED);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->model));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), self);
  g_signal_connect (self->list, "activate", G_CALLBACK (activate_cb), self);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  gtk_list_view_set_factory (self->list, factory);
  g_object_unref (factory);
}

void
tocsin_sidebar_set_current (TocsinSidebar *self, const char *id)
{
  guint position = GTK_INVALID_LIST_POSITION;

  g_return_if_fail (TOCSIN_IS_SIDEBAR (self));

  for (guint i = 0; id != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (self->model)); i++) {
    g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->model), i);

    if (TOCSIN_IS_MONITOR_ITEM (item) &&
        g_str_equal (tocsin_monitor_item_get_id (TOCSIN_MONITOR_ITEM (item)), id)) {
      position = i;
      break;
    }
  }
  self->is_setting = TRUE;
  gtk_single_selection_set_selected (self->selection, position);
  self->is_setting = FALSE;
}

void
tocsin_sidebar_search (TocsinSidebar *self)
{
  g_return_if_fail (TOCSIN_IS_SIDEBAR (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->search));
  gtk_editable_select_region (GTK_EDITABLE (self->search), 0, -1);
}

void
tocsin_sidebar_filter_states (TocsinSidebar *self, guint states)
{
  g_return_if_fail (TOCSIN_IS_SIDEBAR (self));

  self->is_setting = TRUE;
  for (guint i = 0; i < TOCSIN_N_STATES; i++)
    gtk_check_button_set_active (self->states[i], (states & (1u << i)) != 0);
  self->is_setting = FALSE;
  filter_changed_cb (self);
}

void
tocsin_sidebar_set_selecting (TocsinSidebar *self, gboolean selecting)
{
  g_return_if_fail (TOCSIN_IS_SIDEBAR (self));

  self->selecting = selecting;
  g_hash_table_remove_all (self->marked);
  count_marks (self);
  gtk_action_bar_set_revealed (self->bar, selecting);
  for (guint i = 0; i < self->bound_rows->len; i++)
    show_mark (self, self->bound_rows->pdata[i]);
}

gboolean
tocsin_sidebar_get_selecting (TocsinSidebar *self)
{
  g_return_val_if_fail (TOCSIN_IS_SIDEBAR (self), FALSE);
  return self->selecting;
}

char **
tocsin_sidebar_get_marked (TocsinSidebar *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  GHashTableIter iter;
  gpointer id;

  g_return_val_if_fail (TOCSIN_IS_SIDEBAR (self), NULL);

  g_hash_table_iter_init (&iter, self->marked);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_strv_builder_add (builder, id);
  return g_strv_builder_end (builder);
}
