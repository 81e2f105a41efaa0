/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "call"

#include "config.h"

#include <string.h>

#include "call-private.h"
#include "call.h"
#include "errors.h"
#include "jsontext.h"
#include "worker.h"

/* --- the request --- */

const char *
tocsin_call_get_param (const TocsinCall *call, const char *name)
{
  int place = tocsin_route_find_param (call->route, name);

  return place >= 0 ? call->params[place] : NULL;
}

char **
tocsin_call_get_queries (const TocsinCall *call, const char *name)
{
  g_autoptr (GStrvBuilder) values = g_strv_builder_new ();
  GUriParamsIter iter;
  char *attribute, *value;

  if (call->query != NULL) {
    g_uri_params_iter_init (&iter, call->query, -1, "&", G_URI_PARAMS_WWW_FORM);
    while (g_uri_params_iter_next (&iter, &attribute, &value, NULL)) {
      if (strcmp (attribute, name) == 0)
        g_strv_builder_add (values, value);
      g_free (attribute);
      g_free (value);
    }
  }
  return g_strv_builder_end (values);
}

char *
tocsin_call_get_query (const TocsinCall *call, const char *name)
{
  g_auto (GStrv) values = tocsin_call_get_queries (call, name);

  return g_strdup (values[0]);
}

gboolean
tocsin_call_get_query_int (const TocsinCall *call, const char *name, gint64 least, gint64 most,
                           gint64 fallback, gint64 *value, GError **error)
{
  g_autofree char *text = tocsin_call_get_query (call, name);

  *value = fallback;
  if (text == NULL || g_ascii_string_to_signed (text, 10, least, most, value, NULL))
    return TRUE;
  return tocsin_http_fail (error, 400,
                           "%s: “%s”: a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                           " is wanted",
                           name, text, least, most);
}

const char *
tocsin_call_get_header (const TocsinCall *call, const char *name)
{
  return soup_message_headers_get_one (soup_server_message_get_request_headers (call->message),
                                       name);
}

char *
tocsin_call_get_cookie (const TocsinCall *call, const char *name)
{
  const char *text = soup_message_headers_get_list (
      soup_server_message_get_request_headers (call->message), "Cookie");
  gsize length = strlen (name);
  g_auto (GStrv) parts = text != NULL ? g_strsplit_set (text, ";,", -1) : NULL;

  for (guint i = 0; parts != NULL && parts[i] != NULL; i++) {
    const char *part = g_strstrip (parts[i]);

    if (strncmp (part, name, length) == 0 && part[length] == '=')
      return g_strdup (part + length + 1);
  }
  return NULL;
}

JsonObject *
tocsin_call_get_json (TocsinCall *call, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *text = NULL;
  gsize size;
  const char *data = g_bytes_get_data (call->body, &size);

  if (call->json != NULL)
    return call->json;
  if (size == 0) {
    call->json = json_object_new ();
    return call->json;
  }
  if (memchr (data, '\0', size) != NULL) {
    tocsin_http_fail (error, 400, "the body is no JSON: it has a NUL byte");
    return NULL;
  }
  text = g_strndup (data, size);
  call->json = tocsin_json_parse_object (text, size, &problem);
  if (call->json == NULL)
    tocsin_http_fail (error, 400, "the body: %s", problem->message);
  return call->json;
}

const char *
tocsin_call_get_field (TocsinCall *call, const char *name)
{
  const char *type = tocsin_call_get_header (call, "Content-Type");

  if (call->fields == NULL) {
    if (type == NULL || g_ascii_strncasecmp (type, "application/x-www-form-urlencoded", 33) != 0)
      return NULL;
    call->fields = g_uri_parse_params (g_bytes_get_data (call->body, NULL),
                                       (gssize) g_bytes_get_size (call->body), "&",
                                       G_URI_PARAMS_WWW_FORM, NULL);
    if (call->fields == NULL)
      call->fields = g_hash_table_new (g_str_hash, g_str_equal);
  }
  return g_hash_table_lookup (call->fields, name);
}

/* --- the reply --- */

void
tocsin_call_reply_bytes (TocsinCall *call, guint status, const char *type, GBytes *bytes)
{
  g_clear_pointer (&call->reply, g_bytes_unref);
  call->status = status;
  call->reply_type = type;
  call->reply = bytes != NULL ? g_bytes_ref (bytes) : NULL;
}

void
tocsin_call_reply_take (TocsinCall *call, guint status, const char *type, GString *text)
{
  g_autoptr (GBytes) bytes = g_string_free_to_bytes (text);

  tocsin_call_reply_bytes (call, status, type, bytes);
}

void
tocsin_call_reply_text (TocsinCall *call, guint status, const char *type, const char *text)
{
  tocsin_call_reply_take (call, status, type, g_string_new (text));
}

void
tocsin_call_reply_json (TocsinCall *call, guint status, JsonNode *node)
{
  g_autofree char *text = json_to_string (node, FALSE);

  json_node_unref (node);
  tocsin_call_reply_text (call, status, "application/json", text);
}

void
tocsin_call_reply_nothing (TocsinCall *call)
{
  tocsin_call_reply_bytes (call, SOUP_STATUS_NO_CONTENT, NULL, NULL);
}

void
tocsin_call_redirect (TocsinCall *call, const char *location)
{
  tocsin_call_reply_bytes (call, SOUP_STATUS_SEE_OTHER, NULL, NULL);
  tocsin_call_add_header (call, "Location", location);
}

void
tocsin_call_add_header (TocsinCall *call, const char *name, const char *value)
{
  g_ptr_array_add (call->reply_headers, g_strdup (name));
  g_ptr_array_add (call->reply_headers, g_strdelimit (g_strdup (value), "\r\n", ' '));
}

void
tocsin_call_set_revision (TocsinCall *call, gint64 revision)
{
  g_autofree char *tag = g_strdup_printf ("\"%" G_GINT64_FORMAT "\"", revision);

  tocsin_call_add_header (call, "ETag", tag);
}

gboolean
tocsin_call_check_revision (const TocsinCall *call, gint64 revision, GError **error)
{
  const char *wanted = tocsin_call_get_header (call, "If-Match");
  g_autofree char *tag = g_strdup_printf ("\"%" G_GINT64_FORMAT "\"", revision);

  if (wanted == NULL || strcmp (wanted, "*") == 0 || strstr (wanted, tag) != NULL)
    return TRUE;
  return tocsin_http_fail (error, SOUP_STATUS_PRECONDITION_FAILED,
                           "somebody changed it meanwhile: If-Match says %s, it is %s now; read it "
                           "again and decide anew",
                           wanted, tag);
}

/* --- life --- */

/* Tells requests apart in the log, and is no secret: a system call for each would be waste. */
static void
make_request_id (TocsinCall *call)
{
  g_snprintf (call->request_id, sizeof call->request_id, "%08x%08x", g_random_int (),
              g_random_int ());
}

/* libsoup leaves the query in the path where an HTTP/1.0 request has no Host. */
static void
set_address (TocsinCall *call, GUri *uri)
{
  const char *path = g_uri_get_path (uri), *query = g_uri_get_query (uri);
  const char *mark = query == NULL ? strchr (path, '?') : NULL;

  call->path = mark != NULL ? g_strndup (path, (gsize) (mark - path)) : g_strdup (path);
  call->query = g_strdup (mark != NULL ? mark + 1 : query);
}

TocsinCall *
tocsin_call_new (TocsinWorker *worker, SoupServerMessage *message)
{
  TocsinCall *call = g_new0 (TocsinCall, 1);
  const char *host = soup_server_message_get_remote_host (message);

  call->worker = worker;
  call->config = worker->config;
  call->message = g_object_ref (message);
  call->method = soup_server_message_get_method (message);
  set_address (call, soup_server_message_get_uri (message));
  call->remote_address = g_strdup (host != NULL ? host : "");
  call->scheme = worker->config->tls_key != NULL ? "https" : "http";
  call->at_us = g_get_real_time ();
  call->reply_headers = g_ptr_array_new_with_free_func (g_free);
  make_request_id (call);
  return call;
}

void
tocsin_call_free (TocsinCall *call)
{
  g_free (call->path);
  g_free (call->query);
  for (guint i = 0; i < G_N_ELEMENTS (call->params); i++)
    g_free (call->params[i]);
  g_clear_pointer (&call->body, g_bytes_unref);
  g_free (call->remote_address);
  tocsin_principal_clear (&call->principal);
  g_clear_pointer (&call->reply, g_bytes_unref);
  g_clear_pointer (&call->reply_headers, g_ptr_array_unref);
  g_clear_pointer (&call->json, json_object_unref);
  g_clear_pointer (&call->fields, g_hash_table_unref);
  g_clear_object (&call->message);
  g_free (call);
}
