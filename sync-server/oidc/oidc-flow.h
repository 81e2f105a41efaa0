/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "oidc-provider.h"

G_BEGIN_DECLS

/* A sign-in that is under way at the issuer: the authorisation code flow (OpenID Connect Core 1.0,
 * section 3.1) with PKCE (RFC 7636). Only the browser that began it can end it, once, within ten
 * minutes. */
#define TOCSIN_OIDC_FLIGHT_MOST_S 600

/* What the browser takes along. */
typedef struct {
  char *state;
  char *nonce;
  char *challenge;
  char *browser; /* for its cookie */
} TocsinOidcTicket;

/* What is known of it when it comes back. */
typedef struct {
  char *team_id;
  char *nonce;
  char *verifier;
  char *return_to;
} TocsinOidcFlight;

gboolean tocsin_oidc_flight_begin (TocsinPg *pg, const char *team_id, const char *return_to,
                                   gint64 now_us, TocsinOidcTicket *ticket, GError **error);

/* NOT_FOUND: unknown, another browser's, too old, or ended before. Whatever it is, it is over. */
gboolean tocsin_oidc_flight_end (TocsinPg *pg, const char *state, const char *browser,
                                 gint64 now_us, TocsinOidcFlight *flight, GError **error);

/* Where the browser is sent. (transfer full) */
char *tocsin_oidc_make_url (const TocsinOidcProvider *provider, const char *client_id,
                            const char *redirect_uri, const TocsinOidcTicket *ticket);

void tocsin_oidc_ticket_clear (TocsinOidcTicket *ticket);
void tocsin_oidc_flight_clear (TocsinOidcFlight *flight);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinOidcTicket, tocsin_oidc_ticket_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinOidcFlight, tocsin_oidc_flight_clear)

G_END_DECLS
