/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The file by which a desktop without systemd starts the daemon at login:
 * autostart/org.tocsin.Tocsin1.desktop in `config_dir`, after the Desktop Application Autostart
 * Specification. */

/* A file that is there can still be off: tools of desktops switch it so. */
gboolean tocsin_autostart_entry_is_on (const char *config_dir);

/* `program` is the daemon's path; an error where nothing that can be run is there. */
gboolean tocsin_autostart_entry_write (const char *config_dir, const char *program, GError **error);

/* No file is no error. */
gboolean tocsin_autostart_entry_remove (const char *config_dir, GError **error);

G_END_DECLS
