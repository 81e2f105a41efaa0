/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "judge-explain"

#include "config.h"

#include "judge-private.h"
#include "timetext.h"

static char *
count_in_words (const TocsinJudgeStep *step)
{
  const TocsinQuorum *quorum = &step->quorum;

  if (quorum->n_voting > 1)
    return g_strdup_printf ("%s: %u of %u probes say down, %u are needed", step->sentence,
                            quorum->n_down, quorum->n_voting, quorum->n_needed);
  if (quorum->n_failed > 0)
    return g_strdup_printf ("%s: %" G_GINT64_FORMAT " of %u checks failed in a row", step->sentence,
                            MIN (quorum->n_failed, step->policy->failures), step->policy->failures);
  return g_strdup (step->sentence);
}

static char **
list_samples (const TocsinJudge *judge)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < TOCSIN_JUDGE_REMEMBERED; i++) {
    const TocsinJudgeMemory *memory = &judge->memory[i];
    g_autofree char *at = NULL, *line = NULL;

    if (memory->at_us == 0)
      continue;
    at = tocsin_time_to_text (memory->at_us);
    line = g_strjoin (" ", at, tocsin_words_get (&tocsin_outcome_words, memory->outcome),
                      memory->code != TOCSIN_CODE_NONE
                          ? tocsin_words_get (&tocsin_code_words, memory->code)
                          : NULL,
                      NULL);
    g_strv_builder_add (builder, line);
  }
  return g_strv_builder_end (builder);
}

static char *
why_silent (const TocsinJudge *judge)
{
  if ((judge->covers & TOCSIN_COVER_PAUSED) != 0)
    return g_strdup ("no alert: paused");
  if ((judge->covers & TOCSIN_COVER_MAINTENANCE) != 0)
    return g_strdup ("no alert: in maintenance");
  if ((judge->covers & TOCSIN_COVER_PARENT) != 0)
    return g_strdup_printf ("no alert: behind %s, which is down",
                            judge->parent != NULL ? judge->parent : "another monitor");
  if ((judge->covers & TOCSIN_COVER_SILENT) != 0)
    return g_strdup ("no alert: nobody is looking");
  return g_strdup ("no alert: flapping, which people were told");
}

static char **
list_followed (const TocsinJudgeStep *step)
{
  static const char *const tells[] = {
    [TOCSIN_TELL_DOWN] = "alert: down",           [TOCSIN_TELL_DEGRADED] = "alert: degraded",
    [TOCSIN_TELL_UP] = "alert: up again",         [TOCSIN_TELL_FLAPPING] = "alert: flapping",
    [TOCSIN_TELL_STEADY] = "alert: steady again",
  };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const TocsinJudgeResult *result = step->result;
  g_autofree char *retry = NULL, *wait = NULL;

  if ((result->actions & TOCSIN_ACTION_SHOW) != 0)
    g_strv_builder_add_many (builder, "state changed", NULL);
  if ((result->actions & TOCSIN_ACTION_OPEN_INCIDENT) != 0)
    g_strv_builder_add (builder, "incident opened");
  if ((result->actions & TOCSIN_ACTION_CLOSE_INCIDENT) != 0)
    g_strv_builder_add (builder, "incident closed");
  if ((result->actions & TOCSIN_ACTION_RETRY) != 0) {
    wait = tocsin_span_to_words (step->policy->retry_us);
    retry = g_strdup_printf ("checked again in %s", wait);
    g_strv_builder_add (builder, retry);
  }
  if ((result->actions & TOCSIN_ACTION_TELL) != 0) {
    g_strv_builder_add (builder, tells[result->tell]);
  } else if (step->kept_silent || (result->to != result->from && step->judge->covers != 0)) {
    g_autofree char *why = why_silent (step->judge);

    g_strv_builder_add (builder, why);
  } else if (result->to == TOCSIN_STATE_CONFIRMING) {
    g_strv_builder_add (builder, "no alert: not confirmed yet");
  } else if (result->to != result->from) {
    g_strv_builder_add (builder, "no alert: people were told nothing else");
  }
  return g_strv_builder_end (builder);
}

TocsinDecision *
tocsin_judge_explain (const TocsinJudgeStep *step)
{
  TocsinDecision *decision = tocsin_decision_new ();

  decision->at_us = step->now_us;
  decision->rule = g_strdup (step->rule);
  decision->sentence = count_in_words (step);
  decision->from = step->result->from;
  decision->to = step->result->to;
  decision->samples = list_samples (step->judge);
  decision->followed = list_followed (step);
  return decision;
}

char *
tocsin_judge_get_note (const TocsinJudge *judge)
{
  g_return_val_if_fail (judge != NULL, NULL);

  if ((judge->covers & TOCSIN_COVER_PARENT) != 0)
    return g_strdup_printf ("behind %s, which is down",
                            judge->parent != NULL ? judge->parent : "another monitor");
  if ((judge->covers & TOCSIN_COVER_SILENT) != 0)
    return g_strdup (judge->silence);
  return NULL;
}
