/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "monitor-rules"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "monitor.h"
#include "timetext.h"
#include "uuid.h"

#define STATUS_LEAST 100
#define STATUS_MOST  999

/* Reads one "200" or "200-299" at `*at` and steps over it. */
static gboolean
read_status_range (const char **at, gint64 *least, gint64 *most)
{
  char *end = NULL;

  if (!g_ascii_isdigit (**at))
    return FALSE;
  *least = *most = (gint64) g_ascii_strtoull (*at, &end, 10);
  if (*end == '-') {
    if (!g_ascii_isdigit (end[1]))
      return FALSE;
    *most = (gint64) g_ascii_strtoull (end + 1, &end, 10);
  }
  *at = end;
  return *least >= STATUS_LEAST && *most <= STATUS_MOST && *least <= *most;
}

static const char *
skip_separator (const char *at)
{
  at += strspn (at, " ");
  if (*at == ',')
    at += 1 + strspn (at + 1, " ");
  return at;
}

gboolean
tocsin_status_list_has (const char *list, gint64 status)
{
  gint64 least, most;

  g_return_val_if_fail (list != NULL, FALSE);

  while (read_status_range (&list, &least, &most)) {
    if (status >= least && status <= most)
      return TRUE;
    list = skip_separator (list);
  }
  return FALSE;
}

gboolean
tocsin_status_list_check (const char *list, GError **error)
{
  const char *at = list;
  gint64 least, most;

  g_return_val_if_fail (list != NULL, FALSE);

  while (read_status_range (&at, &least, &most)) {
    if (*at == '\0')
      return TRUE;
    if (*at != ',' && *at != ' ')
      break;
    at = skip_separator (at);
  }
  return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                      "“%s” is no list of status codes; such as 200-299,401 is wanted", list);
}

static gboolean
read_port (const char *text, guint16 *port)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, 1, 65535, &value, NULL))
    return FALSE;
  *port = (guint16) value;
  return TRUE;
}

gboolean
tocsin_host_port_parse (const char *text, guint16 default_port, char **host, guint16 *port,
                        GError **error)
{
  const char *host_end, *port_at = NULL;
  gboolean bracketed;

  g_return_val_if_fail (text != NULL, FALSE);

  bracketed = text[0] == '[';
  if (bracketed) {
    host_end = strchr (text, ']');
    if (host_end != NULL && host_end[1] == ':')
      port_at = host_end + 2;
    else if (host_end != NULL && host_end[1] != '\0')
      host_end = NULL;
  } else if (strchr (text, ':') != strrchr (text, ':')) { /* a bare IPv6 address */
    host_end = text + strlen (text);
  } else {
    host_end = text + strcspn (text, ":");
    if (*host_end == ':')
      port_at = host_end + 1;
  }

  if (host_end == NULL || host_end == text + (bracketed ? 1 : 0) || strpbrk (text, " \t/") != NULL)
    return tocsin_fail (
        error, TOCSIN_ERROR_INVALID,
        "“%s”: HOST:PORT is wanted, such as db.example.org:5432 or [2001:db8::1]:25", text);
  if (port_at != NULL ? !read_port (port_at, port) : default_port == 0)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "“%s”: a port from 1 to 65535 is wanted after the host, HOST:PORT", text);
  if (port_at == NULL)
    *port = default_port;
  text += bracketed ? 1 : 0;
  *host = g_strndup (text, (gsize) (host_end - text));
  return TRUE;
}

char *
tocsin_monitor_get_host (const TocsinMonitor *monitor)
{
  g_autoptr (GUri) uri = NULL;
  g_autofree char *host = NULL;
  guint16 port;

  g_return_val_if_fail (monitor != NULL, NULL);

  switch ((TocsinMonitorKind) monitor->kind) {
  case TOCSIN_MONITOR_HTTP:
    uri = g_uri_parse (monitor->target, G_URI_FLAGS_PARSE_RELAXED, NULL);
    return g_strdup (uri != NULL && g_uri_get_host (uri) != NULL ? g_uri_get_host (uri) : "");
  case TOCSIN_MONITOR_TCP:
    if (!tocsin_host_port_parse (monitor->target, 1, &host, &port, NULL))
      return g_strdup ("");
    return g_steal_pointer (&host);
  case TOCSIN_MONITOR_PING:
    return g_strdup (monitor->target);
  case TOCSIN_MONITOR_DNS: /* what is loaded is the resolver, not the name */
    return g_strdup (monitor->resolver != NULL ? monitor->resolver : "");
  case TOCSIN_MONITOR_HEARTBEAT:
    return g_strdup ("");
  }
  g_assert_not_reached ();
}

static gboolean
check_headers (const char *name, char *const *headers, GError **error)
{
  for (guint i = 0; headers != NULL && headers[i] != NULL; i++) {
    const char *colon = strchr (headers[i], ':');

    if (colon == NULL || colon == headers[i] || strpbrk (headers[i], "\r\n") != NULL)
      return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: item %u: “Name: value” is wanted", name,
                          i + 1);
  }
  return TRUE;
}

static gboolean
check_regex (const char *name, const char *pattern, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, &problem);

  if (regex != NULL)
    return TRUE;
  return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: %s", name, problem->message);
}

static gboolean
check_expected_headers (char *const *headers, GError **error)
{
  for (guint i = 0; headers != NULL && headers[i] != NULL; i++) {
    const char *value = strchr (headers[i], ':');
    g_autofree char *pattern = NULL;
    gsize length;

    if (value == NULL)
      continue;
    value += 1 + strspn (value + 1, " ");
    length = strlen (value);
    if (length < 2 || value[0] != '/' || value[length - 1] != '/')
      continue;
    pattern = g_strndup (value + 1, length - 2);
    if (!check_regex ("expect_headers", pattern, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_json_query (const TocsinMonitor *monitor, GError **error)
{
  g_autoptr (JsonPath) path = NULL;
  g_autoptr (GError) problem = NULL;

  if (monitor->json_query == NULL)
    return TRUE;
  path = json_path_new ();
  if (!json_path_compile (path, monitor->json_query, &problem))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "json_query: “%s”: %s", monitor->json_query,
                        problem->message);
  if (monitor->json_value == NULL && monitor->json_compare != TOCSIN_COMPARE_EXISTS)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "json_value: is missing; it is what json_query is compared with");
  if (monitor->json_compare == TOCSIN_COMPARE_MATCHES)
    return check_regex ("json_value", monitor->json_value, error);
  return TRUE;
}

static gboolean
check_url (const char *name, const char *text, const char *const *schemes, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_PARSE_RELAXED, &problem);
  g_autofree char *wanted = NULL;

  if (uri != NULL && g_strv_contains (schemes, g_uri_get_scheme (uri)) &&
      g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0')
    return TRUE;
  wanted = g_strjoinv ("://… or ", (char **) schemes);
  return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: “%s”: a URL with %s://… is wanted", name,
                      text, wanted);
}

static gboolean
check_auth (const TocsinMonitor *monitor, GError **error)
{
  gboolean with_name = monitor->auth == TOCSIN_AUTH_BASIC || monitor->auth == TOCSIN_AUTH_DIGEST;

  if (with_name && monitor->username == NULL)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "username: is missing; auth %s needs one",
                        tocsin_words_get (&tocsin_auth_words, monitor->auth));
  return TRUE;
}

static gboolean
check_warn_days (const char *text, GError **error)
{
  g_auto (GStrv) days = NULL;
  guint64 n;

  if (text == NULL || g_str_equal (text, "none"))
    return TRUE;
  days = g_strsplit (text, ",", -1);
  for (guint i = 0; days[i] != NULL; i++)
    if (!g_ascii_string_to_unsigned (g_strstrip (days[i]), 10, 0, 3650, &n, NULL))
      return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                          "tls_warn_days: “%s”: numbers of days are wanted, such as 21,14,7,3,1",
                          text);
  return TRUE;
}

/* Names and targets are printed on terminals and in messages of one line. */
static gboolean
check_one_line (const char *name, const char *text, GError **error)
{
  for (const char *at = text; at != NULL && *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)))
      return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                          "%s: a control character is in it; one line of text is wanted", name);
  return TRUE;
}

static gboolean
check_connect_to (const char *text, GError **error)
{
  g_autofree char *host = NULL;
  guint16 port;

  if (text == NULL || tocsin_host_port_parse (text, 1, &host, &port, NULL))
    return TRUE;
  return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                      "connect_to: “%s”: ADDRESS or ADDRESS:PORT is wanted", text);
}

static gboolean
check_http (const TocsinMonitor *monitor, GError **error)
{
  static const char *const schemes[] = { "http", "https", NULL };
  static const char *const proxy_schemes[] = { "http",   "https",   "socks4", "socks4a",
                                               "socks5", "socks5h", NULL };

  if (!check_url ("target", monitor->target, schemes, error) ||
      !check_headers ("headers", monitor->headers, error) ||
      !check_headers ("secret_headers", monitor->secret_headers, error) ||
      !check_auth (monitor, error) || !check_expected_headers (monitor->expect_headers, error) ||
      !check_json_query (monitor, error) || !check_warn_days (monitor->tls_warn_days, error))
    return FALSE;
  if (!check_connect_to (monitor->connect_to, error))
    return FALSE;
  if (monitor->proxy != NULL && !check_url ("proxy", monitor->proxy, proxy_schemes, error))
    return FALSE;
  if (monitor->matches != NULL && !check_regex ("matches", monitor->matches, error))
    return FALSE;
  if (monitor->method == NULL || *monitor->method == '\0' ||
      monitor->method[strspn (monitor->method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-")] != '\0')
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "method: “%s”: a method in capital letters is wanted, such as GET",
                        monitor->method);
  if (!tocsin_status_list_check (monitor->expect_status, error)) {
    g_prefix_error (error, "expect_status: ");
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_tcp (const TocsinMonitor *monitor, GError **error)
{
  g_autofree char *host = NULL;
  guint16 port;

  if (!tocsin_host_port_parse (monitor->target, 0, &host, &port, error)) {
    g_prefix_error (error, "target: ");
    return FALSE;
  }
  return check_warn_days (monitor->tls_warn_days, error);
}

static gboolean
check_ping (const TocsinMonitor *monitor, GError **error)
{
  if (monitor->target[strcspn (monitor->target, " \t/")] != '\0')
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "target: “%s”: a host name or address is wanted", monitor->target);
  if (monitor->packets * monitor->packet_interval_us >= monitor->timeout_us)
    return tocsin_fail (
        error, TOCSIN_ERROR_INVALID,
        "packets: sending them takes as long as the timeout; fewer packets or a longer timeout are wanted");
  return TRUE;
}

static gboolean
check_dns (const TocsinMonitor *monitor, GError **error)
{
  g_autofree char *host = NULL;
  guint16 port;

  if (monitor->target[strcspn (monitor->target, " \t/")] != '\0' ||
      (strchr (monitor->target, ':') != NULL && monitor->record_type != TOCSIN_DNS_PTR))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "target: “%s”: a domain name is wanted",
                        monitor->target);
  if (monitor->resolver != NULL &&
      (!tocsin_host_port_parse (monitor->resolver, 53, &host, &port, NULL) ||
       !g_hostname_is_ip_address (host)))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "resolver: “%s”: IP or IP:PORT is wanted",
                        monitor->resolver);
  if (monitor->expect_nxdomain && monitor->expect_values != NULL &&
      monitor->expect_values[0] != NULL)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "expect_values: a name that must not exist has no values");
  return TRUE;
}

static gboolean
check_heartbeat (const TocsinMonitor *monitor, GError **error)
{
  guint n = (monitor->period_us >= 0) + (monitor->cron != NULL) + (monitor->calendar != NULL);

  if (n != 1)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "period: one of period, cron and calendar is wanted, not %u of them", n);
  if (monitor->slug != NULL &&
      monitor->slug[strspn (monitor->slug, "abcdefghijklmnopqrstuvwxyz0123456789-_")] != '\0')
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "slug: “%s”: only a-z, 0-9, - and _ may be in it", monitor->slug);
  if (monitor->methods != NULL && *monitor->methods != '\0' &&
      !g_str_equal (monitor->methods, "POST"))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "methods: “%s”: POST or nothing is wanted",
                        monitor->methods);
  return TRUE;
}

static gboolean
check_when (const TocsinMonitor *monitor, GError **error)
{
  g_autofree char *timeout = NULL, *interval = NULL;

  if (monitor->kind == TOCSIN_MONITOR_HEARTBEAT || monitor->timeout_us < monitor->interval_us)
    return TRUE;
  timeout = tocsin_span_to_text (monitor->timeout_us);
  interval = tocsin_span_to_text (monitor->interval_us);
  return tocsin_fail (error, TOCSIN_ERROR_INVALID, "timeout: %s is not less than the interval, %s",
                      timeout, interval);
}

static gboolean
check_behind (const TocsinMonitor *monitor, GError **error)
{
  if (monitor->id == NULL || monitor->depends_on == NULL ||
      !g_strv_contains ((const char *const *) monitor->depends_on, monitor->id))
    return TRUE;
  return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                      "depends_on: a monitor can’t be behind itself; ids of others are wanted");
}

static gboolean
is_probe (const char *text)
{
  if (g_str_has_prefix (text, TOCSIN_MONITOR_PROBE_LABEL))
    return text[strlen (TOCSIN_MONITOR_PROBE_LABEL)] != '\0';
  return tocsin_uuid_is_valid (text);
}

static gboolean
check_probes (const TocsinMonitor *monitor, GError **error)
{
  char **probes = monitor->probes;

  if (probes == NULL || probes[0] == NULL)
    return TRUE;
  if (strcmp (probes[0], TOCSIN_MONITOR_PROBES_ANY) == 0 ||
      strcmp (probes[0], TOCSIN_MONITOR_PROBES_ALL) == 0)
    return probes[1] == NULL ||
           tocsin_fail (error, TOCSIN_ERROR_INVALID, "probes: “%s” stands alone", probes[0]);
  for (guint i = 0; probes[i] != NULL; i++)
    if (!is_probe (probes[i]))
      return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                          "probes: “%s” is no probe; any, all, ids or label:NAME are wanted",
                          probes[i]);
  return TRUE;
}

gboolean
tocsin_monitor_validate (const TocsinMonitor *monitor, GError **error)
{
  static gboolean (*const by_kind[]) (const TocsinMonitor *, GError **) = {
    [TOCSIN_MONITOR_HTTP] = check_http,           [TOCSIN_MONITOR_TCP] = check_tcp,
    [TOCSIN_MONITOR_PING] = check_ping,           [TOCSIN_MONITOR_DNS] = check_dns,
    [TOCSIN_MONITOR_HEARTBEAT] = check_heartbeat,
  };

  g_return_val_if_fail (monitor != NULL, FALSE);

  if (tocsin_fields_check (&tocsin_monitor_fields, monitor, error) &&
      check_one_line ("name", monitor->name, error) &&
      check_one_line ("target", monitor->target, error) && check_behind (monitor, error) &&
      check_probes (monitor, error) && check_when (monitor, error) &&
      by_kind[monitor->kind](monitor, error))
    return TRUE;
  g_prefix_error (error, "monitor “%s”: ", monitor->name != NULL ? monitor->name : "");
  return FALSE;
}
