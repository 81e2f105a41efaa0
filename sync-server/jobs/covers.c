/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "covers"

#include "config.h"

#include <string.h>

#include "covers.h"
#include "jsontext.h"
#include "maintenance-windows.h"
#include "pg-columns.h"
#include "pg-pool.h"
#include "probed-verdict.h"

#define WINDOW_BYTES (1024 * 1024)

typedef struct {
  TocsinMonitorCache *cache;
  gint64 now_us;
  guint n;
} Round;

/* One locked verdict, and the event that it is due. */
static gboolean
step (TocsinPg *pg, const Round *round, TocsinProbedRow *row, const TocsinJudgeEvent *event,
      GError **error)
{
  const TocsinKnownMonitor *known = tocsin_monitor_cache_get (
      round->cache, pg, row->stored.team_id, row->monitor_id, row->revision, error);

  if (known == NULL)
    return FALSE;
  row->stored.monitor = known->monitor;
  tocsin_probed_row_step (row, event, round->now_us);
  return TRUE;
}

/* --- parents --- */

/* While a child's own failure is being believed, a parent that is failing but not yet confirmed
 * counts too: the router was perhaps only asked later than what is behind it. */
static TocsinPgRows *
lock_children (TocsinPg *pg, GError **error)
{
  return tocsin_pg_query (
      pg, error,
      "SELECT " TOCSIN_PROBED_ROW_COLUMNS ", d.name FROM verdicts v"
      " JOIN records r ON r.team_id = v.team_id AND r.id = v.monitor_id"
      " LEFT JOIN LATERAL (SELECT q.name FROM records q"
      "  LEFT JOIN verdicts p ON p.team_id = q.team_id AND p.monitor_id = q.id"
      "  LEFT JOIN heartbeats h ON h.team_id = q.team_id AND h.monitor_id = q.id"
      "  WHERE q.team_id = v.team_id AND q.id = ANY (v.parents) AND q.id <> v.monitor_id"
      "  AND (coalesce (p.state, h.state) = 'down' OR p.behind"
      "   OR (p.state = 'confirming' AND (v.behind OR v.state = 'confirming')))"
      "  LIMIT 1) d ON true"
      " WHERE v.parents IS NOT NULL AND v.behind <> (d.name IS NOT NULL)"
      " ORDER BY v.team_id, v.monitor_id LIMIT 100 FOR NO KEY UPDATE OF v SKIP LOCKED");
}

static gboolean
run_parents (TocsinPg *pg, gpointer data, GError **error)
{
  Round *round = data;
  g_autoptr (TocsinPgRows) rows = lock_children (pg, error);
  g_autoptr (GPtrArray) children =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_probed_row_free);

  if (rows == NULL)
    return FALSE;
  round->n = tocsin_pg_rows_get_n (rows);
  for (guint i = 0; i < round->n; i++) {
    TocsinProbedRow *row = tocsin_probed_row_read (rows, i, error);
    const char *parent = tocsin_pg_rows_get_text_or_null (rows, i, TOCSIN_PROBED_ROW_WIDTH);
    const TocsinJudgeEvent event = { .kind = parent != NULL ? TOCSIN_JUDGE_PARENT_DOWN
                                                            : TOCSIN_JUDGE_PARENT_UP,
                                     .text = parent };

    if (row == NULL)
      return FALSE;
    g_ptr_array_add (children, row);
    row->behind = parent != NULL;
    if (!step (pg, round, row, &event, error))
      return FALSE;
  }
  return tocsin_probed_rows_save (pg, children, round->now_us, error);
}

gboolean
tocsin_parents_run (TocsinPg *pg, TocsinMonitorCache *cache, gint64 now_us, guint *n,
                    GError **error)
{
  Round round = { cache, now_us, 0 };

  if (!tocsin_pg_work_run (pg, TOCSIN_WORK_WRITE, run_parents, &round, error))
    return FALSE;
  *n = round.n;
  return TRUE;
}

/* --- maintenance --- */

typedef struct {
  char *team_id;                  /* (owned) */
  TocsinMaintenance *maintenance; /* (owned) */
} Window;

static void
free_window (gpointer data)
{
  Window *window = data;

  g_clear_pointer (&window->maintenance, tocsin_maintenance_free);
  g_free (window->team_id);
  g_free (window);
}

/* A record that can't be read is of a newer version, and is not ours to judge. */
static Window *
read_window (const TocsinPgRows *rows, guint i)
{
  g_autoptr (JsonObject) json =
      tocsin_json_parse_object (tocsin_pg_rows_get_text (rows, i, 1), WINDOW_BYTES, NULL);
  g_autoptr (TocsinMaintenance) maintenance = tocsin_maintenance_new ();
  Window *window;

  if (json == NULL || !tocsin_fields_from_json (&tocsin_maintenance_fields, maintenance, json,
                                                TOCSIN_FIELDS_PLAIN, NULL))
    return NULL;
  window = g_new0 (Window, 1);
  window->team_id = g_strdup (tocsin_pg_rows_get_text (rows, i, 0));
  window->maintenance = g_steal_pointer (&maintenance);
  return window;
}

/* Those that are on now. */
static GPtrArray *
load_windows (TocsinPg *pg, gint64 now_us, GError **error)
{
  g_autoptr (GPtrArray) windows = g_ptr_array_new_with_free_func (free_window);
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error, "SELECT team_id, body FROM records WHERE type = 'maintenance' AND deleted_at = 0");

  for (guint i = 0; rows != NULL && i < tocsin_pg_rows_get_n (rows); i++) {
    Window *window = read_window (rows, i);

    if (window == NULL)
      continue;
    if (tocsin_maintenance_is_active_at (window->maintenance, now_us, NULL))
      g_ptr_array_add (windows, window);
    else
      free_window (window);
  }
  return rows != NULL ? g_steal_pointer (&windows) : NULL;
}

static gboolean
is_covered (const GPtrArray *windows, const char *team_id, const char *monitor_id, char **tags)
{
  for (guint i = 0; i < windows->len; i++) {
    const Window *window = g_ptr_array_index (windows, i);

    if (strcmp (window->team_id, team_id) == 0 &&
        tocsin_maintenance_covers (window->maintenance, monitor_id, tags))
      return TRUE;
  }
  return FALSE;
}

#define TAGS_OF_RECORD                                                                 \
  "ARRAY (SELECT jsonb_array_elements_text (CASE WHEN jsonb_typeof (r.body -> 'tags')" \
  " = 'array' THEN r.body -> 'tags' ELSE '[]' END))"

/* Monitors of teams where something is on, and those that are covered, and their tags. */
static TocsinPgRows *
list_candidates (TocsinPg *pg, const GPtrArray *windows, GError **error)
{
  g_auto (TocsinPgColumn) teams;

  tocsin_pg_column_init (&teams);
  for (guint i = 0; i < windows->len; i++)
    tocsin_pg_column_add_text (&teams, ((Window *) windows->pdata[i])->team_id);
  return tocsin_pg_query (pg, error,
                          "SELECT v.team_id, v.monitor_id, v.in_maintenance, " TAGS_OF_RECORD
                          " FROM verdicts v"
                          " JOIN records r ON r.team_id = v.team_id AND r.id = v.monitor_id"
                          " WHERE v.in_maintenance OR v.team_id = ANY ($1::uuid[])",
                          PG_TEXT (tocsin_pg_column_get (&teams)));
}

static TocsinPgRows *
lock_changed (TocsinPg *pg, const GPtrArray *windows, const TocsinPgRows *candidates,
              GError **error)
{
  g_auto (TocsinPgColumn) teams, monitors;

  tocsin_pg_column_init (&teams);
  tocsin_pg_column_init (&monitors);
  for (guint i = 0; i < tocsin_pg_rows_get_n (candidates); i++) {
    const char *team_id = tocsin_pg_rows_get_text (candidates, i, 0);
    const char *monitor_id = tocsin_pg_rows_get_text (candidates, i, 1);
    g_auto (GStrv) tags = tocsin_pg_rows_get_array (candidates, i, 3);

    if (is_covered (windows, team_id, monitor_id, tags) ==
        tocsin_pg_rows_get_bool (candidates, i, 2))
      continue;
    tocsin_pg_column_add_text (&teams, team_id);
    tocsin_pg_column_add_text (&monitors, monitor_id);
  }
  return tocsin_pg_query (
      pg, error,
      "SELECT " TOCSIN_PROBED_ROW_COLUMNS ", " TAGS_OF_RECORD
      " FROM unnest ($1::uuid[], $2::uuid[])"
      " AS i (team_id, monitor_id) JOIN verdicts v USING (team_id, monitor_id)"
      " JOIN records r ON r.team_id = v.team_id AND r.id = v.monitor_id"
      " ORDER BY v.team_id, v.monitor_id LIMIT 1000 FOR NO KEY UPDATE OF v SKIP LOCKED",
      PG_TEXT (tocsin_pg_column_get (&teams)), PG_TEXT (tocsin_pg_column_get (&monitors)));
}

/* Somebody else may have been faster, between looking and locking. */
static gboolean
follow_windows (TocsinPg *pg, const Round *round, TocsinProbedRow *row, const GPtrArray *windows,
                char **tags, GError **error)
{
  gboolean covered = is_covered (windows, row->stored.team_id, row->monitor_id, tags);
  const TocsinJudgeEvent event = { .kind = covered ? TOCSIN_JUDGE_MAINTENANCE_BEGINS
                                                   : TOCSIN_JUDGE_MAINTENANCE_ENDS };

  if (row->in_maintenance == covered)
    return TRUE;
  row->in_maintenance = covered;
  return step (pg, round, row, &event, error);
}

static gboolean
run_maintenance (TocsinPg *pg, gpointer data, GError **error)
{
  Round *round = data;
  g_autoptr (GPtrArray) windows = load_windows (pg, round->now_us, error);
  g_autoptr (TocsinPgRows) candidates =
      windows != NULL ? list_candidates (pg, windows, error) : NULL;
  g_autoptr (TocsinPgRows) rows =
      candidates != NULL ? lock_changed (pg, windows, candidates, error) : NULL;
  g_autoptr (GPtrArray) changed =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_probed_row_free);

  if (rows == NULL)
    return FALSE;
  round->n = tocsin_pg_rows_get_n (rows);
  for (guint i = 0; i < round->n; i++) {
    TocsinProbedRow *row = tocsin_probed_row_read (rows, i, error);
    g_auto (GStrv) tags = tocsin_pg_rows_get_array (rows, i, TOCSIN_PROBED_ROW_WIDTH);

    if (row == NULL)
      return FALSE;
    g_ptr_array_add (changed, row);
    if (!follow_windows (pg, round, row, windows, tags, error))
      return FALSE;
  }
  return tocsin_probed_rows_save (pg, changed, round->now_us, error);
}

gboolean
tocsin_maintenance_run (TocsinPg *pg, TocsinMonitorCache *cache, gint64 now_us, guint *n,
                        GError **error)
{
  Round round = { cache, now_us, 0 };

  if (!tocsin_pg_work_run (pg, TOCSIN_WORK_WRITE, run_maintenance, &round, error))
    return FALSE;
  *n = round.n;
  return TRUE;
}
