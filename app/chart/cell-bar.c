/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "cell-bar"

#include "config.h"

#include <math.h>

#include "cell-bar.h"

#define HEIGHT_PX       36
#define WIDTH_LEAST_PX  100
#define CELL_LEAST_PX   5.0 /* of a cell with its gap */
#define CELL_NATURAL_PX 9
#define GAP_PX          2.0f

typedef struct {
  int cursor; /* -1: none */
} TocsinCellBarPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (TocsinCellBar, tocsin_cell_bar, GTK_TYPE_WIDGET)

typedef struct {
  GdkRGBA text, good, warn, bad, none;
} Colors;

/* --- where the cells lie --- */

guint
tocsin_cells_count_shown (double width, guint n_cells)
{
  return MIN (n_cells, (guint) MAX (width / CELL_LEAST_PX, 1));
}

int
tocsin_cells_find (double x, double width, guint n_shown, guint n_cells)
{
  g_return_val_if_fail (n_shown <= n_cells, -1);

  if (n_shown == 0 || x < 0 || x >= width)
    return -1;
  return (int) (n_cells - n_shown) + (int) (x / width * n_shown);
}

static guint
count (TocsinCellBar *self)
{
  return TOCSIN_CELL_BAR_GET_CLASS (self)->count (self);
}

static guint
count_shown (TocsinCellBar *self)
{
  return tocsin_cells_count_shown (gtk_widget_get_width (GTK_WIDGET (self)), count (self));
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
draw_cell (GtkSnapshot *snapshot, TocsinDayLook look, double share, graphene_rect_t rect,
           const Colors *colors)
{
  float height = rect.size.height, foot;

  switch (look) {
  case TOCSIN_DAY_UP:
    gtk_snapshot_append_color (snapshot, &colors->good, &rect);
    break;
  case TOCSIN_DAY_PARTLY:
    foot = height * (0.2f + 3 * (float) (1 - share));
    rect.size.height = height - foot;
    gtk_snapshot_append_color (snapshot, &colors->good, &rect);
    rect.origin.y += rect.size.height + 1;
    rect.size.height = foot - 1;
    gtk_snapshot_append_color (snapshot, &colors->warn, &rect);
    break;
  case TOCSIN_DAY_DOWN:
    hatch (snapshot, &rect, &colors->bad);
    break;
  case TOCSIN_DAY_NO_DATA:
  default:
    rect.origin.y += height * 0.75f;
    rect.size.height = height * 0.25f;
    gtk_snapshot_append_color (snapshot, &colors->none, &rect);
    break;
  }
}

static void
fill_colors (TocsinCellBar *self, Colors *colors)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));

  gtk_style_context_get_color (style, &colors->text);
  colors->good = colors->warn = colors->bad = colors->none = colors->text;
  gtk_style_context_lookup_color (style, "success_color", &colors->good);
  gtk_style_context_lookup_color (style, "warning_color", &colors->warn);
  gtk_style_context_lookup_color (style, "error_color", &colors->bad);
  colors->none.alpha *= 0.2f;
}

static void
tocsin_cell_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TocsinCellBar *self = TOCSIN_CELL_BAR (widget);
  TocsinCellBarPrivate *private = tocsin_cell_bar_get_instance_private (self);
  guint shown = count_shown (self), first = count (self) - shown;
  float width = (float) gtk_widget_get_width (widget);
  float height = (float) gtk_widget_get_height (widget);
  Colors colors;

  fill_colors (self, &colors);
  for (guint i = 0; i < shown; i++) {
    float from = roundf (width * (float) i / (float) shown);
    float to = roundf (width * (float) (i + 1) / (float) shown);
    graphene_rect_t rect = GRAPHENE_RECT_INIT (from, 3, MAX (to - from - GAP_PX, 1), height - 6);
    double share = NAN;
    TocsinDayLook look = TOCSIN_CELL_BAR_GET_CLASS (self)->get_look (self, first + i, &share);

    draw_cell (snapshot, look, share, rect, &colors);
    if ((int) (first + i) == private->cursor)
      gtk_snapshot_append_color (snapshot, &colors.text,
                                 &GRAPHENE_RECT_INIT (from, height - 2, rect.size.width, 2));
  }
}

static void
tocsin_cell_bar_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                         int *natural, int *minimum_baseline, int *natural_baseline)
{
  if (orientation == GTK_ORIENTATION_VERTICAL) {
    *minimum = *natural = HEIGHT_PX;
  } else {
    *minimum = WIDTH_LEAST_PX;
    *natural = MAX (WIDTH_LEAST_PX, (int) count (TOCSIN_CELL_BAR (widget)) * CELL_NATURAL_PX);
  }
}

/* --- the cursor --- */

static void
set_cursor (TocsinCellBar *self, int cursor)
{
  TocsinCellBarPrivate *private = tocsin_cell_bar_get_instance_private (self);
  g_autofree char *text = NULL;

  if (cursor == private->cursor)
    return;
  private->cursor = cursor;
  if (cursor >= 0)
    text = TOCSIN_CELL_BAR_GET_CLASS (self)->describe (self, (guint) cursor);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  text != NULL ? text : "", -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), text);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
motion_cb (TocsinCellBar *self, double x, double y)
{
  set_cursor (self, tocsin_cells_find (x, gtk_widget_get_width (GTK_WIDGET (self)),
                                       count_shown (self), count (self)));
}

static void
leave_cb (TocsinCellBar *self)
{
  set_cursor (self, -1);
}

static gboolean
key_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
        gpointer user_data)
{
  TocsinCellBar *self = user_data;
  TocsinCellBarPrivate *private = tocsin_cell_bar_get_instance_private (self);
  int last = (int) count (self) - 1, first = last + 1 - (int) count_shown (self);
  int from = private->cursor >= 0 ? private->cursor : last + 1;

  if (last < 0 || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return FALSE;
  if (key == GDK_KEY_Left)
    set_cursor (self, MAX (from - 1, first));
  else if (key == GDK_KEY_Right)
    set_cursor (self, MIN (from + 1, last));
  else if (key == GDK_KEY_Home)
    set_cursor (self, first);
  else if (key == GDK_KEY_End)
    set_cursor (self, last);
  else
    return FALSE;
  return TRUE;
}

/* --- life --- */

static void
tocsin_cell_bar_class_init (TocsinCellBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = tocsin_cell_bar_snapshot;
  widget_class->measure = tocsin_cell_bar_measure;
  gtk_widget_class_set_css_name (widget_class, "cellbar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
tocsin_cell_bar_init (TocsinCellBar *self)
{
  TocsinCellBarPrivate *private = tocsin_cell_bar_get_instance_private (self);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *key = gtk_event_controller_key_new ();

  private->cursor = -1;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect (key, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), key);
}

int
tocsin_cell_bar_get_cursor (TocsinCellBar *self)
{
  TocsinCellBarPrivate *private = tocsin_cell_bar_get_instance_private (self);

  g_return_val_if_fail (TOCSIN_IS_CELL_BAR (self), -1);
  return private->cursor;
}

void
tocsin_cell_bar_changed (TocsinCellBar *self, const char *summary)
{
  TocsinCellBarPrivate *private = tocsin_cell_bar_get_instance_private (self);
  int cursor;

  g_return_if_fail (TOCSIN_IS_CELL_BAR (self) && summary != NULL);

  /* What is under the cursor may be another thing now: it is told anew. */
  cursor = private->cursor < (int) count (self) ? private->cursor : -1;
  set_cursor (self, -1);
  set_cursor (self, cursor);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, summary,
                                  -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
tocsin_cell_bar_direct_times (GtkWidget *times)
{
  g_return_if_fail (GTK_IS_WIDGET (times));

  gtk_widget_set_direction (times, GTK_TEXT_DIR_LTR);
  for (GtkWidget *label = gtk_widget_get_first_child (times); label != NULL;
       label = gtk_widget_get_next_sibling (label))
    gtk_widget_set_direction (label, GTK_TEXT_DIR_LTR);
}
