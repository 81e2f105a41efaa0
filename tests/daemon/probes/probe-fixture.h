/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "probe.h"

G_BEGIN_DECLS

/* A prober on a context of its own, for tests of checks. */
typedef struct {
  GMainContext *context;
  TocsinProber *prober;
} ProbeFixture;

void probe_fixture_setup (ProbeFixture *fixture, gconstpointer data);
void probe_fixture_teardown (ProbeFixture *fixture, gconstpointer data);

/* Runs one check to its end. (transfer full) */
TocsinSample *probe_fixture_check (ProbeFixture *fixture, TocsinMonitor *monitor);

/* Fails the test unless code and reason are those; `reason` is a glob pattern, NULL: none. */
void probe_assert_sample (const TocsinSample *sample, TocsinCode code, const char *reason);

G_END_DECLS
