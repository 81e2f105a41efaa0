/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "invitation"

#include "config.h"

#include "errors.h"
#include "html.h"
#include "pages.h"
#include "password.h"
#include "session.h"
#include "teams.h"
#include "users.h"

/* --- the page --- */

static void
add_new_account_fields (TocsinPage *page, const TocsinInvitation *invitation, const char *email,
                        const char *name, gboolean is_wrong)
{
  if (invitation->email == NULL) {
    tocsin_page_input (page, &(TocsinInput){ .name = "email",
                                             .label = "E-mail address",
                                             .type = "email",
                                             .value = email,
                                             .autocomplete = "username",
                                             .is_wrong = is_wrong });
  } else {
    tocsin_page_printf (page, "<p>Your account will be <strong>%s</strong>.</p>\n",
                        invitation->email);
    tocsin_page_username (page, invitation->email);
  }
  tocsin_page_input (page, &(TocsinInput){ .name = "name",
                                           .label = "Your name",
                                           .value = name,
                                           .autocomplete = "name",
                                           .is_wrong = is_wrong });
  tocsin_page_input (page, &(TocsinInput){ .name = "password",
                                           .label = "Password",
                                           .type = "password",
                                           .autocomplete = "new-password",
                                           .hint = "At least 10 characters.",
                                           .is_wrong = is_wrong });
}

static gboolean
show_page (TocsinCall *call, guint status, const TocsinInvitation *invitation, const char *alert)
{
  g_auto (TocsinPage) page = { 0 };
  g_autofree char *action = g_strconcat ("/invitation/", call->params[0], NULL);
  g_autofree char *title = g_strconcat ("Join ", invitation->team_name, NULL);
  gboolean is_signed_in = call->principal.kind == TOCSIN_PRINCIPAL_SESSION;

  tocsin_page_begin (&page, call, title, NULL);
  tocsin_page_printf (&page, "<p class=\"lead\">You are invited as %s.</p>\n",
                      tocsin_words_get (&tocsin_role_words, invitation->role));
  tocsin_page_alert (&page, alert);
  tocsin_page_begin_form (&page, action);
  if (is_signed_in)
    tocsin_page_printf (&page, "<p>You are signed in as <strong>%s</strong>.</p>\n",
                        call->principal.email);
  else
    add_new_account_fields (&page, invitation, tocsin_call_get_field (call, "email"),
                            tocsin_call_get_field (call, "name"), alert != NULL);
  tocsin_page_end_form (&page, is_signed_in ? "Join the team" : "Make the account and join", NULL);
  if (!is_signed_in)
    tocsin_page_printf (&page,
                        "<p class=\"links\">You have an account? <a href=\"/sign-in?next=%s\">Sign "
                        "in first</a>.</p>\n",
                        action);
  tocsin_page_send (&page, status);
  return TRUE;
}

static gboolean
say_over (TocsinCall *call, const char *why)
{
  g_auto (TocsinPage) page = { 0 };

  tocsin_page_begin (&page, call, "This invitation is no longer good", why);
  tocsin_page_markup (&page, "<p class=\"links\"><a href=\"/sign-in\">Sign in</a></p>\n");
  tocsin_page_send (&page, 404);
  return TRUE;
}

/* FALSE with no error: there is no such invitation, and the page that says so is the reply. */
static gboolean
find (TocsinCall *call, TocsinPg *pg, TocsinInvitation *invitation, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (tocsin_invitations_find (pg, call->params[0], call->at_us, invitation, &problem))
    return TRUE;
  if (g_error_matches (problem, TOCSIN_ERROR, TOCSIN_ERROR_NOT_FOUND))
    say_over (call, "It was used, taken back, or is older than a week. Ask for a new one.");
  else
    g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean
get_page (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_auto (TocsinInvitation) invitation = { 0 };

  if (!find (call, pg, &invitation, error))
    return call->status != 0;
  return show_page (call, 200, &invitation, NULL);
}

/* --- accepting --- */

static gboolean
is_for_people (const GError *error)
{
  return error->domain == TOCSIN_ERROR &&
         (error->code == TOCSIN_ERROR_INVALID || error->code == TOCSIN_ERROR_EXISTS);
}

/* The account that joins: the one that is signed in, or a new one. (transfer full) */
static char *
get_user (TocsinCall *call, TocsinPg *pg, const TocsinInvitation *invitation,
          const TocsinActor *actor, GError **error)
{
  const char *password = tocsin_call_get_field (call, "password");
  const char *email =
      invitation->email != NULL ? invitation->email : tocsin_call_get_field (call, "email");
  const char *name = tocsin_call_get_field (call, "name");

  if (call->principal.kind == TOCSIN_PRINCIPAL_SESSION)
    return g_strdup (call->principal.user_id);
  return tocsin_users_create (pg, actor, email, name, password != NULL ? password : "", error);
}

static gboolean
join (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_auto (TocsinInvitation) known = { 0 }, accepted = { 0 };
  TocsinActor actor = tocsin_pages_get_actor (call);
  g_autofree char *user_id = NULL;
  g_autoptr (GError) problem = NULL;

  if (!find (call, pg, &known, error))
    return call->status != 0;
  if (call->principal.kind == TOCSIN_PRINCIPAL_SESSION && !tocsin_session_check_csrf (call, error))
    return FALSE;
  user_id = get_user (call, pg, &known, &actor, &problem);
  actor.id = user_id;
  if (user_id == NULL ||
      !tocsin_invitations_accept (pg, &actor, call->params[0], user_id, &accepted, &problem)) {
    if (is_for_people (problem))
      return show_page (call, 400, &known, problem->message);
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  if (call->principal.kind != TOCSIN_PRINCIPAL_SESSION &&
      !tocsin_session_begin (call, pg, user_id, FALSE, error))
    return FALSE;
  tocsin_call_redirect (call, "/account");
  return TRUE;
}

/* A part that was done is undone where the rest is refused. */
static gboolean
post_page (TocsinCall *call, TocsinPg *pg, GError **error)
{
  gboolean ok;

  if (!tocsin_pg_script (pg, "SAVEPOINT join_team", error))
    return FALSE;
  ok = join (call, pg, error);
  if (ok && call->status == 400)
    return tocsin_pg_script (pg, "ROLLBACK TO SAVEPOINT join_team", error);
  return ok;
}

#define PAGE TOCSIN_ACCESS_ANYONE, TOCSIN_STYLE_PAGE

static const TocsinRoute routes[] = {
  { "GET", "/invitation/{code}", PAGE, TOCSIN_ROUTE_READ, get_page },
  { "POST", "/invitation/{code}", PAGE, TOCSIN_ROUTE_SLOW, post_page },
};

const TocsinRoutes tocsin_invitation_routes = TOCSIN_ROUTES (routes);
