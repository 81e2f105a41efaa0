/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <json-glib/json-glib.h>
#include <openssl/evp.h>

G_BEGIN_DECLS

/* An OpenID Connect issuer on 127.0.0.1, in the test's main loop, that does what the test wants,
 * right or wrong; and the keys and tokens of one. */

/* --- keys and tokens --- */

EVP_PKEY *test_key_new_rsa (guint bits); /* (transfer full) */
EVP_PKEY *test_key_new_ec (const char *curve);

/* A member of a set of keys. (transfer full) */
char *test_key_to_jwk (EVP_PKEY *key, const char *kid, const char *more);
/* What an attacker would take for a shared secret. (transfer full) */
char *test_key_to_pem (EVP_PKEY *key);

/* Signs `header`.`claims` with the key: RS256 or ES256 by its type. (transfer full) */
char *test_token_sign (EVP_PKEY *key, const char *header, const char *claims);
/* The same by HMAC-SHA256 with a secret (NULL: without a signature). (transfer full) */
char *test_token_sign_hmac (const char *secret, const char *header, const char *claims);

/* --- the issuer --- */

typedef struct _TestIssuer TestIssuer;

/* What a token says instead of what is right; NULL or 0 is right. */
typedef struct {
  const char *iss, *aud, *nonce, *sub, *email, *name;
  const char *header; /* the whole header */
  gboolean email_is_unverified;
  gint64 issued_ago_s, expires_in_s;
  gboolean is_hmac_of_public_key, is_unsigned;
  gboolean old_key; /* is signed by a key that is published no more */
} TestWishes;

TestIssuer *test_issuer_new (const char *client_id, const char *client_secret);
void test_issuer_free (TestIssuer *issuer);
const char *test_issuer_get_url (TestIssuer *issuer);

void test_issuer_wish (TestIssuer *issuer, const TestWishes *wishes);
/* New keys take the place of those that it published so far. */
void test_issuer_rotate (TestIssuer *issuer);
/* Calls itself by another name in its document. */
void test_issuer_lie (TestIssuer *issuer, const char *name);

/* What a browser gets there: reads the address that it was sent to, and gives the one that it is
 * sent back to, with a code. (transfer full) */
char *test_issuer_authorize (TestIssuer *issuer, const char *url);

/* Requests for the document, the keys and tokens. */
guint test_issuer_get_n_documents (TestIssuer *issuer);
guint test_issuer_get_n_keys (TestIssuer *issuer);
guint test_issuer_get_n_tokens (TestIssuer *issuer);

G_END_DECLS
