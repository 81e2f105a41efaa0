/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "pg.h"
#include "uptime.h"

G_BEGIN_DECLS

/* Adds to `uptimes` how long each of a team's monitors was up and down between two times, by its
 * flips and incidents (lib/judge/state-time.h); heartbeats too. The rest of the time is not
 * counted. `to_us` is no later than now. */
gboolean tocsin_uptime_rows_read (TocsinPg *pg, const char *team_id, const char *const *monitor_ids,
                                  guint n, gint64 from_us, gint64 to_us, TocsinUptime *uptimes,
                                  GError **error);

/* The same of one monitor in `n` equal parts of the time, as charts have them. */
gboolean tocsin_uptime_rows_read_parts (TocsinPg *pg, const char *team_id, const char *monitor_id,
                                        gint64 from_us, gint64 to_us, guint n, const gint64 *begins,
                                        TocsinUptime *uptimes, GError **error);

/* The same, where flips are kept only from `flips_from_us` on: before it closed days speak. */
gboolean tocsin_uptime_rows_read_long (TocsinPg *pg, const char *team_id,
                                       const char *const *monitor_ids, guint n, gint64 from_us,
                                       gint64 to_us, gint64 flips_from_us, TocsinUptime *uptimes,
                                       GError **error);

G_END_DECLS
