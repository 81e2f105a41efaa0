/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "watch-checks"

#include "config.h"

#include "errors.h"
#include "timetext.h"
#include "watch-pings.h"
#include "watch-private.h"

/* Beats become jobs, jobs become samples, samples are judged and kept. */

/* However long its interval, a monitor is checked within this after a start. */
#define START_WITHIN_US (30 * TOCSIN_US_PER_S)

static gboolean
is_checked (const TocsinWatched *watched)
{
  return watched->monitor->kind != TOCSIN_MONITOR_HEARTBEAT && !watched->monitor->paused &&
         (watched->team == NULL || watched->runs_here);
}

/* Who adds a monitor wants to see it checked; who imports a thousand wants no storm. */
#define HURRIES_A_SECOND 20

static gboolean
may_hurry (TocsinWatch *self, gint64 now_us)
{
  if (now_us - self->hurried_at_us > TOCSIN_US_PER_S) {
    self->hurried_at_us = now_us;
    self->n_hurried = 0;
  }
  return self->n_hurried++ < HURRIES_A_SECOND;
}

/* The beat lies where the id's hash puts it, whenever it is started, so that monitors stay spread
 * over the interval. */
void
tocsin_watch_start (TocsinWatch *self, TocsinWatched *watched, TocsinStart how)
{
  gint64 interval_us = watched->monitor->interval_us, now_us = g_get_monotonic_time ();
  gint64 wait_us;

  if (!is_checked (watched) || watched->beat != NULL)
    return;
  wait_us = tocsin_beat_jitter (watched->monitor->id, interval_us);
  watched->beat = tocsin_scheduler_add (self->scheduler, now_us + wait_us, interval_us, watched);
  if (how == TOCSIN_START_NOW && may_hurry (self, now_us))
    tocsin_beat_set_retry (watched->beat, now_us);
  else if (wait_us > START_WITHIN_US)
    tocsin_beat_set_retry (watched->beat,
                           now_us + tocsin_beat_jitter (watched->monitor->id, START_WITHIN_US));
}

static void
answer_waiting (TocsinWatched *watched, const TocsinSample *sample, const GError *error)
{
  GSList *waiting = g_steal_pointer (&watched->waiting);

  for (GSList *link = waiting; link != NULL; link = link->next) {
    g_autoptr (GTask) task = link->data;

    if (sample != NULL)
      g_task_return_pointer (task, tocsin_sample_copy (sample),
                             (GDestroyNotify) tocsin_sample_free);
    else
      g_task_return_error (task, g_error_copy (error));
  }
  g_slist_free (waiting);
}

void
tocsin_watch_stop (TocsinWatch *self, TocsinWatched *watched)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&watched->beat, tocsin_beat_remove);
  g_clear_pointer (&watched->job, tocsin_job_cancel);
  if (watched->waiting == NULL)
    return;
  tocsin_fail (&error, TOCSIN_ERROR_UNAVAILABLE, "“%s” was changed while it was being checked",
               watched->monitor->name);
  answer_waiting (watched, NULL, error);
}

void
tocsin_watch_take_sample (TocsinWatch *self, TocsinWatched *watched, TocsinSample *sample)
{
  TocsinJudgeEvent event = { .kind = TOCSIN_JUDGE_SAMPLE, .sample = sample };
  gint64 now_us = g_get_real_time ();
  guint actions;

  if (watched->in_maintenance)
    sample->flags |= TOCSIN_SAMPLE_IN_MAINTENANCE;
  tocsin_watch_doubt (self, watched, sample);
  if (sample->outcome == TOCSIN_OUTCOME_FAILED && watched->monitor->depends_on != NULL)
    tocsin_watch_ask_parents (self, watched);
  tocsin_watched_note_sample (watched, sample);
  if (watched->monitor->depends_on != NULL)
    tocsin_watch_look_at_parents (self, watched, now_us);

  actions = tocsin_watch_judge (self, watched, &event, now_us);
  tocsin_store_add_sample (self->store, watched->monitor->id, sample,
                           (actions & TOCSIN_ACTION_KEEP_EVIDENCE) != 0);
  tocsin_watch_pass_sample (self, watched, sample);
  if (watched->beat != NULL)
    tocsin_beat_set_retry (watched->beat, (actions & TOCSIN_ACTION_RETRY) != 0
                                              ? g_get_monotonic_time () +
                                                    tocsin_monitor_get_retry_us (watched->monitor)
                                              : -1);
  if (watched->cert_not_after != 0)
    tocsin_watch_look_at_certificate (self, watched, now_us);
  tocsin_watch_emit_changed (self, watched);
}

static void
checked_cb (TocsinSample *sample, gint64 started_us, gpointer user_data)
{
  TocsinWatched *watched = user_data;

  watched->job = NULL;
  sample->flags |= watched->job_flags;
  answer_waiting (watched, sample, NULL);
  tocsin_watch_take_sample (watched->watch, watched, sample);
}

static void
check (TocsinWatch *self, TocsinWatched *watched, guint flags)
{
  watched->job_flags = flags;
  watched->job =
      tocsin_engine_check (self->engine, watched->monitor, watched->host, checked_cb, watched);
}

void
tocsin_watch_due_cb (gpointer beat_data, gint64 due_us, gboolean is_retry)
{
  TocsinWatched *watched = beat_data;

  if (watched->heartbeat != NULL) {
    tocsin_watch_pings_due (watched->watch, watched);
    return;
  }
  if (watched->job != NULL) /* the last one still runs, or waits at the gate */
    return;
  if (watched->secrets_missing)
    tocsin_watch_miss_secrets (watched->watch, watched);
  else
    check (watched->watch, watched, is_retry ? TOCSIN_SAMPLE_RETRY : 0);
}

void
tocsin_watch_check (TocsinWatch *self, const char *id, GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  TocsinWatched *watched;

  g_return_if_fail (TOCSIN_IS_WATCH (self));
  g_return_if_fail (id != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  watched = g_hash_table_lookup (self->by_id, id);
  if (watched == NULL) {
    g_task_return_new_error (task, TOCSIN_ERROR, TOCSIN_ERROR_NOT_FOUND, "no such monitor");
    return;
  }
  if (watched->monitor->kind == TOCSIN_MONITOR_HEARTBEAT) {
    g_task_return_new_error (task, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
                             "“%s” is a heartbeat: its job pings us, it can’t be checked from here",
                             watched->monitor->name);
    return;
  }
  if (watched->secrets_missing) {
    tocsin_watch_miss_secrets (self, watched);
    g_task_return_pointer (task, tocsin_sample_copy (watched->last),
                           (GDestroyNotify) tocsin_sample_free);
    return;
  }
  watched->waiting = g_slist_prepend (watched->waiting, g_steal_pointer (&task));
  if (watched->job == NULL)
    check (self, watched, TOCSIN_SAMPLE_BY_HAND);
}

/* --- trying --- */

static void
tried_cb (TocsinSample *sample, gint64 started_us, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  g_task_return_pointer (task, sample, (GDestroyNotify) tocsin_sample_free);
}

void
tocsin_watch_try (TocsinWatch *self, TocsinMonitor *monitor, GAsyncReadyCallback callback,
                  gpointer user_data)
{
  G_GNUC_UNUSED g_autoptr (TocsinMonitor) owned = monitor;
  g_autoptr (GTask) task = NULL;
  g_autoptr (GRefString) host = NULL;
  GError *error = NULL;

  g_return_if_fail (TOCSIN_IS_WATCH (self));

  task = g_task_new (self, NULL, callback, user_data);
  if (!tocsin_monitor_validate (monitor, &error)) {
    g_task_return_error (task, error);
    return;
  }
  if (monitor->kind == TOCSIN_MONITOR_HEARTBEAT) {
    g_task_return_new_error (task, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
                             "a heartbeat can’t be tried: its job pings us");
    return;
  }
  host = g_ref_string_new ("");
  monitor->is_trial = TRUE; /* it is nobody else's yet */
  tocsin_engine_check (self->engine, monitor, host, tried_cb, g_steal_pointer (&task));
}

TocsinSample *
tocsin_watch_check_finish (TocsinWatch *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
