/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "call.h"
#include "pg.h"

G_BEGIN_DECLS

/* A person's session in a browser: a random cookie, of which the hash is stored. */

#define TOCSIN_SESSION_KEPT_DAYS    30
#define TOCSIN_SESSION_PENDING_MINS 10
#define TOCSIN_CSRF_BYTES           16

/* Begins one and sets the reply's cookie. `pending`: the second factor is still to come, and until
 * then it opens nothing. */
gboolean tocsin_session_begin (TocsinCall *call, TocsinPg *pg, const char *user_id,
                               gboolean pending, GError **error);

/* The user of the pending session that the request has; "" where it has none. (transfer full) */
char *tocsin_session_find_pending (TocsinCall *call, TocsinPg *pg, GError **error);

/* Ends what the request's cookie names. */
gboolean tocsin_session_end (TocsinCall *call, TocsinPg *pg, GError **error);

/* Takes the cookie away. */
void tocsin_session_forget (TocsinCall *call);

/* The token that forms of this session carry, in hexadecimal; NULL without one. (transfer full) */
char *tocsin_session_get_csrf (const TocsinCall *call);
/* 403 where the form's field `csrf` is not it. */
gboolean tocsin_session_check_csrf (TocsinCall *call, GError **error);

G_END_DECLS
