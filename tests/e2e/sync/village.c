/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "village"

#include "config.h"

#include <libpq-fe.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#include "support.h"
#include "village.h"

#define KEY "4141414141414141414141414141414141414141414141414141414141414141"

static char *
find_program (const char *relative)
{
  return g_build_filename (g_getenv ("G_TEST_BUILDDIR"), "..", relative, NULL);
}

static void
child_setup_cb (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static GSubprocessLauncher *
make_launcher (GSubprocessFlags flags)
{
  GSubprocessLauncher *launcher = g_subprocess_launcher_new (flags);

  g_subprocess_launcher_set_child_setup (launcher, child_setup_cb, NULL, NULL);
  return launcher;
}

/* Runs `program` with the words of `text`; its exit status. */
static int
run (GSubprocessLauncher *launcher, const char *program, const char *text, char **out, char **err)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = NULL;

  g_shell_parse_argv (text, NULL, &words, &error);
  g_assert_no_error (error);
  g_ptr_array_add (argv, (char *) program);
  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (argv, words[i]);
  g_ptr_array_add (argv, NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, out, err, &error);
  g_assert_no_error (error);
  return g_subprocess_get_exit_status (process);
}

/* --- the server --- */

char *
village_admin (Village *village, const char *line, ...)
{
  g_autoptr (GSubprocessLauncher) launcher = make_launcher (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *program = find_program ("sync-server/tocsin-server"), *text = NULL;
  char *out = NULL;
  va_list args;

  va_start (args, line);
  text = g_strdup_vprintf (line, args);
  va_end (args);
  g_subprocess_launcher_setenv (launcher, "TOCSIN_DATABASE_URL", village->url, TRUE);
  g_subprocess_launcher_setenv (launcher, "TOCSIN_SECRETS_KEY", KEY, TRUE);
  g_assert_cmpint (run (launcher, program, text, &out, NULL), ==, 0);
  return g_strchomp (out);
}

char *
village_ask (Village *village, const char *sql)
{
  PGconn *connection = PQconnectdb (village->url);
  PGresult *result = PQexec (connection, sql);
  ExecStatusType status = PQresultStatus (result);
  char *answer = NULL;

  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
    g_error ("%s: %s", sql, PQerrorMessage (connection));
  if (status == PGRES_TUPLES_OK && PQntuples (result) > 0 && !PQgetisnull (result, 0, 0))
    answer = g_strdup (PQgetvalue (result, 0, 0));
  PQclear (result);
  PQfinish (connection);
  return answer;
}

static void
people (Village *village)
{
  static const char *const lines[] = {
    "migrate",
    "user add owner@example.org --name Owner",
    "user add editor@example.org --name Editor",
    "user add viewer@example.org --name Viewer",
    "team add Example --owner owner@example.org",
    "member add example editor@example.org editor",
    "member add example viewer@example.org viewer",
    "project create example Web",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    g_free (village_admin (village, "%s", lines[i]));
  village->team = village_ask (village, "SELECT id FROM teams");
}

gboolean
village_init (Village *village)
{
  static const char *const settings[] = { "SECRETS_KEY=" KEY, NULL };

  *village = (Village){ 0 };
  village->postgres = tocsin_test_postgres_new ();
  if (village->postgres == NULL) {
    g_test_skip ("there is no PostgreSQL");
    return FALSE;
  }
  village->url = g_strdup (tocsin_test_postgres_get_url (village->postgres));
  people (village);
  village->server = tocsin_test_server_new (village->url, settings);
  village->site =
      g_strdup_printf ("http://127.0.0.1:%u", tocsin_test_server_get_port (village->server));
  return TRUE;
}

void
village_clear (Village *village)
{
  g_clear_pointer (&village->server, tocsin_test_server_free);
  g_clear_pointer (&village->postgres, tocsin_test_postgres_free);
  g_free (village->url);
  g_free (village->team);
  g_free (village->site);
}

/* --- desktops --- */

static GSubprocessLauncher *
make_desktop_launcher (Desktop *desktop, GSubprocessFlags flags)
{
  GSubprocessLauncher *launcher = make_launcher (flags);

  g_subprocess_launcher_setenv (launcher, "DBUS_SESSION_BUS_ADDRESS", desktop->address, TRUE);
  g_subprocess_launcher_setenv (launcher, "HOME", desktop->dir, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_DATA_HOME", desktop->dir, TRUE);
  return launcher;
}

static int
ctl (Desktop *desktop, const char *text, char **out, char **err)
{
  g_autoptr (GSubprocessLauncher) launcher = make_desktop_launcher (
      desktop, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autofree char *program = find_program ("daemon/ctl/tocsinctl");

  return run (launcher, program, text, out, err);
}

char *
desktop_ctl (Desktop *desktop, const char *line, ...)
{
  g_autofree char *text = NULL, *err = NULL;
  char *out = NULL;
  va_list args;

  va_start (args, line);
  text = g_strdup_vprintf (line, args);
  va_end (args);
  g_test_message ("%s", text);
  if (ctl (desktop, text, &out, &err) != 0)
    g_error ("tocsinctl %s: %s", text, err);
  return g_strchomp (out);
}

int
desktop_try_ctl (Desktop *desktop, char **err, const char *line, ...)
{
  g_autofree char *text = NULL, *out = NULL, *said = NULL;
  va_list args;
  int status;

  va_start (args, line);
  text = g_strdup_vprintf (line, args);
  va_end (args);
  status = ctl (desktop, text, &out, &said);
  if (err != NULL)
    *err = g_steal_pointer (&said);
  return status;
}

static gboolean
answers (gpointer user_data)
{
  return desktop_try_ctl (user_data, NULL, "list") == 0;
}

void
desktop_start (Desktop *desktop)
{
  g_autoptr (GSubprocessLauncher) launcher =
      make_desktop_launcher (desktop, G_SUBPROCESS_FLAGS_NONE);
  g_autofree char *program = find_program ("daemon/tocsind");
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_setenv (launcher, "G_DEBUG", "fatal-criticals", TRUE);
  desktop->daemon = g_subprocess_launcher_spawn (launcher, &error, program, "--data-dir",
                                                 desktop->dir, "--reference", "none", NULL);
  g_assert_no_error (error);
  tocsin_test_wait (NULL, answers, desktop);
}

static void
stop (GSubprocess **daemon, int signal)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_send_signal (*daemon, signal);
  g_subprocess_wait (*daemon, NULL, &error);
  g_assert_no_error (error);
  if (signal == SIGTERM)
    g_assert_cmpint (g_subprocess_get_exit_status (*daemon), ==, 0);
  g_clear_object (daemon);
}

void
desktop_stop (Desktop *desktop, int signal)
{
  stop (&desktop->daemon, signal);
}

static void
start_bus (Desktop *desktop)
{
  g_autoptr (GSubprocessLauncher) launcher = make_launcher (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GDataInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;

  desktop->bus = g_subprocess_launcher_spawn (launcher, &error, "dbus-daemon", "--session",
                                              "--nofork", "--print-address=1", NULL);
  g_assert_no_error (error);
  stream = g_data_input_stream_new (g_subprocess_get_stdout_pipe (desktop->bus));
  desktop->address = g_data_input_stream_read_line (stream, NULL, NULL, &error);
  g_assert_no_error (error);
}

void
desktop_init (Desktop *desktop, Village *village)
{
  *desktop = (Desktop){ .village = village, .dir = tocsin_test_make_dir () };
  desktop->link = link_new (tocsin_test_server_get_port (village->server));
  start_bus (desktop);
  desktop_start (desktop);
}

void
desktop_clear (Desktop *desktop)
{
  if (desktop->daemon != NULL)
    desktop_stop (desktop, SIGTERM);
  if (desktop->bus != NULL) {
    g_subprocess_force_exit (desktop->bus);
    g_subprocess_wait (desktop->bus, NULL, NULL);
  }
  g_clear_object (&desktop->bus);
  g_clear_pointer (&desktop->link, link_free);
  g_free (desktop->address);
  g_free (desktop->dir);
}

/* --- the wire --- */

static gboolean
is_in_state (Desktop *desktop, const char *state)
{
  g_autofree char *out = NULL, *err = NULL;

  ctl (desktop, "sync status", &out, &err);
  return strstr (out, state) != NULL;
}

static gboolean
is_offline (gpointer user_data)
{
  return is_in_state (user_data, "offline");
}

void
desktop_cut (Desktop *desktop)
{
  link_cut (desktop->link, TRUE);
  desktop_try_ctl (desktop, NULL, "sync now"); /* which finds out */
  tocsin_test_wait (NULL, is_offline, desktop);
}

void
desktop_mend (Desktop *desktop)
{
  link_cut (desktop->link, FALSE);
  g_free (desktop_ctl (desktop, "sync now"));
  desktop_wait_in_step (desktop);
}

char *
desktop_get_server (Desktop *desktop)
{
  return g_strdup_printf ("http://127.0.0.1:%u", link_get_port (desktop->link));
}

/* --- signing in --- */

typedef struct {
  Village *village;
  const char *email;
} Grant;

/* What the person does at the server's page. */
static gboolean
grant (gpointer user_data)
{
  Grant *by = user_data;
  g_autofree char *sql = g_strdup_printf (
      "UPDATE device_flights SET verdict = 'granted',"
      " user_id = (SELECT id FROM users WHERE email = '%s') WHERE verdict = 'pending' RETURNING 1",
      by->email);
  g_autofree char *one = village_ask (by->village, sql);

  return one != NULL;
}

static gboolean
is_in_step (gpointer user_data)
{
  g_autofree char *out = NULL, *err = NULL;

  ctl (user_data, "sync status", &out, &err);
  return strstr (out, "in step") != NULL && strstr (out, "changes wait") == NULL;
}

void
desktop_wait_in_step (Desktop *desktop)
{
  tocsin_test_wait (NULL, is_in_step, desktop);
}

GSubprocess *
desktop_begin_sign_in (Desktop *desktop, const char *email)
{
  g_autoptr (GSubprocessLauncher) launcher =
      make_desktop_launcher (desktop, G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autofree char *program = find_program ("daemon/ctl/tocsinctl");
  g_autofree char *server = desktop_get_server (desktop);
  g_autoptr (GError) error = NULL;
  Grant by = { desktop->village, email };
  GSubprocess *login = g_subprocess_launcher_spawn (launcher, &error, program, "login", server,
                                                    "--no-browser", NULL);

  g_assert_no_error (error);
  tocsin_test_wait (NULL, grant, &by);
  return login;
}

void
desktop_end_sign_in (Desktop *desktop, GSubprocess *login)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_check (login, NULL, &error);
  g_assert_no_error (error);
  g_object_unref (login);
  desktop_wait_in_step (desktop);
}

/* --- looking --- */

static JsonObject *
show (Desktop *desktop, const char *monitor)
{
  g_autofree char *quoted = g_shell_quote (monitor), *out = NULL, *err = NULL;
  g_autofree char *line = g_strconcat ("show ", quoted, " --json", NULL);
  g_autoptr (JsonNode) node = NULL;

  if (ctl (desktop, line, &out, &err) != 0)
    return NULL;
  node = json_from_string (out, NULL);
  return node != NULL ? json_node_dup_object (node) : NULL;
}

static char *
node_to_text (JsonNode *node)
{
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_dup_string (node);
  return json_to_string (node, FALSE);
}

char *
desktop_get (Desktop *desktop, const char *monitor, const char *member)
{
  g_autoptr (JsonObject) status = show (desktop, monitor);
  JsonObject *object = status;
  JsonNode *node;

  if (status == NULL)
    return NULL;
  if (g_str_has_prefix (member, "monitor.")) {
    object = json_object_get_object_member (status, "monitor");
    member += strlen ("monitor.");
  }
  node = json_object_get_member (object, member);
  return node != NULL ? node_to_text (node) : NULL;
}

typedef struct {
  Desktop *desktop;
  const char *monitor, *member, *value;
} Wish;

static gboolean
is_fulfilled (gpointer user_data)
{
  Wish *wish = user_data;
  g_autofree char *value = desktop_get (wish->desktop, wish->monitor, wish->member);

  return g_strcmp0 (value, wish->value) == 0;
}

void
desktop_wait_for (Desktop *desktop, const char *monitor, const char *member, const char *value)
{
  Wish wish = { desktop, monitor, member, value };

  g_test_message ("%s: %s is to be %s", monitor, member, value);

  tocsin_test_wait (NULL, is_fulfilled, &wish);
}

gboolean
desktop_has_logged (Desktop *desktop, const char *kind)
{
  g_autofree char *log = desktop_ctl (desktop, "sync log --json -n 100");
  g_autofree char *entry = g_strdup_printf ("\"%s\"", kind);

  return strstr (log, entry) != NULL;
}

/* --- probes --- */

void
probe_start (Probe *probe)
{
  g_autoptr (GSubprocessLauncher) launcher = make_launcher (G_SUBPROCESS_FLAGS_NONE);
  g_autofree char *program = find_program ("daemon/tocsind");
  g_autofree char *server = g_strdup_printf ("http://127.0.0.1:%u", link_get_port (probe->link));
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_setenv (launcher, "G_DEBUG", "fatal-criticals", TRUE);
  g_subprocess_launcher_setenv (launcher, "TOCSIN_SERVER", server, TRUE);
  g_subprocess_launcher_setenv (launcher, "TOCSIN_PROBE_TOKEN", probe->token, TRUE);
  probe->daemon =
      g_subprocess_launcher_spawn (launcher, &error, program, "--bus", "none", "--data-dir",
                                   probe->dir, "--reference", "none", NULL);
  g_assert_no_error (error);
}

void
probe_stop (Probe *probe, int signal)
{
  stop (&probe->daemon, signal);
}

void
probe_init (Probe *probe, Village *village, const char *name, const char *labels)
{
  g_autofree char *said =
      village_admin (village, "probe create example %s --labels %s", name, labels);
  const char *token = strstr (said, "TOCSIN_PROBE_TOKEN=");

  g_assert_nonnull (token);
  *probe = (Probe){ .village = village, .dir = tocsin_test_make_dir () };
  token += strlen ("TOCSIN_PROBE_TOKEN=");
  probe->token = g_strndup (token, strcspn (token, "\n"));
  probe->link = link_new (tocsin_test_server_get_port (village->server));
  probe_start (probe);
}

void
probe_clear (Probe *probe)
{
  if (probe->daemon != NULL)
    probe_stop (probe, SIGTERM);
  g_clear_pointer (&probe->link, link_free);
  g_free (probe->dir);
  g_free (probe->token);
}
