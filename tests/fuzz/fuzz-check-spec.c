/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* A body of POST /api/v3/checks/. */

#define G_LOG_DOMAIN "fuzz-check-spec"

#include "config.h"

#include <string.h>

#include "check-members.h"
#include "check-spec.h"
#include "replay.h"
#include "schedule.h"
#include "timetext.h"

#define MOST_BYTES 16384

static TocsinMonitor *
make_monitor (void)
{
  TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_HEARTBEAT);

  monitor->name = g_strdup (TOCSIN_CHECK_UNNAMED);
  monitor->period_us = TOCSIN_US_PER_DAY;
  return monitor;
}

/* What was accepted makes a monitor that holds, with a schedule, and members that are JSON. */
static void
apply (const TocsinCheckSpec *spec, guint version)
{
  g_autoptr (TocsinMonitor) monitor = make_monitor ();
  g_autoptr (TocsinSchedule) schedule = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *members = NULL, *json = NULL;
  g_autoptr (GError) error = NULL;
  gboolean filter_subject = FALSE, filter_body = FALSE;

  if (!tocsin_check_spec_apply (spec, version, monitor, &filter_subject, &filter_body, &error)) {
    g_assert_nonnull (error);
    return;
  }
  schedule = tocsin_schedule_new_for_monitor (monitor, &error);
  g_assert_no_error (error);
  members = tocsin_check_make_members (monitor, filter_subject, filter_body);
  json = g_strconcat ("{", members, "}", NULL);
  node = json_from_string (json, &error);
  g_assert_no_error (error);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) body = g_bytes_new (data, MIN (size, MOST_BYTES));
  g_auto (TocsinCheckSpec) spec = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) json = tocsin_check_parse_body (body, &error);

  if (json == NULL || !tocsin_check_spec_read (&spec, json, &error)) {
    g_assert_nonnull (error);
    g_assert_true (g_str_equal (error->message, "could not parse request body") ||
                   g_str_has_prefix (error->message, "json validation error: "));
    return 0;
  }
  g_assert_true (spec.grace_s == 0 || (spec.grace_s >= 60 && spec.grace_s <= 31536000));
  g_assert_true (spec.timeout_s == 0 || (spec.timeout_s >= 60 && spec.timeout_s <= 31536000));
  for (guint version = 1; version <= 3; version++)
    apply (&spec, version);
  return 0;
}
