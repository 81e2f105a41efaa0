/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "pg.h"
#include "ping-request.h"
#include "ping.h"
#include "server-config.h"

G_BEGIN_DECLS

/* The intake of pings: threads with a connection of their own, one of which waits for the disk
 * while the other reckons. Those that wait when a transaction ends share the next one, so that
 * durability costs a batch and not a ping. Each is answered after its commit. */
typedef struct _TocsinPings TocsinPings;

#define TOCSIN_PINGS_DESKS 2

/* A ping on its way. It belongs to the intake from take () until `done`. */
typedef struct {
  TocsinPingRequest request;
  TocsinPing *ping;        /* (owned) */
  gint64 duration_us;      /* that it says itself; < 0: none */
  gpointer call;           /* the HTTP side's own */
  TocsinPingAnswer answer; /* what to say, once it is done */
  gint64 retry_after_us;   /* > 0: with the answer */

  /* The intake's own. */
  char *ping_id;       /* (owned) (nullable) of the monitor, once it is found */
  gboolean is_created; /* by this ping */
} TocsinPingTicket;

TocsinPingTicket *tocsin_ping_ticket_new (void);
void tocsin_ping_ticket_free (TocsinPingTicket *ticket);

/* Called on the main context that made the intake; the ticket is the callee's now. */
typedef void (*TocsinPingDone) (TocsinPingTicket *ticket);

TocsinPings *tocsin_pings_new (const TocsinServerConfig *config, TocsinPingDone done);

/* Answers what waits before it returns; no callbacks come after. */
void tocsin_pings_free (TocsinPings *pings);

/* FALSE where too many wait: then the ticket stays the caller's, with its answer set. */
gboolean tocsin_pings_take (TocsinPings *pings, TocsinPingTicket *ticket);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinPingTicket, tocsin_ping_ticket_free)

G_END_DECLS
