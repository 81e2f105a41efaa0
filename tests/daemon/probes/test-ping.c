/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-ping"

#include "config.h"

#include <grp.h>
#include <string.h>
#include <unistd.h>

#include "pinger.h"
#include "probe-fixture.h"
#include "support.h"

#define MEMBERS_MOST 6
#define CROWD        500
#define NOBODY       65534

static TocsinMonitor *
make_monitor (const char *target, const char *const *members)
{
  TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_PING);
  g_autoptr (GError) error = NULL;

  monitor->name = g_strdup ("router");
  monitor->target = g_strdup (target);
  monitor->packet_interval_us = 10000;
  for (guint i = 0; members != NULL && members[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (members[i], "=", 2);

    tocsin_fields_set_text (&tocsin_monitor_fields, monitor, pair[0], pair[1], &error);
    g_assert_no_error (error);
  }
  tocsin_monitor_validate (monitor, &error);
  g_assert_no_error (error);
  return monitor;
}

/* Whether this process may ping over that family at all; else the test is skipped. */
static gboolean
may_ping (ProbeFixture *fixture, int family)
{
  TocsinReactor *reactor = tocsin_reactor_new (fixture->context);
  TocsinPinger *pinger = tocsin_pinger_new (reactor);
  int error_number = 0;
  gboolean may = tocsin_pinger_open (pinger, family, &error_number);
  g_autofree char *why = g_strdup_printf ("no ICMP socket here: %s", g_strerror (error_number));

  tocsin_pinger_free (pinger);
  tocsin_reactor_free (reactor);
  if (!may)
    g_test_skip (why);
  return may;
}

static void
assert_round_trips (const TocsinSample *sample, guint n)
{
  const TocsinEvidence *evidence = sample->evidence;

  g_assert_cmpint (evidence->packets_sent, ==, n);
  g_assert_cmpint (evidence->packets_received, ==, n);
  g_assert_cmpint (evidence->rtt_least_us, >=, 0);
  g_assert_cmpint (evidence->rtt_least_us, <=, evidence->rtt_mean_us);
  g_assert_cmpint (evidence->rtt_mean_us, <=, evidence->rtt_most_us);
  g_assert_cmpint (evidence->jitter_us, <=, evidence->rtt_most_us - evidence->rtt_least_us);
  g_assert_cmpint (sample->latency_us, ==, evidence->rtt_mean_us);
}

typedef struct {
  const char *target;
  int family;
  const char *members[MEMBERS_MOST];
  guint packets;
  const char *address;
} Case;

static const Case loopback[] = {
  { "127.0.0.1", AF_INET, { NULL }, 3, "127.0.0.1" },
  { "::1", AF_INET6, { NULL }, 3, "::1" },
  { "localhost", AF_INET, { "family=ipv4", "packets=1" }, 1, "127.0.0.1" },
  { "127.0.0.1", AF_INET, { "packet_bytes=16", "packets=20" }, 20, "127.0.0.1" },
  { "127.0.0.1", AF_INET, { "packet_bytes=65000", "packets=2" }, 2, "127.0.0.1" },
  { "::1", AF_INET6, { "packet_bytes=9000", "max_loss=0" }, 3, "::1" },
};

static void
test_loopback (ProbeFixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (loopback); i++) {
    g_autoptr (TocsinMonitor) monitor = make_monitor (loopback[i].target, loopback[i].members);
    g_autoptr (TocsinSample) sample = NULL;

    if (!may_ping (fixture, loopback[i].family))
      continue;
    sample = probe_fixture_check (fixture, monitor);
    probe_assert_sample (sample, TOCSIN_CODE_NONE, NULL);
    assert_round_trips (sample, loopback[i].packets);
    g_assert_cmpstr (sample->evidence->remote_address, ==, loopback[i].address);
  }
}

static void
test_upside_down (ProbeFixture *fixture, gconstpointer data)
{
  static const char *const members[] = { "upside_down=true", NULL };
  g_autoptr (TocsinMonitor) monitor = make_monitor ("127.0.0.1", members);
  g_autoptr (TocsinSample) sample = NULL;

  if (!may_ping (fixture, AF_INET))
    return;
  sample = probe_fixture_check (fixture, monitor);
  probe_assert_sample (sample, TOCSIN_CODE_UPSIDE_DOWN,
                       "reachable, and it should not be: an answer came from 127.0.0.1*");
}

static void
test_family (ProbeFixture *fixture, gconstpointer data)
{
  static const char *const members[] = { "family=ipv4", NULL };
  g_autoptr (TocsinMonitor) monitor = make_monitor ("::1", members);
  g_autoptr (TocsinSample) sample = probe_fixture_check (fixture, monitor);

  probe_assert_sample (sample, TOCSIN_CODE_DNS_NO_DATA, "::1 has no IPv4 address*");
}

static void
crowd_cb (TocsinSample *sample, gpointer user_data)
{
  guint *n_good = user_data;

  probe_assert_sample (sample, TOCSIN_CODE_NONE, NULL);
  assert_round_trips (sample, 5);
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
  static const char *const members[] = { "packets=5", "max_loss=0", "timeout=20s", NULL };
  g_autoptr (TocsinMonitor) four = make_monitor ("127.0.0.1", members);
  g_autoptr (TocsinMonitor) six = make_monitor ("::1", members);
  guint n_good = 0;

  if (!may_ping (fixture, AF_INET) || !may_ping (fixture, AF_INET6))
    return;
  for (guint i = 0; i < CROWD; i++)
    tocsin_prober_start (fixture->prober, i % 2 != 0 ? four : six, crowd_cb, &n_good);
  tocsin_test_wait (fixture->context, is_crowd_done, &n_good);
}

static void G_GNUC_NORETURN
never_cb (TocsinSample *sample, gpointer user_data)
{
  g_assert_not_reached ();
}

static void
test_cancelled_anywhere (ProbeFixture *fixture, gconstpointer data)
{
  g_autoptr (TocsinMonitor) monitor = make_monitor ("127.0.0.1", NULL);

  if (!may_ping (fixture, AF_INET))
    return;
  for (guint n_turns = 0; n_turns < 5; n_turns++) {
    TocsinRun *run = tocsin_prober_start (fixture->prober, monitor, never_cb, NULL);

    for (guint i = 0; i < n_turns; i++)
      g_main_context_iteration (fixture->context, FALSE);
    tocsin_run_cancel (run);
  }
}

/* Gives up every right, as the daemon of somebody without any. */
static void
test_without_rights (void)
{
  ProbeFixture fixture = { 0 };
  g_autoptr (TocsinMonitor) monitor = make_monitor ("127.0.0.1", NULL);
  g_autoptr (TocsinSample) sample = NULL;
  g_autofree char *range = NULL;

  if (!g_test_subprocess ()) {
    g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
    g_test_trap_assert_passed ();
    return;
  }
  g_file_get_contents ("/proc/sys/net/ipv4/ping_group_range", &range, NULL, NULL);
  if (geteuid () == 0 &&
      (chown (tocsin_test_dir (), NOBODY, NOBODY) < 0 || /* who removes it in the end */
       setgroups (0, NULL) < 0 || setresgid (NOBODY, NOBODY, NOBODY) < 0 ||
       setresuid (NOBODY, NOBODY, NOBODY) < 0))
    return;
  probe_fixture_setup (&fixture, NULL);
  sample = probe_fixture_check (&fixture, monitor);
  if (range != NULL && g_str_has_prefix (range, "1\t0")) { /* nobody's group is in it */
    probe_assert_sample (
        sample, TOCSIN_CODE_PING_NOT_PERMITTED,
        "this process may not send pings: it lacks the right to open ICMP sockets. Grant it to its "
        "group with: sysctl -w net.ipv4.ping_group_range=\"* *\"; or to the program with: setcap "
        "cap_net_raw+ep /*test-ping");
    g_assert_cmpint (sample->evidence->packets_sent, ==, 0);
  } else {
    probe_assert_sample (sample, TOCSIN_CODE_NONE, NULL);
  }
  probe_fixture_teardown (&fixture, NULL);
}

static void
test_rights_words (void)
{
  g_autofree char *words = tocsin_pinger_rights_words (1000, "/usr/bin/tocsind");

  g_assert_nonnull (strstr (words, "sysctl -w net.ipv4.ping_group_range=\"1000 1000\""));
  g_assert_nonnull (strstr (words, "setcap cap_net_raw+ep /usr/bin/tocsind"));
}

#define ADD(path, test) \
  g_test_add ("/ping/" path, ProbeFixture, NULL, probe_fixture_setup, test, probe_fixture_teardown)

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  ADD ("this-machine-answers", test_loopback);
  ADD ("upside-down", test_upside_down);
  ADD ("family-is-honoured", test_family);
  ADD ("five-hundred-at-once", test_many_at_once);
  ADD ("cancelled-at-any-point", test_cancelled_anywhere);
  g_test_add_func ("/ping/without-rights-says-how-to-get-them", test_without_rights);
  g_test_add_func ("/ping/rights-name-group-and-program", test_rights_words);
  return g_test_run ();
}
