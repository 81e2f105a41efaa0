/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "timetext"

#include "config.h"

#include <math.h>
#include <string.h>

#include "errors.h"
#include "timetext.h"

typedef struct {
  const char *name;
  gint64 us;
  const char *word; /* singular, for people */
} Unit;

/* The first of each size is the one that is written. */
static const Unit units[] = {
  { "w", 7 * TOCSIN_US_PER_DAY, NULL },
  { "d", TOCSIN_US_PER_DAY, "day" },
  { "h", TOCSIN_US_PER_HOUR, "h" },
  { "m", TOCSIN_US_PER_MIN, "min" },
  { "min", TOCSIN_US_PER_MIN, NULL },
  { "s", TOCSIN_US_PER_S, "s" },
  { "ms", TOCSIN_US_PER_MS, "ms" },
  { "us", 1, "µs" },
  { "µs", 1, NULL },
};

char *
tocsin_time_to_text (gint64 at_us)
{
  gint64 seconds = at_us / TOCSIN_US_PER_S;
  gint64 fraction = at_us % TOCSIN_US_PER_S;
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *base = NULL;

  if (fraction < 0) {
    fraction += TOCSIN_US_PER_S;
    seconds--;
  }
  time = g_date_time_new_from_unix_utc (seconds);
  if (time == NULL)
    return g_strdup (at_us < 0 ? "0001-01-01T00:00:00Z" : "9999-12-31T23:59:59Z");
  /* g_date_time_format writes the year 506 with three digits, which RFC 3339 does not know. */
  base = g_strdup_printf ("%04d-%02d-%02dT%02d:%02d:%02d", g_date_time_get_year (time),
                          g_date_time_get_month (time), g_date_time_get_day_of_month (time),
                          g_date_time_get_hour (time), g_date_time_get_minute (time),
                          g_date_time_get_second (time));
  if (fraction == 0)
    return g_strconcat (base, "Z", NULL);
  if (fraction % TOCSIN_US_PER_MS == 0)
    return g_strdup_printf ("%s.%03dZ", base, (int) (fraction / TOCSIN_US_PER_MS));
  return g_strdup_printf ("%s.%06dZ", base, (int) fraction);
}

gboolean
tocsin_time_from_text (const char *text, gint64 *at_us, GError **error)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = NULL;

  g_return_val_if_fail (text != NULL, FALSE);

  if (strlen (text) == strlen ("2026-11-23")) {
    g_autofree char *midnight = g_strconcat (text, "T00:00:00Z", NULL);

    time = g_date_time_new_from_iso8601 (midnight, utc);
  } else {
    time = g_date_time_new_from_iso8601 (text, utc);
  }
  if (time == NULL)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "“%s” is no time; RFC 3339 is wanted, such as 2026-11-23T04:18:18Z", text);
  *at_us = g_date_time_to_unix (time) * TOCSIN_US_PER_S + g_date_time_get_microsecond (time);
  return TRUE;
}

char *
tocsin_span_to_text (gint64 span_us)
{
  g_autoptr (GString) text = g_string_new (span_us < 0 ? "-" : NULL);
  guint64 rest = span_us < 0 ? 0 - (guint64) span_us : (guint64) span_us;

  if (rest == 0)
    return g_strdup ("0s");
  for (guint i = 0; i < G_N_ELEMENTS (units) && rest > 0; i++) {
    guint64 size = (guint64) units[i].us;

    if (units[i].word == NULL || rest < size)
      continue;
    g_string_append_printf (text, "%" G_GUINT64_FORMAT "%s", rest / size, units[i].name);
    rest %= size;
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
tocsin_span_to_words (gint64 span_us)
{
  g_autoptr (GString) text = g_string_new (span_us < 0 ? "−" : NULL);
  guint64 rest = span_us < 0 ? 0 - (guint64) span_us : (guint64) span_us;
  guint n_shown = 0;

  if (rest >= (guint64) TOCSIN_US_PER_S) /* nobody reads the milliseconds of an hour */
    rest -=
        rest % (guint64) (rest >= (guint64) TOCSIN_US_PER_MIN ? TOCSIN_US_PER_S : TOCSIN_US_PER_MS);
  for (guint i = 0; i < G_N_ELEMENTS (units) && n_shown < 2; i++) {
    guint64 size = (guint64) units[i].us, n = rest / size;

    if (units[i].word == NULL)
      continue;
    if (n == 0 && n_shown == 0)
      continue;
    if (n > 0)
      g_string_append_printf (text, "%s%" G_GUINT64_FORMAT " %s%s", n_shown > 0 ? " " : "", n,
                              units[i].word, units[i].us == TOCSIN_US_PER_DAY && n != 1 ? "s" : "");
    n_shown++;
    rest %= size;
  }
  if (n_shown == 0)
    g_string_append (text, "0 s");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static const Unit *
find_unit (const char *name, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (strlen (units[i].name) == length && strncmp (units[i].name, name, length) == 0)
      return &units[i];
  return NULL;
}

gboolean
tocsin_span_from_text (const char *text, gint64 *span_us, GError **error)
{
  const char *at = text;
  double total = 0;

  g_return_val_if_fail (text != NULL, FALSE);

  while (*at != '\0') {
    const Unit *unit;
    char *end = NULL;
    gsize length;
    double number;

    if (!g_ascii_isdigit (*at) && *at != '.')
      break;
    number = g_ascii_strtod (at, &end);
    while (*end == ' ')
      end++;
    length = strcspn (end, "0123456789. ");
    if (length == 0 && *end == '\0' && total == 0) /* a bare number */
      unit = find_unit ("s", 1);
    else
      unit = find_unit (end, length);
    if (unit == NULL)
      break;
    total += number * (double) unit->us;
    at = end + length;
    at += strspn (at, " ");
  }
  if (*at != '\0' || at == text || !(total < 9e18))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "“%s” is no span of time; such as 30s, 5m, 1h30m or 250ms is wanted", text);
  *span_us = (gint64) llround (total);
  return TRUE;
}
