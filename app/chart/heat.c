/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "heat"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "heat.h"
#include "timetext.h"
#include "uptime.h"

double
tocsin_heat_cell_get_share (const TocsinHeatCell *cell)
{
  TocsinUptime uptime = { 0 };

  g_return_val_if_fail (cell != NULL, NAN);

  uptime.up_us = cell->up_us;
  uptime.down_us = cell->down_us;
  return tocsin_uptime_get_share (&uptime);
}

TocsinDayLook
tocsin_heat_cell_get_look (const TocsinHeatCell *cell)
{
  return tocsin_day_look_of (tocsin_heat_cell_get_share (cell));
}

static char *
clock_of (gint64 at_us, GTimeZone *zone)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at_us / TOCSIN_US_PER_S);
  g_autoptr (GDateTime) at =
      zone != NULL ? g_date_time_to_timezone (utc, zone) : g_date_time_to_local (utc);

  return g_date_time_format (at, "%H:%M");
}

char *
tocsin_heat_cell_describe (const TocsinHeatCell *cell, GTimeZone *zone)
{
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;

  g_return_val_if_fail (cell != NULL, NULL);

  from = clock_of (cell->from_us, zone);
  to = clock_of (cell->to_us, zone);
  if (cell->n_seen == 0)
    return g_strdup_printf (_ ("%s – %s: no data"), from, to);
  if (cell->n_down == 0)
    return g_strdup_printf (ngettext ("%s – %s: %u monitor, never down",
                                      "%s – %s: %u monitors, never down", cell->n_seen),
                            from, to, cell->n_seen);
  /* Translators: two times of the day, how many were down, and of how many. */
  return g_strdup_printf (
      ngettext ("%s – %s: %u of %u monitor down", "%s – %s: %u of %u monitors down", cell->n_seen),
      from, to, cell->n_down, cell->n_seen);
}
