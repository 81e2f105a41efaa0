/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "ping-batch"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "errors.h"
#include "pg-columns.h"
#include "pg-pool.h"
#include "ping-batch-private.h"
#include "ping-batch.h"
#include "principal.h"
#include "rate-limits.h"
#include "timetext.h"

#define PING_BURST_LEAST 10 /* at once, of one monitor, however few a minute */

static const TocsinPingAnswer ok = { 200, "OK" };
static const TocsinPingAnswer created = { 201, "Created" };
static const TocsinPingAnswer not_found = { 404, "not found" };
static const TocsinPingAnswer rate_limited = { 429, "rate limited" };

/* --- finding --- */

/* Slugs become ping ids, all at once. A key that is unknown and a slug that is not there are the
 * same to who asks. */
static gboolean
resolve_slugs (TocsinPg *pg, TocsinPingBatch *batch, GError **error)
{
  g_auto (TocsinPgColumn) hashes, slugs, places;
  g_autoptr (TocsinPgRows) rows = NULL;
  guint n = 0;

  tocsin_pg_column_init (&hashes);
  tocsin_pg_column_init (&slugs);
  tocsin_pg_column_init (&places);
  for (guint i = 0; i < batch->n_tickets; i++) {
    const TocsinPingRequest *request = &batch->tickets[i]->request;
    guint8 hash[TOCSIN_HASH_BYTES];
    g_autoptr (GBytes) bytes = NULL;

    if (request->key == NULL || batch->tickets[i]->ping_id != NULL)
      continue;
    tocsin_hash_secret (request->key, hash);
    bytes = g_bytes_new (hash, sizeof hash);
    tocsin_pg_column_add_bytes (&hashes, bytes);
    tocsin_pg_column_add_text (&slugs, request->slug);
    tocsin_pg_column_add_int (&places, i);
    n++;
  }
  if (n == 0)
    return TRUE;
  rows = tocsin_pg_query (
      pg, error,
      "SELECT i.place, h.ping_id FROM unnest ($1::bytea[], $2::text[], $3::bigint[])"
      " AS i (hash, slug, place)"
      " JOIN project_keys k ON k.hash = i.hash AND k.kind = 'ping' AND k.revoked_at = 0"
      " JOIN heartbeats h ON h.team_id = k.team_id AND h.project_id = k.project_id"
      " AND h.slug = i.slug",
      PG_TEXT (tocsin_pg_column_get (&hashes)), PG_TEXT (tocsin_pg_column_get (&slugs)),
      PG_TEXT (tocsin_pg_column_get (&places)));
  for (guint i = 0; rows != NULL && i < tocsin_pg_rows_get_n (rows); i++) {
    TocsinPingTicket *ticket = batch->tickets[tocsin_pg_rows_get_int (rows, i, 0)];

    ticket->ping_id = g_strdup (tocsin_pg_rows_get_text (rows, i, 1));
  }
  return rows != NULL;
}

/* The judge's state is left where a good ping can change nothing of it, which is nearly always. */
#define JUDGE_COLUMN                                           \
  "CASE WHEN state = 'up' AND incident_id IS NULL"             \
  " AND NOT coalesce ((judge ->> 'flapping')::boolean, false)" \
  " THEN NULL ELSE coalesce (judge, '{}') END"

/* Locks them in one order, so that two batches never wait for each other. */
static TocsinPgRows *
lock_rows (TocsinPg *pg, const TocsinPingBatch *batch, GError **error)
{
  g_auto (TocsinPgColumn) ids;

  tocsin_pg_column_init (&ids);
  for (guint i = 0; i < batch->n_tickets; i++)
    if (batch->tickets[i]->ping_id != NULL)
      tocsin_pg_column_add_text (&ids, batch->tickets[i]->ping_id);
  return tocsin_pg_query (pg, error,
                          "SELECT " TOCSIN_HEARTBEAT_ROW_COLUMNS ", " JUDGE_COLUMN
                          " FROM heartbeats"
                          " WHERE ping_id = ANY ($1::uuid[])"
                          " ORDER BY team_id, monitor_id FOR NO KEY UPDATE",
                          PG_TEXT (tocsin_pg_column_get (&ids)));
}

static GHashTable *
index_rows (const TocsinPgRows *rows, GError **error)
{
  g_autoptr (GHashTable) by_ping_id = g_hash_table_new_full (
      g_str_hash, g_str_equal, NULL, (GDestroyNotify) tocsin_heartbeat_row_free);

  for (guint i = 0; i < tocsin_pg_rows_get_n (rows); i++) {
    TocsinHeartbeatRow *row = tocsin_heartbeat_row_read (rows, i, error);

    if (row == NULL)
      return NULL;
    g_hash_table_insert (by_ping_id, (gpointer) row->ping_id, row);
  }
  return g_steal_pointer (&by_ping_id);
}

/* --- stepping --- */

static gboolean
load_judge (TocsinPg *pg, TocsinHeartbeatRow *row, GError **error)
{
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error,
                       "SELECT coalesce (judge, '{}') FROM heartbeats"
                       " WHERE team_id = $1::uuid AND monitor_id = $2::uuid",
                       PG_TEXT (row->stored.team_id), PG_TEXT (row->monitor_id));

  return rows != NULL &&
         tocsin_heartbeat_row_read_judge (row, tocsin_pg_rows_get_text (rows, 0, 0), error);
}

/* Whether the ping can change no verdict: all is well, and it says nothing else. */
static gboolean
is_plain (const TocsinHeartbeatRow *row, const TocsinPing *ping)
{
  const TocsinHeartbeat *heartbeat = row->stored.heartbeat;

  if (row->stored.judge != NULL || heartbeat->status != TOCSIN_HEARTBEAT_UP ||
      ping->kind == TOCSIN_PING_FAIL)
    return FALSE;
  return heartbeat->deadline_at == 0 || ping->at_us <= heartbeat->deadline_at;
}

static void
step_plainly (TocsinHeartbeatRow *row, const TocsinHeartbeatEvent *event, gint64 now_us)
{
  g_auto (TocsinHeartbeatResult) result = { 0 };

  tocsin_heartbeat_step (row->stored.monitor, row->stored.schedule, row->stored.heartbeat, event,
                         now_us, &result);
}

static gboolean
step (TocsinPg *pg, TocsinHeartbeatRow *row, TocsinPing *ping, GError **error)
{
  const TocsinHeartbeatEvent event = { .kind = TOCSIN_HEARTBEAT_PING, .ping = ping };
  TocsinVerdict verdict = { 0 };

  if (ping->kind == TOCSIN_PING_LOG || ping->kind == TOCSIN_PING_IGNORED)
    return TRUE;
  if (is_plain (row, ping)) {
    step_plainly (row, &event, ping->at_us);
    return TRUE;
  }
  if (row->stored.judge == NULL && !load_judge (pg, row, error))
    return FALSE;
  tocsin_verdict_run (&row->stored, &event, ping->at_us, randombytes_buf, &verdict);
  g_array_append_val (row->verdicts, verdict);
  return TRUE;
}

static gboolean
is_within_limit (const TocsinPingBatch *batch, TocsinHeartbeatRow *row, TocsinPingTicket *ticket)
{
  gint64 a_minute = batch->config->pings_a_minute;

  return a_minute == 0 ||
         tocsin_gcra_take (&row->rate_tat_at, ticket->ping->at_us, TOCSIN_US_PER_MIN / a_minute,
                           MAX (a_minute, PING_BURST_LEAST), &ticket->retry_after_us);
}

/* The clocks of two servers may differ a little: within a monitor, time goes on with the number. */
static void
number_ping (TocsinHeartbeatRow *row, TocsinPingTicket *ticket)
{
  TocsinPing *ping = ticket->ping;

  ping->number = ++row->stored.n_pings;
  ping->at_us = MAX (
      ping->at_us, MAX (row->stored.heartbeat->last_ping_at, row->stored.heartbeat->last_start_at));
  ping->duration_us = ticket->duration_us;
  ping->kind = tocsin_ping_request_classify (&ticket->request, row->stored.monitor, ping->body);
  g_free (ping->rid);
  ping->rid = g_strdup (ticket->request.rid);
  ping->exit_status = ticket->request.exit_status;
}

static gboolean
take_ping (TocsinPg *pg, TocsinPingBatch *batch, TocsinHeartbeatRow *row, TocsinPingTicket *ticket,
           GError **error)
{
  if (!is_within_limit (batch, row, ticket)) {
    ticket->answer = rate_limited;
    return TRUE;
  }
  if (!tocsin_heartbeat_row_know_monitor (row, batch->cache, pg, error))
    return FALSE;
  number_ping (row, ticket);
  row->is_touched = TRUE;
  ticket->answer = ticket->is_created ? created : ok;
  return step (pg, row, ticket->ping, error);
}

static gboolean
take_pings (TocsinPg *pg, TocsinPingBatch *batch, GHashTable *by_ping_id, GError **error)
{
  for (guint i = 0; i < batch->n_tickets; i++) {
    TocsinPingTicket *ticket = batch->tickets[i];
    TocsinHeartbeatRow *row =
        ticket->ping_id != NULL ? g_hash_table_lookup (by_ping_id, ticket->ping_id) : NULL;

    ticket->answer = not_found;
    ticket->retry_after_us = 0;
    ticket->ping->number = 0;
    if (row != NULL && !take_ping (pg, batch, row, ticket, error))
      return FALSE;
  }
  return TRUE;
}

/* --- the whole --- */

gboolean
tocsin_ping_batch_run (TocsinPg *pg, gpointer data, GError **error)
{
  TocsinPingBatch *batch = data;
  g_autoptr (TocsinPgRows) rows = NULL;
  g_autoptr (GHashTable) by_ping_id = NULL;

  if (!resolve_slugs (pg, batch, error))
    return FALSE;
  rows = lock_rows (pg, batch, error);
  by_ping_id = rows != NULL ? index_rows (rows, error) : NULL;
  return by_ping_id != NULL && take_pings (pg, batch, by_ping_id, error) &&
         tocsin_ping_batch_write (pg, batch, by_ping_id, error);
}

/* --- monitors that pings make --- */

typedef struct {
  TocsinPingTicket *ticket;
} Making;

static gboolean
make_monitor (TocsinPg *pg, gpointer data, GError **error)
{
  TocsinPingTicket *ticket = ((Making *) data)->ticket;
  g_auto (TocsinPrincipal) principal = { 0 };
  g_autoptr (TocsinStoredMonitor) stored = NULL;
  guint8 hash[TOCSIN_HASH_BYTES];
  g_autoptr (TocsinPgRows) rows = NULL;

  tocsin_hash_secret (ticket->request.key, hash);
  rows = tocsin_pg_query (pg, error,
                          "SELECT team_id, project_id, id FROM project_keys"
                          " WHERE hash = $1 AND kind = 'ping' AND revoked_at = 0",
                          PG_BYTES (hash, sizeof hash));
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return TRUE;
  stored = tocsin_monitors_find_or_create_slug (
      pg,
      &(TocsinChange){ .team_id = tocsin_pg_rows_get_text (rows, 0, 0),
                       .actor_kind = "key",
                       .actor_id = tocsin_pg_rows_get_text (rows, 0, 2),
                       .actor_name = "a ping",
                       .address = ticket->ping->remote_address,
                       .at_us = ticket->ping->at_us },
      tocsin_pg_rows_get_text (rows, 0, 1), ticket->request.slug, &ticket->is_created, error);
  return stored != NULL;
}

gboolean
tocsin_ping_batch_create (TocsinPg *pg, TocsinPingBatch *batch, GError **error)
{
  gboolean any = FALSE;

  for (guint i = 0; i < batch->n_tickets; i++)
    any |= batch->tickets[i]->request.create && batch->tickets[i]->request.key != NULL;
  if (!any)
    return TRUE;
  if (!resolve_slugs (pg, batch, error))
    return FALSE;
  for (guint i = 0; i < batch->n_tickets; i++) {
    TocsinPingTicket *ticket = batch->tickets[i];

    if (ticket->request.create && ticket->request.key != NULL && ticket->ping_id == NULL &&
        !tocsin_pg_work_run (pg, TOCSIN_WORK_WRITE, make_monitor, &(Making){ ticket }, error))
      return FALSE;
  }
  return TRUE;
}
