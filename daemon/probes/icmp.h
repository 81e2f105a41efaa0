/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Echo requests and replies, ICMP (RFC 792) and ICMPv6 (RFC 4443). Pure. */

#define TOCSIN_ICMP_HEADER_BYTES 8
#define TOCSIN_ICMP_NONCE_BYTES  8 /* the payload begins with it */

typedef struct {
  guint16 id; /* of the socket; the kernel sets its own where sockets are unprivileged */
  guint16 seq;
  guint64 nonce; /* random: nobody who did not see the request can answer it */
} TocsinEcho;

/* Writes a request with `payload_bytes` of payload into `packet`, which has room for them and the
 * header. Answers its length. The checksum of ICMPv6 is the kernel's. */
gsize tocsin_icmp_build (guint8 *packet, gboolean is_v6, const TocsinEcho *echo,
                         gsize payload_bytes);

/* Reads a reply as a socket yields it; `with_ip` where an IPv4 header precedes it, as on raw
 * sockets. FALSE where it is no echo reply that could be ours. */
gboolean tocsin_icmp_parse_reply (const guint8 *packet, gsize length, gboolean is_v6,
                                  gboolean with_ip, TocsinEcho *echo);

/* Reads the request that an error is about, of which no more than the header needs to be there:
 * `echo->nonce` is 0 where it is not. */
gboolean tocsin_icmp_parse_request (const guint8 *packet, gsize length, gboolean is_v6,
                                    TocsinEcho *echo);

/* The errors: "host unreachable", "time to live exceeded"; NULL for those without a name here.
 * Static. */
const char *tocsin_icmp_error_words (gboolean is_v6, guint8 type, guint8 code);

guint16 tocsin_icmp_checksum (const guint8 *bytes, gsize length);

G_END_DECLS
