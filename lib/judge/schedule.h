/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "calendar.h"
#include "cron.h"
#include "monitor.h"

G_BEGIN_DECLS

/* When something is due: every so often, by cron, or by OnCalendar. */
typedef enum {
  TOCSIN_SCHEDULE_EVERY,
  TOCSIN_SCHEDULE_CRON,
  TOCSIN_SCHEDULE_CALENDAR,
} TocsinScheduleKind;

#define TOCSIN_SCHEDULE_BYTES 256 /* of an expression */
/* Nobody plans further: what is not due within this is never due. */
#define TOCSIN_SCHEDULE_HORIZON_YEARS 50

typedef struct {
  TocsinScheduleKind kind;
  gint64 interval_us;      /* every */
  TocsinCron cron;         /* cron */
  TocsinCalendar calendar; /* calendar */
  char *expression;        /* (owned) as it was written */
  char *tz;                /* (owned) the zone's name */
  GTimeZone *zone;         /* (owned) */
} TocsinSchedule;

/* Reads an expression in whichever of the three languages it is: a span ("1h", "every 90s"), cron
 * ("0 3 * * *", "@daily") or OnCalendar ("Mon..Fri 03:00", "daily"). `tz` (nullable: UTC) is the
 * IANA zone that the fields are read in; a zone at the end of an OnCalendar expression wins. NULL
 * with an error where it is none of them, or never due. */
TocsinSchedule *tocsin_schedule_parse (const char *expression, const char *tz, GError **error);

TocsinSchedule *tocsin_schedule_new_every (gint64 interval_us, GError **error);
TocsinSchedule *tocsin_schedule_new_cron (const char *expression, const char *tz, GError **error);
TocsinSchedule *tocsin_schedule_new_calendar (const char *expression, const char *tz,
                                              GError **error);

/* A heartbeat's period, cron or calendar, whichever is set; any other kind's interval. The error
 * starts with the monitor's name and the member. */
TocsinSchedule *tocsin_schedule_new_for_monitor (const TocsinMonitor *monitor, GError **error);

void tocsin_schedule_free (TocsinSchedule *schedule);

/* When it is next due, strictly after `after_at`, or 0 where it never is within 50 years. */
gint64 tocsin_schedule_next (const TocsinSchedule *schedule, gint64 after_at);

/* For people: "every 1 h", "at 03:00 on Monday to Friday, Europe/Berlin"; quotes the expression
 * where there is no short sentence for it. (transfer full) */
char *tocsin_schedule_to_words (const TocsinSchedule *schedule);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinSchedule, tocsin_schedule_free)

G_END_DECLS
