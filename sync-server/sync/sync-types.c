/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "sync-types"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "incidents.h"
#include "jsontext.h"
#include "maintenances.h"
#include "projects.h"
#include "seal.h"
#include "sync-private.h"

#define BODY_BYTES (64 * 1024 * 1024)

/* --- loading --- */

static gboolean
lock (TocsinPg *pg, const TocsinSyncCaller *caller, const TocsinOperation *operation,
      GError **error)
{
  const TocsinPgParam params[] = { PG_TEXT (caller->team_id), PG_TEXT (operation->record) };
  static const char *const of_monitor[] = {
    "SELECT 1 FROM heartbeats WHERE team_id = $1::uuid AND monitor_id = $2::uuid FOR UPDATE",
    "SELECT 1 FROM verdicts WHERE team_id = $1::uuid AND monitor_id = $2::uuid FOR UPDATE",
  };

  for (guint i = 0; operation->type == TOCSIN_RECORD_TYPE_MONITOR && i < G_N_ELEMENTS (of_monitor);
       i++)
    if (!tocsin_pg_run_params (pg, error, NULL, of_monitor[i], params, G_N_ELEMENTS (params)))
      return FALSE;
  return TRUE;
}

static gboolean
add_secrets (JsonObject *body, GBytes *sealed, const guint8 *key, GError **error)
{
  g_autoptr (GBytes) plain = NULL;
  g_autofree char *text = NULL;
  g_autoptr (JsonObject) secrets = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (sealed == NULL)
    return TRUE;
  plain = tocsin_unseal_with (key, sealed, error);
  if (plain == NULL)
    return FALSE;
  text = g_strndup (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain));
  secrets = tocsin_json_parse_object (text, BODY_BYTES, error);
  if (secrets == NULL)
    return FALSE;
  json_object_iter_init (&iter, secrets);
  while (json_object_iter_next (&iter, &name, &node))
    json_object_set_member (body, name, json_node_copy (node));
  return TRUE;
}

static TocsinRecord *
read_record (const TocsinPgRows *rows, const TocsinSyncCaller *caller, const char *id,
             GError **error)
{
  g_autoptr (TocsinRecord) record = g_new0 (TocsinRecord, 1);
  g_autoptr (GBytes) sealed = tocsin_pg_rows_get_bytes (rows, 0, 5);

  record->id = g_strdup (id);
  if (!tocsin_words_find (&tocsin_record_type_words, tocsin_pg_rows_get_text (rows, 0, 0),
                          &record->type, error))
    return NULL;
  record->revision = tocsin_pg_rows_get_int (rows, 0, 1);
  record->deleted = tocsin_pg_rows_get_bool (rows, 0, 2);
  record->project = g_strdup (tocsin_pg_rows_get_text_or_null (rows, 0, 3));
  record->body = tocsin_json_parse_object (tocsin_pg_rows_get_text (rows, 0, 4), BODY_BYTES, error);
  if (record->body == NULL || !add_secrets (record->body, sealed, caller->key, error))
    return NULL;
  record->fields =
      tocsin_json_parse_object (tocsin_pg_rows_get_text (rows, 0, 6), BODY_BYTES, error);
  record->updated_by = g_strdup (tocsin_pg_rows_get_text_or_null (rows, 0, 7));
  return record->fields != NULL ? g_steal_pointer (&record) : NULL;
}

TocsinRecord *
tocsin_sync_load (TocsinPg *pg, const TocsinSyncCaller *caller, const TocsinOperation *operation,
                  GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;

  if (!lock (pg, caller, operation, error))
    return NULL;
  rows = tocsin_pg_query (
      pg, error,
      "SELECT type, revision, deleted_at <> 0, project_id, body, secrets_sealed,"
      " field_revisions, updated_by FROM records WHERE team_id = $1::uuid AND id = $2::uuid"
      " FOR NO KEY UPDATE",
      PG_TEXT (caller->team_id), PG_TEXT (operation->record));
  if (rows == NULL || tocsin_pg_rows_get_n (rows) == 0)
    return NULL;
  return read_record (rows, caller, operation->record, error);
}

/* --- what all types need --- */

static TocsinRecordSave
make_save (const TocsinSyncDeed *deed)
{
  static const TocsinRecordAction actions[] = {
    [TOCSIN_MERGE_CREATE] = TOCSIN_RECORD_CREATE,
    [TOCSIN_MERGE_EDIT] = TOCSIN_RECORD_EDIT,
    [TOCSIN_MERGE_RESTORE] = TOCSIN_RECORD_RESTORE,
  };

  return (TocsinRecordSave){
    .id = deed->operation->record,
    .revision = deed->merge->revision,
    .action = actions[deed->merge->action],
    .changes = deed->merge->action == TOCSIN_MERGE_CREATE ? NULL : deed->merge->changes,
    .lost = deed->lost,
    .rescued = deed->rescued,
  };
}

/* --- monitors --- */

static TocsinChange
make_change (const TocsinSyncDeed *deed)
{
  const TocsinSyncCaller *caller = deed->caller;

  return (TocsinChange){
    .team_id = caller->team_id,
    .actor_kind = caller->actor.kind,
    .actor_id = caller->actor.id,
    .actor_name = caller->actor.name,
    .address = caller->actor.address,
    .at_us = caller->actor.at_us,
    .key = caller->key,
    .user_id = caller->actor.user_id,
    .lost = deed->lost,
    .rescued = deed->rescued,
    .revision = deed->merge->revision,
    .keeps_address = caller->keeps_addresses,
  };
}

/* The monitor that the merge's members are, and the project's id, which is none of the model's. */
static TocsinMonitor *
read_monitor (const TocsinMerge *merge, char **project, GError **error)
{
  JsonNode *node = json_object_get_member (merge->members, TOCSIN_RECORD_PROJECT);

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID, "project: the id of one of the team’s is wanted");
    return NULL;
  }
  *project = json_node_dup_string (node);
  json_object_remove_member (merge->members, TOCSIN_RECORD_PROJECT);
  return tocsin_monitor_from_json (merge->members, error);
}

static gboolean
create_monitor (TocsinPg *pg, TocsinSyncDeed *deed, TocsinMonitor *monitor, const char *project,
                GError **error)
{
  g_autoptr (TocsinStoredMonitor) stored = g_new0 (TocsinStoredMonitor, 1);
  TocsinChange change = make_change (deed);
  gboolean ok;

  stored->monitor = tocsin_monitor_ref (monitor);
  stored->project_id = g_strdup (project);
  if (deed->merge->action == TOCSIN_MERGE_CREATE) {
    ok = tocsin_monitors_create_as (pg, &change, stored, deed->operation->record, error);
  } else {
    stored->monitor->revision = deed->present->revision;
    ok = tocsin_monitors_restore (pg, &change, stored, error);
  }
  deed->revision = stored->monitor->revision;
  return ok;
}

static gboolean
edit_monitor (TocsinPg *pg, TocsinSyncDeed *deed, const TocsinMonitor *edited, const char *project,
              GError **error)
{
  TocsinChange change = make_change (deed);
  g_autoptr (TocsinStoredMonitor) stored = tocsin_monitors_load (
      pg, deed->caller->team_id, deed->operation->record, TOCSIN_MONITORS_LOCK, error);

  if (stored == NULL || !tocsin_monitors_unseal (stored, deed->caller->key, error))
    return FALSE;
  if (stored->monitor->kind != edited->kind)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "kind: a monitor stays a %s",
                        tocsin_words_get (&tocsin_monitor_kind_words, stored->monitor->kind));
  if (!tocsin_monitors_edit_in (pg, &change, stored, edited, project, error))
    return FALSE;
  deed->revision = stored->monitor->revision;
  return TRUE;
}

static gboolean
save_monitor (TocsinPg *pg, TocsinSyncDeed *deed, GError **error)
{
  g_autofree char *project = NULL;
  g_autoptr (TocsinMonitor) monitor = read_monitor (deed->merge, &project, error);

  if (monitor == NULL)
    return FALSE;
  return deed->merge->action == TOCSIN_MERGE_EDIT
             ? edit_monitor (pg, deed, monitor, project, error)
             : create_monitor (pg, deed, monitor, project, error);
}

static gboolean
remove_monitor (TocsinPg *pg, TocsinSyncDeed *deed, GError **error)
{
  TocsinChange change = make_change (deed);
  g_autoptr (TocsinStoredMonitor) stored = tocsin_monitors_load (
      pg, deed->caller->team_id, deed->operation->record, TOCSIN_MONITORS_LOCK, error);

  return stored != NULL && tocsin_monitors_delete (pg, &change, stored, error);
}

/* --- the others --- */

static gboolean
save_project (TocsinPg *pg, TocsinSyncDeed *deed, GError **error)
{
  TocsinRecordSave save = make_save (deed);

  json_object_set_string_member (deed->merge->members, "id", save.id);
  deed->revision = save.revision;
  return tocsin_projects_save (pg, &deed->caller->actor, deed->caller->team_id, &save,
                               deed->merge->members, error);
}

static gboolean
remove_project (TocsinPg *pg, TocsinSyncDeed *deed, GError **error)
{
  return tocsin_projects_delete (pg, &deed->caller->actor, deed->caller->team_id,
                                 deed->operation->record, error);
}

static gboolean
save_maintenance (TocsinPg *pg, TocsinSyncDeed *deed, GError **error)
{
  TocsinRecordSave save = make_save (deed);

  deed->revision = save.revision;
  return tocsin_maintenances_save (pg, &deed->caller->actor, deed->caller->team_id, &save,
                                   deed->merge->members, error);
}

static gboolean
remove_maintenance (TocsinPg *pg, TocsinSyncDeed *deed, GError **error)
{
  return tocsin_maintenances_delete (pg, &deed->caller->actor, deed->caller->team_id,
                                     deed->operation->record, error);
}

/* Of an incident, people only add to its story. */
static gboolean
update_incident (TocsinPg *pg, TocsinSyncDeed *deed, GError **error)
{
  JsonObject *set = deed->operation->set;
  JsonNode *node = set != NULL ? json_object_get_member (set, "update") : NULL;
  TocsinUpdateKind kind;
  const char *text;
  gint64 at_us;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node) || json_object_get_size (set) != 1)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "update: of an incident an update is wanted, and nothing else");
  return tocsin_incidents_read_update (json_node_get_object (node), &kind, &text, &at_us, error) &&
         tocsin_incidents_update (pg, &deed->caller->actor, deed->caller->team_id,
                                  deed->operation->record, kind, text, at_us, error);
}

static const TocsinSyncType types[] = {
  [TOCSIN_RECORD_TYPE_PROJECT] = { TRUE, save_project, remove_project },
  [TOCSIN_RECORD_TYPE_MONITOR] = { TRUE, save_monitor, remove_monitor },
  [TOCSIN_RECORD_TYPE_MAINTENANCE] = { TRUE, save_maintenance, remove_maintenance },
  [TOCSIN_RECORD_TYPE_INCIDENT] = { FALSE, update_incident, NULL },
};

const TocsinSyncType *
tocsin_sync_type_get (TocsinRecordType type)
{
  g_return_val_if_fail (type < G_N_ELEMENTS (types), NULL);

  return &types[type];
}
