/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

#include "monitor.h"
#include "ping.h"
#include "sample.h"
#include "schedule.h"

G_BEGIN_DECLS

/* The machine of a heartbeat monitor: which pings came, when the next is due, and what that says of
 * the job. It yields samples, so that judge, history and uptime serve heartbeats like all others:
 * a success is a good sample whose latency is the run's duration, a failure, a ping that did not
 * come and a run that takes too long are failed ones.
 *
 * The rules are those of the API that clients know (Healthchecks), with lateness (`grace`) and the
 * longest run (`max_run`) apart. */
typedef enum {
  TOCSIN_HEARTBEAT_NEW,
  TOCSIN_HEARTBEAT_UP,
  TOCSIN_HEARTBEAT_DOWN,
  TOCSIN_HEARTBEAT_PAUSED,
} TocsinHeartbeatStatus;

extern const TocsinWords tocsin_heartbeat_status_words;

typedef struct {
  guint status;            /* TocsinHeartbeatStatus */
  gint64 last_ping_at;     /* of a success or a failure; 0: none */
  gint64 last_start_at;    /* of the run that is open; 0: none */
  char *last_start_rid;    /* (owned) (nullable) */
  gint64 last_duration_us; /* < 0: not known */
  gint64 deadline_at;      /* when it goes down if nothing comes; 0: never by itself */
} TocsinHeartbeat;

extern const TocsinFields tocsin_heartbeat_fields;

typedef enum {
  TOCSIN_HEARTBEAT_PING,     /* a ping that was classified */
  TOCSIN_HEARTBEAT_DEADLINE, /* the clock passed the deadline that was read */
  TOCSIN_HEARTBEAT_PAUSE,
  TOCSIN_HEARTBEAT_RESUME,
  TOCSIN_HEARTBEAT_CONFIG, /* schedule, grace or max_run changed */
} TocsinHeartbeatEventKind;

typedef struct {
  TocsinHeartbeatEventKind kind;
  TocsinPing *ping;   /* PING: its `duration_us` is set where it ends a run */
  gint64 deadline_at; /* DEADLINE: guarded by what it was when it was read, so that a ping that came
                         in between wins */
} TocsinHeartbeatEvent;

#define TOCSIN_HEARTBEAT_SAMPLES 2

typedef struct {
  gboolean changed; /* the state must be saved */
  /* In order of time: what was missed unnoticed comes before the ping that ends it. */
  TocsinSample *samples[TOCSIN_HEARTBEAT_SAMPLES]; /* (owned) (nullable) */
  guint n_samples;
} TocsinHeartbeatResult;

TocsinHeartbeat *tocsin_heartbeat_new (void);
TocsinHeartbeat *tocsin_heartbeat_from_json (JsonObject *json, GError **error);
void tocsin_heartbeat_free (TocsinHeartbeat *heartbeat);

void tocsin_heartbeat_step (const TocsinMonitor *monitor, const TocsinSchedule *schedule,
                            TocsinHeartbeat *heartbeat, const TocsinHeartbeatEvent *event,
                            gint64 now_us, TocsinHeartbeatResult *result);
void tocsin_heartbeat_result_clear (TocsinHeartbeatResult *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinHeartbeat, tocsin_heartbeat_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinHeartbeatResult, tocsin_heartbeat_result_clear)

G_END_DECLS
