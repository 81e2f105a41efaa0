/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "dns-judge"

#include "config.h"

#include <arpa/inet.h>
#include <string.h>

#include "dns-answer.h"

#define RECORDS_SHOWN 5   /* in a sentence */
#define RECORD_SHOWN  200 /* characters of each */

static char *
normalize_address (int family, const char *record)
{
  char text[INET6_ADDRSTRLEN];
  guint8 bytes[sizeof (struct in6_addr)];

  if (inet_pton (family, record, bytes) != 1)
    return NULL;
  return g_strdup (inet_ntop (family, bytes, text, sizeof text));
}

/* A TXT record may be written between quotes, as in a zone file. */
static char *
normalize_txt (const char *record)
{
  gsize length = strlen (record);

  if (length >= 2 && record[0] == '"' && record[length - 1] == '"')
    return g_strndup (record + 1, length - 2);
  return g_strdup (record);
}

static void
append_word (GString *text, char *word)
{
  gsize length = strlen (word);

  if (length >= 2 && word[0] == '"' && word[length - 1] == '"') {
    word[--length] = '\0';
    word++;
    length--;
  }
  if (length > 1 && word[length - 1] == '.')
    word[length - 1] = '\0';
  g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", word);
}

char *
tocsin_dns_normalize (TocsinDnsType type, const char *record)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (record)), *lower = NULL, *address = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (GStrv) words = NULL;

  if (type == TOCSIN_DNS_TXT)
    return normalize_txt (trimmed);
  if (type == TOCSIN_DNS_A || type == TOCSIN_DNS_AAAA)
    address = normalize_address (type == TOCSIN_DNS_A ? AF_INET : AF_INET6, trimmed);
  if (address != NULL)
    return g_steal_pointer (&address);
  lower = g_ascii_strdown (trimmed, -1);
  words = g_strsplit_set (lower, " \t", -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      append_word (text, words[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Both normalised. A mail host without its preference stands for any. */
static gboolean
is_same (TocsinDnsType type, const char *wanted, const char *record)
{
  const char *host = strchr (record, ' ');

  return g_str_equal (wanted, record) || (type == TOCSIN_DNS_MX && strchr (wanted, ' ') == NULL &&
                                          host != NULL && g_str_equal (wanted, host + 1));
}

static char **
normalize_all (TocsinDnsType type, char *const *records)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; records != NULL && records[i] != NULL; i++) {
    g_autofree char *record = tocsin_dns_normalize (type, records[i]);

    g_strv_builder_add (builder, record);
  }
  return g_strv_builder_end (builder);
}

/* Those of `a`, as they stand in `shown`, that have no equal in `b`. Where `wanted_first`, `a` is
 * what is wanted and `b` what came; else the other way round. */
static char **
find_missing (TocsinDnsType type, char *const *a, char *const *shown, char *const *b,
              gboolean wanted_first)
{
  g_autoptr (GStrvBuilder) missing = g_strv_builder_new ();

  for (guint i = 0; a[i] != NULL; i++) {
    gboolean found = FALSE;

    for (guint k = 0; b[k] != NULL && !found; k++)
      found = wanted_first ? is_same (type, a[i], b[k]) : is_same (type, b[k], a[i]);
    if (!found)
      g_strv_builder_add (missing, shown[i]);
  }
  return g_strv_builder_end (missing);
}

/* "192.0.2.1, 192.0.2.2 and 3 more" (transfer full) */
static char *
list (char *const *records)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = g_strv_length ((char **) records);

  for (guint i = 0; i < MIN (n, RECORDS_SHOWN); i++) {
    gboolean is_long = g_utf8_strlen (records[i], -1) > RECORD_SHOWN;
    g_autofree char *start = is_long ? g_utf8_substring (records[i], 0, RECORD_SHOWN) : NULL;

    g_string_append_printf (text, "%s%s%s", i > 0 ? ", " : "", is_long ? start : records[i],
                            is_long ? "…" : "");
  }
  if (n > RECORDS_SHOWN)
    g_string_append_printf (text, " and %u more", n - RECORDS_SHOWN);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
compare (const TocsinMonitor *monitor, const char *name, const TocsinDnsAnswer *answer,
         TocsinSample *sample)
{
  const char *type = tocsin_words_get (&tocsin_dns_type_words, monitor->record_type);
  g_auto (GStrv) wanted = normalize_all (monitor->record_type, monitor->expect_values);
  g_auto (GStrv) came = normalize_all (monitor->record_type, answer->records);
  g_auto (GStrv) missing = NULL, extra = NULL;
  g_autofree char *came_list = list (answer->records), *wanted_list = NULL, *extra_list = NULL;

  if (wanted[0] == NULL)
    return;
  missing = find_missing (monitor->record_type, wanted, monitor->expect_values, came, TRUE);
  extra = find_missing (monitor->record_type, came, answer->records, wanted, FALSE);
  if (monitor->expect_mode == TOCSIN_EXPECT_ANY) {
    if (g_strv_length (missing) < g_strv_length (wanted))
      return;
    wanted_list = list (monitor->expect_values);
    tocsin_sample_fail (sample, TOCSIN_CODE_DNS_ANSWER_UNEXPECTED,
                        "%s %s: expected any of %s, got %s", name, type, wanted_list, came_list);
  } else if (missing[0] != NULL) {
    wanted_list = list (missing);
    tocsin_sample_fail (sample, TOCSIN_CODE_DNS_ANSWER_UNEXPECTED, "%s %s: expected %s, got %s",
                        name, type, wanted_list, came_list);
  } else if (monitor->expect_mode == TOCSIN_EXPECT_EXACT && extra[0] != NULL) {
    wanted_list = list (monitor->expect_values);
    extra_list = list (extra);
    tocsin_sample_fail (sample, TOCSIN_CODE_DNS_ANSWER_UNEXPECTED,
                        "%s %s: expected just %s, got also %s", name, type, wanted_list,
                        extra_list);
  }
}

static const struct {
  guint rcode;
  TocsinCode code;
  const char *words; /* how the resolver's name goes on, before the name's own */
} refusals[] = {
  { 1, TOCSIN_CODE_DNS_MALFORMED, "did not understand the question for" },
  { 2, TOCSIN_CODE_DNS_SERVFAIL, "failed to find out about" },
  { 4, TOCSIN_CODE_DNS_FAILED, "does not answer questions such as that for" },
  { 5, TOCSIN_CODE_DNS_REFUSED, "refuses to answer for" },
};

static void
explain_rcode (const char *name, const char *resolver, guint rcode, TocsinSample *sample)
{
  g_autofree char *word = tocsin_dns_rcode_to_text (rcode);

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    if (refusals[i].rcode == rcode) {
      tocsin_sample_fail (sample, refusals[i].code, "%s %s %s (%s)", resolver, refusals[i].words,
                          name, word);
      return;
    }
  tocsin_sample_fail (sample, TOCSIN_CODE_DNS_FAILED, "%s does not answer for %s (%s)", resolver,
                      name, word);
}

static void
explain_no_data (const TocsinMonitor *monitor, const char *name, const TocsinDnsAnswer *answer,
                 TocsinSample *sample)
{
  const char *type = tocsin_words_get (&tocsin_dns_type_words, monitor->record_type);
  gsize length = answer->alias != NULL ? strlen (answer->alias) : 0;

  if (length > 1)
    tocsin_sample_fail (sample, TOCSIN_CODE_DNS_NO_DATA,
                        "%s is an alias of %.*s, which has no %s record", name, (int) length - 1,
                        answer->alias, type);
  else
    tocsin_sample_fail (sample, TOCSIN_CODE_DNS_NO_DATA, "%s has no %s record", name, type);
}

#define RCODE_NXDOMAIN 3

void
tocsin_dns_judge (const TocsinMonitor *monitor, const char *name, const char *resolver,
                  const TocsinDnsAnswer *answer, TocsinSample *sample)
{
  g_return_if_fail (monitor != NULL);
  g_return_if_fail (answer != NULL);

  if (answer->rcode == RCODE_NXDOMAIN) {
    if (!monitor->expect_nxdomain)
      tocsin_sample_fail (sample, TOCSIN_CODE_DNS_NXDOMAIN,
                          "the name %s does not exist (NXDOMAIN, says %s)", name, resolver);
  } else if (answer->rcode != 0) {
    explain_rcode (name, resolver, answer->rcode, sample);
  } else if (monitor->expect_nxdomain) {
    g_autofree char *records = list (answer->records);

    tocsin_sample_fail (sample, TOCSIN_CODE_DNS_ANSWER_UNEXPECTED,
                        "the name %s exists, and it should not (NXDOMAIN is expected)%s%s", name,
                        answer->n_records > 0 ? ": " : "", records);
  } else if (answer->n_records == 0) {
    explain_no_data (monitor, name, answer, sample);
  } else {
    compare (monitor, name, answer, sample);
  }
}
