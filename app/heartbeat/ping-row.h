/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <adwaita.h>

#include "client.h"
#include "ping.h"

G_BEGIN_DECLS

/* A ping of a heartbeat: kind, time, how long the run took, where it came from; opened, the rest of
 * it and its body, which is only then asked for. */
#define TOCSIN_TYPE_PING_ROW (tocsin_ping_row_get_type ())
G_DECLARE_FINAL_TYPE (TocsinPingRow, tocsin_ping_row, TOCSIN, PING_ROW, AdwExpanderRow)

GtkWidget *tocsin_ping_row_new (TocsinClient *client, const char *monitor_id,
                                const TocsinPing *ping);

G_END_DECLS
