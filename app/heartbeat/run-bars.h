/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How long the last runs of a job took: a bar a run, oldest first; failed ones are hatched. */
#define TOCSIN_TYPE_RUN_BARS (tocsin_run_bars_get_type ())
G_DECLARE_FINAL_TYPE (TocsinRunBars, tocsin_run_bars, TOCSIN, RUN_BARS, GtkWidget)

typedef struct {
  gint64 at_us;
  gint64 duration_us;
  gboolean failed;
} TocsinRun;

GtkWidget *tocsin_run_bars_new (void);

/* (element-type TocsinRun) oldest first; copied. */
void tocsin_run_bars_set_runs (TocsinRunBars *self, GArray *runs);

/* The runs that (element-type TocsinPing) `pings`, newest first, have ended: pure. (transfer full)
 * (element-type TocsinRun) oldest first */
GArray *tocsin_runs_from_pings (GPtrArray *pings);

/* Which of `n` bars is at `x` of `width`; -1: none. Pure. */
int tocsin_run_bars_find (double x, double width, guint n);

G_END_DECLS
