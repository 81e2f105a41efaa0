/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An issuer's public keys (RFC 7517), of which those are read that sign: RSA from 2048 to 8192 bits
 * for RS256, and P-256 for ES256. Others are passed over, as the RFC asks. */
typedef struct _TocsinJwks TocsinJwks;

#define TOCSIN_JWKS_MOST_BYTES (256 * 1024)
#define TOCSIN_JWKS_MOST       64

typedef enum { TOCSIN_JWT_RS256, TOCSIN_JWT_ES256, TOCSIN_N_JWT_ALGORITHMS } TocsinJwtAlgorithm;

/* NULL with INVALID where it is no set of keys at all. */
TocsinJwks *tocsin_jwks_parse (const char *text, GError **error);
void tocsin_jwks_free (TocsinJwks *jwks);

guint tocsin_jwks_get_n (const TocsinJwks *jwks);

/* Whether it has a key of that name for that algorithm; with `kid` NULL, any for it. */
gboolean tocsin_jwks_has (const TocsinJwks *jwks, const char *kid, TocsinJwtAlgorithm algorithm);

/* Whether `signature`, as RFC 7518 has it, is of one of these keys over `data`. */
gboolean tocsin_jwks_verify (const TocsinJwks *jwks, const char *kid, TocsinJwtAlgorithm algorithm,
                             gconstpointer data, gsize n_bytes, GBytes *signature);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinJwks, tocsin_jwks_free)

G_END_DECLS
