/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Secrets that programs come with. They are shown once; what is stored is their SHA-256
 * (tocsin_hash_secret ()): 256 random bits need no slow hash. */

#define TOCSIN_TOKEN_PREFIX   "tocsin_"
#define TOCSIN_TOKEN_BYTES    32
#define TOCSIN_TOKEN_LENGTH   (7 + 43 + 6) /* prefix, 256 bits and a CRC-32 in base 62 */
#define TOCSIN_KEY_CHARACTERS 32           /* of a project's key, as its clients want it */

/* "tocsin_" with TOCSIN_TOKEN_BYTES of `random` and their checksum, so that who searches for leaked
 * secrets knows one when they see it. (transfer full) */
char *tocsin_token_make (const guint8 random[TOCSIN_TOKEN_BYTES]);

/* A new one, from the system's randomness. (transfer full) */
char *tocsin_token_new (void);

/* Whether the form and the checksum are a token's: one that was mistyped need not be looked up. */
gboolean tocsin_token_is_valid (const char *token);

/* A project's key: 32 random letters and digits. (transfer full) */
char *tocsin_project_key_new (void);

/* A code that people read out and type: "BCDF-GHJK", consonants that spell no word, of 34 bits.
 * (transfer full) */
char *tocsin_user_code_new (void);

/* Any case, with or without hyphen and blanks; NULL where it is no such code. (transfer full) */
char *tocsin_user_code_normalize (const char *text);

/* A new UUIDv7. (transfer full) */
char *tocsin_id_new (gint64 at_us);

G_END_DECLS
