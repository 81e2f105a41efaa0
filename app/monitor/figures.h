/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "monitor-data.h"

G_BEGIN_DECLS

/* Uptime, incidents and latency of 24 h, 7, 30 and 90 days, a card each. */
#define TOCSIN_TYPE_FIGURES (tocsin_figures_get_type ())
G_DECLARE_FINAL_TYPE (TocsinFigures, tocsin_figures, TOCSIN, FIGURES, GtkWidget)

void tocsin_figures_set (TocsinFigures *self, TocsinWindow window, const TocsinFigure *figure);

G_END_DECLS
