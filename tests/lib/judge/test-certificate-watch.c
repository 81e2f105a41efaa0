/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-certificate-watch"

#include "config.h"

#include "certificate-watch.h"
#include "support.h"
#include "timetext.h"

#define NOW_AT (G_GINT64_CONSTANT (1795406400) * TOCSIN_US_PER_S)
#define USUAL  "21,14,7,3,1"

static const struct {
  const char *days;
  gint64 left_hours;
  gint64 threshold;
} cases[] = {
  { USUAL, 24 * 21, -1 },
  { USUAL, 24 * 21 - 1, 21 },
  { USUAL, 24 * 14, 21 },
  { USUAL, 24 * 14 - 1, 14 },
  { USUAL, 24 * 5, 7 },
  { USUAL, 23, 1 },
  { USUAL, -1, 1 },
  { "1,3,21", 48, 3 },
  { " 30 , 5", 24 * 20, 30 },
  { "none", 1, -1 },
  { "", 1, -1 },
  { NULL, 1, -1 },
  { "0", 1, -1 },
  { "0", -1, 0 },
  { "99999999999999999999", 1, 36500 },
};

static void
test_thresholds (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (tocsin_certificate_threshold (
                         cases[i].days, NOW_AT + cases[i].left_hours * TOCSIN_US_PER_HOUR, NOW_AT),
                     ==, cases[i].threshold);
}

static void
test_told_once_at_each (void)
{
  gint64 not_after = NOW_AT + 40 * TOCSIN_US_PER_DAY, told = -1;
  g_autoptr (GString) days = g_string_new (NULL);

  for (gint64 hour = 0; hour < 41 * 24; hour++)
    if (tocsin_certificate_is_news (USUAL, not_after, NOW_AT + hour * TOCSIN_US_PER_HOUR, &told))
      g_string_append_printf (days, "%" G_GINT64_FORMAT " ", told);
  g_assert_cmpstr (days->str, ==, "21 14 7 3 1 ");
}

static void
test_renewed_starts_over (void)
{
  gint64 told = -1, soon = NOW_AT + 2 * TOCSIN_US_PER_DAY;

  g_assert_true (tocsin_certificate_is_news (USUAL, soon, NOW_AT, &told));
  g_assert_false (tocsin_certificate_is_news (USUAL, soon, NOW_AT, &told));
  g_assert_false (
      tocsin_certificate_is_news (USUAL, NOW_AT + 90 * TOCSIN_US_PER_DAY, NOW_AT, &told));
  g_assert_cmpint (told, ==, -1);
  g_assert_true (tocsin_certificate_is_news (USUAL, soon, NOW_AT, &told));
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/certificate-watch/thresholds", test_thresholds);
  g_test_add_func ("/certificate-watch/told-once-at-each", test_told_once_at_each);
  g_test_add_func ("/certificate-watch/renewed-starts-over", test_renewed_starts_over);
  return g_test_run ();
}
