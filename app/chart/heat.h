/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "days.h"

G_BEGIN_DECLS

/* A stretch of time over many monitors. */
typedef struct {
  gint64 from_us, to_us;
  gint64 up_us, down_us; /* of all monitors together */
  guint n_seen, n_down;  /* monitors that were looked at in it, and those of them that were down */
} TocsinHeatCell;

/* NAN: nobody looked. */
double tocsin_heat_cell_get_share (const TocsinHeatCell *cell);
/* One monitor of many that is down is seen: TOCSIN_DAY_PARTLY; TOCSIN_DAY_DOWN, where a tenth of
 * the time of all is lost. */
TocsinDayLook tocsin_heat_cell_get_look (const TocsinHeatCell *cell);

/* “14:00 – 15:00: 2 of 40 monitors down”. `zone` is nullable: local. (transfer full) */
char *tocsin_heat_cell_describe (const TocsinHeatCell *cell, GTimeZone *zone);

G_END_DECLS
