/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "bus-history"

#include "config.h"

#include "bus-private.h"
#include "errors.h"

/* The methods about what was: samples, series, decisions, incidents, pings. */

#define SAMPLES_MOST   10000
#define DECISIONS_MOST TOCSIN_STORE_DECISIONS
#define INCIDENTS_MOST 1000

static gboolean
is_span (GDBusMethodInvocation *invocation, gint64 from_us, gint64 to_us)
{
  if (from_us >= 0 && from_us < to_us)
    return TRUE;
  g_dbus_method_invocation_return_error (invocation, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
                                         "from: must be before to, and after 1970");
  return FALSE;
}

static void
return_list (GDBusMethodInvocation *invocation, GAsyncResult *result, const TocsinFields *fields)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) list = tocsin_store_list_finish (NULL, result, &error);

  if (list != NULL)
    tocsin_bus_return (invocation, g_variant_new ("(@aa{sv})", tocsin_bus_list (fields, list)));
  else
    tocsin_bus_return_error (invocation, error);
}

static void
got_samples_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  return_list (user_data, result, &tocsin_sample_fields);
}

static gboolean
handle_samples (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, const char *text,
                gint64 from_us, gint64 to_us, guint limit, TocsinBus *bus)
{
  g_autofree char *id = tocsin_bus_resolve (bus, invocation, text);

  if (id != NULL && is_span (invocation, from_us, to_us))
    tocsin_store_get_samples (tocsin_watch_get_store (bus->watch), id, from_us, to_us,
                              MIN (limit, SAMPLES_MOST), got_samples_cb,
                              g_steal_pointer (&invocation));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
got_series_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  g_autoptr (TocsinSeries) series =
      source != NULL ? tocsin_sync_get_series_finish (TOCSIN_SYNC (source), result, &error)
                     : tocsin_store_get_series_finish (NULL, result, &error);

  if (series != NULL)
    tocsin_bus_return (user_data, g_variant_new ("(@a{sv})", tocsin_series_to_variant (series)));
  else
    tocsin_bus_return_error (user_data, error);
}

static gboolean
handle_series (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, const char *text,
               gint64 from_us, gint64 to_us, guint n_points, TocsinBus *bus)
{
  g_autofree char *id = tocsin_bus_resolve (bus, invocation, text);

  if (id == NULL || !is_span (invocation, from_us, to_us))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  if (n_points == 0 || n_points > TOCSIN_SERIES_POINTS)
    g_dbus_method_invocation_return_error (invocation, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
                                           "points: 1 to %d are wanted, not %u",
                                           TOCSIN_SERIES_POINTS, n_points);
  else if (bus->sync != NULL)
    tocsin_sync_get_series (bus->sync, id, from_us, to_us, n_points, got_series_cb,
                            g_steal_pointer (&invocation));
  else
    tocsin_store_get_series (tocsin_watch_get_store (bus->watch), id, from_us, to_us, n_points,
                             got_series_cb, g_steal_pointer (&invocation));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
got_decisions_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  return_list (user_data, result, &tocsin_decision_fields);
}

static gboolean
handle_why (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, const char *text,
            guint limit, TocsinBus *bus)
{
  g_autofree char *id = tocsin_bus_resolve (bus, invocation, text);

  if (id != NULL)
    tocsin_store_get_decisions (tocsin_watch_get_store (bus->watch), id,
                                MIN (limit, DECISIONS_MOST), got_decisions_cb,
                                g_steal_pointer (&invocation));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* --- incidents --- */

static void
got_incidents_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  return_list (user_data, result, &tocsin_incident_fields);
}

static gboolean
handle_incidents (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, const char *text,
                  gint64 from_us, gint64 to_us, guint limit, TocsinBus *bus)
{
  g_autofree char *id = NULL;

  if (*text != '\0') {
    id = tocsin_bus_resolve (bus, invocation, text);
    if (id == NULL)
      return G_DBUS_METHOD_INVOCATION_HANDLED;
  }
  if (is_span (invocation, from_us, to_us))
    tocsin_store_get_incidents (tocsin_watch_get_store (bus->watch), id, from_us, to_us,
                                MIN (limit, INCIDENTS_MOST), got_incidents_cb,
                                g_steal_pointer (&invocation));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
got_incident_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  g_autoptr (TocsinIncident) incident = tocsin_store_get_incident_finish (NULL, result, &error);

  if (incident != NULL)
    tocsin_bus_return (
        user_data, g_variant_new ("(@a{sv})",
                                  tocsin_fields_to_variant (&tocsin_incident_fields, incident, 0)));
  else
    tocsin_bus_return_error (user_data, error);
}

static gboolean
handle_get_incident (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation,
                     const char *incident_id, TocsinBus *bus)
{
  tocsin_store_get_incident (tocsin_watch_get_store (bus->watch), incident_id, got_incident_cb,
                             g_steal_pointer (&invocation));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_update_incident (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation,
                        const char *incident_id, const char *word, const char *text,
                        const char *author, TocsinBus *bus)
{
  GError *error = NULL;
  guint kind;

  if (!tocsin_words_find (&tocsin_update_kind_words, word, &kind, &error))
    tocsin_bus_return_error (g_steal_pointer (&invocation), error);
  else
    tocsin_watch_update_incident (bus->watch, incident_id, kind, *text != '\0' ? text : NULL,
                                  *author != '\0' ? author : NULL, tocsin_bus_changed_cb,
                                  g_steal_pointer (&invocation));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* --- pings --- */

static void
got_pings_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  return_list (user_data, result, &tocsin_ping_fields);
}

static gboolean
handle_pings (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, const char *text,
              guint limit, TocsinBus *bus)
{
  g_autofree char *id = tocsin_bus_resolve (bus, invocation, text);

  if (id != NULL)
    tocsin_store_get_pings (tocsin_watch_get_store (bus->watch), id,
                            MIN (limit, TOCSIN_STORE_PINGS), got_pings_cb,
                            g_steal_pointer (&invocation));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
got_ping_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  g_autoptr (TocsinPing) ping = tocsin_store_get_ping_finish (NULL, result, &error);

  if (ping != NULL)
    tocsin_bus_return (user_data, g_variant_new ("(@a{sv})", tocsin_fields_to_variant (
                                                                 &tocsin_ping_fields, ping, 0)));
  else
    tocsin_bus_return_error (user_data, error);
}

static gboolean
handle_ping (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, const char *text,
             gint64 number, TocsinBus *bus)
{
  g_autofree char *id = tocsin_bus_resolve (bus, invocation, text);

  if (id != NULL)
    tocsin_store_get_ping (tocsin_watch_get_store (bus->watch), id, number, got_ping_cb,
                           g_steal_pointer (&invocation));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

const TocsinBusMethod tocsin_bus_history_methods[] = {
  { "handle-samples", G_CALLBACK (handle_samples) },
  { "handle-series", G_CALLBACK (handle_series) },
  { "handle-why", G_CALLBACK (handle_why) },
  { "handle-incidents", G_CALLBACK (handle_incidents) },
  { "handle-get-incident", G_CALLBACK (handle_get_incident) },
  { "handle-update-incident", G_CALLBACK (handle_update_incident) },
  { "handle-pings", G_CALLBACK (handle_pings) },
  { "handle-ping", G_CALLBACK (handle_ping) },
  { NULL },
};
