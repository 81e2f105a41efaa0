/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "watch-lookup"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "timetext.h"
#include "watch-private.h"

/* What is asked of the watch and answered at once, from memory. */

#define CANDIDATES_SHOWN 5

static char *
describe_candidates (GPtrArray *found)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < found->len && i < CANDIDATES_SHOWN; i++) {
    TocsinWatched *watched = found->pdata[i];

    g_string_append_printf (list, "%s%s (%s)", i > 0 ? ", " : "", watched->monitor->name,
                            watched->monitor->id);
  }
  if (found->len > CANDIDATES_SHOWN)
    g_string_append_printf (list, " and %u more", found->len - CANDIDATES_SHOWN);
  return g_string_free (g_steal_pointer (&list), FALSE);
}

char *
tocsin_watch_resolve (TocsinWatch *self, const char *text, GError **error)
{
  g_autoptr (GPtrArray) by_name = g_ptr_array_new ();
  g_autoptr (GPtrArray) by_prefix = g_ptr_array_new ();
  g_autofree char *candidates = NULL;
  GPtrArray *found;
  GHashTableIter iter;
  gpointer value;

  g_return_val_if_fail (TOCSIN_IS_WATCH (self), NULL);
  g_return_val_if_fail (text != NULL, NULL);

  if (g_hash_table_contains (self->by_id, text))
    return g_strdup (text);
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    TocsinWatched *watched = value;

    if (g_strcmp0 (watched->monitor->name, text) == 0)
      g_ptr_array_add (by_name, watched);
    if (*text != '\0' && g_str_has_prefix (watched->monitor->id, text))
      g_ptr_array_add (by_prefix, watched);
  }
  found = by_name->len > 0 ? by_name : by_prefix;
  if (found->len == 1)
    return g_strdup (((TocsinWatched *) found->pdata[0])->monitor->id);
  if (found->len == 0) {
    tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND,
                 "“%s”: no monitor has this id, a prefix of it, or this name", text);
    return NULL;
  }
  candidates = describe_candidates (found);
  tocsin_fail (error, TOCSIN_ERROR_AMBIGUOUS, "“%s” is any of %u monitors: %s", text, found->len,
               candidates);
  return NULL;
}

static int
compare_statuses (gconstpointer a, gconstpointer b)
{
  const TocsinStatus *first = *(const TocsinStatus *const *) a;
  const TocsinStatus *second = *(const TocsinStatus *const *) b;
  guint rank_a = tocsin_state_rank (first->state), rank_b = tocsin_state_rank (second->state);
  int order;

  if (rank_a != rank_b)
    return rank_a < rank_b ? -1 : 1;
  order = g_utf8_collate (first->name, second->name);
  return order != 0 ? order : strcmp (first->id, second->id);
}

GPtrArray *
tocsin_watch_list (TocsinWatch *self)
{
  g_autoptr (GPtrArray) list = NULL;
  GHashTableIter iter;
  gpointer value;

  g_return_val_if_fail (TOCSIN_IS_WATCH (self), NULL);

  list =
      g_ptr_array_new_full (g_hash_table_size (self->by_id), (GDestroyNotify) tocsin_status_free);
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (list, tocsin_watched_get_status (value, self->ping_base, g_get_real_time ()));
  g_ptr_array_sort (list, compare_statuses);
  return g_steal_pointer (&list);
}

GPtrArray *
tocsin_watch_list_problems (TocsinWatch *self)
{
  g_autoptr (GPtrArray) list = NULL;
  GHashTableIter iter;
  gpointer value;

  g_return_val_if_fail (TOCSIN_IS_WATCH (self), NULL);

  list = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_status_free);
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    TocsinState state = tocsin_watched_get_state (value);

    if (state == TOCSIN_STATE_DOWN || state == TOCSIN_STATE_DEGRADED)
      g_ptr_array_add (list,
                       tocsin_watched_get_status (value, self->ping_base, g_get_real_time ()));
  }
  g_ptr_array_sort (list, compare_statuses);
  return g_steal_pointer (&list);
}

gboolean
tocsin_watch_get_state (TocsinWatch *self, const char *id, TocsinState *state)
{
  const TocsinWatched *watched;

  g_return_val_if_fail (TOCSIN_IS_WATCH (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (state != NULL, FALSE);

  watched = g_hash_table_lookup (self->by_id, id);
  if (watched != NULL)
    *state = tocsin_watched_get_state (watched);
  return watched != NULL;
}

TocsinStatus *
tocsin_watch_get_status (TocsinWatch *self, const char *id)
{
  TocsinWatched *watched;

  g_return_val_if_fail (TOCSIN_IS_WATCH (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  watched = g_hash_table_lookup (self->by_id, id);
  return watched != NULL ? tocsin_watched_get_status (watched, self->ping_base, g_get_real_time ())
                         : NULL;
}

TocsinMonitor *
tocsin_watch_get_monitor (TocsinWatch *self, const char *id)
{
  TocsinWatched *watched;

  g_return_val_if_fail (TOCSIN_IS_WATCH (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  watched = g_hash_table_lookup (self->by_id, id);
  return watched != NULL ? watched->monitor : NULL;
}

const TocsinSample *
tocsin_watch_get_last_sample (TocsinWatch *self, const char *id)
{
  TocsinWatched *watched;

  g_return_val_if_fail (TOCSIN_IS_WATCH (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  watched = g_hash_table_lookup (self->by_id, id);
  return watched != NULL ? tocsin_watched_get_last (watched) : NULL;
}

GPtrArray *
tocsin_watch_get_monitors (TocsinWatch *self)
{
  g_autoptr (GPtrArray) monitors = NULL;
  GHashTableIter iter;
  gpointer value;

  g_return_val_if_fail (TOCSIN_IS_WATCH (self), NULL);

  monitors = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_monitor_unref);
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (monitors, tocsin_monitor_ref (((TocsinWatched *) value)->monitor));
  return g_steal_pointer (&monitors);
}

void
tocsin_summary_clear (TocsinSummary *summary)
{
  g_clear_pointer (&summary->problem, g_free);
}

void
tocsin_watch_get_summary (TocsinWatch *self, TocsinSummary *summary)
{
  GHashTableIter iter;
  gpointer value;

  g_return_if_fail (TOCSIN_IS_WATCH (self));
  g_return_if_fail (summary != NULL);

  *summary = (TocsinSummary){ .offline = self->offline,
                              .problem = g_strdup (tocsin_watch_get_problem (self)) };
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    TocsinWatched *watched = value;

    summary->n_monitors++;
    summary->n_by_state[tocsin_watched_get_state (watched)]++;
    summary->n_open_incidents += tocsin_watched_get_incident_id (watched) != NULL;
  }
}

gint64
tocsin_watch_get_hours (TocsinWatch *self, TocsinHour hours[TOCSIN_LEDGER_HOURS])
{
  gint64 now_us = g_get_real_time ();
  GHashTableIter iter;
  gpointer value;

  g_return_val_if_fail (TOCSIN_IS_WATCH (self) && hours != NULL, 0);

  memset (hours, 0, TOCSIN_LEDGER_HOURS * sizeof *hours);
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    TocsinWatched *watched = value;
    TocsinUptime own[TOCSIN_LEDGER_HOURS];

    if (watched->monitor->paused)
      continue;
    tocsin_ledger_get_hours (watched->ledger, now_us, own);
    for (guint i = 0; i < TOCSIN_LEDGER_HOURS; i++) {
      hours[i].time.up_us += own[i].up_us;
      hours[i].time.down_us += own[i].down_us;
      hours[i].time.uncounted_us += own[i].uncounted_us;
      hours[i].n_seen += own[i].up_us + own[i].down_us > 0;
      hours[i].n_down += own[i].down_us > 0;
    }
  }
  return tocsin_time_floor (now_us, TOCSIN_US_PER_HOUR) -
         (TOCSIN_LEDGER_HOURS - 1) * TOCSIN_US_PER_HOUR;
}

GPtrArray *
tocsin_watch_get_maintenance (TocsinWatch *self)
{
  g_autoptr (GPtrArray) list = NULL;

  g_return_val_if_fail (TOCSIN_IS_WATCH (self), NULL);

  list = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_maintenance_free);
  for (guint i = 0; i < self->maintenance->len; i++)
    g_ptr_array_add (list, tocsin_maintenance_copy (self->maintenance->pdata[i]));
  return g_steal_pointer (&list);
}
