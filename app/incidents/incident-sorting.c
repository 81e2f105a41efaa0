/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "incident-sorting"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "incident-sorting.h"
#include "timetext.h"

/* --- groups --- */

static GDateTime *
in_zone (gint64 at_us, GTimeZone *zone)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at_us / TOCSIN_US_PER_S);

  return utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;
}

/* Days as numbers, so that they can be taken from each other. */
static guint32
day_of (GDateTime *at)
{
  GDate date;

  g_date_set_dmy (&date, (GDateDay) g_date_time_get_day_of_month (at), g_date_time_get_month (at),
                  (GDateYear) g_date_time_get_year (at));
  return g_date_get_julian (&date);
}

TocsinIncidentGroup
tocsin_incident_get_group (const TocsinIncident *incident, gint64 now_us, GTimeZone *zone)
{
  g_autoptr (GTimeZone) local = zone == NULL ? g_time_zone_new_local () : NULL;
  g_autoptr (GDateTime) began = NULL, now = NULL;
  guint32 day, today;

  g_return_val_if_fail (incident != NULL, TOCSIN_INCIDENT_GROUP_EARLIER);

  if (incident->ended_at == 0)
    return TOCSIN_INCIDENT_GROUP_OPEN;
  began = in_zone (incident->began_at, zone != NULL ? zone : local);
  now = in_zone (now_us, zone != NULL ? zone : local);
  if (began == NULL || now == NULL)
    return TOCSIN_INCIDENT_GROUP_EARLIER;
  day = day_of (began);
  today = day_of (now);
  if (day >= today)
    return TOCSIN_INCIDENT_GROUP_TODAY;
  if (day + 1 == today)
    return TOCSIN_INCIDENT_GROUP_YESTERDAY;
  if (day + (guint32) g_date_time_get_day_of_week (now) > today)
    return TOCSIN_INCIDENT_GROUP_THIS_WEEK;
  return TOCSIN_INCIDENT_GROUP_EARLIER;
}

const char *
tocsin_incident_group_get_label (TocsinIncidentGroup group)
{
  static const char *const labels[] = {
    [TOCSIN_INCIDENT_GROUP_OPEN] = N_ ("Open"),
    [TOCSIN_INCIDENT_GROUP_TODAY] = N_ ("Today"),
    [TOCSIN_INCIDENT_GROUP_YESTERDAY] = N_ ("Yesterday"),
    [TOCSIN_INCIDENT_GROUP_THIS_WEEK] = N_ ("This Week"),
    [TOCSIN_INCIDENT_GROUP_EARLIER] = N_ ("Earlier"),
  };

  g_return_val_if_fail (group < G_N_ELEMENTS (labels), NULL);
  return _ (labels[group]);
}

/* --- filter --- */

void
tocsin_incident_filter_clear (TocsinIncidentFilter *filter)
{
  g_return_if_fail (filter != NULL);

  g_clear_pointer (&filter->text, g_free);
  g_clear_pointer (&filter->monitor_id, g_free);
  *filter = (TocsinIncidentFilter){ 0 };
}

static void
append (GString *all, const char *text)
{
  if (text == NULL)
    return;
  g_string_append (all, text);
  g_string_append_c (all, '\n');
}

static gboolean
has_words (const TocsinIncident *incident, const char *text)
{
  g_autofree char *wanted = g_utf8_casefold (text, -1);
  g_auto (GStrv) words = g_strsplit_set (wanted, " \t\n", -1);
  g_autoptr (GString) all = g_string_new (NULL);
  g_autofree char *folded = NULL;

  append (all, incident->monitor_name);
  append (all, incident->reason);
  append (all, tocsin_words_get (&tocsin_code_words, incident->code));
  append (all, incident->root_cause);
  append (all, incident->resolution);
  for (guint i = 0; incident->updates != NULL && i < incident->updates->len; i++)
    append (all, ((const TocsinUpdate *) incident->updates->pdata[i])->text);
  folded = g_utf8_casefold (all->str, -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (folded, words[i]) == NULL)
      return FALSE;
  return TRUE;
}

gboolean
tocsin_incident_filter_matches (const TocsinIncidentFilter *filter, const TocsinIncident *incident)
{
  gboolean is_open;

  g_return_val_if_fail (filter != NULL && incident != NULL, FALSE);

  is_open = incident->ended_at == 0;
  if (filter->which != TOCSIN_INCIDENTS_ALL && is_open != (filter->which == TOCSIN_INCIDENTS_OPEN))
    return FALSE;
  if (!is_open && incident->ended_at < filter->from_us)
    return FALSE;
  if (filter->monitor_id != NULL && g_strcmp0 (filter->monitor_id, incident->monitor_id) != 0)
    return FALSE;
  return filter->text == NULL || has_words (incident, filter->text);
}

int
tocsin_incident_compare (gconstpointer a, gconstpointer b)
{
  const TocsinIncident *one = *(const TocsinIncident *const *) a;
  const TocsinIncident *other = *(const TocsinIncident *const *) b;
  gboolean one_is_open = one->ended_at == 0, other_is_open = other->ended_at == 0;

  if (one_is_open != other_is_open)
    return one_is_open ? -1 : 1;
  if (one->began_at != other->began_at)
    return one->began_at > other->began_at ? -1 : 1;
  return g_strcmp0 (one->id, other->id);
}
