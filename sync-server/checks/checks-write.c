/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "checks-write"

#include "config.h"

#include <string.h>

#include "change-of-call.h"
#include "channels.h"
#include "check-spec.h"
#include "checks-private.h"
#include "errors.h"
#include "timetext.h"

#define SLUG_TRIES        10000
#define PERIOD_DEFAULT_US TOCSIN_US_PER_DAY

static TocsinChange
make_change (const TocsinCall *call)
{
  return tocsin_change_of_call (call, call->principal.team_id);
}

static gboolean
read_spec (TocsinCall *call, TocsinCheckSpec *spec, GError **error)
{
  g_autoptr (JsonObject) json = tocsin_check_parse_body (call->body, error);

  return json != NULL && tocsin_check_spec_read (spec, json, error);
}

/* --- channels --- */

/* The channel that an id or a name stands for. */
static gboolean
find_channel (const TocsinPgRows *rows, const char *identifier, const char **id, GError **error)
{
  guint n = 0;

  for (guint row = 0; row < tocsin_pg_rows_get_n (rows); row++) {
    const char *row_id = tocsin_pg_rows_get_text (rows, row, 0);

    if (g_ascii_strcasecmp (row_id, identifier) != 0 &&
        strcmp (tocsin_pg_rows_get_text (rows, row, 1), identifier) != 0)
      continue;
    *id = row_id;
    n++;
  }
  if (*identifier == '\0')
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "empty channel identifier");
  if (n == 0)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "invalid channel identifier: %s", identifier);
  return n == 1 ||
         tocsin_fail (error, TOCSIN_ERROR_INVALID, "non-unique channel identifier: %s", identifier);
}

static gboolean
apply_channels (TocsinCall *call, TocsinPg *pg, const char *text, TocsinStoredMonitor *stored,
                GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  g_auto (GStrv) words = NULL;

  if (text == NULL)
    return TRUE;
  rows = tocsin_channels_query (pg, call->principal.team_id, call->principal.project_id, error);
  if (rows == NULL)
    return FALSE;
  if (strcmp (text, "*") == 0)
    for (guint row = 0; row < tocsin_pg_rows_get_n (rows); row++)
      g_ptr_array_add (ids, (gpointer) tocsin_pg_rows_get_text (rows, row, 0));
  else if (*text != '\0')
    words = g_strsplit (text, ",", -1);
  for (guint i = 0; words != NULL && words[i] != NULL; i++) {
    const char *id = NULL;

    if (!find_channel (rows, words[i], &id, error))
      return FALSE;
    if (!g_ptr_array_find (ids, id, NULL))
      g_ptr_array_add (ids, (gpointer) id);
  }
  g_ptr_array_add (ids, NULL);
  g_strfreev (stored->channels);
  stored->channels = g_strdupv ((char **) ids->pdata);
  return TRUE;
}

/* --- slugs --- */

static gboolean
is_taken (const TocsinPgRows *rows, const char *slug)
{
  for (guint row = 0; row < tocsin_pg_rows_get_n (rows); row++)
    if (strcmp (tocsin_pg_rows_get_text (rows, row, 0), slug) == 0)
      return TRUE;
  return FALSE;
}

/* Before version 3 a slug is made of the name, and two checks may have one name: the second one's
 * is "backup-2". */
static gboolean
make_slug_free (TocsinCall *call, TocsinPg *pg, TocsinMonitor *monitor, GError **error)
{
  g_autoptr (TocsinPgRows) rows = NULL;
  g_autofree char *stem = g_steal_pointer (&monitor->slug);

  if (stem == NULL || *stem == '\0')
    return TRUE;
  rows = tocsin_pg_query (
      pg, error,
      "SELECT slug FROM heartbeats WHERE team_id = $1::uuid AND project_id = $2::uuid"
      " AND starts_with (slug, left ($3, 90)) AND monitor_id IS DISTINCT FROM $4::uuid",
      PG_TEXT (call->principal.team_id), PG_TEXT (call->principal.project_id), PG_TEXT (stem),
      PG_TEXT (monitor->id));
  if (rows == NULL)
    return FALSE;
  monitor->slug = g_strdup (stem);
  for (guint n = 2; is_taken (rows, monitor->slug) && n < SLUG_TRIES; n++) {
    g_free (monitor->slug);
    monitor->slug = g_strdup_printf ("%.90s-%u", stem, n);
  }
  return TRUE;
}

/* --- create and update --- */

/* Puts the specification into `monitor`, and what is no part of it into `stored`. */
static gboolean
apply_spec (TocsinCall *call, TocsinPg *pg, const TocsinCheckSpec *spec, TocsinMonitor *monitor,
            TocsinStoredMonitor *stored, GError **error)
{
  guint version = tocsin_checks_get_version (call);

  if (!apply_channels (call, pg, spec->channels, stored, error) ||
      !tocsin_check_spec_apply (spec, version, monitor, &stored->filter_subject,
                                &stored->filter_body, error))
    return FALSE;
  return version >= 3 || spec->name == NULL || spec->slug != NULL ||
         make_slug_free (call, pg, monitor, error);
}

/* The oldest check of the project that has what `unique` names. */
static gboolean
find_unique (TocsinCall *call, TocsinPg *pg, const TocsinCheckSpec *spec, char **id, GError **error)
{
  guint unique = spec->unique;
  g_autoptr (TocsinPgRows) rows = NULL;
  g_autofree char *tags = NULL;
  const char *name = spec->name != NULL && *spec->name == '\0' ? TOCSIN_CHECK_UNNAMED : spec->name;

  if (unique == 0 || ((unique & TOCSIN_UNIQUE_NAME) != 0 && name == NULL) ||
      ((unique & TOCSIN_UNIQUE_SLUG) != 0 && spec->slug == NULL) ||
      ((unique & TOCSIN_UNIQUE_TAGS) != 0 && spec->tags == NULL) ||
      ((unique & TOCSIN_UNIQUE_TIMEOUT) != 0 && spec->timeout_s == 0) ||
      ((unique & TOCSIN_UNIQUE_GRACE) != 0 && spec->grace_s == 0))
    return TRUE;
  tags = tocsin_check_spec_get_tag_array (spec);
  rows = tocsin_pg_query (
      pg, error,
      "SELECT c.monitor_id FROM checks c"
      " JOIN records r ON r.team_id = c.team_id AND r.id = c.monitor_id"
      " JOIN heartbeats h ON h.team_id = c.team_id AND h.monitor_id = c.monitor_id"
      " WHERE c.team_id = $1::uuid AND c.project_id = $2::uuid"
      " AND ($3::text IS NULL OR r.name = $3) AND ($4::text IS NULL OR coalesce (h.slug, '') = $4)"
      " AND ($5::text IS NULL OR c.tags = $5::text[])"
      " AND ($6::bigint IS NULL OR c.period_us = $6) AND ($7::bigint IS NULL OR c.grace_us = $7)"
      " ORDER BY c.monitor_id LIMIT 1",
      PG_TEXT (call->principal.team_id), PG_TEXT (call->principal.project_id),
      PG_TEXT ((unique & TOCSIN_UNIQUE_NAME) != 0 ? name : NULL),
      PG_TEXT ((unique & TOCSIN_UNIQUE_SLUG) != 0 ? spec->slug : NULL),
      PG_TEXT ((unique & TOCSIN_UNIQUE_TAGS) != 0 ? tags : NULL),
      PG_INT_IF ((unique & TOCSIN_UNIQUE_TIMEOUT) != 0, spec->timeout_s * TOCSIN_US_PER_S),
      PG_INT_IF ((unique & TOCSIN_UNIQUE_GRACE) != 0, spec->grace_s * TOCSIN_US_PER_S));
  if (rows == NULL)
    return FALSE;
  if (tocsin_pg_rows_get_n (rows) > 0)
    *id = g_strdup (tocsin_pg_rows_get_text (rows, 0, 0));
  return TRUE;
}

static gboolean
update (TocsinCall *call, TocsinPg *pg, const TocsinCheckSpec *spec, const char *id, GError **error)
{
  g_autoptr (TocsinStoredMonitor) stored =
      tocsin_monitors_load (pg, call->principal.team_id, id, TOCSIN_MONITORS_LOCK, error);
  g_autoptr (TocsinMonitor) edited = NULL;
  TocsinChange change = make_change (call);

  if (stored == NULL)
    return FALSE;
  edited = tocsin_monitor_copy (stored->monitor);
  return apply_spec (call, pg, spec, edited, stored, error) &&
         tocsin_monitors_edit (pg, &change, stored, edited, error) &&
         tocsin_checks_reply (call, pg, 200, id, error);
}

static gboolean
create (TocsinCall *call, TocsinPg *pg, const TocsinCheckSpec *spec, GError **error)
{
  g_autoptr (TocsinStoredMonitor) stored = g_new0 (TocsinStoredMonitor, 1);
  TocsinChange change = make_change (call);

  stored->project_id = g_strdup (call->principal.project_id);
  stored->monitor = tocsin_monitor_new (TOCSIN_MONITOR_HEARTBEAT);
  stored->monitor->name = g_strdup (TOCSIN_CHECK_UNNAMED);
  stored->monitor->period_us = PERIOD_DEFAULT_US;
  return apply_spec (call, pg, spec, stored->monitor, stored, error) &&
         tocsin_monitors_create (pg, &change, stored, error) &&
         tocsin_checks_reply (call, pg, 201, stored->monitor->id, error);
}

/* The project is locked first, so that of two requests with the same unique members one makes the
 * check and the other finds it. */
gboolean
tocsin_checks_create (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_auto (TocsinCheckSpec) spec = { 0 };
  g_autofree char *id = NULL;

  if (!read_spec (call, &spec, error) ||
      !tocsin_monitors_lock_project (pg, call->principal.team_id, call->principal.project_id,
                                     error) ||
      !find_unique (call, pg, &spec, &id, error))
    return FALSE;
  return id != NULL ? update (call, pg, &spec, id, error) : create (call, pg, &spec, error);
}

gboolean
tocsin_checks_update (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_auto (TocsinCheckSpec) spec = { 0 };
  g_autofree char *id = tocsin_checks_find (call, pg, FALSE, error);

  return id != NULL && read_spec (call, &spec, error) && update (call, pg, &spec, id, error);
}

/* --- pause, resume, delete --- */

static TocsinStoredMonitor *
load (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autofree char *id = tocsin_checks_find (call, pg, FALSE, error);

  if (id == NULL)
    return NULL;
  return tocsin_monitors_load (pg, call->principal.team_id, id, TOCSIN_MONITORS_LOCK, error);
}

gboolean
tocsin_checks_pause (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autoptr (TocsinStoredMonitor) stored = load (call, pg, error);
  TocsinChange change = make_change (call);

  return stored != NULL && tocsin_monitors_set_paused (pg, &change, stored, TRUE, error) &&
         tocsin_checks_reply (call, pg, 200, stored->monitor->id, error);
}

gboolean
tocsin_checks_resume (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autoptr (TocsinStoredMonitor) stored = load (call, pg, error);
  TocsinChange change = make_change (call);

  if (stored == NULL)
    return FALSE;
  if (!stored->monitor->paused)
    return tocsin_http_fail (error, 409, "check is not paused");
  return tocsin_monitors_set_paused (pg, &change, stored, FALSE, error) &&
         tocsin_checks_reply (call, pg, 200, stored->monitor->id, error);
}

gboolean
tocsin_checks_delete (TocsinCall *call, TocsinPg *pg, GError **error)
{
  g_autoptr (TocsinStoredMonitor) stored = load (call, pg, error);
  TocsinChange change = make_change (call);

  return stored != NULL && tocsin_checks_reply (call, pg, 200, stored->monitor->id, error) &&
         tocsin_monitors_delete (pg, &change, stored, error);
}
