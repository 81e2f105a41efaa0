/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "tray-view"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "digest-note.h"
#include "timetext.h"
#include "tray-view.h"

#define MORNING_HOUR 8
#define NIGHT_HOUR   4

void
tocsin_tray_view_clear (TocsinTrayView *view)
{
  g_clear_pointer (&view->problems, g_ptr_array_unref);
}

TocsinTrayLook
tocsin_tray_view_get_look (const TocsinTrayView *view, guint *count)
{
  const gint64 *n = view->n_by_state;
  gint64 n_looked_at = view->n_monitors - n[TOCSIN_STATE_PAUSED];

  *count = 0;
  if (view->offline)
    return TOCSIN_TRAY_OFFLINE;
  if (n[TOCSIN_STATE_DOWN] > 0) {
    *count = (guint) n[TOCSIN_STATE_DOWN];
    return TOCSIN_TRAY_DOWN;
  }
  if (n[TOCSIN_STATE_DEGRADED] > 0) {
    *count = (guint) n[TOCSIN_STATE_DEGRADED];
    return TOCSIN_TRAY_DEGRADED;
  }
  if (view->paused_until != 0 || (view->n_monitors > 0 && n_looked_at == 0))
    return TOCSIN_TRAY_PAUSED;
  if (n_looked_at == n[TOCSIN_STATE_UNKNOWN] + n[TOCSIN_STATE_NEW])
    return TOCSIN_TRAY_UNKNOWN;
  return TOCSIN_TRAY_UP;
}

static char *
describe_count (TocsinState state, guint n)
{
  switch (state) {
  case TOCSIN_STATE_DOWN:
    return g_strdup_printf (ngettext ("%u down", "%u down", n), n);
  case TOCSIN_STATE_DEGRADED:
    return g_strdup_printf (ngettext ("%u degraded", "%u degraded", n), n);
  case TOCSIN_STATE_CONFIRMING:
    return g_strdup_printf (ngettext ("%u failing", "%u failing", n), n);
  case TOCSIN_STATE_UNKNOWN:
    return g_strdup_printf (ngettext ("%u unknown", "%u unknown", n), n);
  case TOCSIN_STATE_UP:
    return g_strdup_printf (ngettext ("%u up", "%u up", n), n);
  case TOCSIN_STATE_MAINTENANCE:
    return g_strdup_printf (ngettext ("%u in maintenance", "%u in maintenance", n), n);
  case TOCSIN_STATE_PAUSED:
    return g_strdup_printf (ngettext ("%u paused", "%u paused", n), n);
  case TOCSIN_STATE_NEW:
    return g_strdup_printf (ngettext ("%u new", "%u new", n), n);
  }
  g_assert_not_reached ();
}

char *
tocsin_tray_view_describe (const TocsinTrayView *view)
{
  static const TocsinState order[] = {
    TOCSIN_STATE_DOWN, TOCSIN_STATE_DEGRADED,    TOCSIN_STATE_CONFIRMING, TOCSIN_STATE_UNKNOWN,
    TOCSIN_STATE_UP,   TOCSIN_STATE_MAINTENANCE, TOCSIN_STATE_PAUSED,     TOCSIN_STATE_NEW,
  };
  g_autoptr (GString) text = g_string_new (NULL);

  if (view->n_monitors == 0)
    return g_strdup (_ ("Nothing is watched yet"));
  if (view->offline)
    return g_strdup (_ ("This computer is offline"));
  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    guint n = (guint) view->n_by_state[order[i]];
    g_autofree char *part = n > 0 ? describe_count (order[i], n) : NULL;

    if (part != NULL)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", part);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* --- the menu --- */

static void
free_item (gpointer data)
{
  TocsinMenuItem *item = data;

  g_free (item->target);
  g_free (item->label);
  g_free (item);
}

static TocsinMenuItem *
add (GPtrArray *menu, TocsinMenuAction action, const char *label)
{
  TocsinMenuItem *item = g_new0 (TocsinMenuItem, 1);

  item->action = action;
  item->label = g_strdup (label);
  g_ptr_array_add (menu, item);
  return item;
}

static void
add_separator (GPtrArray *menu)
{
  add (menu, TOCSIN_MENU_SEPARATOR, NULL);
}

static void
add_problem (GPtrArray *menu, const TocsinStatus *status, gint64 now_us)
{
  g_autofree char *span = tocsin_note_describe_span (MAX (now_us - status->since, 0));
  gboolean is_down = status->state == TOCSIN_STATE_DOWN;
  g_autofree char *label =
      /* Translators: a monitor's name and a span: “✕ Shop: down for 12 min”. */
      g_strdup_printf (is_down ? _ ("✕ %s: down for %s") : _ ("! %s: degraded for %s"),
                       status->name, span);
  TocsinMenuItem *item = add (menu, TOCSIN_MENU_SHOW_MONITOR, label);

  item->target = g_strdup (status->id);
}

static void
add_problems (GPtrArray *menu, const TocsinTrayView *view, gint64 now_us)
{
  g_autofree char *line = tocsin_tray_view_describe (view);
  guint n = view->problems != NULL ? view->problems->len : 0;

  add (menu, TOCSIN_MENU_LINE, line);
  add_separator (menu);
  for (guint i = 0; i < n && i < TOCSIN_MENU_PROBLEMS; i++)
    add_problem (menu, view->problems->pdata[i], now_us);
  if (n > TOCSIN_MENU_PROBLEMS) {
    g_autofree char *more = g_strdup_printf (
        ngettext ("%u more…", "%u more…", n - TOCSIN_MENU_PROBLEMS), n - TOCSIN_MENU_PROBLEMS);

    add (menu, TOCSIN_MENU_OPEN, more);
  }
  if (n > 0)
    add_separator (menu);
}

/* "14:05", or with the day where that is not today. */
static char *
describe_time (gint64 at_us, GTimeZone *zone, gint64 now_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at_us / TOCSIN_US_PER_S);
  g_autoptr (GDateTime) utc_now = g_date_time_new_from_unix_utc (now_us / TOCSIN_US_PER_S);
  g_autoptr (GDateTime) at = g_date_time_to_timezone (utc, zone);
  g_autoptr (GDateTime) now = g_date_time_to_timezone (utc_now, zone);

  if (g_date_time_get_day_of_year (at) == g_date_time_get_day_of_year (now))
    return g_date_time_format (at, "%H:%M");
  /* Translators: a day of the week and a time of day, in the form of strftime. */
  return g_date_time_format (at, _ ("%A, %H:%M"));
}

static void
add_pause (GPtrArray *menu, const TocsinTrayView *view, GTimeZone *zone, gint64 now_us)
{
  if (view->paused_until > now_us) {
    g_autofree char *until = describe_time (view->paused_until, zone, now_us);
    g_autofree char *line = g_strdup_printf (_ ("Alerts are paused until %s"), until);

    add (menu, TOCSIN_MENU_LINE, line);
    add (menu, TOCSIN_MENU_RESUME, _ ("Resume alerts"));
    return;
  }
  add (menu, TOCSIN_MENU_PAUSE_HOUR, _ ("Pause alerts for 1 hour"));
  add (menu, TOCSIN_MENU_PAUSE_TOMORROW, _ ("Pause alerts until tomorrow"));
}

GPtrArray *
tocsin_tray_menu_new (const TocsinTrayView *view, GTimeZone *zone, gint64 now_us)
{
  GPtrArray *menu = g_ptr_array_new_with_free_func (free_item);

  add_problems (menu, view, now_us);
  if (view->n_monitors > 0)
    add (menu, TOCSIN_MENU_CHECK_ALL, _ ("Check all now"));
  add_pause (menu, view, zone, now_us);
  add_separator (menu);
  add (menu, TOCSIN_MENU_OPEN, _ ("Open Tocsin"));
  add (menu, TOCSIN_MENU_QUIT, _ ("Quit"));
  return menu;
}

gint64
tocsin_tray_get_tomorrow (GTimeZone *zone, gint64 now_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now_us / TOCSIN_US_PER_S);
  g_autoptr (GDateTime) now = g_date_time_to_timezone (utc, zone);
  g_autoptr (GDateTime) day =
      g_date_time_add_days (now, g_date_time_get_hour (now) < NIGHT_HOUR ? 0 : 1);
  g_autoptr (GDateTime) morning =
      g_date_time_new (zone, g_date_time_get_year (day), g_date_time_get_month (day),
                       g_date_time_get_day_of_month (day), MORNING_HOUR, 0, 0);

  return g_date_time_to_unix (morning) * TOCSIN_US_PER_S;
}
