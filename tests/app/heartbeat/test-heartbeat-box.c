/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-heartbeat-box"

#include "config.h"

#include <string.h>

#include "app-town.h"
#include "heartbeat-box.h"
#include "ping-row.h"
#include "support.h"
#include "timetext.h"

/* The box of a real heartbeat, which a job of this test pings through the daemon's listener. */
typedef struct {
  AppTown app;
  GtkWindow *window;
  TocsinHeartbeatBox *box;
  char *id;  /* (owned) */
  char *url; /* (owned) */
  const char *awaited;
} Scene;

static gboolean
text_is_shown (gpointer user_data)
{
  Scene *scene = user_data;

  return app_town_find (scene->box, app_town_has_text, scene->awaited) != NULL;
}

static gboolean
text_is_in_view (GtkWidget *widget, gconstpointer wanted)
{
  g_autofree char *text = NULL;

  if (!GTK_IS_TEXT_VIEW (widget))
    return FALSE;
  g_object_get (gtk_text_view_get_buffer (GTK_TEXT_VIEW (widget)), "text", &text, NULL);
  return strstr (text, wanted) != NULL;
}

static gboolean
body_is_shown (gpointer user_data)
{
  Scene *scene = user_data;

  return app_town_find (scene->box, text_is_in_view, scene->awaited) != NULL;
}

static gboolean
is_listed (gpointer user_data)
{
  Scene *scene = user_data;
  TocsinMonitorItem *item = tocsin_client_find (scene->app.client, scene->id);

  return item != NULL && tocsin_monitor_item_get_status (item)->ping_url != NULL;
}

static void
await (Scene *scene, const char *text)
{
  g_test_message ("await “%s”", text);
  scene->awaited = text;
  tocsin_test_wait (NULL, text_is_shown, scene);
}

static void
curl (Scene *scene, const char *path, const char *body)
{
  g_autofree char *url = g_strconcat (scene->url, path, NULL);
  const char *argv[] = { "curl", "-fsS", "--data-binary", body, url, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL,
                NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
}

static gboolean
row_says (GtkWidget *widget, gconstpointer wanted)
{
  return TOCSIN_IS_PING_ROW (widget) && app_town_find (widget, app_town_has_text, wanted) != NULL;
}

static void
test_shows_what_comes (gconstpointer data)
{
  Scene *scene = (Scene *) data;
  GtkWidget *row;

  await (scene, "No ping yet");
  await (scene, "Every 1 h");
  await (scene, scene->url);
  scene->awaited = "0 * * * * /path/to/job";
  tocsin_test_wait (NULL, body_is_shown, scene);

  curl (scene, "/start", "");
  await (scene, "Started");
  g_assert_null (app_town_find (scene->box, app_town_has_text, "No ping yet"));
  curl (scene, "/3", "disk full\n");
  await (scene, "Failed");
  await (scene, "Duration of Runs");

  /* the body is asked for when the row is opened */
  row = app_town_find (scene->box, row_says, "Failed");
  g_assert_nonnull (row);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), TRUE);
  scene->awaited = "disk full";
  tocsin_test_wait (NULL, body_is_shown, scene);
  await (scene, "Exit status");
}

static void
test_many_pings_are_shown_when_asked_for (gconstpointer data)
{
  Scene *scene = (Scene *) data;

  for (guint i = 0; i < 12; i++) {
    g_autofree char *body = g_strdup_printf ("line %u", i);

    curl (scene, "/log", body);
  }
  await (scene, "Log");
  scene->awaited = "Show More";
  await (scene, "_Show More");
  g_assert_null (app_town_find (scene->box, app_town_has_text, "Started"));
  app_town_click (scene->box, "_Show More");
  g_assert_nonnull (app_town_find (scene->box, app_town_has_text, "Started"));
  g_assert_null (app_town_find (scene->box, app_town_has_text, "_Show More"));
}

/* A monitor that the daemon tells no URL of: the port is another's. */
static void
test_says_that_pings_are_not_taken (gconstpointer data)
{
  Scene *scene = (Scene *) data;
  g_autoptr (TocsinMonitor) unheard = tocsin_monitor_new (TOCSIN_MONITOR_HEARTBEAT);

  unheard->id = g_strdup ("unheard");
  unheard->period_us = TOCSIN_US_PER_HOUR;
  tocsin_heartbeat_box_set_monitor (scene->box, unheard);
  g_assert_nonnull (app_town_find (scene->box, app_town_has_text, "Pings are not taken"));
  g_assert_null (app_town_find (scene->box, app_town_has_text, "Snippets"));
  g_assert_false (
      gtk_widget_is_sensitive (app_town_find (scene->box, app_town_is_button, "Copy Ping URL")));
}

static void
test_hides_for_another_kind (gconstpointer data)
{
  Scene *scene = (Scene *) data;
  g_autoptr (TocsinMonitor) other = tocsin_monitor_new (TOCSIN_MONITOR_HTTP);

  other->id = g_strdup ("other");
  tocsin_heartbeat_box_set_monitor (scene->box, other);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (scene->box)));
}

/* --- the scene --- */

static TocsinMonitor *
add_heartbeat (Scene *scene)
{
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (scene->app.client);
  TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_HEARTBEAT);
  g_autoptr (GError) error = NULL;

  monitor->name = g_strdup ("Backup");
  monitor->period_us = TOCSIN_US_PER_HOUR;
  tocsin_dbus_tocsin1_call_add_sync (proxy,
                                     tocsin_fields_to_variant (&tocsin_monitor_fields, monitor, 0),
                                     &scene->id, NULL, &error);
  g_assert_no_error (error);
  monitor->id = g_strdup (scene->id);
  tocsin_test_wait (NULL, is_listed, scene);
  scene->url = g_strdup (
      tocsin_monitor_item_get_status (tocsin_client_find (scene->app.client, scene->id))->ping_url);
  return monitor;
}

static void
set_up (Scene *scene)
{
  g_autoptr (TocsinMonitor) monitor = add_heartbeat (scene);
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  scene->window = GTK_WINDOW (gtk_window_new ());
  scene->box = TOCSIN_HEARTBEAT_BOX (tocsin_heartbeat_box_new (scene->app.client));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (scene->box));
  gtk_window_set_default_size (scene->window, 700, 600);
  gtk_window_set_child (scene->window, scrolled);
  gtk_window_present (scene->window);
  tocsin_heartbeat_box_set_monitor (scene->box, monitor);
}

int
main (int argc, char **argv)
{
  Scene scene = { 0 };
  int status;

  tocsin_test_init (&argc, &argv);
  if (!app_town_open (&scene.app))
    return 0;
  set_up (&scene);
  g_test_add_data_func ("/heartbeat-box/shows-what-comes", &scene, test_shows_what_comes);
  g_test_add_data_func ("/heartbeat-box/many-pings-are-shown-when-asked-for", &scene,
                        test_many_pings_are_shown_when_asked_for);
  g_test_add_data_func ("/heartbeat-box/says-that-pings-are-not-taken", &scene,
                        test_says_that_pings_are_not_taken);
  g_test_add_data_func ("/heartbeat-box/hides-for-another-kind", &scene,
                        test_hides_for_another_kind);
  status = g_test_run ();
  gtk_window_destroy (scene.window);
  app_town_close (&scene.app);
  g_free (scene.id);
  g_free (scene.url);
  return status;
}
