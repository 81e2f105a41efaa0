/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-api"

#include "config.h"

#include <string.h>

#include "migrate.h"
#include "support.h"
#include "teams.h"
#include "test-json-schema.h"
#include "test-postgres.h"
#include "test-service.h"
#include "tokens.h"
#include "users.h"

/* /api/v1/ as programs use it. Each answer is held against the OpenAPI document that the server
 * itself gives. */

static TocsinTestPostgres *postgres;

typedef struct {
  TocsinPg *pg;
  TestService service;
  JsonObject *openapi;
  char *owner, *other; /* tokens */
  char *other_id;
  GHashTable *seen; /* of operations: "GET /api/v1/me" */
} Api;

static const TocsinActor operator_ = { .kind = "operator", .at_us = 1 };

static char *
make_user (Api *api, const char *email, char **token)
{
  g_autoptr (GError) error = NULL;
  char *id = tocsin_users_create (api->pg, &operator_, email, email, NULL, &error);
  g_autofree char *token_id = NULL;
  const TocsinTokenSpec spec = { id, NULL, "test", TOCSIN_MAY_ALL, 0 };

  g_assert_no_error (error);
  token_id = tocsin_tokens_create (api->pg, &operator_, &spec, token, &error);
  g_assert_no_error (error);
  return id;
}

static void
api_init (Api *api)
{
  g_autofree char *url = tocsin_test_postgres_make_database (postgres);
  g_autofree char *owner_id = NULL;
  g_autoptr (TestAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;

  *api = (Api){ 0 };
  api->pg = tocsin_pg_new (url);
  tocsin_migrate (api->pg, 0, NULL, &error);
  g_assert_no_error (error);
  owner_id = make_user (api, "owner@example.org", &api->owner);
  api->other_id = make_user (api, "other@example.org", &api->other);
  test_service_init (&api->service, url);
  answer = test_service_ask (&api->service, "GET", "/api/openapi.json", NULL, NULL);
  g_assert_cmpuint (answer->status, ==, 200);
  api->openapi = test_answer_get_json (answer);
  api->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
api_clear (Api *api)
{
  test_service_clear (&api->service);
  tocsin_pg_free (api->pg);
  json_object_unref (api->openapi);
  g_hash_table_unref (api->seen);
  g_free (api->owner);
  g_free (api->other);
  g_free (api->other_id);
}

/* --- asking --- */

static JsonObject *
get_reply_schema (JsonObject *operation, guint status, const char **type)
{
  g_autofree char *text = g_strdup_printf ("%u", status);
  JsonObject *responses = json_object_get_object_member (operation, "responses");
  JsonObject *response, *content;

  if (status < 300) /* the document has to name the status of a success */
    g_assert_true (json_object_has_member (responses, text));
  response = json_object_get_object_member (
      responses, json_object_has_member (responses, text) ? text : "default");
  if (!json_object_has_member (response, "content"))
    return NULL;
  content = json_object_get_object_member (response, "content");
  *type = status < 400 ? "application/json" : "application/problem+json";
  g_assert_true (json_object_has_member (content, *type));
  return json_object_get_object_member (json_object_get_object_member (content, *type), "schema");
}

static void
check_answer (Api *api, const char *method, const char *path, const TestAnswer *answer)
{
  const char *template_ = NULL, *type = NULL;
  JsonObject *operation = tocsin_test_openapi_find (api->openapi, method, path, &template_);
  JsonObject *schema;
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *problem = NULL;

  if (operation == NULL)
    g_error ("%s %s is not in the OpenAPI document", method, path);
  g_hash_table_add (api->seen, g_strconcat (method, " ", template_, NULL));
  schema = get_reply_schema (operation, answer->status, &type);
  if (schema == NULL) {
    g_assert_cmpuint (answer->text != NULL ? strlen (answer->text) : 0, ==, 0);
    return;
  }
  g_assert_cmpstr (soup_message_headers_get_content_type (answer->headers, NULL), ==, type);
  node = json_from_string (answer->text, NULL);
  g_assert_nonnull (node);
  problem = tocsin_test_json_schema_check (api->openapi, schema, node);
  if (problem != NULL)
    g_error ("%s %s: %s: %s", method, path, problem, answer->text);
}

typedef struct {
  const char *token;
  const char *name, *value; /* (nullable) one more header */
} With;

static TestAnswer *
ask (Api *api, const With *with, const char *method, const char *path, const char *body)
{
  g_autofree char *bearer = g_strconcat ("Bearer ", with->token, NULL);
  const char *const headers[] = { "Authorization", bearer, with->name, with->value, NULL };
  TestAnswer *answer = test_service_ask (&api->service, method, path, headers, body);

  check_answer (api, method, path, answer);
  return answer;
}

/* The answer's object, where the status is the one that is expected. (transfer full) */
static JsonObject *
get (Api *api, guint status, const char *method, const char *path, const char *body)
{
  g_autoptr (TestAnswer) answer = ask (api, &(With){ api->owner }, method, path, body);

  if (answer->status != status)
    g_error ("%s %s: %u: %s", method, path, answer->status, answer->text);
  return status == 204 ? json_object_new () : test_answer_get_json (answer);
}

static void
expect (Api *api, guint status, const char *method, const char *path, const char *body,
        const char *detail)
{
  g_autoptr (JsonObject) json = get (api, status, method, path, body);

  if (detail != NULL && strstr (json_object_get_string_member (json, "detail"), detail) == NULL)
    g_error ("%s: “%s” is wanted", json_object_get_string_member (json, "detail"), detail);
}

static char *
get_id (Api *api, const char *path, const char *body)
{
  g_autoptr (JsonObject) json = get (api, 201, "POST", path, body);

  return g_strdup (json_object_get_string_member (json, "id"));
}

/* --- tests --- */

static void
test_account (void)
{
  static const struct {
    const char *body, *detail;
  } wrong[] = {
    { "{\"zone\": \"Europe/Nowhere\"}", "zone" },
    { "{\"name\": \"\"}", "name: it is wanted" },
    { "{\"name\": \"two\\nlines\"}", "one line" },
    { "{\"name\": 3}", "name: a string is wanted" },
    { "{\"locale\": \"<b>\"}", "locale" },
    { "{\"nmae\": \"x\"}", "nmae: there is no such member" },
    { "[]", "body" },
    { "{", "body" },
  };
  Api api;
  g_autoptr (JsonObject) me = NULL;

  api_init (&api);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    expect (&api, 400, "PATCH", "/api/v1/me", wrong[i].body, wrong[i].detail);
  me = get (&api, 200, "PATCH", "/api/v1/me",
            "{\"name\": \"Owner \\\"O\\\" <o>\", \"zone\": \"Europe/Berlin\", \"locale\": \"de\"}");
  g_assert_cmpstr (json_object_get_string_member (me, "name"), ==, "Owner \"O\" <o>");
  g_assert_cmpstr (json_object_get_string_member (me, "zone"), ==, "Europe/Berlin");
  api_clear (&api);
}

static void
test_tokens (void)
{
  Api api;
  g_autoptr (JsonObject) made = NULL;
  g_autoptr (TestAnswer) more = NULL, gone = NULL;
  g_autofree char *path = NULL;
  const char *token;

  api_init (&api);
  expect (&api, 400, "POST", "/api/v1/me/tokens", "{\"name\": \"x\", \"scopes\": [\"all\"]}",
          "scopes: one of read, write, admin is wanted");
  expect (&api, 400, "POST", "/api/v1/me/tokens",
          "{\"name\": \"x\", \"scopes\": [\"read\"], \"expires_at\": \"2020-01-01T00:00:00Z\"}",
          "a time to come");
  made = get (&api, 201, "POST", "/api/v1/me/tokens",
              "{\"name\": \"small\", \"scopes\": [\"read\", \"admin\"]}");
  token = json_object_get_string_member (made, "token");
  more = ask (&api, &(With){ token }, "POST", "/api/v1/me/tokens",
              "{\"name\": \"x\", \"scopes\": [\"write\"]}");
  g_assert_cmpuint (more->status, ==, 403); /* more than it may itself */
  path = g_strconcat ("/api/v1/me/tokens/", json_object_get_string_member (made, "id"), NULL);
  expect (&api, 204, "DELETE", path, NULL, NULL);
  expect (&api, 404, "DELETE", path, NULL, "no token");
  gone = ask (&api, &(With){ token }, "GET", "/api/v1/me", NULL);
  g_assert_cmpuint (gone->status, ==, 401);
  api_clear (&api);
}

static void
test_team_and_members (void)
{
  Api api;
  g_autofree char *team = NULL, *invitations = NULL, *one = NULL, *members = NULL, *body = NULL;
  g_autoptr (JsonObject) made = NULL;
  g_autoptr (TestAnswer) stale = NULL, joined = NULL, again = NULL, rise = NULL;

  api_init (&api);
  team = get_id (&api, "/api/v1/teams", "{\"name\": \"Example\"}");
  expect (&api, 409, "POST", "/api/v1/teams", "{\"name\": \"Example\"}", "slug “example”");
  one = g_strconcat ("/api/v1/teams/", team, NULL);
  stale = ask (&api, &(With){ api.owner, "If-Match", "\"7\"" }, "PATCH", one, "{\"name\": \"X\"}");
  g_assert_cmpuint (stale->status, ==, 412);
  expect (&api, 200, "PATCH", one, "{\"slug\": \"new-slug\"}", NULL);
  expect (&api, 400, "PATCH", one, "{\"slug\": \"No Slug\"}", "slug");

  invitations = g_strconcat (one, "/invitations", NULL);
  made = get (&api, 201, "POST", invitations,
              "{\"email\": \"Other@example.org\", \"role\": \"admin\"}");
  body = g_strdup_printf ("{\"code\": \"%s\"}", json_object_get_string_member (made, "code"));
  expect (&api, 400, "POST", "/api/v1/invitations/accept", body, "another e-mail address");
  joined = ask (&api, &(With){ api.other }, "POST", "/api/v1/invitations/accept", body);
  g_assert_cmpuint (joined->status, ==, 204);
  again = ask (&api, &(With){ api.other }, "POST", "/api/v1/invitations/accept", body);
  g_assert_cmpuint (again->status, ==, 404);

  /* An admin makes nobody an owner, least of all themselves. */
  members = g_strconcat (one, "/members/", api.other_id, NULL);
  rise = ask (&api, &(With){ api.other }, "PATCH", members, "{\"role\": \"owner\"}");
  g_assert_cmpuint (rise->status, ==, 403);
  expect (&api, 200, "GET", members, NULL, NULL);
  expect (&api, 200, "PATCH", members, "{\"role\": \"viewer\"}", NULL);
  expect (&api, 204, "DELETE", members, NULL, NULL);
  expect (&api, 404, "GET", members, NULL, NULL);
  g_free (members);
  members = g_strconcat (one, "/leave", NULL);
  expect (&api, 409, "POST", members, NULL, "last owner");
  expect (&api, 204, "DELETE", one, NULL, NULL);
  expect (&api, 404, "GET", one, NULL, NULL);
  api_clear (&api);
}

static void
test_projects_and_keys (void)
{
  Api api;
  g_autofree char *team = NULL, *projects = NULL, *project = NULL, *keys = NULL, *key = NULL;
  g_autoptr (JsonObject) made = NULL, checks = NULL;

  api_init (&api);
  team = get_id (&api, "/api/v1/teams", "{\"name\": \"Example\"}");
  projects = g_strdup_printf ("/api/v1/teams/%s/projects", team);
  project = g_strconcat (projects, "/", NULL);
  {
    g_autofree char *id = get_id (&api, projects, "{\"name\": \"Web shop\"}");
    g_autofree char *whole = g_strconcat (project, id, NULL);

    g_free (project);
    project = g_steal_pointer (&whole);
  }
  expect (&api, 409, "POST", projects, "{\"name\": \"Web-Shop\"}", "slug “web-shop”");
  expect (&api, 200, "PATCH", project, "{\"name\": \"Shop\"}", NULL);
  keys = g_strconcat (project, "/keys", NULL);
  made = get (&api, 201, "POST", keys, "{\"kind\": \"rw\"}");
  g_assert_cmpuint (strlen (json_object_get_string_member (made, "key")), ==, 32);
  {
    const char *const headers[] = { "X-Api-Key", json_object_get_string_member (made, "key"),
                                    NULL };
    g_autoptr (TestAnswer) answer =
        test_service_ask (&api.service, "GET", "/api/v3/checks/", headers, NULL);

    g_assert_cmpuint (answer->status, ==, 200);
    g_assert_cmpstr (answer->text, ==, "{\"checks\":[]}");
  }
  expect (&api, 200, "GET", keys, NULL, NULL);
  key = g_strconcat (keys, "/", json_object_get_string_member (made, "id"), NULL);
  expect (&api, 204, "DELETE", key, NULL, NULL);
  expect (&api, 404, "DELETE", key, NULL, "no key");
  expect (&api, 204, "DELETE", project, NULL, NULL);
  expect (&api, 404, "GET", project, NULL, NULL);
  api_clear (&api);
}

static void
test_probes_and_audit (void)
{
  Api api;
  g_autofree char *team = NULL, *probes = NULL, *audit = NULL, *probe = NULL;
  g_autoptr (JsonObject) made = NULL;
  g_autoptr (TestAnswer) greeted = NULL, gone = NULL;

  api_init (&api);
  team = get_id (&api, "/api/v1/teams", "{\"name\": \"Example\"}");
  probes = g_strdup_printf ("/api/v1/teams/%s/probes", team);
  made = get (&api, 201, "POST", probes, "{\"name\": \"fra\", \"labels\": [\"eu\", \"dc 1\"]}");
  expect (&api, 409, "POST", probes, "{\"name\": \"fra\"}", "already");
  greeted = ask (&api, &(With){ json_object_get_string_member (made, "token") }, "GET",
                 "/api/v1/probe", NULL);
  g_assert_cmpuint (greeted->status, ==, 200);
  expect (&api, 200, "GET", probes, NULL, NULL);
  probe = g_strconcat (probes, "/", json_object_get_string_member (made, "id"), NULL);
  expect (&api, 204, "DELETE", probe, NULL, NULL);
  gone = ask (&api, &(With){ json_object_get_string_member (made, "token") }, "GET",
              "/api/v1/probe", NULL);
  g_assert_cmpuint (gone->status, ==, 401);
  audit = g_strdup_printf ("/api/v1/teams/%s/audit?action=probe.create", team);
  {
    g_autoptr (JsonObject) list = get (&api, 200, "GET", audit, NULL);
    JsonArray *items = json_object_get_array_member (list, "items");

    g_assert_cmpuint (json_array_get_length (items), ==, 1);
    g_assert_cmpstr (
        json_object_get_string_member (json_array_get_object_element (items, 0), "object_name"), ==,
        "fra");
  }
  api_clear (&api);
}

/* Pages of every size say the same as one page. */
static void
test_pages (void)
{
  Api api;
  g_autofree char *team = NULL, *projects = NULL;
  g_autoptr (GError) error = NULL;

  api_init (&api);
  team = get_id (&api, "/api/v1/teams", "{\"name\": \"Example\"}");
  projects = g_strdup_printf ("/api/v1/teams/%s/projects", team);
  for (guint i = 0; i < 7; i++) {
    g_autofree char *body = g_strdup_printf ("{\"name\": \"Project %u\"}", i);
    g_autofree char *id = get_id (&api, projects, body);
  }
  for (guint limit = 1; limit <= 8; limit++) {
    g_autofree char *cursor = NULL;
    guint n = 0;

    do {
      g_autofree char *path =
          g_strdup_printf ("%s?limit=%u%s%s", projects, limit, cursor != NULL ? "&cursor=" : "",
                           cursor != NULL ? cursor : "");
      g_autoptr (JsonObject) page = get (&api, 200, "GET", path, NULL);
      JsonArray *items = json_object_get_array_member (page, "items");

      for (guint i = 0; i < json_array_get_length (items); i++, n++) {
        g_autofree char *slug = g_strdup_printf ("project-%u", n);

        g_assert_cmpstr (
            json_object_get_string_member (json_array_get_object_element (items, i), "slug"), ==,
            slug);
      }
      g_free (cursor);
      cursor = g_strdup (json_object_get_string_member_with_default (page, "next", NULL));
    } while (cursor != NULL);
    g_assert_cmpuint (n, ==, 7);
  }
  g_free (projects);
  projects = g_strdup_printf ("/api/v1/teams/%s/projects?cursor=!!", team);
  expect (&api, 400, "GET", projects, NULL, "cursor");
  api_clear (&api);
}

static void
test_replays (void)
{
  Api api;
  const char *path = "/api/v1/teams";
  g_autoptr (TestAnswer) first = NULL, second = NULL, other = NULL, failed = NULL, retried = NULL;
  With with;

  api_init (&api);
  with = (With){ api.owner, "Idempotency-Key", "one" };
  first = ask (&api, &with, "POST", path, "{\"name\": \"Once\"}");
  second = ask (&api, &with, "POST", path, "{\"name\": \"Once\"}");
  other = ask (&api, &with, "POST", path, "{\"name\": \"Twice\"}");
  g_assert_cmpuint (first->status, ==, 201);
  g_assert_cmpuint (second->status, ==, 201);
  g_assert_cmpstr (first->text, ==, second->text);
  g_assert_cmpstr (soup_message_headers_get_one (second->headers, "Idempotent-Replayed"), ==,
                   "true");
  g_assert_cmpuint (other->status, ==, 422);
  /* What failed did nothing, and its key is free. */
  with.value = "two";
  failed = ask (&api, &with, "POST", path, "{\"name\": \"\"}");
  retried = ask (&api, &with, "POST", path, "{\"name\": \"Better\"}");
  g_assert_cmpuint (failed->status, ==, 400);
  g_assert_cmpuint (retried->status, ==, 201);
  api_clear (&api);
}

static void
test_maintenance (void)
{
  Api api;
  g_autofree char *team = NULL, *all = NULL, *one = NULL, *id = NULL, *history = NULL;
  g_autoptr (JsonObject) edited = NULL, list = NULL, changes = NULL;

  api_init (&api);
  team = get_id (&api, "/api/v1/teams", "{\"name\": \"Example\"}");
  all = g_strdup_printf ("/api/v1/teams/%s/maintenance", team);
  expect (&api, 400, "POST", all, "{\"title\": \"t\", \"starts\": \"soon\"}", "starts");
  expect (&api, 400, "POST", all, "{\"titel\": \"t\"}", "titel");
  id = get_id (&api, all,
               "{\"title\": \"Move\", \"starts\": \"2026-11-23T02:00:00\", \"all\": true,"
               " \"rrule\": \"FREQ=WEEKLY\", \"tags\": [\"db\"]}");
  one = g_strconcat (all, "/", id, NULL);
  edited = get (&api, 200, "PATCH", one, "{\"title\": \"Moved\", \"rrule\": null}");
  g_assert_cmpstr (json_object_get_string_member (edited, "title"), ==, "Moved");
  g_assert_false (json_object_has_member (edited, "rrule"));
  g_assert_cmpint (json_object_get_int_member (edited, "revision"), ==, 2);
  expect (&api, 400, "PATCH", one, "{\"duration_s\": -5}", "duration");
  list = get (&api, 200, "GET", all, NULL);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (list, "items")), ==, 1);
  expect (&api, 204, "DELETE", one, NULL, NULL);
  expect (&api, 404, "GET", one, NULL, "no such maintenance");
  history = g_strdup_printf ("/api/v1/teams/%s/records/%s/history", team, id);
  changes = get (&api, 200, "GET", history, NULL);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (changes, "items")), ==, 3);
  api_clear (&api);
}

static void
test_incidents_and_sync (void)
{
  Api api;
  g_autofree char *team = NULL, *project = NULL, *monitor = NULL, *path = NULL, *body = NULL;
  g_autofree char *incidents = NULL, *updates = NULL, *sync = NULL;
  g_autoptr (JsonObject) updated = NULL, open = NULL, closed = NULL, synced = NULL;
  g_autoptr (GError) error = NULL;

  api_init (&api);
  team = get_id (&api, "/api/v1/teams", "{\"name\": \"Example\"}");
  path = g_strdup_printf ("/api/v1/teams/%s/projects", team);
  project = get_id (&api, path, "{\"name\": \"P\"}");
  g_free (path);
  path = g_strdup_printf ("/api/v1/teams/%s/monitors", team);
  body = g_strdup_printf ("{\"project_id\": \"%s\", \"kind\": \"http\", \"name\": \"n\","
                          " \"target\": \"https://example.org/\"}",
                          project);
  monitor = get_id (&api, path, body);
  tocsin_pg_run (api.pg, &error, NULL,
                 "INSERT INTO incidents (team_id, id, monitor_id, began_at, body) SELECT"
                 " $1::uuid, $2::uuid, $2::uuid, 1, jsonb_build_object ('id', $2::text,"
                 " 'monitor_id', $2::text, 'began_at', '2026-11-23T02:00:00Z', 'code',"
                 " 'timeout_connect')",
                 PG_TEXT (team), PG_TEXT (monitor));
  g_assert_no_error (error);
  incidents = g_strdup_printf ("/api/v1/teams/%s/incidents", team);
  updates = g_strdup_printf ("%s/%s/updates", incidents, monitor);
  expect (&api, 400, "POST", updates, "{\"kind\": \"opened\"}", "kind");
  expect (&api, 400, "POST", updates, "{\"kind\": \"note\"}", "text");
  updated = get (&api, 200, "POST", updates, "{\"kind\": \"resolution\", \"text\": \"up\"}");
  g_assert_cmpstr (json_object_get_string_member (updated, "resolution"), ==, "up");
  g_free (path);
  path = g_strconcat (incidents, "?state=open&limit=1", NULL);
  open = get (&api, 200, "GET", path, NULL);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (open, "items")), ==, 1);
  g_free (path);
  path = g_strconcat (incidents, "?state=closed", NULL);
  closed = get (&api, 200, "GET", path, NULL);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (closed, "items")), ==, 0);
  sync = g_strdup_printf ("/api/v1/teams/%s/sync", team);
  synced = get (&api, 200, "POST", sync,
                "{\"client_id\": \"01900000-0000-7000-8000-000000000001\", \"cursor\": null,"
                " \"operations\": [{\"op_id\": \"01900000-0000-7000-8000-000000000002\","
                " \"record\": \"01900000-0000-7000-8000-000000000003\", \"type\": \"page\"}]}");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (synced, "incidents")), ==,
                    1);
  expect (&api, 410, "POST", sync,
          "{\"client_id\": \"01900000-0000-7000-8000-000000000001\", \"cursor\":"
          " \"01900000-0000-4000-8000-000000000001.5\"}",
          "sync anew");
  api_clear (&api);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*test) (void);
  } tests[] = {
    { "/api/account", test_account },
    { "/api/tokens-may-no-more-than-their-maker", test_tokens },
    { "/api/team-keeps-an-owner", test_team_and_members },
    { "/api/projects-and-keys", test_projects_and_keys },
    { "/api/probes-and-audit", test_probes_and_audit },
    { "/api/pages-of-any-size-say-the-same", test_pages },
    { "/api/maintenance-is-patched", test_maintenance },
    { "/api/incidents-and-sync", test_incidents_and_sync },
    { "/api/creation-sent-twice-happens-once", test_replays },
  };
  int result;

  tocsin_test_init (&argc, &argv);
  postgres = tocsin_test_postgres_new ();
  for (guint i = 0; postgres != NULL && i < G_N_ELEMENTS (tests); i++)
    g_test_add_func (tests[i].name, tests[i].test);
  result = g_test_run ();
  tocsin_test_postgres_free (postgres);
  return result;
}
