/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "http-plan"

#include "config.h"

#include <string.h>

#include "http-private.h"
#include "timetext.h"

/* A pattern that backtracks without end must not hold up the other checks. */
#define MATCH_LIMIT "(*LIMIT_MATCH=1000000)"

static void
free_expectation (gpointer data)
{
  TocsinHttpExpectation *expectation = data;

  g_free (expectation->name);
  g_free (expectation->value);
  g_clear_pointer (&expectation->pattern, g_regex_unref);
  g_free (expectation);
}

static GRegex *
compile (TocsinHttpPlan *self, const char *member, const char *pattern)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *limited = g_strconcat (MATCH_LIMIT, pattern, NULL);
  GRegex *regex = g_regex_new (limited, G_REGEX_OPTIMIZE, 0, &error);

  if (regex == NULL && self->problem == NULL)
    self->problem = g_strdup_printf ("%s: %s", member, error->message);
  return regex;
}

static TocsinHttpExpectation *
parse_expectation (TocsinHttpPlan *self, const char *text)
{
  TocsinHttpExpectation *expectation = g_new0 (TocsinHttpExpectation, 1);
  const char *colon = strchr (text, ':');
  gsize length;

  expectation->name =
      g_strstrip (colon != NULL ? g_strndup (text, (gsize) (colon - text)) : g_strdup (text));
  if (colon == NULL)
    return expectation;
  expectation->value = g_strstrip (g_strdup (colon + 1));
  length = strlen (expectation->value);
  if (length >= 2 && expectation->value[0] == '/' && expectation->value[length - 1] == '/') {
    g_autofree char *pattern = g_strndup (expectation->value + 1, length - 2);

    expectation->pattern = compile (self, "expect_headers", pattern);
  }
  return expectation;
}

static struct curl_slist *
append_headers (struct curl_slist *list, char *const *headers)
{
  for (guint i = 0; headers != NULL && headers[i] != NULL; i++) {
    const char *value = strchr (headers[i], ':');

    if (value != NULL && value[1 + strspn (value + 1, " ")] == '\0') {
      /* libcurl's way to send a header without a value; with a colon it would be left out. */
      g_autofree char *empty = g_strdup_printf ("%.*s;", (int) (value - headers[i]), headers[i]);

      list = curl_slist_append (list, empty);
    } else {
      list = curl_slist_append (list, headers[i]);
    }
  }
  return list;
}

/* libcurl turns international names to ASCII by the locale's character set, which for a service is
 * often none: done here, as all our text is UTF-8. */
static void
plan_url (TocsinHttpPlan *self)
{
  const char *target = self->monitor->target;
  g_autoptr (GUri) uri =
      g_uri_parse (target, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED, NULL);
  g_autofree char *ascii = NULL;
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (host == NULL || *host == '\0') {
    self->problem = g_strdup_printf ("target: “%s” is no URL", target);
    return;
  }
  self->host = g_strdup (host);
  if (g_str_is_ascii (target)) {
    self->url = g_strdup (target);
    return;
  }
  ascii = g_hostname_to_ascii (host);
  if (ascii == NULL)
    self->problem = g_strdup_printf ("target: “%s” is no host name", host);
  else
    self->url =
        g_uri_join (G_URI_FLAGS_ENCODED, g_uri_get_scheme (uri), g_uri_get_userinfo (uri), ascii,
                    g_uri_get_port (uri), g_uri_get_path (uri), g_uri_get_query (uri), NULL);
}

static const char *
bracket (const char *host)
{
  return strchr (host, ':') != NULL ? "[" : "";
}

/* Of the URL's host alone: a redirect to another one goes where that one is. */
static void
plan_connect_to (TocsinHttpPlan *self)
{
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *address = NULL, *entry = NULL;
  guint16 port = 0;
  const char *host;
  gboolean has_port;

  if (self->monitor->connect_to == NULL || self->problem != NULL)
    return;
  uri = g_uri_parse (self->url, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED, NULL);
  has_port = tocsin_host_port_parse (self->monitor->connect_to, 0, &address, &port, NULL);
  if (!has_port &&
      !tocsin_host_port_parse (self->monitor->connect_to, 1, &address, &port, &error)) {
    self->problem = g_strdup_printf ("connect_to: %s", error->message);
    return;
  }
  host = g_uri_get_host (uri);
  entry =
      has_port
          ? g_strdup_printf ("%s%s%s::%s%s%s:%u", bracket (host), host, *bracket (host) ? "]" : "",
                             bracket (address), address, *bracket (address) ? "]" : "", port)
          : g_strdup_printf ("%s%s%s::%s%s%s:", bracket (host), host, *bracket (host) ? "]" : "",
                             bracket (address), address, *bracket (address) ? "]" : "");
  self->connect_to = curl_slist_append (NULL, entry);
}

static void
plan_json (TocsinHttpPlan *self)
{
  g_autoptr (GError) error = NULL;
  const TocsinMonitor *monitor = self->monitor;

  if (monitor->json_query == NULL)
    return;
  self->json_path = json_path_new ();
  if (!json_path_compile (self->json_path, monitor->json_query, &error) && self->problem == NULL)
    self->problem = g_strdup_printf ("json_query: %s", error->message);
  if (monitor->json_compare == TOCSIN_COMPARE_MATCHES && monitor->json_value != NULL)
    self->json_matches = compile (self, "json_value", monitor->json_value);
}

static gboolean
is_plain (const TocsinHttpPlan *self)
{
  const TocsinMonitor *monitor = self->monitor;

  if (self->url == NULL || strchr (self->url, '@') != NULL) /* no user's name is left in a handle */
    return FALSE;
  return self->headers == NULL && self->connect_to == NULL && monitor->body == NULL &&
         g_str_equal (monitor->method, "GET") && monitor->auth == TOCSIN_AUTH_NONE &&
         monitor->client_cert == NULL && monitor->client_key == NULL &&
         monitor->client_key_password == NULL && monitor->proxy == NULL &&
         monitor->family == TOCSIN_FAMILY_ANY && monitor->http_version == TOCSIN_HTTP_AUTO &&
         monitor->redirects > 0 && monitor->tls_verify;
}

TocsinHttpPlan *
tocsin_http_plan_new (TocsinMonitor *monitor)
{
  TocsinHttpPlan *self = g_new0 (TocsinHttpPlan, 1);

  g_ref_count_init (&self->refs);
  self->monitor = tocsin_monitor_ref (monitor);
  plan_url (self);
  plan_connect_to (self);
  plan_json (self);
  self->headers = append_headers (NULL, monitor->headers);
  self->headers = append_headers (self->headers, monitor->secret_headers);
  self->open_headers = append_headers (NULL, monitor->headers);
  if (monitor->matches != NULL)
    self->matches = compile (self, "matches", monitor->matches);
  if (monitor->expect_headers != NULL) {
    self->expectations = g_ptr_array_new_with_free_func (free_expectation);
    for (guint i = 0; monitor->expect_headers[i] != NULL; i++)
      g_ptr_array_add (self->expectations, parse_expectation (self, monitor->expect_headers[i]));
  }
  self->is_plain = is_plain (self);
  self->judges_body = monitor->contains != NULL || monitor->not_contains != NULL ||
                      monitor->matches != NULL || monitor->json_query != NULL;
  return self;
}

TocsinHttpPlan *
tocsin_http_plan_ref (TocsinHttpPlan *plan)
{
  g_ref_count_inc (&plan->refs);
  return plan;
}

void
tocsin_http_plan_unref (TocsinHttpPlan *plan)
{
  if (plan == NULL || !g_ref_count_dec (&plan->refs))
    return;
  tocsin_monitor_unref (plan->monitor);
  g_free (plan->problem);
  g_free (plan->url);
  g_free (plan->host);
  curl_slist_free_all (plan->headers);
  curl_slist_free_all (plan->open_headers);
  curl_slist_free_all (plan->connect_to);
  g_clear_pointer (&plan->matches, g_regex_unref);
  g_clear_object (&plan->json_path);
  g_clear_pointer (&plan->json_matches, g_regex_unref);
  g_clear_pointer (&plan->expectations, g_ptr_array_unref);
  g_free (plan);
}

gboolean
tocsin_http_plan_is_left_by (const TocsinHttpPlan *plan, const char *location)
{
  const GUriFlags flags =
      G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED | G_URI_FLAGS_SCHEME_NORMALIZE;
  g_autoptr (GUri) from = g_uri_parse (plan->url, flags, NULL);
  g_autoptr (GUri) to = g_uri_parse_relative (from, location, flags, NULL);

  return to == NULL || g_strcmp0 (g_uri_get_scheme (from), g_uri_get_scheme (to)) != 0 ||
         g_uri_get_port (from) != g_uri_get_port (to) || g_uri_get_host (to) == NULL ||
         g_ascii_strcasecmp (g_uri_get_host (from), g_uri_get_host (to)) != 0;
}

static void
apply_method (const TocsinMonitor *monitor, CURL *easy)
{
  gboolean is_post = g_str_equal (monitor->method, "POST");
  const char *body = monitor->body;

  if (g_str_equal (monitor->method, "HEAD")) {
    curl_easy_setopt (easy, CURLOPT_NOBODY, 1L);
    return;
  }
  if (body == NULL &&
      (is_post || g_str_equal (monitor->method, "PUT") || g_str_equal (monitor->method, "PATCH")))
    body = ""; /* so that a length of 0 is said */
  if (body != NULL) {
    curl_easy_setopt (easy, CURLOPT_POSTFIELDSIZE, (long) strlen (body));
    curl_easy_setopt (easy, CURLOPT_POSTFIELDS, body); /* not copied: the monitor outlives it */
  }
  if (!is_post && (body != NULL || !g_str_equal (monitor->method, "GET")))
    curl_easy_setopt (easy, CURLOPT_CUSTOMREQUEST, monitor->method);
}

static void
apply_auth (const TocsinMonitor *monitor, CURL *easy)
{
  switch ((TocsinAuth) monitor->auth) {
  case TOCSIN_AUTH_NONE:
    break;
  case TOCSIN_AUTH_BASIC:
  case TOCSIN_AUTH_DIGEST:
    curl_easy_setopt (easy, CURLOPT_HTTPAUTH,
                      monitor->auth == TOCSIN_AUTH_BASIC ? CURLAUTH_BASIC : CURLAUTH_DIGEST);
    curl_easy_setopt (easy, CURLOPT_USERNAME, monitor->username);
    curl_easy_setopt (easy, CURLOPT_PASSWORD, monitor->password != NULL ? monitor->password : "");
    break;
  case TOCSIN_AUTH_BEARER:
    curl_easy_setopt (easy, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
    curl_easy_setopt (easy, CURLOPT_XOAUTH2_BEARER, monitor->token);
    break;
  }
  if (monitor->client_cert != NULL)
    curl_easy_setopt (easy, CURLOPT_SSLCERT, monitor->client_cert);
  if (monitor->client_key != NULL)
    curl_easy_setopt (easy, CURLOPT_SSLKEY, monitor->client_key);
  if (monitor->client_key_password != NULL)
    curl_easy_setopt (easy, CURLOPT_KEYPASSWD, monitor->client_key_password);
}

static void
apply_way (const TocsinHttpPlan *self, CURL *easy)
{
  const TocsinMonitor *monitor = self->monitor;

  if (monitor->proxy != NULL) {
    curl_easy_setopt (easy, CURLOPT_PROXY, monitor->proxy);
    curl_easy_setopt (easy, CURLOPT_NOPROXY, ""); /* not from the environment */
    curl_easy_setopt (easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (monitor->proxy_username != NULL)
      curl_easy_setopt (easy, CURLOPT_PROXYUSERNAME, monitor->proxy_username);
    if (monitor->proxy_password != NULL)
      curl_easy_setopt (easy, CURLOPT_PROXYPASSWORD, monitor->proxy_password);
  }
  if (self->connect_to != NULL)
    curl_easy_setopt (easy, CURLOPT_CONNECT_TO, self->connect_to);
  if (monitor->family != TOCSIN_FAMILY_ANY)
    curl_easy_setopt (easy, CURLOPT_IPRESOLVE,
                      monitor->family == TOCSIN_FAMILY_IPV4 ? CURL_IPRESOLVE_V4
                                                            : CURL_IPRESOLVE_V6);
}

static long
get_version (const TocsinHttpPlan *self)
{
  switch ((TocsinHttpVersion) self->monitor->http_version) {
  case TOCSIN_HTTP_AUTO:
    return CURL_HTTP_VERSION_2TLS;
  case TOCSIN_HTTP_1_0:
    return CURL_HTTP_VERSION_1_0;
  case TOCSIN_HTTP_1_1:
    return CURL_HTTP_VERSION_1_1;
  case TOCSIN_HTTP_2:
    return g_ascii_strncasecmp (self->url, "https:", 6) == 0 ? CURL_HTTP_VERSION_2TLS
                                                             : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
  }
  g_assert_not_reached ();
}

void
tocsin_http_plan_apply_plain (const TocsinHttpPlan *plan, CURL *easy)
{
  curl_easy_setopt (easy, CURLOPT_URL, plan->url);
  /* By it libcurl reckons how long one address of several may take; its default is 5 minutes. */
  curl_easy_setopt (easy, CURLOPT_CONNECTTIMEOUT_MS,
                    (long) (plan->monitor->timeout_us / TOCSIN_US_PER_MS));
  curl_easy_setopt (easy, CURLOPT_MAXREDIRS, (long) plan->monitor->redirects);
}

void
tocsin_http_plan_apply (const TocsinHttpPlan *plan, CURL *easy)
{
  const TocsinMonitor *monitor = plan->monitor;

  tocsin_http_plan_apply_plain (plan, easy);
  curl_easy_setopt (easy, CURLOPT_USERAGENT, "Tocsin/" TOCSIN_VERSION);
  curl_easy_setopt (easy, CURLOPT_HTTP_VERSION, get_version (plan));
  if (plan->headers != NULL)
    curl_easy_setopt (easy, CURLOPT_HTTPHEADER, plan->headers);
  if (monitor->redirects > 0) {
    curl_easy_setopt (easy, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt (easy, CURLOPT_COOKIEFILE, ""); /* some sites send back until it comes */
  }
  /* The chain and the name are looked at in our own way, see certificate.h, and libcurl need not
   * read the system's issuers for each check. */
  curl_easy_setopt (easy, CURLOPT_CAINFO, NULL);
  curl_easy_setopt (easy, CURLOPT_CAPATH, NULL);
  if (!monitor->tls_verify) {
    curl_easy_setopt (easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt (easy, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt (easy, CURLOPT_PROXY_SSL_VERIFYPEER, 0L);
    curl_easy_setopt (easy, CURLOPT_PROXY_SSL_VERIFYHOST, 0L);
  }
  apply_method (monitor, easy);
  apply_auth (monitor, easy);
  apply_way (plan, easy);
}
