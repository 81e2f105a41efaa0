/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "drain.h"
#include "monitor-cache.h"
#include "numbers.h"
#include "probed-verdict.h"

G_BEGIN_DECLS

/* One transaction's work, step by step. Slots are places in the drain's arrays. */

typedef struct {
  const char *team_id; /* the ticket's */
  const char *probe_id;
  TocsinNumbers numbers;
  gint64 heard_at;
} TocsinDrainProbe;

/* A sample that counts. */
typedef struct {
  TocsinPoint point; /* its time corrected */
  gint64 number;
  const char *reason; /* (nullable) the batch's */
  guint probe;        /* slot */
} TocsinDrainSample;

typedef struct {
  const char *team_id; /* the batch's, as is the next */
  const char *monitor_id;
  TocsinProbedRow *row;       /* (nullable) it is not there */
  TocsinDrainSample *samples; /* by time */
  guint n_samples;
} TocsinDrainMonitor;

typedef struct {
  TocsinDrainDesk *desk;
  GPtrArray *tickets;
  gint64 now_us;

  GArray *probes;             /* of TocsinDrainProbe, sorted by team and id */
  GArray *monitors;           /* of TocsinDrainMonitor, sorted likewise */
  GPtrArray *rows;            /* (owned) of TocsinProbedRow, those that are there */
  TocsinDrainSample *samples; /* (owned) of all monitors, one after the other */
} TocsinDrain;

/* Stores the runs, and reasons where they are news. */
gboolean tocsin_drain_write_runs (TocsinPg *pg, const TocsinDrain *drain, GError **error);

/* Brings hours and days up to date. */
gboolean tocsin_drain_write_rollups (TocsinPg *pg, const TocsinDrain *drain, GError **error);

/* Judges all monitors' samples in their order, and writes what follows. */
gboolean tocsin_drain_judge (TocsinPg *pg, const TocsinDrain *drain, TocsinMonitorCache *cache,
                             GError **error);

G_END_DECLS
