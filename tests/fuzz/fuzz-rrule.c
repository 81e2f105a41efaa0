/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "fuzz-rrule"

#include "config.h"

#include <string.h>

#include "maintenance-windows.h"
#include "replay.h"
#include "timetext.h"

#define MOST_BYTES 512

/* Any rule is refused or expanded in order. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (TocsinMaintenance) maintenance = tocsin_maintenance_new ();
  TocsinMaintenanceSpan spans[5];
  guint n;

  g_free (maintenance->starts);
  maintenance->starts = g_strdup ("2026-03-27T02:30:00");
  g_free (maintenance->tz);
  maintenance->tz = g_strdup ("Europe/Berlin");
  maintenance->rrule = g_strndup ((const char *) data, MIN (size, MOST_BYTES));
  maintenance->duration_us = TOCSIN_US_PER_HOUR;
  if (!tocsin_maintenance_check (maintenance, NULL))
    return 0;
  n = tocsin_maintenance_next (maintenance, G_GINT64_CONSTANT (1774746000000000), spans,
                               G_N_ELEMENTS (spans));
  for (guint i = 1; i < n; i++)
    g_assert_cmpint (spans[i].starts_at, >, spans[i - 1].starts_at);
  return 0;
}
