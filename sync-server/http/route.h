/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "pg.h"

G_BEGIN_DECLS

typedef struct _TocsinCall TocsinCall;

/* Who may, checked before any handler runs. From SIGNED_IN to OWNER a person is wanted, by session
 * or token; VIEWER to OWNER are the least role in the `{team}` of the path, and who has no part in
 * it is told 404, as if it did not exist. A token needs the scope besides: read for VIEWER and for
 * SIGNED_IN with GET, write for EDITOR, admin for the rest. */
typedef enum {
  TOCSIN_ACCESS_ANYONE,
  TOCSIN_ACCESS_SIGNED_IN,
  TOCSIN_ACCESS_VIEWER,
  TOCSIN_ACCESS_EDITOR,
  TOCSIN_ACCESS_ADMIN,
  TOCSIN_ACCESS_OWNER,
  TOCSIN_ACCESS_KEY_READ,  /* a project's key, read-only or read-write */
  TOCSIN_ACCESS_KEY_WRITE, /* a project's key, read-write */
  TOCSIN_ACCESS_PROBE,
  TOCSIN_N_ACCESSES,
} TocsinAccess;

/* How errors are told. */
typedef enum {
  TOCSIN_STYLE_API,    /* RFC 9457 problem details */
  TOCSIN_STYLE_CHECKS, /* {"error": "…"}, as the clients of /api/v3/ know it */
  TOCSIN_STYLE_OAUTH,  /* RFC 6749, section 5.2 */
  TOCSIN_STYLE_PAGE,   /* HTML */
  TOCSIN_STYLE_TEXT,
} TocsinStyle;

typedef enum {
  TOCSIN_ROUTE_READ = 1 << 0,      /* in a transaction that may not write */
  TOCSIN_ROUTE_BARE = 1 << 1,      /* makes transactions of its own */
  TOCSIN_ROUTE_SLOW = 1 << 2,      /* hashes a password or asks another server */
  TOCSIN_ROUTE_REPLAY = 1 << 3,    /* takes an Idempotency-Key */
  TOCSIN_ROUTE_CORS = 1 << 4,      /* any web page may call it */
  TOCSIN_ROUTE_CUT = 1 << 5,       /* a body over the ping limit is cut, not refused */
  TOCSIN_ROUTE_BROWSER = 1 << 6,   /* only by session, never by token */
  TOCSIN_ROUTE_UNCOUNTED = 1 << 7, /* outside the rate limits a caller */
} TocsinRouteFlags;

/* On a thread of the pool, in the transaction that the flags say; TRUE with a reply set, or FALSE
 * and an error of TOCSIN_HTTP_ERROR (or another domain, which call.h's table maps). */
typedef gboolean (*TocsinHandler) (TocsinCall *call, TocsinPg *pg, GError **error);

/* On the HTTP thread; it owns the call now and ends it by tocsin_call_finish () there, whenever. */
typedef void (*TocsinDirect) (TocsinCall *call);

/* A row of the one table of routes and permissions. In `path` a segment in braces is a parameter,
 * and a last segment of an asterisk is all the rest. A trailing slash of a request is ignored. */
typedef struct {
  const char *method; /* "GET", which HEAD uses too; "*": any, and it says itself what it takes */
  const char *path;
  TocsinAccess access;
  TocsinStyle style;
  guint flags; /* TocsinRouteFlags */
  /* One of the two; or both, and what the handler let pass without a reply goes on to the other. */
  TocsinHandler handler; /* (nullable) */
  TocsinDirect direct;   /* (nullable) */
  /* For the OpenAPI document; without a summary the route is not in it. */
  const char *summary;
  const char *request; /* (nullable) name of a schema */
  const char *reply;   /* (nullable) name of a schema; "[name]": a page of them */
  guint status;        /* of success; 0: 200 */
} TocsinRoute;

/* A room's part of the table. */
typedef struct {
  const TocsinRoute *routes;
  guint n_routes;
} TocsinRoutes;

#define TOCSIN_ROUTES(table)      \
  {                               \
    (table), G_N_ELEMENTS (table) \
  }

#define TOCSIN_ROUTE_PARAMS_MOST 4

typedef enum {
  TOCSIN_MATCH_NONE,   /* 404 */
  TOCSIN_MATCH_METHOD, /* 405: `allow` says what there is */
  TOCSIN_MATCH_FOUND,
} TocsinMatch;

/* The whole table, ended by a row without routes: routes.c is the only place that lists the
 * rooms. */
const TocsinRoutes *tocsin_routes_get (void);

/* Finds the row for a request; `path` still percent-encoded, without query. Parameters come decoded
 * in the order of the path; free them. `allow` (transfer full) is "GET, HEAD, POST". */
TocsinMatch tocsin_routes_match (const TocsinRoutes *tables, const char *method, const char *path,
                                 const TocsinRoute **route, char *params[TOCSIN_ROUTE_PARAMS_MOST],
                                 char **allow);

/* The place of the parameter called `name` in the route's path; -1: it has none. */
int tocsin_route_find_param (const TocsinRoute *route, const char *name);

G_END_DECLS
