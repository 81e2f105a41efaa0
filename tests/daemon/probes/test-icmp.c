/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-icmp"

#include "config.h"

#include <string.h>

#include "icmp.h"
#include "round-trips.h"
#include "support.h"

#define PAYLOAD 56
#define PACKET  (TOCSIN_ICMP_HEADER_BYTES + PAYLOAD)

static const TocsinEcho echo = { .id = 0x1234, .seq = 0xfffe, .nonce = 0x0123456789abcdef };

/* What a host makes of our request. */
static void
make_reply (guint8 *packet, gboolean is_v6)
{
  g_assert_cmpuint (tocsin_icmp_build (packet, is_v6, &echo, PAYLOAD), ==, PACKET);
  packet[0] = is_v6 ? 129 : 0;
}

static void
assert_is_ours (const TocsinEcho *found)
{
  g_assert_cmphex (found->id, ==, echo.id);
  g_assert_cmphex (found->seq, ==, echo.seq);
  g_assert_cmphex (found->nonce, ==, echo.nonce);
}

static void
test_reply_is_read (void)
{
  guint8 packet[20 + PACKET] = { 0x45 };
  TocsinEcho found;

  for (gboolean is_v6 = FALSE; is_v6 <= TRUE; is_v6++) {
    make_reply (packet + 20, is_v6);
    g_assert_true (tocsin_icmp_parse_reply (packet + 20, PACKET, is_v6, FALSE, &found));
    assert_is_ours (&found);
  }
  make_reply (packet + 20, FALSE);
  g_assert_true (tocsin_icmp_parse_reply (packet, sizeof packet, FALSE, TRUE, &found));
  assert_is_ours (&found);
}

static void
test_checksum (void)
{
  guint8 packet[PACKET + 1] = { 0 };
  static const guint8 rfc1071[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };

  g_assert_cmphex (tocsin_icmp_checksum (rfc1071, sizeof rfc1071), ==, 0x220d);
  tocsin_icmp_build (packet, FALSE, &echo, PAYLOAD);
  g_assert_cmphex (tocsin_icmp_checksum (packet, PACKET), ==, 0);
  tocsin_icmp_build (packet, FALSE, &echo, PAYLOAD + 1); /* an odd length */
  g_assert_cmphex (tocsin_icmp_checksum (packet, PACKET + 1), ==, 0);
}

static const struct {
  const char *name;
  guint8 bytes[24];
  gsize length;
  gboolean with_ip;
} refused[] = {
  { "nothing", { 0 }, 0, FALSE },
  { "no nonce", { 0 }, 15, FALSE },
  { "a request", { 8 }, 24, FALSE },
  { "an unreachable", { 3 }, 24, FALSE },
  { "a code", { 0, 1 }, 24, FALSE },
  { "no IP header", { 0x45 }, 19, TRUE },
  { "an IP header alone", { 0x45 }, 24, TRUE },
  { "an IP header that is too short", { 0x44 }, 24, TRUE },
  { "an IP header that is too long", { 0x4f }, 24, TRUE },
  { "IPv6 for IPv4", { 0x65 }, 24, TRUE },
};

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    TocsinEcho found = echo;

    g_test_message ("%s", refused[i].name);
    g_assert_false (tocsin_icmp_parse_reply (refused[i].bytes, refused[i].length, FALSE,
                                             refused[i].with_ip, &found));
    assert_is_ours (&found); /* untouched */
  }
}

static void
test_error_about_a_request (void)
{
  guint8 packet[PACKET];
  TocsinEcho found;

  tocsin_icmp_build (packet, FALSE, &echo, PAYLOAD);
  g_assert_true (tocsin_icmp_parse_request (packet, sizeof packet, FALSE, &found));
  assert_is_ours (&found);
  g_assert_true (tocsin_icmp_parse_request (packet, TOCSIN_ICMP_HEADER_BYTES, FALSE, &found));
  g_assert_cmphex (found.seq, ==, echo.seq);
  g_assert_cmphex (found.nonce, ==, 0);
  g_assert_false (tocsin_icmp_parse_request (packet, TOCSIN_ICMP_HEADER_BYTES - 1, FALSE, &found));
  g_assert_false (tocsin_icmp_parse_request (packet, sizeof packet, TRUE, &found));
}

static void
test_error_words (void)
{
  g_assert_cmpstr (tocsin_icmp_error_words (FALSE, 3, 1), ==, "host unreachable");
  g_assert_cmpstr (tocsin_icmp_error_words (FALSE, 3, 99), ==, "destination unreachable");
  g_assert_cmpstr (tocsin_icmp_error_words (FALSE, 11, 0), ==, "time to live exceeded");
  g_assert_cmpstr (tocsin_icmp_error_words (TRUE, 1, 0), ==, "no route");
  g_assert_null (tocsin_icmp_error_words (FALSE, 5, 0)); /* a redirect ends nothing */
}

#define TRIPS_MOST 5

static const struct {
  gint64 rtt_us[TRIPS_MOST];
  guint n;
  TocsinRoundTrips wanted;
} trips[] = {
  { { 0 }, 0, { 0, -1, -1, -1, -1 } },
  { { -1, -1 }, 2, { 0, -1, -1, -1, -1 } },
  { { 700 }, 1, { 1, 700, 700, 700, 0 } },
  { { 100, 300 }, 2, { 2, 100, 200, 300, 200 } },
  { { 100, -1, 300, 200 }, 4, { 3, 100, 200, 300, 150 } },
  { { 5, 5, 5, 5, 5 }, 5, { 5, 5, 5, 5, 0 } },
  { { 0, 0 }, 2, { 2, 0, 0, 0, 0 } },
};

static void
test_round_trips (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (trips); i++) {
    TocsinRoundTrips found = tocsin_round_trips (trips[i].rtt_us, trips[i].n);

    g_assert_cmpuint (found.n, ==, trips[i].wanted.n);
    g_assert_cmpint (found.least_us, ==, trips[i].wanted.least_us);
    g_assert_cmpint (found.mean_us, ==, trips[i].wanted.mean_us);
    g_assert_cmpint (found.most_us, ==, trips[i].wanted.most_us);
    g_assert_cmpint (found.jitter_us, ==, trips[i].wanted.jitter_us);
  }
}

static void
test_loss (void)
{
  static const struct {
    guint sent, received, max_loss;
    gboolean is_above;
  } cases[] = {
    { 3, 0, 99, TRUE },    { 3, 1, 99, FALSE }, { 3, 3, 0, FALSE },  { 3, 2, 0, TRUE },
    { 3, 2, 33, TRUE },    { 3, 2, 34, FALSE }, { 4, 2, 50, FALSE }, { 4, 2, 49, TRUE },
    { 100, 1, 99, FALSE }, { 0, 0, 0, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_true (tocsin_is_loss_above (cases[i].sent, cases[i].received, cases[i].max_loss) ==
                   cases[i].is_above);
}

/* Whatever came back: least ≤ mean ≤ most, and no jitter beyond what lies between them. */
static void
test_any_round_trips (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint i = 0; i < 10000; i++) {
    gint64 rtt_us[100];
    guint n = (guint) g_rand_int_range (rand, 1, G_N_ELEMENTS (rtt_us)), n_lost = 0;
    TocsinRoundTrips found;

    for (guint k = 0; k < n; k++) {
      rtt_us[k] = g_rand_int_range (rand, -1000000, 10000000);
      n_lost += rtt_us[k] < 0;
    }
    found = tocsin_round_trips (rtt_us, n);
    g_assert_cmpuint (found.n, ==, n - n_lost);
    if (found.n == 0)
      continue;
    g_assert_cmpint (found.least_us, <=, found.mean_us);
    g_assert_cmpint (found.mean_us, <=, found.most_us);
    g_assert_cmpint (found.jitter_us, <=, found.most_us - found.least_us);
  }
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/icmp/reply-is-read", test_reply_is_read);
  g_test_add_func ("/icmp/checksum-comes-to-nothing", test_checksum);
  g_test_add_func ("/icmp/what-is-no-reply-is-refused", test_refused);
  g_test_add_func ("/icmp/error-names-its-request", test_error_about_a_request);
  g_test_add_func ("/icmp/errors-have-words", test_error_words);
  g_test_add_func ("/round-trips/table", test_round_trips);
  g_test_add_func ("/round-trips/loss-in-percent", test_loss);
  g_test_add_func ("/round-trips/any-lie-between-least-and-most", test_any_round_trips);
  return g_test_run ();
}
