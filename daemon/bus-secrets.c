/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "bus-secrets"

#include "config.h"

#include "bus-private.h"
#include "errors.h"

/* The members about the key of stored passwords. */

static void
unlocked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  if (tocsin_secrets_unlock_finish (TOCSIN_SECRETS (source), result, &error))
    tocsin_bus_return (user_data, NULL);
  else
    tocsin_bus_return_error (user_data, error);
}

static gboolean
handle_unlock_secrets (TocsinDbusTocsin1 *skeleton, GDBusMethodInvocation *invocation,
                       TocsinBus *bus)
{
  if (bus->secrets != NULL)
    tocsin_secrets_unlock (bus->secrets, unlocked_cb, g_steal_pointer (&invocation));
  else
    tocsin_bus_return (g_steal_pointer (&invocation), NULL); /* a file has the key */
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
secrets_changed_cb (TocsinBus *bus)
{
  tocsin_dbus_tocsin1_set_secrets_problem (
      bus->skeleton, bus->secrets != NULL ? tocsin_secrets_get_problem (bus->secrets) : "");
}

void
tocsin_bus_watch_secrets (TocsinBus *bus)
{
  if (bus->secrets != NULL)
    g_signal_connect_swapped (bus->secrets, "changed", G_CALLBACK (secrets_changed_cb), bus);
  secrets_changed_cb (bus);
}

const TocsinBusMethod tocsin_bus_secret_methods[] = {
  { "handle-unlock-secrets", G_CALLBACK (handle_unlock_secrets) },
  { NULL },
};
