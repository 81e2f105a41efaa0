/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-sync"

#include "config.h"

#include <signal.h>
#include <string.h>

#include "support.h"
#include "village.h"

/* Two desktops and their team's server, all three as people run them. */
typedef struct {
  Village village;
  Desktop a, b;
} Pair;

static gboolean
pair_init (Pair *pair, const char *second)
{
  GSubprocess *a, *b;

  *pair = (Pair){ 0 };
  if (!village_init (&pair->village))
    return FALSE;
  desktop_init (&pair->a, &pair->village);
  desktop_init (&pair->b, &pair->village);
  a = desktop_begin_sign_in (&pair->a, "owner@example.org");
  b = desktop_begin_sign_in (&pair->b, second);
  desktop_end_sign_in (&pair->a, a);
  desktop_end_sign_in (&pair->b, b);
  return TRUE;
}

static void
pair_clear (Pair *pair)
{
  desktop_clear (&pair->a);
  desktop_clear (&pair->b);
  village_clear (&pair->village);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, pair_clear)

static void
add_shop (Pair *pair)
{
  g_free (desktop_ctl (&pair->a, "add http %s/healthz --name shop --team example --interval 60s",
                       pair->village.site));
  desktop_wait_for (&pair->b, "shop", "name", "shop");
}

static void
sign_out (Desktop *desktop, gboolean keep)
{
  g_autofree char *server = desktop_get_server (desktop);

  g_free (desktop_ctl (desktop, "logout %s%s", server, keep ? " --keep" : ""));
}

static void
test_change_on_one_desktop_is_on_the_other (void)
{
  g_auto (Pair) pair = { 0 };
  g_autofree char *project = NULL, *there = NULL;

  if (!pair_init (&pair, "editor@example.org"))
    return;
  g_free (desktop_ctl (&pair.b, "add http http://127.0.0.1:1/ --name mine --interval 1h"));
  add_shop (&pair);
  project = desktop_get (&pair.b, "shop", "project");
  g_assert_cmpstr (project, ==, "Web");
  there = desktop_get (&pair.b, "shop", "team_name");
  g_assert_cmpstr (there, ==, "Example");
  g_free (desktop_ctl (&pair.b, "edit shop interval=90s tags=web"));
  desktop_wait_for (&pair.a, "shop", "monitor.interval_s", "90");
  desktop_wait_for (&pair.a, "shop", "monitor.tags", "[\"web\"]");
  g_assert_null (desktop_get (&pair.a, "mine", "name")); /* it is b's own, and stays there */
  g_free (desktop_ctl (&pair.a, "remove shop"));
  desktop_wait_for (&pair.b, "shop", "name", NULL);
}

static void
test_passwords_reach_the_other_desktop_and_are_sealed (void)
{
  g_auto (Pair) pair = { 0 };
  g_autofree char *dump = NULL, *file = NULL, *database = NULL;
  gsize length;

  if (!pair_init (&pair, "editor@example.org"))
    return;
  g_free (desktop_ctl (&pair.a, "add http http://127.0.0.1:1/ --name shop --team example"
                                " --interval 1h --auth basic --username u --password geheim-77"));
  desktop_wait_for (&pair.b, "shop", "monitor.username", "u");
  file = g_build_filename (pair.b.dir, "export.json", NULL);
  sign_out (&pair.b, TRUE);
  g_free (desktop_ctl (&pair.b, "export --with-secrets %s", file));
  g_assert_true (g_file_get_contents (file, &dump, NULL, NULL));
  g_assert_nonnull (strstr (dump, "geheim-77"));
  desktop_stop (&pair.a, SIGTERM);
  g_free (file);
  file = g_build_filename (pair.a.dir, "tocsin.db", NULL);
  g_assert_true (g_file_get_contents (file, &database, &length, NULL));
  g_assert_null (memmem (database, length, "geheim-77", strlen ("geheim-77")));
  desktop_start (&pair.a);
}

/* Both edit while the server is away, and `first` is the first to reach it. */
static void
meet (Pair *pair, Desktop *first, Desktop *second)
{
  desktop_cut (&pair->a);
  desktop_cut (&pair->b);
  g_free (desktop_ctl (&pair->a, "edit shop interval=100s description=a"));
  g_free (desktop_ctl (&pair->b, "edit shop interval=200s timeout=7s"));
  desktop_mend (first);
  desktop_mend (second);
}

static void
assert_met (Pair *pair, const char *interval)
{
  Desktop *desktops[] = { &pair->a, &pair->b };

  for (guint i = 0; i < G_N_ELEMENTS (desktops); i++) { /* the same field: the later arrival */
    desktop_wait_for (desktops[i], "shop", "monitor.interval_s", interval);
    desktop_wait_for (desktops[i], "shop", "monitor.timeout_s", "7");
    desktop_wait_for (desktops[i], "shop", "monitor.description", "a");
  }
}

static void
test_edits_made_offline_meet_in_either_order (void)
{
  g_auto (Pair) pair = { 0 };

  if (!pair_init (&pair, "editor@example.org"))
    return;
  add_shop (&pair);
  meet (&pair, &pair.a, &pair.b);
  assert_met (&pair, "200");
  g_assert_true (desktop_has_logged (&pair.b, "overwrote"));
  g_assert_true (desktop_has_logged (&pair.a, "lost"));
  g_free (desktop_ctl (&pair.a, "edit shop interval=60s description= timeout=10s"));
  desktop_wait_for (&pair.b, "shop", "monitor.interval_s", "60");
  meet (&pair, &pair.b, &pair.a);
  assert_met (&pair, "100");
  g_assert_true (desktop_has_logged (&pair.a, "overwrote"));
  g_assert_true (desktop_has_logged (&pair.b, "lost"));
}

static void
test_edit_restores_what_somebody_deleted (void)
{
  g_auto (Pair) pair = { 0 };

  if (!pair_init (&pair, "editor@example.org"))
    return;
  add_shop (&pair);
  desktop_cut (&pair.b);
  g_free (desktop_ctl (&pair.a, "remove shop"));
  g_free (desktop_ctl (&pair.b, "edit shop interval=200s"));
  desktop_wait_in_step (&pair.a);
  desktop_mend (&pair.b);
  desktop_wait_for (&pair.a, "shop", "monitor.interval_s", "200");
  desktop_wait_for (&pair.b, "shop", "monitor.interval_s", "200");
  g_assert_true (desktop_has_logged (&pair.b, "restored"));
}

static void
test_changes_made_offline_outlive_a_kill (void)
{
  g_auto (Pair) pair = { 0 };
  g_autofree char *log = NULL;

  if (!pair_init (&pair, "editor@example.org"))
    return;
  add_shop (&pair);
  desktop_cut (&pair.a);
  g_free (desktop_ctl (&pair.a, "edit shop interval=100s"));
  g_free (desktop_ctl (&pair.a, "add tcp 127.0.0.1:1 --name port --team example --interval 1h"));
  desktop_stop (&pair.a, SIGKILL);
  desktop_start (&pair.a);
  desktop_wait_for (&pair.a, "shop", "monitor.interval_s", "100");
  log = desktop_ctl (&pair.a, "sync log --json");
  g_assert_nonnull (strstr (log, "owner@example.org"));
  g_free (desktop_ctl (&pair.a, "edit port interval=30m"));
  desktop_mend (&pair.a);
  desktop_wait_for (&pair.b, "shop", "monitor.interval_s", "100");
  desktop_wait_for (&pair.b, "port", "monitor.interval_s", "1800");
}

static void
test_viewer_sees_and_does_not_change (void)
{
  g_auto (Pair) pair = { 0 };
  g_autofree char *err = NULL;

  if (!pair_init (&pair, "viewer@example.org"))
    return;
  add_shop (&pair);
  g_assert_cmpint (desktop_try_ctl (&pair.b, &err, "edit shop interval=100s"), !=, 0);
  g_assert_nonnull (strstr (err, "viewer"));
  g_free (village_admin (&pair.village, "member role example viewer@example.org editor"));
  g_free (desktop_ctl (&pair.b, "sync now"));
  g_free (desktop_ctl (&pair.b, "edit shop interval=100s"));
  desktop_wait_for (&pair.a, "shop", "monitor.interval_s", "100");
}

static void
test_member_who_is_removed_keeps_nothing (void)
{
  g_auto (Pair) pair = { 0 };

  if (!pair_init (&pair, "editor@example.org"))
    return;
  add_shop (&pair);
  g_free (village_admin (&pair.village, "member remove example editor@example.org"));
  desktop_wait_for (&pair.b, "shop", "name", NULL);
  desktop_wait_for (&pair.a, "shop", "name", "shop");
}

static void
test_signing_out_takes_the_monitors_or_keeps_them (void)
{
  g_auto (Pair) pair = { 0 };

  if (!pair_init (&pair, "editor@example.org"))
    return;
  add_shop (&pair);
  sign_out (&pair.b, FALSE);
  g_assert_null (desktop_get (&pair.b, "shop", "name"));
  desktop_end_sign_in (&pair.b, desktop_begin_sign_in (&pair.b, "editor@example.org"));
  desktop_wait_for (&pair.b, "shop", "team_name", "Example");
  sign_out (&pair.b, TRUE);
  g_assert_null (desktop_get (&pair.b, "shop", "team_name"));
  g_free (desktop_ctl (&pair.b, "edit shop interval=100s"));
  desktop_wait_for (&pair.b, "shop", "monitor.interval_s", "100");
  desktop_wait_for (&pair.a, "shop", "monitor.interval_s", "60");
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);

  g_test_add_func ("/sync/change-on-one-desktop-is-on-the-other",
                   test_change_on_one_desktop_is_on_the_other);
  g_test_add_func ("/sync/passwords-reach-the-other-desktop-and-are-sealed",
                   test_passwords_reach_the_other_desktop_and_are_sealed);
  g_test_add_func ("/sync/edits-made-offline-meet-in-either-order",
                   test_edits_made_offline_meet_in_either_order);
  g_test_add_func ("/sync/edit-restores-what-somebody-deleted",
                   test_edit_restores_what_somebody_deleted);
  g_test_add_func ("/sync/changes-made-offline-outlive-a-kill",
                   test_changes_made_offline_outlive_a_kill);
  g_test_add_func ("/sync/viewer-sees-and-does-not-change", test_viewer_sees_and_does_not_change);
  g_test_add_func ("/sync/member-who-is-removed-keeps-nothing",
                   test_member_who_is_removed_keeps_nothing);
  g_test_add_func ("/sync/signing-out-takes-the-monitors-or-keeps-them",
                   test_signing_out_takes_the_monitors_or_keeps_them);
  return g_test_run ();
}
