/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "cell-bar.h"
#include "heat.h"

G_BEGIN_DECLS

/* How all monitors fared over the last hours, a cell an hour. */
#define TOCSIN_TYPE_HEAT_STRIP (tocsin_heat_strip_get_type ())
G_DECLARE_FINAL_TYPE (TocsinHeatStrip, tocsin_heat_strip, TOCSIN, HEAT_STRIP, TocsinCellBar)

GtkWidget *tocsin_heat_strip_new (void);

/* (element-type TocsinHeatCell) oldest first; taken by reference, and not to be changed then.
 * `zone` is nullable: local. */
void tocsin_heat_strip_set_cells (TocsinHeatStrip *self, GArray *cells, GTimeZone *zone);

G_END_DECLS
