/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* make-history DIR MONITORS DAYS [TARGET]: a data folder with a past, for benchmarks and for trying
 * things out. */

#define G_LOG_DOMAIN "make-history"

#include "config.h"

#include <stdlib.h>

#include "history.h"

#define MOST_MONITORS 100000
#define MOST_DAYS     3650

static gboolean
read_number (const char *text, guint64 most, guint *number)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, 1, most, &value, NULL))
    return FALSE;
  *number = (guint) value;
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  guint n_monitors, n_days;

  if (argc < 4 || argc > 5 || !read_number (argv[2], MOST_MONITORS, &n_monitors) ||
      !read_number (argv[3], MOST_DAYS, &n_days)) {
    g_printerr ("make-history DIR MONITORS DAYS [TARGET]\n");
    return 2;
  }
  if (bench_make_history (argv[1], n_monitors, n_days, argc > 4 ? argv[4] : "http://127.0.0.1:9/",
                          &error))
    return EXIT_SUCCESS;
  g_printerr ("%s\n", error->message);
  return EXIT_FAILURE;
}
