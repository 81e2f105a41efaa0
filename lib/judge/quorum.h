/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "sample.h"

G_BEGIN_DECLS

/* What one probe says of a monitor: its last samples, counted. */
typedef struct {
  char *probe;            /* (owned) (nullable) NULL: this machine */
  gint64 at_us;           /* of its last conclusive sample; 0: none */
  gint64 n_failed;        /* in a row, up to now */
  gint64 n_good;          /* likewise, ok or slow */
  gint64 n_slow;          /* likewise, slow */
  gint64 first_failed_at; /* of the row */
  gint64 first_good_at;
} TocsinVote;

#define TOCSIN_QUORUM_VOTES 65 /* at most: 64 probes and this machine */

/* The thresholds of a monitor. */
typedef struct {
  guint failures, successes; /* in a row, of one probe */
  guint confirm;             /* probes that must agree; 0: a majority */
  gint64 interval_us;
  gint64 retry_us;
} TocsinJudgePolicy;

/* What all votes together say. */
typedef enum {
  TOCSIN_FINDING_NOTHING,       /* nobody votes */
  TOCSIN_FINDING_GOOD,          /* enough good checks */
  TOCSIN_FINDING_RECOVERING,    /* good, but not often enough to believe a recovery */
  TOCSIN_FINDING_SLOW_ENOUGH,   /* slow, often enough */
  TOCSIN_FINDING_MINORITY,      /* some probes say down, too few to believe them */
  TOCSIN_FINDING_FAILED,        /* failing, not often enough */
  TOCSIN_FINDING_FAILED_ENOUGH, /* failed often enough */
} TocsinFinding;

#define TOCSIN_N_FINDINGS (TOCSIN_FINDING_FAILED_ENOUGH + 1)

typedef struct {
  TocsinFinding finding;
  guint n_voting, n_down, n_needed; /* probes */
  gint64 n_failed;                  /* the longest row of failures */
  gint64 began_at;                  /* since when as many fail as are needed; 0: they do not */
  gint64 recovered_at;              /* the first good sample after it; 0: none */
} TocsinQuorum;

/* Counts a sample in. Inconclusive ones change nothing: they neither break a row nor make one. */
void tocsin_vote_add (TocsinVote *vote, const TocsinSample *sample);

/* The verdict of `n` votes at `now_us`. A probe that reported nothing conclusive within two
 * intervals is silent and does not vote, unless it is the only one: then nobody contradicts it. */
void tocsin_quorum_decide (const TocsinVote *const *votes, guint n, const TocsinJudgePolicy *policy,
                           gint64 now_us, TocsinQuorum *quorum);

G_END_DECLS
