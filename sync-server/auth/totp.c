/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "totp"

#include "config.h"

#include <oath.h>
#include <qrencode.h>
#include <sodium.h>
#include <string.h>

#include "totp.h"

#define DIGITS     6
#define QR_MARGIN  4 /* modules of white around it (ISO/IEC 18004) */
#define QR_VERSION 0 /* as large as it needs */

void
tocsin_totp_new_secret (guint8 secret[TOCSIN_TOTP_BYTES])
{
  randombytes_buf (secret, TOCSIN_TOTP_BYTES);
}

char *
tocsin_totp_to_text (const guint8 secret[TOCSIN_TOTP_BYTES])
{
  char *text = NULL;
  char *copy;

  if (oath_base32_encode ((const char *) secret, TOCSIN_TOTP_BYTES, &text, NULL) != OATH_OK)
    g_error ("out of memory");
  copy = g_strdup (text);
  free (text);
  return copy;
}

char *
tocsin_totp_make_uri (const guint8 secret[TOCSIN_TOTP_BYTES], const char *issuer,
                      const char *account)
{
  g_autofree char *text = tocsin_totp_to_text (secret);
  g_autofree char *plain_issuer = g_uri_escape_string (issuer, NULL, FALSE);
  g_autofree char *plain_account = g_uri_escape_string (account, "@", FALSE);

  return g_strdup_printf ("otpauth://totp/%s:%s?secret=%s&issuer=%s", plain_issuer, plain_account,
                          text, plain_issuer);
}

char *
tocsin_totp_make_qr (const char *uri)
{
  QRcode *code = QRcode_encodeString (uri, QR_VERSION, QR_ECLEVEL_M, QR_MODE_8, 1);
  GString *svg = g_string_new (NULL);
  int size;

  if (code == NULL)
    g_error ("a QR code of %zu bytes can't be made", strlen (uri));
  size = code->width + 2 * QR_MARGIN;
  g_string_printf (svg,
                   "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                   " aria-label=\"QR code of the key below\" shape-rendering=\"crispEdges\">"
                   "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/><path fill=\"#000\" d=\"",
                   size, size, size, size);
  for (int y = 0; y < code->width; y++)
    for (int x = 0; x < code->width; x++)
      if ((code->data[y * code->width + x] & 1) != 0)
        g_string_append_printf (svg, "M%d %dh1v1h-1z", x + QR_MARGIN, y + QR_MARGIN);
  g_string_append (svg, "\"/></svg>");
  QRcode_free (code);
  return g_string_free (svg, FALSE);
}

/* Six digits; FALSE where it is something else. */
static gboolean
read_digits (const char *code, char digits[DIGITS + 1])
{
  guint n = 0;

  for (const char *p = code; *p != '\0'; p++) {
    if (*p == ' ' || *p == '-')
      continue;
    if (!g_ascii_isdigit (*p) || n == DIGITS)
      return FALSE;
    digits[n++] = *p;
  }
  digits[n] = '\0';
  return n == DIGITS;
}

gboolean
tocsin_totp_verify (const guint8 secret[TOCSIN_TOTP_BYTES], const char *code, gint64 now_us,
                    gint64 last_step, gint64 *step)
{
  gint64 now_step = now_us / G_USEC_PER_SEC / TOCSIN_TOTP_STEP_S;
  char given[DIGITS + 1], right[DIGITS + 1];
  gint64 found = -1;

  if (!read_digits (code, given))
    return FALSE;
  for (gint64 at = MAX (now_step - 1, last_step + 1); at <= now_step + 1; at++) {
    if (oath_hotp_generate ((const char *) secret, TOCSIN_TOTP_BYTES, (uint64_t) at, DIGITS, FALSE,
                            OATH_HOTP_DYNAMIC_TRUNCATION, right) == OATH_OK &&
        sodium_memcmp (given, right, DIGITS) == 0 && found < 0)
      found = at;
  }
  if (found < 0)
    return FALSE;
  *step = found;
  return TRUE;
}

char *
tocsin_recovery_code_new (void)
{
  static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789"; /* 32: 5 bits each */
  char code[TOCSIN_RECOVERY_CODE_BYTES + 1] = "";

  for (guint i = 0; i < TOCSIN_RECOVERY_CODE_BYTES; i++)
    code[i] = letters[randombytes_uniform (sizeof letters - 1)];
  return g_strdup_printf ("%.5s-%s", code, code + 5);
}

char *
tocsin_recovery_code_normalize (const char *text)
{
  GString *plain = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    if (g_ascii_isalnum (*p))
      g_string_append_c (plain, g_ascii_tolower (*p));
  return g_string_free (plain, FALSE);
}
