/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "verdict"

#include "config.h"

#include "timetext.h"
#include "uuid.h"
#include "verdict.h"

typedef struct {
  TocsinStoredMonitor *stored;
  gint64 now_us;
  TocsinRandom random;
  TocsinVerdict *verdict;
  guint flipped; /* the state that the last flip led to */
} Run;

/* What is not confirmed is as if nothing had happened. */
static guint
get_flip_state (const TocsinJudge *judge)
{
  guint state = tocsin_judge_get_state (judge);

  return state == TOCSIN_STATE_CONFIRMING ? TOCSIN_STATE_UP : state;
}

static void
note_flip (Run *run, const TocsinSample *sample)
{
  TocsinVerdict *verdict = run->verdict;
  guint state = get_flip_state (run->stored->judge);

  if (state == run->flipped)
    return;
  g_assert (verdict->n_flips < TOCSIN_VERDICT_MOST);
  verdict->flips[verdict->n_flips++] =
      (TocsinFlip){ .at_us = sample != NULL ? sample->at_us : run->now_us,
                    .old_state = run->flipped,
                    .new_state = state,
                    .code = sample != NULL ? sample->code : TOCSIN_CODE_NONE };
  run->flipped = state;
}

/* --- incidents --- */

static TocsinIncidentChange *
add_incident_change (Run *run)
{
  g_assert (run->verdict->n_incidents < TOCSIN_VERDICT_MOST);
  return &run->verdict->incidents[run->verdict->n_incidents++];
}

static void
open_incident (Run *run, const TocsinJudgeResult *result, const TocsinSample *sample)
{
  TocsinStoredMonitor *stored = run->stored;
  TocsinIncidentChange *change = add_incident_change (run);
  TocsinIncident *incident = tocsin_incident_new ();
  guint8 bytes[TOCSIN_UUID_RANDOM_BYTES];

  run->random (bytes, sizeof bytes);
  incident->id = tocsin_uuid_new (run->now_us, bytes);
  incident->monitor_id = g_strdup (stored->monitor->id);
  incident->monitor_name = g_strdup (stored->monitor->name);
  incident->began_at = result->began_at;
  incident->confirmed_at = run->now_us;
  if (sample != NULL) {
    incident->code = sample->code;
    incident->reason = g_strdup (sample->reason);
  }
  tocsin_incident_add_update (incident, run->now_us, TOCSIN_UPDATE_OPENED, incident->reason, NULL,
                              sample);
  change->id = g_strdup (incident->id);
  change->opened = incident;
  g_free (stored->incident_id);
  stored->incident_id = g_strdup (incident->id);
}

static void
close_incident (Run *run, const TocsinJudgeResult *result, const TocsinSample *sample)
{
  TocsinIncidentChange *change;

  if (run->stored->incident_id == NULL)
    return;
  change = add_incident_change (run);
  change->id = g_steal_pointer (&run->stored->incident_id);
  change->ended_at = result->ended_at;
  change->text = result->decision != NULL ? g_strdup (result->decision->sentence) : NULL;
  change->sample = sample != NULL ? tocsin_sample_copy (sample) : NULL;
}

void
tocsin_incident_change_close (const TocsinIncidentChange *change, TocsinIncident *incident,
                              gint64 now_us)
{
  g_autofree char *lasted = NULL, *text = NULL;

  g_return_if_fail (change != NULL && change->opened == NULL && incident != NULL);

  incident->ended_at = MAX (change->ended_at, incident->began_at);
  lasted = tocsin_span_to_words (tocsin_incident_get_duration_us (incident, now_us));
  text = g_strdup_printf ("%s%safter %s", change->text != NULL ? change->text : "",
                          change->text != NULL ? ", " : "", lasted);
  tocsin_incident_add_update (incident, now_us, TOCSIN_UPDATE_CLOSED, text, NULL, change->sample);
}

/* --- events --- */

static void
judge_event (Run *run, const TocsinJudgeEvent *event)
{
  TocsinStoredMonitor *stored = run->stored;
  g_auto (TocsinJudgeResult) result = { 0 };
  TocsinJudgePolicy policy;

  tocsin_judge_policy_init (&policy, stored->monitor);
  tocsin_judge_step (&policy, stored->judge, event, run->now_us, &result);
  if ((result.actions & TOCSIN_ACTION_OPEN_INCIDENT) != 0)
    open_incident (run, &result, event->sample);
  if ((result.actions & TOCSIN_ACTION_CLOSE_INCIDENT) != 0)
    close_incident (run, &result, event->sample);
  run->verdict->changed = TRUE;
}

static void
judge (Run *run, TocsinJudgeEventKind kind, const TocsinSample *sample)
{
  judge_event (run, &(TocsinJudgeEvent){ .kind = kind, .sample = sample });
}

/* What the judge is told of an event besides the samples that it yielded. */
static const struct {
  gboolean is_told;
  TocsinJudgeEventKind kind;
} judge_events[] = {
  [TOCSIN_HEARTBEAT_PING] = { FALSE, 0 },
  [TOCSIN_HEARTBEAT_DEADLINE] = { FALSE, 0 },
  [TOCSIN_HEARTBEAT_PAUSE] = { TRUE, TOCSIN_JUDGE_PAUSE },
  [TOCSIN_HEARTBEAT_RESUME] = { TRUE, TOCSIN_JUDGE_RESUME },
  [TOCSIN_HEARTBEAT_CONFIG] = { TRUE, TOCSIN_JUDGE_CONFIG },
};

void
tocsin_verdict_run (TocsinStoredMonitor *stored, const TocsinHeartbeatEvent *event, gint64 now_us,
                    TocsinRandom random, TocsinVerdict *verdict)
{
  Run run = { .stored = stored, .now_us = now_us, .random = random, .verdict = verdict };
  g_auto (TocsinHeartbeatResult) result = { 0 };
  guint old_state;
  gboolean was_paused;

  g_return_if_fail (stored != NULL && stored->heartbeat != NULL && stored->judge != NULL);
  g_return_if_fail (event != NULL && random != NULL && verdict != NULL);

  *verdict = (TocsinVerdict){ 0 };
  run.flipped = get_flip_state (stored->judge);
  old_state = tocsin_judge_get_state (stored->judge);
  was_paused = stored->heartbeat->status == TOCSIN_HEARTBEAT_PAUSED;
  tocsin_heartbeat_step (stored->monitor, stored->schedule, stored->heartbeat, event, now_us,
                         &result);
  verdict->changed = result.changed;
  verdict->resumed = event->kind != TOCSIN_HEARTBEAT_RESUME && was_paused &&
                     stored->heartbeat->status != TOCSIN_HEARTBEAT_PAUSED;
  if (verdict->resumed)
    judge (&run, TOCSIN_JUDGE_RESUME, NULL);
  if (judge_events[event->kind].is_told) {
    judge (&run, judge_events[event->kind].kind, NULL);
    note_flip (&run, NULL);
  }
  for (guint i = 0; i < result.n_samples; i++) {
    judge (&run, TOCSIN_JUDGE_SAMPLE, result.samples[i]);
    note_flip (&run, result.samples[i]);
  }
  verdict->is_seen =
      verdict->n_incidents > 0 || tocsin_judge_get_state (stored->judge) != old_state;
}

void
tocsin_verdict_run_probed (TocsinStoredMonitor *stored, const TocsinJudgeEvent *event,
                           gint64 now_us, TocsinRandom random, TocsinVerdict *verdict)
{
  Run run = { .stored = stored, .now_us = now_us, .random = random, .verdict = verdict };
  guint old_state;

  g_return_if_fail (stored != NULL && stored->heartbeat == NULL && stored->judge != NULL);
  g_return_if_fail (event != NULL && random != NULL && verdict != NULL);

  *verdict = (TocsinVerdict){ 0 };
  old_state = tocsin_judge_get_state (stored->judge);
  run.flipped = get_flip_state (stored->judge);
  judge_event (&run, event);
  note_flip (&run, event->sample);
  verdict->is_seen =
      verdict->n_incidents > 0 || tocsin_judge_get_state (stored->judge) != old_state;
}

void
tocsin_verdict_clear (TocsinVerdict *verdict)
{
  for (guint i = 0; i < verdict->n_incidents; i++) {
    TocsinIncidentChange *change = &verdict->incidents[i];

    g_clear_pointer (&change->id, g_free);
    g_clear_pointer (&change->opened, tocsin_incident_free);
    g_clear_pointer (&change->text, g_free);
    g_clear_pointer (&change->sample, tocsin_sample_free);
  }
  verdict->n_incidents = 0;
  verdict->n_flips = 0;
}
