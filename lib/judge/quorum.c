/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "quorum"

#include "config.h"

#include "quorum.h"

void
tocsin_vote_add (TocsinVote *vote, const TocsinSample *sample)
{
  g_return_if_fail (vote != NULL && sample != NULL);

  if (sample->outcome == TOCSIN_OUTCOME_INCONCLUSIVE)
    return;
  vote->at_us = sample->at_us;
  if (sample->outcome == TOCSIN_OUTCOME_FAILED) {
    if (vote->n_failed++ == 0)
      vote->first_failed_at = sample->at_us;
    vote->n_good = vote->n_slow = 0;
    return;
  }
  if (vote->n_good++ == 0)
    vote->first_good_at = sample->at_us;
  vote->n_slow = sample->outcome == TOCSIN_OUTCOME_SLOW ? vote->n_slow + 1 : 0;
  vote->n_failed = 0;
}

typedef struct {
  guint n_voting, n_down, n_failing, n_slow, n_recovered;
} Count;

static void
count_vote (Count *count, TocsinQuorum *quorum, const TocsinVote *vote,
            const TocsinJudgePolicy *policy)
{
  count->n_voting++;
  count->n_failing += vote->n_failed > 0;
  count->n_down += vote->n_failed >= policy->failures;
  count->n_slow += vote->n_slow >= policy->failures;
  count->n_recovered += vote->n_good >= policy->successes;
  quorum->n_failed = MAX (quorum->n_failed, vote->n_failed);
  if (vote->n_failed > 0 && (quorum->began_at == 0 || vote->first_failed_at < quorum->began_at))
    quorum->began_at = vote->first_failed_at;
  if (vote->n_good > 0)
    quorum->recovered_at = MAX (quorum->recovered_at, vote->first_good_at);
}

static TocsinFinding
find (const Count *count, guint n_needed)
{
  if (count->n_voting == 0)
    return TOCSIN_FINDING_NOTHING;
  if (count->n_down >= n_needed)
    return TOCSIN_FINDING_FAILED_ENOUGH;
  if (count->n_failing >= n_needed)
    return TOCSIN_FINDING_FAILED;
  if (count->n_down > 0)
    return TOCSIN_FINDING_MINORITY;
  if (count->n_slow >= n_needed)
    return TOCSIN_FINDING_SLOW_ENOUGH;
  if (count->n_recovered >= n_needed)
    return TOCSIN_FINDING_GOOD;
  return TOCSIN_FINDING_RECOVERING;
}

void
tocsin_quorum_decide (const TocsinVote *const *votes, guint n, const TocsinJudgePolicy *policy,
                      gint64 now_us, TocsinQuorum *quorum)
{
  Count count = { 0 };

  g_return_if_fail (policy != NULL && quorum != NULL);

  *quorum = (TocsinQuorum){ 0 };
  for (guint i = 0; i < n; i++) {
    gboolean silent = n > 1 && now_us - votes[i]->at_us > 2 * policy->interval_us;

    if (votes[i]->at_us != 0 && !silent)
      count_vote (&count, quorum, votes[i], policy);
  }
  quorum->n_voting = count.n_voting;
  quorum->n_down = count.n_down;
  quorum->n_needed =
      policy->confirm > 0 ? MIN (policy->confirm, MAX (count.n_voting, 1)) : count.n_voting / 2 + 1;
  quorum->finding = find (&count, quorum->n_needed);
}
