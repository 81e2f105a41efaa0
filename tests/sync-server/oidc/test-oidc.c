/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-oidc"

#include "config.h"

#include <string.h>

#include "issuers.h"
#include "support.h"
#include "teams.h"
#include "test-issuer.h"
#include "test-service.h"
#include "test-team.h"
#include "users.h"

#define PASSWORD "correct horse battery"

typedef struct {
  TestTeam team;
  TestService service;
  TestIssuer *issuer;
  SoupSession *browser; /* with cookies */
} Fixture;

static TocsinTestPostgres *
get_postgres (void)
{
  static TocsinTestPostgres *postgres;

  if (postgres == NULL)
    postgres = tocsin_test_postgres_new ();
  return postgres;
}

static SoupSession *
make_browser (void)
{
  SoupSession *session = soup_session_new ();

  soup_session_add_feature_by_type (session, SOUP_TYPE_COOKIE_JAR);
  return session;
}

static const TocsinActor by_operator = { .kind = "operator", .at_us = 1 };

static void
set_issuer (Fixture *fixture)
{
  char *domains[] = { (char *) "example.org", NULL };
  const TocsinIssuer issuer = { .team_id = fixture->team.team_id,
                                .issuer = (char *) test_issuer_get_url (fixture->issuer),
                                .client_id = (char *) "us",
                                .client_secret = (char *) "s+cret",
                                .domains = domains,
                                .role = TOCSIN_ROLE_EDITOR,
                                .label = (char *) "Example <SSO>" };
  g_autoptr (GError) error = NULL;

  tocsin_issuers_set (fixture->team.pg, fixture->service.config, &by_operator, &issuer, &error);
  g_assert_no_error (error);
}

static gboolean
set_up (Fixture *fixture)
{
  *fixture = (Fixture){ 0 };
  if (get_postgres () == NULL) {
    g_test_skip ("PostgreSQL is not installed");
    return FALSE;
  }
  test_team_init (&fixture->team, get_postgres ());
  test_service_init (&fixture->service, fixture->team.url);
  fixture->service.config->allow_private = TRUE;
  fixture->issuer = test_issuer_new ("us", "s%2Bcret");
  fixture->browser = make_browser ();
  set_issuer (fixture);
  return TRUE;
}

static void
tear_down (Fixture *fixture)
{
  g_clear_object (&fixture->browser);
  test_issuer_free (fixture->issuer);
  test_service_clear (&fixture->service);
  test_team_clear (&fixture->team);
}

/* --- a browser that does not follow by itself --- */

typedef struct {
  guint status;
  char *location; /* (nullable) */
  char *text;
  char *policy; /* (nullable) */
  gboolean done;
} Reply;

static void
free_reply (Reply *reply)
{
  g_free (reply->location);
  g_free (reply->text);
  g_free (reply->policy);
  g_free (reply);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reply, free_reply)

static void
replied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Reply *reply = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body =
      soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);

  g_assert_no_error (error);
  reply->text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  reply->done = TRUE;
}

static gboolean
is_done (gpointer user_data)
{
  return ((Reply *) user_data)->done;
}

/* `where` is an address, or a path of the service. */
static Reply *
get (Fixture *fixture, SoupSession *browser, const char *where)
{
  g_autofree char *url =
      *where == '/' ? g_strconcat (fixture->service.url, where, NULL) : g_strdup (where);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  SoupMessageHeaders *headers;
  Reply *reply = g_new0 (Reply, 1);

  g_assert_nonnull (message);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_session_send_and_read_async (browser, message, 0, NULL, replied_cb, reply);
  tocsin_test_wait (NULL, is_done, reply);
  headers = soup_message_get_response_headers (message);
  reply->status = soup_message_get_status (message);
  reply->location = g_strdup (soup_message_headers_get_one (headers, "Location"));
  reply->policy = g_strdup (soup_message_headers_get_list (headers, "Content-Security-Policy"));
  return reply;
}

/* Goes to the issuer, and gives the address that leads back. (transfer full) */
static char *
begin (Fixture *fixture, SoupSession *browser)
{
  g_autoptr (Reply) there = get (fixture, browser, "/sign-in/oidc/t?next=/device");

  g_assert_cmpuint (there->status, ==, 303);
  return test_issuer_authorize (fixture->issuer, there->location);
}

static Reply *
sign_in (Fixture *fixture, SoupSession *browser)
{
  g_autofree char *back = begin (fixture, browser);

  return get (fixture, browser, back);
}

static gboolean
is_signed_in (Fixture *fixture, SoupSession *browser)
{
  g_autoptr (Reply) reply = get (fixture, browser, "/account");

  return reply->status == 200;
}

static void
assert_sql (Fixture *fixture, const char *sql, const char *wanted)
{
  g_autofree char *got = test_team_ask (&fixture->team, sql);

  g_assert_cmpstr (got, ==, wanted);
}

/* --- tests --- */

static void
test_comes_in (void)
{
  Fixture fixture;
  g_autoptr (Reply) first = NULL, again = NULL, form = NULL;

  if (!set_up (&fixture))
    return;
  form = get (&fixture, fixture.browser, "/sign-in?next=/device");
  g_assert_nonnull (strstr (form->text,
                            "href=\"/sign-in/oidc/t?next=/device\">Sign in with Example "
                            "&lt;SSO&gt;</a>"));
  first = sign_in (&fixture, fixture.browser);
  g_assert_cmpuint (first->status, ==, 303);
  g_assert_cmpstr (first->location, ==, "/device");
  g_assert_true (is_signed_in (&fixture, fixture.browser));
  assert_sql (&fixture, "SELECT email || ' ' || name || ' ' || coalesce (password, '-') FROM users",
              "ada@example.org Ada -");
  assert_sql (&fixture, "SELECT role FROM members", "editor");
  assert_sql (&fixture, "SELECT count (*) FROM audit WHERE action = 'member.add'", "1");
  again = sign_in (&fixture, fixture.browser);
  g_assert_cmpuint (again->status, ==, 303);
  assert_sql (&fixture, "SELECT count (*) FROM users", "1");
  assert_sql (&fixture, "SELECT count (*) FROM sessions", "1");
  g_assert_cmpuint (test_issuer_get_n_documents (fixture.issuer), ==, 1);
  g_assert_cmpuint (test_issuer_get_n_keys (fixture.issuer), ==, 1);
  tear_down (&fixture);
}

static void
test_wrong_tokens (void)
{
  static const TestWishes table[] = {
    { .iss = "https://other.example.org" },
    { .aud = "them" },
    { .nonce = "another" },
    { .sub = "" },
    { .issued_ago_s = 1000, .expires_in_s = -120 },
    { .issued_ago_s = -1000, .expires_in_s = 2000 },
    { .is_unsigned = TRUE, .header = "{\"alg\":\"none\"}" },
    { .is_unsigned = TRUE },
    { .is_hmac_of_public_key = TRUE, .header = "{\"alg\":\"HS256\",\"kid\":\"k1\"}" },
    { .is_hmac_of_public_key = TRUE },
    { .old_key = TRUE },
    { .old_key = TRUE, .header = "{\"alg\":\"RS256\",\"kid\":\"k0\"}" },
    { .header = "{\"alg\":\"RS256\",\"kid\":\"k1\",\"crit\":[\"b64\"],\"b64\":false}" },
  };
  Fixture fixture;
  g_autoptr (Reply) right = NULL;

  if (!set_up (&fixture))
    return;
  test_issuer_rotate (fixture.issuer);
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (Reply) reply = NULL;

    test_issuer_wish (fixture.issuer, &table[i]);
    reply = sign_in (&fixture, fixture.browser);
    if (reply->status != 502)
      g_error ("wish %" G_GSIZE_FORMAT ": %u", i, reply->status);
    g_assert_nonnull (strstr (reply->text, "role=\"alert\""));
    g_assert_nonnull (strstr (reply->text, "Example &lt;SSO&gt;"));
    g_assert_nonnull (strstr (reply->policy, "default-src 'none'"));
    g_assert_false (is_signed_in (&fixture, fixture.browser));
  }
  assert_sql (&fixture, "SELECT count (*) FROM users", "0");
  test_issuer_wish (fixture.issuer, &(TestWishes){ 0 });
  right = sign_in (&fixture, fixture.browser);
  g_assert_cmpuint (right->status, ==, 303);
  tear_down (&fixture);
}

static void
test_new_keys (void)
{
  Fixture fixture;

  if (!set_up (&fixture))
    return;
  for (guint i = 1; i <= 3; i++) {
    g_autoptr (Reply) reply = sign_in (&fixture, fixture.browser);

    g_assert_cmpuint (reply->status, ==, 303);
    g_assert_cmpuint (test_issuer_get_n_keys (fixture.issuer), ==, i);
    test_issuer_rotate (fixture.issuer);
  }
  tear_down (&fixture);
}

static void
test_once (void)
{
  Fixture fixture;
  g_autoptr (SoupSession) other = make_browser ();
  g_autofree char *back = NULL, *stolen = NULL, *old = NULL, *state = NULL, *mixed = NULL;
  g_autoptr (Reply) first = NULL, again = NULL, elsewhere = NULL, then = NULL, late = NULL;
  g_autoptr (Reply) replayed = NULL;
  guint n;

  if (!set_up (&fixture))
    return;
  back = begin (&fixture, fixture.browser);
  first = get (&fixture, fixture.browser, back);
  g_assert_cmpuint (first->status, ==, 303);
  n = test_issuer_get_n_tokens (fixture.issuer);
  again = get (&fixture, fixture.browser, back);
  g_assert_cmpuint (again->status, ==, 400);

  stolen = begin (&fixture, fixture.browser);
  elsewhere = get (&fixture, other, stolen);
  g_assert_cmpuint (elsewhere->status, ==, 400);
  g_assert_false (is_signed_in (&fixture, other));
  then = get (&fixture, fixture.browser, stolen);
  g_assert_cmpuint (then->status, ==, 400);

  old = begin (&fixture, fixture.browser);
  test_team_run (&fixture.team, "UPDATE oidc_flights SET expires_at = 1");
  late = get (&fixture, fixture.browser, old);
  g_assert_cmpuint (late->status, ==, 400);
  g_assert_cmpuint (test_issuer_get_n_tokens (fixture.issuer), ==, n);

  /* The code of the first sign-in with the state of another one. */
  state = begin (&fixture, fixture.browser);
  *strstr (back, "&state=") = '\0';
  mixed = g_strconcat (back, strstr (state, "&state="), NULL);
  replayed = get (&fixture, fixture.browser, mixed);
  g_assert_cmpuint (replayed->status, ==, 502);
  assert_sql (&fixture, "SELECT count (*) FROM oidc_flights", "0");
  tear_down (&fixture);
}

static void
test_odd_answers (void)
{
  static const struct {
    const char *instead; /* of the code */
    guint status;
  } table[] = {
    { "error=access_denied", 403 },
    { "code=wrong", 502 },
    { "x=1", 502 },
    { "code=", 502 },
    { "code=%00", 400 },
    { "iss=https%3A%2F%2Fevil.example.org&code=x", 502 },
  };
  static const char *const states[] = { "",        "?",
                                        "?state=", "?state=x&code=y",
                                        "?code=y", "?state=%ff&code=%00" };
  Fixture fixture;

  if (!set_up (&fixture))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autofree char *back = begin (&fixture, fixture.browser);
    g_autofree char *url =
        g_strdup_printf ("/sign-in/oidc-callback?%s%s", table[i].instead, strstr (back, "&state="));
    g_autoptr (Reply) reply = get (&fixture, fixture.browser, url);

    if (reply->status != table[i].status)
      g_error ("%s: %u", url, reply->status);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++) {
    g_autofree char *url = g_strconcat ("/sign-in/oidc-callback", states[i], NULL);
    g_autoptr (Reply) reply = get (&fixture, fixture.browser, url);

    g_assert_cmpuint (reply->status, ==, 400);
  }
  g_assert_false (is_signed_in (&fixture, fixture.browser));
  tear_down (&fixture);
}

static void
test_where_to (void)
{
  static const struct {
    const char *next, *location;
  } table[] = {
    { "/device", "/device" },
    { "//evil.example.org", "/account" },
    { "https://evil.example.org", "/account" },
    { "/\\evil.example.org", "/account" },
  };
  Fixture fixture;
  g_autoptr (Reply) nobody = NULL;

  if (!set_up (&fixture))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autofree char *escaped = g_uri_escape_string (table[i].next, NULL, FALSE);
    g_autofree char *path = g_strconcat ("/sign-in/oidc/t?next=", escaped, NULL);
    g_autoptr (Reply) there = get (&fixture, fixture.browser, path);
    g_autofree char *back = test_issuer_authorize (fixture.issuer, there->location);
    g_autoptr (Reply) reply = get (&fixture, fixture.browser, back);

    g_assert_cmpstr (reply->location, ==, table[i].location);
  }
  nobody = get (&fixture, fixture.browser, "/sign-in/oidc/nobody");
  g_assert_cmpuint (nobody->status, ==, 404);
  tear_down (&fixture);
}

/* --- who it is here --- */

static char *
add_user (Fixture *fixture, const char *email)
{
  g_autoptr (GError) error = NULL;
  char *id =
      tocsin_users_create (fixture->team.pg, &by_operator, email, "Before", PASSWORD, &error);

  g_assert_no_error (error);
  return id;
}

static void
test_strangers (void)
{
  static const TestWishes table[] = {
    { .email = "ada@example.com" },
    { .email = "ada@example.org.example.com" },
    { .email = "ada@notexample.org" },
    { .email = "ada@example.com@" },
    { .email = "" },
    { .email_is_unverified = TRUE },
  };
  Fixture fixture;
  g_autofree char *first = NULL, *id = NULL;

  if (!set_up (&fixture))
    return;
  id = add_user (&fixture, "ada@example.com"); /* is told the same as if there were none */
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (Reply) reply = NULL;

    test_issuer_wish (fixture.issuer, &table[i]);
    reply = sign_in (&fixture, fixture.browser);
    g_assert_cmpuint (reply->status, ==, 403);
    if (first == NULL)
      first = g_strdup (reply->text);
    g_assert_cmpstr (reply->text, ==, first);
    g_assert_false (is_signed_in (&fixture, fixture.browser));
  }
  assert_sql (&fixture, "SELECT count (*) FROM users WHERE password IS NOT NULL", "1");
  assert_sql (&fixture, "SELECT count (*) FROM users", "1");
  assert_sql (&fixture, "SELECT count (*) FROM identities", "0");
  tear_down (&fixture);
}

/* Somebody made the account before with a password and a session; they are out now. */
static void
test_account_that_was_there (void)
{
  Fixture fixture;
  g_autofree char *id = NULL, *sql = NULL;
  g_autoptr (Reply) reply = NULL, renamed = NULL;

  if (!set_up (&fixture))
    return;
  id = add_user (&fixture, "Ada@Example.org");
  sql = g_strdup_printf (
      "INSERT INTO sessions (hash, id, user_id, csrf, created_at, used_at, expires_at) VALUES"
      " ('x', gen_random_uuid (), '%s', 'x', 1, 1, 9000000000000000000)",
      id);
  test_team_run (&fixture.team, sql);
  reply = sign_in (&fixture, fixture.browser);
  g_assert_cmpuint (reply->status, ==, 303);
  assert_sql (&fixture, "SELECT count (*) FROM users WHERE password IS NULL", "1");
  assert_sql (&fixture, "SELECT count (*) FROM sessions WHERE hash = 'x'", "0");
  assert_sql (&fixture, "SELECT user_id FROM identities", id);

  /* From now on the subject counts, whatever the address. */
  test_issuer_wish (fixture.issuer, &(TestWishes){ .email = "lovelace@example.com" });
  renamed = sign_in (&fixture, fixture.browser);
  g_assert_cmpuint (renamed->status, ==, 303);
  assert_sql (&fixture, "SELECT count (*) FROM users", "1");
  tear_down (&fixture);
}

static void
test_those_who_left (void)
{
  Fixture fixture;
  g_autofree char *id = NULL, *owner = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (Reply) first = NULL, removed = NULL, disabled = NULL;

  if (!set_up (&fixture))
    return;
  first = sign_in (&fixture, fixture.browser);
  g_assert_cmpuint (first->status, ==, 303);
  id = test_team_ask (&fixture.team, "SELECT id FROM users");
  owner = add_user (&fixture, "owner@example.com");
  tocsin_members_add (fixture.team.pg, &by_operator, fixture.team.team_id, owner, TOCSIN_ROLE_OWNER,
                      &error);
  g_assert_no_error (error);
  tocsin_members_remove (fixture.team.pg, &by_operator, fixture.team.team_id, id, &error);
  g_assert_no_error (error);
  removed = sign_in (&fixture, fixture.browser);
  g_assert_cmpuint (removed->status, ==, 303);
  assert_sql (&fixture, "SELECT count (*) FROM members", "1");

  tocsin_users_set_disabled (fixture.team.pg, &by_operator, id, TRUE, &error);
  g_assert_no_error (error);
  disabled = sign_in (&fixture, fixture.browser);
  g_assert_cmpuint (disabled->status, ==, 403);
  g_assert_false (is_signed_in (&fixture, fixture.browser));
  tear_down (&fixture);
}

static void
test_second_factor (void)
{
  Fixture fixture;
  g_autoptr (Reply) first = NULL, then = NULL;

  if (!set_up (&fixture))
    return;
  first = sign_in (&fixture, fixture.browser);
  test_team_run (&fixture.team, "UPDATE users SET totp_confirmed_at = 1, totp_sealed = 'x'");
  then = sign_in (&fixture, fixture.browser);
  g_assert_cmpuint (then->status, ==, 303);
  g_assert_cmpstr (then->location, ==, "/sign-in/code?next=/device");
  g_assert_false (is_signed_in (&fixture, fixture.browser));
  tear_down (&fixture);
}

/* --- outbound --- */

static void
test_inside (void)
{
  Fixture fixture;
  g_autoptr (Reply) reply = NULL;

  if (!set_up (&fixture))
    return;
  fixture.service.config->allow_private = FALSE;
  reply = get (&fixture, fixture.browser, "/sign-in/oidc/t");
  g_assert_cmpuint (reply->status, ==, 502);
  g_assert_cmpuint (test_issuer_get_n_documents (fixture.issuer), ==, 0);
  g_assert_null (strstr (reply->text, "127.0.0.1"));
  tear_down (&fixture);
}

static void
test_another_name (void)
{
  Fixture fixture;
  g_autoptr (Reply) reply = NULL, right = NULL;

  if (!set_up (&fixture))
    return;
  test_issuer_lie (fixture.issuer, "https://sso.example.com");
  reply = get (&fixture, fixture.browser, "/sign-in/oidc/t");
  g_assert_cmpuint (reply->status, ==, 502);
  test_issuer_lie (fixture.issuer, NULL); /* nothing of it was kept */
  right = sign_in (&fixture, fixture.browser);
  g_assert_cmpuint (right->status, ==, 303);
  tear_down (&fixture);
}

static void
test_settings (void)
{
  static char *const right[] = { (char *) "example.org", NULL };
  static char *const wrong[] = { (char *) "@example.org", NULL };
  static char *const top[] = { (char *) "org", NULL };
  static const struct {
    const char *issuer, *client_id, *label;
    char *const *domains;
    TocsinRole role;
    const char *named; /* NULL: right */
  } table[] = {
    { "https://sso.example.org", "us", "SSO", right, TOCSIN_ROLE_VIEWER, NULL },
    { "https://sso.example.org/realms/a", "us", "SSO", NULL, TOCSIN_ROLE_ADMIN, NULL },
    { "http://sso.example.org", "us", "SSO", right, TOCSIN_ROLE_VIEWER, "issuer" },
    { "https://sso.example.org?a=b", "us", "SSO", right, TOCSIN_ROLE_VIEWER, "issuer" },
    { "https://user@sso.example.org", "us", "SSO", right, TOCSIN_ROLE_VIEWER, "issuer" },
    { "file:///etc/passwd", "us", "SSO", right, TOCSIN_ROLE_VIEWER, "issuer" },
    { "https://", "us", "SSO", right, TOCSIN_ROLE_VIEWER, "issuer" },
    { "https://sso.example.org", "", "SSO", right, TOCSIN_ROLE_VIEWER, "client id" },
    { "https://sso.example.org", "a b", "SSO", right, TOCSIN_ROLE_VIEWER, "client id" },
    { "https://sso.example.org", "us", "", right, TOCSIN_ROLE_VIEWER, "label" },
    { "https://sso.example.org", "us", "SSO", wrong, TOCSIN_ROLE_VIEWER, "domains" },
    { "https://sso.example.org", "us", "SSO", top, TOCSIN_ROLE_VIEWER, "domains" },
    { "https://sso.example.org", "us", "SSO", right, TOCSIN_ROLE_OWNER, "role" },
  };
  const TocsinServerConfig config = { .allow_private = FALSE };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    const TocsinIssuer issuer = { .issuer = (char *) table[i].issuer,
                                  .client_id = (char *) table[i].client_id,
                                  .domains = (char **) table[i].domains,
                                  .role = table[i].role,
                                  .label = (char *) table[i].label };
    g_autoptr (GError) error = NULL;

    if (tocsin_issuer_check (&config, &issuer, &error) != (table[i].named == NULL))
      g_error ("row %" G_GSIZE_FORMAT, i);
    if (error != NULL)
      g_assert_true (g_str_has_prefix (error->message, table[i].named));
  }
}

int
main (int argc, char **argv)
{
  int result;

  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/oidc/a-person-of-the-domain-comes-in", test_comes_in);
  g_test_add_func ("/oidc/wrong-tokens-open-nothing", test_wrong_tokens);
  g_test_add_func ("/oidc/new-keys-are-asked-for-once", test_new_keys);
  g_test_add_func ("/oidc/a-sign-in-ends-once-in-the-browser-that-began-it", test_once);
  g_test_add_func ("/oidc/odd-answers-are-told-of", test_odd_answers);
  g_test_add_func ("/oidc/people-go-on-to-where-they-were-here-only", test_where_to);
  g_test_add_func ("/oidc/strangers-are-all-told-the-same", test_strangers);
  g_test_add_func ("/oidc/an-account-made-before-is-theirs-alone", test_account_that_was_there);
  g_test_add_func ("/oidc/who-was-removed-or-disabled-stays-out", test_those_who_left);
  g_test_add_func ("/oidc/a-second-factor-is-still-asked-for", test_second_factor);
  g_test_add_func ("/oidc/addresses-of-the-inside-are-not-asked", test_inside);
  g_test_add_func ("/oidc/an-issuer-has-the-name-that-it-was-given", test_another_name);
  g_test_add_func ("/oidc/settings-are-right-or-say-what-is-wrong", test_settings);
  result = g_test_run ();
  tocsin_test_postgres_free (get_postgres ());
  return result;
}
