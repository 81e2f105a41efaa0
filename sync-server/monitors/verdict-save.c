/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "verdict-save"

#include "config.h"

#include <sodium.h>

#include "feed.h"
#include "jsontext.h"
#include "stored-monitor.h"
#include "token.h"
#include "uuid.h"
#include "verdict.h"

#define INCIDENT_BYTES (64 * 1024 * 1024)

static gboolean
save_heartbeat (TocsinPg *pg, const TocsinStoredMonitor *stored, gint64 seq, GError **error)
{
  const TocsinHeartbeat *heartbeat = stored->heartbeat;
  g_autofree char *judge =
      tocsin_fields_to_text (&tocsin_judge_fields, stored->judge, TOCSIN_FIELDS_PLAIN);

  return tocsin_pg_run (
      pg, error, NULL,
      "UPDATE heartbeats SET status = $3, last_ping_at = $4, last_start_at = $5,"
      " last_start_rid = $6::uuid, last_duration_us = $7, deadline_at = $8, state = $9,"
      " since_at = $10, judge = $11::jsonb, incident_id = $12::uuid,"
      " seq = CASE WHEN $13::bigint <> 0 THEN $13 ELSE seq END"
      " WHERE team_id = $1::uuid AND monitor_id = $2::uuid",
      PG_TEXT (stored->team_id), PG_TEXT (stored->monitor->id),
      PG_TEXT (tocsin_words_get (&tocsin_heartbeat_status_words, heartbeat->status)),
      PG_INT (heartbeat->last_ping_at), PG_INT (heartbeat->last_start_at),
      PG_TEXT (heartbeat->last_start_rid), PG_INT (heartbeat->last_duration_us),
      PG_INT (heartbeat->deadline_at),
      PG_TEXT (tocsin_words_get (&tocsin_state_words, tocsin_judge_get_state (stored->judge))),
      PG_INT (stored->judge->since_at), PG_TEXT (judge), PG_TEXT (stored->incident_id),
      PG_INT (seq));
}

static gboolean
save_flip (TocsinPg *pg, const TocsinStoredMonitor *stored, const TocsinFlip *flip, GError **error)
{
  g_autofree char *id = tocsin_id_new (flip->at_us);

  return tocsin_pg_run (
      pg, error, NULL,
      "INSERT INTO flips (team_id, monitor_id, id, at, old_state, new_state,"
      " reason) VALUES ($1::uuid, $2::uuid, $3::uuid, $4, $5, $6, $7)",
      PG_TEXT (stored->team_id), PG_TEXT (stored->monitor->id), PG_TEXT (id), PG_INT (flip->at_us),
      PG_TEXT (tocsin_words_get (&tocsin_state_words, flip->old_state)),
      PG_TEXT (tocsin_words_get (&tocsin_state_words, flip->new_state)),
      PG_TEXT (flip->code != TOCSIN_CODE_NONE ? tocsin_words_get (&tocsin_code_words, flip->code)
                                              : NULL));
}

static gboolean
insert_incident (TocsinPg *pg, const TocsinStoredMonitor *stored, const TocsinIncident *incident,
                 gint64 seq, GError **error)
{
  g_autofree char *body =
      tocsin_fields_to_text (&tocsin_incident_fields, incident, TOCSIN_FIELDS_PLAIN);

  return tocsin_pg_run (pg, error, NULL,
                        "INSERT INTO incidents (team_id, id, monitor_id, began_at, body, seq)"
                        " VALUES ($1::uuid, $2::uuid, $3::uuid, $4, $5::jsonb, $6)",
                        PG_TEXT (stored->team_id), PG_TEXT (incident->id),
                        PG_TEXT (stored->monitor->id), PG_INT (incident->began_at), PG_TEXT (body),
                        PG_INT (seq));
}

static gboolean
close_incident (TocsinPg *pg, const TocsinStoredMonitor *stored, const TocsinIncidentChange *change,
                gint64 now_us, gint64 seq, GError **error)
{
  g_autoptr (TocsinIncident) incident = tocsin_incident_new ();
  g_autoptr (TocsinPgRows) rows = NULL;
  g_autoptr (JsonObject) json = NULL;
  g_autofree char *body = NULL;

  rows = tocsin_pg_query (pg, error,
                          "SELECT body FROM incidents WHERE team_id = $1::uuid AND id = $2::uuid"
                          " FOR UPDATE",
                          PG_TEXT (stored->team_id), PG_TEXT (change->id));
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return TRUE; /* retention took it */
  json = tocsin_json_parse_object (tocsin_pg_rows_get_text (rows, 0, 0), INCIDENT_BYTES, error);
  if (json == NULL || !tocsin_fields_from_json (&tocsin_incident_fields, incident, json,
                                                TOCSIN_FIELDS_PLAIN, error))
    return FALSE;
  tocsin_incident_change_close (change, incident, now_us);
  body = tocsin_fields_to_text (&tocsin_incident_fields, incident, TOCSIN_FIELDS_PLAIN);
  return tocsin_pg_run (pg, error, NULL,
                        "UPDATE incidents SET ended_at = $3, body = $4::jsonb, seq = $5"
                        " WHERE team_id = $1::uuid AND id = $2::uuid",
                        PG_TEXT (stored->team_id), PG_TEXT (change->id),
                        PG_INT (incident->ended_at), PG_TEXT (body), PG_INT (seq));
}

gboolean
tocsin_verdict_save_history (TocsinPg *pg, const TocsinStoredMonitor *stored,
                             const TocsinVerdict *verdict, gint64 now_us, gint64 *seq_of_state,
                             GError **error)
{
  gint64 seq = 0;

  g_return_val_if_fail (pg != NULL && stored != NULL && verdict != NULL, FALSE);

  *seq_of_state = 0;
  /* The monitor's row is locked, and who changes an incident locks that first. */
  if (verdict->is_seen &&
      !tocsin_feed_take (pg, stored->team_id, verdict->n_incidents + 1, &seq, error))
    return FALSE;
  for (guint i = 0; i < verdict->n_incidents; i++) {
    const TocsinIncidentChange *change = &verdict->incidents[i];

    if (change->opened != NULL ? !insert_incident (pg, stored, change->opened, seq + i + 1, error)
                               : !close_incident (pg, stored, change, now_us, seq + i + 1, error))
      return FALSE;
  }
  for (guint i = 0; i < verdict->n_flips; i++)
    if (!save_flip (pg, stored, &verdict->flips[i], error))
      return FALSE;
  *seq_of_state = seq;
  return TRUE;
}

gboolean
tocsin_verdict_save (TocsinPg *pg, const TocsinStoredMonitor *stored, const TocsinVerdict *verdict,
                     gint64 now_us, GError **error)
{
  gint64 seq;

  return !verdict->changed ||
         (tocsin_verdict_save_history (pg, stored, verdict, now_us, &seq, error) &&
          save_heartbeat (pg, stored, seq, error));
}
