/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "ping-request.h"
#include "watch.h"
#include "watched.h"

G_BEGIN_DECLS

/* Pings: from a parsed request to an answer, after the commit. What the listener calls. */

#define TOCSIN_PINGS_WAITING_MOST 4096 /* for their commit; the next ones are told to come later */

/* `ping` has what is known of the request: time, scheme, address, user agent, body. Never fails:
 * ends with the answer. */
void tocsin_watch_ping (TocsinWatch *self, const TocsinPingRequest *request,
                        TocsinPing *ping /* (transfer full) */, GAsyncReadyCallback callback,
                        gpointer user_data);
void tocsin_watch_ping_finish (TocsinWatch *self, GAsyncResult *result, TocsinPingAnswer *answer);

/* The key of /ping/<key>/<slug>. (transfer none) */
const char *tocsin_watch_get_ping_key (TocsinWatch *self);

/* --- for the rest of the watch --- */

void tocsin_watch_pings_load (TocsinWatch *self);
/* A heartbeat is there, with what the store knew of it (nullable JSON) or new. */
void tocsin_watch_pings_added (TocsinWatch *self, TocsinWatched *watched, const char *json);
void tocsin_watch_pings_edited (TocsinWatch *self, TocsinWatched *watched, gboolean was_paused);
void tocsin_watch_pings_due (TocsinWatch *self, TocsinWatched *watched);

G_END_DECLS
