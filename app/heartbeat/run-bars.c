/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "run-bars"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ping.h"
#include "run-bars.h"
#include "texts.h"

#define HEIGHT     72
#define BAR_WIDEST 24
#define BAR_LEAST  3 /* high: a run of no time at all was a run */
#define HATCH      3

struct _TocsinRunBars {
  GtkWidget parent_instance;

  GArray *runs; /* (owned) (element-type TocsinRun) */
  gint64 most_us;
};

G_DEFINE_FINAL_TYPE (TocsinRunBars, tocsin_run_bars, GTK_TYPE_WIDGET)

GArray *
tocsin_runs_from_pings (GPtrArray *pings)
{
  GArray *runs = g_array_new (FALSE, FALSE, sizeof (TocsinRun));

  g_return_val_if_fail (pings != NULL, runs);

  for (guint i = pings->len; i > 0; i--) {
    const TocsinPing *ping = pings->pdata[i - 1];
    TocsinRun run = { ping->at_us, ping->duration_us, ping->kind == TOCSIN_PING_FAIL };

    if (ping->duration_us >= 0)
      g_array_append_val (runs, run);
  }
  return runs;
}

static double
step_of (double width, guint n)
{
  return n > 0 ? MIN (width / n, BAR_WIDEST) : 0;
}

int
tocsin_run_bars_find (double x, double width, guint n)
{
  double step = step_of (width, n);
  double from = width - step * n; /* they stand at the end, where now is */

  if (n == 0 || step <= 0 || x < from || x >= width)
    return -1;
  return (int) MIN ((x - from) / step, n - 1);
}

/* --- drawing --- */

static void
draw_hatched (GtkSnapshot *snapshot, const GdkRGBA *color, float x, float y, float width,
              float bottom)
{
  for (float top = bottom; top > y; top -= 2 * HATCH) {
    float upper = MAX (top - HATCH, y);

    gtk_snapshot_append_color (snapshot, color, &GRAPHENE_RECT_INIT (x, upper, width, top - upper));
  }
}

static void
tocsin_run_bars_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TocsinRunBars *self = TOCSIN_RUN_BARS (widget);
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  float width = (float) gtk_widget_get_width (widget);
  float height = (float) gtk_widget_get_height (widget);
  float step = (float) step_of (width, self->runs->len);
  float from = width - step * (float) self->runs->len;
  float bar = MAX (1, floorf (step) - (step >= 4 ? 2 : 1));
  GdkRGBA fine, failed;

  gtk_style_context_get_color (style, &fine);
  if (!gtk_style_context_lookup_color (style, "error_color", &failed))
    failed = fine;
  if (!gtk_style_context_lookup_color (style, "accent_color", &fine))
    fine.alpha *= 0.7f;
  for (guint i = 0; i < self->runs->len; i++) {
    const TocsinRun *run = &g_array_index (self->runs, TocsinRun, i);
    float share = self->most_us > 0 ? (float) run->duration_us / (float) self->most_us : 0;
    float high = MAX (BAR_LEAST, roundf (share * height));
    float x = roundf (from + step * (float) i);

    if (run->failed)
      draw_hatched (snapshot, &failed, x, height - high, bar, height);
    else
      gtk_snapshot_append_color (snapshot, &fine,
                                 &GRAPHENE_RECT_INIT (x, height - high, bar, high));
  }
}

static void
tocsin_run_bars_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                         int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : 0;
  *minimum_baseline = *natural_baseline = -1;
}

static char *
describe (const TocsinRun *run)
{
  g_autofree char *at = tocsin_text_time (run->at_us, g_get_real_time (), NULL);
  g_autofree char *duration = tocsin_text_latency ((double) run->duration_us);

  if (run->failed)
    /* Translators: when a run ended, and how long it took. */
    return g_strdup_printf (_ ("%s: failed after %s"), at, duration);
  /* Translators: when a run ended, and how long it took. */
  return g_strdup_printf (_ ("%s: done in %s"), at, duration);
}

static gboolean
tocsin_run_bars_query_tooltip (GtkWidget *widget, int x, int y, gboolean by_keyboard,
                               GtkTooltip *tooltip)
{
  TocsinRunBars *self = TOCSIN_RUN_BARS (widget);
  int i =
      by_keyboard ? -1 : tocsin_run_bars_find (x, gtk_widget_get_width (widget), self->runs->len);
  g_autofree char *text = NULL;

  if (i < 0)
    return FALSE;
  text = describe (&g_array_index (self->runs, TocsinRun, i));
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

/* --- life --- */

static void
tocsin_run_bars_finalize (GObject *object)
{
  g_array_unref (TOCSIN_RUN_BARS (object)->runs);
  G_OBJECT_CLASS (tocsin_run_bars_parent_class)->finalize (object);
}

static void
tocsin_run_bars_class_init (TocsinRunBarsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = tocsin_run_bars_finalize;
  widget_class->snapshot = tocsin_run_bars_snapshot;
  widget_class->measure = tocsin_run_bars_measure;
  widget_class->query_tooltip = tocsin_run_bars_query_tooltip;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
tocsin_run_bars_init (TocsinRunBars *self)
{
  self->runs = g_array_new (FALSE, FALSE, sizeof (TocsinRun));
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
}

GtkWidget *
tocsin_run_bars_new (void)
{
  return g_object_new (TOCSIN_TYPE_RUN_BARS, NULL);
}

void
tocsin_run_bars_set_runs (TocsinRunBars *self, GArray *runs)
{
  g_autofree char *most = NULL;
  g_autofree char *summary = NULL;
  guint n_failed = 0;

  g_return_if_fail (TOCSIN_IS_RUN_BARS (self) && runs != NULL);

  g_array_set_size (self->runs, 0);
  if (runs->len > 0)
    g_array_append_vals (self->runs, runs->data, runs->len);
  self->most_us = 0;
  for (guint i = 0; i < runs->len; i++) {
    const TocsinRun *run = &g_array_index (runs, TocsinRun, i);

    self->most_us = MAX (self->most_us, run->duration_us);
    n_failed += run->failed ? 1 : 0;
  }
  most = tocsin_text_latency ((double) self->most_us);
  /* Translators: a chart in a sentence: of how many runs, the longest, how many failed. */
  summary = g_strdup_printf (_ ("The last %u runs: the longest took %s, %u failed"), runs->len,
                             most, n_failed);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, summary,
                                  -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
