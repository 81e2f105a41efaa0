/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "uptime-rows"

#include "config.h"

#include "state-time.h"
#include "state.h"
#include "timetext.h"
#include "uptime-rows.h"

/* What is known of each monitor, by its place among those that were asked for. */
typedef struct {
  guint before;
  GArray *changes; /* (owned) of TocsinStateChange */
  GArray *outages; /* (owned) of TocsinOutage */
} Story;

static void
clear_story (gpointer data)
{
  Story *story = data;

  g_array_unref (story->changes);
  g_array_unref (story->outages);
}

static GArray *
stories_new (guint n)
{
  GArray *stories = g_array_sized_new (FALSE, TRUE, sizeof (Story), n);

  g_array_set_clear_func (stories, clear_story);
  for (guint i = 0; i < n; i++) {
    const Story story = { TOCSIN_STATE_UNKNOWN,
                          g_array_new (FALSE, FALSE, sizeof (TocsinStateChange)),
                          g_array_new (FALSE, FALSE, sizeof (TocsinOutage)) };

    g_array_append_val (stories, story);
  }
  return stories;
}

static Story *
get_story (GArray *stories, const TocsinPgRows *rows, guint row)
{
  return &g_array_index (stories, Story, (guint) tocsin_pg_rows_get_int (rows, row, 0));
}

static gboolean
read_before (TocsinPg *pg, const char *team_id, const char *ids, gint64 from_us, GArray *stories,
             GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT i.place - 1, coalesce ((SELECT new_state FROM flips f WHERE f.team_id = $1::uuid"
      "  AND f.monitor_id = i.id AND f.at <= $3 ORDER BY f.at DESC, f.id DESC LIMIT 1),"
      " (SELECT old_state FROM flips f WHERE f.team_id = $1::uuid AND f.monitor_id = i.id"
      "  AND f.at > $3 ORDER BY f.at, f.id LIMIT 1), v.state, h.state, 'unknown')"
      " FROM unnest ($2::uuid[]) WITH ORDINALITY AS i (id, place)"
      " LEFT JOIN verdicts v ON v.team_id = $1::uuid AND v.monitor_id = i.id"
      " LEFT JOIN heartbeats h ON h.team_id = $1::uuid AND h.monitor_id = i.id",
      PG_TEXT (team_id), PG_TEXT (ids), PG_INT (from_us));

  for (guint i = 0; rows != NULL && i < tocsin_pg_rows_get_n (rows); i++)
    if (!tocsin_words_find (&tocsin_state_words, tocsin_pg_rows_get_text (rows, i, 1),
                            &get_story (stories, rows, i)->before, error))
      return FALSE;
  return rows != NULL;
}

static gboolean
read_changes (TocsinPg *pg, const char *team_id, const char *ids, gint64 from_us, gint64 to_us,
              GArray *stories, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT i.place - 1, f.at, f.new_state"
      " FROM unnest ($2::uuid[]) WITH ORDINALITY AS i (id, place)"
      " JOIN flips f ON f.team_id = $1::uuid AND f.monitor_id = i.id AND f.at > $3 AND f.at < $4"
      " ORDER BY i.place, f.at, f.id",
      PG_TEXT (team_id), PG_TEXT (ids), PG_INT (from_us), PG_INT (to_us));

  for (guint i = 0; rows != NULL && i < tocsin_pg_rows_get_n (rows); i++) {
    TocsinStateChange change = { .at_us = tocsin_pg_rows_get_int (rows, i, 1) };

    if (!tocsin_words_find (&tocsin_state_words, tocsin_pg_rows_get_text (rows, i, 2),
                            &change.state, error))
      return FALSE;
    g_array_append_val (get_story (stories, rows, i)->changes, change);
  }
  return rows != NULL;
}

static gboolean
read_outages (TocsinPg *pg, const char *team_id, const char *ids, gint64 from_us, gint64 to_us,
              GArray *stories, GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT i.place - 1, d.began_at, d.ended_at"
      " FROM unnest ($2::uuid[]) WITH ORDINALITY AS i (id, place)"
      " JOIN incidents d ON d.team_id = $1::uuid AND d.monitor_id = i.id AND d.began_at < $4"
      " AND (d.ended_at = 0 OR d.ended_at > $3) ORDER BY i.place, d.began_at, d.id",
      PG_TEXT (team_id), PG_TEXT (ids), PG_INT (from_us), PG_INT (to_us));

  for (guint i = 0; rows != NULL && i < tocsin_pg_rows_get_n (rows); i++) {
    const TocsinOutage outage = { tocsin_pg_rows_get_int (rows, i, 1),
                                  tocsin_pg_rows_get_int (rows, i, 2) };

    g_array_append_val (get_story (stories, rows, i)->outages, outage);
  }
  return rows != NULL;
}

static gboolean
read_stories (TocsinPg *pg, const char *team_id, const char *const *monitor_ids, gint64 from_us,
              gint64 to_us, GArray *stories, GError **error)
{
  g_autofree char *ids = tocsin_pg_array (monitor_ids);

  return read_before (pg, team_id, ids, from_us, stories, error) &&
         read_changes (pg, team_id, ids, from_us, to_us, stories, error) &&
         read_outages (pg, team_id, ids, from_us, to_us, stories, error);
}

static void
count_story (const Story *story, gint64 from_us, gint64 to_us, TocsinUptime *uptime)
{
  const TocsinStateChange *changes = (TocsinStateChange *) (gpointer) story->changes->data;
  guint first = 0, state = story->before;

  for (; first < story->changes->len && changes[first].at_us <= from_us; first++)
    state = changes[first].state;
  tocsin_state_time_count (uptime, state, changes + first, story->changes->len - first,
                           (TocsinOutage *) (gpointer) story->outages->data, story->outages->len,
                           from_us, to_us);
}

gboolean
tocsin_uptime_rows_read_parts (TocsinPg *pg, const char *team_id, const char *monitor_id,
                               gint64 from_us, gint64 to_us, guint n, const gint64 *begins,
                               TocsinUptime *uptimes, GError **error)
{
  const char *const ids[] = { monitor_id, NULL };
  g_autoptr (GArray) stories = stories_new (1);

  g_return_val_if_fail (pg != NULL && begins != NULL && uptimes != NULL, FALSE);

  if (!read_stories (pg, team_id, ids, from_us, to_us, stories, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    count_story (&g_array_index (stories, Story, 0), begins[i], i + 1 < n ? begins[i + 1] : to_us,
                 &uptimes[i]);
  return TRUE;
}

gboolean
tocsin_uptime_rows_read (TocsinPg *pg, const char *team_id, const char *const *monitor_ids, guint n,
                         gint64 from_us, gint64 to_us, TocsinUptime *uptimes, GError **error)
{
  g_autoptr (GArray) stories = stories_new (n);

  g_return_val_if_fail (pg != NULL && team_id != NULL && monitor_ids != NULL, FALSE);

  if (n == 0 || from_us >= to_us)
    return TRUE;
  if (!read_stories (pg, team_id, monitor_ids, from_us, to_us, stories, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    count_story (&g_array_index (stories, Story, i), from_us, to_us, &uptimes[i]);
  return TRUE;
}

static gboolean
read_days (TocsinPg *pg, const char *team_id, const char *const *monitor_ids, gint64 from_us,
           gint64 to_us, TocsinUptime *uptimes, GError **error)
{
  g_autofree char *ids = tocsin_pg_array (monitor_ids);
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT i.place - 1, sum (d.up_us)::bigint, sum (d.down_us)::bigint, count (*)"
      " FROM unnest ($2::uuid[]) WITH ORDINALITY AS i (id, place)"
      " JOIN days d ON d.team_id = $1::uuid AND d.monitor_id = i.id AND d.at >= $3 AND d.at < $4"
      " AND d.closed GROUP BY i.place",
      PG_TEXT (team_id), PG_TEXT (ids), PG_INT (from_us), PG_INT (to_us));

  for (guint i = 0; rows != NULL && i < tocsin_pg_rows_get_n (rows); i++) {
    TocsinUptime *uptime = &uptimes[tocsin_pg_rows_get_int (rows, i, 0)];
    gint64 up_us = tocsin_pg_rows_get_int (rows, i, 1);
    gint64 down_us = tocsin_pg_rows_get_int (rows, i, 2);

    tocsin_uptime_add (uptime, TOCSIN_COUNTS_UP, up_us);
    tocsin_uptime_add (uptime, TOCSIN_COUNTS_DOWN, down_us);
    tocsin_uptime_add (uptime, TOCSIN_COUNTS_NOT,
                       tocsin_pg_rows_get_int (rows, i, 3) * TOCSIN_US_PER_DAY - up_us - down_us);
  }
  return rows != NULL;
}

gboolean
tocsin_uptime_rows_read_long (TocsinPg *pg, const char *team_id, const char *const *monitor_ids,
                              guint n, gint64 from_us, gint64 to_us, gint64 flips_from_us,
                              TocsinUptime *uptimes, GError **error)
{
  gint64 border_us = tocsin_time_floor (flips_from_us, TOCSIN_US_PER_DAY) + TOCSIN_US_PER_DAY;

  if (n > 0 && from_us < border_us &&
      !read_days (pg, team_id, monitor_ids, from_us, MIN (border_us, to_us), uptimes, error))
    return FALSE;
  return tocsin_uptime_rows_read (pg, team_id, monitor_ids, n, MAX (from_us, border_us), to_us,
                                  uptimes, error);
}
