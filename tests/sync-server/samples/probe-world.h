/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "batch.h"
#include "test-service.h"
#include "test-team.h"
#include "timetext.h"

G_BEGIN_DECLS

/* A team with a service in front of it, monitors, and probes that report of them. */
typedef struct {
  TestTeam team;
  TestService service;
} ProbeWorld;

void probe_world_init (ProbeWorld *world, TocsinTestPostgres *postgres);
void probe_world_clear (ProbeWorld *world);

/* An http monitor with an interval of a minute; `members` (nullable) are more of its JSON:
 * "\"confirm\": 2". (transfer full) its id */
char *probe_world_add_monitor (ProbeWorld *world, const char *name, const char *members);

/* The same as the records' API would edit it. */
void probe_world_edit_monitor (ProbeWorld *world, const char *id, const char *members);

typedef struct {
  char *id, *token, *name;
  gint64 number;   /* of the last sample that it made */
  gint64 clock_us; /* how much its clock is ahead */
} TestProbe;

void test_probe_init (TestProbe *probe, ProbeWorld *world, const char *name,
                      const char *const *labels);
void test_probe_clear (TestProbe *probe);

/* The next sample of its outbox, by the server's clock; FAILED ones have a reason. */
TocsinBatchItem test_probe_see (TestProbe *probe, const char *monitor_id, gint64 at_us,
                                TocsinOutcome outcome);

/* Sends them; the test fails unless the answer is 200. (transfer full) */
JsonObject *test_probe_send (ProbeWorld *world, TestProbe *probe, const TocsinBatchItem *items,
                             guint n, gint64 settled);
/* One sample of now; what was acknowledged. */
gint64 test_probe_report (ProbeWorld *world, TestProbe *probe, const char *monitor_id, gint64 at_us,
                          TocsinOutcome outcome);
/* Says hello. (transfer full) */
JsonObject *test_probe_greet (ProbeWorld *world, TestProbe *probe);
/* Any request of the probe's. */
TestAnswer *test_probe_ask (ProbeWorld *world, TestProbe *probe, const char *method,
                            const char *path, const char *body);

/* A batch as bytes for its token, posted to any address; the status, and the JSON (nullable). */
guint test_post_batch (const char *url, const char *token, GBytes *blob, JsonObject **json);

/* The monitor's shown state. (transfer full) */
char *probe_world_get_state (ProbeWorld *world, const char *monitor_id);
/* All of its samples that are stored, by time. (element-type TocsinPoint) (transfer full) */
GArray *probe_world_get_points (ProbeWorld *world, const char *monitor_id);
/* Fails the test unless hours and days say what the stored samples do. */
void probe_world_check_rollups (ProbeWorld *world);

G_END_DECLS
