/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "store.h"

G_BEGIN_DECLS

/* What the daemon keeps of its teams: documents (JSON, perhaps with a secret that is sealed beside
 * it) and the outbox of samples. What the documents say is daemon/sync's business. */

typedef enum {
  TOCSIN_DOCUMENT_ACCOUNT,   /* a server that somebody signed in to; team is "" */
  TOCSIN_DOCUMENT_TEAM,      /* id is the team's; team is the account's */
  TOCSIN_DOCUMENT_RECORD,    /* as the server has it */
  TOCSIN_DOCUMENT_OPERATION, /* what it does not have yet, by rising number */
  TOCSIN_DOCUMENT_PROJECT,   /* its name */
  TOCSIN_DOCUMENT_PROBE,     /* what is known of it */
  TOCSIN_DOCUMENT_ASSIGNED,  /* which of its monitors this machine checks */
  TOCSIN_DOCUMENT_LOG,       /* what happened, by time */
  TOCSIN_N_DOCUMENTS,
} TocsinDocumentKind;

typedef struct {
  TocsinDocumentKind kind;
  char *team, *id;
  gint64 number;
  char *body;              /* JSON */
  char *secret;            /* (nullable) */
  gboolean secret_missing; /* there is one, which can't be unsealed */
} TocsinDocument;

#define TOCSIN_STORE_LOG 1000 /* entries kept a team */

TocsinDocument *tocsin_document_new (TocsinDocumentKind kind, const char *team, const char *id);
void tocsin_document_free (TocsinDocument *document);

/* Those of a kind, by number; `team` nullable: all; `id` nullable. At once, for the start and for
 * what is rare. (transfer full) (element-type TocsinDocument) */
GPtrArray *tocsin_store_load_documents (TocsinStore *store, TocsinDocumentKind kind,
                                        const char *team, const char *id, GError **error);

/* The newest `limit` of a kind and team ("" all teams), newest first. Ends with
 * tocsin_store_list_finish (). */
void tocsin_store_get_documents (TocsinStore *store, TocsinDocumentKind kind, const char *team,
                                 guint limit, GAsyncReadyCallback callback, gpointer user_data);

/* --- changes that are made together or not at all --- */

typedef struct _TocsinStoreBatch TocsinStoreBatch;

TocsinStoreBatch *tocsin_store_batch_new (TocsinStore *store);
void tocsin_store_batch_free (TocsinStoreBatch *batch);
gboolean tocsin_store_batch_is_empty (const TocsinStoreBatch *batch);

/* Inserts or replaces; its secret is sealed, and lost where the vault is closed: ask
 * tocsin_store_can_seal () before. */
void tocsin_store_batch_put (TocsinStoreBatch *batch, const TocsinDocument *document);
/* `id` nullable: all of that kind and team. */
void tocsin_store_batch_drop (TocsinStoreBatch *batch, TocsinDocumentKind kind, const char *team,
                              const char *id);
/* A log entry; the oldest make room. */
void tocsin_store_batch_log (TocsinStoreBatch *batch, const TocsinDocument *entry);

void tocsin_store_batch_save_monitor (TocsinStoreBatch *batch, TocsinMonitor *monitor,
                                      gboolean keep_secrets);
void tocsin_store_batch_remove_monitor (TocsinStoreBatch *batch, const char *id);
/* How the server judges it; after its monitor was saved. */
void tocsin_store_batch_save_remote (TocsinStoreBatch *batch, const char *id, const char *json);
void tocsin_store_batch_save_maintenance (TocsinStoreBatch *batch,
                                          const TocsinMaintenance *maintenance);
void tocsin_store_batch_remove_maintenance (TocsinStoreBatch *batch, const char *id);
void tocsin_store_batch_save_incident (TocsinStoreBatch *batch, const TocsinIncident *incident);
/* Everything that waits for the team's server. */
void tocsin_store_batch_clear_outbox (TocsinStoreBatch *batch, const char *team);

/* Takes the batch over; ends with tocsin_store_finish (). */
void tocsin_store_batch_commit (TocsinStoreBatch *batch, GAsyncReadyCallback callback,
                                gpointer user_data);

/* --- the outbox --- */

typedef struct {
  gint64 first, last; /* numbers */
  GBytes *data;       /* (owned) */
} TocsinOutboxItem;

/* Adds packed samples; written with the next batch of the writer, not on disk when it ends. */
void tocsin_store_add_outbox (TocsinStore *store, const char *team, gint64 first, gint64 last,
                              GBytes *data);

/* What has numbers from first to last is not needed any more. */
void tocsin_store_drop_outbox (TocsinStore *store, const char *team, gint64 first, gint64 last);

/* The oldest `limit` items from the number `from` on. Ends with tocsin_store_list_finish ()
 * (element-type TocsinOutboxItem). */
void tocsin_store_get_outbox (TocsinStore *store, const char *team, gint64 from, guint limit,
                              GAsyncReadyCallback callback, gpointer user_data);

/* What of a team waits, at the start, by number. (element-type TocsinOutboxSize) */
typedef struct {
  gint64 first, last; /* numbers */
  gsize bytes;
} TocsinOutboxSize;

GArray *tocsin_store_load_outbox (TocsinStore *store, const char *team, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinDocument, tocsin_document_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinStoreBatch, tocsin_store_batch_free)

G_END_DECLS
