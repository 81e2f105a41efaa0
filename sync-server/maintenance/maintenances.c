/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "maintenances"

#include "config.h"

#include "errors.h"
#include "maintenance-windows.h"
#include "maintenances.h"
#include "timetext.h"

TocsinMaintenance *
tocsin_maintenances_read (JsonObject *body, GError **error)
{
  g_autoptr (TocsinMaintenance) maintenance = tocsin_maintenance_new ();

  g_return_val_if_fail (body != NULL, NULL);

  if (!tocsin_fields_from_json (&tocsin_maintenance_fields, maintenance, body, 0, error))
    return NULL;
  tocsin_fields_fill (&tocsin_maintenance_fields, maintenance);
  if (!tocsin_fields_check (&tocsin_maintenance_fields, maintenance, error) ||
      !tocsin_maintenance_check (maintenance, error))
    return NULL;
  return g_steal_pointer (&maintenance);
}

static const char *const save_words[] = {
  [TOCSIN_RECORD_CREATE] = "maintenance.create",
  [TOCSIN_RECORD_EDIT] = "maintenance.edit",
  [TOCSIN_RECORD_RESTORE] = "maintenance.restore",
};

static gboolean
tell_audit (TocsinPg *pg, const TocsinActor *actor, const char *team_id, const char *action,
            const char *id, const char *title, GError **error)
{
  const TocsinDeed deed = { action, "maintenance", id, title, NULL };

  return tocsin_audit_add (pg, actor, team_id, &deed, error);
}

static char *
make_text (const TocsinMaintenance *maintenance)
{
  g_autoptr (JsonObject) json =
      tocsin_fields_to_json (&tocsin_maintenance_fields, maintenance, TOCSIN_FIELDS_PLAIN);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_set_object (node, json);
  return json_to_string (node, FALSE);
}

gboolean
tocsin_maintenances_save (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                          const TocsinRecordSave *save, JsonObject *body, GError **error)
{
  g_autoptr (TocsinMaintenance) maintenance = NULL;
  g_autofree char *text = NULL;
  gint64 seq;

  g_return_val_if_fail (pg != NULL && actor != NULL && team_id != NULL, FALSE);
  g_return_val_if_fail (save != NULL && body != NULL, FALSE);

  maintenance = tocsin_maintenances_read (body, error);
  if (maintenance == NULL)
    return FALSE;
  g_free (maintenance->id);
  maintenance->id = g_strdup (save->id);
  if (maintenance->created_at == 0)
    maintenance->created_at = actor->at_us;
  text = make_text (maintenance);
  return tell_audit (pg, actor, team_id, save_words[save->action], save->id, maintenance->title,
                     error) &&
         tocsin_record_write (pg,
                              &(TocsinRecordWrite){ .team_id = team_id,
                                                    .type = "maintenance",
                                                    .name = maintenance->title,
                                                    .body = text,
                                                    .save = *save },
                              &(TocsinRecordWriter){ actor->user_id, actor->name, actor->at_us },
                              &seq, error);
}

gboolean
tocsin_maintenances_delete (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                            const char *id, GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;
  gint64 seq;

  g_return_val_if_fail (pg != NULL && actor != NULL && team_id != NULL && id != NULL, FALSE);

  rows = tocsin_pg_query (pg, error,
                          "SELECT name FROM records WHERE team_id = $1::uuid AND id = $2::uuid"
                          " AND type = 'maintenance' AND deleted_at = 0 FOR NO KEY UPDATE",
                          PG_TEXT (team_id), PG_TEXT (id));
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "no maintenance has the id %s", id);
  return tell_audit (pg, actor, team_id, "maintenance.delete", id,
                     tocsin_pg_rows_get_text (rows, 0, 0), error) &&
         tocsin_record_delete (pg, team_id, id,
                               &(TocsinRecordWriter){ actor->user_id, actor->name, actor->at_us },
                               &seq, error);
}
