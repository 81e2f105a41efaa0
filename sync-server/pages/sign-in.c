/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "sign-in"

#include "config.h"

#include <string.h>

#include "attempts.h"
#include "html.h"
#include "oidc-pages.h"
#include "pages.h"
#include "password.h"
#include "second-factor.h"
#include "session.h"
#include "timetext.h"
#include "users.h"

#define TYPED_MOST_BYTES 1000

static const char wrong[] = "The e-mail address or the password is wrong.";

const char *
tocsin_pages_check_next (const char *next)
{
  /* "//host" and "/\host" would lead elsewhere. */
  if (next == NULL || next[0] != '/' || next[1] == '/' || strpbrk (next, "\\\r\n") != NULL)
    return "/account";
  return next;
}

TocsinActor
tocsin_pages_get_actor (const TocsinCall *call)
{
  return (TocsinActor){ .kind = "user",
                        .id = call->principal.user_id,
                        .name = call->principal.name,
                        .address = call->remote_address,
                        .at_us = call->at_us };
}

char *
tocsin_pages_describe_wait (gint64 wait_us)
{
  gint64 seconds = wait_us / TOCSIN_US_PER_S + 1;

  if (seconds < 90)
    return g_strdup_printf ("Too many attempts failed. Try again in %" G_GINT64_FORMAT " s.",
                            seconds);
  return g_strdup_printf ("Too many attempts failed. Try again in %" G_GINT64_FORMAT " minutes.",
                          (seconds + 59) / 60);
}

/* --- the password --- */

static gboolean
show_form (TocsinCall *call, TocsinPg *pg, guint status, const char *email, const char *next,
           const char *alert, GError **error)
{
  g_auto (TocsinPage) page = { 0 };

  tocsin_page_begin (&page, call, "Sign in", NULL);
  tocsin_page_alert (&page, alert);
  tocsin_page_begin_form (&page, "/sign-in");
  tocsin_page_input (&page, &(TocsinInput){ .name = "email",
                                            .label = "E-mail address",
                                            .type = "email",
                                            .value = email,
                                            .autocomplete = "username",
                                            .is_wrong = alert != NULL,
                                            .is_focused = email == NULL });
  tocsin_page_input (&page, &(TocsinInput){ .name = "password",
                                            .label = "Password",
                                            .type = "password",
                                            .autocomplete = "current-password",
                                            .is_wrong = alert != NULL,
                                            .is_focused = email != NULL });
  tocsin_page_hidden (&page, "next", next);
  tocsin_page_end_form (&page, "Sign in", NULL);
  if (!tocsin_oidc_add_links (&page, pg, next, error))
    return FALSE;
  tocsin_page_markup (&page,
                      "<p class=\"links\"><a href=\"/reset\">Forgot the password?</a></p>\n");
  tocsin_page_send (&page, status);
  return TRUE;
}

static gboolean
get_form (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autofree char *next = tocsin_call_get_query (call, "next");

  if (call->principal.kind == TOCSIN_PRINCIPAL_SESSION) {
    tocsin_call_redirect (call, tocsin_pages_check_next (next));
    return TRUE;
  }
  return show_form (call, pg, 200, NULL, tocsin_pages_check_next (next), NULL, error);
}

typedef struct {
  char *id;   /* (owned) (nullable) there is none */
  char *hash; /* (owned) (nullable) */
  gboolean has_second_factor;
} Account;

static void
clear_account (Account *account)
{
  g_free (account->id);
  g_free (account->hash);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Account, clear_account)

static gboolean
find_account (TocsinPg *pg, const char *email, Account *account, GError **error)
{
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error,
                       "SELECT id, password, totp_confirmed_at > 0 FROM users"
                       " WHERE lower (email) = lower ($1) AND disabled_at = 0",
                       PG_TEXT (email));

  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return TRUE;
  account->id = g_strdup (tocsin_pg_rows_get_text (rows, 0, 0));
  account->hash = g_strdup (tocsin_pg_rows_get_text_or_null (rows, 0, 1));
  account->has_second_factor = tocsin_pg_rows_get_bool (rows, 0, 2);
  return TRUE;
}

static gboolean
strengthen_hash (TocsinPg *pg, const Account *account, const char *password, GError **error)
{
  g_autofree char *hash = NULL;

  if (!tocsin_password_is_outdated (account->hash))
    return TRUE;
  hash = tocsin_password_hash (password, error);
  return hash != NULL &&
         tocsin_pg_run (pg, error, NULL, "UPDATE users SET password = $2 WHERE id = $1::uuid",
                        PG_TEXT (account->id), PG_TEXT (hash));
}

static gboolean
let_in (TocsinCall *call, TocsinPg *pg, const Account *account, const char *next, GError **error)
{
  g_autofree char *escaped = g_uri_escape_string (next, "/", FALSE);
  g_autofree char *code = g_strconcat ("/sign-in/code?next=", escaped, NULL);

  if (!tocsin_session_begin (call, pg, account->id, account->has_second_factor, error))
    return FALSE;
  tocsin_call_redirect (call, account->has_second_factor ? code : next);
  return TRUE;
}

static gboolean
post_form (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *email = tocsin_call_get_field (call, "email");
  const char *password = tocsin_call_get_field (call, "password");
  const char *next = tocsin_pages_check_next (tocsin_call_get_field (call, "next"));
  const TocsinAttempt attempt = { email, call->remote_address, call->at_us };
  g_auto (Account) account = { 0 };
  g_autofree char *wait = NULL;
  gint64 wait_us;

  if (email == NULL || password == NULL || strlen (email) > TYPED_MOST_BYTES ||
      strlen (password) > TOCSIN_PASSWORD_MOST * 4)
    return show_form (call, pg, 400, email, next, wrong, error);
  if (!tocsin_attempt_begin (pg, &attempt, &wait_us, error))
    return FALSE;
  if (wait_us > 0) {
    wait = tocsin_pages_describe_wait (wait_us);
    return show_form (call, pg, 429, email, next, wait, error);
  }
  if (!find_account (pg, email, &account, error))
    return FALSE;
  if (!tocsin_password_verify (account.hash, password))
    return tocsin_attempt_failed (pg, &attempt, error) &&
           show_form (call, pg, 401, email, next, wrong, error);
  return tocsin_attempt_succeeded (pg, &attempt, error) &&
         strengthen_hash (pg, &account, password, error) &&
         let_in (call, pg, &account, next, error);
}

/* --- the second factor --- */

static gboolean
show_code_form (TocsinCall *call, guint status, const char *next, const char *alert)
{
  g_auto (TocsinPage) page = { 0 };

  tocsin_page_begin (&page, call, "One more step",
                     "Enter the code that your authenticator app shows, or one of your recovery "
                     "codes.");
  tocsin_page_alert (&page, alert);
  tocsin_page_begin_form (&page, "/sign-in/code");
  tocsin_page_input (&page, &(TocsinInput){ .name = "code",
                                            .label = "Code",
                                            .autocomplete = "one-time-code",
                                            .is_wrong = alert != NULL,
                                            .is_focused = TRUE });
  tocsin_page_hidden (&page, "next", next);
  tocsin_page_end_form (&page, "Sign in", NULL);
  tocsin_page_markup (&page, "<p class=\"links\"><a href=\"/sign-in\">Start again</a></p>\n");
  tocsin_page_send (&page, status);
  return TRUE;
}

static gboolean
get_code_form (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autofree char *next = tocsin_call_get_query (call, "next");

  return show_code_form (call, 200, tocsin_pages_check_next (next), NULL);
}

static gboolean
post_code_form (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *code = tocsin_call_get_field (call, "code");
  const char *next = tocsin_pages_check_next (tocsin_call_get_field (call, "next"));
  g_autofree char *user_id = tocsin_session_find_pending (call, pg, error);
  g_autofree char *key = NULL, *wait = NULL;
  TocsinAttempt attempt = { NULL, call->remote_address, call->at_us };
  gboolean ok = FALSE;
  gint64 wait_us;

  if (user_id == NULL)
    return FALSE;
  if (*user_id == '\0') {
    tocsin_call_redirect (call, "/sign-in");
    return TRUE;
  }
  attempt.account = key = g_strconcat ("second factor of ", user_id, NULL);
  if (!tocsin_attempt_begin (pg, &attempt, &wait_us, error))
    return FALSE;
  if (wait_us > 0) {
    wait = tocsin_pages_describe_wait (wait_us);
    return show_code_form (call, 429, next, wait);
  }
  if (!tocsin_second_factor_verify (pg, call->config, user_id, code != NULL ? code : "",
                                    call->at_us, &ok, error))
    return FALSE;
  if (!ok)
    return tocsin_attempt_failed (pg, &attempt, error) &&
           show_code_form (call, 401, next, "That code is wrong, or was used already.");
  if (!tocsin_attempt_succeeded (pg, &attempt, error) ||
      !tocsin_session_begin (call, pg, user_id, FALSE, error))
    return FALSE;
  tocsin_call_redirect (call, next);
  return TRUE;
}

/* --- out --- */

static gboolean
sign_out (TocsinCall *call, TocsinPg *pg, GError **error)
{
  if (!tocsin_session_check_csrf (call, error) || !tocsin_session_end (call, pg, error))
    return FALSE;
  tocsin_session_forget (call);
  tocsin_call_redirect (call, "/sign-in");
  return TRUE;
}

static gboolean
go_home (TocsinCall *call, TocsinPg *pg, GError **error)
{
  tocsin_call_redirect (call,
                        call->principal.kind == TOCSIN_PRINCIPAL_SESSION ? "/account" : "/sign-in");
  return TRUE;
}

#define PAGE TOCSIN_ACCESS_ANYONE, TOCSIN_STYLE_PAGE

static const TocsinRoute routes[] = {
  { "GET", "/", PAGE, TOCSIN_ROUTE_READ, go_home },
  { "GET", "/sign-in", PAGE, TOCSIN_ROUTE_READ, get_form },
  { "POST", "/sign-in", PAGE, TOCSIN_ROUTE_SLOW, post_form },
  { "GET", "/sign-in/code", PAGE, TOCSIN_ROUTE_READ, get_code_form },
  { "POST", "/sign-in/code", PAGE, 0, post_code_form },
  { "POST", "/sign-out", TOCSIN_ACCESS_SIGNED_IN, TOCSIN_STYLE_PAGE, TOCSIN_ROUTE_BROWSER,
    sign_out },
};

const TocsinRoutes tocsin_sign_in_routes = TOCSIN_ROUTES (routes);
