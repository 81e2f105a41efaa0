/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-judge"

#include "config.h"

#include <string.h>

#include "judge.h"
#include "support.h"
#include "timetext.h"

#define BEGIN_AT (G_GINT64_CONSTANT (1795406400) * TOCSIN_US_PER_S)
#define BEAT_US  TOCSIN_US_PER_MIN

/* Scripts are one word an event, a minute apart: the event, a colon, the state that is then shown,
 * and what was to be done. Events: + ok, ~ slow, - failed, ? inconclusive, P pause, R resume,
 * M and m maintenance begins and ends, D and d the parent goes down and up, S nobody looks,
 * C another policy (`then`). States: n new, u up, g degraded, c confirming, d down, p paused,
 * m maintenance, k unknown. Actions: o open, x close, e keep evidence, r retry; people are told
 * D down, G degraded, U up, F flapping, S steady. */
typedef struct {
  const char *name;
  const char *script;
  guint failures, successes; /* 0: 3 and 1 */
  guint then_failures, then_successes;
} Case;

static const Case cases[] = {
  { "third-failure-opens-incident", "+:u -:cer -:cer -:deoD -:d +:uexU +:u" },
  { "good-recheck-ends-the-doubt", "+:u -:cer -:cer +:u -:cer +:u" },
  { "first-good-is-no-news", "+:u +:u" },
  { "down-from-the-first-check-on", "-:cer -:cer -:deoD" },
  { "one-failure-is-enough-where-asked", "+:u -:deoD +:uexU", 1, 1 },
  { "new-and-down-at-once", "-:deoD", 1, 1 },
  { "inconclusive-breaks-no-row", "+:u -:cer ?:k -:cer ?:k -:deoD ?:k ?:k +:uexU" },
  { "inconclusive-closes-nothing", "-:deoD ?:k -:d", 1, 1 },
  { "recovery-needs-its-successes", "+:u -:deoD +:dr +:dr -:d +:dr +:dr +:uexU", 1, 3 },
  { "slow-recovery-needs-them-too", "+:u -:deoD ~:dr ~:dr ~:gexG +:uU", 1, 3 },
  { "slow-thrice-is-degraded", "+:u ~:u ~:u ~:geG ~:g +:uU" },
  { "slow-from-the-first-check", "~:gG +:uU", 1, 1 },
  { "degraded-then-down", "~:u ~:u ~:geG -:cer -:cer -:deoD +:uexU" },
  { "degraded-waits-for-good-ones", "+:u ~:geG ~:g -:deoD +:dr +:uexU", 1, 2 },
  { "slow-between-is-no-failure", "+:u -:cer ~:u -:cer -:cer ~:u" },
  { "reachable-again-but-slow", "-:deoD ~:gexG", 1, 1 },
  { "lowered-threshold-confirms", "+:u -:cer C:deoD", 3, 1, 1, 1 },
  { "raised-threshold-keeps-it-down", "+:u -:deoD C:d -:d +:uexU", 1, 1, 5, 1 },
  { "lowered-successes-close", "+:u -:deoD +:dr C:uexU", 1, 3, 1, 1 },
  { "nothing-known-nothing-changed", "C:n" },
  { "nobody-is-told-in-maintenance", "+:u M:m -:mer -:mer -:me m:doD +:uexU" },
  { "recovered-in-maintenance-is-told-after-it", "-:deoD M:m +:mex m:uU", 1, 1 },
  { "down-through-maintenance-is-not-told-twice", "-:deoD M:m -:m m:d +:uexU", 1, 1 },
  { "down-and-up-in-maintenance-is-no-news", "+:u M:m -:me +:me m:u", 1, 1 },
  { "pause-closes-and-resume-begins-anew", "-:deoD P:px R:n -:deo +:uexU", 1, 1 },
  { "resumed-without-a-word", "+:u P:p R:n +:u" },
  { "resume-says-up-to-who-heard-down", "-:deoD P:px R:n +:uU", 1, 1 },
  { "checked-by-hand-while-paused", "+:u P:p -:pe R:n +:u", 1, 1 },
  { "behind-a-router-that-is-down", "+:u D:k -:ker -:ker -:ke d:n +:u" },
  { "doubts-behind-the-router-are-forgotten", "+:u D:k -:ker -:ker d:n -:cer +:u" },
  { "down-before-its-router", "-:deoD D:k -:k d:d +:uexU", 1, 1 },
  { "parent-that-was-never-down", "+:u -:cer d:c -:cer -:deoD" },
  { "down-before-the-computer-slept", "-:deoD S:k -:d +:uexU", 1, 1 },
  { "nobody-looks-then-somebody", "+:u S:k +:u S:k S:k -:cer" },
  { "maintenance-lies-over-the-parent", "+:u M:m D:m m:k d:u" },
  { "pause-lies-over-maintenance", "+:u M:m P:p m:p R:n +:u" },
  { "maintenance-twice-is-once", "+:u M:m M:m m:u m:u" },
  { "one-alert-for-a-flapping-one",
    "+:u -:deoD +:uexU -:deoD +:uexU -:deoD +:uexF -:deo +:uex -:deo", 1, 1 },
};

static void
append_actions (GString *line, const TocsinJudgeResult *result)
{
  static const struct {
    TocsinJudgeAction action;
    char letter;
  } letters[] = { { TOCSIN_ACTION_KEEP_EVIDENCE, 'e' },
                  { TOCSIN_ACTION_RETRY, 'r' },
                  { TOCSIN_ACTION_OPEN_INCIDENT, 'o' },
                  { TOCSIN_ACTION_CLOSE_INCIDENT, 'x' } };

  g_string_append_c (line, "nugcdpmk"[result->to]);
  for (guint i = 0; i < G_N_ELEMENTS (letters); i++)
    if ((result->actions & letters[i].action) != 0)
      g_string_append_c (line, letters[i].letter);
  if ((result->actions & TOCSIN_ACTION_TELL) != 0)
    g_string_append_c (line, "DGUFS"[result->tell]);
}

static void
step (const TocsinJudgePolicy *policy, TocsinJudge *judge, char what, const char *probe,
      gint64 now_us, TocsinJudgeResult *result)
{
  static const char samples[] = "+~-?", others[] = "PRMmDdSC";
  const char *found = strchr (samples, what);
  TocsinJudgeEvent event = { .probe = probe, .text = "router" };
  g_autoptr (TocsinSample) sample = tocsin_sample_new (now_us, TOCSIN_OUTCOME_OK);

  if (found != NULL) {
    event.kind = TOCSIN_JUDGE_SAMPLE;
    event.sample = sample;
    sample->outcome = (guint) (found - samples);
    sample->code = what == '-' ? TOCSIN_CODE_CONNECT_REFUSED : TOCSIN_CODE_NONE;
    sample->reason = g_strdup ("this computer is offline");
  } else {
    found = strchr (others, what);
    g_assert_nonnull (found);
    event.kind = (TocsinJudgeEventKind) (TOCSIN_JUDGE_PAUSE + (found - others));
  }
  tocsin_judge_step (policy, judge, &event, now_us, result);
}

static TocsinJudgePolicy
make_policy (guint failures, guint successes)
{
  return (TocsinJudgePolicy){ .failures = failures != 0 ? failures : 3,
                              .successes = successes != 0 ? successes : 1,
                              .interval_us = BEAT_US,
                              .retry_us = 10 * TOCSIN_US_PER_S };
}

static void
test_case (gconstpointer data)
{
  const Case *one = data;
  g_autoptr (TocsinJudge) judge = tocsin_judge_new ();
  g_auto (GStrv) steps = g_strsplit (one->script, " ", -1);
  g_autoptr (GString) seen = g_string_new (NULL);
  TocsinJudgePolicy policy = make_policy (one->failures, one->successes);

  for (guint i = 0; steps[i] != NULL; i++) {
    g_auto (TocsinJudgeResult) result = { 0 };

    if (steps[i][0] == 'C')
      policy = make_policy (one->then_failures, one->then_successes);
    step (&policy, judge, steps[i][0], NULL, BEGIN_AT + i * BEAT_US, &result);
    g_string_append_printf (seen, "%s%c:", i > 0 ? " " : "", steps[i][0]);
    append_actions (seen, &result);
  }
  g_assert_cmpstr (seen->str, ==, one->script);
}

/* --- what is said --- */

static const struct {
  const char *script;
  guint failures;
  const char *rule, *sentence, *followed; /* of the last event */
} sayings[] = {
  { "+", 3, "first-good", "the first check was good",
    "state changed; no alert: people were told nothing else" },
  { "+-", 3, "first-failure",
    "a check failed; it is checked again soon: 1 of 3 checks failed in a row",
    "state changed; checked again in 10 s; no alert: not confirmed yet" },
  { "+---", 3, "failure-confirmed", "failed often enough to be down: 3 of 3 checks failed in a row",
    "state changed; incident opened; alert: down" },
  { "+-+", 3, "failure-not-confirmed", "it was good when it was checked again",
    "state changed; no alert: people were told nothing else" },
  { "-+", 1, "recovered", "good often enough to be up",
    "state changed; incident closed; alert: up again" },
  { "+~", 1, "slow-confirmed", "slow often enough to be degraded",
    "state changed; alert: degraded" },
  { "~+", 1, "fast-again", "good again", "state changed; alert: up again" },
  { "+M", 1, "maintenance-begins", "a maintenance window began",
    "state changed; no alert: in maintenance" },
  { "+M-", 1, "failure-confirmed", "failed often enough to be down: 1 of 1 checks failed in a row",
    "no alert: in maintenance" },
  { "+M-m", 1, "maintenance-ends", "the maintenance window ended",
    "state changed; incident opened; alert: down" },
  { "-P", 1, "paused", "somebody paused it", "state changed; incident closed; no alert: paused" },
  { "+PR", 1, "resumed", "somebody resumed it",
    "state changed; no alert: people were told nothing else" },
  { "+D-", 1, "failure-confirmed", "failed often enough to be down: 1 of 1 checks failed in a row",
    "no alert: behind router, which is down" },
  { "+S", 1, "nobody-looks", "nobody looks at it from here on",
    "state changed; no alert: nobody is looking" },
  { "+?", 1, "inconclusive", "the check could say nothing about the target",
    "state changed; no alert: nobody is looking" },
  { "+?+", 1, "looked-again", "it is being looked at again",
    "state changed; no alert: people were told nothing else" },
  { "+-+-+-+", 1, "flapping-begins", "its state changes so often that it is flapping",
    "state changed; incident closed; alert: flapping" },
  { "+-+-+-+-", 1, "failure-confirmed",
    "failed often enough to be down: 1 of 1 checks failed in a row",
    "state changed; incident opened; no alert: people were told nothing else" },
  { "-+-+-+-+-+", 1, "recovered", "good often enough to be up",
    "state changed; incident closed; no alert: people were told nothing else" },
  { "-+-+-+-+-", 1, "failure-confirmed",
    "failed often enough to be down: 1 of 1 checks failed in a row",
    "state changed; incident opened; no alert: flapping, which people were told" },
};

static void
test_sentences (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (sayings); i++) {
    g_autoptr (TocsinJudge) judge = tocsin_judge_new ();
    TocsinJudgePolicy policy = make_policy (sayings[i].failures, 1);
    g_auto (TocsinJudgeResult) result = { 0 };
    g_autofree char *followed = NULL;

    for (guint n = 0; sayings[i].script[n] != '\0'; n++) {
      tocsin_judge_result_clear (&result);
      step (&policy, judge, sayings[i].script[n], NULL, BEGIN_AT + n * BEAT_US, &result);
    }
    g_assert_nonnull (result.decision);
    followed = g_strjoinv ("; ", result.decision->followed);
    g_test_message ("%s", sayings[i].script);
    g_assert_cmpstr (result.decision->rule, ==, sayings[i].rule);
    g_assert_cmpstr (result.decision->sentence, ==, sayings[i].sentence);
    g_assert_cmpstr (followed, ==, sayings[i].followed);
  }
}

static void
test_decision_names_its_samples (void)
{
  g_autoptr (TocsinJudge) judge = tocsin_judge_new ();
  TocsinJudgePolicy policy = make_policy (2, 1);
  g_auto (TocsinJudgeResult) result = { 0 };

  for (guint i = 0; i < 8; i++) {
    tocsin_judge_result_clear (&result);
    step (&policy, judge, i < 6 ? '+' : '-', NULL, BEGIN_AT + i * BEAT_US, &result);
  }
  g_assert_cmpuint (g_strv_length (result.decision->samples), ==, TOCSIN_JUDGE_REMEMBERED);
  g_assert_cmpstr (result.decision->samples[0], ==, "2026-11-23T04:03:00Z ok");
  g_assert_cmpstr (result.decision->samples[4], ==, "2026-11-23T04:07:00Z failed connect_refused");
}

/* --- when --- */

static void
test_incident_begins_and_ends_with_the_first (void)
{
  g_autoptr (TocsinJudge) judge = tocsin_judge_new ();
  TocsinJudgePolicy policy = make_policy (3, 2);
  const char *script = "+---++";

  for (guint i = 0; script[i] != '\0'; i++) {
    g_auto (TocsinJudgeResult) result = { 0 };

    step (&policy, judge, script[i], NULL, BEGIN_AT + i * BEAT_US, &result);
    if (i == 3) {
      g_assert_cmpint (result.began_at, ==, BEGIN_AT + BEAT_US);
      g_assert_cmpint (judge->since_at, ==, BEGIN_AT + BEAT_US);
    }
    g_assert_cmpint (result.ended_at, ==, i == 5 ? BEGIN_AT + 4 * BEAT_US : 0);
  }
}

/* The row of failures reaches back into the window; the outage does not. */
static void
test_planned_time_is_no_outage (void)
{
  static const char *const scripts[] = { "+M---m", "+M--m-", "+M---Sm-" };

  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++) {
    g_autoptr (TocsinJudge) judge = tocsin_judge_new ();
    TocsinJudgePolicy policy = make_policy (3, 1);
    gint64 ended_at = strchr (scripts[i], 'm') - scripts[i];
    g_auto (TocsinJudgeResult) result = { 0 };

    for (guint n = 0; scripts[i][n] != '\0'; n++) {
      tocsin_judge_result_clear (&result);
      step (&policy, judge, scripts[i][n], NULL, BEGIN_AT + n * BEAT_US, &result);
    }
    g_assert_cmpint (result.actions & TOCSIN_ACTION_OPEN_INCIDENT, !=, 0);
    g_assert_cmpint (result.began_at, ==, BEGIN_AT + ended_at * BEAT_US);
  }
}

/* --- many probes --- */

/* "a-" is probe a's failure; as above otherwise, ten seconds apart. */
static const struct {
  const char *name;
  const char *script;
  guint confirm, successes;
} many[] = {
  { "majority-of-three", "a+:u b+:u c+:u a-:geG b-:deoD c-:d a+:d b+:gexG c+:uU" },
  { "one-of-four-is-a-minority", "a+:u b+:u c+:u d+:u a-:geG a-:g a+:uU" },
  { "one-is-enough-where-asked", "a+:u b+:u c+:u a-:deoD b+:d a+:uexU", 1 },
  { "two-must-agree-of-four", "a+:u b+:u c+:u d+:u a-:geG d-:deoD a+:gexG d+:uU", 2 },
  { "more-than-there-are", "a+:u b+:u a-:geG b-:deoD", 5 },
  { "recovery-of-each-is-confirmed", "a-:deoD b-:d a+:dr b+:dr a+:uexU", 0, 2 },
  { "inconclusive-elsewhere-covers-nothing", "a+:u b+:u a?:u b?:u a-:geG" },
};

static void
test_many_probes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (many); i++) {
    g_autoptr (TocsinJudge) judge = tocsin_judge_new ();
    g_auto (GStrv) steps = g_strsplit (many[i].script, " ", -1);
    g_autoptr (GString) seen = g_string_new (NULL);
    TocsinJudgePolicy policy = make_policy (1, many[i].successes);

    policy.confirm = many[i].confirm;
    for (guint n = 0; steps[n] != NULL; n++) {
      const char probe[] = { steps[n][0], '\0' };
      g_auto (TocsinJudgeResult) result = { 0 };

      step (&policy, judge, steps[n][1], probe, BEGIN_AT + n * 10 * TOCSIN_US_PER_S, &result);
      g_string_append_printf (seen, "%s%.2s:", n > 0 ? " " : "", steps[n]);
      append_actions (seen, &result);
    }
    g_test_message ("%s", many[i].name);
    g_assert_cmpstr (seen->str, ==, many[i].script);
  }
}

static void
test_minority_is_counted_in_words (void)
{
  g_autoptr (TocsinJudge) judge = tocsin_judge_new ();
  TocsinJudgePolicy policy = make_policy (1, 1);
  g_auto (TocsinJudgeResult) result = { 0 };

  for (guint i = 0; i < 5; i++) {
    static const char *const probes[] = { "a", "b", "c", NULL, "a" };

    tocsin_judge_result_clear (&result);
    step (&policy, judge, i < 4 ? '+' : '-', probes[i], BEGIN_AT + i, &result);
  }
  g_assert_cmpstr (result.decision->sentence, ==,
                   "down for some probes, too few to believe that it is down: "
                   "1 of 4 probes say down, 3 are needed");
}

static void
test_silent_probes_do_not_vote (void)
{
  g_autoptr (TocsinJudge) judge = tocsin_judge_new ();
  TocsinJudgePolicy policy = make_policy (1, 1);
  g_auto (TocsinJudgeResult) first = { 0 }, second = { 0 };

  step (&policy, judge, '+', "a", BEGIN_AT, &first);
  step (&policy, judge, '-', "b", BEGIN_AT + 2 * BEAT_US + 1, &second);
  g_assert_cmpint (second.to, ==, TOCSIN_STATE_DOWN);
}

/* Those that saw the outage fall silent: it cannot end before it began. */
static void
test_incident_never_ends_before_it_began (void)
{
  g_autoptr (TocsinJudge) judge = tocsin_judge_new ();
  TocsinJudgePolicy policy = make_policy (1, 1);
  gint64 later = BEGIN_AT + 3 * BEAT_US;

  for (guint i = 0; i < 4; i++) {
    g_auto (TocsinJudgeResult) result = { 0 };

    step (&policy, judge, i == 0 || i == 3 ? '+' : '-',
          i == 1   ? "a"
          : i == 2 ? "b"
                   : "c",
          i < 3 ? BEGIN_AT + i : later, &result);
    g_assert_cmpint (result.ended_at, ==, i == 3 ? later : 0);
  }
}

static void
test_a_minority_of_old_backdates_nothing (void)
{
  g_autoptr (TocsinJudge) judge = tocsin_judge_new ();
  TocsinJudgePolicy policy = make_policy (1, 1);
  static const char *const steps[] = { "a+", "b+", "c+", "a-", "a-", "a-", "b-" };
  g_auto (TocsinJudgeResult) result = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    const char probe[] = { steps[i][0], '\0' };

    tocsin_judge_result_clear (&result);
    step (&policy, judge, steps[i][1], probe, BEGIN_AT + i, &result);
  }
  g_assert_cmpint (result.to, ==, TOCSIN_STATE_DOWN);
  g_assert_cmpint (result.began_at, ==, BEGIN_AT + 6);
}

static void
test_more_probes_than_are_remembered (void)
{
  g_autoptr (TocsinJudge) judge = tocsin_judge_new ();
  TocsinJudgePolicy policy = make_policy (1, 1);

  for (guint i = 0; i < TOCSIN_JUDGE_PROBES + 10; i++) {
    g_autofree char *probe = g_strdup_printf ("probe-%u", i);
    g_auto (TocsinJudgeResult) result = { 0 };

    step (&policy, judge, '+', probe, BEGIN_AT + i, &result);
    g_assert_cmpuint (judge->others->len, <=, TOCSIN_JUDGE_PROBES);
  }
  for (guint i = 0; i < judge->others->len; i++)
    g_assert_cmpint (((TocsinVote *) judge->others->pdata[i])->at_us, >=, BEGIN_AT + 10);
}

/* --- flapping --- */

static void
test_flapping_stops_with_one_word (void)
{
  g_autoptr (TocsinJudge) judge = tocsin_judge_new ();
  TocsinJudgePolicy policy = make_policy (1, 1);
  g_autoptr (GString) told = g_string_new (NULL);

  for (guint i = 0; i < 80; i++) {
    g_auto (TocsinJudgeResult) result = { 0 };

    step (&policy, judge, i < 40 && i % 2 == 1 ? '-' : '+', NULL, BEGIN_AT + i * BEAT_US, &result);
    if ((result.actions & TOCSIN_ACTION_TELL) != 0)
      g_string_append_c (told, "DGUFS"[result.tell]);
  }
  g_assert_cmpstr (told->str, ==, "DUDUDFS");
  g_assert_cmpint (judge->told, ==, TOCSIN_STATE_UP);
}

/* A window that changes state at each check is no flapping that anybody must hear of. */
static void
test_maintenance_does_not_flap (void)
{
  g_autoptr (TocsinJudge) judge = tocsin_judge_new ();
  TocsinJudgePolicy policy = make_policy (1, 1);
  const char *script = "+M-+-+-+-+-+-+m-";
  g_auto (TocsinJudgeResult) result = { 0 };

  for (guint i = 0; script[i] != '\0'; i++) {
    tocsin_judge_result_clear (&result);
    step (&policy, judge, script[i], NULL, BEGIN_AT + i * BEAT_US, &result);
  }
  g_assert_false (judge->flapping);
  g_assert_cmpint (result.tell, ==, TOCSIN_TELL_DOWN);
}

/* --- the rest --- */

static void
test_notes (void)
{
  static const struct {
    const char *script, *note;
  } notes[] = { { "+", NULL },
                { "+D", "behind router, which is down" },
                { "+S", "router" },
                { "+?", "this computer is offline" },
                { "+?+", NULL } };

  for (guint i = 0; i < G_N_ELEMENTS (notes); i++) {
    g_autoptr (TocsinJudge) judge = tocsin_judge_new ();
    TocsinJudgePolicy policy = make_policy (1, 1);
    g_autofree char *note = NULL;

    for (guint n = 0; notes[i].script[n] != '\0'; n++) {
      g_auto (TocsinJudgeResult) result = { 0 };

      step (&policy, judge, notes[i].script[n], NULL, BEGIN_AT + n, &result);
    }
    note = tocsin_judge_get_note (judge);
    g_assert_cmpstr (note, ==, notes[i].note);
  }
}

static void
test_policy_comes_from_the_monitor (void)
{
  g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (TOCSIN_MONITOR_HTTP);
  TocsinJudgePolicy policy;

  monitor->interval_us = 5 * TOCSIN_US_PER_S;
  monitor->confirm = 2;
  tocsin_judge_policy_init (&policy, monitor);
  g_assert_cmpuint (policy.failures, ==, 3);
  g_assert_cmpuint (policy.successes, ==, 1);
  g_assert_cmpuint (policy.confirm, ==, 2);
  g_assert_cmpint (policy.retry_us, ==, 5 * TOCSIN_US_PER_S);
}

static void
test_refused_json (void)
{
  static const char *const texts[] = {
    "{\"health\": \"paused\"}",
    "{\"told\": \"confirming\"}",
    "{\"covers\": 16}",
    "{\"history\": -1}",
    "{\"local_failed\": -1}",
    "{\"health\": 3}",
    "{\"others\": [{\"n_good\": -1}]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (JsonNode) node = json_from_string (texts[i], NULL);
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", texts[i]);
    g_assert_null (tocsin_judge_from_json (json_node_get_object (node), &error));
    g_assert_nonnull (error);
  }
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/judge/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/judge/sentences", test_sentences);
  g_test_add_func ("/judge/decision-names-its-samples", test_decision_names_its_samples);
  g_test_add_func ("/judge/incident-begins-and-ends-with-the-first",
                   test_incident_begins_and_ends_with_the_first);
  g_test_add_func ("/judge/planned-time-is-no-outage", test_planned_time_is_no_outage);
  g_test_add_func ("/judge/many-probes", test_many_probes);
  g_test_add_func ("/judge/minority-is-counted-in-words", test_minority_is_counted_in_words);
  g_test_add_func ("/judge/silent-probes-do-not-vote", test_silent_probes_do_not_vote);
  g_test_add_func ("/judge/incident-never-ends-before-it-began",
                   test_incident_never_ends_before_it_began);
  g_test_add_func ("/judge/a-minority-of-old-backdates-nothing",
                   test_a_minority_of_old_backdates_nothing);
  g_test_add_func ("/judge/more-probes-than-are-remembered", test_more_probes_than_are_remembered);
  g_test_add_func ("/judge/flapping-stops-with-one-word", test_flapping_stops_with_one_word);
  g_test_add_func ("/judge/maintenance-does-not-flap", test_maintenance_does_not_flap);
  g_test_add_func ("/judge/notes", test_notes);
  g_test_add_func ("/judge/policy-comes-from-the-monitor", test_policy_comes_from_the_monitor);
  g_test_add_func ("/judge/refused-json", test_refused_json);
  return g_test_run ();
}
