/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "day-bar"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "day-bar.h"
#include "texts.h"
#include "uptime.h"

#define HEIGHT_PX     36
#define CELL_LEAST_PX 5.0f /* of a day with its gap */
#define GAP_PX        2.0f

struct _TocsinDayBar {
  GtkWidget parent_instance;

  GArray *days;    /* (owned) (nullable) */
  GTimeZone *zone; /* (owned) (nullable) */
  int cursor;      /* -1: none */
};

G_DEFINE_FINAL_TYPE (TocsinDayBar, tocsin_day_bar, GTK_TYPE_WIDGET)

/* --- where the days lie --- */

static guint
count_shown (TocsinDayBar *self)
{
  guint fit = (guint) MAX ((float) gtk_widget_get_width (GTK_WIDGET (self)) / CELL_LEAST_PX, 1);

  return self->days != NULL ? MIN (self->days->len, fit) : 0;
}

static int
day_at (TocsinDayBar *self, double x)
{
  guint shown = count_shown (self);
  int width = gtk_widget_get_width (GTK_WIDGET (self));

  if (shown == 0 || x < 0 || x >= width)
    return -1;
  return (int) (self->days->len - shown) + (int) (x / width * shown);
}

/* --- drawing --- */

static void
hatch (GtkSnapshot *snapshot, const graphene_rect_t *rect, const GdkRGBA *color)
{
  gtk_snapshot_push_repeat (
      snapshot, rect, &GRAPHENE_RECT_INIT (rect->origin.x, rect->origin.y, rect->size.width, 4));
  gtk_snapshot_append_color (
      snapshot, color, &GRAPHENE_RECT_INIT (rect->origin.x, rect->origin.y, rect->size.width, 3));
  gtk_snapshot_pop (snapshot);
}

static void
draw_day (GtkSnapshot *snapshot, const TocsinDay *day, graphene_rect_t rect, const GdkRGBA *good,
          const GdkRGBA *warn, const GdkRGBA *bad, const GdkRGBA *none)
{
  float height = rect.size.height, foot;

  switch (tocsin_day_get_look (day)) {
  case TOCSIN_DAY_UP:
    gtk_snapshot_append_color (snapshot, good, &rect);
    break;
  case TOCSIN_DAY_PARTLY:
    foot = height * (0.2f + 3 * (float) (1 - tocsin_day_get_share (day)));
    rect.size.height = height - foot;
    gtk_snapshot_append_color (snapshot, good, &rect);
    rect.origin.y += rect.size.height + 1;
    rect.size.height = foot - 1;
    gtk_snapshot_append_color (snapshot, warn, &rect);
    break;
  case TOCSIN_DAY_DOWN:
    hatch (snapshot, &rect, bad);
    break;
  case TOCSIN_DAY_NO_DATA:
  default:
    rect.origin.y += height * 0.75f;
    rect.size.height = height * 0.25f;
    gtk_snapshot_append_color (snapshot, none, &rect);
    break;
  }
}

static void
tocsin_day_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TocsinDayBar *self = TOCSIN_DAY_BAR (widget);
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  guint shown = count_shown (self);
  float width = (float) gtk_widget_get_width (widget);
  float height = (float) gtk_widget_get_height (widget);
  GdkRGBA text, good, warn, bad, none;

  gtk_style_context_get_color (style, &text);
  good = warn = bad = none = text;
  gtk_style_context_lookup_color (style, "success_color", &good);
  gtk_style_context_lookup_color (style, "warning_color", &warn);
  gtk_style_context_lookup_color (style, "error_color", &bad);
  none.alpha *= 0.2f;
  for (guint i = 0; i < shown; i++) {
    guint index = self->days->len - shown + i;
    float from = roundf (width * (float) i / (float) shown);
    float to = roundf (width * (float) (i + 1) / (float) shown);
    graphene_rect_t rect = GRAPHENE_RECT_INIT (from, 3, MAX (to - from - GAP_PX, 1), height - 6);

    draw_day (snapshot, &g_array_index (self->days, TocsinDay, index), rect, &good, &warn, &bad,
              &none);
    if ((int) index == self->cursor)
      gtk_snapshot_append_color (snapshot, &text,
                                 &GRAPHENE_RECT_INIT (from, height - 2, rect.size.width, 2));
  }
}

static void
tocsin_day_bar_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                        int *natural, int *minimum_baseline, int *natural_baseline)
{
  TocsinDayBar *self = TOCSIN_DAY_BAR (widget);

  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT_PX : 100;
  *natural = orientation == GTK_ORIENTATION_VERTICAL
                 ? HEIGHT_PX
                 : MAX (100, self->days != NULL ? (int) self->days->len * 9 : 100);
}

/* --- the cursor --- */

static void
set_cursor (TocsinDayBar *self, int cursor)
{
  g_autofree char *text = NULL;

  if (cursor == self->cursor)
    return;
  self->cursor = cursor;
  if (cursor >= 0)
    text = tocsin_day_describe (&g_array_index (self->days, TocsinDay, cursor), self->zone);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  text != NULL ? text : "", -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), text);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
motion_cb (TocsinDayBar *self, double x, double y)
{
  set_cursor (self, day_at (self, x));
}

static void
leave_cb (TocsinDayBar *self)
{
  set_cursor (self, -1);
}

static gboolean
key_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
        gpointer user_data)
{
  TocsinDayBar *self = user_data;
  int last = self->days != NULL ? (int) self->days->len - 1 : -1;
  int from = self->cursor >= 0 ? self->cursor : last + 1;

  if (last < 0 || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return FALSE;
  if (key == GDK_KEY_Left)
    set_cursor (self, MAX (from - 1, (int) self->days->len - (int) count_shown (self)));
  else if (key == GDK_KEY_Right)
    set_cursor (self, MIN (from + 1, last));
  else if (key == GDK_KEY_Home)
    set_cursor (self, (int) self->days->len - (int) count_shown (self));
  else if (key == GDK_KEY_End)
    set_cursor (self, last);
  else
    return FALSE;
  return TRUE;
}

/* --- life --- */

static void
tocsin_day_bar_dispose (GObject *object)
{
  TocsinDayBar *self = TOCSIN_DAY_BAR (object);

  g_clear_pointer (&self->days, g_array_unref);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  G_OBJECT_CLASS (tocsin_day_bar_parent_class)->dispose (object);
}

static void
tocsin_day_bar_class_init (TocsinDayBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_day_bar_dispose;
  widget_class->snapshot = tocsin_day_bar_snapshot;
  widget_class->measure = tocsin_day_bar_measure;
  gtk_widget_class_set_css_name (widget_class, "daybar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
tocsin_day_bar_init (TocsinDayBar *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *key = gtk_event_controller_key_new ();

  self->cursor = -1;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect (key, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), key);
}

GtkWidget *
tocsin_day_bar_new (void)
{
  return g_object_new (TOCSIN_TYPE_DAY_BAR, NULL);
}

static void
tell_summary (TocsinDayBar *self)
{
  TocsinUptime all = { 0 };
  g_autofree char *share = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i < self->days->len; i++) {
    all.up_us += g_array_index (self->days, TocsinDay, i).up_us;
    all.down_us += g_array_index (self->days, TocsinDay, i).down_us;
  }
  share = tocsin_text_share (tocsin_uptime_get_share (&all));
  text =
      g_strdup_printf (ngettext ("Uptime of %u day: %s", "Uptime of %u days: %s", self->days->len),
                       self->days->len, share);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

void
tocsin_day_bar_set_days (TocsinDayBar *self, GArray *days, GTimeZone *zone)
{
  g_return_if_fail (TOCSIN_IS_DAY_BAR (self) && days != NULL && zone != NULL);

  g_array_ref (days);
  g_time_zone_ref (zone);
  g_clear_pointer (&self->days, g_array_unref);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  self->days = days;
  self->zone = zone;
  if (self->cursor >= (int) days->len)
    self->cursor = -1;
  tell_summary (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}
