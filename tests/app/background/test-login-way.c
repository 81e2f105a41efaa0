/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-login-way"

#include "config.h"

#include <glib/gstdio.h>

#include "autostart-entry.h"
#include "errors.h"
#include "login-way.h"
#include "support.h"

#define PROGRAM "/bin/true" /* something that can be run */

/* --- the way --- */

static void
test_the_way_follows_from_where_it_runs (void)
{
  static const struct {
    const char *unit_state;
    gboolean is_sandboxed;
    TocsinLoginWay way;
    gboolean is_on;
  } cases[] = {
    { NULL, FALSE, TOCSIN_LOGIN_BY_ENTRY, FALSE },
    { "disabled", FALSE, TOCSIN_LOGIN_BY_UNIT, FALSE },
    { "enabled", FALSE, TOCSIN_LOGIN_BY_UNIT, TRUE },
    { "enabled-runtime", FALSE, TOCSIN_LOGIN_BY_UNIT, FALSE },
    { "linked", FALSE, TOCSIN_LOGIN_BY_UNIT, FALSE },
    { "masked", FALSE, TOCSIN_LOGIN_BY_UNIT, FALSE },
    { "static", FALSE, TOCSIN_LOGIN_BY_ENTRY, FALSE },
    { "bad", FALSE, TOCSIN_LOGIN_BY_ENTRY, FALSE },
    { "", FALSE, TOCSIN_LOGIN_BY_ENTRY, FALSE },
    { "a word of a later systemd", FALSE, TOCSIN_LOGIN_BY_ENTRY, FALSE },
    { NULL, TRUE, TOCSIN_LOGIN_BY_PORTAL, FALSE },
    { "disabled", TRUE, TOCSIN_LOGIN_BY_PORTAL, FALSE },
    { "enabled", TRUE, TOCSIN_LOGIN_BY_PORTAL, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("unit %s, sandboxed %d", cases[i].unit_state, cases[i].is_sandboxed);
    g_assert_cmpint (tocsin_login_way_choose (cases[i].is_sandboxed, cases[i].unit_state), ==,
                     cases[i].way);
    g_assert_cmpint (tocsin_login_unit_is_on (cases[i].unit_state), ==, cases[i].is_on);
  }
}

/* --- the file --- */

static char *
path_in (const char *config_dir)
{
  return g_build_filename (config_dir, "autostart", "org.tocsin.Tocsin1.desktop", NULL);
}

static void
test_the_file_is_written_and_removed (void)
{
  g_autofree char *dir = tocsin_test_make_dir ();
  g_autofree char *path = path_in (dir);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *exec = NULL;
  g_autofree char *type = NULL;

  g_assert_false (tocsin_autostart_entry_is_on (dir));
  g_assert_true (tocsin_autostart_entry_remove (dir, &error)); /* none is fine */
  g_assert_true (tocsin_autostart_entry_write (dir, PROGRAM, &error));
  g_assert_no_error (error);
  g_assert_true (tocsin_autostart_entry_is_on (dir));

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  exec = g_key_file_get_string (file, "Desktop Entry", "Exec", NULL);
  type = g_key_file_get_string (file, "Desktop Entry", "Type", NULL);
  g_assert_cmpstr (exec, ==, "\"/bin/true\" --bus session");
  g_assert_cmpstr (type, ==, "Application");
  g_assert_false (g_key_file_has_key (file, "Desktop Entry", "X-GNOME-Autostart-Phase", NULL));

  g_assert_true (tocsin_autostart_entry_remove (dir, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_false (tocsin_autostart_entry_is_on (dir));
}

static void
test_a_desktop_can_switch_the_file_off (void)
{
  static const struct {
    const char *lines;
    gboolean is_on;
  } cases[] = {
    { "[Desktop Entry]\nType=Application\n", TRUE },
    { "[Desktop Entry]\nHidden=true\n", FALSE },
    { "[Desktop Entry]\nHidden=false\n", TRUE },
    { "[Desktop Entry]\nX-GNOME-Autostart-enabled=false\n", FALSE },
    { "[Desktop Entry]\nX-GNOME-Autostart-enabled=true\n", TRUE },
    { "[Desktop Entry]\nHidden=true\nX-GNOME-Autostart-enabled=true\n", FALSE },
    { "no key file\n", FALSE },
  };
  g_autofree char *dir = tocsin_test_make_dir ();
  g_autofree char *path = path_in (dir);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("%s", cases[i].lines);
    g_file_set_contents (path, cases[i].lines, -1, &error);
    g_assert_no_error (error);
    g_assert_cmpint (tocsin_autostart_entry_is_on (dir), ==, cases[i].is_on);
  }
  /* and switching it on in Tocsin wins over it */
  g_file_set_contents (path, cases[1].lines, -1, &error);
  g_assert_true (tocsin_autostart_entry_write (dir, PROGRAM, &error));
  g_assert_true (tocsin_autostart_entry_is_on (dir));
}

/* The path of a program comes through Exec's quoting as a shell of the specification reads it. */
static void
test_a_path_with_signs_is_quoted (void)
{
  g_autofree char *dir = tocsin_test_make_dir ();
  g_autofree char *program = g_build_filename (dir, "a b\"c$d%e\\f", NULL);
  g_autofree char *path = path_in (dir);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *exec = NULL;
  g_autofree char *once = NULL;
  g_auto (GStrv) argv = NULL;

  g_file_set_contents_full (program, "", 0, G_FILE_SET_CONTENTS_NONE, 0700, &error);
  g_assert_no_error (error);
  g_assert_true (tocsin_autostart_entry_write (dir, program, &error));
  g_assert_no_error (error);
  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  exec = g_key_file_get_string (file, "Desktop Entry", "Exec", NULL);
  g_assert_nonnull (strstr (exec, "d%%e"));
  g_assert_true (g_shell_parse_argv (exec, NULL, &argv, &error));
  g_assert_no_error (error);
  once = g_strdup (argv[0]);
  memmove (strstr (once, "%%"), strstr (once, "%%") + 1, strlen (strstr (once, "%%")));
  g_assert_cmpstr (once, ==, program);
  g_assert_cmpstr (argv[1], ==, "--bus");
  g_assert_cmpstr (argv[2], ==, "session");
  g_assert_null (argv[3]);
}

static void
test_what_can_not_be_started_is_not_written (void)
{
  g_autofree char *dir = tocsin_test_make_dir ();
  g_autofree char *in_the_way = g_build_filename (dir, "autostart", NULL);
  g_autoptr (GError) missing = NULL;
  g_autoptr (GError) blocked = NULL;

  g_assert_false (tocsin_autostart_entry_write (dir, "/nowhere/tocsind", &missing));
  g_assert_error (missing, TOCSIN_ERROR, TOCSIN_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (missing->message, "/nowhere/tocsind"));
  g_assert_false (g_file_test (in_the_way, G_FILE_TEST_EXISTS));

  g_file_set_contents (in_the_way, "", 0, NULL);
  g_assert_false (tocsin_autostart_entry_write (dir, PROGRAM, &blocked));
  g_assert_error (blocked, TOCSIN_ERROR, TOCSIN_ERROR_FAILED);
  g_assert_nonnull (strstr (blocked->message, in_the_way));
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/login-way/the-way-follows-from-where-it-runs",
                   test_the_way_follows_from_where_it_runs);
  g_test_add_func ("/login-way/the-file-is-written-and-removed",
                   test_the_file_is_written_and_removed);
  g_test_add_func ("/login-way/a-desktop-can-switch-the-file-off",
                   test_a_desktop_can_switch_the_file_off);
  g_test_add_func ("/login-way/a-path-with-signs-is-quoted", test_a_path_with_signs_is_quoted);
  g_test_add_func ("/login-way/what-can-not-be-started-is-not-written",
                   test_what_can_not_be_started_is_not_written);
  return g_test_run ();
}
