/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "due-times"

#include "config.h"

#include "due-times.h"

guint
tocsin_due_times (const TocsinSchedule *schedule, gint64 last_us, gint64 now_us,
                  gint64 times[TOCSIN_DUE_TIMES])
{
  gint64 at_us;
  guint n = 0;

  g_return_val_if_fail (schedule != NULL && times != NULL, 0);

  if (schedule->kind == TOCSIN_SCHEDULE_EVERY && last_us == 0)
    return 0;
  at_us = schedule->kind == TOCSIN_SCHEDULE_EVERY ? last_us : now_us;
  while (n < TOCSIN_DUE_TIMES && (at_us = tocsin_schedule_next (schedule, at_us)) != 0)
    times[n++] = at_us;
  return n;
}
