/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "monitor.h"
#include "pg.h"
#include "schedule.h"

G_BEGIN_DECLS

/* Monitors that were read and understood already, by id and revision, so that a ping need not read
 * them again. For one thread. */
typedef struct _TocsinMonitorCache TocsinMonitorCache;

typedef struct {
  TocsinMonitor *monitor;   /* (owned) */
  TocsinSchedule *schedule; /* (owned) */
  gint64 revision;
} TocsinKnownMonitor;

TocsinMonitorCache *tocsin_monitor_cache_new (void);
void tocsin_monitor_cache_free (TocsinMonitorCache *cache);

/* The monitor at this revision, which the caller's transaction keeps from changing; the cache's
 * own, until the next call of trim (). */
const TocsinKnownMonitor *tocsin_monitor_cache_get (TocsinMonitorCache *cache, TocsinPg *pg,
                                                    const char *team_id, const char *monitor_id,
                                                    gint64 revision, GError **error);

/* Between transactions: forgets, where there are too many. */
void tocsin_monitor_cache_trim (TocsinMonitorCache *cache);

G_END_DECLS
