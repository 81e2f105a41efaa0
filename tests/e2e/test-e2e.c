/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-e2e"

#include "config.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

#include "support.h"
#include "test-http-server.h"

/* The programs as people run them: a bus, tocsind, tocsinctl. */
typedef struct {
  GTestDBus *bus;
  GSubprocess *daemon;
  char *dir;
  TocsinTestHttpServer *site; /* something that answers */
  guint16 port;
} Town;

static char *
find_program (const char *relative)
{
  return g_build_filename (g_getenv ("G_TEST_BUILDDIR"), "..", relative, NULL);
}

/* --- the command line --- */

typedef struct {
  int status;
  char *out, *err;
} Answer;

static void
clear_answer (Answer *answer)
{
  g_clear_pointer (&answer->out, g_free);
  g_clear_pointer (&answer->err, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, clear_answer)

static void ctl (Answer *answer, const char *line, ...) G_GNUC_PRINTF (2, 3);

/* Runs `tocsinctl` with the words of `line`, shell quotes as usual. */
static void
ctl (Answer *answer, const char *line, ...)
{
  g_autofree char *program = find_program ("daemon/ctl/tocsinctl"), *text = NULL;
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = NULL;
  va_list args;

  clear_answer (answer);
  va_start (args, line);
  text = g_strdup_vprintf (line, args);
  va_end (args);
  g_shell_parse_argv (text, NULL, &words, &error);
  g_assert_no_error (error);
  g_ptr_array_add (argv, program);
  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (argv, words[i]);
  g_ptr_array_add (argv, NULL);
  process =
      g_subprocess_newv ((const char *const *) argv->pdata,
                         G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &answer->out, &answer->err, &error);
  g_assert_no_error (error);
  answer->status = g_subprocess_get_exit_status (process);
  g_test_message ("tocsinctl %s → %d", text, answer->status);
}

static char *
ctl_line (const char *line)
{
  g_auto (Answer) answer = { 0 };
  char *out;

  ctl (&answer, "%s", line);
  g_assert_cmpstr (answer.err, ==, "");
  g_assert_cmpint (answer.status, ==, 0);
  out = g_strdup (answer.out);
  return g_strchomp (out);
}

static JsonNode *
ctl_json (const char *line)
{
  g_autofree char *text = ctl_line (line);
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (text, &error);

  g_assert_no_error (error);
  return node;
}

/* --- the daemon --- */

static gboolean
answers (gpointer user_data)
{
  g_auto (Answer) answer = { 0 };

  ctl (&answer, "list");
  return answer.status == 0;
}

static void
start_daemon (Town *town)
{
  g_autofree char *program = find_program ("daemon/tocsind");
  g_autoptr (GError) error = NULL;

  town->daemon = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, program, "--data-dir",
                                   town->dir, "--reference", "none", NULL);
  g_assert_no_error (error);
  tocsin_test_wait (NULL, answers, town);
}

static void
stop_daemon (Town *town, int signal)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_send_signal (town->daemon, signal);
  g_subprocess_wait (town->daemon, NULL, &error);
  g_assert_no_error (error);
  if (signal == SIGTERM)
    g_assert_cmpint (g_subprocess_get_exit_status (town->daemon), ==, 0);
  g_clear_object (&town->daemon);
}

static void
set_up (Town *town, gconstpointer data)
{
  town->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (town->bus);
  town->dir = tocsin_test_make_dir ();
  town->site = tocsin_test_http_server_new (NULL);
  town->port = tocsin_test_http_server_get_port (town->site);
  start_daemon (town);
}

static void
tear_down (Town *town, gconstpointer data)
{
  stop_daemon (town, SIGTERM);
  tocsin_test_http_server_free (town->site);
  g_test_dbus_down (town->bus);
  g_object_unref (town->bus);
  g_free (town->dir);
}

static char *
add_shop (Town *town)
{
  g_autofree char *line = g_strdup_printf (
      "add http --name shop --contains hello --tag web --tag eu http://127.0.0.1:%u/ok",
      town->port);

  return ctl_line (line);
}

/* --- the tests --- */

static void
test_list_has_the_promised_members (Town *town, gconstpointer data)
{
  static const char *const members[] = { "id",    "name",        "kind",   "target", "state",
                                         "since", "last_sample", "uptime", "tags",   "project" };
  static const char *const sample_members[] = { "at",         "outcome", "code",
                                                "latency_ms", "reason",  "phases_ms" };
  g_autofree char *id = add_shop (town), *checked = ctl_line ("check shop");
  g_autoptr (JsonNode) node = ctl_json ("list --json");
  JsonObject *shop, *sample, *uptime;

  g_assert_true (g_str_has_prefix (checked, "ok"));
  g_assert_cmpuint (json_array_get_length (json_node_get_array (node)), ==, 1);
  shop = json_array_get_object_element (json_node_get_array (node), 0);
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    g_assert_true (json_object_has_member (shop, members[i]));
  g_assert_cmpstr (json_object_get_string_member (shop, "id"), ==, id);
  g_assert_cmpstr (json_object_get_string_member (shop, "state"), ==, "up");
  g_assert_true (json_object_get_null_member (shop, "project"));
  sample = json_object_get_object_member (shop, "last_sample");
  for (guint i = 0; i < G_N_ELEMENTS (sample_members); i++)
    g_assert_true (json_object_has_member (sample, sample_members[i]));
  uptime = json_object_get_object_member (shop, "uptime");
  g_assert_cmpfloat (json_object_get_double_member (uptime, "24h"), ==, 1.0);
  g_assert_true (json_object_has_member (uptime, "90d"));
}

static void
test_exit_statuses_say_how_it_stands (Town *town, gconstpointer data)
{
  g_auto (Answer) answer = { 0 };
  g_autofree char *id = NULL;

  ctl (&answer, "status");
  g_assert_cmpint (answer.status, ==, 0);
  ctl (&answer, "add http --interval 1s http://127.0.0.1/");
  g_assert_cmpint (answer.status, ==, 2);
  g_assert_nonnull (strstr (answer.err, "interval: 1s is below the least, 5s"));
  ctl (&answer, "show nobody");
  g_assert_cmpint (answer.status, ==, 2);
  ctl (&answer, "nonsense");
  g_assert_cmpint (answer.status, ==, 2);

  id = ctl_line ("add tcp --name dead --failures 1 127.0.0.1:1");
  ctl (&answer, "check dead");
  g_assert_cmpint (answer.status, ==, 1);
  ctl (&answer, "status");
  g_assert_cmpint (answer.status, ==, 1);
  g_assert_nonnull (strstr (answer.out, "✖ down  dead"));
  stop_daemon (town, SIGTERM);
  ctl (&answer, "list");
  g_assert_cmpint (answer.status, ==, 3);
  start_daemon (town);
}

static void
test_outage_can_be_explained_and_written_up (Town *town, gconstpointer data)
{
  g_auto (Answer) answer = { 0 };
  g_autofree char *id G_GNUC_UNUSED = ctl_line ("add tcp --name dead --failures 1 127.0.0.1:1");
  g_autoptr (JsonNode) why = NULL, incidents = NULL, incident = NULL;
  g_autofree char *line = NULL;
  JsonObject *first;

  ctl (&answer, "check dead");
  why = ctl_json ("why dead --json");
  first = json_array_get_object_element (json_node_get_array (why), 0);
  g_assert_cmpstr (json_object_get_string_member (first, "rule"), ==, "failure-confirmed");
  g_assert_cmpstr (json_object_get_string_member (first, "to"), ==, "down");

  incidents = ctl_json ("incidents dead --json");
  g_assert_cmpuint (json_array_get_length (json_node_get_array (incidents)), ==, 1);
  first = json_array_get_object_element (json_node_get_array (incidents), 0);
  g_assert_true (json_object_get_null_member (first, "ended_at"));
  g_assert_cmpstr (json_object_get_string_member (first, "code"), ==, "connect_refused");
  line = g_strdup_printf ("incident %s --ack --note 'on it' --cause 'no power' --json",
                          json_object_get_string_member (first, "id"));
  incident = ctl_json (line);
  first = json_node_get_object (incident);
  g_assert_cmpstr (json_object_get_string_member (first, "root_cause"), ==, "no power");
  g_assert_false (json_object_get_null_member (first, "acknowledged_at"));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (first, "updates")), ==, 4);
}

static void
test_edit_pause_and_remove (Town *town, gconstpointer data)
{
  g_auto (Answer) answer = { 0 };
  g_autofree char *id G_GNUC_UNUSED = add_shop (town);
  g_autoptr (JsonNode) shown = NULL, list = NULL;
  JsonObject *monitor;

  g_free (ctl_line ("edit shop interval=30s expect_status=200-299,401 tags="));
  g_free (ctl_line ("pause shop"));
  shown = ctl_json ("show shop --json");
  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (shown), "state"), ==,
                   "paused");
  monitor = json_object_get_object_member (json_node_get_object (shown), "monitor");
  g_assert_cmpint (json_object_get_int_member (monitor, "interval_s"), ==, 30);
  g_assert_cmpstr (json_object_get_string_member (monitor, "expect_status"), ==, "200-299,401");
  g_assert_false (json_object_has_member (monitor, "tags"));
  ctl (&answer, "edit shop interval=never");
  g_assert_cmpint (answer.status, ==, 2);
  g_free (ctl_line ("resume shop"));
  g_free (ctl_line ("remove shop"));
  list = ctl_json ("list --json");
  g_assert_cmpuint (json_array_get_length (json_node_get_array (list)), ==, 0);
}

/* --- jobs --- */

static void
test_exec_pings_and_keeps_the_exit_status (Town *town, gconstpointer data)
{
  g_auto (Answer) answer = { 0 };
  g_autofree char *added = ctl_line ("add heartbeat --name backup --every 1h");
  g_autoptr (JsonNode) pings = NULL;
  JsonObject *last, *first;

  g_assert_nonnull (strstr (added, "/ping/"));
  ctl (&answer, "exec --ping backup -- sh -c 'echo 12 files; exit 3'");
  g_assert_cmpint (answer.status, ==, 3);
  g_assert_cmpstr (answer.out, ==, "12 files\n");
  pings = ctl_json ("pings backup --json");
  g_assert_cmpuint (json_array_get_length (json_node_get_array (pings)), ==, 2);
  last = json_array_get_object_element (json_node_get_array (pings), 0);
  first = json_array_get_object_element (json_node_get_array (pings), 1);
  g_assert_cmpstr (json_object_get_string_member (first, "kind"), ==, "start");
  g_assert_cmpstr (json_object_get_string_member (last, "kind"), ==, "fail");
  g_assert_cmpint (json_object_get_int_member (last, "exit_status"), ==, 3);
  g_assert_cmpint (json_object_get_int_member (last, "n"), ==, 2);
  g_assert_true (json_object_has_member (last, "duration_s"));
  ctl (&answer, "ping backup 2");
  g_assert_cmpstr (answer.out, ==, "12 files\n");

  ctl (&answer, "exec -- sh -c 'kill -9 $$'");
  g_assert_cmpint (answer.status, ==, 128 + 9);
  ctl (&answer, "exec -- /no/such/program");
  g_assert_cmpint (answer.status, ==, 127);
  ctl (&answer, "exec --ping http://127.0.0.1:1/ping/x -- true");
  g_assert_cmpint (answer.status, ==, 0);
  g_assert_nonnull (strstr (answer.err, "the job is not affected"));
  ctl (&answer, "exec --timeout 100ms -- sleep 60");
  g_assert_cmpint (answer.status, ==, 128 + SIGTERM);
}

/* --- records --- */

static void
test_records_move_to_another_daemon (Town *town, gconstpointer data)
{
  g_auto (Answer) answer = { 0 };
  g_autofree char *id = add_shop (town), *file = NULL, *line = NULL, *backup = NULL, *said = NULL;
  g_autoptr (JsonNode) list = NULL;

  file = g_build_filename (town->dir, "records.json", NULL);
  backup = g_build_filename (town->dir, "copy.db", NULL);
  g_free (ctl_line ("maintenance add --all --title disks --starts 2030-01-01T02:00:00"));
  line = g_strdup_printf ("export %s", file);
  g_free (ctl_line (line));
  ctl (&answer, "db backup %s", backup);
  g_assert_cmpint (answer.status, ==, 0);
  g_assert_true (g_file_test (backup, G_FILE_TEST_EXISTS));
  ctl (&answer, "db backup %s", backup); /* never over another file */
  g_assert_cmpint (answer.status, ==, 2);
  ctl (&answer, "db check");
  g_assert_cmpstr (answer.out, ==, "ok\n");

  stop_daemon (town, SIGTERM);
  g_free (town->dir);
  town->dir = tocsin_test_make_dir ();
  start_daemon (town);
  g_free (line);
  line = g_strdup_printf ("import %s", file);
  said = ctl_line (line);
  g_assert_cmpstr (said, ==, "2 added, 0 updated");
  list = ctl_json ("list --json");
  g_assert_cmpstr (json_object_get_string_member (
                       json_array_get_object_element (json_node_get_array (list), 0), "id"),
                   ==, id);
}

static void
test_kill_loses_no_record_and_no_ping (Town *town, gconstpointer data)
{
  g_auto (Answer) answer = { 0 };
  g_autofree char *id G_GNUC_UNUSED = ctl_line ("add tcp --name dead --failures 1 127.0.0.1:1");
  g_autofree char *job G_GNUC_UNUSED = ctl_line ("add heartbeat --name backup --every 1h");
  g_autoptr (JsonNode) before = NULL, after = NULL, pings = NULL;

  ctl (&answer, "check dead");
  ctl (&answer, "exec --ping backup -- true");
  before = ctl_json ("incidents --json");
  stop_daemon (town, SIGKILL);
  start_daemon (town);
  after = ctl_json ("incidents --json");
  g_assert_true (json_node_equal (before, after));
  pings = ctl_json ("pings backup --json");
  g_assert_cmpuint (json_array_get_length (json_node_get_array (pings)), ==, 2);
  ctl (&answer, "status");
  g_assert_cmpint (answer.status, ==, 1);
}

static void
test_schedule_needs_no_daemon (Town *town, gconstpointer data)
{
  g_auto (Answer) answer = { 0 };

  ctl (&answer, "schedule next '0 3 * * *' --tz Europe/Berlin --from 2026-03-28T12:00:00Z -n 2");
  g_assert_cmpstr (answer.out, ==, "2026-03-29T01:00:00Z\n2026-03-30T01:00:00Z\n");
  ctl (&answer, "schedule next '2020-01-01'");
  g_assert_cmpint (answer.status, ==, 0);
  g_assert_cmpstr (answer.out, ==, "");
  ctl (&answer, "schedule next '61 * * * *'");
  g_assert_cmpint (answer.status, ==, 2);
}

static void
test_secrets_stay_out_of_sight (Town *town, gconstpointer data)
{
  g_auto (Answer) answer = { 0 };
  g_autofree char *file = g_build_filename (town->dir, "password", NULL), *line = NULL;
  g_autofree char *database = NULL, *contents = NULL;
  gsize size;

  g_assert_true (g_file_set_contents (file, "correct horse\n", -1, NULL));
  line = g_strdup_printf ("add http --name safe --auth basic --username u --password @%s "
                          "http://127.0.0.1:%u/",
                          file, town->port);
  g_free (ctl_line (line));
  ctl (&answer, "export");
  g_assert_null (strstr (answer.out, "correct horse"));
  ctl (&answer, "show safe --json");
  g_assert_null (strstr (answer.out, "correct horse"));
  ctl (&answer, "export --with-secrets");
  g_assert_nonnull (strstr (answer.out, "correct horse"));
  stop_daemon (town, SIGTERM);
  database = g_build_filename (town->dir, "tocsin.db", NULL);
  g_assert_true (g_file_get_contents (database, &contents, &size, NULL));
  g_assert_null (memmem (contents, size, "correct horse", strlen ("correct horse")));
  start_daemon (town);
  ctl (&answer, "export --with-secrets");
  g_assert_nonnull (strstr (answer.out, "correct horse"));
}

static void
add (const char *path, void (*test) (Town *, gconstpointer))
{
  g_test_add (path, Town, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  add ("/e2e/list-has-the-promised-members", test_list_has_the_promised_members);
  add ("/e2e/exit-statuses-say-how-it-stands", test_exit_statuses_say_how_it_stands);
  add ("/e2e/outage-can-be-explained-and-written-up", test_outage_can_be_explained_and_written_up);
  add ("/e2e/edit-pause-and-remove", test_edit_pause_and_remove);
  add ("/e2e/exec-pings-and-keeps-the-exit-status", test_exec_pings_and_keeps_the_exit_status);
  add ("/e2e/records-move-to-another-daemon", test_records_move_to_another_daemon);
  add ("/e2e/kill-loses-no-record-and-no-ping", test_kill_loses_no_record_and_no_ping);
  add ("/e2e/schedule-needs-no-daemon", test_schedule_needs_no_daemon);
  add ("/e2e/secrets-stay-out-of-sight", test_secrets_stay_out_of_sight);
  return g_test_run ();
}
