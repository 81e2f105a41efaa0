/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "evidence"

#include "config.h"

#include "evidence.h"

#define FIELD(member, k, ...)                                                            \
  {                                                                                      \
    .name = #member, .kind = TOCSIN_FIELD_##k, .offset = G_STRUCT_OFFSET (TYPE, member), \
    __VA_ARGS__                                                                          \
  }
#define SPAN_MS(stem)                                                                         \
  {                                                                                           \
    .name = #stem, .kind = TOCSIN_FIELD_SPAN_MS, .offset = G_STRUCT_OFFSET (TYPE, stem##_us), \
    .fallback = -1                                                                            \
  }

#define TYPE TocsinCertificate
static const TocsinField certificate_rows[] = {
  FIELD (subject, STRING),       FIELD (issuer, STRING),      FIELD (names, STRINGS),
  FIELD (not_before, TIME),      FIELD (not_after, TIME),     FIELD (fingerprint, STRING),
  FIELD (chain_problem, STRING), FIELD (tls_version, STRING),
};
#undef TYPE

const TocsinFields tocsin_certificate_fields = {
  .what = "certificate",
  .size = sizeof (TocsinCertificate),
  .rows = certificate_rows,
  .n_rows = G_N_ELEMENTS (certificate_rows),
  .selector_offset = TOCSIN_FIELDS_NO_SELECTOR,
  .unknown_offset = TOCSIN_FIELDS_NO_UNKNOWN,
};

#define TYPE TocsinEvidence
static const TocsinField evidence_rows[] = {
  FIELD (remote_address, STRING),
  FIELD (addresses_tried, STRINGS),
  FIELD (status, INT, .flags = TOCSIN_FIELD_SPARSE),
  FIELD (http_version, STRING),
  FIELD (final_url, STRING),
  FIELD (redirects, INT, .flags = TOCSIN_FIELD_SPARSE),
  FIELD (response_headers, STRINGS),
  FIELD (body, BYTES),
  FIELD (body_bytes, INT, .flags = TOCSIN_FIELD_SPARSE),
  FIELD (certificate, OBJECT, .table = &tocsin_certificate_fields),
  FIELD (packets_sent, INT, .flags = TOCSIN_FIELD_SPARSE),
  FIELD (packets_received, INT, .flags = TOCSIN_FIELD_SPARSE),
  SPAN_MS (rtt_least),
  SPAN_MS (rtt_mean),
  SPAN_MS (rtt_most),
  SPAN_MS (jitter),
  FIELD (resolver, STRING),
  FIELD (answers, STRINGS),
  FIELD (dns_status, STRING),
  FIELD (ping_number, INT, .flags = TOCSIN_FIELD_SPARSE),
  FIELD (exit_status, INT, .flags = TOCSIN_FIELD_SPARSE, .fallback = -1),
};
#undef TYPE

const TocsinFields tocsin_evidence_fields = {
  .what = "evidence",
  .size = sizeof (TocsinEvidence),
  .rows = evidence_rows,
  .n_rows = G_N_ELEMENTS (evidence_rows),
  .selector_offset = TOCSIN_FIELDS_NO_SELECTOR,
  .unknown_offset = TOCSIN_FIELDS_NO_UNKNOWN,
};

TocsinCertificate *
tocsin_certificate_new (void)
{
  return tocsin_fields_new (&tocsin_certificate_fields);
}

void
tocsin_certificate_free (TocsinCertificate *certificate)
{
  tocsin_fields_free (&tocsin_certificate_fields, certificate);
}

TocsinEvidence *
tocsin_evidence_new (void)
{
  return tocsin_fields_new (&tocsin_evidence_fields);
}

TocsinEvidence *
tocsin_evidence_copy (const TocsinEvidence *evidence)
{
  return tocsin_fields_copy (&tocsin_evidence_fields, evidence);
}

void
tocsin_evidence_free (TocsinEvidence *evidence)
{
  tocsin_fields_free (&tocsin_evidence_fields, evidence);
}
