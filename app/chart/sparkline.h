/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The last samples as a small line: latency as height, a failed one as a full-height tick in the
 * colour of errors, nothing as a gap. It says nothing to screen readers: the row that it is in
 * does. */
#define TOCSIN_TYPE_SPARKLINE (tocsin_sparkline_get_type ())
G_DECLARE_FINAL_TYPE (TocsinSparkline, tocsin_sparkline, TOCSIN, SPARKLINE, GtkWidget)

GtkWidget *tocsin_sparkline_new (void);

/* As TocsinStatus.recent: oldest first, "42" ms, "x" failed, "-" none; nullable. */
void tocsin_sparkline_set_recent (TocsinSparkline *self, const char *const *recent);

G_END_DECLS
