/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "chart"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#include "chart-private.h"
#include "phase-look.h"
#include "timetext.h"

#define LABELS_WIDTH_PX  56 /* of the latencies, left of the plot */
#define LABELS_HEIGHT_PX 24 /* of the times, below it */
#define TOP_PX           8
#define RIGHT_PX         6
#define SLIDE_MOST_PX    6.0 /* then the plot is drawn anew */
#define REST_MS          120 /* after a zoom, before data is asked for */
#define SPAN_LEAST_US    (10 * TOCSIN_US_PER_S)
#define SPAN_MOST_US     (800 * TOCSIN_US_PER_DAY)
#define HISTORY_MOST     32

enum { SIGNAL_RANGE_CHANGED, SIGNAL_CURSOR_MOVED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TocsinChart, tocsin_chart, GTK_TYPE_WIDGET)

/* --- what is drawn --- */

static GdkRGBA
look_up (GtkStyleContext *style, const char *name, GdkRGBA fallback)
{
  GdkRGBA color;

  return gtk_style_context_lookup_color (style, name, &color) ? color : fallback;
}

static void
fill_colors (TocsinChart *self, TocsinChartColors *colors)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));
  gboolean high_contrast = adw_style_manager_get_high_contrast (adw_style_manager_get_default ());
  GdkRGBA text;

  gtk_style_context_get_color (style, &text);
  colors->high_contrast = high_contrast;
  colors->text = colors->grid = colors->no_data = text;
  colors->text.alpha = high_contrast ? 1 : 0.7f;
  colors->grid.alpha = high_contrast ? 0.4f : 0.1f;
  colors->no_data.alpha = high_contrast ? 0.6f : 0.18f;
  colors->line = look_up (style, "accent_color", text);
  colors->band = look_up (style, "accent_bg_color", text);
  colors->failed = look_up (style, "error_color", text);
  colors->degraded = look_up (style, "warning_color", text);
  colors->maintenance = look_up (style, "accent_bg_color", text);
  colors->background = look_up (style, "view_bg_color", text);
  for (guint i = 0; i < TOCSIN_N_PHASES; i++)
    colors->phases[i] = look_up (style, tocsin_phase_get_color (i), text);
}

void
tocsin_chart_fill_view (TocsinChart *self, TocsinChartView *view, double width, double height)
{
  *view = (TocsinChartView){
    .left = LABELS_WIDTH_PX,
    .top = TOP_PX,
    .width = MAX (width - LABELS_WIDTH_PX - RIGHT_PX, 1),
    .height = MAX (height - TOP_PX - LABELS_HEIGHT_PX, 1),
    .from_us = self->range.from_us,
    .to_us = self->range.to_us,
    .now_us = self->now_us,
    .series = self->series,
    .samples = self->samples,
    .incidents = self->incidents,
    .maintenance = self->maintenance,
    .mode = self->mode,
    .slow_us = self->slow_us,
    .zone = self->zone,
    .layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL),
  };
  view->values.is_log = self->is_log && self->mode == TOCSIN_CHART_LATENCY;
  view->values.at_least = view->top + view->height;
  view->values.at_most = view->top;
  tocsin_scale_fit (&view->values, self->series, self->slow_us, &view->is_cut);
  fill_colors (self, &view->colors);
}

void
tocsin_chart_view_clear (TocsinChartView *view)
{
  g_clear_object (&view->layout);
}

void
tocsin_chart_draw (TocsinChart *self, cairo_t *cr, double width, double height)
{
  TocsinChartView view;

  g_return_if_fail (TOCSIN_IS_CHART (self) && cr != NULL);

  tocsin_chart_fill_view (self, &view, width, height);
  gdk_cairo_set_source_rgba (cr, &view.colors.background);
  cairo_paint (cr);
  tocsin_chart_draw_all (&view, cr);
  tocsin_chart_view_clear (&view);
}

/* --- the widget: what does not change is drawn once --- */

static void
drop_plot (TocsinChart *self)
{
  g_clear_pointer (&self->plot, gsk_render_node_unref);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* Into pixels, which a node paints: on cairo a texture would be copied and converted at each frame,
 * and on GL a node that stays the same is a texture as well. */
static void
draw_plot (TocsinChart *self, const TocsinChartView *view)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));
  cairo_surface_t *surface =
      cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width * scale, height * scale);
  cairo_t *cr;

  cairo_surface_set_device_scale (surface, scale, scale);
  cr = cairo_create (surface);
  tocsin_chart_draw_all (view, cr);
  cairo_destroy (cr);
  self->plot = gsk_cairo_node_new (&GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  cr = gsk_cairo_node_get_draw_context (self->plot);
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  self->plot_width = width;
  self->plot_height = height;
  self->plot_scale = scale;
  self->plot_from_us = view->from_us;
  self->plot_to_us = view->to_us;
}

/* How far the plot has slid since it was drawn; a new one where it is not the same any more. */
static double
find_slide (TocsinChart *self, const TocsinChartView *view)
{
  double slide = view->width * (double) (view->from_us - self->plot_from_us) /
                 (double) (view->to_us - view->from_us);

  if (self->plot != NULL && self->plot_width == gtk_widget_get_width (GTK_WIDGET (self)) &&
      self->plot_height == gtk_widget_get_height (GTK_WIDGET (self)) &&
      self->plot_scale == gtk_widget_get_scale_factor (GTK_WIDGET (self)) &&
      view->to_us - view->from_us == self->plot_to_us - self->plot_from_us && slide >= 0 &&
      slide <= SLIDE_MOST_PX)
    return slide;
  g_clear_pointer (&self->plot, gsk_render_node_unref);
  draw_plot (self, view);
  return 0;
}

static void
append_plot (GtkSnapshot *snapshot, TocsinChart *self, const TocsinChartView *view)
{
  float slide = (float) find_slide (self, view);
  float left = (float) view->left, width = (float) self->plot_width;
  float height = (float) self->plot_height;

  if (slide <= 0) {
    gtk_snapshot_append_node (snapshot, self->plot);
    return;
  }
  /* the latencies stand still, the plot and its times slide */
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, left - 4, height));
  gtk_snapshot_append_node (snapshot, self->plot);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (left - 4, 0, width - left + 4, height));
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (-slide, 0));
  gtk_snapshot_append_node (snapshot, self->plot);
  gtk_snapshot_restore (snapshot);
  gtk_snapshot_pop (snapshot);
}

static void
append_bubble (GtkSnapshot *snapshot, const TocsinChartView *view, double x, const char *text)
{
  GskRoundedRect rounded;
  GdkRGBA ground = view->colors.text, ink = view->colors.background;
  int width, height;
  double at;

  pango_layout_set_text (view->layout, text, -1);
  pango_layout_set_width (view->layout, (int) (view->width - 16) * PANGO_SCALE);
  pango_layout_get_pixel_size (view->layout, &width, &height);
  at = CLAMP (x - width / 2.0 - 8, view->left, MAX (view->left + view->width - width - 16, 0));
  ground.alpha = 0.92f;
  ink.alpha = 1;
  gsk_rounded_rect_init_from_rect (&rounded,
                                   &GRAPHENE_RECT_INIT ((float) at, (float) view->top + 12,
                                                        (float) width + 16, (float) height + 8),
                                   6);
  gtk_snapshot_push_rounded_clip (snapshot, &rounded);
  gtk_snapshot_append_color (snapshot, &ground, &rounded.bounds);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) at + 8, (float) view->top + 16));
  gtk_snapshot_append_layout (snapshot, view->layout, &ink);
  gtk_snapshot_restore (snapshot);
}

static void
append_cursor (GtkSnapshot *snapshot, TocsinChart *self, const TocsinChartView *view)
{
  g_autofree char *text = NULL;
  double x = self->cursor_x;
  const TocsinSeries *series = self->series;

  if (self->cursor_index >= 0 && series != NULL) {
    gint64 half_us = (series->to_us - series->from_us) / series->n_points / 2;

    x = tocsin_chart_view_x (view, series->at_us[self->cursor_index] + half_us);
  }
  if (x < view->left || x > view->left + view->width)
    return;
  gtk_snapshot_append_color (
      snapshot, &view->colors.text,
      &GRAPHENE_RECT_INIT (roundf ((float) x), (float) view->top, 1, (float) view->height));
  if (self->cursor_index < 0 || series == NULL)
    return;
  if (!isnan (series->p50_us[self->cursor_index])) {
    float y = (float) MAX (tocsin_scale_map (&view->values, series->p50_us[self->cursor_index]),
                           view->top);
    GskRoundedRect dot;

    gsk_rounded_rect_init_from_rect (&dot, &GRAPHENE_RECT_INIT ((float) x - 4, y - 4, 9, 9), 4.5f);
    gtk_snapshot_push_rounded_clip (snapshot, &dot);
    gtk_snapshot_append_color (snapshot, &view->colors.line, &dot.bounds);
    gtk_snapshot_pop (snapshot);
  }
  text = tocsin_chart_describe_point (view, self->cursor_index);
  append_bubble (snapshot, view, x, text);
}

static void
append_drag (GtkSnapshot *snapshot, TocsinChart *self, const TocsinChartView *view)
{
  GdkRGBA color = view->colors.line;
  double from = MIN (self->drag_from, self->drag_to), to = MAX (self->drag_from, self->drag_to);

  if (self->drag_from < 0 || to - from < 1)
    return;
  color.alpha *= 0.25f;
  gtk_snapshot_append_color (snapshot, &color,
                             &GRAPHENE_RECT_INIT ((float) from, (float) view->top,
                                                  (float) (to - from), (float) view->height));
}

static void
tocsin_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TocsinChart *self = TOCSIN_CHART (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  TocsinChartView view;

  if (width <= LABELS_WIDTH_PX + RIGHT_PX || height <= TOP_PX + LABELS_HEIGHT_PX ||
      self->range.to_us <= self->range.from_us)
    return;
  tocsin_chart_fill_view (self, &view, width, height);
  append_plot (snapshot, self, &view);
  append_drag (snapshot, self, &view);
  append_cursor (snapshot, self, &view);
  tocsin_chart_view_clear (&view);
}

/* --- asking --- */

static guint
wanted_points (TocsinChart *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self)) - LABELS_WIDTH_PX - RIGHT_PX;

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

/* Colours are part of what was drawn. */
static void
tocsin_chart_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (tocsin_chart_parent_class)->css_changed (widget, change);
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
