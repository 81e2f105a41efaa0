/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "calendar-parse"

#include "config.h"

#include <string.h>

#include "calendar-private.h"
#include "errors.h"
#include "field-bits.h"
#include "timetext.h"
#include "zone.h"

#define ITEMS_MOST  240 /* of a list, as systemd has it */
#define NUMBER_MOST 99999

/* A part of the expression: a list of values, ranges and steps; or `*`, which is no item. In units
 * of 1, seconds in µs. */
typedef struct {
  gint64 start;
  gint64 stop; /* -1: open */
  gint64 repeat;
} Item;

typedef struct {
  const char *name;
  gint64 least;
  gint64 most;
  gint64 unit;
} Part;

typedef enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, N_PARTS } PartId;

static const Part parts[N_PARTS] = {
  { "year", TOCSIN_CALENDAR_YEAR_FIRST, TOCSIN_CALENDAR_YEAR_LAST, 1 },
  { "month", 1, 12, 1 },
  { "day", 1, 31, 1 },
  { "hour", 0, 23, 1 },
  { "minute", 0, 59, 1 },
  { "second", 0, TOCSIN_US_PER_MIN - 1, TOCSIN_US_PER_S },
};

static const struct {
  const char *word;
  const char *expression;
} words[] = {
  { "minutely", "*-*-* *:*:00" },
  { "hourly", "*-*-* *:00:00" },
  { "daily", "*-*-* 00:00:00" },
  { "weekly", "Mon *-*-* 00:00:00" },
  { "monthly", "*-*-01 00:00:00" },
  { "quarterly", "*-01,04,07,10-01 00:00:00" },
  { "semiannually", "*-01,07-01 00:00:00" },
  { "semi-annually", "*-01,07-01 00:00:00" },
  { "biannually", "*-01,07-01 00:00:00" },
  { "bi-annually", "*-01,07-01 00:00:00" },
  { "yearly", "*-01-01 00:00:00" },
  { "annually", "*-01-01 00:00:00" },
};

/* From Monday, since ranges of weekdays end with Sunday. */
static const char *const weekday_names[] = { "monday", "tuesday",  "wednesday", "thursday",
                                             "friday", "saturday", "sunday" };

/* A number, with a fraction where `unit` allows one: rounded to six places. */
static gboolean
read_number (const char **at, gint64 unit, gint64 *number, GError **error)
{
  const char *c = *at;
  gint64 whole = 0, place = unit;

  if (!g_ascii_isdigit (*c))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "a number is wanted at “%s”", c);
  for (; g_ascii_isdigit (*c) && whole <= NUMBER_MOST; c++)
    whole = whole * 10 + g_ascii_digit_value (*c);
  if (whole > NUMBER_MOST)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "the number at “%s” is too large", *at);
  whole *= unit;
  if (unit > 1 && c[0] == '.' && c[1] != '.') {
    c++;
    if (!g_ascii_isdigit (*c))
      return tocsin_fail (error, TOCSIN_ERROR_INVALID, "a fraction is wanted at “%s”", c);
    for (; g_ascii_isdigit (*c) && place > 1; c++)
      whole += (place /= 10) * g_ascii_digit_value (*c);
    if (g_ascii_isdigit (*c) && g_ascii_digit_value (*c) >= 5)
      whole++;
    while (g_ascii_isdigit (*c))
      c++;
  }
  *number = whole;
  *at = c;
  return TRUE;
}

static gboolean
read_item (const char **at, gint64 unit, Item *item, GError **error)
{
  *item = (Item){ .stop = -1 };
  if (!read_number (at, unit, &item->start, error))
    return FALSE;
  if (strncmp (*at, "..", 2) == 0) {
    *at += 2;
    item->repeat = unit;
    if (!read_number (at, unit, &item->stop, error))
      return FALSE;
  }
  if (**at == '/') {
    (*at)++;
    if (!read_number (at, unit, &item->repeat, error))
      return FALSE;
    if (item->repeat == 0)
      return tocsin_fail (error, TOCSIN_ERROR_INVALID, "a step of 0 goes nowhere");
  } else if (unit > 1 && item->stop >= 0 && item->start + unit > item->stop) {
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "a range of less than a second needs a step, such as 0..0.5/0.1");
  }
  return TRUE;
}

/* A list up to the next separator. */
static gboolean
read_list (const char **at, gint64 unit, GArray *items, GError **error)
{
  if (**at == '*') {
    (*at)++;
    if (unit > 1) {
      Item every = { .stop = -1, .repeat = unit };

      g_array_append_val (items, every);
    }
  } else {
    for (;;) {
      Item item;

      if (!read_item (at, unit, &item, error))
        return FALSE;
      if (items->len == ITEMS_MOST)
        return tocsin_fail (error, TOCSIN_ERROR_INVALID, "more than %d values", ITEMS_MOST);
      g_array_append_val (items, item);
      if (**at != ',')
        break;
      (*at)++;
    }
  }
  if (strchr (" -~:", **at) == NULL)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "“%s” is not understood", *at);
  return TRUE;
}

/* Two-digit years are of 1970 to 2069. */
static gint64
full_year (gint64 year)
{
  return year >= 0 && year < 100 ? year + (year < 70 ? 2000 : 1900) : year;
}

/* Whether the item lies within its part, and a step has room for at least one repetition: anything
 * else is a typing error. Ranges of one value lose their step. */
static gboolean
check_item (Item *item, const Part *part, gboolean from_end, GError **error)
{
  gint64 most = from_end ? TOCSIN_CALENDAR_MONTH_LEAST : part->most;

  if (item->stop >= item->start && item->repeat > 0)
    item->stop -= (item->stop - item->start) % item->repeat;
  if (item->stop == item->start) {
    item->stop = -1;
    item->repeat = 0;
  }
  if (item->start < part->least || item->start > most || item->stop > most)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "%s: a value is not within %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT,
                        part->name, part->least / part->unit, most / part->unit);
  if (item->stop >= 0 && item->stop < item->start)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: a range ends before it begins",
                        part->name);
  if (item->stop < 0 &&
      (from_end ? item->start - item->repeat < part->least : item->start + item->repeat > most))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: the step leads out of the range",
                        part->name);
  return TRUE;
}

static gboolean
check_parts (GArray **lists, gboolean from_end, GError **error)
{
  for (guint id = 0; id < N_PARTS; id++)
    for (guint i = 0; i < lists[id]->len; i++) {
      Item *item = &g_array_index (lists[id], Item, i);

      if (id == YEAR) {
        item->start = full_year (item->start);
        item->stop = full_year (item->stop);
      }
      if (!check_item (item, &parts[id], from_end && id == DAY, error))
        return FALSE;
    }
  return TRUE;
}

/* Weekday names at the beginning, with commas and ranges, then a space. */
static gboolean
read_weekdays (const char **at, guint8 *weekdays, GError **error)
{
  guint monday_first = 0;
  int range_from = -1;
  gboolean first = TRUE;

  for (;; first = FALSE) {
    int found = -1;
    gsize length = 0;

    for (int i = 0; i < 7 && found < 0; i++) {
      length = strlen (weekday_names[i]);
      if (g_ascii_strncasecmp (*at, weekday_names[i], length) != 0)
        length = 3;
      if (g_ascii_strncasecmp (*at, weekday_names[i], length) == 0)
        found = i;
    }
    if (found < 0 && first)
      return TRUE;
    if (found < 0 || strchr (" ,.-", (*at)[length]) == NULL)
      return tocsin_fail (error, TOCSIN_ERROR_INVALID, "“%s” begins with no weekday", *at);
    if (range_from > found)
      return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                          "a range of weekdays ends before it begins; weeks begin on Monday");
    for (int i = range_from >= 0 ? range_from : found; i <= found; i++)
      monday_first |= 1u << i;
    *weekdays = (guint8) ((monday_first << 1 | monday_first >> 6) & TOCSIN_BITS_WEEKDAYS);
    *at += length;
    range_from = -1;
    if (**at == '\0' || **at == ' ')
      break;
    if (**at == '.' && (*at)[1] != '.')
      return tocsin_fail (error, TOCSIN_ERROR_INVALID, "a range of weekdays is Mon..Fri");
    if (**at != ',')
      range_from = found;
    *at += **at == '.' ? 2 : 1;
    if ((**at == '\0' || **at == ' ') && range_from < 0) /* "Wed, 17:48" */
      break;
  }
  *at += strspn (*at, " ");
  return TRUE;
}

static void
swap_lists (GArray **a, GArray **b)
{
  GArray *kept = *a;

  *a = *b;
  *b = kept;
}

/* YEAR-MONTH-DAY or MONTH-DAY, `~` in place of the last dash; nothing where a time comes. */
static gboolean
read_date (const char **at, GArray **lists, gboolean *from_end, GError **error)
{
  static const PartId order[] = { YEAR, MONTH, DAY };
  const char *c = *at;
  guint n;

  for (n = 0; n < G_N_ELEMENTS (order) && *c != '\0'; n++) {
    if (!read_list (&c, 1, lists[order[n]], error))
      return FALSE;
    if (n == 0 && (*c == ':' || *c == '\0')) {
      g_array_set_size (lists[YEAR], 0);
      return TRUE;
    }
    if (n > 0 && (*c == '\0' || *c == ' '))
      break;
    if ((*c != '-' && *c != '~') || *from_end || n == 2)
      return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                          "“%s” is no date; YEAR-MONTH-DAY or MONTH-DAY is wanted", *at);
    *from_end = *c++ == '~';
    if (*c == '\0')
      return tocsin_fail (error, TOCSIN_ERROR_INVALID, "the date ends early");
  }
  if (n == 1) { /* it was month and day */
    swap_lists (&lists[DAY], &lists[MONTH]);
    swap_lists (&lists[MONTH], &lists[YEAR]);
  }
  *at = c + strspn (c, " ");
  return TRUE;
}

/* HOUR:MINUTE or HOUR:MINUTE:SECOND; midnight where nothing is left. */
static gboolean
read_time (const char **at, GArray **lists, GError **error)
{
  static const Item zero = { .stop = -1 };
  int n = HOUR;

  if (**at != '\0') {
    for (;; (*at)++) {
      if (!read_list (at, parts[n].unit, lists[n], error))
        return FALSE;
      n++;
      if (n == N_PARTS || **at != ':')
        break;
    }
    if (n == HOUR + 1 || **at != '\0')
      return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                          "the time is to be HOUR:MINUTE or HOUR:MINUTE:SECOND");
  }
  for (; n < N_PARTS; n++)
    g_array_append_val (lists[n], zero);
  return TRUE;
}

static void
set_bit (guint64 *bits, gint64 n)
{
  bits[n / 64] |= G_GUINT64_CONSTANT (1) << n % 64;
}

/* The values of a list as bits, counted from `origin`; none is all. */
static void
list_to_bits (const GArray *list, const Part *part, gint64 origin, guint64 *bits)
{
  for (gint64 n = part->least; list->len == 0 && n <= part->most; n++)
    set_bit (bits, n - origin);
  for (guint i = 0; i < list->len; i++) {
    const Item *item = &g_array_index (list, Item, i);
    gint64 stop = item->repeat == 0 ? item->start : item->stop < 0 ? part->most : item->stop;

    for (gint64 n = item->start; n <= stop; n += MAX (item->repeat, 1))
      set_bit (bits, n - origin);
  }
}

/* Days in months of `length` days; from the end `~a..b` goes from the b-th last up, and an open
 * step from the a-th last up to the end. */
static guint32
list_to_days (const GArray *list, gboolean from_end, gint64 length)
{
  guint64 bits = 0;

  if (!from_end || list->len == 0) {
    list_to_bits (list, &parts[DAY], 0, &bits);
    return (guint32) (bits & ((G_GUINT64_CONSTANT (2) << length) - 1));
  }
  for (guint i = 0; i < list->len; i++) {
    const Item *item = &g_array_index (list, Item, i);
    gint64 start = length + 1 - (item->stop < 0 ? item->start : item->stop);
    gint64 stop = item->repeat == 0 ? start : item->stop < 0 ? length : length + 1 - item->start;

    for (gint64 day = start; day <= stop; day += MAX (item->repeat, 1))
      set_bit (&bits, day);
  }
  return (guint32) bits;
}

static void
compile (GArray **lists, gboolean from_end, TocsinCalendar *calendar)
{
  guint64 hours = 0, months = 0;
  GArray *seconds = lists[SECOND];

  list_to_bits (lists[YEAR], &parts[YEAR], TOCSIN_CALENDAR_YEAR_FIRST, calendar->years);
  list_to_bits (lists[MONTH], &parts[MONTH], 0, &months);
  list_to_bits (lists[HOUR], &parts[HOUR], 0, &hours);
  list_to_bits (lists[MINUTE], &parts[MINUTE], 0, &calendar->minutes);
  calendar->months = (guint16) months;
  calendar->hours = (guint32) hours;
  for (guint i = 0; i < TOCSIN_CALENDAR_MONTH_LENGTHS; i++)
    calendar->days[i] = list_to_days (lists[DAY], from_end, TOCSIN_CALENDAR_MONTH_LEAST + i);
  calendar->seconds = g_new (TocsinCalendarSeconds, seconds->len);
  calendar->n_seconds = seconds->len;
  for (guint i = 0; i < seconds->len; i++) {
    const Item *item = &g_array_index (seconds, Item, i);

    calendar->seconds[i] = (TocsinCalendarSeconds){
      .start_us = item->start,
      .repeat_us = item->repeat,
      .stop_us = item->repeat == 0 ? item->start
                 : item->stop < 0  ? parts[SECOND].most
                                   : item->stop,
    };
  }
}

/* Cuts a zone off the end: a last word with a letter, where more than one word is there. Leaves it
 * to the caller whether there is such a zone. */
static char *
cut_zone (char *text)
{
  char *space = strrchr (text, ' ');
  char *name;

  if (space == NULL || !g_ascii_isalpha (space[1]))
    return NULL;
  name = g_ascii_strcasecmp (space + 1, "UTC") == 0 ? g_strdup ("UTC") : g_strdup (space + 1);
  *space = '\0';
  return name;
}

static gboolean
read_expression (const char *text, TocsinCalendar *calendar, GError **error)
{
  g_autoptr (GPtrArray) owned = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  GArray *lists[N_PARTS];
  gboolean from_end = FALSE;
  const char *at = text;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_ascii_strcasecmp (text, words[i].word) == 0)
      at = words[i].expression;
  if (*at == '\0')
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "it is empty");
  for (guint id = 0; id < N_PARTS; id++) {
    lists[id] = g_array_new (FALSE, FALSE, sizeof (Item));
    g_ptr_array_add (owned, lists[id]);
  }
  calendar->weekdays = TOCSIN_BITS_WEEKDAYS;
  if (!read_weekdays (&at, &calendar->weekdays, error) ||
      !read_date (&at, lists, &from_end, error) || !read_time (&at, lists, error) ||
      !check_parts (lists, from_end, error))
    return FALSE;
  compile (lists, from_end, calendar);
  return TRUE;
}

gboolean
tocsin_calendar_parse (const char *text, TocsinCalendar *calendar, GError **error)
{
  TocsinCalendar read = { 0 };
  g_autoptr (GError) problem = NULL;
  g_autofree char *expression = NULL;
  gint64 next_us;

  g_return_val_if_fail (text != NULL && calendar != NULL, FALSE);

  if (!g_str_is_ascii (text) || strlen (text) > TOCSIN_CALENDAR_BYTES)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "an OnCalendar expression is plain ASCII of at most %d characters",
                        TOCSIN_CALENDAR_BYTES);
  expression = g_strdup (text);
  read.tz = cut_zone (expression);
  if (!read_expression (expression, &read, &problem)) {
    g_propagate_prefixed_error (error, g_steal_pointer (&problem), "OnCalendar “%s”: ", text);
    tocsin_calendar_clear (&read);
    return FALSE;
  }
  if (!tocsin_calendar_next_wall (&read, G_MININT64 / 1000, &next_us)) {
    tocsin_calendar_clear (&read);
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "OnCalendar “%s”: no month of %d to %d has such a day", text,
                        TOCSIN_CALENDAR_YEAR_FIRST, TOCSIN_CALENDAR_YEAR_LAST);
  }
  *calendar = read;
  return TRUE;
}
