/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "day-bar"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "day-bar.h"
#include "texts.h"
#include "uptime.h"

struct _TocsinDayBar {
  TocsinCellBar parent_instance;

  GArray *days;    /* (owned) (nullable) */
  GTimeZone *zone; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (TocsinDayBar, tocsin_day_bar, TOCSIN_TYPE_CELL_BAR)

static guint
tocsin_day_bar_count (TocsinCellBar *bar)
{
  TocsinDayBar *self = TOCSIN_DAY_BAR (bar);

  return self->days != NULL ? self->days->len : 0;
}

static TocsinDayLook
tocsin_day_bar_get_look (TocsinCellBar *bar, guint index, double *share)
{
  const TocsinDay *day = &g_array_index (TOCSIN_DAY_BAR (bar)->days, TocsinDay, index);

  *share = tocsin_day_get_share (day);
  return tocsin_day_get_look (day);
}

static char *
tocsin_day_bar_describe (TocsinCellBar *bar, guint index)
{
  TocsinDayBar *self = TOCSIN_DAY_BAR (bar);

  return tocsin_day_describe (&g_array_index (self->days, TocsinDay, index), self->zone);
}

static void
tocsin_day_bar_dispose (GObject *object)
{
  TocsinDayBar *self = TOCSIN_DAY_BAR (object);

  g_clear_pointer (&self->days, g_array_unref);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  G_OBJECT_CLASS (tocsin_day_bar_parent_class)->dispose (object);
}

static void
tocsin_day_bar_class_init (TocsinDayBarClass *klass)
{
  TocsinCellBarClass *bar_class = TOCSIN_CELL_BAR_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tocsin_day_bar_dispose;
  bar_class->count = tocsin_day_bar_count;
  bar_class->get_look = tocsin_day_bar_get_look;
  bar_class->describe = tocsin_day_bar_describe;
}

static void
tocsin_day_bar_init (TocsinDayBar *self)
{
}

GtkWidget *
tocsin_day_bar_new (void)
{
  return g_object_new (TOCSIN_TYPE_DAY_BAR, NULL);
}

static char *
summarize (GArray *days)
{
  TocsinUptime all = { 0 };
  g_autofree char *share = NULL;

  for (guint i = 0; i < days->len; i++) {
    all.up_us += g_array_index (days, TocsinDay, i).up_us;
    all.down_us += g_array_index (days, TocsinDay, i).down_us;
  }
  share = tocsin_text_share (tocsin_uptime_get_share (&all));
  return g_strdup_printf (ngettext ("Uptime of %u day: %s", "Uptime of %u days: %s", days->len),
                          days->len, share);
}

void
tocsin_day_bar_set_days (TocsinDayBar *self, GArray *days, GTimeZone *zone)
{
  g_autofree char *summary = NULL;

  g_return_if_fail (TOCSIN_IS_DAY_BAR (self) && days != NULL && zone != NULL);

  g_array_ref (days);
  g_time_zone_ref (zone);
  g_clear_pointer (&self->days, g_array_unref);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  self->days = days;
  self->zone = zone;
  summary = summarize (days);
  tocsin_cell_bar_changed (TOCSIN_CELL_BAR (self), summary);
}
