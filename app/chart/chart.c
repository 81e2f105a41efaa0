/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "chart"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#include "chart-private.h"
#include "timetext.h"

#define REST_MS       120 /* after a zoom, before data is asked for */
#define SPAN_LEAST_US (10 * TOCSIN_US_PER_S)
#define SPAN_MOST_US  (800 * TOCSIN_US_PER_DAY)
#define HISTORY_MOST  32

enum { SIGNAL_RANGE_CHANGED, SIGNAL_CURSOR_MOVED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TocsinChart, tocsin_chart, GTK_TYPE_WIDGET)

/* --- what it shows has changed --- */

static void
drop_plot (TocsinChart *self)
{
  g_clear_pointer (&self->plot, gsk_render_node_unref);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* --- asking --- */

static guint
wanted_points (TocsinChart *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self)) - self->left_px - TOCSIN_CHART_RIGHT_PX;

  return (guint) CLAMP (width, 60, TOCSIN_SERIES_POINTS);
}

static gboolean
ask_cb (gpointer user_data)
{
  TocsinChart *self = user_data;

  self->ask_id = 0;
  if (self->range.to_us > self->range.from_us) {
    self->asked_points = wanted_points (self);
    g_signal_emit (self, signals[SIGNAL_RANGE_CHANGED], 0, self->range.from_us, self->range.to_us,
                   self->asked_points);
  }
  return G_SOURCE_REMOVE;
}

static void
ask_after (TocsinChart *self, guint ms)
{
  g_clear_handle_id (&self->ask_id, g_source_remove);
  self->ask_id = g_timeout_add (ms, ask_cb, self);
}

static void
tocsin_chart_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  TocsinChart *self = TOCSIN_CHART (widget);

  GTK_WIDGET_CLASS (tocsin_chart_parent_class)->size_allocate (widget, width, height, baseline);
  if (self->asked_points != 0 && wanted_points (self) != self->asked_points)
    ask_after (self, REST_MS);
}

/* --- words for screen readers --- */

static void
tell_reading (TocsinChart *self)
{
  TocsinChartView view;
  g_autofree char *reading = NULL;

  tocsin_chart_fill_view (self, &view, 100, 100);
  reading = tocsin_chart_describe_point (&view, self->cursor_index);
  tocsin_chart_view_clear (&view);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  reading, -1);
  g_signal_emit (self, signals[SIGNAL_CURSOR_MOVED], 0, reading);
}

static void
tell_summary (TocsinChart *self)
{
  TocsinChartView view;
  g_autofree char *summary = NULL;

  tocsin_chart_fill_view (self, &view, 100, 100);
  summary = tocsin_chart_describe (&view);
  tocsin_chart_view_clear (&view);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, summary,
                                  -1);
}

/* --- going --- */

static void
set_range (TocsinChart *self, gint64 from_us, gint64 to_us, gboolean follows)
{
  self->range = (TocsinChartRange){ .from_us = from_us, .to_us = to_us, .follows = follows };
  self->cursor_index = -1;
  drop_plot (self);
}

void
tocsin_chart_go (TocsinChart *self, gint64 from_us, gint64 to_us, gboolean remember)
{
  gint64 span_us = CLAMP (to_us - from_us, SPAN_LEAST_US, SPAN_MOST_US);
  gint64 middle_us = from_us + (to_us - from_us) / 2;

  if (remember && self->history->len < HISTORY_MOST)
    g_array_append_val (self->history, self->range);
  /* Nothing is to be seen after now. */
  from_us = MIN (middle_us - span_us / 2, self->now_us - span_us);
  set_range (self, from_us, from_us + span_us, FALSE);
  ask_after (self, REST_MS);
}

void
tocsin_chart_go_back (TocsinChart *self)
{
  TocsinChartRange last;

  if (self->history->len == 0)
    return;
  last = g_array_index (self->history, TocsinChartRange, self->history->len - 1);
  g_array_set_size (self->history, self->history->len - 1);
  if (last.follows)
    set_range (self, self->now_us - (last.to_us - last.from_us), self->now_us, TRUE);
  else
    set_range (self, last.from_us, last.to_us, FALSE);
  ask_after (self, 0);
}

void
tocsin_chart_zoom_at (TocsinChart *self, double x, double factor)
{
  TocsinChartView view;
  gint64 at_us, span_us = self->range.to_us - self->range.from_us;
  double share;

  tocsin_chart_fill_view (self, &view, gtk_widget_get_width (GTK_WIDGET (self)), 100);
  share = CLAMP ((x - view.left) / view.width, 0, 1);
  tocsin_chart_view_clear (&view);
  at_us = self->range.from_us + (gint64) (share * (double) span_us);
  span_us = CLAMP ((gint64) ((double) span_us * factor), SPAN_LEAST_US, SPAN_MOST_US);
  tocsin_chart_go (self, at_us - (gint64) (share * (double) span_us),
                   at_us + (gint64) ((1 - share) * (double) span_us), self->ask_id == 0);
}

void
tocsin_chart_pan (TocsinChart *self, double share)
{
  gint64 by_us = (gint64) (share * (double) (self->range.to_us - self->range.from_us));

  tocsin_chart_go (self, self->range.from_us + by_us, self->range.to_us + by_us, self->ask_id == 0);
}

void
tocsin_chart_set_cursor (TocsinChart *self, int index)
{
  if (self->cursor_index == index)
    return;
  self->cursor_index = index;
  tell_reading (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* --- life --- */

static void
tocsin_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  tocsin_chart_paint (TOCSIN_CHART (widget), snapshot);
}

static void
tocsin_chart_dispose (GObject *object)
{
  TocsinChart *self = TOCSIN_CHART (object);

  g_clear_handle_id (&self->ask_id, g_source_remove);
  g_clear_pointer (&self->plot, gsk_render_node_unref);
  g_clear_pointer (&self->series, tocsin_series_free);
  g_clear_pointer (&self->samples, g_ptr_array_unref);
  g_clear_pointer (&self->incidents, g_ptr_array_unref);
  g_clear_pointer (&self->maintenance, g_array_unref);
  g_clear_pointer (&self->history, g_array_unref);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  G_OBJECT_CLASS (tocsin_chart_parent_class)->dispose (object);
}

/* Colours are part of what was drawn, and labels are as large as the font is. */
static void
tocsin_chart_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (tocsin_chart_parent_class)->css_changed (widget, change);
  TOCSIN_CHART (widget)->left_px = 0;
  drop_plot (TOCSIN_CHART (widget));
}

static void
tocsin_chart_class_init (TocsinChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_chart_dispose;
  widget_class->snapshot = tocsin_chart_snapshot;
  widget_class->size_allocate = tocsin_chart_size_allocate;
  widget_class->css_changed = tocsin_chart_css_changed;
  gtk_widget_class_set_css_name (widget_class, "chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  signals[SIGNAL_RANGE_CHANGED] =
      g_signal_new ("range-changed", TOCSIN_TYPE_CHART, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 3, G_TYPE_INT64, G_TYPE_INT64, G_TYPE_UINT);
  signals[SIGNAL_CURSOR_MOVED] = g_signal_new ("cursor-moved", TOCSIN_TYPE_CHART, G_SIGNAL_RUN_LAST,
                                               0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
tocsin_chart_init (TocsinChart *self)
{
  self->history = g_array_new (FALSE, FALSE, sizeof (TocsinChartRange));
  self->maintenance = g_array_new (FALSE, FALSE, sizeof (TocsinShadedSpan));
  self->zone = g_time_zone_new_local ();
  self->now_us = g_get_real_time ();
  self->cursor_x = self->drag_from = -1;
  self->cursor_index = -1;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  tocsin_chart_add_input (self);
}

GtkWidget *
tocsin_chart_new (void)
{
  return g_object_new (TOCSIN_TYPE_CHART, NULL);
}

void
tocsin_chart_set_range (TocsinChart *self, gint64 from_us, gint64 to_us)
{
  g_return_if_fail (TOCSIN_IS_CHART (self) && from_us < to_us);

  g_array_set_size (self->history, 0);
  set_range (self, from_us, to_us, FALSE);
  ask_after (self, 0);
}

void
tocsin_chart_follow (TocsinChart *self, gint64 span_us)
{
  g_return_if_fail (TOCSIN_IS_CHART (self) && span_us > 0);

  g_array_set_size (self->history, 0);
  set_range (self, self->now_us - span_us, self->now_us, TRUE);
  ask_after (self, 0);
}

gboolean
tocsin_chart_is_following (TocsinChart *self)
{
  g_return_val_if_fail (TOCSIN_IS_CHART (self), FALSE);
  return self->range.follows;
}

void
tocsin_chart_get_range (TocsinChart *self, gint64 *from_us, gint64 *to_us)
{
  g_return_if_fail (TOCSIN_IS_CHART (self) && from_us != NULL && to_us != NULL);
  *from_us = self->range.from_us;
  *to_us = self->range.to_us;
}

void
tocsin_chart_set_now (TocsinChart *self, gint64 now_us)
{
  g_return_if_fail (TOCSIN_IS_CHART (self));

  if (self->range.follows && self->range.to_us > self->range.from_us) {
    gint64 span_us = self->range.to_us - self->range.from_us;
    int width = gtk_widget_get_width (GTK_WIDGET (self));
    double moved_px = (double) (now_us - self->range.to_us) / (double) span_us * width;

    self->now_us = now_us;
    /* A long span stands still for minutes: less than half a pixel is no news. */
    if (moved_px < 0.5)
      return;
    self->range.from_us = now_us - span_us;
    self->range.to_us = now_us;
    gtk_widget_queue_draw (GTK_WIDGET (self));
  }
  self->now_us = now_us;
}

void
tocsin_chart_refresh (TocsinChart *self)
{
  g_return_if_fail (TOCSIN_IS_CHART (self));

  if (self->ask_id == 0)
    ask_after (self, 0);
}

void
tocsin_chart_set_series (TocsinChart *self, TocsinSeries *series)
{
  g_return_if_fail (TOCSIN_IS_CHART (self) && series != NULL);

  g_clear_pointer (&self->series, tocsin_series_free);
  self->series = series;
  if (self->cursor_index >= (int) series->n_points)
    self->cursor_index = -1;
  tell_summary (self);
  drop_plot (self);
}

void
tocsin_chart_set_samples (TocsinChart *self, GPtrArray *samples)
{
  g_return_if_fail (TOCSIN_IS_CHART (self) && samples != NULL);

  g_ptr_array_ref (samples);
  g_clear_pointer (&self->samples, g_ptr_array_unref);
  self->samples = samples;
  if (self->mode == TOCSIN_CHART_PHASES)
    drop_plot (self);
}

void
tocsin_chart_set_incidents (TocsinChart *self, GPtrArray *incidents)
{
  g_return_if_fail (TOCSIN_IS_CHART (self) && incidents != NULL);

  g_ptr_array_ref (incidents);
  g_clear_pointer (&self->incidents, g_ptr_array_unref);
  self->incidents = incidents;
  drop_plot (self);
}

void
tocsin_chart_add_maintenance (TocsinChart *self, gint64 from_us, gint64 to_us)
{
  TocsinShadedSpan span = { from_us, to_us, TOCSIN_SHADE_MAINTENANCE };

  g_return_if_fail (TOCSIN_IS_CHART (self) && from_us < to_us);

  g_array_append_val (self->maintenance, span);
  drop_plot (self);
}

void
tocsin_chart_clear_data (TocsinChart *self)
{
  g_return_if_fail (TOCSIN_IS_CHART (self));

  g_clear_pointer (&self->series, tocsin_series_free);
  g_clear_pointer (&self->samples, g_ptr_array_unref);
  g_clear_pointer (&self->incidents, g_ptr_array_unref);
  g_array_set_size (self->maintenance, 0);
  self->cursor_index = -1;
  drop_plot (self);
}

void
tocsin_chart_set_mode (TocsinChart *self, TocsinChartMode mode)
{
  g_return_if_fail (TOCSIN_IS_CHART (self));
  self->mode = mode;
  drop_plot (self);
}

void
tocsin_chart_set_logarithmic (TocsinChart *self, gboolean logarithmic)
{
  g_return_if_fail (TOCSIN_IS_CHART (self));
  self->is_log = logarithmic;
  drop_plot (self);
}

void
tocsin_chart_set_slow (TocsinChart *self, gint64 slow_us)
{
  g_return_if_fail (TOCSIN_IS_CHART (self));
  self->slow_us = slow_us;
  drop_plot (self);
}

void
tocsin_chart_set_zone (TocsinChart *self, GTimeZone *zone)
{
  g_return_if_fail (TOCSIN_IS_CHART (self));
  g_clear_pointer (&self->zone, g_time_zone_unref);
  self->zone = zone != NULL ? g_time_zone_ref (zone) : g_time_zone_new_local ();
  drop_plot (self);
}

const TocsinSeries *
tocsin_chart_get_series (TocsinChart *self)
{
  g_return_val_if_fail (TOCSIN_IS_CHART (self), NULL);
  return self->series;
}
