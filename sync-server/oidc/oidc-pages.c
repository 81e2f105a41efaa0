/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "oidc-pages"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "oidc-accounts.h"
#include "oidc-flow.h"
#include "oidc-pages.h"
#include "pages.h"
#include "session.h"

#define LINKS_MOST      5
#define CODE_MOST_BYTES 4096

/* --- what is shown --- */

static gboolean
show_failure (TocsinCall *call, guint status, const TocsinIssuer *issuer, const char *text)
{
  g_auto (TocsinPage) page = { 0 };

  tocsin_page_begin (&page, call, "Not signed in", NULL);
  tocsin_page_alert (&page, text);
  tocsin_page_markup (&page, "<p class=\"links\">");
  if (issuer != NULL && issuer->slug != NULL)
    tocsin_page_printf (&page, "<a href=\"/sign-in/oidc/%s\">Try again with %s</a> · ",
                        issuer->slug, issuer->label);
  tocsin_page_markup (&page, "<a href=\"/sign-in\">Sign in</a></p>\n");
  tocsin_page_send (&page, status);
  return TRUE;
}

/* The issuer's side failed: what was wrong is for the log. An error of ours stays one. */
static gboolean
tell_failure (TocsinCall *call, const TocsinIssuer *issuer, GError *problem, GError **error)
{
  g_autofree char *text = g_strdup_printf (
      "%s did not confirm who you are. If this happens again, tell whoever runs this server; the "
      "request was %s.",
      issuer->label, call->request_id);

  if (problem->domain != tocsin_error_quark ()) {
    g_propagate_error (error, problem);
    return FALSE;
  }
  g_message ("request %s: sign-in with %s: %s", call->request_id, issuer->issuer, problem->message);
  g_error_free (problem);
  return show_failure (call, 502, issuer, text);
}

gboolean
tocsin_oidc_add_links (TocsinPage *page, TocsinPg *pg, const char *next, GError **error)
{
  g_autofree char *escaped = g_uri_escape_string (next, "/", FALSE);
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error,
                       "SELECT t.slug, i.label FROM team_issuers i JOIN teams t ON t.id = i.team_id"
                       " ORDER BY i.label, t.slug LIMIT $1",
                       PG_INT (LINKS_MOST + 1));
  guint n;

  if (rows == NULL)
    return FALSE;
  n = tocsin_pg_rows_get_n (rows);
  for (guint i = 0; n <= LINKS_MOST && i < n; i++)
    tocsin_page_printf (page,
                        "<p><a class=\"button\" href=\"/sign-in/oidc/%s?next=%s\">Sign in with %s"
                        "</a></p>\n",
                        tocsin_pg_rows_get_text (rows, i, 0), escaped,
                        tocsin_pg_rows_get_text (rows, i, 1));
  return TRUE;
}

/* --- there --- */

static void
set_cookie (TocsinCall *call, const char *value, int kept_s)
{
  gboolean is_https = tocsin_server_config_is_https (call->config);
  g_autofree char *text =
      g_strdup_printf ("%stocsin-oidc=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%d%s",
                       is_https ? "__Host-" : "", value, kept_s, is_https ? "; Secure" : "");

  tocsin_call_add_header (call, "Set-Cookie", text);
  tocsin_call_add_header (call, "Cache-Control", "no-store");
}

static char *
get_cookie (const TocsinCall *call)
{
  return tocsin_call_get_cookie (
      call, tocsin_server_config_is_https (call->config) ? "__Host-tocsin-oidc" : "tocsin-oidc");
}

static gboolean
go (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autofree char *next = tocsin_call_get_query (call, "next");
  g_autofree char *callback = tocsin_server_config_make_url (call->config, TOCSIN_OIDC_CALLBACK);
  g_autofree char *url = NULL;
  g_auto (TocsinIssuer) issuer = { 0 };
  g_auto (TocsinOidcProvider) provider = { 0 };
  g_auto (TocsinOidcTicket) ticket = { 0 };
  GError *problem = NULL;

  if (!tocsin_issuers_find (pg, call->config, tocsin_call_get_param (call, "team"), &issuer, error))
    return FALSE;
  if (issuer.issuer == NULL)
    return tocsin_http_fail (error, 404, "nobody signs in this way here");
  if (!tocsin_oidc_provider_load (pg, call->config, issuer.issuer, call->at_us, &provider,
                                  &problem))
    return tell_failure (call, &issuer, problem, error);
  if (!tocsin_oidc_flight_begin (pg, issuer.team_id, tocsin_pages_check_next (next), call->at_us,
                                 &ticket, error))
    return FALSE;
  url = tocsin_oidc_make_url (&provider, issuer.client_id, callback, &ticket);
  set_cookie (call, ticket.browser, TOCSIN_OIDC_FLIGHT_MOST_S);
  tocsin_call_redirect (call, url);
  return TRUE;
}

/* --- and back --- */

/* The issuer may have changed its keys since we asked: once, it is asked again. */
static gboolean
verify (TocsinPg *pg, TocsinCall *call, const TocsinIssuer *issuer,
        const TocsinOidcProvider *provider, const TocsinOidcFlight *flight, const char *token,
        TocsinJwtPerson *person, GError **error)
{
  const TocsinJwtWants wants = { issuer->issuer, issuer->client_id, flight->nonce, call->at_us };

  for (int anew = FALSE; anew <= TRUE; anew++) {
    g_autoptr (GError) problem = NULL;
    g_autoptr (TocsinJwks) keys = tocsin_oidc_provider_load_keys (
        pg, call->config, issuer->issuer, provider, call->at_us, anew, error);

    if (keys == NULL)
      return FALSE;
    if (tocsin_jwt_verify (token, keys, &wants, person, &problem))
      return TRUE;
    if (anew || !g_error_matches (problem, tocsin_error_quark (), TOCSIN_ERROR_NOT_FOUND)) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  }
  return FALSE;
}

static gboolean
learn_who (TocsinPg *pg, TocsinCall *call, const TocsinIssuer *issuer,
           const TocsinOidcFlight *flight, TocsinJwtPerson *person, GError **error)
{
  g_autofree char *callback = tocsin_server_config_make_url (call->config, TOCSIN_OIDC_CALLBACK);
  g_autofree char *code = tocsin_call_get_query (call, "code");
  g_autofree char *says = tocsin_call_get_query (call, "iss");
  g_autofree char *token = NULL;
  g_auto (TocsinOidcProvider) provider = { 0 };

  if (code == NULL || strlen (code) > CODE_MOST_BYTES)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "the issuer sent no code");
  if (!tocsin_oidc_provider_load (pg, call->config, issuer->issuer, call->at_us, &provider, error))
    return FALSE;
  if (says != NULL ? strcmp (says, issuer->issuer) != 0 : provider.says_issuer)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "the answer is another issuer’s");
  token = tocsin_oidc_provider_redeem (call->config, &provider, issuer, code, flight->verifier,
                                       callback, error);
  return token != NULL && verify (pg, call, issuer, &provider, flight, token, person, error);
}

static gboolean
let_in (TocsinPg *pg, TocsinCall *call, const TocsinIssuer *issuer, const TocsinJwtPerson *person,
        const char *next, GError **error)
{
  const TocsinActor actor = { "user", NULL, person->name, call->remote_address, call->at_us };
  g_auto (TocsinPgTransaction) transaction = { 0 };
  g_auto (TocsinOidcUser) user = { 0 };
  g_autofree char *escaped = g_uri_escape_string (next, "/", FALSE);
  g_autofree char *code = g_strconcat ("/sign-in/code?next=", escaped, NULL);

  if (!tocsin_pg_begin (pg, TOCSIN_PG_WRITE, &transaction, error) ||
      !tocsin_oidc_find_user (pg, &actor, issuer, person, &user, error))
    return FALSE;
  if (user.user_id == NULL)
    return show_failure (call, 403, NULL,
                         "There is no account for you here. Ask an admin of the team for an "
                         "invitation.");
  if (!tocsin_session_begin (call, pg, user.user_id, user.has_second_factor, error) ||
      !tocsin_pg_commit (&transaction, error))
    return FALSE;
  tocsin_call_redirect (call, user.has_second_factor ? code : next);
  return TRUE;
}

static gboolean
come_back (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autofree char *state = tocsin_call_get_query (call, "state");
  g_autofree char *refusal = tocsin_call_get_query (call, "error");
  g_autofree char *browser = get_cookie (call);
  g_auto (TocsinOidcFlight) flight = { 0 };
  g_auto (TocsinIssuer) issuer = { 0 };
  g_auto (TocsinJwtPerson) person = { 0 };
  GError *problem = NULL;

  set_cookie (call, "", 0);
  if (!tocsin_oidc_flight_end (pg, state != NULL ? state : "", browser != NULL ? browser : "",
                               call->at_us, &flight, &problem)) {
    if (!g_error_matches (problem, tocsin_error_quark (), TOCSIN_ERROR_NOT_FOUND)) {
      g_propagate_error (error, problem);
      return FALSE;
    }
    g_error_free (problem);
    return show_failure (call, 400, NULL,
                         "This sign-in is over: it took too long, was used already, or began in "
                         "another browser.");
  }
  if (!tocsin_issuers_find (pg, call->config, flight.team_id, &issuer, error))
    return FALSE;
  if (issuer.issuer == NULL)
    return tocsin_http_fail (error, 404, "nobody signs in this way here");
  if (refusal != NULL)
    return show_failure (call, 403, &issuer, "The sign-in was cancelled or refused there.");
  if (!learn_who (pg, call, &issuer, &flight, &person, &problem))
    return tell_failure (call, &issuer, problem, error);
  return let_in (pg, call, &issuer, &person, flight.return_to, error);
}

#define PAGE TOCSIN_ACCESS_ANYONE, TOCSIN_STYLE_PAGE, TOCSIN_ROUTE_SLOW | TOCSIN_ROUTE_BARE

static const TocsinRoute routes[] = {
  { "GET", "/sign-in/oidc/{team}", PAGE, go },
  { "GET", TOCSIN_OIDC_CALLBACK, PAGE, come_back },
};

const TocsinRoutes tocsin_oidc_routes = TOCSIN_ROUTES (routes);
