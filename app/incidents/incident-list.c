/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "incident-list"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "decode.h"
#include "incident-list.h"
#include "incident-sorting.h"
#include "incident-text.h"
#include "state-look.h"
#include "timetext.h"

#define SHOWN_MOST 10

struct _TocsinIncidentList {
  GtkWidget parent_instance;

  TocsinClient *client;      /* (owned) */
  char *id;                  /* (owned) (nullable) of the monitor */
  GPtrArray *incidents;      /* (owned) (nullable) (element-type TocsinIncident) on show */
  GCancellable *cancellable; /* (owned) */
  gboolean is_stale, is_pending;
  GtkListBox *box;
};

G_DEFINE_FINAL_TYPE (TocsinIncidentList, tocsin_incident_list, GTK_TYPE_WIDGET)

static void load (TocsinIncidentList *self);

/* --- rows --- */

static void
show_times (GtkWidget *row, const TocsinIncident *incident, gint64 now_us)
{
  GtkLabel *label = g_object_get_data (G_OBJECT (row), "duration");
  g_autofree char *duration = tocsin_incident_text_duration (incident, now_us);
  g_autofree char *when = tocsin_incident_text_span (incident, now_us, NULL);

  gtk_label_set_text (label, duration);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), when);
}

static GtkWidget *
make_row (const TocsinIncident *incident)
{
  GtkWidget *row = adw_action_row_new (), *image = gtk_image_new (), *duration;
  gboolean is_open = incident->ended_at == 0;

  tocsin_state_show (GTK_IMAGE (image), is_open ? TOCSIN_STATE_DOWN : TOCSIN_STATE_UP);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 incident->reason != NULL ? incident->reason : _ ("Outage"));
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), image);
  duration = gtk_label_new (NULL);
  gtk_widget_add_css_class (duration, "numeric");
  tocsin_state_paint (duration, is_open ? TOCSIN_STATE_DOWN : TOCSIN_STATE_UNKNOWN);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), duration);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  g_object_set_data (G_OBJECT (row), "duration", duration);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "win.show-incident");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "s", incident->id);
  show_times (row, incident, g_get_real_time ());
  return row;
}

static void
add_empty_row (TocsinIncidentList *self)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("No incident so far"));
  gtk_widget_add_css_class (row, "dim-label");
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_list_box_append (self->box, row);
}

static void
show_incidents (TocsinIncidentList *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->box))) != NULL)
    gtk_list_box_remove (self->box, child);
  if (self->incidents == NULL)
    return;
  for (guint i = 0; i < self->incidents->len; i++)
    gtk_list_box_append (self->box, make_row (self->incidents->pdata[i]));
  if (self->incidents->len == 0)
    add_empty_row (self);
}

static void
tick_cb (TocsinIncidentList *self)
{
  gint64 now_us = g_get_real_time ();

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  for (guint i = 0; self->incidents != NULL && i < self->incidents->len; i++) {
    const TocsinIncident *incident = self->incidents->pdata[i];

    if (incident->ended_at == 0)
      show_times (GTK_WIDGET (gtk_list_box_get_row_at_index (self->box, (int) i)), incident,
                  now_us);
  }
}

/* --- loading --- */

/* Rows that are the same are not built again: the keyboard may be on one. */
static gboolean
is_same (GPtrArray *old, GPtrArray *incidents)
{
  if (old == NULL || old->len != incidents->len)
    return FALSE;
  for (guint i = 0; i < old->len; i++)
    if (!tocsin_fields_equal (&tocsin_incident_fields, old->pdata[i], incidents->pdata[i]))
      return FALSE;
  return TRUE;
}

static void
got_incidents_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinIncidentList) self = user_data;
  g_autoptr (GPtrArray) incidents = NULL;
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GError) error = NULL;

  if (!tocsin_dbus_tocsin1_call_incidents_finish (TOCSIN_DBUS_TOCSIN1 (source), &list, result,
                                                  &error)) {
    /* The page that this is in asks for more than this, and says so where it can't. */
    g_debug ("no incidents: %s", error->message);
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      self->is_pending = FALSE;
    return;
  }
  self->is_pending = FALSE;
  incidents =
      tocsin_decode_list (list, &tocsin_incident_fields, (GDestroyNotify) tocsin_incident_free);
  g_ptr_array_sort (incidents, tocsin_incident_compare);
  if (!is_same (self->incidents, incidents)) {
    g_clear_pointer (&self->incidents, g_ptr_array_unref);
    self->incidents = g_steal_pointer (&incidents);
    show_incidents (self);
  }
  if (self->is_stale)
    load (self);
}

static void
load (TocsinIncidentList *self)
{
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (self->client);

  self->is_stale = self->id != NULL;
  if (self->id == NULL || proxy == NULL || self->is_pending ||
      !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->is_stale = FALSE;
  self->is_pending = TRUE;
  tocsin_dbus_tocsin1_call_incidents (proxy, self->id, 0, g_get_real_time () + TOCSIN_US_PER_DAY,
                                      SHOWN_MOST, self->cancellable, got_incidents_cb,
                                      g_object_ref (self));
}

/* What happened while the daemon was away was not told. */
static void
state_changed_cb (TocsinIncidentList *self)
{
  if (tocsin_client_get_state (self->client) == TOCSIN_CLIENT_READY)
    load (self);
}

/* --- life --- */

static void
tocsin_incident_list_map (GtkWidget *widget)
{
  TocsinIncidentList *self = TOCSIN_INCIDENT_LIST (widget);

  GTK_WIDGET_CLASS (tocsin_incident_list_parent_class)->map (widget);
  if (self->is_stale)
    load (self);
}

static void
tocsin_incident_list_dispose (GObject *object)
{
  TocsinIncidentList *self = TOCSIN_INCIDENT_LIST (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->client);
  if (self->box != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->box));
  self->box = NULL;
  g_clear_pointer (&self->incidents, g_ptr_array_unref);
  g_clear_pointer (&self->id, g_free);
  G_OBJECT_CLASS (tocsin_incident_list_parent_class)->dispose (object);
}

static void
tocsin_incident_list_class_init (TocsinIncidentListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_incident_list_dispose;
  GTK_WIDGET_CLASS (klass)->map = tocsin_incident_list_map;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
tocsin_incident_list_init (TocsinIncidentList *self)
{
  self->cancellable = g_cancellable_new ();
  self->box = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->box, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->box), "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->box), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Incidents"), -1);
  gtk_widget_set_parent (GTK_WIDGET (self->box), GTK_WIDGET (self));
}

GtkWidget *
tocsin_incident_list_new (TocsinClient *client)
{
  TocsinIncidentList *self;

  g_return_val_if_fail (TOCSIN_IS_CLIENT (client), NULL);

  self = g_object_new (TOCSIN_TYPE_INCIDENT_LIST, NULL);
  self->client = g_object_ref (client);
  g_signal_connect_swapped (client, "state-changed", G_CALLBACK (state_changed_cb), self);
  g_signal_connect_swapped (client, "incidents-changed", G_CALLBACK (load), self);
  g_signal_connect_swapped (client, "tick", G_CALLBACK (tick_cb), self);
  return GTK_WIDGET (self);
}

void
tocsin_incident_list_set_monitor (TocsinIncidentList *self, const char *id)
{
  g_return_if_fail (TOCSIN_IS_INCIDENT_LIST (self));

  if (g_strcmp0 (self->id, id) == 0)
    return;
  g_free (self->id);
  self->id = g_strdup (id);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->is_pending = FALSE;
  g_clear_pointer (&self->incidents, g_ptr_array_unref);
  show_incidents (self);
  load (self);
}
