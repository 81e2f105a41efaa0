/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "cell-bar.h"
#include "days.h"

G_BEGIN_DECLS

/* A bar of days. */
#define TOCSIN_TYPE_DAY_BAR (tocsin_day_bar_get_type ())
G_DECLARE_FINAL_TYPE (TocsinDayBar, tocsin_day_bar, TOCSIN, DAY_BAR, TocsinCellBar)

GtkWidget *tocsin_day_bar_new (void);

/* (element-type TocsinDay) oldest first; taken by reference. `zone` as they were folded. */
void tocsin_day_bar_set_days (TocsinDayBar *self, GArray *days, GTimeZone *zone);

G_END_DECLS
