/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "heat-strip"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "heat-strip.h"
#include "texts.h"
#include "uptime.h"

struct _TocsinHeatStrip {
  TocsinCellBar parent_instance;

  GArray *cells;   /* (owned) (nullable) */
  GTimeZone *zone; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (TocsinHeatStrip, tocsin_heat_strip, TOCSIN_TYPE_CELL_BAR)

static guint
tocsin_heat_strip_count (TocsinCellBar *bar)
{
  TocsinHeatStrip *self = TOCSIN_HEAT_STRIP (bar);

  return self->cells != NULL ? self->cells->len : 0;
}

static TocsinDayLook
tocsin_heat_strip_get_look (TocsinCellBar *bar, guint index, double *share)
{
  const TocsinHeatCell *cell =
      &g_array_index (TOCSIN_HEAT_STRIP (bar)->cells, TocsinHeatCell, index);

  *share = tocsin_heat_cell_get_share (cell);
  return tocsin_heat_cell_get_look (cell);
}

static char *
tocsin_heat_strip_describe (TocsinCellBar *bar, guint index)
{
  TocsinHeatStrip *self = TOCSIN_HEAT_STRIP (bar);

  return tocsin_heat_cell_describe (&g_array_index (self->cells, TocsinHeatCell, index),
                                    self->zone);
}

static void
tocsin_heat_strip_dispose (GObject *object)
{
  TocsinHeatStrip *self = TOCSIN_HEAT_STRIP (object);

  g_clear_pointer (&self->cells, g_array_unref);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  G_OBJECT_CLASS (tocsin_heat_strip_parent_class)->dispose (object);
}

static void
tocsin_heat_strip_class_init (TocsinHeatStripClass *klass)
{
  TocsinCellBarClass *bar_class = TOCSIN_CELL_BAR_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_heat_strip_dispose;
  bar_class->count = tocsin_heat_strip_count;
  bar_class->get_look = tocsin_heat_strip_get_look;
  bar_class->describe = tocsin_heat_strip_describe;
}

static void
tocsin_heat_strip_init (TocsinHeatStrip *self)
{
}

GtkWidget *
tocsin_heat_strip_new (void)
{
  return g_object_new (TOCSIN_TYPE_HEAT_STRIP, NULL);
}

static char *
summarize (GArray *cells)
{
  TocsinUptime all = { 0 };
  g_autofree char *share = NULL;
  g_autofree char *span = NULL;
  gint64 span_us = 0;

  for (guint i = 0; i < cells->len; i++) {
    const TocsinHeatCell *cell = &g_array_index (cells, TocsinHeatCell, i);

    all.up_us += cell->up_us;
    all.down_us += cell->down_us;
    span_us += cell->to_us - cell->from_us;
  }
  share = tocsin_text_share (tocsin_uptime_get_share (&all));
  span = tocsin_text_span (span_us);
  /* Translators: how long, and a share: “Uptime of all monitors, 24 h: 99.98 %”. */
  return g_strdup_printf (_ ("Uptime of all monitors, %s: %s"), span, share);
}

void
tocsin_heat_strip_set_cells (TocsinHeatStrip *self, GArray *cells, GTimeZone *zone)
{
  g_autofree char *summary = NULL;

  g_return_if_fail (TOCSIN_IS_HEAT_STRIP (self) && cells != NULL);

  g_array_ref (cells);
  g_clear_pointer (&self->cells, g_array_unref);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  self->cells = cells;
  self->zone = zone != NULL ? g_time_zone_ref (zone) : NULL;
  summary = summarize (cells);
  tocsin_cell_bar_changed (TOCSIN_CELL_BAR (self), summary);
}
