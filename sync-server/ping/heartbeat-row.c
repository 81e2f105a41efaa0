/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "heartbeat-row"

#include "config.h"

#include <string.h>

#include "heartbeat-row.h"
#include "jsontext.h"

gboolean
tocsin_heartbeat_row_read_judge (TocsinHeartbeatRow *row, const char *text, GError **error)
{
  g_autoptr (JsonObject) json = tocsin_json_parse_object (text, strlen (text), error);

  row->stored.judge = json != NULL ? tocsin_judge_from_json (json, error) : NULL;
  return row->stored.judge != NULL;
}

TocsinHeartbeatRow *
tocsin_heartbeat_row_read (const TocsinPgRows *rows, guint i, GError **error)
{
  TocsinHeartbeatRow *row = g_new0 (TocsinHeartbeatRow, 1);
  TocsinHeartbeat *heartbeat = tocsin_heartbeat_new ();
  const char *judge = tocsin_pg_rows_get_text_or_null (rows, i, 13);

  row->verdicts = g_array_new (FALSE, TRUE, sizeof (TocsinVerdict));
  row->stored.heartbeat = heartbeat;
  row->stored.team_id = (char *) tocsin_pg_rows_get_text (rows, i, 0);
  row->monitor_id = tocsin_pg_rows_get_text (rows, i, 1);
  row->ping_id = tocsin_pg_rows_get_text (rows, i, 2);
  row->revision = tocsin_pg_rows_get_int (rows, i, 3);
  heartbeat->last_ping_at = tocsin_pg_rows_get_int (rows, i, 5);
  heartbeat->last_start_at = tocsin_pg_rows_get_int (rows, i, 6);
  heartbeat->last_start_rid = g_strdup (tocsin_pg_rows_get_text_or_null (rows, i, 7));
  heartbeat->last_duration_us = tocsin_pg_rows_get_int (rows, i, 8);
  heartbeat->deadline_at = tocsin_pg_rows_get_int (rows, i, 9);
  row->stored.n_pings = tocsin_pg_rows_get_int (rows, i, 10);
  row->rate_tat_at = tocsin_pg_rows_get_int (rows, i, 11);
  row->stored.incident_id = g_strdup (tocsin_pg_rows_get_text_or_null (rows, i, 12));
  if (!tocsin_words_find (&tocsin_heartbeat_status_words, tocsin_pg_rows_get_text (rows, i, 4),
                          &heartbeat->status, error) ||
      (judge != NULL && !tocsin_heartbeat_row_read_judge (row, judge, error))) {
    tocsin_heartbeat_row_free (row);
    return NULL;
  }
  return row;
}

gboolean
tocsin_heartbeat_row_know_monitor (TocsinHeartbeatRow *row, TocsinMonitorCache *cache, TocsinPg *pg,
                                   GError **error)
{
  const TocsinKnownMonitor *known = tocsin_monitor_cache_get (
      cache, pg, row->stored.team_id, row->monitor_id, row->revision, error);

  if (known == NULL)
    return FALSE;
  row->stored.monitor = known->monitor;
  row->stored.schedule = known->schedule;
  return TRUE;
}

void
tocsin_heartbeat_row_free (TocsinHeartbeatRow *row)
{
  g_clear_pointer (&row->stored.heartbeat, tocsin_heartbeat_free);
  g_clear_pointer (&row->stored.judge, tocsin_judge_free);
  g_free (row->stored.incident_id);
  for (guint i = 0; i < row->verdicts->len; i++)
    tocsin_verdict_clear (&g_array_index (row->verdicts, TocsinVerdict, i));
  g_array_unref (row->verdicts);
  g_free (row);
}
