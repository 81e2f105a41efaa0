/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "main"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <locale.h>
#include <malloc.h>
#include <sys/stat.h>

#include "daemon.h"

int
main (int argc, char **argv)
{
  g_auto (TocsinOptions) options = { 0 };
  g_autoptr (GError) error = NULL;
  const char *locale_dir =
      g_getenv ("TOCSIN_LOCALEDIR"); /* where it is run without being installed */

  /* An arena a thread keeps what that thread once used; five threads that mostly sleep do not fight
   * over two. */
  mallopt (M_ARENA_MAX, 2);
  umask (0077); /* what the daemon writes is its user's alone, SQLite's own files included */
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, locale_dir != NULL ? locale_dir : TOCSIN_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");

  if (!tocsin_options_parse (&options, &argc, &argv, &error)) {
    g_printerr ("tocsind: %s\n", error->message);
    return 2;
  }
  if (options.version) {
    g_print ("tocsind %s\n", TOCSIN_VERSION);
    return 0;
  }
  g_log_set_writer_func (g_log_writer_default, NULL, NULL);
  if (options.verbose)
    g_setenv ("G_MESSAGES_DEBUG", "all", TRUE);
  return tocsin_daemon_run (&options);
}
