/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "days"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "days.h"
#include "texts.h"
#include "timetext.h"
#include "uptime.h"

#define PARTLY_SHARE 0.9 /* less than that, and the day was a bad one */

/* The midnights of the last days: n_days + 1 of them. */
static GArray *
find_midnights (guint n_days, gint64 now_us, GTimeZone *zone)
{
  GArray *midnights = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now_us / TOCSIN_US_PER_S);
  g_autoptr (GDateTime) now = g_date_time_to_timezone (utc, zone);

  for (guint i = 0; i <= n_days; i++) {
    /* Each from its date: a day whose midnight the clock jumps over begins later, not the others
     * with it. */
    g_autoptr (GDateTime) day = g_date_time_add_days (now, (int) i + 1 - (int) n_days);
    g_autoptr (GDateTime) midnight =
        g_date_time_new (zone, g_date_time_get_year (day), g_date_time_get_month (day),
                         g_date_time_get_day_of_month (day), 0, 0, 0);
    gint64 at_us = g_date_time_to_unix (midnight) * TOCSIN_US_PER_S;

    g_array_append_val (midnights, at_us);
  }
  return midnights;
}

static guint
count_incidents (const GPtrArray *incidents, const TocsinDay *day)
{
  guint n = 0;

  for (guint i = 0; incidents != NULL && i < incidents->len; i++) {
    const TocsinIncident *incident = incidents->pdata[i];

    n += incident->began_at < day->to_us &&
         (incident->ended_at == 0 || incident->ended_at > day->from_us);
  }
  return n;
}

static void
add_hour (TocsinDay *day, const TocsinSeries *hours, guint i)
{
  guint n_good = hours->n[i] - MIN (hours->n_failed[i], hours->n[i]);

  day->up_us += hours->up_us[i];
  day->down_us += hours->down_us[i];
  if (isnan (hours->mean_us[i]) || n_good == 0)
    return;
  day->n_measured += n_good;
  if (isnan (day->mean_us))
    day->mean_us = hours->mean_us[i];
  else
    day->mean_us += (hours->mean_us[i] - day->mean_us) * n_good / day->n_measured;
}

GArray *
tocsin_days_fold (const TocsinSeries *hours, const GPtrArray *incidents, guint n_days,
                  gint64 now_us, GTimeZone *zone)
{
  GArray *days = g_array_new (FALSE, TRUE, sizeof (TocsinDay));
  g_autoptr (GArray) midnights = NULL;
  guint hour = 0;

  g_return_val_if_fail (hours != NULL && zone != NULL, days);

  midnights = find_midnights (n_days, now_us, zone);
  for (guint i = 0; i < n_days; i++) {
    TocsinDay day = { .from_us = g_array_index (midnights, gint64, i),
                      .to_us = g_array_index (midnights, gint64, i + 1),
                      .mean_us = NAN };

    while (hour < hours->n_points && hours->at_us[hour] < day.from_us)
      hour++;
    for (; hour < hours->n_points && hours->at_us[hour] < day.to_us; hour++)
      add_hour (&day, hours, hour);
    day.n_incidents = count_incidents (incidents, &day);
    g_array_append_val (days, day);
  }
  return days;
}

double
tocsin_day_get_share (const TocsinDay *day)
{
  TocsinUptime uptime = { 0 };

  g_return_val_if_fail (day != NULL, NAN);

  uptime.up_us = day->up_us;
  uptime.down_us = day->down_us;
  return tocsin_uptime_get_share (&uptime);
}

TocsinDayLook
tocsin_day_look_of (double share)
{
  if (isnan (share))
    return TOCSIN_DAY_NO_DATA;
  if (share >= 1)
    return TOCSIN_DAY_UP;
  return share >= PARTLY_SHARE ? TOCSIN_DAY_PARTLY : TOCSIN_DAY_DOWN;
}

TocsinDayLook
tocsin_day_get_look (const TocsinDay *day)
{
  return tocsin_day_look_of (tocsin_day_get_share (day));
}

char *
tocsin_day_describe (const TocsinDay *day, GTimeZone *zone)
{
  g_autoptr (GDateTime) utc = NULL;
  g_autoptr (GDateTime) local = NULL;
  g_autofree char *date = NULL;
  g_autofree char *share = NULL;
  g_autofree char *down = NULL;
  g_autofree char *mean = NULL;
  g_autoptr (GString) text = NULL;

  g_return_val_if_fail (day != NULL && zone != NULL, NULL);

  utc = g_date_time_new_from_unix_utc (day->from_us / TOCSIN_US_PER_S);
  local = g_date_time_to_timezone (utc, zone);
  /* Translators: a day, for strftime: “Mon 23 Nov 2026”. */
  date = g_date_time_format (local, _ ("%a %-d %b %Y"));
  if (tocsin_day_get_look (day) == TOCSIN_DAY_NO_DATA)
    return g_strdup_printf (_ ("%s: no data"), date);
  share = tocsin_text_share (tocsin_day_get_share (day));
  text = g_string_new (NULL);
  g_string_append_printf (text, _ ("%s: uptime %s"), date, share);
  if (day->down_us > 0) {
    down = tocsin_text_span (day->down_us);
    g_string_append_printf (text, _ (", down %s"), down);
  }
  if (day->n_incidents > 0)
    g_string_append_printf (text, ngettext (", %u incident", ", %u incidents", day->n_incidents),
                            day->n_incidents);
  if (!isnan (day->mean_us)) {
    mean = tocsin_text_latency (day->mean_us);
    g_string_append_printf (text, _ (", ⌀ %s"), mean);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
