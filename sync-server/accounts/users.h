/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "audit.h"

G_BEGIN_DECLS

/* People. Each call is in the caller's transaction. Errors: INVALID, EXISTS, NOT_FOUND
 * (TOCSIN_ERROR), TOCSIN_PG_ERROR. */

#define TOCSIN_EMAIL_MOST_BYTES 254 /* RFC 5321 */
#define TOCSIN_NAME_MOST_BYTES  200

/* Trimmed; INVALID where it has not the form of an address. (transfer full) */
char *tocsin_email_normalize (const char *email, GError **error);

/* INVALID where it is empty, too long or has control characters; `what` is for the message. */
gboolean tocsin_name_check (const char *what, const char *name, GError **error);

/* INVALID where it is no IANA zone. */
gboolean tocsin_zone_check (const char *zone, GError **error);

/* `password` (nullable): without one the person signs in elsewhere or asks for a reset. Slow where
 * there is one. (transfer full) the id. */
char *tocsin_users_create (TocsinPg *pg, const TocsinActor *actor, const char *email,
                           const char *name, const char *password, GError **error);

/* The id of the user with this address; NULL without an error: there is none. (transfer full) */
gboolean tocsin_users_find (TocsinPg *pg, const char *email, char **id, GError **error);
/* The same, NOT_FOUND where there is none. (transfer full) */
char *tocsin_users_get (TocsinPg *pg, const char *email, GError **error);

/* Slow. Ends all sessions but `kept_session` (nullable), and all that devices signed in with. */
gboolean tocsin_users_set_password (TocsinPg *pg, const TocsinActor *actor, const char *user_id,
                                    const char *password, const char *kept_session, GError **error);

/* One that is disabled can do nothing, by session, token or device. */
gboolean tocsin_users_set_disabled (TocsinPg *pg, const TocsinActor *actor, const char *user_id,
                                    gboolean disabled, GError **error);

/* Takes the second factor and its recovery codes away. */
gboolean tocsin_users_reset_second_factor (TocsinPg *pg, const TocsinActor *actor,
                                           const char *user_id, GError **error);

G_END_DECLS
