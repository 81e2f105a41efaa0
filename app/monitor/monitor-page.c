/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "monitor-page"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "cell-bar.h"
#include "chart-panel.h"
#include "day-bar.h"
#include "evidence-view.h"
#include "figures.h"
#include "heartbeat-box.h"
#include "incident-list.h"
#include "monitor-data.h"
#include "monitor-details.h"
#include "monitor-page.h"
#include "monitor-sentence.h"
#include "sample-table.h"
#include "seen-group.h"
#include "state-look.h"
#include "team.h"
#include "texts.h"
#include "toast.h"
#include "widget-children.h"

#define DAYS 90

struct _TocsinMonitorPage {
  GtkWidget parent_instance;

  TocsinClient *client;    /* (owned) */
  TocsinMonitorData *data; /* (owned) (nullable) */

  /* of the template */
  GtkScrolledWindow *scrolled;
  GtkImage *state;
  GtkLabel *sentence;
  GtkLabel *last;
  GtkLabel *place; /* whose it is, and its project */
  TocsinFigures *figures;
  TocsinDayBar *days;
  GtkWidget *days_times;
  TocsinChartPanel *chart;
  TocsinEvidenceView *evidence;
  GtkWidget *samples_group;
  GtkWidget *evidence_group;
  GtkBox *heartbeat_slot;
  TocsinHeartbeatBox *heartbeat; /* made in code: it wants the client */
  TocsinSeenGroup *seen;         /* likewise */
  AdwBin *seen_slot;
  AdwPreferencesGroup *incidents_group;
  TocsinIncidentList *incidents; /* made in code: it wants the client */
  TocsinSampleTable *samples;
  TocsinMonitorDetails *details;
};

enum { SIGNAL_LOADED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TocsinMonitorPage, tocsin_monitor_page, GTK_TYPE_WIDGET)

/* --- the head: what the status says, each second --- */

static char *
make_due_text (const TocsinStatus *status, gint64 now_us)
{
  g_autofree char *span = NULL;

  if (status->next_at <= now_us || status->state == TOCSIN_STATE_DOWN)
    return g_strdup ("");
  span = tocsin_text_span (status->next_at - now_us);
  /* Translators: the span of time after which a heartbeat is down. */
  return g_strdup_printf (_ ("A ping must come within %s"), span);
}

static char *
make_last_text (const TocsinStatus *status, gint64 now_us)
{
  g_autofree char *latency = NULL;
  g_autofree char *distance = NULL;
  g_autofree char *next = NULL;

  if (status->kind == TOCSIN_MONITOR_HEARTBEAT)
    return make_due_text (status, now_us);
  if (status->last_sample == NULL)
    return g_strdup ("");
  distance = tocsin_text_distance (status->last_sample->at_us, now_us);
  if (status->last_sample->latency_us < 0)
    /* Translators: when the last check was; it has no latency. */
    return g_strdup_printf (_ ("Checked %s"), distance);
  latency = tocsin_text_latency ((double) status->last_sample->latency_us);
  if (status->next_at <= now_us)
    /* Translators: latency of the last check, and when it was. */
    return g_strdup_printf (_ ("%s, checked %s"), latency, distance);
  next = tocsin_text_distance (status->next_at, now_us);
  /* Translators: latency of the last check, when it was, when the next one is. */
  return g_strdup_printf (_ ("%s, checked %s, again %s"), latency, distance, next);
}

/* A heartbeat is not checked: it has pings where others have latencies and samples. */
static void
show_kind (TocsinMonitorPage *self, guint kind)
{
  gboolean is_checked = kind != TOCSIN_MONITOR_HEARTBEAT;

  gtk_widget_set_visible (GTK_WIDGET (self->chart), is_checked);
  gtk_widget_set_visible (self->samples_group, is_checked);
  gtk_widget_set_visible (self->evidence_group, is_checked);
}

static void
show_status (TocsinMonitorPage *self)
{
  TocsinMonitorItem *item;
  const TocsinStatus *status;
  gint64 now_us = g_get_real_time ();
  g_autofree char *sentence = NULL;
  g_autofree char *last = NULL;

  if (self->data == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  item = tocsin_client_find (self->client, tocsin_monitor_data_get_id (self->data));
  if (item == NULL)
    return;
  status = tocsin_monitor_item_get_status (item);
  show_kind (self, status->kind);
  sentence = tocsin_monitor_sentence (status, now_us);
  last = make_last_text (status, now_us);
  tocsin_state_show (self->state, status->state);
  if (g_strcmp0 (gtk_label_get_text (self->sentence), sentence) != 0)
    gtk_label_set_text (self->sentence, sentence);
  if (g_strcmp0 (gtk_label_get_text (self->last), last) != 0)
    gtk_label_set_text (self->last, last);
}

/* --- what was loaded --- */

static void
show_place (TocsinMonitorPage *self, const TocsinMonitor *monitor)
{
  const TocsinTeam *team =
      tocsin_teams_find (tocsin_client_get_accounts (self->client), monitor->team);
  g_autofree char *text = NULL;

  if (team != NULL && monitor->project != NULL)
    /* Translators: the team and the project that a monitor belongs to. */
    text = g_strdup_printf (_ ("%s › %s"), team->name, monitor->project);
  else if (team != NULL)
    text = g_strdup (team->name);
  else
    text = g_strdup (monitor->project != NULL ? monitor->project : "");
  gtk_label_set_text (self->place, text);
  gtk_widget_set_visible (GTK_WIDGET (self->place), *text != '\0');
}

static void
monitor_loaded_cb (TocsinMonitorPage *self)
{
  TocsinMonitor *monitor = tocsin_monitor_data_get_monitor (self->data);

  tocsin_monitor_details_set (self->details, monitor);
  tocsin_evidence_view_set_sample (self->evidence,
                                   tocsin_monitor_data_get_last_sample (self->data));
  tocsin_chart_panel_set_loaded (self->chart, monitor);
  tocsin_heartbeat_box_set_monitor (self->heartbeat, monitor);
  tocsin_seen_group_set_monitor (self->seen, monitor);
  show_place (self, monitor);
  show_status (self);
  g_signal_emit (self, signals[SIGNAL_LOADED], 0);
}

static void
samples_loaded_cb (TocsinMonitorPage *self)
{
  tocsin_sample_table_set_samples (self->samples, tocsin_monitor_data_get_samples (self->data));
}

static void
show_days (TocsinMonitorPage *self)
{
  const TocsinSeries *hours = tocsin_monitor_data_get_hours (self->data);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GArray) days = NULL;

  if (hours == NULL)
    return;
  days = tocsin_days_fold (hours, tocsin_monitor_data_get_incidents (self->data), DAYS,
                           g_get_real_time (), zone);
  tocsin_day_bar_set_days (self->days, days, zone);
}

static void
figures_loaded_cb (TocsinMonitorPage *self)
{
  GPtrArray *incidents = tocsin_monitor_data_get_incidents (self->data);

  for (guint i = 0; i < TOCSIN_N_WINDOWS; i++)
    tocsin_figures_set (self->figures, i, tocsin_monitor_data_get_figure (self->data, i));
  show_days (self);
  if (incidents != NULL)
    tocsin_chart_panel_set_incidents (self->chart, incidents);
}

static void
failed_cb (TocsinMonitorPage *self, const char *text)
{
  tocsin_toast (GTK_WIDGET (self), text);
}

/* --- life --- */

static void
drop_data (TocsinMonitorPage *self)
{
  if (self->data != NULL)
    g_signal_handlers_disconnect_by_data (self->data, self);
  g_clear_object (&self->data);
}

static void
tocsin_monitor_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tocsin_monitor_page_parent_class)->map (widget);
  show_status (TOCSIN_MONITOR_PAGE (widget));
}

static void
tocsin_monitor_page_dispose (GObject *object)
{
  TocsinMonitorPage *self = TOCSIN_MONITOR_PAGE (object);

  drop_data (self);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->client);
  tocsin_widget_drop_children (GTK_WIDGET (self));
  G_OBJECT_CLASS (tocsin_monitor_page_parent_class)->dispose (object);
}

static void
tocsin_monitor_page_class_init (TocsinMonitorPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_monitor_page_dispose;
  widget_class->map = tocsin_monitor_page_map;
  signals[SIGNAL_LOADED] = g_signal_new ("loaded", TOCSIN_TYPE_MONITOR_PAGE, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (TOCSIN_TYPE_CHART_PANEL);
  g_type_ensure (TOCSIN_TYPE_DAY_BAR);
  g_type_ensure (TOCSIN_TYPE_EVIDENCE_VIEW);
  g_type_ensure (TOCSIN_TYPE_FIGURES);
  g_type_ensure (TOCSIN_TYPE_SAMPLE_TABLE);
  g_type_ensure (TOCSIN_TYPE_MONITOR_DETAILS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tocsin/Tocsin/ui/monitor-page.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorPage, scrolled);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorPage, state);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorPage, sentence);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorPage, last);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorPage, place);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorPage, figures);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorPage, days);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorPage, days_times);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorPage, chart);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorPage, evidence);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorPage, samples_group);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorPage, evidence_group);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorPage, heartbeat_slot);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorPage, seen_slot);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorPage, incidents_group);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorPage, samples);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorPage, details);
}

static void
tocsin_monitor_page_init (TocsinMonitorPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tocsin_cell_bar_direct_times (self->days_times);
}

GtkWidget *
tocsin_monitor_page_new (TocsinClient *client)
{
  TocsinMonitorPage *self;

  g_return_val_if_fail (TOCSIN_IS_CLIENT (client), NULL);

  self = g_object_new (TOCSIN_TYPE_MONITOR_PAGE, NULL);
  self->client = g_object_ref (client);
  tocsin_chart_panel_set_client (self->chart, client);
  self->heartbeat = TOCSIN_HEARTBEAT_BOX (tocsin_heartbeat_box_new (client));
  gtk_box_append (self->heartbeat_slot, GTK_WIDGET (self->heartbeat));
  self->seen = TOCSIN_SEEN_GROUP (tocsin_seen_group_new (client));
  adw_bin_set_child (self->seen_slot, GTK_WIDGET (self->seen));
  g_object_bind_property (self->seen, "visible", self->seen_slot, "visible", G_BINDING_SYNC_CREATE);
  self->incidents = TOCSIN_INCIDENT_LIST (tocsin_incident_list_new (client));
  adw_preferences_group_add (self->incidents_group, GTK_WIDGET (self->incidents));
  g_signal_connect_swapped (client, "tick", G_CALLBACK (show_status), self);
  g_signal_connect_swapped (client, "monitors-changed", G_CALLBACK (show_status), self);
  return GTK_WIDGET (self);
}

void
tocsin_monitor_page_set_monitor (TocsinMonitorPage *self, const char *id)
{
  g_return_if_fail (TOCSIN_IS_MONITOR_PAGE (self) && id != NULL);

  if (self->data != NULL && g_str_equal (tocsin_monitor_data_get_id (self->data), id))
    return;
  drop_data (self);
  self->data = tocsin_monitor_data_new (self->client, id);
  g_signal_connect_swapped (self->data, "monitor-loaded", G_CALLBACK (monitor_loaded_cb), self);
  g_signal_connect_swapped (self->data, "samples-loaded", G_CALLBACK (samples_loaded_cb), self);
  g_signal_connect_swapped (self->data, "figures-loaded", G_CALLBACK (figures_loaded_cb), self);
  g_signal_connect_swapped (self->data, "failed", G_CALLBACK (failed_cb), self);
  tocsin_chart_panel_set_monitor (self->chart, id);
  tocsin_incident_list_set_monitor (self->incidents, id);
  tocsin_monitor_data_start (self->data);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scrolled), 0);
  show_status (self);
}

const char *
tocsin_monitor_page_get_monitor (TocsinMonitorPage *self)
{
  g_return_val_if_fail (TOCSIN_IS_MONITOR_PAGE (self), NULL);
  return self->data != NULL ? tocsin_monitor_data_get_id (self->data) : NULL;
}

TocsinMonitor *
tocsin_monitor_page_get_loaded (TocsinMonitorPage *self)
{
  g_return_val_if_fail (TOCSIN_IS_MONITOR_PAGE (self), NULL);
  return self->data != NULL ? tocsin_monitor_data_get_monitor (self->data) : NULL;
}
