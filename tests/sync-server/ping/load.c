/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "load"

#include "config.h"

#include <string.h>
#include <unistd.h>

#include "exchange.h"
#include "load.h"
#include "support.h"

typedef struct {
  Load *load;
  guint number;
  GRand *rand; /* (owned) */
  GThread *thread;
  LoadResult result;
} Client;

struct _Load {
  char *const *ping_ids;
  guint n_ping_ids;
  const guint16 *ports;
  guint n_ports;
  Client *clients; /* (owned) */
  guint n_clients;
  int is_over;               /* atomic */
  int n_taken, n_told_later; /* atomic */
};

static char *
make_request (Client *client, const char *mark)
{
  static const char *const ends[] = { "", "", "", "", "/fail", "/fail", "/start", "/log" };
  const Load *load = client->load;

  return g_strdup_printf (
      "POST /ping/%s%s HTTP/1.1\r\nHost: localhost\r\nUser-Agent: %s\r\nContent-Length: 5\r\n\r\n"
      "hello",
      load->ping_ids[g_rand_int_range (client->rand, 0, (gint32) load->n_ping_ids)],
      ends[g_rand_int_range (client->rand, 0, G_N_ELEMENTS (ends))], mark);
}

/* TRUE where the connection is good for more. */
static gboolean
ping (Client *client, int fd, guint n, GString *reply)
{
  Load *load = client->load;
  LoadResult *result = &client->result;
  g_autofree char *mark = g_strdup_printf ("load/%u-%u", client->number, n);
  g_autofree char *request = make_request (client, mark);
  guint status = exchange_run (fd, request, reply);

  if (status == 200) {
    g_ptr_array_add (result->taken, g_steal_pointer (&mark));
    g_atomic_int_inc (&load->n_taken);
  } else if (status == 503 && strstr (reply->str, "\r\nRetry-After: ") != NULL) {
    result->n_told_later++;
    g_atomic_int_inc (&load->n_told_later);
  } else if (status == 0) {
    result->n_cut++;
  } else {
    g_test_message ("%s", reply->str);
    result->n_odd++;
  }
  return status != 0;
}

static gpointer
run_client (gpointer data)
{
  Client *client = data;
  Load *load = client->load;
  g_autoptr (GString) reply = g_string_new (NULL);
  int fd = -1;

  for (guint n = 0, server = client->number; !g_atomic_int_get (&load->is_over); n++) {
    if (fd < 0)
      fd = exchange_connect (load->ports[server % load->n_ports]);
    if (fd >= 0 && ping (client, fd, n, reply))
      continue;
    if (fd >= 0)
      close (fd);
    fd = -1;
    server++;
  }
  if (fd >= 0)
    close (fd);
  return NULL;
}

Load *
load_start (char *const *ping_ids, const guint16 *ports, guint n_ports, guint n_clients)
{
  Load *load = g_new0 (Load, 1);
  g_autoptr (GRand) rand = tocsin_test_rand ();

  load->ping_ids = ping_ids;
  load->n_ping_ids = g_strv_length ((char **) ping_ids);
  load->ports = ports;
  load->n_ports = n_ports;
  load->clients = g_new0 (Client, n_clients);
  load->n_clients = n_clients;
  for (guint i = 0; i < n_clients; i++) {
    Client *client = &load->clients[i];

    client->load = load;
    client->number = i;
    client->rand = g_rand_new_with_seed (g_rand_int (rand));
    client->result.taken = g_ptr_array_new_with_free_func (g_free);
    client->thread = g_thread_new ("client", run_client, client);
  }
  return load;
}

guint
load_get_n_taken (Load *load)
{
  return (guint) g_atomic_int_get (&load->n_taken);
}

guint
load_get_n_told_later (Load *load)
{
  return (guint) g_atomic_int_get (&load->n_told_later);
}

void
load_stop (Load *load, LoadResult *result)
{
  *result = (LoadResult){ .taken = g_ptr_array_new_with_free_func (g_free) };
  g_atomic_int_set (&load->is_over, TRUE);
  for (guint i = 0; i < load->n_clients; i++) {
    Client *client = &load->clients[i];

    g_thread_join (client->thread);
    g_rand_free (client->rand);
    g_ptr_array_extend_and_steal (result->taken, client->result.taken);
    result->n_told_later += client->result.n_told_later;
    result->n_cut += client->result.n_cut;
    result->n_odd += client->result.n_odd;
  }
  g_test_message ("%u taken, %u told to come later, %u cut, %u odd", result->taken->len,
                  result->n_told_later, result->n_cut, result->n_odd);
  g_free (load->clients);
  g_free (load);
}

void
load_result_clear (LoadResult *result)
{
  g_clear_pointer (&result->taken, g_ptr_array_unref);
}
