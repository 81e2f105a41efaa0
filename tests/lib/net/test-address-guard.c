/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-address-guard"

#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "address-guard.h"
#include "support.h"

typedef union {
  struct sockaddr any;
  struct sockaddr_in in4;
  struct sockaddr_in6 in6;
} Address;

static const struct {
  const char *address;
  TocsinScope scope;
} cases[] = {
  { "1.1.1.1", TOCSIN_SCOPE_PUBLIC },
  { "93.184.216.34", TOCSIN_SCOPE_PUBLIC },
  { "126.255.255.255", TOCSIN_SCOPE_PUBLIC },
  { "127.0.0.1", TOCSIN_SCOPE_LOOPBACK },
  { "127.255.255.255", TOCSIN_SCOPE_LOOPBACK },
  { "128.0.0.1", TOCSIN_SCOPE_PUBLIC },
  { "0.0.0.0", TOCSIN_SCOPE_RESERVED },
  { "10.1.2.3", TOCSIN_SCOPE_PRIVATE },
  { "11.0.0.0", TOCSIN_SCOPE_PUBLIC },
  { "100.63.255.255", TOCSIN_SCOPE_PUBLIC },
  { "100.64.0.1", TOCSIN_SCOPE_PRIVATE },
  { "100.128.0.0", TOCSIN_SCOPE_PUBLIC },
  { "169.254.169.254", TOCSIN_SCOPE_LINK_LOCAL },
  { "172.15.255.255", TOCSIN_SCOPE_PUBLIC },
  { "172.16.0.1", TOCSIN_SCOPE_PRIVATE },
  { "172.31.255.255", TOCSIN_SCOPE_PRIVATE },
  { "172.32.0.0", TOCSIN_SCOPE_PUBLIC },
  { "192.0.2.1", TOCSIN_SCOPE_RESERVED },
  { "192.168.1.1", TOCSIN_SCOPE_PRIVATE },
  { "198.19.255.255", TOCSIN_SCOPE_RESERVED },
  { "224.0.0.1", TOCSIN_SCOPE_MULTICAST },
  { "255.255.255.255", TOCSIN_SCOPE_RESERVED },
  { "::", TOCSIN_SCOPE_RESERVED },
  { "::1", TOCSIN_SCOPE_LOOPBACK },
  { "::127.0.0.1", TOCSIN_SCOPE_LOOPBACK },
  { "::ffff:127.0.0.1", TOCSIN_SCOPE_LOOPBACK },
  { "::ffff:10.0.0.1", TOCSIN_SCOPE_PRIVATE },
  { "::ffff:1.1.1.1", TOCSIN_SCOPE_PUBLIC },
  { "64:ff9b::169.254.169.254", TOCSIN_SCOPE_LINK_LOCAL },
  { "64:ff9b::8.8.8.8", TOCSIN_SCOPE_PUBLIC },
  { "64:ff9b:1::8.8.8.8", TOCSIN_SCOPE_PRIVATE },
  { "2002:7f00:1::", TOCSIN_SCOPE_LOOPBACK },
  { "2002:0808:0808::1", TOCSIN_SCOPE_PUBLIC },
  { "fc00::1", TOCSIN_SCOPE_PRIVATE },
  { "fdff::1", TOCSIN_SCOPE_PRIVATE },
  { "fe80::1", TOCSIN_SCOPE_LINK_LOCAL },
  { "febf::1", TOCSIN_SCOPE_LINK_LOCAL },
  { "fec0::1", TOCSIN_SCOPE_PRIVATE },
  { "ff02::1", TOCSIN_SCOPE_MULTICAST },
  { "2001:db8::1", TOCSIN_SCOPE_RESERVED },
  { "2001::1", TOCSIN_SCOPE_RESERVED },
  { "2606:4700::1111", TOCSIN_SCOPE_PUBLIC },
};

static void
parse (const char *text, Address *address)
{
  *address = (Address){ 0 };
  if (inet_pton (AF_INET, text, &address->in4.sin_addr) == 1) {
    address->in4.sin_family = AF_INET;
    address->in4.sin_port = htons (443);
  } else {
    g_assert_cmpint (inet_pton (AF_INET6, text, &address->in6.sin6_addr), ==, 1);
    address->in6.sin6_family = AF_INET6;
    address->in6.sin6_port = htons (443);
  }
}

static void
test_scopes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Address address;

    parse (cases[i].address, &address);
    g_test_message ("%s", cases[i].address);
    g_assert_cmpstr (tocsin_scope_get_word (tocsin_address_get_scope (&address.any)), ==,
                     tocsin_scope_get_word (cases[i].scope));
  }
}

static void
test_policies (void)
{
  const TocsinAddressGuard open = { 0 }, strict = { .refused = TOCSIN_SCOPES_INWARD },
                           lan = { .refused = TOCSIN_SCOPES_INWARD & ~TOCSIN_SCOPE_PRIVATE };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Address address;
    gboolean is_public = cases[i].scope == TOCSIN_SCOPE_PUBLIC;

    parse (cases[i].address, &address);
    g_assert_true (tocsin_address_guard_allows (NULL, &address.any));
    g_assert_true (tocsin_address_guard_allows (&open, &address.any));
    g_assert_cmpint (tocsin_address_guard_allows (&strict, &address.any), ==, is_public);
    g_assert_cmpint (tocsin_address_guard_allows (&lan, &address.any), ==,
                     is_public || cases[i].scope == TOCSIN_SCOPE_PRIVATE);
  }
}

static void
test_text (void)
{
  static const char *const pairs[][2] = { { "192.0.2.1", "192.0.2.1:443" },
                                          { "2001:db8::1", "[2001:db8::1]:443" } };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    Address address;
    g_autofree char *text = NULL;

    parse (pairs[i][0], &address);
    text = tocsin_address_to_text (&address.any);
    g_assert_cmpstr (text, ==, pairs[i][1]);
  }
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/address-guard/each-address-has-its-scope", test_scopes);
  g_test_add_func ("/address-guard/what-is-refused-is-not-allowed", test_policies);
  g_test_add_func ("/address-guard/addresses-are-written-with-their-port", test_text);
  return g_test_run ();
}
