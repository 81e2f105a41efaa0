/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "incidents"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "feed.h"
#include "incidents.h"
#include "jsontext.h"
#include "timetext.h"
#include "uuid.h"

#define INCIDENT_BYTES (64 * 1024 * 1024)

/* --- reading --- */

static const char *
get_text (JsonObject *json, const char *name)
{
  JsonNode *node = json_object_get_member (json, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static gboolean
is_of_people (guint kind)
{
  return kind == TOCSIN_UPDATE_NOTE || kind == TOCSIN_UPDATE_ACKNOWLEDGED ||
         kind == TOCSIN_UPDATE_CAUSE || kind == TOCSIN_UPDATE_RESOLUTION;
}

gboolean
tocsin_incidents_read_update (JsonObject *json, TocsinUpdateKind *kind, const char **text,
                              gint64 *at_us, GError **error)
{
  const char *word, *at;
  guint value = 0;

  g_return_val_if_fail (json != NULL && kind != NULL && text != NULL && at_us != NULL, FALSE);

  word = get_text (json, "kind");
  if (word == NULL || !tocsin_words_find (&tocsin_update_kind_words, word, &value, NULL) ||
      !is_of_people (value))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "kind: note, acknowledged, root_cause or resolution is wanted");
  *kind = value;
  *text = get_text (json, "text");
  if (value != TOCSIN_UPDATE_ACKNOWLEDGED && (*text == NULL || **text == '\0'))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "text: some text is wanted");
  if (*text != NULL && strlen (*text) > TOCSIN_INCIDENT_TEXT_BYTES)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "text: at most %d bytes are wanted",
                        TOCSIN_INCIDENT_TEXT_BYTES);
  at = get_text (json, "at");
  *at_us = 0;
  return at == NULL || tocsin_time_from_text (at, at_us, error);
}

/* --- writing --- */

static void
replace_text (char **place, const char *text)
{
  g_free (*place);
  *place = g_strdup (text);
}

static void
apply (TocsinIncident *incident, const TocsinActor *actor, TocsinUpdateKind kind, const char *text,
       gint64 at_us)
{
  if (kind == TOCSIN_UPDATE_ACKNOWLEDGED && incident->acknowledged_at == 0)
    incident->acknowledged_at = at_us;
  if (kind == TOCSIN_UPDATE_CAUSE)
    replace_text (&incident->root_cause, text);
  if (kind == TOCSIN_UPDATE_RESOLUTION)
    replace_text (&incident->resolution, text);
  tocsin_incident_add_update (incident, at_us, kind, text, actor->name, NULL);
}

/* The monitor's row before the incident's, as everywhere. */
static TocsinPgRows *
lock (TocsinPg *pg, const char *team_id, const char *id, GError **error)
{
  const TocsinPgParam params[] = { PG_TEXT (team_id), PG_TEXT (id) };
  static const char *const before[] = {
    "SELECT 1 FROM heartbeats WHERE team_id = $1::uuid AND monitor_id = (SELECT monitor_id FROM"
    " incidents WHERE team_id = $1::uuid AND id = $2::uuid) FOR NO KEY UPDATE",
    "SELECT 1 FROM verdicts WHERE team_id = $1::uuid AND monitor_id = (SELECT monitor_id FROM"
    " incidents WHERE team_id = $1::uuid AND id = $2::uuid) FOR NO KEY UPDATE",
  };

  for (guint i = 0; i < G_N_ELEMENTS (before); i++)
    if (!tocsin_pg_run_params (pg, error, NULL, before[i], params, G_N_ELEMENTS (params)))
      return NULL;
  return tocsin_pg_query (pg, error,
                          "SELECT body FROM incidents WHERE team_id = $1::uuid AND id = $2::uuid"
                          " FOR UPDATE",
                          PG_TEXT (team_id), PG_TEXT (id));
}

static gboolean
save (TocsinPg *pg, const TocsinActor *actor, const char *team_id, const TocsinIncident *incident,
      TocsinUpdateKind kind, GError **error)
{
  g_autoptr (JsonObject) json =
      tocsin_fields_to_json (&tocsin_incident_fields, incident, TOCSIN_FIELDS_PLAIN);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *body = NULL;
  g_autofree char *action =
      g_strconcat ("incident.", tocsin_words_get (&tocsin_update_kind_words, kind), NULL);
  const TocsinDeed deed = { action, "incident", incident->id, incident->monitor_name, NULL };
  gint64 seq;

  json_node_set_object (node, json);
  body = json_to_string (node, FALSE);
  return tocsin_audit_add (pg, actor, team_id, &deed, error) &&
         tocsin_feed_take (pg, team_id, 1, &seq, error) &&
         tocsin_pg_run (pg, error, NULL,
                        "UPDATE incidents SET body = $3::jsonb, seq = $4"
                        " WHERE team_id = $1::uuid AND id = $2::uuid",
                        PG_TEXT (team_id), PG_TEXT (incident->id), PG_TEXT (body), PG_INT (seq));
}

gboolean
tocsin_incidents_update (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                         const char *id, TocsinUpdateKind kind, const char *text, gint64 at_us,
                         GError **error)
{
  g_autoptr (TocsinIncident) incident = tocsin_incident_new ();
  g_autoptr (TocsinPgRows) rows = NULL;
  g_autoptr (JsonObject) json = NULL;

  g_return_val_if_fail (pg != NULL && actor != NULL && team_id != NULL && id != NULL, FALSE);
  g_return_val_if_fail (is_of_people (kind), FALSE);

  if (tocsin_uuid_is_valid (id)) {
    rows = lock (pg, team_id, id, error);
    if (rows == NULL)
      return FALSE;
  }
  if (rows == NULL || tocsin_pg_rows_get_n (rows) == 0)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "no incident has the id %s", id);
  json = tocsin_json_parse_object (tocsin_pg_rows_get_text (rows, 0, 0), INCIDENT_BYTES, error);
  if (json == NULL || !tocsin_fields_from_json (&tocsin_incident_fields, incident, json,
                                                TOCSIN_FIELDS_PLAIN, error))
    return FALSE;
  apply (incident, actor, kind, text, at_us > 0 ? MIN (at_us, actor->at_us) : actor->at_us);
  return save (pg, actor, team_id, incident, kind, error);
}
