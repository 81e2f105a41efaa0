/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "monitor-cache.h"
#include "pg.h"

G_BEGIN_DECLS

/* Takes some of the heartbeats whose deadline may have passed, those that nobody else has taken,
 * and makes them down where it has. `next_at` is when to look again, in µs since the epoch: in the
 * past where there are more; 0: nothing is due. A ping that commits first wins, since the row was
 * locked and its deadline read under the lock. */
gboolean tocsin_overdue_run (TocsinPg *pg, TocsinMonitorCache *cache, gint64 *next_at,
                             GError **error);

G_END_DECLS
