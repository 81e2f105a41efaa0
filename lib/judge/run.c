/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "run"

#include "config.h"

#include "bytes-private.h"
#include "chunk.h"
#include "errors.h"
#include "run.h"

/* A short run is: "R", then for each sample varints of the time since the one before (the first:
 * since the epoch), outcome and code and flags in one, which phases there are and whether there is
 * a latency, and these. A chunk begins with another letter. */
#define RUN_MAGIC     'R'
#define SHORT_MOST    24
#define SHAPE_LATENCY (1u << TOCSIN_N_PHASES)
#define OUTCOME_BITS  2
#define CODE_BITS     7

static void
put_point (GByteArray *blob, const TocsinPoint *point, gint64 last_at)
{
  guint shape = point->latency_us >= 0 ? SHAPE_LATENCY : 0;

  for (guint p = 0; p < TOCSIN_N_PHASES; p++)
    if (point->phase_us[p] >= 0)
      shape |= 1u << p;
  tocsin_bytes_put_varint (blob, tocsin_zigzag (tocsin_wrap_subtract (point->at_us, last_at)));
  tocsin_bytes_put_varint (blob, point->outcome | (guint64) point->code << OUTCOME_BITS |
                                     (guint64) point->flags << (OUTCOME_BITS + CODE_BITS));
  tocsin_bytes_put_varint (blob, shape);
  if (point->latency_us >= 0)
    tocsin_bytes_put_varint (blob, (guint64) point->latency_us);
  for (guint p = 0; p < TOCSIN_N_PHASES; p++)
    if (point->phase_us[p] >= 0)
      tocsin_bytes_put_varint (blob, (guint64) point->phase_us[p]);
}

GBytes *
tocsin_run_encode (const TocsinPoint *points, guint n_points)
{
  g_autoptr (GByteArray) blob = NULL;
  static const guint8 magic = RUN_MAGIC;

  g_return_val_if_fail (points != NULL && n_points > 0, NULL);

  if (n_points > SHORT_MOST)
    return tocsin_chunk_encode (points, n_points);
  blob = g_byte_array_new ();
  g_byte_array_append (blob, &magic, 1);
  for (guint i = 0; i < n_points; i++)
    put_point (blob, &points[i], i == 0 ? 0 : points[i - 1].at_us);
  return g_byte_array_free_to_bytes (g_steal_pointer (&blob));
}

static gboolean
get_span (TocsinBytes *bytes, gboolean is_there, gint64 *span_us)
{
  guint64 value;

  *span_us = -1;
  if (!is_there)
    return TRUE;
  if (!tocsin_bytes_get_up_to (bytes, G_MAXINT64, &value))
    return FALSE;
  *span_us = (gint64) value;
  return TRUE;
}

static gboolean
get_point (TocsinBytes *bytes, TocsinPoint *point, gint64 last_at)
{
  guint64 since, facts, shape;

  if (!tocsin_bytes_get_varint (bytes, &since) ||
      !tocsin_bytes_get_up_to (bytes, (1u << (OUTCOME_BITS + CODE_BITS + 8)) - 1, &facts) ||
      !tocsin_bytes_get_up_to (bytes, 2 * SHAPE_LATENCY - 1, &shape))
    return FALSE;
  point->at_us = tocsin_wrap_add (last_at, tocsin_unzigzag (since));
  point->outcome = facts & ((1u << OUTCOME_BITS) - 1);
  point->code = (facts >> OUTCOME_BITS) & ((1u << CODE_BITS) - 1);
  point->flags = (guint8) (facts >> (OUTCOME_BITS + CODE_BITS));
  if (!get_span (bytes, (shape & SHAPE_LATENCY) != 0, &point->latency_us))
    return FALSE;
  for (guint p = 0; p < TOCSIN_N_PHASES; p++)
    if (!get_span (bytes, (shape & 1u << p) != 0, &point->phase_us[p]))
      return FALSE;
  return TRUE;
}

gboolean
tocsin_run_decode (const guint8 *data, gsize size, GArray *points, GError **error)
{
  TocsinBytes bytes;
  guint before;

  g_return_val_if_fail (points != NULL && (data != NULL || size == 0), FALSE);

  if (size == 0 || data[0] != RUN_MAGIC)
    return tocsin_chunk_decode (data, size, TOCSIN_CHUNK_ALL, points, error);
  bytes = (TocsinBytes){ data + 1, data + size };
  before = points->len;
  for (gint64 last_at = 0; bytes.at < bytes.end;) {
    TocsinPoint point;

    if (!get_point (&bytes, &point, last_at)) {
      g_array_set_size (points, before);
      return tocsin_fail (error, TOCSIN_ERROR_DAMAGED, "run: what is in it makes no sense");
    }
    last_at = point.at_us;
    g_array_append_val (points, point);
  }
  return TRUE;
}
