/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "incident-row"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "incident-row.h"
#include "incident-text.h"
#include "state-look.h"
#include "widget-children.h"

struct _TocsinIncidentRow {
  GtkWidget parent_instance;

  TocsinClient *client;     /* (owned) */
  TocsinIncidentItem *item; /* (owned) (nullable) */
  gulong tick_id;

  /* of the template */
  GtkLabel *head;
  GtkWidget *box;
  GtkImage *state;
  GtkLabel *name;
  GtkLabel *reason;
  GtkLabel *duration;
  GtkLabel *when;
  GtkWidget *acknowledged;
};

G_DEFINE_FINAL_TYPE (TocsinIncidentRow, tocsin_incident_row, GTK_TYPE_WIDGET)

static void
set_text (GtkLabel *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (label), text) != 0)
    gtk_label_set_text (label, text);
}

/* What screen readers tell is the list's own row around this one: it is what takes the focus. */
static void
name_row (TocsinIncidentRow *self, const char *name)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  gtk_accessible_update_property (GTK_ACCESSIBLE (parent != NULL ? parent : GTK_WIDGET (self)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
show_times (TocsinIncidentRow *self)
{
  const TocsinIncident *incident = tocsin_incident_item_get_incident (self->item);
  gint64 now_us = g_get_real_time ();
  g_autofree char *duration = tocsin_incident_text_duration (incident, now_us);
  g_autofree char *when = tocsin_incident_text_span (incident, now_us, NULL);
  g_autofree char *sentence = tocsin_incident_text_sentence (incident, now_us);
  g_autofree char *spoken = NULL;

  set_text (self->duration, duration);
  set_text (self->when, when);
  /* Translators: an incident as a screen reader tells it: what happened, when, why. */
  spoken = g_strdup_printf (_ ("%s, %s, %s"), sentence, when,
                            incident->reason != NULL ? incident->reason : "");
  name_row (self, spoken);
}

static void
show_incident (TocsinIncidentRow *self, const TocsinIncident *incident)
{
  gboolean is_open = incident->ended_at == 0;
  const char *reason = incident->reason != NULL ? incident->reason : "";

  tocsin_state_show (self->state, is_open ? TOCSIN_STATE_DOWN : TOCSIN_STATE_UP);
  tocsin_state_paint (GTK_WIDGET (self->duration),
                      is_open ? TOCSIN_STATE_DOWN : TOCSIN_STATE_UNKNOWN);
  set_text (self->name, incident->monitor_name != NULL ? incident->monitor_name : "");
  set_text (self->reason, reason);
  gtk_widget_set_visible (GTK_WIDGET (self->reason), *reason != '\0');
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->reason), *reason != '\0' ? reason : NULL);
  gtk_widget_set_visible (self->acknowledged, is_open && incident->acknowledged_at != 0);
  show_times (self);
}

static void
unbind (TocsinIncidentRow *self)
{
  if (self->client != NULL)
    g_clear_signal_handler (&self->tick_id, self->client);
  g_clear_object (&self->item);
}

static void
tocsin_incident_row_dispose (GObject *object)
{
  TocsinIncidentRow *self = TOCSIN_INCIDENT_ROW (object);

  unbind (self);
  g_clear_object (&self->client);
  tocsin_widget_drop_children (GTK_WIDGET (self));
  G_OBJECT_CLASS (tocsin_incident_row_parent_class)->dispose (object);
}

static void
tocsin_incident_row_class_init (TocsinIncidentRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_incident_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tocsin/Tocsin/ui/incident-row.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentRow, head);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentRow, box);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentRow, state);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentRow, name);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentRow, reason);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentRow, duration);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentRow, when);
  gtk_widget_class_bind_template_child (widget_class, TocsinIncidentRow, acknowledged);
}

static void
tocsin_incident_row_init (TocsinIncidentRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
tocsin_incident_row_new (TocsinClient *client)
{
  TocsinIncidentRow *self;

  g_return_val_if_fail (TOCSIN_IS_CLIENT (client), NULL);

  self = g_object_new (TOCSIN_TYPE_INCIDENT_ROW, NULL);
  self->client = g_object_ref (client);
  return GTK_WIDGET (self);
}

void
tocsin_incident_row_bind (TocsinIncidentRow *self, TocsinIncidentItem *item)
{
  const TocsinIncident *incident;

  g_return_if_fail (TOCSIN_IS_INCIDENT_ROW (self));

  unbind (self);
  incident = item != NULL ? tocsin_incident_item_get_incident (item) : NULL;
  gtk_widget_set_visible (GTK_WIDGET (self->head), item != NULL && incident == NULL);
  gtk_widget_set_visible (self->box, incident != NULL);
  if (incident != NULL) {
    self->item = g_object_ref (item);
    show_incident (self, incident);
    if (incident->ended_at == 0)
      self->tick_id =
          g_signal_connect_swapped (self->client, "tick", G_CALLBACK (show_times), self);
  } else if (item != NULL) {
    const char *label = tocsin_incident_group_get_label (tocsin_incident_item_get_group (item));

    set_text (self->head, label);
    name_row (self, label);
  }
}
