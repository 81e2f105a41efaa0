/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "api-monitor-history"

#include "config.h"

#include <string.h>

#include "api-monitors.h"
#include "api-span.h"
#include "api.h"
#include "heartbeat.h"
#include "json-writer.h"
#include "lists.h"
#include "ping.h"
#include "state.h"
#include "uuid.h"

#define M          TOCSIN_API_MEMBER
#define JSON       "application/json"
#define ITEM_BYTES 400 /* about */
#define AT_DIGITS  20  /* of a flip's time in a cursor */

static const TocsinMember state_members[] = {
  M ("state", STRING, .words = &tocsin_state_words),
  M ("since", TIME, TOCSIN_MEMBER_NULLABLE),
  M ("incident_id", ID, TOCSIN_MEMBER_NULLABLE, .help = "the open one"),
  M ("status", STRING, TOCSIN_MEMBER_MAYBE, .words = &tocsin_heartbeat_status_words,
     .help = "of a heartbeat, by its pings alone"),
  M ("last_ping", TIME, TOCSIN_MEMBER_NULLABLE | TOCSIN_MEMBER_MAYBE),
  M ("last_start", TIME, TOCSIN_MEMBER_NULLABLE | TOCSIN_MEMBER_MAYBE,
     .help = "of the run that is open"),
  M ("deadline", TIME, TOCSIN_MEMBER_NULLABLE | TOCSIN_MEMBER_MAYBE,
     .help = "when it fails if nothing comes"),
  M ("pings", INT, TOCSIN_MEMBER_MAYBE),
  M ("note", STRING, TOCSIN_MEMBER_NULLABLE | TOCSIN_MEMBER_MAYBE,
     .help = "why it is not watched; of one that probes check"),
  M ("votes", SCHEMAS, TOCSIN_MEMBER_MAYBE, .of = "SyncVote", .help = "what each probe sees"),
};
const TocsinSchema tocsin_monitor_state_schema =
    TOCSIN_SCHEMA_REPLY ("MonitorState", state_members);

static const TocsinMember ping_members[] = {
  M ("n", INT),
  M ("at", TIME),
  M ("kind", STRING, .words = &tocsin_ping_kind_words),
  M ("scheme", STRING),
  M ("method", STRING),
  M ("remote_address", STRING, TOCSIN_MEMBER_NULLABLE),
  M ("user_agent", STRING, TOCSIN_MEMBER_NULLABLE),
  M ("rid", ID, TOCSIN_MEMBER_NULLABLE),
  M ("exit_status", INT, TOCSIN_MEMBER_NULLABLE),
  M ("duration_ms", INT, TOCSIN_MEMBER_NULLABLE, .help = "of the run that it ended"),
  M ("body_bytes", INT, .help = "as it was sent; what is kept may be less"),
};
const TocsinSchema tocsin_ping_schema = TOCSIN_SCHEMA_REPLY ("Ping", ping_members);

static const TocsinMember flip_members[] = {
  M ("at", TIME),
  M ("from", STRING, .words = &tocsin_state_words),
  M ("to", STRING, .words = &tocsin_state_words),
  M ("code", STRING, TOCSIN_MEMBER_NULLABLE, .help = "what went wrong, for machines"),
};
const TocsinSchema tocsin_flip_schema = TOCSIN_SCHEMA_REPLY ("Flip", flip_members);

/* --- the state --- */

static void
write_heartbeat (TocsinJsonWriter *writer, const TocsinPgRows *rows)
{
  tocsin_json_writer_string (writer, "status", tocsin_pg_rows_get_text (rows, 0, 4));
  tocsin_json_writer_time (writer, "last_ping", tocsin_pg_rows_get_int (rows, 0, 5));
  tocsin_json_writer_time (writer, "last_start", tocsin_pg_rows_get_int (rows, 0, 6));
  tocsin_json_writer_time (writer, "deadline", tocsin_pg_rows_get_int (rows, 0, 7));
  tocsin_json_writer_int (writer, "pings", tocsin_pg_rows_get_int (rows, 0, 8));
}

static gboolean
get_state (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *id = tocsin_api_get_id (call, "monitor", error);
  g_autoptr (TocsinPgRows) rows = NULL;
  g_auto (TocsinJsonWriter) writer = { 0 };

  if (id == NULL)
    return FALSE;
  rows = tocsin_pg_query (
      pg, error,
      "SELECT coalesce (h.state, v.state, 'unknown'), coalesce (h.since_at, v.since_at),"
      " coalesce (h.incident_id, v.incident_id), h.monitor_id, h.status, h.last_ping_at,"
      " h.last_start_at, h.deadline_at, h.n_pings, v.note, coalesce (v.votes, '[]'), v.monitor_id"
      " FROM records r LEFT JOIN heartbeats h ON h.team_id = r.team_id AND h.monitor_id = r.id"
      " LEFT JOIN verdicts v ON v.team_id = r.team_id AND v.monitor_id = r.id"
      " WHERE r.team_id = $1::uuid"
      " AND r.id = $2::uuid AND r.type = 'monitor' AND r.deleted_at = 0",
      PG_TEXT (tocsin_call_get_param (call, "team")), PG_TEXT (id));
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return tocsin_http_fail (error, 404, "there is no such monitor");
  tocsin_json_writer_init (&writer, ITEM_BYTES);
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_string (&writer, "state", tocsin_pg_rows_get_text (rows, 0, 0));
  tocsin_json_writer_time (&writer, "since", tocsin_pg_rows_get_int (rows, 0, 1));
  tocsin_json_writer_string (&writer, "incident_id", tocsin_pg_rows_get_text_or_null (rows, 0, 2));
  if (!tocsin_pg_rows_is_null (rows, 0, 3))
    write_heartbeat (&writer, rows);
  if (!tocsin_pg_rows_is_null (rows, 0, 11)) {
    tocsin_json_writer_string (&writer, "note", tocsin_pg_rows_get_text_or_null (rows, 0, 9));
    tocsin_json_writer_value (&writer, "votes", tocsin_pg_rows_get_text (rows, 0, 10));
  }
  tocsin_json_writer_end_object (&writer);
  tocsin_call_reply_take (call, 200, JSON, tocsin_json_writer_take (&writer));
  return TRUE;
}

/* --- pages, newest first --- */

typedef void (*WriteItem) (TocsinJsonWriter *writer, const TocsinPgRows *rows, guint row);

/* The column that the cursor is made of comes last. */
static void
reply_page (TocsinCall *call, const TocsinList *list, const TocsinPgRows *rows, guint key_column,
            WriteItem write_item)
{
  guint n = tocsin_pg_rows_get_n (rows), n_shown = MIN (n, (guint) list->limit);
  g_autofree char *next = NULL;
  g_auto (TocsinJsonWriter) writer = { 0 };

  tocsin_json_writer_init (&writer, (gsize) ITEM_BYTES * (n_shown + 1));
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_begin_array (&writer, "items");
  for (guint row = 0; row < n_shown; row++) {
    tocsin_json_writer_begin_object (&writer, NULL);
    write_item (&writer, rows, row);
    tocsin_json_writer_end_object (&writer);
  }
  tocsin_json_writer_end_array (&writer);
  if (n > n_shown)
    next = tocsin_list_make_cursor (tocsin_pg_rows_get_text (rows, n_shown - 1, key_column));
  tocsin_json_writer_string (&writer, "next", next);
  tocsin_json_writer_end_object (&writer);
  tocsin_call_reply_take (call, 200, JSON, tocsin_json_writer_take (&writer));
}

static gboolean
fail_cursor (GError **error)
{
  return tocsin_http_fail (error, 400, "cursor: the “next” of the page before is wanted");
}

static void
write_int_or_null (TocsinJsonWriter *writer, const char *name, const TocsinPgRows *rows, guint row,
                   guint column)
{
  if (tocsin_pg_rows_is_null (rows, row, column))
    tocsin_json_writer_null (writer, name);
  else
    tocsin_json_writer_int (writer, name, tocsin_pg_rows_get_int (rows, row, column));
}

static void
write_ping (TocsinJsonWriter *writer, const TocsinPgRows *rows, guint row)
{
  static const struct {
    const char *name;
    guint column;
  } texts[] = {
    { "kind", 2 },           { "scheme", 3 },     { "method", 4 },
    { "remote_address", 5 }, { "user_agent", 6 }, { "rid", 7 },
  };

  tocsin_json_writer_int (writer, "n", tocsin_pg_rows_get_int (rows, row, 0));
  tocsin_json_writer_time (writer, "at", tocsin_pg_rows_get_int (rows, row, 1));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    tocsin_json_writer_string (writer, texts[i].name,
                               tocsin_pg_rows_get_text_or_null (rows, row, texts[i].column));
  write_int_or_null (writer, "exit_status", rows, row, 8);
  write_int_or_null (writer, "duration_ms", rows, row, 9);
  tocsin_json_writer_int (writer, "body_bytes", tocsin_pg_rows_get_int (rows, row, 10));
}

static gboolean
list_pings (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *id = tocsin_api_find_monitor (call, pg, error);
  g_auto (TocsinList) list = { 0 };
  g_autoptr (TocsinPgRows) rows = NULL;
  gint64 before = G_MAXINT64;

  if (id == NULL || !tocsin_list_read (call, &list, error))
    return FALSE;
  if (list.after != NULL &&
      !g_ascii_string_to_signed (list.after, 10, 0, G_MAXINT64, &before, NULL))
    return fail_cursor (error);
  rows = tocsin_pg_query (pg, error,
                          "SELECT n, at, kind, scheme, method, remote_address, user_agent, rid,"
                          " exit_status, duration_us / 1000, body_bytes FROM pings"
                          " WHERE team_id = $1::uuid AND monitor_id = $2::uuid AND n < $3"
                          " ORDER BY n DESC LIMIT $4",
                          PG_TEXT (tocsin_call_get_param (call, "team")), PG_TEXT (id),
                          PG_INT (before), TOCSIN_LIST_ROWS (&list));
  if (rows == NULL)
    return FALSE;
  reply_page (call, &list, rows, 0, write_ping);
  return TRUE;
}

static gboolean
get_ping_body (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *id = tocsin_api_find_monitor (call, pg, error);
  g_autoptr (TocsinPgRows) rows = NULL;
  g_autoptr (GBytes) body = NULL;
  gint64 n;

  if (id == NULL)
    return FALSE;
  if (!g_ascii_string_to_signed (tocsin_call_get_param (call, "n"), 10, 1, G_MAXINT64, &n, NULL))
    return tocsin_http_fail (error, 404, "there is no such ping");
  rows = tocsin_pg_query (pg, error,
                          "SELECT body FROM pings WHERE team_id = $1::uuid"
                          " AND monitor_id = $2::uuid AND n = $3",
                          PG_TEXT (tocsin_call_get_param (call, "team")), PG_TEXT (id), PG_INT (n));
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) > 0)
    body = tocsin_pg_rows_get_bytes (rows, 0, 0);
  if (body == NULL)
    return tocsin_http_fail (error, 404, "the ping has no body, or is no longer kept");
  tocsin_call_reply_bytes (call, 200, "application/octet-stream", body);
  return TRUE;
}

static void
write_flip (TocsinJsonWriter *writer, const TocsinPgRows *rows, guint row)
{
  tocsin_json_writer_time (writer, "at", tocsin_pg_rows_get_int (rows, row, 0));
  tocsin_json_writer_string (writer, "from", tocsin_pg_rows_get_text (rows, row, 1));
  tocsin_json_writer_string (writer, "to", tocsin_pg_rows_get_text (rows, row, 2));
  tocsin_json_writer_string (writer, "code", tocsin_pg_rows_get_text_or_null (rows, row, 3));
}

/* A cursor's key is the time, AT_DIGITS long, and the id. */
static gboolean
read_flip_place (const TocsinList *list, gint64 *at_us, const char **id, GError **error)
{
  g_autofree char *digits = NULL;

  *at_us = G_MAXINT64;
  *id = NULL;
  if (list->after == NULL)
    return TRUE;
  if (strlen (list->after) != AT_DIGITS + TOCSIN_UUID_LENGTH ||
      !tocsin_uuid_is_valid (list->after + AT_DIGITS))
    return fail_cursor (error);
  digits = g_strndup (list->after, AT_DIGITS);
  *id = list->after + AT_DIGITS;
  return g_ascii_string_to_signed (digits, 10, 0, G_MAXINT64, at_us, NULL) || fail_cursor (error);
}

static gboolean
list_flips (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *monitor = tocsin_api_find_monitor (call, pg, error), *id;
  g_auto (TocsinList) list = { 0 };
  g_autoptr (TocsinPgRows) rows = NULL;
  gint64 at_us;

  if (monitor == NULL || !tocsin_list_read (call, &list, error) ||
      !read_flip_place (&list, &at_us, &id, error))
    return FALSE;
  rows = tocsin_pg_query (
      pg, error,
      "SELECT at, old_state, new_state, reason, lpad (at::text, 20, '0') || id::text FROM flips"
      " WHERE team_id = $1::uuid AND monitor_id = $2::uuid"
      " AND at <= $3 AND ($4::uuid IS NULL OR (at, id) < ($3, $4::uuid))"
      " ORDER BY at DESC, id DESC LIMIT $5",
      PG_TEXT (tocsin_call_get_param (call, "team")), PG_TEXT (monitor), PG_INT (at_us),
      PG_TEXT (id), TOCSIN_LIST_ROWS (&list));
  if (rows == NULL)
    return FALSE;
  reply_page (call, &list, rows, 4, write_flip);
  return TRUE;
}

#define ONE TOCSIN_API_MONITORS "/{monitor}"

static const TocsinRoute routes[] = {
  { "GET", ONE "/state", TOCSIN_ACCESS_VIEWER, API, TOCSIN_ROUTE_READ, get_state,
    .summary = "How a monitor stands", .reply = "MonitorState" },
  { "GET", ONE "/pings", TOCSIN_ACCESS_VIEWER, API, TOCSIN_ROUTE_READ, list_pings,
    .summary = "A heartbeat’s pings, newest first", .reply = "[Ping]" },
  { "GET", ONE "/pings/{n}/body", TOCSIN_ACCESS_VIEWER, API, TOCSIN_ROUTE_READ, get_ping_body,
    .summary = "What a ping sent, as far as it is kept" },
  { "GET", ONE "/flips", TOCSIN_ACCESS_VIEWER, API, TOCSIN_ROUTE_READ, list_flips,
    .summary = "How a monitor’s state changed, newest first", .reply = "[Flip]" },
};

const TocsinRoutes tocsin_api_monitor_history_routes = TOCSIN_ROUTES (routes);
