/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "handshake"

#include "config.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/stat.h>

#include "certificate.h"
#include "errors.h"

#define STORES_MOST 64   /* CA files that are kept parsed */
#define FACTS_MOST  1024 /* certificates whose facts are kept */

/* The issuers of one file. */
typedef struct {
  X509_STORE *store; /* (owned) */
  struct timespec modified_at;
  off_t size;
} Trust;

struct _TocsinTls {
  GHashTable *trusts; /* of Trust by file name, "" for the system's */
  GHashTable *facts;  /* of TocsinCertificate by the SHA-256 of the certificate, a GBytes */
};

static void
free_trust (gpointer data)
{
  Trust *trust = data;

  X509_STORE_free (trust->store);
  g_free (trust);
}

TocsinTls *
tocsin_tls_new (void)
{
  TocsinTls *self = g_new0 (TocsinTls, 1);

  self->trusts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_trust);
  self->facts = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref,
                                       (GDestroyNotify) tocsin_certificate_free);
  return self;
}

void
tocsin_tls_free (TocsinTls *tls)
{
  if (tls == NULL)
    return;
  g_hash_table_unref (tls->trusts);
  g_hash_table_unref (tls->facts);
  g_free (tls);
}

void
tocsin_handshake_clear (TocsinHandshake *handshake)
{
  g_clear_pointer (&handshake->certificate, tocsin_certificate_free);
}

static X509_STORE *
load_store (const char *ca_file, GError **error)
{
  X509_STORE *store = X509_STORE_new ();

  /* An intermediate in a CA file is trusted as itself, as curl does. */
  X509_STORE_set_flags (store, X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
  /* The system's are looked up in its folder as they are wanted, so that a hundred and forty
   * authorities that nobody uses take no memory. */
  if (ca_file == NULL ? X509_STORE_set_default_paths (store) == 1
                      : X509_STORE_load_file (store, ca_file) == 1)
    return store;
  tocsin_fail (error, TOCSIN_ERROR_INVALID, "CA file “%s” can't be used: %s",
               ca_file != NULL ? ca_file : "of the system",
               ERR_reason_error_string (ERR_peek_last_error ()));
  ERR_clear_error ();
  X509_STORE_free (store);
  return NULL;
}

/* (transfer none) */
static X509_STORE *
get_store (TocsinTls *self, const char *ca_file, GError **error)
{
  const char *key = ca_file != NULL ? ca_file : "";
  Trust *trust = g_hash_table_lookup (self->trusts, key);
  struct stat info = { 0 };
  X509_STORE *store;

  if (ca_file != NULL && stat (ca_file, &info) < 0) {
    tocsin_fail (error, TOCSIN_ERROR_INVALID, "CA file “%s” can't be read: %s", ca_file,
                 g_strerror (errno));
    return NULL;
  }
  if (trust != NULL && trust->size == info.st_size &&
      memcmp (&trust->modified_at, &info.st_mtim, sizeof info.st_mtim) == 0)
    return trust->store;
  store = load_store (ca_file, error);
  if (store == NULL)
    return NULL;
  if (g_hash_table_size (self->trusts) >= STORES_MOST)
    g_hash_table_remove_all (self->trusts);
  trust = g_new0 (Trust, 1);
  trust->store = store;
  trust->modified_at = info.st_mtim;
  trust->size = info.st_size;
  g_hash_table_replace (self->trusts, g_strdup (key), trust);
  return store;
}

static TocsinCertificate *
get_facts (TocsinTls *self, X509 *x509)
{
  guint8 digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  g_autoptr (GBytes) key = NULL;
  TocsinCertificate *facts;

  if (X509_digest (x509, EVP_sha256 (), digest, &length) != 1)
    return tocsin_certificate_from_x509 (x509);
  key = g_bytes_new (digest, length);
  facts = g_hash_table_lookup (self->facts, key);
  if (facts == NULL) {
    if (g_hash_table_size (self->facts) >= FACTS_MOST)
      g_hash_table_remove_all (self->facts);
    facts = tocsin_certificate_from_x509 (x509);
    g_hash_table_insert (self->facts, g_steal_pointer (&key), facts);
  }
  return tocsin_fields_copy (&tocsin_certificate_fields, facts);
}

/* A missing issuer above the leaf is one that nobody trusts; below it, a link that was not sent. */
static int
get_error (X509_STORE_CTX *context, int verified)
{
  int error = X509_STORE_CTX_get_error (context);

  if (verified > 0)
    return X509_V_OK;
  if (error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY &&
      X509_STORE_CTX_get_error_depth (context) > 0)
    return X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT;
  return error != X509_V_OK ? error : X509_V_ERR_UNSPECIFIED;
}

static gboolean
is_for (X509 *x509, const char *host)
{
  if (g_hostname_is_ip_address (host))
    return X509_check_ip_asc (x509, host, 0) == 1;
  return X509_check_host (x509, host, 0, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, NULL) == 1;
}

/* In place of OpenSSL's own, so that the certificate and what is wrong with it are known also where
 * the handshake ends with it, or goes on regardless. */
static int
verify_cb (X509_STORE_CTX *context, void *user_data)
{
  TocsinHandshake *handshake = user_data;
  SSL *ssl = X509_STORE_CTX_get_ex_data (context, SSL_get_ex_data_X509_STORE_CTX_idx ());
  X509 *leaf = X509_STORE_CTX_get0_cert (context);
  const char *host = SSL_get_servername (ssl, TLSEXT_NAMETYPE_host_name);
  int error = get_error (context, X509_verify_cert (context));

  if (host == NULL)
    host = handshake->host;
  if (error == X509_V_OK && host != NULL && !is_for (leaf, host))
    error = X509_V_ERR_HOSTNAME_MISMATCH;
  tocsin_handshake_clear (handshake);
  g_strlcpy (handshake->server_name, host != NULL ? host : "", sizeof handshake->server_name);
  handshake->tls_version = SSL_get_version (ssl);
  handshake->certificate = get_facts (handshake->tls, leaf);
  handshake->error = error;
  X509_STORE_CTX_set_error (context, error);
  return error == X509_V_OK || !handshake->verify;
}

static int
own_wanted_cb (SSL *ssl, void *user_data)
{
  ((TocsinHandshake *) user_data)->wants_own = TRUE;
  return 1;
}

gboolean
tocsin_tls_arm (TocsinTls *tls, SSL_CTX *ctx, const char *ca_file, TocsinHandshake *handshake,
                GError **error)
{
  X509_STORE *store;

  g_return_val_if_fail (tls != NULL, FALSE);
  g_return_val_if_fail (handshake != NULL, FALSE);

  store = get_store (tls, ca_file, error);
  if (store == NULL)
    return FALSE;
  handshake->tls = tls;
  handshake->error = X509_V_OK;
  handshake->wants_own = FALSE;
  handshake->server_name[0] = '\0';
  SSL_CTX_set1_cert_store (ctx, store);
  SSL_CTX_set_verify (ctx, handshake->verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
  SSL_CTX_set_cert_verify_callback (ctx, verify_cb, handshake);
  SSL_CTX_set_cert_cb (ctx, own_wanted_cb, handshake);
  return TRUE;
}

/* After a redirect it is the server that was talked to last. */
static const char *
get_host (const TocsinHandshake *handshake, const char *host)
{
  return handshake->server_name[0] != '\0' ? handshake->server_name : host;
}

void
tocsin_handshake_to_evidence (TocsinHandshake *handshake, const char *host, gint64 now_us,
                              TocsinEvidence *evidence)
{
  TocsinCertificate *certificate = g_steal_pointer (&handshake->certificate);

  if (certificate == NULL)
    return;
  if (handshake->error != X509_V_OK)
    certificate->chain_problem = tocsin_certificate_sentence (handshake->error, certificate,
                                                              get_host (handshake, host), now_us);
  certificate->tls_version = g_strdup (handshake->tls_version);
  tocsin_certificate_free (evidence->certificate);
  evidence->certificate = certificate;
}

/* "error:0A00010B:SSL routines::wrong version number" → what people can read of it. */
static const char *
strip_error_code (const char *detail)
{
  const char *last = strrchr (detail, ':');

  if (strstr (detail, "error:") == NULL || last == NULL || last[1] == '\0')
    return detail;
  return last + 1 + strspn (last + 1, " ");
}

void
tocsin_handshake_fail (const TocsinHandshake *handshake, const char *host, gint64 now_us,
                       const char *detail, TocsinSample *sample)
{
  g_autofree char *sentence = NULL;

  host = get_host (handshake, host);
  if (handshake->verify && handshake->error != X509_V_OK) {
    sentence = tocsin_certificate_sentence (handshake->error, handshake->certificate, host, now_us);
    tocsin_sample_fail (sample, tocsin_certificate_code (handshake->error), "TLS: %s", sentence);
  } else if (handshake->wants_own) {
    tocsin_sample_fail (sample, TOCSIN_CODE_TLS_CLIENT_CERTIFICATE, "TLS: %s %s", host,
                        handshake->has_own ? "did not accept our client certificate"
                                           : "wants a client certificate, and none is set");
  } else {
    if (detail == NULL)
      detail = ERR_reason_error_string (ERR_peek_last_error ());
    tocsin_sample_fail (sample, TOCSIN_CODE_TLS_HANDSHAKE, "TLS: no agreement with %s: %s", host,
                        detail != NULL ? strip_error_code (detail) : "the connection was closed");
  }
  ERR_clear_error ();
}
