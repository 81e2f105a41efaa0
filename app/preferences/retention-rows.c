/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "retention-rows"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "retention-rows.h"
#include "timetext.h"
#include "toast.h"

#define DAYS_MOST 3653
#define REST_MS   600 /* after the last click, before the daemon is told */

/* The two rows; it lives as long as the first of its spin buttons. */
typedef struct {
  TocsinClient *client;      /* (owned) */
  GCancellable *cancellable; /* (owned) */
  GtkSpinButton *samples;
  GtkSpinButton *hours;
  guint rest_id;
  gboolean is_setting;
} Rows;

static void
rows_free (gpointer user_data)
{
  Rows *rows = user_data;

  g_cancellable_cancel (rows->cancellable);
  g_clear_object (&rows->cancellable);
  g_clear_handle_id (&rows->rest_id, g_source_remove);
  g_clear_object (&rows->client);
  g_free (rows);
}

static void
set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) widget = user_data;
  g_autoptr (GError) error = NULL;
  GtkWidget *window;

  if (tocsin_dbus_tocsin1_call_set_retention_finish (TOCSIN_DBUS_TOCSIN1 (source), result, &error))
    return;
  window = gtk_widget_get_ancestor (widget, ADW_TYPE_PREFERENCES_WINDOW);
  if (window != NULL)
    adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (window),
                                      tocsin_toast_new_for_error (error));
}

static gboolean
rested_cb (gpointer user_data)
{
  Rows *rows = user_data;
  gint64 samples_us = gtk_spin_button_get_value_as_int (rows->samples) * TOCSIN_US_PER_DAY;
  gint64 hours_us = gtk_spin_button_get_value_as_int (rows->hours) * TOCSIN_US_PER_DAY;

  rows->rest_id = 0;
  tocsin_dbus_tocsin1_call_set_retention (tocsin_client_get_proxy (rows->client), samples_us,
                                          hours_us, NULL, set_cb, g_object_ref (rows->samples));
  return G_SOURCE_REMOVE;
}

/* Hourly figures are kept for as long as samples at least. */
static void
changed_cb (Rows *rows)
{
  if (rows->is_setting)
    return;
  rows->is_setting = TRUE;
  gtk_spin_button_set_range (rows->hours, gtk_spin_button_get_value (rows->samples), DAYS_MOST);
  rows->is_setting = FALSE;
  g_clear_handle_id (&rows->rest_id, g_source_remove);
  rows->rest_id = g_timeout_add (REST_MS, rested_cb, rows);
}

static int
days_of (gint64 span_us)
{
  return (int) (span_us / TOCSIN_US_PER_DAY);
}

static void
got_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Rows *rows = user_data;
  g_autoptr (GError) error = NULL;
  gint64 samples_us, hours_us;

  if (!tocsin_dbus_tocsin1_call_retention_finish (TOCSIN_DBUS_TOCSIN1 (source), &samples_us,
                                                  &hours_us, result, &error))
    return; /* cancelled: the rows are gone; else they stay insensitive */
  rows->is_setting = TRUE;
  gtk_spin_button_set_value (rows->samples, days_of (samples_us));
  gtk_spin_button_set_range (rows->hours, days_of (samples_us), DAYS_MOST);
  gtk_spin_button_set_value (rows->hours, days_of (hours_us));
  gtk_widget_set_sensitive (GTK_WIDGET (rows->samples), TRUE);
  gtk_widget_set_sensitive (GTK_WIDGET (rows->hours), TRUE);
  rows->is_setting = FALSE;
}

static GtkSpinButton *
add_row (AdwPreferencesGroup *group, const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *spin = gtk_spin_button_new_with_range (1, DAYS_MOST, 1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  gtk_widget_set_sensitive (spin, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), spin);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), spin);
  adw_preferences_group_add (group, row);
  return GTK_SPIN_BUTTON (spin);
}

void
tocsin_retention_rows_add (AdwPreferencesGroup *group, TocsinClient *client)
{
  TocsinDbusTocsin1 *proxy;
  Rows *rows;

  g_return_if_fail (ADW_IS_PREFERENCES_GROUP (group) && TOCSIN_IS_CLIENT (client));

  rows = g_new0 (Rows, 1);
  rows->client = g_object_ref (client);
  rows->cancellable = g_cancellable_new ();
  rows->samples = add_row (group, _ ("Every Sample"), _ ("Days that each check is kept"));
  rows->hours = add_row (group, _ ("Hourly Figures"), _ ("Days; daily figures are kept for ever"));
  g_object_set_data_full (G_OBJECT (rows->samples), "tocsin-rows", rows, rows_free);
  g_signal_connect_swapped (rows->samples, "value-changed", G_CALLBACK (changed_cb), rows);
  g_signal_connect_swapped (rows->hours, "value-changed", G_CALLBACK (changed_cb), rows);
  proxy = tocsin_client_get_proxy (client);
  if (proxy != NULL)
    tocsin_dbus_tocsin1_call_retention (proxy, rows->cancellable, got_cb, rows);
}
