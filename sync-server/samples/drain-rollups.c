/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "drain-rollups"

#include "config.h"

#include <string.h>

#include "drain-private.h"
#include "pg-columns.h"
#include "rollup.h"
#include "timetext.h"

/* Hours and days are kept the same way: what the drain adds to each monitor's, which is then merged
 * into what is there. Whoever changes a monitor's has locked its row of `verdicts`. */

typedef struct {
  guint monitor; /* slot */
  TocsinRollup rollup;
} Part;

static void
clear_part (gpointer data)
{
  tocsin_rollup_clear (&((Part *) data)->rollup);
}

/* The samples are sorted by time, so a part ends where the next begins. */
static GArray *
gather (const TocsinDrain *drain, gint64 span_us)
{
  GArray *parts = g_array_new (FALSE, FALSE, sizeof (Part));

  g_array_set_clear_func (parts, clear_part);
  for (guint slot = 0; slot < drain->monitors->len; slot++) {
    const TocsinDrainMonitor *monitor = &g_array_index (drain->monitors, TocsinDrainMonitor, slot);
    Part *part = NULL;

    for (guint i = 0; monitor->row != NULL && i < monitor->n_samples; i++) {
      const TocsinPoint *point = &monitor->samples[i].point;

      if (part == NULL || !tocsin_rollup_holds (&part->rollup, point->at_us)) {
        g_array_set_size (parts, parts->len + 1);
        part = &g_array_index (parts, Part, parts->len - 1);
        part->monitor = slot;
        tocsin_rollup_init (&part->rollup, point->at_us, span_us);
      }
      tocsin_rollup_add (&part->rollup, point);
    }
  }
  return parts;
}

typedef struct {
  TocsinPgColumn teams, monitors, times, rollups;
} Columns;

static void
clear_columns (Columns *columns)
{
  tocsin_pg_column_clear (&columns->teams);
  tocsin_pg_column_clear (&columns->monitors);
  tocsin_pg_column_clear (&columns->times);
  tocsin_pg_column_clear (&columns->rollups);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Columns, clear_columns)

static void
init_columns (Columns *columns, const TocsinDrain *drain, const GArray *parts)
{
  tocsin_pg_column_init (&columns->teams);
  tocsin_pg_column_init (&columns->monitors);
  tocsin_pg_column_init (&columns->times);
  tocsin_pg_column_init (&columns->rollups);
  for (guint i = 0; i < parts->len; i++) {
    const Part *part = &g_array_index (parts, Part, i);
    const TocsinDrainMonitor *monitor =
        &g_array_index (drain->monitors, TocsinDrainMonitor, part->monitor);

    tocsin_pg_column_add_text (&columns->teams, monitor->team_id);
    tocsin_pg_column_add_text (&columns->monitors, monitor->monitor_id);
    tocsin_pg_column_add_int (&columns->times, part->rollup.at_us);
  }
}

#define KEYS(columns)                                        \
  PG_TEXT (tocsin_pg_column_get (&(columns)->teams)),        \
      PG_TEXT (tocsin_pg_column_get (&(columns)->monitors)), \
      PG_TEXT (tocsin_pg_column_get (&(columns)->times))

/* `*rows`: the place of a part and what is there of it already. */
typedef TocsinPgRows *(*Reader) (TocsinPg *pg, Columns *columns, GError **error);

static TocsinPgRows *
read_hours (TocsinPg *pg, Columns *columns, GError **error)
{
  return tocsin_pg_query (pg, error,
                          "SELECT i.place - 1, h.rollup"
                          " FROM unnest ($1::uuid[], $2::uuid[], $3::bigint[])"
                          " WITH ORDINALITY AS i (team_id, monitor_id, at, place)"
                          " JOIN hours h ON h.team_id = i.team_id AND h.monitor_id = i.monitor_id"
                          " AND h.at = i.at",
                          KEYS (columns));
}

static TocsinPgRows *
read_days (TocsinPg *pg, Columns *columns, GError **error)
{
  return tocsin_pg_query (pg, error,
                          "SELECT i.place - 1, d.rollup"
                          " FROM unnest ($1::uuid[], $2::uuid[], $3::bigint[])"
                          " WITH ORDINALITY AS i (team_id, monitor_id, at, place)"
                          " JOIN days d ON d.team_id = i.team_id AND d.monitor_id = i.monitor_id"
                          " AND d.at = i.at WHERE d.rollup IS NOT NULL",
                          KEYS (columns));
}

typedef gboolean (*Writer) (TocsinPg *pg, Columns *columns, GError **error);

static gboolean
write_hours (TocsinPg *pg, Columns *columns, GError **error)
{
  return tocsin_pg_run (
      pg, error, NULL,
      "INSERT INTO hours (team_id, monitor_id, at, rollup)"
      " SELECT * FROM unnest ($1::uuid[], $2::uuid[], $3::bigint[], $4::bytea[])"
      " ON CONFLICT (team_id, monitor_id, at) DO UPDATE SET rollup = excluded.rollup",
      KEYS (columns), PG_TEXT (tocsin_pg_column_get (&columns->rollups)));
}

static gboolean
write_days (TocsinPg *pg, Columns *columns, GError **error)
{
  return tocsin_pg_run (
      pg, error, NULL,
      "INSERT INTO days (team_id, monitor_id, at, rollup)"
      " SELECT * FROM unnest ($1::uuid[], $2::uuid[], $3::bigint[], $4::bytea[])"
      " ON CONFLICT (team_id, monitor_id, at) DO UPDATE SET rollup = excluded.rollup",
      KEYS (columns), PG_TEXT (tocsin_pg_column_get (&columns->rollups)));
}

static gboolean
merge (GArray *parts, const TocsinPgRows *rows, GError **error)
{
  for (guint i = 0; i < tocsin_pg_rows_get_n (rows); i++) {
    Part *part = &g_array_index (parts, Part, (guint) tocsin_pg_rows_get_int (rows, i, 0));
    g_autoptr (GBytes) blob = tocsin_pg_rows_get_bytes (rows, i, 1);
    g_auto (TocsinRollup) stored = { 0 };

    if (!tocsin_rollup_decode (&stored, part->rollup.at_us, part->rollup.span_us,
                               g_bytes_get_data (blob, NULL), g_bytes_get_size (blob), error))
      return FALSE;
    tocsin_rollup_merge (&part->rollup, &stored);
  }
  return TRUE;
}

static gboolean
bring_up_to_date (TocsinPg *pg, const TocsinDrain *drain, gint64 span_us, Reader read, Writer write,
                  GError **error)
{
  g_autoptr (GArray) parts = gather (drain, span_us);
  g_auto (Columns) keys, columns;
  g_autoptr (TocsinPgRows) rows = NULL;

  init_columns (&keys, drain, parts);
  init_columns (&columns, drain, parts);
  rows = read (pg, &keys, error);
  if (rows == NULL || !merge (parts, rows, error))
    return FALSE;
  for (guint i = 0; i < parts->len; i++) {
    g_autoptr (GBytes) blob = tocsin_rollup_encode (&g_array_index (parts, Part, i).rollup);

    tocsin_pg_column_add_bytes (&columns.rollups, blob);
  }
  return write (pg, &columns, error);
}

gboolean
tocsin_drain_write_rollups (TocsinPg *pg, const TocsinDrain *drain, GError **error)
{
  return bring_up_to_date (pg, drain, TOCSIN_US_PER_HOUR, read_hours, write_hours, error) &&
         bring_up_to_date (pg, drain, TOCSIN_US_PER_DAY, read_days, write_days, error);
}
