/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-cli"

#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "support.h"

/* The command line of tocsin-server, as far as it goes without a database. */
static const struct {
  const char *line;
  const char *setting; /* (nullable) over a database’s address that leads nowhere */
  int status;
  const char *says; /* on either of the outputs */
  const char *never;
} cases[] = {
  { "--help", NULL, 0, "  serve\n", "Brings the schema" },
  { "--help", NULL, 0, "  user add EMAIL", NULL },
  { "--version", NULL, 0, "tocsin-server 0.", NULL },
  { "serve --help", NULL, 0, "Brings the schema up to date first", "doctor" },
  { "doctor --help", NULL, 0, "--mail-to", "user add" },
  { "user --help", NULL, 0, "user reset-password", "team add" },
  { "user add --help", NULL, 0, "user add", "user list" },
  { "nonsense --help", NULL, 2, "there is no command “nonsense”", NULL },
  { "", NULL, 2, "Usage:", NULL },
  { "nonsense", NULL, 2, "there is no command “nonsense”", NULL },
  { "doctor 1 2 3", NULL, 2, "Usage: tocsin-server doctor", NULL },
  { "doctor --mail-to nobody", NULL, 1, "ops@example.org", NULL },
  { "doctor --nonsense", NULL, 1, "--mail-to", NULL },
  { "doctor", NULL, 1, "fail  database", NULL },
  { "--json doctor", NULL, 1, "\"verdict\" : \"fail\"", NULL },
  { "check-config", NULL, 0, "The settings are right.", NULL },
  { "check-config --list", NULL, 0, "TOCSIN_PUBLIC_URL", NULL },
  { "check-config", "TOCSIN_WORKERS=many", 1, "TOCSIN_WORKERS: “workers = many”", NULL },
  { "check-config --config /nowhere/server.conf", NULL, 1, "/nowhere/server.conf", NULL },
  { "serve", "TOCSIN_WORKERS=many", 1, "“workers = many”", NULL },
  { "serve", NULL, 1, "the database: ", NULL },
  { "user list", NULL, 1, "the database: ", NULL },
};

static void
test_lines (void)
{
  g_autofree char *program =
      g_test_build_filename (G_TEST_BUILT, "..", "sync-server", "tocsin-server", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *line = g_strconcat (program, " ", cases[i].line, NULL);
    g_auto (GStrv) argv = g_strsplit (g_strchomp (line), " ", -1);
    g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
        G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
    g_autoptr (GSubprocess) process = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree char *output = NULL;

    g_subprocess_launcher_setenv (launcher, "TOCSIN_DATABASE_URL",
                                  "postgresql:///tocsin?host=/nowhere", TRUE);
    if (cases[i].setting != NULL) {
      g_auto (GStrv) parts = g_strsplit (cases[i].setting, "=", 2);

      g_subprocess_launcher_setenv (launcher, parts[0], parts[1], TRUE);
    }
    process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, &error);
    g_assert_no_error (error);
    g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error);
    g_assert_no_error (error);
    if (g_subprocess_get_exit_status (process) != cases[i].status ||
        strstr (output, cases[i].says) == NULL ||
        (cases[i].never != NULL && strstr (output, cases[i].never) != NULL))
      g_error ("“%s” ended with %d and said:\n%s", cases[i].line,
               g_subprocess_get_exit_status (process), output);
  }
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/cli/each-line-has-its-answer-and-status", test_lines);
  return g_test_run ();
}
