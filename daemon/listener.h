/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

#include "watch.h"

G_BEGIN_DECLS

/* The daemon's own ear for heartbeat pings: an HTTP server, off until there is a heartbeat monitor.
 * It parses nothing itself (lib/judge/ping-request.h does) and answers a ping after its commit.
 *
 * Its port is asked for once and then kept in DATA-DIR/listen, since ping URLs stand in people's
 * crontabs. */
#define TOCSIN_TYPE_LISTENER (tocsin_listener_get_type ())
G_DECLARE_FINAL_TYPE (TocsinListener, tocsin_listener, TOCSIN, LISTENER, GObject)

#define TOCSIN_LISTENER_PORT 7879 /* where it is free, and none was kept or given */

/* `port` 0: the kept one, else TOCSIN_LISTENER_PORT, else any that is free. */
TocsinListener *tocsin_listener_new (TocsinWatch *watch, const char *data_dir, const char *host,
                                     guint16 port);

/* Listens; called again, or while it listens already, does nothing. An error says which address was
 * tried. */
gboolean tocsin_listener_start (TocsinListener *self, GError **error);

G_END_DECLS
