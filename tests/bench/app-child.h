/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What bench-app measures in a process of its own, which prints one number and ends. */

/* ms from `began_us` (monotonic) to the first frame of an empty AdwApplicationWindow. */
int bench_child_empty (gint64 began_us);

/* The same of the app. */
int bench_child_app (gint64 began_us);

/* ms from the choice of `monitor_id` with 90 days to the frame that shows its chart. */
int bench_child_chart (const char *monitor_id);

/* The app with its window open, until it is killed. */
int bench_child_idle (void);

G_END_DECLS
