/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "event-text"

#include "config.h"

#include <string.h>

#include "assignments.h"
#include "events-private.h"

static void
add_event (GString *text, const char *epoch, gint64 seq, const char *name, const char *data)
{
  g_string_append_printf (text, "id: %s.%" G_GINT64_FORMAT "\nevent: %s\ndata: %s\n\n", epoch, seq,
                          name, data);
}

/* One row more than are told. JSON of PostgreSQL's json functions is one line. */
static TocsinPgRows *
query (TocsinPg *pg, const char *team_id, gint64 since, GError **error)
{
  G_STATIC_ASSERT (TOCSIN_EVENTS_AT_ONCE == 1000);
  return tocsin_pg_query (
      pg, error,
      "SELECT seq, kind, data FROM ("
      "SELECT seq, 'record' AS kind, jsonb_build_object ('type', type, 'id', id, 'revision',"
      " revision, 'deleted', deleted_at <> 0) AS data FROM records WHERE team_id = $1::uuid"
      " AND seq > $2 AND type IN ('project', 'monitor', 'maintenance')"
      " UNION ALL SELECT seq, 'state', jsonb_strip_nulls (jsonb_build_object ('monitor',"
      " monitor_id, 'state', state, 'since', rfc3339 (since_at), 'seq', seq, 'incident',"
      " incident_id)) || '{\"votes\": []}' FROM heartbeats WHERE team_id = $1::uuid AND seq > $2"
      " UNION ALL SELECT seq, 'state', jsonb_strip_nulls (jsonb_build_object ('monitor',"
      " monitor_id, 'state', state, 'since', rfc3339 (since_at), 'seq', seq, 'incident',"
      " incident_id, 'note', note)) || jsonb_build_object ('votes', coalesce (votes, '[]'))"
      " FROM verdicts WHERE team_id = $1::uuid AND seq > $2"
      " UNION ALL SELECT seq, 'incident', jsonb_build_object ('id', id, 'monitor', monitor_id,"
      " 'began_at', rfc3339 (began_at), 'ended_at', rfc3339 (ended_at)) FROM incidents"
      " WHERE team_id = $1::uuid AND seq > $2"
      " UNION ALL SELECT seq, 'probe', jsonb_strip_nulls (jsonb_build_object ('id', id, 'name',"
      " name, 'kind', kind, 'labels', labels, 'state', state, 'seen_at', rfc3339 (seen_at),"
      " 'load', load, 'seq', seq)) FROM probes WHERE team_id = $1::uuid AND seq > $2"
      ") AS seen ORDER BY seq LIMIT 1001",
      PG_TEXT (team_id), PG_INT (since));
}

static GBytes *
make_reset (const TocsinCursor *present)
{
  GString *text = g_string_new (NULL);

  add_event (text, present->epoch, present->seq, "reset", "{}");
  return g_string_free_to_bytes (text);
}

/* `until` is the last that was told: what is committed meanwhile has higher numbers. */
static GBytes *
make_text (const TocsinPgRows *rows, TocsinCursor *until)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < tocsin_pg_rows_get_n (rows); i++) {
    until->seq = tocsin_pg_rows_get_int (rows, i, 0);
    add_event (text, until->epoch, until->seq, tocsin_pg_rows_get_text (rows, i, 1),
               tocsin_pg_rows_get_text (rows, i, 2));
  }
  return g_string_free_to_bytes (text);
}

GBytes *
tocsin_events_read (TocsinPg *pg, const char *team_id, const TocsinCursor *since,
                    TocsinCursor *until, GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;
  TocsinFeedHead head;

  g_return_val_if_fail (pg != NULL && team_id != NULL && since != NULL && until != NULL, NULL);

  if (!tocsin_feed_read_head (pg, team_id, &head, error))
    return NULL;
  *until = head.present;
  if (!tocsin_feed_head_reaches (&head, since))
    return make_reset (until);
  if (since->seq == head.present.seq)
    return NULL;
  rows = query (pg, team_id, since->seq, error);
  if (rows == NULL)
    return NULL;
  if (tocsin_pg_rows_get_n (rows) > TOCSIN_EVENTS_AT_ONCE)
    return make_reset (until);
  if (tocsin_pg_rows_get_n (rows) == 0)
    return NULL;
  *until = *since;
  return make_text (rows, until);
}

GBytes *
tocsin_events_read_assignments (TocsinPg *pg, const char *team_id, char **version, GError **error)
{
  g_autofree char *now = NULL;
  GString *text;

  g_return_val_if_fail (pg != NULL && team_id != NULL && version != NULL, NULL);

  now = tocsin_assignments_get_version (pg, team_id, error);
  if (now == NULL || g_strcmp0 (now, *version) == 0)
    return NULL;
  text = g_string_new (NULL);
  g_string_append_printf (text, "event: assignments\ndata: {\"version\": \"%s\"}\n\n", now);
  g_free (*version);
  *version = g_steal_pointer (&now);
  return g_string_free_to_bytes (text);
}
