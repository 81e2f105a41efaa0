/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "zone"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "timetext.h"
#include "zone.h"

/* The old names with digits that the IANA database still lists at its top level; anything else of
 * that look is a POSIX rule, which is no name of a place. */
static const char *const names_with_digits[] = { "CST6CDT", "EST5EDT", "GMT0",    "GMT+0",
                                                 "GMT-0",   "MST7MDT", "PST8PDT", NULL };

static gint64
floor_div (gint64 a, gint64 b)
{
  return a / b - (a % b < 0 ? 1 : 0);
}

/* GLib takes offsets, POSIX rules and paths as well, and warns of files that are no zones: what
 * reaches it must look like a name of the database. */
static gboolean
looks_like_a_name (const char *name)
{
  gboolean starts = TRUE, digits = FALSE;

  if (strlen (name) < 2 || strlen (name) > TOCSIN_ZONE_NAME_BYTES)
    return FALSE;
  for (const char *c = name; *c != '\0'; c++) {
    if (starts ? !g_ascii_isupper (*c) : !g_ascii_isalnum (*c) && strchr ("_+-/", *c) == NULL)
      return FALSE;
    starts = *c == '/';
    digits |= g_ascii_isdigit (*c);
  }
  if (starts)
    return FALSE;
  return !digits || strchr (name, '/') != NULL || g_strv_contains (names_with_digits, name);
}

GTimeZone *
tocsin_zone_new (const char *name, GError **error)
{
  GTimeZone *zone;

  g_return_val_if_fail (name != NULL, NULL);

  zone = looks_like_a_name (name) ? g_time_zone_new_identifier (name) : NULL;
  if (zone == NULL)
    tocsin_fail (error, TOCSIN_ERROR_INVALID,
                 "“%s” is no time zone here; an IANA name is wanted, such as Europe/Berlin or UTC",
                 g_utf8_validate (name, -1, NULL) ? name : "…");
  return zone;
}

gint64
tocsin_zone_offset_at (GTimeZone *zone, gint64 at_us)
{
  int interval =
      g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, floor_div (at_us, TOCSIN_US_PER_S));

  return g_time_zone_get_offset (zone, MAX (interval, 0)) * TOCSIN_US_PER_S;
}

gint64
tocsin_zone_to_wall (GTimeZone *zone, gint64 at_us)
{
  return at_us + tocsin_zone_offset_at (zone, at_us);
}

gint64
tocsin_zone_next_change (GTimeZone *zone, gint64 after_us, gint64 until_us)
{
  gint64 offset = tocsin_zone_offset_at (zone, after_us);
  gint64 same_s = floor_div (after_us, TOCSIN_US_PER_S);
  gint64 other_s = floor_div (until_us, TOCSIN_US_PER_S); /* changes come on whole seconds */

  if (until_us <= after_us || tocsin_zone_offset_at (zone, until_us) == offset)
    return 0;
  while (other_s - same_s > 1) {
    gint64 middle_s = same_s + (other_s - same_s) / 2;

    if (tocsin_zone_offset_at (zone, middle_s * TOCSIN_US_PER_S) == offset)
      same_s = middle_s;
    else
      other_s = middle_s;
  }
  return other_s * TOCSIN_US_PER_S;
}

TocsinWallKind
tocsin_zone_from_wall (GTimeZone *zone, gint64 wall_us, gint64 *at_us)
{
  /* No zone is a day from UTC: these two instants are surely before and after the wall time. */
  gint64 before = tocsin_zone_offset_at (zone, wall_us - TOCSIN_US_PER_DAY);
  gint64 after = tocsin_zone_offset_at (zone, wall_us + TOCSIN_US_PER_DAY);
  gboolean is_before, is_after;

  *at_us = wall_us - before;
  if (before == after)
    return TOCSIN_WALL_ONCE;
  is_before = tocsin_zone_offset_at (zone, wall_us - before) == before;
  is_after = tocsin_zone_offset_at (zone, wall_us - after) == after;
  if (is_before)
    return is_after ? TOCSIN_WALL_TWICE : TOCSIN_WALL_ONCE;
  if (is_after) {
    *at_us = wall_us - after;
    return TOCSIN_WALL_ONCE;
  }
  *at_us = tocsin_zone_next_change (zone, wall_us - TOCSIN_US_PER_DAY, wall_us + TOCSIN_US_PER_DAY);
  return TOCSIN_WALL_NEVER;
}

gint64
tocsin_zone_latest_wall (GTimeZone *zone, gint64 at_us)
{
  gint64 wall = tocsin_zone_to_wall (zone, at_us), first, change;

  if (tocsin_zone_from_wall (zone, wall, &first) != TOCSIN_WALL_TWICE || first == at_us)
    return wall;
  change = tocsin_zone_next_change (zone, first, at_us);
  return change + tocsin_zone_offset_at (zone, first) - 1;
}

/* Days since the epoch and back, by eras of 400 years whose years begin in March, so that the leap
 * day is the last of a year. */
#define ERA_DAYS            146097
#define EPOCH_FROM_ERA_DAYS 719468 /* from 0000-03-01 to 1970-01-01 */

static gint64
days_from_civil (int year, int month, int day)
{
  gint64 y = month > 2 ? year : year - 1;
  gint64 era = floor_div (y, 400), year_of_era = y - era * 400;
  gint64 day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

  return era * ERA_DAYS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         EPOCH_FROM_ERA_DAYS;
}

TocsinCivil
tocsin_civil_from_wall (gint64 wall_us)
{
  gint64 epoch_day = floor_div (wall_us, TOCSIN_US_PER_DAY);
  gint64 days = epoch_day + EPOCH_FROM_ERA_DAYS;
  gint64 era = floor_div (days, ERA_DAYS), day_of_era = days - era * ERA_DAYS;
  gint64 year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  gint64 day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  gint64 march_month = (5 * day_of_year + 2) / 153;
  int month = (int) (march_month < 10 ? march_month + 3 : march_month - 9);

  return (TocsinCivil){
    .year = (int) (year_of_era + era * 400 + (month <= 2)),
    .month = month,
    .day = (int) (day_of_year - (153 * march_month + 2) / 5 + 1),
    .time_us = wall_us - epoch_day * TOCSIN_US_PER_DAY,
  };
}

gint64
tocsin_civil_to_wall (int year, int month, int day, gint64 time_us)
{
  return days_from_civil (year, month, day) * TOCSIN_US_PER_DAY + time_us;
}

int
tocsin_civil_days_in_month (int year, int month)
{
  static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  gboolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

  return days[month - 1] + (month == 2 && leap);
}

int
tocsin_civil_weekday (int year, int month, int day)
{
  gint64 since_sunday = days_from_civil (year, month, day) + 4; /* the epoch is a Thursday */

  return (int) (since_sunday - floor_div (since_sunday, 7) * 7);
}
