/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What cron and OnCalendar share: fields as bit sets, the walk from day to day, the sentence. */

#define TOCSIN_BITS_HOURS    ((G_GUINT64_CONSTANT (1) << 24) - 1)
#define TOCSIN_BITS_MINUTES  ((G_GUINT64_CONSTANT (1) << 60) - 1)
#define TOCSIN_BITS_MONTHS   0x1ffeu
#define TOCSIN_BITS_DAYS     0xfffffffeu
#define TOCSIN_BITS_WEEKDAYS 0x7fu

/* 50 years of the mean Gregorian length: nobody plans further. */
#define TOCSIN_HORIZON_US (50 * G_GINT64_CONSTANT (31556952) * G_USEC_PER_SEC)
/* The years 1 and 9900: arithmetic on anything between cannot overflow. */
#define TOCSIN_INSTANT_LEAST_US (G_GINT64_CONSTANT (-62135596800) * G_USEC_PER_SEC)
#define TOCSIN_INSTANT_MOST_US  (G_GINT64_CONSTANT (250247404800) * G_USEC_PER_SEC)

/* The least bit of `bits` that is at least `from`, or -1. */
int tocsin_bits_next (guint64 bits, int from);

/* The days (bits 1..31) of a month that are one of `weekdays`. */
guint32 tocsin_bits_weekdays_in_month (guint8 weekdays, int year, int month);

/* The days (bits 1..31) of a month that a rule means; 0: none. */
typedef guint32 (*TocsinMonthDays) (gconstpointer rule, int year, int month);

/* Moves to the first day that the rule means and that is not before year-month-day; FALSE where
 * `year_last` passes first. */
gboolean tocsin_bits_next_day (TocsinMonthDays days, gconstpointer rule, int year_last, int *year,
                               int *month, int *day);

/* The fields of a sentence for people. */
typedef struct {
  guint64 minutes;
  guint32 hours;
  guint32 days; /* bits 1..31; bit 0 is the last of the month */
  guint16 months;
  guint8 weekdays;
  gboolean either; /* a weekday or a day of the month: both are restricted, one is enough */
} TocsinWordsFields;

/* "every 5 minutes on Monday to Friday"; NULL where it would not be short. (transfer full) */
char *tocsin_bits_to_words (const TocsinWordsFields *fields);

G_END_DECLS
