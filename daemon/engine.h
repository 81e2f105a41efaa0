/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "monitor.h"
#include "sample.h"

G_BEGIN_DECLS

/* The thread that runs checks. The caller's thread hands it monitors and gets samples back, in
 * batches; nothing else is shared. */
typedef struct _TocsinEngine TocsinEngine;
typedef struct _TocsinJob TocsinJob;

typedef struct {
  guint checks;        /* at once, overall */
  guint checks_a_host; /* at once against one host */
} TocsinEngineLimits;

#define TOCSIN_ENGINE_CHECKS        512
#define TOCSIN_ENGINE_CHECKS_A_HOST 4

/* On the caller's thread, once for each job that was not cancelled. `started_us` is the monotonic
 * time at which the check left. */
typedef void (*TocsinEngineDone) (TocsinSample *sample /* (transfer full) */, gint64 started_us,
                                  gpointer user_data);

/* Answers come on the thread that runs `context`. */
TocsinEngine *tocsin_engine_new (GMainContext *context, const TocsinEngineLimits *limits);

/* Joins the thread. Every job must have ended or been cancelled. */
void tocsin_engine_free (TocsinEngine *engine);

/* `host` is what the limit a host goes by: tocsin_monitor_get_host (). */
TocsinJob *tocsin_engine_check (TocsinEngine *engine, TocsinMonitor *monitor, GRefString *host,
                                TocsinEngineDone done, gpointer user_data);

/* Its callback is not called any more. */
void tocsin_job_cancel (TocsinJob *job);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinEngine, tocsin_engine_free)

G_END_DECLS
