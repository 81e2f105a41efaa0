/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

#include "monitor.h"
#include "sample.h"

G_BEGIN_DECLS

#define TOCSIN_DNS_ANSWERS_MOST 256 /* records of one message that are looked at */

/* What a DNS message says to the question for records of one type (RFC 1035, 4.1). */
typedef struct {
  guint rcode;     /* RFC 1035, 4.1.1 */
  char **records;  /* (owned) of the type that was asked for, as in a zone file, names with their
                      final dot: "10 mail.example.org." */
  guint n_records; /* may be 0 with rcode 0: the name has no such record */
  char *alias;     /* (owned) (nullable) where the last CNAME leads */
} TocsinDnsAnswer;

/* Total: any bytes give an answer, or an error that says what is wrong with them. */
TocsinDnsAnswer *tocsin_dns_answer_parse (const guint8 *message, gsize length, TocsinDnsType type,
                                          GError **error);
void tocsin_dns_answer_free (TocsinDnsAnswer *answer);

/* The number of a type on the wire. */
guint16 tocsin_dns_type_get_number (TocsinDnsType type);

/* "NOERROR", "NXDOMAIN", … "RCODE16". (transfer full) */
char *tocsin_dns_rcode_to_text (guint rcode);

/* "192.0.2.1" → "1.2.0.192.in-addr.arpa"; NULL where it is no address. (transfer full) */
char *tocsin_dns_reverse_name (const char *address);

/* A record in the one form that comparing needs: letters small, one space, names without their
 * final dot, addresses in their shortest form. TXT keeps its letters and spaces. (transfer full) */
char *tocsin_dns_normalize (TocsinDnsType type, const char *record);

/* Fails `sample` where the answer is not what `monitor` expects, with code and sentence; `name` is
 * who was asked for, `resolver` who answered. Pure. */
void tocsin_dns_judge (const TocsinMonitor *monitor, const char *name, const char *resolver,
                       const TocsinDnsAnswer *answer, TocsinSample *sample);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TocsinDnsAnswer, tocsin_dns_answer_free)

G_END_DECLS
