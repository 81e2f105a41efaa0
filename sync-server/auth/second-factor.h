/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "audit.h"
#include "server-config.h"
#include "totp.h"

G_BEGIN_DECLS

/* A user's second factor as it is stored: the secret sealed, recovery codes hashed. In the caller's
 * transaction. */

/* Whether `code` is the app's, or one of the recovery codes, which is used up then. */
gboolean tocsin_second_factor_verify (TocsinPg *pg, const TocsinServerConfig *config,
                                      const char *user_id, const char *code, gint64 now_us,
                                      gboolean *ok, GError **error);

/* A new secret, which is in force once a code of it was confirmed. */
gboolean tocsin_second_factor_begin (TocsinPg *pg, const TocsinServerConfig *config,
                                     const char *user_id, guint8 secret[TOCSIN_TOTP_BYTES],
                                     GError **error);

/* The secret that awaits its first code; FALSE with NOT_FOUND where there is none. */
gboolean tocsin_second_factor_get_unconfirmed (TocsinPg *pg, const TocsinServerConfig *config,
                                               const char *user_id,
                                               guint8 secret[TOCSIN_TOTP_BYTES], GError **error);

/* `ok`: the code was right, and `codes` (transfer full) are the recovery codes, told once. */
gboolean tocsin_second_factor_confirm (TocsinPg *pg, const TocsinServerConfig *config,
                                       const TocsinActor *actor, const char *user_id,
                                       const char *code, gboolean *ok, char ***codes,
                                       GError **error);

/* New recovery codes in place of the old ones. (transfer full) */
char **tocsin_second_factor_renew_codes (TocsinPg *pg, const TocsinActor *actor,
                                         const char *user_id, GError **error);

G_END_DECLS
