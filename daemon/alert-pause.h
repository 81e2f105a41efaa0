/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

#include "store.h"

G_BEGIN_DECLS

/* What people asked not to be told for a while: everything (alerts are paused), or of one monitor
 * (it is muted). Checks go on. Kept in the store, so it outlives the daemon.
 *
 * Signals:
 *   changed ()   something was paused, muted, resumed, or is over */
#define TOCSIN_TYPE_ALERT_PAUSE (tocsin_alert_pause_get_type ())
G_DECLARE_FINAL_TYPE (TocsinAlertPause, tocsin_alert_pause, TOCSIN, ALERT_PAUSE, GObject)

/* Loads what the store has. The store must outlive it. */
TocsinAlertPause *tocsin_alert_pause_new (TocsinStore *store);

/* No alerts until then, µs since the epoch; 0, or a time that has passed, resumes. */
void tocsin_alert_pause_set_until (TocsinAlertPause *self, gint64 until_us);
gint64 tocsin_alert_pause_get_until (TocsinAlertPause *self); /* 0: not paused */

/* The same for one monitor. */
void tocsin_alert_pause_mute (TocsinAlertPause *self, const char *monitor_id, gint64 until_us);
gint64 tocsin_alert_pause_get_muted_until (TocsinAlertPause *self, const char *monitor_id);

/* a{sx} of the monitors that are muted, floating. */
GVariant *tocsin_alert_pause_get_mutes (TocsinAlertPause *self);

G_END_DECLS
