/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "events-routes"

#include "config.h"

#include <string.h>

#include "api.h"
#include "hub.h"
#include "worker.h"

/* No database has this epoch: what began nowhere begins anew. */
#define NO_EPOCH "00000000-0000-0000-0000-000000000000"

/* Where the stream goes on from; FALSE: from now on. What a client remembers and is no cursor is as
 * good as one that is too old. */
static gboolean
read_cursor (const TocsinCall *call, TocsinCursor *cursor)
{
  const char *last = tocsin_call_get_header (call, "Last-Event-ID");
  g_autofree char *since = tocsin_call_get_query (call, "since");
  const char *text = last != NULL && *last != '\0' ? last : since;

  if (text == NULL)
    return FALSE;
  if (!tocsin_cursor_parse (text, cursor, NULL))
    *cursor = (TocsinCursor){ .epoch = NO_EPOCH };
  return TRUE;
}

/* On a thread of the pool: who comes this far may listen. */
static gboolean
admit (TocsinCall *call, TocsinPg *pg G_GNUC_UNUSED, GError **error)
{
  if (call->worker->events == NULL)
    return tocsin_http_fail (error, 503, "there are no events here");
  if (strcmp (call->method, "HEAD") == 0)
    tocsin_call_reply_text (call, 200, "text/event-stream", ":\n\n");
  return TRUE;
}

static void
open_stream (TocsinCall *call, const char *team_id)
{
  g_autoptr (GError) error = NULL;
  TocsinCursor since;
  gboolean has_cursor = read_cursor (call, &since);

  if (tocsin_events_has_room (call->worker->events, call->principal.id)) {
    tocsin_events_open (call->worker->events, call, team_id, has_cursor ? &since : NULL);
    return;
  }
  tocsin_http_fail (&error, 503, "too many listen already; come again later");
  tocsin_call_reply_error (call, error);
  tocsin_call_finish (call);
}

static void
open_team (TocsinCall *call)
{
  open_stream (call, tocsin_call_get_param (call, "team"));
}

static void
open_probe (TocsinCall *call)
{
  open_stream (call, call->principal.team_id);
}

static const TocsinRoute routes[] = {
  { "GET", "/api/v1/teams/{team}/events", TOCSIN_ACCESS_VIEWER, API,
    TOCSIN_ROUTE_READ | TOCSIN_ROUTE_UNCOUNTED, admit, open_team,
    .summary = "What changes, as server-sent events: record, state, incident, probe, reset, bye; "
               "resumed by Last-Event-ID or ?since=" },
  { "GET", "/api/v1/probe/events", TOCSIN_ACCESS_PROBE, API,
    TOCSIN_ROUTE_READ | TOCSIN_ROUTE_UNCOUNTED, admit, open_probe,
    .summary = "When others are assigned to the probe, as server-sent events: assignments, bye" },
};

const TocsinRoutes tocsin_events_routes = TOCSIN_ROUTES (routes);
