/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-monitor-rules"

#include "config.h"

#include "errors.h"
#include "monitor.h"
#include "support.h"
#include "timetext.h"

#define HTTP "\"kind\": \"http\", \"name\": \"shop\", \"target\": \"https://shop.example.org/\""
#define TCP  "\"kind\": \"tcp\", \"name\": \"db\", \"target\": \"db.example.org:5432\""
#define PING "\"kind\": \"ping\", \"name\": \"router\", \"target\": \"192.0.2.1\""
#define DNS  "\"kind\": \"dns\", \"name\": \"mail\", \"target\": \"example.org\""
#define BEAT "\"kind\": \"heartbeat\", \"name\": \"backup\""
#define ID   "0198c5f0-0000-7000-8000-000000000001"

/* A monitor's JSON without its braces, and what is said of it; NULL: nothing is wrong. */
static const struct {
  const char *json;
  const char *error;
} cases[] = {
  /* every kind, as small as can be */
  { HTTP, NULL },
  { TCP, NULL },
  { PING, NULL },
  { DNS, NULL },
  { BEAT ", \"period_s\": 3600", NULL },
  { BEAT ", \"cron\": \"0 3 * * *\"", NULL },
  { BEAT ", \"calendar\": \"Mon..Fri 03:00\"", NULL },

  /* what it is */
  { "\"name\": \"x\"", "kind: is missing; one of: http, tcp, ping, dns, heartbeat" },
  { "\"kind\": 7", "kind: is missing; one of: http, tcp, ping, dns, heartbeat" },
  { "\"kind\": \"gopher\"",
    "“gopher” is no kind of monitor; one of: http, tcp, ping, dns, heartbeat" },
  { "\"kind\": \"http\", \"target\": \"http://a/\"", "monitor “”: name: is missing" },
  { "\"kind\": \"http\", \"name\": \"\", \"target\": \"http://a/\"", "monitor “”: name: is empty" },
  { "\"kind\": \"http\", \"name\": \"shop\"", "monitor “shop”: target: is missing" },
  { "\"kind\": \"tcp\", \"name\": \"a\\u001bb\", \"target\": \"a:1\"",
    "monitor “a\033b”: name: a control character is in it; one line of text is wanted" },
  { "\"kind\": \"ping\", \"name\": \"a\", \"target\": \"a\\nb\"",
    "monitor “a”: target: a control character is in it; one line of text is wanted" },
  { HTTP ", \"id\": \"" ID "\", \"depends_on\": [\"" ID "\"]",
    "monitor “shop”: depends_on: a monitor can’t be behind itself; ids of others are wanted" },
  { HTTP ", \"probes\": []", NULL },
  { HTTP ", \"probes\": [\"any\"]", NULL },
  { HTTP ", \"probes\": [\"all\"]", NULL },
  { HTTP ", \"probes\": [\"" ID "\", \"label:eu\"]", NULL },
  { HTTP ", \"probes\": [\"all\", \"label:eu\"]", "monitor “shop”: probes: “all” stands alone" },
  { HTTP ", \"probes\": [\"label:eu\", \"any\"]",
    "monitor “shop”: probes: “any” is no probe; any, all, ids or label:NAME are wanted" },
  { HTTP ", \"probes\": [\"label:\"]",
    "monitor “shop”: probes: “label:” is no probe; any, all, ids or label:NAME are wanted" },
  { HTTP ", \"probes\": \"any\"", "probes: an array of strings is wanted" },
  { HTTP ", \"tags\": \"a\"", "tags: an array of strings is wanted" },
  { HTTP ", \"tags\": [1]", "tags: an array of strings is wanted" },

  /* when */
  { HTTP ", \"interval_s\": 5, \"timeout_s\": 4.9", NULL },
  { HTTP ", \"interval_s\": 86400", NULL },
  { HTTP ", \"interval_s\": 4.999, \"timeout_s\": 1",
    "monitor “shop”: interval: 4s999ms is below the least, 5s" },
  { HTTP ", \"interval_s\": 0", "monitor “shop”: interval: 0s is below the least, 5s" },
  { HTTP ", \"interval_s\": 86401", "monitor “shop”: interval: 1d1s is above the most, 1d" },
  { HTTP ", \"interval_s\": -5", "interval: a number, 0 or more, is wanted" },
  { HTTP ", \"interval_s\": \"60\"", "interval: a number, 0 or more, is wanted" },
  { HTTP ", \"interval_s\": 1e300", "interval: a number, 0 or more, is wanted" },
  { HTTP ", \"interval_s\": 10",
    "monitor “shop”: timeout: 10s is not less than the interval, 10s" },
  { HTTP ", \"timeout_s\": 90",
    "monitor “shop”: timeout: 1m30s is not less than the interval, 1m" },
  { HTTP ", \"timeout_s\": 0.05", "monitor “shop”: timeout: 50ms is below the least, 100ms" },
  { HTTP ", \"failures\": 0", "monitor “shop”: failures: 0 is below the least, 1" },
  { HTTP ", \"failures\": 101", "monitor “shop”: failures: 101 is above the most, 100" },
  { HTTP ", \"failures\": 2.5", "failures: a whole number is wanted" },
  { HTTP ", \"successes\": 0", "monitor “shop”: successes: 0 is below the least, 1" },
  { HTTP ", \"retry_s\": 0.5", "monitor “shop”: retry: 500ms is below the least, 1s" },
  { HTTP ", \"paused\": 1", "paused: true or false is wanted" },

  /* http */
  { HTTP ", \"target\": \"HTTP://EXAMPLE.ORG\"", NULL },
  { HTTP ", \"target\": \"http://[::1]:8080/x?y#z\"", NULL },
  { HTTP ", \"target\": \"shop.example.org\"",
    "monitor “shop”: target: “shop.example.org”: a URL with http://… or https://… is wanted" },
  { HTTP ", \"target\": \"ftp://shop.example.org\"",
    "monitor “shop”: target: “ftp://shop.example.org”: a URL with http://… or https://… is "
    "wanted" },
  { HTTP ", \"target\": \"http://:80/\"",
    "monitor “shop”: target: “http://:80/”: a URL with http://… or https://… is wanted" },
  { HTTP ", \"target\": \"http://a:99999/\"",
    "monitor “shop”: target: “http://a:99999/”: a URL with http://… or https://… is wanted" },
  { HTTP ", \"method\": \"PROPFIND\"", NULL },
  { HTTP ", \"method\": \"get\"",
    "monitor “shop”: method: “get”: a method in capital letters is wanted, such as GET" },
  { HTTP ", \"method\": \"GET / HTTP/1.0\"",
    "monitor “shop”: method: “GET / HTTP/1.0”: a method in capital letters is wanted, such as "
    "GET" },
  { HTTP ", \"headers\": [\"X-A: b\", \"X-Empty:\"]", NULL },
  { HTTP ", \"headers\": [\"X-A: b\", \"nonsense\"]",
    "monitor “shop”: headers: item 2: “Name: value” is wanted" },
  { HTTP ", \"headers\": [\": b\"]", "monitor “shop”: headers: item 1: “Name: value” is wanted" },
  { HTTP ", \"headers\": [\"X-A: b\\r\\nX-B: c\"]",
    "monitor “shop”: headers: item 1: “Name: value” is wanted" },
  { HTTP ", \"secret_headers\": [\"x\"]",
    "monitor “shop”: secret_headers: item 1: “Name: value” is wanted" },
  { HTTP ", \"auth\": \"basic\", \"username\": \"me\"", NULL },
  { HTTP ", \"auth\": \"basic\"", "monitor “shop”: username: is missing; auth basic needs one" },
  { HTTP ", \"auth\": \"digest\"", "monitor “shop”: username: is missing; auth digest needs one" },
  { HTTP ", \"auth\": \"ntlm\"",
    "auth: “ntlm” is no authentication; one of: none, basic, digest, bearer" },
  { HTTP ", \"proxy\": \"socks5h://127.0.0.1:9050\"", NULL },
  { HTTP ", \"proxy\": \"127.0.0.1:9050\"",
    "monitor “shop”: proxy: “127.0.0.1:9050”: a URL with http://… or https://… or socks4://… or "
    "socks4a://… or socks5://… or socks5h://… is wanted" },
  { HTTP ", \"http_version\": \"3\"",
    "http_version: “3” is no HTTP version; one of: auto, 1.0, 1.1, 2" },
  { HTTP ", \"connect_to\": \"[2001:db8::1]:8443\"", NULL },
  { HTTP ", \"connect_to\": \"192.0.2.7\"", NULL },
  { HTTP ", \"connect_to\": \"192.0.2.7:0\"",
    "monitor “shop”: connect_to: “192.0.2.7:0”: ADDRESS or ADDRESS:PORT is wanted" },
  { HTTP ", \"redirects\": 51", "monitor “shop”: redirects: 51 is above the most, 50" },
  { HTTP ", \"expect_status\": \"200-299, 401\"", NULL },
  { HTTP ", \"expect_status\": \"2xx\"",
    "monitor “shop”: expect_status: “2xx” is no list of status codes; such as 200-299,401 is "
    "wanted" },
  { HTTP ", \"matches\": \"ok|fine\"", NULL },
  { HTTP ", \"json_query\": \"$.status\", \"json_value\": \"up\"", NULL },
  { HTTP ", \"json_query\": \"$.status\", \"json_compare\": \"exists\"", NULL },
  { HTTP ", \"json_query\": \"$.status\"",
    "monitor “shop”: json_value: is missing; it is what json_query is compared with" },
  { HTTP ", \"json_compare\": \"like\"",
    "json_compare: “like” is no comparison; one of: eq, ne, lt, le, gt, ge, contains, matches, "
    "exists" },
  { HTTP ", \"expect_headers\": [\"Server\", \"X: y\", \"Z: /^a+$/\"]", NULL },
  { HTTP ", \"tls_warn_days\": \"30, 7\"", NULL },
  { HTTP ", \"tls_warn_days\": \"none\"", NULL },
  { HTTP ", \"tls_warn_days\": \"soon\"",
    "monitor “shop”: tls_warn_days: “soon”: numbers of days are wanted, such as 21,14,7,3,1" },

  /* tcp */
  { TCP ", \"target\": \"[2001:db8::1]:25\"", NULL },
  { TCP ", \"target\": \"db.example.org\"",
    "monitor “db”: target: “db.example.org”: a port from 1 to 65535 is wanted after the host, "
    "HOST:PORT" },
  { TCP ", \"target\": \"db.example.org:0\"",
    "monitor “db”: target: “db.example.org:0”: a port from 1 to 65535 is wanted after the host, "
    "HOST:PORT" },
  { TCP ", \"target\": \"tcp://db:5432\"",
    "monitor “db”: target: “tcp://db:5432”: HOST:PORT is wanted, such as db.example.org:5432 or "
    "[2001:db8::1]:25" },
  { TCP ", \"tls\": \"ldap\"", "tls: “ldap” is no TLS mode; one of: none, tls, smtp, imap, pop3" },

  /* ping */
  { PING ", \"target\": \"2001:db8::1\"", NULL },
  { PING ", \"target\": \"http://router/\"",
    "monitor “router”: target: “http://router/”: a host name or address is wanted" },
  { PING ", \"packets\": 0", "monitor “router”: packets: 0 is below the least, 1" },
  { PING ", \"packets\": 50",
    "monitor “router”: packets: sending them takes as long as the timeout; fewer packets or a "
    "longer timeout are wanted" },
  { PING ", \"max_loss\": 100", "monitor “router”: max_loss: 100 is above the most, 99" },

  /* dns */
  { DNS ", \"resolver\": \"192.0.2.53\"", NULL },
  { DNS ", \"resolver\": \"[2001:db8::53]:5353\"", NULL },
  { DNS ", \"resolver\": \"2001:db8::53\"", NULL },
  { DNS ", \"target\": \"2001:db8::1\", \"record_type\": \"PTR\"", NULL },
  { DNS ", \"target\": \"https://example.org\"",
    "monitor “mail”: target: “https://example.org”: a domain name is wanted" },
  { DNS ", \"target\": \"example.org:53\"",
    "monitor “mail”: target: “example.org:53”: a domain name is wanted" },
  { DNS ", \"resolver\": \"dns.example.org\"",
    "monitor “mail”: resolver: “dns.example.org”: IP or IP:PORT is wanted" },
  { DNS ", \"resolver\": \"1.2.3.4.5\"",
    "monitor “mail”: resolver: “1.2.3.4.5”: IP or IP:PORT is wanted" },
  { DNS ", \"record_type\": \"A6\"",
    "record_type: “A6” is no record type; one of: A, AAAA, CNAME, MX, NS, TXT, SOA, SRV, CAA, "
    "PTR" },
  { DNS ", \"expect_nxdomain\": true", NULL },
  { DNS ", \"expect_nxdomain\": true, \"expect_values\": [\"192.0.2.1\"]",
    "monitor “mail”: expect_values: a name that must not exist has no values" },

  /* heartbeat */
  { BEAT, "monitor “backup”: period: one of period, cron and calendar is wanted, not 0 of them" },
  { BEAT ", \"period_s\": 60, \"cron\": \"* * * * *\"",
    "monitor “backup”: period: one of period, cron and calendar is wanted, not 2 of them" },
  { BEAT ", \"period_s\": 0.5", "monitor “backup”: period: 500ms is below the least, 1s" },
  { BEAT ", \"period_s\": 60, \"grace_s\": 0",
    "monitor “backup”: grace: 0s is below the least, 1s" },
  { BEAT ", \"period_s\": 60, \"slug\": \"nightly-backup_2\"", NULL },
  { BEAT ", \"period_s\": 60, \"slug\": \"Nightly\"",
    "monitor “backup”: slug: “Nightly”: only a-z, 0-9, - and _ may be in it" },
  { BEAT ", \"period_s\": 60, \"methods\": \"POST\"", NULL },
  { BEAT ", \"period_s\": 60, \"methods\": \"PUT\"",
    "monitor “backup”: methods: “PUT”: POST or nothing is wanted" },
};

static TocsinMonitor *
read_monitor (const char *members, GError **error)
{
  g_autofree char *text = g_strdup_printf ("{%s}", members);
  g_autoptr (GError) problem = NULL;
  g_autoptr (JsonNode) node = json_from_string (text, &problem);

  g_assert_no_error (problem);
  return tocsin_monitor_from_json (json_node_get_object (node), error);
}

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TocsinMonitor) monitor = read_monitor (cases[i].json, &error);

    g_test_message ("%s", cases[i].json);
    if (monitor != NULL)
      tocsin_monitor_validate (monitor, &error);
    g_assert_cmpstr (error != NULL ? error->message : NULL, ==, cases[i].error);
    if (error != NULL)
      g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
  }
}

/* What other libraries say of a pattern is theirs: only that the member is named is ours. */
static void
test_patterns_name_their_member (void)
{
  static const struct {
    const char *json, *start;
  } patterns[] = {
    { HTTP ", \"matches\": \"(\"", "monitor “shop”: matches: " },
    { HTTP ", \"json_query\": \"status\", \"json_value\": \"a\"", "monitor “shop”: json_query: " },
    { HTTP ", \"json_query\": \"$.a\", \"json_compare\": \"matches\", \"json_value\": \"(\"",
      "monitor “shop”: json_value: " },
    { HTTP ", \"expect_headers\": [\"X: /(/\"]", "monitor “shop”: expect_headers: " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TocsinMonitor) monitor = read_monitor (patterns[i].json, &error);

    g_assert_no_error (error);
    g_assert_false (tocsin_monitor_validate (monitor, &error));
    g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
    g_test_message ("%s", error->message);
    g_assert_true (g_str_has_prefix (error->message, patterns[i].start));
  }
}

static void
test_defaults (void)
{
  for (guint kind = 0; kind < tocsin_monitor_kind_words.n_words; kind++) {
    g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (kind);

    g_assert_cmpint (monitor->failures, ==, kind == TOCSIN_MONITOR_HEARTBEAT ? 1 : 3);
    g_assert_cmpint (monitor->successes, ==, 1);
    if (kind == TOCSIN_MONITOR_HEARTBEAT) {
      g_assert_cmpint (tocsin_monitor_get_max_run_us (monitor), ==, monitor->grace_us);
      continue;
    }
    g_assert_cmpint (monitor->interval_us, ==, 60 * TOCSIN_US_PER_S);
    g_assert_cmpint (monitor->timeout_us, ==, 10 * TOCSIN_US_PER_S);
    g_assert_cmpint (tocsin_monitor_get_retry_us (monitor), ==, 10 * TOCSIN_US_PER_S);
    monitor->interval_us = 5 * TOCSIN_US_PER_S;
    g_assert_cmpint (tocsin_monitor_get_retry_us (monitor), ==, 5 * TOCSIN_US_PER_S);
    monitor->retry_us = TOCSIN_US_PER_S;
    g_assert_cmpint (tocsin_monitor_get_retry_us (monitor), ==, TOCSIN_US_PER_S);
  }
}

static void
test_hosts (void)
{
  static const struct {
    const char *json, *host;
  } hosts[] = {
    { HTTP, "shop.example.org" },
    { HTTP ", \"target\": \"http://me@[::1]:80/\"", "::1" },
    { TCP, "db.example.org" },
    { TCP ", \"target\": \"[2001:db8::1]:25\"", "2001:db8::1" },
    { PING, "192.0.2.1" },
    { DNS, "" },
    { DNS ", \"resolver\": \"192.0.2.53\"", "192.0.2.53" },
    { BEAT, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++) {
    g_autoptr (TocsinMonitor) monitor = read_monitor (hosts[i].json, NULL);
    g_autofree char *host = tocsin_monitor_get_host (monitor);

    g_assert_cmpstr (host, ==, hosts[i].host);
  }
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/monitor/each-rule-says-what-would-be-right", test_table);
  g_test_add_func ("/monitor/patterns-name-their-member", test_patterns_name_their_member);
  g_test_add_func ("/monitor/defaults-are-its-kinds", test_defaults);
  g_test_add_func ("/monitor/host-is-what-the-target-names", test_hosts);
  return g_test_run ();
}
