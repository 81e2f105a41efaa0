/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the compact forms share: little numbers in few bytes (LEB128), and signs folded into the
 * lowest bit, so that small negative numbers are small too. */

typedef struct {
  const guint8 *at;
  const guint8 *end;
} TocsinBytes;

void tocsin_bytes_put_varint (GByteArray *blob, guint64 value);

/* FALSE where the bytes end too early or the number has more than 64 bits. */
gboolean tocsin_bytes_get_varint (TocsinBytes *bytes, guint64 *value);

/* The same for numbers that have a limit. */
gboolean tocsin_bytes_get_up_to (TocsinBytes *bytes, guint64 most, guint64 *value);

static inline guint64
tocsin_zigzag (gint64 value)
{
  return ((guint64) value << 1) ^ (guint64) (value >> 63);
}

static inline gint64
tocsin_unzigzag (guint64 value)
{
  return (gint64) ((value >> 1) ^ (0 - (value & 1)));
}

/* Differences and sums that wrap, so that they undo each other for any two numbers. */
static inline gint64
tocsin_wrap_add (gint64 a, gint64 b)
{
  return (gint64) ((guint64) a + (guint64) b);
}

static inline gint64
tocsin_wrap_subtract (gint64 a, gint64 b)
{
  return (gint64) ((guint64) a - (guint64) b);
}

/* Sums that stop at the limit: for sums of what was read from outside. */
static inline gint64
tocsin_add_capped (gint64 a, gint64 b)
{
  gint64 sum;

  if (__builtin_add_overflow (a, b, &sum))
    return b > 0 ? G_MAXINT64 : G_MININT64;
  return sum;
}

G_END_DECLS
