/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "pg-rows"

#include "config.h"

#include <libpq-fe.h>
#include <stdlib.h>

#include "pg.h"

/* TocsinPgRows is libpq's PGresult under a name of ours, so that nobody else sees libpq. */

static const PGresult *
result_of (const TocsinPgRows *rows)
{
  return (const PGresult *) rows;
}

guint
tocsin_pg_rows_get_n (const TocsinPgRows *rows)
{
  g_return_val_if_fail (rows != NULL, 0);

  return (guint) PQntuples (result_of (rows));
}

gint64
tocsin_pg_rows_get_n_affected (const TocsinPgRows *rows)
{
  g_return_val_if_fail (rows != NULL, 0);

  return g_ascii_strtoll (PQcmdTuples ((PGresult *) rows), NULL, 10);
}

gboolean
tocsin_pg_rows_is_null (const TocsinPgRows *rows, guint row, guint column)
{
  g_return_val_if_fail (rows != NULL, TRUE);

  return PQgetisnull (result_of (rows), (int) row, (int) column);
}

const char *
tocsin_pg_rows_get_text (const TocsinPgRows *rows, guint row, guint column)
{
  g_return_val_if_fail (rows != NULL, "");

  return PQgetvalue (result_of (rows), (int) row, (int) column);
}

const char *
tocsin_pg_rows_get_text_or_null (const TocsinPgRows *rows, guint row, guint column)
{
  return tocsin_pg_rows_is_null (rows, row, column) ? NULL
                                                    : tocsin_pg_rows_get_text (rows, row, column);
}

gint64
tocsin_pg_rows_get_int (const TocsinPgRows *rows, guint row, guint column)
{
  return g_ascii_strtoll (tocsin_pg_rows_get_text (rows, row, column), NULL, 10);
}

gboolean
tocsin_pg_rows_get_bool (const TocsinPgRows *rows, guint row, guint column)
{
  return *tocsin_pg_rows_get_text (rows, row, column) == 't';
}

static int
hex_of (char c)
{
  return g_ascii_xdigit_value (c);
}

/* The text form of a bytea is "\x" and two digits a byte. */
GBytes *
tocsin_pg_rows_get_bytes (const TocsinPgRows *rows, guint row, guint column)
{
  const char *text;
  gsize n;
  guint8 *data;

  if (tocsin_pg_rows_is_null (rows, row, column))
    return NULL;
  text = tocsin_pg_rows_get_text (rows, row, column);
  n = (gsize) PQgetlength (result_of (rows), (int) row, (int) column);
  g_return_val_if_fail (n >= 2 && text[0] == '\\' && text[1] == 'x', NULL);
  n = (n - 2) / 2;
  data = g_malloc (MAX (n, 1));
  for (gsize i = 0; i < n; i++)
    data[i] = (guint8) (hex_of (text[2 + 2 * i]) << 4 | hex_of (text[3 + 2 * i]));
  return g_bytes_new_take (data, n);
}

/* One item of "{a,\"b, c\"}" from `*at`, which moves behind it. */
static char *
read_item (const char **at)
{
  g_autoptr (GString) item = g_string_new (NULL);
  gboolean quoted = **at == '"';
  const char *p = *at + (quoted ? 1 : 0);

  for (; *p != '\0'; p++) {
    if (quoted ? *p == '"' : *p == ',' || *p == '}')
      break;
    if (*p == '\\' && p[1] != '\0')
      p++;
    g_string_append_c (item, *p);
  }
  *at = quoted && *p == '"' ? p + 1 : p;
  return g_string_free (g_steal_pointer (&item), FALSE);
}

char **
tocsin_pg_rows_get_array (const TocsinPgRows *rows, guint row, guint column)
{
  const char *at = tocsin_pg_rows_get_text (rows, row, column);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (*at == '{')
    at++;
  while (*at != '\0' && *at != '}') {
    g_autofree char *item = read_item (&at);

    g_strv_builder_add (builder, item);
    if (*at == ',')
      at++;
  }
  return g_strv_builder_end (builder);
}

char *
tocsin_pg_array (const char *const *items)
{
  GString *text = g_string_new ("{");

  for (guint i = 0; items != NULL && items[i] != NULL; i++) {
    g_string_append (text, i > 0 ? ",\"" : "\"");
    for (const char *p = items[i]; *p != '\0'; p++) {
      if (*p == '"' || *p == '\\')
        g_string_append_c (text, '\\');
      g_string_append_c (text, *p);
    }
    g_string_append_c (text, '"');
  }
  g_string_append_c (text, '}');
  return g_string_free (text, FALSE);
}

void
tocsin_pg_rows_free (TocsinPgRows *rows)
{
  PQclear ((PGresult *) rows);
}
