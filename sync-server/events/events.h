/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "route.h"
#include "server-config.h"

G_BEGIN_DECLS

/* GET /api/v1/teams/{team}/events: what changes in a team, in the moment in which it does, as
 * server-sent events (WHATWG HTML, section 9.2). A thread of each worker listens to the database,
 * asks once a team what is new, and all streams of the team are given the same bytes. */
typedef struct _TocsinEvents TocsinEvents;

/* For the main context's thread, which is HTTP's. */
TocsinEvents *tocsin_events_new (const TocsinServerConfig *config);
/* When there are no streams any more. */
void tocsin_events_free (TocsinEvents *events);

/* Says good-bye to all of them: they come again, to another worker. */
void tocsin_events_drain (TocsinEvents *events);

extern const TocsinRoutes tocsin_events_routes;

#define TOCSIN_EVENTS_KEEP_ALIVE_S 15

G_END_DECLS
