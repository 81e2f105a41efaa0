/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "ordered-plan"

#include "config.h"

#include "ordered-plan.h"

gboolean
tocsin_pg_plan_in_order (TocsinPg *pg, GError **error)
{
  g_return_val_if_fail (pg != NULL, FALSE);

  return tocsin_pg_script (pg,
                           "SET LOCAL enable_hashjoin = off; SET LOCAL enable_sort = off;"
                           "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off;"
                           "SET LOCAL max_parallel_workers_per_gather = 0",
                           error);
}
