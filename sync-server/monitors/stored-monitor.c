/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "stored-monitor"

#include "config.h"

#include <string.h>

#include "audit.h"
#include "check-members.h"
#include "errors.h"
#include "jsontext.h"
#include "stored-monitor.h"
#include "uuid.h"

#define RECORD_BYTES (1024 * 1024)

char *
tocsin_fields_to_text (const TocsinFields *fields, gconstpointer object, guint flags)
{
  g_autoptr (JsonObject) json = tocsin_fields_to_json (fields, object, flags);
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), json);

  return json_to_string (node, FALSE);
}

/* --- reading --- */

enum {
  COLUMN_PROJECT,
  COLUMN_REVISION,
  COLUMN_SEQ,
  COLUMN_UPDATED,
  COLUMN_BODY,
  COLUMN_SEALED,
  COLUMN_PING_ID, /* NULL: it is no heartbeat */
  COLUMN_BADGE_ID,
  COLUMN_STATUS,
  COLUMN_LAST_PING,
  COLUMN_LAST_START,
  COLUMN_LAST_START_RID,
  COLUMN_LAST_DURATION,
  COLUMN_DEADLINE,
  COLUMN_N_PINGS,
  COLUMN_JUDGE,
  COLUMN_INCIDENT,
  COLUMN_CHANNELS,
  COLUMN_FILTER_SUBJECT,
  COLUMN_FILTER_BODY,
};

static TocsinHeartbeat *
read_heartbeat (const TocsinPgRows *rows)
{
  TocsinHeartbeat *heartbeat = tocsin_heartbeat_new ();

  if (!tocsin_words_find (&tocsin_heartbeat_status_words,
                          tocsin_pg_rows_get_text (rows, 0, COLUMN_STATUS), &heartbeat->status,
                          NULL))
    g_assert_not_reached (); /* a constraint of the table */
  heartbeat->last_ping_at = tocsin_pg_rows_get_int (rows, 0, COLUMN_LAST_PING);
  heartbeat->last_start_at = tocsin_pg_rows_get_int (rows, 0, COLUMN_LAST_START);
  heartbeat->last_start_rid =
      g_strdup (tocsin_pg_rows_get_text_or_null (rows, 0, COLUMN_LAST_START_RID));
  heartbeat->last_duration_us = tocsin_pg_rows_get_int (rows, 0, COLUMN_LAST_DURATION);
  heartbeat->deadline_at = tocsin_pg_rows_get_int (rows, 0, COLUMN_DEADLINE);
  return heartbeat;
}

static TocsinJudge *
read_judge (const char *text, GError **error)
{
  g_autoptr (JsonObject) json = NULL;

  if (text == NULL)
    return tocsin_judge_new ();
  json = tocsin_json_parse_object (text, RECORD_BYTES, error);
  return json != NULL ? tocsin_judge_from_json (json, error) : NULL;
}

static gboolean
read_heartbeat_part (TocsinStoredMonitor *stored, const TocsinPgRows *rows, GError **error)
{
  if (tocsin_pg_rows_is_null (rows, 0, COLUMN_PING_ID))
    return TRUE;
  g_free (stored->monitor->ping_id);
  stored->monitor->ping_id = g_strdup (tocsin_pg_rows_get_text (rows, 0, COLUMN_PING_ID));
  stored->badge_id = g_strdup (tocsin_pg_rows_get_text (rows, 0, COLUMN_BADGE_ID));
  stored->incident_id = g_strdup (tocsin_pg_rows_get_text_or_null (rows, 0, COLUMN_INCIDENT));
  stored->n_pings = tocsin_pg_rows_get_int (rows, 0, COLUMN_N_PINGS);
  if (*tocsin_pg_rows_get_text (rows, 0, COLUMN_CHANNELS) != '\0')
    stored->channels = g_strsplit (tocsin_pg_rows_get_text (rows, 0, COLUMN_CHANNELS), ",", -1);
  stored->filter_subject = tocsin_pg_rows_get_bool (rows, 0, COLUMN_FILTER_SUBJECT);
  stored->filter_body = tocsin_pg_rows_get_bool (rows, 0, COLUMN_FILTER_BODY);
  stored->heartbeat = read_heartbeat (rows);
  /* A ping may have ended the pause. */
  stored->monitor->paused = stored->heartbeat->status == TOCSIN_HEARTBEAT_PAUSED;
  stored->judge = read_judge (tocsin_pg_rows_get_text_or_null (rows, 0, COLUMN_JUDGE), error);
  if (stored->judge == NULL)
    return FALSE;
  stored->schedule = tocsin_schedule_new_for_monitor (stored->monitor, error);
  return stored->schedule != NULL;
}

static gboolean
lock_rows (TocsinPg *pg, const char *team_id, const char *id, GError **error)
{
  return tocsin_pg_run (
             pg, error, NULL,
             "SELECT 1 FROM heartbeats WHERE team_id = $1::uuid AND monitor_id = $2::uuid"
             " FOR UPDATE",
             PG_TEXT (team_id), PG_TEXT (id)) &&
         tocsin_pg_run (
             pg, error, NULL,
             "SELECT 1 FROM verdicts WHERE team_id = $1::uuid AND monitor_id = $2::uuid FOR UPDATE",
             PG_TEXT (team_id), PG_TEXT (id)) &&
         tocsin_pg_run (pg, error, NULL,
                        "SELECT 1 FROM records WHERE team_id = $1::uuid AND id = $2::uuid"
                        " FOR NO KEY UPDATE",
                        PG_TEXT (team_id), PG_TEXT (id));
}

static TocsinPgRows *
query_row (TocsinPg *pg, const char *team_id, const char *id, GError **error)
{
  return tocsin_pg_query (
      pg, error,
      "SELECT r.project_id, r.revision, r.seq, r.updated_at, r.body, r.secrets_sealed, h.ping_id,"
      " h.badge_id, h.status, h.last_ping_at, h.last_start_at, h.last_start_rid, h.last_duration_us,"
      " h.deadline_at, h.n_pings, h.judge, h.incident_id, c.channels, c.filter_subject,"
      " c.filter_body"
      " FROM records r LEFT JOIN heartbeats h ON h.team_id = r.team_id AND h.monitor_id = r.id"
      " LEFT JOIN checks c ON c.team_id = r.team_id AND c.monitor_id = r.id"
      " WHERE r.team_id = $1::uuid AND r.id = $2::uuid AND r.type = 'monitor'"
      " AND r.deleted_at = 0",
      PG_TEXT (team_id), PG_TEXT (id));
}

TocsinStoredMonitor *
tocsin_monitors_load (TocsinPg *pg, const char *team_id, const char *id, TocsinMonitorsMode mode,
                      GError **error)
{
  g_autoptr (TocsinStoredMonitor) stored = NULL;
  g_autoptr (TocsinPgRows) rows = NULL;
  g_autoptr (JsonObject) json = NULL;

  g_return_val_if_fail (pg != NULL && team_id != NULL && id != NULL, NULL);

  if (tocsin_uuid_is_valid (id)) {
    if (mode == TOCSIN_MONITORS_LOCK && !lock_rows (pg, team_id, id, error))
      return NULL;
    rows = query_row (pg, team_id, id, error);
    if (rows == NULL)
      return NULL;
  }
  if (rows == NULL || tocsin_pg_rows_get_n (rows) == 0) {
    tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "no monitor of the team has the id %s", id);
    return NULL;
  }
  stored = g_new0 (TocsinStoredMonitor, 1);
  stored->team_id = g_strdup (team_id);
  stored->project_id = g_strdup (tocsin_pg_rows_get_text (rows, 0, COLUMN_PROJECT));
  stored->seq = tocsin_pg_rows_get_int (rows, 0, COLUMN_SEQ);
  stored->updated_at = tocsin_pg_rows_get_int (rows, 0, COLUMN_UPDATED);
  json = tocsin_json_parse_object (tocsin_pg_rows_get_text (rows, 0, COLUMN_BODY), RECORD_BYTES,
                                   error);
  stored->monitor = json != NULL ? tocsin_monitor_from_json (json, error) : NULL;
  if (stored->monitor == NULL)
    return NULL;
  stored->monitor->revision = tocsin_pg_rows_get_int (rows, 0, COLUMN_REVISION);
  stored->sealed = tocsin_pg_rows_get_bytes (rows, 0, COLUMN_SEALED);
  return read_heartbeat_part (stored, rows, error) ? g_steal_pointer (&stored) : NULL;
}

void
tocsin_stored_monitor_free (TocsinStoredMonitor *stored)
{
  if (stored == NULL)
    return;
  g_free (stored->team_id);
  g_free (stored->project_id);
  tocsin_monitor_unref (stored->monitor);
  g_clear_pointer (&stored->sealed, g_bytes_unref);
  tocsin_schedule_free (stored->schedule);
  g_clear_pointer (&stored->heartbeat, tocsin_heartbeat_free);
  g_clear_pointer (&stored->judge, tocsin_judge_free);
  g_free (stored->badge_id);
  g_free (stored->incident_id);
  g_strfreev (stored->channels);
  g_free (stored);
}

/* --- what is written beside the record --- */

gboolean
tocsin_stored_monitor_save_check (TocsinPg *pg, const TocsinStoredMonitor *stored, GError **error)
{
  const TocsinMonitor *monitor = stored->monitor;
  g_autofree char *members =
      tocsin_check_make_members (monitor, stored->filter_subject, stored->filter_body);
  g_autofree char *unique_key = tocsin_check_make_unique_key (monitor->ping_id);
  g_autofree char *channels =
      stored->channels != NULL ? g_strjoinv (",", stored->channels) : g_strdup ("");
  g_autofree char *tags = tocsin_pg_array ((const char *const *) monitor->tags);

  return tocsin_pg_run (
      pg, error, NULL,
      "INSERT INTO checks (team_id, monitor_id, project_id, unique_key, channels, filter_subject,"
      " filter_body, tags, period_us, grace_us, schedule, zone, members)"
      " VALUES ($1::uuid, $2::uuid, $3::uuid, $4, $5, $6, $7, $8::text[], $9, $10, $11,"
      " $12, $13)"
      " ON CONFLICT (team_id, monitor_id) DO UPDATE SET project_id = excluded.project_id,"
      " channels = excluded.channels,"
      " filter_subject = excluded.filter_subject, filter_body = excluded.filter_body,"
      " tags = excluded.tags, period_us = excluded.period_us, grace_us = excluded.grace_us,"
      " schedule = excluded.schedule, zone = excluded.zone, members = excluded.members",
      PG_TEXT (stored->team_id), PG_TEXT (monitor->id), PG_TEXT (stored->project_id),
      PG_TEXT (unique_key), PG_TEXT (channels), PG_BOOL (stored->filter_subject),
      PG_BOOL (stored->filter_body), PG_TEXT (tags), PG_INT (monitor->period_us),
      PG_INT (monitor->grace_us),
      PG_TEXT (monitor->cron != NULL ? monitor->cron : monitor->calendar), PG_TEXT (monitor->tz),
      PG_TEXT (members));
}

/* --- what changed --- */

static JsonObject *
to_json (const TocsinMonitor *monitor)
{
  static const char *const not_compared[] = { "id", "created_at", "revision" };
  JsonObject *json = monitor != NULL ? tocsin_fields_to_json (&tocsin_monitor_fields, monitor,
                                                              TOCSIN_FIELDS_WITH_SECRETS)
                                     : json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (not_compared); i++)
    if (json_object_has_member (json, not_compared[i]))
      json_object_remove_member (json, not_compared[i]);
  return json;
}

static JsonNode *
dup_member (JsonObject *object, const char *name)
{
  return json_object_has_member (object, name) ? json_object_dup_member (object, name)
                                               : json_node_new (JSON_NODE_NULL);
}

static JsonNode *
mask (JsonNode *value, gboolean is_secret)
{
  if (!is_secret)
    return value;
  json_node_unref (value);
  return json_node_new (JSON_NODE_NULL);
}

/* The members of `of` that are otherwise in the pair. */
static void
add_differences (JsonObject *differences, const TocsinMonitor *monitor, JsonObject *of,
                 JsonObject *before, JsonObject *after)
{
  g_autoptr (GList) names = json_object_get_members (of);

  for (GList *l = names; l != NULL; l = l->next) {
    g_autoptr (JsonNode) was = dup_member (before, l->data), is = dup_member (after, l->data);
    const TocsinField *field = tocsin_fields_find (&tocsin_monitor_fields, monitor, l->data);
    gboolean is_secret = field != NULL && (field->flags & TOCSIN_FIELD_SECRET) != 0;
    JsonArray *pair;

    if (json_node_equal (was, is) || json_object_has_member (differences, l->data))
      continue;
    pair = json_array_new ();
    json_array_add_element (pair, mask (g_steal_pointer (&was), is_secret));
    json_array_add_element (pair, mask (g_steal_pointer (&is), is_secret));
    json_object_set_array_member (differences, l->data, pair);
  }
}

JsonObject *
tocsin_monitors_compare (const TocsinMonitor *before, const TocsinMonitor *after)
{
  g_autoptr (JsonObject) was = to_json (before), is = to_json (after);
  JsonObject *differences = json_object_new ();

  add_differences (differences, before, was, was, is);
  add_differences (differences, after, is, was, is);
  return differences;
}

gboolean
tocsin_stored_monitor_audit (TocsinPg *pg, const TocsinChange *change, const char *action,
                             const TocsinMonitor *before, const TocsinMonitor *after,
                             GError **error)
{
  const TocsinMonitor *monitor = after != NULL ? after : before;
  const TocsinActor actor = { change->actor_kind, change->actor_id, change->actor_name,
                              change->address, change->at_us };
  TocsinDeed deed = { action, "monitor", monitor->id, monitor->name, NULL };
  g_autofree char *detail = NULL;
  g_autoptr (JsonObject) differences = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (before != NULL && after != NULL) {
    differences = tocsin_monitors_compare (before, after);
    node = json_node_init_object (json_node_alloc (), differences);
    detail = json_to_string (node, FALSE);
  }
  deed.detail = detail;
  return tocsin_audit_add (pg, &actor, change->team_id, &deed, error);
}
