/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "base64url"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "base64url.h"

#define RANDOM_BYTES 32

char *
tocsin_base64url_encode (gconstpointer data, gsize n_bytes)
{
  gsize size = sodium_base64_ENCODED_LEN (n_bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  char *text = g_malloc (size);

  return sodium_bin2base64 (text, size, data, n_bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

GBytes *
tocsin_base64url_decode (const char *text, gsize length)
{
  gsize n = 0, most = length / 4 * 3 + 3;
  g_autofree guint8 *data = g_malloc (most);
  const char *end = NULL;

  if (sodium_base642bin (data, most, text, length, NULL, &n, &end,
                         sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      end != text + length)
    return NULL;
  return g_bytes_new (data, n);
}

char *
tocsin_base64url_random (void)
{
  guint8 random[RANDOM_BYTES];

  randombytes_buf (random, sizeof random);
  return tocsin_base64url_encode (random, sizeof random);
}

char *
tocsin_base64url_sha256 (const char *text)
{
  guint8 hash[crypto_hash_sha256_BYTES];

  crypto_hash_sha256 (hash, (const guint8 *) text, strlen (text));
  return tocsin_base64url_encode (hash, sizeof hash);
}
