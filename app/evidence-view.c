/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "evidence-view"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "evidence-text.h"
#include "evidence-view.h"
#include "phase-bar.h"
#include "state-look.h"

struct _TocsinEvidenceView {
  GtkWidget parent_instance;

  GtkWidget *box; /* (owned by the widget tree) */
};

G_DEFINE_FINAL_TYPE (TocsinEvidenceView, tocsin_evidence_view, GTK_TYPE_WIDGET)

/* A short text over a long one, which can be selected and copied. */
static GtkWidget *
fact_row_new (const char *caption, const char *value, gboolean monospace)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *title = gtk_label_new (caption), *text = gtk_label_new (value);
  GtkWidget *row = adw_preferences_row_new ();

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_widget_add_css_class (title, "caption");
  gtk_widget_add_css_class (title, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  if (monospace)
    gtk_widget_add_css_class (text, "monospace");
  gtk_accessible_update_relation (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_RELATION_LABELLED_BY, title,
                                  NULL, -1);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), text);
  gtk_widget_add_css_class (box, "evidence-fact");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  /* The tab key goes from fact to fact, not first to a row and then to its text. */
  gtk_widget_set_focusable (row, FALSE);
  return row;
}

/* What is long is there, and closed. A label, since it knows its height at once, as a text view
 * does not; 4 KiB are not too much for one. */
static GtkWidget *
long_row_new (const char *caption, const char *value)
{
  GtkWidget *row = adw_expander_row_new (), *inner = adw_preferences_row_new ();
  GtkWidget *scroller = gtk_scrolled_window_new (), *text = gtk_label_new (value);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), caption);
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_yalign (GTK_LABEL (text), 0);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_widget_add_css_class (text, "monospace");
  gtk_widget_add_css_class (text, "evidence-fact");
  gtk_accessible_update_property (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_LABEL, caption,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, value, -1);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 320);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), text);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (inner), scroller);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (inner), FALSE);
  gtk_widget_set_focusable (inner, FALSE);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (row), inner);
  return row;
}

static void
add_outcome (TocsinEvidenceView *self, const TocsinSample *sample)
{
  static const TocsinState states[] = {
    [TOCSIN_OUTCOME_OK] = TOCSIN_STATE_UP,
    [TOCSIN_OUTCOME_SLOW] = TOCSIN_STATE_DEGRADED,
    [TOCSIN_OUTCOME_FAILED] = TOCSIN_STATE_DOWN,
    [TOCSIN_OUTCOME_INCONCLUSIVE] = TOCSIN_STATE_UNKNOWN,
  };
  GtkWidget *group = adw_preferences_group_new (), *row = adw_action_row_new ();
  GtkWidget *image = gtk_image_new ();
  g_autofree char *title = tocsin_evidence_text_outcome (sample);

  g_return_if_fail (sample->outcome < G_N_ELEMENTS (states));

  tocsin_state_show (GTK_IMAGE (image), states[sample->outcome]);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), image);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  if (sample->reason != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), sample->reason);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  gtk_box_append (GTK_BOX (self->box), group);
}

/* Above the figures, what they look like. */
static GtkWidget *
phases_row_new (const TocsinSample *sample)
{
  GtkWidget *row = adw_preferences_row_new (), *bar = tocsin_phase_bar_new ();

  tocsin_phase_bar_set_sample (TOCSIN_PHASE_BAR (bar), sample, 0);
  gtk_widget_add_css_class (bar, "evidence-bar");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), bar);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  return row;
}

static void
add_phases (TocsinEvidenceView *self, const TocsinSample *sample)
{
  GtkWidget *group = NULL;

  for (guint i = 0; i < TOCSIN_N_PHASES; i++) {
    g_autofree char *text = tocsin_evidence_text_phase (sample, i);

    if (text == NULL)
      continue;
    if (group == NULL) {
      group = adw_preferences_group_new ();
      adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _ ("Where the time went"));
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), phases_row_new (sample));
      gtk_box_append (GTK_BOX (self->box), group);
    }
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                               fact_row_new (tocsin_evidence_get_phase_label (i), text, FALSE));
  }
}

static void
add_facts (TocsinEvidenceView *self, const TocsinSample *sample)
{
  GtkWidget *group = NULL;
  const char *title = NULL;
  gint64 now_us = g_get_real_time ();

  for (guint i = 0; i < tocsin_n_evidence_facts; i++) {
    const TocsinEvidenceFact *fact = &tocsin_evidence_facts[i];
    g_autofree char *text = fact->write (sample, now_us);

    if (text == NULL || *text == '\0')
      continue;
    if (group == NULL || !g_str_equal (title, fact->section)) {
      group = adw_preferences_group_new ();
      title = fact->section;
      adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _ (title));
      gtk_box_append (GTK_BOX (self->box), group);
    }
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                               fact->is_long
                                   ? long_row_new (_ (fact->label), text)
                                   : fact_row_new (_ (fact->label), text, fact->is_monospace));
  }
}

static void
tocsin_evidence_view_dispose (GObject *object)
{
  TocsinEvidenceView *self = TOCSIN_EVIDENCE_VIEW (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (tocsin_evidence_view_parent_class)->dispose (object);
}

static void
tocsin_evidence_view_class_init (TocsinEvidenceViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_evidence_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "evidence");
}

static void
tocsin_evidence_view_init (TocsinEvidenceView *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
tocsin_evidence_view_new (void)
{
  return g_object_new (TOCSIN_TYPE_EVIDENCE_VIEW, NULL);
}

void
tocsin_evidence_view_set_sample (TocsinEvidenceView *self, const TocsinSample *sample)
{
  GtkWidget *child;

  g_return_if_fail (TOCSIN_IS_EVIDENCE_VIEW (self));

  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
  if (sample == NULL)
    return;
  add_outcome (self, sample);
  add_phases (self, sample);
  add_facts (self, sample);
}
