/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "schedule.h"

G_BEGIN_DECLS

#define TOCSIN_DUE_TIMES 5

/* When pings are due, soonest first: into `times`, µs. A schedule by the clock counts from
 * `now_us`; a period counts from the last ping, `last_us`, and its first time may be over; without
 * one (0) it has none. Answers how many there are. */
guint tocsin_due_times (const TocsinSchedule *schedule, gint64 last_us, gint64 now_us,
                        gint64 times[TOCSIN_DUE_TIMES]);

G_END_DECLS
