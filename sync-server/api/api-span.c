/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "api-span"

#include "config.h"

#include "api-span.h"
#include "api.h"
#include "timetext.h"

static gboolean
read_time (const TocsinCall *call, const char *name, gint64 fallback, gint64 *at_us, GError **error)
{
  g_autofree char *text = tocsin_call_get_query (call, name);

  *at_us = fallback;
  return text == NULL || tocsin_time_from_text (text, at_us, NULL) ||
         tocsin_http_fail (error, 400, "%s: “%s”: a time like 2026-11-23T04:18:18Z is wanted", name,
                           text);
}

gboolean
tocsin_api_span_read (const TocsinCall *call, TocsinApiSpan *span, GError **error)
{
  gint64 now_us = g_get_real_time ();

  g_return_val_if_fail (call != NULL && span != NULL, FALSE);

  if (!read_time (call, "to", now_us, &span->to_us, error) ||
      !read_time (call, "from", MIN (span->to_us, now_us) - TOCSIN_US_PER_DAY, &span->from_us,
                  error))
    return FALSE;
  span->to_us = MIN (span->to_us, now_us);
  return (span->from_us > 0 && span->from_us < span->to_us) ||
         tocsin_http_fail (error, 400, "from: a time before “to” and before now is wanted");
}

const char *
tocsin_api_find_monitor (TocsinCall *call, TocsinPg *pg, GError **error)
{
  const char *id = tocsin_api_get_id (call, "monitor", error);
  g_autoptr (TocsinPgRows) rows = NULL;

  if (id == NULL)
    return NULL;
  rows = tocsin_pg_query (pg, error,
                          "SELECT 1 FROM records WHERE team_id = $1::uuid AND id = $2::uuid"
                          " AND type = 'monitor' AND deleted_at = 0",
                          PG_TEXT (tocsin_call_get_param (call, "team")), PG_TEXT (id));
  if (rows == NULL)
    return NULL;
  if (tocsin_pg_rows_get_n (rows) == 0) {
    tocsin_http_fail (error, 404, "there is no such monitor");
    return NULL;
  }
  return id;
}
