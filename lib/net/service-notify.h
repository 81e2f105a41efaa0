/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* sd_notify(3): tells the service manager how it stands, by the documented datagram protocol.
 * Silently nothing where there is no manager ($NOTIFY_SOCKET). */
void tocsin_service_notify (const char *state);

/* Keeps the watchdog fed at half of $WATCHDOG_USEC from the default main context, so that a main
 * loop that hangs is seen; 0 where the manager asked for none, else a source id. */
guint tocsin_service_watchdog_start (void);

G_END_DECLS
