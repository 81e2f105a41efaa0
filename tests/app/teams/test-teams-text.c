/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-teams-text"

#include "config.h"

#include "decode.h"
#include "seen-text.h"
#include "sign-in.h"
#include "support.h"
#include "sync-text.h"
#include "take-back.h"
#include "team-lists.h"
#include "timetext.h"

#define NOW_US (1000 * TOCSIN_US_PER_DAY)

/* --- how a team and its server get on --- */

static void
test_says_how_a_team_is (void)
{
  static const struct {
    TocsinTeam team;
    const char *text;
    gboolean is_trouble;
  } cases[] = {
    { { .state = TOCSIN_TEAM_IN_STEP }, "In step", FALSE },
    { { .state = TOCSIN_TEAM_IN_STEP, .operations = 1 }, "In step, 1 change waits", FALSE },
    { { .state = TOCSIN_TEAM_SYNCING }, "Syncing…", FALSE },
    { { .state = TOCSIN_TEAM_OFFLINE }, "Offline", TRUE },
    { { .state = TOCSIN_TEAM_OFFLINE, .since = NOW_US - 2 * TOCSIN_US_PER_HOUR, .operations = 3 },
      "Offline since 22:00, 3 changes wait",
      TRUE },
    { { .state = TOCSIN_TEAM_SIGNED_OUT }, "Sign in again", TRUE },
    { { .state = TOCSIN_TEAM_FORBIDDEN }, "You are no member any more", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = tocsin_sync_state_text (&cases[i].team, NOW_US);

    g_assert_cmpstr (text, ==, cases[i].text);
    g_assert_cmpint (tocsin_sync_is_trouble (&cases[i].team), ==, cases[i].is_trouble);
  }
}

static void
test_the_worst_team_is_told (void)
{
  TocsinTeam teams[] = { { .state = TOCSIN_TEAM_IN_STEP },
                         { .state = TOCSIN_TEAM_OFFLINE },
                         { .state = TOCSIN_TEAM_SYNCING } };
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (teams); i++)
    g_ptr_array_add (all, &teams[i]);
  g_assert_true (tocsin_sync_worst (all) == &teams[1]);
}

static void
test_accounts_are_read_with_their_teams (void)
{
  g_autoptr (GVariant) list = g_variant_ref_sink (g_variant_new_parsed (
      "[{'id': <'a'>, 'server': <'https://tocsin.example.org'>, 'teams': <[{'id': <'t'>, "
      "'name': <'Ops'>, 'role': <'editor'>, 'state': <'offline'>, 'operations': <int64 2>, "
      "'checks_here': <true>}]>}]"));
  g_autoptr (GPtrArray) accounts =
      tocsin_decode_list (list, &tocsin_account_fields, (GDestroyNotify) tocsin_account_free);
  const TocsinTeam *team;

  g_assert_cmpuint (accounts->len, ==, 1);
  team = tocsin_teams_find (accounts, "t");
  g_assert_nonnull (team);
  g_assert_cmpstr (team->name, ==, "Ops");
  g_assert_cmpuint (team->state, ==, TOCSIN_TEAM_OFFLINE);
  g_assert_cmpint (team->operations, ==, 2);
  g_assert_true (team->checks_here);
  g_assert_true (tocsin_team_may_edit (team));
  g_assert_null (tocsin_teams_find (accounts, "u"));
  g_assert_null (tocsin_teams_find (NULL, "t"));
}

/* --- conflicts --- */

static void
test_a_conflict_is_told_with_both_values (void)
{
  TocsinSyncNews news = { .kind = (char *) "lost",
                          .type = (char *) "monitor",
                          .record = (char *) "m",
                          .record_name = (char *) "Shop",
                          .member = (char *) "interval_s",
                          .mine = (char *) "30",
                          .theirs = (char *) "60",
                          .by = (char *) "An editor" };
  g_autofree char *text = tocsin_sync_news_text (&news);
  g_autofree char *values = tocsin_sync_news_values (&news);
  g_autofree char *kept = NULL;

  g_assert_cmpstr (text, ==, "An editor also changed “Check every” of “Shop”: theirs was kept");
  g_assert_cmpstr (values, ==, "Yours: 30 s · Theirs: 1 min");
  g_assert_cmpstr (tocsin_sync_news_get_other (&news), ==, "30");
  g_assert_true (tocsin_take_back_is_possible (&news));
  news.kind = (char *) "overwrote";
  kept = tocsin_sync_news_text (&news);
  g_assert_cmpstr (kept, ==, "An editor also changed “Check every” of “Shop”: yours was kept");
  g_assert_cmpstr (tocsin_sync_news_get_other (&news), ==, "60");
}

static void
test_a_secret_is_neither_told_nor_taken_back (void)
{
  TocsinSyncNews news = { .kind = (char *) "lost",
                          .type = (char *) "monitor",
                          .record = (char *) "m",
                          .record_name = (char *) "Shop",
                          .member = (char *) "password" };

  g_assert_null (tocsin_sync_news_values (&news));
  g_assert_false (tocsin_take_back_is_possible (&news));
}

/* --- what probes saw --- */

static void
test_probes_are_counted_as_the_judge_does (void)
{
  static const struct {
    gint64 failed[3];
    gint64 age_s[3];
    gint64 confirm;
    const char *text;
  } cases[] = {
    { { 0, 0, 0 }, { 1, 1, 1 }, 0, "0 of 3 probes say that it is down; 2 must agree." },
    { { 3, 3, 0 }, { 1, 1, 1 }, 0, "2 of 3 probes say that it is down; 2 must agree." },
    { { 3, 3, 0 }, { 1, 1, 900 }, 0, "2 of 2 probes say that it is down; 2 must agree." },
    { { 3, 0, 0 }, { 1, 1, 1 }, 1, "1 of 3 probes say that it is down; 1 must agree." },
    { { 0, 0, 0 }, { 900, 900, 900 }, 0, "No probe has reported within two intervals." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (TOCSIN_MONITOR_HTTP);
    g_autoptr (GPtrArray) list = g_ptr_array_new ();
    g_autofree char *text = NULL;
    TocsinSeen seen[3];

    monitor->interval_us = TOCSIN_US_PER_MIN;
    monitor->confirm = cases[i].confirm;
    for (guint j = 0; j < G_N_ELEMENTS (seen); j++) {
      seen[j] = (TocsinSeen){ .at = NOW_US - cases[i].age_s[j] * TOCSIN_US_PER_S,
                              .failed = cases[i].failed[j],
                              .good = cases[i].failed[j] == 0 };
      g_ptr_array_add (list, &seen[j]);
    }
    text = tocsin_seen_quorum_text (list, monitor, NOW_US);
    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

static void
test_a_probe_says_what_it_saw (void)
{
  static const struct {
    TocsinSeen seen;
    const char *text;
    TocsinState look;
  } cases[] = {
    { { .at = NOW_US - 12 * TOCSIN_US_PER_S, .good = 4 }, "Good, 12 s ago", TOCSIN_STATE_UP },
    { { .at = NOW_US - 12 * TOCSIN_US_PER_S, .failed = 3, .code = (char *) "connect_refused" },
      "Failed 3 times in a row: connect refused, 12 s ago",
      TOCSIN_STATE_DOWN },
    { { .at = NOW_US - 12 * TOCSIN_US_PER_S, .failed = 1, .code = (char *) "none" },
      "Failed once, 12 s ago",
      TOCSIN_STATE_CONFIRMING },
    { { .at = NOW_US - TOCSIN_US_PER_HOUR, .good = 4 },
      "Silent, does not count. Last: Good, 1 h ago",
      TOCSIN_STATE_UNKNOWN },
    { { .at = 0 }, "Has not reported yet", TOCSIN_STATE_UNKNOWN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (TOCSIN_MONITOR_HTTP);
    g_autofree char *text = tocsin_seen_text (&cases[i].seen, monitor, NOW_US);

    g_assert_cmpstr (text, ==, cases[i].text);
    g_assert_cmpint (tocsin_seen_get_look (&cases[i].seen, monitor, NOW_US), ==, cases[i].look);
  }
}

/* --- signing in --- */

static void
test_addresses_are_read_as_people_write_them (void)
{
  static const struct {
    const char *text, *address; /* NULL: it is none */
  } cases[] = {
    { "tocsin.example.org", "https://tocsin.example.org" },
    { "  https://tocsin.example.org/ ", "https://tocsin.example.org" },
    { "http://localhost:7880", "http://localhost:7880" },
    { "", NULL },
    { "ftp://tocsin.example.org", NULL },
    { "https://", NULL },
    { "https://somebody@tocsin.example.org", NULL },
    { "https://tocsin.example.org/?a=b", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *address = tocsin_sign_in_read_address (cases[i].text);

    g_assert_cmpstr (address, ==, cases[i].address);
  }
}

static void
test_lists_have_paths_of_their_own (void)
{
  g_autofree char *all = tocsin_team_list_get_path (TOCSIN_LIST_MEMBERS, "t", NULL);
  g_autofree char *one = tocsin_team_list_get_path (TOCSIN_LIST_PROBES, "t", "p");
  g_autofree char *own = tocsin_team_list_get_path (TOCSIN_LIST_TOKENS, "t", NULL);

  g_assert_cmpstr (all, ==, "/api/v1/teams/t/members");
  g_assert_cmpstr (one, ==, "/api/v1/teams/t/probes/p");
  g_assert_cmpstr (own, ==, "/api/v1/me/tokens");
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/teams/says-how-a-team-is", test_says_how_a_team_is);
  g_test_add_func ("/teams/the-worst-is-told", test_the_worst_team_is_told);
  g_test_add_func ("/teams/accounts-are-read-with-their-teams",
                   test_accounts_are_read_with_their_teams);
  g_test_add_func ("/teams/a-conflict-is-told-with-both-values",
                   test_a_conflict_is_told_with_both_values);
  g_test_add_func ("/teams/a-secret-is-neither-told-nor-taken-back",
                   test_a_secret_is_neither_told_nor_taken_back);
  g_test_add_func ("/teams/probes-are-counted-as-the-judge-does",
                   test_probes_are_counted_as_the_judge_does);
  g_test_add_func ("/teams/a-probe-says-what-it-saw", test_a_probe_says_what_it_saw);
  g_test_add_func ("/teams/addresses-are-read-as-people-write-them",
                   test_addresses_are_read_as_people_write_them);
  g_test_add_func ("/teams/lists-have-paths-of-their-own", test_lists_have_paths_of_their_own);
  return g_test_run ();
}
