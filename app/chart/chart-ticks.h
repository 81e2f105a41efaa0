/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "chart-scale.h"

G_BEGIN_DECLS

/* Where the lines of a grid lie, and what is written there. Pure. */
typedef struct {
  double value; /* µs; of time: since the epoch */
  char *label;  /* (owned) (nullable) a line without a word */
} TocsinTick;

/* (element-type TocsinTick), which frees its labels. Round latencies: steps of 1, 2 or 5, at most
 * `most` of them besides 0; on a logarithmic scale the decades, with 2 and 5 between them where
 * there is room. */
GArray *tocsin_ticks_of_values (const TocsinScale *scale, guint most);

/* Round times of `zone` in from..to, at most `most`: whole seconds, minutes, hours, days, weeks or
 * months as they are on its clock, so that a day of 23 hours has its hours where they belong. */
GArray *tocsin_ticks_of_time (gint64 from_us, gint64 to_us, guint most, GTimeZone *zone);

G_END_DECLS
