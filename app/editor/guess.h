/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "monitor.h"

G_BEGIN_DECLS

/* What somebody means who pastes `text`: a monitor with kind, name and target (or schedule), all
 * else by default. Pure: nothing is looked up.
 *
 *   https://shop.example.org/cart    http, named shop.example.org/cart
 *   shop.example.org/cart            http, https:// put before it
 *   db.example.org:5432              tcp; :443 with TLS, :25 and the like with STARTTLS
 *   tcp://… ping:… dns:… mx:…        the kind, or the record type, said in front
 *   MX example.org                   dns
 *   192.0.2.1, 2001:db8::1, printer  ping
 *   example.org                      http
 *   every 5 minutes backup           heartbeat; 0 3 * * * backup.sh and @daily too
 *
 * NULL where it says nothing. One reference. */
TocsinMonitor *tocsin_guess_monitor (const char *text);

/* The same text as a monitor of `kind`, which somebody has chosen: never NULL, but name and target
 * may be unset. */
TocsinMonitor *tocsin_guess_monitor_of (TocsinMonitorKind kind, const char *text);

G_END_DECLS
