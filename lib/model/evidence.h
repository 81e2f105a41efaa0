/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "fields.h"

G_BEGIN_DECLS

#define TOCSIN_EVIDENCE_BODY_BYTES   4096
#define TOCSIN_EVIDENCE_HEADERS      64
#define TOCSIN_EVIDENCE_HEADER_BYTES 1024

/* What was learnt of the TLS peer. */
typedef struct {
  char *subject;       /* (owned) (nullable) "CN=shop.example.org" */
  char *issuer;        /* (owned) (nullable) */
  char **names;        /* (owned) (nullable) subject alternative names */
  gint64 not_before;   /* µs */
  gint64 not_after;    /* µs */
  char *fingerprint;   /* (owned) (nullable) SHA-256, hexadecimal */
  char *chain_problem; /* (owned) (nullable) why it is not trusted, for people */
  char *tls_version;   /* (owned) (nullable) "TLSv1.3" */
} TocsinCertificate;

extern const TocsinFields tocsin_certificate_fields;

/* What a check saw: on success the few facts about the target, on failure all that explains it. */
typedef struct {
  char *remote_address;   /* (owned) (nullable) "192.0.2.1:443", "[2001:db8::1]:443" */
  char **addresses_tried; /* (owned) (nullable) "192.0.2.1:443: connection refused" */

  /* http */
  gint64 status;                  /* 0: none */
  char *http_version;             /* (owned) (nullable) "1.1", "2" */
  char *final_url;                /* (owned) (nullable) where redirects led */
  gint64 redirects;               /* how many were followed */
  char **response_headers;        /* (owned) (nullable) "Name: value" */
  GBytes *body;                   /* (owned) (nullable) the first 4 KiB */
  gint64 body_bytes;              /* read in all */
  TocsinCertificate *certificate; /* (owned) (nullable) */

  /* ping */
  gint64 packets_sent, packets_received;
  gint64 rtt_least_us, rtt_mean_us, rtt_most_us, jitter_us; /* < 0: none */

  /* dns */
  char *resolver;   /* (owned) (nullable) "192.0.2.53:53" */
  char **answers;   /* (owned) (nullable) "10 mail.example.org." */
  char *dns_status; /* (owned) (nullable) "NOERROR", "NXDOMAIN" */

  /* heartbeat */
  gint64 ping_number; /* 0: none */
  gint64 exit_status; /* < 0: none */
} TocsinEvidence;

extern const TocsinFields tocsin_evidence_fields;

TocsinCertificate *tocsin_certificate_new (void);
void tocsin_certificate_free (TocsinCertificate *certificate);

TocsinEvidence *tocsin_evidence_new (void);
TocsinEvidence *tocsin_evidence_copy (const TocsinEvidence *evidence);
void tocsin_evidence_free (TocsinEvidence *evidence);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinCertificate, tocsin_certificate_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinEvidence, tocsin_evidence_free)

G_END_DECLS
