/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "incident.h"
#include "monitors.h"

G_BEGIN_DECLS

/* What an event makes of a heartbeat: lib/judge's two machines after one another, and what is to be
 * written then. Pings, deadlines, pauses and edits all come through here. */

/* A change of the shown state, as a monitor's history has it. `confirming` makes none. */
typedef struct {
  gint64 at_us;
  guint old_state; /* TocsinState */
  guint new_state;
  guint code; /* TocsinCode of the sample that made it; NONE */
} TocsinFlip;

/* An incident that opened, or one that was open and closed. */
typedef struct {
  char *id;               /* (owned) */
  TocsinIncident *opened; /* (owned) (nullable) */
  gint64 ended_at;        /* closed; 0: opened */
  char *text;             /* (owned) (nullable) why it closed */
  TocsinSample *sample;   /* (owned) (nullable) which closed it */
} TocsinIncidentChange;

#define TOCSIN_VERDICT_MOST 4 /* of either that one event can make */

typedef struct {
  gboolean changed; /* heartbeat or judge differ from what is stored */
  gboolean is_seen; /* what members see of it differs: it gets a number of the team's feed */
  gboolean resumed; /* a ping ended the pause: the record's `paused` is to be cleared */
  TocsinFlip flips[TOCSIN_VERDICT_MOST];
  guint n_flips;
  TocsinIncidentChange incidents[TOCSIN_VERDICT_MOST];
  guint n_incidents;
} TocsinVerdict;

/* Fills `n_bytes` with random bytes, for the ids of incidents: randombytes_buf does. */
typedef void (*TocsinRandom) (void *bytes, size_t n_bytes);

/* Runs `event` over a heartbeat's monitor and changes its heartbeat, judge and incident_id. Pure.
 * Of `stored` only team_id, monitor, schedule, and those three are looked at, here and in
 * saving. */
void tocsin_verdict_run (TocsinStoredMonitor *stored, const TocsinHeartbeatEvent *event,
                         gint64 now_us, TocsinRandom random, TocsinVerdict *verdict);

/* The same for a monitor that probes check, whose `stored` has no heartbeat: the judge alone. */
void tocsin_verdict_run_probed (TocsinStoredMonitor *stored, const TocsinJudgeEvent *event,
                                gint64 now_us, TocsinRandom random, TocsinVerdict *verdict);
void tocsin_verdict_clear (TocsinVerdict *verdict);

/* Adds to the incident's own story that it closed. */
void tocsin_incident_change_close (const TocsinIncidentChange *change, TocsinIncident *incident,
                                   gint64 now_us);

/* Writes flips and incidents, and takes the numbers for them and for the monitor's shown state,
 * where it differs: `*seq`, else 0. */
gboolean tocsin_verdict_save_history (TocsinPg *pg, const TocsinStoredMonitor *stored,
                                      const TocsinVerdict *verdict, gint64 now_us, gint64 *seq,
                                      GError **error);

/* Writes it for a heartbeat: its row, flips and incidents. */
gboolean tocsin_verdict_save (TocsinPg *pg, const TocsinStoredMonitor *stored,
                              const TocsinVerdict *verdict, gint64 now_us, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinVerdict, tocsin_verdict_clear)

G_END_DECLS
