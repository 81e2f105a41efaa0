/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "health"

#include "config.h"

#include "call.h"
#include "health.h"
#include "migrate.h"

static void
say_healthy (TocsinCall *call)
{
  tocsin_call_reply_text (call, 200, "text/plain", "OK\n");
  tocsin_call_finish (call);
}

static gboolean
say_ready (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (!tocsin_migrate_check (pg, &problem))
    return tocsin_http_fail (error, 503, "%s", problem->message);
  tocsin_call_reply_text (call, 200, "text/plain", "OK\n");
  return TRUE;
}

static const TocsinRoute routes[] = {
  { "GET", "/healthz", TOCSIN_ACCESS_ANYONE, TOCSIN_STYLE_TEXT, TOCSIN_ROUTE_UNCOUNTED,
    .direct = say_healthy },
  { "GET", "/readyz", TOCSIN_ACCESS_ANYONE, TOCSIN_STYLE_TEXT,
    TOCSIN_ROUTE_UNCOUNTED | TOCSIN_ROUTE_READ, .handler = say_ready },
};

const TocsinRoutes tocsin_health_routes = TOCSIN_ROUTES (routes);
