/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "watch-changes"

#include "config.h"

#include "errors.h"
#include "maintenance-windows.h"
#include "schedule.h"
#include "timetext.h"
#include "watch-pings.h"
#include "watch-private.h"

/* Records: what people add, edit and remove. Memory follows at once, the call ends after the
 * commit. */

#define MONITORS_MOST    20000
#define MAINTENANCE_MOST 1000

/* --- the end of a call --- */

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (tocsin_store_finish (NULL, result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

gboolean
tocsin_watch_change_finish (TocsinWatch *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- rules that need to see the others --- */

/* Whether `from` is behind `id`, however far. The depth bounds a loop that is there already. */
static gboolean
is_behind (TocsinWatch *self, const char *from, const char *id, guint depth)
{
  TocsinWatched *watched = g_hash_table_lookup (self->by_id, from);
  char **ids = watched != NULL ? watched->monitor->depends_on : NULL;

  for (guint i = 0; ids != NULL && ids[i] != NULL && depth > 0; i++)
    if (g_str_equal (ids[i], id) || is_behind (self, ids[i], id, depth - 1))
      return TRUE;
  return FALSE;
}

static gboolean
check_depends (TocsinWatch *self, const TocsinMonitor *monitor, GError **error)
{
  for (guint i = 0; monitor->depends_on != NULL && monitor->depends_on[i] != NULL; i++) {
    const char *id = monitor->depends_on[i];

    if (!g_hash_table_contains (self->by_id, id))
      return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                          "monitor “%s”: depends_on: no monitor has the id “%s”", monitor->name,
                          id);
    if (monitor->id != NULL &&
        (g_str_equal (id, monitor->id) || is_behind (self, id, monitor->id, 32)))
      return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                          "monitor “%s”: depends_on: “%s” is behind this one already",
                          monitor->name, id);
  }
  return TRUE;
}

static gboolean
check_slug (TocsinWatch *self, const TocsinMonitor *monitor, GError **error)
{
  GHashTableIter iter;
  gpointer value;

  if (monitor->slug == NULL || *monitor->slug == '\0')
    return TRUE;
  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const TocsinMonitor *other = ((TocsinWatched *) value)->monitor;

    if (g_strcmp0 (other->id, monitor->id) != 0 && g_strcmp0 (other->team, monitor->team) == 0 &&
        g_strcmp0 (other->slug, monitor->slug) == 0)
      return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                          "monitor “%s”: slug: “%s” is the slug of “%s” already", monitor->name,
                          monitor->slug, other->name);
  }
  return TRUE;
}

static gboolean
check_schedule (const TocsinMonitor *monitor, GError **error)
{
  g_autoptr (TocsinSchedule) schedule = NULL;

  if (monitor->kind != TOCSIN_MONITOR_HEARTBEAT)
    return TRUE;
  schedule = tocsin_schedule_new_for_monitor (monitor, error);
  if (schedule != NULL)
    return TRUE;
  g_prefix_error (error, "monitor “%s”: ", monitor->name);
  return FALSE;
}

static gboolean
check_monitor (TocsinWatch *self, TocsinMonitor *monitor, GError **error)
{
  return tocsin_monitor_validate (monitor, error) && check_schedule (monitor, error) &&
         tocsin_watch_complete_project (self, monitor, error) &&
         check_depends (self, monitor, error) && check_slug (self, monitor, error) &&
         tocsin_watch_can_keep (self, monitor, error);
}

/* One monitor more (by 1) or less (by -1) in the counts that save walks over all of them. */
static void
count_monitor (TocsinWatch *self, const TocsinMonitor *monitor, int by)
{
  self->n_dependants += (guint) (by * (monitor->depends_on != NULL));
  self->n_heartbeats += (guint) (by * (monitor->kind == TOCSIN_MONITOR_HEARTBEAT));
}

/* --- monitors --- */

/* "Nightly backup!" → "nightly-backup" */
static char *
make_slug (const char *name)
{
  g_autofree char *plain = g_str_to_ascii (name, "C");
  g_autoptr (GString) slug = g_string_new (NULL);

  for (const char *at = plain; *at != '\0' && slug->len < 100; at++) {
    if (g_ascii_isalnum (*at))
      g_string_append_c (slug, g_ascii_tolower (*at));
    else if (slug->len > 0 && slug->str[slug->len - 1] != '-')
      g_string_append_c (slug, '-');
  }
  if (slug->len > 0 && slug->str[slug->len - 1] == '-')
    g_string_truncate (slug, slug->len - 1);
  return g_string_free (g_steal_pointer (&slug), FALSE);
}

static void
complete (TocsinWatch *self, TocsinMonitor *monitor, gint64 now_us)
{
  if (monitor->id == NULL)
    monitor->id = tocsin_watch_new_id ();
  if (monitor->created_at == 0)
    monitor->created_at = now_us;
  if (monitor->team == NULL) /* a team's revisions are its server's */
    monitor->revision++;
  if (monitor->kind != TOCSIN_MONITOR_HEARTBEAT)
    return;
  if (monitor->ping_id == NULL)
    monitor->ping_id = g_uuid_string_random ();
  if (monitor->slug == NULL) {
    monitor->slug = make_slug (monitor->name);
    if (!check_slug (self, monitor, NULL))
      g_clear_pointer (&monitor->slug, g_free);
  }
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (tocsin_store_finish (NULL, result, &error))
    g_task_return_pointer (task, g_strdup (g_task_get_task_data (task)), g_free);
  else
    g_task_return_error (task, error);
}

/* A change of a monitor, as a team's server is told of it. */
static TocsinTeamChange
change_of_monitor (const TocsinMonitor *before, const TocsinMonitor *after)
{
  const TocsinMonitor *monitor = after != NULL ? after : before;

  return (TocsinTeamChange){ monitor->team, TOCSIN_TEAM_MONITOR, monitor->id, before, after };
}

static gboolean
may_change_monitor (TocsinWatch *self, const TocsinMonitor *before, const TocsinMonitor *after,
                    GError **error)
{
  TocsinTeamChange change = change_of_monitor (before, after);

  return tocsin_watch_may_change (self, &change, error);
}

/* With what its team's server is to be told of it. */
static void
save_monitor (TocsinWatch *self, TocsinWatched *watched, const TocsinMonitor *before,
              GAsyncReadyCallback callback, gpointer user_data)
{
  TocsinTeamChange change = change_of_monitor (before, watched->monitor);
  TocsinStoreBatch *batch;

  if (watched->monitor->team == NULL) {
    tocsin_store_save_monitor (self->store, watched->monitor, watched->secrets_missing, callback,
                               user_data);
    return;
  }
  batch = tocsin_store_batch_new (self->store);
  tocsin_store_batch_save_monitor (batch, watched->monitor, watched->secrets_missing);
  tocsin_watch_pass_change (self, &change, batch);
  tocsin_store_batch_commit (batch, callback, user_data);
}

void
tocsin_watch_put_in (TocsinWatch *self, TocsinWatched *watched)
{
  gint64 now_us = g_get_real_time ();

  watched->watch = self;
  watched->team = tocsin_watch_find_team (self, watched->monitor->team);
  g_hash_table_insert (self->by_id, watched->monitor->id, watched);
  count_monitor (self, watched->monitor, 1);
  if (watched->monitor->paused)
    tocsin_watch_judge (self, watched, &(TocsinJudgeEvent){ .kind = TOCSIN_JUDGE_PAUSE }, now_us);
  tocsin_watch_look_at_maintenance_of (self, watched, now_us);
  tocsin_watch_look_at_parents (self, watched, now_us);
  tocsin_watch_pings_added (self, watched, NULL);
  tocsin_watch_start (self, watched, TOCSIN_START_NOW);
  tocsin_watch_emit_changed (self, watched);
}

void
tocsin_watch_add (TocsinWatch *self, TocsinMonitor *monitor, GAsyncReadyCallback callback,
                  gpointer user_data)
{
  g_autoptr (TocsinMonitor) owned = monitor;
  g_autoptr (GTask) task = NULL;
  gint64 now_us = g_get_real_time ();
  TocsinWatched *watched;
  GError *error = NULL;

  g_return_if_fail (TOCSIN_IS_WATCH (self));
  g_return_if_fail (monitor != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  if (g_hash_table_size (self->by_id) >= MONITORS_MOST)
    tocsin_fail (&error, TOCSIN_ERROR_INVALID,
                 "there are %d monitors already, the most there may be", MONITORS_MOST);
  else if (monitor->id != NULL && g_hash_table_contains (self->by_id, monitor->id))
    tocsin_fail (&error, TOCSIN_ERROR_EXISTS, "a monitor with the id %s is there already",
                 monitor->id);
  else if (check_monitor (self, monitor, &error))
    may_change_monitor (self, NULL, monitor, &error);
  if (error != NULL) {
    g_task_return_error (task, error);
    return;
  }

  complete (self, monitor, now_us);
  watched = tocsin_watched_new (g_steal_pointer (&owned));
  g_task_set_task_data (task, g_strdup (watched->monitor->id), g_free);
  save_monitor (self, watched, NULL, added_cb, g_steal_pointer (&task));
  tocsin_watch_put_in (self, watched);
}

char *
tocsin_watch_add_finish (TocsinWatch *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* What the judge must hear of an edit. */
static void
judge_edit (TocsinWatch *self, TocsinWatched *watched, gboolean was_paused, gint64 now_us)
{
  TocsinJudgeEvent event = { .kind = TOCSIN_JUDGE_CONFIG };

  if (watched->monitor->paused != was_paused)
    event.kind = was_paused ? TOCSIN_JUDGE_RESUME : TOCSIN_JUDGE_PAUSE;
  if (event.kind == TOCSIN_JUDGE_PAUSE) { /* the account ends here, and says so in history */
    TocsinSample *mark = tocsin_sample_new (now_us, TOCSIN_OUTCOME_INCONCLUSIVE);

    mark->code = TOCSIN_CODE_PAUSED;
    tocsin_store_add_sample (self->store, watched->monitor->id, mark, FALSE);
    tocsin_ledger_stop (watched->ledger, now_us);
    tocsin_sample_free (mark);
  }
  tocsin_watch_judge (self, watched, &event, now_us);
}

void
tocsin_watch_replace (TocsinWatch *self, TocsinWatched *watched, TocsinMonitor *monitor,
                      gboolean sets_secrets)
{
  gint64 now_us = g_get_real_time ();
  gboolean was_paused = watched->monitor->paused;

  count_monitor (self, watched->monitor, -1);
  g_hash_table_steal (self->by_id, watched->monitor->id); /* the key is the old monitor's */
  tocsin_watch_stop (self, watched);
  tocsin_watched_set_monitor (watched, monitor);
  watched->secrets_missing = watched->secrets_missing && !sets_secrets;
  g_hash_table_insert (self->by_id, watched->monitor->id, watched);
  count_monitor (self, watched->monitor, 1);
  judge_edit (self, watched, was_paused, now_us);
  tocsin_watch_look_at_maintenance_of (self, watched, now_us);
  tocsin_watch_look_at_parents (self, watched, now_us);
  tocsin_watch_pings_edited (self, watched, was_paused);
  tocsin_watch_start (self, watched, TOCSIN_START_NOW);
  tocsin_watch_emit_changed (self, watched);
}

/* A monitor stays whose it is. */
static gboolean
may_edit (TocsinWatch *self, const TocsinWatched *watched, TocsinMonitor *edited, GError **error)
{
  if (g_strcmp0 (edited->team, watched->monitor->team) != 0) {
    g_free (edited->team);
    edited->team = g_strdup (watched->monitor->team);
  }
  return check_monitor (self, edited, error) &&
         may_change_monitor (self, watched->monitor, edited, error);
}

void
tocsin_watch_edit (TocsinWatch *self, TocsinMonitor *edited, gboolean sets_secrets,
                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (TocsinMonitor) owned = edited;
  g_autoptr (TocsinMonitor) before = NULL;
  g_autoptr (GTask) task = NULL;
  TocsinWatched *watched;
  GError *error = NULL;

  g_return_if_fail (TOCSIN_IS_WATCH (self));
  g_return_if_fail (edited != NULL && edited->id != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  watched = g_hash_table_lookup (self->by_id, edited->id);
  if (watched == NULL)
    tocsin_fail (&error, TOCSIN_ERROR_NOT_FOUND, "no monitor has the id %s", edited->id);
  else
    may_edit (self, watched, edited, &error);
  if (error != NULL) {
    g_task_return_error (task, error);
    return;
  }

  complete (self, edited, g_get_real_time ());
  before = tocsin_monitor_ref (watched->monitor);
  tocsin_watch_replace (self, watched, g_steal_pointer (&owned), sets_secrets);
  save_monitor (self, watched, before, saved_cb, g_steal_pointer (&task));
}

TocsinWatched *
tocsin_watch_take_out (TocsinWatch *self, const char *id)
{
  TocsinWatched *watched = g_hash_table_lookup (self->by_id, id);

  if (watched == NULL)
    return NULL;
  g_hash_table_steal (self->by_id, id);
  tocsin_watch_stop (self, watched);
  count_monitor (self, watched->monitor, -1);
  tocsin_watch_emit_changed (self, watched);
  return watched;
}

void
tocsin_watch_remove (TocsinWatch *self, const char *id, GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (TocsinWatched) watched = NULL;
  const TocsinWatched *there;
  TocsinTeamChange change;
  TocsinStoreBatch *batch;
  GError *error = NULL;

  g_return_if_fail (TOCSIN_IS_WATCH (self));
  g_return_if_fail (id != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  there = g_hash_table_lookup (self->by_id, id);
  if (there == NULL)
    tocsin_fail (&error, TOCSIN_ERROR_NOT_FOUND, "no monitor has the id %s", id);
  else
    may_change_monitor (self, there->monitor, NULL, &error);
  if (error != NULL) {
    g_task_return_error (task, error);
    return;
  }
  watched = tocsin_watch_take_out (self, id);
  if (watched->incident != NULL) { /* its story ends with its monitor */
    gint64 now_us = g_get_real_time ();

    watched->incident->ended_at = now_us;
    tocsin_incident_add_update (watched->incident, now_us, TOCSIN_UPDATE_CLOSED,
                                "the monitor was removed", NULL, NULL);
    tocsin_store_save_incident (self->store, watched->incident, NULL, NULL);
  }
  if (watched->monitor->team == NULL) {
    tocsin_store_remove_monitor (self->store, id, saved_cb, g_steal_pointer (&task));
    return;
  }
  batch = tocsin_store_batch_new (self->store);
  tocsin_store_batch_remove_monitor (batch, id);
  change = change_of_monitor (watched->monitor, NULL);
  tocsin_watch_pass_change (self, &change, batch);
  tocsin_store_batch_commit (batch, saved_cb, g_steal_pointer (&task));
}

/* --- maintenance --- */

static TocsinTeamChange
change_of_window (const TocsinMaintenance *before, const TocsinMaintenance *after)
{
  const TocsinMaintenance *window = after != NULL ? after : before;

  return (TocsinTeamChange){ window->team, TOCSIN_TEAM_MAINTENANCE, window->id, before, after };
}

static const TocsinMaintenance *
find_window (TocsinWatch *self, const char *id, guint *index)
{
  for (guint i = 0; id != NULL && i < self->maintenance->len; i++)
    if (g_str_equal (((TocsinMaintenance *) self->maintenance->pdata[i])->id, id)) {
      *index = i;
      return self->maintenance->pdata[i];
    }
  return NULL;
}

static TocsinMaintenance *
take_window (TocsinWatch *self, const char *id)
{
  guint index;

  if (find_window (self, id, &index) == NULL)
    return NULL;
  return g_ptr_array_steal_index (self->maintenance, index);
}

/* A window stays whose it is. */
static gboolean
may_change_window (TocsinWatch *self, TocsinMaintenance *window, GError **error)
{
  guint index;
  const TocsinMaintenance *there = find_window (self, window->id, &index);
  TocsinTeamChange change;

  if (there != NULL && g_strcmp0 (there->team, window->team) != 0) {
    g_free (window->team);
    window->team = g_strdup (there->team);
  }
  change = change_of_window (there, window);
  return tocsin_watch_may_change (self, &change, error);
}

static gboolean
may_drop_window (TocsinWatch *self, const TocsinMaintenance *window, GError **error)
{
  TocsinTeamChange change = change_of_window (window, NULL);

  return tocsin_watch_may_change (self, &change, error);
}

static void
save_window (TocsinWatch *self, const TocsinMaintenance *before, const TocsinMaintenance *after,
             GAsyncReadyCallback callback, gpointer user_data)
{
  TocsinTeamChange change = change_of_window (before, after);
  TocsinStoreBatch *batch = tocsin_store_batch_new (self->store);

  if (after != NULL)
    tocsin_store_batch_save_maintenance (batch, after);
  else
    tocsin_store_batch_remove_maintenance (batch, before->id);
  tocsin_watch_pass_change (self, &change, batch);
  tocsin_store_batch_commit (batch, callback, user_data);
}

void
tocsin_watch_put_window (TocsinWatch *self, TocsinMaintenance *window)
{
  tocsin_maintenance_free (take_window (self, window->id));
  g_ptr_array_add (self->maintenance, window);
  tocsin_watch_look_at_maintenance (self);
  g_signal_emit (self, tocsin_watch_signals[TOCSIN_WATCH_MAINTENANCE], 0);
}

void
tocsin_watch_drop_window (TocsinWatch *self, const char *id)
{
  tocsin_maintenance_free (take_window (self, id));
  tocsin_watch_look_at_maintenance (self);
  g_signal_emit (self, tocsin_watch_signals[TOCSIN_WATCH_MAINTENANCE], 0);
}

void
tocsin_watch_add_maintenance (TocsinWatch *self, TocsinMaintenance *maintenance,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (TocsinMaintenance) owned = maintenance;
  g_autoptr (TocsinMaintenance) before = NULL;
  g_autoptr (GTask) task = NULL;
  gint64 now_us = g_get_real_time ();
  GError *error = NULL;

  g_return_if_fail (TOCSIN_IS_WATCH (self));
  g_return_if_fail (maintenance != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  if (self->maintenance->len >= MAINTENANCE_MOST)
    tocsin_fail (&error, TOCSIN_ERROR_INVALID, "there are %d maintenance windows already",
                 MAINTENANCE_MOST);
  else if (tocsin_maintenance_check (maintenance, &error))
    may_change_window (self, maintenance, &error);
  if (error != NULL) {
    g_task_return_error (task, error);
    return;
  }
  if (maintenance->id == NULL)
    maintenance->id = tocsin_watch_new_id ();
  if (maintenance->created_at == 0)
    maintenance->created_at = now_us;
  before = take_window (self, maintenance->id); /* the same id again is an edit */
  save_window (self, before, maintenance, saved_cb, g_steal_pointer (&task));
  tocsin_watch_put_window (self, g_steal_pointer (&owned));
}

void
tocsin_watch_remove_maintenance (TocsinWatch *self, const char *id, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  const TocsinMaintenance *there;
  GError *error = NULL;
  guint index;

  g_return_if_fail (TOCSIN_IS_WATCH (self));
  g_return_if_fail (id != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  there = find_window (self, id, &index);
  if (there == NULL)
    tocsin_fail (&error, TOCSIN_ERROR_NOT_FOUND, "no maintenance window has the id %s", id);
  else
    may_drop_window (self, there, &error);
  if (error != NULL) {
    g_task_return_error (task, error);
    return;
  }
  save_window (self, there, NULL, saved_cb, g_steal_pointer (&task));
  tocsin_watch_drop_window (self, id);
}

/* --- incidents --- */

typedef struct {
  TocsinUpdateKind kind;
  char *text, *author;
} Update;

static void
free_update (gpointer data)
{
  Update *update = data;

  g_free (update->text);
  g_free (update->author);
  g_free (update);
}

static void
apply_update (TocsinIncident *incident, const Update *update, gint64 now_us)
{
  if (update->kind == TOCSIN_UPDATE_ACKNOWLEDGED)
    incident->acknowledged_at = now_us;
  if (update->kind == TOCSIN_UPDATE_CAUSE) {
    g_free (incident->root_cause);
    incident->root_cause = g_strdup (update->text);
  }
  if (update->kind == TOCSIN_UPDATE_RESOLUTION) {
    g_free (incident->resolution);
    incident->resolution = g_strdup (update->text);
  }
  tocsin_incident_add_update (incident, now_us, update->kind, update->text, update->author, NULL);
}

static void
tell_of_update (TocsinWatch *self, const TocsinIncident *incident, const Update *update,
                gint64 now_us)
{
  static const char *const did[] = {
    [TOCSIN_UPDATE_NOTE] = "wrote a note about",
    [TOCSIN_UPDATE_ACKNOWLEDGED] = "acknowledged",
    [TOCSIN_UPDATE_CAUSE] = "wrote the root cause of",
    [TOCSIN_UPDATE_RESOLUTION] = "wrote the resolution of",
  };
  TocsinNotice *notice = tocsin_notice_new (TOCSIN_NOTICE_INCIDENT, now_us);

  notice->monitor_id = g_strdup (incident->monitor_id);
  notice->monitor_name = g_strdup (incident->monitor_name);
  notice->incident_id = g_strdup (incident->id);
  notice->began_at = incident->began_at;
  notice->ended_at = incident->ended_at;
  notice->reason = g_strdup (update->text);
  notice->author = g_strdup (update->author);
  notice->update = update->kind;
  notice->text = g_strdup_printf ("%s %s the incident of %s",
                                  update->author != NULL ? update->author : "Somebody",
                                  did[update->kind], incident->monitor_name);
  tocsin_watch_tell (self, notice);
}

static TocsinIncident *
find_open_incident (TocsinWatch *self, const char *id)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    TocsinIncident *incident = ((TocsinWatched *) value)->incident;

    if (incident != NULL && g_str_equal (incident->id, id))
      return incident;
  }
  return NULL;
}

/* With what the incident's server is to be told of it, where it is a team's. */
static gboolean
save_update (TocsinWatch *self, TocsinIncident *incident, const Update *update, gint64 now_us,
             GTask *task, GError **error)
{
  const TocsinWatched *watched = g_hash_table_lookup (self->by_id, incident->monitor_id);
  TocsinUpdate told = { now_us, update->kind, update->text, update->author, NULL };
  TocsinTeamChange change = { .team = watched != NULL ? watched->monitor->team : NULL,
                              .object = TOCSIN_TEAM_INCIDENT,
                              .id = incident->id,
                              .before = incident,
                              .after = &told };
  TocsinStoreBatch *batch;

  if (!tocsin_watch_may_change (self, &change, error))
    return FALSE;
  apply_update (incident, update, now_us);
  batch = tocsin_store_batch_new (self->store);
  tocsin_store_batch_save_incident (batch, incident);
  tocsin_watch_pass_change (self, &change, batch);
  tocsin_store_batch_commit (batch, saved_cb, g_object_ref (task));
  return TRUE;
}

static void
got_incident_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  TocsinWatch *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (TocsinIncident) stored = tocsin_store_get_incident_finish (NULL, result, &error);
  gint64 now_us = g_get_real_time ();
  TocsinIncident *incident;
  const Update *update;

  if (stored == NULL) {
    g_task_return_error (task, error);
    return;
  }
  incident = find_open_incident (self, stored->id); /* what is in memory is newer */
  if (incident == NULL)
    incident = stored;
  update = g_task_get_task_data (task);
  if (!save_update (self, incident, update, now_us, task, &error)) {
    g_task_return_error (task, error);
    return;
  }
  g_signal_emit (self, tocsin_watch_signals[TOCSIN_WATCH_INCIDENT], 0, incident->id);
  tell_of_update (self, incident, update, now_us);
}

static gboolean
check_update (TocsinUpdateKind kind, const char *text, GError **error)
{
  if (kind == TOCSIN_UPDATE_OPENED || kind == TOCSIN_UPDATE_STATE || kind == TOCSIN_UPDATE_CLOSED)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "kind: an incident is opened and closed by its monitor alone");
  if (kind != TOCSIN_UPDATE_ACKNOWLEDGED && (text == NULL || *text == '\0'))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "text: is missing");
  if (text != NULL && strlen (text) > TOCSIN_INCIDENT_TEXT_BYTES)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "text: more than %d bytes",
                        TOCSIN_INCIDENT_TEXT_BYTES);
  return TRUE;
}

void
tocsin_watch_update_incident (TocsinWatch *self, const char *incident_id, TocsinUpdateKind kind,
                              const char *text, const char *author, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  Update *update;

  g_return_if_fail (TOCSIN_IS_WATCH (self));
  g_return_if_fail (incident_id != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  if (!check_update (kind, text, &error)) {
    g_task_return_error (task, error);
    return;
  }
  update = g_new0 (Update, 1);
  update->kind = kind;
  update->text = g_strdup (text);
  update->author = g_strdup (author);
  g_task_set_task_data (task, update, free_update);
  tocsin_store_get_incident (self->store, incident_id, got_incident_cb, g_steal_pointer (&task));
}
