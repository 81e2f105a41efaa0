/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "push-request"

#include "config.h"

#include <string.h>

#include "push-request.h"
#include "timetext.h"
#include "uuid.h"

#define TEXT_MOST_BYTES   4096
#define KUMA_PING_MOST_MS 100000000000.0 /* as Uptime Kuma has it */
#define TOKEN_LENGTH      32             /* a UUID without hyphens */

static const TocsinPingAnswer not_found = { 404, "not found" };
static const TocsinPingAnswer bad_method = { 405, "method not allowed" };
static const TocsinPingAnswer bad_ping = { 400, "ping: a number of milliseconds is wanted" };
static const TocsinPingAnswer bad_success = { 400, "success: true or false is wanted" };
static const TocsinPingAnswer bad_duration = { 400, "duration: a span like 10s is wanted" };
static const TocsinPingAnswer no_token = { 401,
                                           "the project’s ping key is wanted as bearer token" };

static gboolean
refuse (TocsinPingAnswer *answer, TocsinPingAnswer what)
{
  *answer = what;
  return FALSE;
}

/* As scripts write it by hand: a "%" that is none of an escape is itself, and any bytes may come.
 * (transfer full) */
static char *
decode (const char *text)
{
  g_autoptr (GString) plain = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++) {
    int high = *p == '%' ? g_ascii_xdigit_value (p[1]) : -1;
    int low = high >= 0 ? g_ascii_xdigit_value (p[2]) : -1;

    if (low >= 0 && (high | low) != 0) {
      g_string_append_c (plain, (char) (high << 4 | low));
      p += 2;
    } else {
      g_string_append_c (plain, *p == '+' ? ' ' : *p);
    }
  }
  return g_utf8_make_valid (plain->str, (gssize) plain->len);
}

/* The first one of this name, whatever else is there. (transfer full) (nullable) */
static char *
get_query (const char *query, const char *name)
{
  g_auto (GStrv) parts = g_strsplit (query != NULL ? query : "", "&", -1);
  gsize length = strlen (name);

  for (guint i = 0; parts[i] != NULL; i++)
    if (strncmp (parts[i], name, length) == 0 && parts[i][length] == '=')
      return decode (parts[i] + length + 1);
  return NULL;
}

static char *
cut_text (const char *text)
{
  g_autofree char *cut = text != NULL ? g_strndup (text, TEXT_MOST_BYTES) : NULL;

  return cut != NULL ? g_utf8_make_valid (cut, -1) : NULL;
}

/* "0123…" without hyphens becomes a UUID with them. (transfer full) (nullable) */
static char *
read_token (const char *token)
{
  GString *text;

  if (tocsin_uuid_is_valid (token))
    return g_ascii_strdown (token, -1);
  if (strlen (token) != TOKEN_LENGTH || strspn (token, "0123456789abcdefABCDEF") != TOKEN_LENGTH)
    return NULL;
  text = g_string_new (token);
  for (guint i = 0; i < 4; i++)
    g_string_insert_c (text, 8 + (gssize) i * 5, '-');
  g_string_ascii_down (text);
  return g_string_free (text, FALSE);
}

static gboolean
read_kuma_ping (const char *text, gint64 *duration_us)
{
  char *end;
  double ms;

  *duration_us = -1;
  if (text == NULL || *text == '\0')
    return TRUE;
  ms = g_ascii_strtod (text, &end);
  if (*end != '\0' || !(ms >= 0 && ms <= KUMA_PING_MOST_MS))
    return FALSE;
  *duration_us = (gint64) (ms * 1000);
  return TRUE;
}

static void
set_outcome (TocsinPingRequest *request, const char *method, gboolean is_good)
{
  request->method = g_strdup (method);
  request->kind = is_good ? TOCSIN_PING_SUCCESS : TOCSIN_PING_FAIL;
  request->exit_status = -1;
}

gboolean
tocsin_push_parse_kuma (TocsinPingRequest *request, TocsinPush *push, const char *method,
                        const char *token, const char *query, TocsinPingAnswer *answer)
{
  g_autofree char *status = get_query (query, "status");
  g_autofree char *text = get_query (query, "msg");
  g_autofree char *ping = get_query (query, "ping");

  g_return_val_if_fail (request != NULL && push != NULL && answer != NULL, FALSE);

  if (strcmp (method, "GET") != 0 && strcmp (method, "POST") != 0 && strcmp (method, "HEAD") != 0)
    return refuse (answer, bad_method);
  request->ping_id = read_token (token);
  if (request->ping_id == NULL)
    return refuse (answer, not_found);
  if (!read_kuma_ping (ping, &push->duration_us))
    return refuse (answer, bad_ping);
  set_outcome (request, method, status == NULL || strcmp (status, "up") == 0);
  push->text = cut_text (text);
  return TRUE;
}

gboolean
tocsin_push_parse_gatus (TocsinPingRequest *request, TocsinPush *push, const char *method,
                         const char *key, const char *query, const char *authorization,
                         TocsinPingAnswer *answer)
{
  g_autofree char *success = get_query (query, "success");
  g_autofree char *text = get_query (query, "error");
  g_autofree char *duration = get_query (query, "duration");
  const char *name = strchr (key, '_');

  g_return_val_if_fail (request != NULL && push != NULL && answer != NULL, FALSE);

  push->duration_us = -1;
  if (strcmp (method, "POST") != 0)
    return refuse (answer, bad_method);
  if (authorization == NULL || g_ascii_strncasecmp (authorization, "Bearer ", 7) != 0)
    return refuse (answer, no_token);
  if (name == NULL || name[1] == '\0')
    return refuse (answer, not_found);
  if (success == NULL || (strcmp (success, "true") != 0 && strcmp (success, "false") != 0))
    return refuse (answer, bad_success);
  if (duration != NULL && *duration != '\0' &&
      !tocsin_span_from_text (duration, &push->duration_us, NULL))
    return refuse (answer, bad_duration);
  request->key = g_strdup (authorization + 7);
  request->slug = g_strdup (name + 1);
  set_outcome (request, method, strcmp (success, "true") == 0);
  push->text = cut_text (text);
  return TRUE;
}

void
tocsin_push_clear (TocsinPush *push)
{
  g_clear_pointer (&push->text, g_free);
}

GString *
tocsin_push_make_refusal (const char *text)
{
  GString *json = g_string_new ("{\"ok\":false,\"msg\":\"");

  for (const char *p = text; *p != '\0'; p++) {
    if (*p == '"' || *p == '\\')
      g_string_append_c (json, '\\');
    g_string_append_c (json, *p);
  }
  return g_string_append (json, "\"}");
}
