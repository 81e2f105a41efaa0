/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "monitors"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "channels.h"
#include "errors.h"
#include "stored-monitor.h"
#include "timetext.h"
#include "token.h"
#include "uuid.h"
#include "verdict.h"

#define RANDOM_ID_BYTES 16

gboolean
tocsin_monitors_lock_project (TocsinPg *pg, const char *team_id, const char *project_id,
                              GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;

  g_return_val_if_fail (pg != NULL && team_id != NULL && project_id != NULL, FALSE);

  if (tocsin_uuid_is_valid (project_id)) {
    rows = tocsin_pg_query (pg, error,
                            "SELECT 1 FROM records WHERE team_id = $1::uuid AND id = $2::uuid"
                            " AND type = 'project' AND deleted_at = 0 FOR NO KEY UPDATE",
                            PG_TEXT (team_id), PG_TEXT (project_id));
    if (rows == NULL)
      return FALSE;
  }
  if (rows == NULL || tocsin_pg_rows_get_n (rows) == 0)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "no project of the team has the id %s",
                        project_id);
  return TRUE;
}

/* --- what both creation and edits need --- */

static gboolean
fail_slug_taken (const char *slug, GError **error)
{
  return tocsin_fail (error, TOCSIN_ERROR_EXISTS,
                      "slug: another monitor of the project is called “%s” already", slug);
}

static gboolean
check_slug (TocsinPg *pg, const TocsinStoredMonitor *stored, const char *slug, GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;

  if (slug == NULL || *slug == '\0')
    return TRUE;
  rows = tocsin_pg_query (pg, error,
                          "SELECT 1 FROM heartbeats WHERE team_id = $1::uuid AND"
                          " project_id = $2::uuid AND slug = $3 AND monitor_id <> $4::uuid",
                          PG_TEXT (stored->team_id), PG_TEXT (stored->project_id), PG_TEXT (slug),
                          PG_TEXT (stored->monitor->id));
  if (rows == NULL)
    return FALSE;
  return tocsin_pg_rows_get_n (rows) == 0 || fail_slug_taken (slug, error);
}

static TocsinSchedule *
make_schedule (const TocsinMonitor *monitor, GError **error)
{
  if (!tocsin_monitor_validate (monitor, error))
    return NULL;
  return tocsin_schedule_new_for_monitor (monitor, error);
}

/* Empty is unset: the record says nothing where there is nothing. */
static void
tidy (TocsinMonitor *monitor)
{
  if (monitor->slug != NULL && *monitor->slug == '\0')
    g_clear_pointer (&monitor->slug, g_free);
}

/* --- creation --- */

/* A version 4 UUID: who knows one ping URL must not guess the next. */
static char *
make_random_id (void)
{
  guint8 random[TOCSIN_UUID_RANDOM_BYTES + RANDOM_ID_BYTES];
  char *id;
  gint64 at_us = 0;

  randombytes_buf (random, sizeof random);
  memcpy (&at_us, random + TOCSIN_UUID_RANDOM_BYTES, sizeof at_us);
  id = tocsin_uuid_new (at_us & G_MAXINT64, random);
  id[14] = '4';
  return id;
}

static gboolean
insert_record (TocsinPg *pg, const TocsinChange *change, TocsinStoredMonitor *stored,
               GError **error)
{
  const TocsinMonitor *monitor = stored->monitor;
  g_autofree char *body =
      tocsin_fields_to_text (&tocsin_monitor_fields, monitor, TOCSIN_FIELDS_PLAIN);
  g_autoptr (GError) problem = NULL;
  g_autoptr (GBytes) sealed = tocsin_monitors_seal (monitor, change->key, &problem);
  g_autoptr (TocsinPgRows) rows = NULL;
  gsize n_sealed = 0;
  gconstpointer data = sealed != NULL ? g_bytes_get_data (sealed, &n_sealed) : NULL;

  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  rows = tocsin_pg_query (
      pg, error,
      "WITH t AS (UPDATE teams SET seq = seq + 1 WHERE id = $1::uuid RETURNING seq)"
      " INSERT INTO records (team_id, id, type, project_id, name, revision, seq, body,"
      " secrets_sealed, created_at, updated_at, updated_by)"
      " SELECT $1::uuid, $2::uuid, 'monitor', $3::uuid, $4, 1, t.seq, $5::jsonb, $6::bytea, $7,"
      " $7, $8 FROM t RETURNING seq",
      PG_TEXT (change->team_id), PG_TEXT (monitor->id), PG_TEXT (stored->project_id),
      PG_TEXT (monitor->name), PG_TEXT (body), PG_BYTES (data, n_sealed), PG_INT (change->at_us),
      PG_TEXT (change->actor_name));
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "no team has the id %s", change->team_id);
  stored->seq = tocsin_pg_rows_get_int (rows, 0, 0);
  return TRUE;
}

/* Nothing came before it, so what the first event makes of it is no flip. */
static gboolean
insert_heartbeat (TocsinPg *pg, const TocsinChange *change, TocsinStoredMonitor *stored,
                  GError **error)
{
  TocsinMonitor *monitor = stored->monitor;
  TocsinHeartbeatEvent event = { .kind = monitor->paused ? TOCSIN_HEARTBEAT_PAUSE
                                                         : TOCSIN_HEARTBEAT_CONFIG };
  g_auto (TocsinVerdict) verdict = { 0 };
  g_autoptr (TocsinPgRows) rows = NULL;

  stored->heartbeat = tocsin_heartbeat_new ();
  stored->judge = tocsin_judge_new ();
  tocsin_verdict_run (stored, &event, change->at_us, randombytes_buf, &verdict);
  verdict.n_flips = 0;
  rows = tocsin_pg_query (
      pg, error,
      "INSERT INTO heartbeats (team_id, monitor_id, project_id, ping_id, slug, revision)"
      " VALUES ($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5, $6) RETURNING badge_id",
      PG_TEXT (stored->team_id), PG_TEXT (monitor->id), PG_TEXT (stored->project_id),
      PG_TEXT (monitor->ping_id), PG_TEXT (monitor->slug), PG_INT (monitor->revision));
  if (rows == NULL)
    return FALSE;
  stored->badge_id = g_strdup (tocsin_pg_rows_get_text (rows, 0, 0));
  return tocsin_verdict_save (pg, stored, &verdict, change->at_us, error) &&
         tocsin_stored_monitor_save_check (pg, stored, error);
}

gboolean
tocsin_monitors_create (TocsinPg *pg, const TocsinChange *change, TocsinStoredMonitor *stored,
                        GError **error)
{
  TocsinMonitor *monitor;

  g_return_val_if_fail (pg != NULL && change != NULL && stored != NULL, FALSE);
  g_return_val_if_fail (stored->monitor != NULL && stored->project_id != NULL, FALSE);

  monitor = stored->monitor;
  tidy (monitor);
  g_free (monitor->id);
  monitor->id = tocsin_id_new (change->at_us);
  g_free (monitor->ping_id);
  monitor->ping_id = monitor->kind == TOCSIN_MONITOR_HEARTBEAT ? make_random_id () : NULL;
  monitor->created_at = stored->updated_at = change->at_us;
  monitor->revision = 1;
  g_free (stored->team_id);
  stored->team_id = g_strdup (change->team_id);
  g_clear_pointer (&stored->schedule, tocsin_schedule_free);
  stored->schedule = make_schedule (monitor, error);
  if (stored->schedule == NULL)
    return FALSE;
  stored->is_unsealed = TRUE;
  return tocsin_monitors_lock_project (pg, change->team_id, stored->project_id, error) &&
         check_slug (pg, stored, monitor->slug, error) &&
         insert_record (pg, change, stored, error) &&
         (monitor->kind != TOCSIN_MONITOR_HEARTBEAT ||
          insert_heartbeat (pg, change, stored, error)) &&
         tocsin_stored_monitor_audit (pg, change, "monitor.create", NULL, monitor, error);
}

static gboolean
find_slug (TocsinPg *pg, const char *team_id, const char *project_id, const char *slug, char **id,
           GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT monitor_id FROM heartbeats WHERE team_id = $1::uuid AND project_id = $2::uuid"
      " AND slug = $3",
      PG_TEXT (team_id), PG_TEXT (project_id), PG_TEXT (slug));

  if (rows == NULL)
    return FALSE;
  *id = tocsin_pg_rows_get_n (rows) > 0 ? g_strdup (tocsin_pg_rows_get_text (rows, 0, 0)) : NULL;
  return TRUE;
}

static TocsinStoredMonitor *
create_slug (TocsinPg *pg, const TocsinChange *change, const char *project_id, const char *slug,
             GError **error)
{
  g_autoptr (TocsinStoredMonitor) stored = g_new0 (TocsinStoredMonitor, 1);
  TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_HEARTBEAT);

  stored->monitor = monitor;
  stored->project_id = g_strdup (project_id);
  monitor->name = g_strdup (slug);
  monitor->slug = g_strdup (slug);
  monitor->period_us = TOCSIN_US_PER_DAY;
  monitor->grace_us = TOCSIN_US_PER_HOUR;
  stored->channels = tocsin_channels_list_ids (pg, change->team_id, project_id, error);
  if (stored->channels == NULL || !tocsin_monitors_create (pg, change, stored, error))
    return NULL;
  return g_steal_pointer (&stored);
}

TocsinStoredMonitor *
tocsin_monitors_find_or_create_slug (TocsinPg *pg, const TocsinChange *change,
                                     const char *project_id, const char *slug, gboolean *created,
                                     GError **error)
{
  g_autofree char *id = NULL;

  g_return_val_if_fail (pg != NULL && change != NULL && project_id != NULL, NULL);
  g_return_val_if_fail (slug != NULL && created != NULL, NULL);

  *created = FALSE;
  if (!tocsin_monitors_lock_project (pg, change->team_id, project_id, error) ||
      !find_slug (pg, change->team_id, project_id, slug, &id, error))
    return NULL;
  if (id != NULL)
    return tocsin_monitors_load (pg, change->team_id, id, TOCSIN_MONITORS_LOCK, error);
  *created = TRUE;
  return create_slug (pg, change, project_id, slug, error);
}

/* --- edits --- */

static char *
make_field_revisions (JsonObject *differences, gint64 revision)
{
  g_autoptr (JsonObject) revisions = json_object_new ();
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), revisions);
  g_autoptr (GList) names = json_object_get_members (differences);

  for (GList *l = names; l != NULL; l = l->next)
    json_object_set_int_member (revisions, l->data, revision);
  return json_to_string (node, FALSE);
}

static gboolean
update_record (TocsinPg *pg, const TocsinChange *change, TocsinStoredMonitor *stored,
               JsonObject *differences, GError **error)
{
  const TocsinMonitor *monitor = stored->monitor;
  g_autofree char *body =
      tocsin_fields_to_text (&tocsin_monitor_fields, monitor, TOCSIN_FIELDS_PLAIN);
  g_autofree char *revisions = make_field_revisions (differences, monitor->revision);
  g_autoptr (TocsinPgRows) rows = NULL;
  gsize n_sealed = 0;
  gconstpointer sealed =
      stored->sealed != NULL ? g_bytes_get_data (stored->sealed, &n_sealed) : NULL;

  rows = tocsin_pg_query (
      pg, error,
      "WITH t AS (UPDATE teams SET seq = seq + 1 WHERE id = $1::uuid RETURNING seq)"
      " UPDATE records SET name = $3, revision = $4, seq = t.seq, body = $5::jsonb,"
      " secrets_sealed = $6::bytea, field_revisions = field_revisions || $7::jsonb,"
      " updated_at = $8, updated_by = $9 FROM t"
      " WHERE team_id = $1::uuid AND records.id = $2::uuid RETURNING records.seq",
      PG_TEXT (change->team_id), PG_TEXT (monitor->id), PG_TEXT (monitor->name),
      PG_INT (monitor->revision), PG_TEXT (body), PG_BYTES (sealed, n_sealed), PG_TEXT (revisions),
      PG_INT (change->at_us), PG_TEXT (change->actor_name));
  if (rows == NULL)
    return FALSE;
  stored->seq = tocsin_pg_rows_get_int (rows, 0, 0);
  stored->updated_at = change->at_us;
  return TRUE;
}

/* The index has the last word where two edits want the same slug at once. */
static gboolean
update_heartbeat_row (TocsinPg *pg, const TocsinStoredMonitor *stored, GError **error)
{
  const TocsinMonitor *monitor = stored->monitor;
  g_autoptr (GError) problem = NULL;

  if (tocsin_pg_run (pg, &problem, NULL,
                     "UPDATE heartbeats SET slug = $3, revision = $4"
                     " WHERE team_id = $1::uuid AND monitor_id = $2::uuid",
                     PG_TEXT (stored->team_id), PG_TEXT (monitor->id), PG_TEXT (monitor->slug),
                     PG_INT (monitor->revision)))
    return TRUE;
  if (g_error_matches (problem, TOCSIN_PG_ERROR, TOCSIN_PG_ERROR_EXISTS))
    return fail_slug_taken (monitor->slug, error);
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

/* Whether the secrets differ, and if so sealed anew. */
static gboolean
seal_again (const TocsinChange *change, TocsinStoredMonitor *stored, const TocsinMonitor *before,
            gboolean *differ, GError **error)
{
  guint flags = TOCSIN_FIELDS_WITH_SECRETS | TOCSIN_FIELDS_ONLY_SECRETS;
  g_autofree char *was = tocsin_fields_to_text (&tocsin_monitor_fields, before, flags);
  g_autofree char *is = tocsin_fields_to_text (&tocsin_monitor_fields, stored->monitor, flags);
  g_autoptr (GError) problem = NULL;

  *differ = stored->is_unsealed && strcmp (was, is) != 0;
  if (!*differ)
    return TRUE;
  g_clear_pointer (&stored->sealed, g_bytes_unref);
  stored->sealed = tocsin_monitors_seal (stored->monitor, change->key, &problem);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
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
  tidy (monitor);
  return monitor;
}

gboolean
tocsin_monitors_edit (TocsinPg *pg, const TocsinChange *change, TocsinStoredMonitor *stored,
                      const TocsinMonitor *edited, GError **error)
{
  g_autoptr (TocsinMonitor) before = NULL, monitor = NULL;
  g_autoptr (JsonObject) differences = NULL;
  g_autoptr (TocsinSchedule) schedule = NULL;
  gboolean is_heartbeat, secrets_differ;

  g_return_val_if_fail (pg != NULL && change != NULL && stored != NULL && edited != NULL, FALSE);
  g_return_val_if_fail (stored->monitor->kind == edited->kind, FALSE);

  is_heartbeat = edited->kind == TOCSIN_MONITOR_HEARTBEAT;
  monitor = make_edited (stored->monitor, edited);
  schedule = make_schedule (monitor, error);
  if (schedule == NULL || !check_slug (pg, stored, monitor->slug, error))
    return FALSE;
  before = g_steal_pointer (&stored->monitor);
  stored->monitor = g_steal_pointer (&monitor);
  g_clear_pointer (&stored->schedule, tocsin_schedule_free);
  stored->schedule = g_steal_pointer (&schedule);
  differences = tocsin_monitors_compare (before, stored->monitor);
  if (!seal_again (change, stored, before, &secrets_differ, error))
    return FALSE;
  if (is_heartbeat && !tocsin_stored_monitor_save_check (pg, stored, error))
    return FALSE;
  if (json_object_get_size (differences) == 0 && !secrets_differ)
    return TRUE;
  stored->monitor->revision++;
  return (!is_heartbeat || update_heartbeat (pg, change, stored, before->paused, error)) &&
         tocsin_stored_monitor_audit (pg, change, get_action (differences, stored->monitor), before,
                                      stored->monitor, error) &&
         update_record (pg, change, stored, differences, error);
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

gboolean
tocsin_monitors_resume_record (TocsinPg *pg, const TocsinChange *change, const char *monitor_id,
                               GError **error)
{
  g_return_val_if_fail (pg != NULL && change != NULL && monitor_id != NULL, FALSE);

  return tocsin_pg_run (
             pg, error, NULL,
             "WITH t AS (UPDATE teams SET seq = seq + 1 WHERE id = $1::uuid RETURNING seq)"
             " UPDATE records SET revision = revision + 1, seq = t.seq, body = body ||"
             " jsonb_build_object ('paused', false, 'revision', revision + 1),"
             " field_revisions = field_revisions || jsonb_build_object ('paused', revision + 1),"
             " updated_at = $3, updated_by = $4 FROM t"
             " WHERE team_id = $1::uuid AND records.id = $2::uuid AND deleted_at = 0",
             PG_TEXT (change->team_id), PG_TEXT (monitor_id), PG_INT (change->at_us),
             PG_TEXT (change->actor_name)) &&
         tocsin_pg_run (pg, error, NULL,
                        "UPDATE heartbeats h SET revision = r.revision FROM records r"
                        " WHERE h.team_id = $1::uuid AND h.monitor_id = $2::uuid"
                        " AND r.team_id = h.team_id AND r.id = h.monitor_id",
                        PG_TEXT (change->team_id), PG_TEXT (monitor_id));
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
  const char *id;

  g_return_val_if_fail (pg != NULL && change != NULL && stored != NULL, FALSE);

  id = stored->monitor->id;
  return delete_parts (pg, change->team_id, id, error) &&
         tocsin_stored_monitor_audit (pg, change, "monitor.delete", stored->monitor, NULL, error) &&
         tocsin_pg_run (pg, error, NULL,
                        "WITH t AS (UPDATE teams SET seq = seq + 1 WHERE id = $1::uuid"
                        " RETURNING seq)"
                        " UPDATE records SET revision = revision + 1, seq = t.seq,"
                        " deleted_at = $3, updated_at = $3, updated_by = $4 FROM t"
                        " WHERE team_id = $1::uuid AND records.id = $2::uuid",
                        PG_TEXT (change->team_id), PG_TEXT (id), PG_INT (change->at_us),
                        PG_TEXT (change->actor_name));
}
