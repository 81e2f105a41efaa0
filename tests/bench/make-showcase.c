/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* make-showcase DIR: a data folder as that of somebody who has watched a small company for three
 * months, for screenshots. What happened is made up; what it means is the judge's own verdict. */

#define G_LOG_DOMAIN "make-showcase"

#include "config.h"

#include <stdlib.h>

#include "bench-data.h"
#include "heartbeat.h"
#include "history.h"
#include "judge.h"
#include "store.h"
#include "timetext.h"
#include "uuid.h"

#define DAYS          90
#define MOST_TROUBLES 4

/* Something that went wrong, from `ago` minutes before now on. */
typedef struct {
  int ago_min;
  int for_min;
  TocsinCode code; /* SLOW: it answers late; OFFLINE: nobody looked */
  const char *reason;
} Trouble;

typedef struct {
  const char *json; /* the monitor, without its id */
  double scale;     /* of the latency */
  Trouble troubles[MOST_TROUBLES];
} Story;

#define HOURS(h) ((h) *60)
#define DAYS_(d) ((d) *24 * 60)

static const Story stories[] = {
  { "{'kind': 'http', 'name': 'Shop', 'target': 'https://shop.example.org/', 'project': 'Website',"
    " 'tags': ['web', 'customers'], 'slow_ms': 1000, 'tls_ca_file': 'CA'}",
    1.0,
    { { DAYS_ (12) + 340, 47, TOCSIN_CODE_STATUS_UNEXPECTED,
        "expected status 200-299, got 503 Service Unavailable" },
      { DAYS_ (61) + 100, 18, TOCSIN_CODE_TIMEOUT_CONNECT,
        "203.0.113.10:443 did not answer within 10 s" },
      { HOURS (9), 80, TOCSIN_CODE_SLOW, "slower than 1 s" } } },
  { "{'kind': 'http', 'name': 'API', 'target': 'https://api.example.org/v1/health',"
    " 'project': 'Website', 'tags': ['customers'], 'json_query': '$.status', 'json_value': 'ok',"
    " 'tls_ca_file': 'CA'}",
    0.45,
    { { 14, 60, TOCSIN_CODE_CONNECT_REFUSED,
        "203.0.113.20:443: connection refused (nothing listens there)" },
      { DAYS_ (3) + 700, 9, TOCSIN_CODE_TIMEOUT_RESPONSE,
        "no answer within 10 s after the request was sent" },
      { DAYS_ (40) + 80, 133, TOCSIN_CODE_STATUS_UNEXPECTED,
        "expected status 200-299, got 502 Bad Gateway" } } },
  { "{'kind': 'http', 'name': 'Website', 'target': 'https://www.example.org/',"
    " 'project': 'Website', 'tags': ['web'], 'contains': 'Welcome', 'tls_ca_file': 'CA'}",
    0.7,
    { { DAYS_ (27), 5, TOCSIN_CODE_DNS_SERVFAIL, "the name server failed on www.example.org" } } },
  { "{'kind': 'http', 'name': 'Intranet', 'target': 'https://intranet.example.org/',"
    " 'project': 'Office', 'tags': ['internal'], 'slow_ms': 800, 'tls_ca_file': 'CA'}",
    1.3,
    { { 38, 60, TOCSIN_CODE_SLOW, "slower than 800 ms" },
      { DAYS_ (19), HOURS (5), TOCSIN_CODE_SLOW, "slower than 800 ms" } } },
  { "{'kind': 'tcp', 'name': 'Mail (SMTP)', 'target': 'mail.example.org:25', 'project': 'Office',"
    " 'tags': ['mail'], 'expect': '220'}",
    0.2,
    { { DAYS_ (7) + 200, 26, TOCSIN_CODE_CONNECT_REFUSED,
        "203.0.113.25:25: connection refused (nothing listens there)" } } },
  { "{'kind': 'tcp', 'name': 'Git', 'target': 'git.example.org:22', 'project': 'Office',"
    " 'tags': ['internal']}",
    0.15,
    { { 0 } } },
  { "{'kind': 'ping', 'name': 'Office router', 'target': 'gw.example.org', 'project': 'Office',"
    " 'tags': ['network']}",
    0.08,
    { { DAYS_ (33), 12, TOCSIN_CODE_PING_LOST, "no answer from gw.example.org, 4 of 4 lost" } } },
  { "{'kind': 'dns', 'name': 'Mail domain', 'target': 'example.org', 'record_type': 'MX',"
    " 'resolver': '203.0.113.53', 'project': 'Office', 'tags': ['mail', 'network']}",
    0.12,
    { { 0 } } },
  { "{'kind': 'http', 'name': 'Staging', 'target': 'https://staging.example.org/',"
    " 'project': 'Website', 'paused': true, 'tls_ca_file': 'CA'}",
    1.1,
    { { 0 } } },
  { "{'kind': 'heartbeat', 'name': 'Nightly backup', 'cron': '0 3 * * *', 'tz': 'Europe/Berlin',"
    " 'grace_s': 1800, 'slug': 'nightly-backup', 'project': 'Jobs', 'tags': ['backup']}",
    0,
    { { 0 } } },
  { "{'kind': 'heartbeat', 'name': 'Invoices', 'period_s': 3600, 'grace_s': 600,"
    " 'slug': 'invoices', 'project': 'Jobs'}",
    0,
    { { 0 } } },
};

/* What is told of one monitor, and what the judge makes of it. */
typedef struct {
  TocsinStore *store;
  const Story *story;
  TocsinMonitor *monitor;   /* (owned) */
  TocsinJudge *judge;       /* (owned) */
  TocsinIncident *incident; /* (owned) (nullable) the open one */
  gint64 now_us;
  guint n_incidents;
} Telling;

static char *
encode (const TocsinFields *fields, gconstpointer object)
{
  g_autoptr (JsonObject) json = tocsin_fields_to_json (fields, object, 0);
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), json);

  return json_to_string (node, FALSE);
}

/* --- incidents --- */

static char *
make_id (gint64 at_us, guint n)
{
  guint8 random[TOCSIN_UUID_RANDOM_BYTES] = { [8] = (guint8) (at_us >> 8), [9] = (guint8) n };

  return tocsin_uuid_new (at_us, random);
}

/* What people wrote about the longest outage of the shop. */
static void
tell_of_the_shop (TocsinIncident *incident)
{
  gint64 at_us = incident->confirmed_at;

  incident->acknowledged_at = at_us + 4 * TOCSIN_US_PER_MIN;
  incident->root_cause = g_strdup (
      "The certificate store of the load balancer was full after the renewal at 04:00, so it took "
      "both web servers out of rotation.");
  incident->resolution = g_strdup ("Old certificates are removed before each renewal. The load "
                                   "balancer’s disk is watched now.");
  tocsin_incident_add_update (incident, incident->acknowledged_at, TOCSIN_UPDATE_ACKNOWLEDGED, NULL,
                              "Operations", NULL);
  tocsin_incident_add_update (incident, at_us + 11 * TOCSIN_US_PER_MIN, TOCSIN_UPDATE_NOTE,
                              "Both web servers answer when asked directly. It is the load "
                              "balancer: its disk is full.",
                              "Operations", NULL);
  tocsin_incident_add_update (incident, at_us + 40 * TOCSIN_US_PER_MIN, TOCSIN_UPDATE_NOTE,
                              "Space made, both servers are being put back.", "Operations", NULL);
}

static void
follow (Telling *telling, const TocsinJudgeResult *result, const TocsinSample *sample)
{
  if ((result->actions & TOCSIN_ACTION_OPEN_INCIDENT) != 0) {
    TocsinIncident *incident = telling->incident = tocsin_incident_new ();

    incident->id = make_id (sample->at_us, ++telling->n_incidents);
    incident->monitor_id = g_strdup (telling->monitor->id);
    incident->monitor_name = g_strdup (telling->monitor->name);
    incident->began_at = result->began_at;
    incident->confirmed_at = sample->at_us;
    incident->code = sample->code;
    incident->reason = g_strdup (sample->reason);
    tocsin_incident_add_update (incident, sample->at_us, TOCSIN_UPDATE_OPENED, sample->reason, NULL,
                                sample);
    if (sample->code == TOCSIN_CODE_STATUS_UNEXPECTED && telling->story == stories)
      tell_of_the_shop (incident);
    tocsin_store_save_incident (telling->store, incident, NULL, NULL);
  }
  if ((result->actions & TOCSIN_ACTION_CLOSE_INCIDENT) != 0 && telling->incident != NULL) {
    telling->incident->ended_at = result->ended_at;
    tocsin_incident_add_update (telling->incident, sample->at_us, TOCSIN_UPDATE_CLOSED,
                                result->decision != NULL ? result->decision->sentence : NULL, NULL,
                                sample);
    tocsin_store_save_incident (telling->store, telling->incident, NULL, NULL);
    g_clear_pointer (&telling->incident, tocsin_incident_free);
  }
}

static void
judge (Telling *telling, const TocsinJudgeEvent *event, gint64 at_us)
{
  g_auto (TocsinJudgeResult) result = { 0 };
  TocsinJudgePolicy policy;

  tocsin_judge_policy_init (&policy, telling->monitor);
  tocsin_judge_step (&policy, telling->judge, event, at_us, &result);
  if (result.decision != NULL)
    tocsin_store_add_decision (telling->store, telling->monitor->id, result.decision);
  if (event->sample != NULL)
    follow (telling, &result, event->sample);
}

static void
judge_sample (Telling *telling, const TocsinSample *sample)
{
  TocsinJudgeEvent event = { .kind = TOCSIN_JUDGE_SAMPLE, .sample = sample };

  judge (telling, &event, sample->at_us);
}

/* --- samples --- */

static const Trouble *
find_trouble (const Telling *telling, gint64 at_us)
{
  for (guint i = 0; i < MOST_TROUBLES; i++) {
    const Trouble *trouble = &telling->story->troubles[i];
    gint64 from_us = telling->now_us - trouble->ago_min * TOCSIN_US_PER_MIN;

    if (trouble->for_min > 0 && at_us >= from_us &&
        at_us < from_us + trouble->for_min * TOCSIN_US_PER_MIN)
      return trouble;
  }
  return NULL;
}

/* Which phases a check of the kind has. */
static gboolean
has_phase (guint kind, guint phase)
{
  static const guint phases[] = {
    [TOCSIN_MONITOR_HTTP] = 0x1f,
    [TOCSIN_MONITOR_TCP] = 1 << TOCSIN_PHASE_LOOKUP | 1 << TOCSIN_PHASE_CONNECT,
    [TOCSIN_MONITOR_PING] = 1 << TOCSIN_PHASE_LOOKUP | 1 << TOCSIN_PHASE_WAIT,
    [TOCSIN_MONITOR_DNS] = 1 << TOCSIN_PHASE_LOOKUP,
    [TOCSIN_MONITOR_HEARTBEAT] = 0,
  };

  return (phases[kind] & 1u << phase) != 0;
}

static void
shape (const Telling *telling, TocsinPoint *point, const TocsinPoint *before)
{
  const Trouble *trouble = find_trouble (telling, point->at_us);
  double factor = telling->story->scale;

  if (point->outcome == TOCSIN_OUTCOME_FAILED) { /* chance has no part in this story */
    memcpy (point->phase_us, before->phase_us, sizeof point->phase_us);
    point->outcome = TOCSIN_OUTCOME_OK;
    point->code = TOCSIN_CODE_NONE;
    factor = 1;
  }
  if (trouble != NULL && trouble->code == TOCSIN_CODE_SLOW) {
    point->phase_us[TOCSIN_PHASE_WAIT] += 900 * TOCSIN_US_PER_MS;
    point->outcome = TOCSIN_OUTCOME_SLOW;
    point->code = TOCSIN_CODE_SLOW;
  } else if (trouble != NULL) {
    point->outcome = TOCSIN_OUTCOME_FAILED;
    point->code = trouble->code;
  }
  point->latency_us = 0;
  for (guint phase = 0; phase < TOCSIN_N_PHASES; phase++) {
    gboolean is_there = has_phase (telling->monitor->kind, phase) &&
                        (point->outcome != TOCSIN_OUTCOME_FAILED || phase == 0);

    point->phase_us[phase] = is_there ? (gint64) (point->phase_us[phase] * factor) : -1;
    point->latency_us += MAX (point->phase_us[phase], 0);
  }
}

static void
fill (TocsinPoint *points, guint n_points, gint64 from_us, GRand *rand, gpointer user_data)
{
  Telling *telling = user_data;
  TocsinPoint before;

  bench_fill_points (points, n_points, from_us, rand);
  before = points[0];
  for (guint i = 0; i < n_points && points[i].at_us < telling->now_us; i++) {
    const Trouble *trouble = find_trouble (telling, points[i].at_us);
    g_autoptr (TocsinSample) sample = NULL;

    shape (telling, &points[i], &before);
    if (points[i].outcome == TOCSIN_OUTCOME_OK)
      before = points[i];
    sample = tocsin_point_to_sample (&points[i]);
    sample->reason = g_strdup (trouble != NULL ? trouble->reason : NULL);
    judge_sample (telling, sample);
  }
}

/* --- jobs --- */

static void
take_ping (Telling *telling, const TocsinSchedule *schedule, TocsinHeartbeat *heartbeat,
           TocsinPingKind kind, gint64 at_us, const char *body)
{
  g_autoptr (TocsinPing) ping = tocsin_ping_new ();
  g_auto (TocsinHeartbeatResult) result = { 0 };
  TocsinHeartbeatEvent event = { .kind = TOCSIN_HEARTBEAT_PING, .ping = ping };
  g_autofree char *json = NULL;

  ping->at_us = at_us;
  ping->kind = kind;
  ping->scheme = g_strdup ("http");
  ping->method = g_strdup (body != NULL ? "POST" : "GET");
  ping->remote_address = g_strdup ("127.0.0.1");
  ping->user_agent = g_strdup ("tocsinctl/" TOCSIN_VERSION);
  ping->exit_status = kind == TOCSIN_PING_START ? -1 : kind == TOCSIN_PING_FAIL;
  if (body != NULL) {
    ping->body = g_bytes_new (body, strlen (body));
    ping->body_bytes = (gint64) strlen (body);
  }
  tocsin_heartbeat_step (telling->monitor, schedule, heartbeat, &event, at_us, &result);
  for (guint i = 0; i < result.n_samples; i++) {
    tocsin_store_add_sample (telling->store, telling->monitor->id, result.samples[i], TRUE);
    judge_sample (telling, result.samples[i]);
  }
  json = encode (&tocsin_heartbeat_fields, heartbeat);
  tocsin_store_add_ping (telling->store, telling->monitor->id, ping, json, NULL, NULL);
}

/* Two weeks of runs; one of them failed. */
static void
tell_of_a_job (Telling *telling, GRand *rand)
{
  g_autoptr (TocsinSchedule) schedule = tocsin_schedule_new_for_monitor (telling->monitor, NULL);
  g_autoptr (TocsinHeartbeat) heartbeat = tocsin_heartbeat_new ();
  gint64 at_us = telling->now_us - 14 * TOCSIN_US_PER_DAY;
  gboolean is_daily = telling->monitor->cron != NULL;

  for (guint n = 0;; n++) {
    gint64 took_us =
        (is_daily ? 14 : 1) * TOCSIN_US_PER_MIN + g_rand_int_range (rand, 0, 200) * TOCSIN_US_PER_S;
    gboolean failed = is_daily && n == 8;

    at_us = tocsin_schedule_next (schedule, at_us);
    if (at_us + took_us >= telling->now_us)
      return;
    take_ping (telling, schedule, heartbeat, TOCSIN_PING_START, at_us, NULL);
    take_ping (telling, schedule, heartbeat, failed ? TOCSIN_PING_FAIL : TOCSIN_PING_SUCCESS,
               at_us + took_us,
               failed ? "rsync: No space left on device (28)\n"
                      : "48 212 files, 1.3 GB, 0 errors\n");
  }
}

/* --- all of it --- */

static TocsinMonitor *
read_monitor (const Story *story, guint n, const char *ca_file)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GString) json = g_string_new (story->json);
  TocsinMonitor *monitor;

  g_string_replace (json, "'", "\"", 0);
  g_string_replace (json, "\"CA\"", ca_file, 0);
  node = json_from_string (json->str, &error);
  g_assert_no_error (error);
  monitor = tocsin_monitor_from_json (json_node_get_object (node), &error);
  g_assert_no_error (error);
  monitor->id = bench_history_id (n);
  if (monitor->kind == TOCSIN_MONITOR_HEARTBEAT)
    monitor->ping_id = make_id (g_get_real_time (), n);
  g_assert_true (tocsin_monitor_validate (monitor, &error));
  return monitor;
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_main_loop_quit (user_data);
}

static void
flush (TocsinStore *store)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  tocsin_store_flush (store, flushed_cb, loop);
  g_main_loop_run (loop);
}

static void
plan_maintenance (TocsinStore *store)
{
  g_autoptr (TocsinMaintenance) window = tocsin_maintenance_new ();
  const char *tags[] = { "internal", NULL };

  window->id = make_id (g_get_real_time (), 99);
  window->title = g_strdup ("Updates of the office servers");
  window->tags = g_strdupv ((char **) tags);
  window->starts = g_strdup ("2026-09-06T02:00:00");
  window->tz = g_strdup ("Europe/Berlin");
  window->duration_us = 2 * TOCSIN_US_PER_HOUR;
  window->rrule = g_strdup ("FREQ=WEEKLY;BYDAY=SU");
  tocsin_store_save_maintenance (store, window, NULL, NULL);
}

static gboolean
tell (TocsinStore *store, const char *data_dir, const Story *story, guint n, const char *ca_file,
      GError **error)
{
  Telling telling = {
    store, story, read_monitor (story, n, ca_file), tocsin_judge_new (), NULL, g_get_real_time (),
    10 * n
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (n);
  g_autofree char *json = NULL;
  gboolean ok = TRUE;

  tocsin_store_save_monitor (store, telling.monitor, FALSE, NULL, NULL);
  flush (store);
  if (telling.monitor->kind == TOCSIN_MONITOR_HEARTBEAT)
    tell_of_a_job (&telling, rand);
  else
    ok = bench_write_past (data_dir, n, DAYS, fill, &telling, error);
  if (telling.monitor->paused)
    judge (&telling, &(TocsinJudgeEvent){ .kind = TOCSIN_JUDGE_PAUSE }, telling.now_us);
  json = encode (&tocsin_judge_fields, telling.judge);
  tocsin_store_save_judge (store, telling.monitor->id, json, NULL, NULL);
  flush (store);
  tocsin_monitor_unref (telling.monitor);
  tocsin_judge_free (telling.judge);
  g_clear_pointer (&telling.incident, tocsin_incident_free);
  return ok;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *ca_file = NULL;
  TocsinStore *store;
  gboolean ok = TRUE;

  if (argc != 3) {
    g_printerr ("make-showcase DIR CA-FILE\n");
    return 2;
  }
  ca_file = g_strdup_printf ("\"%s\"", argv[2]);
  store = tocsin_store_open (argv[1], NULL, &error);
  if (store != NULL) {
    for (guint i = 0; ok && i < G_N_ELEMENTS (stories); i++)
      ok = tell (store, argv[1], &stories[i], i + 1, ca_file, &error);
    plan_maintenance (store);
    tocsin_store_close (store);
  }
  if (error != NULL)
    g_printerr ("%s\n", error->message);
  return error == NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}
