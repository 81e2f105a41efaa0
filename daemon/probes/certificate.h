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

#define TOCSIN_SERVER_NAME_BYTES 256

/* What one handshake showed. Lives in the run, zero-filled; must outlive its SSL_CTX and SSL. */
typedef struct {
  const char *host;   /* (nullable) whom the certificate must be for where no SNI is sent, as with
                         an IP address; else the name in SNI is what counts */
  gboolean verify;    /* whether a wrong certificate ends the handshake */
  gboolean has_own;   /* we have a client certificate to show */
  gboolean wants_own; /* the server asked for one */
  int error;          /* X509_V_OK, or what verification found; also where not `verify` */
  TocsinTls *tls;
  char server_name[TOCSIN_SERVER_NAME_BYTES]; /* the SNI that was sent; "" for none */
  const char *tls_version;                    /* (nullable) "TLSv1.3", static */
  TocsinCertificate *certificate; /* (owned) (nullable) the leaf's facts, once it came */
} TocsinHandshake;

void tocsin_handshake_clear (TocsinHandshake *handshake);

/* Arms `ctx`: trusts the issuers of `ca_file` (the system's where NULL), looks at chain, dates and
 * name, ends the handshake where `handshake->verify` and they are wrong, and records what came.
 * Callers send SNI with SSL_set_tlsext_host_name () and need no check of the name themselves.
 * FALSE with a message that names the file where it can't be read. */
gboolean tocsin_tls_arm (TocsinTls *tls, SSL_CTX *ctx, const char *ca_file,
                         TocsinHandshake *handshake, GError **error);

/* Moves the leaf's facts into `evidence`, with chain_problem where verification found one.
 * `host` is whom we wanted to talk to where no SNI was sent. */
void tocsin_handshake_to_evidence (TocsinHandshake *handshake, const char *host, gint64 now_us,
                                   TocsinEvidence *evidence);

/* A handshake that did not succeed → code and sentence. Call it before _to_evidence. `detail` is
 * what the TLS library said (nullable: taken from OpenSSL's error queue, which it empties). */
void tocsin_handshake_fail (const TocsinHandshake *handshake, const char *host, gint64 now_us,
                            const char *detail, TocsinSample *sample);

/* What those are made of, pure. `verify_error` is an X509_V_ERR_…; `certificate` may be NULL. */
TocsinCertificate *tocsin_certificate_from_x509 (X509 *x509);
TocsinCode tocsin_certificate_code (int verify_error);
/* "certificate of shop.example.org expired 3 days ago" (transfer full) */
char *tocsin_certificate_sentence (int verify_error, const TocsinCertificate *certificate,
                                   const char *host, gint64 now_us);

G_END_DECLS
