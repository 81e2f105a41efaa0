/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

#include "incident.h"
#include "ledger.h"
#include "maintenance.h"
#include "monitor.h"
#include "notice.h"
#include "ping.h"
#include "state.h"

G_BEGIN_DECLS

/* The daemon's heart. It knows every monitor, takes samples and pings in, has lib/judge decide, has
 * the store keep, and tells those who listen: the bus, later alerts and sync. It lives on the main
 * thread; nobody else owns a monitor's state.
 *
 * Signals:
 *   changed (const char *id)    a monitor's status is not what it was; also after add and remove
 *   notice (TocsinNotice *)     something that people should be told
 *   incident (const char *id)   an incident opened, closed or got an update
 *   maintenance ()              the list of maintenance windows changed
 *   problem ()                  the daemon's own health changed: tocsin_watch_get_problem () */
#define TOCSIN_TYPE_WATCH (tocsin_watch_get_type ())
G_DECLARE_FINAL_TYPE (TocsinWatch, tocsin_watch, TOCSIN, WATCH, GObject)

/* How the whole house stands. */
typedef struct {
  gint64 n_by_state[TOCSIN_N_STATES];
  gint64 n_monitors;
  gint64 n_open_incidents;
  gboolean offline;
  char *
      problem; /* (nullable) what is wrong with the daemon itself: a full disk, a set-aside store */
} TocsinSummary;

void tocsin_summary_clear (TocsinSummary *summary);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinSummary, tocsin_summary_clear)

typedef struct _TocsinStore TocsinStore;

/* --- reading; all at once, from memory --- */

/* Finds a monitor by id, a prefix of an id that is unique, or its name. (transfer full) */
char *tocsin_watch_resolve (TocsinWatch *self, const char *text, GError **error);

/* (transfer container): TocsinStatus with tocsin_status_free, problems first, then by name. */
GPtrArray *tocsin_watch_list (TocsinWatch *self);
/* The same of those that are down or degraded. */
GPtrArray *tocsin_watch_list_problems (TocsinWatch *self);
TocsinStatus *tocsin_watch_get_status (TocsinWatch *self, const char *id);

/* (transfer none) (nullable) */
TocsinMonitor *tocsin_watch_get_monitor (TocsinWatch *self, const char *id);

/* FALSE where there is no such monitor. */
gboolean tocsin_watch_get_state (TocsinWatch *self, const char *id, TocsinState *state);

/* With its evidence. (transfer none) (nullable) */
const TocsinSample *tocsin_watch_get_last_sample (TocsinWatch *self, const char *id);

/* An id for a new record. (transfer full) */
char *tocsin_watch_new_id (void);

/* (transfer container) every monitor, unsorted */
GPtrArray *tocsin_watch_get_monitors (TocsinWatch *self);

void tocsin_watch_get_summary (TocsinWatch *self, TocsinSummary *summary);

/* An hour of all monitors together. */
typedef struct {
  TocsinUptime time;
  guint n_seen, n_down; /* monitors that were looked at in it, and those that were down in it */
} TocsinHour;

/* The last 24 hours of all monitors that are not paused, the oldest first. Answers when the first
 * of them began. */
gint64 tocsin_watch_get_hours (TocsinWatch *self, TocsinHour hours[TOCSIN_LEDGER_HOURS]);

/* Why secrets can't be kept or read, as a sentence that says what to do; (nullable) they can. */
void tocsin_watch_set_secrets_problem (TocsinWatch *self, const char *problem);
gboolean tocsin_watch_has_secrets (const TocsinMonitor *monitor);
/* Whether a monitor waits for its secrets, or one that was given could not be kept; "problem" tells
 * of the latter. */
gboolean tocsin_watch_wants_secrets (TocsinWatch *self);
/* The store's vault is open now: who waited for its secrets begins. */
void tocsin_watch_unseal (TocsinWatch *self);

/* (nullable) a sentence; the store's problem, a failed listener, … */
const char *tocsin_watch_get_problem (TocsinWatch *self);

/* (transfer container) (element-type TocsinMaintenance), owned by the array */
GPtrArray *tocsin_watch_get_maintenance (TocsinWatch *self);

/* For queries of history that need nothing of the watch. */
TocsinStore *tocsin_watch_get_store (TocsinWatch *self);

/* --- changing; each ends after its commit --- */

/* Validates and saves; gives it an id (and a heartbeat its ping id and, where it has none, a slug)
 * where it has none. An id that exists is EXISTS. */
void tocsin_watch_add (TocsinWatch *self, TocsinMonitor *monitor /* (transfer full) */,
                       GAsyncReadyCallback callback, gpointer user_data);
char *tocsin_watch_add_finish (TocsinWatch *self, GAsyncResult *result, GError **error); /* id */

/* Replaces the monitor with `edited`, a changed copy of it. `sets_secrets`: those that it has are
 * all of them; else secrets that could not be read stay with it. */
void tocsin_watch_edit (TocsinWatch *self, TocsinMonitor *edited /* (transfer full) */,
                        gboolean sets_secrets, GAsyncReadyCallback callback, gpointer user_data);
void tocsin_watch_remove (TocsinWatch *self, const char *id, GAsyncReadyCallback callback,
                          gpointer user_data);
void tocsin_watch_add_maintenance (TocsinWatch *self, TocsinMaintenance *maintenance,
                                   GAsyncReadyCallback callback, gpointer user_data);
void tocsin_watch_remove_maintenance (TocsinWatch *self, const char *id,
                                      GAsyncReadyCallback callback, gpointer user_data);

/* `text` is a note, a root cause or a resolution by `kind`; ACKNOWLEDGED needs none. Refused for
 * OPENED, STATE and CLOSED, which are the judge's. */
void tocsin_watch_update_incident (TocsinWatch *self, const char *incident_id,
                                   TocsinUpdateKind kind, const char *text, const char *author,
                                   GAsyncReadyCallback callback, gpointer user_data);

/* Ends the five calls above. */
gboolean tocsin_watch_change_finish (TocsinWatch *self, GAsyncResult *result, GError **error);

/* --- checking --- */

/* Checks now, off the beat; the sample is judged and kept like any other. A heartbeat, or one that
 * is in flight already and can't be joined, is INVALID or BUSY. */
void tocsin_watch_check (TocsinWatch *self, const char *id, GAsyncReadyCallback callback,
                         gpointer user_data);

/* Runs a check of a monitor that is not saved; nothing is kept. */
void tocsin_watch_try (TocsinWatch *self, TocsinMonitor *monitor /* (transfer full) */,
                       GAsyncReadyCallback callback, gpointer user_data);

/* Ends both. */
TocsinSample *tocsin_watch_check_finish (TocsinWatch *self, GAsyncResult *result, GError **error);

/* --- pings: the listener's door is watch-pings.h --- */

/* "http://127.0.0.1:7879", nullable: what ping URLs begin with. */
void tocsin_watch_set_ping_base (TocsinWatch *self, const char *base_url);
const char *tocsin_watch_get_ping_base (TocsinWatch *self);

gboolean tocsin_watch_has_heartbeats (TocsinWatch *self);
gboolean tocsin_watch_is_offline (TocsinWatch *self);

/* --- life --- */

/* Loads what the store has and starts; `references` are nullable "HOST:PORT". The store must
 * outlive it. */
TocsinWatch *tocsin_watch_new (TocsinStore *store, char *const *references, GError **error);

/* Ends every check; what is queued is the store's to write. Called before the last unref. */
void tocsin_watch_stop_all (TocsinWatch *self);

G_END_DECLS
