/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "record.h"

G_BEGIN_DECLS

/* What the server makes of an operation, member by member: one that nobody changed since the
 * operation's base is set; where somebody did, the later arrival wins and the earlier writer is
 * told. An edit brings back what was deleted, and a deletion on an old base loses against an edit:
 * silently not watching is the worse failure. */

typedef enum {
  TOCSIN_MERGE_NOTHING, /* the record is as wanted */
  TOCSIN_MERGE_CREATE,
  TOCSIN_MERGE_EDIT,
  TOCSIN_MERGE_RESTORE,
  TOCSIN_MERGE_DELETE,
} TocsinMergeAction;

typedef struct {
  guint action;        /* TocsinMergeAction */
  guint status;        /* TocsinAnswerStatus */
  JsonObject *members; /* (owned) (nullable) the record's body then; a monitor's "project" too */
  JsonObject *changes; /* (owned) (nullable) {member: [old, new]}; secrets are null */
  GPtrArray *lost;     /* (owned) (nullable) (element-type TocsinLoss) without by, by_name and at */
  gint64 revision;     /* the record's then */
} TocsinMerge;

/* `present` (nullable) is the record or its tombstone, with its secrets. INVALID: the record is of
 * another type, or the deletion lost. */
gboolean tocsin_record_merge (const TocsinRecord *present, const TocsinOperation *operation,
                              TocsinMerge *merge, GError **error);
void tocsin_merge_clear (TocsinMerge *merge);

/* A restore of a backup puts this between the revisions that the backup has and those to come, so
 * that what is written after it is later than all that it lost. */
#define TOCSIN_RECORD_EPOCH_REVISIONS 1000000

/* `fields` after the merge: each changed member has the merge's revision, or the one that it was
 * rescued with. (transfer full) */
JsonObject *tocsin_merge_get_fields (const TocsinMerge *merge, const TocsinRecord *present,
                                     const TocsinOperation *operation);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinMerge, tocsin_merge_clear)

G_END_DECLS
