/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "audit"

#include "config.h"

#include "audit.h"
#include "token.h"

gboolean
tocsin_audit_add (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                  const TocsinDeed *deed, GError **error)
{
  g_autofree char *id = tocsin_id_new (actor->at_us);

  return tocsin_pg_run (
      pg, error, NULL,
      "INSERT INTO audit (team_id, id, at, actor_kind, actor, actor_name, action, object_kind,"
      " object, object_name, detail, address)"
      " VALUES ($1::uuid, $2::uuid, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12)",
      PG_TEXT (team_id), PG_TEXT (id), PG_INT (actor->at_us), PG_TEXT (actor->kind),
      PG_TEXT (actor->id), PG_TEXT (actor->name), PG_TEXT (deed->action),
      PG_TEXT (deed->object_kind), PG_TEXT (deed->object), PG_TEXT (deed->object_name),
      PG_TEXT (deed->detail), PG_TEXT (actor->address));
}

gboolean
tocsin_audit_add_for_user (TocsinPg *pg, const TocsinActor *actor, const char *user_id,
                           const TocsinDeed *deed, GError **error)
{
  g_autoptr (TocsinPgRows) teams = tocsin_pg_query (
      pg, error, "SELECT team_id FROM members WHERE user_id = $1::uuid", PG_TEXT (user_id));

  if (teams == NULL)
    return FALSE;
  for (guint i = 0; i < tocsin_pg_rows_get_n (teams); i++)
    if (!tocsin_audit_add (pg, actor, tocsin_pg_rows_get_text (teams, i, 0), deed, error))
      return FALSE;
  return TRUE;
}
