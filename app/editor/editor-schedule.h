/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "monitor.h"

G_BEGIN_DECLS

/* A heartbeat's schedule around its members' rows: which of the three languages it is in, and below
 * them what it means, with the next five times.
 *
 * Signals:
 *   changed ()   another language was chosen */
#define TOCSIN_TYPE_EDITOR_SCHEDULE (tocsin_editor_schedule_get_type ())
G_DECLARE_FINAL_TYPE (TocsinEditorSchedule, tocsin_editor_schedule, TOCSIN, EDITOR_SCHEDULE,
                      GObject)

TocsinEditorSchedule *tocsin_editor_schedule_new (const TocsinMonitor *monitor);

/* Rows for the list. (transfer none) */
GtkWidget *tocsin_editor_schedule_get_choice (TocsinEditorSchedule *self);
GtkWidget *tocsin_editor_schedule_get_preview (TocsinEditorSchedule *self);

/* Whether the member (period, cron, calendar or tz) is of the language that is chosen; TRUE for
 * members that are of no schedule. */
gboolean tocsin_editor_schedule_wants (TocsinEditorSchedule *self, const char *member);

/* Clears those of the other languages. */
void tocsin_editor_schedule_apply (TocsinEditorSchedule *self, TocsinMonitor *monitor);

/* Whether zone and expression are right; the error names the member. */
gboolean tocsin_editor_schedule_check (const TocsinMonitor *monitor, GError **error);

/* Says what `monitor`, to which it was applied, means from `now_us` on. */
void tocsin_editor_schedule_show (TocsinEditorSchedule *self, const TocsinMonitor *monitor,
                                  gint64 now_us);

/* The zone of this computer, by its IANA name; "UTC" where it has none. (transfer full) */
char *tocsin_editor_schedule_local_zone (void);

G_END_DECLS
