/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "device-login.h"
#include "sync-log.h"
#include "watch-teams.h"

G_BEGIN_DECLS

/* The servers that somebody signed in to on this machine, and their teams. Whatever is a team's
 * passes through here; what is this machine's own does not.
 *
 * Signal "changed": accounts, teams, projects, probes or the log are not as they were. */
#define TOCSIN_TYPE_SYNC (tocsin_sync_get_type ())
G_DECLARE_FINAL_TYPE (TocsinSync, tocsin_sync, TOCSIN, SYNC, GObject)

/* Loads what was kept, and begins. Both must outlive it. */
TocsinSync *tocsin_sync_new (TocsinStore *store, TocsinWatch *watch);
/* Ends every team; what waits stays on disk. Called before the last unref. */
void tocsin_sync_stop (TocsinSync *self);

/* The store's vault is open now: who waited for a token begins. */
void tocsin_sync_unseal (TocsinSync *self);

/* --- signing in and out --- */

/* Ends with the login, whose code is to be shown. INVALID: no server's address, or no server. */
void tocsin_sync_login (TocsinSync *self, const char *server, GAsyncReadyCallback callback,
                        gpointer user_data);
/* `id` (transfer full) names the login for the next two calls. */
const TocsinDeviceCode *tocsin_sync_login_finish (TocsinSync *self, GAsyncResult *result, char **id,
                                                  GError **error);
/* Ends when it was granted and the teams are known, with the account's id. */
void tocsin_sync_login_wait (TocsinSync *self, const char *id, GAsyncReadyCallback callback,
                             gpointer user_data);
char *tocsin_sync_login_wait_finish (TocsinSync *self, GAsyncResult *result, GError **error);
gboolean tocsin_sync_login_cancel (TocsinSync *self, const char *id, GError **error);

/* `account` is an id or a server's address. With `keep` the teams' monitors become this machine's
 * own. Ends when it is forgotten here; the server is told if it can be reached. */
void tocsin_sync_logout (TocsinSync *self, const char *account, gboolean keep,
                         GAsyncReadyCallback callback, gpointer user_data);
gboolean tocsin_sync_logout_finish (TocsinSync *self, GAsyncResult *result, GError **error);

/* --- teams --- */

/* `team`: an id, a name, a slug, or "" for all. Ends after a round of each. */
void tocsin_sync_run (TocsinSync *self, const char *team, GAsyncReadyCallback callback,
                      gpointer user_data);
gboolean tocsin_sync_run_finish (TocsinSync *self, GAsyncResult *result, GError **error);
gboolean tocsin_sync_set_checks_here (TocsinSync *self, const char *team, gboolean on,
                                      GError **error);
/* An id from an id, a name or a slug. (transfer none) */
const char *tocsin_sync_resolve_team (TocsinSync *self, const char *text, GError **error);

/* --- reading: floating variants as data/org.tocsin.Tocsin1.xml has them --- */

GVariant *tocsin_sync_list_accounts (TocsinSync *self);
GVariant *tocsin_sync_list_projects (TocsinSync *self, const char *team);
GVariant *tocsin_sync_list_probes (TocsinSync *self, const char *team);
GVariant *tocsin_sync_list_votes (TocsinSync *self, const char *monitor);

/* What all probes of its team saw of a monitor; where its server can't be asked, or it is no
 * team's, what was seen here. */
void tocsin_sync_get_series (TocsinSync *self, const char *monitor, gint64 from_us, gint64 to_us,
                             guint n_points, GAsyncReadyCallback callback, gpointer user_data);
TocsinSeries *tocsin_sync_get_series_finish (TocsinSync *self, GAsyncResult *result,
                                             GError **error);

/* A request of the server's own API, as the account's person. Ends with status and body. */
void tocsin_sync_call (TocsinSync *self, const char *account, const char *method, const char *path,
                       const char *json, GAsyncReadyCallback callback, gpointer user_data);
TocsinServerReply *tocsin_sync_call_finish (TocsinSync *self, GAsyncResult *result, GError **error);

G_END_DECLS
