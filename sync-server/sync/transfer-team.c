/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "transfer-team"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "feed.h"
#include "incident.h"
#include "pg-pool.h"
#include "stored-monitor.h"
#include "sync-private.h"
#include "timetext.h"
#include "token.h"
#include "transfer-team.h"

#define FORMAT       "tocsin-team"
#define VERSION_HERE 1
#define ROWS_MOST    10000000
#define ROOM_BYTES   65536

/* --- export --- */

typedef struct {
  const TocsinSyncWanted *wanted;
  GString *text; /* (owned) (nullable) */
} Export;

static gboolean
write_export (TocsinPg *pg, gpointer data, GError **error)
{
  Export *export = data;
  g_auto (TocsinJsonWriter) writer = { 0 };

  tocsin_json_writer_init (&writer, ROOM_BYTES);
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_string (&writer, "format", FORMAT);
  tocsin_json_writer_int (&writer, "version", VERSION_HERE);
  if (!tocsin_sync_write_changes (pg, export->wanted, &writer, error))
    return FALSE;
  tocsin_json_writer_end_object (&writer);
  export->text = tocsin_json_writer_take (&writer);
  return TRUE;
}

GString *
tocsin_team_export (TocsinPg *pg, const char *team_id, gboolean with_secrets, const guint8 *key,
                    GError **error)
{
  const TocsinSyncWanted wanted = { .team_id = team_id,
                                    .is_first = TRUE,
                                    .limit = ROWS_MOST,
                                    .with_secrets = with_secrets,
                                    .key = key };
  Export export = { &wanted, NULL };

  g_return_val_if_fail (pg != NULL && team_id != NULL, NULL);

  return tocsin_pg_work_run (pg, TOCSIN_WORK_READ, write_export, &export, error) ? export.text
                                                                                 : NULL;
}

/* --- import --- */

typedef struct {
  TocsinPg *pg;
  const TocsinSyncCaller *caller;
  TocsinImport *import;
} Run;

static void
refuse (Run *run, const char *id, const char *reason)
{
  g_ptr_array_add (run->import->refused, g_strdup_printf ("%s: %s", id, reason));
}

static TocsinOperation *
make_operation (const TocsinRecord *record, gint64 now_us)
{
  TocsinOperation *operation = tocsin_operation_new (record->id, record->type, 0);

  operation->op_id = tocsin_id_new (now_us);
  operation->set = json_object_ref (record->body);
  if (record->project != NULL)
    json_object_set_string_member (operation->set, TOCSIN_RECORD_PROJECT, record->project);
  return operation;
}

static gboolean
import_record (Run *run, const TocsinRecord *record, GError **error)
{
  g_autoptr (TocsinOperation) operation = make_operation (record, run->caller->actor.at_us);
  g_autoptr (TocsinAnswer) answer = NULL;
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      run->pg, error, "SELECT revision FROM records WHERE team_id = $1::uuid AND id = $2::uuid",
      PG_TEXT (run->caller->team_id), PG_TEXT (record->id));

  if (rows == NULL)
    return FALSE;
  answer = tocsin_sync_operate (run->pg, run->caller, operation, error);
  if (answer == NULL)
    return FALSE;
  if (answer->status == TOCSIN_ANSWER_REJECTED)
    refuse (run, record->id, answer->reason);
  else if (tocsin_pg_rows_get_n (rows) > 0 &&
           tocsin_pg_rows_get_int (rows, 0, 0) == answer->revision)
    run->import->n_same++;
  else
    run->import->n_written++;
  return TRUE;
}

/* Monitors need their projects, and maintenances name monitors. */
static gboolean
import_records (Run *run, JsonArray *records, TocsinRecordType type, GError **error)
{
  for (guint i = 0; i < json_array_get_length (records); i++) {
    JsonNode *node = json_array_get_element (records, i);
    g_autoptr (TocsinRecord) record = NULL;

    if (!JSON_NODE_HOLDS_OBJECT (node))
      return tocsin_fail (error, TOCSIN_ERROR_INVALID, "changes: objects are wanted");
    record = tocsin_record_from_json (json_node_get_object (node), error);
    if (record == NULL)
      return FALSE;
    if (record->type == type && !record->deleted && !import_record (run, record, error))
      return FALSE;
  }
  return TRUE;
}

typedef struct {
  Run *run;
  const TocsinIncident *incident;
  const char *body;
} IncidentImport;

/* One whose monitor is not there is left out. */
static gboolean
insert_incident (TocsinPg *pg, gpointer data, GError **error)
{
  const IncidentImport *one = data;
  gint64 seq, n = 0;

  if (!tocsin_feed_take (pg, one->run->caller->team_id, 1, &seq, error) ||
      !tocsin_pg_run (pg, error, &n,
                      "INSERT INTO incidents (team_id, id, monitor_id, began_at, ended_at, body,"
                      " seq) SELECT $1::uuid, $2::uuid, r.id, $4, $5, $6::jsonb, $7 FROM records r"
                      " WHERE r.team_id = $1::uuid AND r.id = $3::uuid AND r.deleted_at = 0"
                      " ON CONFLICT DO NOTHING",
                      PG_TEXT (one->run->caller->team_id), PG_TEXT (one->incident->id),
                      PG_TEXT (one->incident->monitor_id), PG_INT (one->incident->began_at),
                      PG_INT (one->incident->ended_at), PG_TEXT (one->body), PG_INT (seq)))
    return FALSE;
  one->run->import->n_incidents += (guint) n;
  return TRUE;
}

/* Those that are over: what is open here is this server's to say. */
static gboolean
import_incidents (Run *run, JsonArray *incidents, GError **error)
{
  for (guint i = 0; i < json_array_get_length (incidents); i++) {
    JsonNode *node = json_array_get_element (incidents, i);
    g_autoptr (TocsinIncident) incident = tocsin_incident_new ();
    g_autofree char *body = NULL;
    IncidentImport one = { run, incident, NULL };

    if (!JSON_NODE_HOLDS_OBJECT (node))
      return tocsin_fail (error, TOCSIN_ERROR_INVALID, "incidents: objects are wanted");
    if (!tocsin_fields_from_json (&tocsin_incident_fields, incident, json_node_get_object (node),
                                  TOCSIN_FIELDS_PLAIN, error) ||
        !tocsin_fields_check (&tocsin_incident_fields, incident, error))
      return FALSE;
    one.body = body =
        tocsin_fields_to_text (&tocsin_incident_fields, incident, TOCSIN_FIELDS_PLAIN);
    if (incident->ended_at != 0 &&
        !tocsin_pg_work_run (run->pg, TOCSIN_WORK_WRITE, insert_incident, &one, error))
      return FALSE;
  }
  return TRUE;
}

static JsonArray *
get_array (JsonObject *file, const char *name)
{
  JsonNode *node = json_object_get_member (file, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static gboolean
check_file (JsonObject *file, GError **error)
{
  JsonNode *format = json_object_get_member (file, "format");
  JsonNode *version = json_object_get_member (file, "version");

  if (format == NULL || g_strcmp0 (json_node_get_string (format), FORMAT) != 0 ||
      get_array (file, "changes") == NULL || version == NULL)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "this is no export of a team: “tocsin-server export TEAM” makes one");
  if (json_node_get_int (version) > VERSION_HERE)
    return tocsin_fail (error, TOCSIN_ERROR_TOO_NEW, "a newer tocsin-server made this export");
  return TRUE;
}

gboolean
tocsin_team_import (TocsinPg *pg, const TocsinActor *actor, const char *team_id, JsonObject *file,
                    const guint8 *key, TocsinImport *import, GError **error)
{
  static const TocsinRecordType order[] = { TOCSIN_RECORD_TYPE_PROJECT, TOCSIN_RECORD_TYPE_MONITOR,
                                            TOCSIN_RECORD_TYPE_MAINTENANCE };
  const TocsinSyncCaller caller = {
    .team_id = team_id, .actor = *actor, .key = key, .keeps_addresses = TRUE
  };
  Run run = { pg, &caller, import };
  JsonArray *incidents;

  g_return_val_if_fail (pg != NULL && actor != NULL && team_id != NULL, FALSE);
  g_return_val_if_fail (file != NULL && import != NULL, FALSE);

  *import = (TocsinImport){ .refused = g_ptr_array_new_with_free_func (g_free) };
  if (!check_file (file, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    if (!import_records (&run, get_array (file, "changes"), order[i], error))
      return FALSE;
  incidents = get_array (file, "incidents");
  return incidents == NULL || import_incidents (&run, incidents, error);
}

void
tocsin_import_clear (TocsinImport *import)
{
  g_clear_pointer (&import->refused, g_ptr_array_unref);
}
