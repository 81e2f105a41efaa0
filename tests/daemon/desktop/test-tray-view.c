/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-tray-view"

#include "config.h"

#include "settings.h"
#include "support.h"
#include "timetext.h"
#include "tray-icon.h"
#include "tray-view.h"

#define NOW_US (G_GINT64_CONSTANT (1790000000) * TOCSIN_US_PER_S) /* 2026-09-21 14:13:20 UTC */

/* --- the icon's state --- */

static const struct {
  const char *name;
  gint64 n[TOCSIN_N_STATES]; /* new, up, degraded, confirming, down, paused, maintenance, unknown */
  gboolean offline;
  gint64 paused_until;
  TocsinTrayLook look;
  guint count;
  const char *line;
} looks[] = {
  { "nothing", { 0 }, FALSE, 0, TOCSIN_TRAY_UNKNOWN, 0, "Nothing is watched yet" },
  { "all-up", { 0, 9 }, FALSE, 0, TOCSIN_TRAY_UP, 0, "9 up" },
  { "one-down", { 0, 9, 2, 0, 1 }, FALSE, 0, TOCSIN_TRAY_DOWN, 1, "1 down, 2 degraded, 9 up" },
  { "degraded", { 0, 9, 2 }, FALSE, 0, TOCSIN_TRAY_DEGRADED, 2, "2 degraded, 9 up" },
  { "confirming-is-not-yet-bad", { 0, 9, 0, 1 }, FALSE, 0, TOCSIN_TRAY_UP, 0, "1 failing, 9 up" },
  { "offline-hides-the-rest",
    { 0, 0, 0, 0, 3 },
    TRUE,
    0,
    TOCSIN_TRAY_OFFLINE,
    0,
    "This computer is offline" },
  { "paused-alerts", { 0, 9 }, FALSE, NOW_US + 1, TOCSIN_TRAY_PAUSED, 0, "9 up" },
  { "paused-alerts-hide-no-outage",
    { 0, 9, 0, 0, 1 },
    FALSE,
    NOW_US + 1,
    TOCSIN_TRAY_DOWN,
    1,
    "1 down, 9 up" },
  { "all-paused", { 0, 0, 0, 0, 0, 2 }, FALSE, 0, TOCSIN_TRAY_PAUSED, 0, "2 paused" },
  { "nobody-looked",
    { 2, 0, 0, 0, 0, 1, 0, 1 },
    FALSE,
    0,
    TOCSIN_TRAY_UNKNOWN,
    0,
    "1 unknown, 1 paused, 2 new" },
};

static void
test_look (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data), count;
  TocsinTrayView view = { .offline = looks[i].offline, .paused_until = looks[i].paused_until };
  g_autofree char *line = NULL;

  for (guint state = 0; state < TOCSIN_N_STATES; state++)
    view.n_monitors += view.n_by_state[state] = looks[i].n[state];
  g_assert_cmpuint (tocsin_tray_view_get_look (&view, &count), ==, looks[i].look);
  g_assert_cmpuint (count, ==, looks[i].count);
  line = tocsin_tray_view_describe (&view);
  g_assert_cmpstr (line, ==, looks[i].line);
}

/* --- the menu --- */

static void
add_problem (TocsinTrayView *view, const char *name, TocsinState state, gint64 since)
{
  TocsinStatus *status = tocsin_status_new ();

  status->id = g_strdup_printf ("id of %s", name);
  status->name = g_strdup (name);
  status->state = state;
  status->since = since;
  g_ptr_array_add (view->problems, status);
  view->n_by_state[state]++;
  view->n_monitors++;
}

static char *
describe_menu (const GPtrArray *menu)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < menu->len; i++) {
    const TocsinMenuItem *item = menu->pdata[i];

    g_string_append_printf (text, "%s%s%s%s\n", item->action == TOCSIN_MENU_LINE ? "(" : "",
                            item->label != NULL ? item->label : "--",
                            item->action == TOCSIN_MENU_LINE ? ")" : "",
                            item->action == TOCSIN_MENU_SHOW_MONITOR ? " →" : "");
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_menu_names_problems (void)
{
  g_auto (TocsinTrayView) view = { 0 };
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GPtrArray) menu = NULL;
  g_autofree char *text = NULL;

  view.problems = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_status_free);
  add_problem (&view, "Shop", TOCSIN_STATE_DOWN, NOW_US - 12 * TOCSIN_US_PER_MIN);
  add_problem (&view, "my_mail", TOCSIN_STATE_DEGRADED, NOW_US - 50 * TOCSIN_US_PER_HOUR);
  menu = tocsin_tray_menu_new (&view, utc, NOW_US);
  text = describe_menu (menu);
  g_assert_cmpstr (text, ==,
                   "(1 down, 1 degraded)\n--\n"
                   "✕ Shop: down for 12 min →\n! my_mail: degraded for 2 days 2 h →\n--\n"
                   "Check all now\nPause alerts for 1 hour\nPause alerts until tomorrow\n--\n"
                   "Open Tocsin\nQuit\n");
  g_assert_cmpstr (((TocsinMenuItem *) menu->pdata[2])->target, ==, "id of Shop");
}

static void
test_menu_resumes_what_is_paused (void)
{
  g_auto (TocsinTrayView)
      view = { .n_monitors = 1, .paused_until = NOW_US + 30 * TOCSIN_US_PER_MIN };
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GPtrArray) menu = NULL, later = NULL;
  g_autofree char *text = NULL, *later_text = NULL;

  view.n_by_state[TOCSIN_STATE_UP] = 1;
  menu = tocsin_tray_menu_new (&view, utc, NOW_US);
  text = describe_menu (menu);
  g_assert_cmpstr (text, ==,
                   "(1 up)\n--\nCheck all now\n(Alerts are paused until 14:43)\nResume alerts\n"
                   "--\nOpen Tocsin\nQuit\n");
  view.paused_until = tocsin_tray_get_tomorrow (utc, NOW_US);
  later = tocsin_tray_menu_new (&view, utc, NOW_US);
  later_text = describe_menu (later);
  g_assert_nonnull (strstr (later_text, "(Alerts are paused until Tuesday, 08:00)"));
}

static void
test_menu_ends_where_it_gets_long (void)
{
  g_auto (TocsinTrayView) view = { 0 };
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GPtrArray) menu = NULL;
  g_autofree char *text = NULL;

  view.problems = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_status_free);
  for (guint i = 0; i < 40; i++)
    add_problem (&view, "Shop", TOCSIN_STATE_DOWN, NOW_US);
  menu = tocsin_tray_menu_new (&view, utc, NOW_US);
  text = describe_menu (menu);
  g_assert_nonnull (strstr (text, "30 more…\n"));
  g_assert_cmpuint (menu->len, ==, 2 + 10 + 1 + 1 + 3 + 1 + 2);
}

static const struct {
  const char *now, *zone, *tomorrow;
} tomorrows[] = {
  { "2026-11-23T15:00:00Z", "UTC", "2026-11-24T08:00:00Z" },
  { "2026-11-23T02:00:00Z", "UTC", "2026-11-23T08:00:00Z" },
  { "2026-11-23T05:00:00Z", "UTC", "2026-11-24T08:00:00Z" },
  { "2026-11-23T23:30:00Z", "Europe/Berlin", "2026-11-24T07:00:00Z" },
  { "2026-10-24T20:00:00Z", "Europe/Berlin", "2026-10-25T07:00:00Z" }, /* clocks are put back */
};

static void
test_tomorrow_is_the_next_morning (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (tomorrows); i++) {
    g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (tomorrows[i].zone);
    g_autofree char *text = NULL;
    gint64 now_us;

    g_assert_true (tocsin_time_from_text (tomorrows[i].now, &now_us, NULL));
    text = tocsin_time_to_text (tocsin_tray_get_tomorrow (zone, now_us));
    g_assert_cmpstr (text, ==, tomorrows[i].tomorrow);
  }
}

/* --- the picture --- */

static void
test_pictures_differ_by_state_and_count (void)
{
  static const guint sizes[] = { 16, 22, 32, 48 };
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint look = 0; look < TOCSIN_TRAY_N_LOOKS; look++)
      for (guint count = 0; count <= 10; count++) {
        GBytes *picture = tocsin_tray_icon_draw (look, count, sizes[i]);

        g_assert_cmpuint (g_bytes_get_size (picture), ==, sizes[i] * sizes[i] * 4);
        g_assert_true (g_hash_table_add (seen, picture));
      }
}

static void
test_bytes_are_in_network_order (void)
{
  g_autoptr (GBytes) picture = tocsin_tray_icon_draw (TOCSIN_TRAY_DOWN, 0, 16);
  g_autoptr (GBytes) rgba = tocsin_tray_icon_to_rgba (picture);
  const guint8 *argb = g_bytes_get_data (picture, NULL), *other = g_bytes_get_data (rgba, NULL);
  gsize top = (1 * 16 + 8) * 4; /* red, above the cross */

  g_assert_cmpmem (argb, 4, ((guint8[]){ 0, 0, 0, 0 }), 4); /* a corner is nothing */
  g_assert_cmpmem (argb + top, 4, ((guint8[]){ 0xff, 0xe0, 0x1b, 0x24 }), 4);
  g_assert_cmpmem (other + top, 4, ((guint8[]){ 0xe0, 0x1b, 0x24, 0xff }), 4);
}

/* --- quiet hours --- */

static const struct {
  const char *from, *to, *zone, *now, *until; /* until NULL: it is not quiet */
} hours[] = {
  { "22:00", "07:00", "UTC", "2026-11-23T21:59:59Z", NULL },
  { "22:00", "07:00", "UTC", "2026-11-23T22:00:00Z", "2026-11-24T07:00:00Z" },
  { "22:00", "07:00", "UTC", "2026-11-24T03:00:00Z", "2026-11-24T07:00:00Z" },
  { "22:00", "07:00", "UTC", "2026-11-24T07:00:00Z", NULL },
  { "12:00", "13:30", "UTC", "2026-11-24T12:15:00Z", "2026-11-24T13:30:00Z" },
  { "12:00", "13:30", "UTC", "2026-11-24T11:15:00Z", NULL },
  { "12:00", "12:00", "UTC", "2026-11-24T12:00:00Z", NULL },
  { "22:00", "07:00", "America/New_York", "2026-11-24T04:00:00Z", "2026-11-24T12:00:00Z" },
  { "22:00", "07:00", "Europe/Berlin", "2026-03-28T22:00:00Z", "2026-03-29T05:00:00Z" },
};

static void
test_quiet_hours_follow_the_local_clock (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (hours); i++) {
    TocsinSettings settings = TOCSIN_SETTINGS_DEFAULT;
    g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (hours[i].zone);
    gint64 now_us, until_us;

    settings.quiet_hours = TRUE;
    g_assert_true (tocsin_settings_parse_clock (hours[i].from, &settings.quiet_from_min));
    g_assert_true (tocsin_settings_parse_clock (hours[i].to, &settings.quiet_to_min));
    g_assert_true (tocsin_time_from_text (hours[i].now, &now_us, NULL));
    until_us = tocsin_settings_get_quiet_until (&settings, zone, now_us);
    if (hours[i].until == NULL) {
      g_assert_cmpint (until_us, ==, 0);
    } else {
      g_autofree char *text = tocsin_time_to_text (until_us);

      g_assert_cmpstr (text, ==, hours[i].until);
    }
    settings.quiet_hours = FALSE;
    g_assert_cmpint (tocsin_settings_get_quiet_until (&settings, zone, now_us), ==, 0);
  }
}

static void
test_a_clock_is_hours_and_minutes (void)
{
  static const char *const wrong[] = { "", "24:00", "7", "12:60", "12:5", "noon", "1:00 ", NULL };
  guint minutes = 42;

  for (guint i = 0; wrong[i] != NULL; i++)
    g_assert_false (tocsin_settings_parse_clock (wrong[i], &minutes));
  g_assert_false (tocsin_settings_parse_clock (NULL, &minutes));
  g_assert_cmpuint (minutes, ==, 42);
  g_assert_true (tocsin_settings_parse_clock ("7:05", &minutes));
  g_assert_cmpuint (minutes, ==, 425);
}

static void
test_settings_come_from_the_schema (void)
{
  g_autoptr (GSettings) store = tocsin_settings_open ();
  TocsinSettings settings, defaults = TOCSIN_SETTINGS_DEFAULT;

  g_assert_nonnull (store);
  tocsin_settings_read (&settings, store);
  g_assert_cmpmem (&settings, sizeof settings, &defaults, sizeof defaults);
  g_settings_set_flags (store, "notify-events", TOCSIN_EVENT_UP | TOCSIN_EVENT_OFFLINE);
  g_settings_set_boolean (store, "tray-icon", FALSE);
  g_settings_set_string (store, "quiet-from", "23:30");
  g_settings_set_string (store, "quiet-to", "nonsense");
  tocsin_settings_read (&settings, store);
  g_assert_cmpuint (settings.events, ==, TOCSIN_EVENT_UP | TOCSIN_EVENT_OFFLINE);
  g_assert_false (settings.tray_icon);
  g_assert_cmpuint (settings.quiet_from_min, ==, 23 * 60 + 30);
  g_assert_cmpuint (settings.quiet_to_min, ==, 7 * 60);
  tocsin_settings_read (&settings, NULL);
  g_assert_cmpmem (&settings, sizeof settings, &defaults, sizeof defaults);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++) {
    g_autofree char *path = g_strconcat ("/tray/look/", looks[i].name, NULL);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_look);
  }
  g_test_add_func ("/tray/menu-names-problems", test_menu_names_problems);
  g_test_add_func ("/tray/menu-resumes-what-is-paused", test_menu_resumes_what_is_paused);
  g_test_add_func ("/tray/menu-ends-where-it-gets-long", test_menu_ends_where_it_gets_long);
  g_test_add_func ("/tray/tomorrow-is-the-next-morning", test_tomorrow_is_the_next_morning);
  g_test_add_func ("/tray/pictures-differ-by-state-and-count",
                   test_pictures_differ_by_state_and_count);
  g_test_add_func ("/tray/bytes-are-in-network-order", test_bytes_are_in_network_order);
  g_test_add_func ("/settings/quiet-hours-follow-the-local-clock",
                   test_quiet_hours_follow_the_local_clock);
  g_test_add_func ("/settings/a-clock-is-hours-and-minutes", test_a_clock_is_hours_and_minutes);
  g_test_add_func ("/settings/come-from-the-schema", test_settings_come_from_the_schema);
  return g_test_run ();
}
