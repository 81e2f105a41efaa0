/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "hot-sample"

#include "config.h"

#include "hot-sample.h"

#define HAS_LATENCY (1u << TOCSIN_N_PHASES)

static guint8 *
put_varint (guint8 *at, guint64 value)
{
  for (; value >= 0x80; value >>= 7)
    *at++ = (guint8) (value | 0x80);
  *at++ = (guint8) value;
  return at;
}

static gboolean
get_varint (const guint8 **at, const guint8 *end, gint64 *value)
{
  guint64 sum = 0;

  for (guint shift = 0; *at < end && shift < 63; shift += 7) {
    guint8 byte = *(*at)++;

    sum |= (guint64) (byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) {
      *value = (gint64) sum;
      return *value >= 0;
    }
  }
  return FALSE;
}

gsize
tocsin_hot_sample_encode (const TocsinPoint *point, guint8 *data)
{
  guint8 *at = data + 3;
  guint8 present = 0;

  if (point->latency_us >= 0) {
    present |= HAS_LATENCY;
    at = put_varint (at, (guint64) point->latency_us);
  }
  for (guint i = 0; i < TOCSIN_N_PHASES; i++)
    if (point->phase_us[i] >= 0) {
      present |= (guint8) (1u << i);
      at = put_varint (at, (guint64) point->phase_us[i]);
    }
  data[0] = (guint8) (point->outcome | point->flags << 4);
  data[1] = point->code;
  data[2] = present;
  return (gsize) (at - data);
}

gboolean
tocsin_hot_sample_decode (TocsinPoint *point, const guint8 *data, gsize size)
{
  const guint8 *at = data + 3, *end = data + size;

  if (size < 3)
    return FALSE;
  point->outcome = data[0] & 0x0f;
  point->flags = data[0] >> 4;
  point->code = data[1];
  point->latency_us = -1;
  if ((data[2] & HAS_LATENCY) != 0 && !get_varint (&at, end, &point->latency_us))
    return FALSE;
  for (guint i = 0; i < TOCSIN_N_PHASES; i++) {
    point->phase_us[i] = -1;
    if ((data[2] & (1u << i)) != 0 && !get_varint (&at, end, &point->phase_us[i]))
      return FALSE;
  }
  return at == end && point->outcome <= TOCSIN_OUTCOME_INCONCLUSIVE &&
         point->code <= TOCSIN_CODE_MOST;
}
