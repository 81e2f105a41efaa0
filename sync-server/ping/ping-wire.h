/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "pings.h"
#include "route.h"

G_BEGIN_DECLS

/* Pings on the wire: our own URLs, Uptime Kuma's push URL and Gatus' external endpoint. */
extern const TocsinRoutes tocsin_ping_routes;

/* Answers a ping that is done. (TocsinPingDone) */
void tocsin_ping_wire_answer (TocsinPingTicket *ticket);

G_END_DECLS
