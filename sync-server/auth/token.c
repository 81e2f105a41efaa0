/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "token"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "token.h"
#include "uuid.h"

#define RANDOM_DIGITS   43 /* of base 62 hold 256 bits */
#define CHECKSUM_DIGITS 6  /* and 32 bits */
#define CODE_LETTERS    8
#define CODE_HALF       4

static const char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
static const char consonants[] = "BCDFGHJKLMNPQRSTVWXZ";

/* CRC-32 of IEEE 802.3, bit by bit: it is done once a request. */
static guint32
get_checksum (const guint8 *data, gsize n)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < n; i++) {
    crc ^= data[i];
    for (guint bit = 0; bit < 8; bit++)
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
  }
  return ~crc;
}

/* `bytes` as one large number, the lowest digit last. It is used up. */
static void
write_digits (char *digits, guint n_digits, guint8 *bytes, gsize n_bytes)
{
  for (guint i = n_digits; i-- > 0;) {
    guint rest = 0;

    for (gsize j = 0; j < n_bytes; j++) {
      guint value = rest << 8 | bytes[j];

      bytes[j] = (guint8) (value / 62);
      rest = value % 62;
    }
    digits[i] = base62[rest];
  }
}

static void
write_checksum (char *digits, const char *text, gsize n)
{
  guint32 crc = GUINT32_TO_BE (get_checksum ((const guint8 *) text, n));
  guint8 bytes[sizeof crc];

  memcpy (bytes, &crc, sizeof crc);
  write_digits (digits, CHECKSUM_DIGITS, bytes, sizeof bytes);
}

char *
tocsin_token_make (const guint8 random[TOCSIN_TOKEN_BYTES])
{
  const gsize prefix = strlen (TOCSIN_TOKEN_PREFIX);
  char *token = g_malloc0 (TOCSIN_TOKEN_LENGTH + 1);
  guint8 bytes[TOCSIN_TOKEN_BYTES];

  memcpy (bytes, random, sizeof bytes);
  memcpy (token, TOCSIN_TOKEN_PREFIX, prefix);
  write_digits (token + prefix, RANDOM_DIGITS, bytes, sizeof bytes);
  write_checksum (token + prefix + RANDOM_DIGITS, token + prefix, RANDOM_DIGITS);
  return token;
}

char *
tocsin_token_new (void)
{
  guint8 random[TOCSIN_TOKEN_BYTES];
  char *token;

  randombytes_buf (random, sizeof random);
  token = tocsin_token_make (random);
  sodium_memzero (random, sizeof random);
  return token;
}

gboolean
tocsin_token_is_valid (const char *token)
{
  const gsize prefix = strlen (TOCSIN_TOKEN_PREFIX);
  char checksum[CHECKSUM_DIGITS];

  if (strlen (token) != TOCSIN_TOKEN_LENGTH || !g_str_has_prefix (token, TOCSIN_TOKEN_PREFIX))
    return FALSE;
  write_checksum (checksum, token + prefix, RANDOM_DIGITS);
  return memcmp (checksum, token + prefix + RANDOM_DIGITS, sizeof checksum) == 0;
}

static void
pick (char *text, guint n, const char *alphabet)
{
  guint32 n_letters = (guint32) strlen (alphabet);

  for (guint i = 0; i < n; i++)
    text[i] = alphabet[randombytes_uniform (n_letters)];
}

char *
tocsin_project_key_new (void)
{
  char *key = g_malloc0 (TOCSIN_KEY_CHARACTERS + 1);

  pick (key, TOCSIN_KEY_CHARACTERS, base62);
  return key;
}

char *
tocsin_user_code_new (void)
{
  char *code = g_malloc0 (CODE_LETTERS + 2);

  pick (code, CODE_HALF, consonants);
  code[CODE_HALF] = '-';
  pick (code + CODE_HALF + 1, CODE_HALF, consonants);
  return code;
}

char *
tocsin_user_code_normalize (const char *text)
{
  char letters[CODE_LETTERS];
  guint n = 0;

  for (const char *p = text; *p != '\0'; p++) {
    char letter = g_ascii_toupper (*p);

    if (letter == '-' || letter == ' ')
      continue;
    if (n == CODE_LETTERS || strchr (consonants, letter) == NULL)
      return NULL;
    letters[n++] = letter;
  }
  if (n != CODE_LETTERS)
    return NULL;
  return g_strdup_printf ("%.4s-%.4s", letters, letters + CODE_HALF);
}

char *
tocsin_id_new (gint64 at_us)
{
  guint8 random[TOCSIN_UUID_RANDOM_BYTES];

  randombytes_buf (random, sizeof random);
  return tocsin_uuid_new (at_us, random);
}
