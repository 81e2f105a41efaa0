/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "monitors.h"

G_BEGIN_DECLS

/* What the files of this room share. */

/* An object's JSON as one line of text. (transfer full) */
char *tocsin_fields_to_text (const TocsinFields *fields, gconstpointer object, guint flags);

/* Writes the row of `checks` for a heartbeat. */
gboolean tocsin_stored_monitor_save_check (TocsinPg *pg, const TocsinStoredMonitor *stored,
                                           GError **error);

/* A monitor's secrets as one sealed text; NULL without an error where it has none. INVALID: there
 * is no key. (transfer full) */
GBytes *tocsin_monitors_seal (const TocsinMonitor *monitor, const guint8 *key, GError **error);

/* The audit log's row; `before` and `after` (both nullable) are the monitor then and now. */
gboolean tocsin_stored_monitor_audit (TocsinPg *pg, const TocsinChange *change, const char *action,
                                      const TocsinMonitor *before, const TocsinMonitor *after,
                                      GError **error);

/* The members that differ: {"grace_s": [3600, 60]}; null where it has none. Without secrets, and
 * without id, created_at and revision. */
JsonObject *tocsin_monitors_compare (const TocsinMonitor *before, const TocsinMonitor *after);

G_END_DECLS
