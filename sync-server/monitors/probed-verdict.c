/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "probed-verdict"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "feed.h"
#include "judge-pack.h"
#include "probed-verdict.h"
#include "state.h"
#include "stored-monitor.h"
#include "timetext.h"
#include "uptime.h"

#define SILENT_LEAST_US TOCSIN_US_PER_MIN

enum {
  COLUMN_TEAM,
  COLUMN_MONITOR,
  COLUMN_REVISION,
  COLUMN_LOOK,
  COLUMN_BEHIND,
  COLUMN_MAINTENANCE,
  COLUMN_JUDGE,
  COLUMN_INCIDENT,
  COLUMN_VOTES,
};

static TocsinJudge *
read_judge (const TocsinPgRows *rows, guint i, GError **error)
{
  g_autoptr (GBytes) packed = tocsin_pg_rows_get_bytes (rows, i, COLUMN_JUDGE);

  return packed != NULL ? tocsin_judge_unpack (g_bytes_get_data (packed, NULL),
                                               g_bytes_get_size (packed), error)
                        : tocsin_judge_new ();
}

TocsinProbedRow *
tocsin_probed_row_read (const TocsinPgRows *rows, guint i, GError **error)
{
  g_autoptr (TocsinProbedRow) row = g_new0 (TocsinProbedRow, 1);

  row->verdicts = g_array_new (FALSE, TRUE, sizeof (TocsinVerdict));
  row->stored.team_id = g_strdup (tocsin_pg_rows_get_text (rows, i, COLUMN_TEAM));
  row->monitor_id = g_strdup (tocsin_pg_rows_get_text (rows, i, COLUMN_MONITOR));
  row->revision = tocsin_pg_rows_get_int (rows, i, COLUMN_REVISION);
  row->look_at = tocsin_pg_rows_get_int (rows, i, COLUMN_LOOK);
  row->behind = tocsin_pg_rows_get_bool (rows, i, COLUMN_BEHIND);
  row->in_maintenance = tocsin_pg_rows_get_bool (rows, i, COLUMN_MAINTENANCE);
  row->stored.incident_id = g_strdup (tocsin_pg_rows_get_text_or_null (rows, i, COLUMN_INCIDENT));
  row->votes = g_strdup (tocsin_pg_rows_get_text_or_null (rows, i, COLUMN_VOTES));
  row->stored.judge = read_judge (rows, i, error);
  return row->stored.judge != NULL ? g_steal_pointer (&row) : NULL;
}

void
tocsin_probed_row_free (TocsinProbedRow *row)
{
  if (row == NULL)
    return;
  for (guint i = 0; i < row->verdicts->len; i++)
    tocsin_verdict_clear (&g_array_index (row->verdicts, TocsinVerdict, i));
  g_array_unref (row->verdicts);
  g_clear_pointer (&row->codes, g_hash_table_unref);
  g_clear_pointer (&row->stored.judge, tocsin_judge_free);
  g_free (row->stored.incident_id);
  g_free (row->stored.team_id);
  g_free (row->monitor_id);
  g_free (row->votes);
  g_free (row);
}

/* --- judging --- */

static const TocsinVote *
find_vote (const TocsinJudge *judge, const char *probe)
{
  for (guint i = 0; judge->others != NULL && i < judge->others->len; i++) {
    const TocsinVote *vote = g_ptr_array_index (judge->others, i);

    if (g_strcmp0 (vote->probe, probe) == 0)
      return vote;
  }
  return NULL;
}

/* What members care about in a vote: which way it goes. */
static guint
get_direction (const TocsinJudge *judge, const char *probe)
{
  const TocsinVote *vote = find_vote (judge, probe);

  if (vote == NULL)
    return 0;
  return vote->n_failed > 0 ? 3 : vote->n_slow > 0 ? 2 : 1;
}

static void
note_code (TocsinProbedRow *row, const TocsinJudgeEvent *event)
{
  if (row->codes == NULL)
    row->codes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_replace (row->codes, g_strdup (event->probe),
                        GUINT_TO_POINTER (event->sample->code));
}

/* What is shown never began before what was shown until then, so that flips have an order. */
static void
keep_order (TocsinJudge *judge, TocsinVerdict *verdict, gint64 since_us)
{
  judge->since_at = MAX (judge->since_at, since_us + (verdict->n_flips > 0 ? 1 : 0));
  for (guint i = 0; i < verdict->n_flips; i++)
    verdict->flips[i].at_us = MAX (verdict->flips[i].at_us, since_us + 1 + i);
}

void
tocsin_probed_row_step (TocsinProbedRow *row, const TocsinJudgeEvent *event, gint64 now_us)
{
  TocsinJudge *judge = row->stored.judge;
  gboolean is_sample = event->kind == TOCSIN_JUDGE_SAMPLE;
  guint before = is_sample ? get_direction (judge, event->probe) : 0;
  gint64 since_us = judge->since_at;
  TocsinVerdict verdict;

  tocsin_verdict_run_probed (&row->stored, event, now_us, randombytes_buf, &verdict);
  keep_order (judge, &verdict, since_us);
  if (is_sample && get_direction (judge, event->probe) != before) {
    row->votes_changed = TRUE;
    note_code (row, event);
  }
  if (verdict.is_seen || verdict.n_flips > 0)
    g_array_append_val (row->verdicts, verdict);
}

/* How long nobody may be heard. */
static gint64
get_patience_us (const TocsinMonitor *monitor)
{
  return MAX (2 * monitor->interval_us, SILENT_LEAST_US);
}

gint64
tocsin_probed_row_get_silent_at (const TocsinProbedRow *row, gint64 since_us)
{
  const TocsinJudge *judge = row->stored.judge;
  gint64 heard_at = 0;

  for (guint i = 0; judge->others != NULL && i < judge->others->len; i++)
    heard_at = MAX (heard_at, ((const TocsinVote *) judge->others->pdata[i])->at_us);
  return (heard_at != 0 ? heard_at : since_us) + get_patience_us (row->stored.monitor);
}

/* --- edits --- */

static char *
list_parents (const TocsinMonitor *monitor)
{
  return monitor->depends_on != NULL && monitor->depends_on[0] != NULL
             ? tocsin_pg_array ((const char *const *) monitor->depends_on)
             : NULL;
}

static TocsinProbedRow *
load_row (TocsinPg *pg, const TocsinStoredMonitor *stored, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT " TOCSIN_PROBED_ROW_COLUMNS " FROM verdicts v"
      " JOIN records r ON r.team_id = v.team_id AND r.id = v.monitor_id"
      " WHERE v.team_id = $1::uuid AND v.monitor_id = $2::uuid FOR NO KEY UPDATE OF v",
      PG_TEXT (stored->team_id), PG_TEXT (stored->monitor->id));
  TocsinProbedRow *row;

  if (rows == NULL)
    return NULL;
  g_assert (tocsin_pg_rows_get_n (rows) == 1); /* made with the monitor, deleted with it */
  row = tocsin_probed_row_read (rows, 0, error);
  if (row != NULL)
    row->stored.monitor = stored->monitor;
  return row;
}

gboolean
tocsin_probed_verdict_follow (TocsinPg *pg, const TocsinStoredMonitor *stored, gboolean was_paused,
                              gint64 now_us, GError **error)
{
  g_autoptr (TocsinProbedRow) row = load_row (pg, stored, error);
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  g_autofree char *parents = list_parents (stored->monitor);
  gboolean paused = stored->monitor->paused;

  if (row == NULL ||
      !tocsin_pg_run (pg, error, NULL,
                      "UPDATE verdicts SET parents = $3::uuid[]"
                      " WHERE team_id = $1::uuid AND monitor_id = $2::uuid"
                      " AND parents IS DISTINCT FROM $3::uuid[]",
                      PG_TEXT (stored->team_id), PG_TEXT (stored->monitor->id), PG_TEXT (parents)))
    return FALSE;
  if (paused != was_paused)
    tocsin_probed_row_step (
        row, &(TocsinJudgeEvent){ .kind = paused ? TOCSIN_JUDGE_PAUSE : TOCSIN_JUDGE_RESUME },
        now_us);
  tocsin_probed_row_step (row, &(TocsinJudgeEvent){ .kind = TOCSIN_JUDGE_CONFIG }, now_us);
  row->look_at = paused ? 0 : now_us + get_patience_us (stored->monitor);
  g_ptr_array_add (rows, row);
  return tocsin_probed_rows_save (pg, rows, now_us, error);
}

gboolean
tocsin_probed_verdict_insert (TocsinPg *pg, const TocsinStoredMonitor *stored, gint64 now_us,
                              GError **error)
{
  const TocsinMonitor *monitor = stored->monitor;
  g_autofree char *parents = list_parents (monitor);
  g_autoptr (TocsinJudge) judge = tocsin_judge_new ();
  g_autoptr (GBytes) packed = NULL;
  gint64 seq, look_at = now_us + get_patience_us (monitor);

  judge->since_at = now_us;
  judge->covers = monitor->paused ? TOCSIN_COVER_PAUSED : 0;
  packed = tocsin_judge_pack (judge);
  return tocsin_feed_take (pg, stored->team_id, 1, &seq, error) &&
         tocsin_pg_run (
             pg, error, NULL,
             "INSERT INTO verdicts (team_id, monitor_id, state, since_at, seq, judge, look_at,"
             " parents, closed_at)"
             " VALUES ($1::uuid, $2::uuid, $3, $4, $5, $6, $7, $8::uuid[], $9)",
             PG_TEXT (stored->team_id), PG_TEXT (monitor->id),
             PG_TEXT (tocsin_words_get (&tocsin_state_words, tocsin_judge_get_state (judge))),
             PG_INT (now_us), PG_INT (seq),
             PG_BYTES (g_bytes_get_data (packed, NULL), g_bytes_get_size (packed)),
             PG_INT (monitor->paused ? 0 : look_at), PG_TEXT (parents),
             PG_INT (tocsin_time_floor (now_us, TOCSIN_US_PER_DAY)));
}
