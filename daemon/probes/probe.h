/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "monitor.h"
#include "reactor.h"
#include "sample.h"

G_BEGIN_DECLS

/* A prober runs checks: one on the engine's thread, with everything that checks share there (the
 * reactor, libcurl's multi handle, the DNS channels, the ICMP sockets). It decides nothing: it
 * turns a monitor into a sample. */
typedef struct _TocsinProber TocsinProber;

/* One check in flight. */
typedef struct _TocsinRun TocsinRun;

/* `sample` has its evidence, complete where it failed. Called once for each run that was not
 * cancelled, never from within `tocsin_prober_start`. */
typedef void (*TocsinProbeDone) (TocsinSample *sample /* (transfer full) */, gpointer user_data);

TocsinProber *tocsin_prober_new (GMainContext *context);
void tocsin_prober_free (TocsinProber *prober); /* every run must have ended or been cancelled */

/* Starts a check of `monitor` (any kind but heartbeat); it ends within the monitor's timeout. What
 * can't run as it is configured ends as a sample with TOCSIN_CODE_CONFIGURATION. The sample is
 * already turned round for `upside_down` and marked `slow` above `slow_us`. `at_us` of the sample
 * is the wall time of the start. */
TocsinRun *tocsin_prober_start (TocsinProber *prober, TocsinMonitor *monitor, TocsinProbeDone done,
                                gpointer user_data);
void tocsin_run_cancel (TocsinRun *run);

G_END_DECLS
