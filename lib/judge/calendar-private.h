/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "calendar.h"

G_BEGIN_DECLS

#define TOCSIN_CALENDAR_MONTH_LEAST   28 /* days */
#define TOCSIN_CALENDAR_MONTH_LENGTHS 4  /* 28, 29, 30, 31 */

/* The first wall time strictly after `wall_us` that matches, whether or not the zone has it. */
gboolean tocsin_calendar_next_wall (const TocsinCalendar *calendar, gint64 wall_us,
                                    gint64 *next_us);

G_END_DECLS
