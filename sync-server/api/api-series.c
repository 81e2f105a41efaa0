/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "api-series"

#include "config.h"

#include <math.h>

#include "api-monitors.h"
#include "api-span.h"
#include "api.h"
#include "json-writer.h"
#include "lists.h"
#include "run.h"
#include "series.h"
#include "timetext.h"
#include "uptime-rows.h"
#include "uuid.h"

#define M            TOCSIN_API_MEMBER
#define JSON         "application/json"
#define POINTS       500
#define POINTS_MOST  2000
#define POINT_BYTES  240 /* about, as JSON */
#define UPTIME_BYTES 200

/* --- series --- */

static const TocsinMember point_members[] = {
  M ("at", TIME, .help = "where it begins"),
  M ("n", INT, .help = "samples, whatever their outcome"),
  M ("failed", INT),
  M ("min_ms", NUMBER, TOCSIN_MEMBER_NULLABLE),
  M ("mean_ms", NUMBER, TOCSIN_MEMBER_NULLABLE),
  M ("max_ms", NUMBER, TOCSIN_MEMBER_NULLABLE),
  M ("p10_ms", NUMBER, TOCSIN_MEMBER_NULLABLE),
  M ("p50_ms", NUMBER, TOCSIN_MEMBER_NULLABLE),
  M ("p95_ms", NUMBER, TOCSIN_MEMBER_NULLABLE),
  M ("up_s", NUMBER),
  M ("down_s", NUMBER),
  M ("uncounted_s", NUMBER, .help = "nobody looked, or it was paused or in maintenance"),
};
const TocsinSchema tocsin_series_point_schema = TOCSIN_SCHEMA_REPLY ("SeriesPoint", point_members);

static const TocsinMember series_members[] = {
  M ("from", TIME),
  M ("to", TIME, .help = "no later than now"),
  M ("points", SCHEMAS, .of = "SeriesPoint"),
};
const TocsinSchema tocsin_series_schema = TOCSIN_SCHEMA_REPLY ("Series", series_members);

/* What a chart is made of. */
typedef struct {
  const char *team_id, *monitor_id;
  TocsinApiSpan span;
  guint n_points;
} Wanted;

static gboolean
add_rollups (TocsinSeriesBuilder *builder, const TocsinPgRows *rows, gint64 span_us, GError **error)
{
  for (guint i = 0; i < tocsin_pg_rows_get_n (rows); i++) {
    g_autoptr (GBytes) blob = tocsin_pg_rows_get_bytes (rows, i, 1);
    g_auto (TocsinRollup) rollup = { 0 };

    if (!tocsin_rollup_decode (&rollup, tocsin_pg_rows_get_int (rows, i, 0), span_us,
                               g_bytes_get_data (blob, NULL), g_bytes_get_size (blob), error))
      return FALSE;
    tocsin_series_builder_add_rollup (builder, &rollup);
  }
  return TRUE;
}

typedef gboolean (*Fill) (TocsinPg *pg, const Wanted *wanted, TocsinSeriesBuilder *builder,
                          GError **error);

static gboolean
fill_by_samples (TocsinPg *pg, const Wanted *wanted, TocsinSeriesBuilder *builder, GError **error)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (TocsinPoint));
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error,
                       "SELECT run FROM samples WHERE team_id = $1::uuid AND monitor_id = $2::uuid"
                       " AND at > $3 AND at < $4 AND last_at >= $5 ORDER BY at",
                       PG_TEXT (wanted->team_id), PG_TEXT (wanted->monitor_id),
                       PG_INT (wanted->span.from_us - TOCSIN_US_PER_DAY),
                       PG_INT (wanted->span.to_us), PG_INT (wanted->span.from_us));
  guint n = 0;

  for (guint i = 0; rows != NULL && i < tocsin_pg_rows_get_n (rows); i++) {
    g_autoptr (GBytes) run = tocsin_pg_rows_get_bytes (rows, i, 0);

    if (!tocsin_run_decode (g_bytes_get_data (run, NULL), g_bytes_get_size (run), points, error))
      return FALSE;
  }
  /* What is before belongs to a rollup that was added already. */
  for (guint i = 0; i < points->len; i++)
    if (g_array_index (points, TocsinPoint, i).at_us >= wanted->span.from_us)
      g_array_index (points, TocsinPoint, n++) = g_array_index (points, TocsinPoint, i);
  if (rows != NULL)
    tocsin_series_builder_add (builder, (TocsinPoint *) (gpointer) points->data, n);
  return rows != NULL;
}

/* A rollup counts where its middle lies, so the one that the end cuts is told by what is finer. */
static Wanted
get_rest (const Wanted *wanted, gint64 span_us)
{
  Wanted rest = *wanted;

  rest.span.from_us = MAX (tocsin_time_floor (wanted->span.to_us, span_us), wanted->span.from_us);
  return rest;
}

static gboolean
fill_by_hours (TocsinPg *pg, const Wanted *wanted, TocsinSeriesBuilder *builder, GError **error)
{
  const Wanted rest = get_rest (wanted, TOCSIN_US_PER_HOUR);
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT at, rollup FROM hours WHERE team_id = $1::uuid AND monitor_id = $2::uuid"
      " AND at > $3 AND at < $4 ORDER BY at",
      PG_TEXT (wanted->team_id), PG_TEXT (wanted->monitor_id),
      PG_INT (wanted->span.from_us - TOCSIN_US_PER_HOUR), PG_INT (rest.span.from_us));

  return rows != NULL && add_rollups (builder, rows, TOCSIN_US_PER_HOUR, error) &&
         fill_by_samples (pg, &rest, builder, error);
}

static gboolean
fill_by_days (TocsinPg *pg, const Wanted *wanted, TocsinSeriesBuilder *builder, GError **error)
{
  const Wanted rest = get_rest (wanted, TOCSIN_US_PER_DAY);
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT at, rollup FROM days WHERE team_id = $1::uuid AND monitor_id = $2::uuid"
      " AND at > $3 AND at < $4 AND rollup IS NOT NULL ORDER BY at",
      PG_TEXT (wanted->team_id), PG_TEXT (wanted->monitor_id),
      PG_INT (wanted->span.from_us - TOCSIN_US_PER_DAY), PG_INT (rest.span.from_us));

  return rows != NULL && add_rollups (builder, rows, TOCSIN_US_PER_DAY, error) &&
         fill_by_hours (pg, &rest, builder, error);
}

/* The finest that still says something of each point, and that is still kept. */
static Fill
choose_fill (const TocsinServerConfig *config, const Wanted *wanted)
{
  gint64 now_us = g_get_real_time (), from_us = wanted->span.from_us;
  gint64 part_us = (wanted->span.to_us - from_us) / wanted->n_points;

  if (part_us >= 2 * TOCSIN_US_PER_DAY || from_us < now_us - config->keep_hours_us)
    return fill_by_days;
  if (part_us >= TOCSIN_US_PER_HOUR || from_us < now_us - config->keep_samples_us)
    return fill_by_hours;
  return fill_by_samples;
}

static void
write_ms (TocsinJsonWriter *writer, const char *name, double value_us)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (isnan (value_us)) {
    tocsin_json_writer_null (writer, name);
    return;
  }
  g_ascii_formatd (text, sizeof text, "%.3f", value_us / (double) TOCSIN_US_PER_MS);
  tocsin_json_writer_value (writer, name, text);
}

static void
write_point (TocsinJsonWriter *writer, const TocsinSeries *series, const TocsinUptime *uptime,
             guint i)
{
  tocsin_json_writer_begin_object (writer, NULL);
  tocsin_json_writer_time (writer, "at", series->at_us[i]);
  tocsin_json_writer_int (writer, "n", series->n[i]);
  tocsin_json_writer_int (writer, "failed", series->n_failed[i]);
  write_ms (writer, "min_ms", series->least_us[i]);
  write_ms (writer, "mean_ms", series->mean_us[i]);
  write_ms (writer, "max_ms", series->most_us[i]);
  write_ms (writer, "p10_ms", series->p10_us[i]);
  write_ms (writer, "p50_ms", series->p50_us[i]);
  write_ms (writer, "p95_ms", series->p95_us[i]);
  tocsin_json_writer_seconds (writer, "up_s", uptime->up_us, 6);
  tocsin_json_writer_seconds (writer, "down_s", uptime->down_us, 6);
  tocsin_json_writer_seconds (writer, "uncounted_s", uptime->uncounted_us, 6);
  tocsin_json_writer_end_object (writer);
}

static void
reply_series (TocsinCall *call, const TocsinSeries *series, const TocsinUptime *uptimes)
{
  g_auto (TocsinJsonWriter) writer = { 0 };

  tocsin_json_writer_init (&writer, 128 + (gsize) POINT_BYTES * series->n_points);
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_time (&writer, "from", series->from_us);
  tocsin_json_writer_time (&writer, "to", series->to_us);
  tocsin_json_writer_begin_array (&writer, "points");
  for (guint i = 0; i < series->n_points; i++)
    write_point (&writer, series, &uptimes[i], i);
  tocsin_json_writer_end_array (&writer);
  tocsin_json_writer_end_object (&writer);
  tocsin_call_reply_take (call, 200, JSON, tocsin_json_writer_take (&writer));
}

static gboolean
get_series (TocsinCall *call, TocsinPg *pg, GError **error)
{
  Wanted wanted = { .team_id = tocsin_call_get_param (call, "team") };
  g_autoptr (TocsinSeriesBuilder) builder = NULL;
  g_autoptr (TocsinSeries) series = NULL;
  g_autofree TocsinUptime *uptimes = NULL;
  gint64 n_points;

  wanted.monitor_id = tocsin_api_find_monitor (call, pg, error);
  if (wanted.monitor_id == NULL || !tocsin_api_span_read (call, &wanted.span, error) ||
      !tocsin_call_get_query_int (call, "points", 1, POINTS_MOST, POINTS, &n_points, error))
    return FALSE;
  wanted.n_points = (guint) n_points;
  builder = tocsin_series_builder_new (wanted.span.from_us, wanted.span.to_us, wanted.n_points,
                                       TOCSIN_US_PER_HOUR);
  if (!choose_fill (call->config, &wanted) (pg, &wanted, builder, error))
    return FALSE;
  series = tocsin_series_builder_finish (builder);
  uptimes = g_new0 (TocsinUptime, wanted.n_points);
  if (!tocsin_uptime_rows_read_parts (pg, wanted.team_id, wanted.monitor_id, wanted.span.from_us,
                                      wanted.span.to_us, wanted.n_points, series->at_us, uptimes,
                                      error))
    return FALSE;
  reply_series (call, series, uptimes);
  return TRUE;
}

/* --- uptime --- */

static const TocsinMember uptime_members[] = {
  M ("monitor", ID),
  M ("name", STRING),
  M ("from", TIME),
  M ("to", TIME, .help = "no later than now"),
  M ("uptime", NUMBER, TOCSIN_MEMBER_NULLABLE,
     .help = "0 to 1, and 1 only where it was never down; null: nobody looked"),
  M ("up_s", NUMBER),
  M ("down_s", NUMBER),
  M ("uncounted_s", NUMBER, .help = "nobody looked, or it was paused or in maintenance"),
};
const TocsinSchema tocsin_uptime_schema = TOCSIN_SCHEMA_REPLY ("Uptime", uptime_members);

/* All digits that there are: what is below 1 is never written as 1. */
static void
write_share (TocsinJsonWriter *writer, double share)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (isnan (share))
    tocsin_json_writer_null (writer, "uptime");
  else
    tocsin_json_writer_value (writer, "uptime", g_ascii_dtostr (text, sizeof text, share));
}

static void
write_uptime (TocsinJsonWriter *writer, const char *id, const char *name, const TocsinApiSpan *span,
              TocsinUptime uptime)
{
  uptime.uncounted_us = span->to_us - span->from_us - uptime.up_us - uptime.down_us;
  tocsin_json_writer_begin_object (writer, NULL);
  tocsin_json_writer_string (writer, "monitor", id);
  tocsin_json_writer_string (writer, "name", name);
  tocsin_json_writer_time (writer, "from", span->from_us);
  tocsin_json_writer_time (writer, "to", span->to_us);
  write_share (writer, tocsin_uptime_get_share (&uptime));
  tocsin_json_writer_seconds (writer, "up_s", uptime.up_us, 6);
  tocsin_json_writer_seconds (writer, "down_s", uptime.down_us, 6);
  tocsin_json_writer_seconds (writer, "uncounted_s", uptime.uncounted_us, 6);
  tocsin_json_writer_end_object (writer);
}

static gint64
get_flips_from (const TocsinCall *call)
{
  return g_get_real_time () - call->config->keep_flips_us;
}

static gboolean
get_uptime (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *team_id = tocsin_call_get_param (call, "team");
  const char *id = tocsin_api_find_monitor (call, pg, error);
  const char *const ids[] = { id, NULL };
  g_autoptr (TocsinPgRows) rows = NULL;
  g_auto (TocsinJsonWriter) writer = { 0 };
  TocsinApiSpan span;
  TocsinUptime uptime = { 0 };

  if (id == NULL || !tocsin_api_span_read (call, &span, error))
    return FALSE;
  rows = tocsin_pg_query (pg, error,
                          "SELECT name FROM records WHERE team_id = $1::uuid AND id = $2::uuid",
                          PG_TEXT (team_id), PG_TEXT (id));
  if (rows == NULL || !tocsin_uptime_rows_read_long (pg, team_id, ids, 1, span.from_us, span.to_us,
                                                     get_flips_from (call), &uptime, error))
    return FALSE;
  tocsin_json_writer_init (&writer, UPTIME_BYTES);
  write_uptime (&writer, id, tocsin_pg_rows_get_text (rows, 0, 0), &span, uptime);
  tocsin_call_reply_take (call, 200, JSON, tocsin_json_writer_take (&writer));
  return TRUE;
}

static void
reply_uptimes (TocsinCall *call, const TocsinList *list, const TocsinPgRows *rows,
               const TocsinApiSpan *span, const TocsinUptime *uptimes)
{
  guint n = tocsin_pg_rows_get_n (rows), n_shown = MIN (n, (guint) list->limit);
  g_autofree char *next = NULL;
  g_auto (TocsinJsonWriter) writer = { 0 };

  tocsin_json_writer_init (&writer, (gsize) UPTIME_BYTES * (n_shown + 1));
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_begin_array (&writer, "items");
  for (guint i = 0; i < n_shown; i++)
    write_uptime (&writer, tocsin_pg_rows_get_text (rows, i, 0),
                  tocsin_pg_rows_get_text (rows, i, 1), span, uptimes[i]);
  tocsin_json_writer_end_array (&writer);
  if (n > n_shown)
    next = tocsin_list_make_cursor (tocsin_pg_rows_get_text (rows, n_shown - 1, 0));
  tocsin_json_writer_string (&writer, "next", next);
  tocsin_json_writer_end_object (&writer);
  tocsin_call_reply_take (call, 200, JSON, tocsin_json_writer_take (&writer));
}

static gboolean
list_uptimes (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *team_id = tocsin_call_get_param (call, "team");
  g_auto (TocsinList) list = { 0 };
  g_autoptr (TocsinPgRows) rows = NULL;
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  g_autofree TocsinUptime *uptimes = NULL;
  TocsinApiSpan span;

  if (!tocsin_list_read (call, &list, error) || !tocsin_api_span_read (call, &span, error))
    return FALSE;
  if (list.after != NULL && !tocsin_uuid_is_valid (list.after))
    return tocsin_http_fail (error, 400, "cursor: the “next” of the page before is wanted");
  rows = tocsin_pg_query (pg, error,
                          "SELECT id, name FROM records WHERE team_id = $1::uuid"
                          " AND type = 'monitor' AND deleted_at = 0"
                          " AND ($2::uuid IS NULL OR id > $2::uuid) ORDER BY id LIMIT $3",
                          PG_TEXT (team_id), PG_TEXT (list.after), TOCSIN_LIST_ROWS (&list));
  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < tocsin_pg_rows_get_n (rows); i++)
    g_ptr_array_add (ids, (gpointer) tocsin_pg_rows_get_text (rows, i, 0));
  g_ptr_array_add (ids, NULL);
  uptimes = g_new0 (TocsinUptime, ids->len);
  if (!tocsin_uptime_rows_read_long (pg, team_id, (const char *const *) ids->pdata, ids->len - 1,
                                     span.from_us, span.to_us, get_flips_from (call), uptimes,
                                     error))
    return FALSE;
  reply_uptimes (call, &list, rows, &span, uptimes);
  return TRUE;
}

#define ONE TOCSIN_API_MONITORS "/{monitor}"

static const TocsinRoute routes[] = {
  { "GET", ONE "/series", TOCSIN_ACCESS_VIEWER, API, TOCSIN_ROUTE_READ, get_series,
    .summary = "A monitor’s latency and uptime, ?from= to ?to= in ?points= parts",
    .reply = "Series" },
  { "GET", ONE "/uptime", TOCSIN_ACCESS_VIEWER, API, TOCSIN_ROUTE_READ, get_uptime,
    .summary = "How long a monitor was up, ?from= to ?to=", .reply = "Uptime" },
  { "GET", "/api/v1/teams/{team}/uptime", TOCSIN_ACCESS_VIEWER, API, TOCSIN_ROUTE_READ,
    list_uptimes, .summary = "How long each monitor was up, ?from= to ?to=", .reply = "[Uptime]" },
};

const TocsinRoutes tocsin_api_series_routes = TOCSIN_ROUTES (routes);
