/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "pg.h"
#include "server-config.h"

G_BEGIN_DECLS

/* Deletes some of what is kept no longer: pings beyond a monitor's last `keep_pings` or older than
 * `keep_pings_for`, old flips and audit entries, expired sessions, links, limits and replays. One
 * server at a time does it. `more`: there was more than was deleted now. */
gboolean tocsin_retention_run (TocsinPg *pg, const TocsinServerConfig *config, gint64 now_us,
                               gboolean *more, GError **error);

G_END_DECLS
