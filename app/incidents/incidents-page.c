/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "incidents-page"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "incident-detail.h"
#include "incident-row.h"
#include "incidents-filter.h"
#include "incidents-model.h"
#include "incidents-page.h"
#include "timetext.h"
#include "toast.h"
#include "widget-children.h"

struct _TocsinIncidentsPage {
  GtkWidget parent_instance;

  TocsinClient *client;        /* (owned) */
  TocsinIncidentsModel *model; /* (owned) */
  TocsinIncidentDetail *detail;
  gboolean is_stale;   /* something changed while nobody looked */
  gint64 refreshed_at; /* minutes, monotonic */

  /* of the template */
  GtkStack *stack;
  GtkStack *list_stack;
  TocsinIncidentsFilter *filter;
  GtkListView *list;
  GtkWidget *more;
  AdwStatusPage *failed;
};

enum { PROP_TITLE = 1, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TocsinIncidentsPage, tocsin_incidents_page, GTK_TYPE_WIDGET)

/* --- rows --- */

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  TocsinIncidentsPage *self = user_data;

  gtk_list_item_set_child (list_item, tocsin_incident_row_new (self->client));
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  TocsinIncidentItem *item = gtk_list_item_get_item (list_item);
  gboolean is_incident = tocsin_incident_item_get_incident (item) != NULL;

  gtk_list_item_set_activatable (list_item, is_incident);
  gtk_list_item_set_selectable (list_item, is_incident);
  tocsin_incident_row_bind (TOCSIN_INCIDENT_ROW (gtk_list_item_get_child (list_item)), item);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  tocsin_incident_row_bind (TOCSIN_INCIDENT_ROW (gtk_list_item_get_child (list_item)), NULL);
}

static void
activate_cb (TocsinIncidentsPage *self, guint position)
{
  g_autoptr (TocsinIncidentItem) item =
      g_list_model_get_item (G_LIST_MODEL (self->model), position);
  const TocsinIncident *incident = item != NULL ? tocsin_incident_item_get_incident (item) : NULL;

  if (incident != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-incident", "s", incident->id);
}

/* --- which of them --- */

static void
show_list (TocsinIncidentsPage *self)
{
  const char *name = "list";

  if (!tocsin_incidents_model_is_loaded (self->model))
    return;
  if (tocsin_incidents_model_count (self->model) == 0)
    name = tocsin_incidents_filter_is_set (self->filter) ? "none" : "empty";
  gtk_stack_set_visible_child_name (self->list_stack, name);
  gtk_widget_set_visible (self->more, tocsin_incidents_model_has_more (self->model));
}

static void
filter_changed_cb (TocsinIncidentsPage *self)
{
  TocsinIncidentFilter filter = { 0 };

  if (self->model == NULL)
    return;
  tocsin_incidents_filter_get (self->filter, &filter);
  tocsin_incidents_model_set_filter (self->model, &filter);
  show_list (self);
}

static void
show_all_cb (TocsinIncidentsPage *self)
{
  tocsin_incidents_filter_clear (self->filter);
}

static void
more_cb (TocsinIncidentsPage *self)
{
  tocsin_incidents_model_load_more (self->model);
}

/* --- keeping up to date --- */

static gboolean
is_list_shown (TocsinIncidentsPage *self)
{
  return gtk_widget_get_mapped (GTK_WIDGET (self)) &&
         g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "list") == 0;
}

static void
load (TocsinIncidentsPage *self)
{
  self->is_stale = !is_list_shown (self);
  if (!self->is_stale && tocsin_client_get_state (self->client) == TOCSIN_CLIENT_READY)
    tocsin_incidents_model_load (self->model);
}

/* The daemon is there again: what happened meanwhile was not told. */
static void
state_changed_cb (TocsinIncidentsPage *self)
{
  if (tocsin_client_get_state (self->client) == TOCSIN_CLIENT_READY)
    load (self);
}

static void
monitors_changed_cb (TocsinIncidentsPage *self)
{
  if (is_list_shown (self))
    tocsin_incidents_filter_update_monitors (self->filter, self->client);
}

/* At midnight today becomes yesterday. */
static void
tick_cb (TocsinIncidentsPage *self)
{
  gint64 minute = g_get_monotonic_time () / TOCSIN_US_PER_MIN;

  if (minute == self->refreshed_at || !is_list_shown (self))
    return;
  self->refreshed_at = minute;
  tocsin_incidents_model_refresh (self->model);
}

static void
failed_cb (TocsinIncidentsPage *self, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  if (tocsin_incidents_model_is_loaded (self->model)) {
    tocsin_toast (GTK_WIDGET (self), text);
    return;
  }
  adw_status_page_set_description (self->failed, escaped);
  gtk_stack_set_visible_child_name (self->list_stack, "failed");
}

static void
detail_loaded_cb (TocsinIncidentsPage *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

static void
detail_gone_cb (TocsinIncidentsPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-incidents", NULL);
}

/* --- life --- */

static void
tocsin_incidents_page_map (GtkWidget *widget)
{
  TocsinIncidentsPage *self = TOCSIN_INCIDENTS_PAGE (widget);

  GTK_WIDGET_CLASS (tocsin_incidents_page_parent_class)->map (widget);
  monitors_changed_cb (self);
  if (self->is_stale)
    load (self);
}

static const char *
get_title (TocsinIncidentsPage *self)
{
  const TocsinIncident *incident = tocsin_incidents_page_get_incident (self) != NULL
                                       ? tocsin_incident_detail_get_incident (self->detail)
                                       : NULL;

  return incident != NULL && incident->monitor_name != NULL ? incident->monitor_name
                                                            : _ ("Incidents");
}

static void
tocsin_incidents_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_TITLE)
    g_value_set_string (value, get_title (TOCSIN_INCIDENTS_PAGE (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tocsin_incidents_page_dispose (GObject *object)
{
  TocsinIncidentsPage *self = TOCSIN_INCIDENTS_PAGE (object);

  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  tocsin_widget_drop_children (GTK_WIDGET (self));
  g_clear_object (&self->model);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (tocsin_incidents_page_parent_class)->dispose (object);
}

static void
tocsin_incidents_page_class_init (TocsinIncidentsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_incidents_page_dispose;
  G_OBJECT_CLASS (klass)->get_property = tocsin_incidents_page_get_property;
  widget_class->map = tocsin_incidents_page_map;
  properties[PROP_TITLE] =
      g_param_spec_string ("title", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
  g_type_ensure (TOCSIN_TYPE_INCIDENTS_FILTER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tocsin/Tocsin/ui/incidents-page.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentsPage, list_stack);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentsPage, filter);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentsPage, list);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentsPage, more);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentsPage, failed);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_all_cb);
  gtk_widget_class_bind_template_callback (widget_class, more_cb);
  gtk_widget_class_bind_template_callback (widget_class, load);
}

static void
tocsin_incidents_page_init (TocsinIncidentsPage *self)
{
  self->is_stale = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
set_up_list (TocsinIncidentsPage *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkNoSelection) selection =
      gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->model)));

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), self);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  g_object_unref (factory);
}

GtkWidget *
tocsin_incidents_page_new (TocsinClient *client)
{
  TocsinIncidentsPage *self;

  g_return_val_if_fail (TOCSIN_IS_CLIENT (client), NULL);

  self = g_object_new (TOCSIN_TYPE_INCIDENTS_PAGE, NULL);
  self->client = g_object_ref (client);
  self->model = tocsin_incidents_model_new (client);
  g_signal_connect_swapped (self->model, "loaded", G_CALLBACK (show_list), self);
  g_signal_connect_swapped (self->model, "failed", G_CALLBACK (failed_cb), self);
  set_up_list (self);
  self->detail = TOCSIN_INCIDENT_DETAIL (tocsin_incident_detail_new (client));
  g_signal_connect_swapped (self->detail, "loaded", G_CALLBACK (detail_loaded_cb), self);
  g_signal_connect_swapped (self->detail, "gone", G_CALLBACK (detail_gone_cb), self);
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->detail), "detail");
  g_signal_connect_swapped (client, "state-changed", G_CALLBACK (state_changed_cb), self);
  g_signal_connect_swapped (client, "incidents-changed", G_CALLBACK (load), self);
  g_signal_connect_swapped (client, "monitors-changed", G_CALLBACK (monitors_changed_cb), self);
  g_signal_connect_swapped (client, "tick", G_CALLBACK (tick_cb), self);
  return GTK_WIDGET (self);
}

void
tocsin_incidents_page_show (TocsinIncidentsPage *self, const char *incident_id)
{
  g_return_if_fail (TOCSIN_IS_INCIDENTS_PAGE (self));

  gtk_stack_set_visible_child_name (self->stack, incident_id != NULL ? "detail" : "list");
  tocsin_incident_detail_set_id (self->detail, incident_id);
  if (incident_id == NULL && self->is_stale)
    load (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

const char *
tocsin_incidents_page_get_incident (TocsinIncidentsPage *self)
{
  g_return_val_if_fail (TOCSIN_IS_INCIDENTS_PAGE (self), NULL);
  return tocsin_incident_detail_get_id (self->detail);
}

void
tocsin_incidents_page_search (TocsinIncidentsPage *self)
{
  g_return_if_fail (TOCSIN_IS_INCIDENTS_PAGE (self));
  tocsin_incidents_filter_search (self->filter);
}
