/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "certificate.h"
#include "probe.h"

G_BEGIN_DECLS

/* How a kind of check plugs in: a row of the table in prober.c. The prober does what all kinds
 * share (the timeout, upside down, slow, the hand-over); the kind fills `run->sample`.
 *
 * A run begins as a good sample with empty evidence, `at_us` set. The kind sets phases, evidence
 * and, where the target answered, `latency_us`; a failure is tocsin_sample_fail (). */
typedef struct {
  gsize run_size; /* of the kind's own run, whose first member is a TocsinRun; zero-filled */

  /* What checks of this kind share, made before the first of them: run->prober->shared[kind].
   * (nullable) both */
  gpointer (*open) (TocsinProber *prober);
  void (*close) (gpointer shared);

  /* Begins; ends with tocsin_run_finish (), later or within. */
  void (*start) (TocsinRun *run);

  /* The timeout passed: fails the sample with the code of the phase that it was in. Does not
   * finish, the prober does. */
  void (*time_out) (TocsinRun *run);

  /* Lets go of all that the run holds, in flight or not. Called just once for each run that was
   * started, finished, timed out or cancelled, before its memory goes. */
  void (*stop) (TocsinRun *run);
} TocsinProbe;

struct _TocsinRun {
  TocsinProber *prober;
  const TocsinProbe *probe;
  TocsinMonitor *monitor; /* (owned) */
  TocsinSample *sample;   /* (owned) with its evidence */
  gint64 started_us;      /* monotonic */

  /* the prober's own */
  gboolean starting, finished;
  TocsinTimer *timer; /* (nullable) the guard; once finished, the hand-over */
  TocsinProbeDone done;
  gpointer user_data;
};

struct _TocsinProber {
  GMainContext *context;  /* (owned) */
  TocsinReactor *reactor; /* (owned) */
  TocsinTls *tls;         /* (owned) */
  guint n_runs;
  gpointer shared[TOCSIN_MONITOR_HEARTBEAT + 1]; /* by kind; see TocsinProbe.open */
};

/* The kinds. */
extern const TocsinProbe tocsin_http_probe;
extern const TocsinProbe tocsin_tcp_probe;
extern const TocsinProbe tocsin_ping_probe;
extern const TocsinProbe tocsin_dns_probe;

/* The run's sample is complete. Stops it, and hands the sample over: at once, or from the main
 * loop where it is called within start. The run may be gone after this call. */
void tocsin_run_finish (TocsinRun *run);

/* Since the run began, µs of the monotonic clock. */
gint64 tocsin_run_get_elapsed_us (const TocsinRun *run);

G_END_DECLS
