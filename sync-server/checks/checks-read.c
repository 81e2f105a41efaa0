/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "checks-read"

#include "config.h"

#include <string.h>

#include "channels.h"
#include "checks-private.h"
#include "ordered-plan.h"
#include "uuid.h"

#define VERSION_AT        6 /* in "/api/v3/" */
#define UNIQUE_KEY_LENGTH 40
#define JSON              "application/json"

enum {
  COLUMN_PING_ID,
  COLUMN_BADGE_ID,
  COLUMN_STATUS,
  COLUMN_STATE,
  COLUMN_N_PINGS,
  COLUMN_LAST_PING,
  COLUMN_LAST_START,
  COLUMN_LAST_DURATION,
  COLUMN_DEADLINE,
  COLUMN_PERIOD,
  COLUMN_GRACE,
  COLUMN_SCHEDULE,
  COLUMN_ZONE,
  COLUMN_UNIQUE_KEY,
  COLUMN_CHANNELS,
  COLUMN_MEMBERS,
};

#define SELECT_CHECKS                                                                            \
  "SELECT h.ping_id, h.badge_id, h.status, h.state, h.n_pings, h.last_ping_at, h.last_start_at," \
  " h.last_duration_us, h.deadline_at, c.period_us, c.grace_us,"                                 \
  " CASE WHEN h.last_start_at <> 0 THEN c.schedule END,"                                         \
  " CASE WHEN h.last_start_at <> 0 THEN c.zone END,"                                             \
  " c.unique_key, c.channels, c.members"                                                         \
  " FROM checks c JOIN heartbeats h ON h.team_id = c.team_id AND h.monitor_id = c.monitor_id"    \
  " WHERE c.team_id = $1::uuid"

guint
tocsin_checks_get_version (const TocsinCall *call)
{
  g_return_val_if_fail (strlen (call->route->path) > VERSION_AT, 3);

  return (guint) g_ascii_digit_value (call->route->path[VERSION_AT]);
}

void
tocsin_checks_init_style (const TocsinCall *call, TocsinCheckStyle *style)
{
  tocsin_check_style_init (style, call->config->public_url, tocsin_checks_get_version (call),
                           call->principal.key_kind == TOCSIN_KEY_RO, call->at_us);
}

static void
find_word (const TocsinWords *words, const char *word, guint *value)
{
  if (!tocsin_words_find (words, word, value, NULL))
    *value = 0;
}

static TocsinCheckView
read_view (const TocsinPgRows *rows, guint row)
{
  TocsinCheckView view = {
    .ping_id = tocsin_pg_rows_get_text (rows, row, COLUMN_PING_ID),
    .badge_id = tocsin_pg_rows_get_text (rows, row, COLUMN_BADGE_ID),
    .n_pings = tocsin_pg_rows_get_int (rows, row, COLUMN_N_PINGS),
    .last_ping_at = tocsin_pg_rows_get_int (rows, row, COLUMN_LAST_PING),
    .last_start_at = tocsin_pg_rows_get_int (rows, row, COLUMN_LAST_START),
    .last_duration_us = tocsin_pg_rows_get_int (rows, row, COLUMN_LAST_DURATION),
    .deadline_at = tocsin_pg_rows_get_int (rows, row, COLUMN_DEADLINE),
    .period_us = tocsin_pg_rows_get_int (rows, row, COLUMN_PERIOD),
    .grace_us = tocsin_pg_rows_get_int (rows, row, COLUMN_GRACE),
    .schedule = tocsin_pg_rows_get_text_or_null (rows, row, COLUMN_SCHEDULE),
    .zone = tocsin_pg_rows_get_text_or_null (rows, row, COLUMN_ZONE),
    .unique_key = tocsin_pg_rows_get_text (rows, row, COLUMN_UNIQUE_KEY),
    .channels = tocsin_pg_rows_get_text (rows, row, COLUMN_CHANNELS),
    .members = tocsin_pg_rows_get_text (rows, row, COLUMN_MEMBERS),
  };

  find_word (&tocsin_heartbeat_status_words, tocsin_pg_rows_get_text (rows, row, COLUMN_STATUS),
             &view.status);
  find_word (&tocsin_state_words, tocsin_pg_rows_get_text (rows, row, COLUMN_STATE), &view.state);
  return view;
}

/* --- lists --- */

#define OF_PROJECT " AND c.project_id = $2::uuid AND h.project_id = $2::uuid"

static TocsinPgRows *
query_list (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const TocsinPrincipal *key = &call->principal;
  g_auto (GStrv) tags = tocsin_call_get_queries (call, "tag");
  g_autofree char *slug = tocsin_call_get_query (call, "slug"), *tag_array = NULL;
  gboolean by_slug = slug != NULL && *slug != '\0';

  if (!tocsin_pg_plan_in_order (pg, error))
    return NULL;
  if (tags[0] == NULL && !by_slug)
    return tocsin_pg_query (pg, error, SELECT_CHECKS OF_PROJECT " ORDER BY c.monitor_id",
                            PG_TEXT (key->team_id), PG_TEXT (key->project_id));
  tag_array = tocsin_pg_array ((const char *const *) tags);
  return tocsin_pg_query (pg, error,
                          SELECT_CHECKS OF_PROJECT
                          " AND c.tags @> $3::text[] AND ($4::text IS NULL OR h.slug = $4)"
                          " ORDER BY c.monitor_id",
                          PG_TEXT (key->team_id), PG_TEXT (key->project_id), PG_TEXT (tag_array),
                          PG_TEXT (by_slug ? slug : NULL));
}

gboolean
tocsin_checks_list (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autoptr (TocsinPgRows) rows = query_list (call, pg, error);
  g_auto (TocsinCheckStyle) style = { 0 };
  TocsinJsonWriter writer;
  guint n;

  if (rows == NULL)
    return FALSE;
  n = tocsin_pg_rows_get_n (rows);
  tocsin_checks_init_style (call, &style);
  tocsin_json_writer_init (&writer, (gsize) TOCSIN_CHECK_VIEW_BYTES * (n + 1));
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_begin_array (&writer, "checks");
  for (guint row = 0; row < n; row++) {
    TocsinCheckView view = read_view (rows, row);

    tocsin_check_view_write (&view, &style, &writer);
  }
  tocsin_json_writer_end_array (&writer);
  tocsin_json_writer_end_object (&writer);
  tocsin_call_reply_take (call, 200, JSON, tocsin_json_writer_take (&writer));
  return TRUE;
}

gboolean
tocsin_checks_list_channels (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autoptr (TocsinPgRows) rows =
      tocsin_channels_query (pg, call->principal.team_id, call->principal.project_id, error);
  TocsinJsonWriter writer;

  if (rows == NULL)
    return FALSE;
  tocsin_json_writer_init (&writer, 1024);
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_begin_array (&writer, "channels");
  for (guint row = 0; row < tocsin_pg_rows_get_n (rows); row++) {
    tocsin_json_writer_begin_object (&writer, NULL);
    tocsin_json_writer_string (&writer, "id", tocsin_pg_rows_get_text (rows, row, 0));
    tocsin_json_writer_string (&writer, "name", tocsin_pg_rows_get_text (rows, row, 1));
    tocsin_json_writer_string (&writer, "kind", tocsin_pg_rows_get_text (rows, row, 2));
    tocsin_json_writer_end_object (&writer);
  }
  tocsin_json_writer_end_array (&writer);
  tocsin_json_writer_end_object (&writer);
  tocsin_call_reply_take (call, 200, JSON, tocsin_json_writer_take (&writer));
  return TRUE;
}

/* --- one --- */

static char *
find_by_unique_key (TocsinCall *call, TocsinPg *pg, const char *unique_key, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT monitor_id FROM checks WHERE team_id = $1::uuid AND project_id = $2::uuid"
      " AND unique_key = $3",
      PG_TEXT (call->principal.team_id), PG_TEXT (call->principal.project_id),
      PG_TEXT (unique_key));

  if (rows == NULL)
    return NULL;
  if (tocsin_pg_rows_get_n (rows) > 0)
    return g_strdup (tocsin_pg_rows_get_text (rows, 0, 0));
  tocsin_http_fail (error, 404, "no check has this unique key");
  return NULL;
}

static char *
find_by_ping_id (TocsinCall *call, TocsinPg *pg, const char *ping_id, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error, "SELECT monitor_id, project_id FROM heartbeats WHERE ping_id = $1::uuid",
      PG_TEXT (ping_id));

  if (rows == NULL)
    return NULL;
  if (tocsin_pg_rows_get_n (rows) == 0)
    tocsin_http_fail (error, 404, "no check has this uuid");
  else if (strcmp (tocsin_pg_rows_get_text (rows, 0, 1), call->principal.project_id) != 0)
    tocsin_http_fail (error, 403, "the check belongs to another project than the api key");
  else
    return g_strdup (tocsin_pg_rows_get_text (rows, 0, 0));
  return NULL;
}

char *
tocsin_checks_find (TocsinCall *call, TocsinPg *pg, gboolean by_unique_key, GError **error)
{
  const char *name = tocsin_call_get_param (call, "check");

  if (tocsin_uuid_is_valid (name))
    return find_by_ping_id (call, pg, name, error);
  if (by_unique_key && strlen (name) == UNIQUE_KEY_LENGTH)
    return find_by_unique_key (call, pg, name, error);
  tocsin_http_fail (error, 404, "there is no such check");
  return NULL;
}

GString *
tocsin_checks_describe (TocsinCall *call, TocsinPg *pg, const char *monitor_id, GError **error)
{
  g_autoptr (TocsinPgRows) rows =
      tocsin_pg_query (pg, error, SELECT_CHECKS " AND c.monitor_id = $2::uuid",
                       PG_TEXT (call->principal.team_id), PG_TEXT (monitor_id));
  g_auto (TocsinCheckStyle) style = { 0 };
  TocsinJsonWriter writer;
  TocsinCheckView view;

  if (rows == NULL)
    return NULL;
  if (tocsin_pg_rows_get_n (rows) == 0) { /* deleted between two statements */
    tocsin_http_fail (error, 404, "there is no such check");
    return NULL;
  }
  tocsin_checks_init_style (call, &style);
  view = read_view (rows, 0);
  tocsin_json_writer_init (&writer, TOCSIN_CHECK_VIEW_BYTES);
  tocsin_check_view_write (&view, &style, &writer);
  return tocsin_json_writer_take (&writer);
}

gboolean
tocsin_checks_reply (TocsinCall *call, TocsinPg *pg, guint status, const char *monitor_id,
                     GError **error)
{
  GString *text = tocsin_checks_describe (call, pg, monitor_id, error);

  if (text == NULL)
    return FALSE;
  tocsin_call_reply_take (call, status, JSON, text);
  return TRUE;
}

gboolean
tocsin_checks_get (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autofree char *id = tocsin_checks_find (call, pg, TRUE, error);

  return id != NULL && tocsin_checks_reply (call, pg, 200, id, error);
}

gboolean
tocsin_checks_get_status (TocsinCall *call, TocsinPg *pg, GError **error)
{
  if (!tocsin_pg_run (pg, error, NULL, "SELECT count(*) FROM server WHERE one = $1",
                      PG_BOOL (TRUE)))
    return FALSE;
  tocsin_call_reply_text (call, 200, "text/plain", "OK");
  return TRUE;
}
