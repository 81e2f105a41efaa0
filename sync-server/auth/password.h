/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Passwords, hashed by argon2id with 64 MiB and two passes: a tenth of a second and the memory are
 * the price of each guess, so this belongs on the pool's slow lane. */

#define TOCSIN_PASSWORD_LEAST 10 /* characters */
#define TOCSIN_PASSWORD_MOST  1000

/* INVALID with what would be right: length, UTF-8, and not the e-mail address itself. */
gboolean tocsin_password_check (const char *password, const char *email, GError **error);

/* A PHC string. NULL with NO_SPACE where there is no memory. (transfer full) */
char *tocsin_password_hash (const char *password, GError **error);

/* Whether it is the one. With `hash` NULL a hash of nobody's is tried, so that an unknown account
 * takes as long as a known one. */
gboolean tocsin_password_verify (const char *hash, const char *password);

/* Whether a newer strength is due, now that the password is at hand. NULL: of nobody's hash. */
gboolean tocsin_password_is_outdated (const char *hash);

/* One that people can type: four groups of letters and digits. (transfer full) */
char *tocsin_password_new (void);

G_END_DECLS
