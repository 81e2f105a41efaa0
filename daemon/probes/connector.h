/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>
#include <sys/socket.h>

#include "reactor.h"
#include "sample.h"

G_BEGIN_DECLS

/* A TCP connection to the first of a host's addresses that answers: they are tried in their order,
 * the next one where the last failed, or beside it where it has not answered within a moment
 * (RFC 8305, 5). */
typedef struct _TocsinConnector TocsinConnector;

/* `fd` is the callee's, < 0 where no address answered. Called from the main loop; the connector is
 * the caller's until it frees it, within the call as well. */
typedef void (*TocsinConnectorDone) (int fd, gpointer user_data);

/* `addresses`: of struct sockaddr_storage, (transfer full), at least one. `timeout_us` is what they
 * have to share. */
TocsinConnector *tocsin_connector_new (TocsinReactor *reactor, GArray *addresses, gint64 timeout_us,
                                       TocsinConnectorDone done, gpointer user_data);
void tocsin_connector_free (TocsinConnector *connector);

/* The address that is connected, else the first one: "192.0.2.1:443". (transfer full) */
char *tocsin_connector_get_peer (TocsinConnector *connector);

/* "192.0.2.1:443: connection refused" for each that was tried and is not connected; NULL for none.
 * (transfer full) */
char **tocsin_connector_get_attempts (TocsinConnector *connector);

/* No address answered → code and sentence; `target` is HOST:PORT as people wrote it. */
void tocsin_connector_fail (TocsinConnector *connector, const char *target, TocsinSample *sample);

G_END_DECLS
