/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-dns"

#include "config.h"

#include <string.h>

#include "probe-fixture.h"
#include "support.h"
#include "test-dns-server.h"

#define MEMBERS_MOST 6
#define ANSWERS_MOST 4
#define CROWD        500

typedef struct {
  ProbeFixture probe;
  TocsinTestNsd *nsd; /* (nullable) */
  TocsinTestResponder *responder;
} Fixture;

static void
setup (Fixture *fixture, gconstpointer data)
{
  probe_fixture_setup (&fixture->probe, data);
  fixture->nsd = tocsin_test_nsd_new (NULL, 0);
  fixture->responder = tocsin_test_responder_new ();
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  probe_fixture_teardown (&fixture->probe, data);
  tocsin_test_nsd_free (fixture->nsd);
  tocsin_test_responder_free (fixture->responder);
}

static gboolean
has_nsd (Fixture *fixture)
{
  if (fixture->nsd == NULL)
    g_test_skip ("nsd is not installed");
  return fixture->nsd != NULL;
}

static TocsinMonitor *
make_monitor (const char *name, const char *resolver, const char *const *members)
{
  TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_DNS);
  g_autoptr (GError) error = NULL;

  monitor->name = g_strdup ("zone");
  monitor->target = g_strdup (name);
  monitor->resolver = g_strdup (resolver);
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
check (Fixture *fixture, const char *name, const char *resolver, const char *const *members)
{
  g_autoptr (TocsinMonitor) monitor = make_monitor (name, resolver, members);

  return probe_fixture_check (&fixture->probe, monitor);
}

typedef struct {
  const char *name, *type;
  const char *answers[ANSWERS_MOST + 1]; /* in any order */
} TypeCase;

static const TypeCase types[] = {
  { "example.org", "A", { "192.0.2.1", "192.0.2.2" } },
  { "example.org", "AAAA", { "2001:db8::1" } },
  { "www.example.org", "CNAME", { "example.org." } },
  { "www.example.org", "A", { "192.0.2.1", "192.0.2.2" } },
  { "example.org", "MX", { "10 mail.example.org.", "20 backup.example.net." } },
  { "example.org", "NS", { "ns1.example.org.", "ns2.example.net." } },
  { "example.org", "TXT", { "v=spf1 -all", "two Strings" } },
  { "empty.example.org", "TXT", { "" } },
  { "example.org",
    "SOA",
    { "ns1.example.org. hostmaster.example.org. 2026112301 7200 3600 1209600 300" } },
  { "_sip._tcp.example.org", "SRV", { "10 60 5060 sip.example.org." } },
  { "example.org",
    "CAA",
    { "0 issue \"letsencrypt.org\"", "128 iodef \"mailto:security@example.org\"" } },
  { "192.0.2.1", "PTR", { "example.org." } },
  { "1.2.0.192.in-addr.arpa", "PTR", { "example.org." } },
  { "2001:db8::1", "PTR", { "six.example.org." } },
  { "EXAMPLE.ORG.", "A", { "192.0.2.1", "192.0.2.2" } },
};

static void
test_types (Fixture *fixture, gconstpointer data)
{
  if (!has_nsd (fixture))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    g_autofree char *type = g_strconcat ("record_type=", types[i].type, NULL);
    const char *const members[] = { type, NULL };
    g_autoptr (TocsinSample) sample = NULL;
    guint n = g_strv_length ((char **) types[i].answers);

    g_test_message ("%s %s", types[i].name, types[i].type);
    sample = check (fixture, types[i].name, tocsin_test_nsd_get_address (fixture->nsd), members);
    probe_assert_sample (sample, TOCSIN_CODE_NONE, NULL);
    g_assert_cmpstr (sample->evidence->dns_status, ==, "NOERROR");
    g_assert_cmpstr (sample->evidence->resolver, ==, tocsin_test_nsd_get_address (fixture->nsd));
    g_assert_cmpint (sample->latency_us, >, 0);
    g_assert_cmpuint (g_strv_length (sample->evidence->answers), ==, n);
    for (guint k = 0; k < n; k++)
      g_assert_true (
          g_strv_contains ((const char *const *) sample->evidence->answers, types[i].answers[k]));
  }
}

typedef struct {
  const char *name;
  const char *members[MEMBERS_MOST];
  TocsinCode code;
  const char *reason; /* glob */
} Case;

static const Case expectations[] = {
  { "example.org", { "expect_values=192.0.2.1" }, TOCSIN_CODE_NONE, NULL },
  { "example.org", { "expect_values=192.0.2.2,192.0.2.1" }, TOCSIN_CODE_NONE, NULL },
  { "example.org",
    { "expect_values=192.0.2.1,192.0.2.9" },
    TOCSIN_CODE_DNS_ANSWER_UNEXPECTED,
    "example.org A: expected 192.0.2.9, got 192.0.2.*, 192.0.2.*" },
  { "example.org",
    { "expect_values=192.0.2.1,192.0.2.9", "expect_mode=any" },
    TOCSIN_CODE_NONE,
    NULL },
  { "example.org",
    { "expect_values=192.0.2.8,192.0.2.9", "expect_mode=any" },
    TOCSIN_CODE_DNS_ANSWER_UNEXPECTED,
    "example.org A: expected any of 192.0.2.8, 192.0.2.9, got 192.0.2.*, 192.0.2.*" },
  { "example.org",
    { "expect_values=192.0.2.1", "expect_mode=exact" },
    TOCSIN_CODE_DNS_ANSWER_UNEXPECTED,
    "example.org A: expected just 192.0.2.1, got also 192.0.2.2" },
  { "example.org",
    { "expect_values=192.0.2.1,192.0.2.2", "expect_mode=exact" },
    TOCSIN_CODE_NONE,
    NULL },
  { "example.org", { "record_type=AAAA", "expect_values=2001:0DB8:0::1" }, TOCSIN_CODE_NONE, NULL },
  { "example.org",
    { "record_type=MX", "expect_values=10 MAIL.example.org" },
    TOCSIN_CODE_NONE,
    NULL },
  { "example.org",
    { "record_type=MX", "expect_values=mail.example.org.", "expect_mode=any" },
    TOCSIN_CODE_NONE,
    NULL },
  { "example.org",
    { "record_type=TXT", "expect_values=two strings" },
    TOCSIN_CODE_DNS_ANSWER_UNEXPECTED,
    "example.org TXT: expected two strings, got *" },
  { "sip.example.org",
    { "record_type=MX" },
    TOCSIN_CODE_DNS_NO_DATA,
    "sip.example.org has no MX record" },
  { "dangling.example.org",
    { "record_type=A" },
    TOCSIN_CODE_DNS_NO_DATA,
    "dangling.example.org is an alias of empty.example.org, which has no A record" },
  { "nope.example.org",
    { NULL },
    TOCSIN_CODE_DNS_NXDOMAIN,
    "the name nope.example.org does not exist (NXDOMAIN, says 127.0.0.1:*)" },
  { "nope.example.org", { "expect_nxdomain=true" }, TOCSIN_CODE_NONE, NULL },
  { "sip.example.org",
    { "expect_nxdomain=true" },
    TOCSIN_CODE_DNS_ANSWER_UNEXPECTED,
    "the name sip.example.org exists, and it should not (NXDOMAIN is expected): 192.0.2.60" },
  { "example.com",
    { NULL },
    TOCSIN_CODE_DNS_REFUSED,
    "127.0.0.1:* refuses to answer for example.com (REFUSED)" },
  { "www.broken.example",
    { NULL },
    TOCSIN_CODE_DNS_SERVFAIL,
    "127.0.0.1:* failed to find out about www.broken.example (SERVFAIL)" },
  { "two..dots", { NULL }, TOCSIN_CODE_CONFIGURATION, "“two..dots” is no name*" },
};

static void
run_cases (Fixture *fixture, const char *resolver, const Case *cases, guint n_cases)
{
  for (guint i = 0; i < n_cases; i++) {
    g_autoptr (TocsinSample) sample = NULL;

    g_test_message ("%u: %s", i, cases[i].name);
    sample = check (fixture, cases[i].name, resolver, cases[i].members);
    probe_assert_sample (sample, cases[i].code, cases[i].reason);
  }
}

static void
test_expectations (Fixture *fixture, gconstpointer data)
{
  if (has_nsd (fixture))
    run_cases (fixture, tocsin_test_nsd_get_address (fixture->nsd), expectations,
               G_N_ELEMENTS (expectations));
}

#define SHORT "timeout=300ms"

static const Case faults[] = {
  { "servfail.test",
    { NULL },
    TOCSIN_CODE_DNS_SERVFAIL,
    "127.0.0.1:* failed to find out about servfail.test (SERVFAIL)" },
  { "refused.test", { NULL }, TOCSIN_CODE_DNS_REFUSED, "127.0.0.1:* (REFUSED)" },
  { "notimp.test", { NULL }, TOCSIN_CODE_DNS_FAILED, "127.0.0.1:* (NOTIMP)" },
  { "formerr.test", { NULL }, TOCSIN_CODE_DNS_MALFORMED, "127.0.0.1:* (FORMERR)" },
  { "nxdomain.test", { NULL }, TOCSIN_CODE_DNS_NXDOMAIN, "the name nxdomain.test*" },
  { "garbage.test",
    { NULL },
    TOCSIN_CODE_DNS_MALFORMED,
    "the answer of 127.0.0.1:* for garbage.test can't be understood: its answer section is cut "
    "short or broken" },
  { "silent.test",
    { SHORT },
    TOCSIN_CODE_DNS_TIMEOUT,
    "no answer from 127.0.0.1:* within 300 ms for silent.test" },
  { "short.test", { SHORT }, TOCSIN_CODE_DNS_TIMEOUT, "no answer from 127.0.0.1:*" },
  { "stranger.test", { SHORT }, TOCSIN_CODE_DNS_TIMEOUT, "no answer from 127.0.0.1:*" },
  { "fine.test", { "expect_values=192.0.2.77" }, TOCSIN_CODE_NONE, NULL },
};

static void
test_faults (Fixture *fixture, gconstpointer data)
{
  run_cases (fixture, tocsin_test_responder_get_address (fixture->responder), faults,
             G_N_ELEMENTS (faults));
  g_assert_cmpint (tocsin_test_responder_get_n_tcp (fixture->responder), ==, 0);
}

static void
test_truncated (Fixture *fixture, gconstpointer data)
{
  const char *const members[] = { "expect_values=192.0.2.88", NULL };
  g_autoptr (TocsinSample) sample = check (
      fixture, "truncated.test", tocsin_test_responder_get_address (fixture->responder), members);

  probe_assert_sample (sample, TOCSIN_CODE_NONE, NULL);
  g_assert_cmpint (tocsin_test_responder_get_n_tcp (fixture->responder), ==, 1);
}

static void
test_long_answer (Fixture *fixture, gconstpointer data)
{
  const char *const members[] = { "record_type=TXT", NULL };
  g_autoptr (TocsinSample) sample = NULL;

  if (!has_nsd (fixture))
    return;
  sample = check (fixture, "long.example.org", tocsin_test_nsd_get_address (fixture->nsd), members);
  probe_assert_sample (sample, TOCSIN_CODE_NONE, NULL);
  g_assert_cmpuint (g_strv_length (sample->evidence->answers), ==, 60);
}

static void
test_nobody_there (Fixture *fixture, gconstpointer data)
{
  g_autofree char *resolver = g_strdup_printf ("127.0.0.1:%u", tocsin_test_free_port ());
  g_autofree char *reason =
      g_strdup_printf ("%s can't be asked for example.org: nothing answers there", resolver);
  g_autoptr (TocsinSample) sample = check (fixture, "example.org", resolver, NULL);

  probe_assert_sample (sample, TOCSIN_CODE_CONNECT_REFUSED, reason);
  g_assert_true (g_str_has_prefix (sample->evidence->addresses_tried[0], resolver));
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
test_many_at_once (Fixture *fixture, gconstpointer data)
{
  const char *const members[] = { "expect_values=192.0.2.77", "timeout=30s", NULL };
  guint n_good = 0;

  for (guint i = 0; i < CROWD; i++) {
    g_autofree char *name = g_strdup_printf ("name-%u.test", i);
    g_autoptr (TocsinMonitor) monitor =
        make_monitor (name, tocsin_test_responder_get_address (fixture->responder), members);

    tocsin_prober_start (fixture->probe.prober, monitor, crowd_cb, &n_good);
  }
  tocsin_test_wait (fixture->probe.context, is_crowd_done, &n_good);
}

static void G_GNUC_NORETURN
never_cb (TocsinSample *sample, gpointer user_data)
{
  g_assert_not_reached ();
}

static void
test_cancelled_anywhere (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TocsinMonitor) monitor =
      make_monitor ("silent.test", tocsin_test_responder_get_address (fixture->responder), NULL);
  g_autoptr (TocsinMonitor) wrong =
      make_monitor ("two..dots", tocsin_test_responder_get_address (fixture->responder), NULL);

  for (guint n_turns = 0; n_turns < 6; n_turns++) {
    TocsinRun *run = tocsin_prober_start (fixture->probe.prober, monitor, never_cb, NULL);

    for (guint i = 0; i < n_turns; i++)
      g_main_context_iteration (fixture->probe.context, FALSE);
    tocsin_run_cancel (run);
    tocsin_run_cancel (tocsin_prober_start (fixture->probe.prober, wrong, never_cb, NULL));
  }
}

#define ADD(path, test) g_test_add ("/dns/" path, Fixture, NULL, setup, test, teardown)

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  ADD ("every-record-type-is-read", test_types);
  ADD ("answers-are-compared", test_expectations);
  ADD ("every-fault-of-a-server-is-told", test_faults);
  ADD ("truncated-answer-comes-over-tcp", test_truncated);
  ADD ("long-answer-comes-over-tcp-from-a-real-server", test_long_answer);
  ADD ("nobody-at-the-resolver", test_nobody_there);
  ADD ("five-hundred-at-once", test_many_at_once);
  ADD ("cancelled-at-any-point", test_cancelled_anywhere);
  return g_test_run ();
}
