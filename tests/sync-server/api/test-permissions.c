/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-permissions"

#include "config.h"

#include <string.h>

#include "migrate.h"
#include "principal.h"
#include "route.h"
#include "support.h"
#include "test-postgres.h"
#include "test-service.h"
#include "token.h"

/* Every route with everybody who may come: what the table of routes says of who may is compared
 * with this table, which is written by hand, over real HTTP. */

#define TEAM       "01900000-0000-7000-8000-000000000001"
#define OTHER_TEAM "01900000-0000-7000-8000-000000000002"
#define PROJECT    "01900000-0000-7000-8000-000000000003"
#define PROBE      "01900000-0000-7000-8000-000000000004"
#define NOWHERE    "01900000-0000-7000-8000-00000000dead" /* no object has this id */

typedef enum { COME_WITH_NOTHING, COME_WITH_TOKEN, COME_WITH_KEY, COME_WITH_COOKIE } How;

typedef enum {
  NOBODY,
  LIAR,
  VIEWER,
  EDITOR,
  ADMIN,
  OWNER,
  READER,    /* the owner with a token that may only read */
  WRITER,    /* and one that may read and write */
  ELSEWHERE, /* and one of another team */
  OUTSIDER,  /* the owner of another team */
  A_PROBE,
  RW_KEY,
  RO_KEY,
  PING_KEY,
  BROWSER, /* the owner's session */
  N_CALLERS,
} Caller;

static const struct {
  const char *name;
  How how;
  const char *secret;
} callers[N_CALLERS] = {
  [NOBODY] = { "nobody", COME_WITH_NOTHING, NULL },
  [LIAR] = { "a liar", COME_WITH_TOKEN, "tocsin_this-is-no-token" },
  [VIEWER] = { "a viewer", COME_WITH_TOKEN, "viewer" },
  [EDITOR] = { "an editor", COME_WITH_TOKEN, "editor" },
  [ADMIN] = { "an admin", COME_WITH_TOKEN, "admin" },
  [OWNER] = { "the owner", COME_WITH_TOKEN, "owner" },
  [READER] = { "a token that may read", COME_WITH_TOKEN, "reader" },
  [WRITER] = { "a token that may write", COME_WITH_TOKEN, "writer" },
  [ELSEWHERE] = { "a token of another team", COME_WITH_TOKEN, "elsewhere" },
  [OUTSIDER] = { "an outsider", COME_WITH_TOKEN, "outsider" },
  [A_PROBE] = { "a probe", COME_WITH_TOKEN, "probe" },
  [RW_KEY] = { "a read-write key", COME_WITH_KEY, "rw000000000000000000000000000000" },
  [RO_KEY] = { "a read-only key", COME_WITH_KEY, "ro000000000000000000000000000000" },
  [PING_KEY] = { "a ping key", COME_WITH_KEY, "pi000000000000000000000000000000" },
  [BROWSER] = { "the owner in a browser", COME_WITH_COOKIE, "session" },
};

/* "+" may; "1", "3", "4": 401, 403, 404. One letter a caller, in their order. */
static const struct {
  TocsinAccess access;
  const char *safe;  /* GET */
  const char *other; /* all else */
} rules[] = {
  /*                           n l v e a o r w e o p k k k b */
  { TOCSIN_ACCESS_ANYONE, "+++++++++++++++", "+++++++++++++++" },
  { TOCSIN_ACCESS_SIGNED_IN, "11++++++++1111+", "11++++33++1111+" },
  { TOCSIN_ACCESS_VIEWER, "11++++++441111+", "11++++++441111+" },
  { TOCSIN_ACCESS_EDITOR, "113+++3+441111+", "113+++3+441111+" },
  { TOCSIN_ACCESS_ADMIN, "1133++33441111+", "1133++33441111+" },
  { TOCSIN_ACCESS_OWNER, "11333+33441111+", "11333+33441111+" },
  { TOCSIN_ACCESS_KEY_READ, "11111111111++11", "11111111111++11" },
  { TOCSIN_ACCESS_KEY_WRITE, "11111111111+111", "11111111111+111" },
  { TOCSIN_ACCESS_PROBE, "1111111111+1111", "1111111111+1111" },
};

/* --- the world, made anew after each change --- */

static const char world[] =
    "DELETE FROM teams; DELETE FROM users;"
    "INSERT INTO users (id, email, name, created_at)"
    " SELECT ('01900000-0000-7000-8000-1000000000' || to_char (n, 'FM00'))::uuid,"
    " who || '@example.org', who, 1"
    " FROM unnest ('{viewer,editor,admin,owner,outsider}'::text[]) WITH ORDINALITY u (who, n);"
    "INSERT INTO teams (id, name, slug, seq, created_at) VALUES"
    " ('" TEAM "', 'Own', 'own', 1, 1), ('" OTHER_TEAM "', 'Other', 'other', 0, 1);"
    "INSERT INTO members (team_id, user_id, role, created_at)"
    " SELECT '" TEAM "', id, name, 1 FROM users WHERE name <> 'outsider';"
    "INSERT INTO members (team_id, user_id, role, created_at)"
    " SELECT '" OTHER_TEAM "', id, 'owner', 1 FROM users WHERE name IN ('outsider', 'owner');"
    "INSERT INTO records (team_id, id, type, name, revision, seq, body, created_at, updated_at)"
    " VALUES ('" TEAM "', '" PROJECT "', 'project', 'P', 1, 1, '{\"slug\": \"p\"}', 1, 1);"
    "INSERT INTO probes (team_id, id, name, created_at) VALUES ('" TEAM "', '" PROBE "', 'p', 1);"
    "INSERT INTO tokens (hash, id, kind, user_id, team_id, name, scopes, created_at)"
    " SELECT sha256 (t.secret::bytea), gen_random_uuid (), 'api', u.id, t.team::uuid, t.secret,"
    " t.scopes::text[], 1 FROM (VALUES ('viewer', 'viewer', '{read,write,admin}', NULL),"
    " ('editor', 'editor', '{read,write,admin}', NULL),"
    " ('admin', 'admin', '{read,write,admin}', NULL),"
    " ('owner', 'owner', '{read,write,admin}', NULL),"
    " ('outsider', 'outsider', '{read,write,admin}', NULL),"
    " ('reader', 'owner', '{read}', NULL), ('writer', 'owner', '{read,write}', NULL),"
    " ('elsewhere', 'owner', '{read,write,admin}', '" OTHER_TEAM "'))"
    " AS t (secret, who, scopes, team) JOIN users u ON u.name = t.who;"
    "INSERT INTO tokens (hash, id, kind, team_id, probe_id, name, scopes, created_at) VALUES"
    " (sha256 ('probe'), gen_random_uuid (), 'probe', '" TEAM "', '" PROBE "', 'p', '{}', 1);"
    "INSERT INTO project_keys (team_id, project_id, id, hash, kind, created_at)"
    " SELECT '" TEAM "', '" PROJECT "', gen_random_uuid (), sha256 (k.secret::bytea), k.kind, 1"
    " FROM (VALUES ('rw000000000000000000000000000000', 'rw'),"
    " ('ro000000000000000000000000000000', 'ro'), ('pi000000000000000000000000000000', 'ping'))"
    " AS k (secret, kind);"
    "INSERT INTO sessions (hash, id, user_id, csrf, created_at, used_at, expires_at)"
    " SELECT sha256 ('session'), gen_random_uuid (), id, '\\x00', 1, 1, 9000000000000000"
    " FROM users WHERE name = 'owner'";

typedef struct {
  TocsinTestPostgres *postgres;
  TocsinPg *pg;
  TestService service;
} World;

static void
make_anew (World *world_)
{
  g_autoptr (GError) error = NULL;

  tocsin_pg_script (world_->pg, world, &error);
  g_assert_no_error (error);
}

/* --- a request --- */

/* The route's path with the team's id, and for all else an id that nothing has. */
static char *
make_path (const TocsinRoute *route)
{
  GString *path = g_string_new (NULL);

  for (const char *p = route->path; *p != '\0'; p++) {
    if (*p == '*')
      g_string_append (path, NOWHERE);
    else if (*p != '{')
      g_string_append_c (path, *p);
    else {
      g_string_append (path, g_str_has_prefix (p, "{team}") ? TEAM : NOWHERE);
      p = strchr (p, '}');
    }
  }
  return g_string_free (path, FALSE);
}

static TestAnswer *
ask (World *world_, const TocsinRoute *route, Caller caller)
{
  g_autofree char *path = make_path (route);
  g_autofree char *bearer = NULL, *cookie = NULL;
  const char *headers[10] = { "Origin", world_->service.url, NULL };
  gboolean has_body = strcmp (route->method, "GET") != 0 && strcmp (route->method, "DELETE") != 0;

  switch (callers[caller].how) {
  case COME_WITH_NOTHING:
    break;
  case COME_WITH_TOKEN:
    bearer = g_strconcat ("Bearer ", callers[caller].secret, NULL);
    headers[2] = "Authorization";
    headers[3] = bearer;
    break;
  case COME_WITH_KEY:
    headers[2] = "X-Api-Key";
    headers[3] = callers[caller].secret;
    break;
  case COME_WITH_COOKIE:
    cookie = g_strconcat ("tocsin=", callers[caller].secret, NULL);
    headers[2] = "Cookie";
    headers[3] = cookie;
    break;
  }
  /* The body of a stream has no end: its head says as much. */
  return test_service_ask (&world_->service,
                           g_str_has_suffix (route->path, "/events") ? "HEAD" : route->method, path,
                           headers, has_body ? "{}" : NULL);
}

static char
get_rule (const TocsinRoute *route, Caller caller)
{
  gboolean is_safe = strcmp (route->method, "GET") == 0;

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++) {
    char rule;

    if (rules[i].access != route->access)
      continue;
    rule = is_safe ? rules[i].safe[caller] : rules[i].other[caller];
    if ((route->flags & TOCSIN_ROUTE_BROWSER) != 0 && callers[caller].how == COME_WITH_TOKEN &&
        rule == '+')
      return '3';
    return rule;
  }
  g_assert_not_reached ();
}

/* Who may is told anything but these, unless the handler itself has more to say. */
static gboolean
was_let_in (const TestAnswer *answer)
{
  if (answer->text == NULL) /* none, or of a stream, whose head alone was asked for */
    return answer->status < 400;
  if (answer->status == 403) /* of the form's own token, or of roles above one's own */
    return strstr (answer->text, "too old") != NULL || strstr (answer->text, "role above") != NULL;
  if (answer->status == 404)
    return strstr (answer->text, "no team has the id") == NULL;
  if (answer->status == 401) /* a sign-in that went wrong */
    return strstr (answer->text, "<form") != NULL;
  return TRUE;
}

/* A page sends who is not signed in to the form. */
static gboolean
was_sent_to_sign_in (const TestAnswer *answer)
{
  const char *location = soup_message_headers_get_one (answer->headers, "Location");

  return answer->status == 303 && location != NULL && g_str_has_prefix (location, "/sign-in");
}

static gboolean
is_right (const TocsinRoute *route, char rule, const TestAnswer *answer)
{
  switch (rule) {
  case '+':
    return was_let_in (answer);
  case '1':
    return answer->status == 401 ||
           (route->style == TOCSIN_STYLE_PAGE && was_sent_to_sign_in (answer));
  case '3':
    return answer->status == 403 && !was_let_in (answer);
  case '4':
    return answer->status == 404 && !was_let_in (answer);
  default:
    g_assert_not_reached ();
  }
}

/* --- tests --- */

static void
walk_route (World *world_, const TocsinRoute *route)
{
  for (guint caller = 0; caller < N_CALLERS; caller++) {
    g_autoptr (TestAnswer) answer = ask (world_, route, caller);
    char rule = get_rule (route, caller);

    g_assert_cmpuint (answer->status, !=, 500);
    if (!is_right (route, rule, answer))
      g_error ("%s %s by %s: %u, and the rule is “%c”: %s", route->method, route->path,
               callers[caller].name, answer->status, rule, answer->text);
    if (answer->status < 300 && strcmp (route->method, "GET") != 0)
      make_anew (world_);
  }
}

static void
test_every_route (gconstpointer data)
{
  World *world_ = (World *) data;
  guint n = 0;

  make_anew (world_);
  for (const TocsinRoutes *table = tocsin_routes_get (); table->routes != NULL; table++)
    for (guint i = 0; i < table->n_routes; i++)
      if ((table->routes[i].flags & TOCSIN_ROUTE_CUT) == 0) { /* pings carry their own secret */
        walk_route (world_, &table->routes[i]);
        n++;
      }
  g_test_message ("%u routes, %d callers", n, (int) N_CALLERS);
  g_assert_cmpuint (n, >, 50);
}

/* A route can't be forgotten in the table of rights, or be for a role without naming a team. */
static void
test_rows_are_whole (void)
{
  for (const TocsinRoutes *table = tocsin_routes_get (); table->routes != NULL; table++)
    for (guint i = 0; i < table->n_routes; i++) {
      const TocsinRoute *route = &table->routes[i];
      gboolean is_of_role =
          route->access >= TOCSIN_ACCESS_VIEWER && route->access <= TOCSIN_ACCESS_OWNER;

      g_assert_true (route->handler != NULL || route->direct != NULL);
      g_assert_true (!is_of_role || tocsin_route_find_param (route, "team") >= 0);
      /* Nobody looks at who asks before a direct handler that is alone. */
      g_assert_true (route->handler != NULL || route->access == TOCSIN_ACCESS_ANYONE);
    }
}

/* A form of another site, sent by the owner's browser. */
static void
test_other_sites (gconstpointer data)
{
  static const struct {
    const char *header, *value;
    guint status;
  } cases[] = {
    { "Sec-Fetch-Site", "cross-site", 403 },
    { "Sec-Fetch-Site", "same-site", 403 },
    { "Sec-Fetch-Site", "same-origin", 201 },
    { "Origin", "https://evil.example.org", 403 },
    { "Origin", "null", 403 },
    { "X-Nothing", "1", 403 },
  };
  World *world_ = (World *) data;

  make_anew (world_);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const char *const headers[] = { "Cookie", "tocsin=session", cases[i].header, cases[i].value,
                                    NULL };
    g_autoptr (TestAnswer) answer = test_service_ask (&world_->service, "POST", "/api/v1/teams",
                                                      headers, "{\"name\": \"By form\"}");

    g_assert_cmpuint (answer->status, ==, cases[i].status);
  }
}

int
main (int argc, char **argv)
{
  World world_ = { 0 };
  g_autoptr (GError) error = NULL;
  int result;

  tocsin_test_init (&argc, &argv);
  world_.postgres = tocsin_test_postgres_new ();
  g_test_add_func ("/permissions/rows-are-whole", test_rows_are_whole);
  if (world_.postgres != NULL) {
    g_autofree char *url = tocsin_test_postgres_make_database (world_.postgres);

    world_.pg = tocsin_pg_new (url);
    tocsin_migrate (world_.pg, 0, NULL, &error);
    g_assert_no_error (error);
    test_service_init (&world_.service, url);
    g_test_add_data_func ("/permissions/every-route-by-everybody", &world_, test_every_route);
    g_test_add_data_func ("/permissions/another-site-can-do-nothing", &world_, test_other_sites);
  }
  result = g_test_run ();
  if (world_.postgres != NULL)
    test_service_clear (&world_.service);
  tocsin_pg_free (world_.pg);
  tocsin_test_postgres_free (world_.postgres);
  return result;
}
