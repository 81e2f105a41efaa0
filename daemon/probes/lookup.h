/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>
#include <netdb.h>

#include "monitor.h"
#include "sample.h"

G_BEGIN_DECLS

/* The system's name lookup, getaddrinfo (): hosts file, search domains, mDNS and all, as any
 * program on this machine sees names. It blocks, so each runs in a thread of its own; what it found
 * comes back to `context`. */
typedef struct _TocsinLookup TocsinLookup;

/* `error` is 0 or one of EAI_…; `addresses` (transfer none) is NULL unless it is 0. Called once,
 * unless cancelled, never from within start; the handle must be forgotten then. */
typedef void (*TocsinLookupDone) (int error, const struct addrinfo *addresses, gpointer user_data);

/* `family` is a TocsinFamily. Addresses are for stream sockets, without a port. */
TocsinLookup *tocsin_lookup_start (GMainContext *context, const char *host, guint family,
                                   TocsinLookupDone done, gpointer user_data);
/* Does not wait for the thread. */
void tocsin_lookup_cancel (TocsinLookup *lookup);

/* A lookup that found nothing → code and sentence. */
void tocsin_lookup_fail (int error, const char *host, guint family, TocsinSample *sample);

G_END_DECLS
