/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "event-parser"

#include "config.h"

#include <string.h>

#include "event-parser.h"

struct _TocsinEventParser {
  TocsinEventFunc func;
  gpointer user_data;
  GString *line, *kind, *data, *id; /* (owned) */
  gboolean has_data, has_id;
  gboolean skip_lf;  /* the line ended with a CR, of which an LF may be a part */
  gboolean too_long; /* the line, or the event */
};

TocsinEventParser *
tocsin_event_parser_new (TocsinEventFunc func, gpointer user_data)
{
  TocsinEventParser *parser = g_new0 (TocsinEventParser, 1);

  parser->func = func;
  parser->user_data = user_data;
  parser->line = g_string_new (NULL);
  parser->kind = g_string_new (NULL);
  parser->data = g_string_new (NULL);
  parser->id = g_string_new (NULL);
  return parser;
}

void
tocsin_event_parser_free (TocsinEventParser *parser)
{
  if (parser == NULL)
    return;
  g_string_free (parser->line, TRUE);
  g_string_free (parser->kind, TRUE);
  g_string_free (parser->data, TRUE);
  g_string_free (parser->id, TRUE);
  g_free (parser);
}

static void
dispatch (TocsinEventParser *parser)
{
  if (parser->has_data && !parser->too_long)
    parser->func (parser->kind->len > 0 ? parser->kind->str : "message",
                  parser->has_id ? parser->id->str : NULL, parser->data->str, parser->user_data);
  g_string_truncate (parser->kind, 0);
  g_string_truncate (parser->data, 0);
  parser->has_data = parser->too_long = FALSE;
}

static void
take_field (TocsinEventParser *parser, const char *name, const char *value)
{
  if (strcmp (name, "event") == 0) {
    g_string_assign (parser->kind, value);
  } else if (strcmp (name, "id") == 0) {
    g_string_assign (parser->id, value);
    parser->has_id = TRUE;
  } else if (strcmp (name, "data") == 0) {
    if (parser->has_data)
      g_string_append_c (parser->data, '\n');
    parser->has_data = TRUE;
    parser->too_long |= parser->data->len + strlen (value) > TOCSIN_EVENT_LINE_BYTES;
    if (!parser->too_long)
      g_string_append (parser->data, value);
  }
}

static void
end_line (TocsinEventParser *parser)
{
  char *line = parser->line->str, *colon;

  if (parser->line->len == 0) {
    dispatch (parser);
    return;
  }
  colon = strchr (line, ':');
  if (colon == NULL) {
    take_field (parser, line, "");
  } else if (colon != line) { /* else a comment, which keeps the connection awake */
    *colon++ = '\0';
    take_field (parser, line, *colon == ' ' ? colon + 1 : colon);
  }
  g_string_truncate (parser->line, 0);
}

void
tocsin_event_parser_feed (TocsinEventParser *parser, const char *bytes, gsize size)
{
  g_return_if_fail (parser != NULL);

  for (gsize i = 0; i < size; i++) {
    char c = bytes[i];

    if (c == '\n' && parser->skip_lf) {
      parser->skip_lf = FALSE;
      continue;
    }
    parser->skip_lf = c == '\r';
    if (c == '\n' || c == '\r')
      end_line (parser);
    else if (c != '\0' && parser->line->len < TOCSIN_EVENT_LINE_BYTES)
      g_string_append_c (parser->line, c);
    else
      parser->too_long = TRUE;
  }
}
