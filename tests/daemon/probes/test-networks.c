/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* Checks over networks that are broken, in a network namespace of the test's own: dead routes,
 * packets that are lost, name servers that do not answer. Skipped where this process may not make
 * one. */

#define G_LOG_DOMAIN "test-networks"

#include "config.h"

#include "probe-fixture.h"
#include "support.h"
#include "test-dns-server.h"
#include "test-netns.h"
#include "test-tcp-server.h"

#define MEMBERS_MOST 7

static char *why_not;         /* (nullable) set once, before any test */
static TocsinTestLink *cable; /* (nullable) */

static gboolean
is_ready (gboolean needs_link)
{
  if (why_not != NULL)
    g_test_skip (why_not);
  else if (needs_link && cable == NULL)
    g_test_skip ("there is no /dev/net/tun");
  else
    return TRUE;
  return FALSE;
}

static TocsinSample *
check (ProbeFixture *fixture, TocsinMonitorKind kind, const char *target,
       const char *const *members)
{
  g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (kind);
  g_autoptr (GError) error = NULL;

  monitor->name = g_strdup ("far");
  monitor->target = g_strdup (target);
  monitor->packet_interval_us = 10000;
  for (guint i = 0; members != NULL && members[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (members[i], "=", 2);

    tocsin_fields_set_text (&tocsin_monitor_fields, monitor, pair[0], pair[1], &error);
    g_assert_no_error (error);
  }
  tocsin_monitor_validate (monitor, &error);
  g_assert_no_error (error);
  return probe_fixture_check (fixture, monitor);
}

typedef struct {
  TocsinMonitorKind kind;
  const char *target;
  const char *members[MEMBERS_MOST];
  TocsinCode code;
  const char *reason; /* glob */
  guint sent, received;
} Case;

#define SHORT "timeout=400ms"

static const Case pings[] = {
  { TOCSIN_MONITOR_PING, "10.9.0.2", { NULL }, TOCSIN_CODE_NONE, NULL, 3, 3 },
  { TOCSIN_MONITOR_PING, "2001:db8:9::2", { NULL }, TOCSIN_CODE_NONE, NULL, 3, 3 },
  { TOCSIN_MONITOR_PING, "10.9.0.7", { NULL }, TOCSIN_CODE_NONE, NULL, 3, 3 },
  { TOCSIN_MONITOR_PING,
    "10.9.0.3",
    { "packets=4", "timeout=2s", "max_loss=50" },
    TOCSIN_CODE_NONE,
    NULL,
    4,
    2 },
  { TOCSIN_MONITOR_PING,
    "10.9.0.3",
    { "packets=4", "timeout=2s", "max_loss=49" },
    TOCSIN_CODE_PING_LOST,
    "2 of 4 packets to 10.9.0.3 were lost, more than 49 %",
    4,
    2 },
  { TOCSIN_MONITOR_PING,
    "10.9.0.4",
    { SHORT },
    TOCSIN_CODE_PING_LOST,
    "3 of 3 packets to 10.9.0.4 were lost",
    3,
    0 },
  { TOCSIN_MONITOR_PING,
    "2001:db8:9::4",
    { SHORT, "packets=1" },
    TOCSIN_CODE_PING_LOST,
    "1 of 1 packet to 2001:db8:9::4 was lost",
    1,
    0 },
  { TOCSIN_MONITOR_PING,
    "10.9.0.5",
    { NULL },
    TOCSIN_CODE_PING_LOST,
    "3 of 3 packets to 10.9.0.5 were lost: 10.9.0.254 says: host unreachable",
    3,
    0 },
  { TOCSIN_MONITOR_PING,
    "10.9.0.6",
    { SHORT },
    TOCSIN_CODE_PING_LOST,
    "3 of 3 packets to 10.9.0.6 were lost",
    3,
    0 },
  { TOCSIN_MONITOR_PING,
    "192.0.2.9",
    { NULL },
    TOCSIN_CODE_CONNECT_UNREACHABLE,
    "192.0.2.9 can't be reached: network is unreachable",
    0,
    0 },
};

static void
run_cases (ProbeFixture *fixture, const Case *cases, guint n_cases)
{
  for (guint i = 0; i < n_cases; i++) {
    g_autoptr (TocsinSample) sample =
        check (fixture, cases[i].kind, cases[i].target, cases[i].members);

    probe_assert_sample (sample, cases[i].code, cases[i].reason);
    g_assert_cmpint (sample->evidence->packets_sent, ==, cases[i].sent);
    g_assert_cmpint (sample->evidence->packets_received, ==, cases[i].received);
    if (cases[i].code != TOCSIN_CODE_NONE)
      g_assert_nonnull (sample->evidence->addresses_tried);
  }
}

/* As the kernel ships it nobody may open unprivileged sockets, and root's are raw. */
static void
test_ping_raw (ProbeFixture *fixture, gconstpointer data)
{
  if (is_ready (TRUE))
    run_cases (fixture, pings, G_N_ELEMENTS (pings));
}

static void
write_range (const char *range)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full ("/proc/sys/net/ipv4/ping_group_range", range, -1,
                            G_FILE_SET_CONTENTS_NONE, 0644, &error);
  g_assert_no_error (error);
}

static void
test_ping_unprivileged (ProbeFixture *fixture, gconstpointer data)
{
  if (!is_ready (TRUE))
    return;
  write_range ("0 2147483647\n");
  run_cases (fixture, pings, G_N_ELEMENTS (pings));
  write_range ("1 0\n");
}

/* An error about one monitor's packet is told to whoever sends next through the socket. */
static void
count_cb (TocsinSample *sample, gpointer user_data)
{
  guint *n = user_data;

  if (g_str_equal (sample->evidence->remote_address, "10.9.0.2"))
    probe_assert_sample (sample, TOCSIN_CODE_NONE, NULL);
  else
    probe_assert_sample (sample, TOCSIN_CODE_PING_LOST, "20 of 20 packets to 10.9.0.5 were lost*");
  g_assert_cmpint (sample->evidence->packets_sent, ==, 20);
  tocsin_sample_free (sample);
  (*n)++;
}

static gboolean
are_all_done (gpointer user_data)
{
  return *(guint *) user_data == 40;
}

static void
test_errors_stay_apart (ProbeFixture *fixture, gconstpointer data)
{
  guint n = 0;

  if (!is_ready (TRUE))
    return;
  for (guint i = 0; i < 40; i++) {
    g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (TOCSIN_MONITOR_PING);

    monitor->target = g_strdup (i % 2 == 0 ? "10.9.0.2" : "10.9.0.5");
    monitor->packets = 20;
    monitor->packet_interval_us = 10000;
    monitor->max_loss = 0;
    tocsin_prober_start (fixture->prober, monitor, count_cb, &n);
  }
  tocsin_test_wait (fixture->context, are_all_done, &n);
}

static const Case routes[] = {
  { TOCSIN_MONITOR_TCP,
    "10.9.0.4:80",
    { SHORT },
    TOCSIN_CODE_TIMEOUT_CONNECT,
    "no connection within 400 ms: 10.9.0.4:80: no answer within * ms" },
  { TOCSIN_MONITOR_TCP,
    "192.0.2.9:80",
    { NULL },
    TOCSIN_CODE_CONNECT_UNREACHABLE,
    "192.0.2.9:80 can't be reached: no route to its network" },
  { TOCSIN_MONITOR_TCP,
    "198.51.100.9:80",
    { NULL },
    TOCSIN_CODE_CONNECT_UNREACHABLE,
    "198.51.100.9:80 can't be reached: no route to the host" },
  { TOCSIN_MONITOR_PING,
    "198.51.100.9",
    { NULL },
    TOCSIN_CODE_CONNECT_UNREACHABLE,
    "198.51.100.9 can't be reached: no route to host" },
};

static void
test_dead_routes (ProbeFixture *fixture, gconstpointer data)
{
  if (!is_ready (TRUE))
    return;
  tocsin_test_netns_run ("ip route add unreachable 198.51.100.0/24");
  run_cases (fixture, routes, G_N_ELEMENTS (routes));
  tocsin_test_netns_run ("ip route del unreachable 198.51.100.0/24");
}

/* The dead address comes first, and costs no more than a moment. */
static void
test_next_address (ProbeFixture *fixture, gconstpointer data)
{
  static const char *const script[] = { "wait", NULL };
  TocsinTestTcpServer *server;
  g_autofree char *target = NULL, *address = NULL;
  g_autoptr (TocsinSample) sample = NULL;

  if (!is_ready (TRUE))
    return;
  tocsin_test_netns_replace ("/etc/hosts", "2001:db8:9::4 both.test\n127.0.0.1 both.test\n");
  server = tocsin_test_tcp_server_new (script, NULL);
  target = g_strdup_printf ("both.test:%u", tocsin_test_tcp_server_get_port (server));
  address = g_strdup_printf ("127.0.0.1:%u", tocsin_test_tcp_server_get_port (server));
  sample = check (fixture, TOCSIN_MONITOR_TCP, target, NULL);
  probe_assert_sample (sample, TOCSIN_CODE_NONE, NULL);
  g_assert_cmpstr (sample->evidence->remote_address, ==, address);
  g_assert_cmpint (sample->phase_us[TOCSIN_PHASE_CONNECT], >=, 250000);
  tocsin_test_tcp_server_free (server);
}

/* Of two name servers the first is dead; then /etc/resolv.conf changes. */
static void
test_system_resolver (ProbeFixture *fixture, gconstpointer data)
{
  static const char *const members[] = { "timeout=1s", NULL };
  g_autoptr (TocsinSample) dead = NULL, live = NULL, named = NULL, missing = NULL;
  TocsinTestNsd *nsd;

  if (!is_ready (FALSE))
    return;
  nsd = tocsin_test_nsd_new ("127.0.0.53", 53);
  if (nsd == NULL) {
    g_test_skip ("nsd is not installed");
    return;
  }
  tocsin_test_netns_replace ("/etc/hosts", "127.0.0.1 localhost\n");
  tocsin_test_netns_replace ("/etc/resolv.conf", "nameserver 127.0.0.54\n");
  dead = check (fixture, TOCSIN_MONITOR_DNS, "example.org", members);
  probe_assert_sample (dead, TOCSIN_CODE_CONNECT_REFUSED,
                       "127.0.0.54:53 can't be asked for example.org: nothing answers there");

  tocsin_test_netns_replace ("/etc/resolv.conf", "nameserver 127.0.0.54\nnameserver 127.0.0.53\n");
  live = check (fixture, TOCSIN_MONITOR_DNS, "example.org", members);
  probe_assert_sample (live, TOCSIN_CODE_NONE, NULL);
  g_assert_cmpstr (live->evidence->resolver, ==, "127.0.0.53:53");

  named = check (fixture, TOCSIN_MONITOR_TCP, "here.example.org:9", NULL);
  probe_assert_sample (named, TOCSIN_CODE_CONNECT_REFUSED,
                       "here.example.org:9 refused the connection (127.0.0.1)");
  missing = check (fixture, TOCSIN_MONITOR_PING, "nope.example.org", NULL);
  probe_assert_sample (missing, TOCSIN_CODE_DNS_NXDOMAIN,
                       "the name nope.example.org does not exist");
  tocsin_test_nsd_free (nsd);
}

#define ADD(path, test)                                                         \
  g_test_add ("/networks/" path, ProbeFixture, NULL, probe_fixture_setup, test, \
              probe_fixture_teardown)

int
main (int argc, char **argv)
{
  int result;

  tocsin_test_init (&argc, &argv);
  if (tocsin_test_netns_enter (&why_not))
    cable = tocsin_test_link_new ();
  ADD ("ping-over-raw-sockets", test_ping_raw);
  ADD ("ping-over-unprivileged-sockets", test_ping_unprivileged);
  ADD ("errors-reach-only-their-monitor", test_errors_stay_apart);
  ADD ("dead-routes", test_dead_routes);
  ADD ("next-address-where-the-first-is-dead", test_next_address);
  ADD ("name-servers-of-the-system", test_system_resolver);
  result = g_test_run ();
  tocsin_test_link_free (cable);
  g_free (why_not);
  return result;
}
