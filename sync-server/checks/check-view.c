/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "check-view"

#include "config.h"

#include <string.h>

#include "check-view.h"
#include "timetext.h"
#include "uuid.h"

void
tocsin_check_style_init (TocsinCheckStyle *style, const char *public_url, guint version,
                         gboolean read_only, gint64 now_us)
{
  g_return_if_fail (style != NULL && public_url != NULL && version >= 1 && version <= 9);

  *style = (TocsinCheckStyle){ .version = version, .read_only = read_only, .now_us = now_us };
  style->ping_prefix = g_strconcat (public_url, "/ping/", NULL);
  style->api_prefix = g_strdup_printf ("%s/api/v%u/checks/", public_url, version);
  style->badge_prefix = g_strconcat (public_url, "/b/2/", NULL);
}

void
tocsin_check_style_clear (TocsinCheckStyle *style)
{
  g_clear_pointer (&style->ping_prefix, g_free);
  g_clear_pointer (&style->api_prefix, g_free);
  g_clear_pointer (&style->badge_prefix, g_free);
}

/* --- what it says --- */

static gint64
find_scheduled (const TocsinCheckView *view)
{
  g_autoptr (TocsinSchedule) schedule = NULL;

  /* Where no run is open the deadline is the next time and the grace. */
  if (view->last_start_at == 0)
    return view->deadline_at != 0 ? view->deadline_at - view->grace_us : 0;
  if (view->schedule == NULL)
    return 0;
  schedule = tocsin_schedule_new_cron (view->schedule, view->zone, NULL);
  if (schedule == NULL)
    schedule = tocsin_schedule_new_calendar (view->schedule, view->zone, NULL);
  return schedule != NULL ? tocsin_schedule_next (schedule, view->last_ping_at) : 0;
}

/* Without regard to a run that is open. */
static gint64
find_due (const TocsinCheckView *view)
{
  if (view->status != TOCSIN_HEARTBEAT_UP)
    return 0;
  return view->period_us >= 0 ? view->last_ping_at + view->period_us : find_scheduled (view);
}

gint64
tocsin_check_view_get_next_ping (const TocsinCheckView *view)
{
  gint64 due_at;

  g_return_val_if_fail (view != NULL, 0);

  due_at = find_due (view);
  if (view->last_start_at == 0 || view->status == TOCSIN_HEARTBEAT_DOWN)
    return due_at;
  return due_at != 0 ? MIN (due_at, view->last_start_at) : view->last_start_at;
}

static gboolean
is_overdue (const TocsinCheckView *view, gint64 now_us)
{
  return view->deadline_at != 0 && now_us >= view->deadline_at;
}

const char *
tocsin_check_view_get_status (const TocsinCheckView *view, guint version, gint64 now_us)
{
  gint64 due_at;

  g_return_val_if_fail (view != NULL, NULL);

  if (view->status == TOCSIN_HEARTBEAT_PAUSED && view->last_start_at == 0)
    return "paused";
  if (is_overdue (view, now_us)) /* and not yet marked */
    return "down";
  if (version == 1 && view->last_start_at != 0)
    return "started";
  if (view->status == TOCSIN_HEARTBEAT_PAUSED)
    return "paused";
  if (view->state == TOCSIN_STATE_CONFIRMING)
    return "grace";
  if (view->state == TOCSIN_STATE_DOWN || view->status == TOCSIN_HEARTBEAT_DOWN)
    return "down";
  if (view->status == TOCSIN_HEARTBEAT_NEW)
    return "new";
  due_at = find_due (view);
  return due_at != 0 && now_us >= due_at ? "grace" : "up";
}

/* --- as JSON --- */

static void
write_url (TocsinJsonWriter *writer, const char *name, const char *prefix, const char *id,
           const char *rest)
{
  tocsin_json_writer_begin_string (writer, name);
  tocsin_json_writer_plain_part (writer, prefix, strlen (prefix));
  tocsin_json_writer_plain_part (writer, id, TOCSIN_UUID_LENGTH);
  tocsin_json_writer_plain_part (writer, rest, strlen (rest));
  tocsin_json_writer_end_string (writer);
}

static void
write_addresses (const TocsinCheckView *view, const TocsinCheckStyle *style,
                 TocsinJsonWriter *writer)
{
  write_url (writer, "uuid", "", view->ping_id, "");
  write_url (writer, "ping_url", style->ping_prefix, view->ping_id, "");
  write_url (writer, "update_url", style->api_prefix, view->ping_id, "");
  write_url (writer, "pause_url", style->api_prefix, view->ping_id, "/pause");
  write_url (writer, "resume_url", style->api_prefix, view->ping_id, "/resume");
  tocsin_json_writer_string (writer, "channels", view->channels);
}

void
tocsin_check_view_write (const TocsinCheckView *view, const TocsinCheckStyle *style,
                         TocsinJsonWriter *writer)
{
  g_return_if_fail (view != NULL && style != NULL && writer != NULL);

  tocsin_json_writer_begin_object (writer, NULL);
  tocsin_json_writer_members (writer, view->members);
  tocsin_json_writer_int (writer, "n_pings", view->n_pings);
  tocsin_json_writer_string (writer, "status",
                             tocsin_check_view_get_status (view, style->version, style->now_us));
  tocsin_json_writer_bool (writer, "started", view->last_start_at != 0);
  tocsin_json_writer_iso_time (writer, "last_ping", view->last_ping_at, TOCSIN_ISO_SECONDS);
  tocsin_json_writer_iso_time (writer, "next_ping", tocsin_check_view_get_next_ping (view),
                               TOCSIN_ISO_SECONDS);
  if (view->last_duration_us >= 0)
    tocsin_json_writer_int (writer, "last_duration", view->last_duration_us / TOCSIN_US_PER_S);
  write_url (writer, "badge_url", style->badge_prefix, view->badge_id, ".svg");
  if (style->read_only)
    tocsin_json_writer_string (writer, "unique_key", view->unique_key);
  else
    write_addresses (view, style, writer);
  tocsin_json_writer_end_object (writer);
}
