/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "watch-teams"

#include "config.h"

#include "errors.h"
#include "watch-private.h"

/* --- teams --- */

static void
free_team (gpointer data)
{
  TocsinWatchTeam *team = data;

  g_free (team->id);
  g_free (team->name);
  g_free (team->ping_base);
  g_hash_table_unref (team->projects);
  g_free (team);
}

GHashTable *
tocsin_watch_make_teams (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_team);
}

TocsinWatchTeam *
tocsin_watch_find_team (TocsinWatch *self, const char *id)
{
  TocsinWatchTeam *team = id != NULL ? g_hash_table_lookup (self->teams, id) : NULL;

  if (id == NULL || team != NULL)
    return team;
  team = g_new0 (TocsinWatchTeam, 1);
  team->id = g_strdup (id);
  team->name = g_strdup (id);
  team->projects = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  team->away = TRUE;
  team->away_since = g_get_real_time ();
  g_hash_table_insert (self->teams, team->id, team);
  return team;
}

static void
replace_text (char **text, const char *with)
{
  g_free (*text);
  *text = g_strdup (with);
}

void
tocsin_watch_put_team (TocsinWatch *self, const char *id, const char *name, const char *ping_base)
{
  TocsinWatchTeam *team;

  g_return_if_fail (TOCSIN_IS_WATCH (self));
  g_return_if_fail (id != NULL && name != NULL);

  team = tocsin_watch_find_team (self, id);
  replace_text (&team->name, name);
  replace_text (&team->ping_base, ping_base);
}

void
tocsin_watch_put_project (TocsinWatch *self, const char *team, const char *id, const char *name)
{
  g_return_if_fail (TOCSIN_IS_WATCH (self));
  g_return_if_fail (team != NULL && id != NULL);

  if (name != NULL)
    g_hash_table_insert (tocsin_watch_find_team (self, team)->projects, g_strdup (id),
                         g_strdup (name));
  else
    g_hash_table_remove (tocsin_watch_find_team (self, team)->projects, id);
}

GHashTable *
tocsin_watch_get_projects (TocsinWatch *self, const char *team)
{
  g_return_val_if_fail (TOCSIN_IS_WATCH (self), NULL);
  g_return_val_if_fail (team != NULL, NULL);

  return tocsin_watch_find_team (self, team)->projects;
}

static char *
list_projects (const TocsinWatchTeam *team)
{
  g_autoptr (GList) names =
      g_list_sort (g_hash_table_get_values (team->projects), (GCompareFunc) g_utf8_collate);
  g_autoptr (GString) text = g_string_new (NULL);

  for (GList *link = names; link != NULL; link = link->next)
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", (const char *) link->data);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static const char *
find_project (const TocsinWatchTeam *team, const char *text)
{
  GHashTableIter iter;
  gpointer id, name;

  if (text == NULL && g_hash_table_size (team->projects) != 1)
    return NULL;
  g_hash_table_iter_init (&iter, team->projects);
  while (g_hash_table_iter_next (&iter, &id, &name))
    if (text == NULL || g_str_equal (text, id) || g_str_equal (text, name))
      return id;
  return NULL;
}

gboolean
tocsin_watch_complete_project (TocsinWatch *self, TocsinMonitor *monitor, GError **error)
{
  g_autofree char *there = NULL;
  const TocsinWatchTeam *team;
  const char *id;

  if (monitor->team == NULL)
    return TRUE;
  team = tocsin_watch_find_team (self, monitor->team);
  id = find_project (team, monitor->project);
  if (id != NULL) {
    char *old = monitor->project;

    monitor->project = g_strdup (id);
    g_free (old);
    return TRUE;
  }
  there = list_projects (team);
  return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                      "monitor “%s”: project: one of the team’s projects is wanted: %s",
                      monitor->name, *there != '\0' ? there : "there is none yet");
}

/* (transfer container) (element-type TocsinWatched) */
static GPtrArray *
list_of_team (TocsinWatch *self, const char *team)
{
  GPtrArray *list = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (g_strcmp0 (((TocsinWatched *) value)->monitor->team, team) == 0)
      g_ptr_array_add (list, value);
  return list;
}

void
tocsin_watch_set_team_away (TocsinWatch *self, const char *id, gboolean away)
{
  g_autoptr (GPtrArray) list = NULL;
  TocsinWatchTeam *team;

  g_return_if_fail (TOCSIN_IS_WATCH (self));
  g_return_if_fail (id != NULL);

  team = tocsin_watch_find_team (self, id);
  if (team->away == away)
    return;
  team->away = away;
  team->away_since = away ? g_get_real_time () : 0;
  list = list_of_team (self, id);
  for (guint i = 0; i < list->len; i++)
    tocsin_watch_emit_changed (self, list->pdata[i]);
}

/* Takes it over as this machine's own: from here on nobody else judges it. */
static void
keep_monitor (TocsinWatch *self, TocsinWatched *watched, TocsinStoreBatch *batch)
{
  TocsinMonitor *own = tocsin_monitor_copy (watched->monitor);

  g_clear_pointer (&own->team, g_free);
  watched->team = NULL;
  g_clear_pointer (&watched->remote, tocsin_remote_free);
  tocsin_store_batch_save_monitor (batch, own, watched->secrets_missing);
  tocsin_store_batch_save_remote (batch, own->id, NULL);
  if (own->kind == TOCSIN_MONITOR_HEARTBEAT) { /* its pings come here from now on */
    g_autoptr (TocsinWatched) old = tocsin_watch_take_out (self, own->id);

    tocsin_watch_put_in (self, tocsin_watched_new (own));
    return;
  }
  tocsin_watch_replace (self, watched, own, FALSE);
}

static void
drop_windows (TocsinWatch *self, const char *team, gboolean keep, TocsinStoreBatch *batch)
{
  for (guint i = self->maintenance->len; i > 0; i--) {
    TocsinMaintenance *window = self->maintenance->pdata[i - 1];

    if (g_strcmp0 (window->team, team) != 0)
      continue;
    if (keep) {
      g_clear_pointer (&window->team, g_free);
      tocsin_store_batch_save_maintenance (batch, window);
    } else {
      tocsin_store_batch_remove_maintenance (batch, window->id);
      g_ptr_array_remove_index (self->maintenance, i - 1);
    }
  }
  tocsin_watch_look_at_maintenance (self);
  g_signal_emit (self, tocsin_watch_signals[TOCSIN_WATCH_MAINTENANCE], 0);
}

void
tocsin_watch_drop_team (TocsinWatch *self, const char *id, gboolean keep, TocsinStoreBatch *batch)
{
  g_autoptr (GPtrArray) list = NULL;

  g_return_if_fail (TOCSIN_IS_WATCH (self));
  g_return_if_fail (id != NULL && batch != NULL);

  list = list_of_team (self, id);
  for (guint i = 0; i < list->len; i++) {
    TocsinWatched *watched = list->pdata[i];

    if (keep) {
      keep_monitor (self, watched, batch);
    } else {
      tocsin_store_batch_remove_monitor (batch, watched->monitor->id);
      tocsin_watch_drop_team_monitor (self, watched->monitor->id);
    }
  }
  drop_windows (self, id, keep, batch);
  g_hash_table_remove (self->teams, id);
}

/* --- what the server says --- */

void
tocsin_watch_put_team_monitor (TocsinWatch *self, TocsinMonitor *monitor)
{
  TocsinWatched *watched;

  g_return_if_fail (TOCSIN_IS_WATCH (self));
  g_return_if_fail (monitor != NULL && monitor->id != NULL && monitor->team != NULL);

  watched = g_hash_table_lookup (self->by_id, monitor->id);
  if (watched != NULL && watched->team != NULL) {
    tocsin_watch_replace (self, watched, monitor, TRUE);
    return;
  }
  if (watched != NULL) /* it was this machine's own: kept from the team's time, and now back */
    tocsin_watch_drop_team_monitor (self, monitor->id);
  tocsin_watch_put_in (self, tocsin_watched_new (monitor));
}

void
tocsin_watch_drop_team_monitor (TocsinWatch *self, const char *id)
{
  g_autoptr (TocsinWatched) watched = NULL;

  g_return_if_fail (TOCSIN_IS_WATCH (self));

  watched = tocsin_watch_take_out (self, id);
}

void
tocsin_watch_put_team_window (TocsinWatch *self, TocsinMaintenance *window)
{
  g_return_if_fail (TOCSIN_IS_WATCH (self));
  g_return_if_fail (window != NULL && window->team != NULL);

  tocsin_watch_put_window (self, window);
}

void
tocsin_watch_drop_team_window (TocsinWatch *self, const char *id)
{
  g_return_if_fail (TOCSIN_IS_WATCH (self));

  tocsin_watch_drop_window (self, id);
}

void
tocsin_watch_tell_team_incident (TocsinWatch *self, const char *id)
{
  g_return_if_fail (TOCSIN_IS_WATCH (self));

  g_signal_emit (self, tocsin_watch_signals[TOCSIN_WATCH_INCIDENT], 0, id);
}

/* What people hear when a state that they were told becomes another; those that are not listed are
 * not told, and what they were told stays. */
static gboolean
find_tell (guint told, guint state, TocsinTell *tell)
{
  static const struct {
    guint told, state;
    TocsinTell tell;
  } tells[] = {
    { TOCSIN_STATE_UP, TOCSIN_STATE_DOWN, TOCSIN_TELL_DOWN },
    { TOCSIN_STATE_DEGRADED, TOCSIN_STATE_DOWN, TOCSIN_TELL_DOWN },
    { TOCSIN_STATE_UP, TOCSIN_STATE_DEGRADED, TOCSIN_TELL_DEGRADED },
    { TOCSIN_STATE_DOWN, TOCSIN_STATE_UP, TOCSIN_TELL_UP },
    { TOCSIN_STATE_DEGRADED, TOCSIN_STATE_UP, TOCSIN_TELL_UP },
    { TOCSIN_STATE_DOWN, TOCSIN_STATE_DEGRADED, TOCSIN_TELL_DEGRADED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tells); i++)
    if (tells[i].told == told && tells[i].state == state) {
      *tell = tells[i].tell;
      return TRUE;
    }
  return FALSE;
}

const TocsinRemote *
tocsin_watch_put_remote (TocsinWatch *self, const char *id, TocsinRemote *remote,
                         const TocsinIncident *incident)
{
  g_autoptr (TocsinRemote) before = NULL;
  TocsinWatched *watched;
  gboolean settled;
  TocsinTell tell;

  g_return_val_if_fail (TOCSIN_IS_WATCH (self), NULL);
  g_return_val_if_fail (id != NULL && remote != NULL, NULL);

  watched = g_hash_table_lookup (self->by_id, id);
  if (watched == NULL || watched->team == NULL) {
    tocsin_remote_free (remote);
    return NULL;
  }
  before = watched->remote;
  watched->remote = remote;
  settled = remote->state == TOCSIN_STATE_UP || remote->state == TOCSIN_STATE_DOWN ||
            remote->state == TOCSIN_STATE_DEGRADED;
  remote->told = before != NULL ? before->told : TOCSIN_STATE_NEW;
  if (find_tell (remote->told, remote->state, &tell))
    tocsin_watch_tell_of (self, watched, tell, incident, g_get_real_time ());
  if (settled) /* how it stood when it was first heard of is no news */
    remote->told = remote->state;
  tocsin_watch_emit_changed (self, watched);
  return remote;
}

const TocsinRemote *
tocsin_watch_get_remote (TocsinWatch *self, const char *id)
{
  const TocsinWatched *watched;

  g_return_val_if_fail (TOCSIN_IS_WATCH (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  watched = g_hash_table_lookup (self->by_id, id);
  return watched != NULL ? watched->remote : NULL;
}

void
tocsin_watch_set_assigned (TocsinWatch *self, const char *team, GHashTable *ids)
{
  g_autoptr (GPtrArray) list = NULL;

  g_return_if_fail (TOCSIN_IS_WATCH (self));
  g_return_if_fail (team != NULL && ids != NULL);

  list = list_of_team (self, team);
  for (guint i = 0; i < list->len; i++) {
    TocsinWatched *watched = list->pdata[i];
    gboolean runs_here = g_hash_table_contains (ids, watched->monitor->id);

    if (watched->runs_here == runs_here)
      continue;
    watched->runs_here = runs_here;
    if (runs_here)
      tocsin_watch_start (self, watched, TOCSIN_START_NOW);
    else
      tocsin_watch_stop (self, watched);
    tocsin_watch_emit_changed (self, watched);
  }
}

guint
tocsin_watch_count_assigned (TocsinWatch *self, const char *team)
{
  g_autoptr (GPtrArray) list = NULL;
  guint n = 0;

  g_return_val_if_fail (TOCSIN_IS_WATCH (self), 0);

  list = list_of_team (self, team);
  for (guint i = 0; i < list->len; i++)
    n += ((const TocsinWatched *) list->pdata[i])->runs_here;
  return n;
}

void
tocsin_watch_tell_conflict (TocsinWatch *self, const char *id, const char *name, const char *member,
                            const char *author, const char *text)
{
  TocsinNotice *notice;

  g_return_if_fail (TOCSIN_IS_WATCH (self));

  notice = tocsin_notice_new (TOCSIN_NOTICE_CONFLICT, g_get_real_time ());
  notice->monitor_id = g_strdup (id);
  notice->monitor_name = g_strdup (name);
  notice->reason = g_strdup (member);
  notice->author = g_strdup (author);
  notice->text = g_strdup (text);
  tocsin_watch_tell (self, notice);
}

/* --- what the server is told --- */

void
tocsin_watch_set_team_funcs (TocsinWatch *self, const TocsinTeamFuncs *funcs, gpointer user_data)
{
  g_return_if_fail (TOCSIN_IS_WATCH (self));

  self->team_funcs = funcs;
  self->team_data = user_data;
}

gboolean
tocsin_watch_may_change (TocsinWatch *self, const TocsinTeamChange *change, GError **error)
{
  if (change->team == NULL)
    return TRUE;
  if (self->team_funcs != NULL)
    return self->team_funcs->may_change (change, error, self->team_data);
  return tocsin_fail (error, TOCSIN_ERROR_UNAVAILABLE,
                      "it is a team’s, and this daemon does not sync");
}

void
tocsin_watch_pass_change (TocsinWatch *self, const TocsinTeamChange *change,
                          TocsinStoreBatch *batch)
{
  if (change->team != NULL && self->team_funcs != NULL)
    self->team_funcs->add_change (change, batch, self->team_data);
}

void
tocsin_watch_pass_sample (TocsinWatch *self, const TocsinWatched *watched,
                          const TocsinSample *sample)
{
  if (watched->team != NULL && self->team_funcs != NULL)
    self->team_funcs->add_sample (watched->monitor, sample, self->team_data);
}
