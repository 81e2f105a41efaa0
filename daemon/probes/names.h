/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>
#include <sys/socket.h>

#include "monitor.h"
#include "reactor.h"
#include "sample.h"

G_BEGIN_DECLS

/* Host names to addresses, as this machine resolves them: /etc/hosts, then the name servers of
 * /etc/resolv.conf, which is read again when it changes. For checks that connect by themselves. */
typedef struct _TocsinNames TocsinNames;
typedef struct _TocsinNameLookup TocsinNameLookup;

#define TOCSIN_NAMES_ADDRESSES_MOST 16

/* `addresses` (of struct sockaddr_storage, each with the port that was given) has at least one
 * where `status` (of c-ares) is ARES_SUCCESS, and is the callee's to keep. */
typedef void (*TocsinNamesDone) (int status, GArray *addresses /* (transfer full) (nullable) */,
                                 gpointer user_data);

TocsinNames *tocsin_names_new (TocsinReactor *reactor);
void tocsin_names_free (TocsinNames *names); /* every lookup must have ended or been cancelled */

/* An address stands for itself. Never calls back from within the call. */
TocsinNameLookup *tocsin_names_look_up (TocsinNames *names, const char *host, guint16 port,
                                        TocsinFamily family, TocsinNamesDone done,
                                        gpointer user_data);
void tocsin_name_lookup_cancel (TocsinNameLookup *lookup);

/* The name servers that are asked: "192.0.2.53:53". (transfer full) */
char **tocsin_names_list_servers (TocsinNames *names);

/* "192.0.2.1", "fe80::1%eth0". (transfer full) */
char *tocsin_names_host_to_text (const struct sockaddr_storage *address);

/* A lookup without success → code and sentence. */
void tocsin_name_lookup_fail (int status, const char *host, TocsinFamily family,
                              TocsinSample *sample);

G_END_DECLS
