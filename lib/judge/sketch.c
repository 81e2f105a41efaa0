/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "sketch"

#include "config.h"

#include <math.h>
#include <string.h>

#include "bytes-private.h"
#include "errors.h"
#include "sketch.h"

/* Bucket 0 holds 0; bucket i holds what is above GAMMA^(i-2) and at most GAMMA^(i-1). The value
 * between the borders that is equally wrong for both, relatively, is 2 GAMMA^(i-1) / (GAMMA + 1),
 * and by the choice of GAMMA it is wrong by TOCSIN_SKETCH_ERROR. */
#define GAMMA ((1 + TOCSIN_SKETCH_ERROR) / (1 - TOCSIN_SKETCH_ERROR))

/* ln (GAMMA) = 2 atanh (TOCSIN_SKETCH_ERROR) */
#define LN_GAMMA 0.040005334613699206

#define FIRST_ALLOCATED 4

guint
tocsin_sketch_index_of (gint64 value_us)
{
  if (value_us <= 0)
    return 0;
  return 1 + (guint) ceil (log ((double) MIN (value_us, TOCSIN_SKETCH_MOST_US)) / LN_GAMMA);
}

double
tocsin_sketch_value_of (guint index)
{
  return index == 0 ? 0 : exp ((index - 1) * LN_GAMMA) * 2 / (GAMMA + 1);
}

void
tocsin_sketch_clear (TocsinSketch *sketch)
{
  g_return_if_fail (sketch != NULL);

  g_free (sketch->buckets);
  memset (sketch, 0, sizeof *sketch);
}

void
tocsin_sketch_copy (TocsinSketch *sketch, const TocsinSketch *from)
{
  g_return_if_fail (sketch != NULL);
  g_return_if_fail (from != NULL);

  *sketch = *from;
  sketch->n_allocated = from->n_buckets;
  sketch->buckets = g_memdup2 (from->buckets, from->n_buckets * sizeof *from->buckets);
}

gboolean
tocsin_sketch_equal (const TocsinSketch *a, const TocsinSketch *b)
{
  g_return_val_if_fail (a != NULL, FALSE);
  g_return_val_if_fail (b != NULL, FALSE);

  if (a->n != b->n || a->n_buckets != b->n_buckets)
    return FALSE;
  for (guint i = 0; i < a->n_buckets; i++)
    if (a->buckets[i].index != b->buckets[i].index || a->buckets[i].n != b->buckets[i].n)
      return FALSE;
  return TRUE;
}

/* The position of the first bucket whose index is not below `index`. */
static guint
find_position (const TocsinSketch *sketch, guint index)
{
  guint low = 0, high = sketch->n_buckets;

  while (low < high) {
    guint middle = (low + high) / 2;

    if (sketch->buckets[middle].index < index)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void
insert_bucket (TocsinSketch *sketch, guint position, guint index)
{
  if (sketch->n_buckets == sketch->n_allocated) {
    guint wanted = MAX (FIRST_ALLOCATED, 2u * sketch->n_allocated);

    /* One more than may stay, for the moment before the lowest two become one. */
    sketch->n_allocated = (guint16) MIN (wanted, TOCSIN_SKETCH_BUCKETS + 1);
    sketch->buckets = g_renew (TocsinSketchBucket, sketch->buckets, sketch->n_allocated);
  }
  memmove (sketch->buckets + position + 1, sketch->buckets + position,
           (sketch->n_buckets - position) * sizeof *sketch->buckets);
  sketch->buckets[position] = (TocsinSketchBucket){ .index = (guint16) index };
  sketch->n_buckets++;
}

static void
collapse_lowest (TocsinSketch *sketch)
{
  guint32 room = G_MAXUINT32 - sketch->buckets[1].n;
  guint32 moved = MIN (room, sketch->buckets[0].n);

  sketch->n -= sketch->buckets[0].n - moved;
  sketch->buckets[1].n += moved;
  sketch->n_buckets--;
  memmove (sketch->buckets, sketch->buckets + 1, sketch->n_buckets * sizeof *sketch->buckets);
}

void
tocsin_sketch_add_bucket (TocsinSketch *sketch, guint index, guint32 n)
{
  guint position;

  g_return_if_fail (sketch != NULL);
  g_return_if_fail (index < TOCSIN_SKETCH_INDEXES);

  if (n == 0)
    return;
  position = find_position (sketch, index);
  if (position == sketch->n_buckets || sketch->buckets[position].index != index) {
    /* What is below the lowest of a full sketch belongs to the lowest. */
    if (position > 0 || sketch->n_buckets < TOCSIN_SKETCH_BUCKETS)
      insert_bucket (sketch, position, index);
  }
  n = MIN (n, G_MAXUINT32 - sketch->buckets[position].n);
  sketch->buckets[position].n += n;
  sketch->n += n;
  if (sketch->n_buckets > TOCSIN_SKETCH_BUCKETS)
    collapse_lowest (sketch);
}

void
tocsin_sketch_add (TocsinSketch *sketch, gint64 value_us)
{
  tocsin_sketch_add_bucket (sketch, tocsin_sketch_index_of (value_us), 1);
}

void
tocsin_sketch_merge (TocsinSketch *sketch, const TocsinSketch *other)
{
  g_return_if_fail (sketch != NULL);
  g_return_if_fail (other != NULL);
  g_return_if_fail (sketch != other);

  /* The highest first: so no bucket is made that a full sketch would throw together at once. */
  for (guint i = other->n_buckets; i > 0; i--)
    tocsin_sketch_add_bucket (sketch, other->buckets[i - 1].index, other->buckets[i - 1].n);
}

double
tocsin_sketch_get_quantile (const TocsinSketch *sketch, double q)
{
  guint64 rank, seen = 0;

  g_return_val_if_fail (sketch != NULL, NAN);
  g_return_val_if_fail (q >= 0 && q <= 1, NAN);

  if (sketch->n == 0)
    return NAN;
  rank = (guint64) (q * (double) (sketch->n - 1));
  for (guint i = 0; i < sketch->n_buckets; i++) {
    seen += sketch->buckets[i].n;
    if (seen > rank)
      return tocsin_sketch_value_of (sketch->buckets[i].index);
  }
  return tocsin_sketch_value_of (sketch->buckets[sketch->n_buckets - 1].index);
}

void
tocsin_sketch_encode (const TocsinSketch *sketch, GByteArray *blob)
{
  guint last = 0;

  g_return_if_fail (sketch != NULL);
  g_return_if_fail (blob != NULL);

  tocsin_bytes_put_varint (blob, sketch->n_buckets);
  for (guint i = 0; i < sketch->n_buckets; i++) {
    tocsin_bytes_put_varint (blob, sketch->buckets[i].index - last);
    tocsin_bytes_put_varint (blob, sketch->buckets[i].n);
    last = sketch->buckets[i].index;
  }
}

static gboolean
decode_buckets (TocsinSketch *sketch, TocsinBytes *bytes)
{
  guint64 n_buckets, step, n;
  guint index = 0;

  if (!tocsin_bytes_get_up_to (bytes, TOCSIN_SKETCH_BUCKETS, &n_buckets))
    return FALSE;
  for (guint64 i = 0; i < n_buckets; i++) {
    if (!tocsin_bytes_get_up_to (bytes, TOCSIN_SKETCH_INDEXES - 1 - index, &step) ||
        !tocsin_bytes_get_up_to (bytes, G_MAXUINT32, &n))
      return FALSE;
    if ((i > 0 && step == 0) || n == 0)
      return FALSE;
    index += (guint) step;
    tocsin_sketch_add_bucket (sketch, index, (guint32) n);
  }
  return TRUE;
}

gboolean
tocsin_sketch_decode (TocsinSketch *sketch, const guint8 *data, gsize size, gsize *used,
                      GError **error)
{
  TocsinBytes bytes = { data, data + size };
  g_auto (TocsinSketch) read = { 0 };

  g_return_val_if_fail (sketch != NULL, FALSE);
  g_return_val_if_fail (data != NULL || size == 0, FALSE);
  g_return_val_if_fail (used != NULL, FALSE);

  if (!decode_buckets (&read, &bytes))
    return tocsin_fail (error, TOCSIN_ERROR_DAMAGED,
                        "sketch: byte %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT
                        " is none that a sketch has there",
                        (gsize) (bytes.at - data), size);
  *sketch = read;
  memset (&read, 0, sizeof read);
  *used = (gsize) (bytes.at - data);
  return TRUE;
}
