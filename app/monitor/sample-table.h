/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "sample.h"

G_BEGIN_DECLS

/* The last samples in columns: when, outcome, latency, its phases, why. It is also what a screen
 * reader has in place of the chart.
 *
 * Signals:
 *   activated (TocsinSample *)   a row: to show its evidence */
#define TOCSIN_TYPE_SAMPLE_TABLE (tocsin_sample_table_get_type ())
G_DECLARE_FINAL_TYPE (TocsinSampleTable, tocsin_sample_table, TOCSIN, SAMPLE_TABLE, GtkWidget)

/* (element-type TocsinSample) newest first; taken by reference, not changed. */
void tocsin_sample_table_set_samples (TocsinSampleTable *self, GPtrArray *samples);

G_END_DECLS
