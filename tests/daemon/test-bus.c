/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-bus"

#include "config.h"

#include <gio/gio.h>
#include <signal.h>
#include <string.h>

#include "bus.h"
#include "errors.h"
#include "support.h"
#include "timetext.h"

#define INTERFACE "org.tocsin.Tocsin1"

/* Every member of the interface, called as any program may call it: with what is right, and with
 * what is not. The daemon is a real one; it watches a port that nobody listens on. */
typedef struct {
  GTestDBus *bus;
  GDBusConnection *connection;
  GSubprocess *daemon;
  char *dir;
  char *shop;                    /* (owned) the id of a monitor */
  char *backup;                  /* (owned) of a heartbeat */
  GHashTable *changed, *removed; /* (owned) ids that Changed told of */
} Town;

/* --- calling --- */

/* "$SHOP" and the like stand for what is only known while the test runs. */
static char *
fill_in (const Town *town, const char *text)
{
  g_autoptr (GString) filled = g_string_new (text);

  if (town->shop != NULL)
    g_string_replace (filled, "$SHOP", town->shop, 0);
  if (town->backup != NULL)
    g_string_replace (filled, "$BACKUP", town->backup, 0);
  g_string_replace (filled, "$DIR", town->dir, 0);
  return g_string_free (g_steal_pointer (&filled), FALSE);
}

static GVariant *
call (const Town *town, const char *method, const char *arguments, GError **error)
{
  g_autofree char *filled = fill_in (town, arguments);
  g_autoptr (GError) problem = NULL;
  GVariant *values = g_variant_parse (NULL, filled, NULL, NULL, &problem);

  g_assert_no_error (problem);
  return g_dbus_connection_call_sync (town->connection, TOCSIN_BUS_NAME, TOCSIN_BUS_PATH, INTERFACE,
                                      method, values, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                                      error);
}

static GVariant *
call_well (const Town *town, const char *method, const char *arguments)
{
  g_autoptr (GError) error = NULL;
  GVariant *answer = call (town, method, arguments, &error);

  g_test_message ("%s %s", method, arguments);
  g_assert_no_error (error);
  return answer;
}

static void
do_well (const Town *town, const char *method, const char *arguments)
{
  g_variant_unref (call_well (town, method, arguments));
}

static char *
call_for_text (const Town *town, const char *method, const char *arguments)
{
  g_autoptr (GVariant) answer = call_well (town, method, arguments);
  char *text;

  g_variant_get (answer, "(s)", &text);
  return text;
}

/* How many the one array of an answer has. */
static gsize
count (const Town *town, const char *method, const char *arguments)
{
  g_autoptr (GVariant) answer = call_well (town, method, arguments);
  g_autoptr (GVariant) list = g_variant_get_child_value (answer, 0);

  return g_variant_n_children (list);
}

static GVariant *
get_property (const Town *town, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      town->connection, TOCSIN_BUS_NAME, TOCSIN_BUS_PATH, "org.freedesktop.DBus.Properties", "Get",
      g_variant_new ("(ss)", INTERFACE, name), G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NONE, -1,
      NULL, &error);
  GVariant *value;

  g_assert_no_error (error);
  g_variant_get (answer, "(v)", &value);
  return value;
}

/* --- what is refused --- */

static const struct {
  const char *method;
  const char *arguments;
  TocsinError code;
  const char *part; /* of the message */
} refused[] = {
  { "Status", "('nobody',)", TOCSIN_ERROR_NOT_FOUND, "nobody" },
  { "Status", "('',)", TOCSIN_ERROR_NOT_FOUND, "" },
  { "Get", "('nobody',)", TOCSIN_ERROR_NOT_FOUND, "nobody" },
  { "Remove", "('nobody',)", TOCSIN_ERROR_NOT_FOUND, "nobody" },
  { "CheckNow", "('nobody',)", TOCSIN_ERROR_NOT_FOUND, "nobody" },
  { "CheckNow", "('$BACKUP',)", TOCSIN_ERROR_INVALID, "heartbeat" },
  { "Edit", "('nobody', @a{sv} {}, @as [])", TOCSIN_ERROR_NOT_FOUND, "nobody" },
  { "Edit", "('$SHOP', {'interval_us': <int64 1>}, @as [])", TOCSIN_ERROR_INVALID, "interval" },
  { "Edit", "('$SHOP', {'colour': <'red'>}, @as [])", TOCSIN_ERROR_INVALID, "colour" },
  { "Edit", "('$SHOP', {'name': <7>}, @as [])", TOCSIN_ERROR_INVALID, "name" },
  { "Edit", "('$SHOP', {'name': <''>}, @as [])", TOCSIN_ERROR_INVALID, "name" },
  { "Edit", "('$SHOP', {'kind': <'ping'>}, @as [])", TOCSIN_ERROR_INVALID, "kind" },
  { "Edit", "('$SHOP', @a{sv} {}, ['id'])", TOCSIN_ERROR_INVALID, "id" },
  { "Edit", "('$SHOP', @a{sv} {}, ['colour'])", TOCSIN_ERROR_INVALID, "colour" },
  { "Edit", "('$SHOP', {'depends_on': <['$SHOP']>}, @as [])", TOCSIN_ERROR_INVALID, "depends_on" },
  { "Add", "(@a{sv} {},)", TOCSIN_ERROR_INVALID, "kind: is missing" },
  { "Add", "({'kind': <'pigeon'>},)", TOCSIN_ERROR_INVALID, "pigeon" },
  { "Add", "({'kind': <'tcp'>},)", TOCSIN_ERROR_INVALID, "name" },
  { "Add", "({'kind': <'tcp'>, 'name': <'x'>},)", TOCSIN_ERROR_INVALID, "target" },
  { "Add", "({'kind': <'tcp'>, 'name': <'x'>, 'target': <'no port'>},)", TOCSIN_ERROR_INVALID,
    "target" },
  { "Add", "({'kind': <'tcp'>, 'name': <'x'>, 'target': <'h:1'>, 'id': <'$SHOP'>},)",
    TOCSIN_ERROR_EXISTS, "already" },
  { "Add", "({'kind': <'heartbeat'>, 'name': <'x'>, 'cron': <'every day'>},)", TOCSIN_ERROR_INVALID,
    "cron" },
  { "Try", "(@a{sv} {},)", TOCSIN_ERROR_INVALID, "kind" },
  { "Try", "({'kind': <'heartbeat'>, 'name': <'x'>, 'period_us': <int64 60000000>},)",
    TOCSIN_ERROR_INVALID, "heartbeat" },
  { "Samples", "('nobody', int64 0, int64 1, uint32 1)", TOCSIN_ERROR_NOT_FOUND, "nobody" },
  { "Series", "('nobody', int64 0, int64 1, uint32 1)", TOCSIN_ERROR_NOT_FOUND, "nobody" },
  { "Series", "('$SHOP', int64 0, int64 10, uint32 0)", TOCSIN_ERROR_INVALID, "" },
  { "Series", "('$SHOP', int64 10, int64 0, uint32 5)", TOCSIN_ERROR_INVALID, "" },
  { "Why", "('nobody', uint32 1)", TOCSIN_ERROR_NOT_FOUND, "nobody" },
  { "Incidents", "('nobody', int64 0, int64 1, uint32 1)", TOCSIN_ERROR_NOT_FOUND, "nobody" },
  { "GetIncident", "('nobody',)", TOCSIN_ERROR_NOT_FOUND, "" },
  { "UpdateIncident", "('nobody', 'note', 'text', '')", TOCSIN_ERROR_NOT_FOUND, "" },
  { "Mute", "('nobody', int64 1)", TOCSIN_ERROR_NOT_FOUND, "nobody" },
  { "AddMaintenance", "(@a{sv} {},)", TOCSIN_ERROR_INVALID, "" },
  { "AddMaintenance",
    "({'title': <'x'>, 'all': <true>, 'rrule': <'FREQ=NEVER'>, 'tz': <'UTC'>, "
    "'starts': <'2026-12-01T02:00:00'>, 'duration_us': <int64 60000000>},)",
    TOCSIN_ERROR_INVALID, "rrule" },
  { "RemoveMaintenance", "('nobody',)", TOCSIN_ERROR_NOT_FOUND, "" },
  { "Pings", "('nobody', uint32 1)", TOCSIN_ERROR_NOT_FOUND, "nobody" },
  { "Ping", "('nobody', int64 1)", TOCSIN_ERROR_NOT_FOUND, "nobody" },
  { "Ping", "('$BACKUP', int64 99)", TOCSIN_ERROR_NOT_FOUND, "" },
  { "Import", "('no json',)", TOCSIN_ERROR_INVALID, "" },
  { "Import", "('{}',)", TOCSIN_ERROR_INVALID, "tocsin" },
  { "SetRetention", "(int64 0, int64 0)", TOCSIN_ERROR_INVALID, "" },
  { "DbBackup", "('$DIR/no/such/folder/copy.db',)", TOCSIN_ERROR_FAILED, "" },
};

static void
test_wrong_arguments_are_refused_in_words (Town *town, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GVariant) answer = call (town, refused[i].method, refused[i].arguments, &error);

    g_test_message ("%s %s: %s", refused[i].method, refused[i].arguments,
                    error != NULL ? error->message : "no error");
    g_assert_error (error, TOCSIN_ERROR, (int) refused[i].code);
    g_assert_null (answer);
    g_assert_nonnull (strstr (error->message, refused[i].part));
  }
  /* and nothing of it had an effect */
  g_assert_cmpuint (count (town, "List", "()"), ==, 2);
  g_assert_cmpuint (count (town, "Maintenance", "()"), ==, 0);
}

/* --- what is done --- */

static gint64
summary_of (const Town *town, const char *name)
{
  g_autoptr (GVariant) answer = call_well (town, "Summary", "()");
  g_autoptr (GVariant) summary = g_variant_get_child_value (answer, 0);
  gint64 n = 0;

  g_variant_lookup (summary, name, "x", &n);
  return n;
}

static void
check_until_down (const Town *town)
{
  for (guint i = 0; i < 5 && summary_of (town, "down") == 0; i++)
    do_well (town, "CheckNow", "('$SHOP',)");
  g_assert_cmpint (summary_of (town, "down"), ==, 1);
  g_assert_cmpint (summary_of (town, "open_incidents"), ==, 1);
}

static char *
get_incident_id (const Town *town)
{
  g_autoptr (GVariant) answer =
      call_well (town, "Incidents", "('', int64 0, int64 9000000000000000, uint32 10)");
  g_autoptr (GVariant) list = g_variant_get_child_value (answer, 0);
  g_autoptr (GVariant) incident = g_variant_get_child_value (list, 0);
  char *id = NULL;

  g_assert_true (g_variant_lookup (incident, "id", "s", &id));
  return id;
}

/* They are, once a second. */
static gboolean
samples_are_written (gpointer user_data)
{
  return count (user_data, "Samples", "('$SHOP', int64 0, int64 9000000000000000, uint32 2)") == 2;
}

static void
test_outage_is_told_by_every_method (Town *town, gconstpointer data)
{
  g_autofree char *id = NULL, *update = NULL, *get = NULL, *bad = NULL;
  g_autoptr (GVariant) incident = NULL;
  g_autoptr (GError) error = NULL;
  const char *cause = NULL;

  check_until_down (town);
  tocsin_test_wait (NULL, samples_are_written, town);
  g_assert_cmpuint (count (town, "Why", "('$SHOP', uint32 50)"), >, 0);
  g_assert_cmpuint (count (town, "Hours", "()"), ==, 24);
  g_assert_cmpuint (count (town, "Statuses", "(['$SHOP', 'nobody', '$BACKUP'],)"), ==, 2);
  g_assert_cmpuint (count (town, "Get", "('$SHOP',)"), >, 3);
  g_assert_cmpuint (count (town, "Status", "('shop',)"), >, 3); /* by its name */
  g_assert_cmpuint (
      count (town, "Series", "('$SHOP', int64 1790000000000000, int64 9000000000000000, uint32 7)"),
      >, 3);

  id = get_incident_id (town);
  update = g_strdup_printf ("('%s', 'root_cause', 'a cable', 'somebody')", id);
  do_well (town, "UpdateIncident", update);
  get = g_strdup_printf ("('%s',)", id);
  {
    g_autoptr (GVariant) answer = call_well (town, "GetIncident", get);

    incident = g_variant_get_child_value (answer, 0);
  }
  g_assert_true (g_variant_lookup (incident, "root_cause", "&s", &cause));
  g_assert_cmpstr (cause, ==, "a cable");
  bad = g_strdup_printf ("('%s', 'song', 'la', '')", id);
  g_assert_null (call (town, "UpdateIncident", bad, &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
}

static void
test_maintenance_comes_and_goes (Town *town, gconstpointer data)
{
  g_autofree char *id = call_for_text (
      town, "AddMaintenance",
      "({'title': <'Move'>, 'all': <true>, 'tz': <'UTC'>, 'starts': <'2099-12-01T02:00:00'>, "
      "'duration_us': <int64 3600000000>},)");
  g_autofree char *edit =
      g_strdup_printf ("({'id': <'%s'>, 'title': <'Moved'>, 'all': <true>, 'tz': <'UTC'>, "
                       "'starts': <'2099-12-02T02:00:00'>, 'duration_us': <int64 3600000000>},)",
                       id);
  g_autofree char *same = call_for_text (town, "AddMaintenance", edit);
  g_autofree char *remove = g_strdup_printf ("('%s',)", id);

  g_assert_cmpstr (same, ==, id);
  g_assert_cmpuint (count (town, "Maintenance", "()"), ==, 1);
  do_well (town, "RemoveMaintenance", remove);
  g_assert_cmpuint (count (town, "Maintenance", "()"), ==, 0);
}

static void
test_settings_are_kept (Town *town, gconstpointer data)
{
  g_autoptr (GVariant) retention = NULL, paused = NULL, muted = NULL;
  gint64 samples_us, hours_us, until_us = 0;

  do_well (town, "SetRetention", "(int64 864000000000, int64 8640000000000)");
  retention = call_well (town, "Retention", "()");
  g_variant_get (retention, "(xx)", &samples_us, &hours_us);
  g_assert_cmpint (samples_us, ==, 10 * TOCSIN_US_PER_DAY);
  g_assert_cmpint (hours_us, ==, 100 * TOCSIN_US_PER_DAY);

  do_well (town, "PauseAlerts", "(int64 4000000000000000,)");
  paused = get_property (town, "AlertsPausedUntil");
  g_assert_cmpint (g_variant_get_int64 (paused), ==, G_GINT64_CONSTANT (4000000000000000));
  do_well (town, "PauseAlerts", "(int64 0,)");
  do_well (town, "Mute", "('$SHOP', int64 4000000000000000)");
  muted = get_property (town, "Muted");
  g_assert_true (g_variant_lookup (muted, town->shop, "x", &until_us));
  g_assert_cmpint (until_us, ==, G_GINT64_CONSTANT (4000000000000000));
}

static void
test_properties_say_what_is (Town *town, gconstpointer data)
{
  static const struct {
    const char *name;
    const char *value; /* NULL: any */
  } properties[] = {
    { "Version", NULL },      { "Problem", "''" },        { "Offline", "false" },
    { "PingKey", NULL },      { "SecretsProblem", "''" }, { "AlertsPausedUntil", "int64 0" },
    { "TrayShown", "false" }, { "TrayProblem", NULL },    { "PingBase", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (properties); i++) {
    g_autoptr (GVariant) value = get_property (town, properties[i].name);
    g_autofree char *text = g_variant_print (value, TRUE);

    if (properties[i].value != NULL)
      g_assert_cmpstr (text, ==, properties[i].value);
  }
}

static void
test_database_is_cared_for (Town *town, gconstpointer data)
{
  g_autofree char *answer = call_for_text (town, "DbCheck", "()");
  g_autofree char *copy = g_build_filename (town->dir, "copy.db", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (answer, ==, "ok");
  do_well (town, "DbVacuum", "()");
  do_well (town, "DbBackup", "('$DIR/copy.db',)");
  g_assert_true (g_file_test (copy, G_FILE_TEST_EXISTS));
  g_assert_null (call (town, "DbBackup", "('$DIR/copy.db',)", &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_EXISTS);
  do_well (town, "UnlockSecrets", "()"); /* a file has the key: there is nothing to unlock */
}

/* --- what is told --- */

static void
add_ids (GVariant *what, const char *name, GHashTable *set)
{
  g_autofree const char **ids = NULL;

  g_assert_true (g_variant_lookup (what, name, "^a&s", &ids));
  for (guint i = 0; ids[i] != NULL; i++)
    g_hash_table_add (set, g_strdup (ids[i]));
}

static void
changed_cb (GDBusConnection *connection, const char *sender, const char *path,
            const char *interface, const char *signal, GVariant *parameters, gpointer user_data)
{
  Town *town = user_data;
  g_autoptr (GVariant) what = g_variant_get_child_value (parameters, 0);

  add_ids (what, "monitors", town->changed);
  add_ids (what, "removed", town->removed);
}

static gboolean
shop_has_changed (gpointer user_data)
{
  Town *town = user_data;

  return g_hash_table_contains (town->changed, town->shop);
}

static gboolean
shop_is_removed (gpointer user_data)
{
  Town *town = user_data;

  return g_hash_table_contains (town->removed, town->shop);
}

static void
test_changes_are_told (Town *town, gconstpointer data)
{
  guint id = g_dbus_connection_signal_subscribe (town->connection, TOCSIN_BUS_NAME, INTERFACE,
                                                 "Changed", TOCSIN_BUS_PATH, NULL,
                                                 G_DBUS_SIGNAL_FLAGS_NONE, changed_cb, town, NULL);

  do_well (town, "Edit", "('$SHOP', {'project': <'Retail'>}, ['tags'])");
  tocsin_test_wait (NULL, shop_has_changed, town);
  do_well (town, "Remove", "('$SHOP',)");
  tocsin_test_wait (NULL, shop_is_removed, town);
  g_assert_false (g_hash_table_contains (town->removed, town->backup));
  g_dbus_connection_signal_unsubscribe (town->connection, id);
}

static void
test_quit_ends_it_with_all_written (Town *town, gconstpointer data)
{
  do_well (town, "Quit", "()");
  g_subprocess_wait (town->daemon, NULL, NULL);
  g_assert_true (g_subprocess_get_if_exited (town->daemon));
  g_assert_cmpint (g_subprocess_get_exit_status (town->daemon), ==, 0);
}

/* --- the town --- */

static gboolean
answers (gpointer user_data)
{
  g_autoptr (GVariant) answer = call (user_data, "Summary", "()", NULL);

  return answer != NULL;
}

static void
set_up (Town *town, gconstpointer data)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("G_TEST_BUILDDIR"), "..", "daemon", "tocsind", NULL);
  g_autofree char *add = NULL;
  g_autoptr (GError) error = NULL;

  town->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (town->bus);
  town->connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
  town->dir = tocsin_test_make_dir ();
  town->changed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  town->removed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  town->daemon = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, program, "--data-dir",
                                   town->dir, "--reference", "none", NULL);
  g_assert_no_error (error);
  tocsin_test_wait (NULL, answers, town);
  add = g_strdup_printf ("({'kind': <'tcp'>, 'name': <'shop'>, 'tags': <['web']>, "
                         "'target': <'127.0.0.1:%u'>, 'interval_us': <int64 86400000000>, "
                         "'retry_us': <int64 86400000000>},)",
                         tocsin_test_free_port ());
  town->shop = call_for_text (town, "Add", add);
  town->backup = call_for_text (
      town, "Add",
      "({'kind': <'heartbeat'>, 'name': <'backup'>, 'period_us': <int64 3600000000>},)");
}

static void
tear_down (Town *town, gconstpointer data)
{
  g_subprocess_send_signal (town->daemon, SIGTERM);
  g_subprocess_wait (town->daemon, NULL, NULL);
  g_clear_object (&town->daemon);
  g_clear_object (&town->connection);
  g_test_dbus_down (town->bus);
  g_clear_object (&town->bus);
  g_hash_table_unref (town->changed);
  g_hash_table_unref (town->removed);
  g_free (town->shop);
  g_free (town->backup);
  g_free (town->dir);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (Town *town, gconstpointer data);
  } tests[] = {
    { "/bus/wrong-arguments-are-refused-in-words", test_wrong_arguments_are_refused_in_words },
    { "/bus/outage-is-told-by-every-method", test_outage_is_told_by_every_method },
    { "/bus/maintenance-comes-and-goes", test_maintenance_comes_and_goes },
    { "/bus/settings-are-kept", test_settings_are_kept },
    { "/bus/properties-say-what-is", test_properties_say_what_is },
    { "/bus/database-is-cared-for", test_database_is_cared_for },
    { "/bus/changes-are-told", test_changes_are_told },
    { "/bus/quit-ends-it-with-all-written", test_quit_ends_it_with_all_written },
  };

  tocsin_test_init (&argc, &argv);
  tocsin_error_quark (); /* known to GDBus before the first error comes */
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Town, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
