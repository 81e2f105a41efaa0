/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "probed-verdict-save"

#include "config.h"

#include <string.h>

#include "feed.h"
#include "json-writer.h"
#include "judge-pack.h"
#include "pg-columns.h"
#include "probed-verdict.h"
#include "state.h"
#include "stored-monitor.h"
#include "token.h"

#define VOTES_BYTES (64 * 1024)

enum {
  TEAM,
  MONITOR,
  STATE,
  SINCE,
  INCIDENT,
  NOTE,
  VOTES,
  JUDGE,
  SEQ,
  LOOK,
  BEHIND,
  MAINTENANCE,
  N_COLUMNS
};

typedef struct {
  TocsinPgColumn columns[N_COLUMNS];
} Columns;

static void
clear_columns (Columns *columns)
{
  for (guint i = 0; i < N_COLUMNS; i++)
    tocsin_pg_column_clear (&columns->columns[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Columns, clear_columns)

/* --- votes --- */

/* The code that members were told of `probe`. */
static guint
find_told_code (JsonArray *told, const char *probe)
{
  for (guint i = 0; told != NULL && i < json_array_get_length (told); i++) {
    JsonObject *vote = json_array_get_object_element (told, i);
    guint code;

    if (g_strcmp0 (json_object_get_string_member_with_default (vote, "probe", NULL), probe) == 0 &&
        tocsin_words_find (&tocsin_code_words,
                           json_object_get_string_member_with_default (vote, "code", ""), &code,
                           NULL))
      return code;
  }
  return TOCSIN_CODE_NONE;
}

static guint
get_code (const TocsinProbedRow *row, JsonArray *told, const TocsinVote *vote)
{
  gpointer code;

  if (row->codes != NULL && g_hash_table_lookup_extended (row->codes, vote->probe, NULL, &code))
    return GPOINTER_TO_UINT (code);
  return vote->n_failed > 0 || vote->n_slow > 0 ? find_told_code (told, vote->probe)
                                                : TOCSIN_CODE_NONE;
}

static void
write_vote (TocsinJsonWriter *writer, const TocsinVote *vote, guint code)
{
  tocsin_json_writer_begin_object (writer, NULL);
  tocsin_json_writer_string (writer, "probe", vote->probe);
  tocsin_json_writer_time (writer, "at", vote->at_us);
  tocsin_json_writer_int (writer, "failed", vote->n_failed);
  tocsin_json_writer_int (writer, "good", vote->n_good);
  tocsin_json_writer_int (writer, "slow", vote->n_slow);
  if (code != TOCSIN_CODE_NONE)
    tocsin_json_writer_string (writer, "code", tocsin_words_get (&tocsin_code_words, code));
  tocsin_json_writer_end_object (writer);
}

/* As members see them. (transfer full) */
static char *
make_votes (const TocsinProbedRow *row)
{
  const GPtrArray *others = row->stored.judge->others;
  g_autoptr (JsonNode) node = row->votes != NULL ? json_from_string (row->votes, NULL) : NULL;
  JsonArray *told =
      node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  g_auto (TocsinJsonWriter) writer = { 0 };

  tocsin_json_writer_init (&writer, 256);
  tocsin_json_writer_begin_array (&writer, NULL);
  for (guint i = 0; others != NULL && i < others->len; i++)
    write_vote (&writer, others->pdata[i], get_code (row, told, others->pdata[i]));
  tocsin_json_writer_end_array (&writer);
  return g_string_free (tocsin_json_writer_take (&writer), FALSE);
}

/* --- rows --- */

/* `seq` 0: members see nothing new, and what they were told stays. */
static void
add_row (TocsinPgColumn *c, const TocsinProbedRow *row, gint64 seq)
{
  const TocsinJudge *judge = row->stored.judge;
  g_autoptr (GBytes) packed = tocsin_judge_pack (judge);
  g_autofree char *note = tocsin_judge_get_note (judge);
  g_autofree char *votes = seq != 0 ? make_votes (row) : NULL;

  tocsin_pg_column_add_text (&c[TEAM], row->stored.team_id);
  tocsin_pg_column_add_text (&c[MONITOR], row->monitor_id);
  tocsin_pg_column_add_text (
      &c[STATE], tocsin_words_get (&tocsin_state_words, tocsin_judge_get_state (judge)));
  tocsin_pg_column_add_int (&c[SINCE], judge->since_at);
  tocsin_pg_column_add_text (&c[INCIDENT], row->stored.incident_id);
  tocsin_pg_column_add_text (&c[NOTE], note);
  tocsin_pg_column_add_text (&c[VOTES], votes);
  tocsin_pg_column_add_bytes (&c[JUDGE], packed);
  tocsin_pg_column_add_int (&c[SEQ], seq);
  tocsin_pg_column_add_int (&c[LOOK], row->look_at);
  tocsin_pg_column_add_text (&c[BEHIND], row->behind ? "t" : "f");
  tocsin_pg_column_add_text (&c[MAINTENANCE], row->in_maintenance ? "t" : "f");
}

static gboolean
write_rows (TocsinPg *pg, GPtrArray *rows, const gint64 *seqs, GError **error)
{
  g_auto (Columns) columns;
  TocsinPgColumn *c = columns.columns;

  for (guint i = 0; i < N_COLUMNS; i++)
    tocsin_pg_column_init (&c[i]);
  for (guint i = 0; i < rows->len; i++)
    add_row (c, g_ptr_array_index (rows, i), seqs[i]);
#define COLUMN(which) PG_TEXT (tocsin_pg_column_get (&c[which]))
  return tocsin_pg_run (
      pg, error, NULL,
      "UPDATE verdicts v SET state = i.state, since_at = i.since_at, incident_id = i.incident_id,"
      " note = i.note, votes = coalesce (i.votes, v.votes), judge = i.judge,"
      " seq = CASE WHEN i.seq <> 0 THEN i.seq ELSE v.seq END, look_at = i.look_at,"
      " behind = i.behind, in_maintenance = i.in_maintenance"
      " FROM unnest ($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::uuid[], $6::text[],"
      " $7::jsonb[], $8::bytea[], $9::bigint[], $10::bigint[], $11::boolean[], $12::boolean[])"
      " AS i (team_id, monitor_id, state, since_at, incident_id, note, votes, judge, seq, look_at,"
      " behind, in_maintenance)"
      " WHERE v.team_id = i.team_id AND v.monitor_id = i.monitor_id",
      COLUMN (TEAM), COLUMN (MONITOR), COLUMN (STATE), COLUMN (SINCE), COLUMN (INCIDENT),
      COLUMN (NOTE), COLUMN (VOTES), COLUMN (JUDGE), COLUMN (SEQ), COLUMN (LOOK), COLUMN (BEHIND),
      COLUMN (MAINTENANCE));
#undef COLUMN
}

/* --- what happened --- */

/* Where an incident opens or closes all is written one by one, as for a heartbeat; mere flips, of
 * which there may be thousands at once, are left to write_flips (). */
static gboolean
write_incidents (TocsinPg *pg, const TocsinProbedRow *row, gint64 now_us, gint64 *seq,
                 GError **error)
{
  for (guint i = 0; i < row->verdicts->len; i++) {
    const TocsinVerdict *verdict = &g_array_index (row->verdicts, TocsinVerdict, i);
    gint64 taken;

    if (verdict->n_incidents == 0)
      continue;
    if (!tocsin_verdict_save_history (pg, &row->stored, verdict, now_us, &taken, error))
      return FALSE;
    *seq = MAX (*seq, taken);
  }
  return TRUE;
}

/* Whether members see something new of it. */
static gboolean
is_seen (const TocsinProbedRow *row)
{
  for (guint i = 0; i < row->verdicts->len; i++)
    if (g_array_index (row->verdicts, TocsinVerdict, i).is_seen)
      return TRUE;
  return row->votes_changed;
}

/* Numbers for those of one team that have none yet: rows `from` to `to`. */
static gboolean
number_rows (TocsinPg *pg, GPtrArray *rows, guint from, guint to, gint64 *seqs, GError **error)
{
  guint n = 0;
  gint64 seq;

  for (guint i = from; i < to; i++)
    n += seqs[i] == 0 && is_seen (rows->pdata[i]);
  if (n == 0)
    return TRUE;
  if (!tocsin_feed_take (pg, ((TocsinProbedRow *) rows->pdata[from])->stored.team_id, n, &seq,
                         error))
    return FALSE;
  for (guint i = from; i < to; i++)
    if (seqs[i] == 0 && is_seen (rows->pdata[i]))
      seqs[i] = seq++;
  return TRUE;
}

/* --- flips --- */

static void
add_flips (TocsinPgColumn *c, const TocsinProbedRow *row)
{
  for (guint i = 0; i < row->verdicts->len; i++) {
    const TocsinVerdict *verdict = &g_array_index (row->verdicts, TocsinVerdict, i);

    for (guint k = 0; k < (verdict->n_incidents == 0 ? verdict->n_flips : 0); k++) {
      const TocsinFlip *flip = &verdict->flips[k];
      g_autofree char *id = tocsin_id_new (flip->at_us);

      tocsin_pg_column_add_text (&c[0], row->stored.team_id);
      tocsin_pg_column_add_text (&c[1], row->monitor_id);
      tocsin_pg_column_add_text (&c[2], id);
      tocsin_pg_column_add_int (&c[3], flip->at_us);
      tocsin_pg_column_add_text (&c[4], tocsin_words_get (&tocsin_state_words, flip->old_state));
      tocsin_pg_column_add_text (&c[5], tocsin_words_get (&tocsin_state_words, flip->new_state));
      tocsin_pg_column_add_text (&c[6], flip->code != TOCSIN_CODE_NONE
                                            ? tocsin_words_get (&tocsin_code_words, flip->code)
                                            : NULL);
    }
  }
}

static gboolean
write_flips (TocsinPg *pg, GPtrArray *rows, GError **error)
{
  g_auto (Columns) columns;
  TocsinPgColumn *c = columns.columns;

  for (guint i = 0; i < N_COLUMNS; i++)
    tocsin_pg_column_init (&c[i]);
  for (guint i = 0; i < rows->len; i++)
    add_flips (c, g_ptr_array_index (rows, i));
  return tocsin_pg_run (
      pg, error, NULL,
      "INSERT INTO flips (team_id, monitor_id, id, at, old_state, new_state, reason)"
      " SELECT * FROM unnest ($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[],"
      " $6::text[], $7::text[])",
      PG_TEXT (tocsin_pg_column_get (&c[0])), PG_TEXT (tocsin_pg_column_get (&c[1])),
      PG_TEXT (tocsin_pg_column_get (&c[2])), PG_TEXT (tocsin_pg_column_get (&c[3])),
      PG_TEXT (tocsin_pg_column_get (&c[4])), PG_TEXT (tocsin_pg_column_get (&c[5])),
      PG_TEXT (tocsin_pg_column_get (&c[6])));
}

static gboolean
is_same_team (GPtrArray *rows, guint a, guint b)
{
  return strcmp (((TocsinProbedRow *) rows->pdata[a])->stored.team_id,
                 ((TocsinProbedRow *) rows->pdata[b])->stored.team_id) == 0;
}

gboolean
tocsin_probed_rows_save (TocsinPg *pg, GPtrArray *rows, gint64 now_us, GError **error)
{
  g_autofree gint64 *seqs = g_new0 (gint64, rows->len + 1);
  guint from = 0;

  g_return_val_if_fail (pg != NULL && rows != NULL, FALSE);

  if (rows->len == 0)
    return TRUE;
  if (!write_flips (pg, rows, error))
    return FALSE;

  for (guint i = 0; i < rows->len; i++) {
    if (!write_incidents (pg, g_ptr_array_index (rows, i), now_us, &seqs[i], error))
      return FALSE;
    if (i + 1 < rows->len && is_same_team (rows, i, i + 1))
      continue;
    if (!number_rows (pg, rows, from, i + 1, seqs, error))
      return FALSE;
    from = i + 1;
  }
  return write_rows (pg, rows, seqs, error);
}
