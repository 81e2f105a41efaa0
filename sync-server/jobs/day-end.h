/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "pg.h"

G_BEGIN_DECLS

/* What is done once a UTC day is over, an hour after it, for what was late: its runs of samples
 * become one for each monitor and probe, and how long each monitor was up goes into its `days`.
 * Also makes the partitions of the days to come. Takes some of it that nobody else has taken; `*n`
 * is how much. */
gboolean tocsin_day_end_run (TocsinPg *pg, gint64 now_us, guint *n, GError **error);

G_END_DECLS
