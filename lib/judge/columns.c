/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "columns"

#include "config.h"

#include <string.h>

#include <zstd.h>

#include "columns-private.h"

#define ZSTD_LEVEL       6
#define ZSTD_LEAST_MATCH 7
#define MOST_WIDTH       8

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZSTD_CCtx, ZSTD_freeCCtx)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ZSTD_DCtx, ZSTD_freeDCtx)

/* A number's digits to the base 256 run from -128 to 127, and so the sign of a small number is in
 * its one digit, and a large one's in the highest, where it can be packed; in two's complement or
 * folded into the lowest bit it would spoil a plane of noise or one of zeros. */
#define HALF 128

static inline guint64
get_carry (guint64 number)
{
  return (guint64) ((gint64) (number + HALF) >> 8);
}

/* How many digits the column's widest number has; 0 where all are 0. */
static guint
get_width (const gint64 *column, guint n_rows)
{
  guint width = 0;

  for (guint i = 0; i < n_rows; i++) {
    guint64 number = (guint64) column[i];
    guint n = 0;

    for (; number != 0 && n < MOST_WIDTH; n++)
      number = get_carry (number);
    width = MAX (width, n);
  }
  return width;
}

/* Compresses `size` bytes as a block of their own, or as the last of the frame. */
static void
put_block (ZSTD_CCtx *context, const guint8 *data, gsize size, gboolean is_last, GByteArray *blob)
{
  ZSTD_inBuffer in = { data, size, 0 };
  gsize left;

  do {
    guint8 bytes[16384];
    ZSTD_outBuffer out = { bytes, sizeof bytes, 0 };

    left = ZSTD_compressStream2 (context, &out, &in, is_last ? ZSTD_e_end : ZSTD_e_flush);
    g_assert (!ZSTD_isError (left));
    g_byte_array_append (blob, bytes, (guint) out.pos);
  } while (left > 0);
}

void
tocsin_columns_pack (const gint64 *cells, guint n_columns, guint n_rows, GByteArray *blob)
{
  g_autoptr (ZSTD_CCtx) context = ZSTD_createCCtx ();
  g_autofree guint8 *plane = g_malloc (n_rows);
  g_autofree guint64 *numbers = g_new (guint64, n_rows);
  guint8 widths[TOCSIN_COLUMNS_MOST];
  gsize size = n_columns;

  g_assert (context != NULL);
  g_assert (n_columns <= TOCSIN_COLUMNS_MOST);

  for (guint c = 0; c < n_columns; c++) {
    widths[c] = (guint8) get_width (cells + (gsize) c * n_rows, n_rows);
    size += (gsize) widths[c] * n_rows;
  }
  ZSTD_CCtx_setParameter (context, ZSTD_c_compressionLevel, ZSTD_LEVEL);
  ZSTD_CCtx_setParameter (context, ZSTD_c_checksumFlag, 1);
  /* Short matches in noise are chance, and cost more than they save. */
  ZSTD_CCtx_setParameter (context, ZSTD_c_minMatch, ZSTD_LEAST_MATCH);
  ZSTD_CCtx_setPledgedSrcSize (context, size);

  put_block (context, widths, n_columns, FALSE, blob);
  for (guint c = 0; c < n_columns; c++) {
    memcpy (numbers, cells + (gsize) c * n_rows, n_rows * sizeof *numbers);
    for (guint p = 0; p < widths[c]; p++) {
      for (guint i = 0; i < n_rows; i++) {
        plane[i] = (guint8) numbers[i];
        numbers[i] = get_carry (numbers[i]);
      }
      put_block (context, plane, n_rows, FALSE, blob);
    }
  }
  put_block (context, NULL, 0, TRUE, blob);
}

static void
gather (gint64 *column, guint n_rows, const guint8 *planes, guint width)
{
  memset (column, 0, n_rows * sizeof *column);
  for (guint p = 0; p < width; p++, planes += n_rows)
    for (guint i = 0; i < n_rows; i++)
      column[i] = (gint64) ((guint64) column[i] + ((guint64) (gint8) planes[i] << (8 * p)));
}

gboolean
tocsin_columns_unpack (gint64 *cells, guint n_columns, guint n_rows, const guint8 *data, gsize size)
{
  g_autoptr (ZSTD_DCtx) context = NULL;
  g_autofree guint8 *raw = NULL;
  unsigned long long raw_size = ZSTD_getFrameContentSize (data, size);
  gsize at = n_columns, wanted = n_columns;

  /* The two answers that are no size are above any limit too. */
  if (raw_size < n_columns || raw_size > n_columns + (guint64) MOST_WIDTH * n_columns * n_rows)
    return FALSE;
  context = ZSTD_createDCtx ();
  g_assert (context != NULL);
  raw = g_malloc (raw_size);
  if (ZSTD_decompressDCtx (context, raw, raw_size, data, size) != raw_size)
    return FALSE;

  for (guint c = 0; c < n_columns; c++) {
    if (raw[c] > MOST_WIDTH)
      return FALSE;
    wanted += (gsize) raw[c] * n_rows;
  }
  if (raw_size != wanted)
    return FALSE;
  for (guint c = 0; c < n_columns; c++) {
    gather (cells + (gsize) c * n_rows, n_rows, raw + at, raw[c]);
    at += (gsize) raw[c] * n_rows;
  }
  return TRUE;
}
