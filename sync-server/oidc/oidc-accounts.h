/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "audit.h"
#include "issuers.h"
#include "jwt.h"

G_BEGIN_DECLS

/* Who an issuer's person is here, in the caller's transaction:
 *
 * - whom the pair of issuer and subject is bound to; an address alone names nobody;
 * - else, where the issuer is believed about the address and says that it is verified, the user
 *   with that address, who is bound now, or a new one. An account that was there before loses its
 *   password and all that was signed in with it, since nobody ever proved that the address was
 *   theirs who made it.
 *
 * Who has an address of the issuer's domains becomes a member, unless an admin has removed them. */
typedef struct {
  char *user_id; /* NULL: nobody, or one who is disabled */
  gboolean has_second_factor;
} TocsinOidcUser;

gboolean tocsin_oidc_find_user (TocsinPg *pg, const TocsinActor *actor, const TocsinIssuer *issuer,
                                const TocsinJwtPerson *person, TocsinOidcUser *user,
                                GError **error);

void tocsin_oidc_user_clear (TocsinOidcUser *user);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinOidcUser, tocsin_oidc_user_clear)

G_END_DECLS
