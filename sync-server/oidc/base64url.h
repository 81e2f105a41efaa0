/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Base 64 with the alphabet for addresses and without padding (RFC 4648, section 5; RFC 7515,
 * section 2). (transfer full) */
char *tocsin_base64url_encode (gconstpointer data, gsize n_bytes);

/* NULL where `text`, of `length` characters, is anything but that: padding, blanks and bits that
 * stand for nothing included. (transfer full) */
GBytes *tocsin_base64url_decode (const char *text, gsize length);

/* A random secret of 256 bits: a state, a nonce, a verifier (RFC 7636, section 4.1).
 * (transfer full) */
char *tocsin_base64url_random (void);

/* Its SHA-256: the challenge that goes with a verifier, by the method S256 (RFC 7636, section
 * 4.2). (transfer full) */
char *tocsin_base64url_sha256 (const char *text);

G_END_DECLS
