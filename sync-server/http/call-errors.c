/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "call-errors"

#include "config.h"

#include "call.h"
#include "errors.h"
#include "html.h"
#include "pg.h"

#define RETRY_AFTER_S "5"

GQuark
tocsin_http_error_quark (void)
{
  return g_quark_from_static_string ("tocsin-http-error-quark");
}

gboolean
tocsin_http_fail (GError **error, guint status, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL && *error == NULL)
    *error = g_error_new_valist (TOCSIN_HTTP_ERROR, (int) status, format, args);
  va_end (args);
  return FALSE;
}

guint
tocsin_http_status_of (const GError *error)
{
  static const struct {
    TocsinError code;
    guint status;
  } ours[] = {
    { TOCSIN_ERROR_INVALID, 400 },  { TOCSIN_ERROR_NOT_FOUND, 404 },
    { TOCSIN_ERROR_EXISTS, 409 },   { TOCSIN_ERROR_AMBIGUOUS, 409 },
    { TOCSIN_ERROR_BUSY, 503 },     { TOCSIN_ERROR_UNAVAILABLE, 503 },
    { TOCSIN_ERROR_NO_SPACE, 503 },
  };

  if (error->domain == TOCSIN_HTTP_ERROR)
    return (guint) error->code;
  if (g_error_matches (error, TOCSIN_PG_ERROR, TOCSIN_PG_ERROR_UNAVAILABLE) ||
      g_error_matches (error, TOCSIN_PG_ERROR, TOCSIN_PG_ERROR_RETRY))
    return 503;
  for (guint i = 0; i < G_N_ELEMENTS (ours); i++)
    if (g_error_matches (error, TOCSIN_ERROR, ours[i].code))
      return ours[i].status;
  return 500;
}

/* --- the styles --- */

static JsonNode *
take_object (JsonObject *object)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  return node;
}

static void
reply_problem (TocsinCall *call, guint status, const char *text)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "type", "about:blank");
  json_object_set_string_member (object, "title", soup_status_get_phrase (status));
  json_object_set_int_member (object, "status", status);
  json_object_set_string_member (object, "detail", text);
  json_object_set_string_member (object, "request_id", call->request_id);
  tocsin_call_reply_json (call, status, take_object (object));
  call->reply_type = "application/problem+json";
}

static void
reply_check_error (TocsinCall *call, guint status, const char *text)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "error", text);
  tocsin_call_reply_json (call, status, take_object (object));
}

/* The text may begin with one of RFC 6749's words: "invalid_grant: the code was used". */
static void
reply_oauth_error (TocsinCall *call, guint status, const char *text)
{
  JsonObject *object = json_object_new ();
  g_auto (GStrv) parts = g_strsplit (text, ": ", 2);
  gboolean has_word = parts[0] != NULL && parts[1] != NULL && strchr (parts[0], ' ') == NULL;

  json_object_set_string_member (object, "error",
                                 has_word        ? parts[0]
                                 : status >= 500 ? "temporarily_unavailable"
                                                 : "invalid_request");
  json_object_set_string_member (object, "error_description", has_word ? parts[1] : text);
  tocsin_call_reply_json (call, status, take_object (object));
}

static void
reply_error_page (TocsinCall *call, guint status, const char *text)
{
  g_auto (TocsinPage) page = { 0 };

  tocsin_page_begin (&page, call, soup_status_get_phrase (status), NULL);
  tocsin_page_alert (&page, text);
  tocsin_page_printf (&page,
                      "<p class=\"links\"><a href=\"/\">Go to the start</a></p>\n"
                      "<p class=\"links\"><small>%s</small></p>\n",
                      call->request_id);
  tocsin_page_send (&page, status);
}

static void
reply_error_text (TocsinCall *call, guint status, const char *text)
{
  tocsin_call_reply_text (call, status, "text/plain; charset=utf-8", text);
}

/* At an address that is nothing, who reads HTML before all else is a person. */
static TocsinStyle
get_style (const TocsinCall *call)
{
  const char *accepted = tocsin_call_get_header (call, "Accept");

  if (call->route != NULL)
    return call->route->style;
  return accepted != NULL && g_str_has_prefix (accepted, "text/html") ? TOCSIN_STYLE_PAGE
                                                                      : TOCSIN_STYLE_API;
}

void
tocsin_call_reply_error (TocsinCall *call, const GError *error)
{
  static void (*const replies[]) (TocsinCall *, guint, const char *) = {
    [TOCSIN_STYLE_API] = reply_problem,       [TOCSIN_STYLE_CHECKS] = reply_check_error,
    [TOCSIN_STYLE_OAUTH] = reply_oauth_error, [TOCSIN_STYLE_PAGE] = reply_error_page,
    [TOCSIN_STYLE_TEXT] = reply_error_text,
  };
  guint status = tocsin_http_status_of (error);
  TocsinStyle style = get_style (call);
  const char *text = error->message;

  if (status == 500) {
    g_warning ("%s: %s %s: %s", call->request_id, call->method, call->path, text);
    text = "something went wrong here; the server’s log says what, under this request’s id";
  } else if (status == 503 && error->domain == TOCSIN_PG_ERROR) {
    g_info ("%s: %s", call->request_id, text);
    text = "the database can’t be reached at the moment; try again in a few seconds";
  }
  replies[style](call, status, text);
  if (status == 503)
    tocsin_call_add_header (call, "Retry-After", RETRY_AFTER_S);
}
