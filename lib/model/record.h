/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

#include "words.h"

G_BEGIN_DECLS

/* What syncs between a team's server and its desktops: records, operations on them, answers. Pure;
 * what the server does with an operation is in record-merge.h, what a client does while it waits in
 * record-pending.h. Objects and arrays of JSON in here are not changed once they are set. */

typedef enum {
  TOCSIN_RECORD_TYPE_PROJECT,
  TOCSIN_RECORD_TYPE_MONITOR,
  TOCSIN_RECORD_TYPE_MAINTENANCE,
  TOCSIN_RECORD_TYPE_INCIDENT, /* takes updates only */
} TocsinRecordType;

extern const TocsinWords tocsin_record_type_words;

/* The member of a monitor's operation that is its project's id; beside the body in a record. */
#define TOCSIN_RECORD_PROJECT "project"

/* What somebody's later write took from an earlier one. */
typedef struct {
  char *member;
  JsonNode *value; /* (owned) what it was; null for a secret, and where it was unset */
  gint64 revision; /* that wrote the lost value; not on the wire */
  char *by;        /* (nullable) the id of the user who had written it */
  char *by_name;   /* (nullable) */
  gint64 at_us;    /* when; 0: unknown */
} TocsinLoss;

TocsinLoss *tocsin_loss_copy (const TocsinLoss *loss);
void tocsin_loss_free (TocsinLoss *loss);
/* [{member, value, by, by_name, at}] both ways; `losses` (element-type TocsinLoss). (transfer full)
 * NULL with INVALID. */
JsonArray *tocsin_losses_to_json (GPtrArray *losses);
GPtrArray *tocsin_losses_from_json (JsonArray *array, GError **error);

typedef struct {
  char *id;
  guint type; /* TocsinRecordType */
  gint64 revision;
  gint64 seq; /* the team's number of its last change */
  gboolean deleted;
  char *project;      /* (nullable) a monitor's, by id */
  JsonObject *body;   /* (owned) as lib/model writes it; secrets only for those who may edit */
  JsonObject *fields; /* (owned) (nullable) {member: revision of its last change}; absent: 1 */
  gint64 updated_at;
  char *updated_by; /* (nullable) a name */
  GPtrArray *lost;  /* (owned) (nullable) (element-type TocsinLoss) of writes since the cursor */
} TocsinRecord;

TocsinRecord *tocsin_record_copy (const TocsinRecord *record);
void tocsin_record_free (TocsinRecord *record);
/* (transfer full) NULL with INVALID, which names the member. */
JsonObject *tocsin_record_to_json (const TocsinRecord *record);
TocsinRecord *tocsin_record_from_json (JsonObject *json, GError **error);

/* At which revision a member was last changed. */
gint64 tocsin_record_get_field (const TocsinRecord *record, const char *member);

/* Whether a member of records of this type is never told beside them: in histories and losses. */
gboolean tocsin_record_is_secret (TocsinRecordType type, const char *member);

/* What somebody wants done to a record. */
typedef struct {
  char *op_id;         /* a UUID: one that is sent again answers the same */
  char *record;        /* its id */
  guint type;          /* TocsinRecordType */
  gint64 base;         /* the revision that it was made on; 0: the record is new */
  JsonObject *set;     /* (owned) (nullable) members and values */
  char **unset;        /* (owned) (nullable) members */
  gboolean is_delete;  /* and then nothing else */
  JsonObject *rescued; /* (owned) (nullable) {member: revision}: writes that were accepted once and
                          that a restored backup does not know; see record-pending.h */
} TocsinOperation;

#define TOCSIN_OPERATION_MEMBERS 500

TocsinOperation *tocsin_operation_new (const char *record, TocsinRecordType type, gint64 base);
TocsinOperation *tocsin_operation_copy (const TocsinOperation *operation);
void tocsin_operation_free (TocsinOperation *operation);
/* (transfer full) NULL with INVALID, which names the member. */
JsonObject *tocsin_operation_to_json (const TocsinOperation *operation);
TocsinOperation *tocsin_operation_from_json (JsonObject *json, GError **error);

typedef enum {
  TOCSIN_ANSWER_APPLIED,
  TOCSIN_ANSWER_MERGED,    /* others had changed other members meanwhile */
  TOCSIN_ANSWER_OVERWROTE, /* others had changed the same members: `lost` is what they had set */
  TOCSIN_ANSWER_RESTORED,  /* it had been deleted meanwhile */
  TOCSIN_ANSWER_REJECTED,  /* `reason` says why; it will never be taken */
} TocsinAnswerStatus;

extern const TocsinWords tocsin_answer_status_words;

typedef struct {
  char *op_id;
  guint status;    /* TocsinAnswerStatus */
  gint64 revision; /* of the record after it; 0: there is none */
  char *reason;    /* (nullable) */
  GPtrArray *lost; /* (owned) (nullable) (element-type TocsinLoss) */
} TocsinAnswer;

void tocsin_answer_free (TocsinAnswer *answer);
JsonObject *tocsin_answer_to_json (const TocsinAnswer *answer);
TocsinAnswer *tocsin_answer_from_json (JsonObject *json, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinLoss, tocsin_loss_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinRecord, tocsin_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinOperation, tocsin_operation_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinAnswer, tocsin_answer_free)

G_END_DECLS
