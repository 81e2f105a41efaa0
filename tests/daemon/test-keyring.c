/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-keyring"

#include "config.h"

#include <gio/gio.h>
#include <signal.h>
#include <string.h>

#include "bus-generated.h"
#include "errors.h"
#include "keyring.h"
#include "monitor.h"
#include "support.h"
#include "test-http-server.h"
#include "timetext.h"
#include "vault.h"

/* A real GNOME Keyring on a bus of the test's own, with a folder of its own: its "login" keyring
 * is made and unlocked with a password from its standard input. */

#define SECRETS  "org.freedesktop.secrets"
#define SERVICE  "/org/freedesktop/secrets"
#define LOGIN    SERVICE "/collection/login"
#define PASSWORD "correct horse"
#define TOKEN    "t0ken"
#define DAEMON   "org.tocsin.Tocsin1"

static GTestDBus *bus; /* (owned) for all of the program: see main () */

typedef struct {
  GDBusConnection *connection;
  GSubprocess *keyring;
  char *home;
} Town;

/* --- the keyring's daemon --- */

static gboolean
has_owner (GDBusConnection *connection, const char *name)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "NameHasOwner", g_variant_new ("(s)", name), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  gboolean owned = FALSE;

  if (answer != NULL)
    g_variant_get (answer, "(b)", &owned);
  return owned;
}

static gboolean
keyring_is_there (gpointer user_data)
{
  return has_owner (((Town *) user_data)->connection, SECRETS);
}

static void
start_keyring (Town *town)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                 G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;
  GOutputStream *input;

  g_subprocess_launcher_setenv (launcher, "HOME", town->home, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_DATA_HOME", town->home, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_RUNTIME_DIR", town->home, TRUE);
  g_subprocess_launcher_unsetenv (launcher, "GNOME_KEYRING_CONTROL");
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG"); /* its warnings are its own affair */
  town->keyring =
      g_subprocess_launcher_spawn (launcher, &error, "gnome-keyring-daemon", "--foreground",
                                   "--unlock", "--components=secrets", NULL);
  g_assert_no_error (error);
  input = g_subprocess_get_stdin_pipe (town->keyring);
  g_output_stream_write_all (input, PASSWORD, strlen (PASSWORD), NULL, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_close (input, NULL, &error);
  g_assert_no_error (error);
  tocsin_test_wait (NULL, keyring_is_there, town);
}

static gboolean
keyring_is_gone (gpointer user_data)
{
  return !keyring_is_there (user_data);
}

static void
stop_keyring (Town *town)
{
  if (town->keyring == NULL)
    return;
  g_subprocess_send_signal (town->keyring, SIGTERM);
  g_subprocess_wait (town->keyring, NULL, NULL);
  g_clear_object (&town->keyring);
  tocsin_test_wait (NULL, keyring_is_gone, town);
}

static GVariant *
call (Town *town, const char *interface, const char *method, GVariant *arguments)
{
  g_autoptr (GError) error = NULL;
  GVariant *answer =
      g_dbus_connection_call_sync (town->connection, SECRETS, SERVICE, interface, method, arguments,
                                   NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
  return answer;
}

static void
lock (Town *town)
{
  const char *const paths[] = { LOGIN, NULL };
  g_autoptr (GVariant) answer =
      call (town, "org.freedesktop.Secret.Service", "Lock", g_variant_new ("(^ao)", paths));
}

/* As the login does it: nobody is asked. */
static void
unlock (Town *town)
{
  g_autoptr (GVariant) session = call (town, "org.freedesktop.Secret.Service", "OpenSession",
                                       g_variant_new ("(sv)", "plain", g_variant_new_string ("")));
  const char *path;

  g_variant_get (session, "(v&o)", NULL, &path);
  g_variant_unref (call (
      town, "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface", "UnlockWithMasterPassword",
      g_variant_new (
          "(o(o@ay@ays))", LOGIN, path, g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, NULL, 0, 1),
          g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, PASSWORD, strlen (PASSWORD), 1),
          "text/plain")));
}

/* --- the town --- */

static void
set_up (Town *town, gconstpointer data)
{
  town->connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_dbus_connection_set_exit_on_close (town->connection, FALSE);
  town->home = tocsin_test_make_dir ();
  if (data == NULL)
    start_keyring (town);
}

static void
tear_down (Town *town, gconstpointer data)
{
  stop_keyring (town);
  g_clear_object (&town->connection);
  g_free (town->home);
}

/* --- the key --- */

static gboolean
is_open (gpointer user_data)
{
  return tocsin_keyring_get_key (user_data) != NULL;
}

static gboolean
is_locked (gpointer user_data)
{
  return tocsin_keyring_is_locked (user_data);
}

static gboolean
has_problem (gpointer user_data)
{
  return tocsin_keyring_get_problem (user_data) != NULL;
}

static void
drop (TocsinKeyring *keyring)
{
  g_object_run_dispose (G_OBJECT (keyring));
  g_object_unref (keyring);
}

static GBytes *
get_key (const char *folder, GBytes *given)
{
  TocsinKeyring *keyring = tocsin_keyring_new (folder, given);
  GBytes *key;

  tocsin_test_wait (NULL, is_open, keyring);
  g_assert_null (tocsin_keyring_get_problem (keyring));
  key = g_bytes_ref (tocsin_keyring_get_key (keyring));
  drop (keyring);
  return key;
}

static void
test_key_is_made_once_a_folder (Town *town, gconstpointer data)
{
  g_autoptr (GBytes) first = get_key ("/one", NULL);
  g_autoptr (GBytes) again = get_key ("/one", NULL);
  g_autoptr (GBytes) other = get_key ("/two", NULL);

  g_assert_cmpuint (g_bytes_get_size (first), ==, 32);
  g_assert_true (g_bytes_equal (first, again));
  g_assert_false (g_bytes_equal (first, other));
  stop_keyring (town);
  start_keyring (town); /* it was on the disk */
  g_clear_pointer (&again, g_bytes_unref);
  again = get_key ("/one", NULL);
  g_assert_true (g_bytes_equal (first, again));
}

static void
test_key_in_use_moves_in (Town *town, gconstpointer data)
{
  g_autoptr (GBytes) old = get_key ("/one", NULL);
  g_autoptr (GBytes) given = tocsin_vault_make_key ();
  g_autoptr (GBytes) moved = get_key ("/one", given);
  g_autoptr (GBytes) found = get_key ("/one", NULL);

  g_assert_false (g_bytes_equal (old, given));
  g_assert_true (g_bytes_equal (moved, given));
  g_assert_true (g_bytes_equal (found, given));
}

static void
test_locked_keyring_is_waited_for (Town *town, gconstpointer data)
{
  g_autoptr (GBytes) key = get_key ("/one", NULL);
  TocsinKeyring *keyring, *unknown;

  lock (town);
  keyring = tocsin_keyring_new ("/one", NULL);
  unknown = tocsin_keyring_new ("/never-seen", NULL);
  tocsin_test_wait (NULL, is_locked, keyring);
  tocsin_test_wait (NULL, is_locked, unknown);
  g_assert_nonnull (strstr (tocsin_keyring_get_problem (keyring), "locked"));
  unlock (town);
  tocsin_test_wait (NULL, is_open, keyring);
  tocsin_test_wait (NULL, is_open, unknown);
  g_assert_true (g_bytes_equal (tocsin_keyring_get_key (keyring), key));
  g_assert_null (tocsin_keyring_get_problem (keyring));
  drop (keyring);
  drop (unknown);
}

static void
test_keyring_that_comes_late_is_found (Town *town, gconstpointer data)
{
  TocsinKeyring *keyring = tocsin_keyring_new ("/one", NULL);

  tocsin_test_wait (NULL, has_problem, keyring);
  g_assert_false (tocsin_keyring_is_locked (keyring));
  g_assert_nonnull (strstr (tocsin_keyring_get_problem (keyring), "--key-file"));
  start_keyring (town);
  tocsin_test_wait (NULL, is_open, keyring);
  drop (keyring);
}

/* --- the daemon with it --- */

typedef struct {
  Town *town;
  GSubprocess *process;
  TocsinDbusTocsin1 *proxy;
  TocsinTestHttpServer *site;
  char *dir;
  char *id;
  const char *awaited;
} Daemon;

static gboolean
daemon_is_there (gpointer user_data)
{
  return has_owner (((Daemon *) user_data)->town->connection, DAEMON);
}

static void
start_daemon (Daemon *daemon)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("G_TEST_BUILDDIR"), "..", "daemon", "tocsind", NULL);
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_unsetenv (launcher, "TOCSIN_KEY_FILE");
  daemon->process = g_subprocess_launcher_spawn (launcher, &error, program, "--data-dir",
                                                 daemon->dir, "--reference", "none", NULL);
  g_assert_no_error (error);
  tocsin_test_wait (NULL, daemon_is_there, daemon);
  daemon->proxy =
      tocsin_dbus_tocsin1_proxy_new_sync (daemon->town->connection, G_DBUS_PROXY_FLAGS_NONE, DAEMON,
                                          "/org/tocsin/Tocsin1", NULL, &error);
  g_assert_no_error (error);
}

static void
stop_daemon (Daemon *daemon)
{
  g_clear_object (&daemon->proxy);
  g_subprocess_send_signal (daemon->process, SIGTERM);
  g_subprocess_wait (daemon->process, NULL, NULL);
  g_clear_object (&daemon->process);
}

static char *
add_guarded (Daemon *daemon, GError **error)
{
  g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (TOCSIN_MONITOR_HTTP);
  char *id = NULL;

  monitor->name = g_strdup ("guarded");
  monitor->target = tocsin_test_http_server_url (daemon->site, "/bearer");
  monitor->interval_us = TOCSIN_MONITOR_INTERVAL_MOST_US;
  monitor->auth = TOCSIN_AUTH_BEARER;
  monitor->token = g_strdup (TOKEN);
  tocsin_dbus_tocsin1_call_add_sync (
      daemon->proxy,
      tocsin_fields_to_variant (&tocsin_monitor_fields, monitor, TOCSIN_FIELDS_WITH_SECRETS), &id,
      NULL, error);
  return id;
}

static gboolean
can_add (gpointer user_data)
{
  Daemon *daemon = user_data;
  g_autoptr (GError) error = NULL;

  daemon->id = add_guarded (daemon, &error);
  if (error != NULL)
    g_assert_cmpstr (strstr (error->message, "can’t be kept now"), !=, NULL);
  return daemon->id != NULL;
}

/* "ok", or the code, of a check that is made now. */
static char *
check (Daemon *daemon)
{
  g_autoptr (GVariant) sample = NULL;
  g_autoptr (GError) error = NULL;
  const char *code = NULL, *outcome = NULL;

  tocsin_dbus_tocsin1_call_check_now_sync (daemon->proxy, daemon->id, &sample, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (sample, "outcome", "&s", &outcome));
  return g_variant_lookup (sample, "code", "&s", &code) && *code != '\0' ? g_strdup (code)
                                                                         : g_strdup (outcome);
}

static gboolean
check_says (gpointer user_data)
{
  Daemon *daemon = user_data;
  g_autofree char *word = check (daemon);

  return g_str_equal (word, daemon->awaited);
}

static void
await_check (Daemon *daemon, const char *word)
{
  daemon->awaited = word;
  tocsin_test_wait (NULL, check_says, daemon);
}

static gboolean
says_that_it_is_locked (gpointer user_data)
{
  const char *problem = tocsin_dbus_tocsin1_get_secrets_problem (((Daemon *) user_data)->proxy);

  return problem != NULL && strstr (problem, "locked") != NULL;
}

static gboolean
says_nothing (gpointer user_data)
{
  const char *problem = tocsin_dbus_tocsin1_get_secrets_problem (((Daemon *) user_data)->proxy);

  return problem == NULL || *problem == '\0';
}

/* Neither the token nor a key: nothing that opens what is sealed. */
static void
assert_nothing_in_plain (const char *dir)
{
  g_autoptr (GDir) folder = g_dir_open (dir, 0, NULL);
  const char *name;
  guint n = 0;

  g_assert_nonnull (folder);
  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *path = g_build_filename (dir, name, NULL);
    g_autofree char *text = NULL;
    gsize size;

    g_assert_cmpstr (name, !=, "key");
    if (!g_file_get_contents (path, &text, &size, NULL))
      continue;
    g_assert_null (memmem (text, size, TOKEN, strlen (TOKEN)));
    n++;
  }
  g_assert_cmpuint (n, >, 0);
}

static void
open_daemon (Daemon *daemon, Town *town)
{
  *daemon = (Daemon){ .town = town, .dir = tocsin_test_make_dir () };
  daemon->site = tocsin_test_http_server_new (NULL);
}

static void
close_daemon (Daemon *daemon)
{
  stop_daemon (daemon);
  tocsin_test_http_server_free (daemon->site);
  g_free (daemon->id);
  g_free (daemon->dir);
}

static void
set_paused (Daemon *daemon, gboolean paused)
{
  g_autoptr (GError) error = NULL;
  const char *const unset[] = { NULL };
  GVariantDict set;

  g_variant_dict_init (&set, NULL);
  g_variant_dict_insert (&set, "paused", "b", paused);
  tocsin_dbus_tocsin1_call_edit_sync (daemon->proxy, daemon->id, g_variant_dict_end (&set), unset,
                                      NULL, &error);
  g_assert_no_error (error);
}

static void
test_monitor_waits_for_a_locked_keyring (Town *town, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *refused = NULL;
  Daemon daemon;

  open_daemon (&daemon, town);
  start_daemon (&daemon);
  tocsin_test_wait (NULL, can_add, &daemon);
  await_check (&daemon, "ok");
  stop_daemon (&daemon);
  assert_nothing_in_plain (daemon.dir);

  lock (town);
  start_daemon (&daemon);
  tocsin_test_wait (NULL, says_that_it_is_locked, &daemon);
  await_check (&daemon, "secret_missing");
  refused = add_guarded (&daemon, &error);
  g_assert_null (refused);
  g_assert_nonnull (strstr (error->message, "locked"));
  set_paused (&daemon, TRUE); /* what can't be read is not lost by an edit of something else */
  set_paused (&daemon, FALSE);
  assert_nothing_in_plain (daemon.dir);

  unlock (town);
  tocsin_test_wait (NULL, says_nothing, &daemon);
  await_check (&daemon, "ok");
  close_daemon (&daemon);
}

/* Who has no passwords is not asked for any. */
static void
test_lock_is_told_when_somebody_minds (Town *town, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *refused = NULL;
  Daemon daemon;

  open_daemon (&daemon, town);
  lock (town);
  start_daemon (&daemon);
  g_assert_true (says_nothing (&daemon));
  refused = add_guarded (&daemon, &error);
  g_assert_null (refused);
  g_assert_nonnull (strstr (error->message, "can’t be kept now"));
  tocsin_test_wait (NULL, says_that_it_is_locked, &daemon);
  unlock (town);
  tocsin_test_wait (NULL, says_nothing, &daemon);
  tocsin_test_wait (NULL, can_add, &daemon);
  close_daemon (&daemon);
}

static gboolean
file_is_gone (gpointer user_data)
{
  return !g_file_test (user_data, G_FILE_TEST_EXISTS);
}

static void
test_key_file_moves_into_the_keyring (Town *town, gconstpointer data)
{
  g_autofree char *path = NULL, *text = NULL;
  g_autoptr (GBytes) key = tocsin_vault_make_key ();
  g_autoptr (GError) error = NULL;
  Daemon daemon;

  open_daemon (&daemon, town);
  lock (town);
  path = tocsin_vault_key_path (daemon.dir);
  text = tocsin_vault_key_to_text (key);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  start_daemon (&daemon);
  tocsin_test_wait (NULL, can_add, &daemon); /* the file has it, whatever the keyring is like */
  unlock (town);
  tocsin_test_wait (NULL, file_is_gone, path);
  stop_daemon (&daemon);
  start_daemon (&daemon);
  await_check (&daemon, "ok");
  assert_nothing_in_plain (daemon.dir);
  close_daemon (&daemon);
}

int
main (int argc, char **argv)
{
  g_autofree char *program = g_find_program_in_path ("gnome-keyring-daemon");
  int status;

  tocsin_test_init (&argc, &argv);
  if (program == NULL) {
    g_print ("1..0 # SKIP there is no gnome-keyring-daemon\n");
    return 0;
  }
  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);
  g_test_add ("/keyring/key-is-made-once-a-folder", Town, NULL, set_up,
              test_key_is_made_once_a_folder, tear_down);
  g_test_add ("/keyring/key-in-use-moves-in", Town, NULL, set_up, test_key_in_use_moves_in,
              tear_down);
  g_test_add ("/keyring/locked-keyring-is-waited-for", Town, NULL, set_up,
              test_locked_keyring_is_waited_for, tear_down);
  g_test_add ("/keyring/keyring-that-comes-late-is-found", Town, "late", set_up,
              test_keyring_that_comes_late_is_found, tear_down);
  g_test_add ("/keyring/monitor-waits-for-a-locked-keyring", Town, NULL, set_up,
              test_monitor_waits_for_a_locked_keyring, tear_down);
  g_test_add ("/keyring/lock-is-told-when-somebody-minds", Town, NULL, set_up,
              test_lock_is_told_when_somebody_minds, tear_down);
  g_test_add ("/keyring/key-file-moves-into-the-keyring", Town, NULL, set_up,
              test_key_file_moves_into_the_keyring, tear_down);
  status = g_test_run ();
  /* Not g_test_dbus_down (), which its last reference calls too: it waits until nobody holds the
   * connection, and libsecret does until the end. */
  g_test_dbus_stop (bus);
  return status;
}
