/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "fields.h"

G_BEGIN_DECLS

/* Servers, teams and what is theirs, as the daemon tells of them: data/org.tocsin.Tocsin1.xml,
 * Accounts and its neighbours. All are read with app/decode.h. */

typedef enum {
  TOCSIN_ROLE_NONE, /* of a newer server */
  TOCSIN_ROLE_VIEWER,
  TOCSIN_ROLE_EDITOR,
  TOCSIN_ROLE_ADMIN,
  TOCSIN_ROLE_OWNER,
} TocsinRole;

typedef enum {
  TOCSIN_TEAM_IN_STEP,
  TOCSIN_TEAM_SYNCING,
  TOCSIN_TEAM_OFFLINE,
  TOCSIN_TEAM_SIGNED_OUT,
  TOCSIN_TEAM_FORBIDDEN, /* somebody took our role away */
} TocsinTeamState;

#define TOCSIN_N_TEAM_STATES (TOCSIN_TEAM_FORBIDDEN + 1)

typedef struct {
  char *id, *name, *slug;
  char *role;   /* as the server calls it */
  guint state;  /* TocsinTeamState */
  gint64 since; /* of the state; 0: unknown */
  gint64 synced_at;
  gint64 operations, refused, outbox_bytes, dropped;
  gboolean checks_here;
  char *probe, *problem; /* (nullable) */
} TocsinTeam;

typedef struct {
  char *id, *server, *email, *name;
  char *state, *problem; /* problem: (nullable) */
  GPtrArray *teams;      /* (nullable) (element-type TocsinTeam) */
} TocsinAccount;

typedef struct {
  char *id, *name, *kind, *state;
  char **labels; /* (nullable) */
  gint64 seen_at, monitors;
  gboolean here;
} TocsinProbe;

typedef struct {
  char *id, *name;
} TocsinProject;

/* What a probe saw last of a monitor. */
typedef struct {
  char *probe, *probe_name, *code;
  gint64 at, failed, good, slow; /* the counts are in a row */
  gboolean here;
} TocsinSeen;

typedef struct {
  gint64 at;
  char *team, *kind, *text;
  char *record, *record_name, *type, *member, *mine, *theirs, *by; /* (nullable) */
} TocsinSyncNews;

extern const TocsinFields tocsin_account_fields, tocsin_team_fields, tocsin_probe_fields,
    tocsin_project_fields, tocsin_seen_fields, tocsin_sync_news_fields;

void tocsin_account_free (TocsinAccount *account);
void tocsin_probe_free (TocsinProbe *probe);
void tocsin_project_free (TocsinProject *project);
void tocsin_seen_free (TocsinSeen *seen);
void tocsin_sync_news_free (TocsinSyncNews *news);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinSyncNews, tocsin_sync_news_free)

TocsinRole tocsin_team_get_role (const TocsinTeam *team);

/* Whether we may change what is the team's. */
gboolean tocsin_team_may_edit (const TocsinTeam *team);

/* The team of `accounts` (element-type TocsinAccount); NULL where there is none. */
const TocsinTeam *tocsin_teams_find (GPtrArray *accounts, const char *id /* (nullable) */);

/* All teams of all accounts. (transfer container) (element-type TocsinTeam) of `accounts` */
GPtrArray *tocsin_teams_list (GPtrArray *accounts);

G_END_DECLS
