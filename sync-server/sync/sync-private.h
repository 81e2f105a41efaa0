/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "audit.h"
#include "json-writer.h"
#include "monitors.h"
#include "record-merge.h"
#include "sync.h"

G_BEGIN_DECLS

/* Who sends operations. */
typedef struct {
  const char *team_id;
  TocsinActor actor;
  const guint8 *key;        /* (nullable) that seals secrets */
  const char *why_not;      /* (nullable) they may not write: a sentence */
  gboolean keeps_addresses; /* of pings: what an import has, where nobody else has it */
} TocsinSyncCaller;

/* --- types --- */

/* What a merge is to do to a record, given to the rooms that know its type. */
typedef struct {
  const TocsinSyncCaller *caller;
  const TocsinRecord *present; /* (nullable) with secrets */
  const TocsinOperation *operation;
  const TocsinMerge *merge; /* (nullable) of types that are not merged */
  JsonArray *lost;          /* (nullable) with who lost it */
  JsonObject *rescued;      /* (nullable) as record-rows.h has it */
  gint64 revision;          /* out */
} TocsinSyncDeed;

typedef struct {
  gboolean is_merged; /* as records are; else `save` is all that there is */
  gboolean (*save) (TocsinPg *pg, TocsinSyncDeed *deed, GError **error);
  gboolean (*remove) (TocsinPg *pg, TocsinSyncDeed *deed, GError **error);
} TocsinSyncType;

const TocsinSyncType *tocsin_sync_type_get (TocsinRecordType type);

/* The record or its tombstone, locked, with its secrets; NULL without an error: there is none. */
TocsinRecord *tocsin_sync_load (TocsinPg *pg, const TocsinSyncCaller *caller,
                                const TocsinOperation *operation, GError **error);

/* --- operations --- */

/* Does what it asks for, in a transaction of its own, or answers as it did the first time. What is
 * refused is an answer, too; NULL is an error of the database, after which the same operation may
 * come again. (transfer full) */
TocsinAnswer *tocsin_sync_operate (TocsinPg *pg, const TocsinSyncCaller *caller,
                                   const TocsinOperation *operation, GError **error);

/* --- changes --- */

typedef struct {
  const char *team_id;
  gint64 since;      /* the team's number that the client has */
  gboolean is_first; /* it has nothing */
  gint64 limit;
  gboolean with_secrets; /* and the addresses of pings */
  const guint8 *key;     /* (nullable) */
  gint64 now_us;
} TocsinSyncWanted;

/* Writes "changes", "states", "incidents", "probes", "cursor" and "more" into the object that is
 * open: all that is later than `since`, of one snapshot, in the order of their numbers. In a
 * transaction that reads. */
gboolean tocsin_sync_write_changes (TocsinPg *pg, const TocsinSyncWanted *wanted,
                                    TocsinJsonWriter *writer, GError **error);

G_END_DECLS
