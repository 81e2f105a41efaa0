/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-live"

#include "config.h"

#include <string.h>

#include "live.h"
#include "ring.h"
#include "screen.h"
#include "show.h"
#include "support.h"
#include "timetext.h"

#define NOW_US (20000 * TOCSIN_US_PER_DAY)

/* --- text that fits --- */

static const struct {
  const char *text;
  guint width;
  const char *fitted;
} fits[] = {
  { "shop", 6, "shop  " },
  { "shop", 4, "shop" },
  { "shop.example.org", 5, "shop…" },
  { "shop", 1, "…" },
  { "shop", 0, "" },
  { "", 3, "   " },
  { "日本", 4, "日本" },
  { "日本語", 4, "日… " }, /* two columns each: half a character is not drawn */
  { "e\xcc\x81t\xc3\xa9", 4, "e\xcc\x81t\xc3\xa9 " }, /* an accent has no column */
  { "a\033[31mb", 7, "a [31mb" },
  { "a\nb\tc", 5, "a b c" },
};

static void
test_text_fits (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (fits); i++) {
    g_autofree char *fitted = tocsin_show_fit (fits[i].text, fits[i].width);

    g_assert_cmpstr (fitted, ==, fits[i].fitted);
    g_assert_cmpuint (tocsin_show_width (fitted), ==, fits[i].width);
  }
}

static void
test_clipped_lines_keep_their_colors (void)
{
  static const struct {
    const char *line;
    guint width;
    const char *clipped;
  } lines[] = {
    { "shop", 10, "shop" },
    { "shop", 2, "sh" },
    { "\033[1;31mshop\033[0m up", 3, "\033[1;31msho\033[0m" },
    { "日本", 3, "日" },
    { "a\033b", 3, "a\033b" }, /* no colour */
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree char *clipped = tocsin_show_clip (lines[i].line, lines[i].width);

    g_assert_cmpstr (clipped, ==, lines[i].clipped);
  }
}

static void
test_sparklines (void)
{
  static const struct {
    const char *recent;
    guint most;
    const char *line;
  } lines[] = {
    { "", 10, "" },          { "0,0", 10, "▁▁" }, { "10,80,x,-,40", 10, "▁█╳·▄" },
    { "80,10,20", 2, "▄█" }, /* the newest, scaled among themselves */
    { "5", 1, "█" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_auto (GStrv) recent = *lines[i].recent != '\0' ? g_strsplit (lines[i].recent, ",", -1) : NULL;
    g_autofree char *line = tocsin_show_sparkline (recent, lines[i].most);

    g_assert_cmpstr (line, ==, lines[i].line);
  }
}

/* --- the table --- */

static TocsinStatus *
make_status (guint i)
{
  TocsinStatus *status = tocsin_status_new ();

  status->name = g_strdup_printf ("monitor %02u 日本語", i);
  status->target = g_strdup ("https://a.very.long.name.example.org/with/a/long/path");
  status->state = i % TOCSIN_N_STATES;
  status->since = NOW_US - i * TOCSIN_US_PER_HOUR;
  status->uptime[TOCSIN_WINDOW_24H] = 1 - i / 100.0;
  status->recent = g_strsplit ("10,20,x,-,400", ",", -1);
  status->last_sample = tocsin_sample_new (NOW_US, TOCSIN_OUTCOME_OK);
  status->last_sample->latency_us = (i * 7 % 30) * TOCSIN_US_PER_MS;
  return status;
}

static GPtrArray *
make_statuses (guint n)
{
  GPtrArray *statuses = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_status_free);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (statuses, make_status (i));
  return statuses;
}

/* The selected row is marked by an escape, which takes no columns. */
static guint
visible_width (const char *line)
{
  g_auto (GStrv) parts = g_strsplit (line, "\033[7m", -1);
  g_autofree char *plain = g_strjoinv ("", parts);

  g_assert_null (strchr (plain, '\033'));
  return tocsin_show_width (plain);
}

/* As many lines as the screen has rows, none wider than it, on every screen that there could be. */
static void
test_table_fits_every_screen (void)
{
  static const guint counts[] = { 0, 1, 30 };

  for (guint c = 0; c < G_N_ELEMENTS (counts); c++) {
    g_autoptr (GPtrArray) statuses = make_statuses (counts[c]);

    for (guint columns = 1; columns <= 200; columns += columns < 60 ? 1 : 7)
      for (guint rows = 1; rows <= 60; rows += 3) {
        TocsinLiveView view = { .columns = columns, .rows = rows, .held = rows % 2 == 0 };
        g_autoptr (GPtrArray) lines = tocsin_live_render (&view, statuses, NOW_US);

        g_assert_cmpuint (lines->len, ==, rows);
        for (guint i = 0; i < lines->len; i++)
          g_assert_cmpuint (visible_width (lines->pdata[i]), <=, columns);
      }
  }
}

static gboolean
is_shown (const GPtrArray *lines, const char *name)
{
  for (guint i = 0; i < lines->len; i++)
    if (strstr (lines->pdata[i], name) != NULL)
      return TRUE;
  return FALSE;
}

static void
test_selected_row_is_always_seen (void)
{
  static const guint walk[] = { 0, 29, 15, 3, 28, 0 };
  g_autoptr (GPtrArray) statuses = make_statuses (30);
  TocsinLiveView view = { .columns = 120, .rows = 14 };

  for (guint i = 0; i < G_N_ELEMENTS (walk); i++) {
    g_autofree char *name = g_strdup_printf ("monitor %02u", walk[i]);
    g_autoptr (GPtrArray) lines = NULL;

    view.selected = walk[i];
    lines = tocsin_live_render (&view, statuses, NOW_US);
    g_assert_true (is_shown (lines, name));
  }
}

static void
test_sorts (void)
{
  g_autoptr (GPtrArray) statuses = make_statuses (30);

  tocsin_live_sort (statuses, TOCSIN_LIVE_BY_LATENCY);
  for (guint i = 1; i < statuses->len; i++)
    g_assert_cmpint (((TocsinStatus *) statuses->pdata[i - 1])->last_sample->latency_us, >=,
                     ((TocsinStatus *) statuses->pdata[i])->last_sample->latency_us);
  tocsin_live_sort (statuses, TOCSIN_LIVE_BY_UPTIME);
  for (guint i = 1; i < statuses->len; i++)
    g_assert_cmpfloat (((TocsinStatus *) statuses->pdata[i - 1])->uptime[TOCSIN_WINDOW_24H], <=,
                       ((TocsinStatus *) statuses->pdata[i])->uptime[TOCSIN_WINDOW_24H]);
  tocsin_live_sort (statuses, TOCSIN_LIVE_BY_NAME);
  for (guint i = 1; i < statuses->len; i++)
    g_assert_cmpstr (((TocsinStatus *) statuses->pdata[i - 1])->name, <,
                     ((TocsinStatus *) statuses->pdata[i])->name);
}

/* --- keys --- */

static void
test_keys_are_read_one_by_one (void)
{
  static const struct {
    const char *text;
    guint keys[4]; /* until 0 */
  } cases[] = {
    { "q", { 'q' } },
    { "\033[Aj\033OB", { TOCSIN_KEY_UP, 'j', TOCSIN_KEY_DOWN } },
    { "\033[5~\033[6~", { TOCSIN_KEY_PAGE_UP, TOCSIN_KEY_PAGE_DOWN } },
    { "\033[H\033[4~", { TOCSIN_KEY_HOME, TOCSIN_KEY_END } },
    { "\r\n", { TOCSIN_KEY_ENTER, TOCSIN_KEY_ENTER } },
    { "\033", { TOCSIN_KEY_ESCAPE } },
    { "\033q", { TOCSIN_KEY_ESCAPE, 'q' } },
    { "\033[99X", { TOCSIN_KEY_ESCAPE } }, /* one that nobody knows does nothing else */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const char *at = cases[i].text;

    for (guint k = 0; k < 4 && cases[i].keys[k] != 0; k++)
      g_assert_cmpuint (tocsin_screen_read_key (&at), ==, cases[i].keys[k]);
    g_assert_cmpstr (at, ==, "");
  }
}

/* --- the end of a job's output --- */

static void
test_ring_keeps_the_end (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);

  for (guint turn = 0; turn < 500; turn++) {
    gsize limit = (gsize) g_rand_int_range (rand, 1, 40);
    g_autoptr (GByteArray) all = g_byte_array_new ();
    g_auto (TocsinRing) ring = { 0 };

    tocsin_ring_init (&ring, limit);
    for (guint put = 0; put < 12; put++) {
      guint8 data[64];
      gsize size = (gsize) g_rand_int_range (rand, 0, 64);
      g_autoptr (GBytes) end = NULL;
      gsize kept;

      for (gsize i = 0; i < size; i++)
        data[i] = (guint8) g_rand_int (rand);
      tocsin_ring_put (&ring, data, size);
      g_byte_array_append (all, data, (guint) size);
      end = tocsin_ring_get (&ring);
      kept = MIN (limit, all->len);
      g_assert_cmpmem (g_bytes_get_data (end, NULL), g_bytes_get_size (end),
                       all->data + all->len - kept, kept);
    }
  }
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/show/text-fits", test_text_fits);
  g_test_add_func ("/show/clipped-lines-keep-their-colors", test_clipped_lines_keep_their_colors);
  g_test_add_func ("/show/sparklines", test_sparklines);
  g_test_add_func ("/live/table-fits-every-screen", test_table_fits_every_screen);
  g_test_add_func ("/live/selected-row-is-always-seen", test_selected_row_is_always_seen);
  g_test_add_func ("/live/sorts", test_sorts);
  g_test_add_func ("/screen/keys-are-read-one-by-one", test_keys_are_read_one_by_one);
  g_test_add_func ("/ring/keeps-the-end", test_ring_keeps_the_end);
  return g_test_run ();
}
