/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a chunk knows about measured times: how exactly they are worth keeping, and what is to be
 * expected of the next. Both directions run the same integers, so they agree on any machine. */

/* Levels: below 32 a number is its own; above, an octave has 16, so that the nearest one is wrong
 * by 1/32 at most. */
#define TOCSIN_LEVELS_OCTAVE 16
#define TOCSIN_LEVEL_MOST    (2 * TOCSIN_LEVELS_OCTAVE + 58 * TOCSIN_LEVELS_OCTAVE)

gint64 tocsin_level_of (gint64 value);
gint64 tocsin_level_to_value (gint64 level);

/* A running mean over about sixteen values, in sixteenths. What is far off is noise the first time
 * and a new truth the second: so one timeout does not spoil what follows it, and a change is
 * learnt at once. Zero bytes are one that expects 0. */
typedef struct {
  gint64 sixteenths;
  gboolean was_far;
} TocsinExpected;

#define TOCSIN_EXPECTED_MOST (G_MAXINT64 / 32)

static inline gint64
tocsin_expected_get (const TocsinExpected *expected)
{
  return (expected->sixteenths + 8) >> 4;
}

static inline void
tocsin_expected_learn (TocsinExpected *expected, gint64 value, gint64 near)
{
  gint64 difference;

  value = CLAMP (value, -TOCSIN_EXPECTED_MOST, TOCSIN_EXPECTED_MOST);
  difference = value - tocsin_expected_get (expected);
  if (difference <= near && difference >= -near) {
    expected->sixteenths += (value * 16 - expected->sixteenths) / 16;
    expected->was_far = FALSE;
    return;
  }
  if (expected->was_far || expected->sixteenths == 0)
    expected->sixteenths = value * 16;
  expected->was_far = !expected->was_far;
}

G_END_DECLS
