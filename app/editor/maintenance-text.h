/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "maintenance.h"

G_BEGIN_DECLS

/* A maintenance in words, and its members as people write them. */

/* How often it repeats, of which most people need only these. */
typedef enum {
  TOCSIN_REPEAT_NEVER,
  TOCSIN_REPEAT_DAILY,
  TOCSIN_REPEAT_WEEKLY,
  TOCSIN_REPEAT_MONTHLY,
  TOCSIN_REPEAT_CUSTOM,
} TocsinRepeat;

TocsinRepeat tocsin_repeat_of_rule (const char *rrule /* (nullable) */);
/* NULL for NEVER and CUSTOM. */
const char *tocsin_repeat_get_rule (TocsinRepeat repeat);

/* "2026-11-23T02:00:00" ↔ "2026-11-23 02:00". (transfer full) (nullable) */
char *tocsin_maintenance_text_start (const char *starts);
char *tocsin_maintenance_read_start (const char *text);

/* The next `n` times from `now_us` on, a line each: "Mon 23 Nov, 02:00 to 04:00", in its zone; a
 * sentence where there is none. (transfer full) */
char *tocsin_maintenance_text_next (const TocsinMaintenance *maintenance, gint64 now_us, guint n);

/* "All monitors", "2 monitors, web". (transfer full) */
char *tocsin_maintenance_text_scope (const TocsinMaintenance *maintenance);

G_END_DECLS
