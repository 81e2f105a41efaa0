/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "device-pages"

#include "config.h"

#include "attempts.h"
#include "device.h"
#include "errors.h"
#include "html.h"
#include "pages.h"
#include "session.h"
#include "token.h"

/* --- the code --- */

static gboolean
show_code_form (TocsinCall *call, guint status, const char *code, const char *alert)
{
  g_auto (TocsinPage) page = { 0 };

  tocsin_page_begin (&page, call, "Sign in a device",
                     "Enter the code that the program shows on your device.");
  tocsin_page_alert (&page, alert);
  tocsin_page_begin_form (&page, "/device");
  tocsin_page_input (&page, &(TocsinInput){ .name = "code",
                                            .label = "Code",
                                            .value = code,
                                            .autocomplete = "off",
                                            .hint = "Eight letters, as BCDF-GHJK.",
                                            .is_wrong = alert != NULL,
                                            .is_focused = TRUE });
  tocsin_page_end_form (&page, "Go on", NULL);
  tocsin_page_send (&page, status);
  return TRUE;
}

/* --- what it asks for --- */

static void
add_choice (TocsinPage *page, const char *code, const char *verdict, const char *label,
            const char *button_class)
{
  tocsin_page_begin_form (page, "/device");
  tocsin_page_hidden (page, "code", code);
  tocsin_page_hidden (page, "verdict", verdict);
  tocsin_page_end_form (page, label, button_class);
}

static gboolean
show_request (TocsinCall *call, const char *code, const TocsinDeviceRequest *request)
{
  g_auto (TocsinPage) page = { 0 };
  g_autofree char *scopes = g_strjoinv (", ", request->scopes);

  tocsin_page_begin (&page, call, "Let this device in?", NULL);
  tocsin_page_printf (&page, "<p class=\"code\">%s</p>\n<dl class=\"facts\">\n", code);
  tocsin_page_printf (&page, "<dt>Program</dt><dd>%s</dd>\n<dt>May</dt><dd>%s</dd>\n",
                      request->name, scopes);
  tocsin_page_printf (&page, "<dt>Asks from</dt><dd>%s</dd>\n<dt>Since</dt><dd>",
                      request->address != NULL ? request->address : "an unknown address");
  tocsin_page_time (&page, request->created_at);
  tocsin_page_printf (&page, "</dd>\n<dt>As</dt><dd>%s</dd>\n</dl>\n", call->principal.email);
  tocsin_page_markup (&page, "<p>Let it in only if you started this yourself, just now, and the "
                             "code is the one that you see there.</p>\n");
  add_choice (&page, code, "grant", "Let it in", NULL);
  add_choice (&page, code, "deny", "No, it was not me", "danger");
  tocsin_page_send (&page, 200);
  return TRUE;
}

static gboolean
look_up (TocsinCall *call, TocsinPg *pg, const char *typed, GError **error)
{
  const TocsinAttempt attempt = { NULL, call->remote_address, call->at_us };
  g_autofree char *code = tocsin_user_code_normalize (typed);
  g_auto (TocsinDeviceRequest) request = { 0 };
  g_autoptr (GError) problem = NULL;
  g_autofree char *wait = NULL;
  gint64 wait_us;

  if (!tocsin_attempt_begin (pg, &attempt, &wait_us, error))
    return FALSE;
  if (wait_us > 0) {
    wait = tocsin_pages_describe_wait (wait_us);
    return show_code_form (call, 429, typed, wait);
  }
  if (code != NULL && tocsin_device_find (pg, code, call->at_us, &request, &problem))
    return show_request (call, code, &request);
  if (problem != NULL && !g_error_matches (problem, TOCSIN_ERROR, TOCSIN_ERROR_NOT_FOUND)) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  return tocsin_attempt_failed (pg, &attempt, error) &&
         show_code_form (call, 404, typed,
                         problem != NULL ? problem->message : "A code has eight consonants.");
}

static gboolean
get_device (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autofree char *code = tocsin_call_get_query (call, "user_code");

  return code != NULL ? look_up (call, pg, code, error) : show_code_form (call, 200, NULL, NULL);
}

/* --- the decision --- */

static gboolean
decide (TocsinCall *call, TocsinPg *pg, const char *typed, gboolean grant, GError **error)
{
  TocsinActor actor = tocsin_pages_get_actor (call);
  g_autofree char *code = tocsin_user_code_normalize (typed);
  g_auto (TocsinPage) page = { 0 };

  if (code == NULL)
    return show_code_form (call, 400, typed, "A code has eight consonants.");
  if (!tocsin_device_decide (pg, &actor, code, call->principal.user_id, grant, error))
    return FALSE;
  tocsin_page_begin (&page, call, grant ? "It is signed in" : "It is not let in",
                     grant ? "You may close this page and go back to your device."
                           : "Whoever it was gets nothing. If somebody sent you that code, do not "
                             "trust them.");
  tocsin_page_markup (&page, "<p class=\"links\"><a href=\"/account\">Your account</a></p>\n");
  tocsin_page_send (&page, 200);
  return TRUE;
}

static gboolean
post_device (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *code = tocsin_call_get_field (call, "code");
  const char *verdict = tocsin_call_get_field (call, "verdict");

  if (!tocsin_session_check_csrf (call, error))
    return FALSE;
  if (verdict == NULL)
    return look_up (call, pg, code != NULL ? code : "", error);
  return decide (call, pg, code != NULL ? code : "", g_str_equal (verdict, "grant"), error);
}

#define PAGE TOCSIN_ACCESS_SIGNED_IN, TOCSIN_STYLE_PAGE

static const TocsinRoute routes[] = {
  { "GET", "/device", PAGE, TOCSIN_ROUTE_BROWSER, get_device },
  { "POST", "/device", PAGE, TOCSIN_ROUTE_BROWSER, post_device },
};

const TocsinRoutes tocsin_device_routes = TOCSIN_ROUTES (routes);
