/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "point.h"

G_BEGIN_DECLS

/* Uptime is time-weighted: the time between two samples belongs to the earlier one, but no more of
 * it than `cut_us` (two intervals; G_MAXINT64 for a heartbeat, whose samples speak until the
 * next). Samples in maintenance and inconclusive ones count neither for nor against. */

typedef enum {
  TOCSIN_COUNTS_NOT, /* maintenance, paused, inconclusive, nobody looked */
  TOCSIN_COUNTS_UP,
  TOCSIN_COUNTS_DOWN,
} TocsinCounts;

/* What the time after a sample counts as. */
TocsinCounts tocsin_counts_of (guint outcome, guint flags);

/* Where the time of a sample ends: at the next one, or where it is cut. */
gint64 tocsin_counts_end (gint64 at_us, gint64 next_at, gint64 cut_us);

typedef struct {
  gint64 up_us, down_us, uncounted_us;
} TocsinUptime;

void tocsin_uptime_add (TocsinUptime *uptime, TocsinCounts counts, gint64 span_us);

/* up / (up + down), 0 to 1; NAN where nobody looked. 1 only where it was never down: what a double
 * would round to 1 is the number just below. */
double tocsin_uptime_get_share (const TocsinUptime *uptime);

/* For people: "99.99 %", rounded down, so that "100 %" is said only of exactly 1; "—" for NAN.
 * (transfer full) */
char *tocsin_uptime_to_text (double share);

/* Adds up from..to of samples sorted by time; those before `from` reach into it. What follows the
 * last one is its own until `to`, which is therefore no later than now. */
void tocsin_uptime_add_points (TocsinUptime *uptime, const TocsinPoint *points, gsize n_points,
                               gint64 cut_us, gint64 from_us, gint64 to_us);

/* The last multiple of `span_us` since the epoch that is no later than `at_us`: the begin of its
 * hour or (UTC) day. */
gint64 tocsin_time_floor (gint64 at_us, gint64 span_us);

G_END_DECLS
