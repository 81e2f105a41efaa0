/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "server-client.h"
#include "sync-log.h"
#include "watch-teams.h"

G_BEGIN_DECLS

/* A team and this machine's copy of it: what was changed here goes to its server, what was changed
 * elsewhere comes from there, in one round trip. It works without the server too: then changes
 * wait, on disk. */
typedef struct _TocsinTeamSync TocsinTeamSync;

typedef enum {
  TOCSIN_TEAM_IN_STEP,
  TOCSIN_TEAM_SYNCING,
  TOCSIN_TEAM_OFFLINE,    /* the server can't be reached */
  TOCSIN_TEAM_SIGNED_OUT, /* the token is no good any more */
  TOCSIN_TEAM_FORBIDDEN,  /* we are no member any more */
} TocsinTeamState;

extern const TocsinWords tocsin_team_state_words;

/* A probe of the team. */
typedef struct {
  char *id, *name, *kind, *state;
  char **labels;
  gint64 seen_at, monitors;
} TocsinProbeInfo;

typedef struct {
  void (*changed) (gpointer user_data);
  /* The server says that we are no member, or signed out: the account looks. */
  void (*look) (gpointer user_data);
} TocsinTeamSyncFuncs;

typedef struct {
  TocsinStore *store;
  TocsinWatch *watch;
  TocsinServerClient *client; /* the account's */
  const char *account;        /* id */
  const char *user;           /* id */
  const char *client_id;      /* of this machine, a UUID */
} TocsinTeamSyncSetup;

/* `document` (nullable) is what was kept of it. */
TocsinTeamSync *tocsin_team_sync_new (const TocsinTeamSyncSetup *setup, const char *id,
                                      const TocsinDocument *document,
                                      const TocsinTeamSyncFuncs *funcs, gpointer user_data);
/* Ends it; what waits stays on disk. */
void tocsin_team_sync_free (TocsinTeamSync *team);

/* What the account learned of it. */
void tocsin_team_sync_set_about (TocsinTeamSync *team, const char *name, const char *slug,
                                 const char *role);

/* Begins, or tries again at once. */
void tocsin_team_sync_start (TocsinTeamSync *team);

/* A round now; ends after it, with the error that kept it from being in step. */
void tocsin_team_sync_run (TocsinTeamSync *team, GAsyncReadyCallback callback, gpointer user_data);
gboolean tocsin_team_sync_run_finish (TocsinTeamSync *team, GAsyncResult *result, GError **error);

/* Everything of it goes from this machine; or, with `keep`, its monitors become the machine's
 * own. */
void tocsin_team_sync_forget (TocsinTeamSync *team, gboolean keep, TocsinStoreBatch *batch);

/* --- what was changed here; see TocsinTeamFuncs --- */

gboolean tocsin_team_sync_may_change (TocsinTeamSync *team, const TocsinTeamChange *change,
                                      GError **error);
void tocsin_team_sync_add_change (TocsinTeamSync *team, const TocsinTeamChange *change,
                                  TocsinStoreBatch *batch);
void tocsin_team_sync_add_sample (TocsinTeamSync *team, const char *monitor,
                                  const TocsinSample *sample);

/* Whether this machine checks monitors for the team. */
void tocsin_team_sync_set_checks_here (TocsinTeamSync *team, gboolean on);

/* --- reading --- */

/* `a{sv}`, floating; see the bus' Accounts. */
GVariant *tocsin_team_sync_describe (TocsinTeamSync *team);
gboolean tocsin_team_sync_is_reached (TocsinTeamSync *team); /* as far as is known */
const char *tocsin_team_sync_get_name (TocsinTeamSync *team);
const char *tocsin_team_sync_get_slug (TocsinTeamSync *team);
const char *tocsin_team_sync_get_probe (TocsinTeamSync *team); /* (nullable) this machine's */
GPtrArray *tocsin_team_sync_get_probes (TocsinTeamSync *team); /* (element-type TocsinProbeInfo) */

G_END_DECLS
