/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "audit.h"
#include "principal.h"
#include "server-config.h"

G_BEGIN_DECLS

/* Whom a team lets say who somebody is: an OpenID Connect issuer, one a team. Only the operator
 * sets it, since an issuer is believed about the addresses of its domains: who has one of them
 * comes in as the user with that address. */
typedef struct {
  char *team_id;
  char *slug;          /* the team's */
  char *issuer;        /* its address, exactly as its tokens have it */
  char *client_id;     /* whom it knows us as */
  char *client_secret; /* (nullable) */
  char **domains;      /* of e-mail addresses that may join by themselves */
  TocsinRole role;     /* that they join as */
  char *label;         /* "Example SSO", on the button */
} TocsinIssuer;

/* INVALID says which member is wrong, and what would be right. */
gboolean tocsin_issuer_check (const TocsinServerConfig *config, const TocsinIssuer *issuer,
                              GError **error);

/* Sets a team's, in place of what it had; and takes it away. In the caller's transaction. */
gboolean tocsin_issuers_set (TocsinPg *pg, const TocsinServerConfig *config,
                             const TocsinActor *actor, const TocsinIssuer *issuer, GError **error);
gboolean tocsin_issuers_remove (TocsinPg *pg, const TocsinActor *actor, const char *team_id,
                                GError **error);

/* By the team's slug or id. `issuer->issuer` stays NULL where it has none. */
gboolean tocsin_issuers_find (TocsinPg *pg, const TocsinServerConfig *config, const char *team,
                              TocsinIssuer *issuer, GError **error);

/* Whether the issuer is believed about this address. */
gboolean tocsin_issuer_has_domain (const TocsinIssuer *issuer, const char *email);

void tocsin_issuer_clear (TocsinIssuer *issuer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinIssuer, tocsin_issuer_clear)

G_END_DECLS
