/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "incidents-filter"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "incidents-filter.h"
#include "timetext.h"
#include "widget-children.h"

struct _TocsinIncidentsFilter {
  GtkWidget parent_instance;

  GPtrArray *monitors;  /* (owned) (element-type TocsinMonitorItem) as they stand in the list */
  GtkStringList *names; /* (owned) "All Monitors", then those of `monitors` */
  gboolean is_setting;

  /* of the template */
  GtkSearchEntry *search;
  GtkMenuButton *button;
  GtkDropDown *monitor;
  GtkDropDown *span;
  GtkToggleButton *all;
  GtkToggleButton *open;
  GtkToggleButton *past;
};

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TocsinIncidentsFilter, tocsin_incidents_filter, GTK_TYPE_WIDGET)

/* In the order of the drop-down. */
static const struct {
  const char *label;
  gint64 span_us; /* 0: all */
} spans[] = {
  { N_ ("Any Time"), 0 },
  { N_ ("Last 24 Hours"), TOCSIN_US_PER_DAY },
  { N_ ("Last 7 Days"), 7 * TOCSIN_US_PER_DAY },
  { N_ ("Last 30 Days"), 30 * TOCSIN_US_PER_DAY },
  { N_ ("Last 90 Days"), 90 * TOCSIN_US_PER_DAY },
};

static guint
get_selected (GtkDropDown *drop_down)
{
  guint selected = gtk_drop_down_get_selected (drop_down);

  return selected != GTK_INVALID_LIST_POSITION ? selected : 0;
}

static gboolean
is_menu_set (TocsinIncidentsFilter *self)
{
  return get_selected (self->monitor) > 0 || get_selected (self->span) > 0;
}

static void
changed_cb (TocsinIncidentsFilter *self)
{
  if (self->is_setting)
    return;
  if (is_menu_set (self))
    gtk_widget_add_css_class (GTK_WIDGET (self->button), "accent");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->button), "accent");
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* One of three is always on: the one that goes off tells nothing. */
static void
toggled_cb (TocsinIncidentsFilter *self, GtkToggleButton *button)
{
  if (gtk_toggle_button_get_active (button))
    changed_cb (self);
}

static void
stop_search_cb (TocsinIncidentsFilter *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
}

/* --- monitors --- */

static int
compare_names (gconstpointer a, gconstpointer b)
{
  TocsinMonitorItem *one = *(TocsinMonitorItem *const *) a;
  TocsinMonitorItem *other = *(TocsinMonitorItem *const *) b;

  return g_utf8_collate (tocsin_monitor_item_get_name (one), tocsin_monitor_item_get_name (other));
}

static GPtrArray *
find_monitors (TocsinClient *client)
{
  GListModel *model = tocsin_client_get_monitors (client);
  guint n = g_list_model_get_n_items (model);
  GPtrArray *monitors = g_ptr_array_new_full (n, g_object_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (monitors, g_list_model_get_item (model, i));
  g_ptr_array_sort (monitors, compare_names);
  return monitors;
}

static gboolean
is_same (TocsinIncidentsFilter *self, GPtrArray *monitors)
{
  if (monitors->len != self->monitors->len)
    return FALSE;
  for (guint i = 0; i < monitors->len; i++)
    if (monitors->pdata[i] != self->monitors->pdata[i] ||
        g_strcmp0 (tocsin_monitor_item_get_name (monitors->pdata[i]),
                   gtk_string_list_get_string (self->names, i + 1)) != 0)
      return FALSE;
  return TRUE;
}

void
tocsin_incidents_filter_update_monitors (TocsinIncidentsFilter *self, TocsinClient *client)
{
  g_autoptr (GPtrArray) monitors = NULL;
  g_autoptr (GPtrArray) names = NULL;
  TocsinMonitorItem *chosen = NULL;
  guint selected, position = 0;

  g_return_if_fail (TOCSIN_IS_INCIDENTS_FILTER (self) && TOCSIN_IS_CLIENT (client));

  monitors = find_monitors (client);
  if (is_same (self, monitors))
    return;
  selected = get_selected (self->monitor);
  if (selected > 0)
    chosen = self->monitors->pdata[selected - 1];
  names = g_ptr_array_new ();
  for (guint i = 0; i < monitors->len; i++)
    g_ptr_array_add (names, (char *) tocsin_monitor_item_get_name (monitors->pdata[i]));
  g_ptr_array_add (names, NULL);
  self->is_setting = TRUE;
  gtk_string_list_splice (self->names, 1, self->monitors->len, (const char *const *) names->pdata);
  if (chosen != NULL && g_ptr_array_find (monitors, chosen, &position))
    position++;
  gtk_drop_down_set_selected (self->monitor, position);
  self->is_setting = FALSE;
  g_ptr_array_unref (self->monitors);
  self->monitors = g_steal_pointer (&monitors);
  if (chosen != NULL && position == 0)
    changed_cb (self); /* the one that was chosen is not there any more */
}

/* --- life --- */

static void
tocsin_incidents_filter_dispose (GObject *object)
{
  TocsinIncidentsFilter *self = TOCSIN_INCIDENTS_FILTER (object);

  self->is_setting = TRUE;
  tocsin_widget_drop_children (GTK_WIDGET (self));
  g_clear_object (&self->names);
  g_clear_pointer (&self->monitors, g_ptr_array_unref);
  G_OBJECT_CLASS (tocsin_incidents_filter_parent_class)->dispose (object);
}

static void
tocsin_incidents_filter_class_init (TocsinIncidentsFilterClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_incidents_filter_dispose;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TOCSIN_TYPE_INCIDENTS_FILTER,
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tocsin/Tocsin/ui/incidents-filter.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentsFilter, search);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentsFilter, button);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentsFilter, monitor);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentsFilter, span);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentsFilter, all);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentsFilter, open);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentsFilter, past);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_search_cb);
}

static void
tocsin_incidents_filter_init (TocsinIncidentsFilter *self)
{
  const char *const none[] = { _ ("All Monitors"), NULL };
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);
  g_autoptr (GtkExpression) name =
      gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string");

  self->is_setting = TRUE;
  self->monitors = g_ptr_array_new_with_free_func (g_object_unref);
  self->names = gtk_string_list_new (none);
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (spans); i++)
    gtk_string_list_append (labels, _ (spans[i].label));
  gtk_drop_down_set_model (self->span, G_LIST_MODEL (labels));
  gtk_drop_down_set_expression (self->monitor, name);
  gtk_drop_down_set_model (self->monitor, G_LIST_MODEL (self->names));
  gtk_drop_down_set_enable_search (self->monitor, TRUE);
  self->is_setting = FALSE;
}

void
tocsin_incidents_filter_get (TocsinIncidentsFilter *self, TocsinIncidentFilter *filter)
{
  guint monitor, span;

  g_return_if_fail (TOCSIN_IS_INCIDENTS_FILTER (self) && filter != NULL);

  monitor = get_selected (self->monitor);
  span = get_selected (self->span);
  tocsin_incident_filter_clear (filter);
  filter->text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search)));
  if (gtk_toggle_button_get_active (self->open))
    filter->which = TOCSIN_INCIDENTS_OPEN;
  else if (gtk_toggle_button_get_active (self->past))
    filter->which = TOCSIN_INCIDENTS_PAST;
  if (monitor > 0)
    filter->monitor_id = g_strdup (tocsin_monitor_item_get_id (self->monitors->pdata[monitor - 1]));
  if (spans[span].span_us > 0)
    filter->from_us = g_get_real_time () - spans[span].span_us;
}

gboolean
tocsin_incidents_filter_is_set (TocsinIncidentsFilter *self)
{
  g_return_val_if_fail (TOCSIN_IS_INCIDENTS_FILTER (self), FALSE);

  return is_menu_set (self) || !gtk_toggle_button_get_active (self->all) ||
         *gtk_editable_get_text (GTK_EDITABLE (self->search)) != '\0';
}

void
tocsin_incidents_filter_clear (TocsinIncidentsFilter *self)
{
  g_return_if_fail (TOCSIN_IS_INCIDENTS_FILTER (self));

  self->is_setting = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  gtk_drop_down_set_selected (self->monitor, 0);
  gtk_drop_down_set_selected (self->span, 0);
  gtk_toggle_button_set_active (self->all, TRUE);
  self->is_setting = FALSE;
  changed_cb (self);
}

void
tocsin_incidents_filter_search (TocsinIncidentsFilter *self)
{
  g_return_if_fail (TOCSIN_IS_INCIDENTS_FILTER (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}
