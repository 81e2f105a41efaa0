/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <json-glib/json-glib.h>

#include "feed.h"

G_BEGIN_DECLS

/* The one place that writes rows of `records`, whatever their type, with what is to be remembered
 * of it: the team's next number, and the record's history. */

typedef enum {
  TOCSIN_RECORD_CREATE,
  TOCSIN_RECORD_EDIT,
  TOCSIN_RECORD_DELETE,
  TOCSIN_RECORD_RESTORE, /* an edit of what was deleted */
} TocsinRecordAction;

/* Who writes, and when. */
typedef struct {
  const char *user_id; /* (nullable) */
  const char *name;    /* (nullable) */
  gint64 at_us;
} TocsinRecordWriter;

/* What a save of a record is, for the rooms that know its type. */
typedef struct {
  const char *id;
  gint64 revision; /* the new one */
  TocsinRecordAction action;
  JsonObject *changes; /* (nullable) {member: [old, new]}; secrets are null */
  JsonArray *lost;     /* (nullable) [{member, value, by, by_name, at}] that others lose by it */
  JsonObject *rescued; /* (nullable) {member: revision} of writes that a backup did not know */
} TocsinRecordSave;

/* A record as it shall be. */
typedef struct {
  const char *team_id;
  const char *type;
  const char *project_id; /* (nullable) */
  const char *name;
  const char *body; /* JSON, without secrets */
  GBytes *sealed;   /* (nullable) */
  TocsinRecordSave save;
} TocsinRecordWrite;

/* Makes it or replaces it. `*seq` is the number that it got. The record's row is locked, where it
 * is there. EXISTS: it has that revision already. */
gboolean tocsin_record_write (TocsinPg *pg, const TocsinRecordWrite *write,
                              const TocsinRecordWriter *writer, gint64 *seq, GError **error);

/* Leaves a tombstone. */
gboolean tocsin_record_delete (TocsinPg *pg, const char *team_id, const char *id,
                               const TocsinRecordWriter *writer, gint64 *seq, GError **error);

G_END_DECLS
