/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-sync-app"

#include "config.h"

#include <adwaita.h>
#include <signal.h>

#include "accounts-page.h"
#include "app-town.h"
#include "conflict-toasts.h"
#include "support.h"
#include "team-page.h"
#include "team.h"
#include "test-display.h"
#include "village.h"

/* The app on the desktop of an editor, whose team's owner has another one. */
typedef struct {
  Village village;
  Desktop owner, editor;
  TocsinClient *client;
  GtkWidget *window;
  AdwToastOverlay *overlay;
} Scene;

typedef struct {
  Scene *scene;
  AppTownMatches matches;
  const char *text;
} Wanted;

static gboolean
is_ready (gpointer user_data)
{
  Scene *scene = user_data;
  GPtrArray *accounts = tocsin_client_get_accounts (scene->client);
  g_autoptr (GPtrArray) teams = tocsin_teams_list (accounts);

  return tocsin_client_get_state (scene->client) == TOCSIN_CLIENT_READY && teams->len == 1;
}

static gboolean
is_seen (gpointer user_data)
{
  const Wanted *wanted = user_data;

  return app_town_find (wanted->scene->window, wanted->matches, wanted->text) != NULL;
}

static void
wait_for (Scene *scene, AppTownMatches matches, const char *text)
{
  Wanted wanted = { scene, matches, text };

  g_test_message ("wait for “%s”", text);
  tocsin_test_wait (NULL, is_seen, &wanted);
}

static void
show (Scene *scene, GtkWidget *child)
{
  adw_toast_overlay_set_child (scene->overlay, child);
  gtk_window_present (GTK_WINDOW (scene->window));
}

static gboolean
scene_init (Scene *scene)
{
  GSubprocess *owner, *editor;

  *scene = (Scene){ 0 };
  if (!village_init (&scene->village))
    return FALSE;
  desktop_init (&scene->owner, &scene->village);
  desktop_init (&scene->editor, &scene->village);
  owner = desktop_begin_sign_in (&scene->owner, "owner@example.org");
  editor = desktop_begin_sign_in (&scene->editor, "editor@example.org");
  desktop_end_sign_in (&scene->owner, owner);
  desktop_end_sign_in (&scene->editor, editor);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", scene->editor.address, TRUE);
  scene->client = tocsin_client_new ();
  tocsin_client_start (scene->client);
  tocsin_test_wait (NULL, is_ready, scene);
  g_dbus_connection_set_exit_on_close (
      g_dbus_proxy_get_connection (G_DBUS_PROXY (tocsin_client_get_proxy (scene->client))), FALSE);
  scene->overlay = ADW_TOAST_OVERLAY (adw_toast_overlay_new ());
  scene->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (scene->window), 360, 720);
  gtk_window_set_child (GTK_WINDOW (scene->window), GTK_WIDGET (scene->overlay));
  return TRUE;
}

static void
scene_clear (Scene *scene)
{
  gtk_window_destroy (GTK_WINDOW (scene->window));
  g_clear_object (&scene->client);
  desktop_clear (&scene->owner);
  desktop_clear (&scene->editor);
  village_clear (&scene->village);
}

/* --- what is seen --- */

static gboolean
is_row (GtkWidget *widget, gconstpointer wanted)
{
  return ADW_IS_PREFERENCES_ROW (widget) &&
         g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), wanted) == 0;
}

static void
try_accounts (Scene *scene)
{
  show (scene, tocsin_accounts_page_new (scene->client));
  wait_for (scene, is_row, "Example");
  wait_for (scene, app_town_has_text, "editor@example.org");
  g_assert_nonnull (app_town_find (scene->window, app_town_is_button, "_Sign Out…"));
}

/* An editor sees people and probes; what only administrators may do can't be pressed. */
static void
try_team_page (Scene *scene)
{
  const TocsinAccount *account = tocsin_client_get_accounts (scene->client)->pdata[0];
  GtkWidget *make;

  show (scene, tocsin_team_page_new (scene->client, account->id, scene->village.team));
  wait_for (scene, app_town_has_text, "owner@example.org");
  wait_for (scene, is_row, "Only administrators can see these.");
  make = app_town_find (scene->window, app_town_is_button, "New Token");
  g_assert_nonnull (make);
  g_assert_true (gtk_widget_is_sensitive (make));
  make = app_town_find (scene->window, app_town_is_button, "Only administrators can do this.");
  g_assert_nonnull (make);
  g_assert_false (gtk_widget_is_sensitive (make));
}

/* Both change the interval; the editor's change comes later, wins, and is taken back. */
static void
try_conflict (Scene *scene)
{
  GtkWidget *label = gtk_label_new ("page");

  g_free (desktop_ctl (&scene->owner,
                       "add http %s/healthz --name shop --team example "
                       "--interval 60s",
                       scene->village.site));
  desktop_wait_for (&scene->editor, "shop", "name", "shop");
  show (scene, label);
  tocsin_conflict_toasts_add (label, scene->client);
  desktop_cut (&scene->editor);
  g_free (desktop_ctl (&scene->editor, "edit shop interval=90s"));
  g_free (desktop_ctl (&scene->owner, "edit shop interval=120s"));
  desktop_wait_in_step (&scene->owner);
  desktop_mend (&scene->editor);
  wait_for (scene, app_town_has_text, "also changed “Check every” of “shop”: yours was kept");
  app_town_click (scene->window, "_Undo");
  desktop_wait_for (&scene->owner, "shop", "monitor.interval_s", "120");
}

static void
test_app_with_a_server (void)
{
  Scene scene;

  if (!scene_init (&scene))
    return;
  try_accounts (&scene);
  try_team_page (&scene);
  try_conflict (&scene);
  scene_clear (&scene);
}

int
main (int argc, char **argv)
{
  int status;

  tocsin_test_init (&argc, &argv);
  if (!tocsin_test_display_start ()) {
    g_print ("1..0 # SKIP there is no Xvfb\n");
    return 0;
  }
  g_setenv ("GTK_A11Y", "test", TRUE);
  adw_init ();
  g_test_add_func ("/sync-app/editor-sees-the-team-and-takes-a-value-back", test_app_with_a_server);
  status = g_test_run ();
  tocsin_test_display_stop ();
  return status;
}
