/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "jwks"

#include "config.h"

#include <json-glib/json-glib.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>

#include "base64url.h"
#include "errors.h"
#include "jsontext.h"
#include "jwks.h"

#define RSA_LEAST_BITS     2048
#define RSA_MOST_BITS      8192
#define EXPONENT_MOST      8 /* bytes */
#define COORDINATE_BYTES   32
#define P256_DER_MOST      80
#define UNCOMPRESSED_POINT 4

typedef struct {
  char *kid; /* (nullable) */
  TocsinJwtAlgorithm algorithm;
  EVP_PKEY *pkey; /* (owned) */
} Key;

struct _TocsinJwks {
  GPtrArray *keys; /* (element-type Key) */
};

static void
free_key (gpointer data)
{
  Key *key = data;

  g_free (key->kid);
  EVP_PKEY_free (key->pkey);
  g_free (key);
}

/* --- reading --- */

static const char *
get_text (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static GBytes *
get_bytes (JsonObject *object, const char *name)
{
  const char *text = get_text (object, name);

  return text != NULL ? tocsin_base64url_decode (text, strlen (text)) : NULL;
}

/* Of what `build` has been given; frees it. */
static EVP_PKEY *
make_pkey (const char *type, OSSL_PARAM_BLD *build)
{
  EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name (NULL, type, NULL);
  OSSL_PARAM *params = OSSL_PARAM_BLD_to_param (build);
  EVP_PKEY *pkey = NULL;

  if (ctx == NULL || params == NULL || EVP_PKEY_fromdata_init (ctx) != 1 ||
      EVP_PKEY_fromdata (ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
    pkey = NULL;
  OSSL_PARAM_free (params);
  OSSL_PARAM_BLD_free (build);
  EVP_PKEY_CTX_free (ctx);
  ERR_clear_error ();
  return pkey;
}

static BIGNUM *
to_number (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return BN_bin2bn (data, (int) size, NULL);
}

static EVP_PKEY *
read_rsa (JsonObject *object)
{
  g_autoptr (GBytes) n = get_bytes (object, "n"), e = get_bytes (object, "e");
  OSSL_PARAM_BLD *build;
  BIGNUM *modulus, *exponent;
  EVP_PKEY *pkey = NULL;

  if (n == NULL || e == NULL || g_bytes_get_size (n) > RSA_MOST_BITS / 8 + 1 ||
      g_bytes_get_size (e) > EXPONENT_MOST)
    return NULL;
  modulus = to_number (n);
  exponent = to_number (e);
  build = OSSL_PARAM_BLD_new ();
  if (BN_num_bits (modulus) >= RSA_LEAST_BITS && BN_num_bits (modulus) <= RSA_MOST_BITS &&
      BN_is_odd (exponent) && !BN_is_one (exponent) &&
      OSSL_PARAM_BLD_push_BN (build, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
      OSSL_PARAM_BLD_push_BN (build, OSSL_PKEY_PARAM_RSA_E, exponent) == 1)
    pkey = make_pkey ("RSA", build);
  else
    OSSL_PARAM_BLD_free (build);
  BN_free (modulus);
  BN_free (exponent);
  return pkey;
}

/* A point that is not on the curve is refused by OpenSSL. */
static EVP_PKEY *
read_ec (JsonObject *object)
{
  g_autoptr (GBytes) x = get_bytes (object, "x"), y = get_bytes (object, "y");
  guint8 point[1 + 2 * COORDINATE_BYTES] = { UNCOMPRESSED_POINT };
  OSSL_PARAM_BLD *build;

  if (g_strcmp0 (get_text (object, "crv"), "P-256") != 0 || x == NULL || y == NULL ||
      g_bytes_get_size (x) != COORDINATE_BYTES || g_bytes_get_size (y) != COORDINATE_BYTES)
    return NULL;
  memcpy (point + 1, g_bytes_get_data (x, NULL), COORDINATE_BYTES);
  memcpy (point + 1 + COORDINATE_BYTES, g_bytes_get_data (y, NULL), COORDINATE_BYTES);
  build = OSSL_PARAM_BLD_new ();
  OSSL_PARAM_BLD_push_utf8_string (build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string (build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point);
  return make_pkey ("EC", build);
}

static const struct {
  const char *type, *name;
  EVP_PKEY *(*read) (JsonObject *object);
} algorithms[TOCSIN_N_JWT_ALGORITHMS] = {
  [TOCSIN_JWT_RS256] = { "RSA", "RS256", read_rsa },
  [TOCSIN_JWT_ES256] = { "EC", "ES256", read_ec },
};

/* NULL for one that is not for us. */
static Key *
read_key (JsonNode *node)
{
  JsonObject *object;
  const char *type, *use, *name;
  EVP_PKEY *pkey = NULL;
  guint which;
  Key *key;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  object = json_node_get_object (node);
  type = get_text (object, "kty");
  use = get_text (object, "use");
  name = get_text (object, "alg");
  if (use != NULL && strcmp (use, "sig") != 0)
    return NULL;
  for (which = 0; which < TOCSIN_N_JWT_ALGORITHMS && pkey == NULL; which++)
    if (g_strcmp0 (type, algorithms[which].type) == 0 &&
        (name == NULL || strcmp (name, algorithms[which].name) == 0))
      pkey = algorithms[which].read (object);
  if (pkey == NULL)
    return NULL;
  key = g_new0 (Key, 1);
  key->kid = g_strdup (get_text (object, "kid"));
  key->algorithm = which - 1;
  key->pkey = pkey;
  return key;
}

TocsinJwks *
tocsin_jwks_parse (const char *text, GError **error)
{
  JsonObject *object = tocsin_json_parse_object (text, TOCSIN_JWKS_MOST_BYTES, error);
  JsonNode *node = object != NULL ? json_object_get_member (object, "keys") : NULL;
  JsonArray *array =
      node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  TocsinJwks *jwks = NULL;

  if (array != NULL) {
    jwks = g_new0 (TocsinJwks, 1);
    jwks->keys = g_ptr_array_new_with_free_func (free_key);
    for (guint i = 0; i < MIN (json_array_get_length (array), TOCSIN_JWKS_MOST); i++) {
      Key *key = read_key (json_array_get_element (array, i));

      if (key != NULL)
        g_ptr_array_add (jwks->keys, key);
    }
  } else if (object != NULL) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID, "keys: a list is wanted");
  }
  g_clear_pointer (&object, json_object_unref);
  return jwks;
}

void
tocsin_jwks_free (TocsinJwks *jwks)
{
  g_ptr_array_unref (jwks->keys);
  g_free (jwks);
}

guint
tocsin_jwks_get_n (const TocsinJwks *jwks)
{
  return jwks->keys->len;
}

/* --- verifying --- */

static gboolean
is_meant (const Key *key, const char *kid, TocsinJwtAlgorithm algorithm)
{
  return key->algorithm == algorithm && (kid == NULL || g_strcmp0 (key->kid, kid) == 0);
}

gboolean
tocsin_jwks_has (const TocsinJwks *jwks, const char *kid, TocsinJwtAlgorithm algorithm)
{
  for (guint i = 0; i < jwks->keys->len; i++)
    if (is_meant (g_ptr_array_index (jwks->keys, i), kid, algorithm))
      return TRUE;
  return FALSE;
}

/* RFC 7518, section 3.4, has the two numbers one after the other, OpenSSL wants them in DER. NULL
 * for one of another length. */
static GBytes *
to_der (GBytes *signature)
{
  const guint8 *data = g_bytes_get_data (signature, NULL);
  guint8 der[P256_DER_MOST], *end = der;
  ECDSA_SIG *pair;
  int size;

  if (g_bytes_get_size (signature) != 2 * COORDINATE_BYTES)
    return NULL;
  pair = ECDSA_SIG_new ();
  ECDSA_SIG_set0 (pair, BN_bin2bn (data, COORDINATE_BYTES, NULL),
                  BN_bin2bn (data + COORDINATE_BYTES, COORDINATE_BYTES, NULL));
  size = i2d_ECDSA_SIG (pair, &end);
  ECDSA_SIG_free (pair);
  return size > 0 ? g_bytes_new (der, (gsize) size) : NULL;
}

static gboolean
verify_by (EVP_PKEY *pkey, gconstpointer data, gsize n_bytes, GBytes *signature)
{
  EVP_MD_CTX *ctx = EVP_MD_CTX_new ();
  gsize size;
  const guint8 *bytes = g_bytes_get_data (signature, &size);
  gboolean ok = EVP_DigestVerifyInit (ctx, NULL, EVP_sha256 (), NULL, pkey) == 1 &&
                EVP_DigestVerify (ctx, bytes, size, data, n_bytes) == 1;

  EVP_MD_CTX_free (ctx);
  ERR_clear_error ();
  return ok;
}

gboolean
tocsin_jwks_verify (const TocsinJwks *jwks, const char *kid, TocsinJwtAlgorithm algorithm,
                    gconstpointer data, gsize n_bytes, GBytes *signature)
{
  g_autoptr (GBytes) form =
      algorithm == TOCSIN_JWT_ES256 ? to_der (signature) : g_bytes_ref (signature);

  for (guint i = 0; form != NULL && i < jwks->keys->len; i++) {
    const Key *key = g_ptr_array_index (jwks->keys, i);

    if (is_meant (key, kid, algorithm) && verify_by (key->pkey, data, n_bytes, form))
      return TRUE;
  }
  return FALSE;
}
