/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "bus-monitors"

#include "config.h"

#include "bus-private.h"
#include "errors.h"
#include "timetext.h"

/* The methods about monitors as they are. */

static gboolean
handle_list (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, TocsinBus *bus)
{
  g_autoptr (GPtrArray) statuses = tocsin_watch_list (bus->watch);

  tocsin_bus_return (
      g_steal_pointer (&invocation),
      g_variant_new ("(@aa{sv})", tocsin_bus_list (&tocsin_status_fields, statuses)));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_summary (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, TocsinBus *bus)
{
  g_auto (TocsinSummary) summary = { 0 };
  GVariantBuilder builder;

  tocsin_watch_get_summary (bus->watch, &summary);
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; i < TOCSIN_N_STATES; i++)
    g_variant_builder_add (&builder, "{sv}", tocsin_words_get (&tocsin_state_words, i),
                           g_variant_new_int64 (summary.n_by_state[i]));
  g_variant_builder_add (&builder, "{sv}", "monitors", g_variant_new_int64 (summary.n_monitors));
  g_variant_builder_add (&builder, "{sv}", "open_incidents",
                         g_variant_new_int64 (summary.n_open_incidents));
  g_variant_builder_add (&builder, "{sv}", "offline", g_variant_new_boolean (summary.offline));
  if (summary.problem != NULL)
    g_variant_builder_add (&builder, "{sv}", "problem", g_variant_new_string (summary.problem));
  tocsin_bus_return (g_steal_pointer (&invocation),
                     g_variant_new ("(@a{sv})", g_variant_builder_end (&builder)));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_hours (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, TocsinBus *bus)
{
  TocsinHour hours[TOCSIN_LEDGER_HOURS];
  gint64 from_us = tocsin_watch_get_hours (bus->watch, hours);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(xxxxuu)"));
  for (guint i = 0; i < TOCSIN_LEDGER_HOURS; i++)
    g_variant_builder_add (&builder, "(xxxxuu)", from_us + i * TOCSIN_US_PER_HOUR,
                           hours[i].time.up_us, hours[i].time.down_us, hours[i].time.uncounted_us,
                           hours[i].n_seen, hours[i].n_down);
  tocsin_bus_return (g_steal_pointer (&invocation),
                     g_variant_new ("(@a(xxxxuu))", g_variant_builder_end (&builder)));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_status (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, const char *text,
               TocsinBus *bus)
{
  g_autofree char *id = tocsin_bus_resolve (bus, invocation, text);
  g_autoptr (TocsinStatus) status = NULL;

  if (id == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  status = tocsin_watch_get_status (bus->watch, id);
  tocsin_bus_return (
      g_steal_pointer (&invocation),
      g_variant_new ("(@a{sv})", tocsin_fields_to_variant (&tocsin_status_fields, status, 0)));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_statuses (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation,
                 const char *const *ids, TocsinBus *bus)
{
  g_autoptr (GPtrArray) statuses =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_status_free);

  for (guint i = 0; ids[i] != NULL; i++)
    if (tocsin_watch_get_monitor (bus->watch, ids[i]) != NULL)
      g_ptr_array_add (statuses, tocsin_watch_get_status (bus->watch, ids[i]));
  tocsin_bus_return (
      g_steal_pointer (&invocation),
      g_variant_new ("(@aa{sv})", tocsin_bus_list (&tocsin_status_fields, statuses)));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* A monitor's members; a team's project by its name. */
static GVariant *
describe (TocsinBus *bus, const char *id)
{
  TocsinMonitor *monitor = tocsin_watch_get_monitor (bus->watch, id);
  g_autoptr (GVariant) members =
      g_variant_ref_sink (tocsin_monitor_to_variant (monitor, TOCSIN_FIELDS_PLAIN));
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (members);
  const char *name = NULL;

  if (monitor->team != NULL && monitor->project != NULL)
    name = g_hash_table_lookup (tocsin_watch_get_projects (bus->watch, monitor->team),
                                monitor->project);
  if (name != NULL)
    g_variant_dict_insert (&dict, "project", "s", name);
  return g_variant_dict_end (&dict);
}

static gboolean
handle_get (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, const char *text,
            TocsinBus *bus)
{
  g_autofree char *id = tocsin_bus_resolve (bus, invocation, text);
  const TocsinSample *last;
  GVariant *sample;

  if (id == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  last = tocsin_watch_get_last_sample (bus->watch, id);
  sample = last != NULL ? tocsin_fields_to_variant (&tocsin_sample_fields, last, 0)
                        : g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0);
  tocsin_bus_return (g_steal_pointer (&invocation),
                     g_variant_new ("(@a{sv}@a{sv})", describe (bus, id), sample));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* --- changing --- */

/* A monitor of its kind with what a caller set; NULL with an error. */
static TocsinMonitor *
read_monitor (TocsinBus *bus, GVariant *members, GError **error)
{
  g_autoptr (TocsinMonitor) monitor = tocsin_monitor_from_variant (members, error);
  const char *team;

  if (monitor == NULL || monitor->team == NULL)
    return g_steal_pointer (&monitor);
  if (bus->sync == NULL) {
    tocsin_fail (error, TOCSIN_ERROR_UNAVAILABLE, "team: this daemon does not sync");
    return NULL;
  }
  team = tocsin_sync_resolve_team (bus->sync, monitor->team, error);
  if (team == NULL)
    return NULL;
  g_free (monitor->team);
  monitor->team = g_strdup (team);
  return g_steal_pointer (&monitor);
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  g_autofree char *id = tocsin_watch_add_finish (TOCSIN_WATCH (source), result, &error);

  if (id != NULL)
    tocsin_bus_return (user_data, g_variant_new ("(s)", id));
  else
    tocsin_bus_return_error (user_data, error);
}

static gboolean
handle_add (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, GVariant *members,
            TocsinBus *bus)
{
  GError *error = NULL;
  TocsinMonitor *monitor = read_monitor (bus, members, &error);

  if (monitor != NULL)
    tocsin_watch_add (bus->watch, monitor, added_cb, g_steal_pointer (&invocation));
  else
    tocsin_bus_return_error (g_steal_pointer (&invocation), error);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
unset_members (TocsinMonitor *monitor, const char *const *names, GError **error)
{
  for (guint i = 0; names[i] != NULL; i++) {
    const TocsinField *field = tocsin_fields_find (&tocsin_monitor_fields, monitor, names[i]);

    if (field != NULL && (field->flags & TOCSIN_FIELD_FIXED) != 0)
      return tocsin_fail (error, TOCSIN_ERROR_INVALID, "%s: can’t be changed", names[i]);
    if (!tocsin_fields_set_text (&tocsin_monitor_fields, monitor, names[i], "", error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_secret (const TocsinMonitor *monitor, const char *name)
{
  const TocsinField *field = tocsin_fields_find (&tocsin_monitor_fields, monitor, name);

  return field != NULL && (field->flags & TOCSIN_FIELD_SECRET) != 0;
}

static gboolean
names_a_secret (const TocsinMonitor *monitor, GVariant *set, const char *const *unset)
{
  GVariantIter iter;
  const char *name;

  g_variant_iter_init (&iter, set);
  while (g_variant_iter_next (&iter, "{&sv}", &name, NULL))
    if (is_secret (monitor, name))
      return TRUE;
  for (guint i = 0; unset[i] != NULL; i++)
    if (is_secret (monitor, unset[i]))
      return TRUE;
  return FALSE;
}

static gboolean
handle_edit (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, const char *text,
             GVariant *set, const char *const *unset, TocsinBus *bus)
{
  g_autofree char *id = tocsin_bus_resolve (bus, invocation, text);
  g_autoptr (TocsinMonitor) edited = NULL;
  GError *error = NULL;
  gboolean sets_secrets;

  if (id == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  edited = tocsin_monitor_copy (tocsin_watch_get_monitor (bus->watch, id));
  sets_secrets = names_a_secret (edited, set, unset);
  if (tocsin_fields_from_variant (&tocsin_monitor_fields, edited, set, TOCSIN_FIELDS_EDIT,
                                  &error) &&
      unset_members (edited, unset, &error))
    tocsin_watch_edit (bus->watch, g_steal_pointer (&edited), sets_secrets, tocsin_bus_changed_cb,
                       g_steal_pointer (&invocation));
  else
    tocsin_bus_return_error (g_steal_pointer (&invocation), error);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_remove (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, const char *text,
               TocsinBus *bus)
{
  g_autofree char *id = tocsin_bus_resolve (bus, invocation, text);

  if (id != NULL)
    tocsin_watch_remove (bus->watch, id, tocsin_bus_changed_cb, g_steal_pointer (&invocation));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* --- checking --- */

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  g_autoptr (TocsinSample) sample =
      tocsin_watch_check_finish (TOCSIN_WATCH (source), result, &error);

  if (sample != NULL)
    tocsin_bus_return (
        user_data,
        g_variant_new ("(@a{sv})", tocsin_fields_to_variant (&tocsin_sample_fields, sample, 0)));
  else
    tocsin_bus_return_error (user_data, error);
}

static gboolean
handle_check_now (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, const char *text,
                  TocsinBus *bus)
{
  g_autofree char *id = tocsin_bus_resolve (bus, invocation, text);

  if (id != NULL)
    tocsin_watch_check (bus->watch, id, checked_cb, g_steal_pointer (&invocation));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* A trial of an edit: the secrets that the caller has not given, and can't know, are the kept ones.
 * Whoever may edit could have them sent to the same places. */
static gboolean
take_kept_secrets (TocsinBus *bus, TocsinMonitor *monitor, GVariant *members, GError **error)
{
  TocsinMonitor *kept =
      monitor->id != NULL ? tocsin_watch_get_monitor (bus->watch, monitor->id) : NULL;
  g_autoptr (GVariant) secrets = NULL, missing = NULL;
  GVariantDict dict;
  GVariantIter iter;
  const char *name;
  GVariant *value;

  if (kept == NULL || kept->kind != monitor->kind)
    return TRUE;
  secrets = g_variant_ref_sink (
      tocsin_fields_to_variant (&tocsin_monitor_fields, kept, TOCSIN_FIELDS_ONLY_SECRETS));
  g_variant_dict_init (&dict, NULL);
  g_variant_iter_init (&iter, secrets);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value)) {
    g_autoptr (GVariant) given = g_variant_lookup_value (members, name, NULL);

    if (given == NULL)
      g_variant_dict_insert_value (&dict, name, value);
  }
  missing = g_variant_ref_sink (g_variant_dict_end (&dict));
  return tocsin_fields_from_variant (&tocsin_monitor_fields, monitor, missing, TOCSIN_FIELDS_PLAIN,
                                     error);
}

static gboolean
handle_try (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, GVariant *members,
            TocsinBus *bus)
{
  GError *error = NULL;
  g_autoptr (TocsinMonitor) monitor = read_monitor (bus, members, &error);

  if (monitor != NULL && take_kept_secrets (bus, monitor, members, &error))
    tocsin_watch_try (bus->watch, g_steal_pointer (&monitor), checked_cb,
                      g_steal_pointer (&invocation));
  else
    tocsin_bus_return_error (g_steal_pointer (&invocation), error);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

const TocsinBusMethod tocsin_bus_monitor_methods[] = {
  { "handle-list", G_CALLBACK (handle_list) },
  { "handle-summary", G_CALLBACK (handle_summary) },
  { "handle-hours", G_CALLBACK (handle_hours) },
  { "handle-status", G_CALLBACK (handle_status) },
  { "handle-statuses", G_CALLBACK (handle_statuses) },
  { "handle-get", G_CALLBACK (handle_get) },
  { "handle-add", G_CALLBACK (handle_add) },
  { "handle-edit", G_CALLBACK (handle_edit) },
  { "handle-remove", G_CALLBACK (handle_remove) },
  { "handle-check-now", G_CALLBACK (handle_check_now) },
  { "handle-try", G_CALLBACK (handle_try) },
  { NULL },
};
