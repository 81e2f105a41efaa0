/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gtk/gtk.h>

#include "client.h"

G_BEGIN_DECLS

/* A popover with all monitors and a search.
 *
 * Signals:
 *   picked (id) */
#define TOCSIN_TYPE_MONITOR_PICKER (tocsin_monitor_picker_get_type ())
G_DECLARE_FINAL_TYPE (TocsinMonitorPicker, tocsin_monitor_picker, TOCSIN, MONITOR_PICKER,
                      GtkPopover)

GtkWidget *tocsin_monitor_picker_new (TocsinClient *client);

G_END_DECLS
