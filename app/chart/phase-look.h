/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "sample.h"

G_BEGIN_DECLS

/* The named colour of a phase, the same in charts, bars and legends: “phase_tls”; style.css says
 * which it is. */
const char *tocsin_phase_get_color (TocsinPhase phase);

/* What a colour means, in the order of the stack; with `sample` each phase's time beside it, and
 * only those that it has. It wraps where it is narrow. (transfer floating) */
GtkWidget *tocsin_phase_legend_new (const TocsinSample *sample /* (nullable) */);

/* Where a phase lies within a bar. */
typedef struct {
  TocsinPhase phase;
  double from, width; /* pixels */
} TocsinPhasePart;

/* Lays out the phases of a sample over `width` pixels, which stand for `total_us` (≤ 0: for the sum
 * of the phases). A phase that took any time has a pixel at least, at the cost of the longest.
 * Answers how many there are. Pure. */
guint tocsin_phases_lay_out (const TocsinSample *sample, gint64 total_us, double width,
                             TocsinPhasePart parts[TOCSIN_N_PHASES]);

G_END_DECLS
