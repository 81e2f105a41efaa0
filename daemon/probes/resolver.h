/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

/* Debian 12 has c-ares 1.18; what newer ones call deprecated has no successor there. */
#define CARES_NO_DEPRECATED
#include <ares.h>
#include <glib.h>

#include "reactor.h"

G_BEGIN_DECLS

/* A c-ares channel on the reactor: asks one name server, or those of the system. Nothing here
 * blocks, and what it calls back it calls from the main loop, never from within the call. */
typedef struct _TocsinResolver TocsinResolver;

/* One question in flight. */
typedef struct _TocsinQuestion TocsinQuestion;

/* `message` is the server's answer with whatever code; NULL where `status` (ARES_E…) says why none
 * came. */
typedef void (*TocsinQuestionDone) (int status, const guint8 *message, gsize length,
                                    gpointer user_data);
/* `found` where `status` is ARES_SUCCESS; the callee's no longer than the call. */
typedef void (*TocsinAddressesDone) (int status, const struct ares_addrinfo *found,
                                     gpointer user_data);

/* `server` is "IP:PORT" or "[IPV6]:PORT", and is asked alone; or NULL for what /etc/resolv.conf,
 * /etc/hosts and /etc/nsswitch.conf say now. NULL with an error where there is no channel to be
 * had. */
TocsinResolver *tocsin_resolver_new (TocsinReactor *reactor, const char *server, GError **error);
/* Every question must have been answered or cancelled. */
void tocsin_resolver_free (TocsinResolver *resolver);
gboolean tocsin_resolver_is_idle (TocsinResolver *resolver);

/* "192.0.2.53:53", in the order in which they are asked. (transfer full) */
char **tocsin_resolver_list_servers (TocsinResolver *resolver);

/* Asks for records of `type` (its number on the wire), over UDP, over TCP where the answer is too
 * long for it. */
TocsinQuestion *tocsin_resolver_query (TocsinResolver *resolver, const char *name, guint16 type,
                                       TocsinQuestionDone done, gpointer user_data);
/* Looks up the addresses of a host, AF_UNSPEC for both families, sorted by RFC 6724. */
TocsinQuestion *tocsin_resolver_look_up (TocsinResolver *resolver, const char *host, int family,
                                         TocsinAddressesDone done, gpointer user_data);
/* Its answer will not be called back. */
void tocsin_question_cancel (TocsinQuestion *question);

G_END_DECLS
