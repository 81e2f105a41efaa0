/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* OnCalendar expressions of systemd.time(7), in all their forms, with fractions of a second. */

#define TOCSIN_CALENDAR_BYTES      256
#define TOCSIN_CALENDAR_YEAR_FIRST 1970
#define TOCSIN_CALENDAR_YEAR_LAST  2199

typedef struct {
  gint64 start_us;
  gint64 stop_us;   /* inclusive */
  gint64 repeat_us; /* 0: `start_us` alone */
} TocsinCalendarSeconds;

typedef struct {
  guint64 years[4]; /* bit 0 of the first is 1970 */
  guint32 days[4];  /* bits 1..31, for months of 28, 29, 30 and 31 days: `~` counts from the end */
  guint16 months;   /* bits 1..12 */
  guint8 weekdays;  /* bit 0 is Sunday */
  guint32 hours;
  guint64 minutes;
  TocsinCalendarSeconds *seconds; /* (owned) */
  guint n_seconds;
  char *tz; /* (owned) (nullable) the zone at its end */
} TocsinCalendar;

/* FALSE with an error that names the part; also where no day of 1970 to 2199 can match. `calendar`
 * is to be cleared. */
gboolean tocsin_calendar_parse (const char *text, TocsinCalendar *calendar, GError **error);
void tocsin_calendar_clear (TocsinCalendar *calendar);

/* The first time strictly after `after_us`, or 0 where there is none within 50 years. Times in a
 * gap are skipped, times in an overlap come once. `zone` is the caller's: calendar->tz where that
 * is set. */
gint64 tocsin_calendar_next (const TocsinCalendar *calendar, GTimeZone *zone, gint64 after_us);

/* Whether any time from 1970 to 2199 matches in `zone`. */
gboolean tocsin_calendar_ever (const TocsinCalendar *calendar, GTimeZone *zone);

/* "at 03:00 on Monday to Friday", or NULL where it has no short sentence. (transfer full) */
char *tocsin_calendar_to_words (const TocsinCalendar *calendar);

G_END_DECLS
