/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "pg-columns"

#include "config.h"

#include <string.h>

#include "pg-columns.h"

void
tocsin_pg_column_init (TocsinPgColumn *column)
{
  column->text = g_string_sized_new (1024);
  g_string_append_c (column->text, '{');
}

static void
separate (TocsinPgColumn *column)
{
  if (column->text->len > 1)
    g_string_append_c (column->text, ',');
}

void
tocsin_pg_column_add_null (TocsinPgColumn *column)
{
  separate (column);
  g_string_append (column->text, "NULL");
}

void
tocsin_pg_column_add_text (TocsinPgColumn *column, const char *text)
{
  if (text == NULL) {
    tocsin_pg_column_add_null (column);
    return;
  }
  separate (column);
  g_string_append_c (column->text, '"');
  /* Mostly there is nothing to escape. */
  for (const char *p = text; *p != '\0';) {
    gsize n = strcspn (p, "\"\\");

    g_string_append_len (column->text, p, (gssize) n);
    p += n;
    if (*p == '\0')
      break;
    g_string_append_c (column->text, '\\');
    g_string_append_c (column->text, *p++);
  }
  g_string_append_c (column->text, '"');
}

void
tocsin_pg_column_add_int (TocsinPgColumn *column, gint64 number)
{
  char digits[24];

  separate (column);
  g_snprintf (digits, sizeof digits, "%" G_GINT64_FORMAT, number);
  g_string_append (column->text, digits);
}

void
tocsin_pg_column_add_bytes (TocsinPgColumn *column, GBytes *bytes)
{
  static const char digits[] = "0123456789abcdef";
  gsize n, at;
  const guint8 *data;

  if (bytes == NULL) {
    tocsin_pg_column_add_null (column);
    return;
  }
  data = g_bytes_get_data (bytes, &n);
  separate (column);
  g_string_append (column->text, "\"\\\\x");
  at = column->text->len;
  g_string_set_size (column->text, at + 2 * n);
  for (gsize i = 0; i < n; i++) {
    column->text->str[at + 2 * i] = digits[data[i] >> 4];
    column->text->str[at + 2 * i + 1] = digits[data[i] & 15];
  }
  g_string_append_c (column->text, '"');
}

const char *
tocsin_pg_column_get (TocsinPgColumn *column)
{
  g_string_append_c (column->text, '}');
  return column->text->str;
}

void
tocsin_pg_column_clear (TocsinPgColumn *column)
{
  g_string_free (column->text, TRUE);
  column->text = NULL;
}
