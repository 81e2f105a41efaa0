/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "audit.h"
#include "call.h"

G_BEGIN_DECLS

/* The forms by which people come in and look after their account. */
extern const TocsinRoutes tocsin_sign_in_routes;
extern const TocsinRoutes tocsin_reset_routes;
extern const TocsinRoutes tocsin_invitation_routes;
extern const TocsinRoutes tocsin_account_routes;
extern const TocsinRoutes tocsin_second_factor_routes;
extern const TocsinRoutes tocsin_device_routes;

/* Who signed in goes where they wanted to, if that is here: "/…", else the account. */
const char *tocsin_pages_check_next (const char *next);

/* The person whose page it is, as an actor of the audit log. */
TocsinActor tocsin_pages_get_actor (const TocsinCall *call);

/* "in 3 minutes", for a wait. (transfer full) */
char *tocsin_pages_describe_wait (gint64 wait_us);

G_END_DECLS
