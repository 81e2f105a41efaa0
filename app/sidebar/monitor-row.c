/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "monitor-row"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "monitor-row.h"
#include "sparkline.h"
#include "state-look.h"
#include "texts.h"
#include "timetext.h"
#include "widget-children.h"

struct _TocsinMonitorRow {
  GtkWidget parent_instance;

  TocsinClient *client;    /* (owned) */
  TocsinMonitorItem *item; /* (owned) (nullable) */
  gulong changed_id, tick_id;
  gboolean is_setting;

  /* of the template */
  GtkLabel *title;
  GtkWidget *box;
  GtkCheckButton *mark;
  GtkImage *state;
  GtkInscription *name;
  GtkLabel *detail;
  TocsinSparkline *line;
};

enum { SIGNAL_TICKED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TocsinMonitorRow, tocsin_monitor_row, GTK_TYPE_WIDGET)

/* What stands at the end of a row. (transfer full) */
static char *
make_detail (const TocsinStatus *status)
{
  if (tocsin_state_is_problem (status->state) && status->since > 0)
    return tocsin_text_span (MAX (g_get_real_time () - status->since, 0));
  if (status->state == TOCSIN_STATE_UP && status->last_sample != NULL &&
      status->last_sample->latency_us >= 0)
    return tocsin_text_latency ((double) status->last_sample->latency_us);
  if (status->state == TOCSIN_STATE_UP)
    return g_strdup ("");
  return g_strdup (tocsin_state_get_label (status->state));
}

static void
set_text (GtkLabel *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (label), text) != 0)
    gtk_label_set_text (label, text);
}

/* What screen readers tell is the list's own row around this one: it is what takes the focus. */
static void
name_row (TocsinMonitorRow *self, const char *name)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  gtk_accessible_update_property (GTK_ACCESSIBLE (parent != NULL ? parent : GTK_WIDGET (self)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
show_detail (TocsinMonitorRow *self)
{
  const TocsinStatus *status = tocsin_monitor_item_get_status (self->item);
  g_autofree char *detail = make_detail (status);
  g_autofree char *spoken = NULL;

  set_text (self->detail, detail);
  /* Translators: a row as a screen reader tells it: name, state, latency or duration. */
  spoken = g_strdup_printf (_ ("%s, %s, %s"), status->name, tocsin_state_get_label (status->state),
                            detail);
  name_row (self, spoken);
}

static void
tick_cb (TocsinMonitorRow *self)
{
  if (tocsin_state_is_problem (tocsin_monitor_item_get_state (self->item)))
    show_detail (self);
}

static void
show_item (TocsinMonitorRow *self)
{
  const TocsinStatus *status = tocsin_monitor_item_get_status (self->item);

  tocsin_state_show (self->state, status->state);
  if (g_strcmp0 (gtk_inscription_get_text (self->name), status->name) != 0) {
    gtk_inscription_set_text (self->name, status->name);
    gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), status->name);
  }
  if (tocsin_state_is_problem (status->state))
    tocsin_state_paint (GTK_WIDGET (self->detail), status->state);
  else
    tocsin_state_paint (GTK_WIDGET (self->detail), TOCSIN_STATE_UNKNOWN);
  tocsin_sparkline_set_recent (self->line, (const char *const *) status->recent);
  show_detail (self);
}

static void
unbind (TocsinMonitorRow *self)
{
  if (self->item != NULL)
    g_clear_signal_handler (&self->changed_id, self->item);
  if (self->client != NULL)
    g_clear_signal_handler (&self->tick_id, self->client);
  g_clear_object (&self->item);
}

static void
mark_toggled_cb (TocsinMonitorRow *self)
{
  if (!self->is_setting)
    g_signal_emit (self, signals[SIGNAL_TICKED], 0, gtk_check_button_get_active (self->mark));
}

static void
tocsin_monitor_row_dispose (GObject *object)
{
  TocsinMonitorRow *self = TOCSIN_MONITOR_ROW (object);

  unbind (self);
  g_clear_object (&self->client);
  tocsin_widget_drop_children (GTK_WIDGET (self));
  G_OBJECT_CLASS (tocsin_monitor_row_parent_class)->dispose (object);
}

static void
tocsin_monitor_row_class_init (TocsinMonitorRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_monitor_row_dispose;
  signals[SIGNAL_TICKED] = g_signal_new ("ticked", TOCSIN_TYPE_MONITOR_ROW, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  g_type_ensure (TOCSIN_TYPE_SPARKLINE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/tocsin/Tocsin/ui/monitor-row.ui");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorRow, title);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorRow, box);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorRow, mark);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorRow, state);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorRow, name);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorRow, detail);
  gtk_widget_class_bind_template_child (widget_class, TocsinMonitorRow, line);
  gtk_widget_class_bind_template_callback (widget_class, mark_toggled_cb);
}

static void
tocsin_monitor_row_init (TocsinMonitorRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
tocsin_monitor_row_new (TocsinClient *client)
{
  TocsinMonitorRow *self;

  g_return_val_if_fail (TOCSIN_IS_CLIENT (client), NULL);

  self = g_object_new (TOCSIN_TYPE_MONITOR_ROW, NULL);
  self->client = g_object_ref (client);
  return GTK_WIDGET (self);
}

void
tocsin_monitor_row_bind (TocsinMonitorRow *self, gpointer item)
{
  g_return_if_fail (TOCSIN_IS_MONITOR_ROW (self));

  unbind (self);
  gtk_widget_set_visible (GTK_WIDGET (self->title), TOCSIN_IS_SIDEBAR_GROUP (item));
  gtk_widget_set_visible (self->box, TOCSIN_IS_MONITOR_ITEM (item));
  if (TOCSIN_IS_SIDEBAR_GROUP (item)) {
    gtk_label_set_text (self->title, tocsin_sidebar_group_get_title (item));
    name_row (self, tocsin_sidebar_group_get_title (item));
  } else if (item != NULL) {
    self->item = g_object_ref (item);
    self->changed_id = g_signal_connect_swapped (item, "changed", G_CALLBACK (show_item), self);
    self->tick_id = g_signal_connect_swapped (self->client, "tick", G_CALLBACK (tick_cb), self);
    show_item (self);
  }
}

TocsinMonitorItem *
tocsin_monitor_row_get_item (TocsinMonitorRow *self)
{
  g_return_val_if_fail (TOCSIN_IS_MONITOR_ROW (self), NULL);
  return self->item;
}

void
tocsin_monitor_row_set_mark (TocsinMonitorRow *self, gboolean visible, gboolean set)
{
  g_return_if_fail (TOCSIN_IS_MONITOR_ROW (self));

  self->is_setting = TRUE;
  gtk_widget_set_visible (GTK_WIDGET (self->mark), visible);
  gtk_check_button_set_active (self->mark, set);
  self->is_setting = FALSE;
}
