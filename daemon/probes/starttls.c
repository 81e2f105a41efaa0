/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "starttls"

#include "config.h"

#include <string.h>

#include "escapes.h"
#include "starttls.h"

#define LINE_BYTES 2048
#define LINES_MOST 200
#define SHOWN      120 /* bytes of a line in a sentence */

typedef struct _TocsinStarttlsStep Step;

/* One answer of the server, and what to say to it. */
struct _TocsinStarttlsStep {
  const char *good;   /* how the line that is awaited begins */
  const char *other;  /* (nullable) how lines begin that come in between */
  const char *wanted; /* (nullable) what one of the lines must offer */
  const char *reply;  /* (nullable) NULL: TLS begins */
};

static const Step smtp[] = {
  { .good = "220", .reply = "EHLO localhost\r\n" },
  { .good = "250", .wanted = "STARTTLS", .reply = "STARTTLS\r\n" },
  { .good = "220" },
};

static const Step imap[] = {
  { .good = "* OK", .reply = "a STARTTLS\r\n" },
  { .good = "a OK", .other = "* " },
};

static const Step pop3[] = {
  { .good = "+OK", .reply = "STLS\r\n" },
  { .good = "+OK" },
};

static const Step *const dialogues[] = {
  [TOCSIN_TLS_SMTP] = smtp,
  [TOCSIN_TLS_IMAP] = imap,
  [TOCSIN_TLS_POP3] = pop3,
};

void
tocsin_starttls_start (TocsinStarttls *starttls, TocsinTlsMode mode)
{
  g_return_if_fail (mode < G_N_ELEMENTS (dialogues) && dialogues[mode] != NULL);

  tocsin_starttls_clear (starttls);
  starttls->steps = dialogues[mode];
  starttls->n_lines = 0;
  starttls->has_wanted = FALSE;
  starttls->line = g_string_new (NULL);
}

void
tocsin_starttls_clear (TocsinStarttls *starttls)
{
  if (starttls->line != NULL)
    g_string_free (g_steal_pointer (&starttls->line), TRUE);
  g_clear_pointer (&starttls->problem, g_free);
}

G_GNUC_PRINTF (2, 3)
static TocsinStarttlsResult
refuse (TocsinStarttls *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_free (self->problem);
  self->problem = g_strdup_vprintf (format, args);
  va_end (args);
  return TOCSIN_STARTTLS_REFUSED;
}

static gboolean
begins_with (const char *line, const char *start)
{
  return g_ascii_strncasecmp (line, start, strlen (start)) == 0;
}

/* SMTP's "250-" is followed by more, "250 " is the last (RFC 5321, 4.2.1). */
static gboolean
is_continued (const Step *step, const char *line)
{
  return g_ascii_isdigit (step->good[0]) && line[strlen (step->good)] == '-';
}

/* An extension is a word of its own after the code. */
static gboolean
offers (const Step *step, const char *line)
{
  const char *word = line + strlen (step->good) + 1;
  gsize length = strlen (step->wanted);

  return begins_with (word, step->wanted) && (word[length] == '\0' || word[length] == ' ');
}

static TocsinStarttlsResult
take_line (TocsinStarttls *self, const char **reply)
{
  const Step *step = self->steps;
  const char *line = self->line->str;
  g_autofree char *shown = tocsin_escapes_encode ((const guint8 *) line, self->line->len, SHOWN);

  if (++self->n_lines > LINES_MOST)
    return refuse (self, "it sends more than %d lines before TLS", LINES_MOST);
  if (!begins_with (line, step->good))
    return step->other != NULL && begins_with (line, step->other)
               ? TOCSIN_STARTTLS_WAIT
               : refuse (self, "it says “%s”", shown);
  if (step->wanted != NULL && line[strlen (step->good)] != '\0' && offers (step, line))
    self->has_wanted = TRUE;
  if (is_continued (step, line))
    return TOCSIN_STARTTLS_WAIT;
  if (step->wanted != NULL && !self->has_wanted)
    return refuse (self, "it does not offer %s", step->wanted);
  self->steps++;
  self->has_wanted = FALSE;
  *reply = step->reply;
  return step->reply != NULL ? TOCSIN_STARTTLS_SEND : TOCSIN_STARTTLS_READY;
}

TocsinStarttlsResult
tocsin_starttls_feed (TocsinStarttls *starttls, const guint8 *bytes, gsize length,
                      const char **reply)
{
  TocsinStarttlsResult result = TOCSIN_STARTTLS_WAIT;

  g_return_val_if_fail (starttls->line != NULL, TOCSIN_STARTTLS_REFUSED);

  for (gsize i = 0; i < length; i++) {
    /* Whoever sends on without having been asked is answered by nobody: what came in plain text
     * must not be taken for what comes under TLS (CVE-2011-0411). */
    if (result != TOCSIN_STARTTLS_WAIT)
      return refuse (starttls, "it sends more than was asked for before TLS");
    if (bytes[i] != '\n') {
      if (starttls->line->len >= LINE_BYTES)
        return refuse (starttls, "it sends a line of more than %d bytes", LINE_BYTES);
      g_string_append_c (starttls->line, (char) bytes[i]);
      continue;
    }
    if (starttls->line->len > 0 && starttls->line->str[starttls->line->len - 1] == '\r')
      g_string_truncate (starttls->line, starttls->line->len - 1);
    result = take_line (starttls, reply);
    g_string_truncate (starttls->line, 0);
    if (result == TOCSIN_STARTTLS_REFUSED)
      return result;
  }
  return result;
}
