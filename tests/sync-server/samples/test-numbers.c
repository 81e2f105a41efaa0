/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-numbers"

#include "config.h"

#include "numbers.h"
#include "support.h"

/* Numbers in order, and what is known then: "contiguous {ranges}". A number below 0 settles. */
static const struct {
  gint64 numbers[12];
  const char *known;
} cases[] = {
  { { 1, 2, 3 }, "3 {}" },      { { 3, 2, 1 }, "3 {}" },          { { 1, 3, 5 }, "1 {3,3,5,5}" },
  { { 5, 3, 4 }, "0 {3,5}" },   { { 2, 3, 5, 6, 4, 1 }, "6 {}" }, { { 10, 12, -11 }, "10 {12,12}" },
  { { 10, 12, -12 }, "12 {}" }, { { 10, 12, -100 }, "99 {}" },    { { 1, 2, 3, -2 }, "3 {}" },
  { { 7, 7, 7 }, "0 {7,7}" },
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (TocsinNumbers) numbers = { 0 };
    g_auto (TocsinNumbers) again = { 0 };
    g_autofree char *text = NULL, *known = NULL;

    tocsin_numbers_init (&numbers, 0);
    for (guint k = 0; cases[i].numbers[k] != 0; k++)
      if (cases[i].numbers[k] < 0)
        tocsin_numbers_settle (&numbers, -cases[i].numbers[k]);
      else
        tocsin_numbers_add (&numbers, cases[i].numbers[k]);
    text = tocsin_numbers_print (&numbers);
    known = g_strdup_printf ("%" G_GINT64_FORMAT " %s", numbers.contiguous, text);
    g_assert_cmpstr (known, ==, cases[i].known);
    tocsin_numbers_init (&again, numbers.contiguous);
    g_assert_true (tocsin_numbers_parse (&again, text));
    g_assert_cmpuint (again.ranges->len, ==, numbers.ranges->len);
  }
}

/* In any order each number counts exactly once. */
static void
test_random (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();

  for (guint round = 0; round < 50; round++) {
    g_auto (TocsinNumbers) numbers = { 0 };
    gboolean seen[301] = { FALSE };
    gint64 contiguous = 0;

    tocsin_numbers_init (&numbers, 0);
    for (guint i = 0; i < 1500; i++) {
      gint64 number = g_rand_int_range (rand, 1, 301);

      g_assert_true (tocsin_numbers_add (&numbers, number) == !seen[number]);
      seen[number] = TRUE;
      while (contiguous < 300 && seen[contiguous + 1])
        contiguous++;
      g_assert_cmpint (numbers.contiguous, ==, contiguous);
    }
  }
}

static void
test_nonsense (void)
{
  static const char *const texts[] = { "",       "{",         "{1}",         "{1,2",
                                       "{2,1}",  "{5,6,6,7}", "{5,6,7,8}",   "{x,y}",
                                       "{5,6} ", "{5,6,}",    "{-5,-4,1,2}", "{1,1}" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_auto (TocsinNumbers) numbers = { 0 };

    tocsin_numbers_init (&numbers, 0);
    g_test_message ("%s", texts[i]);
    g_assert_false (tocsin_numbers_parse (&numbers, texts[i]));
  }
}

/* A probe that leaves gaps without end is stopped, and goes on once it settles them. */
static void
test_limit (void)
{
  g_auto (TocsinNumbers) numbers = { 0 };

  tocsin_numbers_init (&numbers, 0);
  for (gint64 i = 1; i <= TOCSIN_NUMBERS_RANGES; i++)
    g_assert_true (tocsin_numbers_add (&numbers, 2 * i));
  g_assert_false (tocsin_numbers_add (&numbers, 4 * TOCSIN_NUMBERS_RANGES));
  tocsin_numbers_settle (&numbers, 3 * TOCSIN_NUMBERS_RANGES);
  g_assert_cmpuint (numbers.ranges->len, ==, 0);
  g_assert_true (tocsin_numbers_add (&numbers, 4 * TOCSIN_NUMBERS_RANGES));
}

int
main (int argc, char *argv[])
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/numbers/ranges-become-contiguous", test_cases);
  g_test_add_func ("/numbers/each-counts-once-in-any-order", test_random);
  g_test_add_func ("/numbers/nonsense-is-refused", test_nonsense);
  g_test_add_func ("/numbers/gaps-have-a-limit", test_limit);
  return g_test_run ();
}
