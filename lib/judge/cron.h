/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Five-field cron as Debian's cron(8) reads it, and L, LW, 5L (the last Friday), FRI#2 (the second
 * Friday), @hourly and the like. A plain value. */
typedef struct {
  guint64 minutes;
  guint32 hours;
  guint32 days;               /* bits 1..31 */
  guint16 months;             /* bits 1..12 */
  guint8 weekdays;            /* bit 0 is Sunday */
  guint8 weekday_nth[7];      /* per weekday: bits 1..5 the n-th of the month, bit 0 the last */
  guint last_day : 1;         /* L */
  guint last_working_day : 1; /* LW: the last of Monday to Friday */
  guint days_both : 1;        /* a day field begins with `*`: both must match; else either may */
  guint elapsed : 1;          /* minute or hour begins with `*`: runs follow elapsed time */
} TocsinCron;

#define TOCSIN_CRON_BYTES 256

/* FALSE with an error that names the field and what it may be; also where no day of any year can
 * match. */
gboolean tocsin_cron_parse (const char *text, TocsinCron *cron, GError **error);

/* The first run strictly after `after_us`, or 0 where there is none within 50 years. A run at a
 * fixed hour and minute that falls in a gap moves to the first real minute after it, and runs once
 * in an overlap; others follow elapsed time. */
gint64 tocsin_cron_next (const TocsinCron *cron, GTimeZone *zone, gint64 after_us);

/* "at 03:00 on Monday to Friday", or NULL where it has no short sentence. (transfer full) */
char *tocsin_cron_to_words (const TocsinCron *cron);

G_END_DECLS
