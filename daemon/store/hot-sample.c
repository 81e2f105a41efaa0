/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "hot-sample"

#include "config.h"

#include "hot-sample.h"

/* A sample takes two bytes (outcome and flags; what is there), then its code and varints of what is
 * there. The wait is most often the longest phase, and what the others leave of the latency: then
 * it is not written. */
#define HAS_LATENCY  (1u << TOCSIN_N_PHASES)
#define WAIT_IS_REST (1u << (TOCSIN_N_PHASES + 1))
#define HAS_CODE     (1u << (TOCSIN_N_PHASES + 2))
#define HEAD_BYTES   2

G_STATIC_ASSERT (HAS_CODE <= 0x80);

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

/* What the other phases leave of the latency. */
static gint64
get_rest (const TocsinPoint *point)
{
  gint64 rest = point->latency_us;

  for (guint i = 0; i < TOCSIN_N_PHASES; i++)
    if (i != TOCSIN_PHASE_WAIT && point->phase_us[i] > 0)
      rest = point->phase_us[i] <= rest ? rest - point->phase_us[i] : -1;
  return rest;
}

static guint
find_present (const TocsinPoint *point)
{
  guint present = point->code != 0 ? HAS_CODE : 0;

  for (guint i = 0; i < TOCSIN_N_PHASES; i++)
    if (point->phase_us[i] >= 0)
      present |= 1u << i;
  if (point->latency_us < 0)
    return present;
  present |= HAS_LATENCY;
  if (point->phase_us[TOCSIN_PHASE_WAIT] >= 0 &&
      get_rest (point) == point->phase_us[TOCSIN_PHASE_WAIT])
    present = (present | WAIT_IS_REST) & ~(1u << TOCSIN_PHASE_WAIT);
  return present;
}

gsize
tocsin_hot_sample_encode (const TocsinPoint *point, guint8 *data)
{
  guint present = find_present (point);
  guint8 *at = data + HEAD_BYTES;

  data[0] = (guint8) (point->outcome | point->flags << 4);
  data[1] = (guint8) present;
  if ((present & HAS_CODE) != 0)
    *at++ = point->code;
  if ((present & HAS_LATENCY) != 0)
    at = put_varint (at, (guint64) point->latency_us);
  for (guint i = 0; i < TOCSIN_N_PHASES; i++)
    if ((present & (1u << i)) != 0)
      at = put_varint (at, (guint64) point->phase_us[i]);
  return (gsize) (at - data);
}

static gboolean
decode_spans (TocsinPoint *point, guint present, const guint8 **at, const guint8 *end)
{
  point->latency_us = -1;
  if ((present & HAS_LATENCY) != 0 && !get_varint (at, end, &point->latency_us))
    return FALSE;
  for (guint i = 0; i < TOCSIN_N_PHASES; i++) {
    point->phase_us[i] = -1;
    if ((present & (1u << i)) != 0 && !get_varint (at, end, &point->phase_us[i]))
      return FALSE;
  }
  if ((present & WAIT_IS_REST) == 0)
    return TRUE;
  if (point->phase_us[TOCSIN_PHASE_WAIT] >= 0)
    return FALSE;
  point->phase_us[TOCSIN_PHASE_WAIT] = get_rest (point);
  return point->phase_us[TOCSIN_PHASE_WAIT] >= 0;
}

gboolean
tocsin_hot_sample_decode (TocsinPoint *point, const guint8 *data, gsize size)
{
  const guint8 *at = data + HEAD_BYTES, *end = data + size;

  if (size < HEAD_BYTES)
    return FALSE;
  point->outcome = data[0] & 0x0f;
  point->flags = data[0] >> 4;
  point->code = 0;
  if ((data[1] & HAS_CODE) != 0) {
    if (at == end)
      return FALSE;
    point->code = *at++;
  }
  return decode_spans (point, data[1], &at, end) && at == end &&
         point->outcome <= TOCSIN_OUTCOME_INCONCLUSIVE && point->code <= TOCSIN_CODE_MOST;
}
