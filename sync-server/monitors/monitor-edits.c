/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "monitor-edits"

#include "config.h"

#include <sodium.h>

#include "probed-verdict.h"
#include "stored-monitor.h"
#include "verdict.h"

/* The index has the last word where two edits want the same slug at once. */
static gboolean
update_heartbeat_row (TocsinPg *pg, const TocsinStoredMonitor *stored, GError **error)
{
  const TocsinMonitor *monitor = stored->monitor;
  g_autoptr (GError) problem = NULL;

  if (tocsin_pg_run (pg, &problem, NULL,
                     "UPDATE heartbeats SET slug = $3, revision = $4, project_id = $5::uuid"
                     " WHERE team_id = $1::uuid AND monitor_id = $2::uuid",
                     PG_TEXT (stored->team_id), PG_TEXT (monitor->id), PG_TEXT (monitor->slug),
                     PG_INT (monitor->revision), PG_TEXT (stored->project_id)))
    return TRUE;
  if (g_error_matches (problem, TOCSIN_PG_ERROR, TOCSIN_PG_ERROR_EXISTS))
    return tocsin_stored_monitor_fail_slug (monitor->slug, error);
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean
update_heartbeat (TocsinPg *pg, const TocsinChange *change, TocsinStoredMonitor *stored,
                  gboolean was_paused, GError **error)
{
  TocsinMonitor *monitor = stored->monitor;
  TocsinHeartbeatEvent event = { .kind = TOCSIN_HEARTBEAT_CONFIG };
  g_auto (TocsinVerdict) verdict = { 0 };

  if (monitor->paused != was_paused)
    event.kind = was_paused ? TOCSIN_HEARTBEAT_RESUME : TOCSIN_HEARTBEAT_PAUSE;
  tocsin_verdict_run (stored, &event, change->at_us, randombytes_buf, &verdict);
  return update_heartbeat_row (pg, stored, error) &&
         tocsin_verdict_save (pg, stored, &verdict, change->at_us, error);
}

/* What the edit is as a whole, for the audit log. */
static const char *
get_action (JsonObject *differences, const TocsinMonitor *monitor)
{
  if (json_object_get_size (differences) != 1 || !json_object_has_member (differences, "paused"))
    return "monitor.edit";
  return monitor->paused ? "monitor.pause" : "monitor.resume";
}

/* The monitor that `stored` shall have. */
static TocsinMonitor *
make_edited (const TocsinMonitor *before, const TocsinMonitor *edited)
{
  TocsinMonitor *monitor = tocsin_monitor_copy (edited);

  g_free (monitor->id);
  monitor->id = g_strdup (before->id);
  g_free (monitor->ping_id);
  monitor->ping_id = g_strdup (before->ping_id);
  monitor->created_at = before->created_at;
  monitor->revision = before->revision;
  tocsin_stored_monitor_tidy (monitor);
  return monitor;
}

/* Sealing the same again would make another text of it. */
static gboolean
has_secret (const TocsinMonitor *monitor, JsonObject *differences)
{
  g_autoptr (GList) names = json_object_get_members (differences);

  for (GList *l = names; l != NULL; l = l->next) {
    const TocsinField *field = tocsin_fields_find (&tocsin_monitor_fields, monitor, l->data);

    if (field != NULL && (field->flags & TOCSIN_FIELD_SECRET) != 0)
      return TRUE;
  }
  return FALSE;
}

/* {"project": [old, new]}, as records call it. */
static void
note_move (JsonObject *differences, const char *before, const char *after)
{
  JsonArray *pair;

  if (g_strcmp0 (before, after) == 0)
    return;
  pair = json_array_new ();
  json_array_add_string_element (pair, before);
  json_array_add_string_element (pair, after);
  json_object_set_array_member (differences, "project", pair);
}

static gboolean
move (TocsinPg *pg, TocsinStoredMonitor *stored, const char *project_id, GError **error)
{
  if (g_strcmp0 (stored->project_id, project_id) == 0)
    return TRUE;
  if (!tocsin_monitors_lock_project (pg, stored->team_id, project_id, error))
    return FALSE;
  g_free (stored->project_id);
  stored->project_id = g_strdup (project_id);
  return TRUE;
}

/* What lies beside the record follows it. */
static gboolean
follow (TocsinPg *pg, const TocsinChange *change, TocsinStoredMonitor *stored, gboolean was_paused,
        GError **error)
{
  if (stored->monitor->kind == TOCSIN_MONITOR_HEARTBEAT)
    return update_heartbeat (pg, change, stored, was_paused, error);
  return tocsin_probed_verdict_follow (pg, stored, was_paused, change->at_us, error);
}

/* Puts the edited monitor into `stored`. (transfer full) what it was */
static TocsinMonitor *
exchange (TocsinStoredMonitor *stored, TocsinMonitor *edited, TocsinSchedule *schedule)
{
  TocsinMonitor *before = stored->monitor;

  stored->monitor = edited;
  g_clear_pointer (&stored->schedule, tocsin_schedule_free);
  stored->schedule = schedule;
  return before;
}

gboolean
tocsin_monitors_edit_in (TocsinPg *pg, const TocsinChange *change, TocsinStoredMonitor *stored,
                         const TocsinMonitor *edited, const char *project_id, GError **error)
{
  g_autoptr (TocsinMonitor) before = NULL, monitor = NULL;
  g_autoptr (JsonObject) differences = NULL;
  g_autoptr (TocsinSchedule) schedule = NULL;
  g_autofree char *old_project = NULL;

  g_return_val_if_fail (pg != NULL && change != NULL && stored != NULL && edited != NULL, FALSE);
  g_return_val_if_fail (stored->monitor->kind == edited->kind && project_id != NULL, FALSE);

  old_project = g_strdup (stored->project_id);
  monitor = make_edited (stored->monitor, edited);
  schedule = tocsin_stored_monitor_make_schedule (monitor, error);
  if (schedule == NULL || !move (pg, stored, project_id, error) ||
      !tocsin_stored_monitor_check_slug (pg, stored, monitor->slug, error))
    return FALSE;
  before = exchange (stored, g_steal_pointer (&monitor), g_steal_pointer (&schedule));
  differences = tocsin_monitors_compare (before, stored->monitor);
  note_move (differences, old_project, stored->project_id);
  if (edited->kind == TOCSIN_MONITOR_HEARTBEAT &&
      !tocsin_stored_monitor_save_check (pg, stored, error))
    return FALSE;
  if (json_object_get_size (differences) == 0)
    return TRUE;
  stored->monitor->revision++;
  return (!has_secret (stored->monitor, differences) ||
          tocsin_stored_monitor_seal (change, stored, error)) &&
         follow (pg, change, stored, before->paused, error) &&
         tocsin_stored_monitor_audit (pg, change, get_action (differences, stored->monitor), before,
                                      stored->monitor, error) &&
         tocsin_stored_monitor_write (pg, change, stored, TOCSIN_RECORD_EDIT, differences, error);
}

gboolean
tocsin_monitors_edit (TocsinPg *pg, const TocsinChange *change, TocsinStoredMonitor *stored,
                      const TocsinMonitor *edited, GError **error)
{
  g_autofree char *project_id = NULL;

  g_return_val_if_fail (stored != NULL, FALSE);

  project_id = g_strdup (stored->project_id);
  return tocsin_monitors_edit_in (pg, change, stored, edited, project_id, error);
}

gboolean
tocsin_monitors_set_paused (TocsinPg *pg, const TocsinChange *change, TocsinStoredMonitor *stored,
                            gboolean paused, GError **error)
{
  g_autoptr (TocsinMonitor) edited = NULL;

  g_return_val_if_fail (stored != NULL, FALSE);

  edited = tocsin_monitor_copy (stored->monitor);
  edited->paused = paused;
  return tocsin_monitors_edit (pg, change, stored, edited, error);
}

static gboolean
write_resumed (TocsinPg *pg, const TocsinChange *change, const char *monitor_id,
               const TocsinPgRows *rows, GError **error)
{
  const TocsinRecordWriter writer = { change->user_id, change->actor_name, change->at_us };
  g_autoptr (JsonObject) changes = json_object_new ();
  g_autoptr (GBytes) sealed = tocsin_pg_rows_get_bytes (rows, 0, 4);
  JsonArray *pair = json_array_new ();
  gint64 seq;

  json_array_add_boolean_element (pair, TRUE);
  json_array_add_boolean_element (pair, FALSE);
  json_object_set_array_member (changes, "paused", pair);
  return tocsin_record_write (pg,
                              &(TocsinRecordWrite){
                                  .team_id = change->team_id,
                                  .type = "monitor",
                                  .project_id = tocsin_pg_rows_get_text (rows, 0, 1),
                                  .name = tocsin_pg_rows_get_text (rows, 0, 2),
                                  .body = tocsin_pg_rows_get_text (rows, 0, 3),
                                  .sealed = sealed,
                                  .save = { .id = monitor_id,
                                            .revision = tocsin_pg_rows_get_int (rows, 0, 0),
                                            .action = TOCSIN_RECORD_EDIT,
                                            .changes = changes },
                              },
                              &writer, &seq, error);
}

gboolean
tocsin_monitors_resume_record (TocsinPg *pg, const TocsinChange *change, const char *monitor_id,
                               GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;

  g_return_val_if_fail (pg != NULL && change != NULL && monitor_id != NULL, FALSE);

  rows = tocsin_pg_query (
      pg, error,
      "SELECT revision + 1, project_id, name, body ||"
      " jsonb_build_object ('paused', false, 'revision', revision + 1), secrets_sealed"
      " FROM records WHERE team_id = $1::uuid AND id = $2::uuid AND deleted_at = 0"
      " FOR NO KEY UPDATE",
      PG_TEXT (change->team_id), PG_TEXT (monitor_id));
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return TRUE;
  return write_resumed (pg, change, monitor_id, rows, error) &&
         tocsin_pg_run (pg, error, NULL,
                        "UPDATE heartbeats SET revision = $3"
                        " WHERE team_id = $1::uuid AND monitor_id = $2::uuid",
                        PG_TEXT (change->team_id), PG_TEXT (monitor_id),
                        PG_INT (tocsin_pg_rows_get_int (rows, 0, 0)));
}

/* --- deletion --- */

/* What hangs on the monitor: all of these have its id in a column of the same name. */
static gboolean
delete_parts (TocsinPg *pg, const char *team_id, const char *id, GError **error)
{
  const TocsinPgParam params[] = { PG_TEXT (team_id), PG_TEXT (id) };
  static const char *const statements[] = {
    "DELETE FROM incidents WHERE team_id = $1::uuid AND monitor_id = $2::uuid",
    "DELETE FROM pings WHERE team_id = $1::uuid AND monitor_id = $2::uuid",
    "DELETE FROM flips WHERE team_id = $1::uuid AND monitor_id = $2::uuid",
    "DELETE FROM checks WHERE team_id = $1::uuid AND monitor_id = $2::uuid",
    "DELETE FROM heartbeats WHERE team_id = $1::uuid AND monitor_id = $2::uuid",
    "DELETE FROM hours WHERE team_id = $1::uuid AND monitor_id = $2::uuid",
    "DELETE FROM days WHERE team_id = $1::uuid AND monitor_id = $2::uuid",
    "DELETE FROM verdicts WHERE team_id = $1::uuid AND monitor_id = $2::uuid",
  };

  for (guint i = 0; i < G_N_ELEMENTS (statements); i++)
    if (!tocsin_pg_run_params (pg, error, NULL, statements[i], params, G_N_ELEMENTS (params)))
      return FALSE;
  return TRUE;
}

gboolean
tocsin_monitors_delete (TocsinPg *pg, const TocsinChange *change, TocsinStoredMonitor *stored,
                        GError **error)
{
  TocsinRecordWriter writer;
  const char *id;

  g_return_val_if_fail (pg != NULL && change != NULL && stored != NULL, FALSE);

  writer = (TocsinRecordWriter){ change->user_id, change->actor_name, change->at_us };
  id = stored->monitor->id;
  return delete_parts (pg, change->team_id, id, error) &&
         tocsin_stored_monitor_audit (pg, change, "monitor.delete", stored->monitor, NULL, error) &&
         tocsin_record_delete (pg, change->team_id, id, &writer, &stored->seq, error);
}
