/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-assignment"

#include "config.h"

#include "assignment.h"
#include "support.h"

#define N_PROBES   20
#define N_MONITORS 10000

typedef struct {
  char *ids[N_PROBES];
  TocsinAssignee all[N_PROBES];
} Probes;

static const char *const eu[] = { "eu", NULL };
static const char *const both[] = { "us", "eu", NULL };

/* Ids that differ little, as those do that are made one after the other. Every second probe has the
 * label eu, every tenth us too. */
static void
probes_init (Probes *probes)
{
  for (guint i = 0; i < N_PROBES; i++) {
    probes->ids[i] = g_strdup_printf ("0190abcd-0000-7000-8000-0000000000%02x", i);
    probes->all[i] = (TocsinAssignee){ .id = probes->ids[i],
                                       .key = tocsin_assignment_key (probes->ids[i]),
                                       .labels = i % 10 == 0  ? both
                                                 : i % 2 == 0 ? eu
                                                              : NULL,
                                       .is_online = TRUE };
  }
}

static void
probes_clear (Probes *probes)
{
  for (guint i = 0; i < N_PROBES; i++)
    g_free (probes->ids[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Probes, probes_clear)

static guint64
monitor_key (guint i)
{
  g_autofree char *id = g_strdup_printf ("0190abce-0000-7000-8000-00000000%04x", i);

  return tocsin_assignment_key (id);
}

static guint
choose_any (const Probes *probes, guint monitor)
{
  guint chosen[TOCSIN_ASSIGNED_MOST];
  guint n = tocsin_assignment_choose (monitor_key (monitor), NULL, probes->all, N_PROBES, chosen);

  g_assert_cmpuint (n, ==, 1);
  return chosen[0];
}

static void
test_spread (void)
{
  g_auto (Probes) probes;
  guint counts[N_PROBES] = { 0 };

  probes_init (&probes);
  for (guint i = 0; i < N_MONITORS; i++)
    counts[choose_any (&probes, i)]++;
  for (guint i = 0; i < N_PROBES; i++) {
    g_assert_cmpuint (counts[i], >, N_MONITORS / N_PROBES * 8 / 10);
    g_assert_cmpuint (counts[i], <, N_MONITORS / N_PROBES * 12 / 10);
  }
}

/* Only the monitors of the probe that goes are moved, and all of them come back with it. */
static void
test_takeover (void)
{
  g_auto (Probes) probes;
  g_autofree guint *before = g_new (guint, N_MONITORS);

  probes_init (&probes);
  for (guint i = 0; i < N_MONITORS; i++)
    before[i] = choose_any (&probes, i);
  probes.all[7].is_online = FALSE;
  for (guint i = 0; i < N_MONITORS; i++) {
    guint now = choose_any (&probes, i);

    g_assert_true (before[i] == 7 ? now != 7 : now == before[i]);
  }
  probes.all[7].is_online = TRUE;
  for (guint i = 0; i < N_MONITORS; i++)
    g_assert_cmpuint (choose_any (&probes, i), ==, before[i]);
}

/* The order in which the probes are listed says nothing. */
static void
test_order (void)
{
  g_auto (Probes) probes;

  probes_init (&probes);
  for (guint i = 0; i < 500; i++) {
    const char *first = probes.all[choose_any (&probes, i)].id;
    TocsinAssignee swapped = probes.all[i % N_PROBES];

    probes.all[i % N_PROBES] = probes.all[(i * 7 + 3) % N_PROBES];
    probes.all[(i * 7 + 3) % N_PROBES] = swapped;
    g_assert_cmpstr (probes.all[choose_any (&probes, i)].id, ==, first);
  }
}

#define ID_3 "0190abcd-0000-7000-8000-000000000003"
#define ID_4 "0190abcd-0000-7000-8000-000000000004"

/* Who is chosen as a bit each; probe 4 is silent. */
static const struct {
  const char *wanted; /* with commas */
  guint chosen;
  const char *nobody;
} lists[] = {
  { "all", 0xfffef, "none of the team’s probes is online" },
  { "label:us", 0x00401, "no probe with the label “us” is online" },
  { "label:eu", 0x55545, "no probe with the label “eu” is online" },
  { ID_3, 0x00008, "none of the probes that are to check it is online" },
  { ID_3 ",label:us", 0x00409, "none of the probes that are to check it is online" },
  { ID_3 "," ID_4, 0x00008, "none of the probes that are to check it is online" },
  { ID_4, 0, "none of the probes that are to check it is online" },
  { "label:mars", 0, "no probe with the label “mars” is online" },
};

static void
test_lists (void)
{
  g_auto (Probes) probes;

  probes_init (&probes);
  probes.all[4].is_online = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++) {
    g_auto (GStrv) wanted = g_strsplit (lists[i].wanted, ",", -1);
    g_autofree char *nobody = tocsin_assignment_explain_nobody ((const char *const *) wanted);
    guint chosen[TOCSIN_ASSIGNED_MOST], bits = 0;
    guint n = tocsin_assignment_choose (monitor_key (i), (const char *const *) wanted, probes.all,
                                        N_PROBES, chosen);

    g_test_message ("%s", lists[i].wanted);
    for (guint k = 0; k < n; k++)
      bits |= 1u << chosen[k];
    g_assert_cmphex (bits, ==, lists[i].chosen);
    g_assert_cmpstr (nobody, ==, lists[i].nobody);
  }
}

static void
test_any (void)
{
  static const char *const any[] = { "any", NULL }, *const none[] = { NULL };
  g_auto (Probes) probes;
  guint chosen[TOCSIN_ASSIGNED_MOST];

  probes_init (&probes);
  for (guint i = 0; i < 100; i++) {
    guint one = choose_any (&probes, i);

    g_assert_cmpuint (tocsin_assignment_choose (monitor_key (i), any, probes.all, N_PROBES, chosen),
                      ==, 1);
    g_assert_cmpuint (chosen[0], ==, one);
    g_assert_cmpuint (
        tocsin_assignment_choose (monitor_key (i), none, probes.all, N_PROBES, chosen), ==, 1);
    g_assert_cmpuint (chosen[0], ==, one);
  }
  for (guint i = 0; i < N_PROBES; i++)
    probes.all[i].is_online = FALSE;
  g_assert_cmpuint (tocsin_assignment_choose (monitor_key (0), any, probes.all, N_PROBES, chosen),
                    ==, 0);
  g_assert_cmpuint (tocsin_assignment_choose (monitor_key (0), NULL, NULL, 0, chosen), ==, 0);
}

/* Above the judge's limit the rest has no vote, and so does not check. */
static void
test_many (void)
{
  static const char *const all[] = { "all", NULL };
  g_autofree TocsinAssignee *probes = g_new0 (TocsinAssignee, TOCSIN_ASSIGNED_MOST * 2);
  guint chosen[TOCSIN_ASSIGNED_MOST];

  for (guint i = 0; i < TOCSIN_ASSIGNED_MOST * 2; i++)
    probes[i] = (TocsinAssignee){ .id = "x", .key = i, .is_online = i % 2 == 0 || i > 100 };
  g_assert_cmpuint (tocsin_assignment_choose (1, all, probes, TOCSIN_ASSIGNED_MOST * 2, chosen), ==,
                    TOCSIN_ASSIGNED_MOST);
}

int
main (int argc, char *argv[])
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/assignment/monitors-are-spread-evenly", test_spread);
  g_test_add_func ("/assignment/a-probe-that-goes-moves-only-its-own", test_takeover);
  g_test_add_func ("/assignment/the-order-of-probes-says-nothing", test_order);
  g_test_add_func ("/assignment/lists-and-labels-are-all-of-them", test_lists);
  g_test_add_func ("/assignment/any-is-one-or-nobody", test_any);
  g_test_add_func ("/assignment/no-more-than-may-vote", test_many);
  return g_test_run ();
}
