/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>
#include <openssl/ssl.h>

G_BEGIN_DECLS

/* Certificates with every fault, made when the test runs. Each is one a TLS server can have. */
typedef enum {
  TOCSIN_TEST_CERT_GOOD,          /* for localhost, shop.example.org, 127.0.0.1 and ::1 */
  TOCSIN_TEST_CERT_EXPIRED,       /* three days ago */
  TOCSIN_TEST_CERT_NOT_YET_VALID, /* in three days */
  TOCSIN_TEST_CERT_WRONG_NAME,    /* for other.example.org */
  TOCSIN_TEST_CERT_SELF_SIGNED,
  TOCSIN_TEST_CERT_UNTRUSTED,        /* whole chain, of a root that nobody trusts */
  TOCSIN_TEST_CERT_INCOMPLETE_CHAIN, /* its intermediate is not sent */
  TOCSIN_TEST_CERT_INTERMEDIATE,     /* the same, and the intermediate is sent: good */
  TOCSIN_TEST_N_CERTS,
} TocsinTestCert;

/* The test authority, made at the first call and kept until the program ends: */
const char *tocsin_test_ca_file (void);          /* trusted root, PEM */
const char *tocsin_test_client_cert_file (void); /* a client certificate of that root, PEM */
const char *tocsin_test_client_key_file (void);  /* its key, PEM */
const char *tocsin_test_cert_file (TocsinTestCert cert); /* chain as it is sent, PEM */
const char *tocsin_test_key_file (TocsinTestCert cert);

/* A server's SSL_CTX that has `cert`, and asks for a client certificate of the test authority and
 * refuses to go on without where `wants_client`. (transfer full) */
SSL_CTX *tocsin_test_server_ctx (TocsinTestCert cert, gboolean wants_client);

G_END_DECLS
