/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "route.h"

G_BEGIN_DECLS

/* /healthz: this process answers. /readyz: the database does too, with the schema that it wants. */
extern const TocsinRoutes tocsin_health_routes;

G_END_DECLS
