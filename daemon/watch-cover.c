/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "watch-cover"

#include "config.h"

#include "maintenance-windows.h"
#include "timetext.h"
#include "watch-private.h"

/* What covers a monitor's health without being a sample: maintenance windows and the monitors that
 * it is behind. Each becomes an event of the judge. */

/* However far off the next change is, the wall clock is looked at this often, since it can be
 * set. */
#define LOOK_AGAIN_US TOCSIN_US_PER_MIN

static gboolean
is_covered (TocsinWatch *self, TocsinWatched *watched, GPtrArray *active)
{
  for (guint i = 0; i < active->len; i++) {
    const TocsinMaintenance *window = active->pdata[i];

    if (g_strcmp0 (window->team, watched->monitor->team) == 0 &&
        tocsin_maintenance_covers (window, watched->monitor->id, watched->monitor->tags))
      return TRUE;
  }
  return FALSE;
}

static GPtrArray *
find_active (TocsinWatch *self, gint64 now_us)
{
  GPtrArray *active = g_ptr_array_new ();

  for (guint i = 0; i < self->maintenance->len; i++) {
    gint64 ends_at;

    if (tocsin_maintenance_is_active_at (self->maintenance->pdata[i], now_us, &ends_at))
      g_ptr_array_add (active, self->maintenance->pdata[i]);
  }
  return active;
}

static void
set_in_maintenance (TocsinWatch *self, TocsinWatched *watched, gboolean covered, gint64 now_us)
{
  TocsinJudgeEvent event = { .kind = covered ? TOCSIN_JUDGE_MAINTENANCE_BEGINS
                                             : TOCSIN_JUDGE_MAINTENANCE_ENDS };

  if (watched->in_maintenance == covered)
    return;
  watched->in_maintenance = covered;
  tocsin_watch_judge (self, watched, &event, now_us);
}

static gboolean
look_cb (gpointer user_data)
{
  TocsinWatch *self = user_data;

  self->maintenance_id = 0;
  tocsin_watch_look_at_maintenance (self);
  return G_SOURCE_REMOVE;
}

static void
arm_look (TocsinWatch *self, gint64 now_us)
{
  gint64 next_us = now_us + LOOK_AGAIN_US;

  g_clear_handle_id (&self->maintenance_id, g_source_remove);
  if (self->maintenance->len == 0)
    return;
  for (guint i = 0; i < self->maintenance->len; i++) {
    gint64 change_us = tocsin_maintenance_next_change (self->maintenance->pdata[i], now_us);

    if (change_us > 0)
      next_us = MIN (next_us, change_us);
  }
  self->maintenance_id =
      g_timeout_add ((guint) (MAX (next_us - now_us, 0) / TOCSIN_US_PER_MS + 1), look_cb, self);
}

void
tocsin_watch_look_at_maintenance_of (TocsinWatch *self, TocsinWatched *watched, gint64 now_us)
{
  g_autoptr (GPtrArray) active = find_active (self, now_us);

  set_in_maintenance (self, watched, is_covered (self, watched, active), now_us);
}

void
tocsin_watch_look_at_maintenance (TocsinWatch *self)
{
  gint64 now_us = g_get_real_time ();
  g_autoptr (GPtrArray) active = find_active (self, now_us);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    set_in_maintenance (self, value, is_covered (self, value, active), now_us);
  arm_look (self, now_us);
}

/* --- dependencies --- */

static gboolean
is_failing (const TocsinWatched *watched)
{
  TocsinState state = tocsin_watched_get_state (watched);

  return state == TOCSIN_STATE_DOWN || state == TOCSIN_STATE_CONFIRMING;
}

/* The first monitor that this one is behind and that is down. While a child's own failure is being
 * believed, one that is failing but not yet confirmed counts too: the router was perhaps only asked
 * later than what is behind it. */
static TocsinWatched *
find_failing_parent (TocsinWatch *self, const TocsinWatched *watched, gboolean suspects_too)
{
  char **ids = watched->monitor->depends_on;

  for (guint i = 0; ids != NULL && ids[i] != NULL; i++) {
    TocsinWatched *parent = g_hash_table_lookup (self->by_id, ids[i]);

    if (parent == NULL)
      continue;
    if (tocsin_watched_get_state (parent) == TOCSIN_STATE_DOWN || parent->parent_is_down ||
        (suspects_too && is_failing (parent)))
      return parent;
  }
  return NULL;
}

static void
set_parent (TocsinWatch *self, TocsinWatched *watched, TocsinWatched *parent, gint64 now_us)
{
  TocsinJudgeEvent event = { .kind =
                                 parent != NULL ? TOCSIN_JUDGE_PARENT_DOWN : TOCSIN_JUDGE_PARENT_UP,
                             .text = parent != NULL ? parent->monitor->name : NULL };

  if (watched->parent_is_down == (parent != NULL))
    return;
  watched->parent_is_down = parent != NULL;
  tocsin_watch_judge (self, watched, &event, now_us);
}

void
tocsin_watch_look_at_parents (TocsinWatch *self, TocsinWatched *watched, gint64 now_us)
{
  gboolean failing = watched->last != NULL && watched->last->outcome == TOCSIN_OUTCOME_FAILED;

  if (watched->monitor->depends_on != NULL)
    set_parent (self, watched, find_failing_parent (self, watched, failing), now_us);
}

void
tocsin_watch_look_at_children (TocsinWatch *self, TocsinWatched *parent, gint64 now_us)
{
  GHashTableIter iter;
  gpointer value;

  if (self->n_dependants == 0)
    return;
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    TocsinWatched *child = value;

    if (child->monitor->depends_on != NULL && child != parent &&
        g_strv_contains ((const char *const *) child->monitor->depends_on, parent->monitor->id))
      tocsin_watch_look_at_parents (self, child, now_us);
  }
}

/* Asks a child's parents at once, so that by the time its failure is confirmed we know better. */
void
tocsin_watch_ask_parents (TocsinWatch *self, TocsinWatched *watched)
{
  char **ids = watched->monitor->depends_on;

  for (guint i = 0; ids != NULL && ids[i] != NULL; i++) {
    TocsinWatched *parent = g_hash_table_lookup (self->by_id, ids[i]);

    if (parent != NULL && parent->beat != NULL && parent->job == NULL && !is_failing (parent))
      tocsin_beat_set_retry (parent->beat, g_get_monotonic_time ());
  }
}
