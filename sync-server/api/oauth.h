/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "route.h"

G_BEGIN_DECLS

/* The device flow on the wire (RFC 8628), refresh (RFC 6749, section 6), revocation (RFC 7009) and
 * where they are (RFC 8414). */
extern const TocsinRoutes tocsin_oauth_routes;

G_END_DECLS
