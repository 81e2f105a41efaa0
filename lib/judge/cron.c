/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "cron"

#include "config.h"

#include <string.h>

#include "cron.h"
#include "errors.h"
#include "field-bits.h"
#include "timetext.h"
#include "zone.h"

#define N_FIELDS    5
#define NUMBER_MOST 9999 /* of a step; larger ones are typing errors */

typedef enum { MINUTE, HOUR, DAY, MONTH, WEEKDAY } FieldId;

typedef struct {
  const char *name;
  int least;
  int most;
  const char *const *words; /* (nullable) the first is `least` */
} Field;

static const char *const month_names[] = { "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL",
                                           "AUG", "SEP", "OCT", "NOV", "DEC", NULL };
static const char *const weekday_names[] = {
  "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", NULL
};

static const Field fields[N_FIELDS] = {
  { "minute", 0, 59, NULL },
  { "hour", 0, 23, NULL },
  { "day of month", 1, 31, NULL },
  { "month", 1, 12, month_names },
  { "day of week", 0, 7, weekday_names }, /* 0 and 7 are Sunday */
};

static const struct {
  const char *name;
  const char *expression;
} nicknames[] = {
  { "@yearly", "0 0 1 1 *" }, { "@annually", "0 0 1 1 *" }, { "@monthly", "0 0 1 * *" },
  { "@weekly", "0 0 * * 0" }, { "@daily", "0 0 * * *" },    { "@midnight", "0 0 * * *" },
  { "@hourly", "0 * * * *" },
};

/* Reads a number, or a name where the field has names; moves `at` past it. */
static gboolean
read_value (const char **at, const Field *field, int *value, GError **error)
{
  const char *c = *at;
  int number = 0;

  for (int i = 0; field->words != NULL && field->words[i] != NULL; i++)
    if (g_ascii_strncasecmp (c, field->words[i], 3) == 0 && !g_ascii_isdigit (c[3])) {
      *value = field->least + i;
      *at = c + 3;
      return TRUE;
    }
  if (!g_ascii_isdigit (*c))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "“%s” is no number%s", c,
                        field->words != NULL ? " and no name" : "");
  for (; g_ascii_isdigit (*c) && number <= NUMBER_MOST; c++)
    number = number * 10 + g_ascii_digit_value (*c);
  if (number > field->most || number < field->least)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%d is not within %d and %d", number,
                        field->least, field->most);
  *value = number;
  *at = c;
  return TRUE;
}

static gboolean
read_step (const char **at, int *step, GError **error)
{
  static const Field any = { "step", 1, NUMBER_MOST, NULL };

  (*at)++;
  return read_value (at, &any, step, error);
}

/* L and LW as a day, 5L and FRI#2 as a weekday: what no range of numbers says. FALSE without an
 * error where the item is none of these. */
static gboolean
read_special (const char *item, FieldId id, TocsinCron *cron, GError **error)
{
  const char *at = item;
  int weekday;

  if (id == DAY && g_ascii_strcasecmp (item, "L") == 0)
    return cron->last_day = TRUE;
  if (id == DAY && g_ascii_strcasecmp (item, "LW") == 0)
    return cron->last_working_day = TRUE;
  if (id != WEEKDAY || !read_value (&at, &fields[WEEKDAY], &weekday, NULL))
    return FALSE;
  if (g_ascii_isdigit (item[0]) && g_ascii_strcasecmp (at, "L") == 0) {
    cron->weekday_nth[weekday % 7] |= 1;
    return TRUE;
  }
  if (*at != '#')
    return FALSE;
  if (at[1] < '1' || at[1] > '5' || at[2] != '\0')
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "“%s”: after # comes which of the month, 1 to 5, such as FRI#2", item);
  cron->weekday_nth[weekday % 7] |= (guint8) (1 << (at[1] - '0'));
  return TRUE;
}

/* `*`, a, a-b, each with a step perhaps, as bits. */
static gboolean
read_item (const char *item, const Field *field, guint64 *bits, GError **error)
{
  const char *at = item;
  int from = field->least, to = field->most, step = 1;

  if (*at == '*') {
    at++;
  } else {
    if (!read_value (&at, field, &from, error))
      return FALSE;
    to = *at == '/' ? field->most : from;
    if (*at == '-') {
      at++;
      if (!read_value (&at, field, &to, error))
        return FALSE;
    }
  }
  if (from > to)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "the range “%s” ends before it begins; write it as two, with a comma",
                        item);
  if (*at == '/' && !read_step (&at, &step, error))
    return FALSE;
  if (*at != '\0')
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "“%s” is not understood from “%s” on; such as *, 5, 1-5, */10 is wanted",
                        item, at);
  for (int i = from; i <= to; i += step)
    *bits |= G_GUINT64_CONSTANT (1) << i;
  return TRUE;
}

static gboolean
read_field (const char *text, FieldId id, TocsinCron *cron, guint64 *bits, GError **error)
{
  g_auto (GStrv) items = g_strsplit (text, ",", -1);

  for (guint i = 0; items[i] != NULL; i++) {
    g_autoptr (GError) problem = NULL;

    if (read_special (items[i], id, cron, &problem))
      continue;
    if (problem == NULL && read_item (items[i], &fields[id], bits, &problem))
      continue;
    g_propagate_prefixed_error (error, g_steal_pointer (&problem), "%s: ", fields[id].name);
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_fields (const char *text, TocsinCron *cron, GError **error)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \t", -1);
  const char *parts[N_FIELDS] = { NULL };
  guint64 bits[N_FIELDS] = { 0 };
  guint n_parts = 0;

  for (guint i = 0; words[i] != NULL; i++) {
    if (*words[i] == '\0')
      continue;
    if (n_parts < N_FIELDS)
      parts[n_parts] = words[i];
    n_parts++;
  }
  if (n_parts != N_FIELDS)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "it has %u fields; five are wanted: minute, hour, day, month, weekday",
                        n_parts);
  for (guint i = 0; i < N_FIELDS; i++)
    if (!read_field (parts[i], (FieldId) i, cron, &bits[i], error))
      return FALSE;
  cron->minutes = bits[MINUTE];
  cron->hours = (guint32) bits[HOUR];
  cron->days = (guint32) bits[DAY];
  cron->months = (guint16) bits[MONTH];
  cron->weekdays = (guint8) ((bits[WEEKDAY] | bits[WEEKDAY] >> 7) & TOCSIN_BITS_WEEKDAYS);
  cron->days_both = *parts[DAY] == '*' || *parts[WEEKDAY] == '*';
  cron->elapsed = *parts[MINUTE] == '*' || *parts[HOUR] == '*';
  return TRUE;
}

/* The days of a month that its weekday field means. */
static guint32
weekday_days (const TocsinCron *cron, int year, int month)
{
  guint32 days = tocsin_bits_weekdays_in_month (cron->weekdays, year, month);

  for (int weekday = 0; weekday < 7; weekday++) {
    guint nth = cron->weekday_nth[weekday];
    guint32 all, n = 1;

    if (nth == 0)
      continue;
    all = tocsin_bits_weekdays_in_month ((guint8) (1 << weekday), year, month);
    for (int day = tocsin_bits_next (all, 1); day > 0; day = tocsin_bits_next (all, day + 1), n++)
      if ((nth >> n & 1) != 0 || ((nth & 1) != 0 && all >> day == 1))
        days |= 1u << day;
  }
  return days;
}

static guint32
month_days (gconstpointer rule, int year, int month)
{
  const TocsinCron *cron = rule;
  int n_days = tocsin_civil_days_in_month (year, month);
  guint32 days, by_weekday;

  if ((cron->months >> month & 1) == 0)
    return 0;
  days = cron->days & (guint32) ((G_GUINT64_CONSTANT (2) << n_days) - 1);
  if (cron->last_day)
    days |= 1u << n_days;
  if (cron->last_working_day) {
    int weekday = tocsin_civil_weekday (year, month, n_days);

    days |= 1u << (n_days - (weekday == 6 ? 1 : weekday == 0 ? 2 : 0));
  }
  by_weekday = weekday_days (cron, year, month);
  return cron->days_both ? days & by_weekday : days | by_weekday;
}

/* The first minute strictly after the wall time that the fields mean, by the calendar alone. */
static gboolean
next_wall (const TocsinCron *cron, gint64 wall_us, int year_last, gint64 *next_us)
{
  TocsinCivil now = tocsin_civil_from_wall (wall_us);
  int from = (int) (now.time_us / TOCSIN_US_PER_MIN) + 1;
  int year = now.year, month = now.month, day = now.day;
  int hour = -1, minute = -1;

  if (!tocsin_bits_next_day (month_days, cron, year_last, &year, &month, &day))
    return FALSE;
  if (year == now.year && month == now.month && day == now.day) {
    hour = tocsin_bits_next (cron->hours, from / 60);
    minute = tocsin_bits_next (cron->minutes, hour == from / 60 ? from % 60 : 0);
    if (hour >= 0 && minute < 0)
      hour = tocsin_bits_next (cron->hours, hour + 1);
    if (hour < 0) {
      day++;
      if (!tocsin_bits_next_day (month_days, cron, year_last, &year, &month, &day))
        return FALSE;
    }
  }
  if (hour < 0)
    hour = tocsin_bits_next (cron->hours, 0);
  if (minute < 0 || day != now.day || month != now.month || year != now.year)
    minute = tocsin_bits_next (cron->minutes, 0);
  *next_us = tocsin_civil_to_wall (year, month, day, (hour * 60 + minute) * TOCSIN_US_PER_MIN);
  return TRUE;
}

gboolean
tocsin_cron_parse (const char *text, TocsinCron *cron, GError **error)
{
  TocsinCron read = { 0 };
  g_autoptr (GError) problem = NULL;
  const char *expression = text;
  gint64 next_us;

  g_return_val_if_fail (text != NULL && cron != NULL, FALSE);

  if (!g_str_is_ascii (text) || strlen (text) > TOCSIN_CRON_BYTES)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "a cron expression is plain ASCII of at most %d characters",
                        TOCSIN_CRON_BYTES);
  for (guint i = 0; i < G_N_ELEMENTS (nicknames); i++)
    if (g_ascii_strcasecmp (text, nicknames[i].name) == 0)
      expression = nicknames[i].expression;
  if (!read_fields (expression, &read, &problem)) {
    g_propagate_prefixed_error (error, g_steal_pointer (&problem), "cron “%s”: ", text);
    return FALSE;
  }
  /* The calendar repeats, and no date that ever comes is rarer than every 40 years. */
  if (!next_wall (&read, tocsin_civil_to_wall (2000, 1, 1, 0), 2050, &next_us))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "cron “%s”: no month has such a day within 50 years", text);
  *cron = read;
  return TRUE;
}

/* Runs at fixed times of the day: each wall time once, those in a gap at its end. */
static gint64
next_fixed (const TocsinCron *cron, GTimeZone *zone, gint64 after_us, int year_last)
{
  gint64 wall = tocsin_zone_latest_wall (zone, after_us), at;

  if (!next_wall (cron, wall, year_last, &wall))
    return 0;
  if (tocsin_zone_from_wall (zone, wall, &at) == TOCSIN_WALL_NEVER) {
    gint64 end = tocsin_zone_to_wall (zone, at), beyond = end % TOCSIN_US_PER_MIN;

    if (beyond != 0) /* clocks that were put forward to no whole minute, as long ago */
      at += TOCSIN_US_PER_MIN - (beyond + TOCSIN_US_PER_MIN) % TOCSIN_US_PER_MIN;
  }
  return at;
}

/* Runs by elapsed time: every instant whose wall time matches, so none in a gap and both passes of
 * an overlap. */
static gint64
next_elapsed (const TocsinCron *cron, GTimeZone *zone, gint64 after_us, int year_last)
{
  gint64 offset = tocsin_zone_offset_at (zone, after_us);
  gint64 from = after_us, wall = after_us + offset;

  while (next_wall (cron, wall, year_last, &wall)) {
    gint64 at = wall - offset, near = MIN (at, from + TOCSIN_US_PER_DAY);
    gint64 change = tocsin_zone_next_change (zone, from, near);

    /* Within a day the clock may be put back over minutes that match; what lies further can't be
     * reached by that. */
    if (change == 0 && at == near)
      return at;
    if (change == 0) {
      if (tocsin_zone_from_wall (zone, wall, &at) != TOCSIN_WALL_NEVER)
        return at;
      change = at;
    }
    from = change;
    offset = tocsin_zone_offset_at (zone, from);
    wall = from + offset - 1;
  }
  return 0;
}

gint64
tocsin_cron_next (const TocsinCron *cron, GTimeZone *zone, gint64 after_us)
{
  gint64 at;
  int year_last;

  g_return_val_if_fail (cron != NULL && zone != NULL, 0);

  if (after_us > TOCSIN_INSTANT_MOST_US)
    return 0;
  after_us = MAX (after_us, TOCSIN_INSTANT_LEAST_US);
  year_last = tocsin_civil_from_wall (after_us + TOCSIN_HORIZON_US).year + 1;
  at = cron->elapsed ? next_elapsed (cron, zone, after_us, year_last)
                     : next_fixed (cron, zone, after_us, year_last);
  return at > after_us + TOCSIN_HORIZON_US ? 0 : at;
}

char *
tocsin_cron_to_words (const TocsinCron *cron)
{
  TocsinWordsFields words = {
    .minutes = cron->minutes,
    .hours = cron->hours,
    .days = cron->days | cron->last_day,
    .months = cron->months,
    .weekdays = cron->weekdays,
    .either = !cron->days_both,
  };

  for (guint i = 0; i < G_N_ELEMENTS (cron->weekday_nth); i++)
    if (cron->weekday_nth[i] != 0)
      return NULL;
  if (cron->last_working_day)
    return NULL;
  /* Where either is enough and one of them is any, every day matches. */
  if (!cron->days_both && (words.weekdays == TOCSIN_BITS_WEEKDAYS ||
                           (words.days & TOCSIN_BITS_DAYS) == TOCSIN_BITS_DAYS)) {
    words.weekdays = TOCSIN_BITS_WEEKDAYS;
    words.days = TOCSIN_BITS_DAYS;
  }
  return tocsin_bits_to_words (&words);
}
