/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "monitor"

#include "config.h"

#include "errors.h"
#include "monitor.h"
#include "timetext.h"

#define WORDS(symbol, what, ...)                              \
  static const char *const symbol##_list[] = { __VA_ARGS__ }; \
  const TocsinWords tocsin_##symbol##_words = TOCSIN_WORDS (what, symbol##_list)

WORDS (monitor_kind, "kind of monitor", "http", "tcp", "ping", "dns", "heartbeat");
WORDS (family, "address family", "any", "ipv4", "ipv6");
WORDS (auth, "authentication", "none", "basic", "digest", "bearer");
WORDS (http_version, "HTTP version", "auto", "1.0", "1.1", "2");
WORDS (compare, "comparison", "eq", "ne", "lt", "le", "gt", "ge", "contains", "matches", "exists");
WORDS (tls_mode, "TLS mode", "none", "tls", "smtp", "imap", "pop3");
WORDS (dns_type, "record type", "A", "AAAA", "CNAME", "MX", "NS", "TXT", "SOA", "SRV", "CAA",
       "PTR");
WORDS (expect_mode, "way to compare", "all", "any", "exact");

#define HTTP      (1u << TOCSIN_MONITOR_HTTP)
#define TCP       (1u << TOCSIN_MONITOR_TCP)
#define PING      (1u << TOCSIN_MONITOR_PING)
#define DNS       (1u << TOCSIN_MONITOR_DNS)
#define HEARTBEAT (1u << TOCSIN_MONITOR_HEARTBEAT)
#define ACTIVE    (HTTP | TCP | PING | DNS)

#define NAMED(name_, member, k, for_, help_, ...)                                               \
  {                                                                                             \
    .name = name_, .kind = TOCSIN_FIELD_##k, .offset = G_STRUCT_OFFSET (TocsinMonitor, member), \
    .selectors = for_, .help = help_, __VA_ARGS__                                               \
  }
#define FIELD(member, k, for_, help_, ...) NAMED (#member, member, k, for_, help_, __VA_ARGS__)
#define SPAN(stem, k, for_, help_, ...)    NAMED (#stem, stem##_us, k, for_, help_, __VA_ARGS__)

#define TEXT_BYTES 4096
#define LIST_ITEMS 64
#define BODY_BYTES 65536
#define YEAR_US    (365 * TOCSIN_US_PER_DAY)

static const TocsinField rows[] = {
  FIELD (id, STRING, 0, "UUIDv7", .flags = TOCSIN_FIELD_FIXED, .most = 36),
  FIELD (kind, WORD, 0, "http, tcp, ping, dns or heartbeat", .words = &tocsin_monitor_kind_words,
         .flags = TOCSIN_FIELD_FIXED),
  FIELD (name, STRING, 0, "what people call it", .flags = TOCSIN_FIELD_REQUIRED,
         .most = TOCSIN_MONITOR_NAME_BYTES),
  FIELD (target, STRING, ACTIVE, "URL, HOST:PORT, HOST or domain name",
         .flags = TOCSIN_FIELD_REQUIRED, .most = TEXT_BYTES),
  FIELD (project, STRING, 0, "the group that it belongs to", .most = TOCSIN_MONITOR_NAME_BYTES),
  FIELD (tags, STRINGS, 0, "words to find it by", .most = LIST_ITEMS),
  FIELD (description, STRING, 0, "for people", .most = TEXT_BYTES),
  FIELD (created_at, TIME, 0, "when it was made", .flags = TOCSIN_FIELD_FIXED),
  FIELD (revision, INT, 0, "how often it was changed", .flags = TOCSIN_FIELD_FIXED),
  SPAN (interval, SPAN, ACTIVE, "how often it is checked", .fallback = TOCSIN_US_PER_MIN,
        .least = TOCSIN_MONITOR_INTERVAL_LEAST_US, .most = TOCSIN_MONITOR_INTERVAL_MOST_US),
  SPAN (timeout, SPAN, ACTIVE, "how long a check may take, less than the interval",
        .fallback = 10 * TOCSIN_US_PER_S, .least = 100 * TOCSIN_US_PER_MS,
        .most = TOCSIN_US_PER_HOUR),
  FIELD (paused, BOOL, 0, "not checked for now"),
  FIELD (failures, INT, 0, "consecutive failures that open an incident", .fallback = 3, .least = 1,
         .most = 100),
  FIELD (successes, INT, 0, "consecutive good checks that close it", .fallback = 1, .least = 1,
         .most = 100),
  SPAN (retry, SPAN, ACTIVE, "the wait after a failure, until it is confirmed", .fallback = -1,
        .least = TOCSIN_US_PER_S, .most = TOCSIN_MONITOR_INTERVAL_MOST_US),
  SPAN (slow, SPAN_MS, ACTIVE, "above this latency it is degraded", .fallback = -1, .least = 0,
        .most = TOCSIN_US_PER_HOUR),
  FIELD (confirm, INT, ACTIVE, "probes that must agree; 0 is a majority", .most = 1000),
  FIELD (probes, STRINGS, ACTIVE, "which of a team’s probes check it: any, all, ids or label:NAME",
         .most = LIST_ITEMS),
  FIELD (upside_down, BOOL, ACTIVE, "being reachable is the failure"),
  FIELD (depends_on, STRINGS, 0, "ids of monitors that this one is behind", .most = LIST_ITEMS),
  FIELD (family, WORD, HTTP | TCP | PING, "any, ipv4 or ipv6", .words = &tocsin_family_words),

  FIELD (method, STRING, HTTP, "the request’s method", .fallback_text = "GET", .most = 32),
  FIELD (headers, STRINGS, HTTP, "request headers, “Name: value”", .most = LIST_ITEMS),
  FIELD (secret_headers, STRINGS, HTTP, "request headers that are kept like passwords",
         .flags = TOCSIN_FIELD_SECRET, .most = LIST_ITEMS),
  FIELD (body, STRING, HTTP, "the request’s body", .most = BODY_BYTES),
  FIELD (auth, WORD, HTTP, "none, basic, digest or bearer", .words = &tocsin_auth_words),
  FIELD (username, STRING, HTTP, "for basic and digest", .most = TEXT_BYTES),
  FIELD (password, STRING, HTTP, "for basic and digest", .flags = TOCSIN_FIELD_SECRET,
         .most = TEXT_BYTES),
  FIELD (token, STRING, HTTP, "for bearer", .flags = TOCSIN_FIELD_SECRET, .most = BODY_BYTES),
  FIELD (client_cert, STRING, HTTP, "client certificate, a PEM file", .most = TEXT_BYTES),
  FIELD (client_key, STRING, HTTP, "its key, a PEM file", .most = TEXT_BYTES),
  FIELD (client_key_password, STRING, HTTP, "that opens the key", .flags = TOCSIN_FIELD_SECRET,
         .most = TEXT_BYTES),
  FIELD (proxy, STRING, HTTP, "http://HOST:PORT or socks5h://HOST:PORT", .most = TEXT_BYTES),
  FIELD (proxy_username, STRING, HTTP, "for the proxy", .most = TEXT_BYTES),
  FIELD (proxy_password, STRING, HTTP, "for the proxy", .flags = TOCSIN_FIELD_SECRET,
         .most = TEXT_BYTES),
  FIELD (http_version, WORD, HTTP, "auto, 1.0, 1.1 or 2", .words = &tocsin_http_version_words),
  FIELD (connect_to, STRING, HTTP, "connect to this ADDRESS[:PORT], Host and SNI as in the URL",
         .most = 300),
  FIELD (redirects, INT, HTTP, "followed at most; 0 none", .fallback = 10, .least = 0, .most = 50),
  FIELD (expect_status, STRING, HTTP, "accepted status codes", .fallback_text = "200-299",
         .most = 400),
  FIELD (contains, STRING, HTTP, "text that the body must have", .most = TEXT_BYTES),
  FIELD (not_contains, STRING, HTTP, "text that the body must not have", .most = TEXT_BYTES),
  FIELD (matches, STRING, HTTP, "regular expression that the body must match", .most = TEXT_BYTES),
  FIELD (json_query, STRING, HTTP, "JSONPath into the body: $.status", .most = TEXT_BYTES),
  FIELD (json_compare, WORD, HTTP, "how its value is compared", .words = &tocsin_compare_words),
  FIELD (json_value, STRING, HTTP, "with what", .most = TEXT_BYTES),
  FIELD (expect_headers, STRINGS, HTTP, "“Name”, “Name: value” or “Name: /regex/”",
         .most = LIST_ITEMS),

  FIELD (tls_verify, BOOL, HTTP | TCP, "whether the certificate must be valid", .fallback = TRUE),
  FIELD (tls_ca_file, STRING, HTTP | TCP, "trusted issuers, a PEM file", .most = TEXT_BYTES),
  FIELD (tls_server_name, STRING, TCP, "the name in SNI and certificate", .most = 300),
  FIELD (tls_warn_days, STRING, HTTP | TCP,
         "days before the certificate ends to tell, “none” never", .fallback_text = "21,14,7,3,1",
         .most = 100),

  FIELD (tls, WORD, TCP, "none, tls, or STARTTLS of smtp, imap or pop3",
         .words = &tocsin_tls_mode_words),
  FIELD (send, STRING, TCP, "bytes to send, with C escapes", .most = TEXT_BYTES),
  FIELD (expect, STRING, TCP, "bytes that must come, with C escapes", .most = TEXT_BYTES),

  FIELD (packets, INT, PING, "how many are sent", .fallback = 3, .least = 1, .most = 100),
  FIELD (packet_bytes, INT, PING, "of payload", .fallback = 56, .least = 16, .most = 65000),
  SPAN (packet_interval, SPAN_MS, PING, "between two packets", .fallback = 200 * TOCSIN_US_PER_MS,
        .least = 10 * TOCSIN_US_PER_MS, .most = 60 * TOCSIN_US_PER_S),
  FIELD (max_loss, INT, PING, "percent of packets that may be lost", .fallback = 99, .least = 0,
         .most = 99),

  FIELD (record_type, WORD, DNS, "A, AAAA, CNAME, MX, NS, TXT, SOA, SRV, CAA or PTR",
         .words = &tocsin_dns_type_words),
  FIELD (resolver, STRING, DNS, "IP[:PORT] to ask, else the system’s", .most = 300),
  FIELD (expect_values, STRINGS, DNS, "expected answers", .most = LIST_ITEMS),
  FIELD (expect_mode, WORD, DNS, "all, any or exact", .words = &tocsin_expect_mode_words),
  FIELD (expect_nxdomain, BOOL, DNS, "that the name does not exist is what is expected"),

  SPAN (period, SPAN, HEARTBEAT, "a ping is due this often", .fallback = -1,
        .least = TOCSIN_US_PER_S, .most = YEAR_US),
  FIELD (cron, STRING, HEARTBEAT, "or by this cron expression", .most = 400),
  FIELD (calendar, STRING, HEARTBEAT, "or by this OnCalendar expression", .most = 400),
  FIELD (tz, STRING, HEARTBEAT, "IANA time zone of the schedule", .fallback_text = "UTC",
         .most = 64),
  SPAN (grace, SPAN, HEARTBEAT, "how late a ping may be", .fallback = TOCSIN_US_PER_HOUR,
        .least = TOCSIN_US_PER_S, .most = YEAR_US),
  SPAN (max_run, SPAN, HEARTBEAT, "how long a run may take, as the grace where unset",
        .fallback = -1, .least = TOCSIN_US_PER_S, .most = YEAR_US),
  FIELD (slug, STRING, HEARTBEAT, "its name in ping URLs: a-z, 0-9, - and _", .most = 100),
  FIELD (ping_id, STRING, HEARTBEAT, "the UUID of its ping URL", .flags = TOCSIN_FIELD_FIXED,
         .most = 36),
  FIELD (manual_resume, BOOL, HEARTBEAT, "a ping does not end a pause"),
  FIELD (methods, STRING, HEARTBEAT, "“POST”: other verbs are ignored", .most = 16),
  FIELD (start_kw, STRING, HEARTBEAT, "words in a body that mean start", .most = 1000),
  FIELD (success_kw, STRING, HEARTBEAT, "words in a body that mean success", .most = 1000),
  FIELD (failure_kw, STRING, HEARTBEAT, "words in a body that mean failure", .most = 1000),
  FIELD (filter_http_body, BOOL, HEARTBEAT, "whether bodies are looked at for those words"),
  FIELD (filter_default_fail, BOOL, HEARTBEAT, "a body without any of them is a failure"),
};

const TocsinFields tocsin_monitor_fields = {
  .what = "monitor",
  .size = sizeof (TocsinMonitor),
  .rows = rows,
  .n_rows = G_N_ELEMENTS (rows),
  .selector_offset = G_STRUCT_OFFSET (TocsinMonitor, kind),
  .unknown_offset = G_STRUCT_OFFSET (TocsinMonitor, unknown),
};

TocsinMonitor *
tocsin_monitor_new (TocsinMonitorKind kind)
{
  TocsinMonitor *monitor = tocsin_fields_new (&tocsin_monitor_fields);

  g_atomic_ref_count_init (&monitor->refs);
  monitor->kind = kind;
  if (kind == TOCSIN_MONITOR_HEARTBEAT)
    monitor->failures = 1; /* a job that did not come is no blip of the network */
  tocsin_fields_fill (&tocsin_monitor_fields, monitor);
  return monitor;
}

TocsinMonitor *
tocsin_monitor_ref (TocsinMonitor *monitor)
{
  g_return_val_if_fail (monitor != NULL, NULL);

  g_atomic_ref_count_inc (&monitor->refs);
  return monitor;
}

void
tocsin_monitor_unref (TocsinMonitor *monitor)
{
  if (monitor == NULL || !g_atomic_ref_count_dec (&monitor->refs))
    return;
  g_clear_pointer (&monitor->team, g_free);
  tocsin_fields_free (&tocsin_monitor_fields, monitor);
}

TocsinMonitor *
tocsin_monitor_copy (const TocsinMonitor *monitor)
{
  TocsinMonitor *copy = tocsin_fields_copy (&tocsin_monitor_fields, monitor);

  g_atomic_ref_count_init (&copy->refs);
  copy->team = g_strdup (monitor->team);
  return copy;
}

GVariant *
tocsin_monitor_to_variant (const TocsinMonitor *monitor, guint flags)
{
  g_autoptr (GVariant) members = NULL;
  g_auto (GVariantDict) dict = { 0 };

  g_return_val_if_fail (monitor != NULL, NULL);

  members = g_variant_ref_sink (tocsin_fields_to_variant (&tocsin_monitor_fields, monitor, flags));
  g_variant_dict_init (&dict, members);
  if (monitor->team != NULL)
    g_variant_dict_insert (&dict, "team", "s", monitor->team);
  return g_variant_dict_end (&dict);
}

TocsinMonitor *
tocsin_monitor_from_variant (GVariant *members, GError **error)
{
  g_auto (GVariantDict) dict = { 0 };
  g_autoptr (GVariant) own = NULL;
  g_autoptr (TocsinMonitor) monitor = NULL;
  g_autofree char *word = NULL;
  guint kind;

  g_return_val_if_fail (members != NULL, NULL);

  g_variant_dict_init (&dict, members);
  if (!g_variant_dict_lookup (&dict, "kind", "s", &word)) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID,
                 "kind: is missing; one of: http, tcp, ping, dns, heartbeat");
    return NULL;
  }
  if (!tocsin_words_find (&tocsin_monitor_kind_words, word, &kind, error))
    return NULL;
  monitor = tocsin_monitor_new (kind);
  g_variant_dict_lookup (&dict, "team", "s", &monitor->team);
  g_variant_dict_remove (&dict, "team");
  own = g_variant_ref_sink (g_variant_dict_end (&dict));
  if (!tocsin_fields_from_variant (&tocsin_monitor_fields, monitor, own, TOCSIN_FIELDS_PLAIN,
                                   error))
    return NULL;
  return g_steal_pointer (&monitor);
}

TocsinMonitor *
tocsin_monitor_from_json (JsonObject *json, GError **error)
{
  g_autoptr (TocsinMonitor) monitor = NULL;
  JsonNode *node;
  guint kind;

  g_return_val_if_fail (json != NULL, NULL);

  node = json_object_get_member (json, "kind");
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_STRING) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID,
                 "kind: is missing; one of: http, tcp, ping, dns, heartbeat");
    return NULL;
  }
  if (!tocsin_words_find (&tocsin_monitor_kind_words, json_node_get_string (node), &kind, error))
    return NULL;
  monitor = tocsin_monitor_new (kind);
  if (!tocsin_fields_from_json (&tocsin_monitor_fields, monitor, json, TOCSIN_FIELDS_PLAIN, error))
    return NULL;
  return g_steal_pointer (&monitor);
}

gint64
tocsin_monitor_get_retry_us (const TocsinMonitor *monitor)
{
  g_return_val_if_fail (monitor != NULL, 0);

  return monitor->retry_us >= 0 ? monitor->retry_us
                                : MIN (10 * TOCSIN_US_PER_S, monitor->interval_us);
}

gint64
tocsin_monitor_get_max_run_us (const TocsinMonitor *monitor)
{
  g_return_val_if_fail (monitor != NULL, 0);

  return monitor->max_run_us >= 0 ? monitor->max_run_us : monitor->grace_us;
}
