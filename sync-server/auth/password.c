/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "password"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "errors.h"
#include "password.h"

/* OWASP's advice for argon2id is 19 MiB and two passes at least (Password Storage Cheat Sheet). */
#define PASSES       crypto_pwhash_OPSLIMIT_INTERACTIVE
#define MEMORY_BYTES crypto_pwhash_MEMLIMIT_INTERACTIVE

#define NEW_GROUPS 4
#define NEW_LENGTH 4

/* Of random bytes that were thrown away, with the same strength. */
static const char nobody[] = "$argon2id$v=19$m=65536,t=2,p=1$zhCmpAA1UlK6Lc5RPsoNVg"
                             "$Cv2rmVGYU4H0hJrHPF3kYVNw8PPJrmEYTdRkCcQv3uA";

gboolean
tocsin_password_check (const char *password, const char *email, GError **error)
{
  glong n;

  if (!g_utf8_validate (password, -1, NULL))
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "password: text in UTF-8 is wanted");
  n = g_utf8_strlen (password, -1);
  if (n < TOCSIN_PASSWORD_LEAST)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "password: at least %d characters are wanted",
                        TOCSIN_PASSWORD_LEAST);
  if (n > TOCSIN_PASSWORD_MOST)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "password: at most %d characters are wanted",
                        TOCSIN_PASSWORD_MOST);
  if (email != NULL && g_ascii_strcasecmp (password, email) == 0)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "password: another one than the e-mail address is wanted");
  return TRUE;
}

char *
tocsin_password_hash (const char *password, GError **error)
{
  char hash[crypto_pwhash_STRBYTES];

  if (crypto_pwhash_str_alg (hash, password, strlen (password), PASSES, MEMORY_BYTES,
                             crypto_pwhash_ALG_ARGON2ID13) == 0)
    return g_strdup (hash);
  tocsin_fail (error, TOCSIN_ERROR_NO_SPACE, "there is no memory to hash a password at the moment");
  return NULL;
}

gboolean
tocsin_password_verify (const char *hash, const char *password)
{
  gboolean ok =
      crypto_pwhash_str_verify (hash != NULL ? hash : nobody, password, strlen (password)) == 0;

  return ok && hash != NULL;
}

gboolean
tocsin_password_is_outdated (const char *hash)
{
  return crypto_pwhash_str_needs_rehash (hash != NULL ? hash : nobody, PASSES, MEMORY_BYTES) != 0;
}

char *
tocsin_password_new (void)
{
  static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < NEW_GROUPS * NEW_LENGTH; i++) {
    if (i > 0 && i % NEW_LENGTH == 0)
      g_string_append_c (text, '-');
    g_string_append_c (text, letters[randombytes_uniform (sizeof letters - 1)]);
  }
  return g_string_free (text, FALSE);
}
