/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Tells the session's daemon to end, and waits until the message has left: the caller may be about
 * to end too. Nothing is started, and no daemon is no error. A daemon of the system bus is another
 * one: it never hears of it. */
void tocsin_daemon_quit (GDBusConnection *connection);

G_END_DECLS
