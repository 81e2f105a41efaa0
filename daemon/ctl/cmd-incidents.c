/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "cmd-incidents"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "command.h"
#include "errors.h"
#include "incident.h"
#include "show.h"
#include "timetext.h"

#define ID_SHOWN 13 /* the time of a UUIDv7 and a little more: unique among one's own */

static const TocsinOption list_options[] = {
  { "since", '\0', "SPAN", N_ ("That lasted into the last so long (default: 90d)") },
  { "limit", 'n', "N", N_ ("At most so many (default: 50)") },
  { "json", '\0', NULL, N_ ("Print JSON") },
  { NULL },
};

static void
add_incident (TocsinTable *table, const TocsinIncident *incident, gint64 now_us)
{
  g_autofree char *id = g_strndup (incident->id, ID_SHOWN);
  g_autofree char *began = tocsin_show_time (incident->began_at, now_us);
  g_autofree char *lasted = tocsin_show_span (tocsin_incident_get_duration_us (incident, now_us));

  tocsin_table_add (table, incident->ended_at == 0 ? TOCSIN_COLOR_BAD : TOCSIN_COLOR_NONE,
                    incident->ended_at == 0 ? _ ("✖ open") : _ ("✓ over"), id, began, lasted,
                    incident->monitor_name != NULL ? incident->monitor_name : "",
                    incident->reason != NULL ? incident->reason : "", NULL);
}

static int
run_incidents (TocsinCall *call, GError **error)
{
  const char *id = tocsin_args_at (&call->args, 0);
  gint64 now_us = g_get_real_time (), since_us;
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GPtrArray) list = NULL;
  TocsinTable table;
  guint limit;

  if (!tocsin_args_get_span (&call->args, "since", 90 * TOCSIN_US_PER_DAY, &since_us, error) ||
      !tocsin_args_get_count (&call->args, "limit", 50, 1000, &limit, error) ||
      !tocsin_dbus_tocsin1_call_incidents_sync (call->daemon, id != NULL ? id : "",
                                                MAX (now_us - since_us, 0), now_us + 1, limit,
                                                &variant, NULL, error) ||
      (list = tocsin_ctl_decode_list (&tocsin_incident_fields, variant, error)) == NULL)
    return TOCSIN_EXIT_DOWN;
  g_ptr_array_set_free_func (list, (GDestroyNotify) tocsin_incident_free);
  if (call->json) {
    tocsin_show_json_list (&tocsin_incident_fields, list);
    return TOCSIN_EXIT_FINE;
  }
  if (list->len == 0)
    g_print ("%s\n", _ ("No incident in that time."));
  tocsin_table_init (&table);
  for (guint i = 0; i < list->len; i++)
    add_incident (&table, list->pdata[i], now_us);
  tocsin_table_print (&table);
  return TOCSIN_EXIT_FINE;
}

/* --- one --- */

static const TocsinOption incident_options[] = {
  { "note", '\0', "TEXT", N_ ("Add a note") },
  { "cause", '\0', "TEXT", N_ ("Write the root cause") },
  { "resolve", '\0', "TEXT", N_ ("Write what resolved it") },
  { "ack", '\0', NULL, N_ ("Say that somebody is at it") },
  { "json", '\0', NULL, N_ ("Print JSON") },
  { NULL },
};

static gboolean
apply_updates (TocsinCall *call, const char *id, GError **error)
{
  static const struct {
    const char *option;
    TocsinUpdateKind kind;
  } updates[] = {
    { "ack", TOCSIN_UPDATE_ACKNOWLEDGED },
    { "note", TOCSIN_UPDATE_NOTE },
    { "cause", TOCSIN_UPDATE_CAUSE },
    { "resolve", TOCSIN_UPDATE_RESOLUTION },
  };

  for (guint i = 0; i < G_N_ELEMENTS (updates); i++) {
    const char *text = tocsin_args_get (&call->args, updates[i].option);

    if (tocsin_args_has (&call->args, updates[i].option) &&
        !tocsin_dbus_tocsin1_call_update_incident_sync (
            call->daemon, id, tocsin_words_get (&tocsin_update_kind_words, updates[i].kind),
            text != NULL ? text : "", g_get_user_name (), NULL, error))
      return FALSE;
  }
  return TRUE;
}

static void
print_update (const TocsinUpdate *update, gint64 now_us)
{
  g_autofree char *at = tocsin_show_time (update->at_us, now_us);

  g_print ("  %s  %-12s %s%s%s%s\n", at, tocsin_words_get (&tocsin_update_kind_words, update->kind),
           update->text != NULL ? update->text : "", update->author != NULL ? "  (" : "",
           update->author != NULL ? update->author : "", update->author != NULL ? ")" : "");
  for (guint i = 0; update->sample != NULL && update->sample->evidence != NULL &&
                    update->sample->evidence->addresses_tried != NULL &&
                    update->sample->evidence->addresses_tried[i] != NULL;
       i++)
    g_print ("             %s%s%s\n", tocsin_show_begin (TOCSIN_COLOR_DIM),
             update->sample->evidence->addresses_tried[i], tocsin_show_end ());
}

static void
print_incident (const TocsinIncident *incident)
{
  gint64 now_us = g_get_real_time ();
  g_autofree char *began = tocsin_show_time (incident->began_at, now_us);
  g_autofree char *ended = tocsin_show_time (incident->ended_at, now_us);
  g_autofree char *lasted = tocsin_show_span (tocsin_incident_get_duration_us (incident, now_us));

  g_print ("%s%s%s  %s\n", tocsin_show_begin (TOCSIN_COLOR_BOLD), incident->monitor_name,
           tocsin_show_end (), incident->id);
  g_print (_ ("  from %s to %s, %s\n"), began, incident->ended_at != 0 ? ended : _ ("now"), lasted);
  if (incident->reason != NULL)
    g_print ("  %s\n", incident->reason);
  if (incident->root_cause != NULL)
    g_print (_ ("  root cause: %s\n"), incident->root_cause);
  if (incident->resolution != NULL)
    g_print (_ ("  resolution: %s\n"), incident->resolution);
  g_print ("\n");
  for (guint i = 0; incident->updates != NULL && i < incident->updates->len; i++)
    print_update (incident->updates->pdata[i], now_us);
}

static int
run_incident (TocsinCall *call, GError **error)
{
  const char *id = tocsin_args_at (&call->args, 0);
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (TocsinIncident) incident = NULL;

  if (!apply_updates (call, id, error) ||
      !tocsin_dbus_tocsin1_call_get_incident_sync (call->daemon, id, &variant, NULL, error) ||
      (incident = tocsin_ctl_decode (&tocsin_incident_fields, variant, error)) == NULL)
    return TOCSIN_EXIT_DOWN;
  if (call->json)
    tocsin_show_json (&tocsin_incident_fields, incident);
  else
    print_incident (incident);
  return TOCSIN_EXIT_FINE;
}

const TocsinCommand tocsin_commands_incidents[] = {
  { "incidents", "[ID] [--since 90d]", N_ ("Outages, newest first, of one monitor or of all"), NULL,
    list_options, 0, 0, 1, run_incidents },
  { "incident", "ID [--ack] [--note T] [--cause T] [--resolve T]",
    N_ ("One outage with its timeline; adds to it"),
    "ID is the incident's, or the beginning of it as “incidents” shows it.\n\nExample:\n"
    "  tocsinctl incident 01a206fd-c135 --ack --cause 'the disk was full'",
    incident_options, 0, 1, 1, run_incident },
  { NULL },
};
