/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-checks"

#include "config.h"

#include <string.h>

#include "support.h"
#include "test-service.h"
#include "test-team.h"
#include "timetext.h"

static TocsinTestPostgres *postgres;

static const char *const with_key[] = { "X-Api-Key", TEST_KEY_RW, NULL };
static const char *const with_reader[] = { "X-Api-Key", TEST_KEY_RO, NULL };
static const char *const with_other[] = { "X-Api-Key", TEST_KEY_RW_2, NULL };

typedef struct {
  TestTeam team;
  TestService service;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  test_team_init (&fixture->team, postgres);
  test_service_init (&fixture->service, fixture->team.url);
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  test_service_clear (&fixture->service);
  test_team_clear (&fixture->team);
}

static TestAnswer *
ask (Fixture *fixture, const char *method, const char *path, const char *body)
{
  return test_service_ask (&fixture->service, method, path, with_key, body);
}

/* The answer as JSON, whose status is as wanted. */
static JsonObject *
expect (Fixture *fixture, guint status, const char *method, const char *path, const char *body)
{
  g_autoptr (TestAnswer) answer = ask (fixture, method, path, body);

  g_test_message ("%s %s %s: %u %s", method, path, body != NULL ? body : "", answer->status,
                  answer->text);
  g_assert_cmpuint (answer->status, ==, status);
  return test_answer_get_json (answer);
}

static void
expect_error (Fixture *fixture, guint status, const char *method, const char *path,
              const char *body, const char *error)
{
  g_autoptr (JsonObject) json = expect (fixture, status, method, path, body);

  if (error != NULL)
    g_assert_cmpstr (json_object_get_string_member (json, "error"), ==, error);
  else
    g_assert_true (json_object_has_member (json, "error"));
}

/* Makes a check; its uuid. */
static char *
create (Fixture *fixture, const char *body)
{
  g_autoptr (JsonObject) json = expect (fixture, 201, "POST", "/api/v3/checks/", body);

  return g_strdup (json_object_get_string_member (json, "uuid"));
}

static char *
path_of (const char *uuid, const char *rest)
{
  return g_strconcat ("/api/v3/checks/", uuid, rest, NULL);
}

static JsonArray *
get_list (Fixture *fixture, const char *path, const char *member, JsonObject **keep)
{
  *keep = expect (fixture, 200, "GET", path, NULL);
  return json_object_get_array_member (*keep, member);
}

static void
assert_length (Fixture *fixture, const char *path, const char *member, guint length)
{
  g_autoptr (JsonObject) json = NULL;

  g_assert_cmpuint (json_array_get_length (get_list (fixture, path, member, &json)), ==, length);
}

/* --- keys --- */

static void
test_keys (Fixture *fixture, gconstpointer user_data)
{
  static const struct {
    const char *name, *value; /* of a header; NULL: none */
    guint status;
    const char *error;
  } table[] = {
    { NULL, NULL, 401, "missing api key" },
    { "X-Api-Key", "", 401, "missing api key" },
    { "X-Api-Key", "short", 401, "missing api key" },
    { "X-Api-Key", "ffffffffffffffffffffffffffffffff", 401, "wrong api key" },
    { "X-Api-Key", TEST_KEY_PING, 401, "wrong api key" },
    { "X-Api-Key", TEST_KEY_RW, 200, NULL },
    { "x-api-key", TEST_KEY_RW, 200, NULL },
    { "X-API-KEY", TEST_KEY_RO, 200, NULL },
  };
  static const char *const versions[] = { "/api/v1/checks/", "/api/v2/checks", "/api/v3/checks/" };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    const char *headers[] = { table[i].name, table[i].value, NULL };
    const char *path = versions[i % G_N_ELEMENTS (versions)];
    g_autoptr (TestAnswer) answer =
        test_service_ask (&fixture->service, "GET", path, headers, NULL);
    g_autoptr (JsonObject) json = test_answer_get_json (answer);

    g_assert_cmpuint (answer->status, ==, table[i].status);
    g_assert_cmpstr (soup_message_headers_get_one (answer->headers, "Access-Control-Allow-Origin"),
                     ==, "*");
    if (table[i].error != NULL)
      g_assert_cmpstr (json_object_get_string_member (json, "error"), ==, table[i].error);
  }
}

static void
test_key_in_body (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (TestAnswer) made = test_service_ask (
      &fixture->service, "POST", "/api/v3/checks/", NULL,
      "{\"api_key\": \"" TEST_KEY_RW "\", \"name\": \"Backups\", \"tags\": \"prod www\","
      " \"timeout\": 3600, \"grace\": 60}");
  g_autoptr (TestAnswer) wrong =
      test_service_ask (&fixture->service, "POST", "/api/v3/checks/", NULL,
                        "{\"api_key\": 12, \"name\": \"Backups\"}");
  g_autoptr (TestAnswer) reader =
      test_service_ask (&fixture->service, "POST", "/api/v3/checks/", NULL,
                        "{\"api_key\": \"" TEST_KEY_RO "\", \"name\": \"Backups\"}");

  g_assert_cmpuint (made->status, ==, 201);
  g_assert_cmpuint (wrong->status, ==, 401);
  g_assert_cmpuint (reader->status, ==, 401);
}

/* --- a walk --- */

static void
test_walk (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *channel = test_team_add_channel (&fixture->team, "Mail", "email");
  g_autoptr (JsonObject) made = expect (
      fixture, 201, "POST", "/api/v3/checks/",
      "{\"name\": \"Backups\", \"slug\": \"backups\", \"tags\": \"prod www\", \"desc\": \"why\","
      " \"timeout\": 3600, \"grace\": 60, \"channels\": \"*\", \"manual_resume\": true,"
      " \"subject\": \"OK\"}");
  g_autoptr (JsonObject) got = NULL, edited = NULL, paused = NULL, resumed = NULL, gone = NULL;
  const char *uuid = json_object_get_string_member (made, "uuid");
  g_autofree char *path = path_of (uuid, ""), *pause = path_of (uuid, "/pause");
  g_autofree char *resume = path_of (uuid, "/resume/");
  g_autofree char *ping_url = g_strconcat (fixture->service.url, "/ping/", uuid, NULL);
  g_autofree char *update_url = g_strconcat (fixture->service.url, path, NULL);

  g_assert_cmpstr (json_object_get_string_member (made, "name"), ==, "Backups");
  g_assert_cmpstr (json_object_get_string_member (made, "slug"), ==, "backups");
  g_assert_cmpstr (json_object_get_string_member (made, "tags"), ==, "prod www");
  g_assert_cmpstr (json_object_get_string_member (made, "desc"), ==, "why");
  g_assert_cmpint (json_object_get_int_member (made, "timeout"), ==, 3600);
  g_assert_cmpint (json_object_get_int_member (made, "grace"), ==, 60);
  g_assert_cmpint (json_object_get_int_member (made, "n_pings"), ==, 0);
  g_assert_cmpstr (json_object_get_string_member (made, "status"), ==, "new");
  g_assert_false (json_object_get_boolean_member (made, "started"));
  g_assert_true (json_object_get_null_member (made, "last_ping"));
  g_assert_true (json_object_get_null_member (made, "next_ping"));
  g_assert_false (json_object_has_member (made, "last_duration"));
  g_assert_true (json_object_get_boolean_member (made, "manual_resume"));
  g_assert_cmpstr (json_object_get_string_member (made, "methods"), ==, "");
  g_assert_cmpstr (json_object_get_string_member (made, "success_kw"), ==, "OK");
  g_assert_cmpstr (json_object_get_string_member (made, "subject"), ==, "OK");
  g_assert_true (json_object_get_boolean_member (made, "filter_subject"));
  g_assert_cmpstr (json_object_get_string_member (made, "channels"), ==, channel);
  g_assert_cmpstr (json_object_get_string_member (made, "ping_url"), ==, ping_url);
  g_assert_cmpstr (json_object_get_string_member (made, "update_url"), ==, update_url);
  g_assert_false (json_object_has_member (made, "unique_key"));
  g_assert_false (json_object_has_member (made, "tz"));

  got = expect (fixture, 200, "GET", path, NULL);
  g_assert_true (json_object_equal (got, made));
  edited = expect (fixture, 200, "POST", path,
                   "{\"schedule\": \"0 3 * * *\", \"tz\": \"Europe/Riga\", \"channels\": \"\"}");
  g_assert_cmpstr (json_object_get_string_member (edited, "name"), ==, "Backups");
  g_assert_cmpstr (json_object_get_string_member (edited, "schedule"), ==, "0 3 * * *");
  g_assert_cmpstr (json_object_get_string_member (edited, "tz"), ==, "Europe/Riga");
  g_assert_cmpstr (json_object_get_string_member (edited, "channels"), ==, "");
  g_assert_false (json_object_has_member (edited, "timeout"));

  expect_error (fixture, 409, "POST", resume, "", "check is not paused");
  paused = expect (fixture, 200, "POST", pause, "");
  g_assert_cmpstr (json_object_get_string_member (paused, "status"), ==, "paused");
  json_object_unref (expect (fixture, 200, "POST", pause, NULL)); /* again changes nothing */
  resumed = expect (fixture, 200, "POST", resume, "");
  g_assert_cmpstr (json_object_get_string_member (resumed, "status"), ==, "new");

  gone = expect (fixture, 200, "DELETE", path, NULL);
  g_assert_cmpstr (json_object_get_string_member (gone, "name"), ==, "Backups");
  expect_error (fixture, 404, "GET", path, NULL, NULL);
  expect_error (fixture, 404, "POST", path, "{}", NULL);
  expect_error (fixture, 404, "POST", pause, "", NULL);
  expect_error (fixture, 404, "DELETE", path, NULL, NULL);
  assert_length (fixture, "/api/v3/checks/", "checks", 0);
}

static void
test_other_project (Fixture *fixture, gconstpointer user_data)
{
  static const struct {
    const char *method, *rest;
  } table[] = {
    { "GET", "" },         { "POST", "" },       { "DELETE", "" },     { "POST", "/pause" },
    { "POST", "/resume" }, { "GET", "/pings/" }, { "GET", "/flips/" }, { "GET", "/pings/1/body" },
  };
  g_autofree char *uuid = create (fixture, "{\"name\": \"a\"}");

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autofree char *path = path_of (uuid, table[i].rest);
    g_autoptr (TestAnswer) theirs =
        test_service_ask (&fixture->service, table[i].method, path, with_other, NULL);
    g_autofree char *unknown = path_of ("00000000-0000-4000-8000-000000000000", table[i].rest);

    g_assert_cmpuint (theirs->status, ==, 403);
    expect_error (fixture, 404, table[i].method, unknown, NULL, NULL);
  }
  g_assert_cmpuint (strlen (uuid), ==, 36);
}

static void
test_reader (Fixture *fixture, gconstpointer user_data)
{
  static const char *const hidden[] = { "uuid",      "ping_url",   "update_url",
                                        "pause_url", "resume_url", "channels" };
  g_autofree char *uuid = create (fixture, "{\"name\": \"a\"}"), *path = path_of (uuid, "");
  g_autofree char *pings = path_of (uuid, "/pings/"), *by_key = NULL, *flips = NULL;
  g_autoptr (TestAnswer) list =
      test_service_ask (&fixture->service, "GET", "/api/v3/checks/", with_reader, NULL);
  g_autoptr (JsonObject) json = test_answer_get_json (list), single = NULL;
  JsonObject *check =
      json_array_get_object_element (json_object_get_array_member (json, "checks"), 0);
  const char *unique_key = json_object_get_string_member (check, "unique_key");
  const struct {
    const char *method, *path;
  } refused[] = {
    { "POST", "/api/v3/checks/" },  { "POST", path }, { "DELETE", path },
    { "GET", "/api/v3/channels/" }, { "GET", pings },
  };

  g_assert_null (strstr (list->text, uuid));
  for (gsize i = 0; i < G_N_ELEMENTS (hidden); i++)
    g_assert_false (json_object_has_member (check, hidden[i]));
  g_assert_cmpuint (strlen (unique_key), ==, 40);

  by_key = path_of (unique_key, "");
  flips = path_of (unique_key, "/flips/");
  single = expect (fixture, 200, "GET", by_key, NULL);
  g_assert_cmpstr (json_object_get_string_member (single, "uuid"), ==, uuid);
  assert_length (fixture, flips, "flips", 0);
  expect_error (fixture, 404, "POST", by_key, "{}", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (TestAnswer) answer =
        test_service_ask (&fixture->service, refused[i].method, refused[i].path, with_reader, NULL);

    g_assert_cmpuint (answer->status, ==, 401);
  }
}

static void
test_filters (Fixture *fixture, gconstpointer user_data)
{
  static const struct {
    const char *query;
    guint n;
  } table[] = {
    { "", 3 },
    { "?tag=a", 2 },
    { "?tag=a&tag=b", 1 },
    { "?tag=b&tag=a&tag=a", 1 },
    { "?tag=a&tag=c", 0 },
    { "?tag=A", 0 },
    { "?tag=caf%C3%A9", 1 },
    { "?slug=one", 1 },
    { "?slug=none", 0 },
    { "?slug=one&tag=b", 1 },
    { "?slug=two&tag=b", 0 },
    { "?slug=", 3 },
    { "?tag=%22%7D%2C%5C", 0 },
    { "?other=1", 3 },
  };
  g_autofree char *one = create (fixture, "{\"slug\": \"one\", \"tags\": \"a b\"}");
  g_autofree char *two = create (fixture, "{\"slug\": \"two\", \"tags\": \"a\"}");
  g_autofree char *three = create (fixture, "{\"tags\": \"café\"}");

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autofree char *path = g_strconcat ("/api/v3/checks/", table[i].query, NULL);

    assert_length (fixture, path, "checks", table[i].n);
  }
}

static void
test_refusals (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *uuid = create (fixture, "{\"slug\": \"taken\"}"), *path = path_of (uuid, "");
  g_autofree char *mail = test_team_add_channel (&fixture->team, "Mail", "email");
  g_autofree char *same = test_team_add_channel (&fixture->team, "Same", "email");
  g_autofree char *same_too = test_team_add_channel (&fixture->team, "Same", "slack");
  static const struct {
    const char *body;
    guint status;
    const char *error;
  } table[] = {
    { "name=x", 400, "could not parse request body" },
    { "[]", 400, "json validation error: value is not an object" },
    { "{\"timeout\": \"60\"}", 400, "json validation error: timeout is not a number" },
    { "{\"channels\": \"Mail,\"}", 400, "empty channel identifier" },
    { "{\"channels\": \"Nobody\"}", 400, "invalid channel identifier: Nobody" },
    { "{\"channels\": \"*,Mail\"}", 400, "invalid channel identifier: *" },
    { "{\"channels\": \"Same\"}", 400, "non-unique channel identifier: Same" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    expect_error (fixture, table[i].status, "POST", "/api/v3/checks/", table[i].body,
                  table[i].error);
    expect_error (fixture, table[i].status, "POST", path, table[i].body, table[i].error);
  }
  expect_error (fixture, 409, "POST", "/api/v3/checks/", "{\"slug\": \"taken\"}", NULL);
  assert_length (fixture, "/api/v3/checks/", "checks", 1);
}

static void
test_channels (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *mail = test_team_add_channel (&fixture->team, "Mail", "email");
  g_autofree char *chat = test_team_add_channel (&fixture->team, "Chat", "slack");
  g_autofree char *both = g_strconcat (chat, ",", mail, NULL);
  g_autofree char *body = g_strdup_printf ("{\"channels\": \"Chat,%s,Mail\"}", mail);
  g_autoptr (JsonObject) json = NULL, made = expect (fixture, 201, "POST", "/api/v3/checks/", body);
  JsonArray *list = get_list (fixture, "/api/v3/channels/", "channels", &json);
  JsonObject *second = json_array_get_object_element (list, 1);

  g_assert_cmpstr (json_object_get_string_member (made, "channels"), ==, both);
  g_assert_cmpuint (json_array_get_length (list), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (second, "id"), ==, mail);
  g_assert_cmpstr (json_object_get_string_member (second, "name"), ==, "Mail");
  g_assert_cmpstr (json_object_get_string_member (second, "kind"), ==, "email");
}

/* --- upserts --- */

static void
test_unique (Fixture *fixture, gconstpointer user_data)
{
  static const struct {
    const char *body;
    guint status;
  } table[] = {
    { "{\"name\": \"a\", \"unique\": [\"name\"]}", 201 },
    { "{\"name\": \"a\", \"unique\": [\"name\"], \"grace\": 90}", 200 },
    { "{\"name\": \"a\", \"unique\": []}", 201 },
    { "{\"name\": \"a\"}", 201 },
    { "{\"grace\": 90, \"unique\": [\"grace\"]}", 200 },
    { "{\"name\": \"a\", \"grace\": 91, \"unique\": [\"name\", \"grace\"]}", 201 },
    { "{\"slug\": \"s\", \"unique\": [\"slug\"]}", 201 },
    { "{\"slug\": \"s\", \"unique\": [\"slug\"], \"name\": \"named\"}", 200 },
    { "{\"tags\": \"x y\", \"unique\": [\"tags\"]}", 201 },
    { "{\"tags\": \"x  y\", \"unique\": [\"tags\"]}", 200 },
    { "{\"tags\": \"y x\", \"unique\": [\"tags\"]}", 201 },
    { "{\"timeout\": 77, \"unique\": [\"timeout\"]}", 201 },
    { "{\"timeout\": 77, \"unique\": [\"timeout\"]}", 200 },
    { "{\"unique\": [\"timeout\"]}", 201 }, /* one that is not given matches nothing */
    { "{\"name\": \"\", \"timeout\": 78, \"unique\": [\"name\", \"timeout\"]}", 201 },
    { "{\"name\": \"\", \"timeout\": 78, \"unique\": [\"name\", \"timeout\"]}", 200 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    json_object_unref (expect (fixture, table[i].status, "POST", "/api/v3/checks/", table[i].body));
}

static void
test_concurrent_upserts (Fixture *fixture, gconstpointer user_data)
{
  const char *bodies[17] = { NULL };
  g_autoptr (GPtrArray) answers = NULL;
  guint n_created = 0;

  for (guint i = 0; i < 16; i++)
    bodies[i] = "{\"name\": \"same\", \"slug\": \"same\", \"unique\": [\"name\"]}";
  answers = test_service_ask_all (&fixture->service, "POST", "/api/v3/checks/", with_key, bodies);
  for (guint i = 0; i < answers->len; i++) {
    const TestAnswer *answer = g_ptr_array_index (answers, i);

    g_test_message ("%u %s", answer->status, answer->text);
    g_assert_true (answer->status == 200 || answer->status == 201);
    n_created += answer->status == 201;
  }
  g_assert_cmpuint (n_created, ==, 1);
  assert_length (fixture, "/api/v3/checks/", "checks", 1);
}

static void
test_old_versions (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (JsonObject) one =
      expect (fixture, 201, "POST", "/api/v1/checks/", "{\"name\": \"My Job\"}");
  g_autoptr (JsonObject) two =
      expect (fixture, 201, "POST", "/api/v2/checks/", "{\"name\": \"My Job\"}");
  g_autoptr (JsonObject) three =
      expect (fixture, 201, "POST", "/api/v3/checks/", "{\"name\": \"My Job\"}");
  g_autoptr (JsonObject) renamed = NULL, v1 = NULL, v2 = NULL, v3 = NULL;
  const char *uuid = json_object_get_string_member (two, "uuid");
  g_autofree char *path_1 = g_strconcat ("/api/v1/checks/", uuid, NULL);
  g_autofree char *path_2 = g_strconcat ("/api/v2/checks/", uuid, NULL);
  g_autofree char *path_3 = path_of (uuid, "");

  g_assert_cmpstr (json_object_get_string_member (one, "slug"), ==, "my-job");
  g_assert_cmpstr (json_object_get_string_member (two, "slug"), ==, "my-job-2");
  g_assert_cmpstr (json_object_get_string_member (three, "slug"), ==, "");
  g_assert_true (g_str_has_suffix (json_object_get_string_member (two, "update_url"), path_2));

  renamed = expect (fixture, 200, "POST", path_1, "{\"name\": \"Other Job\"}");
  g_assert_cmpstr (json_object_get_string_member (renamed, "slug"), ==, "other-job");
  test_team_run (&fixture->team, "UPDATE heartbeats SET status = 'up', state = 'up',"
                                 " last_ping_at = extract (epoch FROM now ())::bigint * 1000000,"
                                 " last_start_at = extract (epoch FROM now ())::bigint * 1000000,"
                                 " deadline_at = (extract (epoch FROM now ())::bigint + 3600)"
                                 " * 1000000");
  v1 = expect (fixture, 200, "GET", path_1, NULL);
  v2 = expect (fixture, 200, "GET", path_2, NULL);
  v3 = expect (fixture, 200, "GET", path_3, NULL);
  g_assert_cmpstr (json_object_get_string_member (v1, "status"), ==, "started");
  g_assert_cmpstr (json_object_get_string_member (v2, "status"), ==, "up");
  g_assert_cmpstr (json_object_get_string_member (v3, "status"), ==, "up");
  g_assert_true (json_object_get_boolean_member (v3, "started"));
}

/* --- pings and flips --- */

static void
test_pings (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *uuid = create (fixture, "{}"), *path = path_of (uuid, "/pings/");
  g_autofree char *body = path_of (uuid, "/pings/2/body"), *none = path_of (uuid, "/pings/1/body");
  g_autofree char *beyond = path_of (uuid, "/pings/99999999999999999999/body");
  g_autofree char *wanted_url = g_strconcat (fixture->service.url, body, NULL);
  g_autoptr (JsonObject) json = NULL;
  g_autoptr (TestAnswer) text = NULL;
  JsonObject *newest, *oldest;
  JsonArray *list;

  test_team_run (&fixture->team,
                 "INSERT INTO pings (team_id, monitor_id, n, at, kind, scheme, method,"
                 " remote_address, user_agent, rid, duration_us, body_bytes, body)"
                 " SELECT team_id, monitor_id, 1, 1591714263216339, 'start', 'http', 'GET', NULL,"
                 " NULL, NULL::uuid, NULL::bigint, 0, NULL::bytea FROM heartbeats UNION ALL"
                 " SELECT team_id, monitor_id, 2, 1591714266113073, 'success', 'https', 'POST',"
                 " '192.0.2.1', 'curl/7.68.0', '123e4567-e89b-12d3-a456-426614174000', 2896736, 5,"
                 " 'h\\000llo'::bytea FROM heartbeats");
  list = get_list (fixture, path, "pings", &json);
  g_assert_cmpuint (json_array_get_length (list), ==, 2);
  newest = json_array_get_object_element (list, 0);
  oldest = json_array_get_object_element (list, 1);
  g_assert_cmpint (json_object_get_int_member (newest, "n"), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (newest, "type"), ==, "success");
  g_assert_cmpstr (json_object_get_string_member (newest, "date"), ==,
                   "2020-06-09T14:51:06.113073+00:00");
  g_assert_cmpstr (json_object_get_string_member (newest, "scheme"), ==, "https");
  g_assert_cmpstr (json_object_get_string_member (newest, "remote_addr"), ==, "192.0.2.1");
  g_assert_cmpstr (json_object_get_string_member (newest, "method"), ==, "POST");
  g_assert_cmpstr (json_object_get_string_member (newest, "ua"), ==, "curl/7.68.0");
  g_assert_cmpstr (json_object_get_string_member (newest, "rid"), ==,
                   "123e4567-e89b-12d3-a456-426614174000");
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (newest, "duration"), 2.9, 0.0001);
  g_assert_cmpstr (json_object_get_string_member (newest, "body_url"), ==, wanted_url);
  g_assert_true (json_object_get_null_member (oldest, "body_url"));
  g_assert_true (json_object_get_null_member (oldest, "rid"));
  g_assert_false (json_object_has_member (oldest, "duration"));

  text = ask (fixture, "GET", body, NULL);
  g_assert_cmpuint (text->status, ==, 200);
  g_assert_cmpstr (soup_message_headers_get_content_type (text->headers, NULL), ==, "text/plain");
  g_assert_cmpint (soup_message_headers_get_content_length (text->headers), ==, 5);
  expect_error (fixture, 404, "GET", none, NULL, NULL);
  expect_error (fixture, 404, "GET", beyond, NULL, NULL);
}

static void
test_flips (Fixture *fixture, gconstpointer user_data)
{
  static const struct {
    const char *query;
    guint status, n;
  } table[] = {
    { "", 200, 3 },
    { "?start=1591714264", 200, 2 },
    { "?start=1591714263&end=1591714264", 200, 1 },
    { "?end=1591714263", 200, 0 },
    { "?seconds=3600", 200, 1 },
    { "?seconds=", 200, 3 },
    { "?seconds=-1", 400, 0 },
    { "?seconds=31536001", 400, 0 },
    { "?seconds=1h", 400, 0 },
    { "?start=yesterday", 400, 0 },
    { "?end=1e9", 400, 0 },
    { "?start=99999999999999999999", 400, 0 },
  };
  g_autofree char *uuid = create (fixture, "{}"), *path = path_of (uuid, "/flips/");
  g_autoptr (JsonObject) json = NULL;
  JsonArray *list;

  test_team_run (&fixture->team,
                 "INSERT INTO flips (team_id, monitor_id, id, at, old_state, new_state)"
                 " SELECT team_id, monitor_id, gen_random_uuid (), v.at, 'new', v.state"
                 " FROM heartbeats, (VALUES (1591714263216339, 'up'), (1591714264000000, 'down'),"
                 " ((extract (epoch FROM now ())::bigint - 60) * 1000000, 'paused'))"
                 " AS v (at, state)");
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autofree char *with_query = g_strconcat (path, table[i].query, NULL);

    if (table[i].status == 200)
      assert_length (fixture, with_query, "flips", table[i].n);
    else
      expect_error (fixture, table[i].status, "GET", with_query, NULL, NULL);
  }
  list = get_list (fixture, path, "flips", &json);
  g_assert_cmpint (json_object_get_int_member (json_array_get_object_element (list, 0), "up"), ==,
                   0);
  g_assert_cmpint (json_object_get_int_member (json_array_get_object_element (list, 2), "up"), ==,
                   1);
  g_assert_cmpstr (
      json_object_get_string_member (json_array_get_object_element (list, 2), "timestamp"), ==,
      "2020-06-09T14:51:03+00:00");
}

/* --- badges --- */

static TestAnswer *
get_url (Fixture *fixture, const char *url)
{
  g_assert_true (g_str_has_prefix (url, fixture->service.url));
  return test_service_ask (&fixture->service, "GET", url + strlen (fixture->service.url), NULL,
                           NULL);
}

static void
assert_badge (Fixture *fixture, JsonObject *badges, const char *tag, const char *form,
              const char *wanted)
{
  JsonObject *of_tag = json_object_get_object_member (badges, tag);
  g_autoptr (TestAnswer) answer = get_url (fixture, json_object_get_string_member (of_tag, form));

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpstr (answer->text, ==, wanted);
}

static void
set_states (Fixture *fixture)
{
  test_team_run (&fixture->team,
                 "UPDATE heartbeats SET status = 'up', state = 'up', last_ping_at = 1000000,"
                 " deadline_at = 9000000000000000 WHERE slug = 'late';"
                 "UPDATE heartbeats SET status = 'down', state = 'down', last_ping_at = 1000000"
                 " WHERE slug = 'down'");
}

static void
test_badges (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *late =
      create (fixture, "{\"name\": \"Late\", \"slug\": \"late\", \"tags\": \"a/b c&d\"}");
  g_autofree char *down = create (fixture, "{\"slug\": \"down\", \"tags\": \"x\"}");
  g_autofree char *fresh = create (fixture, "{\"tags\": \"x\"}");
  g_autoptr (JsonObject) json = expect (fixture, 200, "GET", "/api/v3/badges/", NULL), again = NULL;
  JsonObject *badges = json_object_get_object_member (json, "badges");
  const char *svg =
      json_object_get_string_member (json_object_get_object_member (badges, "x"), "svg");
  g_autoptr (TestAnswer) picture = NULL, forged = NULL;
  g_autofree char *other = NULL;
  g_auto (GStrv) parts = NULL;

  set_states (fixture);
  g_assert_cmpuint (json_object_get_size (badges), ==, 4);
  assert_badge (fixture, badges, "*", "json3",
                "{\"status\":\"down\",\"total\":3,\"grace\":1,\"down\":1}");
  assert_badge (fixture, badges, "a/b", "json",
                "{\"status\":\"up\",\"total\":1,\"grace\":1,\"down\":0}");
  assert_badge (fixture, badges, "a/b", "json3",
                "{\"status\":\"late\",\"total\":1,\"grace\":1,\"down\":0}");
  assert_badge (fixture, badges, "c&d", "shields3",
                "{\"schemaVersion\":1,\"label\":\"c&d\",\"message\":\"late\","
                "\"color\":\"important\"}");
  assert_badge (fixture, badges, "x", "shields",
                "{\"schemaVersion\":1,\"label\":\"x\",\"message\":\"down\","
                "\"color\":\"critical\"}");
  picture = get_url (fixture, svg);
  g_assert_cmpstr (soup_message_headers_get_content_type (picture->headers, NULL), ==,
                   "image/svg+xml");
  g_assert_nonnull (soup_message_headers_get_one (picture->headers, "ETag"));
  g_assert_nonnull (strstr (picture->text, ">down</text>"));

  /* The signature of one tag is not that of another, and the addresses stay. */
  parts = g_strsplit (svg + strlen (fixture->service.url), "/", -1);
  other = g_strdup_printf ("/badge/%s/%s/c%%26d.svg", parts[2], parts[3]);
  forged = test_service_ask (&fixture->service, "GET", other, NULL, NULL);
  g_assert_cmpuint (forged->status, ==, 404);
  again = expect (fixture, 200, "GET", "/api/v1/badges/", NULL);
  g_assert_true (json_object_equal (again, json));
}

static void
test_check_badge (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *uuid = create (fixture, "{\"name\": \"A <b>\", \"slug\": \"late\"}");
  g_autofree char *path = path_of (uuid, "");
  g_autoptr (JsonObject) json = expect (fixture, 200, "GET", path, NULL);
  const char *url = json_object_get_string_member (json, "badge_url");
  g_autofree char *id = g_strndup (url + strlen (fixture->service.url) + strlen ("/b/2/"), 36);
  g_autofree char *three = g_strdup_printf ("/b/3/%s.json", id);
  g_autofree char *four = g_strdup_printf ("/b/4/%s.json", id);
  g_autofree char *png = g_strdup_printf ("/b/3/%s.png", id);
  g_autofree char *by_ping_id = g_strdup_printf ("/b/2/%s.svg", uuid);
  const char *const missing[] = { four, png, by_ping_id, "/b/2/x.svg" };
  g_autoptr (TestAnswer) answer = NULL, picture = NULL, known = NULL;
  const char *headers[] = { "If-None-Match", NULL, NULL };

  set_states (fixture);
  picture = get_url (fixture, url);
  g_assert_nonnull (strstr (picture->text, ">A &lt;b&gt;</text>"));
  g_assert_null (strstr (picture->text, uuid));
  headers[1] = soup_message_headers_get_one (picture->headers, "ETag");
  known = test_service_ask (&fixture->service, "GET", url + strlen (fixture->service.url), headers,
                            NULL);
  g_assert_cmpuint (known->status, ==, 304);
  answer = test_service_ask (&fixture->service, "GET", three, NULL, NULL);
  g_assert_cmpstr (answer->text, ==, "{\"status\":\"late\",\"total\":1,\"grace\":1,\"down\":0}");
  for (gsize i = 0; i < G_N_ELEMENTS (missing); i++) {
    g_autoptr (TestAnswer) none =
        test_service_ask (&fixture->service, "GET", missing[i], NULL, NULL);

    g_assert_cmpuint (none->status, ==, 404);
  }
}

/* --- habits of clients --- */

static void
test_habits (Fixture *fixture, gconstpointer user_data)
{
  g_autofree char *uuid = create (fixture, "{\"name\": \"a\"}");
  g_autofree char *upper = g_ascii_strup (uuid, -1), *upper_path = path_of (upper, "");
  g_autofree char *slashed = path_of (uuid, "/"), *pause = path_of (uuid, "/pause/");
  g_autofree char *pings = path_of (uuid, "/pings"), *resume = path_of (uuid, "/resume");
  const struct {
    const char *method, *path, *type, *body;
    guint status;
  } table[] = {
    /* curl --data without a type; Python's requests; Terraform providers; PowerShell */
    { "POST", "/api/v3/checks/", "application/x-www-form-urlencoded", "{\"name\": \"b\"}", 201 },
    { "POST", "/api/v3/checks", "application/json", "{\"name\": \"c\"}", 201 },
    { "POST", "/api/v3/checks/", "application/json; charset=utf-8", "{}", 201 },
    { "POST", "/api/v3/checks/", NULL, "", 201 },
    { "GET", "/api/v3/checks", NULL, NULL, 200 },
    { "HEAD", "/api/v3/checks/", NULL, NULL, 200 },
    { "GET", slashed, NULL, NULL, 200 },
    { "GET", upper_path, NULL, NULL, 200 },
    { "POST", pause, NULL, "", 200 },
    { "POST", resume, "application/json", "{}", 200 },
    { "GET", pings, NULL, NULL, 200 },
    { "GET", "/api/v3/status", NULL, NULL, 200 },
    { "PUT", slashed, NULL, "{}", 405 },
    { "PATCH", slashed, NULL, "{}", 405 },
    { "OPTIONS", slashed, NULL, NULL, 204 },
    { "GET", "/api/v4/checks/", NULL, NULL, 404 },
    { "GET", "/api/v3/checks/not-a-uuid", NULL, NULL, 404 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    const char *headers[] = { "X-Api-Key",
                              TEST_KEY_RW,
                              "User-Agent",
                              "terraform-provider/2",
                              table[i].type != NULL ? "Content-Type" : NULL,
                              table[i].type,
                              NULL };
    g_autoptr (TestAnswer) answer = test_service_ask (&fixture->service, table[i].method,
                                                      table[i].path, headers, table[i].body);

    g_test_message ("%s %s: %u %s", table[i].method, table[i].path, answer->status, answer->text);
    g_assert_cmpuint (answer->status, ==, table[i].status);
  }
}

static void
test_status (Fixture *fixture, gconstpointer user_data)
{
  g_autoptr (TestAnswer) answer =
      test_service_ask (&fixture->service, "GET", "/api/v3/status/", NULL, NULL);

  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpstr (answer->text, ==, "OK");
}

static const struct {
  const char *name;
  void (*run) (Fixture *, gconstpointer);
} cases[] = {
  { "/checks/a-key-is-wanted-in-every-version", test_keys },
  { "/checks/the-key-may-be-in-the-body", test_key_in_body },
  { "/checks/a-walk-from-creation-to-deletion", test_walk },
  { "/checks/another-projects-check-is-forbidden", test_other_project },
  { "/checks/a-reader-sees-no-address-and-writes-nothing", test_reader },
  { "/checks/all-tags-and-the-slug-must-match", test_filters },
  { "/checks/what-is-wrong-is-refused-with-its-sentence", test_refusals },
  { "/checks/channels-go-by-id-and-by-name", test_channels },
  { "/checks/unique-members-find-what-is-there", test_unique },
  { "/checks/sixteen-upserts-at-once-make-one-check", test_concurrent_upserts },
  { "/checks/old-versions-make-slugs-and-say-started", test_old_versions },
  { "/checks/pings-are-listed-newest-first-with-their-bodies", test_pings },
  { "/checks/flips-are-filtered-by-time", test_flips },
  { "/checks/badges-count-the-checks-of-their-tag", test_badges },
  { "/checks/a-check-has-a-badge-that-does-not-tell-its-uuid", test_check_badge },
  { "/checks/clients-have-their-habits", test_habits },
  { "/checks/status-needs-no-key", test_status },
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
