/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "sparkline"

#include "config.h"

#include <math.h>

#include "sparkline.h"
#include "state.h"

#define FAILED (-1.0f)
#define NONE   (-2.0f)

struct _TocsinSparkline {
  GtkWidget parent_instance;

  float values[TOCSIN_STATUS_RECENT]; /* ms, FAILED or NONE; the last n_values */
  guint n_values;
};

G_DEFINE_FINAL_TYPE (TocsinSparkline, tocsin_sparkline, GTK_TYPE_WIDGET)

static float
read_value (const char *text)
{
  if (*text == 'x')
    return FAILED;
  return g_ascii_isdigit (*text) ? (float) g_ascii_strtod (text, NULL) : NONE;
}

/* Where a value lies: the line keeps a pixel from the edges, and a flat one runs low, since nothing
 * happened. */
static double
y_of (float value, float most, double height)
{
  return most > 0 ? height - 2 - (height - 4) * value / most : height - 2;
}

static void
draw_line (TocsinSparkline *self, cairo_t *cr, double step, double height, const GdkRGBA *color)
{
  gboolean is_open = FALSE;
  float most = 0;

  for (guint i = 0; i < self->n_values; i++)
    most = MAX (most, self->values[i]);
  gdk_cairo_set_source_rgba (cr, color);
  cairo_set_line_width (cr, 1.5);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  for (guint i = 0; i < self->n_values; i++) {
    double x = (i + 0.5) * step;

    if (self->values[i] < 0) {
      is_open = FALSE;
    } else if (!is_open) {
      cairo_move_to (cr, x, y_of (self->values[i], most, height));
      cairo_line_to (cr, x, y_of (self->values[i], most, height));
      is_open = TRUE;
    } else {
      cairo_line_to (cr, x, y_of (self->values[i], most, height));
    }
  }
  cairo_stroke (cr);
}

static void
tocsin_sparkline_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TocsinSparkline *self = TOCSIN_SPARKLINE (widget);
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  float width = (float) gtk_widget_get_width (widget);
  float height = (float) gtk_widget_get_height (widget);
  float step = width / TOCSIN_STATUS_RECENT;
  float from = step * (float) (TOCSIN_STATUS_RECENT - self->n_values);
  GdkRGBA line, failed;
  cairo_t *cr;

  if (self->n_values == 0 || height < 6)
    return;
  gtk_style_context_get_color (style, &line);
  if (!gtk_style_context_lookup_color (style, "error_color", &failed))
    failed = line;
  for (guint i = 0; i < self->n_values; i++)
    if (self->values[i] == FAILED)
      gtk_snapshot_append_color (snapshot, &failed,
                                 &GRAPHENE_RECT_INIT (floorf (from + step * (float) i) + 0.5f, 0,
                                                      MAX (1, floorf (step)), height));
  line.alpha *= 0.6f;
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  cairo_translate (cr, from, 0);
  draw_line (self, cr, step, height, &line);
  cairo_destroy (cr);
}

static void
tocsin_sparkline_class_init (TocsinSparklineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = tocsin_sparkline_snapshot;
  gtk_widget_class_set_css_name (widget_class, "sparkline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
tocsin_sparkline_init (TocsinSparkline *self)
{
}

GtkWidget *
tocsin_sparkline_new (void)
{
  return g_object_new (TOCSIN_TYPE_SPARKLINE, NULL);
}

void
tocsin_sparkline_set_recent (TocsinSparkline *self, const char *const *recent)
{
  float values[TOCSIN_STATUS_RECENT];
  guint n = 0;

  g_return_if_fail (TOCSIN_IS_SPARKLINE (self));

  while (recent != NULL && n < TOCSIN_STATUS_RECENT && recent[n] != NULL) {
    values[n] = read_value (recent[n]);
    n++;
  }
  if (n == self->n_values && memcmp (values, self->values, n * sizeof *values) == 0)
    return;
  memcpy (self->values, values, n * sizeof *values);
  self->n_values = n;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
