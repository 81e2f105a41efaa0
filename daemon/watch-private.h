/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "engine.h"
#include "own-network.h"
#include "references.h"
#include "scheduler.h"
#include "sleep-watch.h"
#include "store.h"
#include "watch-teams.h"
#include "watch.h"
#include "watched.h"

G_BEGIN_DECLS

/* What the files of the watch share. Each is one concern: watch.c (life), watch-lookup.c (reading),
 * watch-changes.c (records), watch-checks.c (beats, jobs and samples), watch-judge.c (decisions and
 * what follows from them), watch-cover.c (maintenance, dependencies), watch-network.c (is it us?),
 * watch-pings.c (heartbeats), watch-secrets.c (passwords and their key), watch-teams.c (what is a
 * team's). */
struct _TocsinWatch {
  GObject parent_instance;

  TocsinStore *store;           /* (not owned) */
  TocsinEngine *engine;         /* (owned) */
  TocsinScheduler *scheduler;   /* (owned) */
  TocsinReferences *references; /* (owned) */
  TocsinSleepWatch *sleep;      /* (owned) */
  GNetworkMonitor *network;     /* (not owned) */

  GHashTable *by_id;      /* (owned) id → TocsinWatched, owned */
  GPtrArray *maintenance; /* (owned) (element-type TocsinMaintenance) */
  guint maintenance_id;   /* the source of the next look */
  guint n_dependants;     /* monitors that are behind others */
  guint n_heartbeats;
  gint64 hurried_at_us; /* monotonic; since then `n_hurried` monitors were checked out of turn */
  guint n_hurried;
  char *ping_base;         /* (nullable) */
  char *ping_key;          /* of /ping/<key>/<slug> */
  guint n_pings_waiting;   /* for their commit */
  char *problem;           /* (nullable) the store's */
  char *secrets_problem;   /* (nullable) why there is no key for the secrets */
  gboolean secrets_wanted; /* somebody gave one that could not be kept */
  gboolean rescuing;       /* the damaged database is being set aside */

  /* teams */
  GHashTable *teams;                 /* (owned) id → TocsinWatchTeam, owned */
  const TocsinTeamFuncs *team_funcs; /* (not owned) (nullable) */
  gpointer team_data;

  /* our own network */
  TocsinNetworkState *own; /* (owned) */
  gboolean offline;
  guint grace_id; /* after a suspend */
};

extern guint tocsin_watch_signals[];
enum {
  TOCSIN_WATCH_CHANGED,
  TOCSIN_WATCH_NOTICE,
  TOCSIN_WATCH_INCIDENT,
  TOCSIN_WATCH_MAINTENANCE,
  TOCSIN_WATCH_PROBLEM,
  TOCSIN_WATCH_N_SIGNALS,
};

void tocsin_watch_emit_changed (TocsinWatch *self, const TocsinWatched *watched);

/* --- watch-checks.c --- */

typedef enum {
  TOCSIN_START_SPREAD, /* the first check comes within half a minute */
  TOCSIN_START_NOW,    /* at once, unless many are added together */
} TocsinStart;

/* Starts its beat, unless it is paused or none of ours to check; ends it. */
void tocsin_watch_start (TocsinWatch *self, TocsinWatched *watched, TocsinStart how);
void tocsin_watch_stop (TocsinWatch *self, TocsinWatched *watched);

/* A sample came from wherever: it is marked, judged, kept and told of. */
void tocsin_watch_take_sample (TocsinWatch *self, TocsinWatched *watched,
                               TocsinSample *sample /* (transfer full) */);
void tocsin_watch_due_cb (gpointer beat_data, gint64 due_us, gboolean is_retry);

/* --- watch-secrets.c --- */

/* Whether the secrets of `monitor` could be kept; it may have none. */
gboolean tocsin_watch_can_keep (TocsinWatch *self, const TocsinMonitor *monitor, GError **error);
/* What a monitor says that waits for its secrets; it takes a sample. */
void tocsin_watch_miss_secrets (TocsinWatch *self, TocsinWatched *watched);

/* --- watch-judge.c --- */

/* Lets the judge step and does what it says: store first, then tell. Answers the actions. */
guint tocsin_watch_judge (TocsinWatch *self, TocsinWatched *watched, const TocsinJudgeEvent *event,
                          gint64 now_us);
void tocsin_watch_save_judge (TocsinWatch *self, TocsinWatched *watched);
void tocsin_watch_look_at_certificate (TocsinWatch *self, TocsinWatched *watched, gint64 now_us);
/* Tells how a monitor stands; `incident` (nullable) is the one that opened or closed. */
void tocsin_watch_tell_of (TocsinWatch *self, TocsinWatched *watched, TocsinTell what,
                           const TocsinIncident *incident, gint64 now_us);
void tocsin_watch_tell (TocsinWatch *self, TocsinNotice *notice /* (transfer full) */);

/* --- watch-cover.c --- */

void tocsin_watch_look_at_maintenance (TocsinWatch *self);
/* Of one monitor, whose id or tags are new. */
void tocsin_watch_look_at_maintenance_of (TocsinWatch *self, TocsinWatched *watched, gint64 now_us);
void tocsin_watch_look_at_parents (TocsinWatch *self, TocsinWatched *watched, gint64 now_us);
void tocsin_watch_look_at_children (TocsinWatch *self, TocsinWatched *parent, gint64 now_us);
void tocsin_watch_ask_parents (TocsinWatch *self, TocsinWatched *watched);

/* --- watch-changes.c --- */

/* What follows in memory when a monitor came, was replaced, or went. */
void tocsin_watch_put_in (TocsinWatch *self, TocsinWatched *watched /* (transfer full) */);
void tocsin_watch_replace (TocsinWatch *self, TocsinWatched *watched,
                           TocsinMonitor *monitor /* (transfer full) */, gboolean sets_secrets);
/* A maintenance window is there, in place of the one with its id; or is gone. */
void tocsin_watch_put_window (TocsinWatch *self, TocsinMaintenance *window /* (transfer full) */);
void tocsin_watch_drop_window (TocsinWatch *self, const char *id);

/* (transfer full) (nullable) */
TocsinWatched *tocsin_watch_take_out (TocsinWatch *self, const char *id);

/* --- watch-teams.c --- */

GHashTable *tocsin_watch_make_teams (void);
/* The team of this id; made, as away, where it is not known yet. NULL where `id` is NULL. */
TocsinWatchTeam *tocsin_watch_find_team (TocsinWatch *self, const char *id);

/* A team's monitor is in one of its projects: makes a name its id, and nothing the only one. */
gboolean tocsin_watch_complete_project (TocsinWatch *self, TocsinMonitor *monitor, GError **error);

/* Whether the team's server would take the change; TRUE for what is this machine's own. */
gboolean tocsin_watch_may_change (TocsinWatch *self, const TocsinTeamChange *change,
                                  GError **error);
/* Adds the operation to what is written with the record. */
void tocsin_watch_pass_change (TocsinWatch *self, const TocsinTeamChange *change,
                               TocsinStoreBatch *batch);
void tocsin_watch_pass_sample (TocsinWatch *self, const TocsinWatched *watched,
                               const TocsinSample *sample);

/* --- watch-network.c --- */

void tocsin_watch_network_start (TocsinWatch *self);
void tocsin_watch_network_stop (TocsinWatch *self);

/* Before a failure is believed: makes the sample inconclusive where it may be our own network. */
void tocsin_watch_doubt (TocsinWatch *self, const TocsinWatched *watched, TocsinSample *sample);

G_END_DECLS
