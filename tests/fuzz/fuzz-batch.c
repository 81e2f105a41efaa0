/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* Batches. The first byte chooses: the rest is a batch; or the raw head and tables of one, which
 * the fuzzer could not pack itself; or samples to be packed. */

#define G_LOG_DOMAIN "fuzz-batch"

#include "config.h"

#include <string.h>
#include <zstd.h>

#include "batch.h"
#include "bytes-private.h"
#include "replay.h"

#define MOST_BYTES 65536

static void
look_at (const TocsinBatch *batch)
{
  g_assert_cmpuint (batch->n_items, >, 0);
  g_assert_cmpuint (batch->n_items, <=, TOCSIN_BATCH_SAMPLES);
  g_assert_cmpint (batch->settled, <=, batch->items[0].number);
  for (guint i = 0; i < batch->n_items; i++) {
    const TocsinBatchItem *item = &batch->items[i];

    g_assert_cmpint (item->number, >, i == 0 ? 0 : batch->items[i - 1].number);
    g_assert_cmpuint (batch->monitor_of[i], <, batch->n_monitors);
    g_assert_true (tocsin_uuid_is_valid (item->monitor));
    g_assert_cmpuint (item->point.outcome, <=, TOCSIN_OUTCOME_INCONCLUSIVE);
    g_assert_cmpuint (item->point.code, <=, TOCSIN_CODE_MOST);
    g_assert_cmpint (item->point.latency_us, >=, -1);
    g_assert_true (item->reason == NULL || g_utf8_validate (item->reason, -1, NULL));
  }
}

static void
decode (const guint8 *data, gsize size)
{
  g_auto (TocsinBatch) batch = { 0 };
  g_auto (TocsinBatch) again = { 0 };
  g_autoptr (GBytes) blob = NULL;

  if (!tocsin_batch_decode (data, size, &batch, NULL))
    return;
  look_at (&batch);
  blob = tocsin_batch_encode (batch.items, batch.n_items, batch.settled, batch.sent_at);
  g_assert_true (
      tocsin_batch_decode (g_bytes_get_data (blob, NULL), g_bytes_get_size (blob), &again, NULL));
  g_assert_cmpuint (again.n_items, ==, batch.n_items);
  for (guint i = 0; i < batch.n_items; i++) {
    g_assert_cmpint (again.items[i].number, ==, batch.items[i].number);
    g_assert_cmpmem (&again.items[i].point, sizeof (TocsinPoint), &batch.items[i].point,
                     sizeof (TocsinPoint));
  }
}

static void
append_packed (GByteArray *blob, const guint8 *data, gsize size)
{
  gsize bound = ZSTD_compressBound (size);
  guint before = blob->len;
  gsize packed;

  g_byte_array_set_size (blob, before + (guint) bound);
  packed = ZSTD_compress (blob->data + before, bound, data, size, 1);
  g_assert_false (ZSTD_isError (packed));
  g_byte_array_set_size (blob, before + (guint) packed);
}

/* Two sizes of two bytes, then the head, the facts and the details. */
static void
try_tables (const guint8 *data, gsize size)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  g_autoptr (GByteArray) blob = g_byte_array_new ();
  gsize head, facts;
  guint head_bytes;

  if (size < 4)
    return;
  head = MIN ((gsize) data[0] << 8 | data[1], size - 4);
  facts = MIN ((gsize) data[2] << 8 | data[3], size - 4 - head);
  append_packed (body, data + 4, head);
  head_bytes = body->len;
  append_packed (body, data + 4 + head, facts);
  g_byte_array_append (blob, (const guint8 *) "TB\x01", 3);
  tocsin_bytes_put_varint (blob, head_bytes);
  tocsin_bytes_put_varint (blob, body->len - head_bytes);
  g_byte_array_append (blob, body->data, body->len);
  append_packed (blob, data + 4 + head + facts, size - 4 - head - facts);
  decode (blob->data, blob->len);
}

static void
try_items (const guint8 *data, gsize size)
{
  guint n = (guint) MIN (size / sizeof (TocsinPoint), TOCSIN_BATCH_SAMPLES);
  g_autofree TocsinBatchItem *items = g_new0 (TocsinBatchItem, n);
  g_autoptr (GBytes) blob = NULL;

  if (n == 0)
    return;
  for (guint i = 0; i < n; i++) {
    TocsinPoint *point = &items[i].point;

    memcpy (point, data + i * sizeof *point, sizeof *point);
    g_snprintf (items[i].monitor, sizeof items[i].monitor, "%08x-0000-7000-8000-000000000000",
                point->code % 7u);
    point->outcome &= TOCSIN_OUTCOME_INCONCLUSIVE;
    point->code &= TOCSIN_CODE_MOST;
    items[i].number = (i == 0 ? 0 : items[i - 1].number) + 1 + point->flags;
  }
  blob = tocsin_batch_encode (items, n, 0, items[0].point.at_us);
  decode (g_bytes_get_data (blob, NULL), g_bytes_get_size (blob));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static void (*const tries[]) (const guint8 *data, gsize size) = { decode, try_tables, try_items };

  if (size == 0 || size > MOST_BYTES)
    return 0;
  tries[data[0] % G_N_ELEMENTS (tries)](data + 1, size - 1);
  return 0;
}
