/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "html"

#include "config.h"

#include "assets.h"
#include "html.h"
#include "session.h"

/* Nothing from elsewhere, no script at all, no frame around it. */
#define POLICY                                                                                \
  "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri " \
  "'none'; frame-ancestors 'none'"

void
tocsin_page_markup (TocsinPage *page, const char *markup)
{
  g_string_append (page->text, markup);
}

void
tocsin_page_text (TocsinPage *page, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append (page->text, escaped);
}

void
tocsin_page_printf (TocsinPage *page, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_markup_vprintf_escaped (format, args);
  va_end (args);
  g_string_append (page->text, text);
}

/* --- the frame --- */

static void
begin (TocsinPage *page, TocsinCall *call, const char *title)
{
  page->call = call;
  page->text = g_string_sized_new (4096);
  tocsin_page_printf (page,
                      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                      "<meta name=\"color-scheme\" content=\"light dark\">\n"
                      "<meta name=\"robots\" content=\"noindex\">\n<title>%s · Tocsin</title>\n"
                      "<link rel=\"stylesheet\" href=\"%s\">\n<link rel=\"icon\" href=\"%s\">\n"
                      "</head>\n",
                      title, tocsin_assets_get_path (TOCSIN_ASSET_STYLE),
                      tocsin_assets_get_path (TOCSIN_ASSET_ICON));
}

void
tocsin_page_begin (TocsinPage *page, TocsinCall *call, const char *title, const char *lead)
{
  begin (page, call, title);
  tocsin_page_printf (page,
                      "<body class=\"narrow\">\n<main class=\"card\">\n"
                      "<img class=\"logo\" src=\"%s\" alt=\"Tocsin\" width=\"64\" height=\"64\">\n"
                      "<h1>%s</h1>\n",
                      tocsin_assets_get_path (TOCSIN_ASSET_ICON), title);
  if (lead != NULL)
    tocsin_page_printf (page, "<p class=\"lead\">%s</p>\n", lead);
}

void
tocsin_page_begin_wide (TocsinPage *page, TocsinCall *call, const char *title)
{
  begin (page, call, title);
  tocsin_page_printf (page,
                      "<body class=\"wide\">\n<header><a class=\"home\" href=\"/account\">"
                      "<img src=\"%s\" alt=\"\" width=\"28\" height=\"28\">Tocsin</a>"
                      "<span class=\"who\">%s</span>",
                      tocsin_assets_get_path (TOCSIN_ASSET_ICON),
                      call->principal.email != NULL ? call->principal.email : "");
  tocsin_page_begin_form (page, "/sign-out");
  tocsin_page_end_form (page, "Sign out", "quiet");
  tocsin_page_printf (page, "</header>\n<main>\n<h1>%s</h1>\n", title);
}

void
tocsin_page_send (TocsinPage *page, guint status)
{
  TocsinCall *call = page->call;

  tocsin_page_markup (page, "</main>\n</body>\n</html>\n");
  tocsin_call_reply_take (call, status, "text/html; charset=utf-8", g_steal_pointer (&page->text));
  tocsin_call_add_header (call, "Content-Security-Policy", POLICY);
  tocsin_call_add_header (call, "Referrer-Policy", "no-referrer");
  tocsin_call_add_header (call, "X-Frame-Options", "DENY");
}

void
tocsin_page_clear (TocsinPage *page)
{
  if (page->text != NULL)
    g_string_free (page->text, TRUE);
  page->text = NULL;
}

/* --- parts --- */

void
tocsin_page_alert (TocsinPage *page, const char *text)
{
  if (text != NULL)
    tocsin_page_printf (
        page, "<p class=\"alert\" role=\"alert\" id=\"alert\" tabindex=\"-1\">%s</p>\n", text);
}

void
tocsin_page_note (TocsinPage *page, const char *text)
{
  if (text != NULL)
    tocsin_page_printf (page, "<p class=\"note\" role=\"status\">%s</p>\n", text);
}

void
tocsin_page_hidden (TocsinPage *page, const char *name, const char *value)
{
  tocsin_page_printf (page, "<input type=\"hidden\" name=\"%s\" value=\"%s\">\n", name, value);
}

void
tocsin_page_username (TocsinPage *page, const char *email)
{
  tocsin_page_printf (
      page,
      "<input type=\"text\" name=\"username\" value=\"%s\" autocomplete=\"username\" hidden>\n",
      email);
}

void
tocsin_page_begin_form (TocsinPage *page, const char *action)
{
  g_autofree char *csrf = tocsin_session_get_csrf (page->call);

  tocsin_page_printf (page, "<form method=\"post\" action=\"%s\">\n", action);
  if (csrf != NULL)
    tocsin_page_hidden (page, "csrf", csrf);
}

void
tocsin_page_end_form (TocsinPage *page, const char *button, const char *button_class)
{
  tocsin_page_printf (page, "<button class=\"%s\" type=\"submit\">%s</button>\n</form>\n",
                      button_class != NULL ? button_class : "primary", button);
}

static void
add_attribute (TocsinPage *page, const char *name, const char *value)
{
  if (value != NULL)
    tocsin_page_printf (page, " %s=\"%s\"", name, value);
}

static void
add_described_by (TocsinPage *page, const TocsinInput *input)
{
  g_autofree char *ids = NULL;

  if (input->hint == NULL && !input->is_wrong)
    return;
  ids = g_strconcat (input->is_wrong ? "alert " : "", input->hint != NULL ? "hint-" : "",
                     input->hint != NULL ? input->name : "", NULL);
  add_attribute (page, "aria-describedby", g_strstrip (ids));
}

void
tocsin_page_input (TocsinPage *page, const TocsinInput *input)
{
  tocsin_page_printf (page, "<div class=\"field\">\n<label for=\"%s\">%s</label>\n<input id=\"%s\"",
                      input->name, input->label, input->name);
  add_attribute (page, "name", input->name);
  add_attribute (page, "type", input->type != NULL ? input->type : "text");
  add_attribute (page, "value", input->value);
  add_attribute (page, "autocomplete", input->autocomplete);
  add_attribute (page, "inputmode", input->inputmode);
  add_described_by (page, input);
  if (input->is_wrong)
    tocsin_page_markup (page, " aria-invalid=\"true\"");
  if (!input->is_optional)
    tocsin_page_markup (page, " required");
  if (input->is_focused)
    tocsin_page_markup (page, " autofocus");
  tocsin_page_markup (page, ">\n");
  if (input->hint != NULL)
    tocsin_page_printf (page, "<p class=\"hint\" id=\"hint-%s\">%s</p>\n", input->name,
                        input->hint);
  tocsin_page_markup (page, "</div>\n");
}

void
tocsin_page_time (TocsinPage *page, gint64 at_us)
{
  g_autoptr (GDateTime) at = NULL;
  g_autofree char *iso = NULL, *text = NULL;

  if (at_us == 0) {
    tocsin_page_markup (page, "never");
    return;
  }
  at = g_date_time_new_from_unix_utc (at_us / G_USEC_PER_SEC);
  iso = g_date_time_format (at, "%Y-%m-%dT%H:%M:%SZ");
  text = g_date_time_format (at, "%-d %B %Y, %H:%M UTC");
  tocsin_page_printf (page, "<time datetime=\"%s\">%s</time>", iso, text);
}
