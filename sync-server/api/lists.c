/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "lists"

#include "config.h"

#include <string.h>

#include "json-writer.h"
#include "lists.h"

#define CURSOR_MOST_BYTES 2000
#define ITEM_BYTES        256 /* about */

char *
tocsin_list_make_cursor (const char *key)
{
  char *cursor = g_base64_encode ((const guint8 *) key, strlen (key));

  /* RFC 4648, section 5, without padding: safe in a URL. */
  g_strdelimit (cursor, "+", '-');
  g_strdelimit (cursor, "/", '_');
  cursor[strcspn (cursor, "=")] = '\0';
  return cursor;
}

/* (transfer full) (nullable) */
static char *
read_cursor (const char *cursor)
{
  g_autofree char *text = NULL, *key = NULL;
  g_autofree guint8 *data = NULL;
  gsize size, padding = (4 - strlen (cursor) % 4) % 4;

  if (strlen (cursor) > CURSOR_MOST_BYTES)
    return NULL;
  text = g_strdup_printf ("%s%.*s", cursor, (int) padding, "===");
  g_strdelimit (text, "-", '+');
  g_strdelimit (text, "_", '/');
  data = g_base64_decode (text, &size);
  if (data == NULL || size == 0 || memchr (data, '\0', size) != NULL)
    return NULL;
  key = g_strndup ((const char *) data, size);
  return g_utf8_validate (key, -1, NULL) ? g_steal_pointer (&key) : NULL;
}

gboolean
tocsin_list_read (const TocsinCall *call, TocsinList *list, GError **error)
{
  g_autofree char *cursor = tocsin_call_get_query (call, "cursor");

  if (!tocsin_call_get_query_int (call, "limit", 1, TOCSIN_LIST_LIMIT_MOST, TOCSIN_LIST_LIMIT,
                                  &list->limit, error))
    return FALSE;
  if (cursor == NULL)
    return TRUE;
  list->after = read_cursor (cursor);
  return list->after != NULL ||
         tocsin_http_fail (error, 400, "cursor: the “next” of the page before is wanted");
}

void
tocsin_list_clear (TocsinList *list)
{
  g_clear_pointer (&list->after, g_free);
}

void
tocsin_list_reply (TocsinCall *call, const TocsinList *list, const TocsinPgRows *rows)
{
  guint n = tocsin_pg_rows_get_n (rows), n_shown = MIN (n, (guint) list->limit);
  g_autofree char *next = NULL;
  g_auto (TocsinJsonWriter) writer;

  tocsin_json_writer_init (&writer, (gsize) n_shown * ITEM_BYTES + ITEM_BYTES);
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_begin_array (&writer, "items");
  for (guint i = 0; i < n_shown; i++)
    tocsin_json_writer_value (&writer, NULL, tocsin_pg_rows_get_text (rows, i, 0));
  tocsin_json_writer_end_array (&writer);
  if (n > n_shown)
    next = tocsin_list_make_cursor (tocsin_pg_rows_get_text (rows, n_shown - 1, 1));
  tocsin_json_writer_string (&writer, "next", next);
  tocsin_json_writer_end_object (&writer);
  tocsin_call_reply_take (call, 200, "application/json", tocsin_json_writer_take (&writer));
}

gboolean
tocsin_reply_one (TocsinCall *call, guint status, const TocsinPgRows *rows, const char *missing,
                  GError **error)
{
  if (tocsin_pg_rows_get_n (rows) == 0)
    return tocsin_http_fail (error, 404, "%s", missing);
  tocsin_call_reply_text (call, status, "application/json", tocsin_pg_rows_get_text (rows, 0, 0));
  return TRUE;
}
