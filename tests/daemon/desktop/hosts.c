/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "hosts"

#include "config.h"

#include <gio/gunixinputstream.h>
#include <signal.h>
#include <unistd.h>

#include "hosts.h"
#include "support.h"
#include "timetext.h"

static GTestDBus *session_bus; /* of this program */
static GSubprocess *session_display;

/* --- the session --- */

static gboolean
is_readable (gpointer user_data)
{
  return g_input_stream_has_pending (user_data) == FALSE &&
         g_pollable_input_stream_is_readable (user_data);
}

/* (transfer full) (nullable) its name */
static char *
start_display (void)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  char number[16] = "";
  int fds[2];

  if (!tocsin_test_has_program ("Xvfb"))
    return NULL;
  g_assert_no_errno (pipe (fds));
  g_subprocess_launcher_take_fd (launcher, fds[1], 3);
  session_display = g_subprocess_launcher_spawn (launcher, &error, "Xvfb", "-displayfd", "3",
                                                 "-screen", "0", "800x600x24", NULL);
  g_assert_no_error (error);
  g_clear_object (&launcher); /* closes our copy */
  stream = g_unix_input_stream_new (fds[0], TRUE);
  tocsin_test_wait (NULL, is_readable, stream);
  g_input_stream_read (stream, number, sizeof number - 1, NULL, &error);
  g_assert_no_error (error);
  return g_strconcat (":", g_strstrip (number), NULL);
}

void
tocsin_test_session_start (void)
{
  static const char *const ours[] = { "G_DEBUG", "G_ENABLE_DIAGNOSTIC", "MALLOC_CHECK_",
                                      "WAYLAND_DISPLAY" };
  g_autofree char *display = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (ours); i++) /* what is strict for us is not for others */
    g_unsetenv (ours[i]);
  display = start_display ();
  session_bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_add_service_dir (session_bus, "/usr/share/dbus-1/services");
  g_test_dbus_up (session_bus);
  if (display != NULL) /* which GTestDBus unsets */
    g_setenv ("DISPLAY", display, TRUE);
}

void
tocsin_test_session_stop (void)
{
  g_test_dbus_stop (session_bus);
  g_clear_object (&session_bus);
  tocsin_test_host_stop (&session_display);
}

gboolean
tocsin_test_has_program (const char *program)
{
  g_autofree char *path = g_find_program_in_path (program);

  if (path == NULL) {
    g_autofree char *why = g_strdup_printf ("there is no %s", program);

    g_test_skip (why);
  }
  return path != NULL;
}

GSubprocess *
tocsin_test_host_start (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  GSubprocessFlags flags = G_SUBPROCESS_FLAGS_STDOUT_SILENCE;
  GSubprocess *host;

  if (!g_test_verbose ())
    flags |= G_SUBPROCESS_FLAGS_STDERR_SILENCE;
  host = g_subprocess_newv (argv, flags, &error);

  g_assert_no_error (error);
  return host;
}

void
tocsin_test_host_stop (GSubprocess **host)
{
  if (*host == NULL)
    return;
  g_subprocess_send_signal (*host, SIGTERM);
  g_subprocess_wait (*host, NULL, NULL);
  g_clear_object (host);
}

typedef struct {
  GDBusConnection *connection;
  const char *name;
  gboolean owned;
} Name;

static gboolean
is_as_wanted (gpointer user_data)
{
  const Name *name = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      name->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "NameHasOwner", g_variant_new ("(s)", name->name), G_VARIANT_TYPE ("(b)"),
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  gboolean owned;

  g_assert_no_error (error);
  g_variant_get (answer, "(b)", &owned);
  return owned == name->owned;
}

void
tocsin_test_wait_for_name (GDBusConnection *connection, const char *name, gboolean owned)
{
  Name wanted = { connection, name, owned };

  tocsin_test_wait (NULL, is_as_wanted, &wanted);
}

/* --- in place of the app --- */

static const char app_xml[] =
    "<node><interface name='org.freedesktop.Application'>"
    "<method name='Activate'><arg type='a{sv}' direction='in'/></method>"
    "<method name='ActivateAction'><arg type='s' direction='in'/><arg type='av' direction='in'/>"
    "<arg type='a{sv}' direction='in'/></method></interface></node>";

static void
app_called_cb (GDBusConnection *connection, const char *sender, const char *path,
               const char *interface, const char *method, GVariant *parameters,
               GDBusMethodInvocation *invocation, gpointer user_data)
{
  TocsinTestTown *town = user_data;
  g_autoptr (GVariantIter) arguments = NULL;
  g_autoptr (GVariant) target = NULL;
  const char *action = "open";
  const char *text = "";

  if (g_str_equal (method, "ActivateAction"))
    g_variant_get (parameters, "(&sava{sv})", &action, &arguments, NULL);
  if (arguments != NULL && g_variant_iter_next (arguments, "v", &target))
    text = g_variant_get_string (target, NULL);
  g_ptr_array_add (town->asked, g_strdup_printf ("%s%s%s", action, *text != '\0' ? " " : "", text));
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
open_app (TocsinTestTown *town)
{
  static const GDBusInterfaceVTable vtable = { app_called_cb };
  g_autoptr (GDBusNodeInfo) node = NULL;
  g_autoptr (GError) error = NULL;

  node = g_dbus_node_info_new_for_xml (app_xml, &error);
  g_assert_no_error (error);
  town->asked = g_ptr_array_new_with_free_func (g_free);
  town->client =
      g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (session_bus),
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);
  g_assert_no_error (error);
  town->app_object_id = g_dbus_connection_register_object (
      town->client, "/org/tocsin/Tocsin", node->interfaces[0], &vtable, town, NULL, &error);
  g_assert_no_error (error);
  town->app_name_id = g_bus_own_name_on_connection (
      town->client, "org.tocsin.Tocsin", G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL);
  tocsin_test_wait_for_name (town->client, "org.tocsin.Tocsin", TRUE);
}

typedef struct {
  TocsinTestTown *town;
  const char *what;
} Asked;

static gboolean
was_asked (gpointer user_data)
{
  const Asked *asked = user_data;

  return g_ptr_array_find_with_equal_func (asked->town->asked, asked->what, g_str_equal, NULL);
}

void
tocsin_test_town_wait_asked (TocsinTestTown *town, const char *what)
{
  Asked asked = { town, what };

  tocsin_test_wait (NULL, was_asked, &asked);
  g_ptr_array_set_size (town->asked, 0);
}

/* --- the daemon --- */

static void
shown_changed_cb (gboolean shown, const char *problem, gpointer user_data)
{
  TocsinTestTown *town = user_data;

  town->is_told = TRUE;
  town->is_shown = shown;
  g_free (town->problem);
  town->problem = g_strdup (problem);
  tocsin_bus_set_tray (town->bus, shown, problem);
}

static void
quit_cb (gpointer user_data)
{
  ((TocsinTestTown *) user_data)->has_quit = TRUE;
}

static void
bus_ready_cb (gpointer user_data)
{
}

static void G_GNUC_NORETURN
bus_lost_cb (const char *why, gpointer user_data)
{
  g_error ("the bus is lost: %s", why);
}

static const TocsinTrayFuncs tray_funcs = { shown_changed_cb, quit_cb };

void
tocsin_test_town_open (TocsinTestTown *town)
{
  g_autofree char *dir = tocsin_test_make_dir ();
  g_autoptr (GError) error = NULL;

  *town = (TocsinTestTown){ 0 };
  open_app (town);
  town->store = tocsin_store_open (dir, NULL, &error);
  g_assert_no_error (error);
  town->watch = tocsin_watch_new (town->store, NULL, &error);
  g_assert_no_error (error);
  town->pause = tocsin_alert_pause_new (town->store);
  town->bus = tocsin_bus_new (town->watch, town->pause, NULL, NULL);
  tocsin_bus_own (town->bus, G_BUS_TYPE_SESSION, bus_ready_cb, bus_lost_cb, town);
  town->desktop = tocsin_desktop_new (town->watch, town->pause, &tray_funcs, town);
  tocsin_test_wait_for_name (town->client, TOCSIN_BUS_NAME, TRUE);
}

void
tocsin_test_town_close (TocsinTestTown *town)
{
  tocsin_desktop_free (g_steal_pointer (&town->desktop));
  tocsin_bus_free (g_steal_pointer (&town->bus));
  g_assert_finalize_object (g_steal_pointer (&town->pause));
  tocsin_watch_stop_all (town->watch);
  tocsin_store_close (g_steal_pointer (&town->store));
  g_assert_finalize_object (g_steal_pointer (&town->watch));
  tocsin_test_wait_for_name (town->client, TOCSIN_BUS_NAME, FALSE);
  g_bus_unown_name (town->app_name_id);
  g_dbus_connection_unregister_object (town->client, town->app_object_id);
  g_dbus_connection_close_sync (town->client, NULL, NULL);
  g_clear_object (&town->client);
  g_ptr_array_unref (town->asked);
  g_free (town->problem);
}

/* --- monitors --- */

static void
keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
is_there (gpointer user_data)
{
  return *(gpointer *) user_data != NULL;
}

char *
tocsin_test_town_add (TocsinTestTown *town, const char *name, guint16 port)
{
  TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_TCP);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *id;

  monitor->name = g_strdup (name);
  monitor->target = g_strdup_printf ("127.0.0.1:%u", port);
  monitor->failures = 1;
  monitor->interval_us = 10 * TOCSIN_US_PER_MIN; /* the test says when */
  tocsin_watch_add (town->watch, monitor, keep_result_cb, &result);
  tocsin_test_wait (NULL, is_there, &result);
  id = tocsin_watch_add_finish (town->watch, result, &error);
  g_assert_no_error (error);
  return id;
}

typedef struct {
  TocsinTestTown *town;
  const char *id;
  TocsinState state;
} Wanted;

static gboolean
has_state (gpointer user_data)
{
  const Wanted *wanted = user_data;
  TocsinState state;

  return tocsin_watch_get_state (wanted->town->watch, wanted->id, &state) && state == wanted->state;
}

void
tocsin_test_town_wait_state (TocsinTestTown *town, const char *id, TocsinState state)
{
  Wanted wanted = { town, id, state };

  if (has_state (&wanted))
    return;
  tocsin_watch_check (town->watch, id, NULL, NULL);
  tocsin_test_wait (NULL, has_state, &wanted);
}

/* --- calls --- */

GVariant *
tocsin_test_town_call (TocsinTestTown *town, const char *name, const char *path,
                       const char *interface, const char *method, GVariant *parameters)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GVariant *answer;

  g_dbus_connection_call (town->client, name, path, interface, method, parameters, NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, keep_result_cb, &result);
  tocsin_test_wait (NULL, is_there, &result);
  answer = g_dbus_connection_call_finish (town->client, result, &error);
  g_assert_no_error (error);
  return answer;
}
