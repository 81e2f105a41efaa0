/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "digest-note"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "digest-note.h"
#include "incident.h"
#include "sample.h"
#include "timetext.h"

#define NAMES_SHOWN 5

void
tocsin_note_free (TocsinNote *note)
{
  if (note == NULL)
    return;
  g_free (note->summary);
  g_free (note->body);
  g_clear_pointer (&note->monitors, g_ptr_array_unref);
  g_clear_pointer (&note->incidents, g_ptr_array_unref);
  g_free (note);
}

gboolean
tocsin_notice_is_missed (const TocsinNotice *notice)
{
  return notice->kind == TOCSIN_NOTICE_DOWN && notice->code == TOCSIN_CODE_HEARTBEAT_MISSED;
}

char *
tocsin_note_describe_span (gint64 span_us)
{
  gint64 days = span_us / TOCSIN_US_PER_DAY;
  gint64 hours = span_us % TOCSIN_US_PER_DAY / TOCSIN_US_PER_HOUR;
  gint64 minutes = span_us % TOCSIN_US_PER_HOUR / TOCSIN_US_PER_MIN;
  g_autofree char *days_text =
      g_strdup_printf (ngettext ("%d day", "%d days", (gulong) days), (int) days);

  if (days > 0 && hours > 0)
    /* Translators: a span such as “2 days 3 h”. */
    return g_strdup_printf (_ ("%s %d h"), days_text, (int) hours);
  if (days > 0)
    return g_steal_pointer (&days_text);
  if (hours > 0 && minutes > 0)
    return g_strdup_printf (_ ("%d h %d min"), (int) hours, (int) minutes);
  if (hours > 0)
    return g_strdup_printf (_ ("%d h"), (int) hours);
  if (minutes > 0)
    return g_strdup_printf (_ ("%d min"), (int) minutes);
  return g_strdup_printf (_ ("%d s"), (int) (span_us / TOCSIN_US_PER_S));
}

/* --- of one --- */

static char *
problem_body (const TocsinNotice *notice)
{
  if (notice->kind == TOCSIN_NOTICE_FLAPPING)
    return g_strdup (_ ("Its state changes over and over. Single changes are not told until it is "
                        "steady."));
  return g_strdup (notice->reason != NULL ? notice->reason : "");
}

static char *
problem_summary (const TocsinNotice *notice)
{
  if (tocsin_notice_is_missed (notice))
    return g_strdup_printf (_ ("%s missed its heartbeat"), notice->monitor_name);
  if (notice->kind == TOCSIN_NOTICE_DEGRADED)
    return g_strdup_printf (_ ("%s is degraded"), notice->monitor_name);
  if (notice->kind == TOCSIN_NOTICE_FLAPPING)
    return g_strdup_printf (_ ("%s is flapping"), notice->monitor_name);
  return g_strdup_printf (_ ("%s is down"), notice->monitor_name);
}

static char *
recovery_body (const TocsinNotice *notice)
{
  g_autofree char *span = NULL;

  if (notice->began_at == 0 || notice->ended_at <= notice->began_at)
    return g_strdup ("");
  span = tocsin_note_describe_span (notice->ended_at - notice->began_at);
  return g_strdup_printf (_ ("It was down for %s."), span);
}

static char *
incident_summary (const TocsinNotice *notice)
{
  const char *who = notice->author != NULL ? notice->author : _ ("Somebody");
  const char *name = notice->monitor_name;

  switch (notice->update) {
  case TOCSIN_UPDATE_ACKNOWLEDGED:
    return g_strdup_printf (_ ("%s acknowledged the incident of %s"), who, name);
  case TOCSIN_UPDATE_CAUSE:
    return g_strdup_printf (_ ("%s wrote the root cause of the incident of %s"), who, name);
  case TOCSIN_UPDATE_RESOLUTION:
    return g_strdup_printf (_ ("%s wrote how the incident of %s was resolved"), who, name);
  default:
    return g_strdup_printf (_ ("%s wrote about the incident of %s"), who, name);
  }
}

static void
write_one (TocsinNote *note, TocsinSlotClass slot_class, const TocsinNotice *notice, gint64 now_us)
{
  g_autofree char *span = NULL;

  switch (slot_class) {
  case TOCSIN_SLOT_PROBLEM:
    note->summary = problem_summary (notice);
    note->body = problem_body (notice);
    return;
  case TOCSIN_SLOT_RECOVERY:
    note->summary = g_strdup_printf (_ ("%s is up again"), notice->monitor_name);
    note->body = recovery_body (notice);
    return;
  case TOCSIN_SLOT_CERTIFICATE:
    span = tocsin_note_describe_span (MAX (notice->ended_at - now_us, 0));
    note->summary = g_strdup_printf (_ ("The certificate of %s ends soon"), notice->monitor_name);
    note->body = g_strdup_printf (_ ("It ends in %s."), span);
    return;
  case TOCSIN_SLOT_INCIDENT:
    note->summary = incident_summary (notice);
    note->body = g_strdup (notice->reason != NULL ? notice->reason : "");
    return;
  case TOCSIN_SLOT_OFFLINE:
    note->summary = g_strdup (_ ("This computer is offline"));
    note->body = g_strdup (_ ("Nobody is looking: failures are not believed until it is back."));
    return;
  case TOCSIN_N_SLOT_CLASSES:
    break;
  }
  g_assert_not_reached ();
}

/* --- of many --- */

static gboolean
is_over (const TocsinNotice *notice)
{
  return notice->kind == TOCSIN_NOTICE_UP || notice->kind == TOCSIN_NOTICE_STEADY;
}

/* "Shop, Mail, Blog, Wiki, DNS and 35 more". Those that are over are left out where some are not. */
static char *
list_names (const GPtrArray *notices, gboolean skip_over)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n_named = 0, n_more = 0;

  for (guint i = 0; i < notices->len; i++) {
    const TocsinNotice *notice = notices->pdata[i];

    if (skip_over && is_over (notice))
      continue;
    if (n_named++ < NAMES_SHOWN)
      g_string_append_printf (text, "%s%s", n_named > 1 ? ", " : "", notice->monitor_name);
    else
      n_more++;
  }
  if (n_more > 0)
    /* Translators: a list of names goes before it: “Shop, Mail and 3 more”. */
    g_string_append_printf (text, ngettext (" and %u more", " and %u more", n_more), n_more);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
problems_summary (const GPtrArray *notices)
{
  guint n_over = 0, n_down = 0;

  for (guint i = 0; i < notices->len; i++) {
    const TocsinNotice *notice = notices->pdata[i];

    n_over += is_over (notice);
    n_down += notice->kind == TOCSIN_NOTICE_DOWN;
  }
  if (n_over > 0)
    return g_strdup_printf (ngettext ("%u of %u monitors still has a problem",
                                      "%u of %u monitors still have problems",
                                      notices->len - n_over),
                            notices->len - n_over, notices->len);
  if (n_down == notices->len)
    return g_strdup_printf (ngettext ("%u monitor is down", "%u monitors are down", n_down),
                            n_down);
  return g_strdup_printf (
      ngettext ("%u monitor has a problem", "%u monitors have problems", notices->len),
      notices->len);
}

static void
write_many (TocsinNote *note, TocsinSlotClass slot_class, const GPtrArray *notices)
{
  guint n = notices->len;

  note->body = list_names (notices, slot_class == TOCSIN_SLOT_PROBLEM);
  if (slot_class == TOCSIN_SLOT_PROBLEM)
    note->summary = problems_summary (notices);
  else if (slot_class == TOCSIN_SLOT_RECOVERY)
    note->summary =
        g_strdup_printf (ngettext ("%u monitor is up again", "%u monitors are up again", n), n);
  else if (slot_class == TOCSIN_SLOT_CERTIFICATE)
    note->summary =
        g_strdup_printf (ngettext ("%u certificate ends soon", "%u certificates end soon", n), n);
  else
    note->summary =
        g_strdup_printf (ngettext ("News of %u incident", "News of %u incidents", n), n);
}

/* --- both --- */

static void
add_id (GPtrArray *ids, const char *id)
{
  if (id != NULL && !g_ptr_array_find_with_equal_func (ids, id, g_str_equal, NULL))
    g_ptr_array_add (ids, g_strdup (id));
}

/* How bad it is: lower is worse. */
static guint
rank (const TocsinNotice *notice)
{
  return notice->kind == TOCSIN_NOTICE_DOWN ? 0 : is_over (notice) ? 2 : 1;
}

TocsinNote *
tocsin_note_new (guint key, TocsinSlotClass slot_class, const GPtrArray *notices, gboolean urgent,
                 gint64 now_us)
{
  TocsinNote *note = g_new0 (TocsinNote, 1);
  const TocsinNotice *worst;

  g_return_val_if_fail (notices != NULL && notices->len > 0, note);

  worst = notices->pdata[0];
  note->key = key;
  note->monitors = g_ptr_array_new_with_free_func (g_free);
  note->incidents = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < notices->len; i++) {
    const TocsinNotice *notice = notices->pdata[i];

    if (rank (notice) < rank (worst))
      worst = notice;
    add_id (note->monitors, notice->monitor_id);
    if (!is_over (notice))
      add_id (note->incidents, notice->incident_id);
  }
  if (notices->len == 1)
    write_one (note, slot_class, worst, now_us);
  else
    write_many (note, slot_class, notices);
  note->kind = worst->kind;
  note->stays = urgent && worst->kind == TOCSIN_NOTICE_DOWN;
  note->urgency = note->stays ? TOCSIN_URGENCY_CRITICAL : TOCSIN_URGENCY_NORMAL;
  return note;
}
