/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "heat"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "heat.h"
#include "timetext.h"
#include "uptime.h"

GArray *
tocsin_heat_new (gint64 from_us, gint64 to_us, guint n_cells)
{
  GArray *cells = g_array_sized_new (FALSE, TRUE, sizeof (TocsinHeatCell), n_cells);

  g_return_val_if_fail (from_us < to_us && n_cells > 0, cells);

  for (guint i = 0; i < n_cells; i++) {
    TocsinHeatCell cell = { .from_us = from_us + (to_us - from_us) * i / n_cells,
                            .to_us = from_us + (to_us - from_us) * (i + 1) / n_cells };

    g_array_append_val (cells, cell);
  }
  return cells;
}

/* What a monitor did within a cell, before it is added to it. */
typedef struct {
  gint64 up_us, down_us;
  int cell; /* -1: none yet */
} Seen;

static void
take (GArray *cells, const Seen *seen)
{
  TocsinHeatCell *cell;

  if (seen->cell < 0)
    return;
  cell = &g_array_index (cells, TocsinHeatCell, seen->cell);
  cell->up_us += seen->up_us;
  cell->down_us += seen->down_us;
  cell->n_seen += seen->up_us + seen->down_us > 0;
  cell->n_down += seen->down_us > 0;
}

void
tocsin_heat_add (GArray *cells, const TocsinSeries *series)
{
  gint64 from_us, span_us;
  Seen seen = { .cell = -1 };

  g_return_if_fail (cells != NULL && cells->len > 0 && series != NULL);

  from_us = g_array_index (cells, TocsinHeatCell, 0).from_us;
  span_us = g_array_index (cells, TocsinHeatCell, cells->len - 1).to_us - from_us;
  for (guint i = 0; i < series->n_points; i++) {
    gint64 end_us = i + 1 < series->n_points ? series->at_us[i + 1] : series->to_us;
    gint64 middle_us = series->at_us[i] + (end_us - series->at_us[i]) / 2 - from_us;
    int cell;

    if (middle_us < 0 || middle_us >= span_us)
      continue;
    cell = (int) ((double) middle_us / (double) span_us * cells->len);
    if (cell != seen.cell) {
      take (cells, &seen);
      seen = (Seen){ .cell = cell };
    }
    seen.up_us += series->up_us[i];
    seen.down_us += series->down_us[i];
  }
  take (cells, &seen);
}

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
