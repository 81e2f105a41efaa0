/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-gate"

#include "config.h"

#include "gate.h"
#include "support.h"

typedef struct {
  TocsinTicket ticket;
  char name;
} Guest;

static void
enter (TocsinGate *gate, Guest *guest, const char *host, gboolean at_once)
{
  guest->ticket.host = host;
  g_assert_cmpint (tocsin_gate_enter (gate, &guest->ticket, guest), ==, at_once);
}

static void
test_limits_hold_a_host_and_overall (void)
{
  g_autoptr (TocsinGate) gate = tocsin_gate_new (3, 2);
  Guest a1 = { 0 }, a2 = { 0 }, a3 = { 0 }, b1 = { 0 }, c1 = { 0 };

  enter (gate, &a1, "a", TRUE);
  enter (gate, &a2, "a", TRUE);
  enter (gate, &a3, "a", FALSE); /* two at host a */
  enter (gate, &b1, "b", TRUE);
  enter (gate, &c1, "c", FALSE); /* three overall */
  g_assert_null (tocsin_gate_next (gate));

  tocsin_gate_leave (gate, &a1.ticket);
  g_assert_true (tocsin_gate_next (gate) == &c1); /* it waited for a place overall first */
  g_assert_null (tocsin_gate_next (gate));
  tocsin_gate_leave (gate, &b1.ticket);
  g_assert_true (tocsin_gate_next (gate) == &a3);
  tocsin_gate_leave (gate, &a2.ticket);
  tocsin_gate_leave (gate, &a3.ticket);
  tocsin_gate_leave (gate, &c1.ticket);
}

static void
test_who_waits_may_give_up (void)
{
  g_autoptr (TocsinGate) gate = tocsin_gate_new (1, 1);
  Guest a1 = { 0 }, a2 = { 0 }, b1 = { 0 };

  enter (gate, &a1, "a", TRUE);
  enter (gate, &a2, "a", FALSE);
  enter (gate, &b1, "b", FALSE);
  tocsin_gate_leave (gate, &a2.ticket);
  tocsin_gate_leave (gate, &b1.ticket);
  tocsin_gate_leave (gate, &a1.ticket);
  g_assert_null (tocsin_gate_next (gate));
}

#define N_GUESTS    60
#define N_HOSTS     7
#define MOST        12
#define MOST_A_HOST 3

/* Random comings and goings: never more than may be, nobody starves, nobody comes out twice. */
static void
test_random_crowd_keeps_the_limits (void)
{
  static const char *const hosts[N_HOSTS] = { "", "b", "c", "d", "e", "f", "g" };
  g_autoptr (GRand) rand = tocsin_test_rand ();
  g_autoptr (TocsinGate) gate = tocsin_gate_new (MOST, MOST_A_HOST);
  Guest guests[N_GUESTS] = { 0 };
  gboolean here[N_GUESTS] = { FALSE };

  for (guint step = 0; step < 100000; step++) {
    guint pick = (guint) g_rand_int_range (rand, 0, N_GUESTS);
    guint n_running = 0, n_by_host[N_HOSTS] = { 0 };
    Guest *next;

    if (!here[pick]) {
      guests[pick].ticket.host = hosts[pick % N_HOSTS];
      tocsin_gate_enter (gate, &guests[pick].ticket, &guests[pick]);
    } else {
      tocsin_gate_leave (gate, &guests[pick].ticket);
    }
    here[pick] = !here[pick];
    while ((next = tocsin_gate_next (gate)) != NULL)
      g_assert_true (here[next - guests] && next->ticket.running);

    for (guint i = 0; i < N_GUESTS; i++) {
      n_running += here[i] && guests[i].ticket.running;
      n_by_host[i % N_HOSTS] += here[i] && guests[i].ticket.running;
    }
    g_assert_cmpuint (n_running, <=, MOST);
    for (guint i = 1; i < N_HOSTS; i++)
      g_assert_cmpuint (n_by_host[i], <=, MOST_A_HOST);
    for (guint i = 0; i < N_GUESTS; i++) /* who could run, runs */
      if (here[i] && !guests[i].ticket.running && n_running < MOST)
        g_assert_cmpuint (n_by_host[i % N_HOSTS], ==, MOST_A_HOST);
  }
  for (guint i = 0; i < N_GUESTS; i++)
    if (here[i])
      tocsin_gate_leave (gate, &guests[i].ticket);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/gate/limits-hold-a-host-and-overall", test_limits_hold_a_host_and_overall);
  g_test_add_func ("/gate/who-waits-may-give-up", test_who_waits_may_give_up);
  g_test_add_func ("/gate/random-crowd-keeps-the-limits", test_random_crowd_keeps_the_limits);
  return g_test_run ();
}
