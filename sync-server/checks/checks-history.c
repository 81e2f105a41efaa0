/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "checks-history"

#include "config.h"

#include "checks-private.h"
#include "state.h"
#include "timetext.h"

#define JSON            "application/json"
#define PINGS_MOST      1000
#define PING_BYTES      400
#define FLIP_BYTES      64
#define SECONDS_MOST    31536000
#define TIMESTAMP_MOST  G_GINT64_CONSTANT (32503680000) /* the year 3000 */
#define DURATION_DIGITS 2 /* times of HTTP requests are no better than that */
#define HUNDREDTH_US    10000

/* --- pings --- */

static void
write_body_url (TocsinJsonWriter *writer, const TocsinCheckStyle *style, const char *ping_id,
                gint64 n)
{
  g_autofree char *rest = g_strdup_printf ("/pings/%" G_GINT64_FORMAT "/body", n);

  tocsin_json_writer_begin_string (writer, "body_url");
  tocsin_json_writer_part (writer, style->api_prefix);
  tocsin_json_writer_part (writer, ping_id);
  tocsin_json_writer_part (writer, rest);
  tocsin_json_writer_end_string (writer);
}

static void
write_ping (TocsinJsonWriter *writer, const TocsinCheckStyle *style, const char *ping_id,
            const TocsinPgRows *rows, guint row)
{
  gint64 n = tocsin_pg_rows_get_int (rows, row, 0);

  tocsin_json_writer_begin_object (writer, NULL);
  tocsin_json_writer_string (writer, "type", tocsin_pg_rows_get_text (rows, row, 2));
  tocsin_json_writer_iso_time (writer, "date", tocsin_pg_rows_get_int (rows, row, 1),
                               TOCSIN_ISO_MICROSECONDS);
  tocsin_json_writer_int (writer, "n", n);
  tocsin_json_writer_string (writer, "scheme", tocsin_pg_rows_get_text (rows, row, 3));
  tocsin_json_writer_string (writer, "remote_addr", tocsin_pg_rows_get_text_or_null (rows, row, 5));
  tocsin_json_writer_string (writer, "method", tocsin_pg_rows_get_text (rows, row, 4));
  tocsin_json_writer_string (writer, "ua", tocsin_pg_rows_get_text (rows, row, 6));
  tocsin_json_writer_string (writer, "rid", tocsin_pg_rows_get_text_or_null (rows, row, 7));
  if (tocsin_pg_rows_get_bool (rows, row, 9))
    write_body_url (writer, style, ping_id, n);
  else
    tocsin_json_writer_null (writer, "body_url");
  if (!tocsin_pg_rows_is_null (rows, row, 8))
    tocsin_json_writer_seconds (writer, "duration",
                                (tocsin_pg_rows_get_int (rows, row, 8) + HUNDREDTH_US / 2) /
                                    HUNDREDTH_US * HUNDREDTH_US,
                                DURATION_DIGITS);
  tocsin_json_writer_end_object (writer);
}

gboolean
tocsin_checks_list_pings (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autofree char *id = tocsin_checks_find (call, pg, FALSE, error), *ping_id = NULL;
  g_auto (TocsinCheckStyle) style = { 0 };
  g_autoptr (TocsinPgRows) rows = NULL;
  TocsinJsonWriter writer;

  if (id == NULL)
    return FALSE;
  rows = tocsin_pg_query (pg, error,
                          "SELECT n, at, kind, scheme, method, remote_address, user_agent, rid,"
                          " duration_us, coalesce (octet_length (body), 0) > 0 FROM pings"
                          " WHERE team_id = $1::uuid AND monitor_id = $2::uuid"
                          " ORDER BY n DESC LIMIT $3",
                          PG_TEXT (call->principal.team_id), PG_TEXT (id), PG_INT (PINGS_MOST));
  if (rows == NULL)
    return FALSE;
  tocsin_checks_init_style (call, &style);
  ping_id = g_ascii_strdown (tocsin_call_get_param (call, "check"), -1);
  tocsin_json_writer_init (&writer, (gsize) PING_BYTES * (tocsin_pg_rows_get_n (rows) + 1));
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_begin_array (&writer, "pings");
  for (guint row = 0; row < tocsin_pg_rows_get_n (rows); row++)
    write_ping (&writer, &style, ping_id, rows, row);
  tocsin_json_writer_end_array (&writer);
  tocsin_json_writer_end_object (&writer);
  tocsin_call_reply_take (call, 200, JSON, tocsin_json_writer_take (&writer));
  return TRUE;
}

gboolean
tocsin_checks_get_ping_body (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autofree char *id = tocsin_checks_find (call, pg, FALSE, error);
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
                          PG_TEXT (call->principal.team_id), PG_TEXT (id), PG_INT (n));
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) > 0)
    body = tocsin_pg_rows_get_bytes (rows, 0, 0);
  if (body == NULL || g_bytes_get_size (body) == 0)
    return tocsin_http_fail (error, 404, "the ping has no body, or is no longer kept");
  tocsin_call_reply_bytes (call, 200, "text/plain", body);
  return TRUE;
}

/* --- flips --- */

typedef struct {
  gint64 from_at;  /* inclusive */
  gint64 until_at; /* exclusive */
} Span;

/* What is not given, or empty, is no filter. */
static gboolean
read_filter (TocsinCall *call, const char *name, gint64 most, gint64 *value, gboolean *is_given,
             GError **error)
{
  g_autofree char *text = tocsin_call_get_query (call, name);

  *is_given = text != NULL && *text != '\0';
  if (!*is_given || g_ascii_string_to_signed (text, 10, 0, most, value, NULL))
    return TRUE;
  return tocsin_http_fail (error, 400, "%s: “%s”: a whole number of seconds is wanted", name, text);
}

static gboolean
read_span (TocsinCall *call, Span *span, GError **error)
{
  gint64 start = 0, end = 0, seconds = 0;
  gboolean has_start, has_end, has_seconds;

  if (!read_filter (call, "start", TIMESTAMP_MOST, &start, &has_start, error) ||
      !read_filter (call, "end", TIMESTAMP_MOST, &end, &has_end, error) ||
      !read_filter (call, "seconds", SECONDS_MOST, &seconds, &has_seconds, error))
    return FALSE;
  *span = (Span){ 0, G_MAXINT64 };
  if (has_start)
    span->from_at = start * TOCSIN_US_PER_S;
  if (has_end)
    span->until_at = end * TOCSIN_US_PER_S;
  if (has_seconds)
    span->from_at = MAX (span->from_at, call->at_us - seconds * TOCSIN_US_PER_S);
  return TRUE;
}

gboolean
tocsin_checks_list_flips (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autofree char *id = tocsin_checks_find (call, pg, TRUE, error);
  const char *up = tocsin_words_get (&tocsin_state_words, TOCSIN_STATE_UP);
  g_autoptr (TocsinPgRows) rows = NULL;
  TocsinJsonWriter writer;
  Span span;

  if (id == NULL || !read_span (call, &span, error))
    return FALSE;
  rows = tocsin_pg_query (pg, error,
                          "SELECT at, new_state = $5 FROM flips WHERE team_id = $1::uuid"
                          " AND monitor_id = $2::uuid AND at >= $3 AND at < $4"
                          " ORDER BY at DESC, id DESC",
                          PG_TEXT (call->principal.team_id), PG_TEXT (id), PG_INT (span.from_at),
                          PG_INT (span.until_at), PG_TEXT (up));
  if (rows == NULL)
    return FALSE;
  tocsin_json_writer_init (&writer, (gsize) FLIP_BYTES * (tocsin_pg_rows_get_n (rows) + 1));
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_begin_array (&writer, "flips");
  for (guint row = 0; row < tocsin_pg_rows_get_n (rows); row++) {
    tocsin_json_writer_begin_object (&writer, NULL);
    tocsin_json_writer_iso_time (&writer, "timestamp", tocsin_pg_rows_get_int (rows, row, 0),
                                 TOCSIN_ISO_SECONDS);
    tocsin_json_writer_int (&writer, "up", tocsin_pg_rows_get_bool (rows, row, 1) ? 1 : 0);
    tocsin_json_writer_end_object (&writer);
  }
  tocsin_json_writer_end_array (&writer);
  tocsin_json_writer_end_object (&writer);
  tocsin_call_reply_take (call, 200, JSON, tocsin_json_writer_take (&writer));
  return TRUE;
}
