/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-sidebar-filter"

#include "config.h"

#include "sidebar-filter.h"
#include "support.h"

/* --- which are shown --- */

typedef struct {
  const char *name;
  const char *text;
  guint states;
  const char *tag;
  gboolean matches;
} Case;

#define UP   (1u << TOCSIN_STATE_UP)
#define DOWN (1u << TOCSIN_STATE_DOWN)

/* Against “Café Shop”, which is down, of https://shop.example.org, tags “prod” and “eu”, project
 * “Retail”. */
static const Case cases[] = {
  { "nothing-is-asked-for", NULL, 0, NULL, TRUE },
  { "empty-text", "", 0, NULL, TRUE },
  { "name-in-another-case", "sHOP", 0, NULL, TRUE },
  { "target", "example.org", 0, NULL, TRUE },
  { "tag-as-text", "prod", 0, NULL, TRUE },
  { "project", "retail", 0, NULL, TRUE },
  { "state-in-english", "down", 0, NULL, TRUE },
  { "state-as-translated", "gestört", 0, NULL, TRUE },
  { "decomposed-letters", "cafe\xcc\x81", 0, NULL, TRUE },
  { "all-words-in-any-order", "eu  shop", 0, NULL, TRUE },
  { "one-word-is-missing", "shop mail", 0, NULL, FALSE },
  { "no-word-spans-two-members", "orgprod", 0, NULL, FALSE },
  { "its-state-among-others", NULL, UP | DOWN, NULL, TRUE },
  { "another-state", NULL, UP, NULL, FALSE },
  { "its-tag", NULL, 0, "eu", TRUE },
  { "a-part-of-its-tag", NULL, 0, "e", FALSE },
  { "all-must-match", "shop", UP, "eu", FALSE },
};

static void
test_matches (gconstpointer data)
{
  const Case *test = data;
  const char *const tags[] = { "prod", "eu", NULL };
  TocsinStatus status = {
    .name = (char *) "Café Shop",
    .target = (char *) "https://shop.example.org",
    .state = TOCSIN_STATE_DOWN,
    .tags = (char **) tags,
    .project = (char *) "Retail",
  };
  TocsinSidebarFilter filter = { (char *) test->text, test->states, (char *) test->tag };

  g_assert_cmpint (tocsin_sidebar_filter_matches (&filter, &status, "Gestört"), ==, test->matches);
  g_assert_cmpint (tocsin_sidebar_filter_is_set (&filter), ==,
                   (test->text != NULL && *test->text != '\0') || test->states != 0 ||
                       test->tag != NULL);
}

static void
test_bare_monitor (void)
{
  TocsinStatus status = { .name = (char *) "Backup", .state = TOCSIN_STATE_NEW };
  TocsinSidebarFilter filter = { (char *) "back", 0, NULL };

  g_assert_true (tocsin_sidebar_filter_matches (&filter, &status, "New"));
  filter.tag = (char *) "prod";
  g_assert_false (tocsin_sidebar_filter_matches (&filter, &status, "New"));
}

/* --- in which order --- */

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return tocsin_sidebar_key_compare (a, b);
}

/* The order is right whatever order they came in. */
static void
test_orders (void)
{
  const TocsinSidebarKey sorted[] = {
    { .is_problem = TRUE, .rank = 0, .since = 900, .name_key = "z", .id = "down-new" },
    { .is_problem = TRUE, .rank = 0, .since = 100, .name_key = "a", .id = "down-old" },
    { .is_problem = TRUE,
      .rank = 1,
      .since = 999,
      .group_key = "g",
      .name_key = "a",
      .id = "slow" },
    { .group_key = "alpha", .name_key = "b", .id = "1" },
    { .group_key = "beta", .name_key = "a", .id = "1" },
    { .group_key = "beta", .name_key = "a", .id = "2" },
    { .group_key = "beta", .name_key = "b", .rank = 7, .since = 5, .id = "0" },
    { .name_key = "a", .id = "no project" },
  };
  const guint n = G_N_ELEMENTS (sorted);

  for (guint turn = 0; turn < n; turn++) {
    g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (TocsinSidebarKey));

    for (guint i = 0; i < n; i++)
      g_array_append_val (keys, sorted[(i * 3 + turn) % n]);
    g_array_sort (keys, compare_keys);
    for (guint i = 0; i < n; i++)
      g_assert_cmpmem (&g_array_index (keys, TocsinSidebarKey, i), sizeof sorted[i], &sorted[i],
                       sizeof sorted[i]);
  }
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strdup_printf ("/sidebar-filter/%s", cases[i].name);

    g_test_add_data_func (path, &cases[i], test_matches);
  }
  g_test_add_func ("/sidebar-filter/bare-monitor", test_bare_monitor);
  g_test_add_func ("/sidebar-filter/orders", test_orders);
  return g_test_run ();
}
