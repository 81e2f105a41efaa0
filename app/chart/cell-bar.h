/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "days.h"

G_BEGIN_DECLS

/* A row of cells in time, of which a subclass knows what they are: days, or a monitor's last hours.
 * Up is full height, partly down has a foot of another colour, down is hatched in the colour of
 * errors, no data a low stump. The arrow keys move a cursor, whose cell is told as the description;
 * so does the pointer, with a tooltip. Where it is too narrow for all cells, the latest are
 * shown. */
#define TOCSIN_TYPE_CELL_BAR (tocsin_cell_bar_get_type ())
G_DECLARE_DERIVABLE_TYPE (TocsinCellBar, tocsin_cell_bar, TOCSIN, CELL_BAR, GtkWidget)

struct _TocsinCellBarClass {
  GtkWidgetClass parent_class;

  guint (*count) (TocsinCellBar *self);
  /* `share` is what was up of what is known; NAN with TOCSIN_DAY_NO_DATA. */
  TocsinDayLook (*get_look) (TocsinCellBar *self, guint index, double *share);
  /* The cell in words. (transfer full) */
  char *(*describe) (TocsinCellBar *self, guint index);
};

/* -1: none */
int tocsin_cell_bar_get_cursor (TocsinCellBar *self);

/* For subclasses: there are other cells than before, which `summary` tells in a sentence. */
void tocsin_cell_bar_changed (TocsinCellBar *self, const char *summary);

/* Which cell of `n_cells` is at `x`, where a width shows the last `n_shown` of them; -1: none.
 * Pure. */
int tocsin_cells_find (double x, double width, guint n_shown, guint n_cells);

/* How many of `n_cells` a width has room for, and one at least. Pure. */
guint tocsin_cells_count_shown (double width, guint n_cells);

/* For the box of labels below a bar: time goes to the right everywhere, as in the bar. */
void tocsin_cell_bar_direct_times (GtkWidget *times);

G_END_DECLS
