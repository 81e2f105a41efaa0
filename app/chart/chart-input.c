/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "chart-input"

#include "config.h"

#include "chart-private.h"

#define ZOOM_STEP     0.8
#define DRAG_LEAST_PX 6.0

static void
point_at (TocsinChart *self, double x)
{
  TocsinChartView view;
  int index = -1;

  tocsin_chart_fill_view (self, &view, gtk_widget_get_width (GTK_WIDGET (self)), 100);
  self->cursor_x = x;
  if (self->series != NULL && x >= view.left && x <= view.left + view.width) {
    index = tocsin_series_find (self->series, tocsin_chart_view_time (&view, x));
    /* Samples lie apart: within a few pixels the nearest is meant. */
    if (index >= 0 && self->series->n[index] == 0) {
      int near = tocsin_series_next_seen (self->series, index, 0);
      double per_px = self->series->n_points / view.width;

      if (near >= 0 && ABS (near - index) <= 12 * per_px)
        index = near;
    }
  }
  tocsin_chart_view_clear (&view);
  tocsin_chart_set_cursor (self, index);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
motion_cb (TocsinChart *self, double x, double y)
{
  point_at (self, x);
}

static void
leave_cb (TocsinChart *self)
{
  self->cursor_x = -1;
  tocsin_chart_set_cursor (self, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* The wheel belongs to the page around, until Control or the focus gives it to the chart. */
static gboolean
scroll_cb (GtkEventControllerScroll *controller, double dx, double dy, gpointer user_data)
{
  TocsinChart *self = user_data;
  GdkModifierType state =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));

  if (dx != 0) {
    tocsin_chart_pan (self, dx * 0.05);
    return TRUE;
  }
  if ((state & GDK_CONTROL_MASK) == 0 && !gtk_widget_has_focus (GTK_WIDGET (self)))
    return FALSE;
  tocsin_chart_zoom_at (self, self->cursor_x, dy < 0 ? ZOOM_STEP : 1 / ZOOM_STEP);
  return TRUE;
}

static void
pinch_cb (GtkGestureZoom *gesture, double scale, gpointer user_data)
{
  TocsinChart *self = user_data;
  double x = 0, y = 0;
  double *last = g_object_get_data (G_OBJECT (gesture), "tocsin-scale");

  gtk_gesture_get_bounding_box_center (GTK_GESTURE (gesture), &x, &y);
  if (scale > 0)
    tocsin_chart_zoom_at (self, x, (last != NULL ? *last : 1) / scale);
  if (last != NULL)
    *last = scale;
}

static void
pinch_begin_cb (GtkGesture *gesture)
{
  double *last = g_new (double, 1);

  *last = 1;
  g_object_set_data_full (G_OBJECT (gesture), "tocsin-scale", last, g_free);
}

/* --- a span dragged over is gone to --- */

static void
drag_begin_cb (TocsinChart *self, double x, double y)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->drag_from = self->drag_to = x;
}

static void
drag_update_cb (TocsinChart *self, double dx, double dy)
{
  self->drag_to = self->drag_from + dx;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
drag_end_cb (TocsinChart *self, double dx, double dy)
{
  double from = MIN (self->drag_from, self->drag_from + dx);
  double to = MAX (self->drag_from, self->drag_from + dx);

  self->drag_from = -1;
  if (to - from >= DRAG_LEAST_PX) {
    TocsinChartView view;

    tocsin_chart_fill_view (self, &view, gtk_widget_get_width (GTK_WIDGET (self)), 100);
    tocsin_chart_go (self, tocsin_chart_view_time (&view, MAX (from, view.left)),
                     tocsin_chart_view_time (&view, MIN (to, view.left + view.width)), TRUE);
    tocsin_chart_view_clear (&view);
  }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
pan_update_cb (GtkGestureDrag *gesture, double dx, double dy, gpointer user_data)
{
  TocsinChart *self = user_data;
  double *last = g_object_get_data (G_OBJECT (gesture), "tocsin-at");
  double width = MAX (gtk_widget_get_width (GTK_WIDGET (self)), 1);

  tocsin_chart_pan (self, -(dx - (last != NULL ? *last : 0)) / width);
  if (last == NULL) {
    last = g_new0 (double, 1);
    g_object_set_data_full (G_OBJECT (gesture), "tocsin-at", last, g_free);
  }
  *last = dx;
}

static void
pan_end_cb (GtkGesture *gesture)
{
  g_object_set_data (G_OBJECT (gesture), "tocsin-at", NULL);
}

static void
pressed_cb (TocsinChart *self, int n_press)
{
  if (n_press == 2)
    tocsin_chart_go_back (self);
}

/* --- keys --- */

static void
step_cursor (TocsinChart *self, int direction)
{
  int from = self->cursor_index, to;

  if (self->series == NULL)
    return;
  if (from < 0)
    from = direction > 0 ? -1 : (int) self->series->n_points;
  to = tocsin_series_next_seen (self->series, from, direction);
  if (to >= 0)
    tocsin_chart_set_cursor (self, to);
}

static void
jump_cursor (TocsinChart *self, int direction)
{
  self->cursor_index = -1;
  step_cursor (self, direction);
}

static void
zoom_middle (TocsinChart *self, double factor)
{
  tocsin_chart_zoom_at (self, gtk_widget_get_width (GTK_WIDGET (self)) / 2.0, factor);
}

static gboolean
key_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
        gpointer user_data)
{
  TocsinChart *self = user_data;
  /* Time runs to the right in every script; keys mean what they point at. */
  gboolean shift = (state & GDK_SHIFT_MASK) != 0;

  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return FALSE;
  switch (key) {
  case GDK_KEY_Left:
  case GDK_KEY_Right:
    if (shift)
      tocsin_chart_pan (self, key == GDK_KEY_Left ? -0.1 : 0.1);
    else
      step_cursor (self, key == GDK_KEY_Left ? -1 : 1);
    return TRUE;
  case GDK_KEY_Home:
    jump_cursor (self, 1);
    return TRUE;
  case GDK_KEY_End:
    jump_cursor (self, -1);
    return TRUE;
  case GDK_KEY_plus:
  case GDK_KEY_KP_Add:
  case GDK_KEY_equal:
    zoom_middle (self, ZOOM_STEP);
    return TRUE;
  case GDK_KEY_minus:
  case GDK_KEY_KP_Subtract:
    zoom_middle (self, 1 / ZOOM_STEP);
    return TRUE;
  case GDK_KEY_BackSpace:
  case GDK_KEY_0:
    tocsin_chart_go_back (self);
    return TRUE;
  case GDK_KEY_Escape:
    if (self->cursor_index < 0)
      return FALSE;
    tocsin_chart_set_cursor (self, -1);
    return TRUE;
  default:
    return FALSE;
  }
}

void
tocsin_chart_add_input (TocsinChart *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll =
      gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkEventController *key = gtk_event_controller_key_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *pan = gtk_gesture_drag_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  g_signal_connect (key, "key-pressed", G_CALLBACK (key_cb), self);
  g_signal_connect (pinch, "begin", G_CALLBACK (pinch_begin_cb), NULL);
  g_signal_connect (pinch, "scale-changed", G_CALLBACK (pinch_cb), self);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (pan), GDK_BUTTON_MIDDLE);
  g_signal_connect (pan, "drag-update", G_CALLBACK (pan_update_cb), self);
  g_signal_connect (pan, "drag-end", G_CALLBACK (pan_end_cb), self);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (widget, motion);
  gtk_widget_add_controller (widget, scroll);
  gtk_widget_add_controller (widget, key);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (pinch));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (pan));
}
