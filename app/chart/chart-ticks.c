/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "chart-ticks"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "chart-ticks.h"
#include "timetext.h"

#define TICKS_MOST 200 /* whatever is asked for */

static void
clear_tick (gpointer tick)
{
  g_free (((TocsinTick *) tick)->label);
}

static GArray *
ticks_new (void)
{
  GArray *ticks = g_array_new (FALSE, FALSE, sizeof (TocsinTick));

  g_array_set_clear_func (ticks, clear_tick);
  return ticks;
}

static void
add (GArray *ticks, double value, char *label)
{
  TocsinTick tick = { .value = value, .label = label };

  g_array_append_val (ticks, tick);
}

/* --- latencies --- */

static char *
latency_label (double us)
{
  if (us < TOCSIN_US_PER_MS && us > 0)
    return g_strdup_printf (_ ("%g µs"), us);
  if (us < TOCSIN_US_PER_S)
    return g_strdup_printf (_ ("%g ms"), us / TOCSIN_US_PER_MS);
  return g_strdup_printf (_ ("%g s"), us / TOCSIN_US_PER_S);
}

/* The least of 1, 2 and 5 times a power of ten that is no less than `raw`. */
static double
round_step (double raw)
{
  double power = pow (10, floor (log10 (raw)));
  double share = raw / power;

  if (share <= 1.000001)
    return power;
  if (share <= 2.000001)
    return 2 * power;
  return share <= 5.000001 ? 5 * power : 10 * power;
}

static void
add_decades (GArray *ticks, const TocsinScale *scale, guint most)
{
  static const double within[] = { 1, 2, 5 };
  guint n_decades = (guint) lround (log10 (scale->most / scale->least)) + 1;
  guint n_within = n_decades * G_N_ELEMENTS (within) <= most ? G_N_ELEMENTS (within) : 1;

  for (double decade = scale->least; decade <= scale->most * 1.000001; decade *= 10)
    for (guint i = 0; i < n_within; i++)
      if (decade * within[i] <= scale->most * 1.000001)
        add (ticks, decade * within[i], latency_label (decade * within[i]));
}

GArray *
tocsin_ticks_of_values (const TocsinScale *scale, guint most)
{
  GArray *ticks = ticks_new ();
  double step;

  g_return_val_if_fail (scale != NULL && scale->most > scale->least, ticks);

  most = CLAMP (most, 1, TICKS_MOST);
  if (scale->is_log) {
    add_decades (ticks, scale, most);
    return ticks;
  }
  step = round_step ((scale->most - scale->least) / most);
  /* 0 alone is no axis. */
  if (step > scale->most)
    step = round_step ((scale->most - scale->least) / most / 2);
  for (guint i = (guint) ceil (scale->least / step); i * step <= scale->most * 1.000001; i++)
    add (ticks, i * step, i == 0 ? g_strdup ("0") : latency_label (i * step));
  return ticks;
}

/* --- times --- */

typedef enum { UNIT_SECOND, UNIT_MINUTE, UNIT_HOUR, UNIT_DAY, UNIT_MONTH } Unit;

/* `least_us` is how near two ticks may be. */
static const struct {
  Unit unit;
  int n;
  gint64 least_us;
} steps[] = {
  { UNIT_SECOND, 1, TOCSIN_US_PER_S },         { UNIT_SECOND, 5, 5 * TOCSIN_US_PER_S },
  { UNIT_SECOND, 15, 15 * TOCSIN_US_PER_S },   { UNIT_SECOND, 30, 30 * TOCSIN_US_PER_S },
  { UNIT_MINUTE, 1, TOCSIN_US_PER_MIN },       { UNIT_MINUTE, 2, 2 * TOCSIN_US_PER_MIN },
  { UNIT_MINUTE, 5, 5 * TOCSIN_US_PER_MIN },   { UNIT_MINUTE, 10, 10 * TOCSIN_US_PER_MIN },
  { UNIT_MINUTE, 15, 15 * TOCSIN_US_PER_MIN }, { UNIT_MINUTE, 30, 30 * TOCSIN_US_PER_MIN },
  { UNIT_HOUR, 1, TOCSIN_US_PER_HOUR },        { UNIT_HOUR, 2, 2 * TOCSIN_US_PER_HOUR },
  { UNIT_HOUR, 3, 3 * TOCSIN_US_PER_HOUR },    { UNIT_HOUR, 6, 6 * TOCSIN_US_PER_HOUR },
  { UNIT_HOUR, 12, 12 * TOCSIN_US_PER_HOUR },  { UNIT_DAY, 1, TOCSIN_US_PER_DAY },
  { UNIT_DAY, 2, 2 * TOCSIN_US_PER_DAY },      { UNIT_DAY, 7, 7 * TOCSIN_US_PER_DAY },
  { UNIT_DAY, 14, 14 * TOCSIN_US_PER_DAY },    { UNIT_MONTH, 1, 28 * TOCSIN_US_PER_DAY },
  { UNIT_MONTH, 3, 90 * TOCSIN_US_PER_DAY },   { UNIT_MONTH, 6, 181 * TOCSIN_US_PER_DAY },
  { UNIT_MONTH, 12, 365 * TOCSIN_US_PER_DAY },
};

/* Where a day begins on the zone's clock: not at midnight where the clock jumps over it. */
static GDateTime *
begin_of_day (GDateTime *at, GTimeZone *zone)
{
  return g_date_time_new (zone, g_date_time_get_year (at), g_date_time_get_month (at),
                          g_date_time_get_day_of_month (at), 0, 0, 0);
}

/* Days are counted from a Monday long ago, so that those that are told stay the same while a chart
 * slides, and weeks begin on Mondays. */
static GDateTime *
floor_days (GDateTime *at, int n, GTimeZone *zone)
{
  g_autoptr (GDateTime) day = NULL;
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) g_date_time_get_day_of_month (at),
                  (GDateMonth) g_date_time_get_month (at), (GDateYear) g_date_time_get_year (at));
  day = g_date_time_add_days (at, -(int) ((g_date_get_julian (&date) - 1) % (guint) n));
  return begin_of_day (day, zone);
}

/* A tick, or what comes before one, that is no later than `at`. */
static GDateTime *
floor_time (GDateTime *at, Unit unit, int n, GTimeZone *zone)
{
  int minute = g_date_time_get_minute (at), second = g_date_time_get_second (at);
  g_autoptr (GDateTime) yesterday = NULL;

  switch (unit) {
  case UNIT_SECOND:
    return g_date_time_add_seconds (at, -(second % n));
  case UNIT_MINUTE:
    return g_date_time_add_seconds (at, -(minute % n * 60 + second));
  case UNIT_HOUR:
    /* Today's clock may jump, yesterday's begin is before the first tick for sure. */
    yesterday = g_date_time_add_days (at, -1);
    return begin_of_day (yesterday, zone);
  case UNIT_MONTH:
    return g_date_time_new (zone, g_date_time_get_year (at),
                            (g_date_time_get_month (at) - 1) / n * n + 1, 1, 0, 0, 0);
  case UNIT_DAY:
  default:
    return floor_days (at, n, zone);
  }
}

/* The next time that the clock shows a multiple of `n` hours. It may be an hour further away than
 * `n`, or nearer, where the clock is put forward or back; an hour that comes twice is one tick
 * unless each hour is one. */
static GDateTime *
next_hour (GDateTime *at, int n)
{
  for (int away = n; away <= 2 * n + 2; away++) {
    g_autoptr (GDateTime) later = g_date_time_add_hours (at, away);
    g_autoptr (GDateTime) round = g_date_time_add_seconds (
        later, -(g_date_time_get_hour (later) % n * 3600 + g_date_time_get_minute (later) * 60));

    if (g_date_time_get_hour (round) % n != 0 || g_date_time_get_minute (round) != 0 ||
        g_date_time_compare (round, at) <= 0 ||
        (n > 1 && g_date_time_get_hour (round) == g_date_time_get_hour (at)))
      continue;
    return g_steal_pointer (&round);
  }
  return g_date_time_add_hours (at, n);
}

static GDateTime *
next_time (GDateTime *at, Unit unit, int n, GTimeZone *zone)
{
  g_autoptr (GDateTime) later = NULL;

  switch (unit) {
  case UNIT_SECOND:
    return g_date_time_add_seconds (at, n);
  case UNIT_MINUTE:
    return g_date_time_add_minutes (at, n);
  case UNIT_HOUR:
    return next_hour (at, n);
  case UNIT_MONTH:
    later = g_date_time_add_months (at, n);
    return begin_of_day (later, zone);
  case UNIT_DAY:
  default:
    later = g_date_time_add_days (at, n);
    return begin_of_day (later, zone);
  }
}

/* A midnight is named by its day, also among hours. */
static char *
time_label (GDateTime *at, Unit unit)
{
  gboolean is_midnight = g_date_time_get_hour (at) == 0 && g_date_time_get_minute (at) == 0 &&
                         g_date_time_get_second (at) == 0;

  if (unit == UNIT_MONTH)
    /* Translators: a month under a chart, for strftime: “Nov 2026”. */
    return g_date_time_format (at, _ ("%b %Y"));
  if (unit >= UNIT_DAY || is_midnight)
    /* Translators: a day under a chart, for strftime: “23 Nov”. */
    return g_date_time_format (at, _ ("%-d %b"));
  return g_date_time_format (at, unit == UNIT_SECOND ? "%H:%M:%S" : "%H:%M");
}

GArray *
tocsin_ticks_of_time (gint64 from_us, gint64 to_us, guint most, GTimeZone *zone)
{
  GArray *ticks = ticks_new ();
  g_autoptr (GDateTime) utc = NULL;
  g_autoptr (GDateTime) from = NULL;
  g_autoptr (GDateTime) at = NULL;
  guint step = 0;

  g_return_val_if_fail (from_us < to_us && zone != NULL, ticks);

  most = CLAMP (most, 1, TICKS_MOST);
  while (step + 1 < G_N_ELEMENTS (steps) && to_us - from_us > most * steps[step].least_us)
    step++;
  utc = g_date_time_new_from_unix_utc (from_us / TOCSIN_US_PER_S);
  if (utc == NULL)
    return ticks;
  from = g_date_time_to_timezone (utc, zone);
  at = floor_time (from, steps[step].unit, steps[step].n, zone);
  while (at != NULL && ticks->len < TICKS_MOST) {
    gint64 at_us = g_date_time_to_unix (at) * TOCSIN_US_PER_S;
    GDateTime *next;

    if (at_us >= to_us)
      break;
    if (at_us >= from_us)
      add (ticks, (double) at_us, time_label (at, steps[step].unit));
    next = next_time (at, steps[step].unit, steps[step].n, zone);
    g_date_time_unref (at);
    at = next;
  }
  return ticks;
}
