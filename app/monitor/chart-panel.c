/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "chart-panel"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "chart-export.h"
#include "chart-panel.h"
#include "chart.h"
#include "decode.h"
#include "maintenance-windows.h"
#include "maintenance.h"
#include "phase-look.h"
#include "series.h"
#include "settings.h"
#include "timetext.h"
#include "toast.h"

#define SAMPLES_MOST     10000
#define PHASES_SPAN_US   (7 * TOCSIN_US_PER_DAY) /* that samples are asked for at most */
#define OCCURRENCES_MOST 200

struct _TocsinChartPanel {
  GtkWidget parent_instance;

  TocsinClient *client;      /* (owned) */
  char *id;                  /* (owned) (nullable) */
  char **tags;               /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) of what is asked for this monitor and span */
  GSettings *settings;       /* (owned) (nullable) */
  gulong changed_id;
  gboolean is_setting;
  gboolean has_maintenance; /* asked for, for this monitor */

  GtkWidget *box;
  TocsinChart *chart;
  GtkToggleButton *ranges[6];
  GtkToggleButton *phases;
  GtkToggleButton *logarithmic;
  GtkWidget *legend;
};

G_DEFINE_FINAL_TYPE (TocsinChartPanel, tocsin_chart_panel, GTK_TYPE_WIDGET)

static const struct {
  const char *label;
  const char *spoken;
  gint64 span_us;
} ranges[] = {
  { N_ ("1 h"), N_ ("Last hour"), TOCSIN_US_PER_HOUR },
  { N_ ("6 h"), N_ ("Last 6 hours"), 6 * TOCSIN_US_PER_HOUR },
  { N_ ("24 h"), N_ ("Last 24 hours"), 24 * TOCSIN_US_PER_HOUR },
  { N_ ("7 d"), N_ ("Last 7 days"), 7 * TOCSIN_US_PER_DAY },
  { N_ ("30 d"), N_ ("Last 30 days"), 30 * TOCSIN_US_PER_DAY },
  { N_ ("90 d"), N_ ("Last 90 days"), 90 * TOCSIN_US_PER_DAY },
};
#define RANGE_FIRST 1 /* that a page begins with */

/* --- asking the daemon --- */

static void
got_series_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinChartPanel) self = user_data;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinSeries) series = NULL;

  if (tocsin_dbus_tocsin1_call_series_finish (TOCSIN_DBUS_TOCSIN1 (source), &answer, result,
                                              &error))
    series = tocsin_series_from_variant (answer, &error);
  if (series != NULL)
    tocsin_chart_set_series (self->chart, g_steal_pointer (&series));
  else
    tocsin_toast_error (GTK_WIDGET (self), error);
}

static void
got_samples_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinChartPanel) self = user_data;
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) samples = NULL;

  if (!tocsin_dbus_tocsin1_call_samples_finish (TOCSIN_DBUS_TOCSIN1 (source), &list, result,
                                                &error)) {
    tocsin_toast_error (GTK_WIDGET (self), error);
    return;
  }
  samples = tocsin_decode_list (list, &tocsin_sample_fields, (GDestroyNotify) tocsin_sample_free);
  tocsin_chart_set_samples (self->chart, samples);
}

static void
range_changed_cb (TocsinChartPanel *self, gint64 from_us, gint64 to_us, guint n_points)
{
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (self->client);

  if (self->id == NULL || proxy == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  tocsin_dbus_tocsin1_call_series (proxy, self->id, MAX (from_us, 0), to_us, n_points,
                                   self->cancellable, got_series_cb, g_object_ref (self));
  if (gtk_toggle_button_get_active (self->phases) && to_us - from_us <= PHASES_SPAN_US)
    tocsin_dbus_tocsin1_call_samples (proxy, self->id, MAX (from_us, 0), to_us, SAMPLES_MOST,
                                      self->cancellable, got_samples_cb, g_object_ref (self));
  gtk_widget_set_sensitive (GTK_WIDGET (self->phases), to_us - from_us <= PHASES_SPAN_US);
}

/* --- maintenance: the windows that touch what can be seen --- */

static void
add_occurrences (TocsinChartPanel *self, const TocsinMaintenance *maintenance)
{
  g_autofree TocsinMaintenanceSpan *spans = g_new (TocsinMaintenanceSpan, OCCURRENCES_MOST);
  gint64 now_us = g_get_real_time ();
  guint n;

  if (!tocsin_maintenance_covers (maintenance, self->id, self->tags))
    return;
  n = tocsin_maintenance_next (maintenance, now_us - 90 * TOCSIN_US_PER_DAY, spans,
                               OCCURRENCES_MOST);
  for (guint i = 0; i < n && spans[i].starts_at < now_us; i++)
    tocsin_chart_add_maintenance (self->chart, spans[i].starts_at, spans[i].ends_at);
}

static void
got_maintenance_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TocsinChartPanel) self = user_data;
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) windows = NULL;

  if (!tocsin_dbus_tocsin1_call_maintenance_finish (TOCSIN_DBUS_TOCSIN1 (source), &list, result,
                                                    &error))
    return; /* the chart is right without them */
  windows = tocsin_decode_list (list, &tocsin_maintenance_fields,
                                (GDestroyNotify) tocsin_maintenance_free);
  for (guint i = 0; i < windows->len; i++)
    add_occurrences (self, windows->pdata[i]);
}

/* --- time and samples --- */

static void
tick_cb (TocsinChartPanel *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    tocsin_chart_set_now (self->chart, g_get_real_time ());
}

static void
changed_cb (TocsinChartPanel *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)) || !tocsin_chart_is_following (self->chart))
    return;
  tocsin_chart_set_now (self->chart, g_get_real_time ());
  tocsin_chart_refresh (self->chart);
}

/* --- ranges and views --- */

static void
range_toggled_cb (GtkToggleButton *button, gpointer user_data)
{
  TocsinChartPanel *self = user_data;

  if (self->is_setting || !gtk_toggle_button_get_active (button))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
    if (self->ranges[i] == button) {
      tocsin_chart_set_now (self->chart, g_get_real_time ());
      tocsin_chart_follow (self->chart, ranges[i].span_us);
    }
}

static void
show_legend (TocsinChartPanel *self)
{
  gboolean phases = gtk_toggle_button_get_active (self->phases);

  gtk_widget_set_visible (self->legend, phases);
}

static void
phases_toggled_cb (TocsinChartPanel *self)
{
  gboolean phases = gtk_toggle_button_get_active (self->phases);

  tocsin_chart_set_mode (self->chart, phases ? TOCSIN_CHART_PHASES : TOCSIN_CHART_LATENCY);
  gtk_widget_set_sensitive (GTK_WIDGET (self->logarithmic), !phases);
  show_legend (self);
  tocsin_chart_refresh (self->chart);
}

static void
logarithmic_toggled_cb (TocsinChartPanel *self)
{
  tocsin_chart_set_logarithmic (self->chart, gtk_toggle_button_get_active (self->logarithmic));
}

/* --- export --- */

typedef struct {
  TocsinChartPanel *self; /* (owned) */
  TocsinChartFormat format;
} Export;

static void
saved_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  g_autofree Export *export = user_data;
  g_autoptr (TocsinChartPanel) self = export->self;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_object_unref (dialog);
  if (file == NULL)
    return;
  bytes = tocsin_chart_export (self->chart, export->format, &error);
  if (bytes == NULL ||
      !g_file_replace_contents (file, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL, &error))
    tocsin_toast_error (GTK_WIDGET (self), error);
  else
    tocsin_toast (GTK_WIDGET (self), _ ("Exported"));
}

static void
export_cb (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TocsinChartPanel *self = TOCSIN_CHART_PANEL (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkFileChooserNative *dialog;
  g_autofree char *name = NULL;
  Export *export = g_new0 (Export, 1);

  export->self = g_object_ref (self);
  export->format = (TocsinChartFormat) g_variant_get_int32 (parameter);
  dialog = gtk_file_chooser_native_new (_ ("Export Chart"), GTK_WINDOW (root),
                                        GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), _ ("_Cancel"));
  name = g_strdup_printf ("tocsin.%s", tocsin_chart_format_get_suffix (export->format));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect (dialog, "response", G_CALLBACK (saved_cb), export);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* --- making it --- */

static GtkWidget *
make_ranges (TocsinChartPanel *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_add_css_class (box, "linked");
  gtk_widget_add_css_class (box, "chart-ranges");
  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++) {
    GtkWidget *button = gtk_toggle_button_new_with_label (_ (ranges[i].label));

    gtk_widget_set_tooltip_text (button, _ (ranges[i].spoken));
    self->ranges[i] = GTK_TOGGLE_BUTTON (button);
    if (i > 0)
      gtk_toggle_button_set_group (self->ranges[i], self->ranges[0]);
    g_signal_connect (button, "toggled", G_CALLBACK (range_toggled_cb), self);
    gtk_box_append (GTK_BOX (box), button);
  }
  return box;
}

/* Text of twice the size does not make the page wider than a narrow window. */
static GtkWidget *
make_scrolled (GtkWidget *child)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), child);
  return scrolled;
}

static GtkWidget *
make_export_button (void)
{
  static const char *const labels[TOCSIN_N_CHART_FORMATS] = {
    N_ ("Picture (PNG)"), N_ ("Picture (SVG)"), N_ ("Data (CSV)"), N_ ("Data (JSON)")
  };
  g_autoptr (GMenu) menu = g_menu_new ();
  GtkWidget *button = gtk_menu_button_new ();

  for (guint i = 0; i < TOCSIN_N_CHART_FORMATS; i++) {
    g_autofree char *action = g_strdup_printf ("chart.export(%u)", i);

    g_menu_append (menu, _ (labels[i]), action);
  }
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "document-save-symbolic");
  gtk_widget_set_tooltip_text (button, _ ("Export Chart"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Export Chart"), -1);
  return button;
}

static GtkToggleButton *
make_toggle (TocsinChartPanel *self, const char *label, GCallback callback)
{
  GtkWidget *button = gtk_toggle_button_new_with_label (label);

  g_signal_connect_swapped (button, "toggled", callback, self);
  return GTK_TOGGLE_BUTTON (button);
}

static void
make_bar (TocsinChartPanel *self)
{
  GtkWidget *bar = gtk_flow_box_new ();
  GtkWidget *views = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *ranges_box = make_scrolled (make_ranges (self));

  self->phases = make_toggle (self, _ ("Phases"), G_CALLBACK (phases_toggled_cb));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->phases),
                               _ ("Where the time goes; of up to 7 days"));
  /* Translators: short for logarithmic. */
  self->logarithmic = make_toggle (self, C_ ("scale", "Log"), G_CALLBACK (logarithmic_toggled_cb));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->logarithmic), _ ("Logarithmic Scale"));
  gtk_box_append (GTK_BOX (views), GTK_WIDGET (self->phases));
  gtk_box_append (GTK_BOX (views), GTK_WIDGET (self->logarithmic));
  gtk_box_append (GTK_BOX (views), make_export_button ());
  gtk_widget_set_halign (ranges_box, GTK_ALIGN_START);
  gtk_widget_set_halign (views, GTK_ALIGN_END);
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (bar), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (bar), 2);
  gtk_flow_box_append (GTK_FLOW_BOX (bar), ranges_box);
  gtk_flow_box_append (GTK_FLOW_BOX (bar), views);
  for (GtkWidget *child = gtk_widget_get_first_child (bar); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    gtk_widget_set_focusable (child, FALSE);
  gtk_box_append (GTK_BOX (self->box), bar);
}

/* --- life --- */

static void
tocsin_chart_panel_map (GtkWidget *widget)
{
  TocsinChartPanel *self = TOCSIN_CHART_PANEL (widget);

  GTK_WIDGET_CLASS (tocsin_chart_panel_parent_class)->map (widget);
  changed_cb (self);
}

static void
tocsin_chart_panel_dispose (GObject *object)
{
  TocsinChartPanel *self = TOCSIN_CHART_PANEL (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->client != NULL) {
    g_clear_signal_handler (&self->changed_id, self->client);
    g_signal_handlers_disconnect_by_data (self->client, self);
  }
  g_clear_object (&self->client);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->tags, g_strfreev);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (tocsin_chart_panel_parent_class)->dispose (object);
}

static void
tocsin_chart_panel_class_init (TocsinChartPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_chart_panel_dispose;
  widget_class->map = tocsin_chart_panel_map;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action (widget_class, "chart.export", "i", export_cb);
}

static void
tocsin_chart_panel_init (TocsinChartPanel *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  make_bar (self);
  self->chart = TOCSIN_CHART (tocsin_chart_new ());
  gtk_widget_set_size_request (GTK_WIDGET (self->chart), -1, 260);
  g_signal_connect_object (self->chart, "range-changed", G_CALLBACK (range_changed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->chart));
  self->legend = tocsin_phase_legend_new (NULL);
  gtk_box_append (GTK_BOX (self->box), self->legend);
  show_legend (self);
}

/* "" is local, else "UTC" or an IANA name. */
static void
zone_cb (GSettings *settings, const char *key, gpointer user_data)
{
  TocsinChartPanel *self = user_data;
  g_autofree char *name = g_settings_get_string (settings, "chart-zone");
  g_autoptr (GTimeZone) zone = *name != '\0' ? g_time_zone_new_identifier (name) : NULL;

  tocsin_chart_set_zone (self->chart, zone);
}

void
tocsin_chart_panel_set_client (TocsinChartPanel *self, TocsinClient *client)
{
  g_return_if_fail (TOCSIN_IS_CHART_PANEL (self) && TOCSIN_IS_CLIENT (client));
  g_return_if_fail (self->client == NULL);

  self->client = g_object_ref (client);
  g_signal_connect_swapped (client, "tick", G_CALLBACK (tick_cb), self);
  self->settings = tocsin_settings_new ();
  if (self->settings == NULL)
    return;
  g_signal_connect_object (self->settings, "changed::chart-zone", G_CALLBACK (zone_cb), self, 0);
  zone_cb (self->settings, "chart-zone", self);
}

void
tocsin_chart_panel_set_monitor (TocsinChartPanel *self, const char *id)
{
  g_autofree char *signal = NULL;

  g_return_if_fail (TOCSIN_IS_CHART_PANEL (self) && id != NULL && self->client != NULL);

  g_clear_signal_handler (&self->changed_id, self->client);
  g_free (self->id);
  self->id = g_strdup (id);
  self->has_maintenance = FALSE;
  signal = g_strdup_printf ("monitor-changed::%s", id);
  self->changed_id = g_signal_connect_swapped (self->client, signal, G_CALLBACK (changed_cb), self);
  tocsin_chart_clear_data (self->chart);
  tocsin_chart_set_now (self->chart, g_get_real_time ());
  self->is_setting = TRUE;
  gtk_toggle_button_set_active (self->ranges[RANGE_FIRST], TRUE);
  self->is_setting = FALSE;
  tocsin_chart_follow (self->chart, ranges[RANGE_FIRST].span_us);
}

void
tocsin_chart_panel_set_loaded (TocsinChartPanel *self, const TocsinMonitor *monitor)
{
  g_return_if_fail (TOCSIN_IS_CHART_PANEL (self) && monitor != NULL);

  g_clear_pointer (&self->tags, g_strfreev);
  self->tags = g_strdupv (monitor->tags);
  tocsin_chart_set_slow (self->chart, monitor->slow_us);
  if (self->has_maintenance)
    return;
  self->has_maintenance = TRUE;
  tocsin_dbus_tocsin1_call_maintenance (tocsin_client_get_proxy (self->client), NULL,
                                        got_maintenance_cb, g_object_ref (self));
}

void
tocsin_chart_panel_set_incidents (TocsinChartPanel *self, GPtrArray *incidents)
{
  g_return_if_fail (TOCSIN_IS_CHART_PANEL (self) && incidents != NULL);

  tocsin_chart_set_incidents (self->chart, incidents);
}
