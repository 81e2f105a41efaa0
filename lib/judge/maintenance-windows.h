/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "maintenance.h"

G_BEGIN_DECLS

/* When a maintenance is on. Its occurrences are wall times in its zone, expanded by RFC 5545; its
 * duration is elapsed time. An occurrence in a gap begins where the gap ends, one in an overlap at
 * the first pass. Windows that touch or overlap are one for `is_active_at`. */

/* An instant beyond which no occurrence is looked for: 50 years after the question. */
#define TOCSIN_MAINTENANCE_HORIZON_YEARS 50

typedef struct {
  gint64 starts_at;
  gint64 ends_at; /* exclusive */
} TocsinMaintenanceSpan;

/* Start, zone, rule, exceptions and duration; the error names the member. */
gboolean tocsin_maintenance_check (const TocsinMaintenance *maintenance, GError **error);

/* Whether it is on at `at_us`; `ends_at` (nullable) is when it will be over, set only where it is
 * on. A maintenance that does not pass the check is never on. */
gboolean tocsin_maintenance_is_active_at (const TocsinMaintenance *maintenance, gint64 at_us,
                                          gint64 *ends_at);

/* The next occurrences that end after `after_us`, in order, `n` at most: one that is on comes
 * first. Answers how many there are. */
guint tocsin_maintenance_next (const TocsinMaintenance *maintenance, gint64 after_us,
                               TocsinMaintenanceSpan *spans, guint n);

/* The first instant strictly after `after_us` at which it begins or ends, or 0 where there is none:
 * what a timer is set to. */
gint64 tocsin_maintenance_next_change (const TocsinMaintenance *maintenance, gint64 after_us);

G_END_DECLS
