/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "bytes"

#include "config.h"

#include "bytes-private.h"

#define MOST_VARINT_BYTES 10

void
tocsin_bytes_put_varint (GByteArray *blob, guint64 value)
{
  guint8 bytes[MOST_VARINT_BYTES];
  guint n = 0;

  do {
    bytes[n] = value & 0x7f;
    value >>= 7;
    if (value != 0)
      bytes[n] |= 0x80;
    n++;
  } while (value != 0);
  g_byte_array_append (blob, bytes, n);
}

gboolean
tocsin_bytes_get_varint (TocsinBytes *bytes, guint64 *value)
{
  guint64 sum = 0;

  for (guint i = 0; i < MOST_VARINT_BYTES && bytes->at < bytes->end; i++) {
    guint8 byte = *bytes->at++;

    /* The tenth byte has room for the one bit that is left. */
    if (i == MOST_VARINT_BYTES - 1 && byte > 1)
      return FALSE;
    sum |= (guint64) (byte & 0x7f) << (7 * i);
    if ((byte & 0x80) == 0) {
      *value = sum;
      return TRUE;
    }
  }
  return FALSE;
}

gboolean
tocsin_bytes_get_up_to (TocsinBytes *bytes, guint64 most, guint64 *value)
{
  guint64 number;

  if (!tocsin_bytes_get_varint (bytes, &number) || number > most)
    return FALSE;
  *value = number;
  return TRUE;
}
