/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "monitor-details"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "monitor-details.h"
#include "texts.h"

struct _TocsinMonitorDetails {
  GtkWidget parent_instance;

  GtkWidget *box;
  char *shown; /* (owned) (nullable) what is on show, so that the same is not built again */
};

G_DEFINE_FINAL_TYPE (TocsinMonitorDetails, tocsin_monitor_details, GTK_TYPE_WIDGET)

/* The facts as title and text, groups begun by a title without text. */
typedef struct {
  GPtrArray *titles, *texts; /* (owned) */
} Facts;

static void
add_fact (Facts *facts, const char *title, char *text)
{
  if (text == NULL || *text == '\0') {
    g_free (text);
    return;
  }
  g_ptr_array_add (facts->titles, g_strdup (title));
  g_ptr_array_add (facts->texts, text);
}

static void
begin_group (Facts *facts, const char *title)
{
  g_ptr_array_add (facts->titles, g_strdup (title));
  g_ptr_array_add (facts->texts, NULL);
}

static char *
join (char *const *list)
{
  return list != NULL ? g_strjoinv ("\n", (char **) list) : NULL;
}

static char *
span_or_null (gint64 span_us)
{
  return span_us >= 0 ? tocsin_text_span (span_us) : NULL;
}

static void
add_expectations (Facts *facts, const TocsinMonitor *monitor)
{
  if (monitor->kind == TOCSIN_MONITOR_HTTP) {
    add_fact (facts, _ ("Expected status"), g_strdup (monitor->expect_status));
    add_fact (facts, _ ("Contains"), g_strdup (monitor->contains));
    add_fact (facts, _ ("Does not contain"), g_strdup (monitor->not_contains));
    add_fact (facts, _ ("Matches"), g_strdup (monitor->matches));
    add_fact (facts, _ ("JSON query"), g_strdup (monitor->json_query));
    add_fact (facts, _ ("Expected headers"), join (monitor->expect_headers));
  }
  if (monitor->kind == TOCSIN_MONITOR_TCP)
    add_fact (facts, _ ("Expected answer"), g_strdup (monitor->expect));
  if (monitor->kind == TOCSIN_MONITOR_DNS) {
    add_fact (facts, _ ("Record type"),
              g_strdup (tocsin_words_get (&tocsin_dns_type_words, monitor->record_type)));
    add_fact (facts, _ ("Expected values"), join (monitor->expect_values));
  }
}

static void
add_settings (Facts *facts, const TocsinMonitor *monitor)
{
  begin_group (facts, _ ("Expectations"));
  add_fact (facts, _ ("Target"), g_strdup (monitor->target));
  if (monitor->kind != TOCSIN_MONITOR_HEARTBEAT) {
    add_fact (facts, _ ("Interval"), tocsin_text_span (monitor->interval_us));
    add_fact (facts, _ ("Timeout"), tocsin_text_span (monitor->timeout_us));
    add_fact (facts, _ ("Down after"),
              g_strdup_printf (ngettext ("%d failed check", "%d failed checks", monitor->failures),
                               (int) monitor->failures));
    add_fact (facts, _ ("Slow above"), span_or_null (monitor->slow_us));
  }
  add_expectations (facts, monitor);
  add_fact (facts, _ ("Tags"), monitor->tags != NULL ? g_strjoinv (", ", monitor->tags) : NULL);
  add_fact (facts, _ ("Description"), g_strdup (monitor->description));
}

static void
add_evidence (Facts *facts, const TocsinEvidence *evidence)
{
  begin_group (facts, _ ("Seen at the Last Check"));
  add_fact (facts, _ ("Address"), g_strdup (evidence->remote_address));
  add_fact (facts, _ ("Tried"), join (evidence->addresses_tried));
  if (evidence->status > 0)
    add_fact (facts, _ ("Status"), g_strdup_printf ("%d", (int) evidence->status));
  if (evidence->http_version != NULL)
    add_fact (facts, _ ("Protocol"), g_strdup_printf ("HTTP/%s", evidence->http_version));
  add_fact (facts, _ ("Led to"), g_strdup (evidence->final_url));
  add_fact (facts, _ ("Answers"), join (evidence->answers));
  add_fact (facts, _ ("Resolver"), g_strdup (evidence->resolver));
  if (evidence->packets_sent > 0)
    add_fact (facts, _ ("Packets"),
              g_strdup_printf (_ ("%d of %d came back"), (int) evidence->packets_received,
                               (int) evidence->packets_sent));
}

static void
add_certificate (Facts *facts, const TocsinCertificate *certificate)
{
  gint64 now_us = g_get_real_time ();
  g_autofree char *distance = tocsin_text_distance (certificate->not_after, now_us);
  g_autofree char *when = tocsin_text_time_in_full (certificate->not_after, NULL);

  begin_group (facts, _ ("Certificate"));
  add_fact (facts, _ ("Subject"), g_strdup (certificate->subject));
  add_fact (facts, _ ("Issuer"), g_strdup (certificate->issuer));
  if (certificate->not_after > 0)
    add_fact (facts, _ ("Ends"), g_strdup_printf ("%s (%s)", distance, when));
  add_fact (facts, _ ("Names"), join (certificate->names));
  add_fact (facts, _ ("Problem"), g_strdup (certificate->chain_problem));
  add_fact (facts, _ ("Protocol"), g_strdup (certificate->tls_version));
  add_fact (facts, _ ("SHA-256"), g_strdup (certificate->fingerprint));
}

/* --- the rows --- */

static GtkWidget *
make_row (const char *title, const char *text)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *label = gtk_label_new (text);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 48);
  gtk_widget_set_margin_top (label, 8);
  gtk_widget_set_margin_bottom (label, 8);
  gtk_widget_add_css_class (label, "dim-label");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  return row;
}

static void
build (TocsinMonitorDetails *self, const Facts *facts)
{
  GtkWidget *group = NULL, *child;

  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
  for (guint i = 0; i < facts->titles->len; i++) {
    if (facts->texts->pdata[i] != NULL) {
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                                 make_row (facts->titles->pdata[i], facts->texts->pdata[i]));
    } else if (i + 1 < facts->titles->len && facts->texts->pdata[i + 1] != NULL) {
      group = adw_preferences_group_new ();
      adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), facts->titles->pdata[i]);
      gtk_box_append (GTK_BOX (self->box), group);
    }
  }
}

static char *
describe (const Facts *facts)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < facts->titles->len; i++) {
    const char *text = facts->texts->pdata[i];

    g_string_append_printf (all, "%s\n%s\n", (const char *) facts->titles->pdata[i],
                            text != NULL ? text : "");
  }
  return g_string_free (g_steal_pointer (&all), FALSE);
}

static void
tocsin_monitor_details_dispose (GObject *object)
{
  TocsinMonitorDetails *self = TOCSIN_MONITOR_DETAILS (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->shown, g_free);
  G_OBJECT_CLASS (tocsin_monitor_details_parent_class)->dispose (object);
}

static void
tocsin_monitor_details_class_init (TocsinMonitorDetailsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tocsin_monitor_details_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
tocsin_monitor_details_init (TocsinMonitorDetails *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

void
tocsin_monitor_details_set (TocsinMonitorDetails *self, const TocsinMonitor *monitor,
                            const TocsinSample *sample)
{
  const TocsinEvidence *evidence = sample != NULL ? sample->evidence : NULL;
  g_autoptr (GPtrArray) titles = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  Facts facts = { titles, texts };
  g_autofree char *all = NULL;

  g_return_if_fail (TOCSIN_IS_MONITOR_DETAILS (self) && monitor != NULL);

  add_settings (&facts, monitor);
  if (evidence != NULL)
    add_evidence (&facts, evidence);
  if (evidence != NULL && evidence->certificate != NULL)
    add_certificate (&facts, evidence->certificate);
  all = describe (&facts);
  if (g_strcmp0 (all, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&all);
  build (self, &facts);
}
