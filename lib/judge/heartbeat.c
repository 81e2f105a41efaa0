/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "heartbeat"

#include "config.h"

#include "errors.h"
#include "heartbeat.h"
#include "timetext.h"

static const char *const statuses[] = { "new", "up", "down", "paused" };
const TocsinWords tocsin_heartbeat_status_words = TOCSIN_WORDS ("heartbeat status", statuses);

#define NAMED(name_, member, k, ...)                                                              \
  {                                                                                               \
    .name = name_, .kind = TOCSIN_FIELD_##k, .offset = G_STRUCT_OFFSET (TocsinHeartbeat, member), \
    __VA_ARGS__                                                                                   \
  }

static const TocsinField rows[] = {
  NAMED ("status", status, WORD, .words = &tocsin_heartbeat_status_words),
  NAMED ("last_ping", last_ping_at, TIME),
  NAMED ("last_start", last_start_at, TIME),
  NAMED ("last_start_rid", last_start_rid, STRING, .most = 36),
  NAMED ("last_duration", last_duration_us, SPAN, .fallback = -1),
  NAMED ("deadline", deadline_at, TIME),
};

const TocsinFields tocsin_heartbeat_fields = {
  .what = "heartbeat",
  .size = sizeof (TocsinHeartbeat),
  .rows = rows,
  .n_rows = G_N_ELEMENTS (rows),
  .selector_offset = TOCSIN_FIELDS_NO_SELECTOR,
  .unknown_offset = TOCSIN_FIELDS_NO_UNKNOWN,
};

typedef struct {
  const TocsinMonitor *monitor;
  const TocsinSchedule *schedule;
  TocsinHeartbeat *heartbeat;
  const TocsinHeartbeatEvent *event;
  gint64 now_us;
  TocsinHeartbeatResult *result;
} Step;

/* --- deadlines --- */

static gint64
plus (gint64 at_us, gint64 span_us)
{
  return span_us > G_MAXINT64 - at_us ? G_MAXINT64 : at_us + span_us;
}

/* When the next ping is due after `after_us`, with its grace; 0: never. */
static gint64
get_ping_deadline (const Step *step, gint64 after_us)
{
  gint64 due_us = tocsin_schedule_next (step->schedule, after_us);

  return due_us != 0 ? plus (due_us, step->monitor->grace_us) : 0;
}

/* What the next ping is reckoned from; 0: none is due. One that is down waits for the next too, so
 * that a threshold above one can be reached; what it missed while nobody could look is one. */
static gint64
get_base (const Step *step)
{
  const TocsinHeartbeat *heartbeat = step->heartbeat;

  if (heartbeat->status == TOCSIN_HEARTBEAT_UP)
    return heartbeat->last_ping_at;
  if (heartbeat->status == TOCSIN_HEARTBEAT_DOWN)
    return MAX (heartbeat->last_ping_at, step->now_us - step->monitor->grace_us);
  return 0;
}

/* A run that began is not late: where it has a limit of its own, that alone counts. What is overdue
 * by an edit, or behind what was already told, is so from now on, not before. */
static void
set_deadline (Step *step)
{
  TocsinHeartbeat *heartbeat = step->heartbeat;
  gint64 base_us = get_base (step), deadline_at = 0, run_deadline_at;

  if (base_us != 0)
    deadline_at = get_ping_deadline (step, base_us);
  if (heartbeat->last_start_at != 0) {
    run_deadline_at =
        plus (heartbeat->last_start_at, tocsin_monitor_get_max_run_us (step->monitor));
    if (deadline_at == 0 || step->monitor->max_run_us >= 0 || run_deadline_at < deadline_at)
      deadline_at = run_deadline_at;
  }
  if (deadline_at != 0)
    deadline_at = MAX (deadline_at, step->now_us);
  step->result->changed |= heartbeat->deadline_at != deadline_at;
  heartbeat->deadline_at = deadline_at;
}

/* --- samples --- */

static TocsinSample *
add_sample (Step *step, gint64 at_us)
{
  TocsinSample *sample = tocsin_sample_new (at_us, TOCSIN_OUTCOME_OK);

  g_assert (step->result->n_samples < TOCSIN_HEARTBEAT_SAMPLES);
  step->result->samples[step->result->n_samples++] = sample;
  return sample;
}

/* What the deadline that has passed says. */
static void
miss_deadline (Step *step)
{
  TocsinHeartbeat *heartbeat = step->heartbeat;
  gint64 max_run_us = tocsin_monitor_get_max_run_us (step->monitor);
  gboolean overrun = heartbeat->last_start_at != 0 &&
                     heartbeat->deadline_at >= plus (heartbeat->last_start_at, max_run_us);
  TocsinSample *sample = add_sample (step, heartbeat->deadline_at);
  g_autofree char *span = NULL, *at = NULL;

  if (overrun) {
    span = tocsin_span_to_words (max_run_us);
    tocsin_sample_fail (sample, TOCSIN_CODE_HEARTBEAT_OVERRUN,
                        "the run that began did not end within %s", span);
    heartbeat->last_start_at = 0;
    g_clear_pointer (&heartbeat->last_start_rid, g_free);
  } else {
    at = tocsin_time_to_text (heartbeat->deadline_at - step->monitor->grace_us);
    span = tocsin_span_to_words (step->monitor->grace_us);
    tocsin_sample_fail (sample, TOCSIN_CODE_HEARTBEAT_MISSED,
                        "no ping came: one was due at %s, and may be late by %s", at, span);
  }
  heartbeat->status = TOCSIN_HEARTBEAT_DOWN;
  step->result->changed = TRUE;
}

/* --- events --- */

/* Whether this ping ends the run that is open: with the same rid, or with none; a failure ends
 * any. */
static gboolean
ends_run (const TocsinHeartbeat *heartbeat, const TocsinPing *ping)
{
  if (heartbeat->last_start_at == 0)
    return FALSE;
  return g_strcmp0 (heartbeat->last_start_rid, ping->rid) == 0 || ping->rid == NULL ||
         ping->kind == TOCSIN_PING_FAIL;
}

static void
close_run (Step *step, TocsinPing *ping)
{
  TocsinHeartbeat *heartbeat = step->heartbeat;

  if (!ends_run (heartbeat, ping))
    return;
  if (g_strcmp0 (heartbeat->last_start_rid, ping->rid) == 0) {
    ping->duration_us = MAX (ping->at_us - heartbeat->last_start_at, 0);
    heartbeat->last_duration_us = ping->duration_us;
  }
  heartbeat->last_start_at = 0;
  g_clear_pointer (&heartbeat->last_start_rid, g_free);
}

static void
report_ping (Step *step, const TocsinPing *ping)
{
  TocsinSample *sample = add_sample (step, ping->at_us);

  sample->latency_us = ping->duration_us;
  sample->evidence = tocsin_evidence_new ();
  sample->evidence->exit_status = ping->exit_status;
  sample->evidence->remote_address = g_strdup (ping->remote_address);
  if (ping->kind == TOCSIN_PING_SUCCESS)
    return;
  if (ping->body != NULL) /* the end of a job's output is where it says why */
    sample->evidence->body =
        g_bytes_new_from_bytes (ping->body,
                                g_bytes_get_size (ping->body) -
                                    MIN (g_bytes_get_size (ping->body), TOCSIN_EVIDENCE_BODY_BYTES),
                                MIN (g_bytes_get_size (ping->body), TOCSIN_EVIDENCE_BODY_BYTES));
  if (ping->exit_status > 0)
    tocsin_sample_fail (sample, TOCSIN_CODE_HEARTBEAT_FAIL,
                        "the job failed with exit status %" G_GINT64_FORMAT, ping->exit_status);
  else
    tocsin_sample_fail (sample, TOCSIN_CODE_HEARTBEAT_FAIL, "the job said that it failed");
}

/* Where nobody marked it in time: the outage was real all the same. */
static void
note_missed (Step *step, const TocsinPing *ping)
{
  const TocsinHeartbeat *heartbeat = step->heartbeat;

  if (heartbeat->deadline_at != 0 && ping->at_us > heartbeat->deadline_at &&
      heartbeat->status != TOCSIN_HEARTBEAT_PAUSED)
    miss_deadline (step);
}

static void
take_start (Step *step, const TocsinPing *ping)
{
  TocsinHeartbeat *heartbeat = step->heartbeat;

  note_missed (step, ping);
  heartbeat->last_start_at = ping->at_us;
  g_free (heartbeat->last_start_rid);
  heartbeat->last_start_rid = g_strdup (ping->rid);
  step->result->changed = TRUE;
  set_deadline (step);
}

static void
take_end (Step *step, TocsinPing *ping)
{
  TocsinHeartbeat *heartbeat = step->heartbeat;

  note_missed (step, ping);
  close_run (step, ping);
  report_ping (step, ping);
  heartbeat->last_ping_at = ping->at_us;
  heartbeat->status =
      ping->kind == TOCSIN_PING_SUCCESS ? TOCSIN_HEARTBEAT_UP : TOCSIN_HEARTBEAT_DOWN;
  step->result->changed = TRUE;
  set_deadline (step);
}

static void
take_ping (Step *step)
{
  TocsinPing *ping = step->event->ping;

  switch ((TocsinPingKind) ping->kind) {
  case TOCSIN_PING_START:
    take_start (step, ping);
    break;
  case TOCSIN_PING_SUCCESS:
  case TOCSIN_PING_FAIL:
    take_end (step, ping);
    break;
  case TOCSIN_PING_LOG:
  case TOCSIN_PING_IGNORED:
    break;
  }
}

/* Each period without a ping is one more failure. */
static void
take_deadline (Step *step)
{
  TocsinHeartbeat *heartbeat = step->heartbeat;

  if (heartbeat->deadline_at == 0 || heartbeat->deadline_at != step->event->deadline_at ||
      step->now_us < heartbeat->deadline_at)
    return;
  miss_deadline (step);
  set_deadline (step);
}

static void
forget_run (TocsinHeartbeat *heartbeat)
{
  heartbeat->last_start_at = 0;
  g_clear_pointer (&heartbeat->last_start_rid, g_free);
  heartbeat->deadline_at = 0;
}

static void
take_pause (Step *step)
{
  forget_run (step->heartbeat);
  step->heartbeat->status = TOCSIN_HEARTBEAT_PAUSED;
  step->result->changed = TRUE;
}

static void
take_resume (Step *step)
{
  forget_run (step->heartbeat);
  step->heartbeat->status = TOCSIN_HEARTBEAT_NEW;
  step->heartbeat->last_ping_at = 0;
  step->result->changed = TRUE;
}

void
tocsin_heartbeat_step (const TocsinMonitor *monitor, const TocsinSchedule *schedule,
                       TocsinHeartbeat *heartbeat, const TocsinHeartbeatEvent *event, gint64 now_us,
                       TocsinHeartbeatResult *result)
{
  static void (*const take[]) (Step *) = {
    [TOCSIN_HEARTBEAT_PING] = take_ping,      [TOCSIN_HEARTBEAT_DEADLINE] = take_deadline,
    [TOCSIN_HEARTBEAT_PAUSE] = take_pause,    [TOCSIN_HEARTBEAT_RESUME] = take_resume,
    [TOCSIN_HEARTBEAT_CONFIG] = set_deadline,
  };
  Step step = { monitor, schedule, heartbeat, event, now_us, result };

  g_return_if_fail (monitor != NULL && schedule != NULL && heartbeat != NULL);
  g_return_if_fail (event != NULL && result != NULL);
  g_return_if_fail (event->kind != TOCSIN_HEARTBEAT_PING || event->ping != NULL);

  *result = (TocsinHeartbeatResult){ 0 };
  take[event->kind](&step);
}

void
tocsin_heartbeat_result_clear (TocsinHeartbeatResult *result)
{
  for (guint i = 0; i < result->n_samples; i++)
    g_clear_pointer (&result->samples[i], tocsin_sample_free);
  result->n_samples = 0;
}

TocsinHeartbeat *
tocsin_heartbeat_new (void)
{
  return tocsin_fields_new (&tocsin_heartbeat_fields);
}

TocsinHeartbeat *
tocsin_heartbeat_from_json (JsonObject *json, GError **error)
{
  g_autoptr (TocsinHeartbeat) heartbeat = tocsin_heartbeat_new ();

  g_return_val_if_fail (json != NULL, NULL);

  if (!tocsin_fields_from_json (&tocsin_heartbeat_fields, heartbeat, json, 0, error) ||
      !tocsin_fields_check (&tocsin_heartbeat_fields, heartbeat, error))
    return NULL;
  return g_steal_pointer (&heartbeat);
}

void
tocsin_heartbeat_free (TocsinHeartbeat *heartbeat)
{
  tocsin_fields_free (&tocsin_heartbeat_fields, heartbeat);
}
