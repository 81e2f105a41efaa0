/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "uuid"

#include "config.h"

#include <string.h>

#include "timetext.h"
#include "uuid.h"

char *
tocsin_uuid_new (gint64 at_us, const guint8 random[TOCSIN_UUID_RANDOM_BYTES])
{
  guint64 ms = (guint64) MAX (at_us, 0) / TOCSIN_US_PER_MS;
  guint8 b[16];

  for (int i = 0; i < 6; i++)
    b[i] = (guint8) (ms >> (40 - 8 * i));
  memcpy (b + 6, random, TOCSIN_UUID_RANDOM_BYTES);
  b[6] = (b[6] & 0x0f) | 0x70;
  b[8] = (b[8] & 0x3f) | 0x80;
  return g_strdup_printf ("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                          b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
                          b[12], b[13], b[14], b[15]);
}

gboolean
tocsin_uuid_is_valid (const char *text)
{
  g_return_val_if_fail (text != NULL, FALSE);

  for (guint i = 0; i < TOCSIN_UUID_LENGTH; i++) {
    gboolean dash = i == 8 || i == 13 || i == 18 || i == 23;

    if (dash ? text[i] != '-' : !g_ascii_isxdigit (text[i]))
      return FALSE;
  }
  return text[TOCSIN_UUID_LENGTH] == '\0';
}
