/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "maintenance-windows"

#include "config.h"

#include <libical/ical.h>
#include <stdio.h>
#include <string.h>

#include "errors.h"
#include "field-bits.h"
#include "maintenance-windows.h"
#include "timetext.h"
#include "zone.h"

#define DURATION_LEAST_US TOCSIN_US_PER_MIN
#define DURATION_MOST_US  (366 * TOCSIN_US_PER_DAY)
#define RULE_BYTES        1000
#define RULE_COUNT_MOST   10000 /* occurrences of a COUNT: only a walk finds them */
#define MERGED_MOST       400   /* windows that touch, seen as one */

/* libical expands the rule in floating local time, so that its own zones are never loaded; the
 * zone is GLib's, which is the system's. */
typedef struct {
  const TocsinMaintenance *maintenance;
  GTimeZone *zone;              /* (owned) */
  icalrecur_iterator *iterator; /* (owned) (nullable) for one that comes once */
  gint64 first_wall;            /* the start, as it was written */
  gint64 last_at;               /* of the occurrence that came last */
  gboolean over;
} Walk;

static void
walk_clear (Walk *walk)
{
  g_clear_pointer (&walk->iterator, icalrecur_iterator_free);
  g_clear_pointer (&walk->zone, g_time_zone_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Walk, walk_clear)

/* "2026-11-23T02:00:00" or without seconds; a zone or an offset would say something else. */
static gboolean
read_wall (const char *text, gint64 *wall_us)
{
  static const char form[] = "dddd-dd-ddTdd:dd:dd";
  gsize length = text == NULL ? 0 : strlen (text);
  int year, month, day, hour, minute, second = 0;

  if (length != strlen (form) && length != strlen ("dddd-dd-ddTdd:dd"))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (form[i] == 'd' ? !g_ascii_isdigit (text[i]) : text[i] != form[i])
      return FALSE;
  if (sscanf (text, "%4d-%2d-%2dT%2d:%2d:%2d", &year, &month, &day, &hour, &minute, &second) < 5)
    return FALSE;
  if (year < 1970 || year > 2200 || month < 1 || month > 12 || day < 1 ||
      day > tocsin_civil_days_in_month (year, month) || hour > 23 || minute > 59 || second > 59)
    return FALSE;
  *wall_us = tocsin_civil_to_wall (year, month, day,
                                   ((hour * 60 + minute) * 60 + second) * TOCSIN_US_PER_S);
  return TRUE;
}

static struct icaltimetype
wall_to_ical (gint64 wall_us)
{
  TocsinCivil civil = tocsin_civil_from_wall (wall_us);
  int seconds = (int) (civil.time_us / TOCSIN_US_PER_S);
  struct icaltimetype time = icaltime_null_time ();

  time.year = civil.year;
  time.month = civil.month;
  time.day = civil.day;
  time.hour = seconds / 3600;
  time.minute = seconds / 60 % 60;
  time.second = seconds % 60;
  return time;
}

static gint64
ical_to_wall (struct icaltimetype time)
{
  return tocsin_civil_to_wall (time.year, time.month, time.day,
                               ((time.hour * 60 + time.minute) * 60 + time.second) *
                                   TOCSIN_US_PER_S);
}

static gboolean
has_rare_part (const char *rule)
{
  static const char *const parts[] = { "BYMONTH", "BYYEARDAY", "BYWEEKNO", "BYSETPOS" };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (strstr (rule, parts[i]) != NULL)
      return TRUE;
  return FALSE;
}

static gboolean
read_rule (const char *text, GTimeZone *zone, struct icalrecurrencetype *rule, GError **error)
{
  g_autofree char *upper = g_ascii_strup (text, -1);

  if (!g_str_is_ascii (text) || strlen (text) > RULE_BYTES)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "rrule: plain ASCII of at most %d bytes",
                        RULE_BYTES);
  if (strstr (upper, "RSCALE") != NULL)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "rrule: RSCALE is not supported; dates are Gregorian");
  *rule = icalrecurrencetype_from_string (text);
  if (rule->freq == ICAL_NO_RECURRENCE || rule->interval < 1)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "rrule: “%s” is no rule of RFC 5545, such as FREQ=WEEKLY;BYDAY=SU", text);
  if (rule->freq == ICAL_SECONDLY_RECURRENCE || rule->freq == ICAL_MINUTELY_RECURRENCE ||
      rule->by_second[0] != ICAL_RECURRENCE_ARRAY_MAX)
    return tocsin_fail (
        error, TOCSIN_ERROR_INVALID,
        "rrule: FREQ is HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY, without BYSECOND");
  /* Hour by hour, a date that is rare or never comes takes libical many seconds to look for. */
  if (rule->freq == ICAL_HOURLY_RECURRENCE && has_rare_part (upper))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "rrule: FREQ=HOURLY goes with BYHOUR, BYMINUTE and BYDAY only; "
                        "use FREQ=DAILY with BYHOUR");
  if (rule->count > RULE_COUNT_MOST)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "rrule: COUNT is above the most, %d",
                        RULE_COUNT_MOST);
  if (icaltime_is_null_time (rule->until))
    return TRUE;
  if (rule->until.is_date)
    rule->until = wall_to_ical (ical_to_wall (rule->until) + TOCSIN_US_PER_DAY - TOCSIN_US_PER_S);
  else if (icaltime_is_utc (rule->until))
    rule->until = wall_to_ical (tocsin_zone_to_wall (zone, ical_to_wall (rule->until)));
  return TRUE;
}

/* The walk over occurrences whose wall time is `from_wall` or later, perhaps some before. */
static gboolean
walk_open (Walk *walk, const TocsinMaintenance *maintenance, gint64 from_wall, GError **error)
{
  struct icalrecurrencetype rule;
  gint64 begin_wall;

  walk->maintenance = maintenance;
  walk->last_at = G_MININT64;
  if (!read_wall (maintenance->starts, &walk->first_wall))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "starts: “%s” is no local time such as 2026-11-23T02:00:00",
                        maintenance->starts != NULL ? maintenance->starts : "");
  walk->zone = tocsin_zone_new (maintenance->tz != NULL ? maintenance->tz : "UTC", error);
  if (walk->zone == NULL) {
    g_prefix_error (error, "tz: ");
    return FALSE;
  }
  if (maintenance->rrule == NULL || *maintenance->rrule == '\0')
    return TRUE;
  if (!read_rule (maintenance->rrule, walk->zone, &rule, error))
    return FALSE;
  begin_wall = walk->first_wall;
  /* libical loses the interval of hours when it jumps, so the beat is kept here. */
  if (rule.freq == ICAL_HOURLY_RECURRENCE && rule.count == 0 && from_wall > begin_wall) {
    gint64 beat_us = rule.interval * TOCSIN_US_PER_HOUR;

    begin_wall += (from_wall - begin_wall) / beat_us * beat_us;
  }
  walk->iterator = icalrecur_iterator_new (rule, wall_to_ical (begin_wall));
  if (walk->iterator == NULL)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "rrule: “%s” never comes, or joins parts that exclude each other",
                        maintenance->rrule);
  if (rule.count == 0 && from_wall > walk->first_wall) {
    struct icaltimetype from = wall_to_ical (from_wall);

    if (!icaltime_is_null_time (rule.until) && icaltime_compare (from, rule.until) > 0)
      walk->over = TRUE;
    else if (rule.freq != ICAL_HOURLY_RECURRENCE)
      icalrecur_iterator_set_start (walk->iterator, from);
  }
  return TRUE;
}

static gboolean
is_excepted (const TocsinMaintenance *maintenance, gint64 wall)
{
  gint64 except;

  for (guint i = 0; maintenance->except != NULL && maintenance->except[i] != NULL; i++)
    if (read_wall (maintenance->except[i], &except) && except == wall)
      return TRUE;
  return FALSE;
}

static gboolean
walk_next_wall (Walk *walk, gint64 *wall)
{
  struct icaltimetype time;

  if (walk->over)
    return FALSE;
  if (walk->iterator == NULL) {
    walk->over = TRUE;
    *wall = walk->first_wall;
    return TRUE;
  }
  time = icalrecur_iterator_next (walk->iterator);
  if (icaltime_is_null_time (time)) {
    walk->over = TRUE;
    return FALSE;
  }
  *wall = ical_to_wall (time);
  return TRUE;
}

/* The next occurrence that begins at `until_at` or before. */
static gboolean
walk_next (Walk *walk, gint64 until_at, TocsinMaintenanceSpan *span)
{
  gint64 wall, at;

  while (walk_next_wall (walk, &wall)) {
    if (is_excepted (walk->maintenance, wall))
      continue;
    tocsin_zone_from_wall (walk->zone, wall, &at);
    if (at > until_at) {
      walk->over = TRUE;
      return FALSE;
    }
    if (at <= walk->last_at) /* two that fell in the same gap */
      continue;
    walk->last_at = at;
    *span = (TocsinMaintenanceSpan){ at, at + walk->maintenance->duration_us };
    return TRUE;
  }
  return FALSE;
}

/* Opens the walk so that it brings every occurrence that ends after `after_us`. */
static gboolean
walk_open_at (Walk *walk, const TocsinMaintenance *maintenance, gint64 after_us)
{
  /* Two days of slack: what a zone is away from UTC, and an overlap. */
  gint64 from = after_us - maintenance->duration_us - 2 * TOCSIN_US_PER_DAY;

  if (after_us < TOCSIN_INSTANT_LEAST_US || after_us > TOCSIN_INSTANT_MOST_US ||
      maintenance->duration_us < DURATION_LEAST_US || maintenance->duration_us > DURATION_MOST_US)
    return FALSE;
  return walk_open (walk, maintenance, from, NULL);
}

gboolean
tocsin_maintenance_check (const TocsinMaintenance *maintenance, GError **error)
{
  g_auto (Walk) walk = { 0 };
  gint64 wall;

  g_return_val_if_fail (maintenance != NULL, FALSE);

  if (maintenance->duration_us < DURATION_LEAST_US || maintenance->duration_us > DURATION_MOST_US) {
    g_autofree char *text = tocsin_span_to_text (maintenance->duration_us);

    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "duration: %s is not within 1m and 366d",
                        text);
  }
  for (guint i = 0; maintenance->except != NULL && maintenance->except[i] != NULL; i++)
    if (!read_wall (maintenance->except[i], &wall))
      return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                          "except: “%s” is no local time such as 2026-11-23T02:00:00",
                          maintenance->except[i]);
  if (!walk_open (&walk, maintenance, G_MININT64, error))
    return FALSE;
  if (!walk_next_wall (&walk, &wall))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "rrule: “%s” never comes after the start",
                        maintenance->rrule);
  return TRUE;
}

gboolean
tocsin_maintenance_is_active_at (const TocsinMaintenance *maintenance, gint64 at_us,
                                 gint64 *ends_at)
{
  g_auto (Walk) walk = { 0 };
  TocsinMaintenanceSpan span;
  gint64 end_at = at_us;
  guint n_merged = 0;

  g_return_val_if_fail (maintenance != NULL, FALSE);

  if (!walk_open_at (&walk, maintenance, at_us))
    return FALSE;
  /* What begins by now, or before what is on ends, prolongs it. */
  while (n_merged < MERGED_MOST && walk_next (&walk, end_at, &span)) {
    if (span.ends_at <= at_us)
      continue;
    end_at = MAX (end_at, span.ends_at);
    n_merged++;
    if (ends_at == NULL)
      return TRUE;
  }
  if (n_merged > 0)
    *ends_at = end_at;
  return n_merged > 0;
}

guint
tocsin_maintenance_next (const TocsinMaintenance *maintenance, gint64 after_us,
                         TocsinMaintenanceSpan *spans, guint n)
{
  g_auto (Walk) walk = { 0 };
  TocsinMaintenanceSpan span;
  guint found = 0;

  g_return_val_if_fail (maintenance != NULL && spans != NULL, 0);

  if (!walk_open_at (&walk, maintenance, after_us))
    return 0;
  while (found < n && walk_next (&walk, after_us + TOCSIN_HORIZON_US, &span))
    if (span.ends_at > after_us)
      spans[found++] = span;
  return found;
}

gint64
tocsin_maintenance_next_change (const TocsinMaintenance *maintenance, gint64 after_us)
{
  TocsinMaintenanceSpan next;
  gint64 ends_at;

  if (tocsin_maintenance_is_active_at (maintenance, after_us, &ends_at))
    return ends_at;
  return tocsin_maintenance_next (maintenance, after_us, &next, 1) == 1 ? next.starts_at : 0;
}
