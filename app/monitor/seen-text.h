/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "monitor.h"
#include "state.h"
#include "team.h"

G_BEGIN_DECLS

/* What a team's probes saw of a monitor, in words. Pure, but for the translations. */

/* The state whose shape and colour a probe's row has. */
TocsinState tocsin_seen_get_look (const TocsinSeen *seen, const TocsinMonitor *monitor,
                                  gint64 now_us);

/* "Failed 3 times in a row, 12 s ago: connect refused". (transfer full) */
char *tocsin_seen_text (const TocsinSeen *seen, const TocsinMonitor *monitor, gint64 now_us);

/* "2 of 3 probes say that it is down, and 2 must agree." (transfer full); `list` (element-type
 * TocsinSeen) */
char *tocsin_seen_quorum_text (GPtrArray *list, const TocsinMonitor *monitor, gint64 now_us);

/* Which probes check it: "Any one probe", "All probes", else names and labels with commas.
 * `probes` (element-type TocsinProbe) (nullable). (transfer full) */
char *tocsin_probes_text (char *const *chosen /* (nullable) */, GPtrArray *probes);

G_END_DECLS
