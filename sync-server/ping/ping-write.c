/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "ping-write"

#include "config.h"

#include <string.h>

#include "pg-columns.h"
#include "ping-batch-private.h"

/* Many rows are written by one statement each: columns go over as arrays. */

enum {
  TEAM,
  MONITOR,
  N,
  AT,
  KIND,
  SCHEME,
  METHOD,
  ADDRESS,
  AGENT,
  RID,
  EXIT,
  DURATION,
  SIZE,
  BODY,
  N_PING_COLUMNS
};

typedef struct {
  TocsinPgColumn columns[N_PING_COLUMNS];
} Columns;

static void
clear_columns (Columns *columns)
{
  for (guint i = 0; i < N_PING_COLUMNS; i++)
    tocsin_pg_column_clear (&columns->columns[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Columns, clear_columns)

static void
init_columns (Columns *columns)
{
  for (guint i = 0; i < N_PING_COLUMNS; i++)
    tocsin_pg_column_init (&columns->columns[i]);
}

static void
add_int_if (TocsinPgColumn *column, gint64 number)
{
  if (number >= 0)
    tocsin_pg_column_add_int (column, number);
  else
    tocsin_pg_column_add_null (column);
}

static void
add_ping (TocsinPgColumn *c, const TocsinHeartbeatRow *row, const TocsinPing *ping)
{
  tocsin_pg_column_add_text (&c[TEAM], row->stored.team_id);
  tocsin_pg_column_add_text (&c[MONITOR], row->monitor_id);
  tocsin_pg_column_add_int (&c[N], ping->number);
  tocsin_pg_column_add_int (&c[AT], ping->at_us);
  tocsin_pg_column_add_text (&c[KIND], tocsin_words_get (&tocsin_ping_kind_words, ping->kind));
  tocsin_pg_column_add_text (&c[SCHEME], ping->scheme);
  tocsin_pg_column_add_text (&c[METHOD], ping->method);
  tocsin_pg_column_add_text (&c[ADDRESS], ping->remote_address);
  tocsin_pg_column_add_text (&c[AGENT], ping->user_agent);
  tocsin_pg_column_add_text (&c[RID], ping->rid);
  add_int_if (&c[EXIT], ping->exit_status);
  add_int_if (&c[DURATION], ping->duration_us);
  tocsin_pg_column_add_int (&c[SIZE], ping->body_bytes);
  tocsin_pg_column_add_bytes (&c[BODY], ping->body);
}

static gboolean
write_pings (TocsinPg *pg, const TocsinPingBatch *batch, GHashTable *by_ping_id, GError **error)
{
  g_auto (Columns) columns;
  TocsinPgColumn *c = columns.columns;

  init_columns (&columns);
  for (guint i = 0; i < batch->n_tickets; i++) {
    const TocsinPingTicket *ticket = batch->tickets[i];

    if (ticket->ping->number != 0)
      add_ping (c, g_hash_table_lookup (by_ping_id, ticket->ping_id), ticket->ping);
  }
#define COLUMN(which) PG_TEXT (tocsin_pg_column_get (&c[which]))
  return tocsin_pg_run (
      pg, error, NULL,
      "INSERT INTO pings (team_id, monitor_id, n, at, kind, scheme, method, remote_address,"
      " user_agent, rid, exit_status, duration_us, body_bytes, body)"
      " SELECT * FROM unnest ($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::text[],"
      " $6::text[], $7::text[], $8::text[], $9::text[], $10::uuid[], $11::smallint[],"
      " $12::bigint[], $13::bigint[], $14::bytea[])",
      COLUMN (TEAM), COLUMN (MONITOR), COLUMN (N), COLUMN (AT), COLUMN (KIND), COLUMN (SCHEME),
      COLUMN (METHOD), COLUMN (ADDRESS), COLUMN (AGENT), COLUMN (RID), COLUMN (EXIT),
      COLUMN (DURATION), COLUMN (SIZE), COLUMN (BODY));
#undef COLUMN
}

enum {
  H_TEAM,
  H_MONITOR,
  H_STATUS,
  H_PING,
  H_START,
  H_RID,
  H_DURATION,
  H_DEADLINE,
  H_N,
  H_TAT,
  N_HEARTBEAT_COLUMNS
};

static void
add_heartbeat (TocsinPgColumn *c, const TocsinHeartbeatRow *row)
{
  const TocsinHeartbeat *heartbeat = row->stored.heartbeat;

  tocsin_pg_column_add_text (&c[H_TEAM], row->stored.team_id);
  tocsin_pg_column_add_text (&c[H_MONITOR], row->monitor_id);
  tocsin_pg_column_add_text (&c[H_STATUS],
                             tocsin_words_get (&tocsin_heartbeat_status_words, heartbeat->status));
  tocsin_pg_column_add_int (&c[H_PING], heartbeat->last_ping_at);
  tocsin_pg_column_add_int (&c[H_START], heartbeat->last_start_at);
  tocsin_pg_column_add_text (&c[H_RID], heartbeat->last_start_rid);
  tocsin_pg_column_add_int (&c[H_DURATION], heartbeat->last_duration_us);
  tocsin_pg_column_add_int (&c[H_DEADLINE], heartbeat->deadline_at);
  tocsin_pg_column_add_int (&c[H_N], row->stored.n_pings);
  tocsin_pg_column_add_int (&c[H_TAT], row->rate_tat_at);
}

static gboolean
write_heartbeats (TocsinPg *pg, GHashTable *by_ping_id, GError **error)
{
  g_auto (Columns) columns;
  TocsinPgColumn *c = columns.columns;
  GHashTableIter iter;
  gpointer value;

  G_STATIC_ASSERT ((int) N_HEARTBEAT_COLUMNS <= (int) N_PING_COLUMNS);
  init_columns (&columns);
  g_hash_table_iter_init (&iter, by_ping_id);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((TocsinHeartbeatRow *) value)->is_touched)
      add_heartbeat (c, value);
#define COLUMN(which) PG_TEXT (tocsin_pg_column_get (&c[which]))
  return tocsin_pg_run (
      pg, error, NULL,
      "UPDATE heartbeats h SET status = i.status, last_ping_at = i.last_ping_at,"
      " last_start_at = i.last_start_at, last_start_rid = i.last_start_rid,"
      " last_duration_us = i.last_duration_us, deadline_at = i.deadline_at, n_pings = i.n_pings,"
      " rate_tat_at = i.rate_tat_at"
      " FROM unnest ($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::uuid[],"
      " $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[]) AS i (team_id, monitor_id, status,"
      " last_ping_at, last_start_at, last_start_rid, last_duration_us, deadline_at, n_pings,"
      " rate_tat_at)"
      " WHERE h.team_id = i.team_id AND h.monitor_id = i.monitor_id",
      COLUMN (H_TEAM), COLUMN (H_MONITOR), COLUMN (H_STATUS), COLUMN (H_PING), COLUMN (H_START),
      COLUMN (H_RID), COLUMN (H_DURATION), COLUMN (H_DEADLINE), COLUMN (H_N), COLUMN (H_TAT));
#undef COLUMN
}

/* What is not plain is rare, and written one by one. */
static gboolean
write_verdict (TocsinPg *pg, const TocsinHeartbeatRow *row, const TocsinVerdict *verdict,
               gint64 now_us, GError **error)
{
  const TocsinChange change = {
    .team_id = row->stored.team_id, .actor_kind = "system", .actor_name = "a ping", .at_us = now_us
  };

  return tocsin_verdict_save (pg, &row->stored, verdict, now_us, error) &&
         (!verdict->resumed || tocsin_monitors_resume_record (pg, &change, row->monitor_id, error));
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const TocsinHeartbeatRow *first = *(TocsinHeartbeatRow *const *) a;
  const TocsinHeartbeatRow *second = *(TocsinHeartbeatRow *const *) b;
  int order = strcmp (first->stored.team_id, second->stored.team_id);

  return order != 0 ? order : strcmp (first->monitor_id, second->monitor_id);
}

/* In one order, since a pause that ends locks the team, too. */
static GPtrArray *
get_rows_with_verdicts (GHashTable *by_ping_id)
{
  GPtrArray *rows = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, by_ping_id);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((TocsinHeartbeatRow *) value)->verdicts->len > 0)
      g_ptr_array_add (rows, value);
  g_ptr_array_sort (rows, compare_rows);
  return rows;
}

static gboolean
write_verdicts (TocsinPg *pg, const TocsinPingBatch *batch, GHashTable *by_ping_id, GError **error)
{
  g_autoptr (GPtrArray) rows = get_rows_with_verdicts (by_ping_id);
  gint64 now_us = batch->n_tickets > 0 ? batch->tickets[0]->ping->at_us : 0;

  for (guint i = 0; i < rows->len; i++) {
    const TocsinHeartbeatRow *row = g_ptr_array_index (rows, i);

    for (guint k = 0; k < row->verdicts->len; k++)
      if (!write_verdict (pg, row, &g_array_index (row->verdicts, TocsinVerdict, k), now_us, error))
        return FALSE;
  }
  return TRUE;
}

gboolean
tocsin_ping_batch_write (TocsinPg *pg, const TocsinPingBatch *batch, GHashTable *by_ping_id,
                         GError **error)
{
  return write_pings (pg, batch, by_ping_id, error) && write_heartbeats (pg, by_ping_id, error) &&
         write_verdicts (pg, batch, by_ping_id, error);
}
