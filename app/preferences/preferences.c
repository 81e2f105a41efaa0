/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "preferences"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "accounts-page.h"
#include "background-rows.h"
#include "preferences.h"
#include "retention-rows.h"
#include "settings.h"

/* A switch for a boolean key. */
typedef struct {
  const char *key;
  const char *title;
  const char *subtitle;
} SwitchRow;

static const SwitchRow notification_rows[] = {
  { "notifications", N_ ("Notifications"), N_ ("Tell on this desktop when something happens") },
  { "notify-urgent", N_ ("Outages Stay"), N_ ("Until you dismiss them, or they are over") },
  { "sound", N_ ("Sound"), NULL },
};

/* A flag of notify-events. */
static const struct {
  guint flag;
  const char *title;
} event_rows[] = {
  { 1 << 0, N_ ("Down") },
  { 1 << 1, N_ ("Degraded") },
  { 1 << 2, N_ ("Up Again") },
  { 1 << 3, N_ ("Certificate Ends Soon") },
  { 1 << 4, N_ ("Heartbeat Missed") },
  { 1 << 5, N_ ("News of Incidents") },
  { 1 << 6, N_ ("This Computer Is Offline") },
};

gboolean
tocsin_clock_time_is_right (const char *text)
{
  g_return_val_if_fail (text != NULL, FALSE);

  return strlen (text) == 5 && g_ascii_isdigit (text[0]) && g_ascii_isdigit (text[1]) &&
         text[2] == ':' && g_ascii_isdigit (text[3]) && g_ascii_isdigit (text[4]) &&
         (text[0] - '0') * 10 + text[1] - '0' < 24 && text[3] < '6';
}

/* --- appearance --- */

static void
appearance_cb (GSettings *settings, const char *key, gpointer user_data)
{
  static const AdwColorScheme schemes[] = { ADW_COLOR_SCHEME_DEFAULT, ADW_COLOR_SCHEME_FORCE_LIGHT,
                                            ADW_COLOR_SCHEME_FORCE_DARK };
  int appearance = g_settings_get_enum (settings, "appearance");

  adw_style_manager_set_color_scheme (
      adw_style_manager_get_default (),
      schemes[CLAMP (appearance, 0, (int) G_N_ELEMENTS (schemes) - 1)]);
}

void
tocsin_preferences_follow_appearance (GSettings *settings)
{
  if (settings == NULL)
    return;
  g_signal_connect (settings, "changed::appearance", G_CALLBACK (appearance_cb), NULL);
  appearance_cb (settings, "appearance", NULL);
}

/* --- rows --- */

static GtkWidget *
make_switch_row (const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_switch_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
  return row;
}

static void
add_switches (AdwPreferencesGroup *group, GSettings *settings, const SwitchRow *rows, guint n)
{
  for (guint i = 0; i < n; i++) {
    GtkWidget *row =
        make_switch_row (_ (rows[i].title), rows[i].subtitle != NULL ? _ (rows[i].subtitle) : NULL);

    g_settings_bind (settings, rows[i].key,
                     adw_action_row_get_activatable_widget (ADW_ACTION_ROW (row)), "active",
                     G_SETTINGS_BIND_DEFAULT);
    adw_preferences_group_add (group, row);
  }
}

static AdwPreferencesGroup *
add_group (AdwPreferencesPage *page, const char *title, const char *description)
{
  GtkWidget *group = adw_preferences_group_new ();

  if (title != NULL)
    adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  if (description != NULL)
    adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), description);
  adw_preferences_page_add (page, ADW_PREFERENCES_GROUP (group));
  return ADW_PREFERENCES_GROUP (group);
}

static AdwPreferencesPage *
add_page (AdwPreferencesWindow *window, const char *title, const char *icon)
{
  GtkWidget *page = adw_preferences_page_new ();

  adw_preferences_page_set_title (ADW_PREFERENCES_PAGE (page), title);
  adw_preferences_page_set_icon_name (ADW_PREFERENCES_PAGE (page), icon);
  adw_preferences_window_add (window, ADW_PREFERENCES_PAGE (page));
  return ADW_PREFERENCES_PAGE (page);
}

/* --- general --- */

static void
add_background (AdwPreferencesPage *page, GSettings *settings, TocsinClient *client)
{
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (client);
  const char *problem = proxy != NULL ? tocsin_dbus_tocsin1_get_tray_problem (proxy) : NULL;

  TocsinBackgroundPlace place = tocsin_background_place_here ();
  g_autoptr (TocsinBackground) background = tocsin_background_new (
      proxy != NULL ? g_dbus_proxy_get_connection (G_DBUS_PROXY (proxy)) : NULL, settings, &place);
  AdwPreferencesGroup *group = add_group (page, _ ("Background"), NULL);
  const SwitchRow tray = { "tray-icon", N_ ("Tray Icon"),
                           problem != NULL && *problem != '\0' ? problem : NULL };

  tocsin_background_rows_add (group, background);
  add_switches (group, settings, &tray, 1);
}

static void
style_chosen_cb (AdwComboRow *row, GParamSpec *pspec, gpointer user_data)
{
  g_settings_set_enum (user_data, "appearance", (int) adw_combo_row_get_selected (row));
}

static void
add_appearance (AdwPreferencesPage *page, GSettings *settings)
{
  const char *names[] = { _ ("As the System"), _ ("Light"), _ ("Dark"), NULL };
  AdwPreferencesGroup *group = add_group (page, _ ("Appearance"), NULL);
  GtkWidget *row = adw_combo_row_new ();
  g_autoptr (GtkStringList) list = gtk_string_list_new (names);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Style"));
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (list));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row),
                              (guint) g_settings_get_enum (settings, "appearance"));
  g_signal_connect_object (row, "notify::selected", G_CALLBACK (style_chosen_cb), settings, 0);
  adw_preferences_group_add (group, row);
}

/* The zone of charts: local, UTC, or a name, which is taken once it is one. */
static void
zone_applied_cb (AdwEntryRow *row, gpointer user_data)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (row));
  g_autoptr (GTimeZone) zone = *text != '\0' ? g_time_zone_new_identifier (text) : NULL;

  if (*text != '\0' && zone == NULL) {
    gtk_widget_add_css_class (GTK_WIDGET (row), "error");
    gtk_widget_set_tooltip_text (GTK_WIDGET (row),
                                 _ ("There is no such zone. Right would be “Europe/Berlin”, “UTC”, "
                                    "or nothing for the local one."));
    return;
  }
  gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
  gtk_widget_set_tooltip_text (GTK_WIDGET (row), NULL);
  g_settings_set_string (user_data, "chart-zone", text);
}

static void
add_zone (AdwPreferencesGroup *group, GSettings *settings)
{
  GtkWidget *row = adw_entry_row_new ();
  g_autofree char *zone = g_settings_get_string (settings, "chart-zone");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 _ ("Time zone of charts, empty for the local one"));
  gtk_editable_set_text (GTK_EDITABLE (row), zone);
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (row), TRUE);
  g_signal_connect_object (row, "apply", G_CALLBACK (zone_applied_cb), settings, 0);
  adw_preferences_group_add (group, row);
}

/* --- notifications --- */

static void
event_toggled_cb (GtkSwitch *button, GParamSpec *pspec, gpointer user_data)
{
  GSettings *settings = g_object_get_data (G_OBJECT (button), "tocsin-settings");
  guint flag = GPOINTER_TO_UINT (user_data);
  guint events = g_settings_get_flags (settings, "notify-events");

  events = gtk_switch_get_active (button) ? events | flag : events & ~flag;
  g_settings_set_flags (settings, "notify-events", events);
}

static void
add_events (AdwPreferencesPage *page, GSettings *settings)
{
  AdwPreferencesGroup *group = add_group (page, _ ("Tell Me Of"), NULL);
  guint events = g_settings_get_flags (settings, "notify-events");

  for (guint i = 0; i < G_N_ELEMENTS (event_rows); i++) {
    GtkWidget *row = make_switch_row (_ (event_rows[i].title), NULL);
    GtkWidget *button = adw_action_row_get_activatable_widget (ADW_ACTION_ROW (row));

    gtk_switch_set_active (GTK_SWITCH (button), (events & event_rows[i].flag) != 0);
    g_object_set_data_full (G_OBJECT (button), "tocsin-settings", g_object_ref (settings),
                            g_object_unref);
    g_signal_connect (button, "notify::active", G_CALLBACK (event_toggled_cb),
                      GUINT_TO_POINTER (event_rows[i].flag));
    g_settings_bind (settings, "notifications", row, "sensitive", G_SETTINGS_BIND_GET);
    adw_preferences_group_add (group, row);
  }
}

static void
clock_applied_cb (AdwEntryRow *row, gpointer user_data)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (row));
  const char *key = g_object_get_data (G_OBJECT (row), "tocsin-key");

  if (!tocsin_clock_time_is_right (text)) {
    gtk_widget_add_css_class (GTK_WIDGET (row), "error");
    gtk_widget_set_tooltip_text (GTK_WIDGET (row), _ ("A time such as 22:00 is right here."));
    return;
  }
  gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
  gtk_widget_set_tooltip_text (GTK_WIDGET (row), NULL);
  g_settings_set_string (user_data, key, text);
}

static void
add_clock (AdwPreferencesGroup *group, GSettings *settings, const char *key, const char *title)
{
  GtkWidget *row = adw_entry_row_new ();
  g_autofree char *text = g_settings_get_string (settings, key);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_editable_set_text (GTK_EDITABLE (row), text);
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (row), TRUE);
  g_object_set_data (G_OBJECT (row), "tocsin-key", (gpointer) key);
  g_signal_connect_object (row, "apply", G_CALLBACK (clock_applied_cb), settings, 0);
  g_settings_bind (settings, "quiet-hours", row, "sensitive", G_SETTINGS_BIND_GET);
  adw_preferences_group_add (group, row);
}

static void
add_quiet_hours (AdwPreferencesPage *page, GSettings *settings)
{
  static const SwitchRow row = { "quiet-hours", N_ ("Quiet Hours"),
                                 N_ ("What is still down is told when they end") };
  AdwPreferencesGroup *group = add_group (page, NULL, NULL);

  add_switches (group, settings, &row, 1);
  add_clock (group, settings, "quiet-from", _ ("From"));
  add_clock (group, settings, "quiet-to", _ ("To"));
}

void
tocsin_preferences_present (GtkWindow *parent, TocsinClient *client, const char *page_name)
{
  g_autoptr (GSettings) settings = tocsin_settings_new ();
  GtkWidget *window;
  AdwPreferencesPage *page;

  g_return_if_fail (GTK_IS_WINDOW (parent) && TOCSIN_IS_CLIENT (client));

  window = adw_preferences_window_new ();
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  page = add_page (ADW_PREFERENCES_WINDOW (window), _ ("General"), "preferences-system-symbolic");
  if (settings != NULL) {
    add_background (page, settings, client);
    add_appearance (page, settings);
  }
  tocsin_retention_rows_add (add_group (page, _ ("History"), NULL), client);
  if (settings != NULL) {
    AdwPreferencesPage *told = add_page (ADW_PREFERENCES_WINDOW (window), _ ("Notifications"),
                                         "preferences-system-notifications-symbolic");

    add_zone (add_group (page, _ ("Charts"), NULL), settings);
    add_switches (add_group (told, NULL, NULL), settings, notification_rows,
                  G_N_ELEMENTS (notification_rows));
    add_events (told, settings);
    add_quiet_hours (told, settings);
  }
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window),
                              ADW_PREFERENCES_PAGE (tocsin_accounts_page_new (client)));
  if (page_name != NULL)
    adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), page_name);
  gtk_window_present (GTK_WINDOW (window));
}
