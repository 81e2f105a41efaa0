/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "settings"

#include "config.h"

#include <string.h>

#include "settings.h"
#include "timetext.h"

#define SCHEMA "org.tocsin.Tocsin"

gboolean
tocsin_settings_parse_clock (const char *text, guint *minutes)
{
  if (text == NULL || !g_regex_match_simple ("^([01]?[0-9]|2[0-3]):[0-5][0-9]$", text, 0, 0))
    return FALSE;
  *minutes = (guint) (g_ascii_strtoull (text, NULL, 10) * 60 +
                      g_ascii_strtoull (strchr (text, ':') + 1, NULL, 10));
  return TRUE;
}

gint64
tocsin_settings_get_quiet_until (const TocsinSettings *settings, GTimeZone *zone, gint64 now_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now_us / TOCSIN_US_PER_S);
  g_autoptr (GDateTime) now = g_date_time_to_timezone (utc, zone);
  g_autoptr (GDateTime) day = NULL, end = NULL;
  guint from = settings->quiet_from_min, to = settings->quiet_to_min, minute;
  gboolean over_midnight = from > to;

  if (!settings->quiet_hours || from == to || now == NULL)
    return 0;
  minute = (guint) (g_date_time_get_hour (now) * 60 + g_date_time_get_minute (now));
  if (over_midnight ? minute < from && minute >= to : minute < from || minute >= to)
    return 0;
  day = g_date_time_add_days (now, over_midnight && minute >= from ? 1 : 0);
  end = g_date_time_new (zone, g_date_time_get_year (day), g_date_time_get_month (day),
                         g_date_time_get_day_of_month (day), (int) (to / 60), (int) (to % 60), 0);
  /* Where clocks are put back, the hour that comes twice is quiet twice. */
  return MAX (g_date_time_to_unix (end) * TOCSIN_US_PER_S, now_us + TOCSIN_US_PER_S);
}

GSettings *
tocsin_settings_open (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema =
      source != NULL ? g_settings_schema_source_lookup (source, SCHEMA, TRUE) : NULL;

  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
}

static void
read_clock (GSettings *store, const char *key, guint *minutes)
{
  g_autofree char *text = g_settings_get_string (store, key);

  tocsin_settings_parse_clock (text, minutes); /* else the default holds */
}

void
tocsin_settings_read (TocsinSettings *settings, GSettings *store)
{
  *settings = (TocsinSettings) TOCSIN_SETTINGS_DEFAULT;
  if (store == NULL)
    return;
  settings->tray_icon = g_settings_get_boolean (store, "tray-icon");
  settings->notifications = g_settings_get_boolean (store, "notifications");
  settings->events = g_settings_get_flags (store, "notify-events");
  settings->urgent = g_settings_get_boolean (store, "notify-urgent");
  settings->sound = g_settings_get_boolean (store, "sound");
  settings->quiet_hours = g_settings_get_boolean (store, "quiet-hours");
  read_clock (store, "quiet-from", &settings->quiet_from_min);
  read_clock (store, "quiet-to", &settings->quiet_to_min);
}
