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
  if (vote->n_good > 0)
    quorum->recovered_at = MAX (quorum->recovered_at, vote->first_good_at);
}

/* Those that are not surely good again are still enough to keep it down. */
static gboolean
is_recovering (const Count *count, guint n_needed)
{
  return count->n_voting - count->n_recovered >= n_needed;
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
  if (is_recovering (count, n_needed))
    return TOCSIN_FINDING_RECOVERING;
  if (count->n_down > 0)
    return TOCSIN_FINDING_MINORITY;
  if (count->n_slow >= n_needed)
    return TOCSIN_FINDING_SLOW_ENOUGH;
  return TOCSIN_FINDING_GOOD;
}

/* Since when as many failed as are needed: what a minority saw before that was no outage. */
static gint64
find_begin (const TocsinVote *const *votes, guint n, guint n_needed)
{
  gint64 began_at = 0;

  for (guint i = 0; i < n; i++) {
    guint n_by_then = 0;

    for (guint j = 0; j < n; j++)
      n_by_then += votes[j]->n_failed > 0 && votes[j]->first_failed_at <= votes[i]->first_failed_at;
    if (votes[i]->n_failed > 0 && n_by_then >= n_needed &&
        (began_at == 0 || votes[i]->first_failed_at < began_at))
      began_at = votes[i]->first_failed_at;
  }
  return began_at;
}

void
tocsin_quorum_decide (const TocsinVote *const *votes, guint n, const TocsinJudgePolicy *policy,
                      gint64 now_us, TocsinQuorum *quorum)
{
  const TocsinVote *heard[TOCSIN_QUORUM_VOTES];
  Count count = { 0 };

  g_return_if_fail (n <= TOCSIN_QUORUM_VOTES);
  g_return_if_fail (policy != NULL && quorum != NULL);

  *quorum = (TocsinQuorum){ 0 };
  for (guint i = 0; i < n; i++) {
    gboolean silent = n > 1 && now_us - votes[i]->at_us > 2 * policy->interval_us;

    if (votes[i]->at_us == 0 || silent)
      continue;
    heard[count.n_voting] = votes[i];
    count_vote (&count, quorum, votes[i], policy);
  }
  quorum->n_voting = count.n_voting;
  quorum->n_down = count.n_down;
  quorum->n_needed =
      policy->confirm > 0 ? MIN (policy->confirm, MAX (count.n_voting, 1)) : count.n_voting / 2 + 1;
  quorum->finding = find (&count, quorum->n_needed);
  if (count.n_failing >= quorum->n_needed)
    quorum->began_at = find_begin (heard, count.n_voting, quorum->n_needed);
}
