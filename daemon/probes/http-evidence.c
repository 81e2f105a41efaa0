/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "http-evidence"

#include "config.h"

#include <string.h>

#include "http-private.h"

#define MASK               "•••"
#define SECRET_LEAST_BYTES 4    /* shorter ones would mask half of every text */
#define SECRET_MOST_BYTES  4096 /* may lie across the end of what is kept of a body */

char *
tocsin_http_strip_userinfo (const char *url)
{
  const char *authority = strstr (url, "://"), *at = NULL;

  if (authority == NULL)
    return g_strdup (url);
  authority += strlen ("://");
  for (const char *c = authority; *c != '\0' && strchr ("/?#", *c) == NULL; c++)
    if (*c == '@')
      at = c;
  if (at == NULL)
    return g_strdup (url);
  return g_strdup_printf ("%.*s%s", (int) (authority - url), url, at + 1);
}

static void
add_secret (GPtrArray *secrets, const char *secret)
{
  if (secret != NULL && strlen (secret) >= SECRET_LEAST_BYTES)
    g_ptr_array_add (secrets, g_strdup (secret));
}

static void
add_pair (GPtrArray *secrets, const char *user, const char *password)
{
  g_autofree char *pair = NULL, *coded = NULL;

  if (password == NULL)
    return;
  pair = g_strdup_printf ("%s:%s", user != NULL ? user : "", password);
  coded = g_base64_encode ((const guint8 *) pair, strlen (pair));
  add_secret (secrets, password);
  add_secret (secrets, coded);
}

static void
add_userinfo (GPtrArray *secrets, const char *url)
{
  g_autoptr (GUri) uri = NULL;

  if (url == NULL)
    return;
  uri = g_uri_parse (url, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_HAS_PASSWORD, NULL);
  if (uri != NULL)
    add_pair (secrets, g_uri_get_user (uri), g_uri_get_password (uri));
}

/* The value of "Name: value". (nullable) */
static const char *
skip_name (const char *header)
{
  const char *colon = strchr (header, ':');

  return colon != NULL ? colon + 1 + strspn (colon + 1, " ") : NULL;
}

/* What the server may say back to us and nobody else should read. */
static GPtrArray *
list_secrets (const TocsinMonitor *monitor)
{
  GPtrArray *secrets = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; monitor->secret_headers != NULL && monitor->secret_headers[i] != NULL; i++)
    add_secret (secrets, skip_name (monitor->secret_headers[i]));
  for (guint i = 0; monitor->headers != NULL && monitor->headers[i] != NULL; i++)
    if (g_ascii_strncasecmp (monitor->headers[i], "authorization:", 14) == 0 ||
        g_ascii_strncasecmp (monitor->headers[i], "cookie:", 7) == 0)
      add_secret (secrets, skip_name (monitor->headers[i]));
  add_secret (secrets, monitor->token);
  add_pair (secrets, monitor->username, monitor->password);
  add_pair (secrets, monitor->proxy_username, monitor->proxy_password);
  add_userinfo (secrets, monitor->target);
  add_userinfo (secrets, monitor->proxy);
  return secrets;
}

/* (transfer full) */
static GString *
mask (const char *bytes, gsize length, GPtrArray *secrets)
{
  GString *text = g_string_new_len (bytes, (gssize) length);

  for (guint i = 0; i < secrets->len; i++) {
    const char *secret = secrets->pdata[i];
    gsize secret_length = strlen (secret), from = 0;
    char *found;

    while ((found = memmem (text->str + from, text->len - from, secret, secret_length)) != NULL) {
      from = (gsize) (found - text->str);
      g_string_erase (text, (gssize) from, (gssize) secret_length);
      g_string_insert (text, (gssize) from, MASK);
      from += strlen (MASK);
    }
  }
  return text;
}

typedef struct {
  GPtrArray *lines;
  GPtrArray *secrets;
} HeaderList;

static gboolean
is_hidden (const char *name, gsize length)
{
  static const char *const words[] = { "token",  "secret",   "api-key",
                                       "apikey", "password", "authorization" };
  g_autofree char *lower = g_ascii_strdown (name, (gssize) length);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strstr (lower, words[i]) != NULL)
      return TRUE;
  return FALSE;
}

/* A cookie keeps its name and attributes, since those explain; its value is somebody's session. */
static char *
mask_cookie (const char *value, gsize length)
{
  const char *equals = memchr (value, '=', length), *end;

  if (equals == NULL)
    return g_strdup (MASK);
  end = memchr (equals, ';', (gsize) (value + length - equals));
  return g_strdup_printf ("%.*s=" MASK "%.*s", (int) (equals - value), value,
                          end != NULL ? (int) (value + length - end) : 0, end != NULL ? end : "");
}

static gboolean
list_header (const char *name, gsize name_length, const char *value, gsize value_length,
             gpointer user_data)
{
  HeaderList *list = user_data;
  g_autofree char *shown = NULL, *line = NULL;

  if (list->lines->len >= TOCSIN_EVIDENCE_HEADERS)
    return FALSE;
  if (name_length == strlen ("set-cookie") && g_ascii_strncasecmp (name, "set-cookie", 10) == 0)
    shown = mask_cookie (value, value_length);
  else if (is_hidden (name, name_length))
    shown = g_strdup (MASK);
  else
    shown = g_string_free (mask (value, value_length, list->secrets), FALSE);
  line = g_strdup_printf ("%.*s: %s", (int) name_length, name, shown);
  g_ptr_array_add (
      list->lines,
      g_utf8_make_valid (line, (gssize) MIN (strlen (line), TOCSIN_EVIDENCE_HEADER_BYTES)));
  return TRUE;
}

static void
collect_headers (const TocsinHttpResponse *response, GPtrArray *secrets, TocsinEvidence *evidence)
{
  HeaderList list = { g_ptr_array_new (), secrets };

  tocsin_http_response_visit (response, list_header, &list);
  if (list.lines->len == 0) {
    g_ptr_array_unref (list.lines);
    return;
  }
  g_ptr_array_add (list.lines, NULL);
  evidence->response_headers = (char **) g_ptr_array_free (list.lines, FALSE);
}

static void
collect_body (const TocsinHttpResponse *response, GPtrArray *secrets, TocsinEvidence *evidence)
{
  gsize kept = MIN (response->body->len, TOCSIN_EVIDENCE_BODY_BYTES + SECRET_MOST_BYTES);
  GString *text;

  if (kept == 0)
    return;
  text = mask ((const char *) response->body->data, kept, secrets);
  evidence->body = g_bytes_new (text->str, MIN (text->len, TOCSIN_EVIDENCE_BODY_BYTES));
  g_string_free (text, TRUE);
}

static void
mask_reason (TocsinSample *sample, GPtrArray *secrets)
{
  GString *masked;

  if (sample->reason == NULL)
    return;
  masked = mask (sample->reason, strlen (sample->reason), secrets);
  g_free (sample->reason);
  sample->reason = g_utf8_make_valid (masked->str, (gssize) masked->len);
  g_string_free (masked, TRUE);
}

static const char *
get_version_word (long version)
{
  switch (version) {
  case CURL_HTTP_VERSION_1_0:
    return "1.0";
  case CURL_HTTP_VERSION_1_1:
    return "1.1";
  case CURL_HTTP_VERSION_2_0:
    return "2";
  case CURL_HTTP_VERSION_3:
    return "3";
  default:
    return NULL;
  }
}

static void
collect_facts (TocsinHttpRun *self, TocsinEvidence *evidence)
{
  CURL *easy = tocsin_transfer_get_easy (self->transfer);
  const char *address = NULL, *url = NULL;
  long port = 0, status = 0, version = 0, redirects = 0;

  curl_easy_getinfo (easy, CURLINFO_PRIMARY_IP, &address);
  curl_easy_getinfo (easy, CURLINFO_PRIMARY_PORT, &port);
  curl_easy_getinfo (easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo (easy, CURLINFO_HTTP_VERSION, &version);
  curl_easy_getinfo (easy, CURLINFO_REDIRECT_COUNT, &redirects);
  if (address != NULL && *address != '\0')
    evidence->remote_address =
        g_strdup_printf (strchr (address, ':') != NULL ? "[%s]:%ld" : "%s:%ld", address, port);
  evidence->status = status;
  evidence->http_version = g_strdup (get_version_word (version));
  evidence->redirects = redirects;
  evidence->body_bytes = self->response->body_bytes;
  if (redirects > 0) {
    curl_easy_getinfo (easy, CURLINFO_EFFECTIVE_URL, &url);
    evidence->final_url = url != NULL ? tocsin_http_strip_userinfo (url) : NULL;
  }
  tocsin_handshake_to_evidence (&self->handshake, self->plan->host, g_get_real_time (), evidence);
}

static void
collect_times (TocsinHttpRun *self, TocsinSample *sample, CURLcode result)
{
  TocsinTransferTimes times;

  tocsin_transfer_get_times (self->transfer, &times);
  sample->phase_us[TOCSIN_PHASE_LOOKUP] = times.lookup_us;
  sample->phase_us[TOCSIN_PHASE_CONNECT] = times.connect_us;
  sample->phase_us[TOCSIN_PHASE_TLS] = times.tls_us;
  sample->phase_us[TOCSIN_PHASE_WAIT] = times.wait_us;
  sample->phase_us[TOCSIN_PHASE_TRANSFER] = times.transfer_us;
  if (result == CURLE_OK)
    sample->latency_us = times.total_us;
}

void
tocsin_http_collect (TocsinHttpRun *run, CURLcode result)
{
  TocsinSample *sample = run->run.sample;
  TocsinEvidence *evidence = sample->evidence;
  g_autoptr (GPtrArray) secrets = NULL;

  collect_times (run, sample, result);
  collect_facts (run, evidence);
  /* Upside down, a good answer becomes the failure that has to be explained. */
  if (sample->outcome == TOCSIN_OUTCOME_OK && !run->run.monitor->upside_down &&
      !run->run.monitor->is_trial)
    return;
  secrets = list_secrets (run->run.monitor);
  evidence->addresses_tried = tocsin_transfer_get_attempts (run->transfer, result);
  collect_headers (run->response, secrets, evidence);
  collect_body (run->response, secrets, evidence);
  mask_reason (sample, secrets);
}
