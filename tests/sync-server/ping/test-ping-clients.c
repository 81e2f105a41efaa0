/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-ping-clients"

#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "exchange.h"
#include "fleet.h"
#include "server-process.h"
#include "support.h"

/* Pings as jobs send them, by the programs that jobs have. */

#define BIG_BYTES       150000
#define LIMIT_A_MINUTE  20
#define WAITING_MOST    16
#define WAITING_CLIENTS 64

static TocsinTestPostgres *postgres;

typedef struct {
  TestTeam team;
  ServerProcess *server;
  guint16 port;
  char **ping_ids; /* (owned) */
  char *file;      /* (owned) of BIG_BYTES */
} Field;

static void
field_init (Field *field, const char *const *environment)
{
  g_autofree char *program =
      g_test_build_filename (G_TEST_BUILT, "..", "sync-server", "tocsin-server", NULL);
  g_autofree char *big = g_strnfill (BIG_BYTES, 'x');

  test_team_init (&field->team, postgres);
  fleet_add (&field->team, 2);
  field->ping_ids = fleet_get_ping_ids (&field->team);
  field->file = g_build_filename (tocsin_test_dir (), "big", NULL);
  g_assert_true (g_file_set_contents (field->file, big, -1, NULL));
  field->server = server_process_new (program, field->team.url, 1, environment);
  field->port = server_process_get_port (field->server);
}

static void
field_clear (Field *field)
{
  g_clear_pointer (&field->server, server_process_free);
  g_clear_pointer (&field->ping_ids, g_strfreev);
  g_clear_pointer (&field->file, g_free);
  test_team_clear (&field->team);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Field, field_clear)

/* --- commands --- */

#define CURL "curl -fsS -m 10 --retry 5 "
#define RID  "0b0d8e26-5c92-4a3b-8d8a-9f1f5d2f3a10"

/* {ping}: the first monitor's address; {slug}: by key and slug; {root}: the server's; {id}: the
 * ping id, {bare}: without hyphens; {key}: the project's ping key; {file}: 150,000 bytes. */
static const struct {
  const char *command;
  int exit_status;
  const char *output;
  const char *ping; /* what was noted: method, kind, exit status, bytes, body; NULL: nothing */
} cases[] = {
  { CURL "{ping}", 0, "OK", "GET success 0" },
  { CURL "-o /dev/null {ping}/", 0, "", "GET success 0" },
  { CURL "--http1.0 {ping}", 0, "OK", "GET success 0" },
  { CURL "--http1.0 -H Host: {ping}?rid=" RID, 0, "OK", "GET success 0 rid" },
  { CURL "--data-raw 'disk is\nfull' {ping}/fail", 0, "OK", "POST fail 12 disk is\nfull" },
  { CURL "-d '' {ping}", 0, "OK", "POST success 0" },
  { CURL "{ping}/start?rid=" RID, 0, "OK", "GET start 0 rid" },
  { CURL "{ping}?rid=" RID, 0, "OK", "GET success 0 rid" },
  { CURL "{ping}/log", 0, "OK", "GET log 0" },
  { CURL "{ping}/0", 0, "OK", "GET success 0 0" },
  { CURL "{ping}/3/", 0, "OK", "GET fail 3 0" },
  { CURL "{slug}", 0, "OK", "GET success 0" },
  { CURL "{slug}/7", 0, "OK", "GET fail 7 0" },
  { CURL "-T {file} {ping}", 0, "OK", "PUT success 150000 xxxxxxxxxx" },
  { CURL "--data-binary @{file} {ping}", 0, "OK", "POST success 150000 xxxxxxxxxx" },
  { CURL "-H 'Expect: 100-continue' --data-binary @{file} {ping}", 0, "OK",
    "POST success 150000 xxxxxxxxxx" },
  { CURL "-H 'Transfer-Encoding: chunked' --data-binary @{file} {ping}", 0, "OK",
    "POST success 150000 xxxxxxxxxx" },
  { CURL "-I -o /dev/null -w %{http_code} {ping}", 0, "200", "HEAD success 0" },
  { CURL "-H 'X-Forwarded-For: 192.0.2.7' {ping}", 0, "OK", "GET success 0" },
  { "wget -qO- -T 10 {ping}", 0, "OK", "GET success 0" },
  { "wget -qO- -T 10 --post-data=done {ping}", 0, "OK", "POST success 4 done" },
  { "curl -sS -X OPTIONS -o /dev/null -w %{http_code} {ping}", 0, "204", NULL },
  { "curl -sS -X DELETE {ping}", 0, "method not allowed", NULL },
  { "curl -sS {ping}/256", 0, "invalid url format", NULL },
  { "curl -sS {ping}/start/now", 0, "not found", NULL },
  { "curl -sS {ping}?rid=1", 0, "invalid uuid format", NULL },
  { "curl -fsS {root}/ping/00000000-0000-4000-8000-000000000000", 22, "", NULL },
  { "curl -sS {root}/ping/{key}/no-such-job", 0, "not found", NULL },
  { "curl -sS {root}/ping/{key}/Job-1", 0, "invalid url format", NULL },
  { "curl -sS {root}/ping/ro000000000000000000000000000000/job-1", 0, "not found", NULL },
  { CURL "{root}/api/push/{id}", 0, "{\"ok\":true}", "GET success 0" },
  { CURL "'{root}/api/push/{bare}?status=down&msg=disk%20full&ping=12'", 0, "{\"ok\":true}",
    "GET fail 9 12000us disk full" },
  { CURL "'{root}/api/push/{bare}?msg=%ff+full&status=down&ping='", 0, "{\"ok\":true}",
    "GET fail 8 \xef\xbf\xbd full" },
  { "curl -sS -o /dev/null -w %{http_code} '{root}/api/push/{bare}?msg=100%&status=down'", 0, "400",
    NULL },
  { CURL "-X POST '{root}/api/push/{id}?status=up&msg=OK&ping=1.5'", 0, "{\"ok\":true}",
    "POST success 2 1500us OK" },
  { "curl -sS {root}/api/push/nobody", 0,
    "{\"ok\":false,\"msg\":\"Monitor not found or not active.\"}", NULL },
  { CURL "-X POST -H 'Authorization: Bearer {key}'"
         " '{root}/api/v1/endpoints/core_job-1/external?success=true&duration=10s'",
    0, "", "POST success 0 10000000us" },
  { CURL "-X POST -H 'Authorization: Bearer {key}'"
         " '{root}/api/v1/endpoints/core_job-1/external?success=false&error=no+route'",
    0, "", "POST fail 8 no route" },
  { "curl -sS -X POST -o /dev/null -w %{http_code} "
    "{root}/api/v1/endpoints/core_job-1/external?success=true",
    0, "401", NULL },
};

static char *
expand (const Field *field, const char *template)
{
  g_autofree char *root = g_strdup_printf ("http://127.0.0.1:%u", field->port);
  g_autoptr (GString) text = g_string_new (template);
  g_autoptr (GString) bare = g_string_new (field->ping_ids[0]);

  g_string_replace (bare, "-", "", 0);
  g_string_replace (text, "{ping}", "{root}/ping/{id}", 0);
  g_string_replace (text, "{slug}", "{root}/ping/{key}/job-1", 0);
  g_string_replace (text, "{root}", root, 0);
  g_string_replace (text, "{id}", field->ping_ids[0], 0);
  g_string_replace (text, "{bare}", bare->str, 0);
  g_string_replace (text, "{key}", TEST_KEY_PING, 0);
  g_string_replace (text, "{file}", field->file, 0);
  return g_strdup (text->str);
}

static char *
get_newest (Field *field, const char *before)
{
  g_autofree char *n = test_team_ask (&field->team, "SELECT count (*) FROM pings");

  if (strcmp (n, before) == 0)
    return NULL;
  return test_team_ask (&field->team,
                        "SELECT concat_ws (' ', method, kind, exit_status, body_bytes,"
                        " CASE WHEN rid IS NOT NULL AND kind <> 'log' THEN 'rid' END,"
                        " CASE WHEN kind <> 'start' AND rid IS NULL AND duration_us <> 0 THEN"
                        "  duration_us || 'us' END,"
                        " left (convert_from (body, 'UTF8'), CASE WHEN length (body) > 100 THEN 10"
                        "  ELSE 100 END)) FROM pings ORDER BY n DESC LIMIT 1");
}

static void
run_case (Field *field, guint i)
{
  g_autofree char *command = expand (field, cases[i].command);
  g_autofree char *before = test_team_ask (&field->team, "SELECT count (*) FROM pings");
  g_autofree char *output = NULL, *complaint = NULL, *noted = NULL;
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_test_message ("%s", command);
  g_spawn_command_line_sync (command, &output, &complaint, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (output, ==, cases[i].output);
  g_assert_cmpint (g_spawn_check_wait_status (status, NULL) ? 0 : WEXITSTATUS (status), ==,
                   cases[i].exit_status);
  noted = get_newest (field, before);
  g_assert_cmpstr (noted, ==, cases[i].ping);
}

static void
test_commands (void)
{
  static const char *const environment[] = { "TOCSIN_PINGS_A_MINUTE=0", NULL };
  static const char *const programs[] = { "curl", "wget" };
  g_auto (Field) field = { 0 };
  g_autofree char *kept = NULL, *address = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (programs); i++) {
    g_autofree char *path = g_find_program_in_path (programs[i]);

    if (path == NULL) {
      g_test_skip ("curl and wget are not installed");
      return;
    }
  }
  field_init (&field, environment);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    run_case (&field, i);
  kept = test_team_ask (&field.team, "SELECT string_agg (DISTINCT length (body)::text, ' ')"
                                     " FROM pings WHERE body_bytes = 150000");
  g_assert_cmpstr (kept, ==, "100000");
  address = test_team_ask (&field.team, "SELECT string_agg (DISTINCT remote_address, ' ')"
                                        " FROM pings");
  g_assert_cmpstr (address, ==, "127.0.0.1"); /* nobody is trusted to say another */
}

/* --- limits --- */

static void
test_rate_limit (void)
{
  static const char *const environment[] = { "TOCSIN_PINGS_A_MINUTE=" G_STRINGIFY (LIMIT_A_MINUTE),
                                             NULL };
  g_auto (Field) field = { 0 };
  g_autofree char *request = NULL, *other = NULL, *counts = NULL;
  g_autoptr (GString) reply = g_string_new (NULL);
  guint n_taken = 0, status;

  field_init (&field, environment);
  request = g_strdup_printf ("GET /ping/%s HTTP/1.0\r\n\r\n", field.ping_ids[0]);
  other = g_strdup_printf ("GET /ping/%s HTTP/1.0\r\n\r\n", field.ping_ids[1]);
  while ((status = exchange_once (field.port, request, reply)) == 200 && n_taken < 100)
    n_taken++;
  g_assert_cmpuint (status, ==, 429);
  g_assert_nonnull (strstr (reply->str, "\r\n\r\nrate limited"));
  g_assert_nonnull (strstr (reply->str, "\r\nRetry-After: "));
  g_assert_cmpuint (n_taken, >=, LIMIT_A_MINUTE);
  g_assert_cmpuint (exchange_once (field.port, other, reply), ==, 200); /* each has its own */
  counts = test_team_ask (&field.team, "SELECT count (*) = sum (DISTINCT n_pings) + 0 FROM pings"
                                       " JOIN heartbeats USING (monitor_id) WHERE slug = 'job-1'");
  g_assert_cmpstr (counts, ==, "t"); /* what was dropped has no number */
}

typedef struct {
  guint16 port;
  const char *request;
  int *n_told_later; /* atomic */
  guint status;
} Waiting;

static gpointer
wait_for_answer (gpointer data)
{
  Waiting *waiting = data;
  g_autoptr (GString) reply = g_string_new (NULL);

  waiting->status = exchange_once (waiting->port, waiting->request, reply);
  if (waiting->status == 503 && strstr (reply->str, "\r\nRetry-After: ") != NULL)
    g_atomic_int_inc (waiting->n_told_later);
  return NULL;
}

static gboolean
was_somebody_told_later (gpointer user_data)
{
  return g_atomic_int_get ((int *) user_data) > 0;
}

/* The database stands still, since somebody holds the monitor's row. */
static void
test_too_many_wait (void)
{
  static const char *const environment[] = { "TOCSIN_PINGS_A_MINUTE=0",
                                             "TOCSIN_PINGS_WAITING_MOST=16", NULL };
  g_auto (Field) field = { 0 };
  g_autofree char *request = NULL, *n = NULL, *wanted = NULL;
  Waiting all[WAITING_CLIENTS];
  GThread *threads[WAITING_CLIENTS];
  int n_told_later = 0;
  guint n_taken = 0;

  field_init (&field, environment);
  request = g_strdup_printf ("GET /ping/%s HTTP/1.0\r\n\r\n", field.ping_ids[0]);
  test_team_run (&field.team, "BEGIN; SELECT FROM heartbeats FOR UPDATE");
  for (guint i = 0; i < WAITING_CLIENTS; i++) {
    all[i] = (Waiting){ field.port, request, &n_told_later, 0 };
    threads[i] = g_thread_new ("waiting", wait_for_answer, &all[i]);
  }
  tocsin_test_wait (NULL, was_somebody_told_later, &n_told_later);
  test_team_run (&field.team, "COMMIT");
  for (guint i = 0; i < WAITING_CLIENTS; i++) {
    g_thread_join (threads[i]);
    n_taken += all[i].status == 200;
  }
  g_assert_cmpuint (n_taken, >=, WAITING_MOST);
  g_assert_cmpuint (n_taken + (guint) n_told_later, ==, WAITING_CLIENTS);
  n = test_team_ask (&field.team, "SELECT count (*) FROM pings");
  wanted = g_strdup_printf ("%u", n_taken);
  g_assert_cmpstr (n, ==, wanted);
}

int
main (int argc, char **argv)
{
  int status;

  tocsin_test_init (&argc, &argv);
  postgres = tocsin_test_postgres_new ();
  if (postgres == NULL) {
    g_print ("1..0 # SKIP PostgreSQL is not installed\n");
    return 0;
  }
  g_test_add_func ("/ping-clients/commands-of-jobs-are-understood", test_commands);
  g_test_add_func ("/ping-clients/a-monitor-that-pings-too-often-is-told-so", test_rate_limit);
  g_test_add_func ("/ping-clients/what-is-too-much-is-told-to-come-later", test_too_many_wait);
  status = g_test_run ();
  tocsin_test_postgres_free (postgres);
  return status;
}
