/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

#include "state.h"

G_BEGIN_DECLS

/* What the overview picks from all statuses. Pure: statuses in, the few worst ones out. */

typedef enum {
  TOCSIN_PICK_SLOWEST,      /* by the mean of the last samples; nothing that is down */
  TOCSIN_PICK_LEAST_UP,     /* by the uptime of 24 h, where it is below 1 */
  TOCSIN_PICK_CERTIFICATES, /* that end within 60 days, the next first */
  TOCSIN_PICK_HEARTBEATS,   /* by when the next ping is due */
  TOCSIN_N_PICKS,
} TocsinPick;

/* At most `most` of `statuses` (element-type TocsinStatus), the first the most worth a look.
 * (transfer container) */
GPtrArray *tocsin_overview_pick (const GPtrArray *statuses, TocsinPick pick, guint most,
                                 gint64 now_us);

/* The mean latency of the last samples in ms; NAN where there is none. */
double tocsin_overview_recent_mean_ms (const TocsinStatus *status);

/* One sentence on how everything stands: “3 of 42 are down”. Translated. (transfer full) */
char *tocsin_overview_sentence (const guint n_by_state[TOCSIN_N_STATES]);

G_END_DECLS
