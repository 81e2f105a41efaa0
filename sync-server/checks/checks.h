/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "route.h"

G_BEGIN_DECLS

/* The management API that clients of Healthchecks speak, /api/v1/, v2 and v3, for heartbeats of the
 * project whose key comes with the request; and badges, which need none. */
extern const TocsinRoutes tocsin_checks_routes;
extern const TocsinRoutes tocsin_badge_routes;

G_END_DECLS
