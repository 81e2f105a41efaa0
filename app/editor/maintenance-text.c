/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "maintenance-text"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "maintenance-text.h"
#include "maintenance-windows.h"
#include "texts.h"
#include "zone.h"

#define NEXT_MOST 5

static const char *const rules[] = {
  [TOCSIN_REPEAT_NEVER] = NULL,           [TOCSIN_REPEAT_DAILY] = "FREQ=DAILY",
  [TOCSIN_REPEAT_WEEKLY] = "FREQ=WEEKLY", [TOCSIN_REPEAT_MONTHLY] = "FREQ=MONTHLY",
  [TOCSIN_REPEAT_CUSTOM] = NULL,
};

TocsinRepeat
tocsin_repeat_of_rule (const char *rrule)
{
  if (rrule == NULL)
    return TOCSIN_REPEAT_NEVER;
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (rules[i] != NULL && g_ascii_strcasecmp (rules[i], rrule) == 0)
      return i;
  return TOCSIN_REPEAT_CUSTOM;
}

const char *
tocsin_repeat_get_rule (TocsinRepeat repeat)
{
  g_return_val_if_fail (repeat < G_N_ELEMENTS (rules), NULL);
  return rules[repeat];
}

char *
tocsin_maintenance_text_start (const char *starts)
{
  char *text = g_strdup (starts);
  char *t = text != NULL ? strchr (text, 'T') : NULL;

  if (t == NULL)
    return text;
  *t = ' ';
  if (g_str_has_suffix (text, ":00") && strlen (t) == strlen (" 02:00:00"))
    text[strlen (text) - strlen (":00")] = '\0';
  return text;
}

char *
tocsin_maintenance_read_start (const char *text)
{
  g_auto (GStrv) words = NULL;
  g_autofree char *stripped = NULL;

  if (text == NULL)
    return NULL;
  stripped = g_strstrip (g_strdup (text));
  words = g_strsplit_set (stripped, " T", 2);
  if (g_strv_length (words) != 2)
    return g_steal_pointer (&stripped);
  g_strstrip (words[1]);
  /* "2:00" is what people write; and seconds are nobody's business. */
  return g_strdup_printf ("%sT%s%s%s", words[0], strlen (words[1]) == strlen ("2:00") ? "0" : "",
                          words[1], strlen (words[1]) <= strlen ("02:00") ? ":00" : "");
}

static char *
describe (const TocsinMaintenanceSpan *span, gint64 now_us, GTimeZone *zone)
{
  g_autofree char *from = tocsin_text_time (span->starts_at, now_us, zone);
  /* On the day that it begins, the end is an hour alone. */
  g_autofree char *to = tocsin_text_time (span->ends_at, now_us, zone);

  /* Translators: from when to when: “Mon 23 Nov, 02:00 to Mon 23 Nov, 04:00”. */
  return g_strdup_printf (_ ("%s to %s"), from, to);
}

char *
tocsin_maintenance_text_next (const TocsinMaintenance *maintenance, gint64 now_us, guint n)
{
  TocsinMaintenanceSpan spans[NEXT_MOST];
  g_autoptr (GTimeZone) zone = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  guint n_spans;

  g_return_val_if_fail (maintenance != NULL, NULL);

  zone = tocsin_zone_new (maintenance->tz, NULL);
  if (zone == NULL || !tocsin_maintenance_check (maintenance, NULL))
    return g_strdup ("");
  n_spans = tocsin_maintenance_next (maintenance, now_us, spans, MIN (n, NEXT_MOST));
  if (n_spans == 0)
    return g_strdup (_ ("It is over."));
  for (guint i = 0; i < n_spans; i++) {
    g_autofree char *line = describe (&spans[i], now_us, zone);

    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", line);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
tocsin_maintenance_text_scope (const TocsinMaintenance *maintenance)
{
  g_autofree char *monitors = NULL, *tags = NULL;
  guint n;

  g_return_val_if_fail (maintenance != NULL, NULL);

  if (maintenance->all)
    return g_strdup (_ ("All monitors"));
  n = maintenance->monitors != NULL ? g_strv_length (maintenance->monitors) : 0;
  monitors = g_strdup_printf (ngettext ("%u monitor", "%u monitors", n), n);
  if (maintenance->tags == NULL || maintenance->tags[0] == NULL)
    return g_steal_pointer (&monitors);
  tags = g_strjoinv (", ", maintenance->tags);
  /* Translators: how many monitors, and tags. */
  return n > 0 ? g_strdup_printf (_ ("%s, and those tagged %s"), monitors, tags)
               : g_strdup_printf (_ ("Monitors tagged %s"), tags);
}
