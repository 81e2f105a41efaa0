/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-tcp"

#include "config.h"

#include "probe-fixture.h"
#include "support.h"
#include "test-certificates.h"
#include "test-tcp-server.h"

#define MEMBERS_MOST 8
#define STEPS_MOST   12
#define CROWD        500

typedef struct {
  const char *name;
  const char *script[STEPS_MOST];
  const char *members[MEMBERS_MOST]; /* of the monitor: "tls=smtp"; "ca" is the test authority */
  TocsinCode code;
  const char *reason; /* glob */
  TocsinTestCert cert;
} Case;

static TocsinMonitor *
make_monitor (const char *target, const char *const *members)
{
  TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_TCP);
  g_autoptr (GError) error = NULL;

  monitor->name = g_strdup ("db");
  monitor->target = g_strdup (target);
  monitor->tls_ca_file = g_strdup (tocsin_test_ca_file ());
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
check (ProbeFixture *fixture, const char *target, const char *const *members)
{
  g_autoptr (TocsinMonitor) monitor = make_monitor (target, members);

  return probe_fixture_check (fixture, monitor);
}

#define SHORT "timeout=300ms"

static const Case exchanges[] = {
  { "plain", { "wait", NULL }, { NULL }, TOCSIN_CODE_NONE, NULL },
  { "banner",
    { ">SSH-2.0-x\r\n", "wait", NULL },
    { "expect=SSH-2.0", NULL },
    TOCSIN_CODE_NONE,
    NULL },
  { "in the middle",
    { ">noise noise ", ">and the needle in it", "wait", NULL },
    { "expect=needle", NULL },
    TOCSIN_CODE_NONE,
    NULL },
  { "send and expect",
    { "<PING", ">+PONG\r\n", "wait", NULL },
    { "send=PING\\r\\n", "expect=+PONG\\r\\n", NULL },
    TOCSIN_CODE_NONE,
    NULL },
  { "send alone", { "wait", NULL }, { "send=hello\\n", NULL }, TOCSIN_CODE_NONE, NULL },
  { "wrong banner",
    { ">220 ftp\r\n", NULL },
    { "expect=SSH-2.0", NULL },
    TOCSIN_CODE_BANNER_MISMATCH,
    "expected “SSH-2.0” before 127.0.0.1:* closed the connection, got “220 ftp\\r\\n”" },
  { "wrong banner that stays",
    { ">220 ftp\r\n", "wait", NULL },
    { "expect=SSH-2.0", SHORT, NULL },
    TOCSIN_CODE_BANNER_MISMATCH,
    "expected “SSH-2.0” from 127.0.0.1:* within 300 ms, got “220 ftp\\r\\n”" },
  { "never enough",
    { "flood", NULL },
    { "expect=SSH-2.0", NULL },
    TOCSIN_CODE_BANNER_MISMATCH,
    "expected “SSH-2.0” within the first 64 KiB, got “xxx*…”" },
  { "silence",
    { "wait", NULL },
    { "expect=SSH-2.0", SHORT, NULL },
    TOCSIN_CODE_TIMEOUT_RESPONSE,
    "no answer within 300 ms: connected to 127.0.0.1:* after *, then nothing came" },
  { "closed at once",
    { NULL },
    { "expect=SSH-2.0", NULL },
    TOCSIN_CODE_CONNECT_RESET,
    "connected to 127.0.0.1:*, which then closed the connection without an answer" },
  { "reset",
    { "<PING", "reset", NULL },
    { "send=PING\\r\\nmore", "expect=+PONG", NULL },
    TOCSIN_CODE_CONNECT_RESET,
    "connected to 127.0.0.1:*, which then reset the connection without an answer" },
  { "bad escape",
    { "wait", NULL },
    { "send=\\q", NULL },
    TOCSIN_CODE_CONFIGURATION,
    "the check can't run as it is set up: “\\q” is no C escape; *" },
  { "upside down",
    { "wait", NULL },
    { "upside_down=true", NULL },
    TOCSIN_CODE_UPSIDE_DOWN,
    "reachable, and it should not be: an answer came from 127.0.0.1:*: upside down is set" },
};

static const Case tls[] = {
  { "good", { "tls", "wait", NULL }, { "tls=tls", NULL }, TOCSIN_CODE_NONE, NULL },
  { "expect under TLS",
    { "tls", "<PING", ">+PONG\r\n", "wait", NULL },
    { "tls=tls", "send=PING\\n", "expect=PONG", NULL },
    TOCSIN_CODE_NONE,
    NULL },
  { "closed under TLS",
    { "tls", ">hello", NULL },
    { "tls=tls", "expect=PONG", NULL },
    TOCSIN_CODE_BANNER_MISMATCH,
    "expected “PONG” before 127.0.0.1:* closed the connection, got “hello”" },
  { "expired",
    { "tls", "wait", NULL },
    { "tls=tls", NULL },
    TOCSIN_CODE_TLS_EXPIRED,
    "TLS: certificate of 127.0.0.1 expired 3 days ago",
    TOCSIN_TEST_CERT_EXPIRED },
  { "expired, by another name",
    { "tls", "wait", NULL },
    { "tls=tls", "tls_server_name=shop.example.org", NULL },
    TOCSIN_CODE_TLS_EXPIRED,
    "TLS: certificate of shop.example.org expired 3 days ago",
    TOCSIN_TEST_CERT_EXPIRED },
  { "expired, and nobody minds",
    { "tls", "wait", NULL },
    { "tls=tls", "tls_verify=false", NULL },
    TOCSIN_CODE_NONE,
    NULL,
    TOCSIN_TEST_CERT_EXPIRED },
  { "not yet",
    { "tls", "wait", NULL },
    { "tls=tls", NULL },
    TOCSIN_CODE_TLS_NOT_YET_VALID,
    "TLS: certificate of 127.0.0.1 is not valid yet, only in * days*",
    TOCSIN_TEST_CERT_NOT_YET_VALID },
  { "wrong name",
    { "tls", "wait", NULL },
    { "tls=tls", "tls_server_name=shop.example.org", NULL },
    TOCSIN_CODE_TLS_WRONG_NAME,
    "TLS: certificate is for other.example.org, *, not for shop.example.org",
    TOCSIN_TEST_CERT_WRONG_NAME },
  { "wrong address",
    { "tls", "wait", NULL },
    { "tls=tls", NULL },
    TOCSIN_CODE_TLS_WRONG_NAME,
    "TLS: certificate is for other.example.org, *, not for 127.0.0.1",
    TOCSIN_TEST_CERT_WRONG_NAME },
  { "self-signed",
    { "tls", "wait", NULL },
    { "tls=tls", NULL },
    TOCSIN_CODE_TLS_SELF_SIGNED,
    "TLS: certificate of 127.0.0.1 is self-signed*",
    TOCSIN_TEST_CERT_SELF_SIGNED },
  { "untrusted",
    { "tls", "wait", NULL },
    { "tls=tls", NULL },
    TOCSIN_CODE_TLS_UNTRUSTED,
    "TLS: certificate of 127.0.0.1 is issued by *, whom this machine does not trust",
    TOCSIN_TEST_CERT_UNTRUSTED },
  { "incomplete chain",
    { "tls", "wait", NULL },
    { "tls=tls", NULL },
    TOCSIN_CODE_TLS_INCOMPLETE_CHAIN,
    "TLS: the server of 127.0.0.1 does not send the whole chain*",
    TOCSIN_TEST_CERT_INCOMPLETE_CHAIN },
  { "no CA file",
    { "tls", "wait", NULL },
    { "tls=tls", "tls_ca_file=/nowhere/ca.pem", NULL },
    TOCSIN_CODE_CONFIGURATION,
    "the check can't run as it is set up: CA file “/nowhere/ca.pem” can't be read: *" },
  { "no TLS there",
    { ">220 ftp, and no TLS at all\r\n", "wait", NULL },
    { "tls=tls", NULL },
    TOCSIN_CODE_TLS_HANDSHAKE,
    "TLS: *127.0.0.1*" },
  { "closed in the handshake",
    { NULL },
    { "tls=tls", NULL },
    TOCSIN_CODE_TLS_HANDSHAKE,
    "TLS: *127.0.0.1*" },
  { "silence in the handshake",
    { "wait", NULL },
    { "tls=tls", SHORT, NULL },
    TOCSIN_CODE_TIMEOUT_TLS,
    "no answer within 300 ms: connected to 127.0.0.1:* after *, then TLS did not come about" },
};

static const Case starttls[] = {
  { "smtp",
    { ">220-mail\r\n220 ready\r\n", "<EHLO ", ">250-mail\r\n250-SIZE\r\n250 STARTTLS\r\n",
      "<STARTTLS", ">220 go\r\n", "tls", "wait", NULL },
    { "tls=smtp", NULL },
    TOCSIN_CODE_NONE,
    NULL },
  { "smtp, expired",
    { ">220 ready\r\n", "<EHLO ", ">250-mail\r\n250 STARTTLS\r\n", "<STARTTLS", ">220 go\r\n",
      "tls", "wait", NULL },
    { "tls=smtp", NULL },
    TOCSIN_CODE_TLS_EXPIRED,
    "TLS: certificate of 127.0.0.1 expired 3 days ago",
    TOCSIN_TEST_CERT_EXPIRED },
  { "smtp without STARTTLS",
    { ">220 ready\r\n", "<EHLO ", ">250-mail\r\n250 SIZE\r\n", "wait", NULL },
    { "tls=smtp", NULL },
    TOCSIN_CODE_STARTTLS_REFUSED,
    "127.0.0.1:* does not go over to TLS: it does not offer STARTTLS" },
  { "smtp that is busy",
    { ">421 too busy\r\n", "wait", NULL },
    { "tls=smtp", NULL },
    TOCSIN_CODE_STARTTLS_REFUSED,
    "127.0.0.1:* does not go over to TLS: it says “421 too busy”" },
  { "imap",
    { ">* OK ready\r\n", "<a STARTTLS", ">* CAPABILITY x\r\na OK go\r\n", "tls", ">* hello\r\n",
      "wait", NULL },
    { "tls=imap", "expect=hello", NULL },
    TOCSIN_CODE_NONE,
    NULL },
  { "imap that refuses",
    { ">* OK ready\r\n", "<a STARTTLS", ">a BAD no\r\n", "wait", NULL },
    { "tls=imap", NULL },
    TOCSIN_CODE_STARTTLS_REFUSED,
    "127.0.0.1:* does not go over to TLS: it says “a BAD no”" },
  { "pop3",
    { ">+OK ready\r\n", "<STLS", ">+OK go\r\n", "tls", "wait", NULL },
    { "tls=pop3", NULL },
    TOCSIN_CODE_NONE,
    NULL },
  { "more than was asked for",
    { ">+OK ready\r\n", "<STLS", ">+OK go\r\n+OK injected\r\n", "wait", NULL },
    { "tls=pop3", NULL },
    TOCSIN_CODE_STARTTLS_REFUSED,
    "*it sends more than was asked for before TLS" },
  { "closed before TLS",
    { ">+OK ready\r\n", NULL },
    { "tls=pop3", NULL },
    TOCSIN_CODE_CONNECT_RESET,
    "connected to 127.0.0.1:*, which then * the connection before TLS" },
  { "silence before TLS",
    { "wait", NULL },
    { "tls=pop3", SHORT, NULL },
    TOCSIN_CODE_TIMEOUT_TLS,
    "no answer within 300 ms: connected to 127.0.0.1:* after *, then TLS did not come about" },
};

static void
run_cases (ProbeFixture *fixture, const Case *cases, guint n_cases)
{
  for (guint i = 0; i < n_cases; i++) {
    TocsinTestTcpServer *server =
        tocsin_test_tcp_server_new (cases[i].script, tocsin_test_server_ctx (cases[i].cert, FALSE));
    g_autofree char *target =
        g_strdup_printf ("127.0.0.1:%u", tocsin_test_tcp_server_get_port (server));
    g_autoptr (TocsinSample) sample = NULL;

    g_test_message ("%s", cases[i].name);
    sample = check (fixture, target, cases[i].members);
    probe_assert_sample (sample, cases[i].code, cases[i].reason);
    if (cases[i].code == TOCSIN_CODE_NONE)
      g_assert_cmpint (sample->latency_us, >, 0);
    tocsin_test_tcp_server_free (server);
  }
}

static void
test_exchanges (ProbeFixture *fixture, gconstpointer data)
{
  run_cases (fixture, exchanges, G_N_ELEMENTS (exchanges));
}

static void
test_tls (ProbeFixture *fixture, gconstpointer data)
{
  run_cases (fixture, tls, G_N_ELEMENTS (tls));
}

static void
test_starttls (ProbeFixture *fixture, gconstpointer data)
{
  run_cases (fixture, starttls, G_N_ELEMENTS (starttls));
}

static void
test_refused (ProbeFixture *fixture, gconstpointer data)
{
  guint16 port = tocsin_test_free_port ();
  g_autofree char *target = g_strdup_printf ("127.0.0.1:%u", port);
  g_autofree char *by_name = g_strdup_printf ("localhost:%u", port);
  g_autofree char *tried = g_strdup_printf ("127.0.0.1:%u: connection refused", port);
  g_autofree char *reason = g_strdup_printf ("%s refused the connection", target);
  g_autofree char *name_reason = g_strdup_printf ("%s refused the connection (127.0.0.1)", by_name);
  const char *const members[] = { "family=ipv4", NULL };
  g_autoptr (TocsinSample) sample = check (fixture, target, NULL);
  g_autoptr (TocsinSample) named = check (fixture, by_name, members);

  probe_assert_sample (sample, TOCSIN_CODE_CONNECT_REFUSED, reason);
  g_assert_cmpuint (g_strv_length (sample->evidence->addresses_tried), ==, 1);
  g_assert_cmpstr (sample->evidence->addresses_tried[0], ==, tried);
  g_assert_cmpint (sample->phase_us[TOCSIN_PHASE_CONNECT], >=, 0);
  g_assert_cmpint (sample->latency_us, <, 0);
  probe_assert_sample (named, TOCSIN_CODE_CONNECT_REFUSED, name_reason);
}

static void
test_facts (ProbeFixture *fixture, gconstpointer data)
{
  static const char *const script[] = { "tls", "<PING", ">+PONG\r\n", "wait", NULL };
  static const char *const members[] = { "tls=tls", "send=PING\\n", "expect=PONG", NULL };
  TocsinTestTcpServer *server =
      tocsin_test_tcp_server_new (script, tocsin_test_server_ctx (TOCSIN_TEST_CERT_GOOD, FALSE));
  g_autofree char *target =
      g_strdup_printf ("127.0.0.1:%u", tocsin_test_tcp_server_get_port (server));
  g_autoptr (TocsinSample) sample = check (fixture, target, members);
  const TocsinEvidence *evidence = sample->evidence;

  probe_assert_sample (sample, TOCSIN_CODE_NONE, NULL);
  g_assert_cmpstr (evidence->remote_address, ==, target);
  g_assert_cmpint (evidence->body_bytes, >=, 5);
  g_assert_null (evidence->body); /* nobody asks for it where all is well */
  g_assert_nonnull (evidence->certificate);
  g_assert_true (
      g_strv_contains ((const char *const *) evidence->certificate->names, "shop.example.org"));
  g_assert_null (evidence->certificate->chain_problem);
  g_assert_cmpstr (evidence->certificate->tls_version, ==, "TLSv1.3");
  for (guint i = 0; i < TOCSIN_N_PHASES; i++)
    g_assert_cmpint (sample->phase_us[i], >=, 0);
  tocsin_test_tcp_server_free (server);
}

static void
test_ignored_fault_is_told (ProbeFixture *fixture, gconstpointer data)
{
  static const char *const script[] = { "tls", "wait", NULL };
  static const char *const members[] = { "tls=tls", "tls_verify=false", NULL };
  TocsinTestTcpServer *server =
      tocsin_test_tcp_server_new (script, tocsin_test_server_ctx (TOCSIN_TEST_CERT_EXPIRED, FALSE));
  g_autofree char *target =
      g_strdup_printf ("127.0.0.1:%u", tocsin_test_tcp_server_get_port (server));
  g_autoptr (TocsinSample) sample = check (fixture, target, members);

  probe_assert_sample (sample, TOCSIN_CODE_NONE, NULL);
  g_assert_cmpstr (sample->evidence->certificate->chain_problem, ==,
                   "certificate of 127.0.0.1 expired 3 days ago");
  tocsin_test_tcp_server_free (server);
}

static void
test_client_certificate (ProbeFixture *fixture, gconstpointer data)
{
  static const char *const script[] = { "tls", "wait", NULL };
  static const char *const members[] = { "tls=tls", "expect=x", NULL };
  TocsinTestTcpServer *server =
      tocsin_test_tcp_server_new (script, tocsin_test_server_ctx (TOCSIN_TEST_CERT_GOOD, TRUE));
  g_autofree char *target =
      g_strdup_printf ("127.0.0.1:%u", tocsin_test_tcp_server_get_port (server));
  g_autoptr (TocsinSample) sample = check (fixture, target, members);

  probe_assert_sample (sample, TOCSIN_CODE_TLS_CLIENT_CERTIFICATE,
                       "TLS: 127.0.0.1 wants a client certificate, and none is set");
  tocsin_test_tcp_server_free (server);
}

static void
test_family (ProbeFixture *fixture, gconstpointer data)
{
  const char *const members[] = { "family=ipv6", NULL };
  g_autoptr (TocsinSample) sample = check (fixture, "127.0.0.1:1", members);

  probe_assert_sample (sample, TOCSIN_CODE_DNS_NO_DATA,
                       "127.0.0.1 has no IPv6 address, and the check is set to use that only");
}

static void
crowd_cb (TocsinSample *sample, gpointer user_data)
{
  guint *n_good = user_data;

  probe_assert_sample (sample, TOCSIN_CODE_NONE, NULL);
  tocsin_sample_free (sample);
  (*n_good)++;
}

static gboolean
is_crowd_done (gpointer user_data)
{
  return *(guint *) user_data == CROWD;
}

static void
test_many_at_once (ProbeFixture *fixture, gconstpointer data)
{
  static const char *const script[] = { "<PING", ">+PONG\r\n", "wait", NULL };
  static const char *const members[] = { "send=PING\\n", "expect=PONG", "timeout=30s", NULL };
  TocsinTestTcpServer *server = tocsin_test_tcp_server_new (script, NULL);
  g_autofree char *target =
      g_strdup_printf ("127.0.0.1:%u", tocsin_test_tcp_server_get_port (server));
  g_autoptr (TocsinMonitor) monitor = make_monitor (target, members);
  guint n_good = 0;

  for (guint i = 0; i < CROWD; i++)
    tocsin_prober_start (fixture->prober, monitor, crowd_cb, &n_good);
  tocsin_test_wait (fixture->context, is_crowd_done, &n_good);
  tocsin_test_tcp_server_free (server);
}

static void G_GNUC_NORETURN
never_cb (TocsinSample *sample, gpointer user_data)
{
  g_assert_not_reached ();
}

/* At whatever point it is cancelled, nothing is left behind (the prober asserts as much). */
static void
test_cancelled_anywhere (ProbeFixture *fixture, gconstpointer data)
{
  static const char *const script[] = { ">+OK ready\r\n", "<STLS", ">+OK go\r\n", "tls",
                                        "wait",           NULL };
  static const char *const members[] = { "tls=pop3", "expect=x", NULL };
  TocsinTestTcpServer *server =
      tocsin_test_tcp_server_new (script, tocsin_test_server_ctx (TOCSIN_TEST_CERT_GOOD, FALSE));
  g_autofree char *target =
      g_strdup_printf ("localhost:%u", tocsin_test_tcp_server_get_port (server));
  g_autoptr (TocsinMonitor) monitor = make_monitor (target, members);

  for (guint n_turns = 0; n_turns < 12; n_turns++) {
    TocsinRun *run = tocsin_prober_start (fixture->prober, monitor, never_cb, NULL);

    for (guint i = 0; i < n_turns; i++)
      g_main_context_iteration (fixture->context, i > 2 && i < 6);
    tocsin_run_cancel (run);
  }
  tocsin_test_tcp_server_free (server);
}

#define ADD(path, test) \
  g_test_add ("/tcp/" path, ProbeFixture, NULL, probe_fixture_setup, test, probe_fixture_teardown)

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  ADD ("bytes-are-sent-and-expected", test_exchanges);
  ADD ("tls-and-each-fault-of-a-certificate", test_tls);
  ADD ("starttls-of-mail-servers", test_starttls);
  ADD ("refused-port-names-the-address", test_refused);
  ADD ("facts-and-phases-are-kept", test_facts);
  ADD ("ignored-fault-of-a-certificate-is-told", test_ignored_fault_is_told);
  ADD ("wanted-client-certificate-is-told", test_client_certificate);
  ADD ("family-is-honoured", test_family);
  ADD ("five-hundred-at-once", test_many_at_once);
  ADD ("cancelled-at-any-point", test_cancelled_anywhere);
  return g_test_run ();
}
