/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "fields.h"
#include "store-teams.h"

G_BEGIN_DECLS

/* What happened between this machine and a team's server, for people. */
typedef enum {
  TOCSIN_SYNC_SIGNED_IN,
  TOCSIN_SYNC_IN_STEP,
  TOCSIN_SYNC_OFFLINE,
  TOCSIN_SYNC_RESYNC,    /* everything was fetched anew */
  TOCSIN_SYNC_REFUSED,   /* the server did not take a change, which is undone here */
  TOCSIN_SYNC_OVERWROTE, /* ours took the place of somebody else's */
  TOCSIN_SYNC_LOST,      /* theirs took the place of ours */
  TOCSIN_SYNC_RESTORED,  /* a change brought back what somebody had deleted */
  TOCSIN_SYNC_DROPPED,   /* samples that waited for too long made room */
  TOCSIN_SYNC_LEFT,      /* we are no member any more */
} TocsinSyncEvent;

extern const TocsinWords tocsin_sync_event_words;

typedef struct {
  gint64 at_us;
  char *team;
  guint kind; /* TocsinSyncEvent */
  char *text; /* a sentence */

  /* where it is about a record: (nullable) */
  char *record, *record_name, *type, *member;
  char *mine, *theirs; /* JSON */
  char *by;            /* a name */
} TocsinSyncEntry;

extern const TocsinFields tocsin_sync_entry_fields;

TocsinSyncEntry *tocsin_sync_entry_new (const char *team, TocsinSyncEvent kind, const char *format,
                                        ...) G_GNUC_PRINTF (3, 4);
void tocsin_sync_entry_free (TocsinSyncEntry *entry);

/* Keeps it with what the batch writes. */
void tocsin_sync_entry_add (const TocsinSyncEntry *entry, TocsinStoreBatch *batch);
/* What was kept; NULL: it can't be read. */
TocsinSyncEntry *tocsin_sync_entry_from_document (const TocsinDocument *document);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinSyncEntry, tocsin_sync_entry_free)

G_END_DECLS
