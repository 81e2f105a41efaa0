/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "monitor-cache.h"
#include "verdict.h"

G_BEGIN_DECLS

/* A heartbeat's row, locked. `stored` is what the verdict works on: the monitor and its schedule
 * are the cache's, the texts the result's. */
typedef struct {
  TocsinStoredMonitor stored;
  const char *monitor_id;
  const char *ping_id;
  gint64 revision;
  gint64 rate_tat_at;
  GArray *verdicts; /* (owned) of TocsinVerdict, where a ping was not plain */
  gboolean is_touched;
} TocsinHeartbeatRow;

/* What a query has to select, and after it the judge's state, which may be NULL. */
#define TOCSIN_HEARTBEAT_ROW_COLUMNS                                                             \
  "team_id, monitor_id, ping_id, revision, status, last_ping_at, last_start_at, last_start_rid," \
  " last_duration_us, deadline_at, n_pings, rate_tat_at, incident_id"

/* Row `i`; `rows` must outlive it. */
TocsinHeartbeatRow *tocsin_heartbeat_row_read (const TocsinPgRows *rows, guint i, GError **error);
void tocsin_heartbeat_row_free (TocsinHeartbeatRow *row);

gboolean tocsin_heartbeat_row_read_judge (TocsinHeartbeatRow *row, const char *text,
                                          GError **error);

/* Sets `stored`'s monitor and schedule. */
gboolean tocsin_heartbeat_row_know_monitor (TocsinHeartbeatRow *row, TocsinMonitorCache *cache,
                                            TocsinPg *pg, GError **error);

G_END_DECLS
