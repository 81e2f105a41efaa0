/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "reset"

#include "config.h"

#include "attempts.h"
#include "html.h"
#include "mails.h"
#include "pages.h"
#include "password.h"
#include "timetext.h"
#include "token.h"
#include "users.h"

#define LINK_KEPT_US TOCSIN_US_PER_HOUR

/* --- asking for a link --- */

static gboolean
show_form (TocsinCall *call, guint status, const char *email, const char *alert)
{
  g_auto (TocsinPage) page = { 0 };

  tocsin_page_begin (&page, call, "Reset the password",
                     call->config->smtp_url != NULL
                         ? "We send a link to your e-mail address."
                         : "This server sends no mail: ask its operator for a new password.");
  tocsin_page_alert (&page, alert);
  if (call->config->smtp_url != NULL) {
    tocsin_page_begin_form (&page, "/reset");
    tocsin_page_input (&page, &(TocsinInput){ .name = "email",
                                              .label = "E-mail address",
                                              .type = "email",
                                              .value = email,
                                              .autocomplete = "username",
                                              .is_wrong = alert != NULL,
                                              .is_focused = TRUE });
    tocsin_page_end_form (&page, "Send the link", NULL);
  }
  tocsin_page_markup (&page, "<p class=\"links\"><a href=\"/sign-in\">Back to sign in</a></p>\n");
  tocsin_page_send (&page, status);
  return TRUE;
}

static gboolean
get_form (TocsinCall *call, TocsinPg *pg, GError **error)
{
  return show_form (call, 200, NULL, NULL);
}

static gboolean
send_link (TocsinCall *call, TocsinPg *pg, const char *user_id, const char *email, GError **error)
{
  g_autofree char *secret = tocsin_token_new ();
  g_autofree char *path = g_strconcat ("/reset/", secret, NULL);
  g_autofree char *url = tocsin_server_config_make_url (call->config, path);
  g_autofree char *text = g_strdup_printf (
      "Somebody, probably you, wants to set a new password for your account at\n%s\n\n"
      "To do so, open this address within an hour:\n\n%s\n\n"
      "If it was not you, do nothing: your password stays as it is.\n",
      call->config->public_url, url);
  guint8 hash[TOCSIN_HASH_BYTES];

  tocsin_hash_secret (secret, hash);
  return tocsin_pg_run (pg, error, NULL,
                        "INSERT INTO mailed_links (hash, user_id, purpose, expires_at)"
                        " VALUES ($1, $2::uuid, 'reset', $3)",
                        PG_BYTES (hash, sizeof hash), PG_TEXT (user_id),
                        PG_INT (call->at_us + LINK_KEPT_US)) &&
         tocsin_mails_add (pg, email, "Set a new password", text, call->at_us, error);
}

/* The same is said whether there is such an account or not. */
static gboolean
say_sent (TocsinCall *call)
{
  g_auto (TocsinPage) page = { 0 };

  tocsin_page_begin (&page, call, "Look into your mail",
                     "If there is an account with that address, a link is on its way. It is good "
                     "for an hour.");
  tocsin_page_markup (&page, "<p class=\"links\"><a href=\"/sign-in\">Back to sign in</a></p>\n");
  tocsin_page_send (&page, 200);
  return TRUE;
}

static gboolean
post_form (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *email = tocsin_call_get_field (call, "email");
  g_autofree char *address = tocsin_email_normalize (email, NULL);
  g_autofree char *key = NULL, *user_id = NULL, *wait = NULL;
  TocsinAttempt attempt = { NULL, call->remote_address, call->at_us };
  gint64 wait_us;

  if (address == NULL || call->config->smtp_url == NULL)
    return show_form (call, 400, email, "An address like user@example.org is wanted.");
  attempt.account = key = g_strconcat ("reset of ", address, NULL);
  if (!tocsin_attempt_begin (pg, &attempt, &wait_us, error))
    return FALSE;
  if (wait_us > 0) {
    wait = tocsin_pages_describe_wait (wait_us);
    return show_form (call, 429, email, wait);
  }
  /* Each counts, so that nobody's mailbox is filled. */
  if (!tocsin_attempt_failed (pg, &attempt, error) ||
      !tocsin_users_find (pg, address, &user_id, error) ||
      (user_id != NULL && !send_link (call, pg, user_id, address, error)))
    return FALSE;
  return say_sent (call);
}

/* --- following it --- */

/* The user whose link it is; "" where it is no more. (transfer full) */
static char *
find_user (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;
  guint8 hash[TOCSIN_HASH_BYTES];

  tocsin_hash_secret (call->params[0], hash);
  rows = tocsin_pg_query (pg, error,
                          "SELECT l.user_id FROM mailed_links l JOIN users u ON u.id = l.user_id"
                          " WHERE l.hash = $1 AND l.purpose = 'reset' AND l.expires_at > $2"
                          " AND u.disabled_at = 0",
                          PG_BYTES (hash, sizeof hash), PG_INT (call->at_us));
  if (rows == NULL)
    return NULL;
  return g_strdup (tocsin_pg_rows_get_n (rows) > 0 ? tocsin_pg_rows_get_text (rows, 0, 0) : "");
}

static gboolean
show_new_form (TocsinCall *call, guint status, const char *alert)
{
  g_auto (TocsinPage) page = { 0 };
  g_autofree char *action = g_strconcat ("/reset/", call->params[0], NULL);

  tocsin_page_begin (&page, call, "Set a new password", NULL);
  tocsin_page_alert (&page, alert);
  tocsin_page_begin_form (&page, action);
  tocsin_page_input (&page, &(TocsinInput){ .name = "password",
                                            .label = "New password",
                                            .type = "password",
                                            .autocomplete = "new-password",
                                            .hint = "At least 10 characters.",
                                            .is_wrong = alert != NULL,
                                            .is_focused = TRUE });
  tocsin_page_end_form (&page, "Set the password", NULL);
  tocsin_page_send (&page, status);
  return TRUE;
}

static gboolean
say_over (TocsinCall *call)
{
  g_auto (TocsinPage) page = { 0 };

  tocsin_page_begin (&page, call, "This link is no longer good",
                     "It was used, or is older than an hour.");
  tocsin_page_markup (&page, "<a class=\"button primary\" href=\"/reset\">Ask for a new one</a>\n");
  tocsin_page_send (&page, 404);
  return TRUE;
}

static gboolean
get_new_form (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autofree char *user_id = find_user (call, pg, error);

  if (user_id == NULL)
    return FALSE;
  return *user_id != '\0' ? show_new_form (call, 200, NULL) : say_over (call);
}

static gboolean
post_new_form (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *password = tocsin_call_get_field (call, "password");
  g_autofree char *user_id = find_user (call, pg, error);
  TocsinActor actor = tocsin_pages_get_actor (call);
  g_autoptr (GError) problem = NULL;

  if (user_id == NULL)
    return FALSE;
  if (*user_id == '\0')
    return say_over (call);
  if (!tocsin_password_check (password != NULL ? password : "", NULL, &problem))
    return show_new_form (call, 400, problem->message);
  actor.id = user_id;
  if (!tocsin_users_set_password (pg, &actor, user_id, password, NULL, error))
    return FALSE;
  tocsin_call_redirect (call, "/sign-in");
  return TRUE;
}

#define PAGE TOCSIN_ACCESS_ANYONE, TOCSIN_STYLE_PAGE

static const TocsinRoute routes[] = {
  { "GET", "/reset", PAGE, TOCSIN_ROUTE_READ, get_form },
  { "POST", "/reset", PAGE, 0, post_form },
  { "GET", "/reset/{code}", PAGE, TOCSIN_ROUTE_READ, get_new_form },
  { "POST", "/reset/{code}", PAGE, TOCSIN_ROUTE_SLOW, post_new_form },
};

const TocsinRoutes tocsin_reset_routes = TOCSIN_ROUTES (routes);
