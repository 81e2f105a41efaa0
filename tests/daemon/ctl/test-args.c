/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-args"

#include "config.h"

#include <string.h>

#include "args.h"
#include "command.h"
#include "errors.h"
#include "monitor.h"
#include "support.h"
#include "timetext.h"

static const TocsinOption options[] = {
  { "json", '\0', NULL, "" }, { "since", 's', "SPAN", "" }, { "limit", 'n', "N", "" },
  { "quiet", 'q', NULL, "" }, { NULL, '\0', NULL, NULL },
};

/* --- a command line --- */

typedef struct {
  const char *name;
  const char *line; /* words with blanks between them */
  gboolean any_option;
  const char *read;  /* NAME=VALUE or NAME of each option, then the words, in order */
  const char *error; /* where it is refused: a part of what is said */
} Case;

static const Case cases[] = {
  { "nothing", "", FALSE, "", NULL },
  { "words", "one two", FALSE, "one two", NULL },
  { "switch", "--json", FALSE, "[json]", NULL },
  { "value-in-the-next-word", "--since 24h", FALSE, "[since=24h]", NULL },
  { "value-behind-an-equals-sign", "--since=24h", FALSE, "[since=24h]", NULL },
  { "value-with-an-equals-sign", "--since=a=b", FALSE, "[since=a=b]", NULL },
  { "empty-value", "--since=", FALSE, "[since=]", NULL },
  { "letter", "-n 5", FALSE, "[limit=5]", NULL },
  { "letter-with-its-value", "-n5", FALSE, "[limit=5]", NULL },
  { "letter-of-a-switch", "-q", FALSE, "[quiet]", NULL },
  { "words-between-options", "a --json b -n 5 c", FALSE, "[json] [limit=5] a b c", NULL },
  { "dash-is-a-word", "-", FALSE, "-", NULL },
  { "dashes-end-options", "a -- --json -n", FALSE, "a --json -n", NULL },
  { "value-that-begins-with-a-dash", "--since -5h", FALSE, "[since=-5h]", NULL },
  { "option-twice", "-n 1 -n 2", FALSE, "[limit=1] [limit=2]", NULL },
  { "any-option", "--tag web --tag=eu", TRUE, "[tag=web] [tag=eu]", NULL },
  { "help-among-others", "a --help", FALSE, "a", NULL },
  { "unknown-option", "--nope", FALSE, NULL, "--nope: no such option" },
  { "unknown-option-with-a-value", "--nope=7", FALSE, NULL, "--nope: no such option" },
  { "half-an-option", "--sin", FALSE, NULL, "--sin: no such option" },
  { "unknown-letter", "-x", FALSE, NULL, "-x: no such option" },
  { "value-is-missing", "--since", FALSE, NULL, "--since: a value is wanted" },
  { "value-of-a-letter-is-missing", "-n", FALSE, NULL, "-n: a value is wanted" },
  { "value-of-any-option-is-missing", "--tag", TRUE, NULL, "--tag: a value is wanted" },
  { "value-of-a-switch", "--json=yes", FALSE, NULL, "--json takes no value" },
};

static char *
describe (const TocsinArgs *args)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < args->given->len; i++) {
    const TocsinGiven *given = &g_array_index (args->given, TocsinGiven, i);

    g_string_append_printf (text, "%s[%s%s%s]", text->len > 0 ? " " : "", given->name,
                            given->value != NULL ? "=" : "",
                            given->value != NULL ? given->value : "");
  }
  for (guint i = 0; tocsin_args_at (args, i) != NULL; i++)
    g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", tocsin_args_at (args, i));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char **
split (const char *line)
{
  return *line != '\0' ? g_strsplit (line, " ", -1) : g_new0 (char *, 1);
}

static void
test_reads (gconstpointer data)
{
  const Case *test = data;
  g_auto (GStrv) words = split (test->line);
  g_auto (TocsinArgs) args = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *read = NULL;
  gboolean ok = tocsin_args_parse (&args, options, test->any_option, (int) g_strv_length (words),
                                   words, &error);

  if (test->error != NULL) {
    g_assert_false (ok);
    g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
    g_assert_nonnull (strstr (error->message, test->error));
    return;
  }
  g_assert_no_error (error);
  g_assert_true (ok);
  read = describe (&args);
  g_assert_cmpstr (read, ==, test->read);
  g_assert_cmpint (args.wants_help, ==, strstr (test->line, "--help") != NULL);
}

static void
test_values (void)
{
  g_auto (GStrv) words = split ("-n 1 --limit 7 --since 90m --json");
  g_auto (TocsinArgs) args = { 0 };
  g_autoptr (GError) error = NULL;
  gint64 span_us;
  guint count;

  tocsin_args_parse (&args, options, FALSE, (int) g_strv_length (words), words, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (tocsin_args_get (&args, "limit"), ==, "7"); /* the last one counts */
  g_assert_true (tocsin_args_has (&args, "json"));
  g_assert_null (tocsin_args_get (&args, "json"));
  g_assert_false (tocsin_args_has (&args, "quiet"));
  g_assert_true (tocsin_args_get_span (&args, "since", 5, &span_us, &error));
  g_assert_cmpint (span_us, ==, 90 * TOCSIN_US_PER_MIN);
  g_assert_true (tocsin_args_get_span (&args, "until", 5, &span_us, &error));
  g_assert_cmpint (span_us, ==, 5);
  g_assert_true (tocsin_args_get_count (&args, "limit", 3, 10, &count, &error));
  g_assert_cmpuint (count, ==, 7);
  g_assert_true (tocsin_args_get_count (&args, "parts", 3, 10, &count, &error));
  g_assert_cmpuint (count, ==, 3);
  g_assert_false (tocsin_args_get_count (&args, "limit", 3, 6, &count, &error));
  g_assert_cmpstr (error->message, ==, "--limit: a number from 1 to 6 is wanted");
  g_clear_error (&error);
  g_assert_false (tocsin_args_get_count (&args, "since", 3, 6, &count, &error));
  g_clear_error (&error);
  g_assert_false (tocsin_args_get_span (&args, "json-file", 1, &span_us, NULL) && span_us != 1);
}

/* --- a monitor from one --- */

typedef struct {
  const char *name;
  guint kind;
  const char *line;
  const char *members; /* NAME=JSON of members that it must have, with “;” between them */
  const char *error;
} MonitorCase;

#define HTTP      TOCSIN_MONITOR_HTTP
#define TCP       TOCSIN_MONITOR_TCP
#define DNS       TOCSIN_MONITOR_DNS
#define HEARTBEAT TOCSIN_MONITOR_HEARTBEAT

static const MonitorCase monitor_cases[] = {
  { "url", HTTP, "https://shop.example.org/health/",
    "name=\"shop.example.org/health\";interval_s=60", NULL },
  { "url-without-its-scheme", HTTP, "example.org",
    "target=\"https://example.org\";name=\"example.org\"", NULL },
  { "query-is-not-in-the-name", HTTP, "https://example.org/a?b=c", "name=\"example.org/a\"", NULL },
  { "name-that-is-given", HTTP, "example.org --name Shop", "name=\"Shop\"", NULL },
  { "dashes-are-underscores", HTTP, "example.org --expect-status 200-299,401",
    "expect_status=\"200-299,401\"", NULL },
  { "lists-grow", HTTP, "example.org --tag web --tag a,b", "tags=[\"web\",\"a,b\"]", NULL },
  { "list-as-json", HTTP, "example.org --tags [\"web\",\"eu\"]", "tags=[\"web\",\"eu\"]", NULL },
  { "short-interval-has-a-short-timeout", HTTP, "example.org --interval 5s", "timeout_s=4", NULL },
  { "timeout-that-is-given-stays", HTTP, "example.org --interval 5s --timeout 6s", NULL,
    "timeout" },
  { "dns-name-tells-its-type", DNS, "example.org --type MX",
    "name=\"example.org MX\";record_type=\"MX\"", NULL },
  { "every-is-the-period", HEARTBEAT, "--name backup --every 1h", "period_s=3600", NULL },
  { "heartbeat-wants-a-name", HEARTBEAT, "--every 1h", NULL, "--name: is missing" },
  { "unknown-member", HTTP, "example.org --colour red", NULL, "--colour" },
  { "member-of-another-kind", TCP, "db.example.org:5432 --method GET", NULL, "--method" },
  { "value-that-can-not-be", HTTP, "example.org --interval soon", NULL, "--interval" },
  { "id-is-not-set", HTTP, "example.org --id 7", NULL, "--id: can’t be set" },
  { "json-is-no-member", HTTP, "example.org --json x", "name=\"example.org\"", NULL },
};

static void
assert_members (const TocsinMonitor *monitor, const char *members)
{
  g_auto (GStrv) pairs = g_strsplit (members, ";", -1);
  g_autoptr (JsonObject) json =
      tocsin_fields_to_json (&tocsin_monitor_fields, monitor, TOCSIN_FIELDS_PLAIN);

  for (guint i = 0; pairs[i] != NULL; i++) {
    char *value = strchr (pairs[i], '=');
    g_autofree char *text = NULL;

    *value++ = '\0';
    g_assert_true (json_object_has_member (json, pairs[i]));
    text = json_to_string (json_object_get_member (json, pairs[i]), FALSE);
    g_assert_cmpstr (text, ==, value);
  }
}

static void
test_reads_a_monitor (gconstpointer data)
{
  const MonitorCase *test = data;
  const TocsinOption none[] = { { NULL, '\0', NULL, NULL } };
  g_auto (GStrv) words = split (test->line);
  TocsinCall call = { 0 };
  g_autoptr (TocsinMonitor) monitor = NULL;
  g_autoptr (GError) error = NULL;

  tocsin_args_parse (&call.args, none, TRUE, (int) g_strv_length (words), words, &error);
  g_assert_no_error (error);
  monitor = tocsin_ctl_read_monitor (&call, test->kind, &error);
  if (test->error != NULL) {
    g_assert_null (monitor);
    g_assert_nonnull (strstr (error->message, test->error));
  } else {
    g_assert_no_error (error);
    assert_members (monitor, test->members);
  }
  tocsin_args_clear (&call.args);
}

/* So that it need not stand in the list of processes. */
static void
test_secret_comes_from_a_file (void)
{
  const TocsinOption none[] = { { NULL, '\0', NULL, NULL } };
  g_autofree char *dir = tocsin_test_make_dir ();
  g_autofree char *path = g_build_filename (dir, "token", NULL);
  g_autofree char *line = g_strdup_printf ("example.org --auth bearer --token @%s", path);
  g_auto (GStrv) words = split (line);
  TocsinCall call = { 0 };
  g_autoptr (TocsinMonitor) monitor = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, "t0ken\n", -1, &error);
  g_assert_no_error (error);
  tocsin_args_parse (&call.args, none, TRUE, (int) g_strv_length (words), words, &error);
  monitor = tocsin_ctl_read_monitor (&call, HTTP, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (monitor->token, ==, "t0ken");
  tocsin_args_clear (&call.args);
}

static void
add_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strdup_printf ("/args/%s", cases[i].name);

    g_test_add_data_func (path, &cases[i], test_reads);
  }
  for (guint i = 0; i < G_N_ELEMENTS (monitor_cases); i++) {
    g_autofree char *path = g_strdup_printf ("/read-monitor/%s", monitor_cases[i].name);

    g_test_add_data_func (path, &monitor_cases[i], test_reads_a_monitor);
  }
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  add_cases ();
  g_test_add_func ("/args/values", test_values);
  g_test_add_func ("/read-monitor/secret-comes-from-a-file", test_secret_comes_from_a_file);
  return g_test_run ();
}
