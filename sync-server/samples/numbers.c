/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "numbers"

#include "config.h"

#include "numbers.h"

void
tocsin_numbers_init (TocsinNumbers *numbers, gint64 contiguous)
{
  g_return_if_fail (numbers != NULL && contiguous >= 0);

  numbers->contiguous = contiguous;
  numbers->ranges = g_array_new (FALSE, FALSE, sizeof (TocsinNumberRange));
}

void
tocsin_numbers_clear (TocsinNumbers *numbers)
{
  g_clear_pointer (&numbers->ranges, g_array_unref);
}

static TocsinNumberRange *
get (const TocsinNumbers *numbers, guint i)
{
  return &g_array_index (numbers->ranges, TocsinNumberRange, i);
}

/* The first range that ends at `number` or after it. */
static guint
find (const TocsinNumbers *numbers, gint64 number)
{
  guint low = 0, high = numbers->ranges->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (get (numbers, middle)->to < number)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Ranges that `contiguous` has reached become part of it. */
static void
swallow (TocsinNumbers *numbers)
{
  guint n = 0;

  while (n < numbers->ranges->len && get (numbers, n)->from <= numbers->contiguous + 1) {
    numbers->contiguous = MAX (numbers->contiguous, get (numbers, n)->to);
    n++;
  }
  if (n > 0)
    g_array_remove_range (numbers->ranges, 0, n);
}

/* Puts a number that no range has beside, between or before those at `at`. */
static gboolean
insert (TocsinNumbers *numbers, guint at, gint64 number)
{
  TocsinNumberRange range = { number, number };
  gboolean joins_before = at > 0 && get (numbers, at - 1)->to == number - 1;
  gboolean joins_after = at < numbers->ranges->len && get (numbers, at)->from == number + 1;

  if (joins_before && joins_after) {
    get (numbers, at - 1)->to = get (numbers, at)->to;
    g_array_remove_index (numbers->ranges, at);
  } else if (joins_before) {
    get (numbers, at - 1)->to = number;
  } else if (joins_after) {
    get (numbers, at)->from = number;
  } else if (numbers->ranges->len < TOCSIN_NUMBERS_RANGES) {
    g_array_insert_val (numbers->ranges, at, range);
  } else {
    return FALSE;
  }
  return TRUE;
}

gboolean
tocsin_numbers_add (TocsinNumbers *numbers, gint64 number)
{
  guint at;

  g_return_val_if_fail (numbers != NULL && numbers->ranges != NULL, FALSE);
  g_return_val_if_fail (number > 0 && number < G_MAXINT64, FALSE);

  if (number <= numbers->contiguous)
    return FALSE;
  if (number == numbers->contiguous + 1) {
    numbers->contiguous = number;
    swallow (numbers);
    return TRUE;
  }
  at = find (numbers, number);
  if (at < numbers->ranges->len && get (numbers, at)->from <= number)
    return FALSE;
  return insert (numbers, at, number);
}

void
tocsin_numbers_settle (TocsinNumbers *numbers, gint64 settled)
{
  g_return_if_fail (numbers != NULL && numbers->ranges != NULL);

  if (settled - 1 <= numbers->contiguous)
    return;
  numbers->contiguous = settled - 1;
  swallow (numbers);
}

char *
tocsin_numbers_print (const TocsinNumbers *numbers)
{
  GString *text = g_string_new ("{");

  for (guint i = 0; i < numbers->ranges->len; i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT, i > 0 ? "," : "",
                            get (numbers, i)->from, get (numbers, i)->to);
  g_string_append_c (text, '}');
  return g_string_free (text, FALSE);
}

gboolean
tocsin_numbers_parse (TocsinNumbers *numbers, const char *text)
{
  gint64 last = numbers->contiguous + 1;

  if (*text++ != '{')
    return FALSE;
  while (*text != '}') {
    TocsinNumberRange range;
    char *end;

    range.from = g_ascii_strtoll (text, &end, 10);
    if (end == text || *end != ',')
      return FALSE;
    text = end + 1;
    range.to = g_ascii_strtoll (text, &end, 10);
    if (end == text || (*end != ',' && *end != '}') || (*end == ',' && end[1] == '}') ||
        range.from <= last || range.to < range.from)
      return FALSE;
    g_array_append_val (numbers->ranges, range);
    last = range.to + 1;
    text = *end == ',' ? end + 1 : end;
  }
  return text[1] == '\0';
}
