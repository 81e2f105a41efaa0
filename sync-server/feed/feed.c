/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "feed"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "feed.h"

static gboolean
fail_no_team (const char *team_id, GError **error)
{
  return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "no team has the id %s", team_id);
}

gboolean
tocsin_feed_take (TocsinPg *pg, const char *team_id, guint n, gint64 *first, GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;

  g_return_val_if_fail (pg != NULL && team_id != NULL && n > 0 && first != NULL, FALSE);

  rows = tocsin_pg_query (
      pg, error,
      "WITH t AS (UPDATE teams SET seq = seq + $2 WHERE id = $1::uuid RETURNING id, seq)"
      " SELECT seq, pg_notify ('" TOCSIN_FEED_CHANNEL "', id::text) FROM t",
      PG_TEXT (team_id), PG_INT (n));
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return fail_no_team (team_id, error);
  *first = tocsin_pg_rows_get_int (rows, 0, 0) - n + 1;
  return TRUE;
}

char *
tocsin_cursor_print (const TocsinCursor *cursor)
{
  g_return_val_if_fail (cursor != NULL, NULL);

  return g_strdup_printf ("%s.%" G_GINT64_FORMAT, cursor->epoch, cursor->seq);
}

gboolean
tocsin_cursor_parse (const char *text, TocsinCursor *cursor, GError **error)
{
  const char *dot;
  gint64 seq = 0;
  g_autofree char *epoch = NULL;

  g_return_val_if_fail (text != NULL && cursor != NULL, FALSE);

  dot = strchr (text, '.');
  epoch = dot != NULL ? g_ascii_strdown (text, dot - text) : NULL;
  if (epoch == NULL || strlen (epoch) != TOCSIN_UUID_LENGTH || !tocsin_uuid_is_valid (epoch) ||
      !g_ascii_string_to_signed (dot + 1, 10, 0, G_MAXINT64, &seq, NULL))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "cursor: one that this server gave is wanted, EPOCH.NUMBER");
  *cursor = (TocsinCursor){ .seq = seq };
  memcpy (cursor->epoch, epoch, TOCSIN_UUID_LENGTH);
  return TRUE;
}

gboolean
tocsin_feed_read_head (TocsinPg *pg, const char *team_id, TocsinFeedHead *head, GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;

  g_return_val_if_fail (pg != NULL && team_id != NULL && head != NULL, FALSE);

  rows = tocsin_pg_query (pg, error,
                          "SELECT s.epoch, t.seq, t.min_seq FROM teams t, server s"
                          " WHERE t.id = $1::uuid",
                          PG_TEXT (team_id));
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return fail_no_team (team_id, error);
  *head = (TocsinFeedHead){ .present.seq = tocsin_pg_rows_get_int (rows, 0, 1),
                            .least = tocsin_pg_rows_get_int (rows, 0, 2) };
  g_strlcpy (head->present.epoch, tocsin_pg_rows_get_text (rows, 0, 0), sizeof head->present.epoch);
  return TRUE;
}

gboolean
tocsin_feed_head_reaches (const TocsinFeedHead *head, const TocsinCursor *cursor)
{
  g_return_val_if_fail (head != NULL && cursor != NULL, FALSE);

  return strcmp (head->present.epoch, cursor->epoch) == 0 && cursor->seq >= head->least &&
         cursor->seq <= head->present.seq;
}
