/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-batch"

#include "config.h"

#include <string.h>

#include "batch.h"
#include "errors.h"
#include "random-points.h"
#include "support.h"
#include "timetext.h"

#define DAY_AT (G_GINT64_CONSTANT (20000) * TOCSIN_US_PER_DAY)

static const char *const reasons[] = {
  NULL, "", "connection refused", "no answer within 10 s", "„Fehler“: Zertifikat abgelaufen",
};

static void
name_monitor (char monitor[TOCSIN_UUID_LENGTH + 1], guint number)
{
  g_snprintf (monitor, TOCSIN_UUID_LENGTH + 1, "%08x-0000-7000-8000-00000000abcd",
              number * 2654435761u);
}

static TocsinBatchItem *
random_items (GRand *rand, guint n)
{
  g_autofree TocsinPoint *points = random_points (rand, n, DAY_AT);
  TocsinBatchItem *items = g_new0 (TocsinBatchItem, n);
  guint n_monitors = (guint) g_rand_int_range (rand, 1, (gint32) n + 1);
  gint64 number = g_rand_int_range (rand, 0, 1000000);

  for (guint i = 0; i < n; i++) {
    number += g_rand_int_range (rand, 0, 9) == 0 ? g_rand_int_range (rand, 1, 5000) : 1;
    items[i].number = number;
    name_monitor (items[i].monitor, (guint) g_rand_int_range (rand, 0, (gint32) n_monitors));
    /* Not sorted: a retry overtakes. */
    items[i].point = points[g_rand_int_range (rand, 0, (gint32) n)];
    items[i].reason = reasons[g_rand_int_range (rand, 0, G_N_ELEMENTS (reasons))];
  }
  return items;
}

static void
assert_same_item (const TocsinBatchItem *a, const TocsinBatchItem *b)
{
  g_assert_cmpint (a->number, ==, b->number);
  g_assert_cmpstr (a->monitor, ==, b->monitor);
  g_assert_cmpstr (a->reason, ==, b->reason);
  g_assert_cmpint (a->point.at_us, ==, b->point.at_us);
  g_assert_cmpint (a->point.latency_us, ==, b->point.latency_us);
  g_assert_cmpuint (a->point.outcome, ==, b->point.outcome);
  g_assert_cmpuint (a->point.code, ==, b->point.code);
  g_assert_cmpuint (a->point.flags, ==, b->point.flags);
  for (guint p = 0; p < TOCSIN_N_PHASES; p++)
    g_assert_cmpint (a->point.phase_us[p], ==, b->point.phase_us[p]);
}

static void
unpack (GBytes *blob, TocsinBatch *batch)
{
  g_autoptr (GError) error = NULL;
  gsize size;
  const guint8 *data = g_bytes_get_data (blob, &size);

  tocsin_batch_decode (data, size, batch, &error);
  g_assert_no_error (error);
}

static void
assert_round_trip (const TocsinBatchItem *items, guint n, gint64 settled, gint64 sent_at)
{
  g_autoptr (GBytes) blob = tocsin_batch_encode (items, n, settled, sent_at);
  g_auto (TocsinBatch) batch = { 0 };

  unpack (blob, &batch);
  g_assert_cmpint (batch.settled, ==, settled);
  g_assert_cmpint (batch.sent_at, ==, sent_at);
  g_assert_cmpuint (batch.n_items, ==, n);
  for (guint i = 0; i < n; i++) {
    assert_same_item (&items[i], &batch.items[i]);
    g_assert_cmpstr (batch.monitors[batch.monitor_of[i]], ==, items[i].monitor);
  }
  for (guint i = 1; i < batch.n_monitors; i++)
    g_assert_cmpint (strcmp (batch.monitors[i - 1], batch.monitors[i]), <, 0);
}

static void
test_random_items (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint round = 0; round < 200; round++) {
    guint n = (guint) g_rand_int_range (rand, 1, round == 0 ? TOCSIN_BATCH_SAMPLES : 300);
    g_autofree TocsinBatchItem *items = random_items (rand, n);

    assert_round_trip (items, n, g_rand_int_range (rand, 0, (gint32) items[0].number + 1),
                       DAY_AT + round);
  }
}

static TocsinBatchItem
make_item (gint64 number, gint64 at_us)
{
  TocsinBatchItem item = { .number = number, .point = { .at_us = at_us, .latency_us = -1 } };

  name_monitor (item.monitor, 7);
  for (guint p = 0; p < TOCSIN_N_PHASES; p++)
    item.point.phase_us[p] = -1;
  return item;
}

static void
test_limits_in_the_same_out (void)
{
  TocsinBatchItem items[] = {
    make_item (1, G_MININT64),
    make_item (2, G_MAXINT64),
    make_item (G_MAXINT64, 0),
  };

  items[0].point.latency_us = G_MAXINT64;
  items[1].point.latency_us = 0;
  items[1].point.phase_us[0] = G_MAXINT64;
  items[2].point.code = TOCSIN_CODE_MOST;
  items[2].point.flags = G_MAXUINT8;
  assert_round_trip (items, 3, 0, G_MAXINT64);
  assert_round_trip (items, 3, 1, G_MININT64);
  assert_round_trip (items + 2, 1, G_MAXINT64, 0);
}

static void
test_ids_become_canonical (void)
{
  TocsinBatchItem item = make_item (1, 0);
  g_autoptr (GBytes) blob = NULL;
  g_auto (TocsinBatch) batch = { 0 };

  strcpy (item.monitor, "0190ABCD-0000-7000-8000-00000000ABCD");
  blob = tocsin_batch_encode (&item, 1, 0, 0);
  unpack (blob, &batch);
  g_assert_cmpstr (batch.items[0].monitor, ==, "0190abcd-0000-7000-8000-00000000abcd");
}

static void
test_long_reasons_are_cut_between_characters (void)
{
  TocsinBatchItem items[2] = { make_item (1, 0), make_item (2, 0) };
  g_autoptr (GString) longest = g_string_new ("x");
  g_autoptr (GBytes) blob = NULL;
  g_auto (TocsinBatch) batch = { 0 };

  while (longest->len < 2 * TOCSIN_BATCH_REASON_BYTES)
    g_string_append (longest, "ü");
  items[0].reason = longest->str;
  items[1].reason = "not UTF-8: \xff";
  blob = tocsin_batch_encode (items, 2, 0, 0);
  unpack (blob, &batch);
  g_assert_cmpuint (strlen (batch.items[0].reason), ==, TOCSIN_BATCH_REASON_BYTES - 1);
  g_assert_true (g_utf8_validate (batch.items[0].reason, -1, NULL));
  g_assert_null (batch.items[1].reason);
}

/* As many different reasons as samples: what has no room is left out, the samples stay. */
static void
test_reasons_have_a_limit_together (void)
{
  g_autofree TocsinBatchItem *items = g_new0 (TocsinBatchItem, TOCSIN_BATCH_SAMPLES);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *padding = g_strnfill (TOCSIN_BATCH_REASON_BYTES, 'x');
  g_autoptr (GBytes) blob = NULL;
  g_auto (TocsinBatch) batch = { 0 };

  for (guint i = 0; i < TOCSIN_BATCH_SAMPLES; i++) {
    items[i] = make_item (i + 1, i);
    g_ptr_array_add (texts, g_strdup_printf ("%u %s", i, padding));
    items[i].reason = g_ptr_array_index (texts, i);
  }
  blob = tocsin_batch_encode (items, TOCSIN_BATCH_SAMPLES, 0, 0);
  unpack (blob, &batch);
  g_assert_cmpuint (batch.n_items, ==, TOCSIN_BATCH_SAMPLES);
  g_assert_nonnull (batch.items[0].reason);
  g_assert_null (batch.items[TOCSIN_BATCH_SAMPLES - 1].reason);
}

/* A steady probe's minute costs a few bytes a sample. */
static void
test_steady_samples_are_small (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  g_autofree TocsinBatchItem *items = g_new0 (TocsinBatchItem, TOCSIN_BATCH_SAMPLES);
  g_autoptr (GBytes) blob = NULL;

  for (guint i = 0; i < TOCSIN_BATCH_SAMPLES; i++) {
    items[i] = make_item (1000 + i, DAY_AT + i * 12000 + g_rand_int_range (rand, 0, 1000));
    name_monitor (items[i].monitor, i % 50);
    items[i].point.latency_us = g_rand_int_range (rand, 20000, 24000);
  }
  blob = tocsin_batch_encode (items, TOCSIN_BATCH_SAMPLES, 0, DAY_AT);
  g_assert_cmpuint (g_bytes_get_size (blob), <, 6 * TOCSIN_BATCH_SAMPLES);
}

static void
test_every_damaged_byte_is_seen (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  g_autofree TocsinBatchItem *items = random_items (rand, 100);
  g_autoptr (GBytes) blob = tocsin_batch_encode (items, 100, 0, DAY_AT);
  gsize size;
  const guint8 *data = g_bytes_get_data (blob, &size);

  for (gsize i = 0; i < size; i++) {
    g_autofree guint8 *copy = g_memdup2 (data, size);
    g_autoptr (GError) error = NULL;
    g_auto (TocsinBatch) batch = { 0 };

    copy[i] ^= (guint8) (1 << g_rand_int_range (rand, 0, 8));
    if (!tocsin_batch_decode (copy, size, &batch, &error)) {
      g_assert_true (g_error_matches (error, TOCSIN_ERROR, TOCSIN_ERROR_DAMAGED) ||
                     g_error_matches (error, TOCSIN_ERROR, TOCSIN_ERROR_TOO_NEW));
      g_assert_null (batch.items);
      continue;
    }
    /* A bit of a frame's head that has no meaning. */
    g_assert_cmpuint (batch.n_items, ==, 100);
    for (guint k = 0; k < 100; k++)
      assert_same_item (&items[k], &batch.items[k]);
  }
}

static void
test_every_cut_is_seen (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  g_autofree TocsinBatchItem *items = random_items (rand, 20);
  g_autoptr (GBytes) blob = tocsin_batch_encode (items, 20, 0, DAY_AT);
  const guint8 *data = g_bytes_get_data (blob, NULL);

  for (gsize size = 0; size < g_bytes_get_size (blob); size++) {
    g_autofree guint8 *copy = g_memdup2 (data, size);
    g_auto (TocsinBatch) batch = { 0 };

    g_assert_false (tocsin_batch_decode (copy, size, &batch, NULL));
  }
}

static const struct {
  const char *what;
  const char *bytes;
  gsize size;
  TocsinError code;
} damaged[] = {
  { "nothing", "", 0, TOCSIN_ERROR_DAMAGED },
  { "a chunk", "TC\x01", 3, TOCSIN_ERROR_DAMAGED },
  { "no version", "TB", 2, TOCSIN_ERROR_DAMAGED },
  { "version 0", "TB\x00", 3, TOCSIN_ERROR_DAMAGED },
  { "a newer version", "TB\x02", 3, TOCSIN_ERROR_TOO_NEW },
  { "no head", "TB\x01\x00\x00", 5, TOCSIN_ERROR_DAMAGED },
  { "a head beyond the end", "TB\x01\x09\x00", 5, TOCSIN_ERROR_DAMAGED },
  { "facts beyond the end", "TB\x01\x01\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x00", 14,
    TOCSIN_ERROR_DAMAGED },
  /* A zstd frame that promises 2^62 bytes. */
  { "a head that promises much",
    "TB\x01\x0d\x00\x28\xb5\x2f\xfd\xe0\x00\x00\x00\x00\x00\x00\x00\x40", 18,
    TOCSIN_ERROR_DAMAGED },
};

static void
test_damage_is_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (damaged); i++) {
    g_auto (TocsinBatch) batch = { 0 };
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", damaged[i].what);
    g_assert_false (
        tocsin_batch_decode ((const guint8 *) damaged[i].bytes, damaged[i].size, &batch, &error));
    g_assert_error (error, TOCSIN_ERROR, (int) damaged[i].code);
  }
}

int
main (int argc, char *argv[])
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/batch/any-samples-in-the-same-out", test_random_items);
  g_test_add_func ("/batch/any-number-time-and-latency-in-the-same-out",
                   test_limits_in_the_same_out);
  g_test_add_func ("/batch/ids-become-canonical", test_ids_become_canonical);
  g_test_add_func ("/batch/long-reasons-are-cut-between-characters",
                   test_long_reasons_are_cut_between_characters);
  g_test_add_func ("/batch/reasons-have-a-limit-together", test_reasons_have_a_limit_together);
  g_test_add_func ("/batch/steady-samples-are-small", test_steady_samples_are_small);
  g_test_add_func ("/batch/every-damaged-byte-is-seen", test_every_damaged_byte_is_seen);
  g_test_add_func ("/batch/every-cut-is-seen", test_every_cut_is_seen);
  g_test_add_func ("/batch/damage-is-refused", test_damage_is_refused);
  return g_test_run ();
}
