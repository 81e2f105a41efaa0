/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "uptime.h"

G_BEGIN_DECLS

/* Uptime by the states that were judged, where several probes see one monitor and no single row of
 * samples says what was: an outage counts from its first failed check on, also while it was not
 * yet confirmed; time that is new, paused, in maintenance or unknown does not count. */

typedef struct {
  gint64 at_us;
  guint state; /* TocsinState from then on */
} TocsinStateChange;

typedef struct {
  gint64 began_at;
  gint64 ended_at; /* 0: it is not over */
} TocsinOutage;

/* Adds up from..to. `before` (TocsinState) was the state before the first of `changes`; these and
 * `outages` are sorted by time, and outages do not overlap. `to_us` is no later than now. */
void tocsin_state_time_count (TocsinUptime *uptime, guint before, const TocsinStateChange *changes,
                              guint n_changes, const TocsinOutage *outages, guint n_outages,
                              gint64 from_us, gint64 to_us);

G_END_DECLS
