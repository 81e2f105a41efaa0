/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-outbox"

#include "config.h"

#include "outbox.h"
#include "support.h"
#include "timetext.h"

#define MONITOR "01a2098f-1a34-7a44-af0f-7a202bf2e11f"
#define TEAM    "01a2098b-d370-77c8-947b-45abe5fea7bc"
#define AT      G_GINT64_CONSTANT (1795003200000000)

typedef struct {
  char *dir;
  TocsinStore *store;
  TocsinOutbox *outbox;
  GBytes *batch; /* that was taken */
  gboolean has_ended;
} Desk;

static void
ready_cb (gpointer user_data)
{
}

static void
desk_open (Desk *desk, gint64 bytes)
{
  static const TocsinStoreOptions options = { TOCSIN_STORE_KEEP_SAMPLES_US,
                                              TOCSIN_STORE_KEEP_HOURS_US };
  g_autoptr (GError) error = NULL;

  desk->store = tocsin_store_open (desk->dir, &options, &error);
  g_assert_no_error (error);
  desk->outbox = tocsin_outbox_new (desk->store, TEAM, bytes, ready_cb, NULL);
}

static void
desk_close (Desk *desk)
{
  g_clear_pointer (&desk->outbox, tocsin_outbox_free);
  g_clear_pointer (&desk->store, tocsin_store_close);
}

static void
desk_init (Desk *desk, gint64 bytes)
{
  *desk = (Desk){ .dir = tocsin_test_make_dir () };
  desk_open (desk, bytes);
}

static void
desk_clear (Desk *desk)
{
  desk_close (desk);
  g_clear_pointer (&desk->batch, g_bytes_unref);
  g_free (desk->dir);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Desk, desk_clear)

static void
add (Desk *desk, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autoptr (TocsinSample) sample = tocsin_sample_new (AT + i, TOCSIN_OUTCOME_OK);

    sample->latency_us = 1000 + (gint64) g_test_rand_int_range (0, 50000);
    tocsin_outbox_add (desk->outbox, MONITOR, sample);
  }
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Desk *desk = user_data;

  g_assert_true (tocsin_store_finish (NULL, result, NULL));
  desk->has_ended = TRUE;
}

static gboolean
has_ended (gpointer user_data)
{
  return ((Desk *) user_data)->has_ended;
}

/* What is in memory is packed when the server is back. */
static void
pack (Desk *desk)
{
  tocsin_outbox_set_away (desk->outbox, TRUE);
  tocsin_outbox_set_away (desk->outbox, FALSE);
  desk->has_ended = FALSE;
  tocsin_store_flush (desk->store, flushed_cb, desk);
  tocsin_test_wait (NULL, has_ended, desk);
}

static void
taken_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Desk *desk = user_data;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&desk->batch, g_bytes_unref);
  desk->batch = tocsin_outbox_take_finish (desk->outbox, result, &error);
  g_assert_no_error (error);
  desk->has_ended = TRUE;
}

/* The numbers of the next batch; FALSE: there is none. */
static gboolean
take (Desk *desk, gint64 *first, gint64 *last, gint64 *settled)
{
  g_auto (TocsinBatch) batch = { 0 };
  gsize size;
  const guint8 *data;

  desk->has_ended = FALSE;
  tocsin_outbox_take (desk->outbox, taken_cb, desk);
  tocsin_test_wait (NULL, has_ended, desk);
  if (desk->batch == NULL)
    return FALSE;
  data = g_bytes_get_data (desk->batch, &size);
  g_assert_true (tocsin_batch_decode (data, size, &batch, NULL));
  *first = batch.items[0].number;
  *last = batch.items[batch.n_items - 1].number;
  *settled = batch.settled;
  g_assert_cmpint (*last - *first + 1, ==, batch.n_items);
  return TRUE;
}

static void
test_what_was_not_acknowledged_is_taken_again (void)
{
  g_auto (Desk) desk = { 0 };
  gint64 first, last, settled;

  desk_init (&desk, TOCSIN_OUTBOX_BYTES);
  add (&desk, 100);
  pack (&desk);
  g_assert_true (take (&desk, &first, &last, &settled));
  g_assert_cmpint (first, ==, 1);
  g_assert_cmpint (last, ==, 100);
  tocsin_outbox_end (desk.outbox, FALSE);
  g_assert_true (take (&desk, &first, &last, &settled));
  g_assert_cmpint (first, ==, 1);
  tocsin_outbox_end (desk.outbox, TRUE);
  g_assert_false (take (&desk, &first, &last, &settled));
  g_assert_cmpint (tocsin_outbox_get_bytes (desk.outbox), ==, 0);
}

static void
test_numbers_go_on_after_a_restart (void)
{
  g_auto (Desk) desk = { 0 };
  gint64 first, last, settled;

  desk_init (&desk, TOCSIN_OUTBOX_BYTES);
  add (&desk, 10);
  pack (&desk);
  g_assert_true (take (&desk, &first, &last, &settled));
  tocsin_outbox_end (desk.outbox, TRUE);
  add (&desk, 5); /* in memory still */
  desk_close (&desk);
  desk_open (&desk, TOCSIN_OUTBOX_BYTES);
  add (&desk, 5);
  pack (&desk);
  do { /* what arrived may come again, and counts once */
    g_assert_true (take (&desk, &first, &last, &settled));
    tocsin_outbox_end (desk.outbox, TRUE);
  } while (last < 20);
  g_assert_cmpint (last, ==, 20);
}

static void
test_numbers_begin_above_what_the_server_has (void)
{
  g_auto (Desk) desk = { 0 };
  gint64 first, last, settled;

  desk_init (&desk, TOCSIN_OUTBOX_BYTES);
  tocsin_outbox_acknowledge (desk.outbox, 41); /* this machine's database was lost */
  add (&desk, 1);
  pack (&desk);
  g_assert_true (take (&desk, &first, &last, &settled));
  g_assert_cmpint (first, ==, 42);
  tocsin_outbox_end (desk.outbox, TRUE);
}

/* A server that is away for weeks: the oldest samples make room, and it is said how many. */
static void
test_oldest_make_room_and_are_counted (void)
{
  g_auto (Desk) desk = { 0 };
  gint64 first, last, settled, dropped;

  desk_init (&desk, 20000);
  for (guint week = 0; week < 60; week++) {
    add (&desk, TOCSIN_BATCH_SAMPLES);
    g_assert_cmpint (tocsin_outbox_get_bytes (desk.outbox), <=, 20000);
  }
  pack (&desk);
  dropped = tocsin_outbox_take_dropped (desk.outbox);
  g_assert_cmpint (dropped, >, 0);
  g_assert_true (take (&desk, &first, &last, &settled));
  g_assert_cmpint (first, ==, dropped + 1);
  g_assert_cmpint (settled, ==, dropped + 1); /* nobody waits for the others */
  tocsin_outbox_end (desk.outbox, TRUE);
  g_assert_cmpint (tocsin_outbox_take_dropped (desk.outbox), ==, 0);
}

static void
test_what_is_new_goes_before_what_waited (void)
{
  g_auto (Desk) desk = { 0 };
  gint64 first, last, settled;

  desk_init (&desk, TOCSIN_OUTBOX_BYTES);
  for (guint i = 0; i < 3; i++)
    add (&desk, TOCSIN_BATCH_SAMPLES);
  pack (&desk); /* the server is back, and this waited for it */
  add (&desk, TOCSIN_BATCH_SAMPLES);
  desk.has_ended = FALSE;
  tocsin_store_flush (desk.store, flushed_cb, &desk);
  tocsin_test_wait (NULL, has_ended, &desk);
  g_assert_true (take (&desk, &first, &last, &settled));
  g_assert_cmpint (first, ==, 3 * TOCSIN_BATCH_SAMPLES + 1);
  g_assert_cmpint (settled, ==, 1);
  tocsin_outbox_end (desk.outbox, TRUE);
  for (guint i = 0; i < 3; i++) {
    g_assert_true (take (&desk, &first, &last, &settled));
    g_assert_cmpint (first, ==, i * TOCSIN_BATCH_SAMPLES + 1);
    g_assert_cmpint (settled, ==, first);
    tocsin_outbox_end (desk.outbox, TRUE);
  }
  g_assert_false (take (&desk, &first, &last, &settled));
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);

  g_test_add_func ("/outbox/what-was-not-acknowledged-is-taken-again",
                   test_what_was_not_acknowledged_is_taken_again);
  g_test_add_func ("/outbox/numbers-go-on-after-a-restart", test_numbers_go_on_after_a_restart);
  g_test_add_func ("/outbox/numbers-begin-above-what-the-server-has",
                   test_numbers_begin_above_what_the_server_has);
  g_test_add_func ("/outbox/oldest-make-room-and-are-counted",
                   test_oldest_make_room_and_are_counted);
  g_test_add_func ("/outbox/what-is-new-goes-before-what-waited",
                   test_what_is_new_goes_before_what_waited);
  return g_test_run ();
}
