/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "outbox.h"
#include "server-client.h"

G_BEGIN_DECLS

/* This machine as a probe of a team: it greets the server, learns which monitors it is to check,
 * and brings it the samples. */
#define TOCSIN_TYPE_TEAM_PROBE (tocsin_team_probe_get_type ())
G_DECLARE_FINAL_TYPE (TocsinTeamProbe, tocsin_team_probe, TOCSIN, TEAM_PROBE, GObject)

/* What it is to the rest of the room. */
typedef struct {
  /* The server answered a greeting: it names the team. */
  void (*greeted) (const char *team, const char *probe, gpointer user_data);
  /* These are to be checked here: an array of {id, revision}. */
  void (*assigned) (JsonArray *monitors, gpointer user_data);
  /* The server can or can't be reached; `problem` (nullable) says why. `revoked`: it does not want
   * this probe any more, and never will. */
  void (*reached) (gboolean reached, gboolean revoked, const char *problem, gpointer user_data);
  /* How many of the team's monitors are checked here. */
  guint (*count) (gpointer user_data);
} TocsinTeamProbeFuncs;

/* `client` has the probe's token. It does nothing before it is started. */
TocsinTeamProbe *tocsin_team_probe_new (TocsinServerClient *client,
                                        const TocsinTeamProbeFuncs *funcs, gpointer user_data);
void tocsin_team_probe_start (TocsinTeamProbe *self);
/* Nothing is called after it. */
void tocsin_team_probe_stop (TocsinTeamProbe *self);

/* Where its samples wait; from then on they are brought. (transfer full) */
void tocsin_team_probe_set_outbox (TocsinTeamProbe *self, TocsinStore *store, const char *team,
                                   gint64 bytes);
TocsinOutbox *tocsin_team_probe_get_outbox (TocsinTeamProbe *self); /* (nullable) */

/* Somebody heard that the assignments may be others. */
void tocsin_team_probe_look (TocsinTeamProbe *self);

/* Fetches monitors with their secrets, for a probe that has no other way to them: `ids` is
 * NULL-ended, of at most 1000. Ends with the reply's array. */
void tocsin_team_probe_fetch (TocsinTeamProbe *self, const char *const *ids,
                              GAsyncReadyCallback callback, gpointer user_data);
JsonArray *tocsin_team_probe_fetch_finish (TocsinTeamProbe *self, GAsyncResult *result,
                                           GError **error);

G_END_DECLS
