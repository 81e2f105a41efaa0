/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-background-rows"

#include "config.h"

#include <string.h>

#include "app-town.h"
#include "background-rows.h"
#include "daemon-quit.h"
#include "settings.h"
#include "stand-ins.h"
#include "support.h"

/* The two switches in a window, over a stand-in of systemd; and the app as a program of its own. */
typedef struct {
  AppTown app;
  GDBusConnection *connection; /* (owned) */
  SystemdStandIn systemd;
  GtkWindow *window;
  GSettings *settings; /* (owned) */
} Scene;

static gboolean
is_row (GtkWidget *widget, gconstpointer wanted)
{
  return ADW_IS_ACTION_ROW (widget) &&
         g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), wanted) == 0;
}

static GtkWidget *
find_row (Scene *scene, const char *title)
{
  GtkWidget *row = app_town_find (scene->window, is_row, title);

  g_assert_nonnull (row);
  return row;
}

static GtkSwitch *
find_switch (Scene *scene, const char *title)
{
  return GTK_SWITCH (
      adw_action_row_get_activatable_widget (ADW_ACTION_ROW (find_row (scene, title))));
}

static gboolean
login_is_known (gpointer user_data)
{
  return gtk_widget_get_sensitive (find_row (user_data, "Start at Login"));
}

static gboolean
unit_is_off (gpointer user_data)
{
  return g_strcmp0 (((Scene *) user_data)->systemd.state, "disabled") == 0;
}

static void
open_rows (Scene *scene, const char *unit_state)
{
  g_autofree char *dir = tocsin_test_make_dir ();
  TocsinBackgroundPlace place = { FALSE, dir, "/nowhere/tocsind" };
  g_autoptr (TocsinBackground) background = NULL;
  GtkWidget *group = adw_preferences_group_new ();

  systemd_stand_in_start (&scene->systemd, unit_state);
  scene->settings = tocsin_settings_new ();
  g_settings_reset (scene->settings, "run-in-background");
  background = tocsin_background_new (scene->connection, scene->settings, &place);
  tocsin_background_rows_add (ADW_PREFERENCES_GROUP (group), background);
  scene->window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_child (scene->window, group);
  gtk_window_present (scene->window);
  tocsin_test_wait (NULL, login_is_known, scene);
}

static void
close_rows (Scene *scene)
{
  gtk_window_destroy (scene->window);
  g_clear_object (&scene->settings);
  systemd_stand_in_stop (&scene->systemd);
}

static void
test_the_switch_shows_what_is_so (gconstpointer data)
{
  Scene *scene = (Scene *) data;

  open_rows (scene, "enabled");
  g_assert_true (gtk_switch_get_active (find_switch (scene, "Start at Login")));
  gtk_switch_set_active (find_switch (scene, "Start at Login"), FALSE);
  tocsin_test_wait (NULL, login_is_known, scene);
  g_assert_cmpstr (scene->systemd.state, ==, "disabled");
  g_assert_false (gtk_switch_get_active (find_switch (scene, "Start at Login")));
  close_rows (scene);
}

static void
test_a_refusal_is_said_beside_the_switch (gconstpointer data)
{
  Scene *scene = (Scene *) data;

  open_rows (scene, "masked");
  scene->systemd.refusal = g_strdup ("Unit file <tocsind.service> is masked.");
  gtk_switch_set_active (find_switch (scene, "Start at Login"), TRUE);
  tocsin_test_wait (NULL, login_is_known, scene);
  g_assert_false (gtk_switch_get_active (find_switch (scene, "Start at Login")));
  g_assert_nonnull (app_town_find (find_row (scene, "Start at Login"), app_town_has_text,
                                   "Unit file <tocsind.service> is masked."));

  /* and is gone when it works */
  g_clear_pointer (&scene->systemd.refusal, g_free);
  gtk_switch_set_active (find_switch (scene, "Start at Login"), TRUE);
  tocsin_test_wait (NULL, login_is_known, scene);
  g_assert_true (gtk_switch_get_active (find_switch (scene, "Start at Login")));
  g_assert_null (
      app_town_find (find_row (scene, "Start at Login"), app_town_has_text, "is masked"));
  close_rows (scene);
}

static void
test_what_does_not_run_on_does_not_start_at_login (gconstpointer data)
{
  Scene *scene = (Scene *) data;

  open_rows (scene, "enabled");
  gtk_switch_set_active (find_switch (scene, "Run in the Background"), FALSE);
  tocsin_test_wait (NULL, unit_is_off, scene);
  g_assert_false (g_settings_get_boolean (scene->settings, "run-in-background"));
  g_assert_false (gtk_widget_get_sensitive (find_row (scene, "Start at Login")));
  gtk_switch_set_active (find_switch (scene, "Run in the Background"), TRUE);
  tocsin_test_wait (NULL, login_is_known, scene);
  g_assert_true (g_settings_get_boolean (scene->settings, "run-in-background"));
  g_assert_false (gtk_switch_get_active (find_switch (scene, "Start at Login")));
  close_rows (scene);
}

/* A call that ends after the window. */
static void
test_closing_while_it_is_set_is_fine (gconstpointer data)
{
  Scene *scene = (Scene *) data;

  open_rows (scene, "enabled");
  gtk_switch_set_active (find_switch (scene, "Start at Login"), FALSE);
  gtk_window_destroy (scene->window);
  tocsin_test_wait (NULL, unit_is_off, scene);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&scene->settings);
  systemd_stand_in_stop (&scene->systemd);
}

/* --- the program --- */

typedef struct {
  Scene *scene;
  const char *name;
  gboolean is_owned;
} Owned;

static gboolean
is_as_wanted (gpointer user_data)
{
  Owned *owned = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      owned->scene->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
      "org.freedesktop.DBus", "NameHasOwner", g_variant_new ("(s)", owned->name),
      G_VARIANT_TYPE ("(b)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  gboolean is_owned;

  g_assert_no_error (error);
  g_variant_get (answer, "(b)", &is_owned);
  return is_owned == owned->is_owned;
}

static void
await_name (Scene *scene, const char *name, gboolean is_owned)
{
  Owned owned = { scene, name, is_owned };

  tocsin_test_wait (NULL, is_as_wanted, &owned);
}

static GSubprocess *
start_app (gboolean runs_on)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("G_TEST_BUILDDIR"), "..", "app", "tocsin", NULL);
  g_autofree char *dir = tocsin_test_make_dir ();
  g_autofree char *folder = g_build_filename (dir, "glib-2.0", "settings", NULL);
  g_autofree char *path = g_build_filename (folder, "keyfile", NULL);
  g_autofree char *text =
      g_strdup_printf ("[org/tocsin/Tocsin]\nrun-in-background=%s\n", runs_on ? "true" : "false");
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;
  GSubprocess *app;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  g_subprocess_launcher_setenv (launcher, "XDG_CONFIG_HOME", dir, TRUE);
  g_subprocess_launcher_setenv (launcher, "GSETTINGS_BACKEND", "keyfile", TRUE);
  g_subprocess_launcher_setenv (launcher, "GSK_RENDERER", "cairo", TRUE);
  g_subprocess_launcher_setenv (launcher, "ADW_DISABLE_PORTAL", "1", TRUE);
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  app = g_subprocess_launcher_spawn (launcher, &error, program, NULL);
  g_assert_no_error (error);
  return app;
}

/* Its window's close button and Ctrl+Q lead to the same end, which is reached over the bus. */
static void
quit_app (Scene *scene, GSubprocess *app)
{
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;

  answer = g_dbus_connection_call_sync (
      scene->connection, "org.tocsin.Tocsin", "/org/tocsin/Tocsin", "org.freedesktop.Application",
      "ActivateAction", g_variant_new ("(sava{sv})", "quit", NULL, NULL), NULL,
      G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, &error);
  if (error != NULL) /* it can be gone before it answers */
    g_test_message ("%s", error->message);
  g_subprocess_wait (app, NULL, &error);
}

static gboolean
has_window (gpointer user_data)
{
  Scene *scene = user_data;
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      scene->connection, "org.tocsin.Tocsin", "/org/tocsin/Tocsin/window/1", "org.gtk.Actions",
      "List", NULL, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL);

  return answer != NULL;
}

static void
run_app_once (Scene *scene, gboolean runs_on)
{
  g_autoptr (GSubprocess) app = start_app (runs_on);

  await_name (scene, "org.tocsin.Tocsin", TRUE);
  tocsin_test_wait (NULL, has_window, scene);
  quit_app (scene, app);
  await_name (scene, "org.tocsin.Tocsin", FALSE);
}

static void
test_the_daemon_runs_on_when_it_should (gconstpointer data)
{
  Scene *scene = (Scene *) data;
  g_autoptr (GVariant) list = NULL;
  g_autoptr (GError) error = NULL;

  run_app_once (scene, TRUE);
  tocsin_dbus_tocsin1_call_list_sync (tocsin_client_get_proxy (scene->app.client), &list, NULL,
                                      &error);
  g_assert_no_error (error);
}

static void
test_the_daemon_ends_with_the_app_when_it_should (gconstpointer data)
{
  Scene *scene = (Scene *) data;

  run_app_once (scene, FALSE);
  await_name (scene, "org.tocsin.Tocsin1", FALSE);
  g_subprocess_wait (scene->app.daemon, NULL, NULL);
  g_assert_true (g_subprocess_get_successful (scene->app.daemon)); /* so systemd leaves it alone */

  tocsin_daemon_quit (scene->connection); /* none is fine */
}

static const struct {
  const char *path;
  GTestDataFunc run;
} cases[] = {
  { "/background-rows/the-switch-shows-what-is-so", test_the_switch_shows_what_is_so },
  { "/background-rows/a-refusal-is-said-beside-the-switch",
    test_a_refusal_is_said_beside_the_switch },
  { "/background-rows/what-does-not-run-on-does-not-start-at-login",
    test_what_does_not_run_on_does_not_start_at_login },
  { "/background-rows/closing-while-it-is-set-is-fine", test_closing_while_it_is_set_is_fine },
  { "/background-rows/the-daemon-runs-on-when-it-should", test_the_daemon_runs_on_when_it_should },
  /* the last: there is no daemon after it */
  { "/background-rows/the-daemon-ends-with-the-app-when-it-should",
    test_the_daemon_ends_with_the_app_when_it_should },
};

int
main (int argc, char **argv)
{
  Scene scene = { 0 };
  int status;

  tocsin_test_init (&argc, &argv);
  if (!app_town_open (&scene.app))
    return 0;
  scene.connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].path, &scene, cases[i].run);
  status = g_test_run ();
  g_clear_object (&scene.connection);
  app_town_close (&scene.app);
  return status;
}
