/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "pg-copy"

#include "config.h"

#include <string.h>

#include "pg-copy.h"
#include "pg-private.h"

/* The form is PostgreSQL's own (“COPY”, Binary Format): a signature, flags and the length of an
 * extension, then a count of columns before each row and a length before each value, in network
 * order; a count of -1 ends it. */
#define SIGNATURE   "PGCOPY\n\377\r\n\0"
#define FULL_BYTES  (256 * 1024)
#define UUID_BYTES  16
#define END_OF_ROWS (-1)

struct _TocsinPgCopy {
  TocsinPg *pg;
  GByteArray *buffer; /* (owned) */
  gboolean is_open;
  gboolean is_broken; /* the end will tell why */
};

static void
put (TocsinPgCopy *copy, const void *data, gsize size)
{
  g_byte_array_append (copy->buffer, data, (guint) size);
}

static void
put_16 (TocsinPgCopy *copy, gint16 value)
{
  guint16 bytes = GUINT16_TO_BE ((guint16) value);

  put (copy, &bytes, sizeof bytes);
}

static void
put_32 (TocsinPgCopy *copy, gint32 value)
{
  guint32 bytes = GUINT32_TO_BE ((guint32) value);

  put (copy, &bytes, sizeof bytes);
}

static void
flush (TocsinPgCopy *copy)
{
  PGconn *connection = tocsin_pg_get_raw (copy->pg);

  if (!copy->is_broken && copy->buffer->len > 0)
    copy->is_broken =
        connection == NULL ||
        PQputCopyData (connection, (const char *) copy->buffer->data, (int) copy->buffer->len) != 1;
  g_byte_array_set_size (copy->buffer, 0);
}

static gboolean
check_begun (TocsinPg *pg, PGresult *result, GError **error)
{
  gboolean ok = PQresultStatus (result) == PGRES_COPY_IN;

  if (!ok)
    tocsin_pg_check_result (pg, result, error);
  PQclear (result);
  return ok;
}

TocsinPgCopy *
tocsin_pg_copy_begin (TocsinPg *pg, const char *sql, GError **error)
{
  static const char header[] = SIGNATURE "\0\0\0\0\0\0\0";
  TocsinPgCopy *copy;

  g_return_val_if_fail (pg != NULL && sql != NULL, NULL);

  if (!check_begun (pg, PQexec (tocsin_pg_get_raw (pg), sql), error))
    return NULL;
  copy = g_new0 (TocsinPgCopy, 1);
  copy->pg = pg;
  copy->is_open = TRUE;
  copy->buffer = g_byte_array_sized_new (FULL_BYTES);
  put (copy, header, sizeof header);
  return copy;
}

void
tocsin_pg_copy_begin_row (TocsinPgCopy *copy, guint n_columns)
{
  if (copy->buffer->len >= FULL_BYTES)
    flush (copy);
  put_16 (copy, (gint16) n_columns);
}

void
tocsin_pg_copy_put_uuid (TocsinPgCopy *copy, const char *text)
{
  guint8 bytes[UUID_BYTES] = { 0 };
  guint n = 0;

  for (const char *p = text; *p != '\0' && n < 2 * UUID_BYTES; p++)
    if (*p != '-') {
      bytes[n / 2] = (guint8) (bytes[n / 2] << 4 | g_ascii_xdigit_value (*p));
      n++;
    }
  tocsin_pg_copy_put_bytes (copy, bytes, sizeof bytes);
}

void
tocsin_pg_copy_put_int64 (TocsinPgCopy *copy, gint64 value)
{
  guint64 bytes = GUINT64_TO_BE ((guint64) value);

  tocsin_pg_copy_put_bytes (copy, &bytes, sizeof bytes);
}

void
tocsin_pg_copy_put_int32 (TocsinPgCopy *copy, gint32 value)
{
  guint32 bytes = GUINT32_TO_BE ((guint32) value);

  tocsin_pg_copy_put_bytes (copy, &bytes, sizeof bytes);
}

void
tocsin_pg_copy_put_bytes (TocsinPgCopy *copy, const void *data, gsize size)
{
  put_32 (copy, (gint32) size);
  put (copy, data, size);
}

/* Reads what is told at the end, all of it, so that the connection can go on. */
static gboolean
finish (TocsinPgCopy *copy, const char *problem, GError **error)
{
  PGconn *connection = tocsin_pg_get_raw (copy->pg);
  gboolean ok = TRUE;
  PGresult *result;

  copy->is_open = FALSE;
  if (connection == NULL || PQputCopyEnd (connection, problem) != 1)
    return tocsin_pg_check_result (copy->pg, NULL, error);
  while ((result = PQgetResult (connection)) != NULL) {
    if (ok)
      ok = tocsin_pg_check_result (copy->pg, result, error);
    PQclear (result);
  }
  return ok;
}

gboolean
tocsin_pg_copy_end (TocsinPgCopy *copy, GError **error)
{
  g_return_val_if_fail (copy != NULL && copy->is_open, FALSE);

  put_16 (copy, END_OF_ROWS);
  flush (copy);
  return finish (copy, copy->is_broken ? "broken off" : NULL, error);
}

void
tocsin_pg_copy_free (TocsinPgCopy *copy)
{
  if (copy == NULL)
    return;
  if (copy->is_open)
    finish (copy, "broken off", NULL);
  g_byte_array_unref (copy->buffer);
  g_free (copy);
}
