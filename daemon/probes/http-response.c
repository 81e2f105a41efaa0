/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "http-response"

#include "config.h"

#include <string.h>

#include "http-private.h"

#define IDLE_BODY_BYTES (64 * 1024) /* a larger buffer is not kept for the next check */
#define PHRASE_BYTES    60

TocsinHttpResponse *
tocsin_http_response_new (void)
{
  TocsinHttpResponse *self = g_new0 (TocsinHttpResponse, 1);

  self->head = g_string_sized_new (1024);
  self->body = g_byte_array_new ();
  return self;
}

void
tocsin_http_response_free (TocsinHttpResponse *response)
{
  if (response == NULL)
    return;
  g_string_free (response->head, TRUE);
  g_byte_array_unref (response->body);
  g_free (response);
}

void
tocsin_http_response_clear (TocsinHttpResponse *response)
{
  if (response->body->len > IDLE_BODY_BYTES) {
    g_byte_array_unref (response->body);
    response->body = g_byte_array_new ();
  }
  g_byte_array_set_size (response->body, 0);
  if (response->head->allocated_len > IDLE_BODY_BYTES) {
    g_string_free (response->head, TRUE);
    response->head = g_string_sized_new (1024);
  }
  g_string_truncate (response->head, 0);
  response->body_bytes = 0;
  response->is_head_whole = FALSE;
  response->is_body_full = FALSE;
  response->has_cookies = FALSE;
}

static gboolean
has_name (const char *line, gsize length, const char *name, gsize name_length)
{
  return length > name_length && g_ascii_strncasecmp (line, name, name_length) == 0;
}

size_t
tocsin_http_response_header_cb (char *bytes, size_t size, size_t n, void *response)
{
  TocsinHttpResponse *self = response;

  /* A redirect, an answer to a challenge, or what follows a 100: the last response counts. */
  if (n >= 5 && memcmp (bytes, "HTTP/", 5) == 0) {
    g_string_truncate (self->head, 0);
    g_byte_array_set_size (self->body, 0);
    self->body_bytes = 0;
    self->is_head_whole = FALSE;
  }
  if (has_name (bytes, n, "set-cookie:", 11))
    self->has_cookies = TRUE;
  if (n <= 2 && (n == 0 || bytes[0] == '\r' || bytes[0] == '\n'))
    self->is_head_whole = TRUE;
  if (self->head->len + n <= TOCSIN_HTTP_HEAD_BYTES)
    g_string_append_len (self->head, bytes, (gssize) n);
  return n;
}

size_t
tocsin_http_response_body_cb (char *bytes, size_t size, size_t n, void *response)
{
  TocsinHttpResponse *self = response;
  gsize room = self->body->len < self->keep_bytes ? self->keep_bytes - self->body->len : 0;
  gsize left = TOCSIN_MONITOR_BODY_BYTES - (gsize) self->body_bytes;

  g_byte_array_append (self->body, (const guint8 *) bytes, (guint) MIN (MIN (n, room), left));
  self->body_bytes += (gint64) MIN (n, left);
  if (self->body_bytes < TOCSIN_MONITOR_BODY_BYTES)
    return n;
  self->is_body_full = TRUE;
  return 0; /* which ends the transfer */
}

static const struct {
  long status;
  const char *phrase;
} phrases[] = {
  { 200, "OK" },
  { 201, "Created" },
  { 202, "Accepted" },
  { 204, "No Content" },
  { 206, "Partial Content" },
  { 301, "Moved Permanently" },
  { 302, "Found" },
  { 303, "See Other" },
  { 304, "Not Modified" },
  { 307, "Temporary Redirect" },
  { 308, "Permanent Redirect" },
  { 400, "Bad Request" },
  { 401, "Unauthorized" },
  { 403, "Forbidden" },
  { 404, "Not Found" },
  { 405, "Method Not Allowed" },
  { 407, "Proxy Authentication Required" },
  { 408, "Request Timeout" },
  { 409, "Conflict" },
  { 410, "Gone" },
  { 413, "Content Too Large" },
  { 418, "I'm a teapot" },
  { 422, "Unprocessable Content" },
  { 429, "Too Many Requests" },
  { 451, "Unavailable For Legal Reasons" },
  { 500, "Internal Server Error" },
  { 501, "Not Implemented" },
  { 502, "Bad Gateway" },
  { 503, "Service Unavailable" },
  { 504, "Gateway Timeout" },
  { 505, "HTTP Version Not Supported" },
  { 520, "Web Server Returned an Unknown Error" },
  { 521, "Web Server Is Down" },
  { 522, "Connection Timed Out" },
  { 523, "Origin Is Unreachable" },
  { 524, "A Timeout Occurred" },
};

char *
tocsin_http_response_get_phrase (const TocsinHttpResponse *response, long status)
{
  const char *at = response->head->str;
  gsize length;

  for (guint i = 0; i < G_N_ELEMENTS (phrases); i++)
    if (phrases[i].status == status)
      return g_strdup (phrases[i].phrase);
  at += strcspn (at, " \r\n");
  at += strspn (at, " ");
  at += strcspn (at, " \r\n");
  at += strspn (at, " ");
  length = strcspn (at, "\r\n");
  return g_utf8_make_valid (at, (gssize) MIN (length, PHRASE_BYTES));
}

void
tocsin_http_response_visit (const TocsinHttpResponse *response, TocsinHttpVisit visit,
                            gpointer user_data)
{
  const char *line = strchr (response->head->str, '\n'); /* after the status line */

  while (line != NULL && *++line != '\0') {
    gsize length = strcspn (line, "\r\n");
    const char *colon = memchr (line, ':', length);
    const char *value;

    if (colon != NULL) {
      value = colon + 1 + strspn (colon + 1, " \t");
      if (value > line + length)
        value = line + length;
      if (!visit (line, (gsize) (colon - line), value, (gsize) (line + length - value), user_data))
        return;
    }
    line = strchr (line + length, '\n');
  }
}
