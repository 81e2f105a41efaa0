/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-certificates"

#include "config.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "support.h"
#include "test-certificates.h"

#define DAY_S (24 * 60 * 60)

/* A certificate with the key that it speaks for. */
typedef struct {
  X509 *x509;
  EVP_PKEY *key;
} Identity;

typedef enum { ROOT, INTERMEDIATE, STRANGER, N_ISSUERS, ITSELF } Issuer;

#define GOOD_NAMES "DNS:localhost,DNS:shop.example.org,IP:127.0.0.1,IP:::1"

static const struct {
  const char *file;
  const char *name;
  const char *alternative_names;
  int from_days, until_days;
  Issuer issuer;
  gboolean sends_issuer;
} leaves[TOCSIN_TEST_N_CERTS] = {
  [TOCSIN_TEST_CERT_GOOD] = { "good", "shop.example.org", GOOD_NAMES, -10, 90, ROOT, FALSE },
  [TOCSIN_TEST_CERT_EXPIRED] = { "expired", "shop.example.org", GOOD_NAMES, -90, -3, ROOT, FALSE },
  [TOCSIN_TEST_CERT_NOT_YET_VALID] = { "not-yet-valid", "shop.example.org", GOOD_NAMES, 3, 90, ROOT,
                                       FALSE },
  [TOCSIN_TEST_CERT_WRONG_NAME] = { "wrong-name", "other.example.org",
                                    "DNS:other.example.org,DNS:*.other.example.org", -10, 90, ROOT,
                                    FALSE },
  [TOCSIN_TEST_CERT_SELF_SIGNED] = { "self-signed", "shop.example.org", GOOD_NAMES, -10, 90, ITSELF,
                                     FALSE },
  [TOCSIN_TEST_CERT_UNTRUSTED] = { "untrusted", "shop.example.org", GOOD_NAMES, -10, 90, STRANGER,
                                   TRUE },
  [TOCSIN_TEST_CERT_INCOMPLETE_CHAIN] = { "incomplete-chain", "shop.example.org", GOOD_NAMES, -10,
                                          90, INTERMEDIATE, FALSE },
  [TOCSIN_TEST_CERT_INTERMEDIATE] = { "intermediate", "shop.example.org", GOOD_NAMES, -10, 90,
                                      INTERMEDIATE, TRUE },
};

/* Made once a program, by the first thread that asks; files are in the program's own folder. */
static struct {
  gsize made;
  char *dir;
  char *ca_file, *client_cert_file, *client_key_file;
  char *cert_files[TOCSIN_TEST_N_CERTS], *key_files[TOCSIN_TEST_N_CERTS];
} authority;

static void
add_extension (X509 *x509, X509 *issuer, int nid, const char *value)
{
  X509V3_CTX context;
  X509_EXTENSION *extension;

  X509V3_set_ctx_nodb (&context);
  X509V3_set_ctx (&context, issuer, x509, NULL, NULL, 0);
  extension = X509V3_EXT_conf_nid (NULL, &context, nid, value);
  g_assert_nonnull (extension);
  g_assert_cmpint (X509_add_ext (x509, extension, -1), ==, 1);
  X509_EXTENSION_free (extension);
}

static Identity
make_identity (const char *name, const char *alternative_names, int from_days, int until_days,
               gboolean is_ca, const Identity *issuer)
{
  static long serial = 1;
  Identity self = { X509_new (), EVP_EC_gen ("P-256") };
  X509 *signer = issuer != NULL ? issuer->x509 : self.x509;
  X509_NAME *subject = X509_get_subject_name (self.x509);

  g_assert_nonnull (self.key);
  X509_set_version (self.x509, X509_VERSION_3);
  ASN1_INTEGER_set (X509_get_serialNumber (self.x509), serial++);
  X509_gmtime_adj (X509_getm_notBefore (self.x509), (long) from_days * DAY_S);
  /* One hour on, so that "3 days ago" does not turn into 2 while the test runs. */
  X509_gmtime_adj (X509_getm_notAfter (self.x509),
                   (long) until_days * DAY_S + (until_days < 0 ? -3600 : 3600));
  X509_NAME_add_entry_by_txt (subject, "CN", MBSTRING_UTF8, (const guint8 *) name, -1, -1, 0);
  X509_set_issuer_name (self.x509, X509_get_subject_name (signer));
  X509_set_pubkey (self.x509, self.key);
  add_extension (self.x509, signer, NID_subject_key_identifier, "hash");
  add_extension (self.x509, signer, NID_authority_key_identifier, "keyid");
  add_extension (self.x509, signer, NID_basic_constraints,
                 is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
  if (alternative_names != NULL)
    add_extension (self.x509, signer, NID_subject_alt_name, alternative_names);
  g_assert_cmpint (X509_sign (self.x509, issuer != NULL ? issuer->key : self.key, EVP_sha256 ()), >,
                   0);
  return self;
}

static void
clear_identity (Identity *identity)
{
  X509_free (identity->x509);
  EVP_PKEY_free (identity->key);
}

static char *
write_pem (const char *name, const char *suffix, const Identity *identity, X509 *chain)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);
  g_autofree char *path = g_build_filename (authority.dir, file, NULL);
  BIO *out = BIO_new_file (path, "w");

  g_assert_nonnull (out);
  if (identity->x509 != NULL)
    PEM_write_bio_X509 (out, identity->x509);
  if (chain != NULL)
    PEM_write_bio_X509 (out, chain);
  if (identity->x509 == NULL)
    PEM_write_bio_PrivateKey (out, identity->key, NULL, NULL, 0, NULL, NULL);
  BIO_free (out);
  return g_steal_pointer (&path);
}

static char *
write_key (const char *name, const Identity *identity)
{
  return write_pem (name, "-key.pem", &(Identity){ .key = identity->key }, NULL);
}

static void
make_leaf (TocsinTestCert cert, const Identity *issuers)
{
  const Identity *issuer = leaves[cert].issuer == ITSELF ? NULL : &issuers[leaves[cert].issuer];
  Identity leaf = make_identity (leaves[cert].name, leaves[cert].alternative_names,
                                 leaves[cert].from_days, leaves[cert].until_days, FALSE, issuer);

  authority.cert_files[cert] =
      write_pem (leaves[cert].file, ".pem", &leaf, leaves[cert].sends_issuer ? issuer->x509 : NULL);
  authority.key_files[cert] = write_key (leaves[cert].file, &leaf);
  clear_identity (&leaf);
}

static void
make_authority (void)
{
  Identity issuers[N_ISSUERS], client;

  if (!g_once_init_enter (&authority.made))
    return;
  authority.dir = tocsin_test_make_dir ();
  issuers[ROOT] = make_identity ("Tocsin Test Root", NULL, -365, 3650, TRUE, NULL);
  issuers[INTERMEDIATE] =
      make_identity ("Tocsin Test Intermediate", NULL, -365, 365, TRUE, &issuers[ROOT]);
  issuers[STRANGER] = make_identity ("Nobody Trusts Me", NULL, -365, 3650, TRUE, NULL);
  client = make_identity ("a probe", NULL, -10, 90, FALSE, &issuers[ROOT]);
  authority.ca_file = write_pem ("root", ".pem", &issuers[ROOT], NULL);
  authority.client_cert_file = write_pem ("client", ".pem", &client, NULL);
  authority.client_key_file = write_key ("client", &client);
  for (guint i = 0; i < TOCSIN_TEST_N_CERTS; i++)
    make_leaf (i, issuers);
  clear_identity (&client);
  for (guint i = 0; i < N_ISSUERS; i++)
    clear_identity (&issuers[i]);
  g_once_init_leave (&authority.made, 1);
}

const char *
tocsin_test_ca_file (void)
{
  make_authority ();
  return authority.ca_file;
}

const char *
tocsin_test_client_cert_file (void)
{
  make_authority ();
  return authority.client_cert_file;
}

const char *
tocsin_test_client_key_file (void)
{
  make_authority ();
  return authority.client_key_file;
}

const char *
tocsin_test_cert_file (TocsinTestCert cert)
{
  make_authority ();
  return authority.cert_files[cert];
}

const char *
tocsin_test_key_file (TocsinTestCert cert)
{
  make_authority ();
  return authority.key_files[cert];
}

SSL_CTX *
tocsin_test_server_ctx (TocsinTestCert cert, gboolean wants_client)
{
  SSL_CTX *ctx = SSL_CTX_new (TLS_server_method ());

  g_assert_nonnull (ctx);
  g_assert_cmpint (SSL_CTX_use_certificate_chain_file (ctx, tocsin_test_cert_file (cert)), ==, 1);
  g_assert_cmpint (SSL_CTX_use_PrivateKey_file (ctx, tocsin_test_key_file (cert), SSL_FILETYPE_PEM),
                   ==, 1);
  if (wants_client) {
    g_assert_cmpint (SSL_CTX_load_verify_locations (ctx, tocsin_test_ca_file (), NULL), ==, 1);
    SSL_CTX_set_client_CA_list (ctx, SSL_load_client_CA_file (tocsin_test_ca_file ()));
    SSL_CTX_set_verify (ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
  }
  return ctx;
}
