/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "about"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "about.h"

static char *
make_facts (TocsinClient *client)
{
  TocsinDbusTocsin1 *proxy = tocsin_client_get_proxy (client);
  const char *daemon = proxy != NULL ? tocsin_dbus_tocsin1_get_version (proxy) : NULL;
  const char *desktop = g_getenv ("XDG_CURRENT_DESKTOP");
  g_autofree char *os = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);

  return g_strdup_printf (
      "tocsin %s\ntocsind %s\nGTK %u.%u.%u, libadwaita %u.%u.%u, GLib %u.%u.%u\n"
      "%s, %s, %s\n%u monitors, offline: %s, problem: %s\n",
      TOCSIN_VERSION, daemon != NULL ? daemon : "not there", gtk_get_major_version (),
      gtk_get_minor_version (), gtk_get_micro_version (), adw_get_major_version (),
      adw_get_minor_version (), adw_get_micro_version (), glib_major_version, glib_minor_version,
      glib_micro_version, os != NULL ? os : "unknown system",
      desktop != NULL ? desktop : "no desktop named",
      G_OBJECT_TYPE_NAME (gdk_display_get_default ()),
      g_list_model_get_n_items (tocsin_client_get_monitors (client)),
      tocsin_client_is_offline (client) ? "yes" : "no",
      *tocsin_client_get_problem (client) != '\0' ? "yes" : "no");
}

void
tocsin_about_present (GtkWindow *parent, TocsinClient *client)
{
  const char *developers[] = { "The Tocsin authors", NULL };
  g_autofree char *facts = NULL;

  g_return_if_fail (GTK_IS_WINDOW (parent) && TOCSIN_IS_CLIENT (client));

  facts = make_facts (client);
  adw_show_about_window (
      parent, "application-name", "Tocsin", "application-icon", "org.tocsin.Tocsin", "version",
      TOCSIN_VERSION, "developer-name", _ ("The Tocsin authors"), "developers", developers,
      "copyright", "© 2026 The Tocsin authors", "license-type", GTK_LICENSE_MIT_X11, "comments",
      _ ("Tells you that something of yours is broken before your users do."), "debug-info", facts,
      "debug-info-filename", "tocsin.txt",
      /* Translators: your name, one translator a line. */
      "translator-credits", _ ("translator-credits"), NULL);
}
