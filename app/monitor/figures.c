/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "figures"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "figures.h"
#include "texts.h"
#include "widget-children.h"

typedef struct {
  GtkWidget *card;
  GtkLabel *share;
  GtkLabel *incidents;
  GtkLabel *latency;
} Card;

struct _TocsinFigures {
  GtkWidget parent_instance;

  Card cards[TOCSIN_N_WINDOWS];
};

G_DEFINE_FINAL_TYPE (TocsinFigures, tocsin_figures, GTK_TYPE_WIDGET)

static const char *const titles[TOCSIN_N_WINDOWS] = { N_ ("24 hours"), N_ ("7 days"),
                                                      N_ ("30 days"), N_ ("90 days") };

static GtkLabel *
add_label (GtkWidget *box, const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, css_class);
  gtk_widget_add_css_class (label, "numeric");
  gtk_box_append (GTK_BOX (box), label);
  return GTK_LABEL (label);
}

static void
make_card (Card *card, const char *title)
{
  card->card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_widget_add_css_class (card->card, "card");
  gtk_widget_add_css_class (card->card, "figure");
  add_label (card->card, title, "dim-label");
  card->share = add_label (card->card, "—", "title-2");
  card->incidents = add_label (card->card, "", "caption");
  card->latency = add_label (card->card, "", "caption");
  gtk_label_set_ellipsize (card->latency, PANGO_ELLIPSIZE_NONE);
  gtk_label_set_wrap (card->latency, TRUE);
}

static void
tocsin_figures_dispose (GObject *object)
{
  tocsin_widget_drop_children (GTK_WIDGET (object));
  G_OBJECT_CLASS (tocsin_figures_parent_class)->dispose (object);
}

static void
tocsin_figures_class_init (TocsinFiguresClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_figures_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
tocsin_figures_init (TocsinFigures *self)
{
  GtkWidget *flow = gtk_flow_box_new ();

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_homogeneous (GTK_FLOW_BOX (flow), TRUE);
  gtk_flow_box_set_min_children_per_line (GTK_FLOW_BOX (flow), 2);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (flow), TOCSIN_N_WINDOWS);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (flow), 12);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (flow), 12);
  for (guint i = 0; i < TOCSIN_N_WINDOWS; i++) {
    GtkWidget *child = gtk_flow_box_child_new ();

    make_card (&self->cards[i], _ (titles[i]));
    gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), self->cards[i].card);
    gtk_widget_set_focusable (child, FALSE);
    gtk_flow_box_append (GTK_FLOW_BOX (flow), child);
  }
  gtk_widget_set_parent (flow, GTK_WIDGET (self));
}

void
tocsin_figures_set (TocsinFigures *self, TocsinWindow window, const TocsinFigure *figure)
{
  g_autofree char *share = NULL;
  g_autofree char *incidents = NULL;
  g_autofree char *mean = NULL;
  g_autofree char *p95 = NULL;
  g_autofree char *latency = NULL;
  g_autofree char *spoken = NULL;
  Card *card;

  g_return_if_fail (TOCSIN_IS_FIGURES (self) && window < TOCSIN_N_WINDOWS && figure != NULL);

  card = &self->cards[window];
  share = tocsin_text_share (figure->share_up);
  incidents = g_strdup_printf (ngettext ("%u incident", "%u incidents", figure->n_incidents),
                               figure->n_incidents);
  mean = tocsin_text_latency (figure->mean_us);
  p95 = tocsin_text_latency (figure->p95_us);
  if (!isnan (figure->mean_us))
    /* Translators: the mean latency, and the one that 95 % are below. */
    latency = g_strdup_printf (_ ("⌀ %s, p95 %s"), mean, p95);
  else
    latency = g_strdup (isnan (figure->share_up) ? _ ("no data") : "");
  gtk_label_set_text (card->share, share);
  gtk_label_set_text (card->incidents, incidents);
  gtk_label_set_text (card->latency, latency);
  gtk_widget_set_tooltip_text (card->card, latency);
  /* Translators: a span of days, uptime, incidents, latency, as a screen reader tells them. */
  spoken =
      g_strdup_printf (_ ("%s: uptime %s, %s, %s"), _ (titles[window]), share, incidents, latency);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (card->card)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}
