/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>
#include <openssl/ssl.h>

#include "evidence.h"
#include "sample.h"

G_BEGIN_DECLS

/* The certificate side of TLS, for every kind of check: whom we trust, what a handshake showed,
 * and what to say about it. One TocsinTls belongs to one thread: it keeps the trusted stores by
 * file and the facts of certificates by fingerprint, so that a check parses neither again. */
typedef struct _TocsinTls TocsinTls;

TocsinTls *tocsin_tls_new (void);
void tocsin_tls_free (TocsinTls *tls);

/* What one handshake showed. Lives in the run, zero-filled; must outlive its SSL_CTX and SSL. */
typedef struct {
  TocsinTls *tls;
  gboolean verify;        /* whether a wrong certificate ends the handshake */
  gboolean seen;          /* a certificate came */
  gboolean client_wanted; /* the server asked for a client certificate */
  int error;              /* X509_V_OK, or what verification found; also where not `verify` */
  TocsinCertificate *certificate; /* (owned) (nullable) the leaf's facts */
} TocsinHandshake;

void tocsin_handshake_clear (TocsinHandshake *handshake);

/* Arms `ctx`: trusts the issuers of `ca_file` (the system's where NULL), verifies the chain where
 * `verify`, and records into `handshake` what came. For the host name a caller uses
 * SSL_set1_host () or X509_VERIFY_PARAM_set1_ip_asc () on its SSL. FALSE with a message that names
 * the file where it can't be read. */
gboolean tocsin_tls_arm (TocsinTls *tls, SSL_CTX *ctx, const char *ca_file, gboolean verify,
                         TocsinHandshake *handshake, GError **error);

/* Moves the leaf's facts into `evidence`, with chain_problem where verification found one, and
 * `tls_version` ("TLSv1.3"; nullable). `host` is whom the certificate should be for. */
void tocsin_handshake_to_evidence (TocsinHandshake *handshake, const char *host,
                                   const char *tls_version, gint64 now_us,
                                   TocsinEvidence *evidence);

/* A handshake that did not succeed → code and sentence. `host` is whom we wanted to talk to,
 * `detail` what the TLS library said (nullable: taken from OpenSSL's error queue, which it
 * empties). */
void tocsin_handshake_fail (const TocsinHandshake *handshake, const char *host, gint64 now_us,
                            const char *detail, TocsinSample *sample);

/* For tests and for whom it may concern: the parts that those are made of. Pure. */
TocsinCertificate *tocsin_certificate_from_x509 (X509 *x509);
TocsinCode tocsin_certificate_code (int verify_error);
/* "certificate of shop.example.org expired 3 days ago" (transfer full) */
char *tocsin_certificate_sentence (int verify_error, const TocsinCertificate *certificate,
                                   const char *host, gint64 now_us);

G_END_DECLS
