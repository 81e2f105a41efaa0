/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>
#include <sys/socket.h>

G_BEGIN_DECLS

/* Whom outbound connections may reach, looked at after the name was resolved and just before the
 * socket is opened, so that a name that resolves inwards gets nowhere (RFC 6890, the IANA
 * special-purpose registries). An IPv4 address that is wrapped in IPv6 (mapped, NAT64, 6to4) is
 * judged as itself. */
typedef enum {
  TOCSIN_SCOPE_PUBLIC = 0,
  TOCSIN_SCOPE_LOOPBACK = 1 << 0,
  TOCSIN_SCOPE_PRIVATE = 1 << 1,    /* RFC 1918, shared (RFC 6598), unique local (RFC 4193) */
  TOCSIN_SCOPE_LINK_LOCAL = 1 << 2, /* the cloud's metadata service is one */
  TOCSIN_SCOPE_MULTICAST = 1 << 3,
  TOCSIN_SCOPE_RESERVED = 1 << 4, /* unspecified, documentation, benchmarks, future use */
} TocsinScope;

/* All but public addresses: what a server refuses unless its operator allows some. */
#define TOCSIN_SCOPES_INWARD                                                \
  (TOCSIN_SCOPE_LOOPBACK | TOCSIN_SCOPE_PRIVATE | TOCSIN_SCOPE_LINK_LOCAL | \
   TOCSIN_SCOPE_MULTICAST | TOCSIN_SCOPE_RESERVED)

TocsinScope tocsin_address_get_scope (const struct sockaddr *address);

/* "loopback", "private", … */
const char *tocsin_scope_get_word (TocsinScope scope);

/* "192.0.2.1:443", "[2001:db8::1]:443". (transfer full) */
char *tocsin_address_to_text (const struct sockaddr *address);

/* Zero-filled it refuses nothing. */
typedef struct {
  guint refused; /* of TocsinScope */
} TocsinAddressGuard;

gboolean tocsin_address_guard_allows (const TocsinAddressGuard *guard /* (nullable) */,
                                      const struct sockaddr *address);

G_END_DECLS
