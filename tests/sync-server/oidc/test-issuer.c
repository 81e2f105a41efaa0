/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-issuer"

#include "config.h"

#include <libsoup/soup.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>

#include "base64url.h"
#include "test-issuer.h"

#define P256_BYTES 32

struct _TestIssuer {
  SoupServer *server;
  char *url;
  char *client_id, *client_secret;
  EVP_PKEY *key, *old_key;
  int generation; /* of keys */
  TestWishes wishes;
  char *lie;               /* (nullable) */
  char *challenge, *nonce; /* (nullable) of what was asked last */
  char *code;              /* (nullable) that can be redeemed once */
  char *redirect_uri;      /* (nullable) */
  guint n_documents, n_keys, n_tokens;
};

/* --- keys --- */

EVP_PKEY *
test_key_new_rsa (guint bits)
{
  EVP_PKEY *key = EVP_RSA_gen (bits);

  g_assert_nonnull (key);
  return key;
}

EVP_PKEY *
test_key_new_ec (const char *curve)
{
  EVP_PKEY *key = EVP_EC_gen (curve);

  g_assert_nonnull (key);
  return key;
}

static char *
get_number (EVP_PKEY *key, const char *name, int least_bytes)
{
  BIGNUM *number = NULL;
  guint8 data[2048];
  int size;

  g_assert_cmpint (EVP_PKEY_get_bn_param (key, name, &number), ==, 1);
  size = MAX (BN_num_bytes (number), least_bytes);
  BN_bn2binpad (number, data, size);
  BN_free (number);
  return tocsin_base64url_encode (data, (gsize) size);
}

char *
test_key_to_jwk (EVP_PKEY *key, const char *kid, const char *more)
{
  g_autofree char *a = NULL, *b = NULL;

  if (EVP_PKEY_is_a (key, "RSA")) {
    a = get_number (key, OSSL_PKEY_PARAM_RSA_N, 0);
    b = get_number (key, OSSL_PKEY_PARAM_RSA_E, 0);
    return g_strdup_printf ("{\"kty\":\"RSA\",\"kid\":\"%s\",\"n\":\"%s\",\"e\":\"%s\"%s}", kid, a,
                            b, more);
  }
  a = get_number (key, OSSL_PKEY_PARAM_EC_PUB_X, P256_BYTES);
  b = get_number (key, OSSL_PKEY_PARAM_EC_PUB_Y, P256_BYTES);
  return g_strdup_printf (
      "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"%s\",\"x\":\"%s\",\"y\":\"%s\"%s}", kid, a, b,
      more);
}

char *
test_key_to_pem (EVP_PKEY *key)
{
  BIO *bio = BIO_new (BIO_s_mem ());
  char *data, *text;
  long size;

  PEM_write_bio_PUBKEY (bio, key);
  size = BIO_get_mem_data (bio, &data);
  text = g_strndup (data, (gsize) size);
  BIO_free (bio);
  return text;
}

/* --- tokens --- */

static char *
encode_text (const char *text)
{
  return tocsin_base64url_encode (text, strlen (text));
}

/* r and s one after the other. */
static char *
encode_ecdsa (const guint8 *der, gsize size)
{
  ECDSA_SIG *pair = d2i_ECDSA_SIG (NULL, &der, (long) size);
  guint8 raw[2 * P256_BYTES];

  BN_bn2binpad (ECDSA_SIG_get0_r (pair), raw, P256_BYTES);
  BN_bn2binpad (ECDSA_SIG_get0_s (pair), raw + P256_BYTES, P256_BYTES);
  ECDSA_SIG_free (pair);
  return tocsin_base64url_encode (raw, sizeof raw);
}

char *
test_token_sign (EVP_PKEY *key, const char *header, const char *claims)
{
  g_autofree char *first = encode_text (header), *second = encode_text (claims);
  g_autofree char *text = g_strconcat (first, ".", second, NULL);
  g_autofree char *end = NULL;
  guint8 signature[1024];
  gsize size = sizeof signature;
  EVP_MD_CTX *ctx = EVP_MD_CTX_new ();

  g_assert_cmpint (EVP_DigestSignInit (ctx, NULL, EVP_sha256 (), NULL, key), ==, 1);
  g_assert_cmpint (EVP_DigestSign (ctx, signature, &size, (const guint8 *) text, strlen (text)), ==,
                   1);
  EVP_MD_CTX_free (ctx);
  end = EVP_PKEY_is_a (key, "RSA") ? tocsin_base64url_encode (signature, size)
                                   : encode_ecdsa (signature, size);
  return g_strconcat (text, ".", end, NULL);
}

char *
test_token_sign_hmac (const char *secret, const char *header, const char *claims)
{
  g_autofree char *first = encode_text (header), *second = encode_text (claims);
  g_autofree char *text = g_strconcat (first, ".", second, NULL);
  g_autofree char *end = NULL;
  guint8 mac[32];
  gsize size = sizeof mac;
  GHmac *hmac;

  if (secret == NULL)
    return g_strconcat (text, ".", NULL);
  hmac = g_hmac_new (G_CHECKSUM_SHA256, (const guint8 *) secret, strlen (secret));
  g_hmac_update (hmac, (const guint8 *) text, -1);
  g_hmac_get_digest (hmac, mac, &size);
  g_hmac_unref (hmac);
  end = tocsin_base64url_encode (mac, size);
  return g_strconcat (text, ".", end, NULL);
}

static const char *
either (const char *wish, const char *right)
{
  return wish != NULL ? wish : right;
}

static char *
make_token (TestIssuer *issuer)
{
  const TestWishes *wishes = &issuer->wishes;
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  gint64 span_s = wishes->expires_in_s != 0 ? wishes->expires_in_s : 300;
  g_autofree char *claims = g_strdup_printf (
      "{\"iss\":\"%s\",\"aud\":\"%s\",\"nonce\":\"%s\",\"sub\":\"%s\",\"email\":\"%s\","
      "\"email_verified\":%s,\"name\":\"%s\",\"iat\":%" G_GINT64_FORMAT ",\"exp\":%" G_GINT64_FORMAT
      "}",
      either (wishes->iss, issuer->url), either (wishes->aud, issuer->client_id),
      either (wishes->nonce, issuer->nonce), either (wishes->sub, "subject-1"),
      either (wishes->email, "ada@example.org"), wishes->email_is_unverified ? "false" : "true",
      either (wishes->name, "Ada"), now_s - wishes->issued_ago_s, now_s + span_s);
  g_autofree char *header =
      g_strdup_printf ("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k%d\"}", issuer->generation);
  const char *head = either (wishes->header, header);
  g_autofree char *pem = test_key_to_pem (issuer->key);

  if (wishes->is_unsigned || wishes->is_hmac_of_public_key)
    return test_token_sign_hmac (wishes->is_unsigned ? NULL : pem, head, claims);
  return test_token_sign (wishes->old_key ? issuer->old_key : issuer->key, head, claims);
}

/* --- serving --- */

static void
answer (SoupServerMessage *message, guint status, char *text)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_TAKE, text,
                                    strlen (text));
}

static char *
make_document (TestIssuer *issuer)
{
  return g_strdup_printf ("{\"issuer\":\"%s\",\"authorization_endpoint\":\"%s/authorize\","
                          "\"token_endpoint\":\"%s/token\",\"jwks_uri\":\"%s/keys\"}",
                          either (issuer->lie, issuer->url), issuer->url, issuer->url, issuer->url);
}

static gboolean
is_right_client (TestIssuer *issuer, SoupServerMessage *message)
{
  const char *given = soup_message_headers_get_one (
      soup_server_message_get_request_headers (message), "Authorization");
  g_autofree char *pair = g_strconcat (issuer->client_id, ":", issuer->client_secret, NULL);
  g_autofree char *code = g_base64_encode ((const guchar *) pair, strlen (pair));
  g_autofree char *wanted = g_strconcat ("Basic ", code, NULL);

  return g_strcmp0 (given, wanted) == 0;
}

static const char *
look_up (GHashTable *form, const char *name)
{
  const char *value = form != NULL ? g_hash_table_lookup (form, name) : NULL;

  return value != NULL ? value : "";
}

static char *
redeem (TestIssuer *issuer, SoupServerMessage *message, guint *status)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (GHashTable) form =
      g_uri_parse_params (body->data, body->length, "&", G_URI_PARAMS_WWW_FORM, NULL);
  g_autofree char *challenge = tocsin_base64url_sha256 (look_up (form, "code_verifier"));
  gboolean ok = g_strcmp0 (look_up (form, "code"), issuer->code) == 0 &&
                g_strcmp0 (challenge, issuer->challenge) == 0 &&
                g_strcmp0 (look_up (form, "redirect_uri"), issuer->redirect_uri) == 0 &&
                strcmp (look_up (form, "grant_type"), "authorization_code") == 0;
  g_autofree char *token = NULL;

  issuer->n_tokens++;
  *status = 401;
  if (!is_right_client (issuer, message))
    return g_strdup ("{\"error\":\"invalid_client\"}");
  *status = 400;
  if (!ok)
    return g_strdup ("{\"error\":\"invalid_grant\"}");
  g_clear_pointer (&issuer->code, g_free);
  *status = 200;
  token = make_token (issuer);
  return g_strdup_printf ("{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"id_token\":\"%s\"}",
                          token);
}

static void
serve_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
          gpointer user_data)
{
  TestIssuer *issuer = user_data;
  g_autofree char *kid = g_strdup_printf ("k%d", issuer->generation);
  g_autofree char *key = test_key_to_jwk (issuer->key, kid, ",\"use\":\"sig\"");
  guint status = 200;

  if (strcmp (path, "/.well-known/openid-configuration") == 0) {
    issuer->n_documents++;
    answer (message, 200, make_document (issuer));
  } else if (strcmp (path, "/keys") == 0) {
    issuer->n_keys++;
    answer (message, 200, g_strdup_printf ("{\"keys\":[%s]}", key));
  } else if (strcmp (path, "/token") == 0) {
    char *text = redeem (issuer, message, &status);

    answer (message, status, text);
  } else {
    answer (message, 404, g_strdup ("{}"));
  }
}

TestIssuer *
test_issuer_new (const char *client_id, const char *client_secret)
{
  TestIssuer *issuer = g_new0 (TestIssuer, 1);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  issuer->client_id = g_strdup (client_id);
  issuer->client_secret = g_strdup (client_secret);
  issuer->key = test_key_new_rsa (2048);
  issuer->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (issuer->server, NULL, serve_cb, issuer, NULL);
  soup_server_listen_local (issuer->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (issuer->server);
  issuer->url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return issuer;
}

void
test_issuer_free (TestIssuer *issuer)
{
  soup_server_disconnect (issuer->server);
  g_object_unref (issuer->server);
  EVP_PKEY_free (issuer->key);
  EVP_PKEY_free (issuer->old_key);
  g_free (issuer->url);
  g_free (issuer->client_id);
  g_free (issuer->client_secret);
  g_free (issuer->lie);
  g_free (issuer->challenge);
  g_free (issuer->nonce);
  g_free (issuer->code);
  g_free (issuer->redirect_uri);
  g_free (issuer);
}

const char *
test_issuer_get_url (TestIssuer *issuer)
{
  return issuer->url;
}

void
test_issuer_wish (TestIssuer *issuer, const TestWishes *wishes)
{
  issuer->wishes = *wishes;
}

void
test_issuer_rotate (TestIssuer *issuer)
{
  EVP_PKEY_free (issuer->old_key);
  issuer->old_key = issuer->key;
  issuer->key = test_key_new_rsa (2048);
  issuer->generation++;
}

void
test_issuer_lie (TestIssuer *issuer, const char *name)
{
  g_free (issuer->lie);
  issuer->lie = g_strdup (name);
}

static void
take (char **place, GHashTable *query, const char *name)
{
  g_free (*place);
  *place = g_strdup (g_hash_table_lookup (query, name));
  g_assert_nonnull (*place);
}

char *
test_issuer_authorize (TestIssuer *issuer, const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);
  g_autoptr (GHashTable) query =
      g_uri_parse_params (g_uri_get_query (uri), -1, "&", G_URI_PARAMS_NONE, NULL);

  g_assert_true (g_str_has_prefix (url, issuer->url));
  g_assert_cmpstr (g_uri_get_path (uri), ==, "/authorize");
  g_assert_cmpstr (g_hash_table_lookup (query, "response_type"), ==, "code");
  g_assert_cmpstr (g_hash_table_lookup (query, "scope"), ==, "openid email profile");
  g_assert_cmpstr (g_hash_table_lookup (query, "client_id"), ==, issuer->client_id);
  g_assert_cmpstr (g_hash_table_lookup (query, "code_challenge_method"), ==, "S256");
  take (&issuer->challenge, query, "code_challenge");
  take (&issuer->nonce, query, "nonce");
  take (&issuer->redirect_uri, query, "redirect_uri");
  g_free (issuer->code);
  issuer->code = tocsin_base64url_random ();
  return g_strdup_printf ("%s?code=%s&state=%s", issuer->redirect_uri, issuer->code,
                          (const char *) g_hash_table_lookup (query, "state"));
}

guint
test_issuer_get_n_documents (TestIssuer *issuer)
{
  return issuer->n_documents;
}

guint
test_issuer_get_n_keys (TestIssuer *issuer)
{
  return issuer->n_keys;
}

guint
test_issuer_get_n_tokens (TestIssuer *issuer)
{
  return issuer->n_tokens;
}
