/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "incident-text"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "incident-text.h"
#include "texts.h"
#include "timetext.h"

static const char *
name_of (const TocsinIncident *incident)
{
  return incident->monitor_name != NULL ? incident->monitor_name : _ ("A monitor");
}

char *
tocsin_incident_text_duration (const TocsinIncident *incident, gint64 now_us)
{
  return tocsin_text_span (tocsin_incident_get_duration_us (incident, now_us));
}

char *
tocsin_incident_text_sentence (const TocsinIncident *incident, gint64 now_us)
{
  g_autofree char *duration = NULL;

  g_return_val_if_fail (incident != NULL, NULL);

  duration = tocsin_incident_text_duration (incident, now_us);
  if (incident->ended_at == 0)
    /* Translators: a monitor's name, and for how long. */
    return g_strdup_printf (_ ("%s has been down for %s"), name_of (incident), duration);
  /* Translators: a monitor's name, and for how long. */
  return g_strdup_printf (_ ("%s was down for %s"), name_of (incident), duration);
}

static gboolean
is_same_day (gint64 a_us, gint64 b_us, GTimeZone *zone)
{
  g_autoptr (GTimeZone) local = zone == NULL ? g_time_zone_new_local () : NULL;
  g_autoptr (GDateTime) a = g_date_time_new_from_unix_utc (a_us / TOCSIN_US_PER_S);
  g_autoptr (GDateTime) b = g_date_time_new_from_unix_utc (b_us / TOCSIN_US_PER_S);
  g_autoptr (GDateTime) a_there = g_date_time_to_timezone (a, zone != NULL ? zone : local);
  g_autoptr (GDateTime) b_there = g_date_time_to_timezone (b, zone != NULL ? zone : local);

  return g_date_time_get_year (a_there) == g_date_time_get_year (b_there) &&
         g_date_time_get_day_of_year (a_there) == g_date_time_get_day_of_year (b_there);
}

char *
tocsin_incident_text_span (const TocsinIncident *incident, gint64 now_us, GTimeZone *zone)
{
  g_autofree char *began = NULL;
  g_autofree char *ended = NULL;

  g_return_val_if_fail (incident != NULL, NULL);

  began = tocsin_text_time (incident->began_at, now_us, zone);
  if (incident->ended_at == 0)
    /* Translators: a time. */
    return g_strdup_printf (_ ("since %s"), began);
  if (is_same_day (incident->began_at, incident->ended_at, zone) &&
      !is_same_day (incident->began_at, now_us, zone))
    ended = tocsin_text_clock (incident->ended_at, zone); /* the day is told once */
  else
    ended = tocsin_text_time (incident->ended_at, now_us, zone);
  /* Translators: from one time to another. */
  return g_strdup_printf (C_ ("times", "%s – %s"), began, ended);
}

/* Steps that people take have a shape of their own, the others that of a state. */
static const struct {
  const char *label;
  const char *icon;
  TocsinState look;
} kinds[] = {
  [TOCSIN_UPDATE_OPENED] = { N_ ("Opened"), "tocsin-down-symbolic", TOCSIN_STATE_DOWN },
  [TOCSIN_UPDATE_STATE] = { N_ ("State changed"), "tocsin-confirming-symbolic",
                            TOCSIN_STATE_CONFIRMING },
  [TOCSIN_UPDATE_NOTE] = { N_ ("Note"), "document-edit-symbolic", TOCSIN_STATE_UNKNOWN },
  [TOCSIN_UPDATE_ACKNOWLEDGED] = { N_ ("Acknowledged"), "object-select-symbolic",
                                   TOCSIN_STATE_UNKNOWN },
  [TOCSIN_UPDATE_CAUSE] = { N_ ("Root cause written"), "edit-find-symbolic", TOCSIN_STATE_UNKNOWN },
  [TOCSIN_UPDATE_RESOLUTION] = { N_ ("Resolution written"), "emblem-ok-symbolic",
                                 TOCSIN_STATE_UNKNOWN },
  [TOCSIN_UPDATE_CLOSED] = { N_ ("Over"), "tocsin-up-symbolic", TOCSIN_STATE_UP },
};

const char *
tocsin_update_kind_get_label (TocsinUpdateKind kind)
{
  g_return_val_if_fail (kind < G_N_ELEMENTS (kinds), NULL);
  return _ (kinds[kind].label);
}

const char *
tocsin_update_kind_get_icon (TocsinUpdateKind kind)
{
  g_return_val_if_fail (kind < G_N_ELEMENTS (kinds), NULL);
  return kinds[kind].icon;
}

TocsinState
tocsin_update_kind_get_look (TocsinUpdateKind kind)
{
  g_return_val_if_fail (kind < G_N_ELEMENTS (kinds), TOCSIN_STATE_UNKNOWN);
  return kinds[kind].look;
}

const char *
tocsin_incident_get_author (void)
{
  const char *name = g_get_real_name ();

  /* GLib's word for a user without a real name */
  return name != NULL && *name != '\0' && !g_str_equal (name, "Unknown") ? name
                                                                         : g_get_user_name ();
}
