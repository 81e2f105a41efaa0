/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* What comes off an ICMP socket: any bytes are refused, or are an echo that would be sent again the
 * same. The first byte says how the socket is. */

#define G_LOG_DOMAIN "fuzz-icmp"

#include "config.h"

#include "icmp.h"
#include "replay.h"

#define PAYLOAD 56

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  guint8 packet[TOCSIN_ICMP_HEADER_BYTES + PAYLOAD];
  TocsinEcho echo = { 0 }, again = { 0 };
  gboolean is_v6, with_ip;

  if (size == 0)
    return 0;
  is_v6 = (data[0] & 1) != 0;
  with_ip = (data[0] & 2) != 0;
  data++;
  size--;
  if (tocsin_icmp_parse_request (data, size, is_v6, &echo))
    g_assert_cmpuint (size, >=, TOCSIN_ICMP_HEADER_BYTES);
  if (!tocsin_icmp_parse_reply (data, size, is_v6, with_ip, &echo))
    return 0;
  tocsin_icmp_build (packet, is_v6, &echo, PAYLOAD);
  g_assert_true (tocsin_icmp_parse_request (packet, sizeof packet, is_v6, &again));
  g_assert_true (again.id == echo.id && again.seq == echo.seq && again.nonce == echo.nonce);
  return 0;
}
