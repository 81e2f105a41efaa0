/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-http"

#include "config.h"

#include "probe-fixture.h"
#include "support.h"
#include "test-http-server.h"

/* Members of a monitor as on a command line: "redirects=2", ended by NULL. */
#define MEMBERS_MOST 10

typedef struct {
  ProbeFixture probe;
  TocsinTestHttpServer *server;
} Fixture;

static void
setup (Fixture *fixture, gconstpointer data)
{
  probe_fixture_setup (&fixture->probe, data);
  fixture->server = tocsin_test_http_server_new (NULL);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  probe_fixture_teardown (&fixture->probe, data);
  tocsin_test_http_server_free (fixture->server);
}

static TocsinMonitor *
make_monitor (const char *url, const char *const *members)
{
  TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_HTTP);
  g_autoptr (GError) error = NULL;

  monitor->id = g_strdup ("0190a7c0-0000-7000-8000-000000000001");
  monitor->name = g_strdup ("shop");
  monitor->target = g_strdup (url);
  for (guint i = 0; members != NULL && members[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (members[i], "=", 2);

    tocsin_fields_set_text (&tocsin_monitor_fields, monitor, pair[0], pair[1], &error);
    g_assert_no_error (error);
  }
  tocsin_monitor_validate (monitor, &error);
  g_assert_no_error (error);
  return monitor;
}

static TocsinSample *
check_url (Fixture *fixture, const char *url, const char *const *members)
{
  g_autoptr (TocsinMonitor) monitor = make_monitor (url, members);

  return probe_fixture_check (&fixture->probe, monitor);
}

static TocsinSample *
check (Fixture *fixture, const char *path, const char *const *members)
{
  g_autofree char *url = tocsin_test_http_server_url (fixture->server, path);

  return check_url (fixture, url, members);
}

typedef struct {
  const char *path;
  const char *members[MEMBERS_MOST];
  TocsinCode code;
  const char *reason; /* glob */
} Case;

static void
run_cases (Fixture *fixture, const Case *cases, guint n_cases)
{
  for (guint i = 0; i < n_cases; i++) {
    g_autoptr (TocsinSample) sample = NULL;

    g_test_message ("%u: %s", i, cases[i].path);
    sample = check (fixture, cases[i].path, cases[i].members);
    probe_assert_sample (sample, cases[i].code, cases[i].reason);
  }
}

#define SHORT "timeout=300ms"

static const Case faults[] = {
  { "/ok", { NULL }, TOCSIN_CODE_NONE, NULL },
  { "/status/503",
    { NULL },
    TOCSIN_CODE_STATUS_UNEXPECTED,
    "expected status 200-299, got 503 Service Unavailable" },
  { "/status/299", { NULL }, TOCSIN_CODE_NONE, NULL },
  { "/status/401", { "expect_status=200-299,401" }, TOCSIN_CODE_NONE, NULL },
  { "/status/200",
    { "expect_status=404" },
    TOCSIN_CODE_STATUS_UNEXPECTED,
    "expected status 404, got 200 OK" },
  { "/silent",
    { SHORT },
    TOCSIN_CODE_TIMEOUT_RESPONSE,
    "no answer within 300 ms: connected to 127.0.0.1:* after *, then nothing came" },
  { "/slow-headers",
    { SHORT },
    TOCSIN_CODE_TIMEOUT_RESPONSE,
    "no answer within 300 ms: connected to 127.0.0.1:* after *, then the headers did not end" },
  { "/slow-body",
    { SHORT },
    TOCSIN_CODE_TIMEOUT_TRANSFER,
    "the answer was not whole within 300 ms: 10 bytes of the body came from 127.0.0.1:*, then it "
    "stalled" },
  { "/reset",
    { NULL },
    TOCSIN_CODE_CONNECT_RESET,
    "connected to 127.0.0.1:*, which then reset the connection without an answer" },
  { "/empty",
    { NULL },
    TOCSIN_CODE_CONNECT_RESET,
    "connected to 127.0.0.1:*, which then closed the connection without an answer" },
  { "/wrong-length",
    { NULL },
    TOCSIN_CODE_BODY_TRUNCATED,
    "the body broke off after 10 of 1000 bytes" },
  { "/half-chunk", { NULL }, TOCSIN_CODE_BODY_TRUNCATED, "the body broke off after 5 bytes" },
  { "/bad-chunk",
    { NULL },
    TOCSIN_CODE_HTTP_MALFORMED,
    "the server’s answer can't be understood: *chunk*" },
  { "/garbage",
    { NULL },
    TOCSIN_CODE_HTTP_MALFORMED,
    "the server’s answer can't be understood: what came is no HTTP" },
  { "/long-header",
    { NULL },
    TOCSIN_CODE_HTTP_MALFORMED,
    "the server’s answer can't be understood: *header*" },
  { "/loop",
    { "redirects=4" },
    TOCSIN_CODE_REDIRECT_TOO_MANY,
    "redirected more than 4 times, at last from http://127.0.0.1:*/loop" },
  { "/to?ftp://127.0.0.1/x",
    { NULL },
    TOCSIN_CODE_HTTP_MALFORMED,
    "the server’s answer can't be understood: *" },
  { "/redirect/1",
    { "redirects=0" },
    TOCSIN_CODE_STATUS_UNEXPECTED,
    "expected status 200-299, got 302 Found to “/redirect/0”" },
};

static void
test_faults (Fixture *fixture, gconstpointer data)
{
  run_cases (fixture, faults, G_N_ELEMENTS (faults));
}

/* Whether the half that came is seen depends on whether it was read before the RST. */
static void
test_reset_within_body (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TocsinSample) sample = check (fixture, "/reset-body", NULL);

  g_assert_true (sample->code == TOCSIN_CODE_BODY_TRUNCATED ||
                 sample->code == TOCSIN_CODE_CONNECT_RESET);
  g_assert_cmpuint (sample->outcome, ==, TOCSIN_OUTCOME_FAILED);
}

static const Case expectations[] = {
  { "/ok", { "contains=hello" }, TOCSIN_CODE_NONE, NULL },
  { "/ok",
    { "contains=goodbye" },
    TOCSIN_CODE_BODY_MISMATCH,
    "the body does not contain “goodbye”" },
  { "/ok", { "not_contains=goodbye" }, TOCSIN_CODE_NONE, NULL },
  { "/ok",
    { "not_contains=world" },
    TOCSIN_CODE_BODY_MISMATCH,
    "the body contains “world”, which it should not" },
  { "/ok", { "matches=^hello,\\s+w.rld$" }, TOCSIN_CODE_NONE, NULL },
  { "/ok", { "matches=^world" }, TOCSIN_CODE_BODY_MISMATCH, "the body does not match “^world”" },
  { "/latin1", { "matches=caf. open" }, TOCSIN_CODE_NONE, NULL },
  { "/latin1", { "contains=open" }, TOCSIN_CODE_NONE, NULL },
  { "/endless", { NULL }, TOCSIN_CODE_NONE, NULL },
  { "/endless", { "contains=the beginning" }, TOCSIN_CODE_NONE, NULL },
  { "/big", { NULL }, TOCSIN_CODE_NONE, NULL },
  { "/big",
    { "contains=needle" },
    TOCSIN_CODE_BODY_MISMATCH,
    "the body does not contain “needle” (in its first 1 MiB)" },
  { "/big",
    { "matches=(x+x+)+y" },
    TOCSIN_CODE_BODY_MISMATCH,
    "the expression “(x+x+)+y” was given up on*" },
  { "/headers", { "expect_headers=X-Version" }, TOCSIN_CODE_NONE, NULL },
  { "/headers", { "expect_headers=x-version: 7" }, TOCSIN_CODE_NONE, NULL },
  { "/headers", { "expect_headers=X-Version: /^[0-9]$/" }, TOCSIN_CODE_NONE, NULL },
  { "/headers", { "expect_headers=Set-Cookie: b=c00kie" }, TOCSIN_CODE_NONE, NULL },
  { "/headers",
    { "expect_headers=X-Version: 8" },
    TOCSIN_CODE_HEADER_MISMATCH,
    "header X-Version is “7”, expected “8”" },
  { "/headers",
    { "expect_headers=X-Version: /^8/" },
    TOCSIN_CODE_HEADER_MISMATCH,
    "header X-Version is “7”, which does not match “/^8/”" },
  { "/headers",
    { "expect_headers=X-Other" },
    TOCSIN_CODE_HEADER_MISMATCH,
    "header X-Other is missing" },
};

static void
test_expectations (Fixture *fixture, gconstpointer data)
{
  run_cases (fixture, expectations, G_N_ELEMENTS (expectations));
}

#define QUERY(query, compare, value)                                  \
  {                                                                   \
    "json_query=" query, "json_compare=" compare, "json_value=" value \
  }

static const Case json_cases[] = {
  { "/json", QUERY ("$.status", "eq", "up"), TOCSIN_CODE_NONE, NULL },
  { "/json", QUERY ("$.status", "eq", "down"), TOCSIN_CODE_JSON_MISMATCH,
    "JSON: $.status is “up”, expected “down”" },
  { "/json", QUERY ("$.status", "ne", "down"), TOCSIN_CODE_NONE, NULL },
  { "/json", QUERY ("$.count", "eq", "42"), TOCSIN_CODE_NONE, NULL },
  { "/json", QUERY ("$.count", "eq", "42.0"), TOCSIN_CODE_NONE, NULL },
  { "/json", QUERY ("$.count", "lt", "42.5"), TOCSIN_CODE_NONE, NULL },
  { "/json", QUERY ("$.count", "ge", "42"), TOCSIN_CODE_NONE, NULL },
  { "/json", QUERY ("$.count", "gt", "42"), TOCSIN_CODE_JSON_MISMATCH,
    "JSON: $.count is “42”, expected more than “42”" },
  { "/json", QUERY ("$.text", "le", "17"), TOCSIN_CODE_NONE, NULL },
  { "/json", QUERY ("$.status", "lt", "17"), TOCSIN_CODE_JSON_MISMATCH,
    "JSON: $.status is “up”, expected less than “17”" },
  { "/json", QUERY ("$.ratio", "eq", "0.5"), TOCSIN_CODE_NONE, NULL },
  { "/json", QUERY ("$.ready", "eq", "true"), TOCSIN_CODE_NONE, NULL },
  { "/json", QUERY ("$.none", "eq", "null"), TOCSIN_CODE_NONE, NULL },
  { "/json", QUERY ("$.items[1].id", "eq", "2"), TOCSIN_CODE_NONE, NULL },
  { "/json", QUERY ("$.status", "contains", "u"), TOCSIN_CODE_NONE, NULL },
  { "/json", QUERY ("$.status", "matches", "^u.$"), TOCSIN_CODE_NONE, NULL },
  { "/json", { "json_query=$.status", "json_compare=exists" }, TOCSIN_CODE_NONE, NULL },
  { "/json",
    { "json_query=$.absent", "json_compare=exists" },
    TOCSIN_CODE_JSON_MISMATCH,
    "JSON: nothing is at $.absent" },
  { "/ok", QUERY ("$.status", "eq", "up"), TOCSIN_CODE_JSON_INVALID, "JSON: the body is none: *" },
  { "/deep", QUERY ("$.status", "eq", "up"), TOCSIN_CODE_JSON_INVALID,
    "JSON: the body is nested deeper than 256" },
  { "/big", QUERY ("$.status", "eq", "up"), TOCSIN_CODE_JSON_INVALID,
    "JSON: the body is longer than the 1 MiB that is read" },
};

static void
test_json (Fixture *fixture, gconstpointer data)
{
  run_cases (fixture, json_cases, G_N_ELEMENTS (json_cases));
}

static const Case logins[] = {
  { "/basic", { "auth=basic", "username=alice", "password=open sesame" }, TOCSIN_CODE_NONE, NULL },
  { "/basic",
    { "auth=basic", "username=alice", "password=wrong" },
    TOCSIN_CODE_AUTH_FAILED,
    "401 Unauthorized: the server does not accept the user name and password" },
  { "/basic",
    { NULL },
    TOCSIN_CODE_STATUS_UNEXPECTED,
    "expected status 200-299, got 401 Unauthorized" },
  { "/digest",
    { "auth=digest", "username=alice", "password=open sesame" },
    TOCSIN_CODE_NONE,
    NULL },
  { "/digest",
    { "auth=digest", "username=alice", "password=wrong" },
    TOCSIN_CODE_AUTH_FAILED,
    "401 Unauthorized: the server does not accept the user name and password" },
  { "/bearer", { "auth=bearer", "token=t0ken" }, TOCSIN_CODE_NONE, NULL },
  { "/bearer",
    { "auth=bearer", "token=wrong" },
    TOCSIN_CODE_AUTH_FAILED,
    "401 Unauthorized: the server does not accept the token" },
};

static void
test_logins (Fixture *fixture, gconstpointer data)
{
  run_cases (fixture, logins, G_N_ELEMENTS (logins));
}

static const Case requests[] = {
  { "/echo", { "contains=GET /echo HTTP/1.1\r\nHost: 127.0.0.1:" }, TOCSIN_CODE_NONE, NULL },
  { "/echo", { "contains=User-Agent: Tocsin/" }, TOCSIN_CODE_NONE, NULL },
  { "/echo", { "method=POST", "body=a=b", "matches=^POST (?s).*\r\n\r\na=b$" }, TOCSIN_CODE_NONE },
  { "/echo", { "method=POST", "contains=Content-Length: 0\r\n" }, TOCSIN_CODE_NONE, NULL },
  { "/echo", { "method=PUT", "body=xyz", "matches=^PUT (?s).*xyz$" }, TOCSIN_CODE_NONE, NULL },
  { "/echo", { "method=DELETE", "contains=DELETE /echo" }, TOCSIN_CODE_NONE, NULL },
  { "/echo", { "method=PURGE", "contains=PURGE /echo" }, TOCSIN_CODE_NONE, NULL },
  { "/ok", { "method=HEAD" }, TOCSIN_CODE_NONE, NULL },
  { "/echo", { "headers=X-One: 1", "contains=X-One: 1\r\n" }, TOCSIN_CODE_NONE, NULL },
  { "/echo", { "headers=X-None:", "contains=X-None:\r\n" }, TOCSIN_CODE_NONE, NULL },
  { "/echo",
    { "headers=User-Agent: mine", "contains=User-Agent: mine\r\n", "not_contains=Tocsin/" },
    TOCSIN_CODE_NONE,
    NULL },
  { "/echo", { "secret_headers=X-Key: hush", "contains=X-Key: hush" }, TOCSIN_CODE_NONE, NULL },
  { "/echo", { "http_version=1.0", "contains=GET /echo HTTP/1.0" }, TOCSIN_CODE_NONE, NULL },
  { "/echo", { "family=ipv4" }, TOCSIN_CODE_NONE, NULL },
  { "/ok",
    { "family=ipv6" },
    TOCSIN_CODE_DNS_NO_DATA,
    "127.0.0.1 has no IPv6 address, and the check is set to use that only" },
  { "/ok", { "http_version=2" }, TOCSIN_CODE_HTTP_MALFORMED, "*" },
};

static void
test_requests (Fixture *fixture, gconstpointer data)
{
  run_cases (fixture, requests, G_N_ELEMENTS (requests));
}

static void
test_good_sample (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TocsinSample) sample = check (fixture, "/redirect/2", NULL);
  const TocsinEvidence *evidence = sample->evidence;
  g_autofree char *remote =
      g_strdup_printf ("127.0.0.1:%u", tocsin_test_http_server_get_port (fixture->server));
  g_autofree char *final_url = tocsin_test_http_server_url (fixture->server, "/redirect/0");
  gint64 sum = 0;

  g_assert_cmpuint (sample->outcome, ==, TOCSIN_OUTCOME_OK);
  g_assert_cmpint (evidence->status, ==, 200);
  g_assert_cmpstr (evidence->http_version, ==, "1.1");
  g_assert_cmpstr (evidence->remote_address, ==, remote);
  g_assert_cmpint (evidence->redirects, ==, 2);
  g_assert_cmpstr (evidence->final_url, ==, final_url);
  g_assert_cmpint (evidence->body_bytes, ==, strlen ("hello, world"));
  g_assert_null (evidence->body);
  g_assert_null (evidence->response_headers);
  g_assert_null (evidence->certificate);
  g_assert_cmpint (sample->phase_us[TOCSIN_PHASE_TLS], ==, -1);
  for (guint i = 0; i < TOCSIN_N_PHASES; i++)
    sum += MAX (sample->phase_us[i], 0);
  g_assert_cmpint (sample->latency_us, >, 0);
  g_assert_cmpint (sum, <=, sample->latency_us);
}

static gboolean
has_line (char *const *lines, const char *line)
{
  return g_strv_contains ((const char *const *) lines, line);
}

static void
test_evidence (Fixture *fixture, gconstpointer data)
{
  static const char *const wrong[] = { "contains=absent", NULL };
  g_autoptr (TocsinSample) headers = check (fixture, "/headers", wrong);
  g_autoptr (TocsinSample) big = check (fixture, "/big", wrong);
  char **lines = headers->evidence->response_headers;

  g_assert_nonnull (lines);
  g_assert_true (has_line (lines, "X-Version: 7"));
  g_assert_true (has_line (lines, "Set-Cookie: sid=•••; Path=/"));
  g_assert_true (has_line (lines, "Set-Cookie: b=•••"));
  g_assert_true (has_line (lines, "X-Auth-Token: •••"));
  g_assert_cmpmem (g_bytes_get_data (headers->evidence->body, NULL),
                   g_bytes_get_size (headers->evidence->body), "see the headers", 15);
  g_assert_cmpuint (g_bytes_get_size (big->evidence->body), ==, TOCSIN_EVIDENCE_BODY_BYTES);
  g_assert_cmpint (big->evidence->body_bytes, ==, TOCSIN_MONITOR_BODY_BYTES);
}

/* A server that says back what it was told: none of our secrets is in what is kept. */
static void
test_secrets (Fixture *fixture, gconstpointer data)
{
  static const char *const basic[] = { "auth=basic",
                                       "username=alice",
                                       "password=open sesame",
                                       "secret_headers=X-Key: very-hush",
                                       "headers=Cookie: session-0123",
                                       "json_query=$",
                                       "json_compare=exists",
                                       NULL };
  static const char *const bearer[] = { "auth=bearer", "token=t0p-s3cret",
                                        "not_contains=t0p-s3cret", NULL };
  static const char *const hushed[] = {
    "open sesame", "YWxpY2U6b3BlbiBzZXNhbWU=", "very-hush", "session-0123", "t0p-s3cret",
    "hunter22",    "Ym9iOmh1bnRlcjIy"
  };
  g_autofree char *url = g_strdup_printf ("http://bob:hunter22@127.0.0.1:%u/to?/echo",
                                          tocsin_test_http_server_get_port (fixture->server));
  static const char *const missing[] = { "contains=absent", NULL };
  TocsinSample *samples[] = { check (fixture, "/echo", basic), check (fixture, "/echo", bearer),
                              check_url (fixture, url, missing) };

  for (guint i = 0; i < G_N_ELEMENTS (samples); i++) {
    g_autoptr (JsonObject) json =
        tocsin_fields_to_json (&tocsin_sample_fields, samples[i], TOCSIN_FIELDS_PLAIN);
    g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), json);
    g_autofree char *text = json_to_string (node, FALSE);

    g_assert_cmpuint (samples[i]->outcome, ==, TOCSIN_OUTCOME_FAILED);
    g_assert_nonnull (strstr (text, "GET /echo"));
    g_assert_nonnull (strstr (text, "•••"));
    for (guint j = 0; j < G_N_ELEMENTS (hushed); j++)
      if (strstr (text, hushed[j]) != NULL)
        g_error ("“%s” is in %s", hushed[j], text);
    tocsin_sample_free (samples[i]);
  }
}

/* Another port is another origin: what a redirect leads to there does not see secret headers. */
static void
test_redirected_secrets (Fixture *fixture, gconstpointer data)
{
  static const char *const away[] = { "secret_headers=X-Key: very-hush", "headers=X-Open: sesame",
                                      "not_contains=very-hush", "contains=X-Open: sesame", NULL };
  static const char *const home[] = { "secret_headers=X-Key: very-hush", "contains=very-hush",
                                      NULL };
  TocsinTestHttpServer *other = tocsin_test_http_server_new (NULL);
  g_autofree char *there = tocsin_test_http_server_url (other, "/echo");
  g_autofree char *path = g_strconcat ("/to?", there, NULL);
  g_autoptr (TocsinSample) left = check (fixture, path, away);
  g_autoptr (TocsinSample) stayed = check (fixture, "/to?/echo", home);

  probe_assert_sample (left, TOCSIN_CODE_NONE, NULL);
  g_assert_cmpint (left->evidence->redirects, ==, 1);
  probe_assert_sample (stayed, TOCSIN_CODE_NONE, NULL);
  tocsin_test_http_server_free (other);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/", tocsin_test_free_port ());
  g_autoptr (TocsinSample) sample = check_url (fixture, url, NULL);

  probe_assert_sample (sample, TOCSIN_CODE_CONNECT_REFUSED,
                       "127.0.0.1:*: connection refused (nothing listens there)");
  g_assert_cmpuint (g_strv_length (sample->evidence->addresses_tried), ==, 1);
  g_assert_true (g_str_has_suffix (sample->evidence->addresses_tried[0], ": Connection refused"));
  g_assert_cmpint (sample->latency_us, ==, -1);
}

/* A label of 64 letters can't exist, which the resolver knows without asking anybody. */
static void
test_unknown_name (Fixture *fixture, gconstpointer data)
{
  g_autofree char *label = g_strnfill (64, 'x');
  g_autofree char *url = g_strdup_printf ("http://%s.example/", label);
  g_autofree char *reason = g_strdup_printf ("the name %s.example does not exist", label);
  g_autoptr (TocsinSample) sample = check_url (fixture, url, NULL);

  probe_assert_sample (sample, TOCSIN_CODE_DNS_NXDOMAIN, reason);
}

static void
test_black_hole (Fixture *fixture, gconstpointer data)
{
  static const char *const members[] = { SHORT, NULL };
  TocsinTestProxy *hole = tocsin_test_proxy_new (TOCSIN_TEST_BLACK_HOLE, NULL, NULL);
  g_autofree char *url =
      g_strdup_printf ("http://127.0.0.1:%u/", tocsin_test_proxy_get_port (hole));
  g_autoptr (TocsinSample) sample = check_url (fixture, url, members);

  probe_assert_sample (sample, TOCSIN_CODE_TIMEOUT_CONNECT,
                       "no connection within 300 ms: 127.0.0.1:*: no answer");
  tocsin_test_proxy_free (hole);
}

static void
test_connect_to (Fixture *fixture, gconstpointer data)
{
  guint16 port = tocsin_test_http_server_get_port (fixture->server);
  g_autofree char *url = g_strdup_printf ("http://shop.example.org:%u/echo", port);
  g_autofree char *elsewhere = g_strdup_printf ("connect_to=127.0.0.1:%u", port);
  g_autofree char *host = g_strdup_printf ("contains=Host: shop.example.org:%u", port);
  const char *const by_address[] = { "connect_to=127.0.0.1", host, NULL };
  const char *const by_port[] = { elsewhere, "contains=Host: shop.example.org\r\n", NULL };
  g_autoptr (TocsinSample) first = check_url (fixture, url, by_address);
  g_autoptr (TocsinSample) second = check_url (fixture, "http://shop.example.org/echo", by_port);

  probe_assert_sample (first, TOCSIN_CODE_NONE, NULL);
  probe_assert_sample (second, TOCSIN_CODE_NONE, NULL);
}

static void
test_international_name (Fixture *fixture, gconstpointer data)
{
  guint16 port = tocsin_test_http_server_get_port (fixture->server);
  g_autofree char *url = g_strdup_printf ("http://bücher.example:%u/echo", port);
  const char *const members[] = { "connect_to=127.0.0.1",
                                  "contains=Host: xn--bcher-kva.example:", NULL };
  g_autoptr (TocsinSample) sample = check_url (fixture, url, members);

  probe_assert_sample (sample, TOCSIN_CODE_NONE, NULL);
}

static void
test_slow (Fixture *fixture, gconstpointer data)
{
  static const char *const members[] = { "slow=0", NULL };
  g_autoptr (TocsinSample) sample = check (fixture, "/ok", members);

  probe_assert_sample (sample, TOCSIN_CODE_SLOW, "slow: the answer took *, more than 0 s");
  g_assert_cmpuint (sample->outcome, ==, TOCSIN_OUTCOME_SLOW);
}

static void
test_upside_down (Fixture *fixture, gconstpointer data)
{
  static const char *const members[] = { "upside_down=true", "slow=0", NULL };
  static const char *const broken[] = { "upside_down=true", "tls_ca_file=/nonexistent.pem", NULL };
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/", tocsin_test_free_port ());
  g_autofree char *tls_url =
      g_strdup_printf ("https://127.0.0.1:%u/", tocsin_test_http_server_get_port (fixture->server));
  g_autoptr (TocsinSample) reachable = check (fixture, "/ok", members);
  g_autoptr (TocsinSample) gone = check_url (fixture, url, members);
  g_autoptr (TocsinSample) own_fault = check_url (fixture, tls_url, broken);

  probe_assert_sample (reachable, TOCSIN_CODE_UPSIDE_DOWN,
                       "reachable, and it should not be: an answer came from 127.0.0.1:*");
  g_assert_cmpuint (reachable->outcome, ==, TOCSIN_OUTCOME_FAILED);
  g_assert_nonnull (reachable->evidence->body);
  probe_assert_sample (gone, TOCSIN_CODE_NONE, NULL);
  g_assert_cmpuint (gone->outcome, ==, TOCSIN_OUTCOME_OK);
  probe_assert_sample (own_fault, TOCSIN_CODE_CONFIGURATION, "*/nonexistent.pem*");
}

static void
count_cb (TocsinSample *sample, gpointer user_data)
{
  (*(guint *) user_data)++;
  tocsin_sample_free (sample);
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = tocsin_test_http_server_url (fixture->server, "/silent");
  g_autoptr (TocsinMonitor) monitor = make_monitor (url, NULL);
  g_autoptr (TocsinMonitor) broken = tocsin_monitor_new (TOCSIN_MONITOR_HTTP);
  g_autoptr (TocsinSample) after = NULL;
  guint n_samples = 0;
  TocsinRun *run = tocsin_prober_start (fixture->probe.prober, monitor, count_cb, &n_samples);

  tocsin_run_cancel (run);
  broken->target = g_strdup ("nothing of the kind");
  tocsin_run_cancel (tocsin_prober_start (fixture->probe.prober, broken, count_cb, &n_samples));
  run = tocsin_prober_start (fixture->probe.prober, monitor, count_cb, &n_samples);
  after = check (fixture, "/ok", NULL);
  probe_assert_sample (after, TOCSIN_CODE_NONE, NULL);
  tocsin_run_cancel (run);
  g_assert_cmpuint (n_samples, ==, 0);
}

/* An edit is a new monitor with the same id: the old one's plan is not used for it. */
static void
test_edit (Fixture *fixture, gconstpointer data)
{
  static const char *const before[] = { "contains=hello", NULL };
  static const char *const after[] = { "contains=goodbye", NULL };

  for (guint i = 0; i < 3; i++) {
    g_autoptr (TocsinSample) good = check (fixture, "/ok", before);
    g_autoptr (TocsinSample) bad = check (fixture, "/ok", after);

    probe_assert_sample (good, TOCSIN_CODE_NONE, NULL);
    probe_assert_sample (bad, TOCSIN_CODE_BODY_MISMATCH, "*goodbye*");
  }
}

/* Within a check cookies are kept, from one check to the next none is. */
static void
test_cookies (Fixture *fixture, gconstpointer data)
{
  static const char *const none[] = { "not_contains=Cookie:", NULL };

  for (guint i = 0; i < 3; i++) {
    g_autoptr (TocsinSample) sample = check (fixture, "/cookie", NULL);
    g_autoptr (TocsinSample) other = check (fixture, "/echo", none);

    probe_assert_sample (sample, TOCSIN_CODE_NONE, NULL);
    g_assert_cmpint (sample->evidence->redirects, ==, 1);
    probe_assert_sample (other, TOCSIN_CODE_NONE, NULL);
  }
}

static void
test_heartbeat (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (TOCSIN_MONITOR_HEARTBEAT);
  g_autoptr (TocsinSample) sample = probe_fixture_check (&fixture->probe, monitor);

  probe_assert_sample (sample, TOCSIN_CODE_CONFIGURATION, "*heartbeat*");
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
#define ADD(name, function) g_test_add (name, Fixture, NULL, setup, function, teardown)
  ADD ("/http/each-fault-has-its-code-and-sentence", test_faults);
  ADD ("/http/a-reset-within-the-body-is-told", test_reset_within_body);
  ADD ("/http/status-headers-and-body-are-judged", test_expectations);
  ADD ("/http/json-is-queried-and-compared", test_json);
  ADD ("/http/logins-work-or-say-so", test_logins);
  ADD ("/http/requests-are-as-they-are-set-up", test_requests);
  ADD ("/http/a-good-sample-has-the-few-facts", test_good_sample);
  ADD ("/http/a-failed-sample-has-its-evidence", test_evidence);
  ADD ("/http/secrets-are-in-no-evidence", test_secrets);
  ADD ("/http/secret-headers-stay-with-their-origin", test_redirected_secrets);
  ADD ("/http/a-refused-connection-is-told", test_refused);
  ADD ("/http/an-unknown-name-is-told", test_unknown_name);
  ADD ("/http/a-dead-route-times-out-connecting", test_black_hole);
  ADD ("/http/a-fixed-address-keeps-host", test_connect_to);
  ADD ("/http/an-international-name-is-asked-in-ascii", test_international_name);
  ADD ("/http/above-slow-is-slow", test_slow);
  ADD ("/http/upside-down-turns-round", test_upside_down);
  ADD ("/http/a-cancelled-check-is-silent", test_cancel);
  ADD ("/http/an-edit-counts-at-once", test_edit);
  ADD ("/http/cookies-last-as-long-as-the-check", test_cookies);
  ADD ("/http/a-heartbeat-is-not-fetched", test_heartbeat);
  return g_test_run ();
}
