/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-own-network"

#include "config.h"

#include "own-network.h"
#include "support.h"
#include "timetext.h"

#define BEGIN_AT (G_GINT64_CONSTANT (1795406400) * TOCSIN_US_PER_S)

/* Scripts are one word an event: the second, the event, a colon and the verdict after it: o online,
 * s suspect, x offline. Events: +N and -N hosts 0 to N-1 are good or fail, N, P and S what the
 * system says of connectivity (none, portal, some), rNM: N of M references answered, W the machine
 * woke up, t only time passes. */
static const struct {
  const char *name, *script;
} cases[] = {
  { "one-that-fails-is-its-own-fault", "0+9:o 10-1:o 20t:o" },
  { "most-of-five-fail-at-once", "0+5:o 1-2:o 2-3:s" },
  { "four-hosts-say-nothing", "0+4:o 1-4:o" },
  { "down-for-long-is-no-surprise", "0+5:o 1-3:s 2r33:o 99t:o" },
  { "references-answer", "0+5:o 1-5:s 2r23:o 30-5:o" },
  { "references-fail", "0+5:o 1-5:s 2r03:x 61t:x" },
  { "a-long-outage-is-asked-about-again", "0+5:o 1-5:s 2r03:x 70t:s 71r03:x 140t:s 141r33:o" },
  { "nobody-to-ask", "0+5:o 1-5:s 2r00:x 70t:o" },
  { "any-good-one-means-online", "0+5:o 1-5:s 2r03:x 3+1:o" },
  { "a-good-one-after-the-bad-ones", "0+5:o 1-3:s 2+5:o" },
  { "cable-pulled", "0N:x 1S:o" },
  { "captive-portal", "0P:x 99t:x" },
  { "island-without-a-default-route", "0N:x 1+1:o 30t:o 60t:x" },
  { "changed-networks-forget-who-answered", "0+1:o 1N:x" },
  { "just-woke", "0+5:o 9W:x 68t:x 69t:o" },
  { "woke-and-answered", "0+5:o 9W:x 10+1:o" },
  { "woke-and-references-answered", "0+5:o 9W:x 10r33:o" },
};

static void
take (TocsinNetworkState *state, const char *what, gint64 now_us)
{
  int n = what[1] != '\0' ? what[1] - '0' : 0;

  if (*what == '+' || *what == '-')
    for (int i = 0; i < n; i++) {
      g_autofree char *host = g_strdup_printf ("host-%d.example", i);

      tocsin_network_note_sample (state, host, *what == '+', now_us);
    }
  else if (*what == 'r')
    tocsin_network_note_references (state, (guint) n, (guint) (what[2] - '0'), now_us);
  else if (*what == 'W')
    tocsin_network_note_wake (state, now_us);
  else if (*what != 't')
    tocsin_network_note_connectivity (state,
                                      *what == 'N'   ? TOCSIN_CONNECTIVITY_NONE
                                      : *what == 'P' ? TOCSIN_CONNECTIVITY_PORTAL
                                                     : TOCSIN_CONNECTIVITY_SOME,
                                      now_us);
}

static void
test_verdicts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TocsinNetworkState state = { .connectivity = TOCSIN_CONNECTIVITY_SOME };
    g_auto (GStrv) steps = g_strsplit (cases[i].script, " ", -1);
    g_autoptr (GString) seen = g_string_new (NULL);

    g_test_message ("%s", cases[i].name);
    for (guint n = 0; steps[n] != NULL; n++) {
      g_auto (GStrv) parts = g_strsplit (steps[n], ":", 2);
      char *what;
      gint64 now_us = BEGIN_AT + g_ascii_strtoll (parts[0], &what, 10) * TOCSIN_US_PER_S;
      TocsinNetworkVerdict verdict;

      take (&state, what, now_us);
      verdict = tocsin_network_judge (&state, now_us);
      g_string_append_printf (seen, "%s%s:%c", n > 0 ? " " : "", parts[0], "osx"[verdict]);
      g_assert_true ((tocsin_network_explain (&state, now_us) == NULL) ==
                     (verdict == TOCSIN_NETWORK_ONLINE));
    }
    g_assert_cmpstr (seen->str, ==, cases[i].script);
  }
}

static void
test_reasons (void)
{
  static const struct {
    const char *what, *why;
  } reasons[] = {
    { "P", "this computer is behind a captive portal" },
    { "N", "this computer is offline" },
    { "W", "this computer just woke up" },
    { "-9", "this computer seems to be offline: nearly everything failed at once" },
    { "+9", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++) {
    TocsinNetworkState state = { .connectivity = TOCSIN_CONNECTIVITY_SOME };

    take (&state, reasons[i].what, BEGIN_AT);
    g_assert_cmpstr (tocsin_network_explain (&state, BEGIN_AT), ==, reasons[i].why);
  }
}

/* The host that changed longest ago gives way. */
static void
test_more_hosts_than_are_remembered (void)
{
  TocsinNetworkState state = { .connectivity = TOCSIN_CONNECTIVITY_SOME };

  for (guint i = 0; i < 3 * TOCSIN_NETWORK_HOSTS; i++) {
    g_autofree char *host = g_strdup_printf ("host-%u.example", i);

    tocsin_network_note_sample (&state, host, i < 2 * TOCSIN_NETWORK_HOSTS,
                                BEGIN_AT + i * TOCSIN_US_PER_MS);
  }
  for (guint i = 0; i < TOCSIN_NETWORK_HOSTS; i++)
    g_assert_true (state.hosts[i].bad);
  g_assert_cmpint (tocsin_network_judge (&state, BEGIN_AT + TOCSIN_US_PER_S), ==,
                   TOCSIN_NETWORK_SUSPECT);
}

static void
test_local_hosts (void)
{
  static const char *const local[] = { "",          "localhost", "LOCALHOST", "a.localhost",
                                       "127.0.0.1", "127.9.9.9", "::1" };
  static const char *const far[] = { "example.org", "128.0.0.1", "::2", "localhost.example" };

  for (guint i = 0; i < G_N_ELEMENTS (local); i++)
    g_assert_true (tocsin_network_is_local_host (local[i]));
  for (guint i = 0; i < G_N_ELEMENTS (far); i++)
    g_assert_false (tocsin_network_is_local_host (far[i]));
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/own-network/verdicts", test_verdicts);
  g_test_add_func ("/own-network/reasons", test_reasons);
  g_test_add_func ("/own-network/more-hosts-than-are-remembered",
                   test_more_hosts_than_are_remembered);
  g_test_add_func ("/own-network/local-hosts", test_local_hosts);
  return g_test_run ();
}
