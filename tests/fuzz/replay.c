/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* Runs a corpus through its fuzz target, a test case a file: so what the fuzzer once found stays
 * found, with any compiler. The corpus is the folder that the one argument names. */

#define G_LOG_DOMAIN "replay"

#include "config.h"

#include "replay.h"
#include "support.h"

static void
replay (gconstpointer path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize size;

  g_file_get_contents (path, &text, &size, &error);
  g_assert_no_error (error);
  /* A copy of exactly this size, so that the sanitizer sees a byte read beyond it. */
  {
    g_autofree guint8 *data = g_memdup2 (text, size);

    LLVMFuzzerTestOneInput (data, size);
  }
}

int
main (int argc, char *argv[])
{
  const char *folder;
  g_autoptr (GDir) dir = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *corpus = NULL;
  const char *name;

  tocsin_test_init (&argc, &argv);
  g_assert_cmpint (argc, ==, 2);
  folder = argv[1];
  corpus = g_path_get_basename (folder);
  dir = g_dir_open (folder, 0, &error);
  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *test = g_strdup_printf ("/%s/%s", corpus, name);

    g_test_add_data_func_full (test, g_build_filename (folder, name, NULL), replay, g_free);
  }
  return g_test_run ();
}
