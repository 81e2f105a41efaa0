/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-api-monitors"

#include "config.h"

#include <string.h>

#include "principal.h"
#include "support.h"
#include "test-service.h"
#include "test-team.h"

#define EDITOR "tocsin_editor"
#define VIEWER "tocsin_viewer"

static TocsinTestPostgres *postgres;

typedef struct {
  TestTeam team;
  TestService service;
  char *base; /* "/api/v1/teams/ID/monitors" */
} Fixture;

static void
add_person (TestTeam *team, const char *token, const char *role)
{
  guint8 hash[TOCSIN_HASH_BYTES];
  g_autoptr (GError) error = NULL;

  tocsin_hash_secret (token, hash);
  tocsin_pg_run (team->pg, &error, NULL,
                 "WITH u AS (INSERT INTO users (id, email, name, created_at) VALUES"
                 " (gen_random_uuid (), $3 || '@example.org', $3, 1) RETURNING id),"
                 " m AS (INSERT INTO members (team_id, user_id, role, created_at)"
                 " SELECT $1::uuid, id, $3, 1 FROM u)"
                 " INSERT INTO tokens (hash, id, kind, user_id, name, scopes, created_at)"
                 " SELECT $2, gen_random_uuid (), 'api', id, 'test', '{read,write}', 1 FROM u",
                 PG_TEXT (team->team_id), PG_BYTES (hash, sizeof hash), PG_TEXT (role));
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  test_team_init (&fixture->team, postgres);
  test_service_init (&fixture->service, fixture->team.url);
  add_person (&fixture->team, EDITOR, "editor");
  add_person (&fixture->team, VIEWER, "viewer");
  fixture->base = g_strdup_printf ("/api/v1/teams/%s/monitors", fixture->team.team_id);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  test_service_clear (&fixture->service);
  test_team_clear (&fixture->team);
  g_free (fixture->base);
}

/* `name` and `value` (nullable) are one more header. */
static TestAnswer *
ask_as (Fixture *fixture, const char *token, const char *method, const char *rest, const char *body,
        const char *name, const char *value)
{
  g_autofree char *path = g_strconcat (fixture->base, rest, NULL);
  g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);
  const char *headers[] = { "Authorization", bearer, "Content-Type", "application/json", name,
                            value,           NULL };
  TestAnswer *answer = test_service_ask (&fixture->service, method, path, headers, body);

  g_test_message ("%s %s: %u %s", method, path, answer->status, answer->text);
  return answer;
}

static JsonObject *
expect (Fixture *fixture, guint status, const char *method, const char *rest, const char *body)
{
  g_autoptr (TestAnswer) answer = ask_as (fixture, EDITOR, method, rest, body, NULL, NULL);

  g_assert_cmpuint (answer->status, ==, status);
  return test_answer_get_json (answer);
}

/* A request without an answer's text, or whose text is of no interest. */
static void
expect_status (Fixture *fixture, guint status, const char *token, const char *method,
               const char *rest, const char *body)
{
  g_autoptr (TestAnswer) answer = ask_as (fixture, token, method, rest, body, NULL, NULL);

  g_assert_cmpuint (answer->status, ==, status);
}

static char *
create (Fixture *fixture, const char *members)
{
  g_autofree char *body =
      g_strdup_printf ("{\"project_id\": \"%s\", %s}", fixture->team.project_id, members);
  g_autoptr (JsonObject) json = expect (fixture, 201, "POST", "", body);

  return g_strconcat ("/", json_object_get_string_member (json, "id"), NULL);
}

#define HEARTBEAT(name) "\"kind\": \"heartbeat\", \"period_s\": 3600, \"name\": \"" name "\""

static void
test_walk (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *one = create (fixture, HEARTBEAT ("Backup") ", \"slug\": \"backup\"");
  g_autofree char *pause = g_strconcat (one, "/pause", NULL);
  g_autofree char *resume = g_strconcat (one, "/resume", NULL);
  g_autofree char *state = g_strconcat (one, "/state", NULL);
  g_autoptr (JsonObject) got = expect (fixture, 200, "GET", one, NULL), edited = NULL;
  g_autoptr (JsonObject) unset = NULL, paused = NULL, resumed = NULL, stands = NULL;

  g_assert_cmpstr (json_object_get_string_member (got, "name"), ==, "Backup");
  g_assert_cmpstr (json_object_get_string_member (got, "project_id"), ==, fixture->team.project_id);
  g_assert_cmpstr (json_object_get_string_member (got, "state"), ==, "new");
  g_assert_cmpint (json_object_get_int_member (got, "revision"), ==, 1);
  g_assert_true (json_object_has_member (got, "ping_id"));
  edited = expect (fixture, 200, "PATCH", one, "{\"grace_s\": 60, \"description\": \"why\"}");
  g_assert_cmpint (json_object_get_int_member (edited, "grace_s"), ==, 60);
  g_assert_cmpint (json_object_get_int_member (edited, "revision"), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (edited, "slug"), ==, "backup");
  unset = expect (fixture, 200, "PATCH", one, "{\"description\": null}");
  g_assert_false (json_object_has_member (unset, "description"));
  paused = expect (fixture, 200, "POST", pause, NULL);
  g_assert_cmpstr (json_object_get_string_member (paused, "state"), ==, "paused");
  g_assert_true (json_object_get_boolean_member (paused, "paused"));
  resumed = expect (fixture, 200, "POST", resume, NULL);
  g_assert_cmpstr (json_object_get_string_member (resumed, "state"), ==, "new");
  stands = expect (fixture, 200, "GET", state, NULL);
  g_assert_cmpstr (json_object_get_string_member (stands, "status"), ==, "new");
  g_assert_true (json_object_get_null_member (stands, "deadline"));
  expect_status (fixture, 204, EDITOR, "DELETE", one, NULL);
  expect_status (fixture, 404, EDITOR, "GET", one, NULL);
  expect_status (fixture, 404, EDITOR, "PATCH", one, "{}");
  expect_status (fixture, 404, EDITOR, "GET", state, NULL);
}

static void
test_refusals (Fixture *fixture, gconstpointer user_data)
{
  const char *project = fixture->team.project_id;
  static const struct {
    const char *members;
    guint status;
    const char *says; /* a part of the sentence */
  } table[] = {
    { "\"kind\": \"heartbeat\", \"name\": \"a\"", 400, "period" },
    { "\"kind\": \"website\", \"name\": \"a\"", 400, "kind" },
    { "\"name\": \"a\"", 400, "kind" },
    { HEARTBEAT ("a") ", \"intervall\": 5", 400, "intervall: a monitor of the kind heartbeat" },
    { HEARTBEAT ("a") ", \"id\": \"x\"", 400, "id: the server gives it" },
    { HEARTBEAT ("a") ", \"ping_id\": \"x\"", 400, "ping_id" },
    { HEARTBEAT ("a") ", \"grace_s\": \"60\"", 400, "grace" },
    { HEARTBEAT (""), 400, "name" },
    { "\"kind\": \"heartbeat\", \"name\": \"a\", \"cron\": \"61 * * * *\"", 400, "cron" },
    { HEARTBEAT ("a") ", \"tz\": \"Mars\", \"cron\": \"0 3 * * *\"", 400, "" },
    { "\"kind\": \"http\", \"name\": \"a\", \"target\": \"ftp://x\"", 400, "target" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autofree char *body =
        g_strdup_printf ("{\"project_id\": \"%s\", %s}", project, table[i].members);
    g_autoptr (JsonObject) json = expect (fixture, table[i].status, "POST", "", body);

    g_assert_nonnull (strstr (json_object_get_string_member (json, "detail"), table[i].says));
  }
  expect_status (fixture, 400, EDITOR, "POST", "", "{" HEARTBEAT ("a") "}");
  expect_status (fixture, 404, EDITOR, "POST", "",
                 "{\"project_id\": \"00000000-0000-7000-8000-000000000000\", " HEARTBEAT ("a") "}");
  expect_status (fixture, 404, EDITOR, "GET", "/00000000-0000-7000-8000-000000000000", NULL);
  expect_status (fixture, 404, EDITOR, "GET", "/x", NULL);
  expect_status (fixture, 404, EDITOR, "GET", "/00000000-0000-7000-8000-000000000000/pings", NULL);
}

static void
test_fixed_members (Fixture *fixture, gconstpointer user_data)
{
  static const char *const bodies[] = {
    "{\"id\": \"x\"}",
    "{\"kind\": \"http\"}",
    "{\"ping_id\": \"x\"}",
    "{\"project_id\": \"x\"}",
    "{\"revision\": 7}",
    "{\"nonsense\": 1}",
    "{\"period_s\": null}",
    "[]",
    "{",
  };
  g_autofree char *one = create (fixture, HEARTBEAT ("a"));
  g_autoptr (JsonObject) got = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    expect_status (fixture, 400, EDITOR, "PATCH", one, bodies[i]);
  got = expect (fixture, 200, "GET", one, NULL);
  g_assert_cmpint (json_object_get_int_member (got, "revision"), ==, 1);
}

static void
test_roles (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *one = create (fixture, HEARTBEAT ("a"));
  g_autofree char *pause = g_strconcat (one, "/pause", NULL);
  g_autoptr (TestAnswer) single = ask_as (fixture, VIEWER, "GET", one, NULL, NULL, NULL);
  g_autoptr (TestAnswer) list = ask_as (fixture, VIEWER, "GET", "", NULL, NULL, NULL);

  g_assert_cmpuint (single->status, ==, 200);
  g_assert_null (strstr (single->text, "ping_id"));
  g_assert_cmpuint (list->status, ==, 200);
  g_assert_null (strstr (list->text, "ping_id"));
  expect_status (fixture, 403, VIEWER, "PATCH", one, "{}");
  expect_status (fixture, 403, VIEWER, "POST", "", "{}");
  expect_status (fixture, 403, VIEWER, "POST", pause, NULL);
  expect_status (fixture, 403, VIEWER, "DELETE", one, NULL);
  expect_status (fixture, 401, "tocsin_nobody", "GET", one, NULL);
}

static void
test_if_match (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *one = create (fixture, HEARTBEAT ("a"));
  g_autoptr (TestAnswer) got = ask_as (fixture, EDITOR, "GET", one, NULL, NULL, NULL);
  const char *tag = soup_message_headers_get_one (got->headers, "ETag");
  g_autoptr (TestAnswer) first =
      ask_as (fixture, EDITOR, "PATCH", one, "{\"grace_s\": 60}", "If-Match", tag);
  g_autoptr (TestAnswer) late =
      ask_as (fixture, EDITOR, "PATCH", one, "{\"grace_s\": 61}", "If-Match", tag);
  g_autoptr (TestAnswer) gone = ask_as (fixture, EDITOR, "DELETE", one, NULL, "If-Match", tag);
  g_autoptr (TestAnswer) known = ask_as (fixture, EDITOR, "GET", one, NULL, "If-None-Match",
                                         soup_message_headers_get_one (first->headers, "ETag"));

  g_assert_nonnull (tag);
  g_assert_cmpuint (first->status, ==, 200);
  g_assert_cmpuint (late->status, ==, 412);
  g_assert_cmpuint (gone->status, ==, 412);
  g_assert_cmpuint (known->status, ==, 304);
}

static void
test_replay (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *body =
      g_strdup_printf ("{\"project_id\": \"%s\", " HEARTBEAT ("a") "}", fixture->team.project_id);
  g_autoptr (TestAnswer) first =
      ask_as (fixture, EDITOR, "POST", "", body, "Idempotency-Key", "k1");
  g_autoptr (TestAnswer) again =
      ask_as (fixture, EDITOR, "POST", "", body, "Idempotency-Key", "k1");
  g_autofree char *n = NULL;

  g_assert_cmpuint (first->status, ==, 201);
  g_assert_cmpuint (again->status, ==, 201);
  g_assert_cmpstr (first->text, ==, again->text);
  n = test_team_ask (&fixture->team, "SELECT count(*) FROM heartbeats");
  g_assert_cmpstr (n, ==, "1");
}

/* Follows `next` to the end; how many pages and items there were. */
static guint
count (Fixture *fixture, const char *path, guint *n_pages)
{
  g_autofree char *next = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n = 0;

  *n_pages = 0;
  do {
    g_autofree char *with_cursor =
        next != NULL
            ? g_strconcat (path, strchr (path, '?') != NULL ? "&" : "?", "cursor=", next, NULL)
            : g_strdup (path);
    g_autoptr (JsonObject) json = expect (fixture, 200, "GET", with_cursor, NULL);
    JsonArray *items = json_object_get_array_member (json, "items");

    for (guint i = 0; i < json_array_get_length (items); i++) {
      g_autoptr (JsonNode) node = json_array_dup_element (items, i);

      g_assert_true (g_hash_table_add (seen, json_to_string (node, FALSE)));
      n++;
    }
    g_free (next);
    next = g_strdup (json_object_get_null_member (json, "next")
                         ? NULL
                         : json_object_get_string_member (json, "next"));
    (*n_pages)++;
  } while (next != NULL);
  return n;
}

static void
test_lists (Fixture *fixture, gconstpointer user_data)
{
  const char *const names[] = { "Bell", "alpha", "Bell", "Ümlaut", "zeta 100%" };
  g_autofree char *by_project = g_strconcat ("?project=", fixture->team.project_id, NULL);
  g_autofree char *by_other = g_strconcat ("?project=", fixture->team.other_project_id, NULL);
  const struct {
    const char *query;
    guint n, n_pages;
  } table[] = {
    { "", 6, 1 },
    { "?limit=2", 6, 3 },
    { "?limit=4", 6, 2 },
    { "?limit=6", 6, 1 },
    { "?state=new", 6, 1 },
    { "?state=unknown", 0, 1 },
    { "?state=down", 0, 1 },
    { "?kind=http", 1, 1 },
    { "?kind=heartbeat&limit=1", 5, 5 },
    { "?tag=even", 3, 1 },
    { "?tag=ev", 0, 1 },
    { "?search=BELL", 2, 1 },
    { "?search=%25", 1, 1 },
    { "?search=_", 0, 1 },
    { "?search=%C3%9Cm", 1, 1 },
    { by_project, 6, 1 },
    { by_other, 0, 1 },
  };
  g_autofree char *web = create (fixture, "\"kind\": \"http\", \"name\": \"web\","
                                          " \"target\": \"https://example.org/\"");

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *members =
        g_strdup_printf ("\"kind\": \"heartbeat\", \"period_s\": 60, \"grace_s\": 60,"
                         " \"name\": \"%s\", \"tags\": [\"%s\"]",
                         names[i], i % 2 == 0 ? "even" : "odd");
    g_autofree char *one = create (fixture, members);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    guint n_pages;

    g_assert_cmpuint (count (fixture, table[i].query, &n_pages), ==, table[i].n);
    g_assert_cmpuint (n_pages, ==, table[i].n_pages);
  }
  expect_status (fixture, 400, EDITOR, "GET", "?state=asleep", NULL);
  expect_status (fixture, 400, EDITOR, "GET", "?kind=x", NULL);
  expect_status (fixture, 400, EDITOR, "GET", "?project=x", NULL);
  expect_status (fixture, 400, EDITOR, "GET", "?cursor=x", NULL);
  expect_status (fixture, 400, EDITOR, "GET", "?limit=0", NULL);
}

static void
test_history (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *one = create (fixture, HEARTBEAT ("a"));
  g_autofree char *pings = g_strconcat (one, "/pings?limit=2", NULL);
  g_autofree char *flips = g_strconcat (one, "/flips?limit=2", NULL);
  g_autofree char *all_flips = g_strconcat (one, "/flips", NULL);
  g_autofree char *body = g_strconcat (one, "/pings/3/body", NULL);
  g_autofree char *none = g_strconcat (one, "/pings/2/body", NULL);
  g_autofree char *bad = g_strconcat (one, "/flips?cursor=abcd", NULL);
  g_autoptr (TestAnswer) text = NULL;
  guint n_pages;

  test_team_run (&fixture->team,
                 "INSERT INTO pings (team_id, monitor_id, n, at, kind, scheme, method,"
                 " duration_us, body_bytes, body) SELECT team_id, monitor_id, n, n, 'success',"
                 " 'http', 'GET', 5000, 2, CASE n WHEN 3 THEN 'ok'::bytea END"
                 " FROM heartbeats, generate_series (1, 5) n;"
                 "INSERT INTO flips (team_id, monitor_id, id, at, old_state, new_state, reason)"
                 " SELECT team_id, monitor_id, gen_random_uuid (), 1 + n / 3, 'up', 'down',"
                 " 'heartbeat_missed' FROM heartbeats, generate_series (1, 1) n;"
                 "INSERT INTO flips (team_id, monitor_id, id, at, old_state, new_state)"
                 " SELECT team_id, monitor_id, gen_random_uuid (), 100 + n, 'down', 'up'"
                 " FROM heartbeats, generate_series (1, 4) n");
  g_assert_cmpuint (count (fixture, pings, &n_pages), ==, 5);
  g_assert_cmpuint (n_pages, ==, 3);
  g_assert_cmpuint (count (fixture, flips, &n_pages), ==, 5);
  g_assert_cmpuint (n_pages, ==, 3);
  text = ask_as (fixture, EDITOR, "GET", body, NULL, NULL, NULL);
  g_assert_cmpuint (text->status, ==, 200);
  g_assert_cmpstr (text->text, ==, "ok");
  expect_status (fixture, 404, EDITOR, "GET", none, NULL);
  expect_status (fixture, 400, EDITOR, "GET", bad, NULL);
  g_assert_cmpuint (count (fixture, all_flips, &n_pages), ==, 5);
}

static void
test_secrets (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *one =
      create (fixture, "\"kind\": \"http\", \"name\": \"web\", \"auth\": \"basic\","
                       " \"target\": \"https://example.org/\", \"username\": \"me\","
                       " \"password\": \"sesame\"");
  g_autoptr (TestAnswer) got = ask_as (fixture, EDITOR, "GET", one, NULL, NULL, NULL);
  g_autofree char *n = NULL, *sealed = NULL, *again = NULL;

  g_assert_null (strstr (got->text, "sesame"));
  sealed =
      test_team_ask (&fixture->team, "SELECT secrets_sealed FROM records WHERE type = 'monitor'");
  g_assert_cmpuint (strlen (sealed), >, 2);
  json_object_unref (expect (fixture, 200, "PATCH", one, "{\"name\": \"shop\"}"));
  again =
      test_team_ask (&fixture->team, "SELECT secrets_sealed FROM records WHERE type = 'monitor'");
  g_assert_cmpstr (again, ==, sealed);
  n = test_team_ask (&fixture->team, "SELECT count(*) FROM records r, audit a"
                                     " WHERE r.body::text || a.detail::text LIKE '%sesame%'");
  g_assert_cmpstr (n, ==, "0");
}

static const struct {
  const char *name;
  void (*run) (Fixture *, gconstpointer);
} cases[] = {
  { "/api-monitors/a-walk-from-creation-to-deletion", test_walk },
  { "/api-monitors/what-is-wrong-is-refused", test_refusals },
  { "/api-monitors/what-is-given-once-stays", test_fixed_members },
  { "/api-monitors/viewers-see-no-ping-address-and-change-nothing", test_roles },
  { "/api-monitors/an-older-revision-changes-nothing", test_if_match },
  { "/api-monitors/a-creation-sent-twice-makes-one", test_replay },
  { "/api-monitors/pages-have-each-item-once", test_lists },
  { "/api-monitors/history-comes-newest-first", test_history },
  { "/api-monitors/secrets-are-not-told-and-not-lost", test_secrets },
};

int
main (int argc, char **argv)
{
  int result;

  tocsin_test_init (&argc, &argv);
  postgres = tocsin_test_postgres_new ();
  if (postgres == NULL) {
    g_print ("1..0 # SKIP PostgreSQL is not installed\n");
    return 0;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].name, Fixture, NULL, set_up, cases[i].run, tear_down);
  result = g_test_run ();
  tocsin_test_postgres_free (postgres);
  return result;
}
