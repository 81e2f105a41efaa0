/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "partitions"

#include "config.h"

#include "partitions.h"
#include "pg-pool.h"
#include "timetext.h"
#include "uptime.h"

#define KNOWN_MOST 4096

struct _TocsinPartitions {
  GHashTable *days; /* (owned) of begins, as gint64 */
  gint64 last;      /* the day that was asked for last */
};

static gboolean
make (TocsinPg *pg, gpointer data, GError **error)
{
  return tocsin_pg_run (pg, error, NULL, "SELECT samples_make_day ($1)",
                        PG_INT (*(const gint64 *) data));
}

gboolean
tocsin_partitions_make (TocsinPartitions *partitions, TocsinPg *pg, gint64 at_us, GError **error)
{
  gint64 day = tocsin_time_floor (at_us, TOCSIN_US_PER_DAY);

  g_return_val_if_fail (partitions != NULL && pg != NULL, FALSE);

  if (day == partitions->last || g_hash_table_contains (partitions->days, &day)) {
    partitions->last = day;
    return TRUE;
  }
  if (!tocsin_pg_work_run (pg, TOCSIN_WORK_WRITE, make, &day, error))
    return FALSE;
  if (g_hash_table_size (partitions->days) >= KNOWN_MOST)
    g_hash_table_remove_all (partitions->days);
  g_hash_table_add (partitions->days, g_memdup2 (&day, sizeof day));
  partitions->last = day;
  return TRUE;
}

TocsinPartitions *
tocsin_partitions_new (void)
{
  TocsinPartitions *partitions = g_new0 (TocsinPartitions, 1);

  partitions->days = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  partitions->last = G_MININT64;
  return partitions;
}

void
tocsin_partitions_free (TocsinPartitions *partitions)
{
  if (partitions == NULL)
    return;
  g_hash_table_unref (partitions->days);
  g_free (partitions);
}
