/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-mail-message"

#include "config.h"

#include <string.h>

#include "mail-message.h"
#include "support.h"

#define AT_US G_GINT64_CONSTANT (1795580298000000)

static char *
format (const char *from, const char *to, const char *subject, const char *body)
{
  const TocsinMailMessage message = { "0199", from, to, subject, body, AT_US };

  return g_string_free (tocsin_mail_format (&message), FALSE);
}

static void
test_whole (void)
{
  g_autofree char *text = format ("Tocsin <tocsin@example.org>", "user@example.org",
                                  "A new password", "Hello.\n\nGo on.\n");

  g_assert_cmpstr (text, ==,
                   "Date: Wed, 25 Nov 2026 04:18:18 +0000\r\n"
                   "From: \"Tocsin\" <tocsin@example.org>\r\n"
                   "To: <user@example.org>\r\n"
                   "Subject: A new password\r\n"
                   "Message-ID: <0199@example.org>\r\n"
                   "Auto-Submitted: auto-generated\r\n"
                   "MIME-Version: 1.0\r\n"
                   "Content-Type: text/plain; charset=utf-8\r\n"
                   "Content-Transfer-Encoding: quoted-printable\r\n"
                   "\r\n"
                   "Hello.\r\n\r\nGo on.\r\n");
}

static void
test_fields (void)
{
  static const struct {
    const char *from, *subject, *wanted;
  } table[] = {
    { "t@example.org", "Plain", "From: <t@example.org>\r\n" },
    { "\"Bells, Inc.\" <t@example.org>", "Plain", "From: \"Bells, Inc.\" <t@example.org>\r\n" },
    { "A \"B\" <t@example.org>", "Plain", "From: \"A \\\"B\\\"\" <t@example.org>\r\n" },
    { "Glöckner <t@example.org>", "Plain", "From: =?UTF-8?B?R2zDtmNrbmVy?= <t@example.org>\r\n" },
    { "t@example.org", "Größe", "Subject: =?UTF-8?B?R3LDtsOfZQ==?=\r\n" },
    { "t@example.org", "=?UTF-8?Q?no?=", "Subject: =?UTF-8?B?PT9VVEYtOD9RP25vPz0=?=\r\n" },
    { "t@example.org", "", "Subject: \r\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autofree char *text = format (table[i].from, "user@example.org", table[i].subject, "");

    if (strstr (text, table[i].wanted) == NULL)
      g_error ("“%s” has no “%s”", text, table[i].wanted);
  }
}

/* A field that begins a line of the head is one of those that every message has. */
static void
check_head (const char *text)
{
  static const char *const fields[] = {
    "Date",         "From",         "To",
    "Subject",      "Message-ID",   "Auto-Submitted",
    "MIME-Version", "Content-Type", "Content-Transfer-Encoding"
  };
  g_auto (GStrv) parts = g_strsplit (text, "\r\n\r\n", 2);
  g_auto (GStrv) lines = g_strsplit (parts[0], "\r\n", -1);
  guint n = 0;

  for (guint i = 0; lines[i] != NULL; i++) {
    g_assert_null (strpbrk (lines[i], "\r\n"));
    g_assert_cmpuint (strlen (lines[i]), <, 998); /* RFC 5322, section 2.1.1 */
    if (lines[i][0] == ' ')
      continue;
    g_assert_cmpuint (n, <, G_N_ELEMENTS (fields));
    g_assert_true (g_str_has_prefix (lines[i], fields[n]));
    g_assert_cmpint (lines[i][strlen (fields[n++])], ==, ':');
  }
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (fields));
}

static void
test_injection (void)
{
  static const char *const tricks[] = {
    "x\r\nBcc: other@example.org",
    "x\nBcc: other@example.org",
    "x\rBcc: other@example.org",
    "x\r\n\r\nbody",
    "x\r\n folded",
    "\xff\r\nBcc: y@example.org",
    "ü\r\nBcc: y@example.org",
    "x\x0b\x0cy",
    "x> <y@example.org>\r\nBcc: z",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (tricks); i++) {
    g_autofree char *from = g_strdup_printf ("%s <t@example.org>", tricks[i]);
    g_autofree char *a = format ("t@example.org", "user@example.org", tricks[i], "");
    g_autofree char *b = format (from, "user@example.org", "s", "");
    g_autofree char *c = format ("t@example.org", tricks[i], "s", "");
    g_autofree char *d = format (tricks[i], "user@example.org", "s", "");

    check_head (a);
    check_head (b);
    check_head (c);
    check_head (d);
    g_assert_null (strstr (a, "\nBcc:"));
    g_assert_null (strstr (c, "\nBcc:"));
  }
}

static void
test_body (void)
{
  static const struct {
    const char *body, *wanted;
  } table[] = {
    { "a=b\n", "a=3Db\r\n" },
    { "end ", "end=20\r\n" },
    { "end \nx", "end=20\r\nx\r\n" },
    { "tab\t\n", "tab=09\r\n" },
    { "a\r\nb\n", "a\r\nb\r\n" },
    { "a\rb\n", "a=0Db\r\n" },
    { "ö\n", "=C3=B6\r\n" },
    { "\xff\n", "=EF=BF=BD\r\n" },
    { ".\n", ".\r\n" },
    { "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autofree char *text = format ("t@example.org", "user@example.org", "s", table[i].body);

    g_assert_cmpstr (strstr (text, "\r\n\r\n") + 4, ==, table[i].wanted);
  }
}

/* Reads quoted-printable as RFC 2045 has it. */
static char *
decode_body (const char *text)
{
  GString *plain = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++) {
    if (g_str_has_prefix (p, "=\r\n")) {
      p += 2;
    } else if (*p == '=') {
      g_string_append_c (plain,
                         (char) (g_ascii_xdigit_value (p[1]) << 4 | g_ascii_xdigit_value (p[2])));
      p += 2;
    } else if (*p != '\r') {
      g_string_append_c (plain, *p);
    }
  }
  return g_string_free (plain, FALSE);
}

/* Of any text the same comes back: its subject in words of one character at least each, its body in
 * lines of 76. */
static void
test_round_trip (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (int i = 0; i < 2000; i++) {
    g_autoptr (GString) body = g_string_new (NULL);
    g_autofree char *text = NULL, *plain = NULL;
    g_auto (GStrv) lines = NULL;

    for (int n = g_rand_int_range (rand, 1, 300); n > 0; n--)
      g_string_append_unichar (body, g_rand_boolean (rand)
                                         ? (gunichar) g_rand_int_range (rand, 0x20, 0x7f)
                                         : (gunichar) g_rand_int_range (rand, 0xa0, 0x2fff));
    text = format ("t@example.org", "user@example.org", body->str, body->str);
    check_head (text);
    lines = g_strsplit (text, "\r\n", -1);
    for (guint j = 0; lines[j] != NULL; j++)
      g_assert_cmpuint (strlen (lines[j]), <=, j < 4 ? 84 : TOCSIN_MAIL_LINE_MOST_BYTES);
    plain = decode_body (strstr (text, "\r\n\r\n") + 4);
    g_string_append_c (body, '\n');
    g_assert_cmpstr (plain, ==, body->str);
  }
}

static void
test_mailbox (void)
{
  static const struct {
    const char *mailbox, *name, *address;
  } table[] = {
    { "a@example.org", NULL, "a@example.org" },
    { "<a@example.org>", NULL, "a@example.org" },
    { "A B <a@example.org>", "A B", "a@example.org" },
    { "\"A <B>\" <a@example.org>", "A <B>", "a@example.org" },
    { " A  < a@example.org > ", "A", "a@example.org" },
    { "\"", NULL, "\"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autofree char *name = tocsin_mailbox_get_name (table[i].mailbox);
    g_autofree char *address = tocsin_mailbox_get_address (table[i].mailbox);

    g_assert_cmpstr (name, ==, table[i].name);
    g_assert_cmpstr (address, ==, table[i].address);
  }
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/mail/a-message-is-whole", test_whole);
  g_test_add_func ("/mail/fields-are-quoted-or-encoded-where-they-must", test_fields);
  g_test_add_func ("/mail/nothing-adds-a-field", test_injection);
  g_test_add_func ("/mail/a-body-is-quoted-printable", test_body);
  g_test_add_func ("/mail/any-text-comes-back", test_round_trip);
  g_test_add_func ("/mail/a-mailbox-is-a-name-and-an-address", test_mailbox);
  return g_test_run ();
}
