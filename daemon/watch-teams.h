/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "remote.h"
#include "store-teams.h"
#include "watch.h"

G_BEGIN_DECLS

/* The seam between the watch and daemon/sync. A team's monitors are watched like this machine's
 * own, but for three things: its server decides how they stand (unless it can't be reached), says
 * which of them this machine checks, and is told of every change and of every sample. */

typedef enum {
  TOCSIN_TEAM_MONITOR,     /* TocsinMonitor */
  TOCSIN_TEAM_MAINTENANCE, /* TocsinMaintenance */
  TOCSIN_TEAM_INCIDENT,    /* before: TocsinIncident; after: the TocsinUpdate that is added */
} TocsinTeamObject;

/* What somebody here does to what is a team's. */
typedef struct {
  const char *team;
  TocsinTeamObject object;
  const char *id;       /* (nullable) it is to get one */
  gconstpointer before; /* (nullable) it is added */
  gconstpointer after;  /* (nullable) it is removed */
} TocsinTeamChange;

typedef struct {
  /* Whether the team's server would take it, as far as is known here. A sentence for people. */
  gboolean (*may_change) (const TocsinTeamChange *change, GError **error, gpointer user_data);
  /* Keeps it for the server, on disk together with what it changes here. */
  void (*add_change) (const TocsinTeamChange *change, TocsinStoreBatch *batch, gpointer user_data);
  void (*add_sample) (TocsinMonitor *monitor, const TocsinSample *sample, gpointer user_data);
} TocsinTeamFuncs;

/* `funcs` (nullable) must live until they are set anew. */
void tocsin_watch_set_team_funcs (TocsinWatch *self, const TocsinTeamFuncs *funcs,
                                  gpointer user_data);

/* --- teams --- */

void tocsin_watch_put_team (TocsinWatch *self, const char *id, const char *name,
                            const char *ping_base);
/* A project of the team is called so; NULL: it is gone. */
void tocsin_watch_put_project (TocsinWatch *self, const char *team, const char *id,
                               const char *name);
/* id → name. (transfer none) */
GHashTable *tocsin_watch_get_projects (TocsinWatch *self, const char *team);
void tocsin_watch_set_team_away (TocsinWatch *self, const char *id, gboolean away);
/* Its monitors and windows go from memory; or, with `keep`, become this machine's own, and are
 * saved so. */
void tocsin_watch_drop_team (TocsinWatch *self, const char *id, gboolean keep,
                             TocsinStoreBatch *batch);

/* --- what a team's server says; in memory, as the caller wrote it into its batch --- */

/* Its monitor is this one now. */
void tocsin_watch_put_team_monitor (TocsinWatch *self,
                                    TocsinMonitor *monitor /* (transfer full) */);
void tocsin_watch_drop_team_monitor (TocsinWatch *self, const char *id);
void tocsin_watch_put_team_window (TocsinWatch *self, TocsinMaintenance *window);
void tocsin_watch_drop_team_window (TocsinWatch *self, const char *id);
/* An incident of a team is another. */
void tocsin_watch_tell_team_incident (TocsinWatch *self, const char *id);

/* How it judges a monitor. `told` is kept over from what was known; where people have to hear of
 * it, they do; `incident` (nullable) is what they are told of. Answers what is to be stored:
 * (transfer none) (nullable) there is no such monitor. */
const TocsinRemote *tocsin_watch_put_remote (TocsinWatch *self, const char *id,
                                             TocsinRemote *remote /* (transfer full) */,
                                             const TocsinIncident *incident);
/* (transfer none) (nullable) */
const TocsinRemote *tocsin_watch_get_remote (TocsinWatch *self, const char *id);

/* Which of a team's monitors are checked here: a set of ids. */
void tocsin_watch_set_assigned (TocsinWatch *self, const char *team, GHashTable *ids);
guint tocsin_watch_count_assigned (TocsinWatch *self, const char *team);

/* People should know of it; `text` is the sentence. */
void tocsin_watch_tell_conflict (TocsinWatch *self, const char *id, const char *name,
                                 const char *member, const char *author, const char *text);

G_END_DECLS
