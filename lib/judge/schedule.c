/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "schedule"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "field-bits.h"
#include "schedule.h"
#include "timetext.h"
#include "zone.h"

#define INTERVAL_LEAST_US TOCSIN_US_PER_S
#define INTERVAL_MOST_US  TOCSIN_HORIZON_US

static TocsinSchedule *
new_schedule (TocsinScheduleKind kind, const char *expression, const char *tz, GError **error)
{
  const char *name = tz != NULL && *tz != '\0' ? tz : "UTC";
  GTimeZone *zone = tocsin_zone_new (name, error);
  TocsinSchedule *schedule;

  if (zone == NULL)
    return NULL;
  schedule = g_new0 (TocsinSchedule, 1);
  schedule->kind = kind;
  schedule->expression = g_strdup (expression);
  schedule->tz = g_strdup (name);
  schedule->zone = zone;
  return schedule;
}

TocsinSchedule *
tocsin_schedule_new_every (gint64 interval_us, GError **error)
{
  g_autofree char *text = tocsin_span_to_text (interval_us);
  TocsinSchedule *schedule;

  if (interval_us < INTERVAL_LEAST_US || interval_us > INTERVAL_MOST_US) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID, "every %s: an interval is between 1s and 50 years",
                 text);
    return NULL;
  }
  schedule = new_schedule (TOCSIN_SCHEDULE_EVERY, text, NULL, error);
  if (schedule != NULL)
    schedule->interval_us = interval_us;
  return schedule;
}

TocsinSchedule *
tocsin_schedule_new_cron (const char *expression, const char *tz, GError **error)
{
  g_autoptr (TocsinSchedule) schedule = NULL;
  TocsinCron cron;

  g_return_val_if_fail (expression != NULL, NULL);

  if (!tocsin_cron_parse (expression, &cron, error))
    return NULL;
  schedule = new_schedule (TOCSIN_SCHEDULE_CRON, expression, tz, error);
  if (schedule == NULL)
    return NULL;
  schedule->cron = cron;
  /* The calendar has such a day; the zone may skip its hour every time. */
  if (tocsin_cron_next (&cron, schedule->zone, tocsin_civil_to_wall (2026, 1, 1, 0)) == 0) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID, "cron “%s”: never due in %s, whose clock skips it",
                 expression, schedule->tz);
    return NULL;
  }
  return g_steal_pointer (&schedule);
}

TocsinSchedule *
tocsin_schedule_new_calendar (const char *expression, const char *tz, GError **error)
{
  g_autoptr (TocsinSchedule) schedule = NULL;
  TocsinCalendar calendar = { 0 };

  g_return_val_if_fail (expression != NULL, NULL);

  if (!tocsin_calendar_parse (expression, &calendar, error))
    return NULL;
  schedule = new_schedule (TOCSIN_SCHEDULE_CALENDAR, expression,
                           calendar.tz != NULL ? calendar.tz : tz, error);
  if (schedule == NULL) {
    tocsin_calendar_clear (&calendar);
    return NULL;
  }
  schedule->calendar = calendar;
  if (!tocsin_calendar_ever (&calendar, schedule->zone)) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID,
                 "OnCalendar “%s”: never due in %s, whose clock skips it", expression,
                 schedule->tz);
    return NULL;
  }
  return g_steal_pointer (&schedule);
}

/* Cron has five fields, none with the colon of a time of day or the `..` of a range; or begins with
 * @. Whatever has as many is refused by cron with the better message. */
static gboolean
looks_like_cron (const char *text)
{
  g_auto (GStrv) words = NULL;
  guint n = 0;

  if (*text == '@')
    return TRUE;
  if (strchr (text, ':') != NULL || strstr (text, "..") != NULL || strchr (text, '~') != NULL)
    return FALSE;
  words = g_strsplit_set (text, " \t", -1);
  for (guint i = 0; words[i] != NULL; i++)
    n += *words[i] != '\0';
  return n >= 4;
}

TocsinSchedule *
tocsin_schedule_parse (const char *expression, const char *tz, GError **error)
{
  static const char every[] = "every ";
  g_autofree char *text = NULL;
  gint64 interval_us;
  gboolean says_every;

  g_return_val_if_fail (expression != NULL, NULL);

  if (!g_str_is_ascii (expression) || strlen (expression) > TOCSIN_SCHEDULE_BYTES) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID, "a schedule is plain ASCII of at most %d characters",
                 TOCSIN_SCHEDULE_BYTES);
    return NULL;
  }
  text = g_strstrip (g_strdup (expression));
  says_every = g_ascii_strncasecmp (text, every, strlen (every)) == 0;
  if (says_every) {
    if (!tocsin_span_from_text (text + strlen (every), &interval_us, error))
      return NULL;
    return tocsin_schedule_new_every (interval_us, error);
  }
  if (tocsin_span_from_text (text, &interval_us, NULL))
    return tocsin_schedule_new_every (interval_us, error);
  if (*text == '\0') {
    tocsin_fail (error, TOCSIN_ERROR_INVALID,
                 "the schedule is empty; such as 1h, “0 3 * * *” or “Mon..Fri 03:00” is wanted");
    return NULL;
  }
  return looks_like_cron (text) ? tocsin_schedule_new_cron (text, tz, error)
                                : tocsin_schedule_new_calendar (text, tz, error);
}

TocsinSchedule *
tocsin_schedule_new_for_monitor (const TocsinMonitor *monitor, GError **error)
{
  g_autoptr (GError) problem = NULL;
  const char *member;
  TocsinSchedule *schedule;

  g_return_val_if_fail (monitor != NULL, NULL);

  if (monitor->kind != TOCSIN_MONITOR_HEARTBEAT) {
    member = "interval";
    schedule = tocsin_schedule_new_every (monitor->interval_us, &problem);
  } else if (monitor->cron != NULL) {
    member = "cron";
    schedule = tocsin_schedule_new_cron (monitor->cron, monitor->tz, &problem);
  } else if (monitor->calendar != NULL) {
    member = "calendar";
    schedule = tocsin_schedule_new_calendar (monitor->calendar, monitor->tz, &problem);
  } else {
    member = "period";
    schedule = tocsin_schedule_new_every (monitor->period_us, &problem);
  }
  if (schedule == NULL)
    g_propagate_prefixed_error (error, g_steal_pointer (&problem),
                                "monitor “%s”: %s: ", monitor->name != NULL ? monitor->name : "",
                                member);
  return schedule;
}

void
tocsin_schedule_free (TocsinSchedule *schedule)
{
  if (schedule == NULL)
    return;
  tocsin_calendar_clear (&schedule->calendar);
  g_clear_pointer (&schedule->expression, g_free);
  g_clear_pointer (&schedule->tz, g_free);
  g_clear_pointer (&schedule->zone, g_time_zone_unref);
  g_free (schedule);
}

gint64
tocsin_schedule_next (const TocsinSchedule *schedule, gint64 after_at)
{
  g_return_val_if_fail (schedule != NULL, 0);

  switch (schedule->kind) {
  case TOCSIN_SCHEDULE_EVERY:
    return after_at > G_MAXINT64 - schedule->interval_us ? 0 : after_at + schedule->interval_us;
  case TOCSIN_SCHEDULE_CRON:
    return tocsin_cron_next (&schedule->cron, schedule->zone, after_at);
  case TOCSIN_SCHEDULE_CALENDAR:
    return tocsin_calendar_next (&schedule->calendar, schedule->zone, after_at);
  default:
    g_assert_not_reached ();
  }
}

char *
tocsin_schedule_to_words (const TocsinSchedule *schedule)
{
  g_autofree char *words = NULL;

  g_return_val_if_fail (schedule != NULL, NULL);

  if (schedule->kind == TOCSIN_SCHEDULE_EVERY) {
    words = tocsin_span_to_words (schedule->interval_us);
    return g_strconcat ("every ", words, NULL);
  }
  words = schedule->kind == TOCSIN_SCHEDULE_CRON ? tocsin_cron_to_words (&schedule->cron)
                                                 : tocsin_calendar_to_words (&schedule->calendar);
  if (words == NULL)
    words =
        g_strdup_printf ("%s “%s”", schedule->kind == TOCSIN_SCHEDULE_CRON ? "cron" : "OnCalendar",
                         schedule->expression);
  return g_strconcat (words, ", ", schedule->tz, NULL);
}
