/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "ping-request"

#include "config.h"

#include <string.h>

#include "ping-request.h"
#include "uuid.h"

#define SEGMENTS_MOST    4 /* ping, key, slug, suffix */
#define KEY_MOST_BYTES   64
#define SLUG_MOST_BYTES  100
#define EXIT_STATUS_MOST 255

static const TocsinPingAnswer not_found = { 404, "not found" };
static const TocsinPingAnswer bad_url = { 400, "invalid url format" };
static const TocsinPingAnswer bad_uuid = { 400, "invalid uuid format" };
static const TocsinPingAnswer bad_method = { 405, "method not allowed" };
static const TocsinPingAnswer options = { 204, "" };

static gboolean
refuse (TocsinPingAnswer *answer, TocsinPingAnswer what)
{
  *answer = what;
  return FALSE;
}

static gboolean
is_digits (const char *text)
{
  return *text != '\0' && text[strspn (text, "0123456789")] == '\0';
}

/* "start", "fail", "log" or an exit status. */
static gboolean
read_suffix (TocsinPingRequest *request, const char *suffix, TocsinPingAnswer *answer)
{
  static const struct {
    const char *word;
    TocsinPingKind kind;
  } table[] = {
    { "start", TOCSIN_PING_START },
    { "fail", TOCSIN_PING_FAIL },
    { "log", TOCSIN_PING_LOG },
  };
  guint64 status;

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (strcmp (suffix, table[i].word) == 0) {
      request->kind = table[i].kind;
      return TRUE;
    }
  if (!is_digits (suffix))
    return refuse (answer, not_found);
  if (!g_ascii_string_to_unsigned (suffix, 10, 0, EXIT_STATUS_MOST, &status, NULL))
    return refuse (answer, bad_url);
  request->exit_status = (gint64) status;
  request->kind = status == 0 ? TOCSIN_PING_SUCCESS : TOCSIN_PING_FAIL;
  return TRUE;
}

static gboolean
is_slug (const char *text)
{
  gsize length = strlen (text);

  return length > 0 && length <= SLUG_MOST_BYTES &&
         strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-_") == length;
}

static gboolean
read_by_slug (TocsinPingRequest *request, char **segments, guint n, TocsinPingAnswer *answer)
{
  if (n < 3 || n > SEGMENTS_MOST || strlen (segments[1]) > KEY_MOST_BYTES)
    return refuse (answer, not_found);
  if (!is_slug (segments[2]))
    return refuse (answer, bad_url);
  if (n == SEGMENTS_MOST && !read_suffix (request, segments[3], answer))
    return FALSE;
  request->key = g_strdup (segments[1]);
  request->slug = g_strdup (segments[2]);
  return TRUE;
}

static gboolean
read_path (TocsinPingRequest *request, const char *path, TocsinPingAnswer *answer)
{
  g_autofree char *plain = g_uri_unescape_string (path, "/");
  g_auto (GStrv) segments = NULL;
  guint n;

  if (plain == NULL || plain[0] != '/' || !g_utf8_validate (plain, -1, NULL))
    return refuse (answer, not_found);
  segments = g_strsplit (plain + 1, "/", SEGMENTS_MOST + 2);
  n = g_strv_length (segments);
  if (n > 1 && *segments[n - 1] == '\0') /* a trailing slash */
    n--;
  if (n < 2 || strcmp (segments[0], "ping") != 0)
    return refuse (answer, not_found);
  if (!tocsin_uuid_is_valid (segments[1]))
    return read_by_slug (request, segments, n, answer);
  if (n > 3)
    return refuse (answer, not_found);
  if (n == 3 && !read_suffix (request, segments[2], answer))
    return FALSE;
  request->ping_id = g_ascii_strdown (segments[1], -1);
  return TRUE;
}

static gboolean
read_query (TocsinPingRequest *request, const char *query, TocsinPingAnswer *answer)
{
  GUriParamsIter iter;
  char *name, *value;

  if (query == NULL)
    return TRUE;
  g_uri_params_iter_init (&iter, query, -1, "&", G_URI_PARAMS_WWW_FORM);
  while (g_uri_params_iter_next (&iter, &name, &value, NULL)) {
    G_GNUC_UNUSED g_autofree char *owned_name = name;
    G_GNUC_UNUSED g_autofree char *owned_value = value;

    if (strcmp (name, "create") == 0)
      request->create = strcmp (value, "1") == 0;
    if (strcmp (name, "rid") != 0)
      continue;
    if (!tocsin_uuid_is_valid (value))
      return refuse (answer, bad_uuid);
    g_free (request->rid);
    request->rid = g_ascii_strdown (value, -1);
  }
  return TRUE;
}

gboolean
tocsin_ping_request_parse (TocsinPingRequest *request, const char *method, const char *path,
                           const char *query, TocsinPingAnswer *answer)
{
  static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", NULL };

  g_return_val_if_fail (request != NULL && answer != NULL, FALSE);
  g_return_val_if_fail (method != NULL && path != NULL, FALSE);

  *request = (TocsinPingRequest){ .kind = TOCSIN_PING_SUCCESS, .exit_status = -1 };
  if (strcmp (method, "OPTIONS") == 0)
    return refuse (answer, options);
  if (!g_strv_contains (methods, method))
    return refuse (answer, bad_method);
  request->method = g_strdup (method);
  return read_path (request, path, answer) && read_query (request, query, answer);
}

void
tocsin_ping_request_clear (TocsinPingRequest *request)
{
  g_clear_pointer (&request->ping_id, g_free);
  g_clear_pointer (&request->key, g_free);
  g_clear_pointer (&request->slug, g_free);
  g_clear_pointer (&request->rid, g_free);
  g_clear_pointer (&request->method, g_free);
}

/* Bytes, not characters: a body need not be text, and may be cut within a character. */
static gboolean
has_keyword (GBytes *body, const char *keywords)
{
  g_auto (GStrv) words = NULL;
  gconstpointer data;
  gsize size;

  if (keywords == NULL || body == NULL)
    return FALSE;
  data = g_bytes_get_data (body, &size);
  words = g_strsplit (keywords, ",", -1);
  for (guint i = 0; words[i] != NULL; i++) {
    const char *word = g_strstrip (words[i]);

    if (*word != '\0' && size > 0 && memmem (data, size, word, strlen (word)) != NULL)
      return TRUE;
  }
  return FALSE;
}

static TocsinPingKind
filter_body (const TocsinMonitor *monitor, GBytes *body)
{
  if (has_keyword (body, monitor->failure_kw))
    return TOCSIN_PING_FAIL;
  if (has_keyword (body, monitor->success_kw))
    return TOCSIN_PING_SUCCESS;
  if (has_keyword (body, monitor->start_kw))
    return TOCSIN_PING_START;
  return monitor->filter_default_fail ? TOCSIN_PING_FAIL : TOCSIN_PING_IGNORED;
}

TocsinPingKind
tocsin_ping_request_classify (const TocsinPingRequest *request, const TocsinMonitor *monitor,
                              GBytes *body)
{
  g_return_val_if_fail (request != NULL && monitor != NULL, TOCSIN_PING_IGNORED);

  if (monitor->methods != NULL && strcmp (monitor->methods, "POST") == 0 &&
      strcmp (request->method, "POST") != 0)
    return TOCSIN_PING_IGNORED;
  if (monitor->paused && monitor->manual_resume)
    return TOCSIN_PING_IGNORED;
  if (monitor->filter_http_body && request->kind == TOCSIN_PING_SUCCESS && request->exit_status < 0)
    return filter_body (monitor, body);
  return request->kind;
}
