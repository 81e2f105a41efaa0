/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-tray"

#include "config.h"

#include <glib/gstdio.h>

#include "hosts.h"
#include "settings.h"
#include "support.h"
#include "timetext.h"

/* The tray in real hosts: the watcher of ayatana-indicator-application, and xfce4-panel. */

#define WATCHER      "org.kde.StatusNotifierWatcher"
#define WATCHER_PATH "/StatusNotifierWatcher"
#define MENU         "com.canonical.dbusmenu"
#define MENU_PATH    "/StatusNotifierItem/Menu"
#define AYATANA_PROGRAM \
  "/usr/libexec/ayatana-indicator-application/ayatana-indicator-application-service"

static gboolean
is_shown (gpointer user_data)
{
  return ((TocsinTestTown *) user_data)->is_shown;
}

static gboolean
is_hidden (gpointer user_data)
{
  const TocsinTestTown *town = user_data;

  return town->is_told && !town->is_shown;
}

static GVariant *
get_bus_property (TocsinTestTown *town, const char *name)
{
  g_autoptr (GVariant) answer = tocsin_test_town_call (
      town, TOCSIN_BUS_NAME, TOCSIN_BUS_PATH, "org.freedesktop.DBus.Properties", "Get",
      g_variant_new ("(ss)", TOCSIN_BUS_NAME, name));
  GVariant *value;

  g_variant_get (answer, "(v)", &value);
  return value;
}

static void
test_says_why_it_is_not_shown (void)
{
  g_autoptr (GVariant) shown = NULL, problem = NULL;
  TocsinTestTown town;

  tocsin_test_town_open (&town);
  tocsin_test_wait (NULL, is_hidden, &town);
  shown = get_bus_property (&town, "TrayShown");
  problem = get_bus_property (&town, "TrayProblem");
  g_assert_false (g_variant_get_boolean (shown));
  g_assert_nonnull (strstr (g_variant_get_string (problem, NULL), "GNOME"));
  tocsin_test_town_close (&town);
}

static void
test_registers_again_with_a_new_watcher (void)
{
  static const char *const argv[] = { AYATANA_PROGRAM, NULL };
  GSubprocess *watcher;
  TocsinTestTown town;

  if (!g_file_test (AYATANA_PROGRAM, G_FILE_TEST_IS_EXECUTABLE)) {
    g_test_skip ("there is no ayatana-indicator-application");
    return;
  }
  tocsin_test_town_open (&town);
  tocsin_test_wait (NULL, is_hidden, &town);
  for (guint i = 0; i < 2; i++) {
    watcher = tocsin_test_host_start (argv);
    tocsin_test_wait (NULL, is_shown, &town);
    g_assert_null (town.problem);
    tocsin_test_host_stop (&watcher);
    tocsin_test_wait (NULL, is_hidden, &town);
    g_assert_nonnull (town.problem);
  }
  tocsin_test_town_close (&town);
}

static void
test_goes_where_it_is_not_wanted (void)
{
  static const char *const argv[] = { AYATANA_PROGRAM, NULL };
  g_autoptr (GSettings) settings = tocsin_settings_open ();
  GSubprocess *watcher;
  TocsinTestTown town;

  if (!g_file_test (AYATANA_PROGRAM, G_FILE_TEST_IS_EXECUTABLE)) {
    g_test_skip ("there is no ayatana-indicator-application");
    return;
  }
  tocsin_test_town_open (&town);
  watcher = tocsin_test_host_start (argv);
  tocsin_test_wait (NULL, is_shown, &town);
  g_settings_set_boolean (settings, "tray-icon", FALSE);
  tocsin_test_wait (NULL, is_hidden, &town);
  g_assert_null (town.problem);
  g_settings_set_boolean (settings, "tray-icon", TRUE);
  tocsin_test_wait (NULL, is_shown, &town);
  tocsin_test_host_stop (&watcher);
  tocsin_test_town_close (&town);
}

/* --- a real panel --- */

typedef struct {
  TocsinTestTown town;
  GSubprocess *panel;
  char *item; /* (owned) the bus name of our tray item */
} Desk;

static const char panel_xml[] =
    "<?xml version='1.0' encoding='UTF-8'?>\n<channel name='xfce4-panel' version='1.0'>"
    "<property name='configver' type='int' value='2'/>"
    "<property name='panels' type='array'><value type='int' value='1'/>"
    "<property name='panel-1' type='empty'>"
    "<property name='position' type='string' value='p=6;x=0;y=0'/>"
    "<property name='length' type='uint' value='100'/>"
    "<property name='position-locked' type='bool' value='true'/>"
    "<property name='size' type='uint' value='32'/>"
    "<property name='plugin-ids' type='array'><value type='int' value='1'/></property>"
    "</property></property><property name='plugins' type='empty'>"
    "<property name='plugin-1' type='string' value='systray'/></property></channel>";

static gboolean
open_desk (Desk *desk)
{
  static const char *const argv[] = { "xfce4-panel", "--disable-wm-check", NULL };
  g_autofree char *dir = g_build_filename (g_getenv ("XDG_CONFIG_HOME"), "xfce4", "xfconf",
                                           "xfce-perchannel-xml", NULL);
  g_autofree char *path = g_build_filename (dir, "xfce4-panel.xml", NULL);
  g_autoptr (GVariant) answer = NULL, value = NULL;
  g_autofree const char **items = NULL;
  g_autoptr (GError) error = NULL;

  *desk = (Desk){ 0 };
  if (!tocsin_test_has_program ("xfce4-panel") || !tocsin_test_has_program ("Xvfb") ||
      !tocsin_test_has_program ("xdotool"))
    return FALSE;
  g_assert_no_errno (g_mkdir_with_parents (dir, 0700));
  g_file_set_contents (path, panel_xml, -1, &error);
  g_assert_no_error (error);
  tocsin_test_town_open (&desk->town);
  desk->panel = tocsin_test_host_start (argv);
  tocsin_test_wait (NULL, is_shown, &desk->town);
  answer = tocsin_test_town_call (&desk->town, WATCHER, WATCHER_PATH,
                                  "org.freedesktop.DBus.Properties", "Get",
                                  g_variant_new ("(ss)", WATCHER, "RegisteredStatusNotifierItems"));
  g_variant_get (answer, "(v)", &value);
  items = g_variant_get_strv (value, NULL);
  g_assert_nonnull (items[0]);
  g_assert_null (items[1]);
  g_assert_true (g_str_has_suffix (items[0], "/StatusNotifierItem"));
  desk->item = g_strndup (items[0], (gsize) (strchr (items[0], '/') - items[0]));
  return TRUE;
}

static void
close_desk (Desk *desk)
{
  tocsin_test_host_stop (&desk->panel);
  tocsin_test_town_close (&desk->town);
  g_free (desk->item);
}

static void
press (const char *words)
{
  g_autofree char *line = g_strconcat ("xdotool ", words, NULL);
  g_autoptr (GError) error = NULL;

  g_spawn_command_line_sync (line, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

typedef struct {
  Desk *desk;
  gint64 next_us; /* monotonic: when to press again */
  guint turn;
} Presser;

/* The icon is drawn some time after it is registered: it is clicked until that is heard. */
static gboolean
click_opens (gpointer user_data)
{
  Presser *presser = user_data;

  if (g_get_monotonic_time () >= presser->next_us) {
    press ("mousemove 22 15 click 1");
    presser->next_us = g_get_monotonic_time () + TOCSIN_US_PER_S;
  }
  return g_ptr_array_find_with_equal_func (presser->desk->town.asked, "open", g_str_equal, NULL);
}

/* The third that can be chosen, after the monitor that is down and “Check all now”. */
static gboolean
menu_pauses (gpointer user_data)
{
  static const char *const keys[] = { "key Escape mousemove 22 15 click 3",
                                      "key Down key Down key Down key Return" };
  Presser *presser = user_data;

  if (g_get_monotonic_time () >= presser->next_us) {
    press (keys[presser->turn++ % G_N_ELEMENTS (keys)]);
    presser->next_us = g_get_monotonic_time () + TOCSIN_US_PER_S;
  }
  return tocsin_alert_pause_get_until (presser->desk->town.pause) != 0;
}

static void
test_icon_and_menu_work_in_a_panel (void)
{
  g_autofree char *id = NULL;
  Presser presser;
  Desk desk;

  if (!open_desk (&desk))
    return;
  id = tocsin_test_town_add (&desk.town, "Shop", 1);
  tocsin_test_town_wait_state (&desk.town, id, TOCSIN_STATE_DOWN);
  presser = (Presser){ .desk = &desk };
  tocsin_test_wait (NULL, click_opens, &presser);
  presser.next_us = 0;
  tocsin_test_wait (NULL, menu_pauses, &presser);
  g_assert_cmpint (tocsin_alert_pause_get_until (desk.town.pause), <=,
                   g_get_real_time () + TOCSIN_US_PER_HOUR);
  close_desk (&desk);
}

/* --- the menu, called as hosts do --- */

/* The id of the item whose label has this in it; 0: there is none. */
static gint32
find_item (Desk *desk, const char *label)
{
  g_autoptr (GVariant) layout =
      tocsin_test_town_call (&desk->town, desk->item, MENU_PATH, MENU, "GetLayout",
                             g_variant_new_parsed ("(0, -1, ['type', 'label', 'enabled'])"));
  g_autoptr (GVariant) children = g_variant_get_child_value (layout, 1);
  g_autoptr (GVariantIter) iter = NULL;
  GVariant *child;

  g_variant_get (children, "(i@a{sv}av)", NULL, NULL, &iter);
  while (g_variant_iter_next (iter, "v", &child)) {
    g_autoptr (GVariant) owned = child, properties = NULL;
    const char *text = NULL;
    gint32 id;

    g_variant_get (owned, "(i@a{sv}@av)", &id, &properties, NULL);
    if (g_variant_lookup (properties, "label", "&s", &text) && strstr (text, label) != NULL)
      return id;
  }
  return 0;
}

static void
click (Desk *desk, const char *label)
{
  gint32 id = find_item (desk, label);
  g_autoptr (GVariant) answer = NULL;

  g_assert_cmpint (id, >, 0);
  answer = tocsin_test_town_call (&desk->town, desk->item, MENU_PATH, MENU, "EventGroup",
                                  g_variant_new_parsed ("([(%i, 'clicked', <0>, @u 0)],)", id));
}

static gboolean
has_quit (gpointer user_data)
{
  return ((Desk *) user_data)->town.has_quit;
}

static gboolean
names_the_problem (gpointer user_data)
{
  return find_item (user_data, "my__shop: down for") > 0;
}

static void
test_menu_does_what_it_says (void)
{
  g_autofree char *id = NULL, *asked = NULL;
  g_autoptr (GVariant) group = NULL, about = NULL;
  Desk desk;

  if (!open_desk (&desk))
    return;
  id = tocsin_test_town_add (&desk.town, "my_shop", 1);
  tocsin_test_wait (NULL, names_the_problem, &desk); /* its “_” is no mnemonic */
  group = tocsin_test_town_call (&desk.town, desk.item, MENU_PATH, MENU, "GetGroupProperties",
                                 g_variant_new_parsed ("(@ai [], @as [])"));
  g_assert_true (g_variant_is_of_type (group, G_VARIANT_TYPE ("(a(ia{sv}))")));
  about = tocsin_test_town_call (&desk.town, desk.item, MENU_PATH, MENU, "AboutToShowGroup",
                                 g_variant_new_parsed ("([0],)"));
  click (&desk, "my__shop");
  asked = g_strconcat ("show-monitor ", id, NULL);
  tocsin_test_town_wait_asked (&desk.town, asked);
  click (&desk, "until tomorrow");
  g_assert_cmpint (tocsin_alert_pause_get_until (desk.town.pause), >, g_get_real_time ());
  about =
      (g_variant_unref (about), tocsin_test_town_call (&desk.town, desk.item, MENU_PATH, MENU,
                                                       "AboutToShow", g_variant_new ("(i)", 0)));
  click (&desk, "Resume");
  g_assert_cmpint (tocsin_alert_pause_get_until (desk.town.pause), ==, 0);
  click (&desk, "Open Tocsin");
  tocsin_test_town_wait_asked (&desk.town, "open");
  click (&desk, "Quit");
  tocsin_test_town_wait_asked (&desk.town, "quit");
  tocsin_test_wait (NULL, has_quit, &desk);
  close_desk (&desk);
}

int
main (int argc, char **argv)
{
  int status;

  tocsin_test_init (&argc, &argv);
  tocsin_test_session_start ();
  g_test_add_func ("/tray/says-why-it-is-not-shown", test_says_why_it_is_not_shown);
  g_test_add_func ("/tray/registers-again-with-a-new-watcher",
                   test_registers_again_with_a_new_watcher);
  g_test_add_func ("/tray/goes-where-it-is-not-wanted", test_goes_where_it_is_not_wanted);
  g_test_add_func ("/tray/icon-and-menu-work-in-a-panel", test_icon_and_menu_work_in_a_panel);
  g_test_add_func ("/tray/menu-does-what-it-says", test_menu_does_what_it_says);
  status = g_test_run ();
  tocsin_test_session_stop ();
  return status;
}
