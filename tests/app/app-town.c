/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "app-town"

#include "config.h"

#include <signal.h>
#include <string.h>

#include "app-town.h"
#include "support.h"
#include "test-display.h"

static gboolean
is_ready (gpointer user_data)
{
  AppTown *town = user_data;

  if (tocsin_client_get_state (town->client) == TOCSIN_CLIENT_ABSENT)
    tocsin_client_start (town->client); /* it is not there yet */
  return tocsin_client_get_state (town->client) == TOCSIN_CLIENT_READY;
}

static void
start_daemon (AppTown *town)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("G_TEST_BUILDDIR"), "..", "daemon", "tocsind", NULL);
  g_autofree char *dir = tocsin_test_make_dir ();
  g_autoptr (GError) error = NULL;

  town->daemon = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, program, "--data-dir",
                                   dir, "--reference", "none", NULL);
  g_assert_no_error (error);
}

gboolean
app_town_open (AppTown *town)
{
  town->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (town->bus); /* first: it takes DISPLAY away */
  if (!tocsin_test_display_start ()) {
    g_test_dbus_stop (town->bus);
    g_clear_object (&town->bus);
    g_print ("1..0 # SKIP there is no Xvfb\n");
    return FALSE;
  }
  start_daemon (town);
  g_setenv ("GTK_A11Y", "test", TRUE);
  adw_init ();
  town->client = tocsin_client_new ();
  tocsin_client_start (town->client);
  tocsin_test_wait (NULL, is_ready, town);
  return TRUE;
}

void
app_town_close (AppTown *town)
{
  g_clear_object (&town->client);
  g_subprocess_send_signal (town->daemon, SIGTERM);
  g_subprocess_wait (town->daemon, NULL, NULL);
  g_clear_object (&town->daemon);
  /* Not g_test_dbus_down (), which its last reference calls too: it waits until nobody holds the
   * connection, and GTK does until the end. So the display, which is for ever, keeps it. */
  g_test_dbus_stop (town->bus);
  g_object_set_data (G_OBJECT (gdk_display_get_default ()), "tocsin-test-bus", town->bus);
  town->bus = NULL;
  tocsin_test_display_stop ();
}

/* --- finding --- */

GtkWidget *
app_town_find (gpointer root, AppTownMatches matches, gconstpointer wanted)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_visible (root))
    return NULL;
  if (matches (root, wanted))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = app_town_find (child, matches, wanted);
  return found;
}

gboolean
app_town_is_button (GtkWidget *widget, gconstpointer wanted)
{
  return GTK_IS_BUTTON (widget) &&
         (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), wanted) == 0 ||
          g_strcmp0 (gtk_widget_get_tooltip_text (widget), wanted) == 0);
}

gboolean
app_town_has_text (GtkWidget *widget, gconstpointer wanted)
{
  return GTK_IS_LABEL (widget) && strstr (gtk_label_get_label (GTK_LABEL (widget)), wanted) != NULL;
}

void
app_town_click (gpointer root, const char *label)
{
  GtkWidget *button = app_town_find (root, app_town_is_button, label);

  g_test_message ("click “%s”", label);
  g_assert_nonnull (button);
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}
