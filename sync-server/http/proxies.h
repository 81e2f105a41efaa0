/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "call.h"

G_BEGIN_DECLS

/* The proxies in front of the server whose word about the client is believed. */
typedef struct _TocsinProxies TocsinProxies;

TocsinProxies *tocsin_proxies_new (const TocsinServerConfig *config);
void tocsin_proxies_free (TocsinProxies *proxies);

/* Sets the call's remote address and scheme: behind trusted proxies the last address of
 * X-Forwarded-For that is none of them, and X-Forwarded-Proto. */
void tocsin_proxies_apply (const TocsinProxies *proxies, TocsinCall *call);

/* By which a caller's rate is limited: the credential where there is one, else the address, of
 * which IPv6 counts by its /64 network. (transfer full) */
char *tocsin_proxies_make_limit_key (const char *address, const char *credential);

G_END_DECLS
