/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "incident.h"
#include "series.h"

G_BEGIN_DECLS

/* What a local day amounts to. */
typedef struct {
  gint64 from_us, to_us; /* its midnights, in the zone; a day may have 23 or 25 hours */
  gint64 up_us, down_us;
  guint n_incidents; /* that touch it */
  guint n_measured;  /* samples of hours that have a mean, and did not fail */
  double mean_us;    /* NAN: nothing was measured */
} TocsinDay;

/* How a day is drawn. */
typedef enum {
  TOCSIN_DAY_NO_DATA,
  TOCSIN_DAY_UP,
  TOCSIN_DAY_PARTLY, /* down for less than a tenth of what is known */
  TOCSIN_DAY_DOWN,
} TocsinDayLook;

/* Folds a series of hours into the last `n_days` local days of `zone` up to the one that holds
 * `now_us`, oldest first. (element-type TocsinDay). Pure. */
GArray *tocsin_days_fold (const TocsinSeries *hours, const GPtrArray *incidents, guint n_days,
                          gint64 now_us, GTimeZone *zone);

/* NAN: nobody looked. */
double tocsin_day_get_share (const TocsinDay *day);
TocsinDayLook tocsin_day_look_of (double share);
TocsinDayLook tocsin_day_get_look (const TocsinDay *day);

/* “Mon 23 Nov: 99.93 %, down 1 min, 1 incident, ⌀ 120 ms”. (transfer full) */
char *tocsin_day_describe (const TocsinDay *day, GTimeZone *zone);

G_END_DECLS
