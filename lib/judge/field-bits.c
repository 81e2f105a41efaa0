/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "field-bits"

#include "config.h"

#include "field-bits.h"
#include "zone.h"

#define TIMES_MOST  4 /* more are no sentence */
#define DAYS_MOST   5
#define MONTHS_MOST 6

int
tocsin_bits_next (guint64 bits, int from)
{
  guint64 rest;

  if (from > 63)
    return -1;
  rest = bits & (G_MAXUINT64 << from);
  return rest == 0 ? -1 : __builtin_ctzll (rest);
}

guint32
tocsin_bits_weekdays_in_month (guint8 weekdays, int year, int month)
{
  int first = tocsin_civil_weekday (year, month, 1);
  int n_days = tocsin_civil_days_in_month (year, month);
  guint64 week = ((guint64) weekdays >> first | (guint64) weekdays << (7 - first)) & 0x7f;
  guint64 weeks = week | week << 7 | week << 14 | week << 21 | week << 28;

  return (guint32) (weeks << 1 & ((G_GUINT64_CONSTANT (2) << n_days) - 1));
}

gboolean
tocsin_bits_next_day (TocsinMonthDays days, gconstpointer rule, int year_last, int *year,
                      int *month, int *day)
{
  for (; *year <= year_last; *month = 1, (*year)++)
    for (; *month <= 12; *day = 1, (*month)++) {
      int found = tocsin_bits_next (days (rule, *year, *month), *day);

      if (found > 0) {
        *day = found;
        return TRUE;
      }
    }
  return FALSE;
}

static guint
count (guint64 bits)
{
  return (guint) __builtin_popcountll (bits);
}

/* "a", "a and b", "a, b and c" */
static char *
join_words (GPtrArray *words)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < words->len; i++)
    g_string_append_printf (text, "%s%s",
                            i == 0                ? ""
                            : i + 1 == words->len ? " and "
                                                  : ", ",
                            (const char *) g_ptr_array_index (words, i));
  return g_string_free (text, FALSE);
}

/* The n of "every n of them": `bits` are all multiples of n below `size`, which n divides; or 0. */
static int
even_step (guint64 bits, int size)
{
  int step = bits == 0 || (bits & 1) == 0 ? 0 : tocsin_bits_next (bits, 1);

  if (count (bits) == 1 || step <= 0 || size % step != 0 || count (bits) != (guint) (size / step))
    return 0;
  for (int i = 0; i < size; i += step)
    if ((bits >> i & 1) == 0)
      return 0;
  return step;
}

static char *
time_words (guint32 hours, guint64 minutes)
{
  g_autoptr (GPtrArray) times = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *joined = NULL;
  int minute_step = even_step (minutes, 60), hour_step = even_step (hours, 24);
  int first_minute = tocsin_bits_next (minutes, 0);

  if (hours == TOCSIN_BITS_HOURS && minute_step == 1)
    return g_strdup ("every minute");
  if (hours == TOCSIN_BITS_HOURS && minute_step > 1)
    return g_strdup_printf ("every %d minutes", minute_step);
  if (count (minutes) == 1 && hour_step == 1)
    return g_strdup_printf ("every hour at minute %d", first_minute);
  if (count (minutes) == 1 && hour_step > 1 && count (hours) > TIMES_MOST)
    return g_strdup_printf ("every %d hours at minute %d", hour_step, first_minute);
  if (count (hours) * count (minutes) > TIMES_MOST)
    return NULL;
  for (int h = tocsin_bits_next (hours, 0); h >= 0; h = tocsin_bits_next (hours, h + 1))
    for (int m = first_minute; m >= 0; m = tocsin_bits_next (minutes, m + 1))
      g_ptr_array_add (times, g_strdup_printf ("%02d:%02d", h, m));
  joined = join_words (times);
  return g_strconcat ("at ", joined, NULL);
}

static char *
weekday_words (guint8 weekdays)
{
  static const char *const names[] = { "Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday" };
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  guint monday_first = (weekdays >> 1 | weekdays << 6) & TOCSIN_BITS_WEEKDAYS;
  int first = tocsin_bits_next (monday_first, 0);
  int after = tocsin_bits_next (~(guint64) monday_first, first);

  if (after - first > 2 && monday_first >> after == 0)
    return g_strdup_printf ("%s to %s", names[first], names[after - 1]);
  for (int i = first; i >= 0; i = tocsin_bits_next (monday_first, i + 1))
    g_ptr_array_add (words, (gpointer) names[i]);
  return join_words (words);
}

static const char *
ordinal_suffix (int n)
{
  static const char *const suffixes[] = { "th", "st", "nd", "rd" };

  return n % 10 <= 3 && n / 10 != 1 ? suffixes[n % 10] : "th";
}

static char *
day_words (guint32 days)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  for (int d = tocsin_bits_next (days, 1); d >= 0; d = tocsin_bits_next (days, d + 1))
    g_ptr_array_add (
        words, g_strdup_printf ("%s%d%s", words->len == 0 ? "the " : "", d, ordinal_suffix (d)));
  if (days & 1)
    g_ptr_array_add (words, g_strdup ("the last day"));
  return join_words (words);
}

static char *
month_words (guint16 months)
{
  static const char *const names[] = { NULL,      "January",  "February", "March",  "April",
                                       "May",     "June",     "July",     "August", "September",
                                       "October", "November", "December" };
  g_autoptr (GPtrArray) words = g_ptr_array_new ();

  for (int m = tocsin_bits_next (months, 1); m >= 0; m = tocsin_bits_next (months, m + 1))
    g_ptr_array_add (words, (gpointer) names[m]);
  return join_words (words);
}

char *
tocsin_bits_to_words (const TocsinWordsFields *fields)
{
  gboolean any_day = (fields->days & TOCSIN_BITS_DAYS) == TOCSIN_BITS_DAYS;
  gboolean any_weekday = fields->weekdays == TOCSIN_BITS_WEEKDAYS;
  gboolean any_month = fields->months == TOCSIN_BITS_MONTHS;
  g_autofree char *times = time_words (fields->hours, fields->minutes);
  g_autoptr (GString) text = NULL;

  if (times == NULL || (!any_day && count (fields->days) > DAYS_MOST) ||
      (!any_month && count (fields->months) > MONTHS_MOST))
    return NULL;
  text = g_string_new (times);
  if (any_day && any_weekday && any_month && g_str_has_prefix (times, "at "))
    g_string_append (text, " every day");
  if (!any_weekday) {
    g_autofree char *words = weekday_words (fields->weekdays);

    g_string_append_printf (text, " on %s", words);
  }
  if (!any_day) {
    g_autofree char *words = day_words (fields->days);
    const char *joint = any_weekday ? " on " : fields->either ? " and on " : " that is ";

    g_string_append_printf (text, "%s%s%s", joint, words, any_month ? " of the month" : "");
  }
  if (!any_month) {
    g_autofree char *words = month_words (fields->months);

    g_string_append_printf (text, "%s%s", any_day ? " in " : " of ", words);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
