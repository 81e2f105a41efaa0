/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "verdict.h"

G_BEGIN_DECLS

/* What is shown of a monitor that probes check: a row of `verdicts`, which is locked before
 * anything of it is judged. Samples, silence, pauses, edits, maintenance and parents all come
 * through here. */

typedef struct {
  TocsinStoredMonitor stored; /* team_id, judge and incident_id are owned; monitor is borrowed */
  char *monitor_id;
  gint64 revision; /* of the monitor's record */
  gint64 look_at;  /* 0: nobody has to look */
  gboolean behind;
  gboolean in_maintenance;

  GArray *verdicts;       /* (owned) of TocsinVerdict, those that are to be written */
  gboolean votes_changed; /* a probe says something else than before */
  GHashTable *codes;      /* (owned) (nullable) probe → TocsinCode of its last sample */
  char *votes;            /* (owned) (nullable) as stored: what members were told last */
} TocsinProbedRow;

/* What a query has to select of `verdicts v JOIN records r`. */
#define TOCSIN_PROBED_ROW_COLUMNS                                                        \
  "v.team_id, v.monitor_id, r.revision, v.look_at, v.behind, v.in_maintenance, v.judge," \
  " v.incident_id, v.votes"

#define TOCSIN_PROBED_ROW_WIDTH 9

TocsinProbedRow *tocsin_probed_row_read (const TocsinPgRows *rows, guint i, GError **error);
void tocsin_probed_row_free (TocsinProbedRow *row);

/* One event, after `stored.monitor` was set. What it makes is kept in the row. `now_us` is the
 * sample's own time where it is one; flips never go back behind the one before. */
void tocsin_probed_row_step (TocsinProbedRow *row, const TocsinJudgeEvent *event, gint64 now_us);

/* When all probes will have been silent for too long, if none is heard before: two intervals, and
 * no less than a minute, after the last that was heard; `since_us` where none was. */
gint64 tocsin_probed_row_get_silent_at (const TocsinProbedRow *row, gint64 since_us);

/* Writes all of `rows` (element-type TocsinProbedRow), which are sorted by team and monitor. Takes
 * the teams' numbers, so make nothing after it that waits for another lock. */
gboolean tocsin_probed_rows_save (TocsinPg *pg, GPtrArray *rows, gint64 now_us, GError **error);

/* Follows an edit of `stored`, whose row is locked: a pause or its end, other thresholds, other
 * parents. */
gboolean tocsin_probed_verdict_follow (TocsinPg *pg, const TocsinStoredMonitor *stored,
                                       gboolean was_paused, gint64 now_us, GError **error);

/* The row of a new monitor. */
gboolean tocsin_probed_verdict_insert (TocsinPg *pg, const TocsinStoredMonitor *stored,
                                       gint64 now_us, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinProbedRow, tocsin_probed_row_free)

G_END_DECLS
