/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "monitors.h"
#include "record-rows.h"

G_BEGIN_DECLS

/* What the files of this room share. */

/* An object's JSON as one line of text. (transfer full) */
char *tocsin_fields_to_text (const TocsinFields *fields, gconstpointer object, guint flags);

/* Writes the row of `checks` for a heartbeat. */
gboolean tocsin_stored_monitor_save_check (TocsinPg *pg, const TocsinStoredMonitor *stored,
                                           GError **error);

gboolean tocsin_stored_monitor_fail_slug (const char *slug, GError **error);

/* EXISTS: another monitor of the project is called so. */
gboolean tocsin_stored_monitor_check_slug (TocsinPg *pg, const TocsinStoredMonitor *stored,
                                           const char *slug, GError **error);

/* INVALID: the monitor breaks a rule of its own. (transfer full) */
TocsinSchedule *tocsin_stored_monitor_make_schedule (const TocsinMonitor *monitor, GError **error);

/* Empty is unset: the record says nothing where there is nothing. */
void tocsin_stored_monitor_tidy (TocsinMonitor *monitor);

/* The record as `stored` has it, sealed. `changes` (nullable) are {member: [old, new]}. */
gboolean tocsin_stored_monitor_write (TocsinPg *pg, const TocsinChange *change,
                                      TocsinStoredMonitor *stored, TocsinRecordAction action,
                                      JsonObject *changes, GError **error);

/* Makes `stored->sealed` of the monitor's secrets, which it has all. */
gboolean tocsin_stored_monitor_seal (const TocsinChange *change, TocsinStoredMonitor *stored,
                                     GError **error);

/* A monitor's secrets as one sealed text; NULL without an error where it has none. INVALID: there
 * is no key. (transfer full) */
GBytes *tocsin_monitors_seal (const TocsinMonitor *monitor, const guint8 *key, GError **error);

/* The audit log's row; `before` and `after` (both nullable) are the monitor then and now. */
gboolean tocsin_stored_monitor_audit (TocsinPg *pg, const TocsinChange *change, const char *action,
                                      const TocsinMonitor *before, const TocsinMonitor *after,
                                      GError **error);

/* The members that differ: {"grace_s": [3600, 60]}; null where it has none, and for a secret.
 * Without id, created_at and revision. */
JsonObject *tocsin_monitors_compare (const TocsinMonitor *before, const TocsinMonitor *after);

G_END_DECLS
