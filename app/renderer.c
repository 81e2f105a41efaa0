/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "renderer"

#include "config.h"

#include "renderer.h"

#define NO_OPENGL "gl-disable"

static gboolean
has_graphics_card (void)
{
  return g_file_test ("/dev/dri", G_FILE_TEST_IS_DIR) ||
         g_file_test ("/dev/nvidiactl", G_FILE_TEST_EXISTS);
}

void
tocsin_renderer_choose (void)
{
  if (!has_graphics_card ())
    g_setenv ("GSK_RENDERER", "cairo", FALSE);
  if (g_strcmp0 (g_getenv ("GSK_RENDERER"), "cairo") == 0)
    g_setenv ("GDK_DEBUG", NO_OPENGL, FALSE);
}

void
tocsin_renderer_chosen (void)
{
  if (g_strcmp0 (g_getenv ("GDK_DEBUG"), NO_OPENGL) == 0)
    g_unsetenv ("GDK_DEBUG");
}
