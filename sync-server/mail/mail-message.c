/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "mail-message"

#include "config.h"

#include <string.h>

#include "mail-message.h"

#define WORD_MOST_BYTES 45 /* of text in an encoded word, so that it has 72 characters */

/* --- header fields --- */

char *
tocsin_mailbox_get_address (const char *mailbox)
{
  const char *open = strrchr (mailbox, '<');
  const char *close = open != NULL ? strchr (open, '>') : NULL;

  return g_strstrip (close != NULL ? g_strndup (open + 1, (gsize) (close - open - 1))
                                   : g_strdup (mailbox));
}

char *
tocsin_mailbox_get_name (const char *mailbox)
{
  const char *open = strrchr (mailbox, '<');
  g_autofree char *name = NULL;
  gsize length;

  if (open == NULL)
    return NULL;
  name = g_strstrip (g_strndup (mailbox, (gsize) (open - mailbox)));
  length = strlen (name);
  if (length >= 2 && name[0] == '"' && name[length - 1] == '"') {
    name[length - 1] = '\0';
    memmove (name, name + 1, length - 1);
  }
  return *name != '\0' ? g_steal_pointer (&name) : NULL;
}

/* One line of valid UTF-8, whatever it was. */
static char *
make_line (const char *text)
{
  char *line = g_utf8_make_valid (text, -1);

  for (char *p = line; *p != '\0'; p++)
    if ((guchar) *p < 0x20 || *p == 0x7f)
      *p = ' ';
  return g_strstrip (line);
}

static gboolean
is_plain (const char *line)
{
  for (const char *p = line; *p != '\0'; p++)
    if ((guchar) *p >= 0x80)
      return FALSE;
  return strstr (line, "=?") == NULL && strlen (line) < TOCSIN_MAIL_LINE_MOST_BYTES - 10;
}

/* Encoded words (RFC 2047), none of which cuts a character in two. */
static void
append_words (GString *text, const char *line)
{
  while (*line != '\0') {
    g_autofree char *word = NULL;
    gsize n = 0;

    while (line[n] != '\0') {
      gsize next = (gsize) (g_utf8_next_char (line + n) - line);

      if (next > WORD_MOST_BYTES)
        break;
      n = next;
    }
    word = g_base64_encode ((const guchar *) line, n);
    g_string_append_printf (text, "=?UTF-8?B?%s?=", word);
    line += n;
    if (*line != '\0')
      g_string_append (text, "\r\n ");
  }
}

static void
append_subject (GString *text, const char *subject)
{
  g_autofree char *line = make_line (subject);

  g_string_append (text, "Subject: ");
  if (is_plain (line))
    g_string_append (text, line);
  else
    append_words (text, line);
  g_string_append (text, "\r\n");
}

static void
append_quoted (GString *text, const char *line)
{
  g_string_append_c (text, '"');
  for (const char *p = line; *p != '\0'; p++) {
    if (*p == '"' || *p == '\\')
      g_string_append_c (text, '\\');
    g_string_append_c (text, *p);
  }
  g_string_append_c (text, '"');
}

static void
append_mailbox (GString *text, const char *field, const char *name, const char *address)
{
  g_autofree char *plain_address = make_line (address);
  g_autofree char *plain_name = name != NULL ? make_line (name) : NULL;

  g_string_append_printf (text, "%s: ", field);
  if (plain_name != NULL && is_plain (plain_name))
    append_quoted (text, plain_name);
  else if (plain_name != NULL)
    append_words (text, plain_name);
  g_string_append_printf (text, "%s<%s>\r\n", plain_name != NULL ? " " : "",
                          g_strdelimit (plain_address, "<> ", '_'));
}

static void
append_head (GString *text, const TocsinMailMessage *message)
{
  g_autofree char *name = tocsin_mailbox_get_name (message->from);
  g_autofree char *address = tocsin_mailbox_get_address (message->from);
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_utc (message->at_us / G_USEC_PER_SEC);
  const char *domain = strrchr (address, '@');
  g_autofree char *place = make_line (domain != NULL ? domain + 1 : "localhost");
  /* Not g_date_time_format (): names of days and months are English, whatever the locale. */
  static const char days[][4] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
  static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

  g_string_append_printf (text, "Date: %s, %02d %s %d %02d:%02d:%02d +0000\r\n",
                          days[g_date_time_get_day_of_week (at) - 1],
                          g_date_time_get_day_of_month (at), months[g_date_time_get_month (at) - 1],
                          g_date_time_get_year (at), g_date_time_get_hour (at),
                          g_date_time_get_minute (at), g_date_time_get_second (at));
  append_mailbox (text, "From", name, address);
  append_mailbox (text, "To", NULL, message->to);
  append_subject (text, message->subject);
  g_string_append_printf (text, "Message-ID: <%s@%s>\r\n", message->id, place);
  g_string_append (text, "Auto-Submitted: auto-generated\r\n" /* RFC 3834: no replies from robots */
                         "MIME-Version: 1.0\r\n"
                         "Content-Type: text/plain; charset=utf-8\r\n"
                         "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
}

/* --- the body --- */

static gboolean
is_line_end (const char *p)
{
  return *p == '\0' || *p == '\n' || (p[0] == '\r' && p[1] == '\n');
}

/* Quoted-printable: what is not plain is "=XX", and longer lines are broken by a "=" at their
 * end. */
static void
append_body (GString *text, const char *body)
{
  gsize column = 0;

  for (const char *p = body; *p != '\0'; p++) {
    char part[4] = { *p };

    if (is_line_end (p)) {
      p += *p == '\r' ? 1 : 0;
      g_string_append (text, "\r\n");
      column = 0;
      continue;
    }
    if (*p == '=' || (guchar) *p > 0x7e || ((guchar) *p < 0x20 && *p != '\t') ||
        ((*p == ' ' || *p == '\t') && is_line_end (p + 1)))
      g_snprintf (part, sizeof part, "=%02X", (guchar) *p);
    if (column + strlen (part) > TOCSIN_MAIL_LINE_MOST_BYTES - 1) {
      g_string_append (text, "=\r\n");
      column = 0;
    }
    g_string_append (text, part);
    column += strlen (part);
  }
  if (column > 0)
    g_string_append (text, "\r\n");
}

GString *
tocsin_mail_format (const TocsinMailMessage *message)
{
  GString *text = g_string_new (NULL);
  g_autofree char *body = g_utf8_make_valid (message->body, -1);

  append_head (text, message);
  append_body (text, body);
  return text;
}
