/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "jwks.h"

G_BEGIN_DECLS

/* ID tokens (OpenID Connect Core 1.0, section 3.1.3.7), signed by RS256 or ES256. The algorithm has
 * to be one that a key of the issuer is for: a token cannot choose “none”, nor have a public key
 * taken for a shared secret. */

#define TOCSIN_JWT_MOST_BYTES (64 * 1024)
#define TOCSIN_JWT_LEEWAY_S   60 /* that clocks may be apart */

/* What it must say. */
typedef struct {
  const char *issuer;
  const char *client_id;
  const char *nonce;
  gint64 now_us;
} TocsinJwtWants;

/* What it says of a person. */
typedef struct {
  char *subject;
  char *email; /* (nullable) */
  gboolean email_is_verified;
  char *name; /* (nullable) */
} TocsinJwtPerson;

/* NOT_FOUND: no key of this set is called as the token says, so that a newer set may have it;
 * INVALID: the token is wrong, and the message says why. `person` is set on success. */
gboolean tocsin_jwt_verify (const char *token, const TocsinJwks *jwks, const TocsinJwtWants *wants,
                            TocsinJwtPerson *person, GError **error);

void tocsin_jwt_person_clear (TocsinJwtPerson *person);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinJwtPerson, tocsin_jwt_person_clear)

G_END_DECLS
