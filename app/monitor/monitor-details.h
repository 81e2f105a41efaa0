/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "monitor.h"

G_BEGIN_DECLS

/* What a monitor is set to: target, schedule, expectations. */
#define TOCSIN_TYPE_MONITOR_DETAILS (tocsin_monitor_details_get_type ())
G_DECLARE_FINAL_TYPE (TocsinMonitorDetails, tocsin_monitor_details, TOCSIN, MONITOR_DETAILS,
                      GtkWidget)

void tocsin_monitor_details_set (TocsinMonitorDetails *self, const TocsinMonitor *monitor);

G_END_DECLS
