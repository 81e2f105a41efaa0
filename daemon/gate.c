/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "gate"

#include "config.h"

#include <string.h>

#include "gate.h"

/* Tickets wait with their host while the host is at its limit, else in the common queue: so what
 * comes out next is the head of the common queue, never a search. A ticket in the common queue
 * counts in its host's `n_running` already. */
typedef struct {
  guint n_running;
  GQueue waiting; /* (element-type owner) for a place at this host */
  char name[];
} Host;

struct _TocsinGate {
  guint most, most_a_host;
  guint n_running;
  GHashTable *hosts; /* (owned) name → Host with somebody running or waiting */
  GQueue ready;      /* (element-type owner) have their place at their host, wait for one overall */
};

TocsinGate *
tocsin_gate_new (guint most, guint most_a_host)
{
  TocsinGate *gate = g_new0 (TocsinGate, 1);

  g_return_val_if_fail (most > 0 && most_a_host > 0, NULL);

  gate->most = most;
  gate->most_a_host = most_a_host;
  gate->hosts = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  return gate;
}

void
tocsin_gate_free (TocsinGate *gate)
{
  if (gate == NULL)
    return;
  g_assert (gate->n_running == 0 && g_hash_table_size (gate->hosts) == 0);
  g_hash_table_unref (gate->hosts);
  g_free (gate);
}

static Host *
get_host (TocsinGate *gate, const char *name)
{
  Host *host = g_hash_table_lookup (gate->hosts, name);
  gsize size;

  if (host != NULL || *name == '\0')
    return host;
  size = strlen (name) + 1;
  host = g_malloc0 (sizeof *host + size);
  memcpy (host->name, name, size);
  g_hash_table_insert (gate->hosts, host->name, host);
  return host;
}

static void
leave_host (TocsinGate *gate, Host *host)
{
  GList *link;

  host->n_running--;
  link = g_queue_pop_head_link (&host->waiting);
  if (link != NULL) {
    host->n_running++;
    g_queue_push_tail_link (&gate->ready, link);
  } else if (host->n_running == 0) {
    g_hash_table_remove (gate->hosts, host->name);
  }
}

gboolean
tocsin_gate_enter (TocsinGate *gate, TocsinTicket *ticket, gpointer owner)
{
  Host *host;

  g_return_val_if_fail (gate != NULL && ticket != NULL && ticket->host != NULL, FALSE);

  host = get_host (gate, ticket->host);
  ticket->link = (GList){ .data = owner };
  ticket->running = FALSE;
  if (host != NULL && host->n_running >= gate->most_a_host) {
    g_queue_push_tail_link (&host->waiting, &ticket->link);
    return FALSE;
  }
  if (host != NULL)
    host->n_running++;
  if (gate->n_running >= gate->most) {
    g_queue_push_tail_link (&gate->ready, &ticket->link);
    return FALSE;
  }
  gate->n_running++;
  ticket->running = TRUE;
  return TRUE;
}

void
tocsin_gate_leave (TocsinGate *gate, TocsinTicket *ticket)
{
  Host *host;

  g_return_if_fail (gate != NULL && ticket != NULL);

  host = *ticket->host != '\0' ? g_hash_table_lookup (gate->hosts, ticket->host) : NULL;
  if (ticket->running) {
    gate->n_running--;
    ticket->running = FALSE;
    if (host != NULL)
      leave_host (gate, host);
    return;
  }
  if (host != NULL && g_queue_link_index (&host->waiting, &ticket->link) >= 0) {
    g_queue_unlink (&host->waiting, &ticket->link);
    return;
  }
  g_queue_unlink (&gate->ready, &ticket->link);
  if (host != NULL)
    leave_host (gate, host);
}

gpointer
tocsin_gate_next (TocsinGate *gate)
{
  TocsinTicket *ticket;
  GList *link;

  g_return_val_if_fail (gate != NULL, NULL);

  if (gate->n_running >= gate->most)
    return NULL;
  link = g_queue_pop_head_link (&gate->ready);
  if (link == NULL)
    return NULL;
  ticket = (gpointer) ((guint8 *) link - G_STRUCT_OFFSET (TocsinTicket, link));
  ticket->running = TRUE;
  gate->n_running++;
  return link->data;
}
