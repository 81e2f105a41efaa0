/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-starttls"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "escapes.h"
#include "starttls.h"
#include "support.h"

static const struct {
  const char *text;
  const char *bytes;
  gsize length;
} escapes[] = {
  { "", "", 0 },
  { "PING\\r\\n", "PING\r\n", 6 },
  { "\\x00\\x1b\\x7", "\0\x1b\x07", 3 },
  { "\\x414", "A4", 2 },
  { "\\0\\33\\1011", "\0\033A1", 4 },
  { "\\a\\b\\e\\f\\n\\r\\t\\v\\\\\\\"\\'\\?", "\a\b\033\f\n\r\t\v\\\"'?", 12 },
  { "grüße",
    "gr\xc3\xbc\xc3\x9f"
    "e",
    7 },
};

static void
test_escapes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (escapes); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) bytes = tocsin_escapes_decode (escapes[i].text, &error);
    gsize length;
    const void *data;

    g_assert_no_error (error);
    data = g_bytes_get_data (bytes, &length);
    g_assert_cmpmem (data, length, escapes[i].bytes, escapes[i].length);
  }
}

static void
test_no_escapes (void)
{
  static const char *const refused[] = { "\\",  "a\\q",  "\\x",   "\\xg1",
                                         "\\8", "\\400", "\\777", "ok\\r\\" };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (tocsin_escapes_decode (refused[i], &error));
    g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
    g_assert_nonnull (strstr (error->message, "is no C escape"));
  }
}

static void
test_shown (void)
{
  static const struct {
    const char *bytes;
    gsize length, most;
    const char *shown;
  } cases[] = {
    { "220 ok\r\n", 8, 100, "220 ok\\r\\n" },
    { "\0\x01\xff", 3, 100, "\\x00\\x01\\xff" },
    { "a\\b\"c\"", 6, 100, "a\\\\b\"c\"" },
    { "gr\xc3\xbc\xc3\x9f", 6, 100, "grüß" },
    { "gr\xc3\xbc", 4, 3, "grü" }, /* cut behind a character, not within it */
    { "12345", 5, 3, "123…" },
    { "\xe2\x80\xae", 3, 100, "\\xe2\\x80\\xae" }, /* turns the direction of text round */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *shown =
        tocsin_escapes_encode ((const guint8 *) cases[i].bytes, cases[i].length, cases[i].most);

    g_assert_cmpstr (shown, ==, cases[i].shown);
  }
}

/* Shown bytes, read as a user would write them, are the bytes. */
static void
test_there_and_back (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint i = 0; i < 10000; i++) {
    guint8 bytes[32];
    gsize length = (gsize) g_rand_int_range (rand, 0, sizeof bytes), back_length;
    g_autofree char *shown = NULL;
    g_autoptr (GBytes) back = NULL;
    const void *data;

    for (gsize k = 0; k < length; k++)
      bytes[k] = (guint8) g_rand_int (rand);
    shown = tocsin_escapes_encode (bytes, length, sizeof bytes);
    g_assert_true (g_utf8_validate (shown, -1, NULL));
    back = tocsin_escapes_decode (shown, NULL);
    g_assert_nonnull (back);
    data = g_bytes_get_data (back, &back_length);
    g_assert_cmpmem (data, back_length, bytes, length);
  }
}

#define TURNS_MOST 4

typedef struct {
  TocsinTlsMode mode;
  struct {
    const char *says;  /* the server */
    const char *reply; /* NULL: no more are expected */
  } turns[TURNS_MOST];
  const char *problem; /* NULL: TLS begins */
} Dialogue;

static const Dialogue dialogues[] = {
  { TOCSIN_TLS_SMTP,
    { { "220-a\r\n220 b\r\n", "EHLO localhost\r\n" },
      { "250-mail\r\n250-STARTTLS\r\n250 SIZE 1000\r\n", "STARTTLS\r\n" },
      { "220 go\r\n", NULL } },
    NULL },
  { TOCSIN_TLS_SMTP,
    { { "220 b\n", "EHLO localhost\r\n" },
      { "250 starttls\n", "STARTTLS\r\n" },
      { "220\n", NULL } },
    NULL },
  { TOCSIN_TLS_SMTP, { { "554 go away\r\n", NULL } }, "it says “554 go away”" },
  { TOCSIN_TLS_SMTP,
    { { "220 b\r\n", "EHLO localhost\r\n" }, { "250 STARTTLSX\r\n", NULL } },
    "it does not offer STARTTLS" },
  { TOCSIN_TLS_SMTP,
    { { "220 b\r\n", "EHLO localhost\r\n" },
      { "250 STARTTLS\r\n", "STARTTLS\r\n" },
      { "454 not now\r\n", NULL } },
    "it says “454 not now”" },
  { TOCSIN_TLS_IMAP,
    { { "* OK hello\r\n", "a STARTTLS\r\n" }, { "* OK x\r\n* BYE\r\na OK go\r\n", NULL } },
    NULL },
  { TOCSIN_TLS_IMAP, { { "* BYE busy\r\n", NULL } }, "it says “* BYE busy”" },
  { TOCSIN_TLS_IMAP, { { "* PREAUTH you\r\n", NULL } }, "it says “* PREAUTH you”" },
  { TOCSIN_TLS_POP3, { { "+OK a\r\n", "STLS\r\n" }, { "+OK go\r\n", NULL } }, NULL },
  { TOCSIN_TLS_POP3,
    { { "+OK a\r\n", "STLS\r\n" }, { "-ERR no\r\n", NULL } },
    "it says “-ERR no”" },
  { TOCSIN_TLS_POP3,
    { { "+OK a\r\n+OK b\r\n", NULL } },
    "it sends more than was asked for before TLS" },
  { TOCSIN_TLS_POP3, { { "HTTP/1.1 400 Bad\r\n", NULL } }, "it says “HTTP/1.1 400 Bad”" },
};

/* `chunk` bytes at once: a dialogue does not mind how the network cuts it. */
static void
hold (const Dialogue *dialogue, gsize chunk)
{
  TocsinStarttls starttls = { 0 };
  TocsinStarttlsResult result = TOCSIN_STARTTLS_WAIT;
  const char *reply = NULL;

  tocsin_starttls_start (&starttls, dialogue->mode);
  for (guint i = 0; i < TURNS_MOST && dialogue->turns[i].says != NULL; i++) {
    const char *says = dialogue->turns[i].says;
    gsize length = strlen (says);

    for (gsize at = 0; at < length; at += chunk)
      result = tocsin_starttls_feed (&starttls, (const guint8 *) says + at,
                                     MIN (chunk, length - at), &reply);
    if (dialogue->turns[i].reply == NULL)
      break;
    g_assert_cmpint (result, ==, TOCSIN_STARTTLS_SEND);
    g_assert_cmpstr (reply, ==, dialogue->turns[i].reply);
  }
  if (dialogue->problem == NULL)
    g_assert_cmpint (result, ==, TOCSIN_STARTTLS_READY);
  else if (chunk > 1) {
    g_assert_cmpint (result, ==, TOCSIN_STARTTLS_REFUSED);
    g_assert_cmpstr (starttls.problem, ==, dialogue->problem);
  }
  tocsin_starttls_clear (&starttls);
}

static void
test_dialogues (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (dialogues); i++) {
    hold (&dialogues[i], G_MAXUINT16);
    if (dialogues[i].problem == NULL)
      hold (&dialogues[i], 1);
  }
}

static void
test_limits (void)
{
  TocsinStarttls starttls = { 0 };
  g_autofree char *line = g_strnfill (5000, 'x');
  const char *reply;

  tocsin_starttls_start (&starttls, TOCSIN_TLS_SMTP);
  g_assert_cmpint (tocsin_starttls_feed (&starttls, (const guint8 *) line, 5000, &reply), ==,
                   TOCSIN_STARTTLS_REFUSED);
  g_assert_nonnull (strstr (starttls.problem, "a line of more than"));
  tocsin_starttls_start (&starttls, TOCSIN_TLS_SMTP);
  for (guint i = 0; i < 200; i++)
    g_assert_cmpint (tocsin_starttls_feed (&starttls, (const guint8 *) "220-x\n", 6, &reply), ==,
                     TOCSIN_STARTTLS_WAIT);
  g_assert_cmpint (tocsin_starttls_feed (&starttls, (const guint8 *) "220-x\n", 6, &reply), ==,
                   TOCSIN_STARTTLS_REFUSED);
  tocsin_starttls_clear (&starttls);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/escapes/are-read", test_escapes);
  g_test_add_func ("/escapes/what-is-none-is-refused", test_no_escapes);
  g_test_add_func ("/escapes/bytes-are-shown", test_shown);
  g_test_add_func ("/escapes/there-and-back", test_there_and_back);
  g_test_add_func ("/starttls/dialogues-in-one-piece-and-byte-by-byte", test_dialogues);
  g_test_add_func ("/starttls/long-lines-and-many-are-refused", test_limits);
  return g_test_run ();
}
