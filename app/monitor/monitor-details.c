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

  GtkWidget *group; /* (nullable) */
  char *shown;      /* (owned) (nullable) what is on show, so that the same is not built again */
};

G_DEFINE_FINAL_TYPE (TocsinMonitorDetails, tocsin_monitor_details, GTK_TYPE_WIDGET)

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
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_NONE);
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
  g_clear_pointer (&self->group, gtk_widget_unparent);
  self->group = adw_preferences_group_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->group), _ ("Settings"));
  for (guint i = 0; i < facts->titles->len; i++)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group),
                               make_row (facts->titles->pdata[i], facts->texts->pdata[i]));
  gtk_widget_set_parent (self->group, GTK_WIDGET (self));
}

static char *
describe (const Facts *facts)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < facts->titles->len; i++)
    g_string_append_printf (all, "%s\n%s\n", (const char *) facts->titles->pdata[i],
                            (const char *) facts->texts->pdata[i]);
  return g_string_free (g_steal_pointer (&all), FALSE);
}

static void
tocsin_monitor_details_dispose (GObject *object)
{
  TocsinMonitorDetails *self = TOCSIN_MONITOR_DETAILS (object);

  g_clear_pointer (&self->group, gtk_widget_unparent);
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
}

void
tocsin_monitor_details_set (TocsinMonitorDetails *self, const TocsinMonitor *monitor)
{
  g_autoptr (GPtrArray) titles = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  Facts facts = { titles, texts };
  g_autofree char *all = NULL;

  g_return_if_fail (TOCSIN_IS_MONITOR_DETAILS (self) && monitor != NULL);

  add_settings (&facts, monitor);
  all = describe (&facts);
  if (g_strcmp0 (all, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&all);
  build (self, &facts);
}
