/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "levels"

#include "config.h"

#include "levels-private.h"

#define FINE_BITS 4 /* TOCSIN_LEVELS_OCTAVE = 1 << FINE_BITS */
#define EXACT     (2 * TOCSIN_LEVELS_OCTAVE)

G_STATIC_ASSERT (TOCSIN_LEVELS_OCTAVE == 1 << FINE_BITS);

gint64
tocsin_level_of (gint64 value)
{
  guint octave;
  guint64 fine;

  if (value < EXACT)
    return MAX (value, 0);
  octave = 63 - (guint) __builtin_clzll ((guint64) value);
  /* 16 to 32, where 32 is the first of the next octave. */
  fine = ((guint64) value + (1ull << (octave - FINE_BITS - 1))) >> (octave - FINE_BITS);
  return EXACT + (gint64) (octave - FINE_BITS - 1) * TOCSIN_LEVELS_OCTAVE + (gint64) fine -
         TOCSIN_LEVELS_OCTAVE;
}

gint64
tocsin_level_to_value (gint64 level)
{
  guint octave;
  guint64 value;

  if (level < EXACT)
    return MAX (level, 0);
  octave = FINE_BITS + 1 + (guint) ((level - EXACT) / TOCSIN_LEVELS_OCTAVE);
  value = TOCSIN_LEVELS_OCTAVE + (guint64) ((level - EXACT) % TOCSIN_LEVELS_OCTAVE);
  if (octave > 62)
    return G_MAXINT64;
  return (gint64) (value << (octave - FINE_BITS));
}
