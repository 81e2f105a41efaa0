/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-scheduler"

#include "config.h"

#include "scheduler.h"
#include "support.h"
#include "timetext.h"

typedef struct {
  TocsinBeat *beat;
  guint n_beats, n_retries;
  gint64 first_us, interval_us;
  gint64 last_due_us;
} Entry;

static TocsinScheduler *scheduler; /* of the running test */

static void
count_cb (gpointer beat_data, gint64 due_us, gboolean is_retry)
{
  Entry *entry = beat_data;

  g_assert_cmpint (due_us, <=, g_get_monotonic_time ());
  g_assert_cmpint (due_us, >, entry->last_due_us);
  entry->last_due_us = due_us;
  if (is_retry) {
    entry->n_retries++;
    return;
  }
  entry->n_beats++;
  g_assert_cmpint ((due_us - entry->first_us) % entry->interval_us, ==, 0); /* no drift */
}

static gboolean
has_three_beats (gpointer user_data)
{
  return ((Entry *) user_data)->n_beats >= 3;
}

static void
add (Entry *entry, gint64 first_us, gint64 interval_us)
{
  entry->first_us = first_us;
  entry->interval_us = interval_us;
  entry->beat = tocsin_scheduler_add (scheduler, first_us, interval_us, entry);
}

static void
test_beat_does_not_drift (void)
{
  Entry entry = { 0 };

  scheduler = tocsin_scheduler_new (NULL, count_cb);
  add (&entry, g_get_monotonic_time () + 1000, 7 * TOCSIN_US_PER_MS);
  tocsin_test_wait (NULL, has_three_beats, &entry);
  tocsin_scheduler_free (scheduler);
}

static void
test_missed_beats_are_not_made_up_for (void)
{
  Entry entry = { 0 };

  scheduler = tocsin_scheduler_new (NULL, count_cb);
  add (&entry, g_get_monotonic_time () - 100 * TOCSIN_US_PER_S, TOCSIN_US_PER_HOUR);
  g_main_context_iteration (NULL, FALSE);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (entry.n_beats, ==, 1);

  /* A thousand beats lie in the past: one comes. */
  tocsin_beat_remove (entry.beat);
  entry.n_beats = 0;
  entry.last_due_us = 0;
  add (&entry, g_get_monotonic_time () - 1000 * TOCSIN_US_PER_S, TOCSIN_US_PER_S);
  g_main_context_iteration (NULL, FALSE);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (entry.n_beats, ==, 1);
  g_assert_cmpint (tocsin_beat_get_due (entry.beat), >, g_get_monotonic_time () - TOCSIN_US_PER_S);
  tocsin_scheduler_free (scheduler);
}

static gboolean
has_retried (gpointer user_data)
{
  return ((Entry *) user_data)->n_retries >= 1;
}

static void
test_retry_comes_once_and_keeps_the_beat (void)
{
  Entry entry = { 0 };
  gint64 first_us = g_get_monotonic_time () + TOCSIN_US_PER_HOUR;

  scheduler = tocsin_scheduler_new (NULL, count_cb);
  add (&entry, first_us, TOCSIN_US_PER_HOUR);
  tocsin_beat_set_retry (entry.beat, g_get_monotonic_time () + 1000);
  tocsin_test_wait (NULL, has_retried, &entry);
  g_assert_cmpuint (entry.n_retries, ==, 1);
  g_assert_cmpuint (entry.n_beats, ==, 0);
  g_assert_cmpint (tocsin_beat_get_due (entry.beat), ==, first_us);
  tocsin_scheduler_free (scheduler);
}

static void
test_held_scheduler_is_silent (void)
{
  Entry entry = { 0 };

  scheduler = tocsin_scheduler_new (NULL, count_cb);
  tocsin_scheduler_set_held (scheduler, TRUE);
  add (&entry, g_get_monotonic_time () - 10, TOCSIN_US_PER_MS);
  for (guint i = 0; i < 10; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (entry.n_beats, ==, 0);
  tocsin_scheduler_set_held (scheduler, FALSE);
  tocsin_test_wait (NULL, has_three_beats, &entry);
  tocsin_scheduler_free (scheduler);
}

static void
order_cb (gpointer beat_data, gint64 due_us, gboolean is_retry)
{
  GArray *order = beat_data;

  g_array_append_val (order, due_us);
}

/* Beats that are added, moved and removed at random still come in order of their times. */
static void
test_random_beats_come_in_order (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  g_autoptr (GPtrArray) beats = g_ptr_array_new ();
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 long_ago_us = g_get_monotonic_time () - TOCSIN_US_PER_DAY;

  scheduler = tocsin_scheduler_new (NULL, order_cb);
  for (guint i = 0; i < 5000; i++) {
    gint64 at_us = long_ago_us + g_rand_int_range (rand, 0, 1000000);
    guint pick = beats->len > 0 ? (guint) g_rand_int_range (rand, 0, (gint32) beats->len) : 0;

    switch (g_rand_int_range (rand, 0, 4)) {
    case 0:
      if (beats->len > 0)
        tocsin_beat_remove (g_ptr_array_steal_index_fast (beats, pick));
      break;
    case 1:
      if (beats->len > 0)
        tocsin_beat_set_retry (beats->pdata[pick], at_us);
      break;
    default:
      g_ptr_array_add (beats,
                       tocsin_scheduler_add (scheduler, at_us, 2 * TOCSIN_US_PER_DAY, order));
    }
  }
  for (guint i = 0; i < 3; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (order->len, >=, beats->len);
  for (guint i = 1; i < order->len; i++)
    g_assert_cmpint (g_array_index (order, gint64, i - 1), <=, g_array_index (order, gint64, i));
  tocsin_scheduler_free (scheduler);
}

static void
test_jitter_spreads_evenly (void)
{
  guint n_by_tenth[10] = { 0 };

  for (guint i = 0; i < 10000; i++) {
    g_autofree char *id = g_strdup_printf ("0193572e-0000-7000-8000-%012u", i);
    gint64 jitter_us = tocsin_beat_jitter (id, TOCSIN_US_PER_MIN);

    g_assert_cmpint (jitter_us, >=, 0);
    g_assert_cmpint (jitter_us, <, TOCSIN_US_PER_MIN);
    n_by_tenth[jitter_us * 10 / TOCSIN_US_PER_MIN]++;
  }
  for (guint i = 0; i < 10; i++) {
    g_assert_cmpuint (n_by_tenth[i], >, 850);
    g_assert_cmpuint (n_by_tenth[i], <, 1150);
  }
}

static void
test_next_beat_is_on_the_grid (void)
{
  static const struct {
    gint64 first, interval, now, next;
  } table[] = {
    { 100, 10, 50, 100 },  { 100, 10, 99, 100 },  { 100, 10, 100, 110 },
    { 100, 10, 109, 110 }, { 100, 10, 110, 120 }, { 100, 10, 100000, 100010 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    g_assert_cmpint (tocsin_beat_after (table[i].first, table[i].interval, table[i].now), ==,
                     table[i].next);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/scheduler/beat-does-not-drift", test_beat_does_not_drift);
  g_test_add_func ("/scheduler/missed-beats-are-not-made-up-for",
                   test_missed_beats_are_not_made_up_for);
  g_test_add_func ("/scheduler/retry-comes-once-and-keeps-the-beat",
                   test_retry_comes_once_and_keeps_the_beat);
  g_test_add_func ("/scheduler/held-scheduler-is-silent", test_held_scheduler_is_silent);
  g_test_add_func ("/scheduler/random-beats-come-in-order", test_random_beats_come_in_order);
  g_test_add_func ("/scheduler/jitter-spreads-evenly", test_jitter_spreads_evenly);
  g_test_add_func ("/scheduler/next-beat-is-on-the-grid", test_next_beat_is_on_the_grid);
  return g_test_run ();
}
