/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "chart-paint"

#include "config.h"

#include <adwaita.h>
#include <math.h>

#include "chart-private.h"
#include "phase-look.h"

#define LABEL_GAP_PX   10
#define TOP_PX         8
#define BUBBLE_AWAY_PX 10
#define SLIDE_MOST_PX  6.0 /* then the plot is drawn anew */

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
tocsin_chart_measure_labels (TocsinChart *self)
{
  g_autoptr (PangoLayout) layout = NULL;
  int width, height;

  if (self->left_px > 0)
    return;
  layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), "000 ms");
  pango_layout_get_pixel_size (layout, &width, &height);
  self->left_px = width + LABEL_GAP_PX;
  self->bottom_px = height + LABEL_GAP_PX - 2;
}

void
tocsin_chart_fill_view (TocsinChart *self, TocsinChartView *view, double width, double height)
{
  tocsin_chart_measure_labels (self);
  *view = (TocsinChartView){
    .left = self->left_px,
    .top = TOP_PX,
    .width = MAX (width - self->left_px - TOCSIN_CHART_RIGHT_PX, 1),
    .height = MAX (height - TOP_PX - self->bottom_px, 1),
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
  /* beside the line, so that what is read is still seen */
  at = x + BUBBLE_AWAY_PX;
  if (at + width + 16 > view->left + view->width)
    at = MAX (x - BUBBLE_AWAY_PX - width - 16, view->left);
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

void
tocsin_chart_paint (TocsinChart *self, GtkSnapshot *snapshot)
{
  GtkWidget *widget = GTK_WIDGET (self);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  TocsinChartView view;

  tocsin_chart_measure_labels (self);
  if (width <= self->left_px + TOCSIN_CHART_RIGHT_PX || height <= TOP_PX + self->bottom_px ||
      self->range.to_us <= self->range.from_us)
    return;
  tocsin_chart_fill_view (self, &view, width, height);
  append_plot (snapshot, self, &view);
  append_drag (snapshot, self, &view);
  append_cursor (snapshot, self, &view);
  tocsin_chart_view_clear (&view);
}
