/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "bus-sync"

#include "config.h"

#include "bus-private.h"
#include "errors.h"
#include "sync.h"

/* The methods about servers and teams. */

#define LOG_MOST TOCSIN_STORE_LOG

static gboolean
has_sync (TocsinBus *bus, GDBusMethodInvocation *invocation)
{
  if (bus->sync != NULL)
    return TRUE;
  g_dbus_method_invocation_return_error (
      invocation, TOCSIN_ERROR, TOCSIN_ERROR_UNAVAILABLE,
      "this daemon is a probe of one team: nobody signs in to it");
  return FALSE;
}

/* The id of the team that a caller means; NULL: the invocation has ended with the error. */
static const char *
resolve_team (TocsinBus *bus, GDBusMethodInvocation *invocation, const char *text)
{
  GError *error = NULL;
  const char *id;

  if (!has_sync (bus, invocation))
    return NULL;
  id = tocsin_sync_resolve_team (bus->sync, text, &error);
  if (id == NULL)
    tocsin_bus_return_error (invocation, error);
  return id;
}

static gboolean
handle_accounts (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, TocsinBus *bus)
{
  GVariant *accounts = bus->sync != NULL ? tocsin_sync_list_accounts (bus->sync)
                                         : g_variant_new_array (G_VARIANT_TYPE_VARDICT, NULL, 0);

  tocsin_bus_return (g_steal_pointer (&invocation), g_variant_new ("(@aa{sv})", accounts));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* --- signing in and out --- */

static void
began_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree char *id = NULL;
  GError *error = NULL;
  const TocsinDeviceCode *code =
      tocsin_sync_login_finish (TOCSIN_SYNC (source), result, &id, &error);

  if (code != NULL)
    tocsin_bus_return (user_data, g_variant_new ("(ssssx)", id, code->user_code, code->url,
                                                 code->url_complete, code->expires_at));
  else
    tocsin_bus_return_error (user_data, error);
}

static gboolean
handle_login (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, const char *server,
              TocsinBus *bus)
{
  if (has_sync (bus, invocation))
    tocsin_sync_login (bus->sync, server, began_cb, g_steal_pointer (&invocation));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
granted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  g_autofree char *account = tocsin_sync_login_wait_finish (TOCSIN_SYNC (source), result, &error);

  if (account != NULL)
    tocsin_bus_return (user_data, g_variant_new ("(s)", account));
  else
    tocsin_bus_return_error (user_data, error);
}

static gboolean
handle_login_wait (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation,
                   const char *login, TocsinBus *bus)
{
  if (has_sync (bus, invocation))
    tocsin_sync_login_wait (bus->sync, login, granted_cb, g_steal_pointer (&invocation));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_login_cancel (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation,
                     const char *login, TocsinBus *bus)
{
  GError *error = NULL;

  if (!has_sync (bus, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  if (tocsin_sync_login_cancel (bus->sync, login, &error))
    tocsin_bus_return (g_steal_pointer (&invocation), NULL);
  else
    tocsin_bus_return_error (g_steal_pointer (&invocation), error);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* Ends an invocation without a value after a call that answers whether it went well. */
#define DEFINE_ENDED_CB(name, finish)                                          \
  static void name (GObject *source, GAsyncResult *result, gpointer user_data) \
  {                                                                            \
    GError *error = NULL;                                                      \
                                                                               \
    if (finish (TOCSIN_SYNC (source), result, &error))                         \
      tocsin_bus_return (user_data, NULL);                                     \
    else                                                                       \
      tocsin_bus_return_error (user_data, error);                              \
  }

DEFINE_ENDED_CB (signed_out_cb, tocsin_sync_logout_finish)
DEFINE_ENDED_CB (ran_cb, tocsin_sync_run_finish)

static gboolean
handle_logout (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, const char *account,
               gboolean keep, TocsinBus *bus)
{
  if (has_sync (bus, invocation))
    tocsin_sync_logout (bus->sync, account, keep, signed_out_cb, g_steal_pointer (&invocation));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* --- teams --- */

static gboolean
handle_sync_now (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, const char *team,
                 TocsinBus *bus)
{
  if (has_sync (bus, invocation))
    tocsin_sync_run (bus->sync, team, ran_cb, g_steal_pointer (&invocation));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_set_checks_here (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation,
                        const char *team, gboolean on, TocsinBus *bus)
{
  GError *error = NULL;

  if (!has_sync (bus, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  if (tocsin_sync_set_checks_here (bus->sync, team, on, &error))
    tocsin_bus_return (g_steal_pointer (&invocation), NULL);
  else
    tocsin_bus_return_error (g_steal_pointer (&invocation), error);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
got_log_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) documents = tocsin_store_list_finish (NULL, result, &error);
  GVariantBuilder builder;

  if (documents == NULL) {
    tocsin_bus_return_error (user_data, error);
    return;
  }
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < documents->len; i++) {
    g_autoptr (TocsinSyncEntry) entry = tocsin_sync_entry_from_document (documents->pdata[i]);

    if (entry != NULL)
      g_variant_builder_add_value (&builder,
                                   tocsin_fields_to_variant (&tocsin_sync_entry_fields, entry, 0));
  }
  tocsin_bus_return (user_data, g_variant_new ("(@aa{sv})", g_variant_builder_end (&builder)));
}

static gboolean
handle_sync_log (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, const char *text,
                 guint limit, TocsinBus *bus)
{
  const char *team = *text != '\0' ? resolve_team (bus, invocation, text) : "";

  if (team != NULL)
    tocsin_store_get_documents (tocsin_watch_get_store (bus->watch), TOCSIN_DOCUMENT_LOG, team,
                                MIN (limit, LOG_MOST), got_log_cb, g_steal_pointer (&invocation));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_projects (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, const char *text,
                 TocsinBus *bus)
{
  const char *team = resolve_team (bus, invocation, text);

  if (team != NULL)
    tocsin_bus_return (g_steal_pointer (&invocation),
                       g_variant_new ("(@aa{sv})", tocsin_sync_list_projects (bus->sync, team)));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_probes (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, const char *text,
               TocsinBus *bus)
{
  const char *team = resolve_team (bus, invocation, text);

  if (team != NULL)
    tocsin_bus_return (g_steal_pointer (&invocation),
                       g_variant_new ("(@aa{sv})", tocsin_sync_list_probes (bus->sync, team)));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_votes (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation, const char *text,
              TocsinBus *bus)
{
  g_autofree char *id = NULL;

  if (!has_sync (bus, invocation))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  id = tocsin_bus_resolve (bus, invocation, text);
  if (id != NULL)
    tocsin_bus_return (g_steal_pointer (&invocation),
                       g_variant_new ("(@aa{sv})", tocsin_sync_list_votes (bus->sync, id)));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* --- the server's own API --- */

static void
called_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;
  g_autoptr (TocsinServerReply) reply =
      tocsin_sync_call_finish (TOCSIN_SYNC (source), result, &error);
  g_autofree char *text = NULL;

  if (reply == NULL) {
    tocsin_bus_return_error (user_data, error);
    return;
  }
  text = reply->json != NULL ? json_to_string (reply->json, FALSE) : g_strdup ("");
  tocsin_bus_return (user_data, g_variant_new ("(us)", reply->status, text));
}

static gboolean
handle_server_call (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation,
                    const char *account, const char *method, const char *path, const char *json,
                    TocsinBus *bus)
{
  if (has_sync (bus, invocation))
    tocsin_sync_call (bus->sync, account, method, path, json, called_cb,
                      g_steal_pointer (&invocation));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

const TocsinBusMethod tocsin_bus_sync_methods[] = {
  { "handle-accounts", G_CALLBACK (handle_accounts) },
  { "handle-login", G_CALLBACK (handle_login) },
  { "handle-login-wait", G_CALLBACK (handle_login_wait) },
  { "handle-login-cancel", G_CALLBACK (handle_login_cancel) },
  { "handle-logout", G_CALLBACK (handle_logout) },
  { "handle-sync-now", G_CALLBACK (handle_sync_now) },
  { "handle-set-checks-here", G_CALLBACK (handle_set_checks_here) },
  { "handle-sync-log", G_CALLBACK (handle_sync_log) },
  { "handle-projects", G_CALLBACK (handle_projects) },
  { "handle-probes", G_CALLBACK (handle_probes) },
  { "handle-votes", G_CALLBACK (handle_votes) },
  { "handle-server-call", G_CALLBACK (handle_server_call) },
  { NULL },
};
