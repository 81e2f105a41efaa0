/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "monitor.h"

G_BEGIN_DECLS

/* The members of a check, as the API that heartbeat clients know has it, that people set: name,
 * slug, tags, timeout, … without what pings change and without addresses. Kept as text in the
 * `checks` table. (transfer full) */
char *tocsin_check_make_members (const TocsinMonitor *monitor, gboolean filter_subject,
                                 gboolean filter_body);

/* Names a check to those who may read and not ping: made of the ping's UUID, which can't be had
 * back from it. 40 hexadecimal digits. (transfer full) */
char *tocsin_check_make_unique_key (const char *ping_id);

G_END_DECLS
