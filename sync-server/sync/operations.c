/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "operations"

#include "config.h"

#include "errors.h"
#include "jsontext.h"
#include "pg-pool.h"
#include "sync-private.h"

#define ANSWER_BYTES (16 * 1024 * 1024)

typedef struct {
  const TocsinSyncCaller *caller;
  const TocsinOperation *operation;
  TocsinAnswer *answer; /* (owned) (nullable) */
} Run;

static TocsinAnswer *
make_answer (const TocsinOperation *operation, guint status, gint64 revision)
{
  TocsinAnswer *answer = g_new0 (TocsinAnswer, 1);

  answer->op_id = g_strdup (operation->op_id);
  answer->status = status;
  answer->revision = revision;
  return answer;
}

static TocsinAnswer *
make_rejection (const TocsinOperation *operation, const char *reason)
{
  TocsinAnswer *answer = make_answer (operation, TOCSIN_ANSWER_REJECTED, 0);

  answer->reason = g_strdup (reason);
  return answer;
}

/* --- kept answers --- */

/* Two of the same at once: the second waits here for the first. */
static gboolean
find_kept (TocsinPg *pg, Run *run, GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;
  g_autoptr (JsonObject) json = NULL;

  if (!tocsin_pg_run (pg, error, NULL,
                      "SELECT pg_advisory_xact_lock (hashtextextended ($1 || $2, 0))",
                      PG_TEXT (run->caller->team_id), PG_TEXT (run->operation->op_id)))
    return FALSE;
  rows = tocsin_pg_query (pg, error,
                          "SELECT answer FROM sync_operations"
                          " WHERE team_id = $1::uuid AND op_id = $2::uuid",
                          PG_TEXT (run->caller->team_id), PG_TEXT (run->operation->op_id));
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return TRUE;
  json = tocsin_json_parse_object (tocsin_pg_rows_get_text (rows, 0, 0), ANSWER_BYTES, error);
  run->answer = json != NULL ? tocsin_answer_from_json (json, error) : NULL;
  return run->answer != NULL;
}

static gboolean
keep (TocsinPg *pg, const Run *run, GError **error)
{
  g_autoptr (JsonObject) json = tocsin_answer_to_json (run->answer);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;

  json_node_set_object (node, json);
  text = json_to_string (node, FALSE);
  return tocsin_pg_run (pg, error, NULL,
                        "INSERT INTO sync_operations (team_id, op_id, answer, at)"
                        " VALUES ($1::uuid, $2::uuid, $3::jsonb, $4)"
                        " ON CONFLICT (team_id, op_id) DO NOTHING",
                        PG_TEXT (run->caller->team_id), PG_TEXT (run->operation->op_id),
                        PG_TEXT (text), PG_INT (run->caller->actor.at_us));
}

/* --- one operation --- */

/* Who had written what is lost. */
static gboolean
find_writer (TocsinPg *pg, const Run *run, TocsinLoss *loss, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT by_id, by_name, at FROM record_history"
      " WHERE team_id = $1::uuid AND record_id = $2::uuid AND revision = $3",
      PG_TEXT (run->caller->team_id), PG_TEXT (run->operation->record), PG_INT (loss->revision));

  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) == 0)
    return TRUE; /* it was written before there was a history */
  loss->by = g_strdup (tocsin_pg_rows_get_text_or_null (rows, 0, 0));
  loss->by_name = g_strdup (tocsin_pg_rows_get_text_or_null (rows, 0, 1));
  loss->at_us = tocsin_pg_rows_get_int (rows, 0, 2);
  return TRUE;
}

static gboolean
find_writers (TocsinPg *pg, const Run *run, GPtrArray *lost, GError **error)
{
  for (guint i = 0; lost != NULL && i < lost->len; i++)
    if (!find_writer (pg, run, g_ptr_array_index (lost, i), error))
      return FALSE;
  return TRUE;
}

/* One that comes again after a restored backup is later than what was lost of it. */
static gboolean
raise_revision (TocsinPg *pg, TocsinMerge *merge, GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;

  if (merge->action != TOCSIN_MERGE_CREATE)
    return TRUE;
  rows = tocsin_pg_query_params (pg, error, "SELECT least_revision FROM server", NULL, 0);
  if (rows == NULL)
    return FALSE;
  merge->revision = MAX (merge->revision, tocsin_pg_rows_get_int (rows, 0, 0) + 1);
  return TRUE;
}

static gboolean
carry_out (TocsinPg *pg, const TocsinSyncType *type, TocsinSyncDeed *deed, GError **error)
{
  switch (deed->merge->action) {
  case TOCSIN_MERGE_NOTHING:
    deed->revision = deed->merge->revision;
    return TRUE;
  case TOCSIN_MERGE_DELETE:
    deed->revision = deed->merge->revision;
    return type->remove (pg, deed, error);
  default:
    return type->save (pg, deed, error);
  }
}

static gboolean
merge (TocsinPg *pg, const TocsinSyncType *type, Run *run, GError **error)
{
  g_auto (TocsinMerge) merge = { 0 };
  g_autoptr (GError) problem = NULL;
  g_autoptr (TocsinRecord) present = tocsin_sync_load (pg, run->caller, run->operation, &problem);
  g_autoptr (JsonArray) lost = NULL;
  g_autoptr (JsonObject) rescued = NULL;
  TocsinSyncDeed deed = {
    .caller = run->caller, .present = present, .operation = run->operation, .merge = &merge
  };

  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  if (!tocsin_record_merge (present, run->operation, &merge, error) ||
      !raise_revision (pg, &merge, error) || !find_writers (pg, run, merge.lost, error))
    return FALSE;
  if (merge.lost != NULL && merge.lost->len > 0)
    deed.lost = lost = tocsin_losses_to_json (merge.lost);
  if (run->operation->rescued != NULL)
    deed.rescued = rescued = tocsin_merge_get_fields (&merge, NULL, run->operation);
  if (!carry_out (pg, type, &deed, error))
    return FALSE;
  run->answer = make_answer (run->operation, merge.status, deed.revision);
  run->answer->lost = g_steal_pointer (&merge.lost);
  return TRUE;
}

static gboolean
operate (TocsinPg *pg, gpointer data, GError **error)
{
  Run *run = data;
  const TocsinSyncType *type = tocsin_sync_type_get (run->operation->type);
  TocsinSyncDeed deed = { .caller = run->caller, .operation = run->operation };

  g_clear_pointer (&run->answer, tocsin_answer_free);
  if (!find_kept (pg, run, error))
    return FALSE;
  if (run->answer != NULL)
    return TRUE;
  if (type->is_merged ? !merge (pg, type, run, error) : !type->save (pg, &deed, error))
    return FALSE;
  if (run->answer == NULL)
    run->answer = make_answer (run->operation, TOCSIN_ANSWER_APPLIED, 0);
  return keep (pg, run, error);
}

static gboolean
keep_rejection (TocsinPg *pg, gpointer data, GError **error)
{
  return keep (pg, data, error);
}

/* What the next attempt can't mend. */
static gboolean
is_refusal (const GError *error)
{
  return (error->domain == TOCSIN_ERROR && error->code != TOCSIN_ERROR_BUSY &&
          error->code != TOCSIN_ERROR_UNAVAILABLE && error->code != TOCSIN_ERROR_NO_SPACE) ||
         g_error_matches (error, TOCSIN_PG_ERROR, TOCSIN_PG_ERROR_EXISTS);
}

static const char *
explain (const GError *error)
{
  return error->domain == TOCSIN_ERROR ? error->message : "there is one like it already";
}

TocsinAnswer *
tocsin_sync_operate (TocsinPg *pg, const TocsinSyncCaller *caller, const TocsinOperation *operation,
                     GError **error)
{
  Run run = { caller, operation, NULL };
  g_autoptr (GError) problem = NULL;

  g_return_val_if_fail (pg != NULL && caller != NULL && operation != NULL, NULL);

  if (caller->why_not != NULL)
    return make_rejection (operation, caller->why_not);
  if (tocsin_pg_work_run (pg, TOCSIN_WORK_WRITE, operate, &run, &problem))
    return run.answer;
  g_clear_pointer (&run.answer, tocsin_answer_free);
  if (!is_refusal (problem)) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return NULL;
  }
  run.answer = make_rejection (operation, explain (problem));
  if (tocsin_pg_work_run (pg, TOCSIN_WORK_WRITE, keep_rejection, &run, error))
    return run.answer;
  g_clear_pointer (&run.answer, tocsin_answer_free);
  return NULL;
}
