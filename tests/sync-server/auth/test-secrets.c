/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-secrets"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "attempts.h"
#include "password.h"
#include "rate-limits.h"
#include "seal.h"
#include "support.h"
#include "timetext.h"
#include "token.h"
#include "totp.h"

/* --- tokens --- */

/* The numbers were reckoned by another program: Python's zlib.crc32 and its long integers. */
static void
test_token_form (void)
{
  guint8 zeros[TOCSIN_TOKEN_BYTES] = { 0 }, ones[TOCSIN_TOKEN_BYTES];
  g_autofree char *least = tocsin_token_make (zeros);
  g_autofree char *most = NULL;

  memset (ones, 0xff, sizeof ones);
  most = tocsin_token_make (ones);
  g_assert_cmpstr (least, ==, "tocsin_00000000000000000000000000000000000000000002CZclj");
  g_assert_cmpstr (most, ==, "tocsin_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp13sRzl1");
}

static void
test_token_checksum (void)
{
  for (guint round = 0; round < 100; round++) {
    g_autofree char *token = tocsin_token_new ();
    guint at = (guint) g_test_rand_int_range (7, TOCSIN_TOKEN_LENGTH);
    char old = token[at];

    g_assert_cmpuint (strlen (token), ==, TOCSIN_TOKEN_LENGTH);
    g_assert_true (tocsin_token_is_valid (token));
    token[at] = old == 'x' ? 'y' : 'x';
    g_assert_false (tocsin_token_is_valid (token));
  }
  g_assert_false (tocsin_token_is_valid (""));
  g_assert_false (tocsin_token_is_valid ("tocsin_"));
}

static void
test_user_codes (void)
{
  static const struct {
    const char *typed, *code;
  } cases[] = {
    { "BCDF-GHJK", "BCDF-GHJK" },
    { "bcdfghjk", "BCDF-GHJK" },
    { " b c d f-g h j k ", "BCDF-GHJK" },
    { "BCDF-GHJ", NULL },
    { "BCDF-GHJKL", NULL },
    { "ACDF-GHJK", NULL },
    { "", NULL },
    { "BCDF_GHJK", NULL },
    { "BCDF-GHJ\xc3\xa9", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *code = tocsin_user_code_normalize (cases[i].typed);

    g_assert_cmpstr (code, ==, cases[i].code);
  }
  for (guint i = 0; i < 100; i++) {
    g_autofree char *code = tocsin_user_code_new ();
    g_autofree char *same = tocsin_user_code_normalize (code);

    g_assert_cmpstr (code, ==, same);
  }
}

/* --- passwords --- */

static void
test_passwords (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = tocsin_password_hash ("correct horse", &error);
  g_autofree char *again = tocsin_password_hash ("correct horse", &error);
  char weak[crypto_pwhash_STRBYTES];

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (hash, "$argon2id$v=19$m=65536,t=2,p=1$"));
  g_assert_cmpstr (hash, !=, again);
  g_assert_true (tocsin_password_verify (hash, "correct horse"));
  g_assert_false (tocsin_password_verify (hash, "correct horse "));
  g_assert_false (tocsin_password_verify (NULL, "correct horse"));
  g_assert_false (tocsin_password_verify ("", ""));
  g_assert_false (tocsin_password_is_outdated (hash));
  g_assert_cmpint (crypto_pwhash_str_alg (weak, "x", 1, crypto_pwhash_OPSLIMIT_MIN,
                                          crypto_pwhash_MEMLIMIT_MIN, crypto_pwhash_ALG_ARGON2ID13),
                   ==, 0);
  g_assert_true (tocsin_password_is_outdated (weak));
}

/* An unknown account costs what a known one costs: the hash of nobody's is one that libsodium
 * takes, and has the strength that new ones have. */
static void
test_nobodys_password (void)
{
  g_assert_false (tocsin_password_is_outdated (NULL));
  g_assert_false (tocsin_password_verify (NULL, "wrong"));
}

static void
test_password_rules (void)
{
  static const struct {
    const char *password, *problem;
  } cases[] = {
    { "short", "at least 10 characters" },
    { "", "at least 10 characters" },
    { "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", "at least 10 characters" },
    { "user@EXAMPLE.org", "another one than the e-mail address" },
    { "\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\xfe", "UTF-8" },
    { "ten chars!", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    gboolean ok = tocsin_password_check (cases[i].password, "user@example.org", &error);

    g_assert_true (ok == (cases[i].problem == NULL));
    if (!ok)
      g_assert_nonnull (strstr (error->message, cases[i].problem));
  }
}

/* --- one-time passwords --- */

/* RFC 6238, appendix B, SHA-1, the last six of its eight digits. */
static void
test_totp_of_the_rfc (void)
{
  static const struct {
    gint64 at_s;
    const char *code;
  } cases[] = {
    { 59, "287082" },         { 1111111109, "081804" }, { 1111111111, "050471" },
    { 1234567890, "005924" }, { 2000000000, "279037" }, { 20000000000, "353130" },
  };
  const guint8 *secret = (const guint8 *) "12345678901234567890";

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gint64 now_us = cases[i].at_s * G_USEC_PER_SEC, step = 0;

    g_assert_true (tocsin_totp_verify (secret, cases[i].code, now_us, 0, &step));
    g_assert_cmpint (step, ==, cases[i].at_s / 30);
    /* Once only; one step late and one early are right, two are not. */
    g_assert_false (tocsin_totp_verify (secret, cases[i].code, now_us, step, &step));
    g_assert_true (
        tocsin_totp_verify (secret, cases[i].code, now_us + 30 * G_USEC_PER_SEC, 0, &step));
    g_assert_false (
        tocsin_totp_verify (secret, cases[i].code, now_us + 60 * G_USEC_PER_SEC, 0, &step));
    g_assert_true (
        cases[i].at_s < 90 ||
        tocsin_totp_verify (secret, cases[i].code, now_us - 30 * G_USEC_PER_SEC, 0, &step));
  }
}

static void
test_totp_forms (void)
{
  const guint8 *secret = (const guint8 *) "12345678901234567890";
  g_autofree char *uri = tocsin_totp_make_uri (secret, "Tocsin", "us er@example.org");
  g_autofree char *picture = tocsin_totp_make_qr (uri);
  gint64 step;

  g_assert_cmpstr (uri, ==,
                   "otpauth://totp/Tocsin:us%20er@example.org?secret="
                   "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Tocsin");
  g_assert_true (g_str_has_prefix (picture, "<svg "));
  g_assert_true (g_str_has_suffix (picture, "</svg>"));
  g_assert_true (tocsin_totp_verify (secret, " 287 082 ", 59 * G_USEC_PER_SEC, 0, &step));
  g_assert_false (tocsin_totp_verify (secret, "", 59 * G_USEC_PER_SEC, 0, &step));
  g_assert_false (tocsin_totp_verify (secret, "2870822", 59 * G_USEC_PER_SEC, 0, &step));
  g_assert_false (tocsin_totp_verify (secret, "28708x", 59 * G_USEC_PER_SEC, 0, &step));
}

/* --- sealing --- */

static void
test_sealing (void)
{
  TocsinServerConfig config = { .has_key = TRUE }, other = { .has_key = TRUE, .key = { 1 } };
  TocsinServerConfig none = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sealed = tocsin_seal (&config, "secret", 6, &error);
  g_autoptr (GBytes) again = tocsin_seal (&config, "secret", 6, &error);
  g_autoptr (GBytes) plain = tocsin_unseal (&config, sealed, &error);
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (sealed, 0, 10);

  g_assert_no_error (error);
  g_assert_false (g_bytes_equal (sealed, again));
  g_assert_cmpmem (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), "secret", 6);
  g_assert_null (tocsin_unseal (&other, sealed, NULL));
  g_assert_null (tocsin_unseal (&config, cut, NULL));
  g_assert_null (tocsin_seal (&none, "secret", 6, &error));
  g_assert_nonnull (strstr (error->message, "secrets_key"));
}

/* --- how often --- */

static void
test_waits_grow (void)
{
  gint64 before_us = 0;

  g_assert_cmpint (tocsin_attempts_get_wait_us (0, FALSE), ==, 0);
  g_assert_cmpint (tocsin_attempts_get_wait_us (3, FALSE), ==, 0);
  for (gint64 n = 4; n < 200; n++) {
    gint64 wait_us = tocsin_attempts_get_wait_us (n, FALSE);

    g_assert_cmpint (wait_us, >, 0);
    g_assert_cmpint (wait_us, >=, before_us);
    g_assert_cmpint (wait_us, <=, 15 * TOCSIN_US_PER_MIN); /* never for good */
    g_assert_cmpint (tocsin_attempts_get_wait_us (n, TRUE), <=, wait_us);
    before_us = wait_us;
  }
}

/* Over any span no more get through than the rate and the burst allow, and who waits as long as
 * they were told gets through. */
static void
test_gcra (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  const gint64 period_us = 1000, burst = 5;
  gint64 tat_us = 0, now_us = 1000000, start_us = now_us, n = 0;

  for (guint i = 0; i < 10000; i++) {
    gint64 wait_us = 0;

    now_us += g_rand_int_range (rand, 0, 1500);
    if (tocsin_gcra_take (&tat_us, now_us, period_us, burst, &wait_us)) {
      n++;
    } else {
      g_assert_cmpint (wait_us, >, 0);
      now_us += wait_us;
      g_assert_true (tocsin_gcra_take (&tat_us, now_us, period_us, burst, &wait_us));
      n++;
    }
    g_assert_cmpint (n, <=, (now_us - start_us) / period_us + burst);
  }
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/token/form", test_token_form);
  g_test_add_func ("/token/mistyped-one-is-seen", test_token_checksum);
  g_test_add_func ("/token/user-codes", test_user_codes);
  g_test_add_func ("/password/hash", test_passwords);
  g_test_add_func ("/password/nobodys-takes-as-long", test_nobodys_password);
  g_test_add_func ("/password/rules", test_password_rules);
  g_test_add_func ("/totp/rfc-6238", test_totp_of_the_rfc);
  g_test_add_func ("/totp/forms", test_totp_forms);
  g_test_add_func ("/seal/opens-with-its-key-only", test_sealing);
  g_test_add_func ("/attempts/waits-grow-and-end", test_waits_grow);
  g_test_add_func ("/limits/gcra", test_gcra);
  return g_test_run ();
}
