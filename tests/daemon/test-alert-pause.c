/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-alert-pause"

#include "config.h"

#include "alert-pause.h"
#include "support.h"
#include "timetext.h"

typedef struct {
  TocsinStore *store;
  TocsinAlertPause *pause;
  guint n_changed;
} Desk;

static void
changed_cb (TocsinAlertPause *pause, gpointer user_data)
{
  ((Desk *) user_data)->n_changed++;
}

static void
open_desk (Desk *desk, const char *dir)
{
  g_autoptr (GError) error = NULL;

  desk->store = tocsin_store_open (dir, NULL, &error);
  g_assert_no_error (error);
  desk->pause = tocsin_alert_pause_new (desk->store);
  g_signal_connect (desk->pause, "changed", G_CALLBACK (changed_cb), desk);
}

static void
close_desk (Desk *desk)
{
  g_assert_finalize_object (g_steal_pointer (&desk->pause));
  tocsin_store_close (g_steal_pointer (&desk->store));
}

static void
test_outlives_the_daemon (void)
{
  g_autofree char *dir = tocsin_test_make_dir ();
  gint64 until_us = g_get_real_time () + TOCSIN_US_PER_HOUR;
  Desk desk = { 0 };

  open_desk (&desk, dir);
  g_assert_cmpint (tocsin_alert_pause_get_until (desk.pause), ==, 0);
  tocsin_alert_pause_set_until (desk.pause, until_us);
  tocsin_alert_pause_mute (desk.pause, "it's “shop”", until_us);
  tocsin_alert_pause_mute (desk.pause, "mail", until_us);
  tocsin_alert_pause_mute (desk.pause, "mail", 0);
  g_assert_cmpuint (desk.n_changed, ==, 4);
  close_desk (&desk);

  open_desk (&desk, dir);
  g_assert_cmpint (tocsin_alert_pause_get_until (desk.pause), ==, until_us);
  g_assert_cmpint (tocsin_alert_pause_get_muted_until (desk.pause, "it's “shop”"), ==, until_us);
  g_assert_cmpint (tocsin_alert_pause_get_muted_until (desk.pause, "mail"), ==, 0);
  tocsin_alert_pause_set_until (desk.pause, 0);
  close_desk (&desk);

  open_desk (&desk, dir);
  g_assert_cmpint (tocsin_alert_pause_get_until (desk.pause), ==, 0);
  close_desk (&desk);
}

static gboolean
is_over (gpointer user_data)
{
  Desk *desk = user_data;
  g_autoptr (GVariant) mutes = g_variant_ref_sink (tocsin_alert_pause_get_mutes (desk->pause));

  return g_variant_n_children (mutes) == 0 && tocsin_alert_pause_get_until (desk->pause) == 0 &&
         desk->n_changed > 2;
}

/* Each time counts from just before its call, for what is kept on a slow disk takes a while. The
 * two may end in one look, so at least three changes are told: two beginnings, one end. */
static void
test_ends_by_itself (void)
{
  const gint64 span_us = 200 * TOCSIN_US_PER_MS;
  g_autofree char *dir = tocsin_test_make_dir ();
  Desk desk = { 0 };

  open_desk (&desk, dir);
  tocsin_alert_pause_set_until (desk.pause, g_get_real_time () + span_us);
  tocsin_alert_pause_mute (desk.pause, "shop", g_get_real_time () + span_us);
  tocsin_test_wait (NULL, is_over, &desk);
  close_desk (&desk);
}

static void
test_nothing_changes_without_a_change (void)
{
  g_autofree char *dir = tocsin_test_make_dir ();
  Desk desk = { 0 };

  open_desk (&desk, dir);
  tocsin_alert_pause_set_until (desk.pause, 0);
  tocsin_alert_pause_set_until (desk.pause, g_get_real_time () - TOCSIN_US_PER_S);
  tocsin_alert_pause_mute (desk.pause, "shop", 0);
  g_assert_cmpuint (desk.n_changed, ==, 0);
  close_desk (&desk);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/alert-pause/outlives-the-daemon", test_outlives_the_daemon);
  g_test_add_func ("/alert-pause/ends-by-itself", test_ends_by_itself);
  g_test_add_func ("/alert-pause/nothing-changes-without-a-change",
                   test_nothing_changes_without_a_change);
  return g_test_run ();
}
