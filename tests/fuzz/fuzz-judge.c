/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* Stored states of judges and heartbeats. The first line is JSON, the rest are events, a byte
 * each. */

#define G_LOG_DOMAIN "fuzz-judge"

#include "config.h"

#include <string.h>

#include "heartbeat.h"
#include "judge.h"
#include "replay.h"
#include "timetext.h"

#define MOST_BYTES 16384
#define NOW_AT     (G_GINT64_CONSTANT (1795406400) * TOCSIN_US_PER_S)

/* Whatever was stored, or damaged, a judge that was read goes on by its table. */
static void
try_judge (JsonObject *json, const guint8 *events, gsize n)
{
  const TocsinJudgePolicy policy = { 2, 2, 0, TOCSIN_US_PER_MIN, TOCSIN_US_PER_S };
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinJudge) judge = tocsin_judge_from_json (json, &error);

  g_assert_true ((judge == NULL) == (error != NULL));
  for (gsize i = 0; judge != NULL && i < n; i++) {
    gint64 now_us = NOW_AT + (gint64) i * TOCSIN_US_PER_MIN;
    g_autoptr (TocsinSample) sample =
        tocsin_sample_new (now_us, (events[i] >> 4) % (TOCSIN_OUTCOME_INCONCLUSIVE + 1));
    TocsinJudgeEvent event = { events[i] % 16 % TOCSIN_N_JUDGE_EVENTS, sample,
                               (events[i] & 0x40) != 0 ? "far" : NULL, "router" };
    g_auto (TocsinJudgeResult) result = { 0 };

    tocsin_judge_step (&policy, judge, &event, now_us, &result);
    if (judge->covers == 0)
      g_assert_true (judge->incident_open == (judge->health == TOCSIN_STATE_DOWN));
  }
}

static void
try_heartbeat (JsonObject *json, const guint8 *events, gsize n)
{
  g_autoptr (TocsinMonitor) monitor = tocsin_monitor_new (TOCSIN_MONITOR_HEARTBEAT);
  g_autoptr (TocsinSchedule) schedule = tocsin_schedule_new_every (TOCSIN_US_PER_HOUR, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TocsinHeartbeat) heartbeat = tocsin_heartbeat_from_json (json, &error);

  g_assert_true ((heartbeat == NULL) == (error != NULL));
  for (gsize i = 0; heartbeat != NULL && i < n; i++) {
    gint64 now_us = NOW_AT + (gint64) i * TOCSIN_US_PER_HOUR;
    g_autoptr (TocsinPing) ping = tocsin_ping_new ();
    TocsinHeartbeatEvent event = { events[i] % 8 % (TOCSIN_HEARTBEAT_CONFIG + 1), ping,
                                   heartbeat->deadline_at };
    g_auto (TocsinHeartbeatResult) result = { 0 };

    ping->at_us = now_us;
    ping->kind = (events[i] >> 4) % (TOCSIN_PING_IGNORED + 1);
    tocsin_heartbeat_step (monitor, schedule, heartbeat, &event, now_us, &result);
    tocsin_heartbeat_result_clear (&result);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const guint8 *end = size > 0 && size <= MOST_BYTES ? memchr (data, '\n', size) : NULL;
  g_autofree char *text = g_strndup ((const char *) data, end != NULL ? (gsize) (end - data) : 0);
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  gsize n = end != NULL ? size - (gsize) (end - data) - 1 : 0;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return 0;
  try_judge (json_node_get_object (node), end + 1, n);
  try_heartbeat (json_node_get_object (node), end + 1, n);
  return 0;
}
