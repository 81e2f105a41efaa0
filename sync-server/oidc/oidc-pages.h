/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "html.h"
#include "route.h"

G_BEGIN_DECLS

/* Signing in with a team's issuer: /sign-in/oidc/TEAM goes there, /sign-in/oidc-callback is where
 * it sends people back to. */
extern const TocsinRoutes tocsin_oidc_routes;

#define TOCSIN_OIDC_CALLBACK "/sign-in/oidc-callback"

/* Links to the issuers of this server's teams, for the page where people sign in, where they are
 * few; else teams tell their members the address. */
gboolean tocsin_oidc_add_links (TocsinPage *page, TocsinPg *pg, const char *next, GError **error);

G_END_DECLS
