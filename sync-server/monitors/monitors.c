/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "monitors"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "channels.h"
#include "errors.h"
#include "probed-verdict.h"
#include "stored-monitor.h"
#include "timetext.h"
#include "token.h"
#include "uuid.h"
#include "verdict.h"

#define RANDOM_ID_BYTES 16

gboolean
tocsin_monitors_lock_project (TocsinPg *pg, const char *team_id, const char *project_id,
                              GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;

  g_return_val_if_fail (pg != NULL && team_id != NULL && project_id != NULL, FALSE);

  if (tocsin_uuid_is_valid (project_id)) {
    rows = tocsin_pg_query (pg, error,
                            "SELECT 1 FROM records WHERE team_id = $1::uuid AND id = $2::uuid"
                            " AND type = 'project' AND deleted_at = 0 FOR NO KEY UPDATE",
                            PG_TEXT (team_id), PG_TEXT (project_id));
    if (rows == NULL)
      return FALSE;
  }
  if (rows == NULL || tocsin_pg_rows_get_n (rows) == 0)
    return tocsin_fail (error, TOCSIN_ERROR_NOT_FOUND, "no project of the team has the id %s",
                        project_id);
  return TRUE;
}

/* --- creation --- */

/* A version 4 UUID: who knows one ping URL must not guess the next. */
static char *
make_random_id (void)
{
  guint8 random[TOCSIN_UUID_RANDOM_BYTES + RANDOM_ID_BYTES];
  char *id;
  gint64 at_us = 0;

  randombytes_buf (random, sizeof random);
  memcpy (&at_us, random + TOCSIN_UUID_RANDOM_BYTES, sizeof at_us);
  id = tocsin_uuid_new (at_us & G_MAXINT64, random);
  id[14] = '4';
  return id;
}

/* Nothing came before it, so what the first event makes of it is no flip. */
static gboolean
insert_heartbeat (TocsinPg *pg, const TocsinChange *change, TocsinStoredMonitor *stored,
                  GError **error)
{
  TocsinMonitor *monitor = stored->monitor;
  TocsinHeartbeatEvent event = { .kind = monitor->paused ? TOCSIN_HEARTBEAT_PAUSE
                                                         : TOCSIN_HEARTBEAT_CONFIG };
  g_auto (TocsinVerdict) verdict = { 0 };
  g_autoptr (TocsinPgRows) rows = NULL;

  stored->heartbeat = tocsin_heartbeat_new ();
  stored->judge = tocsin_judge_new ();
  tocsin_verdict_run (stored, &event, change->at_us, randombytes_buf, &verdict);
  verdict.n_flips = 0;
  verdict.is_seen = TRUE;
  rows = tocsin_pg_query (
      pg, error,
      "INSERT INTO heartbeats (team_id, monitor_id, project_id, ping_id, slug, revision)"
      " VALUES ($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5, $6) RETURNING badge_id",
      PG_TEXT (stored->team_id), PG_TEXT (monitor->id), PG_TEXT (stored->project_id),
      PG_TEXT (monitor->ping_id), PG_TEXT (monitor->slug), PG_INT (monitor->revision));
  if (rows == NULL)
    return FALSE;
  stored->badge_id = g_strdup (tocsin_pg_rows_get_text (rows, 0, 0));
  return tocsin_verdict_save (pg, stored, &verdict, change->at_us, error) &&
         tocsin_stored_monitor_save_check (pg, stored, error);
}

/* The record and what lies beside it, of a monitor that has its id. */
static gboolean
insert (TocsinPg *pg, const TocsinChange *change, TocsinStoredMonitor *stored,
        TocsinRecordAction action, const char *deed, GError **error)
{
  TocsinMonitor *monitor = stored->monitor;

  g_free (stored->team_id);
  stored->team_id = g_strdup (change->team_id);
  g_clear_pointer (&stored->schedule, tocsin_schedule_free);
  stored->schedule = tocsin_stored_monitor_make_schedule (monitor, error);
  if (stored->schedule == NULL)
    return FALSE;
  stored->is_unsealed = TRUE;
  return tocsin_monitors_lock_project (pg, change->team_id, stored->project_id, error) &&
         tocsin_stored_monitor_check_slug (pg, stored, monitor->slug, error) &&
         tocsin_stored_monitor_seal (change, stored, error) &&
         tocsin_stored_monitor_write (pg, change, stored, action, NULL, error) &&
         (monitor->kind == TOCSIN_MONITOR_HEARTBEAT
              ? insert_heartbeat (pg, change, stored, error)
              : tocsin_probed_verdict_insert (pg, stored, change->at_us, error)) &&
         tocsin_stored_monitor_audit (pg, change, deed, NULL, monitor, error);
}

static gboolean
give_address (TocsinPg *pg, const TocsinChange *change, TocsinMonitor *monitor, GError **error)
{
  g_autofree char *wanted = g_steal_pointer (&monitor->ping_id);
  g_autoptr (TocsinPgRows) rows = NULL;

  if (monitor->kind != TOCSIN_MONITOR_HEARTBEAT)
    return TRUE;
  if (change->keeps_address && wanted != NULL && tocsin_uuid_is_valid (wanted)) {
    rows = tocsin_pg_query (pg, error, "SELECT 1 FROM heartbeats WHERE ping_id = $1::uuid",
                            PG_TEXT (wanted));
    if (rows == NULL)
      return FALSE;
    if (tocsin_pg_rows_get_n (rows) == 0)
      monitor->ping_id = g_steal_pointer (&wanted);
  }
  if (monitor->ping_id == NULL)
    monitor->ping_id = make_random_id ();
  return TRUE;
}

gboolean
tocsin_monitors_create_as (TocsinPg *pg, const TocsinChange *change, TocsinStoredMonitor *stored,
                           const char *id, GError **error)
{
  TocsinMonitor *monitor;

  g_return_val_if_fail (pg != NULL && change != NULL && stored != NULL && id != NULL, FALSE);
  g_return_val_if_fail (stored->monitor != NULL && stored->project_id != NULL, FALSE);

  monitor = stored->monitor;
  tocsin_stored_monitor_tidy (monitor);
  g_free (monitor->id);
  monitor->id = g_strdup (id);
  monitor->created_at = change->at_us;
  monitor->revision = MAX (change->revision, 1);
  return give_address (pg, change, monitor, error) &&
         insert (pg, change, stored, TOCSIN_RECORD_CREATE, "monitor.create", error);
}

gboolean
tocsin_monitors_create (TocsinPg *pg, const TocsinChange *change, TocsinStoredMonitor *stored,
                        GError **error)
{
  g_autofree char *id = NULL;

  g_return_val_if_fail (change != NULL, FALSE);

  id = tocsin_id_new (change->at_us);
  return tocsin_monitors_create_as (pg, change, stored, id, error);
}

gboolean
tocsin_monitors_restore (TocsinPg *pg, const TocsinChange *change, TocsinStoredMonitor *stored,
                         GError **error)
{
  TocsinMonitor *monitor;

  g_return_val_if_fail (pg != NULL && change != NULL && stored != NULL, FALSE);
  g_return_val_if_fail (stored->monitor != NULL && stored->monitor->id != NULL, FALSE);

  monitor = stored->monitor;
  tocsin_stored_monitor_tidy (monitor);
  if (monitor->kind == TOCSIN_MONITOR_HEARTBEAT && monitor->ping_id == NULL)
    monitor->ping_id = make_random_id ();
  monitor->revision++;
  return insert (pg, change, stored, TOCSIN_RECORD_RESTORE, "monitor.restore", error);
}

static gboolean
find_slug (TocsinPg *pg, const char *team_id, const char *project_id, const char *slug, char **id,
           GError **error)
{
  g_autoptr (TocsinPgRows) rows = tocsin_pg_query (
      pg, error,
      "SELECT monitor_id FROM heartbeats WHERE team_id = $1::uuid AND project_id = $2::uuid"
      " AND slug = $3",
      PG_TEXT (team_id), PG_TEXT (project_id), PG_TEXT (slug));

  if (rows == NULL)
    return FALSE;
  *id = tocsin_pg_rows_get_n (rows) > 0 ? g_strdup (tocsin_pg_rows_get_text (rows, 0, 0)) : NULL;
  return TRUE;
}

static TocsinStoredMonitor *
create_slug (TocsinPg *pg, const TocsinChange *change, const char *project_id, const char *slug,
             GError **error)
{
  g_autoptr (TocsinStoredMonitor) stored = g_new0 (TocsinStoredMonitor, 1);
  TocsinMonitor *monitor = tocsin_monitor_new (TOCSIN_MONITOR_HEARTBEAT);

  stored->monitor = monitor;
  stored->project_id = g_strdup (project_id);
  monitor->name = g_strdup (slug);
  monitor->slug = g_strdup (slug);
  monitor->period_us = TOCSIN_US_PER_DAY;
  monitor->grace_us = TOCSIN_US_PER_HOUR;
  stored->channels = tocsin_channels_list_ids (pg, change->team_id, project_id, error);
  if (stored->channels == NULL || !tocsin_monitors_create (pg, change, stored, error))
    return NULL;
  return g_steal_pointer (&stored);
}

TocsinStoredMonitor *
tocsin_monitors_find_or_create_slug (TocsinPg *pg, const TocsinChange *change,
                                     const char *project_id, const char *slug, gboolean *created,
                                     GError **error)
{
  g_autofree char *id = NULL;

  g_return_val_if_fail (pg != NULL && change != NULL && project_id != NULL, NULL);
  g_return_val_if_fail (slug != NULL && created != NULL, NULL);

  *created = FALSE;
  if (!tocsin_monitors_lock_project (pg, change->team_id, project_id, error) ||
      !find_slug (pg, change->team_id, project_id, slug, &id, error))
    return NULL;
  if (id != NULL)
    return tocsin_monitors_load (pg, change->team_id, id, TOCSIN_MONITORS_LOCK, error);
  *created = TRUE;
  return create_slug (pg, change, project_id, slug, error);
}
