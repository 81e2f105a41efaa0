/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "incident-timeline"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "evidence-view.h"
#include "incident-text.h"
#include "incident-timeline.h"
#include "state-look.h"
#include "texts.h"

/* So many are shown at first: the one that opened it, and the last. */
#define SHOWN_FIRST 120

struct _TocsinIncidentTimeline {
  GtkWidget parent_instance;

  TocsinIncident *incident; /* (owned) (nullable) */
  gboolean shows_all;
  GtkWidget *box;
  GtkWidget *last; /* (nullable) of the box: the entry whose line goes on with the next */
};

G_DEFINE_FINAL_TYPE (TocsinIncidentTimeline, tocsin_incident_timeline, GTK_TYPE_WIDGET)

/* --- an entry --- */

static GtkWidget *
make_text (const char *text, const char *class_name)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (class_name != NULL)
    gtk_widget_add_css_class (label, class_name);
  return label;
}

/* Evidence is many widgets, and most of it is never looked at. */
static void
expanded_cb (GtkExpander *expander, GParamSpec *pspec, gpointer user_data)
{
  const TocsinSample *sample = g_object_get_data (G_OBJECT (expander), "sample");
  GtkWidget *view;

  if (gtk_expander_get_child (expander) != NULL)
    return;
  view = tocsin_evidence_view_new ();
  tocsin_evidence_view_set_sample (TOCSIN_EVIDENCE_VIEW (view), sample);
  gtk_widget_set_margin_top (view, 6);
  gtk_expander_set_child (expander, view);
}

static GtkWidget *
make_evidence (const TocsinSample *sample)
{
  GtkWidget *expander = gtk_expander_new (_ ("What Was Seen"));

  g_object_set_data_full (G_OBJECT (expander), "sample", tocsin_sample_copy (sample),
                          (GDestroyNotify) tocsin_sample_free);
  g_signal_connect (expander, "notify::expanded", G_CALLBACK (expanded_cb), NULL);
  gtk_widget_set_margin_top (expander, 4);
  gtk_accessible_update_property (GTK_ACCESSIBLE (expander), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("What Was Seen"), -1);
  return expander;
}

static GtkWidget *
make_head (const TocsinUpdate *update)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = make_text (tocsin_update_kind_get_label (update->kind), "heading"), *time;
  g_autofree char *at = tocsin_text_time (update->at_us, g_get_real_time (), NULL);
  g_autofree char *in_full = tocsin_text_time_in_full (update->at_us, NULL);

  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (head), label);
  time = make_text (at, "caption");
  gtk_widget_add_css_class (time, "dim-label");
  gtk_widget_add_css_class (time, "numeric");
  gtk_label_set_xalign (GTK_LABEL (time), 1);
  gtk_widget_set_tooltip_text (time, in_full);
  gtk_box_append (GTK_BOX (head), time);
  return head;
}

static GtkWidget *
make_body (const TocsinUpdate *update)
{
  GtkWidget *body = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2), *text;

  gtk_widget_set_hexpand (body, TRUE);
  gtk_widget_add_css_class (body, "timeline-body");
  gtk_box_append (GTK_BOX (body), make_head (update));
  if (update->author != NULL && *update->author != '\0') {
    text = make_text (update->author, "caption");
    gtk_widget_add_css_class (text, "dim-label");
    gtk_box_append (GTK_BOX (body), text);
  }
  if (update->text != NULL && *update->text != '\0') {
    text = make_text (update->text, NULL);
    gtk_label_set_selectable (GTK_LABEL (text), TRUE);
    gtk_box_append (GTK_BOX (body), text);
  }
  if (update->sample != NULL)
    gtk_box_append (GTK_BOX (body), make_evidence (update->sample));
  return body;
}

/* A shape, and under it the line to the next. */
static GtkWidget *
make_rail (const TocsinUpdate *update)
{
  GtkWidget *rail = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *image = gtk_image_new_from_icon_name (tocsin_update_kind_get_icon (update->kind));
  GtkWidget *line = gtk_separator_new (GTK_ORIENTATION_VERTICAL);

  tocsin_state_paint (image, tocsin_update_kind_get_look (update->kind));
  gtk_widget_set_margin_top (image, 2);
  gtk_widget_set_vexpand (line, TRUE);
  gtk_widget_set_halign (line, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (rail), image);
  gtk_box_append (GTK_BOX (rail), line);
  return rail;
}

static void
show_line (GtkWidget *entry, gboolean goes_on)
{
  GtkWidget *rail = gtk_widget_get_first_child (entry);

  gtk_widget_set_opacity (gtk_widget_get_last_child (rail), goes_on ? 1 : 0);
}

static void
append (TocsinIncidentTimeline *self, const TocsinUpdate *update)
{
  GtkWidget *entry = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  gtk_box_append (GTK_BOX (entry), make_rail (update));
  gtk_box_append (GTK_BOX (entry), make_body (update));
  gtk_box_append (GTK_BOX (self->box), entry);
  if (self->last != NULL)
    show_line (self->last, TRUE);
  show_line (entry, FALSE);
  self->last = entry;
}

/* --- all of them --- */

static void rebuild (TocsinIncidentTimeline *self);

static void
show_all_cb (TocsinIncidentTimeline *self)
{
  self->shows_all = TRUE;
  rebuild (self);
}

static void
append_gap (TocsinIncidentTimeline *self, guint n)
{
  g_autofree char *text =
      g_strdup_printf (ngettext ("Show %u step between", "Show %u steps between", n), n);
  GtkWidget *button = gtk_button_new_with_label (text);

  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_set_margin_bottom (button, 12);
  gtk_widget_add_css_class (button, "flat");
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (show_all_cb), self);
  gtk_box_append (GTK_BOX (self->box), button);
}

static void
rebuild (TocsinIncidentTimeline *self)
{
  GPtrArray *updates = self->incident != NULL ? self->incident->updates : NULL;
  guint n = updates != NULL ? updates->len : 0, skipped;
  GtkWidget *child;

  self->last = NULL;
  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
  skipped = self->shows_all || n <= SHOWN_FIRST ? 0 : n - SHOWN_FIRST;
  for (guint i = 0; i < n; i++) {
    if (i == 1 && skipped > 0) {
      append_gap (self, skipped);
      i += skipped;
    }
    append (self, updates->pdata[i]);
  }
}

/* Whether `incident` is what is shown and perhaps more. */
static gboolean
goes_on_with (TocsinIncidentTimeline *self, const TocsinIncident *incident)
{
  GPtrArray *old = self->incident != NULL ? self->incident->updates : NULL;

  if (old == NULL || incident == NULL || incident->updates == NULL ||
      g_strcmp0 (self->incident->id, incident->id) != 0 || incident->updates->len < old->len)
    return FALSE;
  for (guint i = 0; i < old->len; i++)
    if (!tocsin_fields_equal (&tocsin_update_fields, old->pdata[i], incident->updates->pdata[i]))
      return FALSE;
  return TRUE;
}

static void
tocsin_incident_timeline_dispose (GObject *object)
{
  TocsinIncidentTimeline *self = TOCSIN_INCIDENT_TIMELINE (object);

  self->last = NULL;
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->incident, tocsin_incident_free);
  G_OBJECT_CLASS (tocsin_incident_timeline_parent_class)->dispose (object);
}

static void
tocsin_incident_timeline_class_init (TocsinIncidentTimelineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_incident_timeline_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
tocsin_incident_timeline_init (TocsinIncidentTimeline *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
tocsin_incident_timeline_new (void)
{
  return g_object_new (TOCSIN_TYPE_INCIDENT_TIMELINE, NULL);
}

void
tocsin_incident_timeline_set_incident (TocsinIncidentTimeline *self, const TocsinIncident *incident)
{
  g_autoptr (TocsinIncident) old = NULL;
  gboolean goes_on;

  g_return_if_fail (TOCSIN_IS_INCIDENT_TIMELINE (self));

  goes_on = goes_on_with (self, incident);
  old = g_steal_pointer (&self->incident);
  self->incident = incident != NULL ? tocsin_incident_copy (incident) : NULL;
  if (goes_on && old != NULL && incident != NULL) {
    for (guint i = old->updates->len; i < incident->updates->len; i++)
      append (self, incident->updates->pdata[i]);
  } else {
    if (old == NULL || incident == NULL || g_strcmp0 (old->id, incident->id) != 0)
      self->shows_all = FALSE;
    rebuild (self);
  }
}
