/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "sync-schemas"

#include "config.h"

#include "api.h"
#include "incident.h"
#include "record.h"
#include "state.h"
#include "sync.h"

#define M TOCSIN_API_MEMBER

static const TocsinMember operation_members[] = {
  M ("op_id", ID, TOCSIN_MEMBER_REQUIRED, .help = "sent again, it answers the same"),
  M ("record", ID, TOCSIN_MEMBER_REQUIRED),
  M ("type", STRING, TOCSIN_MEMBER_REQUIRED, .words = &tocsin_record_type_words),
  M ("base", INT, .help = "the revision that it was made on; 0: the record is new"),
  M ("set", OBJECT, .help = "members and values; of an incident only “update”"),
  M ("unset", STRINGS, .help = "members"),
  M ("delete", BOOL),
  M ("rescued", OBJECT, .help = "of writes that a restored backup does not know: revisions"),
};
const TocsinSchema tocsin_sync_operation_schema =
    TOCSIN_SCHEMA_REQUEST ("SyncOperation", operation_members);

static const TocsinMember request_members[] = {
  M ("client_id", ID, TOCSIN_MEMBER_REQUIRED, .help = "of an installation"),
  M ("cursor", STRING, TOCSIN_MEMBER_NULLABLE, .help = "the last reply’s; null: all is wanted"),
  M ("limit", INT, .help = "rows in the reply, 1 to 5000; 2000"),
  M ("operations", SCHEMAS, .of = "SyncOperation"),
};
const TocsinSchema tocsin_sync_request_schema = TOCSIN_SCHEMA_REQUEST ("Sync", request_members);

static const TocsinMember loss_members[] = {
  M ("member", STRING),
  M ("by", ID, TOCSIN_MEMBER_MAYBE, .help = "the user who had written it"),
  M ("by_name", STRING, TOCSIN_MEMBER_MAYBE),
  M ("at", TIME, TOCSIN_MEMBER_MAYBE),
};
/* With “value”, which is anything. */
const TocsinSchema tocsin_sync_loss_schema = { .name = "SyncLoss",
                                               .members = loss_members,
                                               .n_members = G_N_ELEMENTS (loss_members),
                                               .is_open = TRUE };

static const TocsinMember result_members[] = {
  M ("op_id", ID),
  M ("status", STRING, .words = &tocsin_answer_status_words),
  M ("revision", INT, .help = "of the record then"),
  M ("reason", STRING, TOCSIN_MEMBER_MAYBE, .help = "why it was rejected"),
  M ("lost", SCHEMAS, TOCSIN_MEMBER_MAYBE, .of = "SyncLoss"),
};
const TocsinSchema tocsin_sync_result_schema = TOCSIN_SCHEMA_REPLY ("SyncResult", result_members);

static const TocsinMember record_members[] = {
  M ("id", ID),
  M ("type", STRING, .words = &tocsin_record_type_words),
  M ("revision", INT),
  M ("seq", INT),
  M ("deleted", BOOL),
  M ("project", ID, TOCSIN_MEMBER_MAYBE, .help = "a monitor’s"),
  M ("body", OBJECT, .help = "with secrets for editors and above"),
  M ("fields", OBJECT, TOCSIN_MEMBER_MAYBE, .help = "the revision of each member’s last change"),
  M ("updated_at", TIME),
  M ("updated_by", STRING, TOCSIN_MEMBER_NULLABLE),
  M ("lost", SCHEMAS, TOCSIN_MEMBER_MAYBE, .of = "SyncLoss"),
};
const TocsinSchema tocsin_sync_record_schema = TOCSIN_SCHEMA_REPLY ("SyncRecord", record_members);

static const TocsinMember vote_members[] = {
  M ("probe", ID), M ("at", TIME),  M ("failed", INT),
  M ("good", INT), M ("slow", INT), M ("code", STRING, TOCSIN_MEMBER_MAYBE),
};
const TocsinSchema tocsin_sync_vote_schema = { .name = "SyncVote",
                                               .members = vote_members,
                                               .n_members = G_N_ELEMENTS (vote_members),
                                               .is_open = TRUE };

static const TocsinMember state_members[] = {
  M ("monitor", ID),
  M ("state", STRING, .words = &tocsin_state_words),
  M ("since", TIME, TOCSIN_MEMBER_NULLABLE),
  M ("seq", INT),
  M ("incident", ID, TOCSIN_MEMBER_MAYBE),
  M ("note", STRING, TOCSIN_MEMBER_MAYBE),
  M ("votes", SCHEMAS, .of = "SyncVote"),
};
const TocsinSchema tocsin_sync_state_schema = TOCSIN_SCHEMA_REPLY ("SyncState", state_members);

static const TocsinMember probe_members[] = {
  M ("id", ID),
  M ("name", STRING),
  M ("kind", STRING, .help = "desktop or headless"),
  M ("labels", STRINGS),
  M ("state", STRING, .help = "online, silent or revoked"),
  M ("seen_at", TIME, TOCSIN_MEMBER_MAYBE),
  M ("load", OBJECT, TOCSIN_MEMBER_MAYBE),
  M ("seq", INT),
};
const TocsinSchema tocsin_sync_probe_schema = TOCSIN_SCHEMA_REPLY ("SyncProbe", probe_members);

static const TocsinMember reply_members[] = {
  M ("results", SCHEMAS, .of = "SyncResult"),
  M ("changes", SCHEMAS, .of = "SyncRecord"),
  M ("states", SCHEMAS, .of = "SyncState"),
  M ("incidents", SCHEMAS, .of = "SyncIncident"),
  M ("probes", SCHEMAS, .of = "SyncProbe"),
  M ("cursor", STRING),
  M ("more", BOOL, .help = "ask again at once with the cursor"),
  M ("server_time", TIME),
  M ("role", STRING, .words = &tocsin_role_words),
};
const TocsinSchema tocsin_sync_reply_schema = TOCSIN_SCHEMA_REPLY ("SyncReply", reply_members);

static const TocsinMember incident_members[] = {
  M ("seq", INT),
};
const TocsinSchema tocsin_sync_incident_schema = { .name = "SyncIncident",
                                                   .members = incident_members,
                                                   .n_members = G_N_ELEMENTS (incident_members),
                                                   .fields = &tocsin_incident_fields };
