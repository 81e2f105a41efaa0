/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "account"

#include "config.h"

#include <string.h>

#include "attempts.h"
#include "errors.h"
#include "html.h"
#include "pages.h"
#include "password.h"
#include "session.h"
#include "timetext.h"
#include "tokens.h"
#include "users.h"
#include "uuid.h"

/* --- the parts of the page --- */

static gboolean
add_second_factor (TocsinPage *page, TocsinPg *pg, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT totp_confirmed_at, (SELECT count (*) FROM recovery_codes c WHERE c.user_id = u.id"
      " AND c.used_at = 0) FROM users u WHERE id = $1::uuid",
      PG_TEXT (page->call->principal.user_id));

  if (rows == NULL)
    return FALSE;
  tocsin_page_markup (page, "<section>\n<h2>Second factor</h2>\n");
  if (tocsin_pg_rows_get_int (rows, 0, 0) == 0) {
    tocsin_page_markup (page, "<p>Off: who has your password is in. With it, a code of an app on "
                              "your phone is needed besides.</p>\n");
    tocsin_page_begin_form (page, "/account/second-factor");
    tocsin_page_end_form (page, "Turn it on…", NULL);
  } else {
    tocsin_page_markup (page, "<p>On since ");
    tocsin_page_time (page, tocsin_pg_rows_get_int (rows, 0, 0));
    tocsin_page_printf (page, ". %s recovery codes are left.</p>\n",
                        tocsin_pg_rows_get_text (rows, 0, 1));
    tocsin_page_markup (page, "<a class=\"button\" href=\"/account/second-factor/change\">New "
                              "codes, or turn it off…</a>\n");
  }
  tocsin_page_markup (page, "</section>\n");
  return TRUE;
}

static void
add_password (TocsinPage *page, const char *alert)
{
  tocsin_page_markup (page, "<section>\n<h2>Password</h2>\n");
  tocsin_page_begin_form (page, "/account/password");
  tocsin_page_username (page, page->call->principal.email);
  tocsin_page_input (page, &(TocsinInput){ .name = "current",
                                           .label = "Password now",
                                           .type = "password",
                                           .autocomplete = "current-password",
                                           .is_wrong = alert != NULL });
  tocsin_page_input (page, &(TocsinInput){ .name = "password",
                                           .label = "New password",
                                           .type = "password",
                                           .autocomplete = "new-password",
                                           .hint = "At least 10 characters. Other sessions end.",
                                           .is_wrong = alert != NULL });
  tocsin_page_end_form (page, "Change the password", NULL);
  tocsin_page_markup (page, "</section>\n");
}

static void
add_session (TocsinPage *page, const TocsinPgRows *rows, guint i)
{
  const char *id = tocsin_pg_rows_get_text (rows, i, 0);
  g_autofree char *action = g_strdup_printf ("/account/sessions/%s/end", id);

  tocsin_page_printf (page, "<li><div>%s<small>%s · last used ",
                      tocsin_pg_rows_get_text (rows, i, 3), tocsin_pg_rows_get_text (rows, i, 2));
  tocsin_page_time (page, tocsin_pg_rows_get_int (rows, i, 1));
  tocsin_page_markup (page, "</small></div>");
  if (strcmp (id, page->call->principal.id) == 0) {
    tocsin_page_markup (page, "<strong>this one</strong></li>\n");
    return;
  }
  tocsin_page_begin_form (page, action);
  tocsin_page_end_form (page, "End", "quiet");
  tocsin_page_markup (page, "</li>\n");
}

static gboolean
add_sessions (TocsinPage *page, TocsinPg *pg, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT id, used_at, coalesce (address, ''), coalesce (agent, 'unknown program')"
      " FROM sessions WHERE user_id = $1::uuid AND NOT pending AND expires_at > $2"
      " ORDER BY used_at DESC",
      PG_TEXT (page->call->principal.user_id), PG_INT (page->call->at_us));

  if (rows == NULL)
    return FALSE;
  tocsin_page_markup (page, "<section>\n<h2>Sessions</h2>\n<ul class=\"rows\">\n");
  for (guint i = 0; i < tocsin_pg_rows_get_n (rows); i++)
    add_session (page, rows, i);
  tocsin_page_markup (page, "</ul>\n</section>\n");
  return TRUE;
}

static void
add_token (TocsinPage *page, const TocsinPgRows *rows, guint i)
{
  g_autofree char *action =
      g_strdup_printf ("/account/tokens/%s/revoke", tocsin_pg_rows_get_text (rows, i, 0));

  tocsin_page_printf (page, "<li><div>%s<small>%s · last used ",
                      tocsin_pg_rows_get_text (rows, i, 1), tocsin_pg_rows_get_text (rows, i, 2));
  tocsin_page_time (page, tocsin_pg_rows_get_int (rows, i, 3));
  tocsin_page_markup (page, "</small></div>");
  tocsin_page_begin_form (page, action);
  tocsin_page_end_form (page, "Revoke", "quiet");
  tocsin_page_markup (page, "</li>\n");
}

static gboolean
add_tokens (TocsinPage *page, TocsinPg *pg, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT id, name, CASE kind WHEN 'device' THEN 'signed-in device'"
      " ELSE 'API token: ' || array_to_string (scopes, ', ') END, used_at FROM tokens"
      " WHERE user_id = $1::uuid AND revoked_at = 0 AND kind IN ('api', 'device')"
      " AND (expires_at = 0 OR expires_at > $2) ORDER BY created_at DESC",
      PG_TEXT (page->call->principal.user_id), PG_INT (page->call->at_us));

  if (rows == NULL)
    return FALSE;
  tocsin_page_markup (page, "<section>\n<h2>Devices and API tokens</h2>\n");
  if (tocsin_pg_rows_get_n (rows) > 0)
    tocsin_page_markup (page, "<ul class=\"rows\">\n");
  for (guint i = 0; i < tocsin_pg_rows_get_n (rows); i++)
    add_token (page, rows, i);
  if (tocsin_pg_rows_get_n (rows) > 0)
    tocsin_page_markup (page, "</ul>\n");
  tocsin_page_begin_form (page, "/account/tokens");
  tocsin_page_input (page, &(TocsinInput){ .name = "name", .label = "A new token for" });
  tocsin_page_markup (
      page, "<fieldset>\n<legend>It may</legend>\n"
            "<label class=\"choice\"><input type=\"checkbox\" name=\"read\" value=\"1\" checked>"
            "read</label>\n"
            "<label class=\"choice\"><input type=\"checkbox\" name=\"write\" value=\"1\">"
            "change monitors</label>\n"
            "<label class=\"choice\"><input type=\"checkbox\" name=\"admin\" value=\"1\">"
            "manage teams and this account</label>\n</fieldset>\n");
  tocsin_page_end_form (page, "Make the token", NULL);
  tocsin_page_markup (page, "</section>\n");
  return TRUE;
}

static gboolean
add_teams (TocsinPage *page, TocsinPg *pg, GError **error)
{
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error,
                       "SELECT t.name, m.role FROM members m JOIN teams t ON t.id = m.team_id"
                       " WHERE m.user_id = $1::uuid ORDER BY t.name",
                       PG_TEXT (page->call->principal.user_id));

  if (rows == NULL)
    return FALSE;
  tocsin_page_markup (page, "<section>\n<h2>Teams</h2>\n");
  if (tocsin_pg_rows_get_n (rows) == 0)
    tocsin_page_markup (page, "<p>You are in no team yet: ask for an invitation.</p>\n");
  tocsin_page_markup (page, "<ul class=\"rows\">\n");
  for (guint i = 0; i < tocsin_pg_rows_get_n (rows); i++)
    tocsin_page_printf (page, "<li><div>%s</div><span>%s</span></li>\n",
                        tocsin_pg_rows_get_text (rows, i, 0), tocsin_pg_rows_get_text (rows, i, 1));
  tocsin_page_markup (page, "</ul>\n</section>\n");
  return TRUE;
}

typedef struct {
  const char *alert;  /* (nullable) */
  const char *note;   /* (nullable) */
  const char *secret; /* (nullable) to be shown once */
} Message;

static gboolean
show_account (TocsinCall *call, TocsinPg *pg, guint status, const Message *message, GError **error)
{
  g_auto (TocsinPage) page = { 0 };

  tocsin_page_begin_wide (&page, call, "Your account");
  tocsin_page_alert (&page, message->alert);
  tocsin_page_note (&page, message->note);
  if (message->secret != NULL)
    tocsin_page_printf (&page, "<section>\n<p class=\"secret\">%s</p>\n</section>\n",
                        message->secret);
  if (!add_teams (&page, pg, error))
    return FALSE;
  add_password (&page, message->alert);
  if (!add_second_factor (&page, pg, error) || !add_sessions (&page, pg, error) ||
      !add_tokens (&page, pg, error))
    return FALSE;
  tocsin_page_send (&page, status);
  return TRUE;
}

/* --- what can be done on it --- */

static gboolean
get_account (TocsinCall *call, TocsinPg *pg, GError **error)
{
  return show_account (call, pg, 200, &(Message){ 0 }, error);
}

static gboolean
is_own_password (TocsinCall *call, TocsinPg *pg, const char *password, gboolean *right,
                 GError **error)
{
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error, "SELECT password FROM users WHERE id = $1::uuid",
                       PG_TEXT (call->principal.user_id));

  if (rows == NULL)
    return FALSE;
  *right = tocsin_password_verify (tocsin_pg_rows_get_text_or_null (rows, 0, 0),
                                   password != NULL ? password : "");
  return TRUE;
}

static gboolean
change_password (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *password = tocsin_call_get_field (call, "password");
  const TocsinAttempt attempt = { call->principal.email, call->remote_address, call->at_us };
  TocsinActor actor = tocsin_pages_get_actor (call);
  g_autoptr (GError) problem = NULL;
  g_autofree char *wait = NULL;
  gboolean right = FALSE;
  gint64 wait_us;

  if (!tocsin_session_check_csrf (call, error) ||
      !tocsin_attempt_begin (pg, &attempt, &wait_us, error))
    return FALSE;
  if (wait_us > 0) {
    wait = tocsin_pages_describe_wait (wait_us);
    return show_account (call, pg, 429, &(Message){ .alert = wait }, error);
  }
  if (!is_own_password (call, pg, tocsin_call_get_field (call, "current"), &right, error))
    return FALSE;
  if (!right)
    return tocsin_attempt_failed (pg, &attempt, error) &&
           show_account (call, pg, 400, &(Message){ .alert = "Your password now is another one." },
                         error);
  if (!tocsin_password_check (password != NULL ? password : "", call->principal.email, &problem))
    return show_account (call, pg, 400, &(Message){ .alert = problem->message }, error);
  return tocsin_users_set_password (pg, &actor, call->principal.user_id, password,
                                    call->principal.id, error) &&
         show_account (call, pg, 200, &(Message){ .note = "The password is changed." }, error);
}

static gboolean
end_session (TocsinCall *call, TocsinPg *pg, GError **error)
{
  if (!tocsin_session_check_csrf (call, error))
    return FALSE;
  if (!tocsin_uuid_is_valid (call->params[0]))
    return tocsin_http_fail (error, 404, "there is no such session");
  if (!tocsin_pg_run (pg, error, NULL,
                      "DELETE FROM sessions WHERE user_id = $1::uuid AND id = $2::uuid",
                      PG_TEXT (call->principal.user_id), PG_TEXT (call->params[0])))
    return FALSE;
  tocsin_call_redirect (call, "/account");
  return TRUE;
}

static gboolean
create_token (TocsinCall *call, TocsinPg *pg, GError **error)
{
  TocsinActor actor = tocsin_pages_get_actor (call);
  g_autofree char *token = NULL, *id = NULL;
  g_autoptr (GError) problem = NULL;
  TocsinTokenSpec spec = {
    .user_id = call->principal.user_id,
    .name = tocsin_call_get_field (call, "name"),
    .may = (tocsin_call_get_field (call, "read") != NULL ? TOCSIN_MAY_READ : 0) |
           (tocsin_call_get_field (call, "write") != NULL ? TOCSIN_MAY_WRITE : 0) |
           (tocsin_call_get_field (call, "admin") != NULL ? TOCSIN_MAY_ADMIN : 0),
  };

  if (!tocsin_session_check_csrf (call, error))
    return FALSE;
  id = tocsin_tokens_create (pg, &actor, &spec, &token, &problem);
  if (id == NULL && !g_error_matches (problem, TOCSIN_ERROR, TOCSIN_ERROR_INVALID)) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  if (id == NULL)
    return show_account (call, pg, 400, &(Message){ .alert = problem->message }, error);
  return show_account (call, pg, 200,
                       &(Message){ .note = "This is the token. Copy it now: it is not shown again.",
                                   .secret = token },
                       error);
}

static gboolean
revoke_token (TocsinCall *call, TocsinPg *pg, GError **error)
{
  TocsinActor actor = tocsin_pages_get_actor (call);

  if (!tocsin_session_check_csrf (call, error))
    return FALSE;
  if (!tocsin_uuid_is_valid (call->params[0]))
    return tocsin_http_fail (error, 404, "there is no such token");
  if (!tocsin_tokens_revoke (pg, &actor, call->principal.user_id, call->params[0], error))
    return FALSE;
  tocsin_call_redirect (call, "/account");
  return TRUE;
}

#define PAGE   TOCSIN_ACCESS_SIGNED_IN, TOCSIN_STYLE_PAGE
#define SIMPLE TOCSIN_ROUTE_BROWSER

static const TocsinRoute routes[] = {
  { "GET", "/account", PAGE, SIMPLE | TOCSIN_ROUTE_READ, get_account },
  { "POST", "/account/password", PAGE, SIMPLE | TOCSIN_ROUTE_SLOW, change_password },
  { "POST", "/account/sessions/{session}/end", PAGE, SIMPLE, end_session },
  { "POST", "/account/tokens", PAGE, SIMPLE, create_token },
  { "POST", "/account/tokens/{token}/revoke", PAGE, SIMPLE, revoke_token },
};

const TocsinRoutes tocsin_account_routes = TOCSIN_ROUTES (routes);
