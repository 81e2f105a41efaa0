/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "call.h"
#include "events.h"
#include "feed.h"

G_BEGIN_DECLS

#define TOCSIN_EVENTS_OF_ONE 100 /* streams of one credential */

/* Whether one more stream is taken. */
gboolean tocsin_events_has_room (TocsinEvents *events, const char *credential_id);

/* Opens the stream that `call`, which it takes, asks for. `since` (nullable) is where it goes on
 * from. On the HTTP thread. */
void tocsin_events_open (TocsinEvents *events, TocsinCall *call, const char *team_id,
                         const TocsinCursor *since);

G_END_DECLS
