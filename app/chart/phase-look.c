/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "phase-look"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "evidence-text.h"
#include "phase-look.h"

#define PART_LEAST_PX 1.0
#define COLUMN_GAP_PX 14
#define SWATCH_GAP_PX 6

static const struct {
  const char *color;
  const char *css_class;
} looks[TOCSIN_N_PHASES] = {
  [TOCSIN_PHASE_LOOKUP] = { "phase_lookup", "phase-lookup" },
  [TOCSIN_PHASE_CONNECT] = { "phase_connect", "phase-connect" },
  [TOCSIN_PHASE_TLS] = { "phase_tls", "phase-tls" },
  [TOCSIN_PHASE_WAIT] = { "phase_wait", "phase-wait" },
  [TOCSIN_PHASE_TRANSFER] = { "phase_transfer", "phase-transfer" },
};

const char *
tocsin_phase_get_color (TocsinPhase phase)
{
  g_return_val_if_fail (phase < TOCSIN_N_PHASES, NULL);
  return looks[phase].color;
}

/* --- layout --- */

static gint64
sum_phases (const TocsinSample *sample)
{
  gint64 sum_us = 0;

  for (guint i = 0; i < TOCSIN_N_PHASES; i++)
    sum_us += MAX (sample->phase_us[i], 0);
  return sum_us;
}

guint
tocsin_phases_lay_out (const TocsinSample *sample, gint64 total_us, double width,
                       TocsinPhasePart parts[TOCSIN_N_PHASES])
{
  gint64 sum_us;
  double lent = 0, at = 0;
  guint n = 0, longest = 0;

  g_return_val_if_fail (sample != NULL && parts != NULL, 0);

  sum_us = sum_phases (sample);
  total_us = MAX (total_us, sum_us);
  for (guint i = 0; i < TOCSIN_N_PHASES; i++) {
    double wide;

    if (sample->phase_us[i] <= 0)
      continue;
    wide = width * (double) sample->phase_us[i] / (double) total_us;
    lent += MAX (PART_LEAST_PX - wide, 0);
    parts[n] = (TocsinPhasePart){ .phase = i, .width = MAX (wide, PART_LEAST_PX) };
    if (parts[n].width > parts[longest].width)
      longest = n;
    n++;
  }
  if (n > 0)
    parts[longest].width = MAX (parts[longest].width - lent, PART_LEAST_PX);
  for (guint i = 0; i < n; i++) {
    parts[i].from = at;
    at += parts[i].width;
  }
  return n;
}

/* --- legend --- */

static GtkWidget *
entry_new (TocsinPhase phase, const char *time)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SWATCH_GAP_PX);
  GtkWidget *swatch = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *label = gtk_label_new (tocsin_evidence_get_phase_label (phase));

  gtk_widget_add_css_class (swatch, "phase-swatch");
  gtk_widget_add_css_class (swatch, looks[phase].css_class);
  gtk_widget_set_valign (swatch, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (label, "caption");
  gtk_box_append (GTK_BOX (box), swatch);
  gtk_box_append (GTK_BOX (box), label);
  if (time != NULL) {
    GtkWidget *value = gtk_label_new (time);

    gtk_widget_add_css_class (value, "caption");
    gtk_widget_add_css_class (value, "dim-label");
    gtk_widget_add_css_class (value, "numeric-cell");
    gtk_box_append (GTK_BOX (box), value);
  }
  return box;
}

GtkWidget *
tocsin_phase_legend_new (const TocsinSample *sample)
{
  GtkWidget *legend = gtk_flow_box_new ();

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (legend), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (legend), TOCSIN_N_PHASES);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (legend), COLUMN_GAP_PX);
  for (guint i = 0; i < TOCSIN_N_PHASES; i++) {
    g_autofree char *time = sample != NULL ? tocsin_evidence_text_phase (sample, i) : NULL;
    GtkWidget *child;

    if (sample != NULL && time == NULL)
      continue;
    child = gtk_flow_box_child_new ();
    gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), entry_new (i, time));
    gtk_widget_set_focusable (child, FALSE);
    gtk_flow_box_append (GTK_FLOW_BOX (legend), child);
  }
  return legend;
}
