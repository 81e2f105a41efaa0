/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-heartbeat"

#include "config.h"

#include <string.h>

#include "heartbeat.h"
#include "json-round.h"
#include "support.h"
#include "timetext.h"

#define BEGIN_AT (G_GINT64_CONSTANT (1795406400) * TOCSIN_US_PER_S)
#define MIN_US   TOCSIN_US_PER_MIN
#define N_EVENTS 100000

/* A job that is due once an hour and may be 10 minutes late. Scripts are one word an event: minutes
 * since the begin, the event, a colon, the status, the minute of the deadline where there is one,
 * and the samples, each with its minute. Events: + success, - failure, ( start, l log, i ignored,
 * ! the deadline, P pause, R resume, C max_run becomes 30 minutes. Runs have a rid where a letter
 * a or b follows. Statuses: n new, u up, d down, p paused. Samples: + good, M missed, F failed,
 * O overrun. */
typedef struct {
  const char *name;
  const char *script;
  int max_run; /* minutes; 0: as the grace */
} Case;

static const Case cases[] = {
  { "new-never-goes-down", "0!:n 5l:n 6i:n 9999!:n" },
  { "hourly-and-on-time", "0+:u70+0 60+:u130+60 125+:u195+125" },
  { "missed-at-its-deadline", "0+:u70+0 69!:u70 70!:d130M70 71+:u141+71" },
  { "each-period-is-one-more-failure", "0+:u70+0 70!:d130M70 130!:d190M130" },
  { "what-passed-while-nobody-looked-is-one", "0+:u70+0 700!:d760M70" },
  { "failure-is-told-at-once", "0+:u70+0 30-:d100F30 31+:u101+31" },
  { "failure-then-silence", "0-:d70F0 70!:d130M70" },
  { "log-and-ignored-change-nothing", "0+:u70+0 30l:u70 31i:u70 70!:d130M70" },
  { "late-success-records-the-outage", "0+:u70+0 90+:u160M70+90" },
  { "late-failure-records-it-too", "0+:u70+0 90-:d160M70F90" },
  { "late-start-records-it-too", "0+:u70+0 90(:d100M70", 0 },
  { "start-of-a-new-one-can-overrun", "0(:n10 10!:d70O10" },
  { "start-and-end", "0(:n10 5+:u75+5" },
  { "start-pulls-the-deadline-forward", "0+:u70+0 20(:u30 30!:d90O30" },
  { "late-start-has-no-second-grace", "0+:u70+0 65(:u70 70!:d75M70 75!:d135O75" },
  { "long-run-with-its-own-limit", "0+:u70+0 60(:u90 89+:u159+89", 30 },
  { "overrun-of-its-own-limit", "0+:u70+0 60(:u90 90!:d150O90", 30 },
  { "other-rid-closes-nothing", "0(a:n10 3+b:u10+3 10!:d73O10" },
  { "no-rid-closes-any", "0(a:n10 3+:u73+3" },
  { "failure-closes-any", "0(a:n10 3-b:d73F3" },
  { "only-the-newest-start-is-watched", "0(a:n10 4(b:n14 5+a:u14+5 6+b:u76+6" },
  { "pause-forgets-the-run", "0+:u70+0 5(:u15 6P:p 99!:p" },
  { "resume-is-new", "0+:u70+0 6P:p 9R:n 999!:n 1000+:u1070+1000" },
  { "success-ends-a-pause", "0+:u70+0 6P:p 200+:u270+200" },
  { "late-start-while-paused-is-no-outage", "0+:u70+0 6P:p 200(:p210" },
  { "started-while-paused-can-overrun", "0P:p 5(:p15 15!:d75O15" },
  { "new-limit-moves-the-deadline", "0+:u70+0 60(:u70 61C:u90" },
  { "an-edit-backdates-nothing", "0(a:n60 3+b:u60+3 50C:u50 50!:d110O50", 60 },
  { "edit-keeps-a-failing-one-waiting", "0+:u70+0 70!:d130M70 80C:d140" },
};

static TocsinPing *
make_ping (char what, const char *rid, gint64 at_us)
{
  TocsinPing *ping = tocsin_ping_new ();

  ping->kind = what == '+'   ? TOCSIN_PING_SUCCESS
               : what == '-' ? TOCSIN_PING_FAIL
               : what == '(' ? TOCSIN_PING_START
               : what == 'l' ? TOCSIN_PING_LOG
                             : TOCSIN_PING_IGNORED;
  ping->rid = *rid != '\0' ? g_strdup (rid) : NULL;
  ping->at_us = at_us;
  ping->exit_status = ping->duration_us = -1;
  return ping;
}

static TocsinMonitor *
make_monitor (int max_run)
{
  TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_HEARTBEAT);

  monitor->grace_us = 10 * MIN_US;
  monitor->max_run_us = max_run > 0 ? max_run * MIN_US : -1;
  return monitor;
}

static void
append (GString *line, const TocsinHeartbeat *heartbeat, const TocsinHeartbeatResult *result)
{
  g_string_append_c (line, "nudp"[heartbeat->status]);
  if (heartbeat->deadline_at != 0)
    g_string_append_printf (line, "%d", (int) ((heartbeat->deadline_at - BEGIN_AT) / MIN_US));
  for (guint i = 0; i < result->n_samples; i++) {
    const TocsinSample *sample = result->samples[i];

    g_string_append_printf (line, "%c%d",
                            sample->outcome == TOCSIN_OUTCOME_OK
                                ? '+'
                                : "MFO"[sample->code - TOCSIN_CODE_HEARTBEAT_MISSED],
                            (int) ((sample->at_us - BEGIN_AT) / MIN_US));
  }
}

static void
test_case (gconstpointer data)
{
  const Case *one = data;
  g_autoptr (TocsinMonitor) monitor = make_monitor (one->max_run);
  g_autoptr (TocsinSchedule) schedule = tocsin_schedule_new_every (60 * MIN_US, NULL);
  g_autoptr (TocsinHeartbeat) heartbeat = tocsin_heartbeat_new ();
  g_auto (GStrv) steps = g_strsplit (one->script, " ", -1);
  g_autoptr (GString) seen = g_string_new (NULL);

  for (guint i = 0; steps[i] != NULL; i++) {
    static const char others[] = "!PRC";
    g_auto (TocsinHeartbeatResult) result = { 0 };
    g_autoptr (TocsinPing) ping = NULL;
    TocsinHeartbeatEvent event = { .deadline_at = heartbeat->deadline_at };
    g_autofree char *head = g_strndup (steps[i], strcspn (steps[i], ":"));
    char *what;
    gint64 now_us = BEGIN_AT + g_ascii_strtoll (head, &what, 10) * MIN_US;

    if (strchr (others, *what) != NULL) {
      event.kind = (TocsinHeartbeatEventKind) (TOCSIN_HEARTBEAT_DEADLINE +
                                               (strchr (others, *what) - others));
      if (*what == 'C')
        monitor->max_run_us = 30 * MIN_US;
    } else {
      event.ping = ping = make_ping (*what, what + 1, now_us);
    }
    tocsin_heartbeat_step (monitor, schedule, heartbeat, &event, now_us, &result);
    g_string_append_printf (seen, "%s%s:", i > 0 ? " " : "", head);
    append (seen, heartbeat, &result);
  }
  g_assert_cmpstr (seen->str, ==, one->script);
}

/* --- what is told of a run --- */

static void
test_durations (void)
{
  g_autoptr (TocsinMonitor) monitor = make_monitor (0);
  g_autoptr (TocsinSchedule) schedule = tocsin_schedule_new_every (60 * MIN_US, NULL);
  static const struct {
    const char *start, *end;
    gint64 duration_us;
  } runs[] = { { "", "", 3 * MIN_US },
               { "a", "a", 3 * MIN_US },
               { "a", "b", -1 },
               { "a", "", -1 },
               { "", "a", -1 } };

  for (guint i = 0; i < G_N_ELEMENTS (runs); i++) {
    g_autoptr (TocsinHeartbeat) heartbeat = tocsin_heartbeat_new ();
    g_autoptr (TocsinPing) start = make_ping ('(', runs[i].start, BEGIN_AT);
    g_autoptr (TocsinPing) end = make_ping ('+', runs[i].end, BEGIN_AT + 3 * MIN_US);
    g_auto (TocsinHeartbeatResult) first = { 0 }, second = { 0 };
    TocsinHeartbeatEvent event = { .ping = start };

    tocsin_heartbeat_step (monitor, schedule, heartbeat, &event, start->at_us, &first);
    event.ping = end;
    tocsin_heartbeat_step (monitor, schedule, heartbeat, &event, end->at_us, &second);
    g_assert_cmpuint (second.n_samples, ==, 1);
    g_assert_cmpint (end->duration_us, ==, runs[i].duration_us);
    g_assert_cmpint (second.samples[0]->latency_us, ==, runs[i].duration_us);
    g_assert_cmpint (heartbeat->last_duration_us, ==, runs[i].duration_us);
  }
}

static void
test_exit_status_and_output_are_evidence (void)
{
  g_autoptr (TocsinMonitor) monitor = make_monitor (0);
  g_autoptr (TocsinSchedule) schedule = tocsin_schedule_new_every (60 * MIN_US, NULL);
  g_autoptr (TocsinHeartbeat) heartbeat = tocsin_heartbeat_new ();
  g_autoptr (TocsinPing) ping = make_ping ('-', "", BEGIN_AT);
  g_autofree char *output = g_strnfill (TOCSIN_EVIDENCE_BODY_BYTES + 10, 'x');
  g_auto (TocsinHeartbeatResult) result = { 0 };
  const TocsinSample *sample;
  const char *kept;
  gsize size;

  memcpy (output + strlen (output) - 4, "no/!", 4);
  ping->exit_status = 3;
  ping->remote_address = g_strdup ("192.0.2.7");
  ping->body = g_bytes_new (output, strlen (output));
  tocsin_heartbeat_step (monitor, schedule, heartbeat, &(TocsinHeartbeatEvent){ .ping = ping },
                         BEGIN_AT, &result);
  sample = result.samples[0];
  g_assert_cmpstr (sample->reason, ==, "the job failed with exit status 3");
  g_assert_cmpint (sample->evidence->exit_status, ==, 3);
  g_assert_cmpstr (sample->evidence->remote_address, ==, "192.0.2.7");
  kept = g_bytes_get_data (sample->evidence->body, &size);
  g_assert_cmpuint (size, ==, TOCSIN_EVIDENCE_BODY_BYTES);
  g_assert_cmpmem (kept + size - 4, 4, "no/!", 4);
}

static void
test_sentences (void)
{
  static const struct {
    const char *script; /* as above, without the results */
    const char *reason;
  } said[] = {
    { "0-", "the job said that it failed" },
    { "0+ 70!", "no ping came: one was due at 2026-11-23T05:00:00Z, and may be late by 10 min" },
    { "0( 10!", "the run that began did not end within 10 min" },
  };
  g_autoptr (TocsinMonitor) monitor = make_monitor (0);
  g_autoptr (TocsinSchedule) schedule = tocsin_schedule_new_every (60 * MIN_US, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (said); i++) {
    g_autoptr (TocsinHeartbeat) heartbeat = tocsin_heartbeat_new ();
    g_autofree char *reason = NULL;

    for (const char *at = said[i].script; *at != '\0'; at += strspn (at, " ")) {
      g_auto (TocsinHeartbeatResult) result = { 0 };
      char *what;
      gint64 now_us = BEGIN_AT + g_ascii_strtoll (at, &what, 10) * MIN_US;
      g_autoptr (TocsinPing) ping = make_ping (*what, "", now_us);
      TocsinHeartbeatEvent event = { *what == '!' ? TOCSIN_HEARTBEAT_DEADLINE
                                                  : TOCSIN_HEARTBEAT_PING,
                                     ping, heartbeat->deadline_at };

      tocsin_heartbeat_step (monitor, schedule, heartbeat, &event, now_us, &result);
      g_free (reason);
      reason = g_strdup (result.n_samples > 0 ? result.samples[0]->reason : NULL);
      at = what + 1;
    }
    g_assert_cmpstr (reason, ==, said[i].reason);
  }
}

/* The clock woke us, but a ping came first. */
static void
test_ping_in_between_wins (void)
{
  g_autoptr (TocsinMonitor) monitor = make_monitor (0);
  g_autoptr (TocsinSchedule) schedule = tocsin_schedule_new_every (60 * MIN_US, NULL);
  g_autoptr (TocsinHeartbeat) heartbeat = tocsin_heartbeat_new ();
  g_autoptr (TocsinPing) first = make_ping ('+', "", BEGIN_AT);
  g_autoptr (TocsinPing) second = make_ping ('+', "", BEGIN_AT + 69 * MIN_US);
  TocsinHeartbeatEvent event = { .ping = first };
  g_auto (TocsinHeartbeatResult) one = { 0 }, two = { 0 }, three = { 0 };
  gint64 read_at;

  tocsin_heartbeat_step (monitor, schedule, heartbeat, &event, first->at_us, &one);
  read_at = heartbeat->deadline_at;
  event.ping = second;
  tocsin_heartbeat_step (monitor, schedule, heartbeat, &event, second->at_us, &two);
  event = (TocsinHeartbeatEvent){ TOCSIN_HEARTBEAT_DEADLINE, NULL, read_at };
  tocsin_heartbeat_step (monitor, schedule, heartbeat, &event, read_at, &three);
  g_assert_cmpuint (three.n_samples, ==, 0);
  g_assert_false (three.changed);
  g_assert_cmpuint (heartbeat->status, ==, TOCSIN_HEARTBEAT_UP);
}

/* --- at random --- */

typedef struct {
  GRand *rand;
  TocsinMonitor *monitor;
  TocsinSchedule *schedule;
  TocsinHeartbeat *heartbeat;
  gint64 now_us;
  gint64 sampled_at; /* the newest sample */
} Walk;

static void
check_samples (Walk *walk, const TocsinHeartbeatEvent *event, const TocsinHeartbeatResult *result)
{
  for (guint i = 0; i < result->n_samples; i++) {
    const TocsinSample *sample = result->samples[i];

    g_assert_cmpint (sample->at_us, >=, walk->sampled_at);
    g_assert_cmpint (sample->at_us, <=, walk->now_us);
    g_assert_true ((sample->outcome == TOCSIN_OUTCOME_FAILED) == (sample->reason != NULL));
    walk->sampled_at = sample->at_us;
  }
  if (event->kind > TOCSIN_HEARTBEAT_DEADLINE)
    g_assert_cmpuint (result->n_samples, ==, 0);
  if (result->n_samples > 0) {
    guint last = result->samples[result->n_samples - 1]->outcome;

    g_assert_true (result->changed);
    g_assert_true ((walk->heartbeat->status == TOCSIN_HEARTBEAT_UP) == (last == TOCSIN_OUTCOME_OK));
  }
}

static void
check_state (Walk *walk, const TocsinHeartbeat *before, const TocsinHeartbeatResult *result)
{
  g_autoptr (JsonObject) json = write_and_parse (&tocsin_heartbeat_fields, walk->heartbeat);
  g_autoptr (GError) error = NULL;
  TocsinHeartbeat *restored = tocsin_heartbeat_from_json (json, &error);

  g_assert_no_error (error);
  g_assert_true (tocsin_fields_equal (&tocsin_heartbeat_fields, restored, walk->heartbeat));
  if (!tocsin_fields_equal (&tocsin_heartbeat_fields, before, walk->heartbeat))
    g_assert_true (result->changed);
  if (restored->status == TOCSIN_HEARTBEAT_UP)
    g_assert_cmpint (restored->deadline_at, !=, 0);
  if (restored->deadline_at == 0)
    g_assert_cmpint (restored->last_start_at, ==, 0);
  tocsin_heartbeat_free (walk->heartbeat);
  walk->heartbeat = restored;
}

static void
take_step (Walk *walk)
{
  static const char kinds[] = "++++-((li";
  static const char *const rids[] = { "", "", "a", "b" };
  g_autoptr (TocsinPing) ping = NULL;
  g_autoptr (TocsinHeartbeat) before = NULL;
  g_auto (TocsinHeartbeatResult) result = { 0 };
  TocsinHeartbeatEvent event = { .deadline_at = walk->heartbeat->deadline_at };
  int what = g_rand_int_range (walk->rand, 0, 20);

  walk->now_us += g_rand_int_range (walk->rand, 0, 90 * (int) TOCSIN_US_PER_S) * 20;
  ping = make_ping (kinds[g_rand_int_range (walk->rand, 0, sizeof kinds - 1)],
                    rids[g_rand_int_range (walk->rand, 0, G_N_ELEMENTS (rids))], walk->now_us);
  event.ping = ping;
  if (what == 0)
    event.kind = (TocsinHeartbeatEventKind) g_rand_int_range (walk->rand, TOCSIN_HEARTBEAT_PAUSE,
                                                              TOCSIN_HEARTBEAT_CONFIG + 1);
  else if (what < 10)
    event.kind = TOCSIN_HEARTBEAT_DEADLINE;
  if (event.kind == TOCSIN_HEARTBEAT_CONFIG) {
    walk->monitor->grace_us = g_rand_int_range (walk->rand, 1, 30) * MIN_US;
    walk->monitor->max_run_us = g_rand_int_range (walk->rand, -30, 30) * MIN_US;
  }
  before = tocsin_fields_copy (&tocsin_heartbeat_fields, walk->heartbeat);
  tocsin_heartbeat_step (walk->monitor, walk->schedule, walk->heartbeat, &event, walk->now_us,
                         &result);
  check_samples (walk, &event, &result);
  check_state (walk, before, &result);
}

static void
test_walk (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  g_autoptr (TocsinMonitor) monitor = make_monitor (0);
  g_autoptr (TocsinSchedule) schedule = tocsin_schedule_new_every (60 * MIN_US, NULL);
  Walk walk = { rand, monitor, schedule, tocsin_heartbeat_new (), BEGIN_AT, 0 };

  for (guint i = 0; i < N_EVENTS; i++)
    take_step (&walk);
  tocsin_heartbeat_free (walk.heartbeat);
}

static void
test_refused_json (void)
{
  static const char *const texts[] = {
    "{\"status\": \"late\"}",
    "{\"last_start_rid\": \"0123456789012345678901234567890123456\"}",
    "{\"deadline\": 7}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (JsonNode) node = json_from_string (texts[i], NULL);
    g_autoptr (GError) error = NULL;

    g_assert_null (tocsin_heartbeat_from_json (json_node_get_object (node), &error));
    g_assert_nonnull (error);
  }
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/heartbeat/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/heartbeat/durations", test_durations);
  g_test_add_func ("/heartbeat/exit-status-and-output-are-evidence",
                   test_exit_status_and_output_are_evidence);
  g_test_add_func ("/heartbeat/sentences", test_sentences);
  g_test_add_func ("/heartbeat/ping-in-between-wins", test_ping_in_between_wins);
  g_test_add_func ("/heartbeat/walk", test_walk);
  g_test_add_func ("/heartbeat/refused-json", test_refused_json);
  return g_test_run ();
}
