/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-sync-probes"

#include "config.h"

#include <signal.h>
#include <string.h>

#include "support.h"
#include "village.h"

/* A desktop that only looks, and probes without a person. */
typedef struct {
  Village village;
  Desktop desk;
  Probe north, south;
} Watch;

static gboolean
watch_init (Watch *watch)
{
  *watch = (Watch){ 0 };
  if (!village_init (&watch->village))
    return FALSE;
  probe_init (&watch->north, &watch->village, "north", "cold");
  probe_init (&watch->south, &watch->village, "south", "warm");
  desktop_init (&watch->desk, &watch->village);
  desktop_end_sign_in (&watch->desk, desktop_begin_sign_in (&watch->desk, "owner@example.org"));
  g_free (desktop_ctl (&watch->desk, "sync checks example off"));
  return TRUE;
}

static void
watch_clear (Watch *watch)
{
  desktop_clear (&watch->desk);
  probe_clear (&watch->north);
  probe_clear (&watch->south);
  village_clear (&watch->village);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Watch, watch_clear)

static gboolean
says_yes (Village *village, const char *sql)
{
  g_autofree char *answer = village_ask (village, sql);

  return g_strcmp0 (answer, "t") == 0;
}

typedef struct {
  Village *village;
  const char *sql; /* answers t */
} Truth;

static gboolean
is_true (gpointer user_data)
{
  Truth *truth = user_data;

  return says_yes (truth->village, truth->sql);
}

static void
wait_until (Village *village, const char *sql)
{
  Truth truth = { village, sql };

  g_test_message ("%s", sql);
  tocsin_test_wait (NULL, is_true, &truth);
}

static void
test_probes_check_and_the_desktop_sees (void)
{
  g_auto (Watch) watch = { 0 };
  g_autofree char *probes = NULL, *incidents = NULL, *series = NULL;

  if (!watch_init (&watch))
    return;
  g_free (desktop_ctl (&watch.desk,
                       "add http %s/healthz --name shop --team example --interval 5s --probes all",
                       watch.village.site));
  desktop_wait_for (&watch.desk, "shop", "state", "up");
  wait_until (&watch.village, "SELECT count (DISTINCT probe_id) = 2 FROM samples");
  probes = desktop_ctl (&watch.desk, "probes example");
  g_assert_nonnull (strstr (probes, "north"));
  g_assert_nonnull (strstr (probes, "south"));
  series = desktop_ctl (&watch.desk, "series shop --since 1h --points 1 --json");
  g_assert_null (strstr (series, "\"n\": 0")); /* this desktop itself has checked nothing */
  g_free (desktop_ctl (&watch.desk, "edit shop target=http://127.0.0.1:1/ failures=2"));
  desktop_wait_for (&watch.desk, "shop", "state", "down");
  wait_until (&watch.village, "SELECT count (*) = 1 FROM incidents WHERE ended_at = 0");
  g_free (desktop_ctl (&watch.desk, "edit shop target=%s/healthz", watch.village.site));
  desktop_wait_for (&watch.desk, "shop", "state", "up");
  wait_until (&watch.village, "SELECT count (*) = 0 FROM incidents WHERE ended_at = 0");
  incidents = desktop_ctl (&watch.desk, "incidents shop");
  g_assert_nonnull (strstr (incidents, "over"));
}

static void
test_label_and_list_say_who_checks (void)
{
  g_auto (Watch) watch = { 0 };

  if (!watch_init (&watch))
    return;
  g_free (desktop_ctl (
      &watch.desk,
      "add http %s/healthz --name shop --team example --interval 5s --probes label:warm",
      watch.village.site));
  desktop_wait_for (&watch.desk, "shop", "state", "up");
  g_assert_true (says_yes (&watch.village, "SELECT bool_and (p.name = 'south') FROM samples s"
                                           " JOIN probes p ON p.id = s.probe_id"));
}

static void
test_probe_that_is_killed_or_cut_off_loses_nothing (void)
{
  g_auto (Watch) watch = { 0 };

  if (!watch_init (&watch))
    return;
  g_free (desktop_ctl (
      &watch.desk,
      "add http %s/healthz --name shop --team example --interval 5s --probes label:cold",
      watch.village.site));
  desktop_wait_for (&watch.desk, "shop", "state", "up");
  link_cut (watch.north.link, TRUE);
  /* Its own site is not behind that wire: it goes on, also after a kill, without the server. */
  probe_stop (&watch.north, SIGKILL);
  probe_start (&watch.north);
  g_free (
      village_ask (&watch.village, "CREATE TABLE mark AS SELECT max (last_at) AS at FROM samples"));
  wait_until (&watch.village,
              "SELECT extract (epoch FROM now ()) * 1e6 > (SELECT at FROM mark) + 12e6");
  link_cut (watch.north.link, FALSE);
  wait_until (&watch.village, "SELECT count (*) > 0 FROM samples, mark"
                              " WHERE samples.at > mark.at AND samples.at < mark.at + 12e6");
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);

  g_test_add_func ("/sync-probes/probes-check-and-the-desktop-sees",
                   test_probes_check_and_the_desktop_sees);
  g_test_add_func ("/sync-probes/label-and-list-say-who-checks",
                   test_label_and_list_say_who_checks);
  g_test_add_func ("/sync-probes/probe-that-is-killed-or-cut-off-loses-nothing",
                   test_probe_that_is_killed_or_cut_off_loses_nothing);
  return g_test_run ();
}
