/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "sample"

#include "config.h"

#include "sample.h"

static const char *const outcomes[] = { "ok", "slow", "failed", "inconclusive" };
const TocsinWords tocsin_outcome_words = TOCSIN_WORDS ("outcome", outcomes);

static const char *const codes[TOCSIN_CODE_MOST + 1] = {
  [TOCSIN_CODE_NONE] = "none",
  [TOCSIN_CODE_SLOW] = "slow",
  [TOCSIN_CODE_DNS_NXDOMAIN] = "dns_nxdomain",
  [TOCSIN_CODE_DNS_NO_DATA] = "dns_no_data",
  [TOCSIN_CODE_DNS_SERVFAIL] = "dns_servfail",
  [TOCSIN_CODE_DNS_REFUSED] = "dns_refused",
  [TOCSIN_CODE_DNS_TIMEOUT] = "dns_timeout",
  [TOCSIN_CODE_DNS_MALFORMED] = "dns_malformed",
  [TOCSIN_CODE_DNS_ANSWER_UNEXPECTED] = "dns_answer_unexpected",
  [TOCSIN_CODE_DNS_FAILED] = "dns_failed",
  [TOCSIN_CODE_CONNECT_REFUSED] = "connect_refused",
  [TOCSIN_CODE_CONNECT_UNREACHABLE] = "connect_unreachable",
  [TOCSIN_CODE_CONNECT_RESET] = "connect_reset",
  [TOCSIN_CODE_CONNECT_FAILED] = "connect_failed",
  [TOCSIN_CODE_PROXY_FAILED] = "proxy_failed",
  [TOCSIN_CODE_ADDRESS_FORBIDDEN] = "address_forbidden",
  [TOCSIN_CODE_TIMEOUT_LOOKUP] = "timeout_lookup",
  [TOCSIN_CODE_TIMEOUT_CONNECT] = "timeout_connect",
  [TOCSIN_CODE_TIMEOUT_TLS] = "timeout_tls",
  [TOCSIN_CODE_TIMEOUT_RESPONSE] = "timeout_response",
  [TOCSIN_CODE_TIMEOUT_TRANSFER] = "timeout_transfer",
  [TOCSIN_CODE_TLS_EXPIRED] = "tls_expired",
  [TOCSIN_CODE_TLS_NOT_YET_VALID] = "tls_not_yet_valid",
  [TOCSIN_CODE_TLS_WRONG_NAME] = "tls_wrong_name",
  [TOCSIN_CODE_TLS_SELF_SIGNED] = "tls_self_signed",
  [TOCSIN_CODE_TLS_UNTRUSTED] = "tls_untrusted",
  [TOCSIN_CODE_TLS_INCOMPLETE_CHAIN] = "tls_incomplete_chain",
  [TOCSIN_CODE_TLS_HANDSHAKE] = "tls_handshake",
  [TOCSIN_CODE_TLS_CLIENT_CERTIFICATE] = "tls_client_certificate",
  [TOCSIN_CODE_TLS_REVOKED] = "tls_revoked",
  [TOCSIN_CODE_STATUS_UNEXPECTED] = "status_unexpected",
  [TOCSIN_CODE_BODY_MISMATCH] = "body_mismatch",
  [TOCSIN_CODE_HEADER_MISMATCH] = "header_mismatch",
  [TOCSIN_CODE_JSON_MISMATCH] = "json_mismatch",
  [TOCSIN_CODE_JSON_INVALID] = "json_invalid",
  [TOCSIN_CODE_REDIRECT_TOO_MANY] = "redirect_too_many",
  [TOCSIN_CODE_HTTP_MALFORMED] = "http_malformed",
  [TOCSIN_CODE_BODY_TRUNCATED] = "body_truncated",
  [TOCSIN_CODE_AUTH_FAILED] = "auth_failed",
  [TOCSIN_CODE_BANNER_MISMATCH] = "banner_mismatch",
  [TOCSIN_CODE_STARTTLS_REFUSED] = "starttls_refused",
  [TOCSIN_CODE_PING_LOST] = "ping_lost",
  [TOCSIN_CODE_PING_NOT_PERMITTED] = "ping_not_permitted",
  [TOCSIN_CODE_HEARTBEAT_MISSED] = "heartbeat_missed",
  [TOCSIN_CODE_HEARTBEAT_FAIL] = "heartbeat_fail",
  [TOCSIN_CODE_HEARTBEAT_OVERRUN] = "heartbeat_overrun",
  [TOCSIN_CODE_UPSIDE_DOWN] = "upside_down",
  [TOCSIN_CODE_OFFLINE] = "offline",
  [TOCSIN_CODE_PAUSED] = "paused",
  [TOCSIN_CODE_SECRET_MISSING] = "secret_missing",
  [TOCSIN_CODE_CONFIGURATION] = "configuration",
  [TOCSIN_CODE_INTERNAL] = "internal",
};
const TocsinWords tocsin_code_words = TOCSIN_WORDS ("code", codes);

static const char *const phases[] = { "lookup", "connect", "tls", "wait", "transfer" };
const TocsinWords tocsin_phase_words = TOCSIN_WORDS ("phase", phases);
G_STATIC_ASSERT (G_N_ELEMENTS (phases) == TOCSIN_N_PHASES);

#define TYPE TocsinSample
static const TocsinField rows[] = {
  { .name = "at",
    .kind = TOCSIN_FIELD_TIME,
    .offset = G_STRUCT_OFFSET (TYPE, at_us),
    .flags = TOCSIN_FIELD_REQUIRED },
  { .name = "outcome",
    .kind = TOCSIN_FIELD_WORD,
    .offset = G_STRUCT_OFFSET (TYPE, outcome),
    .words = &tocsin_outcome_words },
  { .name = "code",
    .kind = TOCSIN_FIELD_WORD,
    .offset = G_STRUCT_OFFSET (TYPE, code),
    .words = &tocsin_code_words,
    .flags = TOCSIN_FIELD_SPARSE | TOCSIN_FIELD_NULLABLE },
  { .name = "latency",
    .kind = TOCSIN_FIELD_SPAN_MS,
    .offset = G_STRUCT_OFFSET (TYPE, latency_us),
    .fallback = -1,
    .flags = TOCSIN_FIELD_NULLABLE },
  { .name = "reason",
    .kind = TOCSIN_FIELD_STRING,
    .offset = G_STRUCT_OFFSET (TYPE, reason),
    .flags = TOCSIN_FIELD_NULLABLE },
  { .name = "phases",
    .kind = TOCSIN_FIELD_SPANS_MS,
    .offset = G_STRUCT_OFFSET (TYPE, phase_us),
    .words = &tocsin_phase_words },
  { .name = "evidence",
    .kind = TOCSIN_FIELD_OBJECT,
    .offset = G_STRUCT_OFFSET (TYPE, evidence),
    .table = &tocsin_evidence_fields },
};

const TocsinFields tocsin_sample_fields = {
  .what = "sample",
  .size = sizeof (TocsinSample),
  .rows = rows,
  .n_rows = G_N_ELEMENTS (rows),
  .selector_offset = TOCSIN_FIELDS_NO_SELECTOR,
  .unknown_offset = TOCSIN_FIELDS_NO_UNKNOWN,
};

TocsinSample *
tocsin_sample_new (gint64 at_us, TocsinOutcome outcome)
{
  TocsinSample *sample = g_new0 (TocsinSample, 1);

  sample->at_us = at_us;
  sample->outcome = outcome;
  sample->latency_us = -1;
  for (guint i = 0; i < TOCSIN_N_PHASES; i++)
    sample->phase_us[i] = -1;
  return sample;
}

TocsinSample *
tocsin_sample_copy (const TocsinSample *sample)
{
  TocsinSample *copy = tocsin_fields_copy (&tocsin_sample_fields, sample);

  copy->flags = sample->flags;
  return copy;
}

void
tocsin_sample_free (TocsinSample *sample)
{
  tocsin_fields_free (&tocsin_sample_fields, sample);
}

void
tocsin_sample_fail (TocsinSample *sample, TocsinCode code, const char *format, ...)
{
  va_list args;

  g_return_if_fail (sample != NULL);

  sample->outcome = TOCSIN_OUTCOME_FAILED;
  sample->code = code;
  g_free (sample->reason);
  va_start (args, format);
  sample->reason = g_strdup_vprintf (format, args);
  va_end (args);
}

gboolean
tocsin_outcome_is_good (TocsinOutcome outcome)
{
  return outcome == TOCSIN_OUTCOME_OK || outcome == TOCSIN_OUTCOME_SLOW;
}
