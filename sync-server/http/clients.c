/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "clients"

#include "config.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "clients.h"

#define EXPECTED_US G_USEC_PER_SEC /* for what is on its way when the end begins */

struct _TocsinClient {
  TocsinClients *clients; /* (nullable) none any more */
  GSocket *socket;        /* the connection's, as long as this lives */
  GList link;             /* in `all` */
  gint64 late_at;         /* monotonic; G_MAXINT64: never */
  gboolean is_resting;
  gboolean is_new;      /* nothing has come from it */
  gboolean is_expected; /* to ask, though the end has begun */
  gboolean is_corked;
};

struct _TocsinClients {
  GQueue all; /* of TocsinClient */
  guint most;
  gint64 patience_us;
  guint sweep_source;
};

static GQuark
client_quark (void)
{
  return g_quark_from_static_string ("tocsin-client");
}

static gboolean
sweep_cb (gpointer user_data)
{
  TocsinClients *clients = user_data;
  gint64 now_us = g_get_monotonic_time ();
  GList *next;

  for (GList *at = clients->all.head; at != NULL; at = next) {
    TocsinClient *client = at->data;

    next = at->next;
    if (client->late_at > now_us)
      continue;
    client->late_at = G_MAXINT64;
    g_socket_shutdown (client->socket, TRUE, TRUE, NULL);
  }
  return G_SOURCE_CONTINUE;
}

/* The connection and its address each have a reference. */
static void
client_gone_cb (gpointer data, GObject *where_the_connection_was)
{
  TocsinClient *client = data;

  if (client->clients != NULL)
    g_queue_unlink (&client->clients->all, &client->link);
  client->clients = NULL;
  client->socket = NULL;
  g_rc_box_release (client);
}

gboolean
tocsin_clients_add (TocsinClients *clients, GSocketConnection *connection, GSocketAddress *remote)
{
  TocsinClient *client;

  if (clients->all.length >= clients->most)
    return FALSE;
  client = g_rc_box_new0 (TocsinClient);
  client->clients = clients;
  client->socket = g_socket_connection_get_socket (connection);
  client->link.data = client;
  g_queue_push_tail_link (&clients->all, &client->link);
  g_object_weak_ref (G_OBJECT (connection), client_gone_cb, client);
  g_object_set_qdata_full (G_OBJECT (remote), client_quark (), g_rc_box_acquire (client),
                           g_rc_box_release);
  tocsin_client_rests (client);
  client->is_new = TRUE;
  return TRUE;
}

TocsinClient *
tocsin_clients_find (GSocketAddress *remote)
{
  return remote != NULL ? g_object_get_qdata (G_OBJECT (remote), client_quark ()) : NULL;
}

void
tocsin_client_is_at_it (TocsinClient *client)
{
  client->is_resting = client->is_new = client->is_expected = FALSE;
  if (client->clients != NULL)
    client->late_at = g_get_monotonic_time () + client->clients->patience_us;
}

void
tocsin_client_waits_for_us (TocsinClient *client)
{
  client->is_resting = FALSE;
  client->late_at = G_MAXINT64;
}

void
tocsin_client_rests (TocsinClient *client)
{
  tocsin_client_is_at_it (client);
  client->is_resting = TRUE;
}

static void
set_cork (TocsinClient *client, gboolean is_on)
{
  if (client->socket != NULL && client->is_corked != is_on)
    g_socket_set_option (client->socket, IPPROTO_TCP, TCP_CORK, is_on, NULL);
  client->is_corked = is_on;
}

void
tocsin_client_cork (TocsinClient *client)
{
  set_cork (client, TRUE);
}

void
tocsin_client_uncork (TocsinClient *client)
{
  set_cork (client, FALSE);
}

gboolean
tocsin_client_is_resting (const TocsinClient *client)
{
  return client->is_resting;
}

void
tocsin_client_let_go (TocsinClient *client)
{
  if (client->socket != NULL)
    g_socket_shutdown (client->socket, TRUE, TRUE, NULL);
}

guint
tocsin_clients_get_n (TocsinClients *clients)
{
  return clients->all.length;
}

void
tocsin_clients_close_resting (TocsinClients *clients)
{
  gint64 until_us = g_get_monotonic_time () + EXPECTED_US;

  for (GList *at = clients->all.head; at != NULL; at = at->next) {
    TocsinClient *client = at->data;

    if (!client->is_resting || client->late_at == G_MAXINT64)
      continue;
    client->is_expected = client->is_new || g_socket_get_available_bytes (client->socket) > 0;
    if (client->is_expected)
      client->late_at = MIN (client->late_at, until_us);
    else
      g_socket_shutdown (client->socket, TRUE, TRUE, NULL);
  }
}

guint
tocsin_clients_count_expected (TocsinClients *clients)
{
  guint n = 0;

  for (GList *at = clients->all.head; at != NULL; at = at->next) {
    const TocsinClient *client = at->data;

    n += client->is_expected && client->late_at != G_MAXINT64;
  }
  return n;
}

TocsinClients *
tocsin_clients_new (guint most, gint64 patience_us)
{
  TocsinClients *clients = g_new0 (TocsinClients, 1);

  g_queue_init (&clients->all);
  clients->most = most;
  clients->patience_us = patience_us;
  clients->sweep_source = g_timeout_add_seconds (1, sweep_cb, clients);
  return clients;
}

void
tocsin_clients_free (TocsinClients *clients)
{
  GList *link;

  if (clients == NULL)
    return;
  g_source_remove (clients->sweep_source);
  while ((link = g_queue_pop_head_link (&clients->all)) != NULL)
    ((TocsinClient *) link->data)->clients = NULL;
  g_free (clients);
}
