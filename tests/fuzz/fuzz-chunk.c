/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* Chunks. The first byte chooses: the rest is a chunk; or the two tables of one, which the fuzzer
 * could not pack itself, behind a head that is right; or samples to be packed. */

#define G_LOG_DOMAIN "fuzz-chunk"

#include "config.h"

#include <string.h>
#include <zstd.h>

#include "bytes-private.h"
#include "chunk.h"
#include "replay.h"

#define MOST_BYTES 65536

static void
look_at_points (const TocsinPoint *points, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_assert_true (i == 0 || points[i].at_us >= points[i - 1].at_us);
    g_assert_cmpuint (points[i].outcome, <=, TOCSIN_OUTCOME_INCONCLUSIVE);
    g_assert_cmpuint (points[i].code, <=, TOCSIN_CODE_MOST);
    g_assert_cmpint (points[i].latency_us, >=, -1);
    for (guint p = 0; p < TOCSIN_N_PHASES; p++)
      g_assert_cmpint (points[i].phase_us[p], >=, -1);
  }
}

static GArray *
decode (const guint8 *data, gsize size)
{
  g_autoptr (GArray) points = tocsin_points_new ();
  TocsinChunkInfo info;

  if (!tocsin_chunk_decode (data, size, TOCSIN_CHUNK_ALL, points, NULL)) {
    g_assert_cmpuint (points->len, ==, 0);
    return g_steal_pointer (&points);
  }
  g_assert_true (tocsin_chunk_peek (data, size, &info, NULL));
  g_assert_cmpuint (points->len, ==, info.count);
  look_at_points ((const TocsinPoint *) (gpointer) points->data, points->len);
  return g_steal_pointer (&points);
}

/* What was packed comes out. */
static void
check_round_trip (const TocsinPoint *points, guint n)
{
  g_autoptr (GBytes) blob = tocsin_chunk_encode (points, n);
  g_autoptr (GArray) out = decode (g_bytes_get_data (blob, NULL), g_bytes_get_size (blob));

  g_assert_cmpuint (out->len, ==, n);
  for (guint i = 0; i < n; i++) {
    const TocsinPoint *point = &g_array_index (out, TocsinPoint, i);

    g_assert_cmpint (point->at_us, ==, points[i].at_us);
    g_assert_cmpint (point->latency_us, ==, MAX (points[i].latency_us, -1));
    g_assert_cmpuint (point->outcome, ==, points[i].outcome);
    g_assert_cmpuint (point->code, ==, points[i].code);
    g_assert_cmpuint (point->flags, ==, points[i].flags);
  }
}

static void
try_points (const guint8 *data, gsize size)
{
  guint n = (guint) (size / sizeof (TocsinPoint));
  g_autofree TocsinPoint *points = g_memdup2 (data, n * sizeof (TocsinPoint));

  for (guint i = 0; i < n; i++) {
    points[i].outcome &= TOCSIN_OUTCOME_INCONCLUSIVE;
    points[i].code &= TOCSIN_CODE_MOST;
    if (i > 0)
      points[i].at_us = MAX (points[i].at_us, points[i - 1].at_us);
  }
  if (n > 0)
    check_round_trip (points, n);
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

/* Head: count, left out phase, where the second table begins; the rest are the tables. */
static void
try_tables (const guint8 *data, gsize size)
{
  g_autoptr (GByteArray) facts = g_byte_array_new ();
  g_autoptr (GByteArray) blob = g_byte_array_new ();
  g_autoptr (GArray) points = NULL;
  guint32 sum = 2166136261u;
  gsize split;

  if (size < 4)
    return;
  split = MIN ((gsize) data[2] << 8 | data[3], size - 4);
  append_packed (facts, data + 4, split);
  g_byte_array_append (blob, (const guint8 *) "TC\x01", 3);
  tocsin_bytes_put_varint (blob, data[0] + 1u);
  tocsin_bytes_put_varint (blob, 0);
  tocsin_bytes_put_varint (blob, (guint64) data[0] * 60);
  tocsin_bytes_put_varint (blob, 60);
  tocsin_bytes_put_varint (blob, facts->len);
  g_byte_array_append (blob, &(guint8){ data[1] % (TOCSIN_N_PHASES + 1) }, 1);
  for (guint i = 0; i < blob->len; i++)
    sum = (sum ^ blob->data[i]) * 16777619u;
  sum = GUINT32_TO_LE (sum);
  g_byte_array_append (blob, (const guint8 *) &sum, sizeof sum);
  g_byte_array_append (blob, facts->data, facts->len);
  append_packed (blob, data + 4 + split, size - 4 - split);
  points = decode (blob->data, blob->len);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  if (size == 0 || size > MOST_BYTES)
    return 0;
  switch (data[0] % 3) {
  case 0:
    g_array_unref (decode (data + 1, size - 1));
    break;
  case 1:
    try_tables (data + 1, size - 1);
    break;
  default:
    try_points (data + 1, size - 1);
    break;
  }
  return 0;
}
