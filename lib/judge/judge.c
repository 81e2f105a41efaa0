/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "judge"

#include "config.h"

#include <string.h>

#include "judge-private.h"

/* How health follows what the votes say. A pair that is not here asserts. */
static const TocsinTransition transitions[] = {
  /* from, finding, to, keep evidence, retry, rule, sentence */
  { TOCSIN_STATE_NEW, TOCSIN_FINDING_GOOD, TOCSIN_STATE_UP, 0, "first-good",
    "the first check was good" },
  { TOCSIN_STATE_NEW, TOCSIN_FINDING_RECOVERING, TOCSIN_STATE_UP, 0, "first-good",
    "the first check was good" },
  { TOCSIN_STATE_NEW, TOCSIN_FINDING_SLOW_ENOUGH, TOCSIN_STATE_DEGRADED, 0, "slow-confirmed",
    "slow from the first check on" },
  { TOCSIN_STATE_NEW, TOCSIN_FINDING_MINORITY, TOCSIN_STATE_DEGRADED, 0, "minority-down",
    "down for some probes" },
  { TOCSIN_STATE_NEW, TOCSIN_FINDING_FAILED, TOCSIN_STATE_CONFIRMING,
    TOCSIN_ACTION_KEEP_EVIDENCE | TOCSIN_ACTION_RETRY, "first-failure",
    "a check failed; it is checked again soon" },
  { TOCSIN_STATE_NEW, TOCSIN_FINDING_FAILED_ENOUGH, TOCSIN_STATE_DOWN, TOCSIN_ACTION_KEEP_EVIDENCE,
    "failure-confirmed", "failed often enough to be down" },

  { TOCSIN_STATE_UP, TOCSIN_FINDING_GOOD, TOCSIN_STATE_UP, 0, NULL, NULL },
  { TOCSIN_STATE_UP, TOCSIN_FINDING_RECOVERING, TOCSIN_STATE_UP, 0, NULL, NULL },
  { TOCSIN_STATE_UP, TOCSIN_FINDING_SLOW_ENOUGH, TOCSIN_STATE_DEGRADED, TOCSIN_ACTION_KEEP_EVIDENCE,
    "slow-confirmed", "slow often enough to be degraded" },
  { TOCSIN_STATE_UP, TOCSIN_FINDING_MINORITY, TOCSIN_STATE_DEGRADED, TOCSIN_ACTION_KEEP_EVIDENCE,
    "minority-down", "down for some probes, too few to believe that it is down" },
  { TOCSIN_STATE_UP, TOCSIN_FINDING_FAILED, TOCSIN_STATE_CONFIRMING,
    TOCSIN_ACTION_KEEP_EVIDENCE | TOCSIN_ACTION_RETRY, "first-failure",
    "a check failed; it is checked again soon" },
  { TOCSIN_STATE_UP, TOCSIN_FINDING_FAILED_ENOUGH, TOCSIN_STATE_DOWN, TOCSIN_ACTION_KEEP_EVIDENCE,
    "failure-confirmed", "failed often enough to be down" },

  { TOCSIN_STATE_DEGRADED, TOCSIN_FINDING_GOOD, TOCSIN_STATE_UP, 0, "fast-again", "good again" },
  { TOCSIN_STATE_DEGRADED, TOCSIN_FINDING_RECOVERING, TOCSIN_STATE_DEGRADED, 0, NULL, NULL },
  { TOCSIN_STATE_DEGRADED, TOCSIN_FINDING_SLOW_ENOUGH, TOCSIN_STATE_DEGRADED, 0, NULL, NULL },
  { TOCSIN_STATE_DEGRADED, TOCSIN_FINDING_MINORITY, TOCSIN_STATE_DEGRADED, 0, NULL, NULL },
  { TOCSIN_STATE_DEGRADED, TOCSIN_FINDING_FAILED, TOCSIN_STATE_CONFIRMING,
    TOCSIN_ACTION_KEEP_EVIDENCE | TOCSIN_ACTION_RETRY, "first-failure",
    "a check failed; it is checked again soon" },
  { TOCSIN_STATE_DEGRADED, TOCSIN_FINDING_FAILED_ENOUGH, TOCSIN_STATE_DOWN,
    TOCSIN_ACTION_KEEP_EVIDENCE, "failure-confirmed", "failed often enough to be down" },

  { TOCSIN_STATE_CONFIRMING, TOCSIN_FINDING_GOOD, TOCSIN_STATE_UP, 0, "failure-not-confirmed",
    "it was good when it was checked again" },
  { TOCSIN_STATE_CONFIRMING, TOCSIN_FINDING_RECOVERING, TOCSIN_STATE_UP, 0, "failure-not-confirmed",
    "it was good when it was checked again" },
  { TOCSIN_STATE_CONFIRMING, TOCSIN_FINDING_SLOW_ENOUGH, TOCSIN_STATE_DEGRADED, 0, "slow-confirmed",
    "reachable again, but slow" },
  { TOCSIN_STATE_CONFIRMING, TOCSIN_FINDING_MINORITY, TOCSIN_STATE_DEGRADED, 0, "minority-down",
    "down for some probes, too few to believe that it is down" },
  { TOCSIN_STATE_CONFIRMING, TOCSIN_FINDING_FAILED, TOCSIN_STATE_CONFIRMING,
    TOCSIN_ACTION_KEEP_EVIDENCE | TOCSIN_ACTION_RETRY, NULL, NULL },
  { TOCSIN_STATE_CONFIRMING, TOCSIN_FINDING_FAILED_ENOUGH, TOCSIN_STATE_DOWN,
    TOCSIN_ACTION_KEEP_EVIDENCE, "failure-confirmed", "failed often enough to be down" },

  { TOCSIN_STATE_DOWN, TOCSIN_FINDING_GOOD, TOCSIN_STATE_UP, TOCSIN_ACTION_KEEP_EVIDENCE,
    "recovered", "good often enough to be up" },
  { TOCSIN_STATE_DOWN, TOCSIN_FINDING_RECOVERING, TOCSIN_STATE_DOWN, TOCSIN_ACTION_RETRY, NULL,
    NULL },
  { TOCSIN_STATE_DOWN, TOCSIN_FINDING_SLOW_ENOUGH, TOCSIN_STATE_DEGRADED,
    TOCSIN_ACTION_KEEP_EVIDENCE, "recovered-slow", "reachable again, but slow" },
  { TOCSIN_STATE_DOWN, TOCSIN_FINDING_MINORITY, TOCSIN_STATE_DEGRADED, TOCSIN_ACTION_KEEP_EVIDENCE,
    "minority-down", "down for some probes only" },
  /* A threshold was raised meanwhile, or a good check came between: down is left by good ones. */
  { TOCSIN_STATE_DOWN, TOCSIN_FINDING_FAILED, TOCSIN_STATE_DOWN, 0, NULL, NULL },
  { TOCSIN_STATE_DOWN, TOCSIN_FINDING_FAILED_ENOUGH, TOCSIN_STATE_DOWN, 0, NULL, NULL },
};

static const TocsinTransition *
find_transition (guint from, TocsinFinding finding)
{
  for (guint i = 0; i < G_N_ELEMENTS (transitions); i++)
    if (transitions[i].from == from && transitions[i].finding == finding)
      return &transitions[i];
  g_error ("no transition from %s by finding %d", tocsin_words_get (&tocsin_state_words, from),
           (int) finding);
}

/* --- covers --- */

static const struct {
  TocsinCover cover;
  TocsinState state;
} shown_by_cover[] = {
  /* the first that lies on it is what is shown */
  { TOCSIN_COVER_PAUSED, TOCSIN_STATE_PAUSED },
  { TOCSIN_COVER_MAINTENANCE, TOCSIN_STATE_MAINTENANCE },
  { TOCSIN_COVER_PARENT, TOCSIN_STATE_UNKNOWN },
  { TOCSIN_COVER_SILENT, TOCSIN_STATE_UNKNOWN },
};

TocsinState
tocsin_judge_get_state (const TocsinJudge *judge)
{
  g_return_val_if_fail (judge != NULL, TOCSIN_STATE_UNKNOWN);

  for (guint i = 0; i < G_N_ELEMENTS (shown_by_cover); i++)
    if ((judge->covers & shown_by_cover[i].cover) != 0)
      return shown_by_cover[i].state;
  return judge->health;
}

/* --- votes --- */

static TocsinVote *
get_vote (TocsinJudge *judge, const char *probe)
{
  TocsinVote *vote;

  if (probe == NULL)
    return &judge->local;
  if (judge->others == NULL)
    judge->others = g_ptr_array_new ();
  for (guint i = 0; i < judge->others->len; i++)
    if (g_strcmp0 (((TocsinVote *) judge->others->pdata[i])->probe, probe) == 0)
      return judge->others->pdata[i];
  if (judge->others->len >= TOCSIN_JUDGE_PROBES) { /* the one that is silent longest gives way */
    guint oldest = 0;

    for (guint i = 1; i < judge->others->len; i++)
      if (((TocsinVote *) judge->others->pdata[i])->at_us <
          ((TocsinVote *) judge->others->pdata[oldest])->at_us)
        oldest = i;
    tocsin_fields_free (&tocsin_vote_fields, g_ptr_array_steal_index (judge->others, oldest));
  }
  vote = tocsin_fields_new (&tocsin_vote_fields);
  vote->probe = g_strdup (probe);
  g_ptr_array_add (judge->others, vote);
  return vote;
}

static void
decide_quorum (const TocsinJudgePolicy *policy, const TocsinJudge *judge, gint64 now_us,
               TocsinQuorum *quorum)
{
  const TocsinVote *votes[TOCSIN_JUDGE_PROBES + 1];
  guint n = 0;

  if (judge->local.at_us != 0)
    votes[n++] = &judge->local;
  for (guint i = 0; judge->others != NULL && i < judge->others->len; i++)
    votes[n++] = judge->others->pdata[i];
  tocsin_quorum_decide (votes, n, policy, now_us, quorum);
}

static void
remember (TocsinJudge *judge, const TocsinSample *sample)
{
  memmove (judge->memory, judge->memory + 1,
           (TOCSIN_JUDGE_REMEMBERED - 1) * sizeof judge->memory[0]);
  judge->memory[TOCSIN_JUDGE_REMEMBERED - 1] = (TocsinJudgeMemory){
    .at_us = sample->at_us, .outcome = (guint8) sample->outcome, .code = (guint8) sample->code
  };
}

static void
forget_votes (TocsinJudge *judge)
{
  judge->local = (TocsinVote){ 0 };
  for (guint i = 0; judge->others != NULL && i < judge->others->len; i++)
    tocsin_fields_free (&tocsin_vote_fields, judge->others->pdata[i]);
  g_clear_pointer (&judge->others, g_ptr_array_unref);
}

/* When a row of failures began, where what failed before `now_us` does not count. */
static gint64
begin_anew (const TocsinVote *vote, gint64 now_us)
{
  return vote->n_failed > 0 ? MAX (vote->first_failed_at, now_us) : vote->first_failed_at;
}

/* --- the events --- */

static void
set_cover (TocsinJudgeStep *step, TocsinCover cover, gboolean on, const char *rule,
           const char *sentence)
{
  gint64 covers = on ? step->judge->covers | cover : step->judge->covers & ~(gint64) cover;

  if (covers == step->judge->covers)
    return;
  step->judge->covers = covers;
  step->result->actions |= TOCSIN_ACTION_SAVE;
  if (step->rule == NULL) {
    step->rule = rule;
    step->sentence = sentence;
  }
}

/* Health after the votes changed. */
static void
follow_votes (TocsinJudgeStep *step)
{
  TocsinJudge *judge = step->judge;
  const TocsinTransition *transition;

  decide_quorum (step->policy, judge, step->now_us, &step->quorum);
  if (step->quorum.finding == TOCSIN_FINDING_NOTHING)
    return;
  transition = find_transition (judge->health, step->quorum.finding);
  step->result->actions |= transition->actions;
  if (transition->to != judge->health || (transition->actions & TOCSIN_ACTION_RETRY) != 0)
    step->result->actions |= TOCSIN_ACTION_SAVE; /* what was counted so far */
  judge->health = transition->to;
  if (transition->rule != NULL) {
    step->rule = transition->rule;
    step->sentence = transition->sentence;
  }
}

static gboolean
is_confirmed (guint health)
{
  return health == TOCSIN_STATE_UP || health == TOCSIN_STATE_DEGRADED ||
         health == TOCSIN_STATE_DOWN;
}

/* What happens under a cover makes nobody's phone ring, and so is no flapping. */
static void
note_confirmed_state (TocsinJudge *judge)
{
  if (judge->covers == 0 && is_confirmed (judge->health))
    judge->history =
        (gint64) tocsin_flap_history_add ((TocsinFlapHistory) judge->history, judge->health);
}

/* Whether a probe other than this one said something lately. */
static gboolean
others_look (const TocsinJudgeStep *step)
{
  const TocsinJudge *judge = step->judge;
  const char *probe = step->event->probe;
  gint64 since_at = MAX (step->now_us - 2 * step->policy->interval_us, 1);

  if (probe != NULL && judge->local.at_us >= since_at)
    return TRUE;
  for (guint i = 0; judge->others != NULL && i < judge->others->len; i++) {
    const TocsinVote *vote = judge->others->pdata[i];

    if (g_strcmp0 (vote->probe, probe) != 0 && vote->at_us >= since_at)
      return TRUE;
  }
  return FALSE;
}

static void
take_sample (TocsinJudgeStep *step)
{
  const TocsinSample *sample = step->event->sample;

  remember (step->judge, sample);
  if (sample->outcome == TOCSIN_OUTCOME_INCONCLUSIVE) {
    if (others_look (step))
      return;
    g_free (step->judge->silence);
    step->judge->silence = g_strdup (sample->reason);
    set_cover (step, TOCSIN_COVER_SILENT, TRUE, "inconclusive",
               "the check could say nothing about the target");
    return;
  }
  set_cover (step, TOCSIN_COVER_SILENT, FALSE, "looked-again", "it is being looked at again");
  tocsin_vote_add (get_vote (step->judge, step->event->probe), sample);
  follow_votes (step);
  note_confirmed_state (step->judge);
}

static void
take_pause (TocsinJudgeStep *step)
{
  set_cover (step, TOCSIN_COVER_PAUSED, TRUE, "paused", "somebody paused it");
}

/* Nobody knows how it stands after a pause: it begins anew, but what people were told stays. */
static void
take_resume (TocsinJudgeStep *step)
{
  set_cover (step, TOCSIN_COVER_PAUSED, FALSE, "resumed", "somebody resumed it");
  step->result->actions |= TOCSIN_ACTION_SAVE;
  forget_votes (step->judge);
  step->judge->health = TOCSIN_STATE_NEW;
  step->judge->history = 0;
  step->judge->flapping = FALSE;
}

static void
take_maintenance_begins (TocsinJudgeStep *step)
{
  set_cover (step, TOCSIN_COVER_MAINTENANCE, TRUE, "maintenance-begins",
             "a maintenance window began");
}

/* What was planned is no outage: what still fails begins here. */
static void
take_maintenance_ends (TocsinJudgeStep *step)
{
  TocsinJudge *judge = step->judge;

  judge->local.first_failed_at = begin_anew (&judge->local, step->now_us);
  for (guint i = 0; judge->others != NULL && i < judge->others->len; i++) {
    TocsinVote *vote = judge->others->pdata[i];

    vote->first_failed_at = begin_anew (vote, step->now_us);
  }
  set_cover (step, TOCSIN_COVER_MAINTENANCE, FALSE, "maintenance-ends",
             "the maintenance window ended");
}

static void
take_parent_down (TocsinJudgeStep *step)
{
  g_free (step->judge->parent);
  step->judge->parent = g_strdup (step->event->text);
  set_cover (step, TOCSIN_COVER_PARENT, TRUE, "parent-down", "what it is behind is down");
}

/* What failed while the parent was down says nothing: the votes begin anew, but for an outage that
 * was there before. */
static void
take_parent_up (TocsinJudgeStep *step)
{
  TocsinJudge *judge = step->judge;
  gboolean fails = judge->health == TOCSIN_STATE_DOWN || judge->health == TOCSIN_STATE_CONFIRMING;

  if ((judge->covers & TOCSIN_COVER_PARENT) == 0)
    return;
  set_cover (step, TOCSIN_COVER_PARENT, FALSE, "parent-up", "what it is behind is up again");
  if (fails && !judge->incident_open) {
    forget_votes (judge);
    judge->health = TOCSIN_STATE_NEW;
  }
  g_clear_pointer (&step->judge->parent, g_free);
}

static void
take_silent (TocsinJudgeStep *step)
{
  g_free (step->judge->silence);
  step->judge->silence = g_strdup (step->event->text);
  set_cover (step, TOCSIN_COVER_SILENT, TRUE, "nobody-looks", "nobody looks at it from here on");
}

static void (*const take_event[TOCSIN_N_JUDGE_EVENTS]) (TocsinJudgeStep *) = {
  [TOCSIN_JUDGE_SAMPLE] = take_sample,
  [TOCSIN_JUDGE_PAUSE] = take_pause,
  [TOCSIN_JUDGE_RESUME] = take_resume,
  [TOCSIN_JUDGE_MAINTENANCE_BEGINS] = take_maintenance_begins,
  [TOCSIN_JUDGE_MAINTENANCE_ENDS] = take_maintenance_ends,
  [TOCSIN_JUDGE_PARENT_DOWN] = take_parent_down,
  [TOCSIN_JUDGE_PARENT_UP] = take_parent_up,
  [TOCSIN_JUDGE_SILENT] = take_silent,
  [TOCSIN_JUDGE_CONFIG] = follow_votes,
};

/* --- what follows from the state that the event left --- */

/* An incident is open while it is down and nothing explains that away; silence leaves it as it is,
 * since then nobody knows better. */
static void
settle_incident (TocsinJudgeStep *step)
{
  TocsinJudge *judge = step->judge;
  TocsinJudgeResult *result = step->result;
  gboolean is_down = judge->health == TOCSIN_STATE_DOWN;

  if (!judge->incident_open && is_down && judge->covers == 0) {
    judge->incident_open = TRUE;
    result->actions |= TOCSIN_ACTION_OPEN_INCIDENT | TOCSIN_ACTION_SAVE;
    result->began_at = step->quorum.began_at != 0 ? step->quorum.began_at : step->now_us;
    judge->incident_at = result->began_at;
  } else if (judge->incident_open && (!is_down || (judge->covers & TOCSIN_COVER_PAUSED) != 0)) {
    judge->incident_open = FALSE;
    result->actions |= TOCSIN_ACTION_CLOSE_INCIDENT | TOCSIN_ACTION_SAVE;
    result->ended_at = step->quorum.recovered_at != 0 && step->event->kind == TOCSIN_JUDGE_SAMPLE
                           ? step->quorum.recovered_at
                           : step->now_us;
    /* Where those that saw it are silent, the others had been good all along. */
    if (result->ended_at < judge->incident_at)
      result->ended_at = MAX (step->now_us, judge->incident_at);
    judge->incident_at = 0;
  }
}

/* Whether flapping began or ended; TRUE where that is what people are told. */
static gboolean
settle_flapping (TocsinJudgeStep *step)
{
  TocsinJudge *judge = step->judge;
  gboolean flapping =
      tocsin_flap_history_is_flapping ((TocsinFlapHistory) judge->history, judge->flapping);

  if (flapping == judge->flapping || judge->covers != 0 || !is_confirmed (judge->health))
    return FALSE;
  judge->flapping = flapping;
  step->result->actions |= TOCSIN_ACTION_SAVE;
  step->rule = flapping ? "flapping-begins" : "flapping-ends";
  step->sentence =
      flapping ? "its state changes so often that it is flapping" : "its state is steady again";
  step->result->actions |= TOCSIN_ACTION_TELL;
  step->result->tell = flapping ? TOCSIN_TELL_FLAPPING : TOCSIN_TELL_STEADY;
  if (!flapping)
    judge->told = judge->health;
  return TRUE;
}

static void
settle_told (TocsinJudgeStep *step)
{
  TocsinJudge *judge = step->judge;

  if (settle_flapping (step) || judge->health == judge->told || !is_confirmed (judge->health))
    return;
  if (judge->covers != 0 || judge->flapping) {
    step->kept_silent = TRUE;
    return;
  }
  if (judge->health != TOCSIN_STATE_UP ||
      judge->told != TOCSIN_STATE_NEW) { /* new → up is no news */
    step->result->actions |= TOCSIN_ACTION_TELL;
    step->result->tell = judge->health == TOCSIN_STATE_DOWN       ? TOCSIN_TELL_DOWN
                         : judge->health == TOCSIN_STATE_DEGRADED ? TOCSIN_TELL_DEGRADED
                                                                  : TOCSIN_TELL_UP;
  }
  judge->told = judge->health;
  step->result->actions |= TOCSIN_ACTION_SAVE;
}

void
tocsin_judge_step (const TocsinJudgePolicy *policy, TocsinJudge *judge,
                   const TocsinJudgeEvent *event, gint64 now_us, TocsinJudgeResult *result)
{
  TocsinJudgeStep step = { policy, judge,  event,
                           now_us, result, .from = tocsin_judge_get_state (judge) };

  g_return_if_fail (policy != NULL && judge != NULL && event != NULL && result != NULL);
  g_return_if_fail (event->kind != TOCSIN_JUDGE_SAMPLE || event->sample != NULL);

  *result = (TocsinJudgeResult){ .from = step.from };
  take_event[event->kind](&step);
  settle_incident (&step);
  settle_told (&step);
  result->to = tocsin_judge_get_state (judge);
  if (result->to != result->from || judge->since_at == 0) {
    judge->since_at =
        result->to == TOCSIN_STATE_DOWN && (result->actions & TOCSIN_ACTION_OPEN_INCIDENT) != 0
            ? result->began_at
            : now_us;
    result->actions |= TOCSIN_ACTION_SHOW | TOCSIN_ACTION_SAVE;
  }
  if (step.rule != NULL)
    result->decision = tocsin_judge_explain (&step);
}

void
tocsin_judge_result_clear (TocsinJudgeResult *result)
{
  g_clear_pointer (&result->decision, tocsin_decision_free);
}

void
tocsin_judge_policy_init (TocsinJudgePolicy *policy, const TocsinMonitor *monitor)
{
  g_return_if_fail (policy != NULL && monitor != NULL);

  *policy = (TocsinJudgePolicy){ .failures = (guint) monitor->failures,
                                 .successes = (guint) monitor->successes,
                                 .confirm = (guint) monitor->confirm,
                                 .interval_us = monitor->interval_us,
                                 .retry_us = tocsin_monitor_get_retry_us (monitor) };
}
