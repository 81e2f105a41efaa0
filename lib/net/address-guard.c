/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "address-guard"

#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "address-guard.h"

typedef struct {
  guint8 prefix[16];
  guint bits;
  TocsinScope scope;
} Range;

static const Range ranges4[] = {
  { { 0 }, 8, TOCSIN_SCOPE_RESERVED },
  { { 10 }, 8, TOCSIN_SCOPE_PRIVATE },
  { { 100, 64 }, 10, TOCSIN_SCOPE_PRIVATE },
  { { 127 }, 8, TOCSIN_SCOPE_LOOPBACK },
  { { 169, 254 }, 16, TOCSIN_SCOPE_LINK_LOCAL },
  { { 172, 16 }, 12, TOCSIN_SCOPE_PRIVATE },
  { { 192, 0, 0 }, 24, TOCSIN_SCOPE_RESERVED },
  { { 192, 0, 2 }, 24, TOCSIN_SCOPE_RESERVED },
  { { 192, 168 }, 16, TOCSIN_SCOPE_PRIVATE },
  { { 198, 18 }, 15, TOCSIN_SCOPE_RESERVED },
  { { 198, 51, 100 }, 24, TOCSIN_SCOPE_RESERVED },
  { { 203, 0, 113 }, 24, TOCSIN_SCOPE_RESERVED },
  { { 224 }, 4, TOCSIN_SCOPE_MULTICAST },
  { { 240 }, 4, TOCSIN_SCOPE_RESERVED },
};

static const Range ranges6[] = {
  { { [15] = 1 }, 128, TOCSIN_SCOPE_LOOPBACK },
  { { 0 }, 128, TOCSIN_SCOPE_RESERVED },
  { { 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01 }, 48, TOCSIN_SCOPE_PRIVATE }, /* local NAT64 */
  { { 0x01, 0x00 }, 64, TOCSIN_SCOPE_RESERVED },                        /* discard */
  { { 0x20, 0x01, 0x00, 0x00 }, 32, TOCSIN_SCOPE_RESERVED },            /* Teredo */
  { { 0x20, 0x01, 0x0d, 0xb8 }, 32, TOCSIN_SCOPE_RESERVED },
  { { 0x3f, 0xff }, 20, TOCSIN_SCOPE_RESERVED },
  { { 0xfc }, 7, TOCSIN_SCOPE_PRIVATE },
  { { 0xfe, 0x80 }, 10, TOCSIN_SCOPE_LINK_LOCAL },
  { { 0xfe, 0xc0 }, 10, TOCSIN_SCOPE_PRIVATE }, /* site local, deprecated */
  { { 0xff }, 8, TOCSIN_SCOPE_MULTICAST },
};

/* IPv6 prefixes that an IPv4 address follows. */
static const struct {
  guint8 prefix[16];
  guint bits;
} wrappers[] = {
  { { [10] = 0xff, [11] = 0xff }, 96 }, /* ::ffff:a.b.c.d */
  { { 0x00, 0x64, 0xff, 0x9b }, 96 },   /* 64:ff9b::a.b.c.d, NAT64 */
  { { [8] = 0xff, [9] = 0xff }, 96 },   /* ::ffff:0:a.b.c.d, RFC 2765 */
  { { 0x20, 0x02 }, 16 },               /* 2002:abcd::, 6to4 */
};

static gboolean
has_prefix (const guint8 *bytes, const guint8 *prefix, guint bits)
{
  guint whole = bits / 8, rest = bits % 8;

  if (memcmp (bytes, prefix, whole) != 0)
    return FALSE;
  return rest == 0 || ((bytes[whole] ^ prefix[whole]) >> (8 - rest)) == 0;
}

static TocsinScope
find_scope (const guint8 *bytes, const Range *ranges, gsize n_ranges)
{
  for (gsize i = 0; i < n_ranges; i++)
    if (has_prefix (bytes, ranges[i].prefix, ranges[i].bits))
      return ranges[i].scope;
  return TOCSIN_SCOPE_PUBLIC;
}

static TocsinScope
get_scope6 (const guint8 *bytes)
{
  static const guint8 zeroes[12];

  for (guint i = 0; i < G_N_ELEMENTS (wrappers); i++)
    if (has_prefix (bytes, wrappers[i].prefix, wrappers[i].bits))
      return find_scope (bytes + wrappers[i].bits / 8, ranges4, G_N_ELEMENTS (ranges4));
  /* ::a.b.c.d, deprecated; :: and ::1 are in the table. */
  if (memcmp (bytes, zeroes, sizeof zeroes) == 0 && (bytes[12] != 0 || bytes[13] != 0))
    return find_scope (bytes + 12, ranges4, G_N_ELEMENTS (ranges4));
  return find_scope (bytes, ranges6, G_N_ELEMENTS (ranges6));
}

TocsinScope
tocsin_address_get_scope (const struct sockaddr *address)
{
  const struct sockaddr_in *in4;
  const struct sockaddr_in6 *in6;

  g_return_val_if_fail (address != NULL, TOCSIN_SCOPE_RESERVED);

  switch (address->sa_family) {
  case AF_INET:
    in4 = (const void *) address;
    return find_scope ((const guint8 *) &in4->sin_addr, ranges4, G_N_ELEMENTS (ranges4));
  case AF_INET6:
    in6 = (const void *) address;
    return get_scope6 (in6->sin6_addr.s6_addr);
  default: /* a Unix socket is as near as can be */
    return TOCSIN_SCOPE_LOOPBACK;
  }
}

const char *
tocsin_scope_get_word (TocsinScope scope)
{
  switch (scope) {
  case TOCSIN_SCOPE_PUBLIC:
    return "public";
  case TOCSIN_SCOPE_LOOPBACK:
    return "loopback";
  case TOCSIN_SCOPE_PRIVATE:
    return "private";
  case TOCSIN_SCOPE_LINK_LOCAL:
    return "link-local";
  case TOCSIN_SCOPE_MULTICAST:
    return "multicast";
  case TOCSIN_SCOPE_RESERVED:
    return "reserved";
  }
  g_assert_not_reached ();
}

char *
tocsin_address_to_text (const struct sockaddr *address)
{
  char text[INET6_ADDRSTRLEN] = "?";

  g_return_val_if_fail (address != NULL, NULL);

  if (address->sa_family == AF_INET6) {
    const struct sockaddr_in6 *in6 = (const void *) address;

    inet_ntop (AF_INET6, &in6->sin6_addr, text, sizeof text);
    return g_strdup_printf ("[%s]:%u", text, ntohs (in6->sin6_port));
  }
  if (address->sa_family == AF_INET) {
    const struct sockaddr_in *in4 = (const void *) address;

    inet_ntop (AF_INET, &in4->sin_addr, text, sizeof text);
    return g_strdup_printf ("%s:%u", text, ntohs (in4->sin_port));
  }
  return g_strdup ("local socket");
}

gboolean
tocsin_address_guard_allows (const TocsinAddressGuard *guard, const struct sockaddr *address)
{
  if (guard == NULL || guard->refused == 0)
    return TRUE;
  return (guard->refused & tocsin_address_get_scope (address)) == 0;
}
