/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-display"

#include "config.h"

#include <gio/gio.h>

#include "test-display.h"

static GSubprocess *server; /* (owned) (nullable): a test program has one */

gboolean
tocsin_test_display_start (void)
{
  g_autofree char *program = g_find_program_in_path ("Xvfb"), *number = NULL, *name = NULL;
  g_autoptr (GDataInputStream) said = NULL;
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (server == NULL, FALSE);

  if (program == NULL)
    return FALSE;
  /* It says on which display it is once it can be connected to. */
  server = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                             &error, program, "-displayfd", "1", "-screen", "0", "1280x900x24",
                             "-nolisten", "tcp", NULL);
  g_assert_no_error (error);
  said = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server));
  number = g_data_input_stream_read_line (said, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (number);
  name = g_strconcat (":", number, NULL);
  g_setenv ("DISPLAY", name, TRUE);
  g_setenv ("GDK_BACKEND", "x11", TRUE);
  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  return TRUE;
}

void
tocsin_test_display_stop (void)
{
  if (server == NULL)
    return;
  g_subprocess_force_exit (server);
  g_subprocess_wait (server, NULL, NULL);
  g_clear_object (&server);
}
