/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "icmp"

#include "config.h"

#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <string.h>

#include "icmp.h"

#define IPV4_HEADER_LEAST 20

guint16
tocsin_icmp_checksum (const guint8 *bytes, gsize length)
{
  guint64 sum = 0;

  for (gsize i = 0; i + 1 < length; i += 2)
    sum += (guint) (bytes[i] << 8 | bytes[i + 1]);
  if (length % 2 != 0)
    sum += (guint) bytes[length - 1] << 8;
  while (sum > G_MAXUINT16)
    sum = (sum & G_MAXUINT16) + (sum >> 16);
  return (guint16) ~sum;
}

static void
put16 (guint8 *at, guint16 value)
{
  at[0] = (guint8) (value >> 8);
  at[1] = (guint8) value;
}

static guint16
get16 (const guint8 *at)
{
  return (guint16) (at[0] << 8 | at[1]);
}

gsize
tocsin_icmp_build (guint8 *packet, gboolean is_v6, const TocsinEcho *echo, gsize payload_bytes)
{
  gsize length = TOCSIN_ICMP_HEADER_BYTES + payload_bytes;
  guint8 *payload = packet + TOCSIN_ICMP_HEADER_BYTES;

  g_return_val_if_fail (payload_bytes >= TOCSIN_ICMP_NONCE_BYTES, 0);

  packet[0] = is_v6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO;
  packet[1] = 0;
  put16 (packet + 2, 0);
  put16 (packet + 4, echo->id);
  put16 (packet + 6, echo->seq);
  memcpy (payload, &echo->nonce, TOCSIN_ICMP_NONCE_BYTES);
  for (gsize i = TOCSIN_ICMP_NONCE_BYTES; i < payload_bytes; i++)
    payload[i] = (guint8) i;
  if (!is_v6)
    put16 (packet + 2, tocsin_icmp_checksum (packet, length));
  return length;
}

static gboolean
parse (const guint8 *packet, gsize length, guint8 type, gsize least, TocsinEcho *echo)
{
  TocsinEcho found = { 0 };

  if (length < least || packet[0] != type || packet[1] != 0)
    return FALSE;
  found.id = get16 (packet + 4);
  found.seq = get16 (packet + 6);
  if (length >= TOCSIN_ICMP_HEADER_BYTES + TOCSIN_ICMP_NONCE_BYTES)
    memcpy (&found.nonce, packet + TOCSIN_ICMP_HEADER_BYTES, TOCSIN_ICMP_NONCE_BYTES);
  *echo = found;
  return TRUE;
}

gboolean
tocsin_icmp_parse_reply (const guint8 *packet, gsize length, gboolean is_v6, gboolean with_ip,
                         TocsinEcho *echo)
{
  if (with_ip) {
    gsize header;

    if (length < IPV4_HEADER_LEAST || packet[0] >> 4 != 4)
      return FALSE;
    header = (gsize) (packet[0] & 0x0f) * 4;
    if (header < IPV4_HEADER_LEAST || header > length)
      return FALSE;
    packet += header;
    length -= header;
  }
  return parse (packet, length, is_v6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY,
                TOCSIN_ICMP_HEADER_BYTES + TOCSIN_ICMP_NONCE_BYTES, echo);
}

gboolean
tocsin_icmp_parse_request (const guint8 *packet, gsize length, gboolean is_v6, TocsinEcho *echo)
{
  return parse (packet, length, is_v6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO, TOCSIN_ICMP_HEADER_BYTES,
                echo);
}

#define ANY_CODE 0xff

static const struct {
  gboolean is_v6;
  guint8 type, code;
  const char *words;
} errors[] = {
  { FALSE, ICMP_DEST_UNREACH, ICMP_NET_UNREACH, "network unreachable" },
  { FALSE, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, "host unreachable" },
  { FALSE, ICMP_DEST_UNREACH, ICMP_PROT_UNREACH, "protocol unreachable" },
  { FALSE, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, "port unreachable" },
  { FALSE, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, "packet too big for the way" },
  { FALSE, ICMP_DEST_UNREACH, ICMP_NET_UNKNOWN, "network unknown" },
  { FALSE, ICMP_DEST_UNREACH, ICMP_HOST_UNKNOWN, "host unknown" },
  { FALSE, ICMP_DEST_UNREACH, ICMP_NET_ANO, "network prohibited" },
  { FALSE, ICMP_DEST_UNREACH, ICMP_HOST_ANO, "host prohibited" },
  { FALSE, ICMP_DEST_UNREACH, ICMP_PKT_FILTERED, "filtered on the way" },
  { FALSE, ICMP_DEST_UNREACH, ANY_CODE, "destination unreachable" },
  { FALSE, ICMP_TIME_EXCEEDED, ANY_CODE, "time to live exceeded" },
  { FALSE, ICMP_PARAMETERPROB, ANY_CODE, "parameter problem" },
  { TRUE, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOROUTE, "no route" },
  { TRUE, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADMIN, "prohibited" },
  { TRUE, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADDR, "address unreachable" },
  { TRUE, ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOPORT, "port unreachable" },
  { TRUE, ICMP6_DST_UNREACH, ANY_CODE, "destination unreachable" },
  { TRUE, ICMP6_PACKET_TOO_BIG, ANY_CODE, "packet too big for the way" },
  { TRUE, ICMP6_TIME_EXCEEDED, ANY_CODE, "hop limit exceeded" },
  { TRUE, ICMP6_PARAM_PROB, ANY_CODE, "parameter problem" },
};

const char *
tocsin_icmp_error_words (gboolean is_v6, guint8 type, guint8 code)
{
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    if (errors[i].is_v6 == is_v6 && errors[i].type == type &&
        (errors[i].code == code || errors[i].code == ANY_CODE))
      return errors[i].words;
  return NULL;
}
