/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* Gives test-browser.js a PostgreSQL and a browser; the tests are there. */

#define G_LOG_DOMAIN "test-browser"

#include "config.h"

#include <gio/gio.h>
#include <stdlib.h>

#include "support.h"
#include "test-postgres.h"

/* (transfer full) (nullable) */
static char *
find_browser (void)
{
  static const char *const names[] = { "chromium", "chromium-browser", "google-chrome-stable" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    char *path = g_find_program_in_path (names[i]);

    if (path != NULL)
      return path;
  }
  return NULL;
}

static int
skip (const char *why)
{
  g_print ("1..0 # SKIP %s\n", why);
  return EXIT_SUCCESS;
}

int
main (int argc, char **argv)
{
  g_autofree char *browser = find_browser (), *node = g_find_program_in_path ("node");
  g_autoptr (TocsinTestPostgres) postgres = NULL;
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GError) error = NULL;

  tocsin_test_init (&argc, &argv);
  if (argc != 3)
    g_error ("two arguments are wanted: the script and the server");
  if (browser == NULL || node == NULL)
    return skip ("there is no Chromium, or no node to drive it");
  postgres = tocsin_test_postgres_new ();
  if (postgres == NULL)
    return skip ("PostgreSQL is not installed");
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_subprocess_launcher_setenv (launcher, "TOCSIN_DATABASE_URL",
                                tocsin_test_postgres_get_url (postgres), TRUE);
  g_subprocess_launcher_setenv (launcher, "TEST_BROWSER", browser, TRUE);
  g_subprocess_launcher_setenv (launcher, "TEST_SERVER", argv[2], TRUE);
  child = g_subprocess_launcher_spawn (launcher, &error, node, argv[1], NULL);
  g_assert_no_error (error);
  g_subprocess_wait (child, NULL, &error);
  g_assert_no_error (error);
  return g_subprocess_get_successful (child) ? EXIT_SUCCESS : EXIT_FAILURE;
}
