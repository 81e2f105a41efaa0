/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "evidence.h"
#include "fields.h"

G_BEGIN_DECLS

/* What one check yielded. */
typedef enum {
  TOCSIN_OUTCOME_OK,
  TOCSIN_OUTCOME_SLOW, /* reachable, above `slow` */
  TOCSIN_OUTCOME_FAILED,
  TOCSIN_OUTCOME_INCONCLUSIVE, /* the probe's own network was down, or nobody looked: it says
                                  nothing about the target */
} TocsinOutcome;

extern const TocsinWords tocsin_outcome_words;

/* The stable machine code of what went wrong. Numbers are stored: append only, never reuse. */
typedef enum {
  TOCSIN_CODE_NONE = 0,
  TOCSIN_CODE_SLOW = 1,

  TOCSIN_CODE_DNS_NXDOMAIN = 10,
  TOCSIN_CODE_DNS_NO_DATA = 11,
  TOCSIN_CODE_DNS_SERVFAIL = 12,
  TOCSIN_CODE_DNS_REFUSED = 13,
  TOCSIN_CODE_DNS_TIMEOUT = 14,
  TOCSIN_CODE_DNS_MALFORMED = 15,
  TOCSIN_CODE_DNS_ANSWER_UNEXPECTED = 16,
  TOCSIN_CODE_DNS_FAILED = 17,

  TOCSIN_CODE_CONNECT_REFUSED = 20,
  TOCSIN_CODE_CONNECT_UNREACHABLE = 21,
  TOCSIN_CODE_CONNECT_RESET = 22,
  TOCSIN_CODE_CONNECT_FAILED = 23,
  TOCSIN_CODE_PROXY_FAILED = 24,
  TOCSIN_CODE_ADDRESS_FORBIDDEN = 25,

  TOCSIN_CODE_TIMEOUT_LOOKUP = 30,
  TOCSIN_CODE_TIMEOUT_CONNECT = 31,
  TOCSIN_CODE_TIMEOUT_TLS = 32,
  TOCSIN_CODE_TIMEOUT_RESPONSE = 33,
  TOCSIN_CODE_TIMEOUT_TRANSFER = 34,

  TOCSIN_CODE_TLS_EXPIRED = 40,
  TOCSIN_CODE_TLS_NOT_YET_VALID = 41,
  TOCSIN_CODE_TLS_WRONG_NAME = 42,
  TOCSIN_CODE_TLS_SELF_SIGNED = 43,
  TOCSIN_CODE_TLS_UNTRUSTED = 44, /* an issuer that nobody here trusts */
  TOCSIN_CODE_TLS_INCOMPLETE_CHAIN = 45,
  TOCSIN_CODE_TLS_HANDSHAKE = 46,
  TOCSIN_CODE_TLS_CLIENT_CERTIFICATE = 47,
  TOCSIN_CODE_TLS_REVOKED = 48,

  TOCSIN_CODE_STATUS_UNEXPECTED = 60,
  TOCSIN_CODE_BODY_MISMATCH = 61,
  TOCSIN_CODE_HEADER_MISMATCH = 62,
  TOCSIN_CODE_JSON_MISMATCH = 63,
  TOCSIN_CODE_JSON_INVALID = 64,
  TOCSIN_CODE_REDIRECT_TOO_MANY = 65,
  TOCSIN_CODE_HTTP_MALFORMED = 66,
  TOCSIN_CODE_BODY_TRUNCATED = 67, /* the connection ended before the body did */
  TOCSIN_CODE_AUTH_FAILED = 68,

  TOCSIN_CODE_BANNER_MISMATCH = 70, /* tcp: the expected bytes did not come */
  TOCSIN_CODE_STARTTLS_REFUSED = 71,

  TOCSIN_CODE_PING_LOST = 80, /* more packets lost than may be */
  TOCSIN_CODE_PING_NOT_PERMITTED = 81,

  TOCSIN_CODE_HEARTBEAT_MISSED = 90,
  TOCSIN_CODE_HEARTBEAT_FAIL = 91,
  TOCSIN_CODE_HEARTBEAT_OVERRUN = 92, /* started, and not done in time */

  TOCSIN_CODE_UPSIDE_DOWN = 100,    /* reachable, and that is the failure */
  TOCSIN_CODE_OFFLINE = 101,        /* inconclusive: this machine has no network */
  TOCSIN_CODE_PAUSED = 102,         /* inconclusive: nobody looks from here on */
  TOCSIN_CODE_SECRET_MISSING = 103, /* inconclusive: a password is not to be had */
  TOCSIN_CODE_CONFIGURATION = 104,  /* the check can't run as it is configured */
  TOCSIN_CODE_INTERNAL = 105,       /* inconclusive: the probe itself failed */
} TocsinCode;

#define TOCSIN_CODE_MOST 127

extern const TocsinWords tocsin_code_words;

/* Where the time went, in this order. */
typedef enum {
  TOCSIN_PHASE_LOOKUP,
  TOCSIN_PHASE_CONNECT,
  TOCSIN_PHASE_TLS,
  TOCSIN_PHASE_WAIT, /* for the first byte */
  TOCSIN_PHASE_TRANSFER,
  TOCSIN_N_PHASES,
} TocsinPhase;

extern const TocsinWords tocsin_phase_words;

typedef enum {
  TOCSIN_SAMPLE_IN_MAINTENANCE = 1 << 0, /* does not count for or against uptime */
  TOCSIN_SAMPLE_RETRY = 1 << 1,          /* off the beat, to confirm */
  TOCSIN_SAMPLE_BY_HAND = 1 << 2,        /* somebody asked for it */
} TocsinSampleFlags;

typedef struct {
  gint64 at_us;
  guint outcome;                    /* TocsinOutcome */
  guint code;                       /* TocsinCode */
  guint flags;                      /* TocsinSampleFlags; not in JSON */
  gint64 latency_us;                /* < 0: none */
  gint64 phase_us[TOCSIN_N_PHASES]; /* < 0: not reached or not measured */
  char *reason;                     /* (owned) (nullable) a sentence for people */
  TocsinEvidence *evidence;         /* (owned) (nullable) */
} TocsinSample;

/* {at, outcome, code, latency_ms, phases_ms {}, reason, evidence {}} */
extern const TocsinFields tocsin_sample_fields;

TocsinSample *tocsin_sample_new (gint64 at_us, TocsinOutcome outcome);
TocsinSample *tocsin_sample_copy (const TocsinSample *sample);
void tocsin_sample_free (TocsinSample *sample);

/* Makes it a failure: code and sentence. */
void tocsin_sample_fail (TocsinSample *sample, TocsinCode code, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* Whether the target was reachable and right: ok or slow. */
gboolean tocsin_outcome_is_good (TocsinOutcome outcome);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinSample, tocsin_sample_free)

G_END_DECLS
