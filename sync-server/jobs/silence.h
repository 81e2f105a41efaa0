/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "monitor-cache.h"
#include "pg.h"

G_BEGIN_DECLS

/* What is not heard. Each does some of what is due that nobody else has taken; `*n` is how much. */

#define TOCSIN_PROBE_SILENT_US (90 * G_USEC_PER_SEC)

/* Probes that were not heard for TOCSIN_PROBE_SILENT_US are silent: others take over what they
 * checked. */
gboolean tocsin_silent_probes_run (TocsinPg *pg, gint64 now_us, guint *n, GError **error);

/* Monitors that no probe reported of in time are unknown, and say why. */
gboolean tocsin_silent_monitors_run (TocsinPg *pg, TocsinMonitorCache *cache, gint64 now_us,
                                     guint *n, GError **error);

G_END_DECLS
