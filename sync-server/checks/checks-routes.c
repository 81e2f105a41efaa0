/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "checks-routes"

#include "config.h"

#include "checks-private.h"
#include "checks.h"

#define READ  TOCSIN_ROUTE_READ
#define WRITE 0

#define ROW(method_, path_, access_, mode, handler_)                                        \
  {                                                                                         \
    .method = method_, .path = path_, .access = TOCSIN_ACCESS_##access_,                    \
    .style = TOCSIN_STYLE_CHECKS, .flags = (mode) | TOCSIN_ROUTE_CORS, .handler = handler_, \
  }

/* A ping's body and the list of pings are for those who may write, as they may hold secrets. */
#define VERSION(v)                                                                       \
  ROW ("GET", v "/checks", KEY_READ, READ, tocsin_checks_list),                          \
      ROW ("POST", v "/checks", KEY_WRITE, WRITE, tocsin_checks_create),                 \
      ROW ("GET", v "/checks/{check}", KEY_READ, READ, tocsin_checks_get),               \
      ROW ("POST", v "/checks/{check}", KEY_WRITE, WRITE, tocsin_checks_update),         \
      ROW ("DELETE", v "/checks/{check}", KEY_WRITE, WRITE, tocsin_checks_delete),       \
      ROW ("POST", v "/checks/{check}/pause", KEY_WRITE, WRITE, tocsin_checks_pause),    \
      ROW ("POST", v "/checks/{check}/resume", KEY_WRITE, WRITE, tocsin_checks_resume),  \
      ROW ("GET", v "/checks/{check}/pings", KEY_WRITE, READ, tocsin_checks_list_pings), \
      ROW ("GET", v "/checks/{check}/pings/{n}/body", KEY_WRITE, READ,                   \
           tocsin_checks_get_ping_body),                                                 \
      ROW ("GET", v "/checks/{check}/flips", KEY_READ, READ, tocsin_checks_list_flips),  \
      ROW ("GET", v "/channels", KEY_WRITE, READ, tocsin_checks_list_channels),          \
      ROW ("GET", v "/badges", KEY_READ, WRITE, tocsin_checks_list_badges),              \
      ROW ("GET", v "/status", ANYONE, READ, tocsin_checks_get_status)

static const TocsinRoute routes[] = {
  VERSION ("/api/v3"),
  VERSION ("/api/v2"),
  VERSION ("/api/v1"),
};

const TocsinRoutes tocsin_checks_routes = TOCSIN_ROUTES (routes);
