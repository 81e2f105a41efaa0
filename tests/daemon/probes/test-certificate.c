/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-certificate"

#include "config.h"

#include <glib/gstdio.h>
#include <openssl/err.h>

#include "certificate.h"
#include "support.h"
#include "test-certificates.h"
#include "timetext.h"

#define HOST "shop.example.org"

/* Both ends of a handshake in this thread, over memory. */
static gboolean
shake_hands (SSL *client, SSL *server)
{
  BIO *client_side, *server_side;
  int client_done = 0, server_done = 0;

  BIO_new_bio_pair (&client_side, 0, &server_side, 0);
  SSL_set_bio (client, client_side, client_side);
  SSL_set_bio (server, server_side, server_side);
  for (guint turn = 0; turn < 20 && (client_done != 1 || server_done != 1); turn++) {
    client_done = SSL_connect (client);
    server_done = SSL_accept (server);
  }
  if (client_done == 1) { /* TLS 1.3: what the server thinks of our certificate comes late */
    char byte;

    SSL_read (client, &byte, 1);
  }
  return client_done == 1 && server_done == 1;
}

typedef struct {
  TocsinTls *tls;
  TocsinHandshake handshake;
  TocsinSample *sample;
  gboolean done;
} Visit;

static void
visit (Visit *visit, TocsinTestCert cert, gboolean verify, gboolean wants_client, const char *sni)
{
  g_autoptr (GError) error = NULL;
  SSL_CTX *server_ctx = tocsin_test_server_ctx (cert, wants_client);
  SSL_CTX *client_ctx = SSL_CTX_new (TLS_client_method ());
  gint64 now_us = g_get_real_time ();
  SSL *server, *client;

  visit->tls = tocsin_tls_new ();
  visit->sample = tocsin_sample_new (now_us, TOCSIN_OUTCOME_OK);
  visit->sample->evidence = tocsin_evidence_new ();
  visit->handshake.verify = verify;
  tocsin_tls_arm (visit->tls, client_ctx, tocsin_test_ca_file (), &visit->handshake, &error);
  g_assert_no_error (error);
  server = SSL_new (server_ctx);
  client = SSL_new (client_ctx);
  if (sni != NULL)
    SSL_set_tlsext_host_name (client, sni);
  else
    visit->handshake.host = "127.0.0.1";
  visit->done = shake_hands (client, server);
  if (!visit->done)
    tocsin_handshake_fail (&visit->handshake, HOST, now_us, NULL, visit->sample);
  tocsin_handshake_to_evidence (&visit->handshake, HOST, now_us, visit->sample->evidence);
  SSL_free (client);
  SSL_free (server);
  SSL_CTX_free (client_ctx);
  SSL_CTX_free (server_ctx);
  ERR_clear_error ();
}

static void
leave (Visit *visit)
{
  tocsin_handshake_clear (&visit->handshake);
  tocsin_sample_free (visit->sample);
  tocsin_tls_free (visit->tls);
}

static const struct {
  TocsinTestCert cert;
  const char *sni;
  TocsinCode code;
  const char *sentence;
} cases[] = {
  { TOCSIN_TEST_CERT_GOOD, HOST, TOCSIN_CODE_NONE, NULL },
  { TOCSIN_TEST_CERT_GOOD, NULL, TOCSIN_CODE_NONE, NULL },
  { TOCSIN_TEST_CERT_INTERMEDIATE, HOST, TOCSIN_CODE_NONE, NULL },
  { TOCSIN_TEST_CERT_EXPIRED, HOST, TOCSIN_CODE_TLS_EXPIRED,
    "TLS: certificate of shop.example.org expired 3 days ago" },
  { TOCSIN_TEST_CERT_NOT_YET_VALID, HOST, TOCSIN_CODE_TLS_NOT_YET_VALID,
    "TLS: certificate of shop.example.org is not valid yet, only in 2 days (is the clock right?)" },
  { TOCSIN_TEST_CERT_WRONG_NAME, HOST, TOCSIN_CODE_TLS_WRONG_NAME,
    "TLS: certificate is for other.example.org, *.other.example.org, not for shop.example.org" },
  { TOCSIN_TEST_CERT_WRONG_NAME, NULL, TOCSIN_CODE_TLS_WRONG_NAME,
    "TLS: certificate is for other.example.org, *.other.example.org, not for 127.0.0.1" },
  { TOCSIN_TEST_CERT_SELF_SIGNED, HOST, TOCSIN_CODE_TLS_SELF_SIGNED,
    "TLS: certificate of shop.example.org is self-signed: trust it with a CA file, or have it "
    "issued by an authority" },
  { TOCSIN_TEST_CERT_UNTRUSTED, HOST, TOCSIN_CODE_TLS_UNTRUSTED,
    "TLS: certificate of shop.example.org is issued by CN=Nobody Trusts Me, whom this machine "
    "does not trust" },
  { TOCSIN_TEST_CERT_INCOMPLETE_CHAIN, HOST, TOCSIN_CODE_TLS_INCOMPLETE_CHAIN,
    "TLS: the server of shop.example.org does not send the whole chain: the certificate of the "
    "issuer, CN=Tocsin Test Intermediate, is missing, and is not trusted by itself" },
};

static void
test_faults (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Visit v = { 0 };

    g_test_message ("case %u", i);
    visit (&v, cases[i].cert, TRUE, FALSE, cases[i].sni);
    g_assert_cmpint (v.done, ==, cases[i].code == TOCSIN_CODE_NONE);
    g_assert_cmpstr (tocsin_words_get (&tocsin_code_words, v.sample->code), ==,
                     tocsin_words_get (&tocsin_code_words, cases[i].code));
    g_assert_cmpstr (v.sample->reason, ==, cases[i].sentence);
    g_assert_nonnull (v.sample->evidence->certificate);
    g_assert_cmpint (v.sample->evidence->certificate->chain_problem != NULL, ==,
                     cases[i].code != TOCSIN_CODE_NONE);
    leave (&v);
  }
}

static void
test_not_verified (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Visit v = { 0 };

    visit (&v, cases[i].cert, FALSE, FALSE, cases[i].sni);
    g_assert_true (v.done);
    if (cases[i].sentence == NULL)
      g_assert_null (v.sample->evidence->certificate->chain_problem);
    else
      g_assert_cmpstr (v.sample->evidence->certificate->chain_problem, ==,
                       cases[i].sentence + strlen ("TLS: "));
    leave (&v);
  }
}

static void
test_facts (void)
{
  Visit v = { 0 };
  const TocsinCertificate *certificate;
  gint64 days;

  visit (&v, TOCSIN_TEST_CERT_GOOD, TRUE, FALSE, HOST);
  certificate = v.sample->evidence->certificate;
  g_assert_cmpstr (certificate->subject, ==, "CN=shop.example.org");
  g_assert_cmpstr (certificate->issuer, ==, "CN=Tocsin Test Root");
  g_assert_cmpstrv (certificate->names,
                    ((const char *[]){ "localhost", HOST, "127.0.0.1", "::1", NULL }));
  g_assert_cmpuint (strlen (certificate->fingerprint), ==, 64);
  g_assert_cmpstr (certificate->tls_version, ==, "TLSv1.3");
  days = (certificate->not_after - certificate->not_before) / TOCSIN_US_PER_DAY;
  g_assert_cmpint (days, ==, 100);
  leave (&v);
}

static void
test_client_certificate (void)
{
  Visit v = { 0 };

  visit (&v, TOCSIN_TEST_CERT_GOOD, TRUE, TRUE, HOST);
  g_assert_true (v.handshake.wants_own);
  tocsin_handshake_fail (&v.handshake, HOST, 0, NULL, v.sample);
  g_assert_cmpuint (v.sample->code, ==, TOCSIN_CODE_TLS_CLIENT_CERTIFICATE);
  g_assert_cmpstr (v.sample->reason, ==,
                   "TLS: shop.example.org wants a client certificate, and none is set");
  leave (&v);
}

/* A CA file that was replaced is read again. */
static void
test_ca_file_changes (void)
{
  g_autofree char *dir = tocsin_test_make_dir (), *good = NULL;
  g_autofree char *path = g_build_filename (dir, "ca.pem", NULL);
  TocsinTls *tls = tocsin_tls_new ();
  gsize length;

  g_assert_true (g_file_get_contents (tocsin_test_ca_file (), &good, &length, NULL));
  for (guint i = 0; i < 4; i++) {
    g_autoptr (GError) error = NULL;
    SSL_CTX *ctx = SSL_CTX_new (TLS_client_method ());
    TocsinHandshake handshake = { 0 };
    gboolean is_good = i % 2 == 0;

    g_assert_true (g_file_set_contents (path, good, is_good ? (gssize) length : 20, NULL));
    g_assert_cmpint (tocsin_tls_arm (tls, ctx, path, &handshake, &error), ==, is_good);
    if (!is_good)
      g_assert_nonnull (strstr (error->message, path));
    SSL_CTX_free (ctx);
  }
  tocsin_tls_free (tls);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/certificate/each-fault-has-its-code-and-sentence", test_faults);
  g_test_add_func ("/certificate/an-unverified-one-is-still-described", test_not_verified);
  g_test_add_func ("/certificate/its-facts-are-read", test_facts);
  g_test_add_func ("/certificate/a-wanted-client-certificate-is-told", test_client_certificate);
  g_test_add_func ("/certificate/a-changed-ca-file-is-read-again", test_ca_file_changes);
  return g_test_run ();
}
