/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "stored-monitor-write"

#include "config.h"

#include "errors.h"
#include "stored-monitor.h"

gboolean
tocsin_stored_monitor_fail_slug (const char *slug, GError **error)
{
  return tocsin_fail (error, TOCSIN_ERROR_EXISTS,
                      "slug: another monitor of the project is called “%s” already", slug);
}

gboolean
tocsin_stored_monitor_check_slug (TocsinPg *pg, const TocsinStoredMonitor *stored, const char *slug,
                                  GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;

  if (slug == NULL || *slug == '\0')
    return TRUE;
  rows = tocsin_pg_query (pg, error,
                          "SELECT 1 FROM heartbeats WHERE team_id = $1::uuid AND"
                          " project_id = $2::uuid AND slug = $3 AND monitor_id <> $4::uuid",
                          PG_TEXT (stored->team_id), PG_TEXT (stored->project_id), PG_TEXT (slug),
                          PG_TEXT (stored->monitor->id));
  if (rows == NULL)
    return FALSE;
  return tocsin_pg_rows_get_n (rows) == 0 || tocsin_stored_monitor_fail_slug (slug, error);
}

TocsinSchedule *
tocsin_stored_monitor_make_schedule (const TocsinMonitor *monitor, GError **error)
{
  if (!tocsin_monitor_validate (monitor, error))
    return NULL;
  return tocsin_schedule_new_for_monitor (monitor, error);
}

/* Empty is unset: the record says nothing where there is nothing. */
void
tocsin_stored_monitor_tidy (TocsinMonitor *monitor)
{
  if (monitor->slug != NULL && *monitor->slug == '\0')
    g_clear_pointer (&monitor->slug, g_free);
}

/* The record as `stored` has it, sealed. `changes` (nullable) are {member: [old, new]}. */
gboolean
tocsin_stored_monitor_write (TocsinPg *pg, const TocsinChange *change, TocsinStoredMonitor *stored,
                             TocsinRecordAction action, JsonObject *changes, GError **error)
{
  const TocsinMonitor *monitor = stored->monitor;
  const TocsinRecordWriter writer = { change->user_id, change->actor_name, change->at_us };
  g_autofree char *body =
      tocsin_fields_to_text (&tocsin_monitor_fields, monitor, TOCSIN_FIELDS_PLAIN);

  stored->updated_at = change->at_us;
  return tocsin_record_write (pg,
                              &(TocsinRecordWrite){
                                  .team_id = change->team_id,
                                  .type = "monitor",
                                  .project_id = stored->project_id,
                                  .name = monitor->name,
                                  .body = body,
                                  .sealed = stored->sealed,
                                  .save = { .id = monitor->id,
                                            .revision = monitor->revision,
                                            .action = action,
                                            .changes = changes,
                                            .lost = change->lost,
                                            .rescued = change->rescued },
                              },
                              &writer, &stored->seq, error);
}

gboolean
tocsin_stored_monitor_seal (const TocsinChange *change, TocsinStoredMonitor *stored, GError **error)
{
  g_autoptr (GError) problem = NULL;

  g_clear_pointer (&stored->sealed, g_bytes_unref);
  stored->sealed = tocsin_monitors_seal (stored->monitor, change->key, &problem);
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}
