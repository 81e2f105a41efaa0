/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "judge.h"

G_BEGIN_DECLS

/* A row of the judge's table. */
typedef struct {
  TocsinState from;
  TocsinFinding finding;
  TocsinState to;
  guint actions;    /* KEEP_EVIDENCE, RETRY */
  const char *rule; /* NULL: nothing was decided */
  const char *sentence;
} TocsinTransition;

/* One step while it is taken. */
typedef struct {
  const TocsinJudgePolicy *policy;
  TocsinJudge *judge;
  const TocsinJudgeEvent *event;
  gint64 now_us;
  TocsinJudgeResult *result;

  TocsinState from;    /* shown before */
  TocsinQuorum quorum; /* where the votes were asked */
  const char *rule;    /* what was decided; NULL: nothing */
  const char *sentence;
  gboolean kept_silent; /* there was something to tell */
} TocsinJudgeStep;

extern const TocsinFields tocsin_vote_fields;

/* The decision of a step, for people. */
TocsinDecision *tocsin_judge_explain (const TocsinJudgeStep *step);

G_END_DECLS
