/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "point.h"
#include "sketch.h"
#include "uptime.h"

G_BEGIN_DECLS

#define TOCSIN_N_OUTCOMES (TOCSIN_OUTCOME_INCONCLUSIVE + 1)

/* What is known of one monitor in one hour or one UTC day. The day is exactly the sum of its
 * hours. */
typedef struct {
  gint64 at_us;   /* where it begins */
  gint64 span_us; /* TOCSIN_US_PER_HOUR or TOCSIN_US_PER_DAY */
  guint64 n[TOCSIN_N_OUTCOMES];
  gint64 latency_least_us, latency_most_us; /* < 0: none */
  gint64 latency_sum_us;
  TocsinSketch latency; /* its `n` is the count; see tocsin_point_has_latency () */
  TocsinUptime time;
} TocsinRollup;

/* Empty, for the hour or day that holds `at_us`. */
void tocsin_rollup_init (TocsinRollup *rollup, gint64 at_us, gint64 span_us);
void tocsin_rollup_clear (TocsinRollup *rollup);
void tocsin_rollup_copy (TocsinRollup *rollup, const TocsinRollup *from);

/* Whether they say the same; where they begin and how long they are included. */
gboolean tocsin_rollup_equal (const TocsinRollup *a, const TocsinRollup *b);

/* Whether a time is within. */
gboolean tocsin_rollup_holds (const TocsinRollup *rollup, gint64 at_us);

/* Counts a sample, which must be within. */
void tocsin_rollup_add (TocsinRollup *rollup, const TocsinPoint *point);

/* Counts the part of from..to that is within; the rest is for the neighbours, which get the same
 * call. */
void tocsin_rollup_add_time (TocsinRollup *rollup, TocsinCounts counts, gint64 from_us,
                             gint64 to_us);

/* The time between a sample and the next: its own until it is cut, then nobody's. */
void tocsin_rollup_add_stretch (TocsinRollup *rollup, TocsinCounts counts, gint64 at_us,
                                gint64 next_at, gint64 cut_us);

void tocsin_rollup_merge (TocsinRollup *rollup, const TocsinRollup *other);

/* How many samples there are, whatever their outcome; the mean is NAN where there is none. */
guint64 tocsin_rollup_get_n (const TocsinRollup *rollup);
double tocsin_rollup_get_mean_us (const TocsinRollup *rollup);

/* Compact; begin and span are the row's key and not in it. */
GBytes *tocsin_rollup_encode (const TocsinRollup *rollup);

/* Fills `rollup`, which holds nothing yet and is touched on success alone. Any bytes are a rollup
 * or DAMAGED; TOO_NEW where a newer version wrote it. */
gboolean tocsin_rollup_decode (TocsinRollup *rollup, gint64 at_us, gint64 span_us,
                               const guint8 *data, gsize size, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinRollup, tocsin_rollup_clear)

G_END_DECLS
