/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-device"

#include "config.h"

#include <string.h>

#include "migrate.h"
#include "support.h"
#include "test-postgres.h"
#include "test-service.h"
#include "users.h"

/* The device flow as the desktop and curl go through it, and forms as a browser without scripts
 * does. */

#define EMAIL    "user@example.org"
#define PASSWORD "correct horse battery"
#define GRANT    "grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code="

static TocsinTestPostgres *postgres;

typedef struct {
  TocsinPg *pg;
  TestService service;
  char *cookie; /* (nullable) "tocsin=…" */
  char *csrf;   /* (nullable) of the last page */
} Browser;

static void
browser_init (Browser *browser)
{
  g_autofree char *url = tocsin_test_postgres_make_database (postgres);
  const TocsinActor actor = { .kind = "operator", .at_us = 1 };
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  *browser = (Browser){ .pg = tocsin_pg_new (url) };
  tocsin_migrate (browser->pg, 0, NULL, &error);
  g_assert_no_error (error);
  id = tocsin_users_create (browser->pg, &actor, EMAIL, "U", PASSWORD, &error);
  g_assert_no_error (error);
  test_service_init (&browser->service, url);
}

static void
browser_clear (Browser *browser)
{
  test_service_clear (&browser->service);
  tocsin_pg_free (browser->pg);
  g_free (browser->cookie);
  g_free (browser->csrf);
}

/* What stands between two texts. (transfer full) (nullable) */
static char *
cut (const char *text, const char *before, const char *after)
{
  const char *start = text != NULL ? strstr (text, before) : NULL;
  const char *end = start != NULL ? strstr (start + strlen (before), after) : NULL;

  return end != NULL ? g_strndup (start + strlen (before), (gsize) (end - start - strlen (before)))
                     : NULL;
}

static TestAnswer *
visit (Browser *browser, const char *method, const char *path, const char *form)
{
  g_autofree char *body = form != NULL && browser->csrf != NULL
                              ? g_strdup_printf ("%s&csrf=%s", form, browser->csrf)
                              : g_strdup (form);
  const char *headers[] = { "Origin",
                            browser->service.url,
                            "Content-Type",
                            "application/x-www-form-urlencoded",
                            browser->cookie != NULL ? "Cookie" : NULL,
                            browser->cookie,
                            NULL };
  TestAnswer *answer = test_service_ask (&browser->service, method, path, headers, body);
  const char *cookie = soup_message_headers_get_one (answer->headers, "Set-Cookie");
  char *csrf = cut (answer->text, "name=\"csrf\" value=\"", "\"");

  if (cookie != NULL) {
    g_free (browser->cookie);
    browser->cookie = g_strndup (cookie, strcspn (cookie, ";"));
  }
  if (csrf != NULL) {
    g_free (browser->csrf);
    browser->csrf = csrf;
  }
  return answer;
}

static void
expect (Browser *browser, const char *method, const char *path, const char *form, guint status,
        const char *what)
{
  g_autoptr (TestAnswer) answer = visit (browser, method, path, form);
  const char *location = soup_message_headers_get_one (answer->headers, "Location");

  if (answer->status != status ||
      (what != NULL && (answer->text == NULL || strstr (answer->text, what) == NULL) &&
       g_strcmp0 (location, what) != 0))
    g_error ("%s %s: %u, %s: %s", method, path, answer->status, location, answer->text);
}

static void
sign_in (Browser *browser)
{
  expect (browser, "POST", "/sign-in",
          "email=" EMAIL "&password=correct+horse+battery&next=%2Faccount", 303, "/account");
  expect (browser, "GET", "/account", NULL, 200, "Your account");
}

static JsonObject *
post (Browser *browser, const char *path, const char *form, guint status)
{
  const char *const headers[] = { "Content-Type", "application/x-www-form-urlencoded", NULL };
  g_autoptr (TestAnswer) answer = test_service_ask (&browser->service, "POST", path, headers, form);

  if (answer->status != status)
    g_error ("%s: %u: %s", path, answer->status, answer->text);
  return test_answer_get_json (answer);
}

static void
expect_error (Browser *browser, const char *path, const char *form, const char *word)
{
  g_autoptr (JsonObject) json = post (browser, path, form, 400);

  g_assert_cmpstr (json_object_get_string_member (json, "error"), ==, word);
}

static void
run_sql (Browser *browser, const char *sql)
{
  g_autoptr (GError) error = NULL;

  tocsin_pg_script (browser->pg, sql, &error);
  g_assert_no_error (error);
}

/* --- the device flow --- */

static void
test_device_flow (void)
{
  Browser browser;
  g_autoptr (JsonObject) flight = NULL, tokens = NULL, renewed = NULL;
  g_autofree char *poll = NULL, *page = NULL, *grant = NULL, *refresh = NULL, *bearer = NULL;
  const char *code;

  browser_init (&browser);
  flight = post (&browser, "/oauth/device", "client_name=A+<b>desk</b>&scope=read+write", 200);
  code = json_object_get_string_member (flight, "user_code");
  poll = g_strconcat (GRANT, json_object_get_string_member (flight, "device_code"), NULL);
  g_assert_cmpint (json_object_get_int_member (flight, "interval"), ==, 5);
  expect_error (&browser, "/oauth/token", poll, "authorization_pending");
  expect_error (&browser, "/oauth/token", poll, "slow_down");

  sign_in (&browser);
  page = g_strconcat ("/device?user_code=", code, NULL);
  expect (&browser, "GET", page, NULL, 200, "A &lt;b&gt;desk&lt;/b&gt;");
  grant = g_strdup_printf ("code=%s&verdict=grant", code);
  expect (&browser, "POST", "/device", grant, 200, "It is signed in");
  expect (&browser, "POST", "/device", grant, 404, NULL); /* once */

  tokens = post (&browser, "/oauth/token", poll, 200);
  expect_error (&browser, "/oauth/token", poll, "invalid_grant");
  bearer = g_strconcat ("Bearer ", json_object_get_string_member (tokens, "access_token"), NULL);
  {
    const char *const headers[] = { "Authorization", bearer, NULL };
    g_autoptr (TestAnswer) me =
        test_service_ask (&browser.service, "GET", "/api/v1/me", headers, NULL);
    g_autoptr (TestAnswer) admin =
        test_service_ask (&browser.service, "POST", "/api/v1/teams", headers, "{\"name\": \"x\"}");

    g_assert_cmpuint (me->status, ==, 200);
    g_assert_cmpuint (admin->status, ==, 403); /* it asked for read and write only */
  }
  refresh = g_strconcat ("grant_type=refresh_token&refresh_token=",
                         json_object_get_string_member (tokens, "refresh_token"), NULL);
  renewed = post (&browser, "/oauth/token", refresh, 200);
  /* Used twice: both are worth nothing from here on. */
  expect_error (&browser, "/oauth/token", refresh, "invalid_grant");
  g_free (refresh);
  refresh = g_strconcat ("grant_type=refresh_token&refresh_token=",
                         json_object_get_string_member (renewed, "refresh_token"), NULL);
  expect_error (&browser, "/oauth/token", refresh, "invalid_grant");
  browser_clear (&browser);
}

static void
test_device_refusals (void)
{
  Browser browser;
  g_autoptr (JsonObject) denied = NULL, late = NULL;
  g_autofree char *form = NULL, *poll = NULL;

  browser_init (&browser);
  sign_in (&browser);
  denied = post (&browser, "/oauth/device", "client_name=x", 200);
  form =
      g_strdup_printf ("code=%s&verdict=deny", json_object_get_string_member (denied, "user_code"));
  expect (&browser, "POST", "/device", form, 200, "It is not let in");
  poll = g_strconcat (GRANT, json_object_get_string_member (denied, "device_code"), NULL);
  expect_error (&browser, "/oauth/token", poll, "access_denied");

  late = post (&browser, "/oauth/device", "", 200);
  run_sql (&browser, "UPDATE device_flights SET expires_at = 1");
  g_free (poll);
  poll = g_strconcat (GRANT, json_object_get_string_member (late, "device_code"), NULL);
  expect_error (&browser, "/oauth/token", poll, "expired_token");
  expect_error (&browser, "/oauth/token", "grant_type=password", "unsupported_grant_type");
  expect_error (&browser, "/oauth/token", "", "invalid_request");
  expect_error (&browser, "/oauth/token", GRANT "nonsense", "invalid_grant");
  expect (&browser, "GET", "/device?user_code=BCDF-GHJK", NULL, 404, "No program is waiting");
  browser_clear (&browser);
}

/* --- signing in --- */

/* What is said of an account that is not there is what is said of a wrong password. */
static void
test_same_words_for_all (void)
{
  static const char *const forms[] = {
    "email=" EMAIL "&password=wrong+wrong",
    "email=nobody%40example.org&password=wrong+wrong",
  };
  g_autofree char *pages[G_N_ELEMENTS (forms)] = { NULL };
  Browser browser;

  browser_init (&browser);
  run_sql (&browser, "UPDATE users SET disabled_at = 0");
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autoptr (TestAnswer) answer = visit (&browser, "POST", "/sign-in", forms[i]);
    g_autofree char *email = cut (answer->text, "type=\"email\" value=\"", "\"");
    g_auto (GStrv) parts = g_strsplit (answer->text, email, -1);

    g_assert_cmpuint (answer->status, ==, 401);
    pages[i] = g_strjoinv ("", parts);
  }
  g_assert_cmpstr (pages[0], ==, pages[1]);
  g_free (pages[0]);
  g_free (pages[1]);
  pages[0] = pages[1] = NULL;
  browser_clear (&browser);
}

static void
test_guessing_gets_slow (void)
{
  Browser browser;

  browser_init (&browser);
  for (guint i = 0; i < 4; i++)
    expect (&browser, "POST", "/sign-in", "email=" EMAIL "&password=wrong+wrong", 401, NULL);
  /* Even the right one is not looked at now. */
  expect (&browser, "POST", "/sign-in", "email=" EMAIL "&password=correct+horse+battery", 429,
          "Try again in");
  run_sql (&browser, "UPDATE attempts SET failed_at = failed_at - 2000000");
  sign_in (&browser);
  browser_clear (&browser);
}

static void
test_session_is_revoked (void)
{
  Browser one, two;
  g_autoptr (TestAnswer) page = NULL;
  g_autofree char *action = NULL;

  browser_init (&one);
  sign_in (&one);
  two = one;
  two.cookie = two.csrf = NULL;
  sign_in (&two);
  page = visit (&two, "GET", "/account", NULL);
  action = cut (page->text, "action=\"/account/sessions/", "\"");
  g_assert_nonnull (action);
  {
    g_autofree char *path = g_strconcat ("/account/sessions/", action, NULL);

    expect (&two, "POST", path, "x=1", 303, "/account");
  }
  expect (&one, "GET", "/account", NULL, 303, "/sign-in?next=/account");
  expect (&two, "POST", "/sign-out", "x=1", 303, "/sign-in");
  g_clear_pointer (&two.cookie, g_free);
  g_clear_pointer (&two.csrf, g_free);
  browser_clear (&one);
}

/* A form without the session's token is not done, nor is one with another's. */
static void
test_forms_need_their_token (void)
{
  Browser browser;

  browser_init (&browser);
  sign_in (&browser);
  g_clear_pointer (&browser.csrf, g_free);
  expect (&browser, "POST", "/account/tokens", "name=x&read=1", 403, NULL);
  browser.csrf = g_strdup ("00000000000000000000000000000000");
  expect (&browser, "POST", "/account/tokens", "name=x&read=1", 403, NULL);
  browser_clear (&browser);
}

/* Where one goes after signing in is here, whatever the link said. */
static void
test_next_stays_here (void)
{
  static const char *const wrong[] = { "https%3A%2F%2Fevil.example.org", "%2F%2Fevil.example.org",
                                       "%2F%5Cevil.example.org", "evil", "%2Fa%0d%0aX%3A+y" };
  Browser browser;

  browser_init (&browser);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autofree char *form =
        g_strdup_printf ("email=" EMAIL "&password=correct+horse+battery&next=%s", wrong[i]);

    expect (&browser, "POST", "/sign-in", form, 303, "/account");
  }
  browser_clear (&browser);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*test) (void);
  } tests[] = {
    { "/device/flow", test_device_flow },
    { "/device/refusals", test_device_refusals },
    { "/sign-in/unknown-account-is-told-the-same", test_same_words_for_all },
    { "/sign-in/guessing-gets-slow", test_guessing_gets_slow },
    { "/sign-in/session-is-revoked", test_session_is_revoked },
    { "/sign-in/forms-need-their-token", test_forms_need_their_token },
    { "/sign-in/next-stays-here", test_next_stays_here },
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
