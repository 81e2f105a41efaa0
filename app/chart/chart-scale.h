/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "incident.h"
#include "series.h"

G_BEGIN_DECLS

/* From values to pixels and back. Pure. */
typedef struct {
  double least, most; /* what is at `at_least` and `at_most`; logarithmic: both > 0 */
  double at_least, at_most;
  gboolean is_log;
} TocsinScale;

/* A value outside lies outside; a logarithmic scale takes what is ≤ 0 for its least. */
double tocsin_scale_map (const TocsinScale *scale, double value);
double tocsin_scale_unmap (const TocsinScale *scale, double at);

/* The range of values, in µs, that a chart of `series` needs: from 0 and a little above what is
 * shown, or whole decades. A spike that is far above all else does not press the rest flat: it is
 * cut, and `is_cut` says so. */
void tocsin_scale_fit (TocsinScale *scale, const TocsinSeries *series, gint64 slow_us,
                       gboolean *is_cut);

/* The point whose part of the time holds `at_us`; -1: none. */
int tocsin_series_find (const TocsinSeries *series, gint64 at_us);

/* The nearest point to `index` in `direction` (-1, 1; 0: it or either side) at which anything was
 * seen; -1: none. */
int tocsin_series_next_seen (const TocsinSeries *series, int index, int direction);

/* How a stretch of time is shaded. */
typedef enum {
  TOCSIN_SHADE_FAILED,
  TOCSIN_SHADE_NO_DATA,
  TOCSIN_SHADE_MAINTENANCE,
} TocsinShade;

typedef struct {
  gint64 from_us, to_us;
  TocsinShade shade;
} TocsinShadedSpan;

/* The stretches up to `now_us` in which something failed, or nobody looked. */
GArray *tocsin_series_find_spans (const TocsinSeries *series, gint64 now_us);

G_END_DECLS
