/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "application"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "application.h"
#include "background.h"
#include "client.h"
#include "daemon-quit.h"
#include "main-window.h"
#include "preferences.h"
#include "renderer.h"
#include "settings.h"

#define APPLICATION_ID "org.tocsin.Tocsin"

struct _TocsinApplication {
  AdwApplication parent_instance;

  TocsinClient *client; /* (owned) */
  GSettings *settings;  /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (TocsinApplication, tocsin_application, ADW_TYPE_APPLICATION)

static TocsinMainWindow *
present (TocsinApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  while (window != NULL && !TOCSIN_IS_MAIN_WINDOW (window))
    window = gtk_window_get_transient_for (window);
  if (window == NULL)
    window = GTK_WINDOW (tocsin_main_window_new (GTK_APPLICATION (self), self->client));
  gtk_window_present (window);
  return TOCSIN_MAIN_WINDOW (window);
}

/* --- actions: those of the window, for those who have none --- */

static void
forward_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  TocsinMainWindow *window = present (user_data);

  g_action_group_activate_action (G_ACTION_GROUP (window), g_action_get_name (G_ACTION (action)),
                                  parameter);
}

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_application_quit (G_APPLICATION (user_data));
}

static const GActionEntry actions[] = {
  { .name = "show-overview", .activate = forward_cb },
  { .name = "show-monitor", .activate = forward_cb, .parameter_type = "s" },
  { .name = "show-incident", .activate = forward_cb, .parameter_type = "s" },
  { .name = "show-incidents", .activate = forward_cb },
  { .name = "new-monitor", .activate = forward_cb },
  { .name = "check-all", .activate = forward_cb },
  { .name = "preferences", .activate = forward_cb },
  { .name = "about", .activate = forward_cb },
  { .name = "quit", .activate = quit_cb },
};

static const struct {
  const char *action;
  const char *accels[3];
} accels[] = {
  { "app.quit", { "<Primary>q" } },
  { "app.preferences", { "<Primary>comma" } },
  { "win.new-monitor", { "<Primary>n" } },
  { "win.search", { "<Primary>f" } },
  { "win.show-overview", { "<Alt>Home" } },
  { "win.show-incidents", { "<Primary>i" } },
  { "win.back", { "<Alt>Left", "Back" } },
  { "win.check-now", { "<Primary>r", "F5" } },
  { "win.check-all", { "<Primary><Shift>r" } },
  { "win.edit", { "<Primary>e" } },
  { "win.undo", { "<Primary>z" } },
  { "win.help", { "F1" } },
  { "win.show-help-overlay", { "<Primary>question" } },
  { "window.close", { "<Primary>w" } },
};

/* --- life --- */

static void
tocsin_application_startup (GApplication *application)
{
  TocsinApplication *self = TOCSIN_APPLICATION (application);

  tocsin_renderer_choose ();
  G_APPLICATION_CLASS (tocsin_application_parent_class)->startup (application);
  tocsin_renderer_chosen ();
  gtk_window_set_default_icon_name (APPLICATION_ID);
  self->client = tocsin_client_new ();
  self->settings = tocsin_settings_new ();
  tocsin_preferences_follow_appearance (self->settings);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action,
                                           accels[i].accels);
  tocsin_client_start (self->client);
}

static void
tocsin_application_activate (GApplication *application)
{
  present (TOCSIN_APPLICATION (application));
}

static TocsinBackground *
make_background (TocsinApplication *self)
{
  TocsinBackgroundPlace place = tocsin_background_place_here ();

  return tocsin_background_new (g_application_get_dbus_connection (G_APPLICATION (self)),
                                self->settings, &place);
}

/* A refusal is kept, and then the daemon ends with us instead of being killed later. */
static void
may_run_on_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GApplication) application = user_data;
  g_autoptr (GError) error = NULL;

  if (!tocsin_background_set_runs_on_finish (TOCSIN_BACKGROUND (source), result, &error))
    g_message ("Tocsin may not run in the background: %s", error->message);
  g_application_release (application);
}

/* Desktops end a sandbox that goes on without a window and was not allowed to: it asks when it is
 * about to, and only the first time does anybody notice. */
static void
tocsin_application_window_removed (GtkApplication *application, GtkWindow *window)
{
  TocsinApplication *self = TOCSIN_APPLICATION (application);
  g_autoptr (TocsinBackground) background = make_background (self);

  if (TOCSIN_IS_MAIN_WINDOW (window) && tocsin_background_is_sandboxed (background) &&
      tocsin_background_runs_on (background)) {
    g_application_hold (G_APPLICATION (application));
    tocsin_background_set_runs_on (background, TRUE, may_run_on_cb, g_object_ref (application));
  }
  GTK_APPLICATION_CLASS (tocsin_application_parent_class)->window_removed (application, window);
}

static void
tocsin_application_shutdown (GApplication *application)
{
  TocsinApplication *self = TOCSIN_APPLICATION (application);
  g_autoptr (TocsinBackground) background = make_background (self);
  GDBusConnection *connection = g_application_get_dbus_connection (application);

  if (connection != NULL && !tocsin_background_runs_on (background))
    tocsin_daemon_quit (connection);
  G_APPLICATION_CLASS (tocsin_application_parent_class)->shutdown (application);
  g_clear_object (&self->settings);
  g_clear_object (&self->client);
}

static void
tocsin_application_class_init (TocsinApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = tocsin_application_startup;
  application_class->activate = tocsin_application_activate;
  application_class->shutdown = tocsin_application_shutdown;
  GTK_APPLICATION_CLASS (klass)->window_removed = tocsin_application_window_removed;
}

static void
tocsin_application_init (TocsinApplication *self)
{
}

TocsinApplication *
tocsin_application_new (void)
{
  return g_object_new (TOCSIN_TYPE_APPLICATION, "application-id", APPLICATION_ID,
                       "resource-base-path", "/org/tocsin/Tocsin", NULL);
}
