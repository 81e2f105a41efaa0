/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-editor"

#include "config.h"

#include <string.h>

#include "app-town.h"
#include "editor-start.h"
#include "editor-window.h"
#include "support.h"
#include "test-http-server.h"
#include "timetext.h"
#include "trial.h"

/* The editor as people use it, with a real daemon on a bus of the test's own. */
typedef struct {
  AppTown app;
  TocsinTestHttpServer *site;
} Town;

typedef struct {
  TocsinEditor *editor;
  const char *id;
  Town *town;
} Scene;

/* --- finding things in a window --- */

static gboolean
is_entry_row (GtkWidget *widget, gconstpointer wanted)
{
  return ADW_IS_ENTRY_ROW (widget) &&
         g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), wanted) == 0;
}

static TocsinEditorRow *
get_row (TocsinEditor *editor, const char *member)
{
  TocsinEditorRow *row = tocsin_editor_form_find_row (tocsin_editor_get_form (editor), member);

  g_assert_nonnull (row);
  return row;
}

static void
write_text (TocsinEditor *editor, const char *member, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (tocsin_editor_row_get_widget (get_row (editor, member))),
                         text);
}

static gboolean
has_problem (TocsinEditor *editor, const char *member)
{
  return gtk_widget_get_visible (tocsin_editor_row_get_problem_widget (get_row (editor, member)));
}

static gboolean
form_is_there (gpointer user_data)
{
  return tocsin_editor_get_form (((Scene *) user_data)->editor) != NULL;
}

/* --- conditions --- */

static gboolean
has_succeeded (gpointer user_data)
{
  return app_town_find (((Scene *) user_data)->editor, app_town_has_text, "OK in") != NULL;
}

static gboolean
has_failed (gpointer user_data)
{
  return app_town_find (((Scene *) user_data)->editor, app_town_has_text, "Failed") != NULL;
}

static gboolean
is_closed (gpointer user_data)
{
  return !gtk_widget_get_visible (GTK_WIDGET (((Scene *) user_data)->editor));
}

static gboolean
shop_is_listed (gpointer user_data)
{
  GListModel *monitors = tocsin_client_get_monitors (((Scene *) user_data)->town->app.client);

  for (guint i = 0; i < g_list_model_get_n_items (monitors); i++) {
    g_autoptr (TocsinMonitorItem) item = g_list_model_get_item (monitors, i);

    if (strcmp (tocsin_monitor_item_get_name (item), "shop") == 0)
      return TRUE;
  }
  return FALSE;
}

/* --- scenes --- */

static TocsinEditor *
open_editor (Town *town, const char *id)
{
  TocsinEditor *editor = tocsin_editor_new (NULL, town->app.client, id, FALSE);

  gtk_window_present (GTK_WINDOW (editor));
  return g_object_ref (editor);
}

static void
begin_with (TocsinEditor *editor, const char *text)
{
  GtkWidget *entry = app_town_find (editor, is_entry_row, "URL, host or command");

  g_assert_nonnull (entry);
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
  g_signal_emit_by_name (entry, "entry-activated");
  g_assert_nonnull (tocsin_editor_get_form (editor));
}

static void
close_editor (TocsinEditor *editor)
{
  gtk_window_destroy (GTK_WINDOW (editor));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (editor);
}

static void
test_pasted_url_is_tried_and_saved (gconstpointer data)
{
  Town *town = (gpointer) data;
  Scene scene = { .editor = open_editor (town, NULL), .town = town };
  g_autofree char *url = tocsin_test_http_server_url (town->site, "/ok");

  begin_with (scene.editor, url);
  write_text (scene.editor, "name", "shop");
  write_text (scene.editor, "interval", "1h");
  app_town_click (scene.editor, "_Try");
  tocsin_test_wait (NULL, has_succeeded, &scene);
  g_assert_nonnull (app_town_find (scene.editor, app_town_has_text, "200"));
  app_town_click (scene.editor, "_Add");
  tocsin_test_wait (NULL, is_closed, &scene);
  tocsin_test_wait (NULL, shop_is_listed, &scene);
  close_editor (scene.editor);
}

static void
test_what_is_wrong_is_said_beside_its_field (gconstpointer data)
{
  Town *town = (gpointer) data;
  TocsinEditor *editor = open_editor (town, NULL);
  GtkWidget *row;

  begin_with (editor, "https://example.org/");
  write_text (editor, "interval", "1s");
  app_town_click (editor, "_Add");
  row = tocsin_editor_row_get_widget (get_row (editor, "interval"));
  g_assert_true (has_problem (editor, "interval"));
  g_assert_nonnull (
      app_town_find (tocsin_editor_row_get_problem_widget (get_row (editor, "interval")),
                     app_town_has_text, "1s is below the least, 5s"));
  g_assert_true (gtk_widget_has_css_class (row, "error"));
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (gtk_editable_get_delegate (GTK_EDITABLE (row))),
                                    GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);

  write_text (editor, "interval", "1m"); /* an edit takes it away */
  g_assert_false (has_problem (editor, "interval"));
  g_assert_false (gtk_widget_has_css_class (row, "error"));
  write_text (editor, "matches", "(");
  app_town_click (editor, "_Add"); /* in a group that is folded */
  g_assert_true (has_problem (editor, "matches"));
  row = tocsin_editor_row_get_widget (get_row (editor, "matches"));
  g_assert_true (adw_expander_row_get_expanded (
      ADW_EXPANDER_ROW (gtk_widget_get_ancestor (row, ADW_TYPE_EXPANDER_ROW))));
  g_assert_true (gtk_widget_get_ancestor (gtk_window_get_focus (GTK_WINDOW (editor)),
                                          ADW_TYPE_ENTRY_ROW) == row);
  close_editor (editor);
}

static void
test_schedule_is_told_as_it_is_typed (gconstpointer data)
{
  Town *town = (gpointer) data;
  TocsinEditor *editor = open_editor (town, NULL);

  begin_with (editor, "0 3 * * 1-5 backup.sh");
  g_assert_nonnull (app_town_find (editor, app_town_has_text, "03:00"));
  g_assert_null (app_town_find (editor, app_town_is_button, "_Try")); /* its job pings us */
  write_text (editor, "cron", "61 * * * *");
  g_assert_true (has_problem (editor, "cron"));
  write_text (editor, "cron", "30 4 * * *");
  g_assert_false (has_problem (editor, "cron"));
  g_assert_nonnull (app_town_find (editor, app_town_has_text, "04:30"));
  write_text (editor, "tz", "Mars/Olympus");
  g_assert_true (has_problem (editor, "tz"));
  close_editor (editor);
}

static void
test_rows_that_mean_nothing_are_not_shown (gconstpointer data)
{
  Town *town = (gpointer) data;
  TocsinEditor *editor = open_editor (town, NULL);
  GtkWidget *auth;

  begin_with (editor, "https://example.org/");
  auth = tocsin_editor_row_get_widget (get_row (editor, "auth"));
  g_assert_false (tocsin_editor_row_is_shown (get_row (editor, "username")));
  adw_combo_row_set_selected (ADW_COMBO_ROW (auth), TOCSIN_AUTH_BASIC);
  g_assert_true (tocsin_editor_row_is_shown (get_row (editor, "username")));
  g_assert_false (tocsin_editor_row_is_shown (get_row (editor, "token")));
  adw_combo_row_set_selected (ADW_COMBO_ROW (auth), TOCSIN_AUTH_BEARER);
  g_assert_true (tocsin_editor_row_is_shown (get_row (editor, "token")));
  close_editor (editor);
}

/* --- secrets --- */

static char *
add_guarded (Town *town)
{
  g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (TOCSIN_MONITOR_HTTP);
  g_autoptr (GError) error = NULL;
  char *id = NULL;

  monitor->name = g_strdup ("guarded");
  monitor->target = tocsin_test_http_server_url (town->site, "/bearer");
  monitor->interval_us = TOCSIN_MONITOR_INTERVAL_MOST_US;
  monitor->auth = TOCSIN_AUTH_BEARER;
  monitor->token = g_strdup ("t0ken");
  tocsin_dbus_tocsin1_call_add_sync (
      tocsin_client_get_proxy (town->app.client),
      tocsin_fields_to_variant (&tocsin_monitor_fields, monitor, TOCSIN_FIELDS_WITH_SECRETS), &id,
      NULL, &error);
  g_assert_no_error (error);
  return id;
}

static gboolean
is_kept (Town *town)
{
  g_autofree char *json = NULL;
  g_autoptr (GError) error = NULL;

  tocsin_dbus_tocsin1_call_export_sync (tocsin_client_get_proxy (town->app.client), TRUE, &json,
                                        NULL, &error);
  g_assert_no_error (error);
  return strstr (json, "t0ken") != NULL;
}

static void
test_kept_secret_is_used_and_can_be_removed (gconstpointer data)
{
  Town *town = (gpointer) data;
  g_autofree char *id = add_guarded (town);
  Scene scene = { .editor = open_editor (town, id), .town = town };

  tocsin_test_wait (NULL, form_is_there, &scene);
  g_assert_cmpint (tocsin_editor_row_get_secret_fate (get_row (scene.editor, "token")), ==,
                   TOCSIN_SECRET_UNCHANGED);
  app_town_click (scene.editor, "_Try"); /* the app does not know the token */
  tocsin_test_wait (NULL, has_succeeded, &scene);
  write_text (scene.editor, "project", "vault"); /* another member alone */
  app_town_click (scene.editor, "_Save");
  tocsin_test_wait (NULL, is_closed, &scene);
  close_editor (scene.editor);
  g_assert_true (is_kept (town));

  scene.editor = open_editor (town, id);
  tocsin_test_wait (NULL, form_is_there, &scene);
  app_town_click (tocsin_editor_row_get_widget (get_row (scene.editor, "token")),
                  "Remove the Stored One");
  g_assert_cmpint (tocsin_editor_row_get_secret_fate (get_row (scene.editor, "token")), ==,
                   TOCSIN_SECRET_REMOVED);
  app_town_click (scene.editor, "_Try");
  tocsin_test_wait (NULL, has_failed, &scene);
  app_town_click (scene.editor, "_Save");
  tocsin_test_wait (NULL, is_closed, &scene);
  close_editor (scene.editor);
  g_assert_false (is_kept (town));
}

static void
test_trial_can_be_stopped (gconstpointer data)
{
  Town *town = (gpointer) data;
  TocsinEditor *editor = open_editor (town, NULL);
  g_autofree char *url = tocsin_test_http_server_url (town->site, "/silent");

  begin_with (editor, url);
  app_town_click (editor, "_Try");
  g_assert_nonnull (app_town_find (editor, app_town_has_text, "Checking…"));
  app_town_click (editor, "S_top");
  g_assert_null (app_town_find (editor, app_town_has_text, "Checking…"));
  g_assert_nonnull (app_town_find (editor, app_town_is_button, "_Try"));
  close_editor (editor);
}

int
main (int argc, char *argv[])
{
  Town town = { 0 };
  int status;

  tocsin_test_init (&argc, &argv);
  if (!app_town_open (&town.app))
    return 0;
  town.site = tocsin_test_http_server_new (NULL);
  g_test_add_data_func ("/editor/pasted-url-is-tried-and-saved", &town,
                        test_pasted_url_is_tried_and_saved);
  g_test_add_data_func ("/editor/what-is-wrong-is-said-beside-its-field", &town,
                        test_what_is_wrong_is_said_beside_its_field);
  g_test_add_data_func ("/editor/schedule-is-told-as-it-is-typed", &town,
                        test_schedule_is_told_as_it_is_typed);
  g_test_add_data_func ("/editor/rows-that-mean-nothing-are-not-shown", &town,
                        test_rows_that_mean_nothing_are_not_shown);
  g_test_add_data_func ("/editor/kept-secret-is-used-and-can-be-removed", &town,
                        test_kept_secret_is_used_and_can_be_removed);
  g_test_add_data_func ("/editor/trial-can-be-stopped", &town, test_trial_can_be_stopped);
  status = g_test_run ();
  app_town_close (&town.app);
  tocsin_test_http_server_free (town.site);
  return status;
}
