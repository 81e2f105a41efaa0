/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "issuers.h"
#include "jwt.h"

G_BEGIN_DECLS

/* What an issuer tells of itself (OpenID Connect Discovery 1.0) and its keys, kept for an hour for
 * all workers in a table. These calls may ask the issuer, so they are made outside of a
 * transaction: they make their own. */
typedef struct {
  char *authorization_endpoint;
  char *token_endpoint;
  char *keys_url;
  gboolean wants_secret_in_form; /* and not in the header */
  gboolean says_issuer;          /* in its answers (RFC 9207) */
} TocsinOidcProvider;

#define TOCSIN_OIDC_KEPT_US G_GINT64_CONSTANT (3600000000)

gboolean tocsin_oidc_provider_load (TocsinPg *pg, const TocsinServerConfig *config,
                                    const char *issuer, gint64 now_us, TocsinOidcProvider *provider,
                                    GError **error);

/* From the text of its document; INVALID. Pure. */
gboolean tocsin_oidc_provider_parse (const TocsinServerConfig *config, const char *issuer,
                                     const char *text, TocsinOidcProvider *provider,
                                     GError **error);

/* Its keys; with `anew`, not those that are kept. */
TocsinJwks *tocsin_oidc_provider_load_keys (TocsinPg *pg, const TocsinServerConfig *config,
                                            const char *issuer, const TocsinOidcProvider *provider,
                                            gint64 now_us, gboolean anew, GError **error);

/* Gives the code for an ID token (RFC 6749, section 4.1.3; RFC 7636). (transfer full) */
char *tocsin_oidc_provider_redeem (const TocsinServerConfig *config,
                                   const TocsinOidcProvider *provider, const TocsinIssuer *issuer,
                                   const char *code, const char *verifier, const char *redirect_uri,
                                   GError **error);

void tocsin_oidc_provider_clear (TocsinOidcProvider *provider);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinOidcProvider, tocsin_oidc_provider_clear)

G_END_DECLS
