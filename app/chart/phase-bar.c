/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "phase-bar"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "evidence-text.h"
#include "phase-bar.h"
#include "phase-look.h"

#define HEIGHT_PX      14
#define WIDTH_LEAST_PX 48
#define RADIUS_PX      4
#define GAP_PX         1.0

struct _TocsinPhaseBar {
  GtkWidget parent_instance;

  TocsinSample *sample; /* (owned) (nullable) */
  gint64 total_us;
};

G_DEFINE_FINAL_TYPE (TocsinPhaseBar, tocsin_phase_bar, GTK_TYPE_WIDGET)

static void
append_part (GtkSnapshot *snapshot, GtkWidget *widget, const TocsinPhasePart *part, gboolean rtl)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  double wide = part->width > 2 * GAP_PX ? part->width - GAP_PX : part->width;
  double x = rtl ? gtk_widget_get_width (widget) - part->from - wide : part->from;
  GdkRGBA color;

  if (!gtk_style_context_lookup_color (style, tocsin_phase_get_color (part->phase), &color))
    gtk_style_context_get_color (style, &color);
  gtk_snapshot_append_color (
      snapshot, &color,
      &GRAPHENE_RECT_INIT ((float) x, 0, (float) wide, (float) gtk_widget_get_height (widget)));
}

/* In the direction of the script, as the legend below it. */
static void
tocsin_phase_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TocsinPhaseBar *self = TOCSIN_PHASE_BAR (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  double width = gtk_widget_get_width (widget), all = 0;
  TocsinPhasePart parts[TOCSIN_N_PHASES];
  GskRoundedRect rounded;
  guint n = 0;

  if (self->sample != NULL)
    n = tocsin_phases_lay_out (self->sample, self->total_us, width, parts);
  if (n == 0)
    return;
  all = parts[n - 1].from + parts[n - 1].width;
  gsk_rounded_rect_init_from_rect (&rounded,
                                   &GRAPHENE_RECT_INIT (rtl ? (float) (width - all) : 0, 0,
                                                        (float) all,
                                                        (float) gtk_widget_get_height (widget)),
                                   RADIUS_PX);
  gtk_snapshot_push_rounded_clip (snapshot, &rounded);
  for (guint i = 0; i < n; i++)
    append_part (snapshot, widget, &parts[i], rtl);
  gtk_snapshot_pop (snapshot);
}

static void
tocsin_phase_bar_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                          int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT_PX : WIDTH_LEAST_PX;
}

static void
tocsin_phase_bar_dispose (GObject *object)
{
  g_clear_pointer (&TOCSIN_PHASE_BAR (object)->sample, tocsin_sample_free);
  G_OBJECT_CLASS (tocsin_phase_bar_parent_class)->dispose (object);
}

static void
tocsin_phase_bar_class_init (TocsinPhaseBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_phase_bar_dispose;
  widget_class->snapshot = tocsin_phase_bar_snapshot;
  widget_class->measure = tocsin_phase_bar_measure;
  gtk_widget_class_set_css_name (widget_class, "phasebar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
tocsin_phase_bar_init (TocsinPhaseBar *self)
{
}

GtkWidget *
tocsin_phase_bar_new (void)
{
  return g_object_new (TOCSIN_TYPE_PHASE_BAR, NULL);
}

/* “Name lookup 2 ms, Connect 10 ms” */
static char *
describe (const TocsinSample *sample)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; sample != NULL && i < TOCSIN_N_PHASES; i++) {
    g_autofree char *time = tocsin_evidence_text_phase (sample, i);

    if (time == NULL)
      continue;
    if (text->len > 0)
      g_string_append (text, _ (", "));
    /* Translators: a phase of a check and how long it took: “Connect 10 ms”. */
    g_string_append_printf (text, C_ ("phase", "%s %s"), tocsin_evidence_get_phase_label (i), time);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
tocsin_phase_bar_set_sample (TocsinPhaseBar *self, const TocsinSample *sample, gint64 total_us)
{
  g_autofree char *text = NULL;

  g_return_if_fail (TOCSIN_IS_PHASE_BAR (self));

  g_clear_pointer (&self->sample, tocsin_sample_free);
  self->sample = sample != NULL ? tocsin_sample_copy (sample) : NULL;
  self->total_us = total_us;
  text = describe (sample);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), *text != '\0' ? text : NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
