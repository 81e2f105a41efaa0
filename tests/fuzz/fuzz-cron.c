/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "fuzz-cron"

#include "config.h"

#include "replay.h"
#include "schedule.h"

#define MOST_BYTES 512

/* Any text is read or refused with a sentence, and what is read comes strictly later, always. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const char *const zones[] = { "UTC", "Europe/Berlin", "Australia/Lord_Howe" };
  g_autofree char *text = g_strndup ((const char *) data, MIN (size, MOST_BYTES));

  for (guint i = 0; i < G_N_ELEMENTS (zones); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TocsinSchedule) schedule = tocsin_schedule_new_cron (text, zones[i], &error);
    gint64 at = G_GINT64_CONSTANT (1774746000000000); /* the day before a change of the clock */

    g_assert_true ((schedule == NULL) == (error != NULL));
    if (schedule == NULL)
      continue;
    for (guint n = 0; n < 20; n++) {
      gint64 next = tocsin_schedule_next (schedule, at);

      if (next == 0)
        break;
      g_assert_cmpint (next, >, at);
      at = next;
    }
    g_free (tocsin_schedule_to_words (schedule));
  }
  return 0;
}
