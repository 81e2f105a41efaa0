/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-judge-walk"

#include "config.h"

#include "json-round.h"
#include "judge.h"
#include "support.h"
#include "timetext.h"

#define N_EVENTS   100000
#define N_PROBES   3
#define INTERVAL   TOCSIN_US_PER_MIN
#define POLICY_ONE 500 /* the policy changes once in so many events */

typedef struct {
  GRand *rand;
  TocsinJudgePolicy policy;
  TocsinJudge *judge;
  gint64 now_us;
  gboolean many; /* probes */
  int mood;      /* failures in a hundred samples */

  TocsinState shown;
  TocsinState last_told; /* what people heard last */
  gint64 began_at;       /* of the open incident; 0: none */
  gint64 since_at;
} Walk;

static void
draw_policy (Walk *walk)
{
  walk->policy = (TocsinJudgePolicy){ .failures = (guint) g_rand_int_range (walk->rand, 1, 6),
                                      .successes = (guint) g_rand_int_range (walk->rand, 1, 5),
                                      .confirm = (guint) g_rand_int_range (walk->rand, 0, 4),
                                      .interval_us = INTERVAL,
                                      .retry_us = TOCSIN_US_PER_S };
}

static TocsinOutcome
draw_outcome (Walk *walk)
{
  if (g_rand_int_range (walk->rand, 0, 200) == 0)
    walk->mood = g_rand_int_range (walk->rand, 0, 101);
  if (g_rand_int_range (walk->rand, 0, 40) == 0)
    return TOCSIN_OUTCOME_INCONCLUSIVE;
  if (g_rand_int_range (walk->rand, 0, 100) < walk->mood)
    return TOCSIN_OUTCOME_FAILED;
  return g_rand_int_range (walk->rand, 0, 3) == 0 ? TOCSIN_OUTCOME_SLOW : TOCSIN_OUTCOME_OK;
}

/* Nine in ten are samples. */
static void
draw_event (Walk *walk, TocsinJudgeEvent *event, TocsinSample *sample)
{
  static const char *const probes[N_PROBES] = { NULL, "paris", "tokyo" };

  *event = (TocsinJudgeEvent){ .kind = TOCSIN_JUDGE_SAMPLE, .sample = sample };
  if (walk->many)
    event->probe = probes[g_rand_int_range (walk->rand, 0, N_PROBES)];
  sample->outcome = draw_outcome (walk);
  if (g_rand_int_range (walk->rand, 0, 10) != 0)
    return;
  event->kind = (TocsinJudgeEventKind) g_rand_int_range (walk->rand, 0, TOCSIN_N_JUDGE_EVENTS);
  event->text = g_rand_boolean (walk->rand) ? "router" : NULL;
}

static void
check_incident (Walk *walk, const TocsinJudgeResult *result)
{
  const TocsinJudge *judge = walk->judge;

  if (judge->covers == 0)
    g_assert_true (judge->incident_open == (judge->health == TOCSIN_STATE_DOWN));
  if (judge->incident_open)
    g_assert_true (judge->health == TOCSIN_STATE_DOWN &&
                   (judge->covers & TOCSIN_COVER_PAUSED) == 0);
  if ((result->actions & TOCSIN_ACTION_CLOSE_INCIDENT) != 0) {
    g_assert_cmpint (walk->began_at, !=, 0);
    g_assert_cmpint (result->ended_at, >=, walk->began_at);
    g_assert_cmpint (result->ended_at, <=, walk->now_us);
    walk->began_at = 0;
  }
  if ((result->actions & TOCSIN_ACTION_OPEN_INCIDENT) != 0) {
    g_assert_cmpint (walk->began_at, ==, 0);
    g_assert_cmpint (result->began_at, >, 0);
    g_assert_cmpint (result->began_at, <=, walk->now_us);
    walk->began_at = result->began_at;
  }
  g_assert_true (judge->incident_open == (walk->began_at != 0));
}

static void
check_told (Walk *walk, const TocsinJudgeResult *result)
{
  static const TocsinState says[] = {
    [TOCSIN_TELL_DOWN] = TOCSIN_STATE_DOWN,
    [TOCSIN_TELL_DEGRADED] = TOCSIN_STATE_DEGRADED,
    [TOCSIN_TELL_UP] = TOCSIN_STATE_UP,
  };
  const TocsinJudge *judge = walk->judge;
  gboolean confirmed =
      judge->health != TOCSIN_STATE_NEW && judge->health != TOCSIN_STATE_CONFIRMING;

  if (judge->covers == 0 && !judge->flapping && confirmed)
    g_assert_cmpuint (judge->told, ==, judge->health);
  if ((result->actions & TOCSIN_ACTION_TELL) == 0)
    return;
  g_assert_cmpint (judge->covers, ==, 0);
  g_assert_true (judge->flapping == (result->tell == TOCSIN_TELL_FLAPPING));
  if (result->tell == TOCSIN_TELL_FLAPPING)
    return;
  if (result->tell != TOCSIN_TELL_STEADY) {
    g_assert_cmpint (walk->last_told, !=, says[result->tell]);
    g_assert_cmpuint (judge->health, ==, says[result->tell]);
  }
  walk->last_told = judge->health;
}

static void
check_shown (Walk *walk, const TocsinJudgeResult *result)
{
  g_assert_cmpint (result->from, ==, walk->shown);
  g_assert_cmpint (result->to, ==, tocsin_judge_get_state (walk->judge));
  if (result->to == result->from && walk->since_at != 0)
    g_assert_cmpint (walk->judge->since_at, ==, walk->since_at);
  else
    g_assert_true ((result->actions & TOCSIN_ACTION_SHOW) != 0);
  g_assert_cmpint (walk->judge->since_at, <=, walk->now_us);
  walk->shown = result->to;
  walk->since_at = walk->judge->since_at;
  if (result->decision == NULL)
    return;
  g_assert_nonnull (result->decision->rule);
  g_assert_nonnull (result->decision->sentence);
  g_assert_cmpuint (result->decision->from, ==, result->from);
  g_assert_cmpuint (result->decision->to, ==, result->to);
}

/* Restarting forgets nothing; and what would be missed after a restart was to be saved. */
static void
check_stored (Walk *walk, const TocsinJudge *before, const TocsinJudgeResult *result)
{
  g_autoptr (JsonObject) json = write_and_parse (&tocsin_judge_fields, walk->judge);
  g_autoptr (GError) error = NULL;
  TocsinJudge *restored = tocsin_judge_from_json (json, &error);
  const TocsinJudge *after = walk->judge;

  g_assert_no_error (error);
  g_assert_true (tocsin_fields_equal (&tocsin_judge_fields, restored, after));
  for (guint i = 0; i < TOCSIN_JUDGE_REMEMBERED; i++)
    restored->memory[i] = after->memory[i];
  if (before->health != after->health || before->covers != after->covers ||
      before->told != after->told || before->incident_open != after->incident_open ||
      before->flapping != after->flapping)
    g_assert_true ((result->actions & TOCSIN_ACTION_SAVE) != 0);
  tocsin_judge_free (walk->judge);
  walk->judge = restored;
}

static void
take_step (Walk *walk)
{
  g_autoptr (TocsinSample) sample = tocsin_sample_new (0, TOCSIN_OUTCOME_OK);
  g_autoptr (TocsinJudge) before = tocsin_fields_copy (&tocsin_judge_fields, walk->judge);
  g_auto (TocsinJudgeResult) result = { 0 };
  TocsinJudgeEvent event;

  walk->now_us += 1 + g_rand_int_range (walk->rand, 0, 3 * (int) INTERVAL / 2);
  draw_event (walk, &event, sample);
  if (event.kind == TOCSIN_JUDGE_CONFIG || g_rand_int_range (walk->rand, 0, POLICY_ONE) == 0)
    draw_policy (walk);
  sample->at_us = walk->now_us - g_rand_int_range (walk->rand, 0, 2 * TOCSIN_US_PER_S);
  tocsin_judge_step (&walk->policy, walk->judge, &event, walk->now_us, &result);
  check_incident (walk, &result);
  check_told (walk, &result);
  check_shown (walk, &result);
  check_stored (walk, before, &result);
}

static void
walk_far (gboolean many)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  Walk walk = { .rand = rand,
                .judge = tocsin_judge_new (),
                .now_us = 20000 * TOCSIN_US_PER_DAY,
                .many = many,
                .mood = 20 };

  draw_policy (&walk);
  for (guint i = 0; i < N_EVENTS / 2; i++)
    take_step (&walk);
  tocsin_judge_free (walk.judge);
}

static void
test_one_probe (void)
{
  walk_far (FALSE);
}

static void
test_many_probes (void)
{
  walk_far (TRUE);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/judge-walk/one-probe", test_one_probe);
  g_test_add_func ("/judge-walk/many-probes", test_many_probes);
  return g_test_run ();
}
