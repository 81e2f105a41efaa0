/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "second-factor-pages"

#include "config.h"

#include "attempts.h"
#include "html.h"
#include "pages.h"
#include "second-factor.h"
#include "session.h"
#include "users.h"

/* --- turning it on --- */

static gboolean
show_secret (TocsinCall *call, guint status, const guint8 *secret, const char *alert)
{
  g_autofree char *uri = tocsin_totp_make_uri (secret, "Tocsin", call->principal.email);
  g_autofree char *picture = tocsin_totp_make_qr (uri);
  g_autofree char *text = tocsin_totp_to_text (secret);
  g_auto (TocsinPage) page = { 0 };

  tocsin_page_begin (&page, call, "Turn on the second factor",
                     "Scan this with your authenticator app, then enter the code that it shows.");
  tocsin_page_markup (&page, "<div class=\"qr\">");
  tocsin_page_markup (&page, picture);
  tocsin_page_printf (&page, "</div>\n<p>Or type the key into the app:<br><code>%s</code></p>\n",
                      text);
  tocsin_page_alert (&page, alert);
  tocsin_page_begin_form (&page, "/account/second-factor/confirm");
  tocsin_page_input (&page, &(TocsinInput){ .name = "code",
                                            .label = "Code",
                                            .autocomplete = "one-time-code",
                                            .inputmode = "numeric",
                                            .is_wrong = alert != NULL,
                                            .is_focused = TRUE });
  tocsin_page_end_form (&page, "Turn it on", NULL);
  tocsin_page_markup (&page, "<p class=\"links\"><a href=\"/account\">Not now</a></p>\n");
  tocsin_page_send (&page, status);
  return TRUE;
}

static gboolean
begin (TocsinCall *call, TocsinPg *pg, GError **error)
{
  guint8 secret[TOCSIN_TOTP_BYTES];

  return tocsin_session_check_csrf (call, error) &&
         tocsin_second_factor_begin (pg, call->config, call->principal.user_id, secret, error) &&
         show_secret (call, 200, secret, NULL);
}

static gboolean
show_codes (TocsinCall *call, char **codes)
{
  g_auto (TocsinPage) page = { 0 };

  tocsin_page_begin (&page, call, "Your recovery codes",
                     "Each lets you in once without your phone. Keep them where the phone is not; "
                     "they are not shown again.");
  tocsin_page_markup (&page, "<ul class=\"codes\">\n");
  for (guint i = 0; codes[i] != NULL; i++)
    tocsin_page_printf (&page, "<li>%s</li>\n", codes[i]);
  tocsin_page_markup (&page, "</ul>\n<a class=\"button primary\" href=\"/account\">I have kept "
                             "them</a>\n");
  tocsin_page_send (&page, 200);
  return TRUE;
}

static gboolean
confirm (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *code = tocsin_call_get_field (call, "code");
  TocsinActor actor = tocsin_pages_get_actor (call);
  guint8 secret[TOCSIN_TOTP_BYTES];
  g_auto (GStrv) codes = NULL;
  gboolean ok = FALSE;

  if (!tocsin_session_check_csrf (call, error) ||
      !tocsin_second_factor_confirm (pg, call->config, &actor, call->principal.user_id,
                                     code != NULL ? code : "", &ok, &codes, error))
    return FALSE;
  if (ok)
    return show_codes (call, codes);
  return tocsin_second_factor_get_unconfirmed (pg, call->config, call->principal.user_id, secret,
                                               error) &&
         show_secret (call, 400, secret,
                      "That code is wrong. Is the clock of your phone right? Try the next one.");
}

/* --- changing it --- */

static gboolean
show_change (TocsinCall *call, guint status, const char *alert)
{
  g_auto (TocsinPage) page = { 0 };

  tocsin_page_begin (&page, call, "Second factor", "A code of your app is needed for this.");
  tocsin_page_alert (&page, alert);
  tocsin_page_begin_form (&page, "/account/second-factor/change");
  tocsin_page_input (&page, &(TocsinInput){ .name = "code",
                                            .label = "Code",
                                            .autocomplete = "one-time-code",
                                            .is_wrong = alert != NULL,
                                            .is_focused = TRUE });
  tocsin_page_markup (
      &page,
      "<fieldset>\n<legend>What to do</legend>\n"
      "<label class=\"choice\"><input type=\"radio\" name=\"what\" value=\"codes\" checked>Make new "
      "recovery codes</label>\n"
      "<label class=\"choice\"><input type=\"radio\" name=\"what\" value=\"off\">Turn the second "
      "factor off</label>\n</fieldset>\n");
  tocsin_page_end_form (&page, "Do it", NULL);
  tocsin_page_markup (&page, "<p class=\"links\"><a href=\"/account\">Back</a></p>\n");
  tocsin_page_send (&page, status);
  return TRUE;
}

static gboolean
get_change (TocsinCall *call, TocsinPg *pg, GError **error)
{
  return show_change (call, 200, NULL);
}

static gboolean
post_change (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *code = tocsin_call_get_field (call, "code");
  const char *what = tocsin_call_get_field (call, "what");
  const char *user_id = call->principal.user_id;
  TocsinActor actor = tocsin_pages_get_actor (call);
  g_autofree char *key = g_strconcat ("second factor of ", user_id, NULL);
  const TocsinAttempt attempt = { key, call->remote_address, call->at_us };
  g_auto (GStrv) codes = NULL;
  g_autofree char *wait = NULL;
  gboolean ok = FALSE;
  gint64 wait_us;

  if (!tocsin_session_check_csrf (call, error) ||
      !tocsin_attempt_begin (pg, &attempt, &wait_us, error))
    return FALSE;
  if (wait_us > 0) {
    wait = tocsin_pages_describe_wait (wait_us);
    return show_change (call, 429, wait);
  }
  if (!tocsin_second_factor_verify (pg, call->config, user_id, code != NULL ? code : "",
                                    call->at_us, &ok, error))
    return FALSE;
  if (!ok)
    return tocsin_attempt_failed (pg, &attempt, error) &&
           show_change (call, 400, "That code is wrong, or was used already.");
  if (g_strcmp0 (what, "off") != 0) {
    codes = tocsin_second_factor_renew_codes (pg, &actor, user_id, error);
    return codes != NULL && show_codes (call, codes);
  }
  if (!tocsin_users_reset_second_factor (pg, &actor, user_id, error))
    return FALSE;
  tocsin_call_redirect (call, "/account");
  return TRUE;
}

#define PAGE TOCSIN_ACCESS_SIGNED_IN, TOCSIN_STYLE_PAGE

static const TocsinRoute routes[] = {
  { "POST", "/account/second-factor", PAGE, TOCSIN_ROUTE_BROWSER, begin },
  { "POST", "/account/second-factor/confirm", PAGE, TOCSIN_ROUTE_BROWSER, confirm },
  { "GET", "/account/second-factor/change", PAGE, TOCSIN_ROUTE_BROWSER | TOCSIN_ROUTE_READ,
    get_change },
  { "POST", "/account/second-factor/change", PAGE, TOCSIN_ROUTE_BROWSER, post_change },
};

const TocsinRoutes tocsin_second_factor_routes = TOCSIN_ROUTES (routes);
