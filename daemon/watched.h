/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

#include "engine.h"
#include "heartbeat.h"
#include "incident.h"
#include "judge.h"
#include "ledger.h"
#include "monitor.h"
#include "remote.h"
#include "schedule.h"
#include "scheduler.h"
#include "state.h"

G_BEGIN_DECLS

/* A team as far as its monitors are concerned. */
typedef struct {
  char *id, *name;      /* (owned) */
  char *ping_base;      /* (owned) (nullable) what its ping URLs begin with */
  GHashTable *projects; /* (owned) id → name, of which `project` of its monitors is the id */
  gboolean away;        /* its server can't be reached: what it said last may not be so any more */
  gint64 away_since;    /* µs */
} TocsinWatchTeam;

/* A monitor while the daemon runs: what it is, how it stands, and what is under way. Owned by the
 * watch; thousands of them, so kept small. */
typedef struct {
  TocsinMonitor *monitor; /* (owned) */
  GRefString *host; /* (owned) for the limit a host, and for telling our network from theirs */

  /* how it stands */
  TocsinJudge *judge;                     /* (owned) */
  TocsinLedger *ledger;                   /* (owned) */
  TocsinIncident *incident;               /* (owned) (nullable) the open one */
  TocsinSample *last;                     /* (owned) (nullable) with its evidence */
  gint32 recent_ms[TOCSIN_STATUS_RECENT]; /* a ring; see RECENT_* in watched.c */
  guint8 recent_at, n_recent;
  TocsinSample *past; /* (owned) (nullable) the newest from before the start, until there is one */
  gint64 cert_not_after; /* µs; 0: none seen */
  gint64 cert_told;      /* the threshold that people were told of, days; < 0: none */

  /* heartbeat only */
  TocsinHeartbeat *heartbeat; /* (owned) (nullable) */
  TocsinSchedule *schedule;   /* (owned) (nullable) */

  /* a team's */
  TocsinWatchTeam *team; /* (not owned) (nullable) the watch's; NULL: this machine's own */
  TocsinRemote *remote;  /* (owned) (nullable) how its server judges it */
  gboolean runs_here;    /* its server wants it checked by this machine */

  /* what covers it; the judge knows too */
  gboolean in_maintenance;
  gboolean parent_is_down;
  gboolean secrets_missing;

  /* under way */
  TocsinBeat *beat; /* (not owned) (nullable) the scheduler's */
  TocsinJob *job;   /* (not owned) (nullable) the engine's */
  guint job_flags;  /* TocsinSampleFlags of the job */
  GSList *waiting;  /* (owned) (element-type GTask) who wait for its sample */
  gpointer watch;   /* (not owned) */
} TocsinWatched;

/* Takes the monitor over. */
TocsinWatched *tocsin_watched_new (TocsinMonitor *monitor /* (transfer full) */);
void tocsin_watched_free (TocsinWatched *watched); /* its beat and job must be gone */

/* The monitor was edited: takes the new one over. */
void tocsin_watched_set_monitor (TocsinWatched *watched,
                                 TocsinMonitor *monitor /* (transfer full) */);

/* As it is shown. */
TocsinState tocsin_watched_get_state (const TocsinWatched *watched);

/* Its name. (nullable) */
const char *tocsin_watched_get_project (const TocsinWatched *watched);
/* Of the open incident. (nullable) */
const char *tocsin_watched_get_incident_id (const TocsinWatched *watched);

/* How long a sample speaks for the time after it; heartbeats until their next one. */
gint64 tocsin_watched_get_cut_us (const TocsinWatched *watched);

/* What was seen before this start (element-type TocsinSample), newest first: it stands before what
 * came since, and its newest is shown until there is another. */
void tocsin_watched_seed (TocsinWatched *watched, GPtrArray *samples);
/* The newest sample; (nullable) */
const TocsinSample *tocsin_watched_get_last (const TocsinWatched *watched);

/* Keeps `sample` as the last one, and in ring and ledger. */
void tocsin_watched_note_sample (TocsinWatched *watched,
                                 TocsinSample *sample /* (transfer full) */);

/* `ping_base` is nullable. */
TocsinStatus *tocsin_watched_get_status (const TocsinWatched *watched, const char *ping_base,
                                         gint64 now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinWatched, tocsin_watched_free)

G_END_DECLS
