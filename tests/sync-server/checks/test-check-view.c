/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-check-view"

#include "config.h"

#include "check-view.h"
#include "support.h"
#include "timetext.h"

#define NOW  (G_GINT64_CONSTANT (1800000000) * TOCSIN_US_PER_S) /* 08:00 UTC */
#define MIN_ TOCSIN_US_PER_MIN
#define HOUR TOCSIN_US_PER_HOUR

enum {
  NEW = TOCSIN_HEARTBEAT_NEW,
  UP = TOCSIN_HEARTBEAT_UP,
  DOWN = TOCSIN_HEARTBEAT_DOWN,
  PAUSED = TOCSIN_HEARTBEAT_PAUSED
};

/* Times are from NOW on, in µs; NONE is none. */
#define NONE G_MAXINT64

static gint64
at (gint64 from_now_us)
{
  return from_now_us != NONE ? NOW + from_now_us : 0;
}

static void
test_status (void)
{
  static const struct {
    guint status, state;
    gint64 last_ping, last_start, deadline;
    const char *v1, *v3;
  } table[] = {
    /* every hour, with ten minutes of grace */
    { NEW, TOCSIN_STATE_NEW, NONE, NONE, NONE, "new", "new" },
    { UP, TOCSIN_STATE_UP, -MIN_, NONE, 69 * MIN_, "up", "up" },
    { UP, TOCSIN_STATE_UP, -HOUR, NONE, 10 * MIN_, "grace", "grace" },
    { UP, TOCSIN_STATE_UP, -HOUR + 1, NONE, 10 * MIN_ + 1, "up", "up" },
    { UP, TOCSIN_STATE_UP, -70 * MIN_, NONE, 0, "down", "down" }, /* not yet marked */
    { DOWN, TOCSIN_STATE_DOWN, -2 * HOUR, NONE, HOUR, "down", "down" },
    { PAUSED, TOCSIN_STATE_PAUSED, -2 * HOUR, NONE, NONE, "paused", "paused" },
    /* a run is open */
    { NEW, TOCSIN_STATE_NEW, NONE, -MIN_, 9 * MIN_, "started", "new" },
    { UP, TOCSIN_STATE_UP, -MIN_ * 5, -MIN_, 9 * MIN_, "started", "up" },
    { DOWN, TOCSIN_STATE_DOWN, -2 * HOUR, -MIN_, 9 * MIN_, "started", "down" },
    { PAUSED, TOCSIN_STATE_PAUSED, -2 * HOUR, -MIN_, 9 * MIN_, "started", "paused" },
    { UP, TOCSIN_STATE_UP, -MIN_ * 15, -MIN_ * 11, -MIN_, "down", "down" },
    /* with thresholds */
    { DOWN, TOCSIN_STATE_CONFIRMING, -2 * HOUR, NONE, HOUR, "grace", "grace" },
    { UP, TOCSIN_STATE_DOWN, -MIN_, NONE, HOUR, "down", "down" },
    { UP, TOCSIN_STATE_MAINTENANCE, -MIN_, NONE, HOUR, "up", "up" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    TocsinCheckView view = { .status = table[i].status,
                             .state = table[i].state,
                             .last_ping_at = at (table[i].last_ping),
                             .last_start_at = at (table[i].last_start),
                             .deadline_at = at (table[i].deadline),
                             .period_us = HOUR,
                             .grace_us = 10 * MIN_ };

    g_test_message ("row %" G_GSIZE_FORMAT, i);
    g_assert_cmpstr (tocsin_check_view_get_status (&view, 1, NOW), ==, table[i].v1);
    g_assert_cmpstr (tocsin_check_view_get_status (&view, 2, NOW), ==, table[i].v3);
    g_assert_cmpstr (tocsin_check_view_get_status (&view, 3, NOW), ==, table[i].v3);
  }
}

static void
test_next_ping (void)
{
  static const struct {
    guint status;
    gint64 period_us; /* < 0: by schedule */
    const char *schedule;
    gint64 last_ping, last_start, deadline, next;
  } table[] = {
    { NEW, HOUR, NULL, NONE, NONE, NONE, NONE },
    { UP, HOUR, NULL, -MIN_, NONE, 69 * MIN_, 59 * MIN_ },
    { DOWN, HOUR, NULL, -MIN_, NONE, HOUR, NONE },
    { PAUSED, HOUR, NULL, -MIN_, NONE, NONE, NONE },
    { NEW, HOUR, NULL, NONE, -MIN_, 9 * MIN_, -MIN_ },
    { UP, HOUR, NULL, -5 * MIN_, -MIN_, 9 * MIN_, -MIN_ },
    { UP, HOUR, NULL, -HOUR - 2 * MIN_, -MIN_, 8 * MIN_, -2 * MIN_ },
    { DOWN, HOUR, NULL, -HOUR, -MIN_, 9 * MIN_, NONE },
    { UP, -1, NULL, -MIN_, NONE, 40 * MIN_, 30 * MIN_ }, /* the deadline less the grace */
    { UP, -1, "0 * * * *", -90 * MIN_, -MIN_, 9 * MIN_, -HOUR },
    { UP, -1, "hourly", -30 * MIN_, -MIN_, 9 * MIN_, -MIN_ },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    TocsinCheckView view = { .status = table[i].status,
                             .last_ping_at = at (table[i].last_ping),
                             .last_start_at = at (table[i].last_start),
                             .deadline_at = at (table[i].deadline),
                             .period_us = table[i].period_us,
                             .grace_us = 10 * MIN_,
                             .schedule = table[i].schedule,
                             .zone = "UTC" };

    g_test_message ("row %" G_GSIZE_FORMAT, i);
    g_assert_cmpint (tocsin_check_view_get_next_ping (&view), ==, at (table[i].next));
  }
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/check-view/status-is-what-the-clients-of-a-version-know", test_status);
  g_test_add_func ("/check-view/an-open-run-pulls-the-next-ping-forward", test_next_ping);
  return g_test_run ();
}
