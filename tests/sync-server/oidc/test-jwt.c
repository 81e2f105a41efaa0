/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-jwt"

#include "config.h"

#include <string.h>

#include "base64url.h"
#include "errors.h"
#include "jwt.h"
#include "support.h"
#include "test-issuer.h"
#include "timetext.h"

#define ISSUER "https://sso.example.org"
#define NOW_S  1795580298
#define RIGHT                                                            \
  "\"iss\":\"" ISSUER "\",\"aud\":\"us\",\"nonce\":\"n\",\"sub\":\"s\"," \
  "\"iat\":1795580298,\"exp\":1795580598"

static const TocsinJwtWants wants = { ISSUER, "us", "n", NOW_S *TOCSIN_US_PER_S };

typedef struct {
  EVP_PKEY *rsa, *other_rsa, *ec;
  TocsinJwks *jwks; /* rsa, ec */
} Keys;

static TocsinJwks *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  TocsinJwks *jwks = tocsin_jwks_parse (text, &error);

  g_assert_no_error (error);
  return jwks;
}

static Keys *
get_keys (void)
{
  static Keys keys;
  g_autofree char *a = NULL, *b = NULL, *set = NULL;

  if (keys.jwks != NULL)
    return &keys;
  keys.rsa = test_key_new_rsa (2048);
  keys.other_rsa = test_key_new_rsa (2048);
  keys.ec = test_key_new_ec ("P-256");
  a = test_key_to_jwk (keys.rsa, "r", "");
  b = test_key_to_jwk (keys.ec, "e", ",\"alg\":\"ES256\"");
  set = g_strdup_printf ("{\"keys\":[%s,%s]}", a, b);
  keys.jwks = parse (set);
  g_assert_cmpuint (tocsin_jwks_get_n (keys.jwks), ==, 2);
  return &keys;
}

static void
free_keys (void)
{
  Keys *keys = get_keys ();

  EVP_PKEY_free (keys->rsa);
  EVP_PKEY_free (keys->other_rsa);
  EVP_PKEY_free (keys->ec);
  tocsin_jwks_free (keys->jwks);
}

/* 0 for right, else 1 + the error's code. */
static int
verify (const char *token)
{
  g_auto (TocsinJwtPerson) person = { 0 };
  g_autoptr (GError) error = NULL;

  if (tocsin_jwt_verify (token, get_keys ()->jwks, &wants, &person, &error))
    return 0;
  g_assert_true (error->domain == tocsin_error_quark ());
  g_assert_null (person.subject);
  return 1 + error->code;
}

#define INVALID   (1 + TOCSIN_ERROR_INVALID)
#define NOT_FOUND (1 + TOCSIN_ERROR_NOT_FOUND)

static void
test_right (void)
{
  Keys *keys = get_keys ();
  g_autofree char *by_rsa = test_token_sign (
      keys->rsa, "{\"alg\":\"RS256\",\"kid\":\"r\"}",
      "{" RIGHT ",\"email\":\"a@example.org\",\"email_verified\":\"true\",\"name\":\"Ada\"}");
  g_autofree char *by_ec =
      test_token_sign (keys->ec, "{\"kid\":\"e\",\"alg\":\"ES256\"}", "{" RIGHT "}");
  g_autofree char *without_kid = test_token_sign (keys->ec, "{\"alg\":\"ES256\"}", "{" RIGHT "}");
  g_auto (TocsinJwtPerson) person = { 0 };

  g_assert_cmpint (verify (by_ec), ==, 0);
  g_assert_cmpint (verify (without_kid), ==, 0);
  g_assert_true (tocsin_jwt_verify (by_rsa, keys->jwks, &wants, &person, NULL));
  g_assert_cmpstr (person.subject, ==, "s");
  g_assert_cmpstr (person.email, ==, "a@example.org");
  g_assert_cmpstr (person.name, ==, "Ada");
  g_assert_true (person.email_is_verified);
}

static void
test_claims (void)
{
  static const struct {
    const char *claims;
    int result;
  } table[] = {
    { "{" RIGHT "}", 0 },
    { "{" RIGHT ",\"azp\":\"us\"}", 0 },
    { "{" RIGHT ",\"azp\":\"them\"}", INVALID },
    { "{" RIGHT ",\"azp\":7}", INVALID },
    { "{" RIGHT ",\"aud\":[\"us\"]}", 0 },
    { "{" RIGHT ",\"aud\":[\"us\",\"them\"]}", INVALID },
    { "{" RIGHT ",\"aud\":[\"them\",\"us\"],\"azp\":\"us\"}", 0 },
    { "{" RIGHT ",\"aud\":[]}", INVALID },
    { "{" RIGHT ",\"aud\":[7]}", INVALID },
    { "{" RIGHT ",\"aud\":\"them\"}", INVALID },
    { "{" RIGHT ",\"aud\":{\"us\":1}}", INVALID },
    { "{" RIGHT ",\"aud\":null}", INVALID },
    { "{" RIGHT ",\"iss\":\"" ISSUER "/\"}", INVALID },
    { "{" RIGHT ",\"iss\":[\"" ISSUER "\"]}", INVALID },
    { "{" RIGHT ",\"nonce\":\"m\"}", INVALID },
    { "{" RIGHT ",\"nonce\":null}", INVALID },
    { "{" RIGHT ",\"sub\":\"\"}", INVALID },
    { "{" RIGHT ",\"sub\":7}", INVALID },
    { "{" RIGHT ",\"exp\":1795580239}", 0 },
    { "{" RIGHT ",\"exp\":1795580238}", INVALID },
    { "{" RIGHT ",\"exp\":\"1795580598\"}", INVALID },
    { "{" RIGHT ",\"exp\":-1}", INVALID },
    { "{" RIGHT ",\"exp\":1e300}", INVALID },
    { "{" RIGHT ",\"exp\":1795580598.5}", 0 },
    { "{" RIGHT ",\"iat\":1795580358}", 0 },
    { "{" RIGHT ",\"iat\":1795580359}", INVALID },
    { "{" RIGHT ",\"iat\":null}", INVALID },
    { "{" RIGHT ",\"nbf\":1795580358}", 0 },
    { "{" RIGHT ",\"nbf\":1795580359}", INVALID },
    { "{" RIGHT ",\"nbf\":\"soon\"}", INVALID },
    { "{\"iss\":\"" ISSUER "\"}", INVALID },
    { "{}", INVALID },
    { "[]", INVALID },
    { "", INVALID },
    { "nonsense", INVALID },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autofree char *token =
        test_token_sign (get_keys ()->rsa, "{\"alg\":\"RS256\",\"kid\":\"r\"}", table[i].claims);

    if (verify (token) != table[i].result)
      g_error ("“%s” gave %d", table[i].claims, verify (token));
  }
}

static void
test_algorithms (void)
{
  static const struct {
    const char *header;
    int result;
  } table[] = {
    { "{\"alg\":\"RS256\",\"kid\":\"r\"}", 0 },
    { "{\"alg\":\"RS256\"}", 0 },
    { "{\"alg\":\"none\",\"kid\":\"r\"}", INVALID },
    { "{\"alg\":\"HS256\",\"kid\":\"r\"}", INVALID },
    { "{\"alg\":\"RS512\",\"kid\":\"r\"}", INVALID },
    { "{\"alg\":\"PS256\",\"kid\":\"r\"}", INVALID },
    { "{\"alg\":\"rs256\",\"kid\":\"r\"}", INVALID },
    { "{\"alg\":[\"RS256\"],\"kid\":\"r\"}", INVALID },
    { "{\"kid\":\"r\"}", INVALID },
    { "{\"alg\":\"RS256\",\"kid\":\"other\"}", NOT_FOUND },
    { "{\"alg\":\"RS256\",\"kid\":\"e\"}", NOT_FOUND }, /* a key for ES256 only */
    { "{\"alg\":\"ES256\",\"kid\":\"r\"}", NOT_FOUND },
    { "{\"alg\":\"ES256\",\"kid\":\"e\"}", INVALID },
    { "{\"alg\":\"RS256\",\"kid\":\"r\",\"crit\":[\"exp\"]}", INVALID },
    { "nonsense", INVALID },
    { "", INVALID },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autofree char *token = test_token_sign (get_keys ()->rsa, table[i].header, "{" RIGHT "}");

    if (verify (token) != table[i].result)
      g_error ("“%s” gave %d", table[i].header, verify (token));
  }
}

static void
test_forgeries (void)
{
  Keys *keys = get_keys ();
  g_autofree char *pem = test_key_to_pem (keys->rsa);
  g_autofree char *public = test_key_to_jwk (keys->rsa, "r", "");
  static const char *const heads[] = { "{\"alg\":\"none\"}", "{\"alg\":\"HS256\",\"kid\":\"r\"}",
                                       "{\"alg\":\"RS256\",\"kid\":\"r\"}",
                                       "{\"alg\":\"ES256\",\"kid\":\"e\"}" };

  for (gsize i = 0; i < G_N_ELEMENTS (heads); i++) {
    g_autofree char *a = test_token_sign_hmac (pem, heads[i], "{" RIGHT "}");
    g_autofree char *b = test_token_sign_hmac (public, heads[i], "{" RIGHT "}");
    g_autofree char *c = test_token_sign_hmac (NULL, heads[i], "{" RIGHT "}");
    g_autofree char *d = test_token_sign (keys->other_rsa, heads[i], "{" RIGHT "}");

    g_assert_cmpint (verify (a), ==, INVALID);
    g_assert_cmpint (verify (b), ==, INVALID);
    g_assert_cmpint (verify (c), ==, INVALID);
    g_assert_cmpint (verify (d), ==, INVALID);
  }
}

/* r and s of nothing (CVE-2022-21449) verify nothing. */
static void
test_empty_signatures (void)
{
  g_autofree char *right =
      test_token_sign (get_keys ()->ec, "{\"alg\":\"ES256\",\"kid\":\"e\"}", "{" RIGHT "}");
  char *end = strrchr (right, '.');
  static const gsize lengths[] = { 0, 1, 63, 64, 65, 70, 256 };

  *end = '\0';
  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    for (int fill = 0; fill <= 255; fill += 255) {
      g_autofree guint8 *zeros = g_malloc (lengths[i] + 1);
      g_autofree char *text = NULL, *token = NULL;

      memset (zeros, fill, lengths[i] + 1);
      text = tocsin_base64url_encode (zeros, lengths[i]);
      token = g_strconcat (right, ".", text, NULL);
      g_assert_cmpint (verify (token), ==, INVALID);
    }
}

/* Every bit of a token counts. */
static void
test_flipped_bits (void)
{
  g_autofree char *token =
      test_token_sign (get_keys ()->ec, "{\"alg\":\"ES256\",\"kid\":\"e\"}", "{" RIGHT "}");

  g_assert_cmpint (verify (token), ==, 0);
  for (char *p = token; *p != '\0'; p++)
    for (int bit = 0; bit < 7; bit++) {
      char was = *p;

      *p = (char) (*p ^ 1 << bit);
      if (*p != '\0')
        g_assert_cmpint (verify (token), !=, 0);
      *p = was;
    }
  for (gsize n = strlen (token); n-- > 0;) {
    g_autofree char *cut = g_strndup (token, n);

    g_assert_cmpint (verify (cut), !=, 0);
  }
}

static void
test_sets (void)
{
  static const struct {
    const char *text;
    int n; /* keys; -1: no set */
  } table[] = {
    { "{\"keys\":[]}", 0 },
    { "{}", -1 },
    { "[]", -1 },
    { "{\"keys\":{}}", -1 },
    { "nonsense", -1 },
    { "{\"keys\":[7,null,\"x\",[],{}]}", 0 },
    { "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}", 0 },
    { "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}", 0 }, /* 17 bits */
    { "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"\",\"e\":\"\"}]}", 0 },
    { "{\"keys\":[{\"kty\":\"RSA\",\"n\":7,\"e\":[]}]}", 0 },
    { "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}]}", 0 },
    { "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\","
      "\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
      "\"y\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}",
      0 }, /* not on the curve */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (GError) error = NULL;
    TocsinJwks *jwks = tocsin_jwks_parse (table[i].text, &error);

    g_assert_cmpint (jwks != NULL ? (int) tocsin_jwks_get_n (jwks) : -1, ==, table[i].n);
    g_assert_true ((jwks == NULL) == (error != NULL));
    g_clear_pointer (&jwks, tocsin_jwks_free);
  }
}

static void
test_passed_over (void)
{
  static const char *const more[] = { ",\"use\":\"enc\"", ",\"alg\":\"RS512\"",
                                      ",\"alg\":\"ES256\"", ",\"alg\":\"HS256\"" };
  EVP_PKEY *small = test_key_new_rsa (1024), *other_curve = test_key_new_ec ("P-384");
  g_autofree char *weak = test_key_to_jwk (small, "w", "");
  g_autofree char *curve = test_key_to_jwk (other_curve, "c", "");
  g_autofree char *set = g_strdup_printf ("{\"keys\":[%s,%s]}", weak, curve);
  g_autoptr (TocsinJwks) none = parse (set);

  g_assert_cmpuint (tocsin_jwks_get_n (none), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (more); i++) {
    g_autofree char *key = test_key_to_jwk (get_keys ()->rsa, "r", more[i]);
    g_autofree char *text = g_strdup_printf ("{\"keys\":[%s]}", key);
    g_autoptr (TocsinJwks) jwks = parse (text);

    g_assert_cmpuint (tocsin_jwks_get_n (jwks), ==, 0);
  }
  EVP_PKEY_free (small);
  EVP_PKEY_free (other_curve);
}

static void
test_base64url (void)
{
  static const struct {
    const char *text;
    const char *bytes; /* NULL: refused */
  } table[] = {
    { "", "" },       { "Zg", "f" },    { "Zm8", "fo" },    { "Zm9v", "foo" },
    { "Zg==", NULL }, { "Zh", NULL },   { "Z", NULL },      { "Zm9v ", NULL },
    { "Zm+v", NULL }, { "Zm/v", NULL }, { "Zm\n9v", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (GBytes) bytes = tocsin_base64url_decode (table[i].text, strlen (table[i].text));
    g_autofree char *back = NULL;

    g_assert_true ((bytes == NULL) == (table[i].bytes == NULL));
    if (bytes == NULL)
      continue;
    g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), table[i].bytes,
                     strlen (table[i].bytes));
    back = tocsin_base64url_encode (table[i].bytes, strlen (table[i].bytes));
    g_assert_cmpstr (back, ==, table[i].text);
  }
}

/* The pair of RFC 7636, appendix B. */
static void
test_challenge (void)
{
  g_autofree char *challenge =
      tocsin_base64url_sha256 ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  g_autofree char *a = tocsin_base64url_random (), *b = tocsin_base64url_random ();

  g_assert_cmpstr (challenge, ==, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
  g_assert_cmpuint (strlen (a), ==, 43); /* RFC 7636 wants 43 at least */
  g_assert_cmpstr (a, !=, b);
}

int
main (int argc, char **argv)
{
  int result;

  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/jwt/right-tokens-say-who-it-is", test_right);
  g_test_add_func ("/jwt/claims-must-be-right", test_claims);
  g_test_add_func ("/jwt/only-algorithms-that-a-key-is-for", test_algorithms);
  g_test_add_func ("/jwt/public-keys-are-no-secrets", test_forgeries);
  g_test_add_func ("/jwt/empty-signatures-sign-nothing", test_empty_signatures);
  g_test_add_func ("/jwt/every-bit-counts", test_flipped_bits);
  g_test_add_func ("/jwks/sets-are-read-or-refused", test_sets);
  g_test_add_func ("/jwks/weak-and-other-keys-are-passed-over", test_passed_over);
  g_test_add_func ("/base64url/is-strict", test_base64url);
  g_test_add_func ("/pkce/the-challenge-is-that-of-the-rfc", test_challenge);
  result = g_test_run ();
  free_keys ();
  return result;
}
