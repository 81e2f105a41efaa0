/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "calendar"

#include "config.h"

#include <string.h>

#include "calendar-private.h"
#include "errors.h"
#include "field-bits.h"
#include "timetext.h"
#include "zone.h"

static guint32
month_days (gconstpointer rule, int year, int month)
{
  const TocsinCalendar *calendar = rule;
  int n = year - TOCSIN_CALENDAR_YEAR_FIRST;
  guint32 days;

  if (n < 0 || year > TOCSIN_CALENDAR_YEAR_LAST || (calendar->years[n / 64] >> n % 64 & 1) == 0 ||
      (calendar->months >> month & 1) == 0)
    return 0;
  days = calendar->days[tocsin_civil_days_in_month (year, month) - TOCSIN_CALENDAR_MONTH_LEAST];
  if (days == 0 || calendar->weekdays == TOCSIN_BITS_WEEKDAYS)
    return days;
  return days & tocsin_bits_weekdays_in_month (calendar->weekdays, year, month);
}

/* The least time within a minute that is at least `from_us`, or -1. */
static gint64
next_second (const TocsinCalendar *calendar, gint64 from_us)
{
  gint64 least = -1;

  for (guint i = 0; i < calendar->n_seconds; i++) {
    const TocsinCalendarSeconds *part = &calendar->seconds[i];
    gint64 us = part->start_us;

    if (us < from_us && part->repeat_us > 0)
      us += (from_us - us + part->repeat_us - 1) / part->repeat_us * part->repeat_us;
    if (us >= from_us && us <= part->stop_us && (least < 0 || us < least))
      least = us;
  }
  return least;
}

/* The least time of a day that is at least `from_us`, or -1. */
static gint64
next_time (const TocsinCalendar *calendar, gint64 from_us)
{
  int from = (int) (from_us / TOCSIN_US_PER_MIN);
  gint64 second = next_second (calendar, from_us % TOCSIN_US_PER_MIN);
  int hour, minute;

  if (second < 0)
    from++;
  hour = tocsin_bits_next (calendar->hours, from / 60);
  minute = tocsin_bits_next (calendar->minutes, hour == from / 60 ? from % 60 : 0);
  if (hour >= 0 && minute < 0) {
    hour = tocsin_bits_next (calendar->hours, hour + 1);
    minute = tocsin_bits_next (calendar->minutes, 0);
  }
  if (hour < 0)
    return -1;
  if (second < 0 || hour * 60 + minute != (int) (from_us / TOCSIN_US_PER_MIN))
    second = next_second (calendar, 0);
  return (hour * 60 + minute) * TOCSIN_US_PER_MIN + second;
}

gboolean
tocsin_calendar_next_wall (const TocsinCalendar *calendar, gint64 wall_us, gint64 *next_us)
{
  TocsinCivil from = tocsin_civil_from_wall (wall_us + 1);
  int year = from.year, month = from.month, day = from.day;
  gint64 time_us = -1;

  if (year < TOCSIN_CALENDAR_YEAR_FIRST) {
    from = (TocsinCivil){ .year = TOCSIN_CALENDAR_YEAR_FIRST, .month = 1, .day = 1 };
    year = from.year, month = 1, day = 1;
  }
  if (!tocsin_bits_next_day (month_days, calendar, TOCSIN_CALENDAR_YEAR_LAST, &year, &month, &day))
    return FALSE;
  if (year == from.year && month == from.month && day == from.day) {
    time_us = next_time (calendar, from.time_us);
    if (time_us < 0) {
      day++;
      if (!tocsin_bits_next_day (month_days, calendar, TOCSIN_CALENDAR_YEAR_LAST, &year, &month,
                                 &day))
        return FALSE;
    }
  }
  if (time_us < 0)
    time_us = next_time (calendar, 0);
  *next_us = tocsin_civil_to_wall (year, month, day, time_us);
  return TRUE;
}

/* An out parameter, since 0 is an instant too. */
static gboolean
next_until (const TocsinCalendar *calendar, GTimeZone *zone, gint64 after_us, gint64 until_us,
            gint64 *next_us)
{
  gint64 wall = tocsin_zone_latest_wall (zone, after_us), at;

  while (tocsin_calendar_next_wall (calendar, wall, &wall)) {
    TocsinWallKind kind = tocsin_zone_from_wall (zone, wall, &at);

    if (at > until_us)
      return FALSE;
    if (kind != TOCSIN_WALL_NEVER) {
      *next_us = at;
      return TRUE;
    }
    wall = tocsin_zone_to_wall (zone, at) - 1;
  }
  return FALSE;
}

gint64
tocsin_calendar_next (const TocsinCalendar *calendar, GTimeZone *zone, gint64 after_us)
{
  gint64 next_us;

  g_return_val_if_fail (calendar != NULL && zone != NULL, 0);

  if (after_us > TOCSIN_INSTANT_MOST_US)
    return 0;
  after_us = MAX (after_us, TOCSIN_INSTANT_LEAST_US);
  return next_until (calendar, zone, after_us, after_us + TOCSIN_HORIZON_US, &next_us) ? next_us
                                                                                       : 0;
}

gboolean
tocsin_calendar_ever (const TocsinCalendar *calendar, GTimeZone *zone)
{
  gint64 before = tocsin_civil_to_wall (TOCSIN_CALENDAR_YEAR_FIRST, 1, 1, 0) - TOCSIN_US_PER_DAY;
  gint64 next_us;

  g_return_val_if_fail (calendar != NULL && zone != NULL, FALSE);

  return next_until (calendar, zone, before, TOCSIN_INSTANT_MOST_US, &next_us);
}

void
tocsin_calendar_clear (TocsinCalendar *calendar)
{
  g_clear_pointer (&calendar->seconds, g_free);
  g_clear_pointer (&calendar->tz, g_free);
  calendar->n_seconds = 0;
}

char *
tocsin_calendar_to_words (const TocsinCalendar *calendar)
{
  TocsinWordsFields words = {
    .minutes = calendar->minutes,
    .hours = calendar->hours,
    .days = calendar->days[3],
    .months = calendar->months,
    .weekdays = calendar->weekdays,
  };
  int n_years = TOCSIN_CALENDAR_YEAR_LAST - TOCSIN_CALENDAR_YEAR_FIRST + 1;

  if (calendar->n_seconds != 1 || calendar->seconds[0].start_us != 0 ||
      calendar->seconds[0].repeat_us != 0)
    return NULL;
  for (int n = 0; n < n_years; n++)
    if ((calendar->years[n / 64] >> n % 64 & 1) == 0)
      return NULL;
  /* `~` has other days in months of other lengths; the last alone has words. */
  for (guint i = 0; i < TOCSIN_CALENDAR_MONTH_LENGTHS; i++) {
    guint length = TOCSIN_CALENDAR_MONTH_LEAST + i;
    guint32 within = (guint32) ((G_GUINT64_CONSTANT (2) << length) - 1);

    if (calendar->days[i] == (calendar->days[3] & within))
      continue;
    if (calendar->days[i] != 1u << length || calendar->days[3] != 1u << 31)
      return NULL;
    words.days = 1;
  }
  return tocsin_bits_to_words (&words);
}
