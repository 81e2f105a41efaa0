/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "dns-answer"

#include "config.h"

#include <ares.h>
#include <arpa/inet.h>
#include <string.h>

#include "dns-answer.h"
#include "errors.h"

#define HEADER_BYTES 12
#define RECORD_BYTES 10 /* type, class, TTL and length, after the owner's name */
#define CLASS_IN     1
#define MESSAGE_MOST 65535

/* A part of a message that is being read; whoever reads beyond `end` gets `broken` set. */
typedef struct {
  const guint8 *message, *at, *end;
  gsize length; /* of the whole message, into which names may point */
  gboolean broken;
} Reader;

typedef void (*Format) (Reader *reader, GString *text);

static guint64
read_number (Reader *reader, guint bytes)
{
  guint64 value = 0;

  if (reader->broken || (gsize) (reader->end - reader->at) < bytes) {
    reader->broken = TRUE;
    return 0;
  }
  for (guint i = 0; i < bytes; i++)
    value = value << 8 | *reader->at++;
  return value;
}

/* With its final dot. (transfer full) (nullable) where it is none */
static char *
read_name (Reader *reader)
{
  char *name = NULL, *dotted;
  long length = 0;

  if (reader->broken || reader->at >= reader->end ||
      ares_expand_name (reader->at, reader->message, (int) reader->length, &name, &length) !=
          ARES_SUCCESS) {
    reader->broken = TRUE;
    return NULL;
  }
  if (length > reader->end - reader->at) {
    ares_free_string (name);
    reader->broken = TRUE;
    return NULL;
  }
  reader->at += length;
  dotted = g_strconcat (name, ".", NULL);
  ares_free_string (name);
  return dotted;
}

static void
append_name (Reader *reader, GString *text)
{
  g_autofree char *name = read_name (reader);

  if (name != NULL)
    g_string_append (text, name);
}

static void
append_bytes (GString *text, const guint8 *bytes, gsize length)
{
  g_autofree char *valid = g_utf8_make_valid ((const char *) bytes, (gssize) length);

  g_string_append (text, valid);
}

static void
append_numbers (Reader *reader, GString *text, guint n, guint bytes)
{
  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%" G_GUINT64_FORMAT, text->len > 0 ? " " : "",
                            read_number (reader, bytes));
}

static void
append_address (Reader *reader, GString *text, int family, gsize bytes)
{
  char address[INET6_ADDRSTRLEN];

  if ((gsize) (reader->end - reader->at) != bytes) {
    reader->broken = TRUE;
    return;
  }
  g_string_append (text, inet_ntop (family, reader->at, address, sizeof address));
  reader->at += bytes;
}

static void
format_a (Reader *reader, GString *text)
{
  append_address (reader, text, AF_INET, 4);
}

static void
format_aaaa (Reader *reader, GString *text)
{
  append_address (reader, text, AF_INET6, 16);
}

static void
format_mx (Reader *reader, GString *text)
{
  append_numbers (reader, text, 1, 2);
  g_string_append_c (text, ' ');
  append_name (reader, text);
}

/* Its strings are one text, which is how SPF and DKIM are read (RFC 7208, 3.3). */
static void
format_txt (Reader *reader, GString *text)
{
  do {
    gsize length = (gsize) read_number (reader, 1);

    if (reader->broken || length > (gsize) (reader->end - reader->at)) {
      reader->broken = TRUE;
      return;
    }
    append_bytes (text, reader->at, length);
    reader->at += length;
  } while (reader->at < reader->end);
}

static void
format_soa (Reader *reader, GString *text)
{
  append_name (reader, text);
  g_string_append_c (text, ' ');
  append_name (reader, text);
  append_numbers (reader, text, 5, 4);
}

static void
format_srv (Reader *reader, GString *text)
{
  append_numbers (reader, text, 3, 2);
  g_string_append_c (text, ' ');
  append_name (reader, text);
}

/* RFC 8659, 4.1 */
static void
format_caa (Reader *reader, GString *text)
{
  gsize tag_length;

  append_numbers (reader, text, 1, 1);
  tag_length = (gsize) read_number (reader, 1);
  if (reader->broken || tag_length > (gsize) (reader->end - reader->at)) {
    reader->broken = TRUE;
    return;
  }
  g_string_append_c (text, ' ');
  append_bytes (text, reader->at, tag_length);
  reader->at += tag_length;
  g_string_append (text, " \"");
  append_bytes (text, reader->at, (gsize) (reader->end - reader->at));
  g_string_append_c (text, '"');
  reader->at = reader->end;
}

static const struct {
  guint16 number;
  Format format;
} types[] = {
  [TOCSIN_DNS_A] = { 1, format_a },        [TOCSIN_DNS_AAAA] = { 28, format_aaaa },
  [TOCSIN_DNS_CNAME] = { 5, append_name }, [TOCSIN_DNS_MX] = { 15, format_mx },
  [TOCSIN_DNS_NS] = { 2, append_name },    [TOCSIN_DNS_TXT] = { 16, format_txt },
  [TOCSIN_DNS_SOA] = { 6, format_soa },    [TOCSIN_DNS_SRV] = { 33, format_srv },
  [TOCSIN_DNS_CAA] = { 257, format_caa },  [TOCSIN_DNS_PTR] = { 12, append_name },
};

guint16
tocsin_dns_type_get_number (TocsinDnsType type)
{
  g_return_val_if_fail (type < G_N_ELEMENTS (types), 0);

  return types[type].number;
}

static gboolean
fail_broken (GError **error, const char *part)
{
  return tocsin_fail (error, TOCSIN_ERROR_INVALID, "its %s is cut short or broken", part);
}

/* Reads one resource record; `wanted` tells whether it is of `type`, and its text so in `text`. */
static gboolean
read_record (Reader *reader, TocsinDnsType type, GString *text, gboolean *wanted, char **alias,
             GError **error)
{
  g_autofree char *owner = read_name (reader);
  guint number = (guint) read_number (reader, 2), class = (guint) read_number (reader, 2);
  Reader data = *reader;
  gsize length;

  read_number (reader, 4); /* the time to live */
  length = (gsize) read_number (reader, 2);
  if (reader->broken || length > (gsize) (reader->end - reader->at))
    return fail_broken (error, "answer section");
  data.at = reader->at;
  data.end = reader->at += length;
  g_string_truncate (text, 0);
  *wanted = class == CLASS_IN && number == types[type].number;
  if (*wanted) {
    types[type].format (&data, text);
  } else if (class == CLASS_IN && number == types[TOCSIN_DNS_CNAME].number) {
    g_free (*alias);
    *alias = read_name (&data);
  } else {
    return TRUE;
  }
  if (!data.broken && data.at == data.end)
    return TRUE;
  return tocsin_fail (error, TOCSIN_ERROR_INVALID, "its %s record of %s is broken",
                      tocsin_words_get (&tocsin_dns_type_words, type),
                      owner != NULL ? owner : "an unreadable name");
}

static void
skip_questions (Reader *reader, guint n)
{
  for (guint i = 0; i < n && !reader->broken; i++) {
    g_free (read_name (reader));
    read_number (reader, 4);
  }
}

TocsinDnsAnswer *
tocsin_dns_answer_parse (const guint8 *message, gsize length, TocsinDnsType type, GError **error)
{
  Reader reader = { message, message, message + length, length, FALSE };
  g_autoptr (TocsinDnsAnswer) answer = g_new0 (TocsinDnsAnswer, 1);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GStrvBuilder) records = g_strv_builder_new ();
  guint flags, n_questions, n_answers;

  g_return_val_if_fail (type < G_N_ELEMENTS (types), NULL);

  if (length < HEADER_BYTES || length > MESSAGE_MOST) {
    fail_broken (error, "header");
    return NULL;
  }
  read_number (&reader, 2); /* the id */
  flags = (guint) read_number (&reader, 2);
  n_questions = (guint) read_number (&reader, 2);
  n_answers = (guint) read_number (&reader, 2);
  read_number (&reader, 4); /* authority and additional records do not matter here */
  answer->rcode = flags & 0x0f;
  skip_questions (&reader, n_questions);
  if (reader.broken) {
    fail_broken (error, "question section");
    return NULL;
  }
  for (guint i = 0; i < n_answers && answer->n_records < TOCSIN_DNS_ANSWERS_MOST; i++) {
    gboolean wanted = FALSE;

    if (!read_record (&reader, type, text, &wanted, &answer->alias, error))
      return NULL;
    if (!wanted)
      continue;
    g_strv_builder_add (records, text->str);
    answer->n_records++;
  }
  answer->records = g_strv_builder_end (records);
  return g_steal_pointer (&answer);
}

void
tocsin_dns_answer_free (TocsinDnsAnswer *answer)
{
  if (answer == NULL)
    return;
  g_strfreev (answer->records);
  g_free (answer->alias);
  g_free (answer);
}

char *
tocsin_dns_rcode_to_text (guint rcode)
{
  static const char *const words[] = { "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN",
                                       "NOTIMP",  "REFUSED", "YXDOMAIN", "YXRRSET",
                                       "NXRRSET", "NOTAUTH", "NOTZONE" };

  return rcode < G_N_ELEMENTS (words) ? g_strdup (words[rcode])
                                      : g_strdup_printf ("RCODE%u", rcode);
}

char *
tocsin_dns_reverse_name (const char *address)
{
  g_autoptr (GString) name = g_string_new (NULL);
  guint8 bytes[sizeof (struct in6_addr)];

  if (inet_pton (AF_INET, address, bytes) == 1)
    return g_strdup_printf ("%u.%u.%u.%u.in-addr.arpa", bytes[3], bytes[2], bytes[1], bytes[0]);
  if (inet_pton (AF_INET6, address, bytes) != 1)
    return NULL;
  for (guint i = sizeof bytes; i > 0; i--)
    g_string_append_printf (name, "%x.%x.", bytes[i - 1] & 0x0fu, (guint) bytes[i - 1] >> 4);
  g_string_append (name, "ip6.arpa");
  return g_string_free (g_steal_pointer (&name), FALSE);
}
