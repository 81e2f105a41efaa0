/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "monitor-cache.h"
#include "pg.h"

G_BEGIN_DECLS

/* What covers a checked monitor without being a sample: a monitor that it is behind and that is
 * down, and maintenance. Each brings some verdicts up to date that nobody else has taken; `*n` is
 * how many. */
gboolean tocsin_parents_run (TocsinPg *pg, TocsinMonitorCache *cache, gint64 now_us, guint *n,
                             GError **error);
gboolean tocsin_maintenance_run (TocsinPg *pg, TocsinMonitorCache *cache, gint64 now_us, guint *n,
                                 GError **error);

G_END_DECLS
