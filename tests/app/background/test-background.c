/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-background"

#include "config.h"

#include <glib/gstdio.h>

#include "autostart-entry.h"
#include "background.h"
#include "errors.h"
#include "settings.h"
#include "stand-ins.h"
#include "support.h"

#define PROGRAM "/bin/true"

typedef struct {
  TocsinBackground *background; /* (owned) */
  GSettings *settings;          /* (owned) */
  char *dir;                    /* (owned) the user's settings */
  GAsyncResult *result;         /* (owned) */
} Desk;

static Desk *
desk_new (gboolean is_sandboxed, const char *program)
{
  Desk *desk = g_new0 (Desk, 1);
  g_autoptr (GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  TocsinBackgroundPlace place = { is_sandboxed, NULL, program };

  g_assert_nonnull (connection);
  desk->dir = tocsin_test_make_dir ();
  place.config_dir = desk->dir;
  desk->settings = tocsin_settings_new ();
  g_assert_nonnull (desk->settings);
  g_settings_reset (desk->settings, "start-at-login");
  g_settings_reset (desk->settings, "run-in-background");
  desk->background = tocsin_background_new (connection, desk->settings, &place);
  return desk;
}

static void
desk_free (Desk *desk)
{
  g_assert_finalize_object (desk->background);
  g_object_unref (desk->settings);
  g_free (desk->dir);
  g_free (desk);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Desk, desk_free)

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ((Desk *) user_data)->result = g_object_ref (result);
}

static gboolean
is_done (gpointer user_data)
{
  return ((Desk *) user_data)->result != NULL;
}

static gboolean
is_on (Desk *desk)
{
  g_autoptr (GError) error = NULL;
  gboolean answer = FALSE;

  tocsin_background_read_login (desk->background, NULL, done_cb, desk);
  tocsin_test_wait (NULL, is_done, desk);
  tocsin_background_read_login_finish (desk->background, desk->result, &answer, &error);
  g_assert_no_error (error);
  g_clear_object (&desk->result);
  return answer;
}

/* NULL: done. */
static GError *
set (Desk *desk, gboolean wanted)
{
  GError *error = NULL;

  tocsin_background_set_login (desk->background, wanted, NULL, done_cb, desk);
  tocsin_test_wait (NULL, is_done, desk);
  g_assert_cmpint (tocsin_background_set_login_finish (desk->background, desk->result, &error), ==,
                   error == NULL);
  g_clear_object (&desk->result);
  return error;
}

static void
set_well (Desk *desk, gboolean wanted)
{
  g_autoptr (GError) error = set (desk, wanted);

  g_assert_no_error (error);
  g_assert_cmpint (is_on (desk), ==, wanted);
}

static GError *
set_runs_on (Desk *desk, gboolean wanted)
{
  GError *error = NULL;

  tocsin_background_set_runs_on (desk->background, wanted, done_cb, desk);
  tocsin_test_wait (NULL, is_done, desk);
  g_assert_cmpint (tocsin_background_set_runs_on_finish (desk->background, desk->result, &error),
                   ==, error == NULL);
  g_clear_object (&desk->result);
  return error;
}

/* --- systemd --- */

static void
test_systemd_enables_the_unit (void)
{
  g_autoptr (Desk) desk = desk_new (FALSE, PROGRAM);
  SystemdStandIn systemd;

  systemd_stand_in_start (&systemd, "disabled");
  g_assert_false (is_on (desk));
  set_well (desk, TRUE);
  g_assert_cmpstr (systemd.state, ==, "enabled");
  g_assert_cmpstr (systemd.calls->str, ==, "EnableUnitFiles Reload ");
  g_assert_false (tocsin_autostart_entry_is_on (desk->dir));

  g_string_truncate (systemd.calls, 0);
  set_well (desk, TRUE); /* as it is */
  g_assert_cmpstr (systemd.calls->str, ==, "");
  set_well (desk, FALSE);
  g_assert_cmpstr (systemd.calls->str, ==, "DisableUnitFiles Reload ");
  systemd_stand_in_stop (&systemd);
}

static void
test_a_change_elsewhere_is_seen (void)
{
  g_autoptr (Desk) desk = desk_new (FALSE, PROGRAM);
  SystemdStandIn systemd;

  systemd_stand_in_start (&systemd, "enabled");
  g_assert_true (is_on (desk));
  g_free (systemd.state);
  systemd.state = g_strdup ("disabled"); /* as by systemctl */
  g_assert_false (is_on (desk));
  systemd_stand_in_stop (&systemd);
}

/* A file from before the unit was installed. */
static void
test_file_and_unit_are_both_taken_away (void)
{
  g_autoptr (Desk) desk = desk_new (FALSE, PROGRAM);
  g_autoptr (GError) error = NULL;
  SystemdStandIn systemd;

  systemd_stand_in_start (&systemd, "enabled");
  tocsin_autostart_entry_write (desk->dir, PROGRAM, &error);
  g_assert_no_error (error);
  set_well (desk, FALSE);
  g_assert_false (tocsin_autostart_entry_is_on (desk->dir));
  g_assert_cmpstr (systemd.state, ==, "disabled");

  tocsin_autostart_entry_write (desk->dir, PROGRAM, &error);
  g_assert_no_error (error);
  set_well (desk, TRUE); /* and one of them is enough */
  g_assert_false (tocsin_autostart_entry_is_on (desk->dir));
  g_assert_cmpstr (systemd.state, ==, "enabled");
  systemd_stand_in_stop (&systemd);
}

static void
test_systemd_s_refusal_is_told_in_its_words (void)
{
  g_autoptr (Desk) desk = desk_new (FALSE, PROGRAM);
  g_autoptr (GError) error = NULL;
  SystemdStandIn systemd;

  systemd_stand_in_start (&systemd, "masked");
  systemd.refusal = g_strdup ("Unit file tocsind.service is masked.");
  error = set (desk, TRUE);
  g_assert_nonnull (error);
  g_assert_cmpstr (error->message, ==, systemd.refusal);
  g_assert_false (is_on (desk));
  systemd_stand_in_stop (&systemd);
}

static void
test_what_did_not_change_is_an_error (void)
{
  g_autoptr (Desk) desk = desk_new (FALSE, PROGRAM);
  g_autoptr (GError) error = NULL;
  SystemdStandIn systemd;

  systemd_stand_in_start (&systemd, "enabled");
  systemd.sticks = TRUE;
  error = set (desk, FALSE);
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "enabled"));
  g_assert_true (is_on (desk));
  systemd_stand_in_stop (&systemd);
}

/* --- the file --- */

static void
test_without_systemd_a_file_is_written (void)
{
  g_autoptr (Desk) desk = desk_new (FALSE, PROGRAM);

  g_assert_false (is_on (desk));
  set_well (desk, TRUE);
  g_assert_true (tocsin_autostart_entry_is_on (desk->dir));
  set_well (desk, FALSE);
  g_assert_false (tocsin_autostart_entry_is_on (desk->dir));
}

static void
test_a_systemd_that_knows_no_unit_is_passed_by (void)
{
  g_autoptr (Desk) desk = desk_new (FALSE, PROGRAM);
  SystemdStandIn systemd;

  systemd_stand_in_start (&systemd, NULL);
  set_well (desk, TRUE);
  g_assert_true (tocsin_autostart_entry_is_on (desk->dir));
  g_assert_cmpstr (systemd.calls->str, ==, "");
  systemd_stand_in_stop (&systemd);
}

static void
test_a_program_that_is_not_installed_is_an_error (void)
{
  g_autoptr (Desk) desk = desk_new (FALSE, "/nowhere/tocsind");
  g_autoptr (GError) error = set (desk, TRUE);

  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_UNAVAILABLE);
  g_assert_false (is_on (desk));
}

/* --- the sandbox --- */

#ifdef HAVE_LIBPORTAL

static gboolean
wanted_at_login (PortalStandIn *portal)
{
  gboolean autostart = FALSE;

  g_assert_nonnull (portal->wanted);
  g_assert_true (g_variant_lookup (portal->wanted, "autostart", "b", &autostart));
  return autostart;
}

static void
test_the_portal_is_asked_within_a_sandbox (void)
{
  g_autoptr (Desk) desk = desk_new (TRUE, PROGRAM);
  g_autofree const char **command = NULL;
  PortalStandIn portal;

  portal_stand_in_start (&portal);
  g_assert_false (is_on (desk));
  set_well (desk, TRUE);
  g_assert_true (wanted_at_login (&portal));
  g_assert_true (g_variant_lookup (portal.wanted, "commandline", "^a&s", &command));
  g_assert_cmpstr (command[0], ==, "tocsind");
  g_assert_cmpstr (command[1], ==, "--bus");
  g_assert_cmpstr (command[2], ==, "session");
  g_assert_null (command[3]);
  set_well (desk, FALSE);
  g_assert_false (wanted_at_login (&portal));
  g_assert_false (tocsin_autostart_entry_is_on (desk->dir));
  portal_stand_in_stop (&portal);
}

static void
test_the_portal_s_no_is_told (void)
{
  static const struct {
    guint response;
    gboolean grants;
  } cases[] = { { 0, FALSE }, { 1, FALSE } };
  g_autoptr (Desk) desk = desk_new (TRUE, PROGRAM);
  PortalStandIn portal;

  portal_stand_in_start (&portal);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) run_error = NULL;

    portal.response = cases[i].response;
    portal.grants = cases[i].grants;
    error = set (desk, TRUE);
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
    g_assert_false (is_on (desk));

    g_settings_reset (desk->settings, "run-in-background");
    g_assert_true (tocsin_background_runs_on (desk->background));
    run_error = set_runs_on (desk, TRUE);
    g_assert_error (run_error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
    g_assert_false (tocsin_background_runs_on (desk->background));
  }
  portal_stand_in_stop (&portal);
}

static void
test_running_on_keeps_what_holds_at_login (void)
{
  g_autoptr (Desk) desk = desk_new (TRUE, PROGRAM);
  g_autoptr (GError) off = NULL;
  g_autoptr (GError) on = NULL;
  PortalStandIn portal;

  portal_stand_in_start (&portal);
  set_well (desk, TRUE);
  off = set_runs_on (desk, FALSE);
  g_assert_no_error (off);
  g_assert_false (tocsin_background_runs_on (desk->background));
  on = set_runs_on (desk, TRUE);
  g_assert_no_error (on);
  g_assert_true (tocsin_background_runs_on (desk->background));
  g_assert_true (wanted_at_login (&portal));
  portal_stand_in_stop (&portal);
}

#endif

/* Whether there is libportal or not. */
static void
test_no_portal_is_told (void)
{
  g_autoptr (Desk) desk = desk_new (TRUE, PROGRAM);
  g_autoptr (GError) error = set (desk, TRUE);
  g_autoptr (GError) run_error = set_runs_on (desk, TRUE);

  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_UNAVAILABLE);
  g_assert_error (run_error, TOCSIN_ERROR, TOCSIN_ERROR_UNAVAILABLE);
  g_assert_false (is_on (desk));
  g_assert_true (tocsin_background_runs_on (desk->background)); /* nobody said no */
}

static void
test_outside_a_sandbox_nobody_is_asked_about_running_on (void)
{
  g_autoptr (Desk) desk = desk_new (FALSE, PROGRAM);
  g_autoptr (GError) off = set_runs_on (desk, FALSE);
  g_autoptr (GError) on = NULL;

  g_assert_no_error (off);
  g_assert_false (tocsin_background_runs_on (desk->background));
  on = set_runs_on (desk, TRUE);
  g_assert_no_error (on);
  g_assert_true (tocsin_background_runs_on (desk->background));
}

static const struct {
  const char *name;
  GTestFunc run;
} cases[] = {
  { "systemd-enables-the-unit", test_systemd_enables_the_unit },
  { "a-change-elsewhere-is-seen", test_a_change_elsewhere_is_seen },
  { "file-and-unit-are-both-taken-away", test_file_and_unit_are_both_taken_away },
  { "systemd-s-refusal-is-told-in-its-words", test_systemd_s_refusal_is_told_in_its_words },
  { "what-did-not-change-is-an-error", test_what_did_not_change_is_an_error },
  { "without-systemd-a-file-is-written", test_without_systemd_a_file_is_written },
  { "a-systemd-that-knows-no-unit-is-passed-by", test_a_systemd_that_knows_no_unit_is_passed_by },
  { "a-program-that-is-not-installed-is-an-error",
    test_a_program_that_is_not_installed_is_an_error },
#ifdef HAVE_LIBPORTAL
  { "the-portal-is-asked-within-a-sandbox", test_the_portal_is_asked_within_a_sandbox },
  { "the-portal-s-no-is-told", test_the_portal_s_no_is_told },
  { "running-on-keeps-what-holds-at-login", test_running_on_keeps_what_holds_at_login },
#endif
  { "no-portal-is-told", test_no_portal_is_told },
  { "outside-a-sandbox-nobody-is-asked-about-running-on",
    test_outside_a_sandbox_nobody_is_asked_about_running_on },
};

int
main (int argc, char **argv)
{
  g_autoptr (GTestDBus) bus = NULL;
  int status;

  tocsin_test_init (&argc, &argv);
  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/background/", cases[i].name, NULL);

    g_test_add_func (path, cases[i].run);
  }
  status = g_test_run ();
  g_test_dbus_stop (bus);
  return status;
}
