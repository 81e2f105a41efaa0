/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-dns-answer"

#include "config.h"

#include <string.h>

#include "dns-answer.h"
#include "errors.h"
#include "support.h"

/* A header with one question for "a.b" and `n` answers. */
#define HEAD(flags, n) "\x12\x34" flags "\0\1\0" n "\0\0\0\0\1a\1b\0\0\1\0\1"
/* A record of the question's name: type, class IN, a TTL. */
#define RECORD(type, length) "\xc0\x0c" type "\0\1\0\0\0\x3c\0" length

typedef struct {
  const char *name;
  const char *message;
  gsize length;
  TocsinDnsType type;
  const char *record; /* the only one; NULL: none */
} Good;

#define BYTES(text) text, sizeof text - 1

static const Good good[] = {
  { "no answers", BYTES (HEAD ("\x81\x80", "\0")), TOCSIN_DNS_A, NULL },
  { "A", BYTES (HEAD ("\x81\x80", "\1") RECORD ("\0\1", "\4") "\xc0\0\2\1"), TOCSIN_DNS_A,
    "192.0.2.1" },
  { "of another type", BYTES (HEAD ("\x81\x80", "\1") RECORD ("\0\1", "\4") "\xc0\0\2\1"),
    TOCSIN_DNS_MX, NULL },
  { "of another class", BYTES (HEAD ("\x81\x80", "\1") "\xc0\x0c\0\1\0\3\0\0\0\x3c\0\4\xc0\0\2\1"),
    TOCSIN_DNS_A, NULL },
  { "MX", BYTES (HEAD ("\x81\x80", "\1") RECORD ("\0\x0f", "\x6") "\0\x0a\1m\xc0\x0e"),
    TOCSIN_DNS_MX, "10 m.b." },
  { "null MX", BYTES (HEAD ("\x81\x80", "\1") RECORD ("\0\x0f", "\3") "\0\0\0"), TOCSIN_DNS_MX,
    "0 ." },
  { "TXT in two strings", BYTES (HEAD ("\x81\x80", "\1") RECORD ("\0\x10", "\5") "\1x\2yz"),
    TOCSIN_DNS_TXT, "xyz" },
  { "TXT that is no UTF-8", BYTES (HEAD ("\x81\x80", "\1") RECORD ("\0\x10", "\3") "\2x\xff"),
    TOCSIN_DNS_TXT, "x\xef\xbf\xbd" },
  { "CAA",
    BYTES (HEAD ("\x81\x80", "\1") RECORD ("\1\1", "\x09") "\0\5issue;"
                                                           ";"),
    TOCSIN_DNS_CAA, "0 issue \";;\"" },
};

static void
test_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TocsinDnsAnswer) answer = tocsin_dns_answer_parse (
        (const guint8 *) good[i].message, good[i].length, good[i].type, &error);

    g_test_message ("%s", good[i].name);
    g_assert_no_error (error);
    g_assert_cmpuint (answer->n_records, ==, good[i].record != NULL ? 1 : 0);
    g_assert_cmpstr (answer->records[0], ==, good[i].record);
    g_assert_cmpuint (answer->rcode, ==, 0);
  }
}

static const Good bad[] = {
  { "nothing", BYTES (""), TOCSIN_DNS_A, "header" },
  { "half a header", BYTES ("\x12\x34\x81\x80\0\1"), TOCSIN_DNS_A, "header" },
  { "no question", BYTES ("\x12\x34\x81\x80\0\1\0\0\0\0\0\0"), TOCSIN_DNS_A, "question section" },
  { "no answer", BYTES (HEAD ("\x81\x80", "\1")), TOCSIN_DNS_A, "answer section" },
  { "a record that is too long", BYTES (HEAD ("\x81\x80", "\1") RECORD ("\0\1", "\5") "\xc0\0\2\1"),
    TOCSIN_DNS_A, "answer section" },
  { "an A of three bytes", BYTES (HEAD ("\x81\x80", "\1") RECORD ("\0\1", "\3") "\xc0\0\2"),
    TOCSIN_DNS_A, "A record" },
  { "an MX without a host", BYTES (HEAD ("\x81\x80", "\1") RECORD ("\0\x0f", "\2") "\0\x0a"),
    TOCSIN_DNS_MX, "MX record" },
  { "a name that points to itself",
    BYTES (HEAD ("\x81\x80", "\1") RECORD ("\0\2", "\2") "\xc0\x21"), TOCSIN_DNS_NS, "NS record" },
  { "a TXT beyond its end", BYTES (HEAD ("\x81\x80", "\1") RECORD ("\0\x10", "\2") "\5x"),
    TOCSIN_DNS_TXT, "TXT record" },
  { "a CAA with a long tag", BYTES (HEAD ("\x81\x80", "\1") RECORD ("\1\1", "\3") "\0\x09i"),
    TOCSIN_DNS_CAA, "CAA record" },
};

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", bad[i].name);
    g_assert_null (tocsin_dns_answer_parse ((const guint8 *) bad[i].message, bad[i].length,
                                            bad[i].type, &error));
    g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
    if (strstr (error->message, bad[i].record) == NULL)
      g_error ("“%s” does not name the %s", error->message, bad[i].record);
  }
}

static void
test_normalize (void)
{
  static const struct {
    TocsinDnsType type;
    const char *record, *normal;
  } cases[] = {
    { TOCSIN_DNS_A, " 192.0.2.1 ", "192.0.2.1" },
    { TOCSIN_DNS_AAAA, "2001:DB8:0:0::0001", "2001:db8::1" },
    { TOCSIN_DNS_CNAME, "Example.ORG.", "example.org" },
    { TOCSIN_DNS_NS, ".", "." },
    { TOCSIN_DNS_MX, "10   Mail.example.org.", "10 mail.example.org" },
    { TOCSIN_DNS_SRV, "10\t60 5060 sip.example.org.", "10 60 5060 sip.example.org" },
    { TOCSIN_DNS_CAA, "0 issue \"letsencrypt.org\"", "0 issue letsencrypt.org" },
    { TOCSIN_DNS_CAA, "0 ISSUE letsencrypt.org", "0 issue letsencrypt.org" },
    { TOCSIN_DNS_TXT, "\"V=spf1  -ALL.\"", "V=spf1  -ALL." },
    { TOCSIN_DNS_TXT, "V=spf1  -ALL.", "V=spf1  -ALL." },
    { TOCSIN_DNS_TXT, "\"", "\"" },
    { TOCSIN_DNS_A, "not an address", "not an address" },
    { TOCSIN_DNS_MX, "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *normal = tocsin_dns_normalize (cases[i].type, cases[i].record);

    g_assert_cmpstr (normal, ==, cases[i].normal);
  }
}

static void
test_reverse_names (void)
{
  static const struct {
    const char *address, *name;
  } cases[] = {
    { "192.0.2.1", "1.2.0.192.in-addr.arpa" },
    { "2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa" },
    { "example.org", NULL },
    { "1.2.0.192.in-addr.arpa", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *name = tocsin_dns_reverse_name (cases[i].address);

    g_assert_cmpstr (name, ==, cases[i].name);
  }
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/dns-answer/records-are-read", test_good);
  g_test_add_func ("/dns-answer/broken-ones-are-refused-and-named", test_bad);
  g_test_add_func ("/dns-answer/one-form-to-compare", test_normalize);
  g_test_add_func ("/dns-answer/addresses-become-reverse-names", test_reverse_names);
  return g_test_run ();
}
