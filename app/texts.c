/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "texts"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <gtk/gtk.h>
#include <math.h>

#include "texts.h"
#include "timetext.h"
#include "uptime.h"

#define LEFT_TO_RIGHT_MARK "\u200e"

static char *
days (gint64 n)
{
  return g_strdup_printf (ngettext ("%d day", "%d days", n), (int) n);
}

/* A big unit and, unless nothing is left, a small one. */
static char *
two (char *big, gint64 rest, char *small)
{
  g_autofree char *owned = big;
  g_autofree char *owned_small = small;

  if (rest == 0)
    return g_steal_pointer (&owned);
  /* Translators: how long, a big unit and a small one: “2 days 4 h”. */
  return g_strdup_printf (C_ ("span", "%s %s"), owned, owned_small);
}

static char *
seconds (gint64 n)
{
  return g_strdup_printf (_ ("%d s"), (int) n);
}

static char *
minutes (gint64 n)
{
  return g_strdup_printf (_ ("%d min"), (int) n);
}

static char *
hours (gint64 n)
{
  return g_strdup_printf (_ ("%d h"), (int) n);
}

char *
tocsin_text_span (gint64 span_us)
{
  gint64 s = span_us / TOCSIN_US_PER_S;

  if (span_us < 0)
    return g_strdup ("—");
  if (span_us < TOCSIN_US_PER_S)
    return g_strdup_printf (_ ("%d ms"), (int) (span_us / TOCSIN_US_PER_MS));
  if (s < 60)
    return seconds (s);
  if (s < 600)
    return two (minutes (s / 60), s % 60, seconds (s % 60));
  if (s < 3600)
    return minutes (s / 60);
  if (s < 86400)
    return two (hours (s / 3600), s % 3600 / 60, minutes (s % 3600 / 60));
  if (s < 14 * 86400)
    return two (days (s / 86400), s % 86400 / 3600, hours (s % 86400 / 3600));
  return days (s / 86400);
}

char *
tocsin_text_latency (double latency_us)
{
  if (isnan (latency_us) || latency_us < 0)
    return g_strdup ("—");
  if (latency_us < TOCSIN_US_PER_MS)
    return g_strdup (_ ("< 1 ms"));
  if (latency_us < TOCSIN_US_PER_S)
    return g_strdup_printf (_ ("%.0f ms"), floor (latency_us / TOCSIN_US_PER_MS));
  if (latency_us < 10 * TOCSIN_US_PER_S)
    return g_strdup_printf (_ ("%.2f s"), latency_us / TOCSIN_US_PER_S);
  if (latency_us < TOCSIN_US_PER_MIN)
    return g_strdup_printf (_ ("%.1f s"), latency_us / TOCSIN_US_PER_S);
  return tocsin_text_span ((gint64) latency_us);
}

char *
tocsin_text_share (double share)
{
  g_autofree char *text = tocsin_uptime_to_text (share);

  /* “%” would go to the other side of the number */
  return gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL
             ? g_strconcat (LEFT_TO_RIGHT_MARK, text, NULL)
             : g_steal_pointer (&text);
}

static GDateTime *
in_zone (gint64 at_us, GTimeZone *zone)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at_us / TOCSIN_US_PER_S);
  g_autoptr (GTimeZone) local = NULL;

  if (zone == NULL)
    zone = local = g_time_zone_new_local ();
  return utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;
}

char *
tocsin_text_time (gint64 at_us, gint64 now_us, GTimeZone *zone)
{
  g_autoptr (GDateTime) at = at_us > 0 ? in_zone (at_us, zone) : NULL;
  g_autoptr (GDateTime) now = in_zone (now_us, zone);

  if (at == NULL || now == NULL)
    return g_strdup ("—");
  if (g_date_time_get_year (at) != g_date_time_get_year (now))
    /* Translators: a day of another year and its time, for strftime: “23 Nov 2025, 14:05”. */
    return g_date_time_format (at, _ ("%-d %b %Y, %H:%M"));
  if (g_date_time_get_day_of_year (at) == g_date_time_get_day_of_year (now))
    return g_date_time_format (at, "%H:%M:%S");
  /* Translators: a day of this year and its time, for strftime: “Mon 23 Nov, 14:05”. */
  return g_date_time_format (at, _ ("%a %-d %b, %H:%M"));
}

char *
tocsin_text_clock (gint64 at_us, GTimeZone *zone)
{
  g_autoptr (GDateTime) at = at_us > 0 ? in_zone (at_us, zone) : NULL;

  return at != NULL ? g_date_time_format (at, "%H:%M") : g_strdup ("—");
}

char *
tocsin_text_time_in_full (gint64 at_us, GTimeZone *zone)
{
  g_autoptr (GDateTime) at = at_us > 0 ? in_zone (at_us, zone) : NULL;

  /* Translators: a time in full, for strftime: “Monday, 23 November 2026, 14:05:33 CET”. */
  return at != NULL ? g_date_time_format (at, _ ("%A, %-d %B %Y, %H:%M:%S %Z")) : g_strdup ("—");
}

char *
tocsin_text_distance (gint64 at_us, gint64 now_us)
{
  gint64 span_us = at_us - now_us;
  g_autofree char *words = tocsin_text_span (ABS (span_us));

  if (ABS (span_us) < TOCSIN_US_PER_S)
    return g_strdup (_ ("now"));
  return g_strdup_printf (span_us > 0 ? _ ("in %s") : _ ("%s ago"), words);
}

char *
tocsin_text_sentence (const char *text)
{
  g_autofree char *first = NULL;
  gunichar initial;

  g_return_val_if_fail (text != NULL, NULL);

  initial = g_utf8_get_char_validated (text, -1);
  if (initial == 0 || initial == (gunichar) -1 || initial == (gunichar) -2)
    return g_strdup (text);
  first = g_utf8_strup (text, g_utf8_next_char (text) - text);
  return g_strconcat (first, g_utf8_next_char (text), NULL);
}
