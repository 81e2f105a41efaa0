/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "record-rows"

#include "config.h"

#include "errors.h"
#include "record-rows.h"

static const char *const action_words[] = {
  [TOCSIN_RECORD_CREATE] = "create",
  [TOCSIN_RECORD_EDIT] = "edit",
  [TOCSIN_RECORD_DELETE] = "delete",
  [TOCSIN_RECORD_RESTORE] = "restore",
};

static char *
object_to_text (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  if (object == NULL)
    return g_strdup ("{}");
  json_node_set_object (node, object);
  return json_to_string (node, FALSE);
}

static char *
array_to_text (JsonArray *array)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);

  if (array == NULL || json_array_get_length (array) == 0)
    return NULL;
  json_node_set_array (node, array);
  return json_to_string (node, FALSE);
}

static gboolean
add_history (TocsinPg *pg, const TocsinRecordWrite *write, const TocsinRecordWriter *writer,
             gint64 seq, const char *changes, GError **error)
{
  g_autofree char *lost = array_to_text (write->save.lost);

  return tocsin_pg_run (
      pg, error, NULL,
      "INSERT INTO record_history (team_id, record_id, revision, seq, at, by_id, by_name, action,"
      " changes, lost)"
      " VALUES ($1::uuid, $2::uuid, $3, $4, $5, $6::uuid, $7, $8, $9::jsonb, $10::jsonb)",
      PG_TEXT (write->team_id), PG_TEXT (write->save.id), PG_INT (write->save.revision),
      PG_INT (seq), PG_INT (writer->at_us), PG_TEXT (writer->user_id), PG_TEXT (writer->name),
      PG_TEXT (action_words[write->save.action]), PG_TEXT (changes), PG_TEXT (lost));
}

/* A member that was never changed has the revision 1 and is not in `field_revisions`. */
static gboolean
write_row (TocsinPg *pg, const TocsinRecordWrite *write, const TocsinRecordWriter *writer,
           gint64 seq, const char *changes, GError **error)
{
  g_autofree char *rescued = object_to_text (write->save.rescued);
  gint64 n = 0;
  gsize n_sealed = 0;
  gconstpointer sealed = write->sealed != NULL ? g_bytes_get_data (write->sealed, &n_sealed) : NULL;

  if (!tocsin_pg_run (
          pg, error, &n,
          "INSERT INTO records (team_id, id, type, project_id, name, revision, seq, body,"
          " secrets_sealed, created_at, updated_at, updated_by, updated_by_id, field_revisions)"
          " VALUES ($1::uuid, $2::uuid, $3, $4::uuid, $5, $6, $7, $8::jsonb, $9::bytea, $10, $10,"
          " $11, $12::uuid, $14::jsonb)"
          " ON CONFLICT (team_id, id) DO UPDATE SET project_id = excluded.project_id,"
          " name = excluded.name, revision = excluded.revision, seq = excluded.seq,"
          " body = excluded.body, secrets_sealed = excluded.secrets_sealed,"
          " field_revisions = records.field_revisions || coalesce ((SELECT"
          "  jsonb_object_agg (member, coalesce (($14::jsonb ->> member)::bigint, $6)) FROM jsonb_object_keys ($13::jsonb) AS member), '{}'),"
          " updated_at = excluded.updated_at, updated_by = excluded.updated_by,"
          " updated_by_id = excluded.updated_by_id, deleted_at = 0"
          " WHERE records.revision < excluded.revision AND records.type = excluded.type",
          PG_TEXT (write->team_id), PG_TEXT (write->save.id), PG_TEXT (write->type),
          PG_TEXT (write->project_id), PG_TEXT (write->name), PG_INT (write->save.revision),
          PG_INT (seq), PG_TEXT (write->body), PG_BYTES (sealed, n_sealed), PG_INT (writer->at_us),
          PG_TEXT (writer->name), PG_TEXT (writer->user_id), PG_TEXT (changes), PG_TEXT (rescued)))
    return FALSE;
  return n == 1 || tocsin_fail (error, TOCSIN_ERROR_EXISTS,
                                "the team has a record with the id %s already", write->save.id);
}

gboolean
tocsin_record_write (TocsinPg *pg, const TocsinRecordWrite *write, const TocsinRecordWriter *writer,
                     gint64 *seq, GError **error)
{
  g_autofree char *changes = NULL;

  g_return_val_if_fail (pg != NULL && write != NULL && writer != NULL && seq != NULL, FALSE);

  changes = object_to_text (write->save.changes);
  return tocsin_feed_take (pg, write->team_id, 1, seq, error) &&
         write_row (pg, write, writer, *seq, changes, error) &&
         add_history (pg, write, writer, *seq, changes, error);
}

gboolean
tocsin_record_delete (TocsinPg *pg, const char *team_id, const char *id,
                      const TocsinRecordWriter *writer, gint64 *seq, GError **error)
{
  TocsinRecordWrite write = { .team_id = team_id,
                              .save = { .id = id, .action = TOCSIN_RECORD_DELETE } };
  g_autoptr (TocsinPgRows) rows = NULL;

  g_return_val_if_fail (pg != NULL && team_id != NULL && id != NULL, FALSE);
  g_return_val_if_fail (writer != NULL && seq != NULL, FALSE);

  if (!tocsin_feed_take (pg, team_id, 1, seq, error))
    return FALSE;
  rows = tocsin_pg_query (
      pg, error,
      "UPDATE records SET revision = revision + 1, seq = $3, deleted_at = $4, updated_at = $4,"
      " updated_by = $5, updated_by_id = $6::uuid"
      " WHERE team_id = $1::uuid AND id = $2::uuid AND deleted_at = 0 RETURNING revision",
      PG_TEXT (team_id), PG_TEXT (id), PG_INT (*seq), PG_INT (writer->at_us),
      PG_TEXT (writer->name), PG_TEXT (writer->user_id));
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "no record has the id %s", id);
  write.save.revision = tocsin_pg_rows_get_int (rows, 0, 0);
  return add_history (pg, &write, writer, *seq, "{}", error);
}
