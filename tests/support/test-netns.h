/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A network of the test's own: this thread and the children that it starts move into a new network
 * and mount namespace, with loopback up and unprivileged pings as the kernel ships them (for
 * nobody). There is no way back. FALSE with the reason where this process may not. */
gboolean tocsin_test_netns_enter (char **why);

/* Runs "ip route add …" there; the test fails where it does. */
void tocsin_test_netns_run (const char *command);

/* Puts `text` in place of a file of the system, for this namespace alone. */
void tocsin_test_netns_replace (const char *path, const char *text);

/* Hosts at the other end of a link (a TUN device whose packets the test answers itself):
 *
 *   10.9.0.2, 2001:db8:9::2   answer each ping
 *   10.9.0.3   answers each second one: the second, the fourth, …
 *   10.9.0.4, 2001:db8:9::4   answer nothing, ping or TCP
 *   10.9.0.5   its router says: host unreachable
 *   10.9.0.6   answers with somebody else's payload
 *   10.9.0.7   answers each ping twice
 *
 * NULL where there are no TUN devices. */
typedef struct _TocsinTestLink TocsinTestLink;

TocsinTestLink *tocsin_test_link_new (void);
void tocsin_test_link_free (TocsinTestLink *link);

G_END_DECLS
