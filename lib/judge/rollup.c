/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "rollup"

#include "config.h"

#include <math.h>
#include <string.h>

#include "bytes-private.h"
#include "errors.h"
#include "rollup.h"

#define ROLLUP_VERSION 1

void
tocsin_rollup_init (TocsinRollup *rollup, gint64 at_us, gint64 span_us)
{
  g_return_if_fail (rollup != NULL);
  g_return_if_fail (span_us > 0);

  memset (rollup, 0, sizeof *rollup);
  rollup->at_us = tocsin_time_floor (at_us, span_us);
  rollup->span_us = span_us;
  rollup->latency_least_us = rollup->latency_most_us = -1;
}

void
tocsin_rollup_clear (TocsinRollup *rollup)
{
  g_return_if_fail (rollup != NULL);

  tocsin_sketch_clear (&rollup->latency);
  memset (rollup, 0, sizeof *rollup);
}

void
tocsin_rollup_copy (TocsinRollup *rollup, const TocsinRollup *from)
{
  g_return_if_fail (rollup != NULL);
  g_return_if_fail (from != NULL);

  *rollup = *from;
  tocsin_sketch_copy (&rollup->latency, &from->latency);
}

gboolean
tocsin_rollup_equal (const TocsinRollup *a, const TocsinRollup *b)
{
  g_return_val_if_fail (a != NULL, FALSE);
  g_return_val_if_fail (b != NULL, FALSE);

  return a->at_us == b->at_us && a->span_us == b->span_us &&
         memcmp (a->n, b->n, sizeof a->n) == 0 && a->latency_least_us == b->latency_least_us &&
         a->latency_most_us == b->latency_most_us && a->latency_sum_us == b->latency_sum_us &&
         tocsin_sketch_equal (&a->latency, &b->latency) &&
         memcmp (&a->time, &b->time, sizeof a->time) == 0;
}

gboolean
tocsin_rollup_holds (const TocsinRollup *rollup, gint64 at_us)
{
  g_return_val_if_fail (rollup != NULL, FALSE);

  return at_us >= rollup->at_us && at_us - rollup->at_us < rollup->span_us;
}

/* Widens the limits by those of others; -1 is none. */
static void
widen (TocsinRollup *rollup, gint64 least_us, gint64 most_us)
{
  if (rollup->latency_least_us < 0 || least_us < rollup->latency_least_us)
    rollup->latency_least_us = least_us;
  rollup->latency_most_us = MAX (rollup->latency_most_us, most_us);
}

void
tocsin_rollup_add (TocsinRollup *rollup, const TocsinPoint *point)
{
  g_return_if_fail (rollup != NULL);
  g_return_if_fail (point != NULL);
  g_return_if_fail (tocsin_rollup_holds (rollup, point->at_us));
  g_return_if_fail (point->outcome < TOCSIN_N_OUTCOMES);

  rollup->n[point->outcome]++;
  if (!tocsin_point_has_latency (point))
    return;
  widen (rollup, point->latency_us, point->latency_us);
  rollup->latency_sum_us = tocsin_add_capped (rollup->latency_sum_us, point->latency_us);
  tocsin_sketch_add (&rollup->latency, point->latency_us);
}

void
tocsin_rollup_add_time (TocsinRollup *rollup, TocsinCounts counts, gint64 from_us, gint64 to_us)
{
  g_return_if_fail (rollup != NULL);

  from_us = MAX (from_us, rollup->at_us);
  to_us = MIN (to_us, rollup->at_us + rollup->span_us);
  if (from_us < to_us)
    tocsin_uptime_add (&rollup->time, counts, to_us - from_us);
}

void
tocsin_rollup_add_stretch (TocsinRollup *rollup, TocsinCounts counts, gint64 at_us, gint64 next_at,
                           gint64 cut_us)
{
  gint64 end = tocsin_counts_end (at_us, next_at, cut_us);

  tocsin_rollup_add_time (rollup, counts, at_us, end);
  tocsin_rollup_add_time (rollup, TOCSIN_COUNTS_NOT, end, next_at);
}

void
tocsin_rollup_merge (TocsinRollup *rollup, const TocsinRollup *other)
{
  g_return_if_fail (rollup != NULL);
  g_return_if_fail (other != NULL);
  g_return_if_fail (rollup != other);

  for (guint i = 0; i < TOCSIN_N_OUTCOMES; i++)
    rollup->n[i] += other->n[i];
  if (other->latency_least_us >= 0)
    widen (rollup, other->latency_least_us, other->latency_most_us);
  rollup->latency_sum_us = tocsin_add_capped (rollup->latency_sum_us, other->latency_sum_us);
  tocsin_sketch_merge (&rollup->latency, &other->latency);
  tocsin_uptime_add (&rollup->time, TOCSIN_COUNTS_UP, other->time.up_us);
  tocsin_uptime_add (&rollup->time, TOCSIN_COUNTS_DOWN, other->time.down_us);
  tocsin_uptime_add (&rollup->time, TOCSIN_COUNTS_NOT, other->time.uncounted_us);
}

guint64
tocsin_rollup_get_n (const TocsinRollup *rollup)
{
  guint64 n = 0;

  g_return_val_if_fail (rollup != NULL, 0);

  for (guint i = 0; i < TOCSIN_N_OUTCOMES; i++)
    n += rollup->n[i];
  return n;
}

double
tocsin_rollup_get_mean_us (const TocsinRollup *rollup)
{
  g_return_val_if_fail (rollup != NULL, NAN);

  if (rollup->latency.n == 0)
    return NAN;
  return (double) rollup->latency_sum_us / (double) rollup->latency.n;
}

GBytes *
tocsin_rollup_encode (const TocsinRollup *rollup)
{
  g_autoptr (GByteArray) blob = NULL;

  g_return_val_if_fail (rollup != NULL, NULL);

  blob = g_byte_array_new ();
  tocsin_bytes_put_varint (blob, ROLLUP_VERSION);
  for (guint i = 0; i < TOCSIN_N_OUTCOMES; i++)
    tocsin_bytes_put_varint (blob, rollup->n[i]);
  tocsin_bytes_put_varint (blob, (guint64) rollup->time.up_us);
  tocsin_bytes_put_varint (blob, (guint64) rollup->time.down_us);
  tocsin_bytes_put_varint (blob, (guint64) rollup->time.uncounted_us);
  tocsin_sketch_encode (&rollup->latency, blob);
  if (rollup->latency.n > 0) {
    tocsin_bytes_put_varint (blob, (guint64) rollup->latency_least_us);
    tocsin_bytes_put_varint (blob, (guint64) (rollup->latency_most_us - rollup->latency_least_us));
    tocsin_bytes_put_varint (blob, (guint64) rollup->latency_sum_us);
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&blob));
}

static gboolean
decode_us (TocsinBytes *bytes, gint64 most_us, gint64 *us)
{
  guint64 value;

  if (!tocsin_bytes_get_up_to (bytes, (guint64) most_us, &value))
    return FALSE;
  *us = (gint64) value;
  return TRUE;
}

static gboolean
decode_latency (TocsinRollup *rollup, TocsinBytes *bytes)
{
  gint64 width_us;
  gsize used;

  if (!tocsin_sketch_decode (&rollup->latency, bytes->at, (gsize) (bytes->end - bytes->at), &used,
                             NULL))
    return FALSE;
  bytes->at += used;
  if (rollup->latency.n == 0)
    return TRUE;
  if (!decode_us (bytes, G_MAXINT64, &rollup->latency_least_us) ||
      !decode_us (bytes, G_MAXINT64 - rollup->latency_least_us, &width_us) ||
      !decode_us (bytes, G_MAXINT64, &rollup->latency_sum_us))
    return FALSE;
  rollup->latency_most_us = rollup->latency_least_us + width_us;
  return TRUE;
}

static gboolean
decode_body (TocsinRollup *rollup, TocsinBytes *bytes)
{
  for (guint i = 0; i < TOCSIN_N_OUTCOMES; i++)
    if (!tocsin_bytes_get_up_to (bytes, G_MAXUINT32, &rollup->n[i]))
      return FALSE;
  return decode_us (bytes, G_MAXINT64, &rollup->time.up_us) &&
         decode_us (bytes, G_MAXINT64, &rollup->time.down_us) &&
         decode_us (bytes, G_MAXINT64, &rollup->time.uncounted_us) &&
         decode_latency (rollup, bytes) && bytes->at == bytes->end;
}

gboolean
tocsin_rollup_decode (TocsinRollup *rollup, gint64 at_us, gint64 span_us, const guint8 *data,
                      gsize size, GError **error)
{
  TocsinBytes bytes = { data, data + size };
  g_auto (TocsinRollup) read = { 0 };
  guint64 version;

  g_return_val_if_fail (rollup != NULL, FALSE);
  g_return_val_if_fail (span_us > 0, FALSE);
  g_return_val_if_fail (data != NULL || size == 0, FALSE);

  if (!tocsin_bytes_get_varint (&bytes, &version) || version == 0)
    return tocsin_fail (error, TOCSIN_ERROR_DAMAGED, "rollup: it does not begin as one");
  if (version > ROLLUP_VERSION)
    return tocsin_fail (error, TOCSIN_ERROR_TOO_NEW,
                        "rollup: version %" G_GUINT64_FORMAT " is newer than %d", version,
                        ROLLUP_VERSION);
  tocsin_rollup_init (&read, at_us, span_us);
  if (!decode_body (&read, &bytes))
    return tocsin_fail (error, TOCSIN_ERROR_DAMAGED,
                        "rollup: byte %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT
                        " is none that a rollup has there",
                        (gsize) (bytes.at - data), size);
  *rollup = read;
  memset (&read, 0, sizeof read);
  return TRUE;
}
