/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "autostart-entry"

#include "config.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "autostart-entry.h"
#include "errors.h"

#define FILE_NAME   "org.tocsin.Tocsin1.desktop"
#define GNOME_KEY   "X-GNOME-Autostart-enabled"
#define FOLDER_MODE 0700

static char *
build_path (const char *config_dir)
{
  return g_build_filename (config_dir, "autostart", FILE_NAME, NULL);
}

/* An argument of Exec: the specification quotes these four, and a percent sign is a code's. */
static char *
quote (const char *argument)
{
  GString *text = g_string_new ("\"");

  for (const char *c = argument; *c != '\0'; c++) {
    if (strchr ("\"`$\\", *c) != NULL)
      g_string_append_c (text, '\\');
    if (*c == '%')
      g_string_append_c (text, '%');
    g_string_append_c (text, *c);
  }
  g_string_append_c (text, '"');
  return g_string_free (text, FALSE);
}

gboolean
tocsin_autostart_entry_is_on (const char *config_dir)
{
  g_autofree char *path = NULL;
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_return_val_if_fail (config_dir != NULL, FALSE);

  path = build_path (config_dir);
  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return FALSE;
  if (g_key_file_get_boolean (file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_HIDDEN, NULL))
    return FALSE;
  return !g_key_file_has_key (file, G_KEY_FILE_DESKTOP_GROUP, GNOME_KEY, NULL) ||
         g_key_file_get_boolean (file, G_KEY_FILE_DESKTOP_GROUP, GNOME_KEY, NULL);
}

static GKeyFile *
make_file (const char *program)
{
  GKeyFile *file = g_key_file_new ();
  g_autofree char *quoted = quote (program);
  g_autofree char *exec = g_strconcat (quoted, " --bus session", NULL);
  const struct {
    const char *key;
    const char *value;
  } entries[] = {
    { G_KEY_FILE_DESKTOP_KEY_TYPE, G_KEY_FILE_DESKTOP_TYPE_APPLICATION },
    { G_KEY_FILE_DESKTOP_KEY_NAME, "Tocsin" },
    { G_KEY_FILE_DESKTOP_KEY_COMMENT, _ ("Watches on when no window is open") },
    { G_KEY_FILE_DESKTOP_KEY_TRY_EXEC, program },
    { G_KEY_FILE_DESKTOP_KEY_EXEC, exec },
    { G_KEY_FILE_DESKTOP_KEY_ICON, "org.tocsin.Tocsin" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    g_key_file_set_string (file, G_KEY_FILE_DESKTOP_GROUP, entries[i].key, entries[i].value);
  g_key_file_set_boolean (file, G_KEY_FILE_DESKTOP_GROUP, G_KEY_FILE_DESKTOP_KEY_NO_DISPLAY, TRUE);
  return file;
}

gboolean
tocsin_autostart_entry_write (const char *config_dir, const char *program, GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *folder = NULL;
  g_autoptr (GKeyFile) file = NULL;
  g_autoptr (GError) local = NULL;

  g_return_val_if_fail (config_dir != NULL && program != NULL, FALSE);

  if (!g_file_test (program, G_FILE_TEST_IS_EXECUTABLE))
    return tocsin_fail (error, TOCSIN_ERROR_UNAVAILABLE,
                        _ ("“%s” is not there: install Tocsin to have it started at login."),
                        program);
  path = build_path (config_dir);
  folder = g_path_get_dirname (path);
  if (g_mkdir_with_parents (folder, FOLDER_MODE) != 0)
    return tocsin_fail (error, TOCSIN_ERROR_FAILED, _ ("The folder “%s” can’t be made: %s"), folder,
                        g_strerror (errno));
  file = make_file (program);
  if (!g_key_file_save_to_file (file, path, &local))
    return tocsin_fail (error, TOCSIN_ERROR_FAILED, "%s", local->message);
  return TRUE;
}

gboolean
tocsin_autostart_entry_remove (const char *config_dir, GError **error)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (config_dir != NULL, FALSE);

  path = build_path (config_dir);
  if (g_unlink (path) == 0 || errno == ENOENT || errno == ENOTDIR)
    return TRUE;
  return tocsin_fail (error, TOCSIN_ERROR_FAILED, _ ("“%s” can’t be removed: %s"), path,
                      g_strerror (errno));
}
