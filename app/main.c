/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "main"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <locale.h>

#include "application.h"

int
main (int argc, char **argv)
{
  g_autoptr (TocsinApplication) application = NULL;
  const char *locale_dir =
      g_getenv ("TOCSIN_LOCALEDIR"); /* where it is run without being installed */

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, locale_dir != NULL ? locale_dir : TOCSIN_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name ("Tocsin");

  application = tocsin_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
