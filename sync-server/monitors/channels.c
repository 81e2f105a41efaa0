/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "channels"

#include "config.h"

#include "channels.h"

TocsinPgRows *
tocsin_channels_query (TocsinPg *pg, const char *team_id, const char *project_id, GError **error)
{
  g_return_val_if_fail (pg != NULL && team_id != NULL && project_id != NULL, NULL);

  return tocsin_pg_query (pg, error,
                          "SELECT id, name, body ->> 'kind' FROM records"
                          " WHERE team_id = $1::uuid AND type = 'channel' AND deleted_at = 0"
                          " AND (project_id = $2::uuid OR project_id IS NULL) ORDER BY name, id",
                          PG_TEXT (team_id), PG_TEXT (project_id));
}

char **
tocsin_channels_list_ids (TocsinPg *pg, const char *team_id, const char *project_id, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_channels_query (pg, team_id, project_id, error);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (rows == NULL)
    return NULL;
  for (guint row = 0; row < tocsin_pg_rows_get_n (rows); row++)
    g_strv_builder_add (builder, tocsin_pg_rows_get_text (rows, row, 0));
  return g_strv_builder_end (builder);
}
