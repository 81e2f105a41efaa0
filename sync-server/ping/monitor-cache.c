/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "monitor-cache"

#include "config.h"

#include <string.h>

#include "jsontext.h"
#include "monitor-cache.h"

#define KEPT_MOST 20000

struct _TocsinMonitorCache {
  GHashTable *known; /* (owned) id → TocsinKnownMonitor */
};

static void
free_known (gpointer data)
{
  TocsinKnownMonitor *known = data;

  g_clear_pointer (&known->monitor, tocsin_monitor_unref);
  g_clear_pointer (&known->schedule, tocsin_schedule_free);
  g_free (known);
}

static TocsinKnownMonitor *
read_body (const char *body, GError **error)
{
  g_autoptr (JsonObject) json = tocsin_json_parse_object (body, strlen (body), error);
  g_autoptr (TocsinMonitor) monitor = json != NULL ? tocsin_monitor_from_json (json, error) : NULL;
  g_autoptr (TocsinSchedule) schedule =
      monitor != NULL ? tocsin_schedule_new_for_monitor (monitor, error) : NULL;
  TocsinKnownMonitor *known;

  if (schedule == NULL)
    return NULL;
  known = g_new0 (TocsinKnownMonitor, 1);
  known->monitor = g_steal_pointer (&monitor);
  known->schedule = g_steal_pointer (&schedule);
  return known;
}

const TocsinKnownMonitor *
tocsin_monitor_cache_get (TocsinMonitorCache *cache, TocsinPg *pg, const char *team_id,
                          const char *monitor_id, gint64 revision, GError **error)
{
  TocsinKnownMonitor *known = g_hash_table_lookup (cache->known, monitor_id);
  g_autoptr (TocsinPgRows) rows = NULL;

  if (known != NULL && known->revision == revision)
    return known;
  rows = tocsin_pg_query (pg, error,
                          "SELECT body FROM records WHERE team_id = $1::uuid AND id = $2::uuid",
                          PG_TEXT (team_id), PG_TEXT (monitor_id));
  if (rows == NULL)
    return NULL;
  known = read_body (tocsin_pg_rows_get_n (rows) > 0 ? tocsin_pg_rows_get_text (rows, 0, 0) : "",
                     error);
  if (known == NULL) {
    g_prefix_error (error, "the record of monitor %s: ", monitor_id);
    return NULL;
  }
  known->revision = revision;
  g_hash_table_replace (cache->known, g_strdup (monitor_id), known);
  return known;
}

void
tocsin_monitor_cache_trim (TocsinMonitorCache *cache)
{
  if (g_hash_table_size (cache->known) > KEPT_MOST)
    g_hash_table_remove_all (cache->known);
}

TocsinMonitorCache *
tocsin_monitor_cache_new (void)
{
  TocsinMonitorCache *cache = g_new0 (TocsinMonitorCache, 1);

  cache->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_known);
  return cache;
}

void
tocsin_monitor_cache_free (TocsinMonitorCache *cache)
{
  if (cache == NULL)
    return;
  g_hash_table_unref (cache->known);
  g_free (cache);
}
