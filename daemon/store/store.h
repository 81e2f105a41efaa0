/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

#include "incident.h"
#include "maintenance.h"
#include "monitor.h"
#include "ping.h"
#include "point.h"
#include "rollup.h"
#include "series.h"
#include "state.h"
#include "vault.h"

G_BEGIN_DECLS

/* The daemon's memory, a SQLite database in the data folder. One thread writes, one reads, each
 * with a connection of its own; callers are on the main thread and get their answers there. What
 * is acknowledged (a record, an incident, a ping) is on disk; samples are written once a second.
 *
 * Asynchronous calls end with tocsin_store_finish () or the pointer's own finish function. */
typedef struct _TocsinStore TocsinStore;

typedef struct {
  gint64 keep_samples_us; /* every sample */
  gint64 keep_hours_us;   /* hourly figures; daily ones stay for ever */
} TocsinStoreOptions;

#define TOCSIN_STORE_KEEP_SAMPLES_US (90 * TOCSIN_US_PER_DAY)
#define TOCSIN_STORE_KEEP_HOURS_US   (400 * TOCSIN_US_PER_DAY)
#define TOCSIN_STORE_DECISIONS       100    /* kept a monitor */
#define TOCSIN_STORE_PINGS           1000   /* kept a monitor */
#define TOCSIN_STORE_WAITING_SAMPLES 200000 /* kept in memory while the disk is full */

/* How long things are kept, set anew while it runs; it counts from the next upkeep on. What was
 * forgotten does not come back. */
void tocsin_store_set_options (TocsinStore *store, const TocsinStoreOptions *options);
TocsinStoreOptions tocsin_store_get_options (TocsinStore *store); /* on any thread */

/* What is wrong with the store, for people; NULL: nothing. On the main thread. `damaged`: the file
 * is not what was written; see tocsin_store_set_aside (). */
typedef void (*TocsinStoreProblemFunc) (const char *problem, gboolean damaged, gpointer user_data);

/* Opens or makes `data_dir`/tocsin.db. A file that is no database is set aside under another name,
 * which becomes the problem; TOO_NEW leaves it untouched; EXISTS: another daemon has it. */
TocsinStore *tocsin_store_open (const char *data_dir, const TocsinStoreOptions *options,
                                GError **error);

/* The same with another vault than the data folder's own, (transfer full); it may be closed, until
 * tocsin_store_open_vault (): then secrets are missing, and monitors with some can't be saved. */
TocsinStore *tocsin_store_open_sealed (const char *data_dir, TocsinVault *vault, GError **error);
void tocsin_store_open_vault (TocsinStore *store, GBytes *key);
gboolean tocsin_store_can_seal (TocsinStore *store);
/* That of the vault; (nullable) it is closed. (transfer full) */
GBytes *tocsin_store_get_vault_key (TocsinStore *store);

/* Writes what waits, and ends both threads. */
void tocsin_store_close (TocsinStore *store);

/* Called at once where there is a problem already. */
void tocsin_store_set_problem_func (TocsinStore *store, TocsinStoreProblemFunc func,
                                    gpointer user_data);

/* --- at the start, at once --- */

typedef struct {
  TocsinMonitor *monitor;   /* (owned) */
  gboolean secrets_missing; /* they can't be unsealed */
  char *judge;              /* (owned) (nullable) JSON */
  char *heartbeat;          /* (owned) (nullable) JSON */
  char *remote;             /* (owned) (nullable) JSON: how its team's server judges it */
} TocsinStoredMonitor;

void tocsin_stored_monitor_free (TocsinStoredMonitor *stored);

/* (transfer full) (element-type TocsinStoredMonitor), (… TocsinMaintenance), (… TocsinIncident) */
GPtrArray *tocsin_store_load_monitors (TocsinStore *store, GError **error);
GPtrArray *tocsin_store_load_maintenance (TocsinStore *store, GError **error);
GPtrArray *tocsin_store_load_open_incidents (TocsinStore *store, GError **error);

/* Puts the stored secrets into `monitor`, which is a copy of the caller's own. FALSE where they
 * can't be unsealed. */
gboolean tocsin_store_load_secrets (TocsinStore *store, TocsinMonitor *monitor);

/* A setting, such as the ping key. (transfer full) (nullable) */
char *tocsin_store_get_setting (TocsinStore *store, const char *name);

/* --- writing --- */

gboolean tocsin_store_finish (TocsinStore *store, GAsyncResult *result, GError **error);

void tocsin_store_set_setting (TocsinStore *store, const char *name, const char *value,
                               GAsyncReadyCallback callback, gpointer user_data);

/* Inserts or replaces; its secrets are sealed. History belongs to the id and stays. With
 * `keep_secrets` those that are stored stay, whatever the monitor has: they could not be read. */
void tocsin_store_save_monitor (TocsinStore *store, TocsinMonitor *monitor, gboolean keep_secrets,
                                GAsyncReadyCallback callback, gpointer user_data);
/* With all its history; its incidents stay. */
void tocsin_store_remove_monitor (TocsinStore *store, const char *id, GAsyncReadyCallback callback,
                                  gpointer user_data);
void tocsin_store_save_maintenance (TocsinStore *store, const TocsinMaintenance *maintenance,
                                    GAsyncReadyCallback callback, gpointer user_data);
void tocsin_store_remove_maintenance (TocsinStore *store, const char *id,
                                      GAsyncReadyCallback callback, gpointer user_data);
void tocsin_store_save_incident (TocsinStore *store, const TocsinIncident *incident,
                                 GAsyncReadyCallback callback, gpointer user_data);

/* What the judge of a monitor knows. `callback` is nullable: nobody waits for these two. */
void tocsin_store_save_judge (TocsinStore *store, const char *id, const char *json,
                              GAsyncReadyCallback callback, gpointer user_data);
void tocsin_store_add_decision (TocsinStore *store, const char *id, const TocsinDecision *decision);

/* Ping, the heartbeat's new state (JSON) and its number, in one commit. Ends with the number. */
void tocsin_store_add_ping (TocsinStore *store, const char *id, const TocsinPing *ping,
                            const char *heartbeat_json, GAsyncReadyCallback callback,
                            gpointer user_data);
gint64 tocsin_store_add_ping_finish (TocsinStore *store, GAsyncResult *result, GError **error);
void tocsin_store_save_heartbeat (TocsinStore *store, const char *id, const char *json,
                                  GAsyncReadyCallback callback, gpointer user_data);

/* Queues a sample; never waits. With `keep_evidence` its reason and evidence are kept too. */
void tocsin_store_add_sample (TocsinStore *store, const char *id, const TocsinSample *sample,
                              gboolean keep_evidence);

/* Everything that was queued is written when this ends. */
void tocsin_store_flush (TocsinStore *store, GAsyncReadyCallback callback, gpointer user_data);

/* --- reading --- */

/* Ends each of the list queries: (transfer full), free with its elements. */
GPtrArray *tocsin_store_list_finish (TocsinStore *store, GAsyncResult *result, GError **error);

/* TocsinSample, newest first, from ≤ at < to; reasons and evidence where they were kept. */
void tocsin_store_get_samples (TocsinStore *store, const char *id, gint64 from_us, gint64 to_us,
                               guint limit, GAsyncReadyCallback callback, gpointer user_data);
/* TocsinIncident, newest first; `monitor_id` nullable. */
void tocsin_store_get_incidents (TocsinStore *store, const char *monitor_id, gint64 from_us,
                                 gint64 to_us, guint limit, GAsyncReadyCallback callback,
                                 gpointer user_data);
/* One, by its id or a prefix that is unique; NOT_FOUND. Ends with get_incident_finish. */
void tocsin_store_get_incident (TocsinStore *store, const char *id, GAsyncReadyCallback callback,
                                gpointer user_data);
TocsinIncident *tocsin_store_get_incident_finish (TocsinStore *store, GAsyncResult *result,
                                                  GError **error);
/* TocsinDecision, newest first. */
void tocsin_store_get_decisions (TocsinStore *store, const char *id, guint limit,
                                 GAsyncReadyCallback callback, gpointer user_data);
/* TocsinPing, newest first, without bodies. */
void tocsin_store_get_pings (TocsinStore *store, const char *id, guint limit,
                             GAsyncReadyCallback callback, gpointer user_data);
/* One, with its body. Ends with get_ping_finish. */
void tocsin_store_get_ping (TocsinStore *store, const char *id, gint64 number,
                            GAsyncReadyCallback callback, gpointer user_data);
TocsinPing *tocsin_store_get_ping_finish (TocsinStore *store, GAsyncResult *result, GError **error);
/* From samples, chunks or rollups, whichever fits. */
void tocsin_store_get_series (TocsinStore *store, const char *id, gint64 from_us, gint64 to_us,
                              guint n_points, GAsyncReadyCallback callback, gpointer user_data);
TocsinSeries *tocsin_store_get_series_finish (TocsinStore *store, GAsyncResult *result,
                                              GError **error);

/* TocsinStoredRollup: the hours since `hours_from` and the days since `days_from` of one monitor,
 * up to now, for its ledger. One at a time, as those of a thousand monitors weigh 20 MB. */
typedef struct {
  char *id;
  TocsinRollup rollup;
} TocsinStoredRollup;

void tocsin_store_get_rollups (TocsinStore *store, const char *id, gint64 hours_from,
                               gint64 days_from, GAsyncReadyCallback callback, gpointer user_data);

/* --- care --- */

/* Ends with text: "ok", or what SQLite's integrity_check says. */
void tocsin_store_check (TocsinStore *store, GAsyncReadyCallback callback, gpointer user_data);
char *tocsin_store_check_finish (TocsinStore *store, GAsyncResult *result, GError **error);
void tocsin_store_vacuum (TocsinStore *store, GAsyncReadyCallback callback, gpointer user_data);
/* To a new file, while everything goes on; an existing one is EXISTS. */
void tocsin_store_backup (TocsinStore *store, const char *path, GAsyncReadyCallback callback,
                          gpointer user_data);
/* Renames the damaged database and starts a new one; the caller saves again what it knows. Ends
 * with a sentence that says where it lies and what was saved. */
void tocsin_store_set_aside (TocsinStore *store, GAsyncReadyCallback callback, gpointer user_data);
char *tocsin_store_set_aside_finish (TocsinStore *store, GAsyncResult *result, GError **error);

G_END_DECLS
