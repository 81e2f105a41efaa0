/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-series"

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "day-end.h"
#include "probe-world.h"
#include "support.h"
#include "test-json-schema.h"
#include "uptime.h"

/* What the API tells of what probes saw; each answer is checked against the API's own document. */

#define ADA "0190abcd-0000-7000-8000-0000000000aa"
#define BOB "0190abcd-0000-7000-8000-0000000000bb"

static TocsinTestPostgres *postgres;

typedef struct {
  ProbeWorld world;
  TestProbe probe;
  JsonObject *openapi;
  char *monitor;
  gint64 begin_us;
} Fixture;

static void
add_person (Fixture *f, const char *id, const char *name)
{
  g_autofree char *sql = g_strdup_printf (
      "INSERT INTO users (id, email, name, created_at) VALUES ('%s', '%s@example.org', '%s', 1);"
      "INSERT INTO members (team_id, user_id, role, created_at)"
      " SELECT id, '%s', 'editor', 1 FROM teams;"
      "INSERT INTO tokens (hash, id, kind, user_id, name, scopes, created_at)"
      " VALUES (sha256 ('%s'), gen_random_uuid (), 'api', '%s', 't', '{read,write}', 1)",
      id, name, name, id, name, id);

  test_team_run (&f->world.team, sql);
}

static JsonObject *
ask_as (Fixture *f, const char *person, const char *method, const char *rest, const char *body,
        guint status)
{
  g_autofree char *bearer = g_strconcat ("Bearer ", person, NULL);
  g_autofree char *path = g_strdup_printf ("/api/v1/teams/%s%s", f->world.team.team_id, rest);
  const char *const headers[] = { "Authorization", bearer, NULL };
  g_autoptr (TestAnswer) answer = test_service_ask (&f->world.service, method, path, headers, body);

  g_test_message ("%s %s: %u %s", method, path, answer->status, answer->text);
  g_assert_cmpuint (answer->status, ==, status);
  return test_answer_get_json (answer);
}

/* Fails the test unless the answer is what the document says of the route. */
static void
check_answer (Fixture *f, const char *rest, JsonObject *json)
{
  g_autofree char *path = g_strdup_printf ("/api/v1/teams/%s%.*s", f->world.team.team_id,
                                           (int) strcspn (rest, "?"), rest);
  const char *template_ = NULL;
  JsonObject *operation = tocsin_test_openapi_find (f->openapi, "GET", path, &template_);
  JsonObject *object = json_object_get_object_member (operation, "responses");
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), json);
  g_autofree char *problem = NULL;

  object = json_object_get_object_member (object, "200");
  object = json_object_get_object_member (object, "content");
  object = json_object_get_object_member (object, "application/json");
  object = json_object_get_object_member (object, "schema");
  problem = tocsin_test_json_schema_check (f->openapi, object, node);
  g_assert_cmpstr (problem, ==, NULL);
}

static JsonObject *get (Fixture *f, const char *format, ...) G_GNUC_PRINTF (2, 3);

static JsonObject *
get (Fixture *f, const char *format, ...)
{
  g_autofree char *rest = NULL;
  JsonObject *json;
  va_list args;

  va_start (args, format);
  rest = g_strdup_vprintf (format, args);
  va_end (args);
  json = ask_as (f, "ada", "GET", rest, NULL, 200);
  check_answer (f, rest, json);
  return json;
}

#define N_SAMPLES 240
#define FROM_DOWN 100
#define TO_DOWN   130

/* Four hours: it fails from the 100th minute to the 130th. */
static void
setup (Fixture *f, gconstpointer data)
{
  TocsinBatchItem items[N_SAMPLES];
  g_autoptr (TestAnswer) document = NULL;
  g_autoptr (JsonObject) answer = NULL;

  probe_world_init (&f->world, postgres);
  add_person (f, ADA, "ada");
  add_person (f, BOB, "bob");
  document = test_service_ask (&f->world.service, "GET", "/api/openapi.json", NULL, NULL);
  f->openapi = test_answer_get_json (document);
  f->monitor = probe_world_add_monitor (&f->world, "shop", NULL);
  test_team_run (&f->world.team, "UPDATE verdicts SET judge = NULL");
  test_probe_init (&f->probe, &f->world, "one", NULL);
  f->begin_us =
      tocsin_time_floor (g_get_real_time (), TOCSIN_US_PER_S) - N_SAMPLES * TOCSIN_US_PER_MIN;
  for (guint i = 0; i < N_SAMPLES; i++)
    items[i] =
        test_probe_see (&f->probe, f->monitor, f->begin_us + i * TOCSIN_US_PER_MIN,
                        i >= FROM_DOWN && i < TO_DOWN ? TOCSIN_OUTCOME_FAILED : TOCSIN_OUTCOME_OK);
  answer = test_probe_send (&f->world, &f->probe, items, N_SAMPLES, 0);
}

static void
teardown (Fixture *f, gconstpointer data)
{
  test_probe_clear (&f->probe);
  json_object_unref (f->openapi);
  g_free (f->monitor);
  probe_world_clear (&f->world);
}

static double
sum (JsonObject *series, const char *name)
{
  JsonArray *points = json_object_get_array_member (series, "points");
  double all = 0;

  for (guint i = 0; i < json_array_get_length (points); i++)
    all += json_object_get_double_member (json_array_get_object_element (points, i), name);
  return all;
}

static gint64
count (JsonObject *series, const char *name)
{
  JsonArray *points = json_object_get_array_member (series, "points");
  gint64 all = 0;

  for (guint i = 0; i < json_array_get_length (points); i++)
    all += json_object_get_int_member (json_array_get_object_element (points, i), name);
  return all;
}

/* By samples, by hours and by days it is the same story. */
static void
test_series (Fixture *f, gconstpointer data)
{
  static const struct {
    gint64 before_us;
    guint points;
  } spans[] = {
    { 0, 7 },
    { 3 * TOCSIN_US_PER_DAY, 50 },
    { 80 * TOCSIN_US_PER_DAY, 20 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (spans); i++) {
    g_autofree char *from = tocsin_time_to_text (f->begin_us - spans[i].before_us);
    g_autoptr (JsonObject) series =
        get (f, "/monitors/%s/series?from=%s&points=%u", f->monitor, from, spans[i].points);

    g_assert_cmpuint (json_array_get_length (json_object_get_array_member (series, "points")), ==,
                      spans[i].points);
    g_assert_cmpint (count (series, "n"), ==, N_SAMPLES);
    g_assert_cmpint (count (series, "failed"), ==, TO_DOWN - FROM_DOWN);
    g_assert_cmpfloat (sum (series, "down_s"), ==, (TO_DOWN - FROM_DOWN) * 60);
    g_assert_cmpfloat (sum (series, "up_s"), >=, (N_SAMPLES - TO_DOWN + FROM_DOWN) * 60);
    g_assert_cmpfloat (sum (series, "up_s"), <, (N_SAMPLES - TO_DOWN + FROM_DOWN + 2) * 60);
  }
}

static void
test_uptime (Fixture *f, gconstpointer data)
{
  g_autofree char *from = tocsin_time_to_text (f->begin_us);
  g_autofree char *to = tocsin_time_to_text (f->begin_us + 200 * TOCSIN_US_PER_MIN);
  g_autoptr (JsonObject) uptime =
      get (f, "/monitors/%s/uptime?from=%s&to=%s", f->monitor, from, to);
  g_autoptr (JsonObject) all = get (f, "/uptime?from=%s&to=%s", from, to);
  g_autoptr (JsonObject) never = get (f, "/uptime?from=2020-01-01T00:00:00Z&to=%s", from);
  JsonObject *one = json_array_get_object_element (json_object_get_array_member (all, "items"), 0);
  JsonObject *none =
      json_array_get_object_element (json_object_get_array_member (never, "items"), 0);

  g_assert_cmpfloat (json_object_get_double_member (uptime, "down_s"), ==, 30 * 60);
  g_assert_cmpfloat (json_object_get_double_member (uptime, "up_s"), ==, 170 * 60);
  g_assert_cmpfloat (json_object_get_double_member (uptime, "uptime"), ==, 170.0 / 200);
  g_assert_cmpfloat (json_object_get_double_member (one, "uptime"), ==, 170.0 / 200);
  g_assert_true (json_object_get_null_member (none, "uptime"));
}

/* A day that is over is kept with its sums, also when its flips are gone. */
static void
test_closed_days (Fixture *f, gconstpointer data)
{
  g_autofree char *from = tocsin_time_to_text (f->begin_us - TOCSIN_US_PER_DAY);
  g_autoptr (JsonObject) before = get (f, "/monitors/%s/uptime?from=%s", f->monitor, from);
  g_autofree char *down = NULL;
  g_autoptr (GError) error = NULL;
  guint n = 1;

  test_team_run (&f->world.team,
                 "UPDATE verdicts SET closed_at = closed_at - 2 * 86400000000::bigint");
  while (n > 0) {
    tocsin_day_end_run (f->world.team.pg, g_get_real_time () + 2 * TOCSIN_US_PER_DAY, &n, &error);
    g_assert_no_error (error);
  }
  down = test_team_ask (&f->world.team, "SELECT sum (down_us) / 1000000 FROM days WHERE closed");
  g_assert_cmpint (atoi (down), ==, (int) json_object_get_double_member (before, "down_s"));
}

/* Page by page each sample is told once, the newest first, failures with their reason. */
static void
test_samples (Fixture *f, gconstpointer data)
{
  g_autofree char *from = tocsin_time_to_text (f->begin_us);
  g_autofree char *cursor = g_strdup ("");
  g_autofree char *last = g_strdup ("z");
  guint n = 0, n_reasons = 0;

  while (cursor != NULL) {
    g_autoptr (JsonObject) page = get (f, "/monitors/%s/samples?from=%s&limit=37%s%s", f->monitor,
                                       from, *cursor != '\0' ? "&cursor=" : "", cursor);
    JsonArray *items = json_object_get_array_member (page, "items");

    for (guint i = 0; i < json_array_get_length (items); i++, n++) {
      JsonObject *item = json_array_get_object_element (items, i);
      const char *at = json_object_get_string_member (item, "at");

      g_assert_cmpstr (at, <, last);
      g_free (last);
      last = g_strdup (at);
      n_reasons += g_strcmp0 (json_object_get_string_member_with_default (item, "reason", NULL),
                              "connection refused") == 0;
    }
    g_free (cursor);
    cursor = json_object_get_null_member (page, "next")
                 ? NULL
                 : g_strdup (json_object_get_string_member (page, "next"));
  }
  g_assert_cmpuint (n, ==, N_SAMPLES);
  g_assert_cmpuint (n_reasons, ==, TO_DOWN - FROM_DOWN);
}

static void
test_state (Fixture *f, gconstpointer data)
{
  g_autoptr (JsonObject) state = get (f, "/monitors/%s/state", f->monitor);
  g_autoptr (JsonObject) up = get (f, "/monitors?state=up");
  g_autoptr (JsonObject) down = get (f, "/monitors?state=down");
  JsonArray *votes = json_object_get_array_member (state, "votes");

  g_assert_cmpstr (json_object_get_string_member (state, "state"), ==, "up");
  g_assert_cmpuint (json_array_get_length (votes), ==, 1);
  g_assert_cmpstr (
      json_object_get_string_member (json_array_get_object_element (votes, 0), "probe"), ==,
      f->probe.id);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (up, "items")), ==, 1);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (down, "items")), ==, 0);
}

static void
test_spans (Fixture *f, gconstpointer data)
{
  static const char *const wrong[] = { "from=yesterday",
                                       "to=1",
                                       "from=2026-11-23T04:18:18Z&to=2026-11-23T04:18:18Z",
                                       "from=2199-11-23T04:18:18Z",
                                       "points=0",
                                       "points=2001" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autofree char *rest = g_strdup_printf ("/monitors/%s/series?%s", f->monitor, wrong[i]);
    G_GNUC_UNUSED g_autoptr (JsonObject) problem = ask_as (f, "ada", "GET", rest, NULL, 400);
  }
}

/* A person's computer is one probe, however often it signs in. */
static void
test_desktops (Fixture *f, gconstpointer data)
{
  static const char body[] = "{\"name\": \"laptop\", \"labels\": [\"home\"]}";
  g_autoptr (JsonObject) first = ask_as (f, "ada", "POST", "/desktops", body, 201);
  g_autoptr (JsonObject) again = ask_as (f, "ada", "POST", "/desktops", body, 201);
  g_autoptr (JsonObject) other = ask_as (f, "bob", "POST", "/desktops", body, 201);
  G_GNUC_UNUSED g_autoptr (JsonObject) probes = get (f, "/probes");
  TestProbe old = { .token = (char *) json_object_get_string_member (first, "token") };
  TestProbe now = { .token = (char *) json_object_get_string_member (again, "token") };
  g_autoptr (TestAnswer) refused =
      test_probe_ask (&f->world, &old, "POST", "/api/v1/probe/hello", "{}");
  g_autoptr (TestAnswer) welcome =
      test_probe_ask (&f->world, &now, "POST", "/api/v1/probe/hello", "{}");
  g_autofree char *names =
      test_team_ask (&f->world.team, "SELECT string_agg (name, ', ' ORDER BY name) FROM probes"
                                     " WHERE kind = 'desktop'");

  g_assert_cmpstr (json_object_get_string_member (first, "id"), ==,
                   json_object_get_string_member (again, "id"));
  g_assert_cmpstr (json_object_get_string_member (first, "id"), !=,
                   json_object_get_string_member (other, "id"));
  g_assert_cmpuint (refused->status, ==, 401);
  g_assert_cmpuint (welcome->status, ==, 200);
  g_assert_cmpstr (names, ==, "laptop, laptop (2)");
  g_assert_true (g_str_has_prefix (json_object_get_string_member (first, "environment"),
                                   "TOCSIN_SERVER=http"));
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *name;
    void (*test) (Fixture *f, gconstpointer data);
  } tests[] = {
    { "/series/samples-hours-and-days-tell-the-same", test_series },
    { "/series/uptime-follows-what-was-judged", test_uptime },
    { "/series/closed-days-keep-their-sums", test_closed_days },
    { "/series/samples-come-page-by-page-with-reasons", test_samples },
    { "/series/state-has-votes-and-filters-lists", test_state },
    { "/series/spans-that-are-none-are-refused", test_spans },
    { "/series/a-computer-is-one-probe", test_desktops },
  };
  int status;

  tocsin_test_init (&argc, &argv);
  postgres = tocsin_test_postgres_new ();
  if (postgres == NULL)
    return 77;
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, setup, tests[i].test, teardown);
  status = g_test_run ();
  tocsin_test_postgres_free (postgres);
  return status;
}
