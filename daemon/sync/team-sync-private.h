/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "event-parser.h"
#include "record-pending.h"
#include "team-probe.h"
#include "team-sync.h"

G_BEGIN_DECLS

/* What the files of a team's copy share. Each is one concern: team-sync.c (life and rounds),
 * team-operations.c (what waits for the server), team-apply.c (what the server says),
 * team-events.c (hearing at once that there is something). */

/* An operation that waits, or is under way. */
typedef struct {
  TocsinOperation *operation; /* (owned) */
  char *name;                 /* (owned) of the record, for people */
  gint64 number;              /* their order */
  gboolean sent;              /* the server may have it: it stays as it is */
} TocsinPending;

struct _TocsinTeamSync {
  TocsinStore *store;                    /* (not owned) */
  TocsinWatch *watch;                    /* (not owned) */
  TocsinServerClient *client;            /* (owned) */
  char *id, *account, *user, *client_id; /* (owned) */
  char *name, *slug, *role;              /* (owned) */
  char *cursor;                          /* (owned) (nullable) nothing is here yet */
  gboolean checks_here;
  TocsinTeamSyncFuncs funcs;
  gpointer user_data;

  /* how it stands */
  TocsinTeamState state;
  gint64 since_at, synced_at;
  char *problem; /* (nullable) */
  gint64 n_refused, n_dropped;

  /* what waits */
  GPtrArray *pending; /* (owned) (element-type TocsinPending) in order */
  gint64 last_number;

  /* a round */
  GCancellable *cancellable;
  gboolean running, again;
  gboolean whole;     /* everything is being fetched anew */
  GHashTable *seen;   /* (owned) (nullable) ids of records; while `whole` */
  GHashTable *states; /* (owned) id → TocsinRemote of monitors that are to come; while `whole` */
  char *old_cursor;   /* (owned) (nullable) from before it */
  gint64 forked;      /* see record-pending.h */
  guint round_id;     /* the next one */
  guint backoff_ms;
  GPtrArray *waiting; /* (owned) (element-type GTask) for its end */

  /* events */
  GCancellable *stream_cancellable; /* (owned) (nullable) */
  TocsinEventParser *parser;        /* (owned) (nullable) */
  guint stream_id;                  /* when it is opened again */

  /* this machine as a probe */
  TocsinTeamProbe *probe; /* (owned) (nullable) */
  char *probe_id, *probe_token;
  gboolean enrolling;
  GHashTable *assigned; /* (owned) (nullable) a set of ids: what it is to check; NULL: not known */
  GPtrArray *probes;    /* (owned) (element-type TocsinProbeInfo) */
};

/* --- team-sync.c --- */

void tocsin_team_sync_set_state (TocsinTeamSync *team, TocsinTeamState state, const char *problem);
/* A round is run after `wait_ms`, or sooner where one is due. */
void tocsin_team_sync_run_soon (TocsinTeamSync *team, guint wait_ms);
/* Keeps what the team is, and how far it has come. */
void tocsin_team_sync_save (TocsinTeamSync *team, TocsinStoreBatch *batch);
gboolean tocsin_team_sync_may_edit (TocsinTeamSync *team);

/* --- team-operations.c --- */

void tocsin_pending_free (TocsinPending *pending);
void tocsin_team_operations_load (TocsinTeamSync *team);
/* Those of a record, in order. (transfer container) (element-type TocsinOperation) */
GPtrArray *tocsin_team_operations_of (TocsinTeamSync *team, const char *record);
/* What is sent in the next round: at most one a record. Marks them as sent, in the batch too.
 * (transfer full) */
JsonArray *tocsin_team_operations_to_send (TocsinTeamSync *team, TocsinStoreBatch *batch);
/* What became of them. */
void tocsin_team_operations_take_answers (TocsinTeamSync *team, JsonArray *results,
                                          TocsinStoreBatch *batch);
/* Puts an operation before all others. */
void tocsin_team_operations_add_first (TocsinTeamSync *team,
                                       TocsinOperation *operation /* (transfer full) */,
                                       const char *name, TocsinStoreBatch *batch);

/* --- team-apply.c --- */

/* Documents and records. A secret member lies in the document's sealed part. */
TocsinDocument *tocsin_team_record_to_document (TocsinTeamSync *team, const TocsinRecord *record);
TocsinRecord *tocsin_team_load_record (TocsinTeamSync *team, const char *id);
JsonObject *tocsin_document_get_json (const TocsinDocument *document);
void tocsin_document_set_json (TocsinDocument *document, JsonObject *json, TocsinRecordType type);

/* The record as it is shown is put into watch and batch; NULL: it is gone. */
void tocsin_team_show (TocsinTeamSync *team, const char *id, TocsinRecordType type,
                       const TocsinRecord *base, TocsinStoreBatch *batch);
/* Everything that an answer says besides what became of operations. */
void tocsin_team_apply (TocsinTeamSync *team, JsonObject *answer, TocsinStoreBatch *batch);
/* After the last page of a whole fetch: what the server does not have goes, or is brought back. */
void tocsin_team_finish_whole (TocsinTeamSync *team, TocsinStoreBatch *batch);
/* Names, projects and probes that were kept. */
void tocsin_team_load_known (TocsinTeamSync *team);

void tocsin_probe_info_free (TocsinProbeInfo *info);

/* --- team-events.c --- */

void tocsin_team_events_start (TocsinTeamSync *team);
void tocsin_team_events_stop (TocsinTeamSync *team);
gboolean tocsin_team_events_are_open (TocsinTeamSync *team);

/* --- team-enrol.c --- */

/* Becomes a probe of the team, or ceases to be one, as its role and the person's wish want. */
void tocsin_team_enrol (TocsinTeamSync *team);
void tocsin_team_leave_probe (TocsinTeamSync *team);
/* What it checked last, until the server says otherwise. */
void tocsin_team_load_assigned (TocsinTeamSync *team);
/* After monitors came. */
void tocsin_team_apply_assigned (TocsinTeamSync *team);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinPending, tocsin_pending_free)

G_END_DECLS
