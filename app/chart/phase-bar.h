/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "sample.h"

G_BEGIN_DECLS

/* Where the time of one check went: its phases side by side, a gap between them. */
#define TOCSIN_TYPE_PHASE_BAR (tocsin_phase_bar_get_type ())
G_DECLARE_FINAL_TYPE (TocsinPhaseBar, tocsin_phase_bar, TOCSIN, PHASE_BAR, GtkWidget)

GtkWidget *tocsin_phase_bar_new (void);

/* NULL: nothing. The whole width is `total_us`, so that bars below each other can be compared;
 * ≤ 0: this sample's own time. */
void tocsin_phase_bar_set_sample (TocsinPhaseBar *self, const TocsinSample *sample /* (nullable) */,
                                  gint64 total_us);

G_END_DECLS
